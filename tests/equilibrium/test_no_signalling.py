"""Beliefs that signal nothing which the one who acts does not know, and how concepts differ."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

import deterrence as dt
from deterrence.errors import InputError
from tests.equilibrium import known_games as known
from tests.equilibrium import literature_trees as literature

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
WEATHER = {"sun": THIRD, "rain": 1 - THIRD}

# --- games in stages, with beliefs built forward from the definition ---


class Drawn:
    """A game of two players in stages, payoffs all alike, and an assessment drawn at random.

    Only beliefs can be wrong. They are built as Fudenberg and Tirole (1991) have them: a belief
    about each player for each of its past actions, by Bayes' rule or, after an impossible action,
    at will. Nobody knows the weather, whose odds stay as they are.
    """

    def __init__(self, seed: int, kinds: int, stages: tuple[str, ...]) -> None:
        self.rng, self.kinds, self.stages = random.Random(seed), range(kinds), stages
        self.strategy: dict[str, dict[Any, dict[str, Fraction]]] = {"A": {}, "B": {}}
        self.beliefs: dict[str, dict[Any, dict[Any, Fraction]]] = {"A": {}, "B": {}}
        prior = {k: Fraction(1, kinds) for k in self.kinds}
        draws = {
            f"{i}{j}{w}": (Fraction(1, kinds**2) * odds, self._node(0, (), (i, j), ()))
            for i in self.kinds
            for j in self.kinds
            for w, odds in WEATHER.items()
        }
        self.game = dt.Game(["A", "B"], dt.Chance(draws))
        self._believe(0, (), {"A": prior, "B": prior})

    def _node(self, n: int, seen: Any, types: Any, now: Any) -> Any:
        """Stage `n` after what all have seen, with what was done already in this stage."""
        if n == len(self.stages):
            return dt.Outcome({"A": 0, "B": 0})
        if len(now) == len(self.stages[n]):
            return self._node(n + 1, (*seen, now), types, ())
        mover = self.stages[n][len(now)]
        kind = types["AB".index(mover)]
        below = {a: self._node(n, seen, types, (*now, a)) for a in "xy"}
        self._strategy(mover, (kind, seen))
        return dt.Move(mover, (kind, seen), below)

    def _strategy(self, player: str, knows: Any) -> dict[str, Fraction]:
        if knows not in self.strategy[player]:
            x = self.rng.choice((Fraction(0), Fraction(0), Fraction(1), HALF, THIRD))
            self.strategy[player][knows] = {"x": x, "y": 1 - x}
        return self.strategy[player][knows]

    def _believe(self, n: int, seen: Any, about: dict[str, dict[int, Fraction]]) -> None:
        if n == len(self.stages):
            return
        for place, mover in enumerate(self.stages[n]):
            for kind in self.kinds:
                self._hold(n, seen, mover, kind, self.stages[n][:place], about)
        after = {
            (mover, a): self._after(mover, seen, a, about[mover])
            for mover in self.stages[n]
            for a in "xy"
        }
        for now in _combinations(len(self.stages[n])):
            new = {m: after[m, a] for m, a in zip(self.stages[n], now, strict=True)}
            self._believe(n + 1, (*seen, now), {**about, **new})

    def _after(self, mover: str, seen: Any, a: str, about: Any) -> dict[int, Fraction]:
        weights = {k: p * self.strategy[mover][k, seen][a] for k, p in about.items()}
        if not any(weights.values()):
            weights = {k: Fraction(self.rng.choice((0, 0, 1, 2))) for k in self.kinds}
            weights = weights if any(weights.values()) else {**weights, 0: Fraction(1)}
        total = sum(weights.values())
        return {k: w / total for k, w in weights.items()}

    def _hold(self, n: int, seen: Any, mover: str, kind: int, before: str, about: Any) -> None:
        other = "B" if mover == "A" else "A"
        held = {}
        for k, p in about[other].items():
            types = (kind, k) if mover == "A" else (k, kind)
            for now in _combinations(len(before)):
                weight = p
                for m, a in zip(before, now, strict=True):
                    weight *= self.strategy[m][types["AB".index(m)], seen][a]
                path = [a for stage in seen for a in stage]
                for w, odds in WEATHER.items():
                    held[(f"{types[0]}{types[1]}{w}", *path, *now)] = weight * odds
        self.beliefs[mover][kind, seen] = held

    def spoilt(self) -> dict[str, dict[Any, dict[Any, Fraction]]]:
        """The beliefs with those at one set drawn anew."""
        places = [(p, k) for p, rows in self.beliefs.items() for k, row in rows.items()]
        player, knows = self.rng.choice([x for x in places if len(self.beliefs[x[0]][x[1]]) > 1])
        weights = [Fraction(self.rng.randint(0, 3)) for _ in self.beliefs[player][knows]]
        weights = weights if any(weights) else [Fraction(1) for _ in weights]
        row = dict(zip(self.beliefs[player][knows], weights, strict=True))
        shares = {h: w / sum(weights) for h, w in row.items()}
        return {**self.beliefs, player: {**self.beliefs[player], knows: shares}}


def _combinations(count: int) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for _ in range(count):
        found = [(*row, a) for row in found for a in "xy"]
    return found


ORDERS = [("A", "B"), ("AB", "A"), ("A", "B", "A"), ("AB", "AB"), ("A", "A", "B"), ("A", "B", "B")]


@pytest.mark.parametrize("stages", ORDERS, ids=str)
def test_with_two_types_the_conditions_are_those_of_consistency(stages: Any) -> None:
    """Fudenberg and Tirole (1991, p. 236): two checks that share nothing agree."""
    words = set()
    for seed in range(12):
        drawn = Drawn(seed, 2, stages)
        found = dt.certify(drawn.game, drawn.strategy, drawn.beliefs, "no-signalling")
        assert found.holds, found.reasons
        assert dt.certify(drawn.game, drawn.strategy, drawn.beliefs, "sequential").holds
        spoilt = drawn.spoilt()
        one = dt.certify(drawn.game, drawn.strategy, spoilt, "no-signalling")
        two = dt.certify(drawn.game, drawn.strategy, spoilt, "sequential")
        assert one.holds == two.holds, (seed, one.reasons, two.reasons)
        words.add(one.holds)
    assert False in words


class TwoSurprises(Drawn):
    """A's y was never expected: it is taken for type 0, which would then play x. It plays y."""

    def __init__(self) -> None:
        super().__init__(0, 3, ("A", "B", "A", "B"))

    def _strategy(self, player: str, knows: Any) -> dict[str, Fraction]:
        kind, seen = knows
        x = Fraction(seen[:1] != (("y",),) or kind == 0) if player == "A" else HALF
        return self.strategy[player].setdefault(knows, {"x": x, "y": 1 - x})

    def _after(self, mover: str, seen: Any, a: str, about: Any) -> dict[int, Fraction]:
        weights = {k: p * self.strategy[mover][k, seen][a] for k, p in about.items()}
        if not any(weights.values()):
            sure = (1 if seen[1] == ("x",) else 2) if seen[:1] == (("y",),) else 0
            weights = {k: Fraction(k == sure) for k in about}
        return {k: w / sum(weights.values()) for k, w in weights.items()}


