"""The real arrangements against the table that they were coded in, and the map to instruments."""

import csv
import itertools
import pickle
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from deterrence.errors import InputError, LabelError, ParameterError
from deterrence.guarantee import catalogue
from deterrence.guarantee.catalogue import NAMES, arrangement, arrangements
from deterrence.guarantee.codings import SCALES, CodingMap
from deterrence.guarantee.parameters import PARAMETERS, defaults

DATA = Path(__file__).parents[1] / "data"
CODED = {
    row.pop("id"): row for row in csv.DictReader((DATA / "arrangements.csv").read_text().split())
}
LISTED = [
    line.split()
    for line in (DATA / "arrangement_sources.txt").read_text().splitlines()
    if not line.startswith("#")
]

# By hand: .6 legal + .4 scope, a fifth of it under a veto; 2 automatic - 1, not below 0.
BY_HAND = {
    "nato": {
        "strength": Fraction(1),  # .6 x 1 + .4 x 1
        "trigger_ambiguity": Fraction(3, 10),
        "response_ambiguity": Fraction(1, 2),
        "threshold": Fraction(1, 2),
        "conditionality": Fraction(1, 2),
        "defence_condition": Fraction(0),
        "automaticity": Fraction(0),
        "presence": Fraction(7, 10),
    },
    "istanbul_ua": {
        "strength": Fraction(1),
        "trigger_ambiguity": Fraction(3, 10),
        "response_ambiguity": Fraction(3, 10),
        "threshold": Fraction(1, 2),
        "conditionality": Fraction(1),
        "defence_condition": Fraction(0),
        "automaticity": Fraction(1, 2),  # 2 x .75 - 1
        "presence": Fraction(0),
    },
    "istanbul_ru": {
        "strength": Fraction(1, 5),  # the whole of it, times .2: Russia can stop the response
        "trigger_ambiguity": Fraction(1, 2),
        "response_ambiguity": Fraction(3, 5),
        "threshold": Fraction(1, 2),
        "conditionality": Fraction(1),
        "defence_condition": Fraction(0),
        "automaticity": Fraction(0),
        "presence": Fraction(0),
    },
    "budapest": {
        "strength": Fraction(4, 125),  # (.6 x .2 + .4 x .1) x .2 = .16 x .2 = .032
        "trigger_ambiguity": Fraction(7, 10),
        "response_ambiguity": Fraction(9, 10),
        "threshold": Fraction(1, 2),
        "conditionality": Fraction(4, 5),
        "defence_condition": Fraction(0),
        "automaticity": Fraction(0),
        "presence": Fraction(0),
    },
    "tiered": {
        "strength": Fraction(7, 10),  # .6 x .5 + .4 x 1
        "trigger_ambiguity": Fraction(3, 10),
        "response_ambiguity": Fraction(1, 5),
        "threshold": Fraction(1, 2),
        "conditionality": Fraction(2, 5),
        "defence_condition": Fraction(0),
        "automaticity": Fraction(1, 2),
        "presence": Fraction(7, 10),
    },
}


