"""What combinations of stages of the guarantee game cost to solve, and which are too large.

python -m benchmarks.stages [--draws N] [--seed N] [--limit SECONDS] [--limit-of-draws SECONDS]
                            [--only NAME ...] [--apart] [--write PAGE]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import deterrence as dt
from deterrence.oped.draws import draw_stakes

ROOT = Path(__file__).resolve().parents[1]
MENU = {"weak": {"strength": "0.2"}, "strong": {"strength": "0.8", "presence": "0.7"}}
CRISIS = ("types", "challenge", "finding", "response")
TESTED = (*CRISIS, "test")
SIX = (*TESTED, "preparation")
EVENTS = ("settlement", "attack", "force", "escalation")


@dataclass(frozen=True)
class Combination:
    """Stages that are solved together."""

    name: str
    stages: tuple[str, ...]
    rungs: int = 1
    sender: str = ""  # of the signal, where `solve_signalled` is tried too

    def game(self, point: Mapping[str, Fraction]) -> dt.Game:
        """Build the game and put numbers in."""
        menu = MENU if "offer" in self.stages else None
        return dt.guarantee_game(self.stages, menu=menu, rungs=self.rungs).at(point)


COMBINATIONS = (
    Combination("continuation", TESTED),
    Combination("continuation without the test", CRISIS),
    Combination("six stages", SIX),
    Combination("offer, no test, preparation fixed", ("offer", *CRISIS)),
    Combination("offer, no test", ("offer", "preparation", *CRISIS)),
    Combination("offer, preparation fixed", ("offer", *TESTED), sender="Guarantor"),
    Combination("offer, six stages", ("offer", *SIX), sender="Guarantor"),
    Combination("settlement, no test", ("settlement", "preparation", *CRISIS)),
    Combination("settlement, preparation fixed", ("settlement", *TESTED), sender="Russia"),
    Combination("settlement, six stages", ("settlement", *SIX), sender="Russia"),
    Combination("offer, settlement, no test, preparation fixed", ("offer", "settlement", *CRISIS)),
    Combination(
        "offer, settlement, preparation fixed",
        ("offer", "settlement", *TESTED),
        sender="Guarantor",
    ),
    Combination("escalation, 1 rung, no test", (*CRISIS, "escalation"), 1),
    Combination("escalation, 2 rungs, no test", (*CRISIS, "escalation"), 2),
    Combination("escalation, 3 rungs, no test", (*CRISIS, "escalation"), 3),
    Combination("escalation, 1 rung, preparation fixed", (*TESTED, "escalation"), 1),
    Combination("escalation, 2 rungs, preparation fixed", (*TESTED, "escalation"), 2),
    Combination("escalation, 1 rung, six stages", (*SIX, "escalation"), 1),
)
BY_NAME = {one.name: one for one in COMBINATIONS}
BASE = COMBINATIONS[0]

Row = dict[str, Any]


def point(number: int, draws: int, seed: int) -> dict[str, Fraction]:
    """The op-ed's numbers at the default stakes, or, from 1 on, at drawn ones."""
    numbers = dt.arrangement("oped").values()
    return numbers | draw_stakes(draws, seed)[number - 1] if number else numbers


def timed(game: dt.Game) -> tuple[float, Any]:
    start = time.perf_counter()
    solution = dt.solve(game)
    return time.perf_counter() - start, solution


def solved(name: str, at: Mapping[str, Fraction]) -> Row:
    """Solve the combination and, beside it, the continuation."""
    base = min(timed(BASE.game(at))[0] for _ in range(3))
    seconds, solution = timed(BY_NAME[name].game(at))
    return {
        "components": len(solution),
        "complete": bool(solution.complete),
        "ratio": seconds / base,
        "why": "" if solution.complete else "; ".join(solution.left),
    }


def taken_apart(name: str, at: Mapping[str, Fraction]) -> Row:
    """Solve the combination as a game that begins with a signal."""
    base = min(timed(BASE.game(at))[0] for _ in range(3))
    one = BY_NAME[name]
    game = one.game(at)
    start = time.perf_counter()
    found = dt.solve_signalled(game, one.sender)
    seconds = time.perf_counter() - start
    return {
        "families": len(found.equilibria),
        "complete": found.complete,
        "ratio": seconds / base,
        "certified": all(row.certificate.holds for row in found.equilibria),
        "why": "; ".join(found.left),
    }


