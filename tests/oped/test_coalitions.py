import numpy as np
import pandas as pd
import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError, ParameterError
from deterrence.oped.coalition_response import Coalition

KSC = {name: float(x) for name, x in dt.arrangement("ksc").values().items()}
RULES = ["individual", "lead", "majority", "unanimity"]
MIXED = {"strength": "0.5", "k_irresolute": "0.7", "v": "0.5"}  # where some act and some do not

DEAR = {"strength": 0, "k_resolved": "0.5", "v": "0.2"}


def simulated(coalition: Coalition, draws: int, seed: int) -> tuple[float, ...]:
    """Play the equilibrium out: mean force, whether anybody acts, what all members get together.

    Types are drawn one by one and payoffs written out again from the model's description.
    """
    x, n = coalition.numbers, coalition.n
    rng = np.random.default_rng(seed)
    low, high = x["k_resolved"], x["k_irresolute"]
    half = (high - low) / 2
    upper = rng.random((draws, n)) >= x["phi"]
    costs = low + half * (upper + rng.random((draws, n)))
    game = coalition.game()
    scale = n if coalition.best_shot else 1
    if coalition.rule == "lead":
        (led,) = dt.lead_equilibria(game)
        first = scale * costs[:, :1] <= led.cutpoint
        cuts = np.where(first, led.after_act.cutpoint, led.after_none.cutpoint)
        willing = np.hstack([first, scale * costs[:, 1:] <= cuts])
    else:
        (point,) = [e for e in dt.threshold_equilibria(game) if e.pivotal]
        willing = scale * costs <= point.cutpoint
    yes = willing.sum(axis=1)
    if coalition.rule in ("majority", "unanimity"):
        passes = 2 * yes > n if coalition.rule == "majority" else yes == n
        acting = np.repeat(passes[:, None], n, axis=1)
        shirks = ~willing & ~acting
        force, part = passes.astype(float), 1 / n
    else:
        acting, shirks = willing, ~willing
        force = (yes > 0).astype(float) if coalition.best_shot else yes / n
        part = 1.0 if coalition.best_shot else 1 / n
    held = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"]
    lost = 1 / (1 + held + (x["m_aid"] + x["m_force"]) * force)
    stake = x["v"] + x["y"] * x["presence"]
    together = -stake * lost - x["strength"] * x["a"] * (1 - force)
    together -= coalition.bilateral * x["a"] * shirks.sum(axis=1) / n
    together -= part * (costs * acting).sum(axis=1)
    return force.mean(), acting.any(axis=1).mean(), together.mean(), together.std()


@pytest.mark.parametrize("strength", [0.15, 0.5])
@pytest.mark.parametrize("technology", ["summation", "best-shot"])
@pytest.mark.parametrize("rule", RULES)
def test_outcomes_are_those_of_playing_it_out(rule: str, technology: str, strength: float) -> None:
    draws = 40_000
    numbers = {**KSC, **{name: float(x) for name, x in MIXED.items()}, "strength": strength}
    coalition = Coalition(4, rule, technology, numbers, 0.1)
    reactions, complete = coalition.reactions()
    assert complete
    (found,) = [r for r in reactions if r.pivotal]
    force, response, together, spread = simulated(coalition, draws, seed=3)
    error = 4 / draws**0.5
    assert found.acting.sum() == pytest.approx(1, abs=1e-12)
    assert found.acting @ found.force == pytest.approx(force, abs=error / 2)
    assert 1 - found.acting[0] == pytest.approx(response, abs=error / 2)
    assert found.guarantors == pytest.approx(together, abs=error * spread + 1e-12)


