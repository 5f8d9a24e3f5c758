"""Regions of the Mutual Deterrence and Tripartite Crisis games against their published tables.

Closed forms are written here from the literature; the package has only the trees.
"""

import itertools

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.literature.perfect_deterrence import mutual_deterrence
from deterrence.literature.tripartite_crisis import tripartite_crisis

POINTS = 10_000


def same(one, other):
    return sympy.cancel(one - other) == 0


def ordered(game, *chains):
    names = {name: sympy.Symbol(name, real=True) for name in game.parameters}
    rows = [chain.split() for chain in chains]
    return names, [names[a] < names[b] for row in rows for a, b in itertools.pairwise(row)]


def rising(rng, chain):
    """Sorted random numbers for names in rising order, an array for each."""
    names = chain.split()
    values = np.sort(rng.random((len(names), POINTS)), axis=0)
    return dict(zip(names, values, strict=True))


def classes(game, order, points, keys, names):
    """A region for each named class of equilibria at some points.

    Classes are told by what is played at some information sets: 0, 1 or "m" for a mixture.
    """
    found = {}
    for point in points:
        for component in dt.solve(game.at(point)).components:
            for family in component.families:
                e = family.representative
                played = (e.strategy[who][knows][action] for who, knows, action in keys)
                name = names.get(tuple(int(x) if x in (0, 1) else "m" for x in played))
                if name is not None and name not in found:
                    found[name] = dt.region(game, e, order)
    assert set(found) == set(names.values())
    return found


# --- Generalized Mutual Deterrence Game (chapter 4) ----------------------------------------------

A_CHAIN = "a_DD_soft a_CD a_DD_hard a_SQ a_DC"
B_CHAIN = "b_DD_soft b_DC b_DD_hard b_SQ b_CD"
MUTUAL = mutual_deterrence()
M, M_ORDER = ordered(MUTUAL, A_CHAIN, B_CHAIN)
M_PAY = {
    "a_SQ": "0.6", "a_DC": 1, "a_CD": "0.25", "a_DD_hard": "0.4", "a_DD_soft": 0,
    "b_SQ": "0.7", "b_CD": 1, "b_DC": "0.3", "b_DD_hard": "0.5", "b_DD_soft": 0,
}  # fmt: skip
DEFECTS = [(who, knows, "defect") for who in "AB" for knows in (("hard",), ("soft",))]
MUTUAL_CLASSES = {
    (0, 0, 0, 0): "sure-thing",
    ("m", 0, "m", 0): "hybrid",
    (1, 0, 1, 0): "separating",
    (1, "m", 1, "m"): "bluff",
    (1, 1, 1, 0): "attack by A",
    (1, 0, 1, 1): "attack by B",
}


def mutual_bounds(v):
    """aT, aS, bT and bS, from numbers or symbols."""
    gain_a, gain_b = v["a_DC"] - v["a_SQ"], v["b_CD"] - v["b_SQ"]
    return (
        gain_a / (v["a_DC"] - v["a_DD_hard"]),
        gain_a / (gain_a + v["a_CD"] - v["a_DD_soft"]),
        gain_b / (v["b_CD"] - v["b_DD_hard"]),
        gain_b / (gain_b + v["b_DC"] - v["b_DD_soft"]),
    )


@pytest.fixture(scope="module")
def mutual():
    points = [{**M_PAY, "p_a": p, "p_b": q} for p, q in (("0.8", "0.8"), ("0.3", "0.4"))]
    return classes(MUTUAL, M_ORDER, points, DEFECTS, MUTUAL_CLASSES)


def test_thresholds_of_the_mutual_game(mutual):
    a_t, a_s, b_t, b_s = mutual_bounds(M)
    expected = {
        "sure-thing": (a_t, b_t), "hybrid": (a_t, b_t), "separating": (a_s, b_s),
        "bluff": (a_s, b_s), "attack by A": (a_s, None), "attack by B": (None, b_s),
    }  # fmt: skip
    for name, bounds in expected.items():
        for parameter, wanted in zip(("p_b", "p_a"), bounds, strict=True):
            if wanted is not None:
                assert any(same(x, wanted) for x in mutual[name].thresholds(parameter)), name


