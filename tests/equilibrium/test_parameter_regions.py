"""Regions of parameters against the thresholds that the literature states."""

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError, ParameterError
from deterrence.literature.perfect_deterrence import (
    asymmetric_deterrence,
    mutual_deterrence,
    unilateral_deterrence,
)
from deterrence.literature.tripartite_crisis import tripartite_crisis


def ordered(game, *chains):
    """Symbols by name, and the inequalities of chains of names in rising order."""
    names = {name: sympy.Symbol(name, real=True) for name in game.parameters}
    rows = [
        names[low] < names[high]
        for chain in chains
        for low, high in zip(chain.split(), chain.split()[1:], strict=False)
    ]
    return names, rows


def same(one, other):
    return sympy.simplify(one - other) == 0


UNILATERAL = unilateral_deterrence()
U, U_ORDER = ordered(
    UNILATERAL,
    "c_DD_soft c_CD c_DD_hard c_SQ c_DC",
    "d_DD_soft d_DC d_DD_hard d_CD d_SQ",
)
U_PAY = {
    "c_SQ": "0.6", "c_DC": 1, "c_CD": "0.2", "c_DD_hard": "0.4", "c_DD_soft": 0,
    "d_SQ": 1, "d_DC": "0.3", "d_CD": "0.8", "d_DD_hard": "0.5", "d_DD_soft": 0,
}  # fmt: skip
# chapter 5: a hard and a soft Challenger are deterred, a Defender believes at least d1
C_HARD = (U["c_DC"] - U["c_SQ"]) / (U["c_DC"] - U["c_DD_hard"])
C_SOFT = (U["c_DC"] - U["c_SQ"]) / (U["c_DC"] - U["c_CD"])
D_ONE = (U["d_CD"] - U["d_DC"]) / (U["d_CD"] - U["d_DD_soft"])


def chance_of(equilibrium, who, knows, action):
    return equilibrium.strategy[who][knows][action]


def class_of(e):
    """The name of an equilibrium of the unilateral game, from what is played."""
    hard = chance_of(e, "Challenger", ("hard",), "demand")
    soft = chance_of(e, "Challenger", ("soft",), "demand")
    resist = chance_of(e, "Defender", ("soft", "demand"), "resist")
    if (hard, soft) == (0, 0):
        return "certain" if resist == 0 else "steadfast" if resist == 1 else "steadfast, mixed"
    if (hard, soft) == (1, 0):
        return "separating"
    return "attack" if soft == 1 else "bluff"


@pytest.fixture(scope="module")
def unilateral_regions():
    found = {}
    for p_ch, p_def in (("0.3", "0.2"), ("0.5", "0.8"), ("0.5", "0.6"), ("0.8", "0.2")):
        solution = dt.solve(UNILATERAL.at(U_PAY, p_ch=p_ch, p_def=p_def))
        for component in solution.components:
            for family in component.families:
                e = family.representative
                if class_of(e) not in found:
                    found[class_of(e)] = dt.region(UNILATERAL, e, U_ORDER)
    return found


def test_the_thresholds_of_the_unilateral_game_come_out(unilateral_regions):
    r = unilateral_regions
    expected = {
        "certain": ({"p_def": [C_HARD]}, {}),
        "separating": ({"p_def": [C_HARD, C_SOFT]}, {}),
        "bluff": ({"p_def": [C_SOFT], "p_ch": [D_ONE]}, {}),
        "attack": ({"p_def": [C_SOFT], "p_ch": [D_ONE]}, {}),
    }
    for name, (bounds, _) in expected.items():
        for parameter, wanted in bounds.items():
            found = r[name].thresholds(parameter)
            assert all(any(same(f, w) for f in found) for w in wanted), (name, found)
    assert all(
        any(same(f, w) for w in (C_HARD, C_SOFT)) for f in r["separating"].thresholds("p_def")
    )


def test_mixing_and_belief_of_the_bluff_in_closed_form(unilateral_regions):
    (branch,) = unilateral_regions["bluff"].branches
    demand = branch.strategy["Challenger", ("soft",), "demand"]
    resist = branch.strategy["Defender", ("soft", "demand"), "resist"]
    belief = branch.beliefs["Defender", ("soft", "demand"), ("hard", "soft", "demand")]
    p_ch, p_def = U["p_ch"], U["p_def"]
    assert same(demand, p_ch * (1 - D_ONE) / ((1 - p_ch) * D_ONE))
    assert same(resist, (C_SOFT - p_def) / (1 - p_def))
    assert same(belief, D_ONE)


def test_regions_agree_with_the_table_at_ten_thousand_points(unilateral_regions):
    rng = np.random.default_rng(0)
    c = np.sort(rng.random((5, 10_000)), axis=0)
    d = np.sort(rng.random((5, 10_000)), axis=0)
    p = dict(zip(("c_DD_soft", "c_CD", "c_DD_hard", "c_SQ", "c_DC"), c, strict=True))
    p |= dict(zip(("d_DD_soft", "d_DC", "d_DD_hard", "d_CD", "d_SQ"), d, strict=True))
    p |= {"p_ch": rng.random(10_000), "p_def": rng.random(10_000)}
    hard = (p["c_DC"] - p["c_SQ"]) / (p["c_DC"] - p["c_DD_hard"])
    soft = (p["c_DC"] - p["c_SQ"]) / (p["c_DC"] - p["c_CD"])
    one = (p["d_CD"] - p["d_DC"]) / (p["d_CD"] - p["d_DD_soft"])
    table = {
        "certain": p["p_def"] >= hard,
        "steadfast": np.ones(10_000, dtype=bool),
        "separating": (soft <= p["p_def"]) & (p["p_def"] <= hard),
        "bluff": (p["p_def"] <= soft) & (p["p_ch"] <= one),
        "attack": (p["p_def"] <= soft) & (p["p_ch"] >= one),
    }
    for name, wanted in table.items():
        found = unilateral_regions[name].contains(p)
        assert int((found != wanted).sum()) == 0, name
        assert wanted.sum() > 0


