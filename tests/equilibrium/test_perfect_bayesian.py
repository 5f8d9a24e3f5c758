"""Weak perfect Bayesian sets: known games, laws, and an oracle on small games drawn at random."""

from __future__ import annotations

import itertools
import json
import random
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import CertificateError, LimitError
from deterrence.guarantee.parameters import defaults
from tests.cli.commands import answer
from tests.equilibrium import known_games as known
from tests.equilibrium import literature_trees as literature
from tests.equilibrium.oracle_trees import Twin
from tests.equilibrium.random_games import small_game
from tests.equilibrium.test_sequential_fuzz import by_name, gap, supports, supports_of

import brute_bayesian as brute  # isort: skip  # on the path since oracle_trees

CLOSE = 1e-7
SOLVING = Path(__file__).parents[2] / "docs/reference/solving.md"
MOST_PROFILES = 150
REGULAR, LONG = range(20, 60), range(60, 2500)


def weak(game: dt.Game) -> Any:
    solution = dt.solve(game, "perfect-bayesian")
    assert solution.concept == "perfect-bayesian"
    assert solution.complete is not bool(solution.left)
    return solution


def families(solution: Any) -> list[Any]:
    return [family for component in solution.components for family in component.families]


def played(solution: Any) -> list[dict[Any, Any]]:
    """The supports of all families."""
    return [family.supports for family in families(solution)]


# --- known games ---


def entry_into_a_brawl() -> dt.Game:
    """Mas-Colell, Whinston and Green (1995), example 9.C.5: entry, then both move at once."""

    def end(entrant: int, incumbent: int) -> dt.Outcome:
        return dt.Outcome({"E": entrant, "I": incumbent})

    def reply(fight: dt.Outcome, accommodate: dt.Outcome) -> dt.Move:
        return dt.Move("I", ("in",), {"fight": fight, "accommodate": accommodate})

    inside = dt.Move(
        "E",
        ("in",),
        {
            "fight": reply(end(-3, -1), end(1, -2)),
            "accommodate": reply(end(-2, -1), end(3, 1)),
        },
    )
    return dt.Game(["E", "I"], dt.Move("E", (), {"out": end(0, 2), "in": inside}))


def test_an_equilibrium_that_is_none_in_the_subgame() -> None:
    """The incumbent fights since it believes that the entrant would, who would not."""
    game = entry_into_a_brawl()
    out, stay_in = sorted(weak(game), key=lambda e: e.payoffs["E"])
    assert out.payoffs["E"] == 0
    assert out.strategy["E"][("in",)]["accommodate"] == 1
    assert out.strategy["I"][("in",)]["fight"] == 1
    assert dict(stay_in.payoffs) == {"E": 3, "I": 1}
    (only,) = dt.solve(game, "subgame-perfect")
    assert dict(only.payoffs) == dict(stay_in.payoffs)


def test_seltens_horse() -> None:
    """1 and 2 go on; 3 plays L with at most 1/4, surely R if it believes D at most 1/3 likely."""

    def end(*pay: int) -> dt.Outcome:
        return dt.Outcome(dict(zip("123", pay, strict=True)))

    def third(left: dt.Outcome, right: dt.Outcome) -> dt.Move:
        return dt.Move("3", "3", {"L": left, "R": right})

    second = dt.Move("2", ("C",), {"c": end(1, 1, 1), "d": third(end(4, 4, 0), end(0, 0, 1))})
    first = dt.Move("1", (), {"C": second, "D": third(end(3, 3, 2), end(0, 0, 0))})
    solution = weak(dt.Game(list("123"), first))
    assert solution.complete
    (component,) = solution.components
    assert set(solution.envelope().values()) == {(1.0, 1.0)}
    ends = [e.strategy["3"]["3"]["L"] for f in component.families for e in f.points]
    assert (min(ends), max(ends)) == (0, Fraction(1, 4))
    for family in component.families:
        for e in family.points:
            after = e.beliefs["3"]["3"][("D",)]
            assert after <= Fraction(1, 3)
            assert after == Fraction(1, 3) or e.strategy["3"]["3"]["L"] == 0