def traced(name: str, at: Mapping[str, Fraction]) -> Row:
    """Follow the logit path, which ends in one equilibrium and says nothing of others."""
    base = min(timed(BASE.game(at))[0] for _ in range(3))
    game = BY_NAME[name].game(at)
    start = time.perf_counter()
    limit = dt.quantal_path(game).limit
    seconds = time.perf_counter() - start
    events = {event: float(limit.probability(event)) for event in EVENTS if event in known(game)}
    held = bool(limit.certificate.holds)
    return {"ratio": seconds / base, "events": events, "certified": held}


def known(game: dt.Game) -> Sequence[str]:
    return tuple(game.structure.event_names)


def child(step: str, name: str, number: int, limits: argparse.Namespace) -> Row:
    """One step in a process of its own, stopped when its time is up."""
    seconds = limits.limit_of_draws if number else limits.limit
    command = [sys.executable, "-m", "benchmarks.stages", "--child", step, name, str(number)]
    command += ["--draws", str(limits.draws), "--seed", str(limits.seed)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return {"why": f"no answer in {seconds:g} s"}
    if done.returncode:
        return {"why": done.stderr.strip().splitlines()[-1]}
    return dict(json.loads(done.stdout))


def measured(one: Combination, limits: argparse.Namespace) -> list[Row]:
    """All points of a combination, with the logit path where the set is not complete."""
    rows = []
    for number in range(limits.draws + 1):
        row = {} if limits.apart else child("solve", one.name, number, limits)
        if row and not row.get("complete"):
            row["logit"] = child("logit", one.name, number, limits)
        if one.sender:
            row["apart"] = child("apart", one.name, number, limits)
        rows.append(row)
        print(f"{one.name}, point {number}: {row}", file=sys.stderr, flush=True)
    return rows


# The page


INTRODUCTION = """\
# Stages compared

What each combination of stages of the guarantee game takes to solve for *all* sequential
equilibria, and where that is not possible. This page is written by

```sh
python -m benchmarks.stages --draws {draws} --seed {seed} --write docs/reference/stage-sizes.md
```

Nodes and information sets are those at the op-ed's numbers. Times are ratios to solving the
continuation (types, challenge, finding, response and test after one preparation), which is
measured in the same process just before. The first value of a cell is at the op-ed's numbers (at
most {limit:g} s); the others are the range over {draws} draws of all stakes from their ranges (at
most {limit_of_draws:g} s each), so far as there was an answer. The menu of an offer is
`{menu}`.
"""

APART = """
## Signals taken apart

The same games by `solve_signalled`, which fixes what is sent and answered first and judges what
was cut away afterwards. It lists families of what is played on the path, every one certified,
and is complete at points where the general solver is not. Two signals in a row, an offer and then
a settlement, are taken apart at the first. These rows alone, with more time for each point, by

```sh
python -m benchmarks.stages --apart --limit-of-draws 60 --write docs/reference/stage-sizes.md
```

| stages | point | families | complete | times the continuation |
|---|---|--:|---|--:|"""

UNFINISHED = """
## Where the set is not complete

The general solver found no complete set at these points. What the logit path ends in is **one**
equilibrium, certified on its own; it says nothing of others and is never called complete.

| stages | point | why not complete | one, by the logit path | times the continuation |
|---|---|---|---|--:|"""


def page(limits: argparse.Namespace, found: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Give the page's lines."""
    yield INTRODUCTION.format(menu=MENU, **vars(limits))
    head = ("stages", "nodes", "sets", "components", "complete", "times the continuation")
    yield "| " + " | ".join(head) + " |"
    yield "|---|--:|--:|--:|---|--:|"
    for name, rows in found.items():
        if not limits.apart:
            yield "| " + " | ".join(line(name, rows, limits)) + " |"
    yield from apart(found)
    yield from unfinished(found)


def renewed(old: str, new: str, names: Sequence[str]) -> str:
    """The page with the rows of these combinations replaced, and all others as they were.

    A section is replaced if the new page has rows for it; what it says comes from the new page.
    """
    before, after = _sections(old), _sections(new)
    lines: list[str] = []
    for title, (head, rows, tail) in before.items():
        words, found, _ = after.get(title, (head, [], tail))
        kept = [row for row in rows if not found or _name(row) not in names]
        order = list(BY_NAME)
        rows = sorted([*kept, *found], key=lambda row: order.index(_name(row)))
        lines += [*(words if found else head), *rows, *tail]
    return "\n".join(lines) + "\n"


def _sections(page: str) -> dict[str, tuple[list[str], list[str], list[str]]]:
    """By heading, the lines before a table's rows, the rows, and the lines after them."""
    found: dict[str, tuple[list[str], list[str], list[str]]] = {}
    title = ""
    for row in page.splitlines():
        title = row if row.startswith("#") else title
        head, rows, tail = found.setdefault(title, ([], [], []))
        (rows if _name(row) in BY_NAME else tail if rows else head).append(row)
    return found


def _name(row: str) -> str:
    return row.split(" | ")[0].removeprefix("| ")


def apart(found: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    if any("apart" in row for rows in found.values() for row in rows):
        yield APART
    for name, rows in found.items():
        for number, row in enumerate(rows):
            if "apart" in row:
                one = row["apart"]
                where = f"draw {number}" if number else "op-ed"
                whole = "yes" if one.get("complete") else f"no: {one['why']}"
                shown = (one.get("families", "-"), whole, rounded(one.get("ratio")) or "-")
                yield f"| {name} | {where} | " + " | ".join(map(str, shown)) + " |"


def line(name: str, rows: Sequence[Row], limits: argparse.Namespace) -> tuple[str, ...]:
    game = BY_NAME[name].game(point(0, limits.draws, limits.seed))
    first, drawn = rows[0], rows[1:]
    complete = sum(bool(row.get("complete")) for row in drawn)
    return (
        name,
        f"{len(game):,}",
        f"{len(game.information_sets)}",
        spread([row.get("components") for row in rows], "{:,}"),
        f"{'yes' if first.get('complete') else 'no'}, {complete} of {len(drawn)} draws",
        spread([rounded(row.get("ratio")) for row in rows], "{}"),
    )


def spread(values: Sequence[Any], form: str) -> str:
    """The first value, then least and most of the others."""
    first = form.format(values[0]) if values[0] is not None else "no answer"
    rest = [v for v in values[1:] if v is not None]
    if not rest:
        return first
    low, high = min(rest, key=as_number), max(rest, key=as_number)
    return f"{first}; {form.format(low)} to {form.format(high)}"


def as_number(shown: Any) -> float:
    return float(str(shown).replace(",", ""))


def unfinished(found: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    if any("logit" in row for rows in found.values() for row in rows):
        yield UNFINISHED
    for name, rows in found.items():
        for number, row in enumerate(rows):
            if "logit" in row:
                where = f"draw {number}" if number else "op-ed"
                yield (
                    f"| {name} | {where} | {row['why']} | " + " | ".join(path(row["logit"])) + " |"
                )


def path(row: Row) -> tuple[str, str]:
    if "events" not in row:
        return row["why"], "-"
    shown = ", ".join(f"{event} {p:.3g}" for event, p in row["events"].items())
    return shown + ("" if row["certified"] else " (not certified)"), f"{rounded(row['ratio'])}"


def rounded(ratio: float | None) -> str | None:
    """Two figures."""
    if ratio is None:
        return None
    return f"{float(f'{ratio:.2g}'):,g}"


def main(options: Sequence[str] | None = None) -> None:
    """Measure, or answer one step for the process that measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=120)
    parser.add_argument("--limit-of-draws", type=float, default=15)
    parser.add_argument("--only", nargs="*", choices=list(BY_NAME), default=list(BY_NAME))
    parser.add_argument("--apart", action="store_true", help="only signals taken apart")
    parser.add_argument("--write", type=Path, help="rows that were not measured stay as they are")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args(options)
    if given.draws < 1:
        parser.error(f"{given.draws} draws; give at least 1")
    if given.child:
        step, name, number = given.child
        at = point(int(number), given.draws, given.seed)
        print(json.dumps({"solve": solved, "logit": traced, "apart": taken_apart}[step](name, at)))
        return
    chosen = [name for name in given.only if BY_NAME[name].sender or not given.apart]
    found = {name: measured(BY_NAME[name], given) for name in chosen}
    text = "\n".join(page(given, found)) + "\n"
    if given.write:
        old = given.write.read_text(encoding="utf-8") if given.write.exists() else ""
        whole = renewed(old, text, chosen) if old and len(found) < len(BY_NAME) else text
        given.write.write_text(whole, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
