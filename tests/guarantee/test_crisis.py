"""The tree against its specification, computed a second time here in plain rational arithmetic."""

import functools
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from deterrence.errors import InputError, LabelError
from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.games.tree import Game
from deterrence.guarantee.crisis import STAGES, guarantee_game
from deterrence.guarantee.parameters import PARAMETERS, defaults

Point = dict[str, Fraction]
History = tuple[str, ...]
Met = tuple[str, bool, bool, str]  # kind, follows a probe, covered, response

LABELS = {
    "preparation": (
        "keep, restrained",
        "keep, provocative",
        "neglect, restrained",
        "neglect, provocative",
    ),
    "challenge": ("refrain", "probe", "attack"),
    "finding": ("covered", "not covered"),
    "response": ("nothing", "aid", "force"),
    "test": ("stop", "attack"),
}
NEUTRAL = {
    "preparation": "keep, restrained",
    "challenge": "attack",
    "finding": "covered",
    "response": "nothing",
    "test": "stop",
}


def a_point(seed: int, **values: Fraction) -> Point:
    """Give numbers for all parameters; with seed 0 the defaults."""
    if seed == 0:
        return {**defaults(), **values}
    draw = random.Random(seed)
    point = {
        name: p.low + (p.high - p.low) * Fraction(draw.randint(1, 99), 100)
        for name, p in PARAMETERS.items()
    }
    return {**point, **values}


def walk(node: Any, history: History = ()) -> Iterator[tuple[History, Any]]:
    yield history, node
    if not isinstance(node, Outcome):
        for label, below in node.choices.items():
            child = below[1] if isinstance(node, Chance) else below
            yield from walk(child, (*history, label))


def outcomes(game: Game) -> dict[History, Outcome]:
    return {history: node for history, node in walk(game.root) if isinstance(node, Outcome)}


def counted(leaf: Outcome) -> dict[str, Any]:
    assert isinstance(leaf.events, dict)
    return {name: weight for name, weight in leaf.events.items() if weight != 0}


def known(game: Game) -> list[tuple[str, History]]:
    """List who moves, knowing what."""
    found = []
    for s in game:
        assert isinstance(s.knows, tuple)
        found.append((s.player, s.knows))
    return found


@functools.cache
def the_whole() -> Game:
    return guarantee_game()


@functools.cache
def plays(seed: int) -> tuple[Point, dict[History, Outcome]]:
    """Give a point at which no chance branch has probability zero, and every play there."""
    generic = {
        "automaticity": Fraction(1, 3),
        "defence_condition": Fraction(1, 4),
        "trigger_ambiguity": Fraction(4, 5),
        "threshold": Fraction(1, 2),
    }
    point = a_point(seed, **generic)
    return point, outcomes(the_whole().at(point))


@pytest.fixture
def whole() -> Game:
    return the_whole()


# The specification, a second time


def replay(history: History) -> tuple[str, str, str, list[Met]]:
    """Read types, preparation and what met each challenge off a history of the whole game."""
    types, preparation, *rest = history
    guarantor, russia = types.split(", ")
    met: list[Met] = []
    while rest and rest[0] not in ("refrain", "stop"):
        kind, finding, *rest = rest
        after = bool(met)
        if finding == "covered, automatic":
            met.append((kind, after, True, "aid" if kind == "probe" else "force"))
        else:
            response, *rest = rest
            met.append((kind, after, finding == "covered", response))
    return guarantor, russia, preparation, met


def russia_prevails(x: Point, d: int, after: bool, response: str) -> Fraction:
    against = x["m0"] * (1 + x["m_d"] * d) + x["m_pi"] * x["presence"]
    if response != "nothing":
        against += x["m_aid"]
    if response == "force":
        against += x["m_force"]
    if after:
        against += x["m_w"]
    return 1 / (1 + against)


def share_honoured(x: Point, kind: str, response: str) -> Fraction:
    if response == "aid" and kind == "attack":
        return x["response_ambiguity"]
    return Fraction(response != "nothing")


def size(x: Point, kind: str, after: bool) -> Fraction:
    if kind == "probe":
        return x["sigma"]
    return 1 - x["sigma"] if after else Fraction(1)


