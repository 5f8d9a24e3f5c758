"""Every command line that the documents show can be typed, and JSON has the keys they name."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from deterrence.cli import main
from deterrence.oped.coalitions_job import find_coalitions
from deterrence.oped.survival_job import find_survival
from deterrence.oped.talks_job import find_talks
from deterrence.oped.terms_job import find_terms

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("[!_]*.md"))]
REFERENCE = ROOT / "docs" / "reference" / "command-line.md"
NAMES = main.list_commands(click.Context(main))


def shown():
    """Give the command lines in blocks of a shell, in running text and in help, each with where."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.S)
        prose = re.sub(r"```.*?```", "", text, flags=re.S)
        lines = [line for block in blocks for line in block.splitlines()]
        for line in (*lines, *re.findall(r"(?<!`)`(deterrence [^`]+)`", prose)):
            yield page.name, line
    for name in NAMES:
        for line in (main.get_command(click.Context(main), name).help or "").splitlines():
            yield f"help of {name}", line


def typed_in(lines):
    """Give what is typed after `deterrence`, placeholders such as NAME or [SCENARIO] left out."""
    for where, line in lines:
        for part in line.split(" && "):
            words = shlex.split(part, comments=True) if part.startswith("deterrence ") else []
            rest = [x for x in words[1:] if not (x.isupper() or x.startswith("["))]
            if rest and not rest[0].startswith("-"):
                yield pytest.param(rest, id=f"{where}: {part}")


LINES = list(typed_in(shown()))


def test_there_are_command_lines_to_try():
    used = {line.values[0][0] for line in LINES}
    assert {"terms", "coalitions", "survival", "talks", "open-door", "solve", "map"} <= used


@pytest.mark.parametrize("typed", LINES)
def test_what_is_shown_can_be_typed(typed):
    assert typed[0] in NAMES
    command = main.get_command(click.Context(main), typed[0])
    needed = any(p.required for p in command.params)  # may be a placeholder in the text
    command.make_context(typed[0], typed[1:], resilient_parsing=needed)


def section(title):
    text = REFERENCE.read_text(encoding="utf-8").split(title)[1]
    return text.split("\n## ")[0]


def keys(document):
    """Give the keys of a document and of the first row of each list of rows in it."""
    yield from document
    for value in document.values():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from value[0]


ASKED = [
    ("`terms` and", lambda: find_terms("mine.toml", points=3)),
    ("`terms` and", lambda: find_terms("mine.toml", points=2, over="v", size=2)),
    (
        "`coalitions`",
        lambda: find_coalitions("mine.toml", guarantors=[1], target="0.5", trees=True),
    ),
    ("`survival` and", lambda: find_survival(["mine.toml"], years=1, levels=0)),
    ("`survival` and", lambda: find_survival(["mine.toml"], years=1, levels=0, over="v", size=2)),
    (
        "`survival` and",
        lambda: find_survival(["mine.toml"], years=1, against=["v=1"], draws=1, levels=0),
    ),
    ("`survival` and", lambda: find_talks("mine.toml", points=2, deadlines=[0], levels=0)),
    ("`survival` and", lambda: find_talks("mine.toml", points=2, draws=1, levels=0)),
]


@pytest.mark.usefixtures("scenario")
@pytest.mark.parametrize("n", range(len(ASKED)))
def test_the_reference_names_every_key(n):
    title, ask = ASKED[n]
    found = ask().document()
    json.dumps(found, allow_nan=False)
    text = section(f"## JSON of {title}")
    by_year = re.compile(r"attack in \d+ y|(Guarantor|Ukraine|Russia) \(|\bv\b")
    missing = [key for key in keys(found) if f'"{key}"' not in text and not by_year.match(key)]
    assert missing == []