def test_russia_and_ukraine_by_hand() -> None:
    """Stakes so low and force so dear that nobody acts: Russia meets Ukraine's defence alone."""
    found = dt.compare_coalitions("ksc", [5], ["individual"], changes={**DEAR, "b_security": "0.3"})
    (row,) = found.table.to_dict("records")
    worth = {"revisionist": KSC["b_revisionist"], "security": 0.3}
    p = 1 / (1 + KSC["m0"] * (1 + KSC["m_d"]) + KSC["m_pi"] * KSC["presence"])
    gains = [worth[kind] * p - KSC["c_0"] for kind in ("revisionist", "security")]
    odds = [KSC["rho"], 1 - KSC["rho"]]
    assert gains[0] > 0 > gains[1]
    assert row["response"] == 0
    assert row["attack"] == sum(o for o, g in zip(odds, gains, strict=True) if g > 0)
    assert row["Russia"] == pytest.approx(
        sum(o * max(g, 0) for o, g in zip(odds, gains, strict=True))
    )
    assert row["Ukraine"] == pytest.approx(-KSC["c_d"] - row["attack"] * (p + KSC["c_U"]))
    stake = 0.2 + KSC["y"] * KSC["presence"]
    upkeep = KSC["c_pi"] * KSC["presence"]
    assert row["Guarantors"] == pytest.approx(-upkeep - row["attack"] * stake * p)


def test_the_rule_is_of_no_account_for_one() -> None:
    found = dt.compare_coalitions("ksc", [1], RULES, bilateral="0.2", changes=MIXED)
    assert found.complete
    rows = found.table[[c for c in found.table if c != "pivotal"]].to_numpy(dtype=float)
    assert rows == pytest.approx(np.tile(rows[0], (4, 1)), abs=1e-12)


def test_the_lower_cost_is_the_resolved_ones() -> None:
    costs = [
        {"k_resolved": one, "k_irresolute": other} for one, other in ((0.5, 0.45), (0.45, 0.5))
    ]
    tables = [dt.compare_coalitions("ksc", [3], changes=changes).table for changes in costs]
    pd.testing.assert_frame_equal(*tables)


def test_what_is_lost_is_counted_from_one() -> None:
    found = dt.compare_coalitions("ksc", [1, 6], ["individual", "unanimity"], changes=MIXED)
    lost, ends = found.lost(), found.envelope()
    assert lost.loc[1].to_numpy() == pytest.approx(np.zeros((2, lost.shape[1])), abs=1e-12)
    one = ends.loc[(1, "individual")]
    for rule in ("individual", "unanimity"):
        pd.testing.assert_series_equal(
            lost.loc[(6, rule)] + one, ends.loc[(6, rule)], check_names=False
        )
    with pytest.raises(InputError, match="put 1"):
        dt.compare_coalitions("ksc", [2]).lost()


def test_votes_that_do_not_matter_are_left_out_of_the_envelope_unless_asked_for() -> None:
    found = dt.compare_coalitions("ksc", [3], ["unanimity"])
    assert not found.table["pivotal"].all()
    name = ("response", "least")
    assert found.envelope().loc[(3, "unanimity"), name] == 1
    assert found.envelope(pivotal=False).loc[(3, "unanimity"), name] == 0


def test_numbers_by_name_and_what_is_printed() -> None:
    given = dt.compare_coalitions(dt.arrangement("ksc").values(), [2], ["lead"])
    named = dt.compare_coalitions("ksc", [2], ["lead"])
    pd.testing.assert_frame_equal(given.table, named.table)
    assert str(named).startswith("Symmetric equilibria (complete), summation, bilateral 0")


def test_draws_are_paired_and_seeded() -> None:
    pledges = {"joint": (0.6, 0), "own": (0, 0.6)}
    one = dt.draw_coalitions(3, pledges, rng=0, guarantors=[1, 5], rules=["individual"])
    again = dt.draw_coalitions(2, pledges, rng=0, guarantors=[1, 5], rules=["individual"])
    pd.testing.assert_frame_equal(one.loc[:1], again)
    assert one["set", "complete"].all()
    # one guarantor cannot tell a joint obligation from its own: the same sum is at stake
    alone = one.xs(1, level="n")
    joint, own = alone.xs("joint", level="pledge"), alone.xs("own", level="pledge")
    assert joint.to_numpy(dtype=float) == pytest.approx(own.to_numpy(dtype=float), abs=1e-9)