def test_the_threshold_of_the_asymmetric_game():
    game = asymmetric_deterrence()
    names, order = ordered(game, "c_DD c_SQ c_DC", "d_DD_soft d_DC d_DD_hard d_SQ")
    pay = {"c_SQ": "0.5", "c_DC": 1, "c_DD": 0}
    pay |= {"d_SQ": 1, "d_DC": "0.3", "d_DD_hard": "0.5", "d_DD_soft": 0}
    t = (names["c_DC"] - names["c_SQ"]) / (names["c_DC"] - names["c_DD"])
    for p, inside in (("0.6", 0.7), ("0.4", 0.3)):
        found = dt.region(game, dt.solve(game.at(pay, p_def=p))[0], order)
        (bound,) = found.thresholds("p_def")
        assert same(bound, t)
        numbers = {name: float(x) for name, x in pay.items()}
        assert found.contains(numbers, p_def=inside)
        assert not found.contains(numbers, p_def=1 - inside)


def test_the_thresholds_of_the_mutual_game():
    game = mutual_deterrence()
    n, order = ordered(
        game, "a_DD_soft a_CD a_DD_hard a_SQ a_DC", "b_DD_soft b_DC b_DD_hard b_SQ b_CD"
    )
    pay = {
        "a_SQ": "0.6", "a_DC": 1, "a_CD": "0.25", "a_DD_hard": "0.4", "a_DD_soft": 0,
        "b_SQ": "0.7", "b_CD": 1, "b_DC": "0.3", "b_DD_hard": "0.5", "b_DD_soft": 0,
    }  # fmt: skip
    gain = n["a_DC"] - n["a_SQ"]
    a_t = gain / (n["a_DC"] - n["a_DD_hard"])
    a_s = gain / (gain + n["a_CD"] - n["a_DD_soft"])
    seen = {}
    for e in dt.solve(game.at(pay, p_a="0.8", p_b="0.8")):
        seen[chance_of(e, "A", ("hard",), "defect")] = dt.region(game, e, order)
    assert any(same(x, a_t) for x in seen[0].thresholds("p_b"))  # sure-thing deterrence
    assert [same(x, a_s) for x in seen[1].thresholds("p_b")] == [True]  # separating


def test_the_audience_cost_that_makes_a_commitment_certain():
    """Hand-tying: a staunch Defender supports for sure from a* = W - d_CON on."""
    game = tripartite_crisis()
    n, order = ordered(
        game,
        "c_CON_hesitant c_CC c_CON_determined c_SQ c_PL",
        "d_CON_perfidious d_PR d_CON_staunch d_PL d_SET d_CC d_SQ",
        "s_SET s_CON s_CC s_SQ",
        "s_PR_loyal s_PL s_PR_disloyal",
    )
    pay = {
        "c_PR": 1, "c_PL": "0.9", "c_SET": "0.8", "c_SQ": "0.5", "c_CON_determined": "0.3",
        "c_CC": "0.1", "c_CON_hesitant": 0, "d_SQ": 1, "d_CC": "0.9", "d_SET": "0.6",
        "d_PL": "0.5", "d_CON_staunch": "0.3", "d_PR": "0.2", "d_CON_perfidious": "0.1",
        "s_SQ": 1, "s_CC": "0.9", "s_CON": "0.5", "s_SET": "0.4", "s_PR_disloyal": "0.3",
        "s_PL": "0.2", "s_PR_loyal": "0.1",
    }  # fmt: skip
    p = n["p_disloyal"]
    withheld = p * n["d_PR"] + (1 - p) * n["d_PL"]
    point = {"p_determined": "0.3", "p_staunch": "0.8", "p_disloyal": "0.5"}
    bounds = []
    for component in dt.solve(game.at({**pay, **point, "audience_cost": 0})).components:
        for family in component.families:
            if chance_of(family.representative, "Challenger", ("determined",), "demand") == 1:
                bounds += dt.region(game, family.representative, order).thresholds("audience_cost")
    assert any(same(x, withheld - n["d_CON_staunch"]) for x in bounds)


def test_wrong_input_is_told(unilateral_regions):
    region = unilateral_regions["certain"]
    with pytest.raises(ParameterError, match="give numbers"):
        region.contains(p_def=0.5)
    with pytest.raises(ParameterError, match="Did you mean"):
        region.thresholds("p_de")
    game = UNILATERAL.at(U_PAY, p_ch="0.5", p_def="0.8")
    equilibrium = dt.solve(game)[0]
    with pytest.raises(InputError, match="no parameters"):
        dt.region(game, equilibrium)
    with pytest.raises(InputError, match="contradict"):
        dt.region(UNILATERAL, equilibrium, [U["c_SQ"] < U["c_DC"], U["c_DC"] + 1 < U["c_SQ"]])
    with pytest.raises(InputError, match="not linear"):
        dt.region(UNILATERAL, equilibrium, [U["c_SQ"] * U["c_DC"] < 1])
