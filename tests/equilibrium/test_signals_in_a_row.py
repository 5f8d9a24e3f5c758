"""Two signals in a row, and what solving them takes: fewer beliefs, bounds, a common scale."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.equilibrium.blocks import SolvedBlock, solve_block
from deterrence.equilibrium.decomposition import Block, decompose
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.signal_follow import Follow
from deterrence.equilibrium.signal_patterns import Patterns
from deterrence.equilibrium.signal_relevance import nobody_minds
from deterrence.equilibrium.signal_shape import signal_of
from deterrence.equilibrium.signalled import solve_signalled
from deterrence.equilibrium.solution import certified
from deterrence.oped.draws import draw_stakes

CRISIS = ("types", "challenge", "finding", "response")
TESTED = (*CRISIS, "test")
MENU = {"weak": {"strength": "0.2"}, "strong": {"strength": "0.8", "presence": "0.7"}}
PLAYERS = ("First", "Second")


def in_a_row(seed: int) -> dt.Game:
    """First, of two types, sends; Second, of two types, goes on or not; First has the last word."""
    draw = random.Random(seed)

    def end() -> dt.Outcome:
        return dt.Outcome({p: draw.randint(-5, 5) for p in PLAYERS})

    def reply(one: str, two: str, sent: str) -> dt.Move:
        last = dt.Move("First", (one, sent, "on"), {"x": end(), "y": end()})
        return dt.Move("Second", (two, sent), {"on": last, "out": end()})

    def send(one: str, two: str) -> dt.Move:
        return dt.Move("First", (one,), {sent: reply(one, two, sent) for sent in "ab"})

    odds = {one: Fraction(draw.randint(1, 5), 6) for one in ("s", "h")}
    draws = {
        one + two: (
            (odds["s"] if one == "s" else 1 - odds["s"])
            * (odds["h"] if two == "h" else 1 - odds["h"]),
            send(one, two),
        )
        for one in "st"
        for two in "hl"
    }
    return dt.Game(PLAYERS, dt.Chance(draws))


def held_against_the_general_solver(seeds: range) -> int:
    """How many are complete; those have the general solver's envelope, the others lie inside."""
    complete = 0
    for seed in seeds:
        game = in_a_row(seed)
        found, whole = solve_signalled(game, "First"), dt.solve(game)
        assert whole.complete, seed
        assert all(one.certificate.holds for one in found.equilibria), seed
        if not found.equilibria:
            assert not found.complete, seed
            continue
        for player in PLAYERS:
            low, high = found.most_and_least(player)
            least, most = whole.most_and_least(player)
            if found.complete:
                assert (low, high) == pytest.approx((least, most), abs=1e-9), seed
            else:
                assert least - 1e-9 <= low <= high <= most + 1e-9, seed
        complete += found.complete
    return complete


def test_two_signals_agree_with_the_general_solver() -> None:
    assert held_against_the_general_solver(range(6)) >= 4


@pytest.mark.slow
def test_many_two_signals_agree_with_the_general_solver() -> None:
    assert held_against_the_general_solver(range(200)) >= 120


def in_other_units(game: dt.Game, factor: Fraction, shift: int) -> dt.Game:
    """First's payoffs times a factor and then shifted, Second's just shifted the other way."""

    def changed(node: Any) -> Any:
        if isinstance(node, dt.Outcome):
            first, second = node.payoffs.values()
            return dt.Outcome({"First": factor * first + shift, "Second": second - shift})
        if isinstance(node, dt.Move):
            below = {a: changed(child) for a, child in node.choices.items()}
            return dt.Move(node.player, node.knows, below)
        return dt.Chance({a: (p, changed(child)) for a, (p, child) in node.choices.items()})

    return dt.Game(PLAYERS, changed(game.root))


def spans(found: dt.SignalledSolution, factor: Fraction, shift: int) -> list[list[float]]:
    """What the families pay, in the units before they were changed, as sorted rows."""
    rows = []
    for one in found.equilibria:
        assert one.certificate.holds
        first = [(x - shift) / float(factor) for x in one.outcomes["First"]]
        rows.append([*first, *(x + shift for x in one.outcomes["Second"])])
    return sorted([round(x, 6) + 0.0 for x in row] for row in rows)


@pytest.mark.parametrize(
    ("factor", "shift"),
    [(Fraction(10**6, 7), 0), (Fraction(10**8, 7), 0), (Fraction(1, 10**6), 0), (1, 10**7)],
)
def test_units_of_payoffs_do_not_matter(factor: Fraction, shift: int) -> None:
    """Rounding at large numbers neither breaks what is equally good nor is taken for it."""
    for seed in (0, 1, 4, 5, 8, 12):  # at 12 a mixture was lost, and with it Second's least
        game = in_a_row(seed)
        found = solve_signalled(game, "First")
        other = solve_signalled(in_other_units(game, factor, shift), "First")
        assert (other.complete, other.left) == (found.complete, found.left), seed
        assert np.array(spans(other, factor, shift)) == pytest.approx(
            np.array(spans(found, Fraction(1), 0)), abs=1e-5
        ), seed


