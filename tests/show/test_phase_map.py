import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgba
from matplotlib.text import Annotation

import deterrence as dt
from deterrence.errors import InputError, LabelError
from deterrence.show.styles import OKABE_ITO, fill_of
from tests.show.made_up import grid
from tests.study.small_games import chicken

# strength runs along the rows, so that the map shows it across
MAP = grid([["peace", "peace | war"], ["war", "peace | war | test"]], strength=[0, 1], vague=[0, 1])


def patches(ax):
    return {patch.get_label(): patch for patch in ax.patches}


def parts(patch):
    """The rectangles that a patch is made of: left, bottom, width, height."""
    corners = patch.get_path().to_polygons()
    boxes = [(p.min(axis=0), p.max(axis=0)) for p in corners]
    return [(*low.tolist(), *(high - low).tolist()) for low, high in boxes]


def legend_texts(ax):
    return [" ".join(text.get_text().split()) for text in ax.get_legend().get_texts()]


def test_every_regime_of_every_point_is_drawn_and_shares_its_cell_evenly():
    ax = dt.plots.phase_map(MAP)
    found = {name: parts(patch) for name, patch in patches(ax).items()}
    assert {name: len(boxes) for name, boxes in found.items()} == {"peace": 3, "war": 3, "test": 1}
    areas = sorted(width * height for boxes in found.values() for _, _, width, height in boxes)
    assert areas == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1 / 2, 1 / 2, 1, 1])
    # the point without strength and vagueness lies below, on the left
    assert (-0.5, -0.5, 1.0, 1.0) in found["peace"]
    assert (0.5, -0.5, 1.0, 1.0) in found["war"]


def test_the_legend_names_and_counts_regimes_and_multiplicity():
    ax = dt.plots.phase_map(MAP, names={"war": "open war"})
    assert legend_texts(ax) == [
        "A: peace (3)",
        "B: open war (3)",
        "C: test (1)",
        "stripes: several regimes exist, and nothing here says which comes about (2)",
    ]
    assert ax.get_legend().get_title().get_text() == "regime (at how many of 4 points)"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("strength", "vague")


def test_without_multiplicity_the_legend_has_no_stripes():
    ax = dt.plots.phase_map(grid([["peace", "war"]], strength=[0], vague=[0, 1]))
    assert legend_texts(ax) == ["A: peace (1)", "B: war (1)"]


def test_axes_may_be_exchanged_and_values_need_no_order():
    ax = dt.plots.phase_map(MAP.isel(strength=[1, 0]), "vague")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("vague", "strength")
    assert (-0.5, 0.5, 1.0, 1.0) in parts(patches(ax)["war"])


def test_uneven_values_have_cells_that_meet_halfway():
    ax = dt.plots.phase_map(grid([["a"], ["b"], ["c"]], strength=[0, 0.2, 1], vague=[0.5]))
    lefts = {name: parts(patch)[0][0] for name, patch in patches(ax).items()}
    assert lefts == pytest.approx({"a": -0.1, "b": 0.1, "c": 0.6})
    assert ax.get_xlim() == pytest.approx((-0.1, 1.4))


def test_lines_stand_where_the_set_of_regimes_changes():
    data = grid([["a", "a"], ["a", "a | b"]], strength=[0, 1], vague=[0, 1])
    (lines,) = dt.plots.phase_map(data).collections
    segments = {tuple(map(tuple, s.tolist())) for s in lines.get_segments()}
    assert segments == {((0.5, 0.5), (0.5, 1.5)), ((0.5, 0.5), (1.5, 0.5))}


def test_what_was_not_solved_completely_is_crossed_and_counted():
    data = grid([["peace", ""], ["war", "peace"]], strength=[0, 1], vague=[0, 1])
    data["capped"].values[1, 1] = True
    ax = dt.plots.phase_map(data)
    (crosses,) = [c for c in ax.collections if c.get_label() == "not complete"]
    assert sorted(map(tuple, crosses.get_offsets().tolist())) == [(0.0, 1.0), (1.0, 1.0)]
    assert legend_texts(ax)[-1] == "more may exist: not solved completely (2)"


def test_fills_stay_apart_for_the_colour_blind_and_without_colour():
    looks = [fill_of(n) for n in range(120)]
    assert len({(look["facecolor"], look["hatch"]) for look in looks}) == 120
    assert len({look["hatch"] for look in looks[:15]}) == 15
    data = grid([[f"regime {n:02}"] for n in range(20)], strength=range(20), vague=[0])
    ax = dt.plots.phase_map(data)
    drawn = [(to_hex(p.get_facecolor()).upper(), p.get_hatch()) for p in ax.patches]
    assert len(set(drawn)) == 20
    assert {colour for colour, _ in drawn} == set(OKABE_ITO)


