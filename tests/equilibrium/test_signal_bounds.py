"""What the signal's solver concludes from points alone: hulls, tolerances, points between."""

from __future__ import annotations

import numpy as np
import pytest

from deterrence.equilibrium.signal_deterrence import _below
from deterrence.equilibrium.signal_intervals import against, lower_edge, upper_edge

ROUNDED = 0.1 + 0.2  # one step of a float above .3


@pytest.mark.parametrize("turned", [False, True])
def test_points_at_the_same_belief_but_for_rounding(turned: bool) -> None:
    """The lower of two points stays, whichever of them rounding puts first."""
    points = np.array([[0.0, 0.3, ROUNDED, 1.0], [0.0, 5.0, -5.0, 0.0]])
    if turned:
        points[1, 1:3] = points[1, 2:0:-1]
    assert [line[:2] for line in lower_edge(points)] == [(0.0, 0.0), (0.3, -5.0)]
    assert [line[:2] for line in upper_edge(points)] == [(0.0, 0.0), (0.3, 5.0)]


def test_a_lower_point_opens_the_hull_before_it() -> None:
    """From (0, 0) to (1, -5) the way passes under (1/2, -2), which (1, 5) had left a corner."""
    points = np.array([[0.0, 0.5, 1.0 - 1e-14, 1.0], [0.0, -2.0, 5.0, -5.0]])
    assert lower_edge(points) == [(0.0, 0.0, 1.0 - 1e-14, -5.0)]


def test_what_is_concluded_from_such_points() -> None:
    """Levels 2/5 and 0 are above (.3, -5); at .3 a family gets 5 and at .6 it gets -5."""
    assert _below(np.array([[0.3, ROUNDED], [5.0, -5.0]]), (0.4, 0.0))
    family = np.array([[0.3, ROUNDED, 0.6], [-5.0, 5.0, -5.0]])
    assert against(family, [(0.0, 0.0, 1.0, 0.0)]) == "some"