def test_chances_from_an_irrational_formula() -> None:
    """Probabilities of which the floats do not quite sum to one, here sqrt(.7) and the rest."""
    p = sympy.Symbol("p", positive=True)

    def at(kind: str) -> dt.Move:
        ends = {"x": pay(int(kind == "s"), int(kind == "s")), "y": pay(0, 0)}
        return dt.Move("First", kind, {sent: dt.Move("Second", sent, ends) for sent in "ab"})

    root = dt.Chance({"s": (sympy.sqrt(p), at("s")), "t": (1 - sympy.sqrt(p), at("t"))})
    game = dt.Game(PLAYERS, root).at(p="0.7")
    assert not game.exact
    found = solve_signalled(game, "First")
    assert found.equilibria
    assert all(one.certificate.holds for one in found.equilibria)
    assert found.most_and_least("Second")[1] == pytest.approx(0.7**0.5)


@pytest.mark.parametrize("draw", range(3))
def test_offer_and_settlement_agree_with_the_general_solver(draw: int) -> None:
    x = point(draw)
    game = dt.guarantee_game([*CRISIS, "offer", "settlement"], menu=MENU).at(x)
    found, whole = solve_signalled(game, "Guarantor"), dt.solve(game)
    assert found.complete, found
    assert whole.complete
    for name in ("settlement", "attack", "offer-strong", "Guarantor", "Ukraine", "Russia"):
        assert found.most_and_least(name) == pytest.approx(whole.most_and_least(name), abs=1e-9)


def point(draw: int, draws: int = 20, seed: int = 7) -> dict[str, Fraction]:
    numbers = dt.arrangement("oped").values()
    return numbers | draw_stakes(draws, seed)[draw - 1] if draw else numbers


@pytest.mark.slow
@pytest.mark.parametrize("draw", [3, 18])
def test_an_offer_before_the_test_where_the_search_had_no_answer(draw: int) -> None:
    """The logit path, which shares no code with the search, ends inside what was found."""
    game = dt.guarantee_game([*TESTED, "offer"], menu=MENU).at(point(draw))
    contains_the_limit(game, "attack", "offer-strong", "Guarantor", "Russia")


@pytest.mark.slow
def test_two_signals_before_the_test_at_the_opeds_numbers() -> None:
    game = dt.guarantee_game([*TESTED, "offer", "settlement"], menu=MENU).at(point(0))
    contains_the_limit(game, "settlement", "attack", "Guarantor", "Russia")


def contains_the_limit(game: dt.Game, *names: str) -> None:
    found, limit = solve_signalled(game, "Guarantor"), dt.quantal_path(game).limit
    assert found.complete, found
    assert all(one.certificate.holds for one in found.equilibria)
    for name in names:
        value = limit.payoffs[name] if name in game.players else limit.probability(name)
        low, high = found.most_and_least(name)
        assert low - 1e-6 <= float(value) <= high + 1e-6, name


# --- what follows one offer, with the type chosen by somebody without a stake ---


def behind(draw: int, offer: str, types: int, *, plays_only: bool) -> SolvedBlock:
    game = dt.guarantee_game([*TESTED, "offer"], menu=MENU).at(point(draw))
    tree = Follow(game, signal_of(game, "Guarantor"), 200_000)._tree(offer, None, None).game
    (block,) = decompose(tree.structure)
    assert isinstance(block, Block)
    within = {tree.structure.set_of[0]: types}
    reach = chance_reach(tree)
    return solve_block(tree, block, reach, 200_000, within, plays_only=plays_only)


def played(block: SolvedBlock) -> dict[Any, tuple[list[float], list[float]]]:
    """By support, the least and most of every payoff and event."""
    rows: dict[Any, list[Any]] = {}
    for n, cell in enumerate(block.cells):
        rows.setdefault(tuple(sorted(cell.supports.items())), []).append(block.outcomes(n))
    every = {key: np.concatenate(row) for key, row in rows.items()}
    return {key: (row.min(axis=0).tolist(), row.max(axis=0).tolist()) for key, row in every.items()}


def test_fewer_beliefs_leave_what_is_played_as_it_is() -> None:
    """Where the search with all beliefs answers, nothing played is lost and nothing is added."""
    full, thin = (behind(17, "weak", 2, plays_only=flag) for flag in (False, True))
    assert not full.left
    assert not thin.left
    assert len(thin.cells) < len(full.cells)
    one, two = played(full), played(thin)
    assert one.keys() == two.keys()
    for key, (low, high) in one.items():
        assert two[key][0] == pytest.approx(low, abs=1e-9)
        assert two[key][1] == pytest.approx(high, abs=1e-9)


