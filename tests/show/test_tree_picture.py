from collections import Counter

import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import FancyArrowPatch

import deterrence as dt
from deterrence.errors import InputError, LabelError, LimitError
from deterrence.guarantee.parameters import defaults
from tests.equilibrium.known_games import beer_quiche, centipede, seltens_horse
from tests.study.small_games import chicken, lottery


def texts(ax):
    return Counter(text.get_text() for text in ax.texts)


def branches(ax):
    return [row for row in ax.lines if len(row.get_xdata()) == 3]


def links(ax):
    return Counter(p.get_label() for p in ax.patches if isinstance(p, FancyArrowPatch))


def test_every_node_branch_and_payoff_is_drawn():
    game = beer_quiche()
    ax = dt.plots.tree(game)
    s = game.structure
    assert len(branches(ax)) == len(s) - 1
    kinds = Counter(s.kind)
    movers = Counter(own.player for own in s.sets for _ in own.nodes)
    actions = Counter(str(s.label[n]) for n in range(1, len(s)) if s.chance[n] is None)
    chance = Counter(["tough  [9/10]", "weak  [1/10]"])
    payoffs = texts(ax) - movers - actions - chance
    assert payoffs.total() == kinds["outcome"] * len(game.players)
    assert texts(ax).total() == (movers + actions + chance + payoffs).total()


def test_dashed_links_join_what_a_player_cannot_tell_apart():
    game = seltens_horse()
    joined = {str(own): len(own.nodes) - 1 for own in game.information_sets if len(own.nodes) > 1}
    ax = dt.plots.tree(game)
    assert links(ax) == joined
    assert all(patch.get_linestyle() != "-" for patch in ax.patches)


def test_a_part_has_the_steps_asked_for_and_says_what_lies_behind():
    game = centipede()
    ax = dt.plots.tree(game, depth=2)
    cut = [name for name in texts(ax) if name.startswith("...")]
    behind = len(game) - 1 - len(branches(ax))
    assert cut == [f"... {behind} more"]
    below = dt.plots.tree(game, root=game.structure.histories[2], depth=1)
    assert len(branches(below)) == len(game.structure.children[2])


def test_a_ring_says_that_a_set_goes_on_outside_the_drawing():
    game = chicken()
    whole = dt.plots.tree(game)
    assert not whole.collections
    part = dt.plots.tree(game, ("attack",))
    rings = [c for c in part.collections if len(c.get_offsets())]
    assert len(rings) == 1
    legend = [t.get_text() for t in part.get_legend().get_texts()]
    assert legend == ["Russia", "Guarantor", "not told from nodes outside the drawing"]


def test_an_equilibrium_stands_at_the_branches():
    game = lottery().at(luck="1/4")
    solution = dt.solve(game)
    ax = dt.plots.tree(game, equilibrium=solution[0])
    found = texts(ax)
    assert found["attack  0"] == found["refrain  1"] == 1
    assert found["through  [1/4]"] == found["held  [3/4]"] == 1
    colours = {row.get_color() for row in branches(ax)}
    assert len(colours) == 2  # what is not played is grey
    (thick,) = [row for row in branches(ax) if row.get_linewidth() > 2]
    assert thick.get_xdata()[0] == 0


def test_an_equilibrium_may_stand_on_the_formulas():
    game = lottery()
    solution = dt.solve(game.at(luck=1))  # where one branch is missing
    ax = dt.plots.tree(game, equilibrium=solution[0])
    found = texts(ax)
    assert found["attack  1"] == 1
    assert found["through  [luck]"] == found["held  [1 - luck]"] == 1


def test_beliefs_about_chance_that_differ_are_told_by_player():
    odds = {"First": "1/3", "Second": "1/2"}
    other = {"First": "2/3", "Second": "1/2"}
    end = dt.Outcome({"First": 0, "Second": "1/1000"})
    game = dt.Game(["First", "Second"], dt.Chance({"up": (odds, end), "down": (other, end)}))
    found = texts(dt.plots.tree(game))
    assert found["up  [First 1/3, Second 1/2]"] == 1
    assert found["0.001"] == 2  # a fraction that is not short


def test_long_formulas_are_named_not_written():
    game = dt.guarantee_game(["challenge", "response"])
    found = texts(dt.plots.tree(game))
    assert found["formula"] > 0
    assert all(len(text) < 40 for text in found)


def test_too_large_a_tree_is_refused_with_advice_that_works():
    game = dt.guarantee_game().at(**defaults())
    with pytest.raises(LimitError, match="has 1,285 nodes") as caught:
        dt.plots.tree(game)
    depth = int(str(caught.value).split("depth=")[1].split(" ")[0])
    assert len(branches(dt.plots.tree(game, depth=depth))) > 0
    with pytest.raises(LimitError):
        dt.plots.tree(game, depth=depth + 1)
    assert "root=('resolved, revisionist',)" in str(caught.value)


def test_given_axes_are_used():
    _, (left, right) = plt.subplots(1, 2)
    assert dt.plots.tree(chicken(), ax=right) is right
    assert not left.lines


def test_wrong_histories_and_depths_are_refused():
    with pytest.raises(LabelError, match="Did you mean 'attack'"):
        dt.plots.tree(chicken(), ("atack",))
    with pytest.raises(LabelError, match=r"after the history \('attack',\)"):
        dt.plots.tree(chicken(), ("attack", "atack"))
    with pytest.raises(InputError, match=r"a tuple of labels: \('attack',\)"):
        dt.plots.tree(chicken(), "attack")
    with pytest.raises(InputError, match="depth is 0"):
        dt.plots.tree(chicken(), depth=0)
    with pytest.raises(InputError, match="give one equilibrium, not Solution"):
        dt.plots.tree(chicken(), equilibrium=dt.solve(chicken().at(both=1)))
