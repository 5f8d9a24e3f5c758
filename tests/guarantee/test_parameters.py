from fractions import Fraction

import pytest

from deterrence.guarantee.parameters import PARAMETERS, TIED, defaults, parameters, ranges

INSTRUMENTS = [
    "strength",
    "trigger_ambiguity",
    "response_ambiguity",
    "threshold",
    "conditionality",
    "defence_condition",
    "automaticity",
    "presence",
]
STAKES = [
    "m0",
    "m_d",
    "m_pi",
    "m_aid",
    "m_force",
    "m_w",
    "v",
    "k_A",
    "k_resolved",
    "k_irresolute",
    "a",
    "b_revisionist",
    "b_security",
    "c_0",
    "c_A",
    "c_F",
    "c_U",
    "c_d",
    "c_q",
    "w",
    "t",
    "sigma",
    "phi",
    "rho",
    "c_pi",
    "y",
    "terms",
    "g",
    "c_wU",
    "c_wR",
    "k_w",
    "f",
    "c_b",
    "D_R",
    "D_G",
    "D_U",
]


def test_every_instrument_and_stake_is_there_once() -> None:
    assert list(PARAMETERS) == INSTRUMENTS + STAKES
    assert {n for n, p in PARAMETERS.items() if p.kind == "instrument"} == set(INSTRUMENTS)
    assert {n for n, p in PARAMETERS.items() if p.kind == "stake"} == set(STAKES)
    symbols = [parameter.symbol for parameter in PARAMETERS.values()]
    assert len(set(symbols)) == len(symbols)


@pytest.mark.parametrize("name", INSTRUMENTS + STAKES)
def test_each_has_a_default_in_its_range_and_says_what_it_is(name: str) -> None:
    parameter = PARAMETERS[name]
    assert parameter.name == name
    assert parameter.low < parameter.high
    assert parameter.admits(parameter.default)
    assert not parameter.admits(parameter.high + 1)
    assert all(isinstance(x, Fraction) for x in (parameter.low, parameter.high, parameter.default))
    assert parameter.meaning.endswith(".")
    assert parameter.unit
    assert "judgement" in parameter.source


def test_defaults_are_the_op_ed_s_row() -> None:
    legal, automatic, scope = Fraction(2, 5), Fraction(2, 5), Fraction(1, 2)
    row = {
        "strength": Fraction(3, 5) * legal + Fraction(2, 5) * scope,
        "automaticity": max(Fraction(0), 2 * automatic - 1),
        "presence": Fraction(1, 2),
        "trigger_ambiguity": Fraction(1, 2),
        "response_ambiguity": Fraction(4, 5),
        "conditionality": Fraction(3, 5),
        "threshold": Fraction(1, 2),
        "defence_condition": Fraction(0),
    }
    assert {name: defaults()[name] for name in INSTRUMENTS} == row


def test_numbers_are_exact() -> None:
    assert defaults()["c_q"] == Fraction(1, 100)
    assert ranges()["c_q"] == (Fraction(1, 200), Fraction(3, 100))


def test_a_threshold_lies_strictly_between_its_limits() -> None:
    threshold = PARAMETERS["threshold"]
    assert ranges()["threshold"] == (Fraction(0), Fraction(1))
    assert not threshold.admits(0)
    assert not threshold.admits(1)
    assert threshold.admits(Fraction(1, 1000))
    assert [name for name, parameter in PARAMETERS.items() if parameter.open] == ["threshold"]
    assert PARAMETERS["strength"].admits(0)
    assert PARAMETERS["strength"].admits(1)


def test_tied_names_set_parameters_and_are_none() -> None:
    for name, members in TIED.items():
        assert name not in PARAMETERS
        assert all(member in PARAMETERS for member in members)


def test_what_is_returned_may_be_changed() -> None:
    defaults()["strength"] = Fraction(1)
    ranges().clear()
    assert defaults()["strength"] == Fraction(11, 25)
    assert ranges()


def test_the_table_shows_them_all() -> None:
    table = parameters()
    assert list(table.index) == list(PARAMETERS)
    assert table.index.name == "name"
    assert not table.isna().any(axis=None)
    assert table.loc["m0", "default"] == 0.8
    assert table.loc["m0", "kind"] == "stake"
    assert table.index[table["tied"] == "ambiguity"].to_list() == list(TIED["ambiguity"])
