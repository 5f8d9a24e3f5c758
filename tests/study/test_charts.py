"""Charts: what is known of plays, asked in two ways."""

from fractions import Fraction

import numpy as np
import pytest

from deterrence.study.atlas import Atlas
from deterrence.study.bitsets import unpacked
from deterrence.study.learning import Learning
from deterrence.study.map_workers import Workers
from deterrence.study.mesh import Mesh
from tests.study.small_games import chicken


@pytest.fixture(scope="module")
def learnt():
    axes = ("prize", "pain")
    game = chicken()
    atlas = Atlas(game, axes)
    mesh = Mesh.of([np.linspace(-1, 2, 25), np.linspace(0, 2, 25)])
    workers = Workers(game, axes, 200_000, 1)
    Learning(atlas, mesh.points, workers.solve, np.random.default_rng(0), lambda n, k: None).run()
    points = mesh.at(np.arange(mesh.size))
    strata = atlas.numbers.strata(points)
    largest = max(atlas.sheets, key=lambda s: int((strata == s).sum()))
    return atlas, largest, points[strata == largest]


def test_where_plays_exist_is_the_same_with_and_without_their_outcomes(learnt):
    atlas, stratum, points = learnt
    chart, values = atlas.sheets[stratum].charts[0], atlas.numbers.values(points)
    whole = {play.name: play.exists for play in chart.plays(values, len(points))}
    bare = chart.exists(values, len(points))
    assert len(whole) > 2
    assert whole.keys() == bare.keys()
    for name, bits in bare.items():
        assert (unpacked(bits, len(points)) == whole[name]).all()


def test_families_before_and_after_some_number_make_up_all(learnt):
    atlas, stratum, points = learnt
    chart, values = atlas.sheets[stratum].charts[0], atlas.numbers.values(points)
    names = chart.names
    some = chart.exists(values, len(points), among=names[:1])
    assert set(some) <= {names[0]}
    assert some[names[0]] == chart.exists(values, len(points))[names[0]]
    later = chart.exists(values, len(points), since=1)
    first = chart.cells[0][0]
    for name, bits in chart.exists(values, len(points)).items():
        if name != first:
            assert later.get(name, 0) == bits


def test_chicken_has_the_plays_that_it_must_have(learnt):
    # by hand: with prize > 0 and pain > 0 either may stand while the other yields, or both mix
    atlas, stratum, _ = learnt
    values = atlas.numbers.values(np.array([[float(Fraction(1, 2)), 1.0]]))
    assert len(atlas.sheets[stratum].charts[0].exists(values, 1)) == 3
