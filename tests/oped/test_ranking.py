"""Arrangements ranked: made-up sets whose order is known, and small runs against full solutions."""

import json
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import deterrence as dt
from deterrence.cli import main
from deterrence.errors import InputError, LabelError
from deterrence.oped.arrangement_sample import (
    ArrangementSample,
    _audited,
    _Told,
    compare_arrangements,
)
from deterrence.oped.comparison import QUANTILES, compare
from deterrence.oped.ranking import Ranking
from deterrence.oped.ranking_job import Ranked, rank
from deterrence.oped.steps import Steps
from deterrence.study.regime_sweep import Audit
from deterrence.study.sample_record import Sample
from tests.oped.small import scenario

DRAWS = 200
STAKES = {"v": np.linspace(0, 1, DRAWS), "phi": np.random.default_rng(0).random(DRAWS)}
PLAYERS = ("Guarantor", "Ukraine", "Russia")
TABLE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "data"


def ranking(**sets: tuple[np.ndarray, np.ndarray]) -> Ranking:
    """By arrangement, the least and the most of an attack; each player gets what is left."""
    least, most = (
        np.array([np.column_stack([s[k], *[1 - s[1 - k]] * len(PLAYERS)]) for s in sets.values()])
        for k in (0, 1)
    )
    scenarios = dict.fromkeys(sets, dt.arrangement("oped"))
    return Ranking(scenarios, ("attack", *PLAYERS), STAKES, least, most, "made up")


def at(low: float, high: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    return np.full(DRAWS, low), np.full(DRAWS, low if high is None else high)


def pair(found: Ranking, outcome: str = "attack") -> pd.Series:
    return found.robust([outcome]).iloc[0]


def test_one_that_is_always_below() -> None:
    row = pair(ranking(a=at(0.5, 0.6), b=at(0.2, 0.6)))
    assert (row["lower"], row["higher"], row["verdict"]) == ("b", "a", "robust")
    assert (row["share"], row["back"]) == (1, 0)
    assert (row["least"], row["most"]) == pytest.approx((0.3, 0))


def test_both_ends_have_to_agree() -> None:
    row = pair(ranking(a=at(0.1, 0.9), b=at(0.2, 0.6)))
    assert row["verdict"] == "open"
    assert (row["share"], row["back"]) == (0, 0)


def test_the_same_sets_are_alike() -> None:
    assert pair(ranking(a=at(0.1, 0.9), b=at(0.1, 0.9)))["verdict"] == "alike"


@pytest.mark.parametrize(("worse", "verdict"), [(10, "robust"), (11, "open")])
def test_robust_means_95_per_cent(worse: int, verdict: str) -> None:
    low, _ = at(0.5)
    low[:worse] = 0.9
    row = pair(ranking(a=(low, low), b=at(0.7)))
    assert (row["lower"], row["verdict"]) == ("a", verdict)


@pytest.mark.parametrize(("moving", "verdict"), [(10, "alike"), (11, "one way"), (100, "robust")])
def test_a_difference_that_is_rare_is_not_called_robust(moving: int, verdict: str) -> None:
    low, _ = at(0.5)
    low[:moving] = 0.4
    row = pair(ranking(a=(low, low), b=at(0.5)))
    assert (row["lower"], row["verdict"]) == ("a", verdict)
    assert row["moves"] == moving / DRAWS


def test_a_stake_within_sampling_error_is_not_named() -> None:
    chance = np.random.default_rng(1).random(DRAWS) < 0.5
    better = np.where(chance, 0.2, 0.8)
    for one in ranking(a=(better, better), b=at(0.5)).decided("attack"):
        assert one.stakes == ()
        assert one.inequality is None
        assert "no stake beyond sampling error" in str(one)


def test_what_an_audit_finds_wrong_is_learnt_from() -> None:
    zero, none = np.zeros((5, 1)), np.zeros(5, dtype=bool)

    class Forgetful:
        """Wrong until asked twice."""

        asked: ClassVar[list[list[int]]] = []
        needed = 0

        def evaluate(self, progress: object) -> Sample:
            return Sample(("attack",), zero, zero, none, none, 1)

        def settle(self, sample: Sample, progress: object) -> Sample:
            return sample

        def audit(self, sample: Sample, count: int, progress: object) -> tuple[Sample, list[int]]:
            wrong = [3] if len(self.asked) < self.needed else []
            return replace(sample, audit=Audit(count, len(wrong), 0, 0)), wrong

        def ask(self, places: list[int]) -> int:
            self.asked.append(places)
            return len(self.asked) < 4 and self.needed < 10

    for needed, missed, repaired in ((0, 0, 0), (2, 0, 2), (9, 1, 3), (10, 1, 0)):
        Forgetful.asked, Forgetful.needed = [], needed
        audit = _audited(Forgetful(), 4, Steps(quiet=True)).audit
        assert audit is not None
        assert (audit.points, audit.missed, audit.repaired) == (4, missed, repaired)
    assert _audited(Forgetful(), 0, Steps(quiet=True)).audit is None


def test_draws_at_which_one_is_not_known_do_not_count() -> None:
    low, _ = at(0.5)
    low[:50] = np.nan
    found = ranking(a=(low, low), b=at(0.7), c=at(0.4))
    assert found.pairs("attack").loc["a", "b"] == 1
    assert found.unknown == 50
    best, known = found.winners("attack")
    assert int(known.sum()) == 150
    assert not best[:, ~known].any()
    assert found.best("attack").loc["c", "best (worst)"] == 1


def test_the_best_by_its_worst_and_by_its_best_equilibrium() -> None:
    found = ranking(bold=at(0.0, 0.9), safe=at(0.4, 0.5))
    table = found.best("attack")
    assert table.loc["safe", ["best (worst)", "best (best)"]].tolist() == [1, 0]
    assert table.loc["bold", ["best (worst)", "best (best)"]].tolist() == [0, 1]
    assert table.loc["bold", "loss (worst)"] == pytest.approx(0.4)
    assert table.loc["safe", "loss (best)"] == pytest.approx(0.4)
    payoff = found.best("Ukraine")  # 1 less the attack, so that the order is the same
    assert payoff["best (worst)"].to_dict() == table["best (worst)"].to_dict()


def test_ties_are_among_the_best_and_not_alone() -> None:
    table = ranking(a=at(0.3), b=at(0.3 + 1e-9), c=at(0.4)).best("attack")
    assert table["best (worst)"].to_dict() == {"a": 1, "b": 1, "c": 0}
    assert not table["alone (worst)"].any()


def test_what_decides_is_the_stake_that_was_put_in() -> None:
    better = np.where(STAKES["v"] >= 0.6, 0.2, 0.8)
    found = ranking(a=(better, better), b=at(0.5))
    first, second = found.decided("attack")
    assert (first.arrangement, second.arrangement) == ("b", "a")
    assert (first.share, second.share) == pytest.approx((0.6, 0.4), abs=0.01)
    assert second.stakes[0].stake == "v"
    assert second.stakes[0].difference > 0.9
    assert second.inequality is not None
    assert second.inequality.text.startswith("v > 0.6")
    assert "v" in str(second)


def test_what_is_always_best_is_decided_by_nothing() -> None:
    assert ranking(a=at(0.1), b=at(0.5)).decided("attack") == ()


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 2), min_size=2, max_size=4))
def test_at_or_below_is_an_order(ends: list[tuple[int, int]]) -> None:
    sets = {f"a{n}": at(min(e) / 4, max(e) / 4) for n, e in enumerate(ends)}
    table = ranking(**sets).pairs("attack").to_numpy()
    assert (np.diag(table) == 1).all()
    for i in range(len(table)):
        for j in range(len(table)):
            for k in range(len(table)):
                assert not (table[i, j] == 1 and table[j, k] == 1) or table[i, k] == 1


