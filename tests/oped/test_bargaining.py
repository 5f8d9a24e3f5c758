"""Acceptable terms, against closed forms and against the game in which both sides are asked."""

import dataclasses
from fractions import Fraction

import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError, ParameterError
from deterrence.oped.bargaining_record import BargainingRange
from deterrence.oped.draws import draw_stakes
from deterrence.oped.settlement_worth import Worth

F = Fraction
OPED = dt.arrangement("oped")
SMALL = ("types", "challenge", "finding", "response")
ALONE = dataclasses.replace(
    OPED,
    stages=("challenge", "response"),
    fixed={"response": "nothing"},
)


def near(*pairs):
    return pytest.approx([end for pair in pairs for end in pair], abs=2e-6)


def ends(intervals):
    return [end for pair in intervals for end in pair]


def test_terms_where_nobody_helps_are_those_of_the_closed_form():
    """Russia attacks below x_att = 1 - c_0 / (b p), and Ukraine then has not enough of its war."""
    found = dt.bargaining_range(ALONE, presence=0)
    assert found.complete
    odds = 1 / (1 + F("1.2"))  # Ukraine keeps its defence, and nobody helps
    war = 1 / (1 + F("1.2") + F("0.6"))
    peace = 1 - F("0.25") / (F("1.6") * odds)  # a probe is a part of the same gamble
    ukraine = {
        "peace": (peace, war + F("0.35") - F("0.05")),
        # -x - (1 - x) p - c_U - c_d >= -war - c_wU; below 0 here
        "attacked": (war + F("0.35") - odds - F("0.3") - F("0.05")) / (1 - odds),
    }
    assert ukraine["attacked"] < 0
    assert ends(found.acceptable("Ukraine")) == near([float(x) for x in ukraine["peace"]])
    least = F("1.6") * war - F("0.35")
    assert F("1.6") * odds - F("0.25") > least  # attacking later is better than the war
    assert ends(found.acceptable("Russia, revisionist")) == near([0, 1])
    assert ends(found.acceptable()) == near([float(x) for x in ukraine["peace"]])
    # a window of a thousandth, between two points of the first look
    assert ends(found.acceptable("all", "worst")) == near([float(x) for x in ukraine["peace"]])
    assert found.war["Ukraine"] == pytest.approx(float(-war - F("0.35")), abs=1e-12)


def test_a_deterred_russia_asks_for_what_the_war_is_worth_to_it():
    """Force deters at all terms here, so that the game after a settlement is peace at x."""
    sure = dataclasses.replace(ALONE, fixed={"response": "force"})
    found = dt.bargaining_range(sure)
    war = 1 / (1 + F("1.2") + F("0.6"))
    least = (F("1.6") * war - F("0.35")) / F("1.6")
    most = war + F("0.35") - F("0.05")
    assert ends(found.acceptable("Russia, revisionist")) == near([float(least), 1])
    assert ends(found.acceptable("Ukraine")) == near([0, float(most)])
    assert ends(found.acceptable()) == near([float(least), float(most)])


@pytest.mark.parametrize("changes", [{}, {"strength": 0}, {"strength": 1, "b_revisionist": 2}])
@pytest.mark.parametrize("kind", ["revisionist", "security"])
def test_the_game_in_which_both_are_asked_settles_inside_the_range(kind, changes):
    """With Russia's type known there is no signal: two ways to ask the same question."""
    found = dt.bargaining_range(
        OPED, stages=SMALL, points=9, accepted_by=[f"{kind} only"], **changes
    )
    asked = dt.guarantee_game(
        ["types", "settlement", *SMALL[1:]], fixed={"types": {"Russia": kind}}
    )
    values = OPED.values(**changes)
    for n in range(11):
        x = F(n, 10) + F(1, 997) if n < 10 else F(1)
        game = asked.at({**{p: values[p] for p in asked.parameters}, "terms": x})
        solved = dt.solve(game)
        assert solved.complete
        least, most = solved.most_and_least("settlement")
        some, every = (
            any(low <= x <= high for low, high in found.acceptable("all", way, f"{kind} only"))
            for way in ("best", "worst")
        )
        assert (most > 0, least > 0) == (some, every), (x, least, most)


