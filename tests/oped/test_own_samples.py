"""Claims with a sample of their own: what is drawn, how much, and that nothing solved is lost."""

import time
from dataclasses import replace

import numpy as np
import pytest

from deterrence.errors import FileError
from deterrence.guarantee.longrun_parameters import LONG_RUN
from deterrence.guarantee.timing import TIMING
from deterrence.oped.claim_list import claim_of
from deterrence.oped.own_families import compared
from deterrence.oped.own_points import columns_of, more_stakes, points_of
from deterrence.oped.own_samples import FAMILIES, OWN, answered, count_of, rows_of
from deterrence.oped.settings import BOXES, draw, stakes

OFFER = OWN["C22"]


class InterruptedRunError(Exception):
    pass


def failing_after(count: int):
    """The offer's family, which stops at a point."""
    solved = []

    def one(values):
        if len(solved) == count:
            raise InterruptedRunError
        solved.append(values)
        return float(len(solved)), 0.0, 1.0

    return replace(OFFER, one=one)


def test_the_dearer_a_point_the_fewer_there_are() -> None:
    counts = {one.name: count_of(one, 40, "plausible") for one in FAMILIES}
    assert counts["timing"] == 120
    assert counts["coalition"] == 1920
    for one in FAMILIES:
        for box in BOXES:
            assert count_of(one, 40, box) % 8 == 0
        assert count_of(one, 40, "half as wide") == counts[one.name] // 3 // 8 * 8
        assert count_of(one, 1, "half as wide") >= 8


def test_a_companions_own_stakes_are_drawn_and_all_others_are_shared() -> None:
    for claim in OWN:
        columns = columns_of(claim, 16, "half as wide", 3)
        shared = draw(16, BOXES["half as wide"], seed=3)
        assert tuple(columns) == (*stakes(), *more_stakes(claim))
        assert all((columns[name] == shared[name]).all() for name in shared)
    assert set(more_stakes("C37")) >= set(TIMING)
    own = columns_of("C43", 400, "half as wide", 0)["h_gov"]
    p = LONG_RUN["h_gov"]
    middle, low, high = float(p.default), float(p.low), float(p.high)
    assert (middle + low) / 2 <= own.min() < middle < own.max() <= (middle + high) / 2
    assert np.ptp(own) > 0.9 * (high - low) / 2


def test_seeds_and_boxes_change_the_draw_and_zero_is_a_seed() -> None:
    def of(box, seed):
        return columns_of("C37", 16, box, seed)["drift"]

    assert (of("plausible", 0) == of("plausible", 0)).all()
    assert (of("plausible", 0) != of("plausible", 1)).any()
    assert (of("plausible", 0) != of("half as wide", 0)).all()


def test_points_are_the_op_eds_instruments_and_exact() -> None:
    columns = columns_of("C08", 8, "plausible", 0)
    points = points_of(columns)
    assert len(points) == 8
    assert points_of(columns, [5]) == [points[5]]
    assert float(points[2]["h_gov"]) == columns["h_gov"][2]
    assert points[2]["strength"] == points[3]["strength"]


def test_every_family_has_claims_that_are_judged_by_it() -> None:
    assert all(claim_of(name).judged == "own" for name in OWN)
    assert sum(len(one.answers) for one in FAMILIES) == len(OWN)


def test_what_is_solved_is_kept_when_a_run_stops(tmp_path) -> None:
    file = tmp_path / "offer.jsonl"
    with pytest.raises(InterruptedRunError):
        rows_of(failing_after(5), 8, "plausible", 0, jobs=1, file=file)
    seen = []
    rest = failing_after(3)
    rows = rows_of(
        rest,
        8,
        "plausible",
        0,
        jobs=1,
        file=file,
        progress=lambda done, of: seen.append((done, of)),
    )
    assert rows[:, 0].tolist() == [1, 2, 3, 4, 5, 1, 2, 3]
    assert seen == [(5, 8), (6, 8), (7, 8), (8, 8)]


