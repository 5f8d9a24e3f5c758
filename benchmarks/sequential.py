"""What the steps to all sequential equilibria cost, beside floors and beside Gambit.

python -m benchmarks.sequential [--points N] [--seed N] [--limit SECONDS] [--json]
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import platform
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import deterrence as dt
from deterrence.equilibrium.certificate import check
from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.solution import Equilibrium
from deterrence.games.efg_writing import efg_text
from deterrence.games.nodes import Chance, Outcome
from deterrence.games.tree import Game
from deterrence.guarantee.crisis import guarantee_game
from deterrence.guarantee.parameters import PARAMETERS

GRID = 1000  # points lie on so many steps through each parameter's range
PATIENCE = 10  # wall time allowed to Gambit's processes, as a multiple of the CPU limit
CHILD = Path(__file__).with_name("gambit_child.py")
GAMBIT = {
    "logit_solve": "the logit path, one equilibrium",
    "enumpoly_solve": "enumpoly, all Nash equilibria",
    "enumpure_agent_solve": "agent-form pure enumeration",
}
FORMULAS = "floor: every formula at the point once, in Fractions"
WALK = "floor: walk, payoffs carried up the tree once, in Fractions"
CERTIFICATE = "floor: certificate of one equilibrium, exact"
SOLVE = "solve"
RATIOS = {"walk": WALK, "certificate": CERTIFICATE, "solve": SOLVE}

Point = dict[str, Fraction]


@dataclass(frozen=True)
class Plan:
    """A game to measure: how it is built, and what it is at a point where no branch falls away."""

    name: str
    fixed: dict[str, str]
    nodes: int
    sets: int


PLANS = (
    Plan("crisis continuation", {"preparation": "keep, provocative"}, 321, 40),
    Plan("six stages", {}, 1285, 161),
)


@dataclass
class Row:
    """A line of the table; without `seconds` there was no answer."""

    game: str
    step: str
    runs: int
    seconds: float | None  # of CPU time, the median of the runs
    least: float | None
    most: float | None
    answer: str = ""
    ratios: dict[str, float | None] = field(default_factory=dict)  # to what RATIOS name


class Clock:
    """Collects CPU times by step."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}
        self.answers: dict[str, list[str]] = {}

    def run(self, step: str, action: Callable[[], Any], answer: Callable[[Any], str] | None) -> Any:
        start = time.process_time()
        result = action()
        self.times.setdefault(step, []).append(time.process_time() - start)
        if answer:
            self.answers.setdefault(step, []).append(answer(result))
        return result

    def rows(self, game: str) -> Iterator[Row]:
        for step, times in self.times.items():
            middle = statistics.median(times)
            answer = counted(self.answers.get(step, []))
            yield Row(game, step, len(times), middle, min(times), max(times), answer)


def counted(answers: Sequence[str]) -> str:
    """One answer as it is; several, each with how often it came."""
    often = Counter(answers).most_common()
    shown = "; ".join(f"{count} x {answer}" for answer, count in often[:3])
    return (answers[0] if answers else "") if len(often) < 2 else shown + "; ..." * (len(often) > 3)


def draw(rng: random.Random) -> Point:
    """A point of all parameters' ranges, their ends left out; nothing happens automatically."""
    point = {
        name: p.low + (p.high - p.low) * Fraction(rng.randrange(1, GRID), GRID)
        for name, p in PARAMETERS.items()
    }
    return {**point, "automaticity": Fraction(0)}


def full_points(game: Game, plan: Plan, count: int, rng: random.Random) -> Iterator[Point]:
    """Random points at which every finding is possible, so that the game has its full size."""
    while count:
        point = draw(rng)
        numbers = game.at(point)
        if (len(numbers), len(numbers.information_sets)) == (plan.nodes, plan.sets):
            count -= 1
            yield point


def walk(node: Any, players: Sequence[str]) -> list[Fraction]:
    """Expected payoffs when everybody mixes evenly, chance as it is."""
    if isinstance(node, Outcome):
        return [node.payoffs[player] for player in players]
    if isinstance(node, Chance):
        branches = list(node.choices.values())
    else:
        branches = [(Fraction(1, len(node.choices)), n) for n in node.choices.values()]
    rows = [(p, walk(below, players)) for p, below in branches]
    return [sum((p * row[i] for p, row in rows), Fraction(0)) for i in range(len(players))]


def certificate(e: Equilibrium) -> Any:
    """The certificate, made again: an Equilibrium keeps its own."""
    a = e.assessment
    return check(e.game, a.probabilities, a.node_beliefs, e.witness, e.concept, exact=True)


def count_of(solution: Any) -> str:
    kind = "complete" if solution.complete else "NOT complete"
    return f"{len(solution)} component{'s' if len(solution) != 1 else ''}, {kind}"


def verdict(found: Any) -> str:
    kind = "exact" if found.exact else "rounded"
    return f"{'holds' if found.holds else 'DOES NOT HOLD'}, {kind}"


def measure(plan: Plan, count: int, seed: int) -> tuple[list[Row], Game]:
    """The rows of one game, and the game at the first measured point."""
    clock, rng = Clock(), random.Random(seed)
    game = clock.run("build the tree of formulas, once", lambda: build(plan), repr_size)
    first = draw(rng)
    clock.run("compile and the first `at`, once", lambda: game.at(first), None)
    points = list(full_points(game, plan, count + 1, rng))
    numbers = game.at(points[0])
    clock.run("the first solve, once", lambda: solve(numbers), count_of)[0]  # and once certified
    for point in points[1:]:
        numbers = one_point(clock, game, point)
        if point is points[1]:
            kept = numbers
    return list(with_ratios(list(clock.rows(plan.name)))), kept