def spec_payoffs(x: Point, history: History) -> dict[str, Fraction]:
    guarantor, russia, preparation, met = replay(history)
    d, q = int(preparation.startswith("keep")), int(preparation.endswith("provocative"))
    g = -x["c_pi"] * x["presence"]
    u = -x["c_d"] * d - x["c_q"] * q
    r = Fraction(0)
    if all(kind == "probe" for kind, *_ in met):
        u += x["w"] * q
        r -= x["t"] * q
    stake = x["v"] + x["y"] * x["presence"]
    for kind, after, covered, response in met:
        p, s = russia_prevails(x, d, after, response), size(x, kind, after)
        spend = {"nothing": Fraction(0), "aid": x["k_A"], "force": x["k_" + guarantor]}[response]
        cost = {"nothing": Fraction(0), "aid": x["c_A"], "force": x["c_F"]}[response]
        broken = x["strength"] * x["a"] * (1 - share_honoured(x, kind, response)) * covered
        g += s * (-stake * p - spend - broken)
        u += s * (-p - x["c_U"])
        r += s * (x["b_" + russia] * p - x["c_0"] - cost)
    return {"Guarantor": g, "Ukraine": u, "Russia": r}


def spec_entrapped(x: Point, guarantor: str, d: int, met: list[Met]) -> bool:
    def worth(after: bool, response: str) -> Fraction:
        spend = {"nothing": Fraction(0), "aid": x["k_A"], "force": x["k_" + guarantor]}[response]
        stake = x["v"] + x["y"] * x["presence"]
        return -stake * russia_prevails(x, d, after, response) - spend

    return any(
        max(worth(after, "nothing"), worth(after, "aid")) > worth(after, "force")
        for _, after, _, response in met
        if response == "force"
    )


def spec_events(x: Point, history: History) -> dict[str, Fraction]:
    guarantor, _, preparation, met = replay(history)
    d, q = preparation.startswith("keep"), preparation.endswith("provocative")
    attacks = [(covered, response) for kind, _, covered, response in met if kind == "attack"]
    responses = [response for *_, response in met]
    entangled = q and "force" in responses
    counts = {
        "provocation": q,
        "defence-kept": d,
        "probe": any(kind == "probe" for kind, *_ in met),
        "attack": bool(attacks),
        **{response: response in responses for response in ("nothing", "aid", "force")},
        "covered-attack": any(covered for covered, _ in attacks),
        "abandonment": (True, "nothing") in attacks,
        "shortfall": sum(1 - share_honoured(x, "attack", r) for covered, r in attacks if covered),
        "entanglement": entangled,
        "entrapment": entangled and spec_entrapped(x, guarantor, int(d), met),
        "great-power-war": any(response == "force" for _, response in attacks),
    }
    return {name: Fraction(count) for name, count in counts.items() if count}


def spec_cover(x: Point, severity: Fraction, preparation: str) -> Fraction:
    line, vague = x["threshold"], x["trigger_ambiguity"]
    if vague == 0:
        found = Fraction(severity >= line)
    else:
        found = Fraction(1, 2) + (1 - vague) * (severity - line) / (2 * vague)
        found = min(Fraction(1), max(Fraction(0), found))
    if preparation.endswith("provocative"):
        found *= 1 - x["conditionality"]
    if preparation.startswith("neglect"):
        found *= 1 - x["defence_condition"]
    return found


# Shape


def test_sizes(whole: Game) -> None:
    plain = whole.at(a_point(0, automaticity=Fraction(0), defence_condition=Fraction(1, 2)))
    assert (len(plain), len(plain.information_sets)) == (1285, 161)
    for preparation in LABELS["preparation"]:
        game = guarantee_game(fixed={"preparation": preparation})
        game = game.at(a_point(0, automaticity=Fraction(0), defence_condition=Fraction(1, 2)))
        assert (len(game), len(game.information_sets)) == (321, 40)


def test_automatic_branches_are_all_that_automaticity_adds(whole: Game) -> None:
    kept = [history for history, _ in walk(whole.root) if "covered, automatic" not in history]
    assert len(kept) == 1285
    sets = known(whole)
    assert len(sets) == 177
    assert len([knows for _, knows in sets if "automatic" not in knows]) == 161


def test_formulas_are_shared(whole: Game) -> None:
    assert len(whole.numbers) < 300


