"""Verdicts from points: shares and errors by hand, words, restriction, and what is shown."""

import json
import math

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import deterrence as dt
from deterrence.errors import FileError, InputError, LabelError, ParameterError
from deterrence.oped.box_share import Share
from deterrence.oped.claim_list import claim_of, read_claims
from deterrence.oped.claim_picture import draw_claim
from deterrence.oped.claim_points import KEPT, ClaimPoints
from deterrence.oped.claims_job import find_verdicts
from deterrence.oped.descriptions import described
from deterrence.oped.orders import Holding
from deterrence.oped.own_points import columns_of
from deterrence.oped.own_samples import OWN
from deterrence.oped.own_statements import own_statements
from deterrence.oped.settings import BOXES, draw
from deterrence.oped.statements import statements
from deterrence.oped.verdict import READING, UNFITTED, verdict_of
from deterrence.oped.verdicts import Claims

SIZE = 64
DRAWN = draw(SIZE, BOXES["plausible"])
ALL = np.ones(SIZE, dtype=bool)


def points(holds: np.ndarray, known: np.ndarray = ALL, name: str = "C07") -> ClaimPoints:
    part = Holding(holds & known, np.zeros(SIZE, dtype=bool), known)
    return ClaimPoints({(name, "plausible"): part}, 0, {"shared": "64 points."})


def verdict(holds: np.ndarray, known: np.ndarray = ALL, name: str = "C07"):
    return verdict_of(claim_of(name), points(holds, known, name))


def test_a_share_and_its_error_by_hand() -> None:
    """Of 8 parts with 8 points each, four hold everywhere and four nowhere."""
    holds = np.repeat([True, False] * 4, 8)
    found = Share.of(Holding(holds, holds, ALL))
    assert (found.share, found.strict, found.judged, found.points) == (0.5, 0.5, 64, 64)
    # the sample variance of 1, 0, 1, 0, ... is 8/7 of 1/4
    assert found.error == pytest.approx(math.sqrt(8 / 7 / 4 / 8))


def test_what_is_not_known_counts_for_nothing() -> None:
    known = np.zeros(SIZE, dtype=bool)
    known[:16] = True
    holds = np.zeros(SIZE, dtype=bool)
    holds[:4] = True
    found = Share.of(Holding(holds, holds, known))
    assert (found.share, found.judged) == (0.25, 16)


@pytest.mark.parametrize(
    ("count", "word"),
    [(64, "holds"), (61, "holds"), (60, "holds where"), (4, "holds where"), (3, "fails")],
)
def test_words_by_share(count: int, word: str) -> None:
    """61 of 64 are 95.3 %, 60 are 93.8 %, 4 are 6.3 %, 3 are 4.7 %."""
    assert verdict(np.arange(SIZE) < count).word == word


def test_a_claim_that_two_things_are_possible_holds_in_between() -> None:
    live = verdict(np.arange(SIZE) < 32, name="C02")
    assert live.word == "holds"
    assert live.inequality is None
    assert "Holds where" not in str(live)
    assert verdict(ALL, name="C02").word == "fails"
    assert verdict(~ALL, name="C02").word == "fails"


def test_too_few_points_are_no_verdict() -> None:
    known = np.arange(SIZE) < 19
    found = verdict(ALL, known)
    assert found.word == "not judged"
    assert found.shares["plausible"].judged == 19
    assert found.inequality is None


def test_a_region_comes_with_what_decides_it() -> None:
    holds = DRAWN["phi"] > np.median(DRAWN["phi"])
    found = verdict(holds)
    assert found.word == "holds where"
    assert found.deciding[0].stake == "phi"
    assert found.inequality is not None
    assert found.inequality.text.startswith("phi > ")
    for text in ("holds where", "phi", "no larger", "Order: ends", "64 points."):
        assert text in str(found)


def test_a_rule_is_put_to_stakes_of_ones_own() -> None:
    found = verdict(DRAWN["phi"] > np.median(DRAWN["phi"]))
    cut = found.inequality.conditions[0].cut
    assert found.at(phi=cut + 0.01)
    assert not found.at(phi=cut - 0.01, rho=0.5)
    with pytest.raises(ParameterError, match="phi"):
        found.at(phj=0.3)
    for none in (float("nan"), float("inf"), "high", None):
        with pytest.raises(InputError, match="phi"):
            found.at(phi=none)
    with pytest.raises(ParameterError, match="out of range"):
        found.at(phi=10**400)
    for stake, value in (("phi", 5), ("phi", -3), ("sigma", 0)):
        with pytest.raises(ParameterError, match=f"{stake}.*out of range"):
            found.at(**{stake: value})
    with pytest.raises(InputError, match="no inequality"):
        verdict(ALL).at(phi=0.3)