def test_pledges_do_what_is_asked_of_them() -> None:
    for technology, rules in (("best-shot", ["individual"]), ("summation", ["majority"])):
        needed = dt.pledges_needed(0.9, "ksc", [1, 4], rules, technology=technology, changes=MIXED)
        for (n, rule), row in needed.iterrows():
            if not row["enough"]:
                continue
            found = dt.compare_coalitions(
                "ksc", [n], [rule], technology=technology, bilateral=row["bilateral"], changes=MIXED
            )
            least = found.envelope()["response"]["least"].iloc[0]
            none_needed = row["bilateral"] < 1e-8
            assert least >= 0.9 if none_needed else least == pytest.approx(0.9, abs=1e-6)
    # by hand, one guarantor: its cost at the 90 % quantile less what acting brings, over a
    weak = {**MIXED, "strength": "0.1"}
    x = {**KSC, **{name: float(value) for name, value in weak.items()}}
    held = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"]
    gained = 1 / (1 + held) - 1 / (1 + held + x["m_aid"] + x["m_force"])
    brings = (x["v"] + x["y"] * x["presence"]) * gained + x["strength"] * x["a"]
    middle = (x["k_resolved"] + x["k_irresolute"]) / 2
    quantile = middle + (0.9 - x["phi"]) / (1 - x["phi"]) * (x["k_irresolute"] - middle)
    (one,) = dt.pledges_needed(0.9, "ksc", [1], ["unanimity"], changes=weak)["bilateral"]
    assert quantile > brings
    assert one == pytest.approx((quantile - brings) / x["a"], abs=1e-6)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: dt.compare_coalitions("ksc", [0]), InputError, "whole numbers from 1"),
        (lambda: dt.compare_coalitions("ksc", []), InputError, "at least one number"),
        (lambda: dt.compare_coalitions("ksc", [2], []), InputError, "at least one rule"),
        (lambda: dt.compare_coalitions("ksc", [2], ["vote"]), LabelError, "majority"),
        (lambda: dt.compare_coalitions("ksc", technology="best"), LabelError, "best-shot"),
        (lambda: dt.compare_coalitions("ksc", bilateral=2), ParameterError, "between 0 and 1"),
        (lambda: dt.compare_coalitions("ksc", changes={"vv": 1}), ParameterError, "vv"),
        (lambda: dt.compare_coalitions({"v": 1}), ParameterError, "no number for"),
        (lambda: dt.compare_coalitions({"vv": 1}), ParameterError, "vv"),
        (lambda: dt.compare_coalitions(3), InputError, "no scenario"),
        (
            lambda: dt.compare_coalitions("ksc", changes={"k_resolved": 0.5, "k_irresolute": 0.5}),
            InputError,
            "two ends",
        ),
        (lambda: dt.pledges_needed(0.9, rules=["lead"]), InputError, "two cutpoints"),
        (lambda: dt.pledges_needed(0.9, technology="best"), LabelError, "best-shot"),
        (lambda: dt.pledges_needed(1.5), InputError, "between 0 and 1"),
        (lambda: dt.draw_coalitions(1, {}), InputError, "two strengths"),
        (lambda: dt.draw_coalitions(1, {"x": 1}), InputError, "two strengths"),
        (lambda: dt.draw_coalitions(1, {"x": (2, 0)}), ParameterError, "strength"),
        (lambda: dt.draw_coalitions(1, {"x": (0, 0)}, technology="x"), LabelError, "summation"),
    ],
)
def test_bad_input(call, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_one_size_is_a_size() -> None:
    one, listed = (dt.compare_coalitions("ksc", sizes, ["individual"]) for sizes in (2, [2]))
    assert one.table.equals(listed.table)