def test_with_three_types_more_is_allowed_than_consistency() -> None:
    """After both surprises A is type 1 if B played x in between, type 2 if B played y.

    Trembles would give 1 and 2 the same odds both times.
    """
    drawn = TwoSurprises()
    assert dt.certify(drawn.game, drawn.strategy, drawn.beliefs, "no-signalling").holds
    found = dt.certify(drawn.game, drawn.strategy, drawn.beliefs, "sequential")
    assert not found.holds
    solution = dt.solve(drawn.game, "no-signalling", budget=1)
    assert not solution.complete
    assert "more than two types" in solution.status


# --- known games ---

LITERATURE = {
    "unilateral": lambda: literature.unilateral_deterrence("0.5", "0.6"),
    "mutual": lambda: literature.mutual_deterrence("0.4", "0.5"),
    "tripartite": lambda: literature.tripartite_crisis("0.4", "0.5", "0.6"),
    "beer and quiche": known.beer_quiche,
    "two observers": known.two_observers,
}


@pytest.mark.parametrize("name", LITERATURE)
def test_the_set_of_games_in_stages(name: str) -> None:
    """Sequential, no-signalling and weak equilibria, each set inside the next."""
    game = LITERATURE[name]()
    found, narrow = dt.solve(game, "no-signalling"), dt.solve(game)
    assert found.complete
    assert len(found) == len(narrow)
    for e in found.equilibria:
        assert e.certificate.holds
        assert e.certificate.concept == "no-signalling"
        assert dt.certify(game, e.strategy, e.beliefs, "perfect-bayesian").holds


