import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, expon, gamma, lognorm, norm, poisson, uniform

import deterrence as dt
from deterrence.equilibrium.density_bounds import density_bounds
from deterrence.equilibrium.reply_functions import VotersReply
from deterrence.equilibrium.threshold_certificate import check_cutpoint
from deterrence.equilibrium.threshold_roots import SPLIT, Surplus, roots_of
from deterrence.errors import InputError

AT_LEAST = dt.ContributionGame.at_least


def exact_solutions(values: list[Fraction], shirking: Fraction, top: Fraction) -> list[float]:
    """All q with q = F(R(q)) for costs uniform on [0, top], by Sturm sequences.

    R is written out as a polynomial; F(R) is 0 below, R/top between and 1 above.
    """
    q = sympy.Symbol("q")
    others = len(values) - 2
    reply = sum(
        math.comb(others, j)
        * q**j
        * (1 - q) ** (others - j)
        * sympy.Rational(str(values[j + 1] - values[j] + shirking))
        for j in range(others + 1)
    )
    bound = sympy.Rational(str(top))
    found = set()
    for edge, rest in ((0, -reply), (1, reply - bound)):
        if rest.subs(q, edge) >= 0:
            found.add(float(edge))
    inside = sympy.Poly(sympy.expand(reply - bound * q), q)
    for root in sympy.real_roots(inside):
        if 0 <= root <= 1:
            found.add(float(root))
    return sorted(found)


@settings(max_examples=25)
@given(
    st.lists(st.integers(-12, 12), min_size=3, max_size=6),
    st.integers(0, 6),
    st.integers(3, 20),
)
def test_all_solutions_are_found_and_no_other(steps: list[int], own: int, top: int) -> None:
    values = list(itertools.accumulate(Fraction(step, 7) for step in steps))
    shirking, ceiling = Fraction(own, 11), Fraction(top, 13)
    game = dt.ContributionGame(
        [float(x) for x in values], uniform(0, float(ceiling)), float(shirking)
    )
    found = dt.threshold_equilibria(game)
    expected = exact_solutions(values, shirking, ceiling)
    if found.complete:
        assert [e.probability for e in found] == pytest.approx(expected, abs=1e-9)
    else:  # a tangency, or a solution where the density jumps
        for root in expected:
            places = [(e.probability, e.probability) for e in found] + list(found.left)
            assert any(low - 1e-9 <= root <= high + 1e-9 for low, high in places)
    assert len(found) + len(found.left) > 0
    for one in found:
        assert one.bracket[0] - 1e-12 <= one.probability <= one.bracket[1] + 1e-12
        assert one.certificate.holds


def test_by_hand() -> None:
    """Two volunteers, costs uniform on [0, 2]: k = 1 - k/2, so k = 2/3, q = 1/3."""
    (only,) = dt.threshold_equilibria(AT_LEAST(1, 2, 1.0, uniform(0, 2)))
    assert only.cutpoint == pytest.approx(2 / 3, abs=1e-12)
    assert only.response == pytest.approx(1 - (2 / 3) ** 2, abs=1e-12)
    assert only.numbers == pytest.approx([4 / 9, 4 / 9, 1 / 9], abs=1e-12)


def test_unanimous_contributions_of_two() -> None:
    """Both must give: k = q U + (0 at the corner); costs on [0.1, 1.1], U = 1: q = q - 0.1."""
    found = dt.threshold_equilibria(AT_LEAST(2, 2, 1.0, uniform(0.1, 1.0)))
    assert [e.probability for e in found] == [0.0]
    # U = 1.3: 1.3 q = 0.1 + q at q = 1/3, and all give at 1
    three = dt.threshold_equilibria(AT_LEAST(2, 2, 1.3, uniform(0.1, 1.0)))
    assert [e.probability for e in three] == pytest.approx([0, 1 / 3, 1], abs=1e-12)
    assert three.complete