def test_a_line_torn_by_a_crash_is_solved_again(tmp_path) -> None:
    file = tmp_path / "offer.jsonl"
    rows_of(failing_after(8), 8, "plausible", 0, jobs=1, file=file)
    text = file.read_text(encoding="utf-8")
    file.write_text(text[:-4], encoding="utf-8")
    rows = rows_of(failing_after(1), 8, "plausible", 0, jobs=1, file=file)
    assert rows[:, 0].tolist() == [1, 2, 3, 4, 5, 6, 7, 1]
    again = rows_of(failing_after(0), 8, "plausible", 0, jobs=1, file=file)
    assert (again == rows).all()


@pytest.mark.parametrize("text", ['{"points": "others"}\n', '{"points":', "no store\n", ""])
def test_a_file_of_other_points_is_refused(tmp_path, text: str) -> None:
    file = tmp_path / "offer.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match="folder"):
        rows_of(OFFER, 8, "plausible", 0, jobs=1, file=file)


def test_a_damaged_line_in_the_middle_is_said(tmp_path) -> None:
    file = tmp_path / "offer.jsonl"
    rows_of(failing_after(8), 8, "plausible", 0, jobs=1, file=file)
    lines = file.read_text(encoding="utf-8").split("\n")
    lines[3] = lines[3][:5]
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FileError, match="damaged"):
        rows_of(OFFER, 8, "plausible", 0, jobs=1, file=file)


@pytest.mark.parametrize("line", ["[0, [1.0]]", "[0, []]", "[0, null]", '[0, "abc"]', '{"a": 1}'])
def test_a_line_of_something_else_is_said(tmp_path, line: str) -> None:
    file = tmp_path / "offer.jsonl"
    rows_of(failing_after(8), 8, "plausible", 0, jobs=1, file=file)
    lines = file.read_text(encoding="utf-8").split("\n")
    lines[3] = line
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FileError, match="damaged"):
        rows_of(OFFER, 8, "plausible", 0, jobs=1, file=file)


def test_a_folder_that_is_not_there_is_said(tmp_path) -> None:
    with pytest.raises(FileError, match="cannot be written"):
        rows_of(OFFER, 8, "plausible", 0, jobs=1, file=tmp_path / "none" / "offer.jsonl")


def slow_first(values):
    """A point that takes longer than all others, at which the run is stopped."""
    if float(values["phi"]) == float(columns_of("C22", 8, "plausible", 0)["phi"][0]):
        time.sleep(3)
        raise InterruptedRunError
    return 1.0, 0.0, 1.0


def test_what_others_solve_meanwhile_is_kept(tmp_path) -> None:
    file = tmp_path / "offer.jsonl"
    family = replace(OFFER, one=slow_first)
    with pytest.raises(InterruptedRunError):
        rows_of(family, 8, "plausible", 0, jobs=2, file=file)
    assert len(file.read_text(encoding="utf-8").splitlines()) == 1 + 7


def test_two_processes_find_what_one_does() -> None:
    one = rows_of(OFFER, 8, "plausible", 0, jobs=1)
    assert (rows_of(OFFER, 8, "plausible", 0, jobs=2) == one).all()
    assert (rows_of(OFFER, 8, "plausible", 0, places=[6, 1], jobs=1) == one[[6, 1]]).all()


def test_an_offer_is_shown_by_one_equilibrium_and_always_needs_all_of_them() -> None:
    """Columns: some equilibrium tells, all that were found do, and the set is complete."""
    rows = np.array(
        [[1, 1, 1], [1, 0, 1], [0, 0, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0], [np.nan, np.nan, 0]]
    )
    found = {name: part for name, (part, _) in answered(OFFER, rows).items()}
    assert found["C22"].known.tolist() == [True, True, True, True, True, False, False]
    assert found["C22"].holds.tolist() == [True, True, False, True, True, False, False]
    assert found["C22-always"].known.tolist() == [True, True, True, False, True, True, False]
    assert found["C22-always"].holds.tolist() == [True, False, False, False, False, False, False]
    assert "4 sets not complete" in answered(OFFER, rows)["C22"][1]