def test_weights_on_one_scale_give_equilibria_that_hold() -> None:
    """Supports whose weights were unbounded: every corner is certified on its own."""
    full, thin = (behind(8, "strong", 2, plays_only=flag) for flag in (False, True))
    assert any("unbounded" in reason for reason in full.left)
    assert not thin.left
    more = played(thin).keys() - played(full).keys()
    assert more
    assert played(full).keys() <= played(thin).keys()
    for n, cell in enumerate(thin.cells):
        if tuple(sorted(cell.supports.items())) in more:
            for location in thin.points(n):
                plays = thin.play(n, location)
                assert plays is not None
                assert holds(thin, plays)


def holds(block: SolvedBlock, plays: dict[int, Any]) -> bool:
    from deterrence.equilibrium.consistency import Witness

    rows = [plays[k] for k in range(len(block.game.structure.sets))]
    witness = Witness(tuple(r.order for r in rows), tuple(r.weights for r in rows))
    found = certified(block.game, "sequential", 0, [r.probabilities for r in rows], witness)
    return bool(found.certificate.holds)


def test_bounds_on_several_signals_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same families as by the search through all supports of the joint tree."""
    games = [dt.guarantee_game([*CRISIS, "offer"], menu=MENU).at(point(n)) for n in (0, 3, 8)]
    solved = [solve_signalled(game, "Guarantor") for game in games]
    bounded = [shown(found) for found in solved]
    assert all(any("bounds" in reason for reason in found.record) for found in solved)
    monkeypatch.setattr(Patterns, "bounded", lambda *_: None)
    assert bounded == [shown(solve_signalled(game, "Guarantor")) for game in games]
    assert any(len(sent) > 1 for rows in bounded for sent, _ in rows)


def shown(found: dt.SignalledSolution) -> set[Any]:
    rows = set()
    for one in found.equilibria:
        span = tuple((name, round(a, 7), round(b, 7)) for name, (a, b) in one.outcomes.items())
        rows.add((frozenset(a for row in one.sent.values() for a in row), span))
    return rows


# --- a type that nobody who follows minds ---


@pytest.mark.parametrize("rule", ["individual", "majority"])
@pytest.mark.parametrize("draw", [0, 2])
def test_coalitions_of_two_agree_with_the_general_solver(rule: str, draw: int) -> None:
    game = coalition(2, rule, draw)
    found, whole = solve_signalled(game, "Russia"), dt.solve(game)
    assert found.complete, found
    assert whole.complete
    for name in ("attack", "Guarantor 1", "Ukraine", "Russia"):
        assert found.most_and_least(name) == pytest.approx(whole.most_and_least(name), abs=1e-9)


def test_a_majority_of_three_with_both_types_of_russia() -> None:
    """What follows an attack is as if Russia's type were known, and each type does as it would."""
    game = coalition(3, "majority", 2)
    found = solve_signalled(game, "Russia")
    assert found.complete, found
    alone = {}
    for kind in ("revisionist", "security"):
        one = dt.solve(coalition(3, "majority", 2, {"types": {"Russia": kind}}))
        assert one.complete
        alone[kind] = one.most_and_least("attack")
        assert alone[kind][0] == alone[kind][1]
    rho = float(point(2)["rho"])
    attack = rho * alone["revisionist"][0] + (1 - rho) * alone["security"][0]
    assert found.most_and_least("attack") == pytest.approx((attack, attack), abs=1e-9)


def coalition(n: int, rule: str, draw: int, fixed: Any = None) -> dt.Game:
    game = dt.coalition_game(n, rule, fixed=fixed)
    numbers = {**point(draw), "bilateral": Fraction(1, 5)}
    return game.at({name: numbers[name] for name in game.parameters})


@pytest.mark.parametrize("different", ["nothing", "payoff", "chance", "last word"])
def test_a_type_matters_through_payoffs_chance_and_moves(different: str) -> None:
    def attacked(kind: str) -> Any:
        other = kind == "t"
        gain = 2 if other and different == "payoff" else 1
        reply = {"l": dt.Outcome({"First": 1 + other, "Second": gain}), "r": pay(0, 0)}
        odds = Fraction(1, 3) if other and different == "chance" else Fraction(1, 2)
        more: Any = dt.Move("Second", "attack", reply)
        end: Any = pay(-1, 3)
        if different == "last word":
            end = dt.Move("First", (kind, "late"), {"x": pay(1, 1), "y": pay(0, 0)})
        return dt.Chance({"on": (odds, more), "off": (1 - odds, end)})

    kinds = {k: dt.Move("First", k, {"attack": attacked(k), "refrain": pay(0, 1)}) for k in "st"}
    game = dt.Game(PLAYERS, dt.Chance({k: ("1/2", node) for k, node in kinds.items()}))
    signal = signal_of(game, "First")
    assert nobody_minds(game, signal, "attack") == (different == "nothing")
    found, whole = solve_signalled(game, "First"), dt.solve(game)
    assert found.complete
    for player in PLAYERS:
        assert found.most_and_least(player) == pytest.approx(whole.most_and_least(player))


def pay(first: int, second: int) -> dt.Outcome:
    return dt.Outcome({"First": first, "Second": second})
