"""Numbers on the page about settlement that are too slow to be computed there."""

import re
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

import deterrence as dt
from deterrence.guarantee.settlement import after_settlement
from deterrence.oped.draws import draw_stakes
from deterrence.oped.settlement_draws import DrawnStakes
from deterrence.oped.settlement_findings import settlement_answers, settlement_findings
from deterrence.oped.settlement_questions import QUESTIONS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/explanation/settlement.md"
OPED = dt.arrangement("oped")
WHOLE = after_settlement("both types")


def ends_on_the_page():
    """From where a revisionist Russia accepts: at best, and whatever follows."""
    words = " ".join(PAGE.read_text(encoding="utf-8").split())
    found = re.search(r"it accepts from (0\.\d{4}) at best and from (0\.\d{4}) whatever", words)
    return [Fraction(end) for end in found.groups()]


AT_BEST, AT_WORST = ends_on_the_page()
LAST_DIGIT = Fraction(1, 10_000)


@pytest.mark.parametrize(("terms", "best", "worst"), [
    (AT_BEST - LAST_DIGIT, False, False), (AT_BEST + LAST_DIGIT, True, False),
    (AT_WORST - LAST_DIGIT, True, False), (AT_WORST + LAST_DIGIT, True, True),
], ids=lambda given: str(float(given)))  # fmt: skip
def test_what_a_revisionist_russia_accepts_where_it_may_test(terms, best, worst):
    """In the game with all stages, whose range takes a minute: the page's ends, from both sides."""
    values = OPED.values(terms=terms)
    solved = dt.solve(WHOLE.at({name: values[name] for name in WHOLE.parameters}))
    assert solved.complete
    war = Fraction("1.6") / (1 + Fraction("1.2") + Fraction("0.6")) - Fraction("0.35")
    least, most = (x / 0.6 for x in solved.most_and_least("Russia, revisionist"))
    assert (most >= war, least >= war) == (best, worst)


ANSWERS = ROOT / "docs/reference/data/settlement-100-draws.csv"


def kept():
    return pd.read_csv(ANSWERS).astype(bool)


def test_the_page_has_every_share_as_it_is_kept():
    found, page = settlement_findings(kept()), PAGE.read_text(encoding="utf-8")
    assert len(found) == len(QUESTIONS)
    for (claim, question, _), (_, row) in zip(QUESTIONS, found.iterrows(), strict=True):
        wanted = f"| {claim} | {question} | {row['share']:.0%} | {100 * row['error']:.0f} |"
        assert wanted in page, wanted


@pytest.mark.parametrize("place", [0, 1])
def test_the_first_draws_answer_as_it_is_kept(place):
    """Of the questions that are quick, one about ranges among them."""
    draw = DrawnStakes(draw_stakes(2, rng=0)[place], {})
    quick = [n for n, (claim, _, _) in enumerate(QUESTIONS) if claim in ("C06", "C35", "C42")]
    quick.append(next(n for n, (claim, _, _) in enumerate(QUESTIONS) if claim == "C40"))
    row = kept().iloc[place].tolist()
    assert [QUESTIONS[n][2](draw) for n in quick] == [row[n] for n in quick]


@pytest.mark.slow
def test_every_draw_answers_as_it_is_kept():
    pd.testing.assert_frame_equal(settlement_answers(100, rng=0), kept())


def test_shares_have_their_sampling_error():
    answers = pd.DataFrame({"one": [True, True, True, False], "two": [True] * 4})
    found = settlement_findings(answers)
    assert found["share"].tolist() == [0.75, 1.0]
    assert found["error"].tolist() == pytest.approx([(0.75 * 0.25 / 4) ** 0.5, 0.0])