def test_a_ladder_that_is_not_complete_may_still_refute() -> None:
    """Columns: a probe that is ignored, a Guarantor that backs down, and completeness."""
    rows = np.array([[0, 0, 1], [0.5, 0, 1], [0, 0, 0], [0, 0.1, 0], [np.nan, 0, 0]])
    (part, _) = answered(OWN["C30"], rows)["C30"]
    assert part.known.tolist() == [True, True, False, True, False]
    assert part.holds.tolist() == [True, False, False, False, False]


@pytest.mark.parametrize("name", ["C05", "C39", "C41", "C42"])
def test_sets_that_are_not_complete_are_not_compared(name: str) -> None:
    rows = np.array([[0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [1, 1, 0, 0, 1]], float)
    (part, _) = answered(OWN[name], rows)[name]
    assert part.known.tolist() == [True, False, True]
    assert part.holds.tolist() == [True, False, False]


def test_runs_that_are_not_complete_judge_no_claim_of_theirs() -> None:
    """Of the long run: the base, without change, without memory, lasting."""
    whole = [0.5, 0.5, 0.2, 0.0, 0.2, 0.0, 1]
    open_ = [*whole[:-1], 0]
    rows = np.array([[*open_, *whole * 3], [*whole * 2, *open_, *whole], [*whole * 3, *open_]])
    known = {name: part.known.tolist() for name, (part, _) in answered(OWN["C08"], rows).items()}
    assert known == {
        "C08": [False, True, True],
        "C08-mechanisms": [True, True, True],
        "C33": [False, False, True],
        "C43": [False, True, False],
    }


def test_sets_are_compared_at_both_ends() -> None:
    rows = np.array([[0, 1, 0, 1], [0, 1, 0, 2], [0, 2, 1, 1], [np.nan, np.nan, 1, 1]])
    assert compared(rows, 0, 2).holds.tolist() == [False, True, False, False]
    loose = compared(rows, 0, 2, strict=False)
    assert loose.holds.tolist() == [True, True, False, False]
    assert loose.known.tolist() == [True, True, True, False]


def test_hazards_are_read_off_both_curves() -> None:
    """One run of the long run: attacks; first and last hazard of each curve; completeness."""
    moving = [0.5, 0.5, 0.2, 0.0, 0.2, 0.0, 1]
    half = [0.5, 0.5, 0.2, 0.0, 0.2, 0.195, 1]
    still = [0.5, 0.5, 0.2, 0.2, 0.2, 0.2, 1]
    gone = [1.0, 1.0, 1.0, np.nan, 1.0, np.nan, 1]
    open_ = [0.5, 0.5, 0.2, 0.0, 0.2, 0.0, 0]
    rows = np.array([4 * one for one in (moving, half, still, gone, open_)])
    found = {name: part for name, (part, _) in answered(OWN["C08"], rows).items()}
    assert found["C08"].holds.tolist() == [True, False, False, False, False]
    assert found["C08"].known.tolist() == [True, True, True, True, False]
    assert found["C08-mechanisms"].holds.tolist() == [False, False, True, True, False]


def test_memory_and_an_end_are_compared_at_the_same_points() -> None:
    row = np.zeros(28)
    row[6::7] = 1  # complete
    base, forgotten, lasting = row[0:2], row[14:16], row[21:23]
    base[:], forgotten[:], lasting[:] = 0.5, 0.4, 0.6
    found = {n: bool(p.holds[0]) for n, (p, _) in answered(OWN["C33"], row[None]).items()}
    assert not found["C33"]
    assert not found["C43"]
    forgotten[:], lasting[:] = 0.5, 0.5
    found = {n: bool(p.holds[0]) for n, (p, _) in answered(OWN["C33"], row[None]).items()}
    assert found["C33"]
    assert found["C43"]