def test_every_parameter_has_its_place_in_the_game(whole: Game) -> None:
    assert set(whole.parameters) == {name for name, p in PARAMETERS.items() if not p.stage}
    assert whole.players == ("Guarantor", "Ukraine", "Russia")


def test_players_know_what_the_contract_says(whole: Game) -> None:
    sets = {(s.player, s.knows): s.actions for s in whole.information_sets}
    kept = "keep, restrained"
    assert sets["Ukraine", ()] == LABELS["preparation"]
    assert sets["Russia", ("revisionist", kept)] == LABELS["challenge"]
    assert sets["Russia", ("revisionist", kept, "probe", "aid")] == LABELS["test"]
    first = ("resolved", kept, "probe", "covered")
    assert sets["Guarantor", first] == LABELS["response"]
    assert sets["Guarantor", (*first, "aid", "attack", "not covered")] == LABELS["response"]
    assert sets["Guarantor", (*first, "automatic", "aid", "attack", "covered")]


@pytest.mark.parametrize("finding_seen", [False, True])
def test_players_know_what_they_saw_and_no_more(finding_seen: bool) -> None:
    for history, node in walk(guarantee_game(finding_seen=finding_seen).root):
        if isinstance(node, Move):
            assert node.knows == spec_knows(node.player, history, finding_seen), history


def spec_knows(player: str, history: History, finding_seen: bool) -> History:
    if player == "Ukraine":
        return ()
    seen = [history[0].split(", ")[0 if player == "Guarantor" else 1], history[1]]
    told = player == "Guarantor" or finding_seen
    for label in history[2:]:
        if label == "covered, automatic":
            seen += ["covered"] * told + ["automatic"] * (player == "Guarantor") + ["aid"]
        elif told or label not in LABELS["finding"]:
            seen.append(label)
    return tuple(seen)


# Payoffs, events and chance

PICKED: tuple[History, ...] = (
    ("resolved, revisionist", "keep, restrained", "refrain"),
    ("irresolute, security", "neglect, provocative", "refrain"),
    ("resolved, revisionist", "keep, provocative", "attack", "covered", "nothing"),
    ("irresolute, revisionist", "neglect, restrained", "attack", "covered", "aid"),
    ("irresolute, security", "keep, restrained", "attack", "not covered", "aid"),
    ("resolved, security", "neglect, provocative", "attack", "covered", "force"),
    ("irresolute, revisionist", "keep, provocative", "attack", "covered, automatic"),
    ("resolved, security", "keep, provocative", "probe", "covered", "nothing", "stop"),
    ("irresolute, revisionist", "neglect, restrained", "probe", "covered", "aid", "stop"),
    ("resolved, revisionist", "keep, restrained", "probe", "not covered", "force", "stop"),
    ("irresolute, security", "neglect, provocative", "probe", "covered, automatic", "stop"),
    (
        "irresolute, revisionist",
        "keep, provocative",
        *("probe", "covered", "force", "attack", "covered", "force"),
    ),
    (
        "resolved, security",
        "neglect, restrained",
        *("probe", "covered", "nothing", "attack", "covered", "aid"),
    ),
    (
        "resolved, revisionist",
        "neglect, provocative",
        *("probe", "not covered", "aid", "attack", "covered", "nothing"),
    ),
)


@pytest.mark.parametrize("history", PICKED, ids=" / ".join)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_payoffs_of_picked_plays(history: History, seed: int) -> None:
    point, leaves = plays(seed)
    assert leaves[history].payoffs == spec_payoffs(point, history)


@pytest.mark.parametrize("seed", range(4))
def test_payoffs_and_events_of_every_play(seed: int) -> None:
    point, leaves = plays(seed)
    assert len(leaves) == 1024
    for history, leaf in leaves.items():
        assert leaf.payoffs == spec_payoffs(point, history), history
        assert counted(leaf) == spec_events(point, history), history


def test_payoffs_computed_by_hand(whole: Game) -> None:
    """At the defaults, M = .8 x 1.5 + .25 = 1.45; aid makes it 2.05 and p = 1 / 3.05."""
    leaves = outcomes(whole.at(defaults()))
    met_with_aid = ("resolved, revisionist", "keep, restrained", "attack", "covered", "aid")
    p = Fraction(100, 305)
    assert leaves[met_with_aid].payoffs == {
        "Guarantor": Fraction("-0.85") * p
        - Fraction("0.1")
        - Fraction("0.088")
        - Fraction("0.025"),
        "Ukraine": -p - Fraction("0.35"),
        "Russia": Fraction("1.6") * p - Fraction("0.4"),
    }
    refrained = ("irresolute, security", "neglect, provocative", "refrain")
    assert leaves[refrained].payoffs == {
        "Guarantor": Fraction("-0.025"),
        "Ukraine": Fraction("0.09"),
        "Russia": Fraction("-0.05"),
    }