def test_mixing_of_the_mutual_game(mutual):
    gain = M["a_DC"] - M["a_SQ"]
    hard = 1 - (1 - M["p_b"]) * gain / (M["p_b"] * (M["a_SQ"] - M["a_DD_hard"]))
    _, a_s, _, b_s = mutual_bounds(M)
    (hybrid,), (bluff,) = mutual["hybrid"].branches, mutual["bluff"].branches
    assert same(hybrid.strategy["B", ("hard",), "defect"], hard)
    assert same(bluff.strategy["B", ("soft",), "defect"], (a_s - M["p_b"]) / (1 - M["p_b"]))
    assert same(bluff.strategy["A", ("soft",), "defect"], (b_s - M["p_a"]) / (1 - M["p_a"]))


def test_the_table_of_the_mutual_game_at_ten_thousand_points(mutual):
    rng = np.random.default_rng(1)
    v = rising(rng, A_CHAIN) | rising(rng, B_CHAIN)
    v |= {"p_a": rng.random(POINTS), "p_b": rng.random(POINTS)}
    a_t, a_s, b_t, b_s = mutual_bounds(v)
    p_a, p_b = v["p_a"], v["p_b"]
    table = {
        "sure-thing": (p_b >= a_t) & (p_a >= b_t),
        "hybrid": (p_b >= a_t) & (p_a >= b_t),
        "separating": (p_b >= a_s) & (p_a >= b_s),
        "bluff": (p_b <= a_s) & (p_a <= b_s),
        "attack by A": p_b <= a_s,
        "attack by B": p_a <= b_s,
    }
    for name, wanted in table.items():
        assert 0 < wanted.sum() < POINTS
        assert int((mutual[name].contains(v) != wanted).sum()) == 0, name


# --- Tripartite Crisis Game, the Protégé holding firm --------------------------------------------

C_CHAIN = "c_CON_hesitant c_CC c_CON_determined c_SQ c_PL c_PR"
D_CHAIN = "d_CON_perfidious d_PR d_CON_staunch d_PL d_SET d_CC d_SQ"
S_CHAIN = "s_SET s_CON s_CC s_SQ"
R_CHAIN = "s_PR_loyal s_PL s_PR_disloyal"
CRISIS = tripartite_crisis()
T, T_ORDER = ordered(CRISIS, C_CHAIN, "c_SQ c_SET", D_CHAIN, S_CHAIN, R_CHAIN)
T_ORDER = [*T_ORDER, sympy.Ge(T["audience_cost"], 0)]
T_PAY = {
    "c_PR": 1, "c_PL": "0.9", "c_SET": "0.8", "c_SQ": "0.5", "c_CON_determined": "0.3",
    "c_CC": "0.1", "c_CON_hesitant": 0, "d_SQ": 1, "d_CC": "0.9", "d_SET": "0.6",
    "d_PL": "0.5", "d_CON_staunch": "0.3", "d_PR": "0.2", "d_CON_perfidious": "0.1",
    "s_SQ": 1, "s_CC": "0.9", "s_CON": "0.5", "s_SET": "0.4", "s_PR_disloyal": "0.3",
    "s_PL": "0.2", "s_PR_loyal": "0.1", "audience_cost": 0,
}  # fmt: skip
MOVES = [
    ("Challenger", ("determined",), "demand"),
    ("Challenger", ("hesitant",), "demand"),
    ("Defender", ("staunch", "demand"), "support"),
    ("Defender", ("perfidious", "demand"), "support"),
]
CRISIS_CLASSES = {
    (0, 0, 1, 0): "certain",
    (0, 0, 1, 1): "steadfast",
    (1, 0, 1, 0): "separating",
    (1, "m", 1, "m"): "straddle, perfidious mixes",
    (1, "m", "m", 0): "straddle, staunch mixes",
    (1, 1, 1, 0): "partial support",
    (1, 1, 0, 0): "attack",
}
CRISIS_POINTS = (
    ("0.3", "0.8", "0.5"), ("0.3", "0.7", "0.8"), ("0.3", "0.3", "0.8"),
    ("0.7", "0.4", "0.2"), ("0.97", "0.4", "0.2"),
)  # fmt: skip


def crisis_bounds(v):
    """W, V, kD, kH, delta of both types, from numbers or symbols."""
    p, cost = v["p_disloyal"], v["audience_cost"]
    w = p * v["d_PR"] + (1 - p) * v["d_PL"] - cost
    value = p * v["c_PR"] + (1 - p) * v["c_PL"]
    k_d = (value - v["c_SQ"]) / (value - v["c_CON_determined"])
    k_h = (value - v["c_SQ"]) / (value - v["c_CC"])
    staunch = (v["d_CC"] - w) / (v["d_CC"] - v["d_CON_staunch"])
    perfidious = (v["d_CC"] - w) / (v["d_CC"] - v["d_CON_perfidious"])
    return w, k_d, k_h, staunch, perfidious


