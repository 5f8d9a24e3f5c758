"""What takes long says how far it is: counts that rise, never beyond what they are out of."""

import pytest

import deterrence as dt
from deterrence.guarantee.coalition import RULES
from deterrence.oped.coalition_trees import solve_coalition_trees

OPED = dt.arrangement("oped")
SMALL = ("challenge", "response")


def terms(report):
    dt.bargaining_range(OPED, points=3, stages=SMALL, progress=report)


def terms_along(report):
    dt.bargaining_ranges(OPED, values=[0, 1], points=3, stages=SMALL, progress=report)


def coalitions(report):
    dt.compare_coalitions("ksc", [1, 2], RULES, progress=report)


def pledges(report):
    dt.pledges_needed(0.5, "ksc", [1, 2], ["individual"], progress=report)


def trees(report):
    values = dt.arrangement("ksc").values()
    solve_coalition_trees(values, [1], ["individual"], "summation", 0, report)


def long_run(report):
    dt.vary_long_run(OPED, "v", [1, "0.5"], years=[1], levels=0, progress=report)


def talks(report):
    dt.when_to_talk(OPED, points=2, deadlines=[0], levels=0, progress=report)


STEPS = {
    terms: None,
    terms_along: None,
    coalitions: 2 * len(RULES),
    pledges: 2,
    trees: 3,
    long_run: 2,
    talks: 2 * 2,
}


@pytest.mark.parametrize("work", STEPS, ids=lambda work: work.__name__)
def test_counts_rise_to_their_total(work):
    told = []
    work(lambda done, total: told.append((done, total)))
    assert all(0 < done <= total for done, total in told)
    assert told[-1][0] == told[-1][1]
    if STEPS[work] is not None:
        assert told == [(n, STEPS[work]) for n in range(1, STEPS[work] + 1)]
    else:
        assert len(told) > 3