def test_entrapment_needs_a_guarantor_that_would_not_fight_of_itself(whole: Game) -> None:
    fought = ("irresolute, revisionist", "keep, provocative", "attack", "covered", "force")
    willing = {
        "k_irresolute": "0.4",
        "v": "1.2",
        "y": "1",
        "m0": "0.5",
        "m_d": "0.2",
        "m_force": "4",
    }
    cheap = a_point(0, **{name: Fraction(value) for name, value in willing.items()})
    assert "entrapment" not in counted(outcomes(whole.at(cheap))[fought])
    dear = a_point(0, k_irresolute=Fraction("1.2"))
    assert counted(outcomes(whole.at(dear))[fought])["entrapment"] == 1


@pytest.mark.parametrize("vague", ["0", "0.05", "0.3", "0.5", "0.9", "1"])
@pytest.mark.parametrize("threshold", ["0.1", "0.3", "0.5", "0.95"])
def test_cover(whole: Game, vague: str, threshold: str) -> None:
    point = a_point(
        0,
        trigger_ambiguity=Fraction(vague),
        threshold=Fraction(threshold),
        defence_condition=Fraction(1, 4),
        automaticity=Fraction(1, 3),
    )
    seen = 0
    for history, node in walk(whole.at(point).root):
        if isinstance(node, Chance) and history:
            severity = point["sigma"] if history[-1] == "probe" else Fraction(1)
            covered = spec_cover(point, severity, history[1])
            odds = {label: probability for label, (probability, _) in node.choices.items()}
            assert odds.get("covered", 0) == covered * Fraction(2, 3)
            assert odds.get("covered, automatic", 0) == covered * Fraction(1, 3)
            assert odds.get("not covered", 0) == 1 - covered
            assert 0 not in odds.values()
            seen += 1
    assert seen


def test_formulas_take_whole_arrays_where_nothing_is_ambiguous(whole: Game) -> None:
    """Arrays compute every case of a formula, so none may divide by zero (a warning fails)."""
    formulas = [number for number in whole.numbers if not isinstance(number, Fraction)]
    symbols = [sympy.Symbol(name) for name in whole.parameters]
    values = {name: float(value) for name, value in defaults().items()}
    grid = {**values, "trigger_ambiguity": np.linspace(0, 1, 3), "strength": np.linspace(0, 1, 3)}
    arrays = sympy.lambdify(symbols, formulas, "numpy", cse=True)(*map(grid.get, whole.parameters))
    for place, end in ((0, Fraction(0)), (2, Fraction(1))):
        point = a_point(0, trigger_ambiguity=end, strength=end)
        pairs = zip(whole.at(point).numbers, whole.numbers, strict=True)
        numbers = [number for number, formula in pairs if not isinstance(formula, Fraction)]
        found = [float(np.broadcast_to(array, 3)[place]) for array in arrays]
        assert found == pytest.approx([float(number) for number in numbers], abs=1e-12)


def test_types_are_drawn_with_their_priors(whole: Game) -> None:
    root = whole.at(a_point(0, phi=Fraction(1, 4), rho=Fraction(1, 3))).root
    assert isinstance(root, Chance)
    assert {label: probability for label, (probability, _) in root.choices.items()} == {
        "resolved, revisionist": Fraction(1, 12),
        "resolved, security": Fraction(1, 6),
        "irresolute, revisionist": Fraction(1, 4),
        "irresolute, security": Fraction(1, 2),
    }


@pytest.mark.parametrize("end", [Fraction(0), Fraction(1)])
@pytest.mark.parametrize("name", [n for n, p in PARAMETERS.items() if p.kind == "instrument"])
def test_limits_of_the_instruments_are_part_of_the_game(
    whole: Game, name: str, end: Fraction
) -> None:
    assert whole.at(a_point(0, **{name: end})).numeric