def test_a_region_of_few_points_says_that_nothing_is_fitted() -> None:
    found = verdict(np.arange(SIZE) < 10)
    assert found.word == "holds where"
    assert found.inequality is None
    assert UNFITTED in str(found)


def test_a_rule_that_is_right_by_chance_is_none() -> None:
    found = verdict(np.random.default_rng(1).random(SIZE) < 0.5)
    assert found.word == "holds where"
    assert found.inequality is None
    assert UNFITTED in str(found)


def test_a_rule_on_the_simple_play_comes_with_one_in_incentives() -> None:
    """Of C06: half of the points; what is decided is an attack on a bare Ukraine."""
    found = dt.claims()["C06"]
    assert found.inequality.text == "attack(bare) >= 0.5"
    assert found.inequality.agrees > 0.97
    assert 0.9 < found.incentives.agrees < found.inequality.agrees
    assert "bare" not in found.incentives.text  # there is one guarantee
    assert "In incentives alone: (" in str(found)
    assert READING["shared"] in str(found)
    assert READING["shared"] not in str(verdict(DRAWN["phi"] > np.median(DRAWN["phi"])))
    document = found.document()
    assert document["holds_where"]["conditions"][0]["quantity"] == "attack(bare) >= 0.5"
    assert document["holds_where_in_incentives"]["text"] == found.incentives.text
    # a revisionist that is likely and gains by an attack, and one that gains nothing
    assert found.at(rho=0.8, b_revisionist=2.5)
    assert not found.at(rho=0.8, b_revisionist=1, c_0=0.5)


@pytest.mark.parametrize("name", ["C12", "C18", "C29"])
def test_what_is_printed_is_what_is_evaluated(name: str) -> None:
    """At all points together the rule is as right as it says; point by point it says the same."""
    found = dt.claims()[name]
    points = found.points["plausible"]
    drawn = draw(len(points.known), BOXES["plausible"])
    plays, alone = statements(found.claim.settings, drawn)
    said = found.inequality.at({**drawn, **plays, **alone})
    rights = (said[points.holds].mean(), (~said[~points.holds]).mean())
    assert np.mean(rights) == pytest.approx(found.inequality.agrees, abs=0.05)
    for k in (np.flatnonzero(said)[0], np.flatnonzero(~said)[0]):
        assert found.at(**{n: float(c[k]) for n, c in drawn.items()}) == said[k]


def test_rules_hold_up_in_the_other_box() -> None:
    """The box half as wide was used for no rule: on the mean they are as right there."""
    found, drawn = dt.claims(), draw(2048, BOXES["half as wide"])
    rights = []
    for verdict in found.values():
        there = verdict.points.get("half as wide")
        if verdict.inequality is None or there is None or verdict.claim.judged != "shared":
            continue
        plays, alone = statements(verdict.claim.settings, drawn)
        said = verdict.inequality.at({**drawn, **plays, **alone})[there.known]
        holds = there.holds[there.known]
        rights.append((said[holds].mean() + (~said[~holds]).mean()) / 2)
    assert len(rights) > 20
    assert np.mean(rights) > 0.85


def test_a_claims_own_rule_holds_up_in_the_other_box() -> None:
    found = dt.claims()
    rights = {}
    for name in OWN:
        rule, there = found[name].inequality, found[name].points["half as wide"]
        holds = there.holds[there.known]
        if rule is None or min(holds.sum(), (~holds).sum()) < 5:
            continue
        drawn = columns_of(name, len(there.known), "half as wide", found.kept.seed)
        plays, alone = own_statements(name, drawn)
        said = rule.at({**drawn, **plays, **alone})[there.known]
        rights[name] = (said[holds].mean() + (~said[~holds]).mean()) / 2
    assert len(rights) >= 4
    assert min(rights.values()) > 0.7
    assert np.mean(list(rights.values())) > 0.85


def test_every_claim_that_holds_somewhere_says_where() -> None:
    for name, verdict in dt.claims().items():
        if verdict.word == "holds where":
            assert verdict.inequality is not None, name
            assert verdict.inequality.agrees >= 0.7, name
            assert verdict.inequality.text in str(verdict).replace("\n    ", " "), name