def test_the_catalogue_holds_the_rows_of_the_table_in_its_order() -> None:
    assert list(arrangements()) == list(NAMES) == list(CODED)
    folder = Path(catalogue.__file__).with_name("arrangements")
    assert {file.stem for file in folder.iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_codings_are_those_of_the_table(name: str) -> None:
    scenario = arrangement(name)
    assert scenario.id == name
    assert {k: c.value for k, c in scenario.codings.items()} == {
        k: Fraction(v) for k, v in CODED[name].items()
    }
    assert list(scenario.codings) == list(SCALES)


@pytest.mark.parametrize("name", NAMES)
def test_a_source_is_an_address_read_for_this_arrangement_or_judgement(name: str) -> None:
    scenario = arrangement(name)
    read = {address for arranged, address in LISTED if arranged == name}
    for sourced in (*scenario.codings.values(), *scenario.facts.values()):
        assert sourced.source == "judgement" or sourced.source in read
    assert all(coding.note for coding in scenario.codings.values())
    assert scenario.summary
    assert {"n_guarantors", "rule", "duration_y"} <= scenario.facts.keys()


def test_every_arrangement_whose_texts_were_read_cites_some() -> None:
    silent = {
        name
        for name, scenario in arrangements().items()
        if not any(c.source.startswith("http") for c in scenario.codings.values())
    }
    assert silent == {"adhoc", "nato_limbo"}


@pytest.mark.parametrize("name", BY_HAND)
def test_instruments_are_those_computed_by_hand(name: str) -> None:
    instruments = dict(arrangement(name).instruments)
    assert instruments == BY_HAND[name]
    assert all(type(number) is Fraction for number in instruments.values())


def test_the_defaults_are_the_op_eds_instruments() -> None:
    usual = defaults()
    assert {name: usual[name] for name in arrangement("oped").instruments} == dict(
        arrangement("oped").instruments
    )


def test_every_instrument_is_in_range() -> None:
    for scenario in arrangements().values():
        assert all(PARAMETERS[n].admits(v) for n, v in scenario.instruments.items())


# The stronger first at the usual weights; elsewhere between .3 and .9 they tie or change places.
TURNED = {
    ("eu427", "tiered"),
    ("us_dec25", "tiered"),
    ("tiered", "paris"),
    ("tiered", "ksc"),
    ("ksc", "us_nov25"),
    ("bilateral", "porcupine"),
    ("g7", "adhoc"),
    ("nato_limbo", "adhoc"),
}
TIED_PAIRS = {("istanbul_ua", "nato"), ("oped", "israel"), ("adhoc", "istanbul_ru")}
KEPT = 17 * 16 // 2 - len(TURNED) - len(TIED_PAIRS)  # 125 of 136


def strengths(legal_weight: Fraction) -> dict[str, Fraction]:
    mapping = replace(CodingMap(), legal_weight=legal_weight, scope_weight=1 - legal_weight)
    return {name: s.instruments["strength"] for name, s in arrangements(mapping).items()}


def test_which_comparisons_by_strength_survive_other_weights() -> None:
    weights = [Fraction(k, 20) for k in range(6, 19)]  # the weight of legal form, .3 to .9
    tables = [strengths(weight) for weight in weights]
    usual = strengths(Fraction(3, 5))
    turned, ties, kept = set(), set(), 0
    for one, two in itertools.combinations(sorted(NAMES, key=lambda n: -usual[n]), 2):
        if usual[one] == usual[two]:
            ties.add((one, two))
        elif all(table[one] > table[two] for table in tables):
            kept += 1
        else:
            turned.add((one, two))
    assert turned == TURNED
    assert ties == TIED_PAIRS
    assert kept == KEPT == 125
    # strength is linear in the weight, so that the ends decide for all weights in between
    ends = tables[0], tables[-1]
    assert all(not all(table[one] > table[two] for table in ends) for one, two in TURNED)


def test_the_ends_of_the_order_do_not_hang_on_the_weights() -> None:
    for weight in (Fraction(3, 10), Fraction(9, 10)):
        order = sorted(NAMES, key=strengths(weight).get)  # type: ignore[arg-type]
        assert order[0] == "budapest"
        assert set(order[-2:]) == {"nato", "istanbul_ua"}


@pytest.mark.parametrize(
    ("change", "name", "instrument", "expected"),
    [
        ({"veto_factor": 0}, "istanbul_ru", "strength", Fraction(0)),
        ({"veto_factor": "1/3"}, "istanbul_ru", "strength", Fraction(1, 3)),
        ({"legal_weight": 0.3, "scope_weight": 0.7}, "oped", "strength", Fraction(47, 100)),
        ({"automatic_from": 0}, "nato", "automaticity", Fraction(1, 2)),
        ({"automatic_from": 0.25}, "tiered", "automaticity", Fraction(2, 3)),
        ({"threshold": 0.6}, "nato", "threshold", Fraction(3, 5)),
        ({"defence_condition": 0.1}, "nato", "defence_condition", Fraction(1, 10)),
    ],
)
def test_another_map_is_passed_in(
    change: dict[str, object], name: str, instrument: str, expected: Fraction
) -> None:
    mapping = replace(CodingMap(), **change)  # type: ignore[arg-type]
    assert arrangement(name, mapping).instruments[instrument] == expected
    assert arrangement(name).instruments[instrument] != expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"veto_factor": 2}, "veto_factor = 2 is out of range: it lies between 0 and 1."),
        ({"legal_weight": 0.7}, r"legal_weight \+ scope_weight = 1.1 is out of range"),
        ({"automatic_from": 1}, "automatic_from = 1 is out of range: it lies below 1."),
        ({"threshold": 0}, r"threshold = 0 is out of range: it lies inside \(0, 1\)."),
    ],
)
def test_a_map_that_leaves_the_ranges_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        replace(CodingMap(), **change)  # type: ignore[arg-type]