def held_against_the_game_that_asks(stages, strength, terms):
    """Compare the rows with every equilibrium in which both sides are asked; the settlements seen.

    Both types accept in some equilibrium if and only if the terms are acceptable to all then.
    Where one type accepts alone, the row is necessary: the other must prefer to refuse besides.
    """
    asked = dt.guarantee_game(["types", "settlement", *stages[1:]])
    found = dt.bargaining_range(
        OPED, stages=stages, strength=strength, between=(0, "0.4"), points=9
    )
    values = OPED.values(strength=strength)
    rho = float(values["rho"])
    seen = set()
    for x in terms:
        at = {**values, "terms": x}
        solved = dt.solve(asked.at({name: at[name] for name in asked.parameters}))
        assert solved.complete
        talks = {round(outcome["settlement"], 9) for outcome in solved.outcomes()}
        held = {
            types: any(low <= x <= high for low, high in found.acceptable("all", "best", types))
            for types in ("both types", "revisionist only", "security only")
        }
        assert (1.0 in talks) == held["both types"], float(x)
        assert held["revisionist only"] or round(rho, 9) not in talks
        assert held["security only"] or round(1 - rho, 9) not in talks
        seen |= talks
    return seen


@pytest.mark.parametrize("strength", ["0", "0.05", "0.44"])
def test_rows_of_private_types_are_those_of_the_game_in_which_acceptance_is_a_signal(strength):
    terms = [F(3 * n, 100) + F(1, 991) for n in range(14)]
    assert 1.0 in held_against_the_game_that_asks(SMALL, strength, terms)


@pytest.mark.slow
@pytest.mark.parametrize("strength", ["0", "0.1", "0.44", "1"])
def test_rows_are_those_of_that_game_where_russia_may_test(strength):
    terms = [F(n, 25) + F(1, 991) for n in range(10)]
    assert 1.0 in held_against_the_game_that_asks((*SMALL, "test"), strength, terms)


def test_best_and_worst_differ_where_the_game_afterwards_has_several_equilibria():
    stages = ("types", "challenge", "finding", "response", "test")
    found = dt.bargaining_range(
        OPED, stages=stages, points=2, accepted_by=["revisionist only"], between=("0.05", "0.15")
    )
    side = "Russia, revisionist"
    best, worst = (found.acceptable(side, way, "revisionist only")[0] for way in ("best", "worst"))
    assert best[0] < worst[0] - 0.01
    # an independent look at the middle: one equilibrium is worth more than the war, one less
    ways = {"settlement": "accept", "types": {"Russia": "revisionist"}}
    game = dt.guarantee_game(stages, fixed=ways)
    values = {**OPED.values(), "terms": F((best[0] + worst[0]) / 2).limit_denominator(1000)}
    solved = dt.solve(game.at({name: values[name] for name in game.parameters}))
    assert solved.complete
    worths = [equilibrium.payoffs["Russia"] - found.war[side] for equilibrium in solved]
    assert min(worths) < 0 < max(worths)


def worth(equilibrium, kind):
    """What a type of Russia gets, leaf by leaf, given that it was drawn."""
    structure, numbers = equilibrium.game.structure, equilibrium.game.numbers
    russia, total, drawn = structure.players.index("Russia"), F(0), F(0)
    for node in range(len(structure)):
        if structure.kind[node] != "outcome" or kind not in structure.history(node)[0]:
            continue
        reach, here = F(1), node
        while (parent := structure.parent[here]) >= 0:
            if structure.kind[parent] == "chance":
                reach *= numbers[structure.chance[here][0]]
            else:
                own = structure.sets[structure.set_of[parent]]
                reach *= equilibrium.strategy[own.player][own.knows][structure.label[here]]
            here = parent
        total += reach * numbers[structure.payoffs[node][russia]]
        drawn += reach
    return total / drawn


