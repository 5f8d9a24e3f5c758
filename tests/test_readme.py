"""The README's quick start is what the bar runs, and its links lead somewhere."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[list[str]]:
    """Give the README's commands, each in its parts, without the environment's folder."""
    blocks = re.findall(r"```sh\n(.*?)```", README, flags=re.S)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    return [line.replace(".venv/bin/", "").split(" && ") for line in lines]


def test_the_quick_start_is_two_commands() -> None:
    assert commands() == [
        ["python3 -m venv .venv", "python -m pip install .", "deterrence"],
        ['python -m pip install ".[test]"', "python -m pytest"],
    ]


def test_the_bar_runs_the_quick_start() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    script = "\n".join(line for line in script.splitlines() if not re.match(r"\s*(#|echo)", line))
    script = script.replace(" --quiet", "").replace('"$work/venv"', ".venv")
    place = 0
    for command in (part for parts in commands() for part in parts):
        whole = re.compile(rf"(?:^|\s){re.escape(command)}(?=$|\s)", re.M)
        found = whole.search(script, place)
        assert found, f"after character {place} the bar does not run: {command}"
        place = found.end()


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