# Stages fixed and left out


def pruned(node: Any, stage: str, label: str) -> Any:
    """The tree with one stage played in one way."""
    if isinstance(node, Outcome):
        return node
    chance = isinstance(node, Chance)
    below = {k: (n[1] if chance else n) for k, n in node.choices.items()}
    if stage == "finding":
        here = chance and "covered" in below
    else:
        here = not chance and tuple(below) == LABELS[stage]
    if here:
        return pruned(below[label], stage, label)
    if chance:
        return Chance({k: (p, pruned(n, stage, label)) for k, (p, n) in node.choices.items()})
    return Move(node.player, node.knows, {k: pruned(n, stage, label) for k, n in below.items()})


def shape(node: Any) -> Any:
    """What is left of a tree without what players know."""
    if isinstance(node, Outcome):
        return node.payoffs, node.events
    if isinstance(node, Chance):
        return {label: (p, shape(below)) for label, (p, below) in node.choices.items()}
    return node.player, {label: shape(below) for label, below in node.choices.items()}


@pytest.mark.parametrize(
    ("stage", "label"), [(s, one) for s, all_ in LABELS.items() for one in all_]
)
def test_a_fixed_stage_is_the_whole_tree_played_that_way(
    whole: Game, stage: str, label: str
) -> None:
    vague = {"trigger_ambiguity": Fraction(4, 5), "threshold": Fraction(1, 2)}
    point = a_point(5, automaticity=Fraction(0), **vague)
    fixed = guarantee_game(fixed={stage: label})
    # pruned too: a fixed finding still leaves a chance move to automaticity, here of one branch
    there, here = (pruned(game.at(point).root, stage, label) for game in (whole, fixed))
    assert shape(here) == shape(there)
    if stage != "finding":
        for s in fixed.information_sets:
            assert s.actions != LABELS[stage]
    if not (stage in ("challenge", "test") and label == "attack"):  # the other stage's label
        assert all(label not in knows for _, knows in known(fixed))


@pytest.mark.parametrize("stage", NEUTRAL)
def test_a_stage_left_out_is_neutral(stage: str) -> None:
    without = guarantee_game([s for s in STAGES if s != stage])
    fixed = guarantee_game(fixed={stage: NEUTRAL[stage]})
    assert shape(without.root) == shape(fixed.root)
    assert known(without) == known(fixed)


def test_types_left_out_are_known_to_all(whole: Game) -> None:
    point = a_point(5)
    without = guarantee_game([s for s in STAGES if s != "types"]).at(point)
    root = whole.at(point).root
    assert isinstance(root, Chance)
    assert shape(without.root) == shape(root.choices["resolved, revisionist"][1])
    assert not any({"resolved", "revisionist"} & set(knows) for _, knows in known(without))


def test_one_type_or_both_may_be_fixed(whole: Game) -> None:
    both = guarantee_game(fixed={"types": {"Guarantor": "irresolute", "Russia": "security"}})
    root = whole.root
    assert isinstance(root, Chance)
    assert shape(both.root) == shape(root.choices["irresolute, security"][1])
    one = guarantee_game(fixed={"types": {"Guarantor": "irresolute"}})
    assert isinstance(one.root, Chance)
    assert list(one.root.choices) == ["revisionist", "security"]
    assert ("Guarantor", ("keep, restrained", "attack", "covered")) in known(one)
    alone = guarantee_game(["challenge"], fixed={"types": {"Russia": "security"}})
    assert "b_security" in alone.parameters
    assert "b_revisionist" not in alone.parameters


def test_no_stage_at_all_is_an_attack_met_with_nothing() -> None:
    game = guarantee_game([])
    point = a_point(0)
    assert isinstance(game.root, Outcome)
    history = ("resolved, revisionist", "keep, restrained", "attack", "covered", "nothing")
    assert game.at(point).root.payoffs == spec_payoffs(point, history)  # type: ignore[union-attr]


def test_a_fixed_value_stands_where_the_stage_is_left_out() -> None:
    game = guarantee_game(["challenge", "response"], fixed={"preparation": "neglect, provocative"})
    assert "conditionality" not in game.parameters  # the finding is left out
    assert "m_d" not in game.parameters
    assert "w" in game.parameters


