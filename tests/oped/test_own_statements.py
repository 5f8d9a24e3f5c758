"""What is said of the simple plays of companions, against the companions solved."""

from fractions import Fraction

import numpy as np
import pytest

from deterrence.equilibrium.concepts import solve
from deterrence.games.tree import Game
from deterrence.guarantee.crisis import guarantee_game
from deterrence.guarantee.settlement import war_game
from deterrence.oped import crisis_statements, years_statements
from deterrence.oped.coalition_response import Coalition
from deterrence.oped.own_crises import MEMBERS
from deterrence.oped.own_points import columns_of, points_of
from deterrence.oped.own_samples import OWN, answered, rows_of
from deterrence.oped.own_statements import STATEMENTS, own_statements
from deterrence.oped.own_years import BASE as BASE_RUN
from deterrence.oped.own_years import FORGOTTEN
from deterrence.oped.settings import BASE
from deterrence.oped.simple_plays import played, simple_plays

COUNT = 16


def drawn(claim: str, seed: int = 5) -> dict[str, np.ndarray]:
    columns = columns_of(claim, COUNT, "plausible", seed)
    return {name: np.full(COUNT, x) for name, x in BASE.items()} | dict(columns)


def test_every_claim_with_a_sample_of_its_own_has_statements() -> None:
    assert set(STATEMENTS) == set(OWN)
    for claim in OWN:
        plays, alone = own_statements(claim, columns_of(claim, 8, "plausible", 0))
        for name, column in {**plays, **alone}.items():
            assert column.shape == (8,), (claim, name)
            assert np.isfinite(column).all(), (claim, name)


def test_trust_that_is_the_prior_changes_nothing() -> None:
    x = drawn("C05")
    for one, other in zip(
        simple_plays(x).values(), simple_plays({**x, "trust": x["phi"]}).values(), strict=True
    ):
        alike, own = played(one), played(other)
        assert all((alike[name] == own[name]).all() for name in alike)


def test_trust_moves_what_ukraine_counts_on_and_nothing_after_its_preparation() -> None:
    x = drawn("C05")
    low, high = (
        simple_plays({**x, "trust": np.full(COUNT, t)})["quiet"]["keep, restrained"].outcomes()
        for t in (0.25, 0.75)
    )
    assert (low["attack"] == high["attack"]).all()
    assert (low["Guarantor"] == high["Guarantor"]).all()
    middle = simple_plays({**x, "trust": np.full(COUNT, 0.5)})["quiet"]["keep, restrained"]
    assert middle.outcomes()["Ukraine"] == pytest.approx((low["Ukraine"] + high["Ukraine"]) / 2)


@pytest.mark.parametrize("label", ["weak", "strong"])
@pytest.mark.parametrize(
    ("words", "phi"), [("if irresolute", 0), ("if resolved", 1), ("at the prior", None)]
)
def test_what_follows_an_offer_is_the_crisis_solved_at_that_belief(label, words, phi) -> None:
    """Without a probe only ties have several equilibria, so that one number is all there is."""
    columns = columns_of("C22", COUNT, "plausible", 5)
    plays, alone = crisis_statements.offer(drawn("C22"))
    within = guarantee_game(
        ("types", "challenge", "finding", "response"), fixed={"settlement": "accept"}
    )
    game = Game(within.players, within.root)  # beliefs may be certain
    for k in range(0, COUNT, 4):
        values = dict(points_of(columns, [k])[0])
        values["strength"] = Fraction("0.2" if label == "weak" else "0.9")
        values["phi"] = values["phi"] if phi is None else Fraction(phi)
        solution = solve(game.at({n: values[n] for n in game.parameters}))
        ends = solution.envelope()
        for name, events in (("attack", ["attack"]), ("challenge", ["attack", "probe"])):
            happens = sum(ends[event][1] for event in events) > 1e-9
            assert (plays[f"{name}({label} offer, {words}) <= 0"][k] > 0) == (not happens)
        pays = [
            alone[f"{kind}: {challenge} pays against the {label} offer, {words}"][k] > 0
            for kind in ("revisionist", "security")
            for challenge in ("probe", "attack")
        ]
        assert any(pays) == happens


def test_force_pays_the_first_of_many_as_in_the_coalitions_game() -> None:
    x = drawn("C39")
    _, found = crisis_statements.coalition(x)
    for k in range(COUNT):
        numbers = {name: float(column[k]) for name, column in x.items()}
        least = min(numbers["k_resolved"], numbers["k_irresolute"])
        one = Coalition(1, "individual", "summation", numbers, 0.0).game().values
        many = Coalition(MEMBERS, "individual", "summation", numbers, 0.0).game().values
        assert found["force pays one guarantor"][k] == pytest.approx(one[1] - one[0] - least)
        assert found[f"force pays the first of {MEMBERS}"][k] == pytest.approx(
            many[1] - many[0] - least
        )


def test_cover_in_the_war_is_worth_what_the_war_game_says() -> None:
    columns = columns_of("C41", COUNT, "plausible", 5)
    plays, alone = crisis_statements.war(drawn("C41"))
    games = {covered: war_game(covered=covered) for covered in (True, False)}
    for k in range(0, COUNT, 2):
        values = points_of(columns, [k])[0]
        worth = {
            covered: solve(game.at({n: values[n] for n in game.parameters}))
            for covered, game in games.items()
        }
        ends = {covered: s.envelope()["Ukraine"] for covered, s in worth.items()}
        gains = ends[True][0] > ends[False][1] + 1e-9
        assert (plays["Ukraine(covered war) > Ukraine(war)"][k] > 0) == gains
        forced = worth[True].envelope().get("force", (0.0, 0.0))[0]
        phi = float(values["phi"])
        pays = [
            alone[f"{kind}: force pays in the war"][k] > 0 for kind in ("resolved", "irresolute")
        ]
        assert forced == pytest.approx(phi * pays[0] + (1 - phi) * pays[1])


def test_nothing_that_changes_and_nobody_who_attacks() -> None:
    """An attack that costs more than any prize: the hazard is 0 in every year, whatever changes."""
    x = drawn("C08") | {"c_0": np.full(COUNT, 20.0)}
    moves, _ = years_statements.moving(x)
    stays, _ = years_statements.staying(x)
    assert (moves["the yearly hazard moves"] < 0).all()
    assert (stays["the yearly hazard stays, nothing else changing"] > 0).all()
    for statements in (years_statements.remembered, years_statements.lasting):
        (column,) = statements(x)[0].values()
        assert (column > 0).all()


def test_a_word_that_costs_no_less_after_it_was_broken_only_adds_plays() -> None:
    """Memory is then a signal without meaning, on which Russia may act or not."""
    x = years_statements._settled(drawn("C33") | {"spent": np.zeros(COUNT)})
    least, most = years_statements._curves(x, BASE_RUN)
    fewer, more = years_statements._curves(x, FORGOTTEN)
    assert (least <= fewer + 1e-12).all()
    assert (most >= more - 1e-12).all()
    assert (least[:, 1] == fewer[:, 1]).any()


def test_an_open_door_is_backward_induction() -> None:
    """At every point as in the two periods solved as one game."""
    count = 96
    columns = columns_of("C42", count, "plausible", 11)
    (rises,) = own_statements("C42", columns)[0].values()
    rows = rows_of(OWN["C42"], count, "plausible", 11, jobs=1)
    (part, _) = answered(OWN["C42"], rows)["C42"]
    assert part.known.all()
    assert ((rises > 0) == part.holds).all()
    assert 0 < part.holds.sum() < count