@pytest.mark.parametrize("side", ["Ukraine", "Russia, revisionist"])
@pytest.mark.parametrize("strength", ["0", "0.44"])
def test_a_boundary_holds_on_both_of_its_sides(side, strength):
    """With Russia's type private, which divides what it gets by how likely it is."""
    found = dt.bargaining_range(
        OPED, stages=SMALL, strength=strength, accepted_by=["both types"], points=9
    )
    game = dt.guarantee_game(SMALL, fixed={"settlement": "accept"})
    values = OPED.values(strength=strength)
    for end in (e for e in ends(found.acceptable(side)) if 0 < e < 1):
        accepts = set()
        for step in (-1, 1):
            at = {**values, "terms": F(end).limit_denominator(10**8) + step * F(1, 10**5)}
            solved = dt.solve(game.at({name: at[name] for name in game.parameters}))
            assert solved.complete
            best = max(
                e.payoffs[side] if side == "Ukraine" else worth(e, "revisionist") for e in solved
            )
            accepts.add(best >= found.war[side])
        assert accepts == {True, False}
    inner = [e for e in ends(found.acceptable(side)) if 0 < e < 1]
    assert bool(inner) == (side == "Ukraine" or strength != "0")


def test_the_answer_prints_and_is_a_table():
    found = dt.bargaining_range(OPED, stages=SMALL, strength=1, points=9)
    assert isinstance(found, BargainingRange)
    text = str(found)
    assert "strength 1" in text
    assert "accepted by security only" in text
    assert "all complete" in text
    frame = found.to_frame()
    assert list(frame.columns) == ["accepted_by", "who", "selection", "from", "to"]
    rows = frame.query("accepted_by == 'both types' and who == 'all' and selection == 'best'")
    assert tuple(rows[["from", "to"]].itertuples(index=False, name=None)) == found.acceptable()


def test_what_is_not_settled_is_said_as_such():
    found = dt.bargaining_range(OPED, stages=SMALL, points=2, accepted_by=["security only"])
    assert "a mixture" not in str(found)
    text = str(dataclasses.replace(found, complete=False, settled_by_corners=False))
    assert "NOT all complete" in text
    assert "a mixture might be acceptable" in text


@pytest.mark.parametrize(
    ("corners", "best", "might"),
    [
        ([(1, -1), (-1, 1)], -1, True),  # half of each is just acceptable to both
        ([(1, -3), (-3, 1)], -3, False),
        ([(1, -1), (0, 0)], 0, False),  # a corner does
        ([(1, -1), (2, -2)], -1, False),  # nothing is acceptable to the second
    ],
)
def test_a_mixture_of_corners_may_do_where_no_corner_does(corners, best, might):
    sides = ("Ukraine", "Russia")
    named = tuple(dict(zip(sides, corner, strict=True)) for corner in corners)
    least, most = (
        {side: end(corner[side] for corner in named) for side in sides} for end in (min, max)
    )
    worth = Worth(least, most, named, ())
    assert worth.slack("all", "best", sides) == best
    assert worth.slack("all", "worst", sides) == min(least.values())
    assert worth.slack("Russia", "best", sides) == most["Russia"]
    assert worth.mixture_might(sides) is might


def test_nothing_acceptable_is_said_as_such():
    found = dt.bargaining_range(
        ALONE, presence=0, between=(0, F("0.1")), points=3, accepted_by=["both types"]
    )
    assert found.acceptable("Ukraine") == ()
    assert "none" in str(found)
    assert found.to_frame().query("who == 'Ukraine'")["from"].isna().all()