def test_labels_that_are_not_there() -> None:
    found = ranking(a=at(0), b=at(1))
    for wrong in (
        lambda: found.best("atack"),
        lambda: found.ends("attack", "c"),
        lambda: found.scores("attack", "middling"),
        lambda: rank("atack"),
    ):
        with pytest.raises(LabelError):
            wrong()


def test_nothing_to_compare() -> None:
    with pytest.raises(InputError, match="two"):
        compare_arrangements({"oped": dt.arrangement("oped")})
    with pytest.raises(InputError, match="audited"):
        compare_arrangements(audited=-1)
    with pytest.raises(InputError, match="draws"):
        compare_arrangements(draws=0)
    with pytest.raises(InputError, match="--best"):
        rank()


def test_text_and_document() -> None:
    better = np.where(STAKES["v"] >= 0.6, 0.2, 0.8)
    ranked = Ranked(ranking(a=(better, better), b=at(0.5)), "attack", robust=True, seed=0)
    text = ranked.text()
    assert "a (4" in text
    assert "0 robust, 0 one way, 0 alike, 1 open" in text
    document = ranked.document()
    assert document["criterion"] == "attack"
    assert document["best"][0]["arrangement"] == "b"
    assert document["decided"]["worst"][0]["stakes"][0]["stake"] == "v"
    assert not ranked.complete  # nothing was audited


@pytest.mark.parametrize(("missed", "clean"), [(0, True), (1, False)])
def test_what_an_audit_missed_is_said(missed: int, clean: bool) -> None:
    found = replace(ranking(a=at(0.1), b=at(0.5)), audit=Audit(40, missed, 2, 0))
    ranked = Ranked(found, "attack", robust=False, seed=0)
    assert ranked.complete is clean
    assert ("may move the shares" in " ".join(ranked.text().split())) is not clean