def build(plan: Plan) -> Game:
    return guarantee_game(fixed=plan.fixed)


def repr_size(game: Game) -> str:
    return f"{len(game):,} nodes, {len(game.information_sets)} sets"


def one_point(clock: Clock, game: Game, point: Point) -> Game:
    """Measure every step at one point."""
    needed = {name: point[name] for name in game.parameters}
    clock.run(FORMULAS, lambda: game.table.evaluate(needed), None)
    numbers: Game = clock.run("at", lambda: game.at(point), repr_size)
    root = numbers.root
    clock.run(WALK, lambda: walk(root, numbers.players), None)
    solution = clock.run(SOLVE, lambda: solve(numbers), count_of)
    equilibrium = clock.run("the first equilibrium, certified", lambda: solution[0], None)
    clock.run("envelope", solution.envelope, None)
    clock.run(CERTIFICATE, lambda: certificate(equilibrium), verdict)
    return numbers


def with_ratios(rows: list[Row]) -> Iterator[Row]:
    """The floors first, then every row, each beside those of its own game that RATIOS name."""
    rows.sort(key=lambda row: not row.step.startswith("floor"))
    known = {row.step: row.seconds for row in rows}
    for row in rows:
        row.ratios = {name: ratio(row.seconds, known[step]) for name, step in RATIOS.items()}
        yield row


def ratio(spent: float | None, other: float | None) -> float | None:
    return spent / other if spent is not None and other else None


def gambit(game: Game, name: str, limit: float) -> Iterator[Row]:
    """Gambit's methods on the same game, each in a process of its own."""
    text = efg_text(game, name)
    even = dict(zip(game.players, map(str, walk(game.root, game.players)), strict=True))
    for method, what in GAMBIT.items():
        print(f"Gambit: {what}, at most {limit:g} s ...", file=sys.stderr, flush=True)
        row = Row(name, f"Gambit: {what}", 1, None, None, None)
        lines, row.answer = child(method, text, limit)
        if lines and json.loads(lines[0])["even"] != even:
            raise SystemExit(f"Gambit read another game than was written: {lines[0]}")
        if len(lines) == 2:
            found = json.loads(lines[1])
            row.seconds = row.least = row.most = found["seconds"]
            row.answer = f"{found['profiles']} profile{'s' if found['profiles'] != 1 else ''}"
        yield row


def child(method: str, text: str, limit: float, script: Path = CHILD) -> tuple[list[str], str]:
    """The lines that the process wrote, and why there are no more."""
    command = [sys.executable, str(script), method, str(limit)]
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            timeout=PATIENCE * limit + 60,  # to start Python and import pygambit
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        partial = late.stdout or b""
        lines = (partial.decode() if isinstance(partial, bytes) else partial).splitlines()
        return lines, f"no answer in {late.timeout:g} s of wall time"
    lines = done.stdout.splitlines()
    if done.returncode == 0:
        return lines, ""
    if done.returncode == out_of_time():
        return lines, f"no answer in {limit:g} s"
    if done.returncode < 0:
        return lines, f"no answer: ended from outside by signal {-done.returncode}"
    last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return lines, f"failed: {last}"


def out_of_time() -> int | None:
    """How a process ends whose CPU time is spent."""
    import signal

    number = getattr(signal, "SIGXCPU", None)
    return None if number is None else -int(number)


def table(rows: Sequence[Row]) -> str:
    head = ("", "runs", "CPU time", "least", "most", *(f"/ {name}" for name in RATIOS), "answer")
    lines: list[tuple[str, ...]] = []
    for game in dict.fromkeys(row.game for row in rows):
        lines.append((game.upper(), *head[1:]))
        for row in rows:
            if row.game == game:
                times = [milliseconds(x) for x in (row.seconds, row.least, row.most)]
                ratios = [times_as_much(row.ratios[name]) for name in RATIOS]
                lines.append((row.step, str(row.runs), *times, *ratios, row.answer))
        lines.append(("",) * len(head))
    widths = [max(len(line[k]) for line in lines) for k in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if k in (0, len(head) - 1) else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def milliseconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{1000 * seconds:,.1f} ms"


def times_as_much(factor: float | None) -> str:
    return "-" if factor is None else f"{factor:.3g}" if factor < 1000 else f"{factor:,.0f}"


def version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} points; give at least 1")
    return number


def seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} s; give 0 or more")
    return number


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sequential")
    parser.add_argument("--points", type=positive, default=20, help="points for each game (20)")
    parser.add_argument("--seed", type=int, default=1, help="of the points (1)")
    parser.add_argument(
        "--limit", type=seconds, default=120, help="CPU seconds for each of Gambit's methods (120)"
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    given = options(arguments)
    rows: list[Row] = []
    note = ""
    for plan in PLANS:
        print(f"{plan.name}, {given.points} points ...", file=sys.stderr, flush=True)
        found, game = measure(plan, given.points, given.seed)
        if plan is PLANS[0]:
            if given.limit == 0:
                note = "Gambit was left out (--limit 0)."
            elif importlib.util.find_spec("pygambit") is None:
                note = "pygambit is not installed, so Gambit was left out."
            else:
                found += gambit(game, plan.name, given.limit)
        rows += with_ratios(found)
    versions = {
        "deterrence": dt.__version__,
        "Python": platform.python_version(),
        "pygambit": version("pygambit"),
    }
    if given.json:
        shown = {
            "points": given.points,
            "seed": given.seed,
            "limit": given.limit,
            "versions": versions,
            "note": note,
            "rows": [asdict(row) for row in rows],
        }
        print(json.dumps(shown, indent=2))
    else:
        print(table(rows))
        print(", ".join(f"{name} {number or 'not installed'}" for name, number in versions.items()))
        if note:
            print(note)


if __name__ == "__main__":
    main()