def test_codings_off_their_scales_are_refused() -> None:
    coded = dict.fromkeys(SCALES, Fraction(0))
    with pytest.raises(LabelError, match=r"unknown coding 'leagl'\. Did you mean 'legal'"):
        CodingMap().instruments({**coded, "leagl": 1})
    with pytest.raises(ParameterError, match="no coding for legal"):
        CodingMap().instruments({k: v for k, v in coded.items() if k != "legal"})
    with pytest.raises(ParameterError, match=r"aggressor_veto = 0\.5 is out of range"):
        CodingMap().instruments({**coded, "aggressor_veto": 0.5})
    with pytest.raises(ParameterError, match="legal = a number beyond 1e308 is out of range"):
        CodingMap().instruments({**coded, "legal": 10**400})


def test_an_unknown_name_gets_near_misses() -> None:
    with pytest.raises(LabelError, match=r"unknown arrangement 'natto'\. Did you mean 'nato'"):
        arrangement("natto")
    assert "natto" not in arrangements()


def test_values_are_defaults_then_scenario_then_changes() -> None:
    nato = arrangement("nato")
    values = nato.values(ambiguity=0.1, response_ambiguity="1/3", rho=Fraction(1, 2))
    assert values.keys() == defaults().keys()
    assert values["strength"] == 1
    assert values["trigger_ambiguity"] == Fraction(1, 10)
    assert values["response_ambiguity"] == Fraction(1, 3)
    assert values["rho"] == Fraction(1, 2)
    assert values["phi"] == defaults()["phi"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"strenght": 1}, "unknown parameter 'strenght'. Did you mean 'strength'"),
        ({"strength": 2}, "strength: 2 is out of range; it lies between 0 and 1"),
        ({"threshold": 1}, "threshold: 1 is out of range; it lies strictly between 0 and 1"),
        ({"ambiguity": -1}, "ambiguity: -1 is out of range"),
    ],
)
def test_changes_are_held_to_names_and_ranges(change: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        arrangement("nato").values(**change)


def test_the_game_of_an_arrangement_has_its_numbers() -> None:
    for name in NAMES:
        assert arrangement(name).game().numeric
    exact = arrangement("nato").game(rho=Fraction(1, 2))
    assert exact.exact
    assert exact.players == ("Guarantor", "Ukraine", "Russia")


def test_scenarios_can_be_shared_and_sent_elsewhere() -> None:
    nato = arrangement("nato")
    with pytest.raises(TypeError):
        nato.instruments["strength"] = Fraction(0)  # type: ignore[index]
    again = pickle.loads(pickle.dumps(nato))
    assert again == nato
    assert hash(again) == hash(nato)


def test_they_print_as_a_table() -> None:
    head, *lines = repr(arrangements()).splitlines()
    assert head.split() == [
        *("strength", "trigger", "response", "conditions", "automatic", "presence", "arrangement")
    ]
    assert [line.split()[0] for line in lines] == list(NAMES)
    ru = next(line for line in lines if line.startswith("istanbul_ru"))
    assert ru.split()[1:7] == ["0.2", "0.5", "0.6", "1", "0", "0"]
    assert str(arrangement("nato")).startswith("NATO membership, Art. 5 (nato)\n")
    assert repr(arrangement("nato")).startswith("<Scenario nato: NATO membership")


def test_what_is_no_coding_map_is_refused():
    with pytest.raises(InputError, match="give a CodingMap"):
        arrangements({"nato": 1})