def discs(ax, label):
    """Face colours of the parts of a marker, clockwise from above."""
    (ring,) = [c for c in ax.collections if c.get_label() == label]
    at = tuple(ring.get_offsets()[0])
    wedges = [c for c in ax.collections if c.get_zorder() == 6 and tuple(c.get_offsets()[0]) == at]
    return [tuple(w.get_facecolor()[0]) for w in wedges]


def test_markers_have_the_colours_of_their_own_regimes():
    markers = [
        ("treaty", 0.0, 0.0, "war"),  # where the map itself says peace
        ("pledge", 1.0, 0.0, ["test", "peace"]),
        ("joined", 0.5, 1.0, "peace | war"),
        ("odd", 1.0, 1.0, "something else"),
    ]
    ax = dt.plots.phase_map(MAP, markers=markers)
    colour = {name: to_rgba(patch.get_facecolor()) for name, patch in patches(ax).items()}
    assert discs(ax, "treaty") == [colour["war"]]
    assert discs(ax, "pledge") == [colour["peace"], colour["test"]]
    assert discs(ax, "joined") == [colour["peace"], colour["war"]]
    assert discs(ax, "odd")[0] not in colour.values()
    assert "D: something else (markers only)" in legend_texts(ax)
    texts = {t.get_text() for t in ax.texts} - {""}
    assert texts == {"treaty: B", "pledge: A C", "joined: A B", "odd: D"}


def test_labels_and_discs_do_not_overlap_even_where_markers_share_a_place():
    rows = itertools.product((0.45, 0.5, 0.52), (0.4, 0.42, 0.6))
    markers = [(f"arrangement {n}", x, y, "war") for n, (x, y) in enumerate(rows)]
    markers += [("same place", 0.5, 0.4, "peace"), ("at the edge", 1.5, 1.5, "peace")]
    ax = dt.plots.phase_map(MAP, markers=markers)
    figure = ax.get_figure()
    figure.canvas.draw()
    labels = [t for t in ax.texts if isinstance(t, Annotation) and t.get_text()]
    assert len(labels) == len(markers)
    boxes = [label.get_window_extent() for label in labels]
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)
    for box in boxes:
        assert ax.bbox.padded(1).contains(box.x0, box.y0)
        assert ax.bbox.padded(1).contains(box.x1, box.y1)
    rings = [c for c in ax.collections if c.get_zorder() == 7]
    centres = [c.get_offset_transform().transform(c.get_offsets()[0]) for c in rings]
    for one, other in itertools.combinations(centres, 2):
        assert np.hypot(*(one - other)) > 13 * figure.dpi / 72


@pytest.mark.parametrize("marker", [("name", 1, 2), ("name", "x", 2, "war"), 3])
def test_a_marker_that_is_none_is_refused(marker):
    with pytest.raises(InputError, match="a marker is"):
        dt.plots.phase_map(MAP, markers=[marker])


def test_given_axes_are_used_and_nothing_is_shown(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("the picture was shown"))
    _, (left, right) = plt.subplots(1, 2)
    assert dt.plots.phase_map(MAP, ax=right) is right
    assert right.patches
    assert not left.patches


def test_wrong_data_sets_and_axes_are_refused():
    with pytest.raises(InputError, match="has two axes, this data set has 1"):
        dt.plots.phase_map(MAP.isel(vague=0))
    with pytest.raises(InputError, match="both axes"):
        dt.plots.phase_map(MAP, "vague", "vague")
    with pytest.raises(LabelError, match="Did you mean 'vague'"):
        dt.plots.phase_map(MAP, y="vage")
    with pytest.raises(InputError, match="no variable 'regime'"):
        dt.plots.phase_map(MAP.drop_vars("regime"))


def test_a_map_of_a_real_sweep_counts_what_the_sweep_found():
    found = dt.sweep(chicken(), {"prize": ["-1/2", "1/2"], "pain": ["1/2", 1]}, jobs=1)
    ax = dt.plots.phase_map(found)
    assert sum(len(parts(patch)) for patch in ax.patches) == int(found["regimes"].sum())
    assert legend_texts(ax)[:3] == [
        "A: force (4)",
        "B: attack (2)",
        "C: sometimes attack, force (2)",
    ]


def test_boxes_of_an_adaptive_sweep_are_refused_with_what_draws_them():
    boxes = dt.adaptive_sweep(chicken(), {"prize": (-1, 2), "pain": (0, 2)}, 4, audit=1, jobs=1)
    with pytest.raises(InputError, match=r"dt\.plots\.slices"):
        dt.plots.phase_map(boxes)
    assert dt.plots.slices(boxes, "prize", ["attack"], {"pain": 1}).get_xlabel() == "prize"
