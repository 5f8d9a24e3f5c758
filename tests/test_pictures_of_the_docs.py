"""Every picture in the documents is drawn by code, and says in words what it shows."""

import importlib.util
import re
from pathlib import Path

import pytest
from matplotlib.figure import Figure

import deterrence as dt

DOCS = Path(__file__).resolve().parents[1] / "docs"
IMAGE = re.compile(r"^\.\. image:: (\S+)\n((?:   .*\n)*)", flags=re.M)
QUICK = ("regions", "tornado", "statics")


def gallery():
    spec = importlib.util.spec_from_file_location("gallery", DOCS / "gallery.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DRAWN = gallery().PICTURES
PAGES = {page: page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md")
         if not page.name.startswith("_")}  # fmt: skip


def test_every_picture_has_words_that_stand_for_it():
    found = {}
    for text in PAGES.values():
        assert not re.search(r"!\[\s*\]|```\{(image|figure)\}", text)
        for path, options in IMAGE.findall(text):
            words = re.search(r":alt: (.*)", options, flags=re.S)
            found[path] = " ".join(words.group(1).split()) if words else ""
    assert set(found) == {f"_pictures/{name}.svg" for name in DRAWN}
    assert all(len(words) > 60 and words.endswith(".") for words in found.values())
    assert len(set(found.values())) == len(found)


def test_every_function_that_draws_is_in_the_reference():
    text = PAGES[DOCS / "reference" / "pictures.md"]
    named = re.findall(r"autofunction:: deterrence\.plots\.(\w+)", text)
    assert sorted(named) == sorted(dt.plots.__all__)


@pytest.mark.parametrize("name", QUICK)
def test_a_picture_is_drawn(name):
    ax = Figure().add_subplot()
    DRAWN[name](ax)
    assert ax.lines or ax.patches or ax.collections


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(DRAWN) - set(QUICK)))
def test_every_other_picture_is_drawn(name):
    test_a_picture_is_drawn(name)