def test_beer_and_quiche() -> None:
    """Two pooling outcomes; after the surprise the weak type must be at least as likely."""
    solution = weak(known.beer_quiche())
    assert solution.complete
    assert [dict(e.payoffs)["Sender"] for e in solution] == [Fraction(21, 10), Fraction(29, 10)]
    for drink, component in zip(("beer", "quiche"), solution.components, strict=True):
        pure = component.families[0]
        least, most = pure.free["belief", "Receiver", (drink,), ("weak", drink)]
        assert (least, most) == (Fraction(1, 2), 1)


def test_contradictory_explanations_of_one_surprise() -> None:
    """Two stops if it takes b for t1's doing (2/3 or more), Three if for t2's; the sender stays."""
    game = known.two_observers()
    contradictory = {
        "One": {("t1",): ("a",), ("t2",): ("a",)},
        "Two": {("b",): ("stop",)},
        "Three": {("b",): ("stop",)},
    }
    assert contradictory in played(weak(game))
    narrow = dt.solve(game)
    assert narrow.complete
    assert contradictory not in played(narrow)


POINTS = [("0.5", "0.8"), ("0.5", "0.6"), ("0.3", "0.2"), ("0.8", "0.2"), ("0.4", "0.5")]


@pytest.mark.parametrize(("p_ch", "p_def"), POINTS)
def test_unilateral_deterrence_as_published(p_ch: str, p_def: str) -> None:
    """Zagare and Kilgour's perfect Bayesian equilibria, their conditions on the priors by hand."""
    ch, df = Fraction(p_ch), Fraction(p_def)
    hard, soft, doubt = Fraction(2, 3), Fraction(1, 2), Fraction(5, 8)
    expected = {"certain" if df >= hard else "steadfast"}
    if soft <= df <= hard:
        expected.add("separating")
    if df <= soft:
        expected |= {"bluff"} if ch <= doubt else {"attack"}
    solution = weak(literature.unilateral_deterrence(p_ch, p_def))
    assert solution.complete
    points = [e for family in families(solution) for e in family.points]
    assert {name(e, df >= hard) for e in points} == expected


def name(e: Any, certain: bool) -> str:
    first, second = e.strategy["Ch"][("hard",)]["D"], e.strategy["Ch"][("soft",)]["D"]
    if (first, second) == (0, 0):
        return "certain" if certain else "steadfast"
    if (first, second) == (1, 0):
        return "separating"
    return "attack" if second == 1 else "bluff"


def test_what_is_shown_and_stored(tmp_path: Path) -> None:
    solution = weak(known.beer_quiche())
    assert solution.summary().startswith("Perfect Bayesian equilibria of")
    assert "trembles" not in solution.summary()
    solution.save(tmp_path / "solution.json")
    again = dt.load(tmp_path / "solution.json")
    for one, two in zip(solution.equilibria, again.equilibria, strict=True):
        assert one.beliefs == two.beliefs
        assert two.certificate.holds
    document = json.loads((tmp_path / "solution.json").read_text())
    rows = document["equilibria"][0]["beliefs"]
    rows[rows.index(["9/10", "1/10"])] = ["1/2", "1/2"]
    (tmp_path / "forged.json").write_text(json.dumps(document))
    with pytest.raises(CertificateError, match="Bayes"):
        dt.load(tmp_path / "forged.json")


def test_the_command(tmp_path: Path) -> None:
    dt.write_game(entry_into_a_brawl(), tmp_path / "brawl.efg")
    found = answer("solve", str(tmp_path / "brawl.efg"), "--concept", "perfect-bayesian")
    assert found["concept"] == "perfect-bayesian"
    assert found["components"] == 2


def test_a_game_that_is_too_large_is_refused_at_once() -> None:
    game = dt.guarantee_game().at(**defaults())
    with pytest.raises(LimitError, match="'sequential'"):
        dt.solve(game, "perfect-bayesian")


# --- laws ---


def perfect_information(seed: int) -> dt.Game:
    """Payoffs in which nobody is ever indifferent."""
    rng = random.Random(seed)
    pay = iter(rng.sample(range(1000), 500))

    def node(depth: int, past: tuple[str, ...]) -> Any:
        if depth == 0 or rng.random() < 0.1:
            return dt.Outcome({p: next(pay) for p in ("Ann", "Bob", "Cy")})
        below = {a: node(depth - 1, (*past, a)) for a in "ab"}
        if rng.random() < 0.2:
            return dt.Chance({a: ("1/2", b) for a, b in below.items()})
        return dt.Move(rng.choice(("Ann", "Bob", "Cy")), past, below)

    return dt.Game(["Ann", "Bob", "Cy"], node(5, ()))


