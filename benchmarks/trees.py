"""Equilibria of trees of growing size: time, what is complete, missed and wrong, in one run.

python -m benchmarks.trees [--games N] [--seed N] [--limit SECONDS] [--most STEPS]
                           [--players 2 3]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import deterrence as dt
from benchmarks.sequential import child
from deterrence.games.efg_writing import efg_text

CONCEPTS = ("nash", "subgame-perfect", "sequential")
GAMBIT = {"enumpoly": "enumpoly_solve", "enumpure": "enumpure_solve", "lcp": "lcp_solve"}
OWN = Path(__file__).with_name("own_child.py")
KINDS = ((2, "generic"), (2, "ties"), (3, "generic"), (3, "ties"))
STEPS = range(3, 8)
SAME = 1e-5  # of payoffs and gains, since Gambit rounds

Bounds = dict[str, tuple[float, float]]


@dataclass
class Row:
    """One method on the games of one size and kind."""

    players: int
    payoffs: str
    steps: int
    method: str
    nodes: float = 0.0
    sets: float = 0.0
    seconds: list[float] = field(default_factory=list)  # of games answered
    unanswered: int = 0  # limits and time
    open: int = 0  # answered, but not complete by its own account
    missed: int = 0  # games of which a component, or an equilibrium of another method, is missing
    wrong: int = 0  # games with a profile that is no equilibrium


def random_tree(rng: random.Random, players: int, steps: int, ties: bool) -> dt.Game:
    """Chance draws one of two; then players move in turn, each with two actions.

    Each sees its own moves and each other step, the draw included, with probability one half; what
    it saw before it still knows. After the third step the game may end.
    """
    names = [f"P{k + 1}" for k in range(players)]
    seen: list[frozenset[int]] = []
    for step in range(steps):
        before = seen[step - players] if step >= players else frozenset()
        own = frozenset(range(step % players + 1, step + 1, players))
        noticed = frozenset(k for k in range(step + 1) if rng.random() < 0.5)
        seen.append(before | own | noticed)

    def pay() -> int:
        return rng.randint(0, 2) if ties else rng.randint(-99, 99)

    def node(past: tuple[str, ...]) -> Any:
        step = len(past) - 1
        if step == steps or (step >= 3 and rng.random() < 0.3):
            return dt.Outcome({name: pay() for name in names})
        knows = (step, tuple((k, past[k]) for k in sorted(seen[step])))
        return dt.Move(names[step % players], knows, {a: node((*past, a)) for a in "xy"})

    return dt.Game(names, dt.Chance({a: ("1/2", node((a,))) for a in "gh"}))


def measure(
    games: int, seed: int, limit: float, most: int, players: Sequence[int] = (2, 3)
) -> Iterator[Row]:
    """Rows, one size and kind after the other; Gambit is left out where it is not installed."""
    other = importlib.util.find_spec("pygambit") is not None
    for count, payoffs in (kind for kind in KINDS if kind[0] in players):
        for steps in (s for s in STEPS if s <= most):
            rng = random.Random(f"{seed} {count} {payoffs} {steps}")
            drawn = [random_tree(rng, count, steps, payoffs == "ties") for _ in range(games)]
            rows = {name: Row(count, payoffs, steps, name) for name in methods(count, other)}
            for game in drawn:
                _one(game, rows, limit)
            for row in rows.values():
                row.nodes = statistics.mean(len(game.structure) for game in drawn)
                row.sets = statistics.mean(len(game.structure.sets) for game in drawn)
                yield row


def methods(players: int, other: bool) -> list[str]:
    """The concepts of the package, and Gambit's methods for so many players."""
    theirs = [name for name in GAMBIT if players == 2 or name != "lcp"] if other else []
    return [*CONCEPTS, *(f"Gambit, {name}" for name in theirs)]


def _one(game: dt.Game, rows: dict[str, Row], limit: float) -> None:
    """All methods on one game."""
    components: list[Bounds] | None = None
    for concept in CONCEPTS:
        found = _own(game, concept, rows[concept], limit)
        if concept == "nash":
            components = found
    extra = False
    for name, method in GAMBIT.items():
        row = rows.get(f"Gambit, {name}")
        if row is not None:
            extra |= _theirs(game, method, row, limit, components)
    rows["nash"].missed += extra


def _own(game: dt.Game, concept: str, row: Row, limit: float) -> list[Bounds] | None:
    """Payoffs by component of a complete solution."""
    lines, _ = child(concept, efg_text(game), limit, OWN)
    found = json.loads(lines[0]) if lines else {"refused": "time"}
    if "refused" in found:
        row.unanswered += 1
        return None
    row.seconds.append(found["seconds"])
    row.open += not found["complete"]
    row.wrong += not found["certified"]
    return found["components"] if found["complete"] and found["bounded"] else None


def _theirs(
    game: dt.Game, method: str, row: Row, limit: float, components: list[Bounds] | None
) -> bool:
    """Whether Gambit finds an equilibrium with payoffs of no component."""
    lines, _ = child(method, efg_text(game), limit)
    if len(lines) < 2:
        row.unanswered += 1
        return False
    found = json.loads(lines[1])
    row.seconds.append(found["seconds"])
    pairs = list(zip(found["payoffs"], found["regrets"], strict=True))
    right = [pay for pay, regret in pairs if regret < SAME * 100]
    row.wrong += len(right) < len(pairs)
    if components is None:
        return False
    row.missed += any(not any(_inside(game, pay, c) for pay in right) for c in components)
    return any(not any(_inside(game, pay, c) for c in components) for pay in right)


def _inside(game: dt.Game, payoffs: Sequence[float], component: Bounds) -> bool:
    pairs = zip(payoffs, (component[p] for p in game.players), strict=True)
    return all(low - 100 * SAME <= x <= high + 100 * SAME for x, (low, high) in pairs)


def line(row: Row, games: int) -> str:
    """A line of the table."""
    middle = f"{1000 * statistics.median(row.seconds):,.1f}" if row.seconds else "-"
    most = f"{1000 * max(row.seconds):,.1f}" if row.seconds else "-"
    counts = [row.open if row.method in CONCEPTS else "-", row.missed, row.wrong]
    if row.method in CONCEPTS[1:]:
        counts[1] = "-"
    cells = [f"{x}".rjust(8) for x in counts]
    size = f"{row.players} {row.payoffs:8}{row.steps:5}{row.nodes:7.0f}{row.sets:6.1f}"
    answered = f"{games - row.unanswered}/{games}"
    return f"{size}  {row.method:18}{answered:>9}{middle:>11}{most:>11}{''.join(cells)}"


HEAD = (
    f"{'players':10}{'steps':>5}{'nodes':>7}{'sets':>6}  {'method':18}{'answered':>9}"
    f"{'median ms':>11}{'most ms':>11}{'open':>8}{'missed':>8}{'wrong':>8}"
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=10, help="of each size and kind (10)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=20, help="CPU seconds for each (20)")
    parser.add_argument("--most", type=int, default=6, help="steps of the largest trees (6)")
    parser.add_argument("--players", type=int, nargs="+", choices=(2, 3), default=(2, 3))
    options = parser.parse_args(arguments)
    if options.games < 1 or options.seed < 0 or options.limit <= 0 or options.most < STEPS[0]:
        parser.error(f"--games is at least 1, --seed 0, --most {STEPS[0]}; --limit is positive")
    print(HEAD)
    given = (options.games, options.seed, options.limit, options.most, options.players)
    for row in measure(*given):
        print(line(row, options.games), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