def test_stakes_of_the_long_run_decide_and_restrict_and_are_put_to_a_rule() -> None:
    found = dt.claims()["C43"]
    assert found.inequality.plays
    assert READING["own"] in str(found)
    assert isinstance(found.at(h_gov=0.4, delta_R=0.98), bool)
    with pytest.raises(ParameterError, match="h_gov"):
        dt.claims()["C06"].at(h_gov=0.4)
    less = dt.claims().within(h_gov=(0.0, 0.1))
    assert less["C43"].shares["plausible"].judged < found.shares["plausible"].judged / 2
    assert less["C06"].shares["plausible"].judged == 2048


def test_a_claim_with_few_points_is_delimited_by_what_it_says_itself() -> None:
    found = dt.claims()["C15"]
    assert found.inequality.text == "attack(none) = attack(strong)"
    assert not found.inequality.fitted
    assert "nothing being fitted" in str(found)


def test_a_claim_that_holds_everywhere_is_decided_by_nothing() -> None:
    assert verdict(ALL).deciding == ()


def test_descriptions_have_no_verdict() -> None:
    found = dt.claims()["C16"]
    assert found.word == "described"
    assert "deterrence arrangements nato" in str(found)


def test_what_a_description_says_is_the_arrangement_solved() -> None:
    text = described(claim_of("C16"))
    solution = dt.solve(dt.arrangement("nato").game())
    least, most = solution.most_and_least("provocation")
    assert "NATO membership" in text
    assert "all equilibria" in text
    assert f"provocation {least:.3g} to {most:.3g}" in text or f"provocation {least:.3g};" in text
    assert find_verdicts("C16").text().startswith("C16 (said)")
    assert "Payoffs: Guarantor" in " ".join(find_verdicts("C16").text().split())
    with pytest.raises(InputError, match="judged"):
        described(claim_of("C07"))


def test_within_keeps_the_points_of_the_ranges_only() -> None:
    low = float(np.quantile(DRAWN["a"], 0.25))
    whole = Claims(points(DRAWN["a"] >= low))
    part = whole.within(a=(low, 9))
    assert part["C07"].shares["plausible"].judged == int((DRAWN["a"] >= low).sum())
    assert (whole["C07"].word, part["C07"].word) == ("holds where", "holds")
    changed = whole.changes(part)
    assert changed.index.tolist() == ["C07"]
    assert changed.loc["C07", ["here", "there"]].tolist() == ["holds where", "holds"]


@pytest.mark.parametrize(
    ("ranges", "error", "match"),
    [
        ({"phj": (0, 1)}, ParameterError, "phi"),
        ({"phi": (1, 0)}, InputError, "least, most"),
        ({"phi": (float("nan"), 1)}, InputError, "least, most"),
    ],
)
def test_ranges_that_are_none(ranges, error, match) -> None:
    with pytest.raises(error, match=match):
        dt.claims().within(**ranges)


# --- as kept with the package --------------------------------------------------------------------


def test_all_claims_print_in_one_table_and_one_by_one() -> None:
    found = dt.claims()
    assert list(found) == list(read_claims())
    text = str(found)
    for name, one in found.items():
        assert name in text
        assert one.claim.says in str(one)
    assert found.to_frame().index.tolist() == list(found)
    json.dumps([one.document() for one in found.values()], allow_nan=False)


def test_an_unknown_claim_is_refused_with_near_misses() -> None:
    with pytest.raises(LabelError, match="C07"):
        dt.claims()["C70"]


def test_the_job_shows_a_claim_and_the_questions_under_it() -> None:
    job = find_verdicts("c24")
    assert job.shown == ("C24", "C24-trigger", "C24-attack-held", "C24-probe-held")
    assert [one["id"] for one in job.document()["claims"]] == list(job.shown)


def test_what_only_computing_can_do_is_refused_without_it() -> None:
    with pytest.raises(InputError, match="--compute"):
        find_verdicts(save="points.npz")


def test_the_picture_of_all_shows_every_share() -> None:
    table = dt.claims().to_frame()
    ax = dt.plots.verdicts(table)
    shown = [t.get_text() for t in ax.get_yticklabels()]
    assert shown == table.index[table["share"].notna()].tolist()[::-1]
    dots = ax.containers[1].lines[0].get_xdata()
    assert dots == pytest.approx(table["share"].dropna().to_numpy()[::-1])
    bars = [bar.get_width() for bar in ax.containers[0]]
    assert bars == pytest.approx(table.loc[table["share"].notna(), "strict"].to_numpy()[::-1])