def test_automaticity_without_a_finding_stage() -> None:
    game = guarantee_game(["response", "challenge"])
    assert {knows for _, knows in known(game)} == {(), ("probe",), ("attack",)}
    assert "force" in counted(outcomes(game)["attack", "covered, automatic"])


# The vague reading of response ambiguity


def test_the_vague_reading_draws_what_aid_is_worth() -> None:
    point = a_point(4, automaticity=Fraction(0))
    leaves = outcomes(guarantee_game(response_reading="vague").at(point))
    start = ("resolved, revisionist", "keep, restrained", "attack", "covered")
    for label, share in (("aid honours", Fraction(1)), ("aid falls short", Fraction(0))):
        expected = spec_payoffs({**point, "response_ambiguity": share}, (*start, "aid"))
        leaf = leaves[(*start, label, "aid")]
        assert leaf.payoffs == expected
        assert counted(leaf).get("shortfall", 0) == 1 - share
        for response in ("nothing", "force"):
            same = spec_payoffs(point, (*start, response))
            assert leaves[(*start, label, response)].payoffs == same


def test_in_the_vague_reading_the_guarantor_alone_sees_the_draw() -> None:
    game = guarantee_game(response_reading="vague")
    drawn = [
        (player, knows)
        for player, knows in known(game)
        if {"aid honours", "aid falls short"} & set(knows)
    ]
    assert {player for player, _ in drawn} == {"Guarantor"}
    assert all(knows[-2] == "covered" and "attack" in knows for _, knows in drawn)


@pytest.mark.parametrize("label", LABELS["response"])
def test_the_vague_reading_draws_only_where_aid_is_possible(label: str) -> None:
    game = guarantee_game(fixed={"response": label}, response_reading="vague")
    drawn = any("aid honours" in history for history in outcomes(game))
    assert drawn == (label == "aid")


@pytest.mark.parametrize("seed", [0, 2])
def test_both_readings_agree_on_the_mean_where_aid_is_fixed(seed: int) -> None:
    point = a_point(seed, automaticity=Fraction(0))
    latitude, vague = (
        outcomes(guarantee_game(fixed={"response": "aid"}, response_reading=reading).at(point))
        for reading in ("latitude", "vague")
    )
    for history, leaf in latitude.items():
        if history[-2:] == ("attack", "covered"):
            share = point["response_ambiguity"]
            good = vague[(*history, "aid honours")].payoffs["Guarantor"]
            bad = vague[(*history, "aid falls short")].payoffs["Guarantor"]
            assert leaf.payoffs["Guarantor"] == share * good + (1 - share) * bad


# What is refused


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"stages": ["types", "preparatoin"]}, "preparation"),
        ({"stages": "tipes"}, "types"),
        ({"fixed": {"preperation": "keep, restrained"}}, "preparation"),
        ({"fixed": {"preparation": "keep restrained"}}, "keep, restrained"),
        ({"fixed": {"challenge": "Attack"}}, "attack"),
        ({"fixed": {"finding": "uncovered"}}, "covered"),
        ({"fixed": {"response": ["aid"]}}, "aid"),
        ({"fixed": {"types": {"Guarantor": "resolve"}}}, "resolved"),
        ({"fixed": {"types": {"Rusia": "security"}}}, "Russia"),
        ({"response_reading": "vage"}, "vague"),
    ],
)
def test_unknown_labels_are_answered_with_near_misses(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(LabelError, match=f"Did you mean.*{says}|Allowed.*{says}"):
        guarantee_game(**arguments)


@pytest.mark.parametrize("fixed", [{"types": "resolved"}, ["preparation"], "preparation"])
def test_what_is_fixed_comes_as_a_mapping(fixed: Any) -> None:
    with pytest.raises(InputError, match="fixed by"):
        guarantee_game(fixed=fixed)


def test_one_stage_may_be_given_by_its_name_alone() -> None:
    assert len(guarantee_game("challenge")) == len(guarantee_game(["challenge"])) == 4


def test_ambiguity_sets_both() -> None:
    game = guarantee_game(["challenge", "finding", "response"])
    half = game.at(ambiguity=Fraction(1, 2))
    same = game.at(trigger_ambiguity=Fraction(1, 2), response_ambiguity=Fraction(1, 2))
    assert shape(half.root) == shape(same.root)
    assert not {"trigger_ambiguity", "response_ambiguity"} & set(half.parameters)
