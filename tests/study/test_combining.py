"""A public choice over arrays of points."""

import numpy as np

from deterrence.study.charts import Found
from deterrence.study.combining import best_choice


def play(worth, edge):
    there = np.ones(len(worth), dtype=bool)
    return Found((), ((there, np.array([worth])),), np.array(edge))


def test_a_border_behind_an_action_that_nobody_takes_marks_the_point():
    # other equilibria may be on that border, and make the action worth taking
    taken, other = play([1.0, 1.0], [False, False]), play([0.0, 0.0], [True, False])
    names = [(("Ukraine", (), ("keep",)),), (("Ukraine", (), ("drop",)),)]
    (found,) = best_choice([[taken], [other]], names, 0, 2)
    assert found.name == names[0]
    assert found.edge.tolist() == [True, False]


def test_the_best_action_is_taken_and_ties_are_marked():
    one, two = play([1.0, 0.0, 2.0], [False] * 3), play([0.0, 1.0, 2.0], [False] * 3)
    names = [(("Ukraine", (), ("keep",)),), (("Ukraine", (), ("drop",)),)]
    found = {option.name: option for option in best_choice([[one], [two]], names, 0, 3)}
    assert found[names[0]].exists.tolist() == [True, False, True]
    assert found[names[1]].exists.tolist() == [False, True, True]
    assert found[names[0]].edge.tolist() == [False, False, True]