def test_a_tangency_is_not_called_complete() -> None:
    """R(q) = q + (q - 0.3)^2, costs uniform on [0, 1]: one solution, 0.3, and it is a touch."""
    first, slope, second = 0.09, 1 - 0.6, 1.0
    gains = [first, first + slope / 2, first + slope + second]
    values = np.concatenate([[0], np.cumsum(gains)])
    found = dt.threshold_equilibria(dt.ContributionGame(values, uniform(0, 1)))
    assert not found.complete
    assert any(low - 1e-6 <= 0.3 <= high + 1e-6 for low, high in found.left)
    assert "not decided" in found.status


def test_a_continuum_is_not_called_complete() -> None:
    """R(q) = q: every cutpoint is an equilibrium."""
    found = dt.threshold_equilibria(dt.ContributionGame([0, 0, 1], uniform(0, 1)))
    assert not found.complete


@pytest.mark.parametrize("cost", [norm(0.3, 0.1), beta(2, 3), expon(0, 0.3), gamma(2, 0, 0.1)])
def test_distributions_whose_log_density_is_concave(cost) -> None:
    """As many solutions as the sign changes of a fine grid, which has other values of its own."""
    game = AT_LEAST(16, 31, 4.0, cost, penalty=0.3)
    found = dt.threshold_equilibria(game)
    assert found.complete
    grid = np.linspace(1e-6, 1 - 1e-6, 20_001)
    pivotal = math.comb(30, 15) * grid**15 * (1 - grid) ** 15
    signs = np.sign(cost.cdf(4.3 * pivotal) - grid)
    changes = int((signs[1:] != signs[:-1]).sum())
    inside = [e for e in found if grid[0] < e.probability < grid[-1]]
    assert len(inside) == changes
    for one in inside:
        q = one.probability
        assert cost.cdf(4.3 * math.comb(30, 15) * q**15 * (1 - q) ** 15) == pytest.approx(q)


def test_a_density_without_bounds_leaves_open_only_where_the_reply_rises() -> None:
    cost = lognorm(0.5, 0, 0.3)
    assert not dt.threshold_equilibria(AT_LEAST(16, 31, 4.0, cost)).complete
    assert dt.threshold_equilibria(AT_LEAST(1, 31, 4.0, cost)).complete  # it falls throughout


@pytest.mark.parametrize(
    "cost",
    [
        uniform(0.1, 0.4),
        norm(0.3, 0.1),
        beta(2, 3),
        beta(1, 1),
        expon(0.1, 0.3),
        gamma(3, 0, 0.1),
        dt.StepDensity([0.1, 0.2, 0.6], [0.25, 0.75]),
        beta(0.5, 2),
        lognorm(0.5),
    ],
)
def test_densities_lie_within_their_bounds(cost) -> None:
    low = np.linspace(-0.2, 1.1, 41)
    for width in (1e-3, 0.1, 0.4):
        least, most = density_bounds(cost, low, low + width)
        for share in np.linspace(0.01, 0.99, 9):
            x = low + share * width
            step = 1e-7
            density = (cost.cdf(x + step) - cost.cdf(x - step)) / (2 * step)
            assert np.all(density >= least - 1e-5)
            assert np.all(density <= most + 1e-5)


def test_thousands() -> None:
    """The volunteers' cutpoint solves k = (U + a)(1 - q)^(n-1); a majority has two more."""
    n = 10_000
    (only,) = found = dt.threshold_equilibria(AT_LEAST(1, n, 1.0, uniform(0.1, 0.5), penalty=0.3))
    assert found.complete
    q = only.probability
    assert only.cutpoint == pytest.approx(1.3 * math.exp((n - 1) * math.log1p(-q)), rel=1e-9)
    assert only.cutpoint == pytest.approx(0.1 + 0.5 * q, rel=1e-9)
    many = dt.threshold_equilibria(AT_LEAST(1501, 3001, 4.0, uniform(0.01, 0.05)))
    assert many.complete
    assert len(many) == 3
    assert not many[2].certificate.exact