def test_the_picture_of_one_claim_shows_its_points() -> None:
    holds = DRAWN["phi"] > 0.5
    kept = Claims(points(holds))
    ax = draw_claim(kept["C07"], kept)
    assert " ".join(ax.get_xlabel().split()) == "phi: probability that the Guarantor is resolved"
    crosses, rings = (np.asarray(c.get_offsets()) for c in ax.collections)
    assert len(rings) == holds.sum()
    assert sorted(rings[:, 0]) == pytest.approx(sorted(DRAWN["phi"][holds]))
    assert crosses[:, 0].max() <= 0.5
    assert "holds where" in ax.get_title(loc="left")


@pytest.mark.parametrize("name", ["C06", "C24-trigger", "C08-mechanisms"])
def test_the_words_around_the_picture_of_a_claim_stay_apart(name: str) -> None:
    figure = Figure(figsize=(5.0, 4.0), layout="constrained")
    ax = draw_claim(dt.claims()[name], dt.claims(), figure.add_subplot())
    figure.draw_without_rendering()
    legend = ax.get_legend().get_window_extent()
    titles = [child for child in ax.get_children() if isinstance(child, Text) and child.get_text()]
    assert [title.get_text().partition(":")[0] for title in titles] == [name]
    for text in (*titles, ax.xaxis.label, ax.yaxis.label):
        assert not legend.overlaps(text.get_window_extent())
    assert figure.bbox.x1 >= legend.x1
    assert not legend.overlaps(ax.get_window_extent())


def test_a_claim_without_points_has_no_picture() -> None:
    with pytest.raises(InputError, match="no points"):
        draw_claim(dt.claims()["C16"], dt.claims())
    with pytest.raises(InputError, match="as many"):
        dt.plots.claim_points(np.zeros(2), np.zeros(3), np.ones(2, bool), names=("a", "b"))
    with pytest.raises(InputError, match="to_frame"):
        dt.plots.verdicts(dt.claims().to_frame().drop(columns="share"))


def test_points_of_ones_own_are_read_and_judged(tmp_path) -> None:
    path = tmp_path / "points.npz"
    points(np.arange(SIZE) < 32).write(path)
    mine = dt.claims(path)
    assert mine["C07"].word == "holds where"
    assert mine["C07"].shares["plausible"].share == 0.5
    assert mine["C08"].word == "not judged"
    assert find_verdicts("C07", points=str(path)).verdicts["C07"].word == "holds where"
    with pytest.raises(FileError, match="no points of the claims"):
        dt.claims(tmp_path / "none.npz")
    for given in ({"compute": True}, {"quick": True}):
        with pytest.raises(InputError, match="--points: give one of them"):
            find_verdicts("C07", points=str(path), **given)
    with pytest.raises(InputError, match="--compute and --quick"):
        find_verdicts(compute=True, quick=True)


@pytest.mark.parametrize("other", [None, 5, {}])
def test_changes_are_between_verdicts(other) -> None:
    with pytest.raises(InputError, match="no verdicts"):
        dt.claims().changes(other)


def test_a_claim_says_what_decides_it_and_whether_anything_moves() -> None:
    text = str(dt.claims()["C33"])
    assert "something moves at" in text
    assert "    a (+" in text
    assert "What breaking one's word can cost at all" in text
    assert "something moves" not in str(dt.claims()["C06"])


def test_a_table_of_some_claims() -> None:
    assert dt.claims().to_frame(["C33", "C06"]).index.tolist() == ["C33", "C06"]


@pytest.mark.parametrize("names", [5, "C33", None])
def test_claims_of_a_table_are_a_list(names) -> None:
    with pytest.raises(InputError, match="give claims by name"):
        dt.claims().to_frame(names)


def test_ranges_may_be_any_pair_and_no_text() -> None:
    given = dt.claims().within(phi=iter([0.3, 0.5]))
    assert given["C07"].shares["plausible"].judged < 2048
    with pytest.raises(InputError, match="least, most"):
        dt.claims().within(phi="12")
    assert dt.claims().to_frame(["c07"]).index.tolist() == ["C07"]


@pytest.mark.parametrize("cut", [0, 10, 400, 40_000])
def test_a_damaged_file_of_points_is_said(tmp_path, cut: int) -> None:
    whole = KEPT.read_bytes()
    path = tmp_path / "points.npz"
    path.write_bytes(whole[:cut])
    with pytest.raises(FileError, match="no points of the claims"):
        dt.claims(path)
    path.write_bytes(whole[:500] + bytes(200) + whole[700:])
    with pytest.raises(FileError, match="no points of the claims"):
        dt.claims(path)