@pytest.fixture(scope="module")
def crisis():
    names = ("p_determined", "p_staunch", "p_disloyal")
    points = [{**T_PAY, **dict(zip(names, point, strict=True))} for point in CRISIS_POINTS]
    return classes(CRISIS, T_ORDER, points, MOVES, CRISIS_CLASSES)


def test_thresholds_of_the_tripartite_crisis(crisis):
    w, k_d, k_h, staunch, perfidious = crisis_bounds(T)
    expected = [
        ("certain", "p_staunch", k_d),
        ("separating", "p_staunch", k_d),
        ("separating", "p_staunch", k_h),
        ("straddle, perfidious mixes", "p_staunch", k_h),
        ("straddle, perfidious mixes", "p_determined", perfidious),
        ("straddle, staunch mixes", "p_staunch", k_h),
        ("straddle, staunch mixes", "p_determined", staunch),
        ("partial support", "p_determined", perfidious),
        ("partial support", "p_determined", staunch),
        ("attack", "p_determined", staunch),
    ]
    for name, parameter, wanted in expected:
        assert any(same(x, wanted) for x in crisis[name].thresholds(parameter)), (name, wanted)
    hard = (T["d_PL"] - T["audience_cost"] - T["d_CON_staunch"]) / (T["d_PL"] - T["d_PR"])
    assert any(same(x, hard) for x in crisis["separating"].thresholds("p_disloyal"))  # pi_S
    tied = w + T["audience_cost"] - T["d_CON_staunch"]
    bounds = crisis["separating"].thresholds("audience_cost")
    assert any(same(x, tied) for x in bounds)  # a* = W - d_CON
    (constraint,) = next(rows for x, rows in bounds.items() if same(x, tied))
    assert (constraint.player, constraint.knows) == ("Defender", ("staunch", "demand"))
    assert constraint.deviation == "withhold"


def test_mixing_of_the_straddle(crisis):
    _, _, k_h, _, perfidious = crisis_bounds(T)
    (branch,) = crisis["straddle, perfidious mixes"].branches
    p_c, p_d = T["p_determined"], T["p_staunch"]
    demand = p_c * (1 - perfidious) / ((1 - p_c) * perfidious)
    assert same(branch.strategy["Challenger", ("hesitant",), "demand"], demand)
    support = branch.strategy["Defender", ("perfidious", "demand"), "support"]
    assert same(support, (k_h - p_d) / (1 - p_d))


def test_the_table_of_the_tripartite_crisis_at_ten_thousand_points(crisis):
    rng = np.random.default_rng(2)
    v = rising(rng, C_CHAIN) | rising(rng, D_CHAIN) | rising(rng, S_CHAIN) | rising(rng, R_CHAIN)
    v["c_SET"] = v["c_SQ"] + rng.random(POINTS)
    v |= {x: rng.random(POINTS) for x in ("p_determined", "p_staunch", "p_disloyal")}
    v["audience_cost"] = np.where(rng.random(POINTS) < 0.5, 0, 0.3 * rng.random(POINTS))
    w, k_d, k_h, staunch, perfidious = crisis_bounds(v)
    p_c, p_d = v["p_determined"], v["p_staunch"]
    hard_s, hard_p = v["d_CON_staunch"] >= w, v["d_CON_perfidious"] >= w
    staunch, perfidious = np.where(hard_s, 1, staunch), np.where(hard_p, 1, perfidious)
    table = {
        # off the path some belief lets the staunch support and the perfidious not, hard or not
        "certain": ~hard_p & (p_d >= k_d),
        "steadfast": np.full(POINTS, True),
        "separating": hard_s & ~hard_p & (k_h <= p_d) & (p_d <= k_d),
        "straddle, perfidious mixes": ~hard_p & (p_d <= k_h) & (p_c <= perfidious),
        "straddle, staunch mixes": ~hard_s & (p_d >= k_h) & (p_c <= staunch),
        "partial support": ~hard_p & (p_d <= k_h) & (perfidious <= p_c) & (p_c <= staunch),
        "attack": ~hard_s & (p_c >= staunch),
    }
    for name, wanted in table.items():
        assert wanted.sum() > 0, name
        assert int((crisis[name].contains(v) != wanted).sum()) == 0, name