def test_a_vote_of_thousands_in_exact_numbers() -> None:
    """Voting yes pays up to U + d P(j < m)/P(j = m - 1), here far below what floats can hold."""
    n, needed = 2001, 1001
    game = dt.VotingGame(needed, n, 0.2, uniform(0.1, 0.5), 0.3)
    found = dt.threshold_equilibria(game)
    assert found.complete
    regular = found[0]
    q = Fraction(regular.probability)
    odds = (1 - q) / q
    ratio, term = Fraction(1), Fraction(1)
    for i in range(needed - 1, 0, -1):  # C(2000, i - 1) / C(2000, i) = i / (2001 - i)
        term *= odds * Fraction(i, n - i)
        ratio += term
        if term < Fraction(1, 10**18):
            break
    assert regular.cutpoint == pytest.approx(0.2 + 0.3 * float(ratio), rel=1e-9)
    assert found[1].probability == 1.0
    assert not found[1].pivotal
    moved = regular.probability + 1e-4  # no vote is likely to matter, and yet this is refused
    assert not check_cutpoint(game, moved, float(game.cost.ppf(moved))).holds


def test_bounds_of_a_vote_hold_where_its_benefit_is_negative_or_its_odds_are_not_finite() -> None:
    reply = VotersReply(dt.VotingGame(3, 5, -7.0, uniform(0.1, 0.5), 0.3))
    low, high = np.array([0.0, 0.2, 0.9]), np.array([0.2, 0.9, 1.0])
    least, most = reply.between(low, high)
    for share in (0.0, 0.3, 1.0):
        values = reply.at(low + share * (high - low))
        assert np.all(least <= values)
        assert np.all(values <= most)
    assert most[0] == np.inf
    assert not np.isnan(np.concatenate([least, most])).any()
    huge = VotersReply(dt.VotingGame(1999, 2000, 0.2, uniform(0.1, 0.5), 0.3))
    assert huge.between(np.array([0.0]), np.array([1e-9]))[0][0] == np.inf


def test_votes() -> None:
    """Without a penalty only the pivotal voter counts: yes up to the benefit, whatever the rule."""
    for needed in (2, 3):
        found = dt.threshold_equilibria(dt.VotingGame(needed, 3, 0.4, uniform(0.1, 0.5)))
        pivotal = [e for e in found if e.pivotal]
        assert [e.cutpoint for e in pivotal] == [0.4]
        trivial = [e.probability for e in found if not e.pivotal]
        assert trivial == ([0.0, 1.0] if needed == 2 else [0.0])
    # one of one decides: yes up to benefit and penalty together
    (alone,) = dt.threshold_equilibria(dt.VotingGame(1, 1, 0.2, uniform(0.1, 0.5), 0.15))
    assert alone.cutpoint == pytest.approx(0.35, abs=1e-12)
    # two, unanimity: R = U + d (1 - q + q)/q, so q (0.1 + 0.5 q) = 0.2 q + 0.05
    (both,) = dt.threshold_equilibria(dt.VotingGame(2, 2, 0.2, uniform(0.1, 0.5), 0.05))
    assert both.probability == pytest.approx((0.1 + math.sqrt(0.01 + 0.1)) / 1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("rule", "technology", "n"),
    [
        ("individual", "summation", 2),
        ("individual", "summation", 3),
        ("individual", "best-shot", 2),
        ("individual", "best-shot", 3),
        ("majority", "summation", 3),
        ("unanimity", "summation", 2),
    ],
)
def test_the_limit_of_narrow_costs_is_the_tree_with_two_types(
    rule: str, technology: str, n: int
) -> None:
    """Costs within 1e-6 of two values purify the mixed equilibria of two types (Harsanyi 1973)."""
    from deterrence.oped.coalition_response import Coalition

    width = 1e-7
    numbers = dt.arrangement("ksc").values(strength="0.5", k_irresolute="0.45")
    floats = {name: float(x) for name, x in numbers.items()}
    coalition = Coalition(n, rule, technology, floats, 0.1)
    times = n if technology == "best-shot" and rule == "individual" else 1
    low, high = times * floats["k_resolved"], times * floats["k_irresolute"]
    edges = [low - width, low + width, high - width, high + width]
    phi = floats["phi"]
    costs = dt.StepDensity(edges, [phi, 0.0, 1 - phi])
    game = coalition.game()
    if rule == "individual":
        near = dt.ContributionGame(game.values, costs, game.shirking)
    else:
        near = dt.VotingGame(game.needed, n, game.benefit, costs, game.shirking)
    limit = dt.threshold_equilibria(near)
    assert limit.complete
    tree = dt.coalition_game(n, rule, technology=technology, fixed={"challenge": "attack"})
    found = dt.solve(tree.at(numbers, bilateral="0.1"))
    assert found.complete
    act = "act" if rule == "individual" else "yes"
    shares = set()
    for one in found.equilibria:
        by_player = [
            phi * float(one.strategy[f"Guarantor {k + 1}"][("resolved",)][act])
            + (1 - phi) * float(one.strategy[f"Guarantor {k + 1}"][("irresolute",)][act])
            for k in range(n)
        ]
        if max(by_player) - min(by_player) < 1e-9:
            shares.add(round(by_player[0], 5))
    assert shares
    pivotal = {round(e.probability, 5) for e in limit if e.pivotal}
    assert pivotal <= shares
    if rule == "individual":
        assert shares == pivotal


