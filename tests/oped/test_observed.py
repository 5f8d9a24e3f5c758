"""The model held against observation: made-up evidence whose answer is known."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import FileError, LabelError
from deterrence.oped.claim_points import ClaimPoints
from deterrence.oped.evidence import Evidence
from deterrence.oped.measures import MEASURES, Spread, Summary
from deterrence.oped.observations import Observation, read_observations
from deterrence.oped.observed import WORDS, compared, held_against
from deterrence.oped.settings import SETTINGS

POINTS = 40
OUTCOMES = ("attack", "unanswered attack", "covered-attack", "shortfall", "probe", "provocation")
OUTCOMES += ("entrapment",)
NOTHING = dict.fromkeys(OUTCOMES, (0.0, 0.0))


def evidence(**settings: dict[str, tuple[float, float]]) -> Evidence:
    """The same (least, most) at all points; what is not given is 0."""
    rows = {name: NOTHING | settings.get(name, {}) for name in SETTINGS}
    least, most = (
        {n: np.tile([row[o][k] for o in OUTCOMES], (POINTS, 1)) for n, row in rows.items()}
        for k in (0, 1)
    )
    return Evidence({"phi": np.zeros(POINTS)}, OUTCOMES, least, most)


def measured(name: str, e: Evidence) -> Spread:
    return MEASURES[name].compute(e)


def seen(**given: object) -> Observation:
    plain = {"name": "x", "what": "X", "unit": "share", "status": "READ", "source": "S"}
    return Observation(**{**plain, "measure": "attack", **given})  # type: ignore[arg-type]


# --- measures ------------------------------------------------------------------------------------


def test_a_plain_number_and_its_opposite() -> None:
    e = evidence(base={"attack": (0.2, 0.5)})
    assert measured("attack", e) == Spread(0.2, 0.5, 0.2, 0.5, POINTS)
    assert measured("no attack", e) == Spread(0.5, 0.8, 0.5, 0.8, POINTS)


def test_quantiles_are_over_points_and_means_over_the_box() -> None:
    e = evidence()
    e.least["base"][:, 0] = e.most["base"][:, 0] = np.arange(POINTS) / (POINTS - 1)
    found = measured("attack", e)
    assert (found.least, found.most) == (0.5, 0.5)
    assert (found.low, found.high) == pytest.approx((0.05, 0.95))


def test_what_is_honoured_is_bounded_where_the_equilibrium_is_not_known() -> None:
    single = evidence(base={"covered-attack": (0.4, 0.4), "shortfall": (0.1, 0.1)})
    assert measured("honoured", single).least == measured("honoured", single).most == 0.75
    several = evidence(base={"covered-attack": (0.2, 0.4), "shortfall": (0.1, 0.1)})
    found = measured("honoured", several)
    assert (found.least, found.most) == (0.5, 0.75)


def test_a_ratio_is_weighted_by_how_often_it_comes_about() -> None:
    e = evidence(base={"covered-attack": (1, 1), "shortfall": (1, 1)})
    half = slice(POINTS // 2, None)
    for side in (e.least, e.most):
        side["base"][half, OUTCOMES.index("covered-attack")] = 0.25
        side["base"][half, OUTCOMES.index("shortfall")] = 0
    found = measured("honoured", e)
    assert found.least == found.most == pytest.approx(0.2)  # 0.25 of 1.25, not one half
    assert (found.low, found.high) == (0, 1)


def test_where_nobody_attacks_nothing_is_honoured_or_broken() -> None:
    found = measured("honoured", evidence())
    assert found.points == 0
    assert math.isnan(found.low)
    assert compared(seen(measure="honoured", value=0.5), found).word == "not judged"


def test_relative_changes_compare_end_with_end() -> None:
    e = evidence(base={"attack": (0.1, 0.6)}, none={"attack": (0.4, 0.8)})
    found = measured("attack, op-ed against none", e)
    assert (found.least, found.most) == (-0.75, -0.25)
    assert (found.low, found.high) == (-0.75, -0.25)


def test_relative_changes_of_nothing_are_no_change() -> None:
    found = measured("attack, op-ed against none", evidence(base={"attack": (1, 1)}))
    assert math.isnan(found.least)
    assert found.points == 0


def test_crises_for_entrapment_are_no_fewer_than_probes_or_attacks() -> None:
    both = {"attack": (0.2, 0.2), "probe": (0.5, 0.5), "entrapment": (0.1, 0.1)}
    found = measured("entrapment", evidence(base=both))
    assert (found.least, found.most) == pytest.approx((0.1 / 0.7, 0.2), abs=1e-5)


def test_fighting_more_against_attacking_less() -> None:
    def at(none: tuple[float, float], strong: tuple[float, float]) -> Spread:
        rows = [
            {"attack": (attack, attack), "unanswered attack": (unmet, unmet)}
            for attack, unmet in (none, strong)
        ]
        return measured("fights more than deters", evidence(none=rows[0], strong=rows[1]))

    # answered rises from 0 to 1, attacks fall by 0.1
    assert at((0.6, 0.6), (0.5, 0.0)).least == pytest.approx(0.9)
    # answered stays at 1, attacks fall by 0.4
    assert at((0.6, 0.0), (0.2, 0.0)).most == pytest.approx(-0.4)


def test_every_measure_names_the_settings_that_it_reads() -> None:
    for measure in MEASURES.values():
        whole = evidence()
        only = {s: whole.least[s] for s in measure.settings}
        assert set(measure.settings) <= set(SETTINGS)
        measure.compute(Evidence(whole.stakes, OUTCOMES, only, dict(only)))
        for setting in measure.settings:
            rest = {s: rows for s, rows in only.items() if s != setting}
            with pytest.raises(LabelError):
                measure.compute(Evidence(whole.stakes, OUTCOMES, rest, rest))


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.3, "agrees"), (0.4, "agrees"), (0.5, "within the spread"), (0.95, "mismatch")],
)
def test_a_number_against_means_and_quantiles(value: float, word: str) -> None:
    found = compared(seen(value=value), Spread(0.3, 0.4, 0.1, 0.9, 100))
    assert found.word == word
    assert "0.3 to 0.4" in found.finding


def test_a_range_needs_to_touch_only() -> None:
    spread = Spread(0.3, 0.4, 0.1, 0.9, 100)
    assert compared(seen(low=0.4, high=0.5), spread).word == "agrees"
    assert compared(seen(low=0.91, high=0.95), spread).word == "mismatch"


@pytest.mark.parametrize(
    ("least", "most", "word"),
    [
        (0.1, 0.2, "agrees"),
        (-0.1, 0.2, "depends on the equilibrium"),
        (0.0, 0.2, "depends on the equilibrium"),
        (0.0, 0.0, "mismatch"),
        (-0.2, -0.1, "mismatch"),
    ],
)
def test_a_direction(least: float, most: float, word: str) -> None:
    spread = Spread(least, most, -1, 1, 100)
    opposite = Spread(-most, -least, -1, 1, 100)
    assert compared(seen(direction="rises"), spread).word == word
    assert compared(seen(direction="falls"), opposite).word == word


def test_a_spread_over_nearly_everything_is_said_to_be_one() -> None:
    wide = compared(seen(value=0.7), Spread(0.3, 0.4, 0.0, 0.95, 100))
    assert wide.vacuous
    assert "no observation could contradict" in wide.finding
    assert not compared(seen(value=0.7), Spread(0.3, 0.4, 0.0, 0.8, 100)).vacuous


def test_too_few_points_and_nothing_to_say() -> None:
    assert compared(seen(value=0.3), Spread(0.3, 0.3, 0.3, 0.3, 19)).word == "not judged"
    assert compared(seen(value=0.3), None).word == "not judged"
    silent = compared(seen(value=3, measure=None, silent="No such thing."), None)
    assert (silent.word, silent.finding) == ("silent", "No such thing.")


def test_every_row_can_mismatch() -> None:
    """Whatever is in the package's list can be contradicted by some evidence."""
    for one in read_observations():
        if one.measure is None:
            continue
        low, high = one.interval
        away = -0.5 if one.direction == "rises" else 0.5 if one.direction == "falls" else high + 0.2
        assert compared(one, Spread(away, away, away, away, 100)).word == "mismatch", one.name
        near = -away if one.direction else (low + high) / 2
        assert compared(one, Spread(near, near, near, near, 100)).word == "agrees", one.name


