"""One arrangement under three readings of ambiguity."""

from __future__ import annotations

import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.readings import DRAWN, PROPER, RESPONSE, RISK, SEEN

SMALL = """\
id = "small"
label = "A restrained Ukraine"
[instruments]
strength = 0.44
trigger_ambiguity = 0.5
response_ambiguity = 0.8
conditionality = 0.6
automaticity = 0
presence = 0.5
[game]
stages = ["types", "challenge", "finding", "response"]
fixed = { preparation = "keep, restrained" }
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("scenario") / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return dt.read_scenario(path)


def test_each_line_is_the_game_of_its_reading(small: Scenario) -> None:
    table = dt.ambiguity_readings(small, half_width="0.1", attitudes=1)
    assert list(table.lines) == [RISK, DRAWN, SEEN, PROPER, RESPONSE]
    assert table.complete
    numbers = small.values()
    stages, fixed = list(small.stages), dict(small.fixed)
    for reading, options in (
        (RISK, {}),
        (DRAWN, {"response_reading": "vague"}),
        (SEEN, {"finding_seen": True}),
    ):
        plain = dt.solve(dt.guarantee_game(stages, fixed=fixed, **options).at(numbers))
        for name, ends in plain.envelope().items():
            assert table[reading].ends(name) == ends
    # a coin that falls as it should: no interval, or no leaning, is the first line
    for options in ({"half_width": 0}, {"attitudes": "1/2"}):
        same = dt.ambiguity_readings(small, readings=[RISK, PROPER], **options)
        for name in ("attack", "force", "Russia", "Ukraine", "Guarantor"):
            assert same[PROPER].ends(name) == pytest.approx(same[RISK].ends(name))
        same = dt.ambiguity_readings(small, readings=[DRAWN, RESPONSE], **options)
        for name in ("attack", "force", "Russia", "Ukraine", "Guarantor"):
            assert same[RESPONSE].ends(name) == pytest.approx(same[DRAWN].ends(name))


def test_how_much_fear_stops_a_revisionist_in_closed_form(small: Scenario) -> None:
    """Without a test stage both sides' payoffs are a line each in Russia's chance of cover."""
    x = {k: float(v) for k, v in small.values().items()}
    cost = {"nothing": 0.0, "aid": x["c_A"], "force": x["c_F"]}
    added = {"nothing": 0.0, "aid": x["m_aid"], "force": x["m_aid"] + x["m_force"]}

    def prevails(response: str) -> float:
        m = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"] + added[response]
        return 1 / (1 + m)

    def best(kind: str, aid_honours: float, *, covered: bool) -> str:
        stake = x["v"] + x["y"] * x["presence"]
        spend = {"nothing": 0.0, "aid": x["k_A"], "force": x["k_" + kind]}
        left = {"nothing": 1.0, "aid": 1 - aid_honours, "force": 0.0}
        word = covered * x["strength"] * x["a"]
        return max(added, key=lambda r: -stake * prevails(r) - spend[r] - word * left[r])

    def worth(size: float, aid_honours: float, chance: float) -> float:
        """What a challenge is worth to a revisionist that reckons with this chance of cover."""
        total = 0.0
        for kind, p in (("resolved", x["phi"]), ("irresolute", 1 - x["phi"])):
            for covered, q in ((True, chance), (False, 1 - chance)):
                r = best(kind, aid_honours, covered=covered)
                total += p * q * size * (x["b_revisionist"] * prevails(r) - x["c_0"] - cost[r])
        return total

    middle = dt.chances_of_cover(small.values())
    probe, attack = float(middle.probe), float(middle.attack)

    def lead(fear: float) -> float:
        attacked = worth(1, x["response_ambiguity"], attack + fear)
        return attacked - max(0.0, worth(x["sigma"], 1.0, probe + fear))

    assert lead(-0.35) > 0 > lead(0)  # it does not attack at the op-ed's numbers without a test
    low, high = -0.35, 0.0
    for _ in range(40):
        low, high = (mid, high) if lead(mid := (low + high) / 2) > 0 else (low, mid)
    for fear, attacks in ((low - 0.003, 1), (low + 0.003, 0)):
        table = dt.ambiguity_readings(
            small, half_width=str(round(-fear, 6)), attitudes=0, readings=[PROPER]
        )
        assert table.complete
        for equilibrium in table[PROPER].solution:
            assert equilibrium.strategy["Russia"][("revisionist",)]["attack"] == attacks


def test_text_and_table_name_the_reading_and_say_what_it_cannot_tell(small: Scenario) -> None:
    table = dt.ambiguity_readings(small, readings=[RISK, PROPER], show=["attack", "Russia"])
    frame = table.to_frame()
    assert list(frame.index) == [RISK, PROPER]
    assert set(frame.columns) == {
        "attack (least)",
        "attack (most)",
        "Russia (least)",
        "Russia (most)",
        "complete",
    }
    text = str(table)
    assert "half-width 0.1" in text
    assert "priors that differ by player" in text
    assert "priors that differ" not in str(dt.ambiguity_readings(small, readings=[RISK]))


def test_what_cannot_be_read_so_is_refused(small: Scenario) -> None:
    with pytest.raises(LabelError, match="unknown reading"):
        dt.ambiguity_readings(small, readings=["risk"])
    with pytest.raises(LabelError, match="unknown event or player"):
        dt.ambiguity_readings(small, show=["atack"])
    with pytest.raises(InputError, match="automaticity"):
        dt.ambiguity_readings(small, readings=[PROPER], automaticity="0.2")
    with pytest.raises(InputError, match="nothing is drawn"):
        dt.ambiguity_readings(small, readings=[RESPONSE], response_ambiguity=0)
    with pytest.raises(InputError, match="Nothing is clipped"):
        dt.ambiguity_readings(small, readings=[PROPER], half_width="0.3")


@pytest.mark.slow
def test_the_whole_tree_at_the_op_eds_numbers() -> None:
    table = dt.ambiguity_readings(readings=[RISK, DRAWN, PROPER])
    assert table[RISK].ends("attack") == pytest.approx((0, 0.6))
    assert table[DRAWN].ends("attack") == pytest.approx((0.6, 0.6))
    assert table[PROPER].ends("attack")[1] < 0.03
    hopeful = dt.ambiguity_readings(readings=[PROPER], attitudes=0)
    assert hopeful.complete
    assert hopeful[PROPER].ends("attack") == pytest.approx((0.6, 0.6))


@pytest.mark.parametrize(
    ("what", "said"), [({"half_width": -1}, "half_width is -1"), ({"attitudes": 2}, "attitude")]
)
def test_nothing_is_solved_before_all_is_checked(
    small: Scenario, monkeypatch: pytest.MonkeyPatch, what: dict[str, int], said: str
) -> None:
    from deterrence.oped import readings

    monkeypatch.setattr(readings, "solve", None)
    with pytest.raises(InputError, match=said):
        dt.ambiguity_readings(small, readings=[RISK, PROPER], **what)
    with pytest.raises(LabelError, match="unknown reading"):
        dt.ambiguity_readings(small, readings=[RISK, "risk"])