def test_ranges_along_a_parameter_are_those_at_its_values():
    values = [0, F("0.44")]
    table = dt.bargaining_ranges(OPED, values=values, stages=SMALL, points=9)
    assert table.attrs == {
        "over": "strength",
        "complete": True,
        "settled_by_corners": True,
        "between": (0.0, 1.0),
    }
    for value in values:
        one = dt.bargaining_range(
            OPED, stages=SMALL, points=9, accepted_by=["both types"], strength=value
        ).to_frame()
        same = table[table["strength"] == float(value)].drop(columns="strength")
        assert same.reset_index(drop=True).equals(one)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"between": (0.3, 0.1)}, InputError, "lower first"),
        ({"between": (0, 1.2)}, InputError, "from 0 to 1"),
        ({"between": 0.3}, InputError, "two shares"),
        ({"between": (0, float("nan"))}, InputError, "nan"),
        ({"points": 1}, InputError, "whole number"),
        ({"points": True}, InputError, "whole number"),
        ({"terms": 0.2}, ParameterError, "looked for"),
        ({"strenght": 0.2}, ParameterError, "strength"),
        ({"accepted_by": ["both"]}, LabelError, "both types"),
        ({"stages": ["respons"]}, LabelError, "response"),
        ({"stages": "respons"}, LabelError, "unknown stage 'respons'"),
    ],
)
def test_wrong_questions_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        dt.bargaining_range(OPED, **arguments)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("everybody", "best", "both types"), "side"),
        (("all", "middle", "both types"), "selection"),
        (("all", "best", "neither"), "types that accept"),
        (("Russia, security", "best", "revisionist only"), "side"),
    ],
)
def test_rows_that_are_not_there_are_named(row, words):
    found = dt.bargaining_range(OPED, stages=("types", "challenge", "response"), points=2)
    with pytest.raises(LabelError, match=words):
        found.acceptable(*row)


def test_one_word_on_acceptance_is_one_word_and_none_is_refused():
    few = {"points": 2, "stages": ("challenge",)}
    one, listed = (
        dt.bargaining_range("oped", accepted_by=given, **few)
        for given in ("both types", ["both types", "both types"])
    )
    assert one.rows == listed.rows
    with pytest.raises(InputError, match="accepted_by is empty"):
        dt.bargaining_range("oped", accepted_by=[], **few)


def test_a_war_of_no_one_worth_is_refused():
    """At this strength aid and force cost the irresolute Guarantor exactly the same."""
    saved = F("0.6") * (1 / F("2.8") - 1 / F("4.8"))
    with pytest.raises(InputError, match="indifferent"):
        dt.bargaining_range(
            OPED, covered_war=True, stages=SMALL, response_ambiguity=0, strength=F("0.6") - saved
        )


def test_trust_moves_only_what_ukraine_accepts():
    found = [
        dt.bargaining_range(
            OPED, stages=SMALL, accepted_by=["both types"], trust=trust, strength="0.2",
            response_ambiguity=0, presence=0, b_revisionist="2.2", between=(0, "0.4"), points=9,
        )
        for trust in ("0.05", "0.95")
    ]  # fmt: skip
    # with Russia's attack a gamble, a Ukraine that trusts concedes more for the same pledge
    most = [one.acceptable("Ukraine")[0][1] for one in found]
    assert most[0] < most[1] - 0.05
    side = "Russia, revisionist"
    assert found[0].acceptable(side) == found[1].acceptable(side)


def test_ends_that_were_solved_are_met_again_as_they_were():
    """Here a border lies so close to such an end that its neighbour has another answer."""
    stakes = draw_stakes(42, 0)[41]
    changes = {name: value for name, value in stakes.items() if name != "terms"} | {"g": 2}
    found = dt.bargaining_range(OPED, points=7, stages=SMALL, accepted_by=["both types"], **changes)
    assert found.complete
    for low, high in found.acceptable("Ukraine"):
        assert 0 <= low <= high <= 1
