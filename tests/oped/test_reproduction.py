"""Documented numbers: the list, the pages that quote it, and the machinery that compares."""

import re
import tomllib
from pathlib import Path

import pytest

from deterrence.errors import FileError
from deterrence.oped import computations, documented, reproduction
from deterrence.oped.documented import Documented, Quotation, read_numbers
from deterrence.oped.reproduction import reproduce

ROOT = Path(__file__).resolve().parents[2]
QUICK = [number for number in read_numbers() if not number.slow]
SLOW = [number for number in read_numbers() if number.slow]
COUNT = {"id": "n", "value": 17, "computed": "arrangement_count"}


@pytest.mark.parametrize("number", QUICK, ids=lambda number: number.id)
def test_a_documented_number_is_what_is_computed(number: Documented) -> None:
    assert number.agrees(number.compute())


@pytest.mark.slow
@pytest.mark.parametrize("number", SLOW, ids=lambda number: number.id)
def test_a_slow_documented_number_is_what_is_computed(number: Documented) -> None:
    assert number.agrees(number.compute())


@pytest.mark.parametrize("number", read_numbers(), ids=lambda number: number.id)
def test_a_documented_number_stands_on_its_pages(number: Documented) -> None:
    assert number.missing_from(ROOT) == []


def test_no_number_in_the_readme_goes_uncompared() -> None:
    text = " ".join(re.sub(r"```.*?```", "", (ROOT / "README.md").read_text(), flags=re.S).split())
    quoted = [
        quotation.rendered(number.value)
        for number in read_numbers()
        for quotation in number.quoted
        if quotation.page == "README.md"
    ]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    quoted.append(f"Python {project['requires-python'].removeprefix('>=')} or later")
    for words in quoted:
        assert words in text
        text = text.replace(words, "")
    assert re.findall(r"\d[\d.,]*", text) == []


def test_a_wrong_number_is_seen() -> None:
    right, wrong = Documented(**COUNT), Documented(**COUNT | {"id": "w", "value": 18})
    found = reproduce(numbers=[right, wrong])
    assert not found.agrees
    assert [bool(finding.problems) for finding in found.findings] == [False, True]
    assert "WRONG  w: documented 18, computed 17" in found.text()
    assert "1 of 2 numbers agree." in found.text()
    assert reproduce(numbers=[right]).agrees


def test_a_page_that_says_something_else_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.md").write_text("There are 17 real\narrangements, in 170 words.")
    monkeypatch.setattr(reproduction, "pages_folder", lambda: tmp_path)
    says = Quotation(page="page.md", text="{:d} real arrangements")
    right = Documented(**COUNT, quoted=(says,))
    assert reproduce(numbers=[right]).agrees
    lacks = Documented(**COUNT, quoted=(Quotation(page="page.md", text="all {:d} of them"),))
    gone = Documented(**COUNT, quoted=(Quotation(page="gone.md", text="{:d}"),))
    for number in (lacks, gone):
        found = reproduce(numbers=[number])
        assert not found.agrees
        assert "does not say" in found.findings[0].problems[0]


def test_where_pages_are_not_installed_the_list_is_compared_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reproduction, "pages_folder", lambda: None)
    lacks = Documented(**COUNT, quoted=(Quotation(page="gone.md", text="{:d}"),))
    found = reproduce(numbers=[lacks])
    assert found.agrees
    assert "pages are not installed" in found.text()


def test_a_computation_that_fails_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> int:
        raise ZeroDivisionError("by hand")

    monkeypatch.setitem(computations.COMPUTATIONS, "broken", broken)
    failing = Documented(**COUNT | {"id": "f", "computed": "broken"})
    found = reproduce(numbers=[failing, Documented(**COUNT)])
    assert found.findings[0].problems == ("ZeroDivisionError: by hand",)
    assert found.findings[1].problems == ()


def test_quick_leaves_out_what_is_slow() -> None:
    slow = Documented(**COUNT | {"id": "slow", "value": 0, "slow": True})
    found = reproduce(quick=True, numbers=[slow, Documented(**COUNT)])
    assert found.agrees
    assert found.left_out == ("slow",)
    assert "1 that take minutes were left out." in found.text()


@pytest.mark.parametrize(
    ("value", "tolerance", "found", "agrees"),
    [
        (0.6, 0.0, 0.6, True),
        (0.6, 0.0, 0.6000001, False),
        (0.6, 1e-6, 0.6000001, True),
        (17, 0.0, 17, True),
        (1, 0.0, True, False),
        (True, 0.0, True, True),
        (True, 1.0, False, False),
        ("a", 0.0, "a", True),
        ("a", 0.0, "b", False),
        (0.6, 0.1, float("nan"), False),
    ],
)
def test_agreement(value: object, tolerance: float, found: object, agrees: bool) -> None:
    number = Documented(id="n", value=value, tolerance=tolerance, computed="nodes")
    assert number.agrees(found) is agrees


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "number"),
        ("[[number]]\nid = 'a'\n", "value"),
        ("[[number]]\nid = 'a'\nvalue = 1\ncomputed = 'nods'\n", "Did you mean 'nodes'"),
        ("[[number]]\nid = 'a'\nvalue = 1\ncomputed = 'nodes'\nwrong = 1\n", "wrong"),
        ("[[number]]\nid = 'a'\nvalue = 1\ncomputed = 'nodes'\n" * 2, "twice"),
        ("number", "cannot be read"),
    ],
)
def test_a_list_that_is_none(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "numbers.toml"
    file.write_text(text)
    with pytest.raises(FileError, match=words):
        read_numbers(file)


def test_the_list_is_part_of_the_package() -> None:
    assert documented.NUMBERS.is_file()
    assert documented.pages_folder() == ROOT