def test_a_deviation_does_not_tell_of_the_weather() -> None:
    """One does not know the weather: its coming in leaves the odds of 2 to 1 as they are."""
    game = known.uninformed_deviator()
    profile = {"One": {(): "Out"}, "Two": {("In",): "Fight"}}
    bad = {"Two": {("In",): {("bad", "In"): 1}}}
    assert dt.certify(game, profile, bad, "perfect-bayesian").holds
    found = dt.certify(game, profile, bad, "no-signalling")
    assert not found.holds
    assert "product" in found.reasons[0]
    assert len(dt.solve(game, "perfect-bayesian")) == 2
    (only,) = dt.solve(game, "no-signalling")
    assert only.payoffs["One"] == 1


@pytest.mark.parametrize(
    ("game", "why"),
    [
        (known.double_deviation, "sees a part"),
        (lambda: dt.guarantee_game(["types", "challenge", "finding", "response"]), "chance moves"),
    ],
)
def test_other_games_are_refused_with_advice(game: Any, why: str) -> None:
    tree = game()
    if tree.parameters:
        from deterrence.guarantee.parameters import defaults

        tree = tree.at({k: v for k, v in defaults().items() if k in tree.parameters})
    with pytest.raises(InputError, match=why) as refusal:
        dt.solve(tree, "no-signalling")
    assert "'perfect-bayesian'" in str(refusal.value)


# --- where the sets differ ---


def test_where_the_concepts_differ() -> None:
    found = dt.compare_concepts(known.uninformed_deviator())
    assert not found.same
    assert {f.sequential for f in found.families} == {"all", "none"}
    told = str(found)
    assert "Component 0 of the perfect Bayesian set" in told
    assert "One () Out; Two ('In',) Fight" in told
    assert "Two at ('In',) believes" in told


def test_where_the_concepts_agree() -> None:
    found = dt.compare_concepts(known.beer_quiche())
    assert found.same
    assert found.no_signalling is not None
    assert "All strategies" in str(found)


def test_where_one_concept_is_not_defined() -> None:
    found = dt.compare_concepts(known.double_deviation())
    assert found.no_signalling is None
    assert "not defined" in str(found)
    assert "none" in {f.sequential for f in found.families}


def test_an_explanation_of_what_is_signalled() -> None:
    game = known.uninformed_deviator()
    profile = {"One": {(): "Out"}, "Two": {("In",): "Fight"}}
    found = dt.explain(game, profile, concept="no-signalling")
    assert found.holds is False
    assert found.faults
    bad = {"Two": {("In",): {("bad", "In"): 1}}}
    found = dt.explain(game, profile, bad, "no-signalling")
    assert not found.holds
    assert not found.deviations


def test_refinement_of_the_sets() -> None:
    """Steadfast deterrence fails D1 whichever of the concepts it was found for."""
    game = literature.unilateral_deterrence("0.3", "0.2")
    for concept in ("sequential", "no-signalling", "perfect-bayesian"):
        solution = dt.solve(game, concept)
        quiet = [e.payoffs["Def"] == 1 for e in solution]
        judged = dt.refine(solution, "D1")
        words = [judged.survives(n) for n in range(len(solution))]
        assert dict(zip(quiet, words, strict=True)) == {True: "none", False: "all"}
