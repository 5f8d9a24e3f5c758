"""The guides quote nothing that is not computed again, and their games are those computed."""

import contextlib
import doctest
import io
import itertools
import re
from pathlib import Path

import pytest

from deterrence.oped import guide_games
from deterrence.oped.documented import read_numbers
from deterrence.study.store import digest_of

ROOT = Path(__file__).resolve().parents[2]
GUIDES = {
    "find-a-threshold": guide_games.unilateral_deterrence,
    "map-a-million-points": guide_games.two_at_once,
    "design-a-guarantee": guide_games.priced_attack,
    "what-drives-a-conclusion": guide_games.resolve_and_cost,
}
# in prose: what a reader puts in, or what follows from no computation
GIVEN = {
    "find-a-threshold": ["Kilgour (2000)", "1/2 and 2/3", "cut off at 0 and 1"],
    "map-a-million-points": ["Above 2,000 points", "none of 200 points", "with 95 % confidence"],
    "design-a-guarantee": ['{"Ukraine": 1, "Guarantor": "0.5"}', '"0.1"}', "strength of 0.3"],
    "what-drives-a-conclusion": ["costs it 2", "costs 1", "(1 - resolve)", "more than 1"],
}


def page(name):
    return (ROOT / "docs" / "how-to" / f"{name}.md").read_text(encoding="utf-8")


def words(text):
    return " ".join(text.split())


def examples(name):
    blocks = re.findall(r"```python\n(.*?)```", page(name), flags=re.S)
    return [e for block in blocks for e in doctest.DocTestParser().get_examples(block)]


def quoted(name):
    return [
        words(quotation.rendered(number.value))
        for number in read_numbers()
        for quotation in number.quoted
        if quotation.page == f"docs/how-to/{name}.md"
    ]


def run_until(name, wanted):
    """The names of a guide once all that are wanted are there."""
    names = {}
    for example in examples(name):
        if wanted <= names.keys():
            break
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(example.source, name, "single"), names)
    return names


@pytest.mark.parametrize("name", GUIDES)
def test_the_game_of_a_guide_is_the_one_that_is_computed(name):
    assert digest_of(run_until(name, {"game"})["game"], None) == digest_of(GUIDES[name](), None)


def test_the_numbers_given_in_the_guides_are_those_computed_with():
    names = run_until("find-a-threshold", {"payoffs", "assume", "region"})
    assert {k: str(v) for k, v in names["payoffs"].items()} == guide_games.CREDIBILITY
    assert names["assume"] == guide_games.ordered_payoffs()
    names = run_until("what-drives-a-conclusion", {"at"})
    assert {k: str(v) for k, v in names["at"].items()} == guide_games.CRISIS


@pytest.mark.parametrize("name", GUIDES)
def test_no_output_with_a_number_goes_uncompared(name):
    known = quoted(name)
    left = []
    for example in examples(name):
        rest = words(example.want)
        if any(rendered.endswith(rest) for rendered in known):
            continue
        for rendered in known:
            rest = rest.replace(rendered, "")
        if re.search(r"\d", rest):
            left.append(example.source + example.want)
    assert left == []


@pytest.mark.parametrize("name", GUIDES)
def test_no_number_in_the_prose_of_a_guide_goes_uncompared(name):
    text = words(re.sub(r"```.*?```", "", page(name), flags=re.S))
    text = re.sub(r"`(deterrence |examples/)[^`]*`", "", text)  # what is typed
    for rendered in quoted(name):
        text = text.replace(rendered, "")
    for given in GIVEN[name]:
        assert given in text
        text = text.replace(given, "")
    assert re.findall(r"\d[\d.,]*", text) == []


LONG_RUN = "docs/explanation/long-run.md"


def test_no_share_and_no_mean_of_the_long_run_goes_uncompared():
    text = (ROOT / LONG_RUN).read_text(encoding="utf-8")
    text = words(re.sub(r"```.*?```", "", text, flags=re.S))
    known = [q.rendered(n.value) for n in read_numbers() for q in n.quoted if q.page == LONG_RUN]
    found = list(re.finditer(r"\d+%|(?<=\| )\d\.\d\d(?= \|)", text))
    covered = {
        place
        for quotation in map(words, known)
        for at in re.finditer(re.escape(quotation), text)
        for place in range(*at.span())
    }
    assert len(found) > 20
    assert [share.group() for share in found if share.start() not in covered] == []


def test_what_a_map_costs_at_eight_times_the_resolution_is_what_the_benchmarks_say():
    known = {number.id: number.value for number in read_numbers()}
    sizes = [known[f"benchmark-refined-{side}"] for side in (128, 1024, 8192)]
    ratios = [round(fine / coarse) for coarse, fine in itertools.pairwise(sizes)]
    assert (min(ratios), max(ratios)) == (8, 11)
    assert "eight to eleven times in the benchmarks" in words(page("map-a-million-points"))
