"""The solver sees only a Game: names, order and irrelevant chance do not matter."""

import random
from fractions import Fraction
from typing import Any

import pytest

import deterrence as dt
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.tree import Game
from deterrence.guarantee.parameters import defaults


def disguised(game: Game, seed: int) -> tuple[Game, dict[str, str]]:
    """Players, actions and `knows` replaced by tokens, choices shuffled, chance at the root."""
    rng = random.Random(seed)
    tokens: dict[Any, str] = {}

    def token(*thing: Any) -> str:
        return tokens.setdefault(thing, f"x{rng.getrandbits(64):016x}")

    def copy(node: Node) -> Node:
        if isinstance(node, Outcome):
            return Outcome({token("player", p): x for p, x in node.payoffs.items()}, node.events)
        if isinstance(node, Chance):
            branches = list(node.choices.items())
            rng.shuffle(branches)
            return Chance({token("chance", a): (p, copy(n)) for a, (p, n) in branches})
        choices = list(node.choices.items())
        rng.shuffle(choices)
        return Move(
            token("player", node.player),
            token("knows", node.player, node.knows),
            {token("action", node.player, node.knows, a): copy(n) for a, n in choices},
        )

    players = list(game.players)
    rng.shuffle(players)
    root = Chance({"heads": ("1/3", copy(game.root)), "tails": ("2/3", copy(game.root))})
    names = {p: token("player", p) for p in game.players}
    return Game([names[p] for p in players], root), names


def fingerprint(solution: Any, names: dict[str, str]) -> Any:
    """What does not depend on names: components by outcome, rounded."""
    payoffs = set(names.values())
    found = []
    for component in solution.components:
        outcome = component.outcome()
        found.append(
            (
                len(component.families),
                tuple(
                    (name, *(round(x, 9) + 0.0 for x in outcome[name]))
                    for name in (*names.values(), *sorted(set(outcome) - payoffs))
                ),
            )
        )
    return sorted(found, key=lambda f: (f[0], str(f[1])))


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("strength", ["0.44", "0.8"])
def test_a_disguised_continuation_has_the_same_set(seed: int, strength: str) -> None:
    game = dt.guarantee_game(fixed={"preparation": "keep, restrained"}).at(
        {**defaults(), "strength": strength}
    )
    other, names = disguised(game, seed)
    one, two = dt.solve(game), dt.solve(other)
    assert one.complete
    assert two.complete
    mine = fingerprint(one, {p: p for p in game.players})
    back = {token: p for p, token in names.items()}
    theirs = [
        (count, tuple((back.get(name, name), *ends) for name, *ends in outcome))
        for count, outcome in fingerprint(two, names)
    ]
    assert sorted(map(str, theirs)) == sorted(map(str, mine))


def test_the_whole_game_in_disguise() -> None:
    game = dt.guarantee_game().at({**defaults(), "strength": Fraction(3, 4)})
    other, names = disguised(game, 5)
    one, two = dt.solve(game), dt.solve(other)
    assert (len(one), one.complete) == (len(two), two.complete)
    mine, theirs = one.envelope(), two.envelope()
    for name, ends in mine.items():
        assert theirs[names.get(name, name)] == pytest.approx(ends, abs=1e-12)
    assert two[0].certificate.holds
