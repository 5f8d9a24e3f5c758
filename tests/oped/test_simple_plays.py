"""The simple plays against complete solutions: where one is settled, it is an equilibrium."""

import numpy as np
import pytest

import deterrence as dt
from deterrence.oped.claim_sample import after_preparation
from deterrence.oped.settings import BOXES, SETTINGS, draw, values_at
from deterrence.oped.simple_plays import WAYS, After, played, simple_plays

SIZE = 64
DRAWN = draw(SIZE, BOXES["plausible"], seed=3)
EVENTS = ("probe", "attack", "abandonment", "unanswered attack", "force at a probe", "entrapment")

PAID = ("Ukraine", "Guarantor", "Russia, revisionist", "Russia, security")


def solved(way: str, x: dict[str, np.ndarray], k: int):
    game = after_preparation()[way]
    return dt.solve(game.at({n: repr(float(x[n][k])) for n in game.parameters}))


def examples(found: dict[str, np.ndarray], among: np.ndarray) -> list[int]:
    """The first points of each kind: with a probe, an attack, both and neither."""
    kinds = 2 * (found["probe"] > 0) + (found["attack"] > 0)
    return [int(k) for kind in range(4) for k in np.flatnonzero(among & (kinds == kind))[:2]]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("base", "quiet"),
        ("base", "signalling"),
        ("strong, strict", "signalling"),
        ("defence", "quiet"),
        ("automatic", "quiet"),
    ],
)
def test_where_it_is_settled_it_is_among_all_equilibria(setting: str, name: str, way: str) -> None:
    """Solved by the general solver, from the tree; where one equilibrium is all, they are equal."""
    x = values_at(setting, DRAWN)
    after = simple_plays(x)[name][way]
    found = after.outcomes()
    for kind, prior in (("revisionist", x["rho"]), ("security", 1 - x["rho"])):
        found[f"Russia, {kind}"] = prior * found[f"Russia, {kind}"]  # there, before the draw
    chosen = examples(found, after.settled())
    assert len(chosen) >= 4
    for k in chosen:
        solution = solved(way, x, k)
        assert solution.complete
        for outcome in PAID + EVENTS:
            if outcome == "entrapment" and not after.provocative:
                assert found[outcome][k] == 0
                continue
            least, most = (float(end) for end in solution.most_and_least(outcome))
            assert least - 1e-6 <= found[outcome][k] <= most + 1e-6, (k, outcome)


def test_where_it_is_not_settled_it_may_be_none() -> None:
    """At some of those points its outcome is outside the complete set: settled says something."""
    x = values_at("base", DRAWN)
    after = simple_plays(x)["quiet"]["keep, restrained"]
    found = after.outcomes()
    outside = 0
    for k in np.flatnonzero(~after.settled())[:6]:
        least, most = (
            float(end) for end in solved("keep, restrained", x, k).most_and_least("attack")
        )
        outside += not least - 1e-6 <= found["attack"][k] <= most + 1e-6
    assert outside


def test_expectations_change_answers_only_where_an_attack_may_follow() -> None:
    x = values_at("strong", DRAWN)
    plain = After(x, "keep, restrained")
    key = ("irresolute", plain.probe)
    for risk in (plain.risk(), plain.risk_if_force_signals()):
        wary = plain.expecting(risk)
        changed = ~np.isclose(plain.met[key].answers, wary.met[key].answers).all(axis=0)
        same_for_all = (risk == risk[0]).all(axis=0)  # then no answer does better for it
        assert changed.any()
        assert not (changed & same_for_all).any()


def test_force_that_signals_deters_no_less_than_anything_less() -> None:
    """The rest is never worth more to Russia against a resolved Guarantor who fights more often."""
    after = After(values_at("base", DRAWN), "keep, restrained")
    fights = [after.met[kind, after.rest].answers for kind in ("resolved", "irresolute")]
    more = (fights[0][2] >= fights[1][2]) & (fights[0][0] <= fights[1][0])
    risk = after.risk_if_force_signals()
    assert more.any()
    assert (risk[2] <= risk[0])[more].all()
    assert (risk[2] < risk[0]).any()
    assert (risk[0] == risk[1]).all()


@pytest.mark.parametrize("name", ["quiet", "signalling"])
def test_ukraine_prepares_as_pays_it_most(name: str) -> None:
    after = simple_plays(values_at("base", DRAWN))[name]
    found = played(after)
    each = np.stack([one.outcomes()["Ukraine"] for one in after.values()])
    assert found["Ukraine"] == pytest.approx(each.max(axis=0))
    best = np.array(list(WAYS.values()))[each.argmax(axis=0)]
    assert found["defence-kept"].astype(bool).tolist() == best[:, 0].tolist()
    assert found["provocation"].astype(bool).tolist() == best[:, 1].tolist()


def test_two_turns_of_a_probe_by_hand() -> None:
    """One type of each, sure cover, no conditions: every number follows on paper.

    M is 1 alone, 2 with aid, 4 with force, and 1/4 more in an attack after a probe. Aid to a probe
    saves the Guarantor 1/2 - 1/3 of its stake 1 and a broken word, force costs it far too much.
    Aid honours an attack in full. So a probe and an attack both meet aid, at chance 1/3 and, with
    surprise lost, 4/13. The prize is 2: the probe pays 1/4 (2/3 - 1/10), the rest
    3/4 (8/13 - 1/10), an attack 2/3 - 1/10, which is more.
    """
    instruments = ["presence", "conditionality", "defence_condition", "automaticity"]
    others = ["terms", "m_pi", "c_q", "c_d", "t", "w", "c_pi", "y", "c_A", "m_d"]
    x = {name: np.zeros(1) for name in instruments + others}
    given = {
        "m0": 1, "m_aid": 1, "m_force": 2, "m_w": 0.25, "v": 1, "k_A": 0.05, "k_resolved": 9,
        "k_irresolute": 9, "a": 1, "strength": 1, "response_ambiguity": 1, "phi": 1, "rho": 1,
        "b_revisionist": 2, "b_security": 0.1, "c_0": 0.1, "c_F": 1, "c_U": 0.2, "sigma": 0.25,
        "trigger_ambiguity": 0.01, "threshold": 0.1,
    }  # fmt: skip
    x |= {name: np.array([float(value)]) for name, value in given.items()}
    after = After(x, "keep, restrained")
    worth = after.russia("revisionist")
    assert worth["attack"] == pytest.approx(2 / 3 - 0.1)
    assert worth["probe"] == pytest.approx((2 / 3 - 0.1) / 4 + (8 / 13 - 0.1) * 3 / 4)
    found = after.outcomes()
    assert (found["attack"][0], found["probe"][0], found["unanswered attack"][0]) == (1, 0, 0)
    assert found["Guarantor"] == pytest.approx(-1 / 3 - 0.05)
    assert found["Ukraine"] == pytest.approx(-1 / 3 - 0.2)
    assert found["Russia, security"] == pytest.approx(0)


def test_one_of_the_two_is_an_equilibrium_at_sixty_to_ninety_per_cent() -> None:
    """As docs/reference/claims.md says, by guarantee and after every preparation."""
    drawn = draw(1024, BOXES["plausible"])
    shares = []
    for setting in SETTINGS:
        plays = simple_plays(values_at(setting, drawn)).values()
        settled = [np.logical_and.reduce([a.settled() for a in p.values()]) for p in plays]
        shares.append(np.logical_or(*settled).mean())
    assert [round(x, 1) for x in (min(shares), max(shares))] == [0.6, 0.9]