def test_the_certificate_refutes_what_is_no_equilibrium() -> None:
    for n in (3, 400):  # in fractions, and from logarithms
        game = AT_LEAST(1, n, 1.0, uniform(0.1, 0.5))
        (only,) = dt.threshold_equilibria(game)
        assert check_cutpoint(game, only.probability, only.cutpoint).holds
        assert check_cutpoint(game, only.probability, only.cutpoint).exact == (n == 3)
        moved = only.probability * 1.1
        wrong = check_cutpoint(game, moved, float(game.cost.ppf(moved)))
        assert not wrong.holds
        assert wrong.gain > 0
        inconsistent = check_cutpoint(game, only.probability, only.cutpoint + 0.01)
        assert any("share" in reason for reason in inconsistent.reasons)
    vote = dt.VotingGame(2, 3, 0.3, uniform(0.1, 0.5), 0.1)
    assert not check_cutpoint(vote, 0.0, 0.1).holds  # a penalty: voting yes is better


def test_the_gain_of_a_type_by_enumeration() -> None:
    """The certificate's gain at the cutpoint, from all 2^3 things that three others may do."""
    values, shirking = [0.0, 0.2, 0.9, 1.0, 1.05], 0.1
    game = dt.ContributionGame(values, uniform(0, 1), shirking)
    q, kind = 0.37, 0.37
    gain = 0.0
    for others in itertools.product([0, 1], repeat=3):
        odds = math.prod(q if o else 1 - q for o in others)
        s = sum(others)
        gain += odds * ((values[s + 1] - kind) - (values[s] - shirking))
    assert check_cutpoint(game, q, kind).at_cutpoint == pytest.approx(gain, abs=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_solutions_are_those_of_a_fine_grid(seed: int) -> None:
    """Random games with costs in several steps, against sign changes at 100,000 points."""
    rng = np.random.default_rng(seed)
    n, steps = int(rng.integers(2, 9)), int(rng.integers(1, 4))
    values = np.concatenate([[0], np.cumsum(rng.normal(0.3, 0.8, n))])
    edges, weights = np.sort(rng.uniform(-0.5, 1.5, steps + 1)), rng.dirichlet(np.ones(steps))
    own = float(rng.uniform(0, 0.3))
    found = dt.threshold_equilibria(
        dt.ContributionGame(values, dt.StepDensity(edges, weights), own)
    )
    assert found.complete
    grid = (np.arange(100_000) + 0.37) / 100_000
    reply = sum(
        math.comb(n - 1, j) * grid**j * (1 - grid) ** (n - 1 - j) * (gain + own)
        for j, gain in enumerate(np.diff(values))
    )
    upto = np.concatenate([[0], np.cumsum(weights)])
    signs = np.sign(np.interp(reply, edges, upto) - grid)
    changes = int((signs[1:] != signs[:-1]).sum())
    assert len([e for e in found if grid[0] < e.probability < grid[-1]]) == changes


def test_a_solution_at_a_point_of_division_counts_once() -> None:
    """SPLIT - q, whose slope is known on short intervals only, so that [0, 1] is divided there."""

    def slope(low, high):
        known = high - low < 0.6
        return np.where(known, -1.0, -9.0), np.where(known, -1.0, 9.0)

    found = roots_of(
        Surplus(lambda q: SPLIT - q, lambda low, high: (SPLIT - high, SPLIT - low), slope)
    )
    assert [root for root, _, _ in found.found] == [SPLIT]
    assert found.left == []
    assert found.record == {"falling": 2}


# Input and records


def test_the_record_reads_well() -> None:
    found = dt.threshold_equilibria(dt.VotingGame(2, 3, 0.4, uniform(0.1, 0.5)))
    assert str(found).startswith("Complete: 3 symmetric equilibria")
    assert list(found.table().columns) == ["cutpoint", "probability", "response", "pivotal", "gain"]
    assert "cutpoint 0.4" in repr(found[1])
    assert repr(dt.lead_equilibria(AT_LEAST(1, 2, 1.0, uniform(0, 2)))[0]).startswith(
        "<cutpoint of"
    )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: dt.ContributionGame([1.0], uniform(0, 1)), "1 values"),
        (lambda: dt.ContributionGame([0, math.nan], uniform(0, 1)), "finite"),
        (lambda: dt.ContributionGame(["a", "b"], uniform(0, 1)), "not numbers"),
        (lambda: dt.ContributionGame([0, 1], uniform(0, 1), -1.0), "not negative"),
        (lambda: dt.ContributionGame([0, 1], 0.3), "distribution"),
        (lambda: dt.ContributionGame([0, 1], uniform(0, 1), needed=2), "of 1 players"),
        (lambda: dt.ContributionGame([0, 1], poisson(2)), "discrete"),
        (lambda: AT_LEAST(3, 2, 1.0, uniform(0, 1)), "of 2 players"),
        (lambda: AT_LEAST(1, 10**6, 1.0, uniform(0, 1)), "20,000"),
        (lambda: dt.VotingGame(True, 2, 1.0, uniform(0, 1)), "whole number"),
        (lambda: dt.VotingGame(1, 2, math.inf, uniform(0, 1)), "finite"),
        (lambda: dt.StepDensity([0, 1], [0.5]), "sum to 1"),
        (lambda: dt.StepDensity([1, 0], [1]), "increasing"),
        (lambda: dt.StepDensity([0, 1, 2], [1]), "one more"),
        (lambda: dt.threshold_equilibria("game"), "ContributionGame"),
        (lambda: dt.lead_equilibria(dt.ContributionGame([0, 1], uniform(0, 1))), "two players"),
        (lambda: dt.restoring_penalty(AT_LEAST(1, 2, 1.0, uniform(0, 1)), 1.0), "between 0 and 1"),
        (lambda: dt.restoring_penalty("game", 0.5), "ContributionGame"),
    ],
)
def test_bad_input(make, words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()


@pytest.mark.parametrize("top", [0.5, 1.5])
def test_that_nobody_acts_is_found_where_costs_begin_at_zero(top: float) -> None:
    """Two of three are needed: q = 2 q (1 - q) / top, at 0 and at 1 - top / 2."""
    found = dt.threshold_equilibria(AT_LEAST(2, 3, 1.0, uniform(0, top)))
    assert found.complete
    assert [e.probability for e in found] == pytest.approx([0, 1 - top / 2])
    assert found[0].cutpoint == 0


def test_a_tangency_at_the_least_cost_is_left_open() -> None:
    """With costs up to 2 both solutions are one: q (1 - q) = q."""
    found = dt.threshold_equilibria(AT_LEAST(2, 3, 1.0, uniform(0, 2)))
    assert not found.complete
    assert found.left[0][0] == 0
