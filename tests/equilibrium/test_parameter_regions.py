"""Regions of parameters against the thresholds that the literature states."""

import pickle

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError, ParameterError
from deterrence.literature.perfect_deterrence import (
    asymmetric_deterrence,
    unilateral_deterrence,
)


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
    with pytest.raises(InputError, match="sequential"):
        dt.region(UNILATERAL, dt.solve(game, "nash")[0])
    with pytest.raises(InputError, match="not linear"):
        dt.region(UNILATERAL, equilibrium, [U["c_SQ"] * U["c_DC"] < 1])


def test_a_region_survives_a_pickle(unilateral_regions):
    region = unilateral_regions["bluff"]
    again = pickle.loads(pickle.dumps(region))
    numbers = {name: float(x) for name, x in U_PAY.items()}
    inside = np.linspace(0.01, 0.99, 50)
    assert (again.contains(numbers, p_ch=0.3, p_def=inside) == (inside <= 0.5)).all()
    assert again.thresholds("p_def").keys() == region.thresholds("p_def").keys()


def test_a_constraint_that_never_binds_has_no_threshold():
    # Russia attacks for a prize of t^2 + 1, which is never zero
    t = sympy.Symbol("t")
    root = dt.Move(
        "Russia",
        (),
        {"attack": dt.Outcome({"Russia": t**2 + 1}), "refrain": dt.Outcome({"Russia": 0})},
    )
    game = dt.Game(["Russia"], root, ranges={"t": (0, 1)})
    (equilibrium,) = dt.solve(game.at(t="0.5"))
    assert dt.region(game, equilibrium).thresholds("t") == {}