@given(st.floats(0, 1), st.tuples(*[st.floats(0, 1)] * 4).map(sorted))
def test_wider_spreads_never_turn_agreement_into_mismatch(value: float, ends: list[float]) -> None:
    low, least, most, high = ends
    narrow = compared(seen(value=value), Spread(least, most, least, most, 100)).word
    wide = compared(seen(value=value), Spread(least, most, low, high, 100)).word
    assert WORDS.index(wide) <= WORDS.index(narrow)


# --- the list ------------------------------------------------------------------------------------


def test_sampling_error_of_a_count() -> None:
    one = seen(value=5 / 188, cases=188)
    low, high = one.interval  # Wilson's interval, by its formula
    z, n, p = 1.959964, 188, 5 / 188
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert (low, high) == pytest.approx((middle - half, middle + half), abs=1e-5)


def test_rows_that_say_nothing_or_too_much_are_refused(tmp_path: Path) -> None:
    row = 'name = "a"\nwhat = "A"\nunit = "share"\nstatus = "READ"\nsource = "S"\n'
    for n, rest in enumerate(
        (
            "value = 1.0",
            'value = 1.0\nmeasure = "attack"\nsilent = "Both."',
            'value = 1.0\nmeasure = "no such measure"',
            'measure = "attack"',
            'value = 1.0\ndirection = "rises"\nmeasure = "attack"',
        )
    ):
        path = tmp_path / f"{n}.toml"
        path.write_text(f"[[observation]]\n{row}{rest}\n", encoding="utf-8")
        with pytest.raises(FileError):
            read_observations(path)


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    text = '[[observation]]\nname = "a"\nwhat = "A"\nunit = "u"\nstatus = "READ"\nsource = "S"\n'
    text += 'value = 1.0\nsilent = "No."\n'
    path = tmp_path / "twice.toml"
    path.write_text(text * 2, encoding="utf-8")
    with pytest.raises(FileError, match="twice"):
        read_observations(path)