def test_the_command_line_asks_for_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []

    def laid_out(scenarios: object, draws: int, **how: object) -> None:
        asked.append((list(scenarios), draws, how["seed"], how["store"]))

    monkeypatch.setattr("deterrence.oped.ranking_job.ArrangementSample", laid_out)
    made_up = ranking(a=at(0.2), b=at(0.2), c=at(0.5, 0.6))
    monkeypatch.setattr("deterrence.oped.ranking_job.solve_ranking", lambda *how: made_up)
    picture, data = tmp_path / "best.png", tmp_path / "best.csv"
    files = ["--output", str(picture), "--csv", str(data)]
    run = CliRunner().invoke(main, ["arrangements", "--best", "attack", "--draws", "2", *files])
    assert run.exit_code == 1, run.output  # what is not audited is not done
    assert asked[0] == (list(dt.arrangements()), 2, 0, None)
    assert "Best by attack" in run.output
    assert picture.stat().st_size > 0
    assert pd.read_csv(data)["best (worst)"].tolist() == [1, 1, 0]
    run = CliRunner().invoke(
        main, ["arrangements", "--robust", "--seed", "3", "--store", "kept", "--json"]
    )
    assert asked[1][1:] == (256, 3, "kept")
    pairs = json.loads(run.output)["pairs"]
    verdicts = {(p["lower"], p["higher"]): p["verdict"] for p in pairs if p["outcome"] == "attack"}
    assert verdicts == {("a", "b"): "alike", ("a", "c"): "robust", ("b", "c"): "robust"}


@pytest.mark.parametrize(
    "given",
    [
        ["oped", "--best", "attack"],
        ["--robust", "--concept", "nash"],
        ["--output", "best.png"],
        ["--best", "atack"],
        ["--best", "attack", "--output", "best.txt"],
    ],
)
def test_what_the_command_line_refuses(given: list[str]) -> None:
    assert CliRunner().invoke(main, ["arrangements", *given]).exit_code == 2


def test_progress_is_told_and_scenarios_are_laid_out_one_after_the_other() -> None:
    names = ("nato", "budapest")
    chosen = {name: dt.arrangement(name) for name in names}
    sample = ArrangementSample(chosen, 3)
    columns = dict(zip(sample.sampling.names, sample.sampling.columns.T, strict=True))
    assert columns["strength"].tolist() == [1, 1, 1, 0.032, 0.032, 0.032]
    assert columns["v"][:3].tolist() == columns["v"][3:].tolist() == sample.stakes["v"].tolist()
    assert "strength" not in sample.stakes
    told = []
    with _Told(lambda done, total: told.append((done, total))).step("One") as report:
        report(1, 2)
    assert told == [(1, 2)]


def test_other_stages_are_told_where_to_go() -> None:
    plain = scenario("plain")
    with pytest.raises(InputError, match="comparison"):
        compare_arrangements({"plain": plain, "oped": dt.arrangement("oped")})


def test_one_draw_agrees_with_complete_solutions() -> None:
    regimes_against_solutions(1, 1)


@pytest.mark.slow
def test_many_draws_agree_with_complete_solutions() -> None:
    regimes_against_solutions(24, 8)


def regimes_against_solutions(draws: int, audited: int) -> None:
    chosen = {name: dt.arrangement(name) for name in ("budapest", "us_nov25")}
    found = compare_arrangements(chosen, draws=draws, audited=audited, jobs=1)
    full = compare(chosen, found.outcomes, draws=draws, rng=0, jobs=1)
    size = len(found.outcomes)
    assert found.unknown == 0
    assert full.complete
    assert found.audit is not None
    assert found.audit.points == audited
    least, most = full.rows[:, :, :size], full.rows[:, :, size:]
    # what is found are equilibria; what is missed is within what the audit bounds
    assert (found.least >= least - 1e-7).all()
    assert (found.most <= most + 1e-7).all()
    same = np.isclose(found.least, least, atol=1e-7) & np.isclose(found.most, most, atol=1e-7)
    assert 1 - same.all(axis=2).mean() <= found.audit.bound
    assert same.all(axis=2).mean() > 0.9


@pytest.mark.slow
def test_quantiles_are_those_of_the_documented_table() -> None:
    """Solved one by one for the page of arrangements, at the same 200 draws."""
    chosen = {name: dt.arrangement(name) for name in ("budapest", "us_nov25")}
    found = compare_arrangements(chosen, draws=200, audited=20, jobs=1)
    page = TABLE / "arrangements-200-draws.csv"
    expected = pd.read_csv(page, index_col="arrangement")
    assert found.unknown == 0
    assert found.audit is not None
    wrong = found.audit.bound
    for name in chosen:
        for outcome in ("attack", "probe", "force", "Guarantor", "Ukraine", "Russia"):
            ends = found.ends(outcome, name)
            for side, column in (("least", ends.least), ("most", ends.most)):
                for title, q in QUANTILES.items():
                    cell = expected.loc[name, f"{outcome} ({side}, {title})"]
                    # where a share of the draws is wrong, quantiles move by that share at most
                    low, high = np.quantile(column, [max(0, q - wrong), min(1, q + wrong)])
                    here = np.quantile(column, q)
                    low, high = (low, here) if side == "least" else (here, high)
                    assert low - 1e-6 <= cell <= high + 1e-6, (name, outcome, side, title)