@pytest.mark.parametrize("seed", range(12))
def test_with_perfect_information_all_concepts_agree(seed: int) -> None:
    game = perfect_information(seed)
    one, two = weak(game), dt.solve(game, "subgame-perfect")
    assert one.complete
    assert two.complete
    assert len(one) == len(two)
    assert sorted(map(str, played(one))) == sorted(map(str, played(two)))


def test_sequential_equilibria_are_perfect_bayesian() -> None:
    looked = 0
    for seed in range(100, 120):
        game = small_game(seed).at()
        wide, twin = weak(game), Twin(game)
        if not wide.complete:
            continue
        held = families(wide)
        for e in itertools.islice(dt.solve(game).equilibria, 5):
            assert inside(held, twin, *twin.arrays(e)), seed
            looked += 1
    assert looked > 25


# --- the oracle ---


def inside(held: list[Any], twin: Twin, plan: Any, beliefs: list[Any] | None) -> bool:
    """Whether an assessment, or a strategy profile, meets what is said of some family."""
    ends = [*twin.tree.first[1:], twin.tree.size]
    rows = [tuple(plan[s:e]) for s, e in zip(twin.tree.first, ends, strict=True)]
    believed = [tuple(b) for b in beliefs or [[1.0] * len(n) for n in twin.tree.nodes]]
    values = twin.values(SimpleNamespace(plan=rows, beliefs=believed))
    own, named = supports(values), by_name(values)
    same = [family for family in held if supports_of(family) == own]
    if beliefs is None:
        same = [without_beliefs(family) for family in same]
    return any(gap(family, values, named) < CLOSE for family in same)


def without_beliefs(family: Any) -> Any:
    return SimpleNamespace(
        fixed={key: x for key, x in family.fixed.items() if key[0] == "strategy"},
        free={key: x for key, x in family.free.items() if key[0] == "strategy"},
        relations=[r for r in family.relations if "belief" not in r],
    )


def check(seed: int) -> None:
    """Families hold what the oracle accepts, and nothing that it rejects."""
    game = small_game(seed).at()
    twin = Twin(game)
    sizes = [float(len(a)) for a in twin.tree.actions]
    if not sizes or np.prod(sizes) > MOST_PROFILES:
        return
    solution, rng = weak(game), np.random.default_rng(seed)
    for e in itertools.islice(solution.equilibria, 40):
        assert brute.regret(twin.tree, *twin.arrays(e)) < CLOSE, seed
        assert dt.certify(game, e.strategy, concept="nash").holds, seed
    held = families(solution)
    drawn = [brute.drawn_plan(twin.tree, rng) for _ in range(25)]
    for plan in itertools.chain(brute.pure_plans(twin.tree), drawn):
        beliefs = brute.supporting(twin.tree, plan)
        if beliefs is not None and solution.complete:
            assert inside(held, twin, plan, beliefs), (seed, plan)
        elif beliefs is None:
            assert not inside(held, twin, plan, None), (seed, plan)


@pytest.mark.parametrize("seed", REGULAR)
def test_families_hold_what_the_oracle_accepts(seed: int) -> None:
    check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", LONG)
def test_families_hold_what_the_oracle_accepts_in_many_games(seed: int) -> None:
    check(seed)


@pytest.mark.slow
def test_the_crisis_continuation() -> None:
    game = dt.guarantee_game(fixed={"preparation": "keep, restrained"}).at(**defaults())
    solution = weak(game)
    assert solution.complete
    assert len(solution) == 8
    own = {str(s) for s in played(solution)}
    narrow = dt.solve(game)
    assert {str(s) for s in played(narrow)} <= own
    page = " ".join(SOLVING.read_text(encoding="utf-8").split())
    count = len(families(solution))
    assert f"with {count:,} families in the same {len(solution)} components" in page
    assert f"({len(game)} nodes, {len(game.information_sets)} information sets" in page
    for component in solution.components:
        for family in itertools.islice(component.families, 5):
            assert family.representative.certificate.holds