# --- all together --------------------------------------------------------------------------------


def kept(e: Evidence) -> ClaimPoints:
    return ClaimPoints({}, 0, {"shared": "So it was found."}, {"plausible": Summary.of(e)})


def test_summaries_survive_the_file(tmp_path: Path) -> None:
    e = evidence(base={"attack": (0.25, 0.5)})
    kept(e).write(tmp_path / "points.npz")
    read = ClaimPoints.read(tmp_path / "points.npz")
    summary = read.summaries["plausible"]
    assert summary.outcome("attack", "base") == Spread(0.25, 0.5, 0.25, 0.5, POINTS)
    assert math.isnan(summary.measures["honoured"].low)
    assert summary.measures["attack"] == Spread(0.25, 0.5, 0.25, 0.5, POINTS)
    with pytest.raises(LabelError):
        summary.outcome("attak", "base")
    with pytest.raises(LabelError):
        summary.outcome("attack", "bsae")


def test_the_table_tells_agreement_from_mismatch() -> None:
    honest = {"covered-attack": (0.5, 0.5), "shortfall": (0.25, 0.25), "attack": (0.57, 0.57)}
    found = held_against(kept(evidence(base=honest)))
    assert found["pledges_honoured"].word == "agrees"
    assert found["alliance_fulfilment_BF2018_all"].word == "agrees"
    assert found["alliance_fulfilment_LLM2000"].word == "mismatch"
    assert found["ua_poll_reattack_with_guarantees"].word == "agrees"
    assert found["russia_casualties"].word == "silent"
    assert "alliance_fulfilment_LLM2000" in found.mismatches
    frame = found.to_frame()
    assert list(frame.index) == list(found)
    assert frame.loc["pledges_honoured", "verdict"] == "agrees"
    assert "mismatch" in str(found)
    assert "So it was found." in " ".join(found.legend.split())
    assert sum(found.counts().values()) == len(found)
    assert found["pledges_honoured"].formula in " ".join(found.summary().split())
    with pytest.raises(LabelError, match="pledges_honoured"):
        found["pledges_honored"]


def test_without_a_summary_one_is_told_what_to_do() -> None:
    with pytest.raises(FileError, match="--compute"):
        held_against(ClaimPoints({}))


def test_no_number_was_changed_on_the_way_here() -> None:
    """A few rows against the sources."""
    names = {one.name: one for one in read_observations()}
    assert names["alliance_fulfilment_BF2018_post1945"].value == 0.22
    assert names["unconditional_compellent_alliance_effect"].value == 2.49
    assert names["us_entanglement_cases_since_1945"].value == pytest.approx(5 / 188, abs=1e-4)
    assert sum(one.measure is None for one in names.values()) >= 10
