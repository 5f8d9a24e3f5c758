"""Orders between sets, the list of claims, and the draws: laws and small cases by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import DeterrenceError, FileError, InputError, LabelError
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.oped.claim_list import claim_of, read_claims
from deterrence.oped.claim_points import ClaimPoints
from deterrence.oped.evidence import Ends
from deterrence.oped.orders import ORDERS, Holding, both, ordered, when
from deterrence.oped.own_samples import OWN
from deterrence.oped.predicates import PREDICATES
from deterrence.oped.settings import BOXES, SETTINGS, draw, stakes, values_at

numbers = st.integers(0, 4).map(lambda n: n / 4)
sets = st.tuples(numbers, numbers).map(sorted)


def ends(*pairs: tuple[float, float]) -> Ends:
    return Ends(np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs]))


@given(sets, sets)
def test_all_implies_ends_and_ends_implies_some(low, high) -> None:
    held = {order: bool(ordered(ends(low), ends(high), order).holds[0]) for order in ORDERS}
    assert held["all"] <= held["ends"] <= held["some"]


@given(sets, sets, sets)
def test_ends_is_transitive_and_reflexive(a, b, c) -> None:
    def below(x, y):
        return bool(ordered(ends(x), ends(y), "ends").holds[0])

    assert below(a, a)
    if below(a, b) and below(b, c):
        assert below(a, c)


@given(sets, sets)
def test_strict_means_that_it_does_not_hold_the_other_way(low, high) -> None:
    one, other = ordered(ends(low), ends(high), "ends"), ordered(ends(high), ends(low), "ends")
    assert bool(one.strict[0]) == (bool(one.holds[0]) and not bool(other.holds[0]))


@pytest.mark.parametrize(("order", "expected"), [("all", False), ("ends", True), ("some", True)])
def test_sets_that_overlap(order: str, expected: bool) -> None:
    found = ordered(ends((0, 0.6)), ends((0.5, 1)), order)
    assert bool(found.holds[0]) is expected


def test_some_asks_for_one_equilibrium_of_each() -> None:
    assert ordered(ends((0.4, 1)), ends((0, 0.5)), "some").holds[0]
    assert not ordered(ends((0.6, 1)), ends((0, 0.5)), "some").holds[0]


def test_what_is_not_known_is_not_judged() -> None:
    found = ordered(ends((np.nan, np.nan), (0, 0)), ends((1, 1), (1, 1)), "all")
    assert found.known.tolist() == [False, True]
    assert found.holds.tolist() == [False, True]


def test_tolerance_is_on_the_side_of_the_claim_and_no_movement() -> None:
    almost = ordered(ends((0.5 + 5e-7, 0.5 + 5e-7)), ends((0.5, 0.5)), "all")
    assert almost.holds[0]
    assert not almost.strict[0]
    assert not ordered(ends((0.50001, 0.50001)), ends((0.5, 0.5)), "all").holds[0]


def test_an_order_that_does_not_exist() -> None:
    with pytest.raises(LabelError, match="ends"):
        ordered(ends((0, 0)), ends((0, 0)), "end")


def bits(text: str) -> np.ndarray:
    return np.array([c == "1" for c in text])


def test_both_and_when() -> None:
    one = Holding(bits("1100"), bits("1000"), bits("1111"))
    two = Holding(bits("1010"), bits("0010"), bits("1110"))
    found = both(one, two)
    assert (found.holds.tolist(), found.known.tolist()) == (
        bits("1000").tolist(),
        bits("1110").tolist(),
    )
    assert found.strict.tolist() == bits("1000").tolist()
    only = when(bits("0111"), one)
    assert only.holds.tolist() == bits("0100").tolist()
    assert only.known.tolist() == bits("0111").tolist()


# --- the list ------------------------------------------------------------------------------------


def test_all_44_claims_are_there_and_each_is_judged_where_it_says() -> None:
    found = read_claims()
    assert {claim.number for claim in found.values()} == {f"C{n:02d}" for n in range(1, 45)}
    judged = {
        kind: {c.id for c in found.values() if c.judged == kind} for kind in ("shared", "own")
    }
    assert judged["shared"] == set(PREDICATES)
    assert judged["own"] == set(OWN)
    described = {c.id for c in found.values() if c.judged == "none"}
    assert described == {"C16", "C17", "C19", "C20", "C38"}


def test_every_claim_that_is_judged_says_how() -> None:
    for claim in read_claims().values():
        assert bool(claim.predicate) == (claim.judged != "none"), claim.id
        assert bool(claim.order) == (claim.judged != "none"), claim.id
        if claim.judged == "shared":
            assert set(claim.settings) <= set(SETTINGS), claim.id


def test_at_most_forty_settings_and_each_is_used() -> None:
    assert len(SETTINGS) <= 40
    used = {s for claim in read_claims().values() for s in claim.settings}
    assert set(SETTINGS) <= used


def test_claims_are_found_in_any_case_and_near_misses_are_offered() -> None:
    assert claim_of("c07").id == "C07"
    assert claim_of("C24-trigger").reading == "risk"
    with pytest.raises(LabelError, match="C44"):
        claim_of("C45")


def test_a_list_that_is_none(tmp_path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text('[[claim]]\nid = "C01"\n')
    with pytest.raises(FileError, match="list of claims"):
        read_claims(path)
    with pytest.raises(FileError):
        read_claims(tmp_path / "missing.toml")


# --- draws ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("box", BOXES)
def test_stakes_are_drawn_from_their_box_evenly(box: str) -> None:
    found = draw(64, BOXES[box])
    assert set(found) == set(stakes())
    for name, column in found.items():
        p, width = PARAMETERS[name], BOXES[box].width
        low = float(p.default) - width * float(p.default - p.low)
        high = float(p.default) + width * float(p.high - p.default)
        assert low - 1e-6 <= column.min() <= column.max() <= high + 1e-6
        # of 8 scramblings with 8 points each, every one has a point in each eighth of the range
        for part in np.split(column, 8):
            eighths = np.clip(((part - low) / (high - low) * 8).astype(int), 0, 7)
            assert sorted(eighths.tolist()) == list(range(8))


def test_half_the_box_is_half_as_wide_and_holds_the_defaults() -> None:
    for name in stakes():
        whole, half = (
            BOXES[box].range_of(PARAMETERS[name]) for box in ("plausible", "half as wide")
        )
        assert half[1] - half[0] == pytest.approx((whole[1] - whole[0]) / 2)
        assert half[0] <= float(PARAMETERS[name].default) <= half[1]


def test_seeds_are_explicit_and_zero_is_one() -> None:
    one, two, other = (
        draw(16, BOXES["plausible"]),
        draw(16, BOXES["plausible"], seed=0),
        draw(16, BOXES["plausible"], seed=1),
    )
    assert all((one[n] == two[n]).all() for n in one)
    assert any((one[n] != other[n]).any() for n in one)


@pytest.mark.parametrize("count", [0, -8, 12])
def test_counts_that_do_not_split_into_eight(count: int) -> None:
    with pytest.raises(InputError, match="multiple of 8"):
        draw(count, BOXES["plausible"])


def test_what_is_held_is_held() -> None:
    """C_attack, or C_probe, is the same under the two settings that say so."""
    drawn = draw(64, BOXES["plausible"])

    def band(x, severity):
        return 0.5 + (1 - x["trigger_ambiguity"]) * (severity - x["threshold"]) / (
            2 * x["trigger_ambiguity"]
        )

    base = values_at("base", drawn)
    attack = values_at("sharp trigger, attack held", drawn)
    probe = values_at("sharp trigger, probe held", drawn)
    assert band(attack, 1) == pytest.approx(band(base, 1), abs=1e-6)
    assert (band(attack, attack["sigma"]) < band(base, base["sigma"]) + 1e-9).all()
    assert band(probe, probe["sigma"]) == pytest.approx(band(base, base["sigma"]), abs=1e-6)
    assert (band(probe, 1) > band(base, 1)).all()


# --- what is kept --------------------------------------------------------------------------------


def test_points_are_kept_bit_for_bit(tmp_path) -> None:
    rng = np.random.default_rng(0)
    known = rng.random(37) < 0.8
    holds = (rng.random(37) < 0.5) & known
    part = Holding(holds, holds & (rng.random(37) < 0.5), known)
    kept = ClaimPoints({("C01", "plausible"): part}, 3, {"shared": "so"})
    kept.write(tmp_path / "points.npz")
    again = ClaimPoints.read(tmp_path / "points.npz")
    (found,) = again.found.values()
    assert (again.seed, again.notes) == (3, {"shared": "so"})
    for name in ("holds", "strict", "known"):
        assert (getattr(found, name) == getattr(part, name)).all()


def test_a_file_that_is_none(tmp_path) -> None:
    path = tmp_path / "points.npz"
    path.write_bytes(b"not a zip")
    with pytest.raises(DeterrenceError, match="--compute"):
        ClaimPoints.read(path)
