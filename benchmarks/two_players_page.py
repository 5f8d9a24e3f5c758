"""The page of the documentation that `python -m benchmarks.two_players --write` makes, and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.two_players import MANY, SIZES, Floats, Row, versions

__all__ = ["PAGE", "Facts", "page", "read_page", "tables"]

PAGE = "docs/reference/two-players-compared.md"
TITLE = "# Two-player solvers compared"
TEXT = """\
All Nash equilibria of random two-player games in strategic form, by this package and by others,
measured side by side in one run. This page is written by

```sh
python -m benchmarks.two_players --games {games} --seed {seed} --write {page}
```

with {versions}, in one thread. Times are CPU times a game in microseconds, the game's
construction and the list of its equilibria included; read their ratios, since they are from one
machine. *Missed* counts games of which an extreme equilibrium is not listed, *wrong* those for
which something is listed that is no extreme equilibrium, up to 1e-6. What counts as all
is the exact solver's set, which the tests hold against an enumeration from the definition.

Of each kind and size there are {games} games."""
BATCHES = """\
`solve_batch` takes {many:,} games as arrays, of which the first are those of the others, which
are called in a loop. The time of `solve` includes an exact certificate of every equilibrium; it
gives components and maximal Nash subsets, too."""
FLOATS = """\
## Floats, larger games

Payoffs between 0 and 1 at random. `solve` with `tol=1e-9` works in floats; its certificates,
exact for the listed profiles, are made when an equilibrium is looked at and are timed apart,
together with the list."""
WHY = """\
## When to use another

- QuantEcon's solvers are the quickest for one small game whose payoffs are generic and where it
  does not matter if an equilibrium on a tie is missed.
- Gambit's enummixed misses nothing here, either, and Gambit has a graphical interface and many
  solvers for one equilibrium of larger games. Its files are read and written by `read_game`
  and `write_game`.
- nashpy has the shortest code to read and teach from, and learning dynamics besides.
- From about 17 by 17 actions `solve` returns one equilibrium and says so; so do all others in
  practice, since there are too many vertices to look at."""


@dataclass(frozen=True)
class Facts:
    """What a page says that does not depend on the machine.

    Attributes
    ----------
    games, seed : int
    versions : dict of str to str
    faults : dict
        By payoffs, size and method: games missed, games wrong.
    """

    games: int
    seed: int
    versions: dict[str, str]
    faults: dict[tuple[str, int, str], tuple[int, int]]


def tables(rows: Sequence[Row], floats: Sequence[Floats]) -> str:
    """The tables alone."""
    return "\n\n".join([*_by_kind(rows), _floats(floats)])


def page(rows: Sequence[Row], floats: Sequence[Floats], games: int, seed: int) -> str:
    """The whole page."""
    told = ", ".join(f"{name} {version}" for name, version in versions().items())
    parts = [
        TITLE,
        TEXT.format(games=games, seed=seed, page=PAGE, versions=told),
        *_by_kind(rows),
        BATCHES.format(many=MANY),
        FLOATS,
        _floats(floats),
        WHY,
    ]
    return "\n\n".join(parts) + "\n"


def _by_kind(rows: Sequence[Row]) -> list[str]:
    found = []
    for kind in dict.fromkeys(row.kind for row in rows):
        some = [row for row in rows if row.kind == kind]
        found += [f"## Payoffs in {kind}", _table(some)]
    return found


def _table(rows: Sequence[Row]) -> str:
    sizes = list(dict.fromkeys(row.size for row in rows))
    cells = {(row.method, row.size): row for row in rows}
    head = "| method | " + " | ".join(f"{n}x{n}: µs | missed | wrong" for n in sizes) + " |"
    lines = [head, "|---|" + "--:|" * (3 * len(sizes))]
    for method in dict.fromkeys(row.method for row in rows):
        parts = [cells[method, size] for size in sizes]
        told = (f"{_micro(row.seconds)} | {row.missed} | {row.wrong}" for row in parts)
        lines.append(f"| {method} | " + " | ".join(told) + " |")
    return "\n".join(lines)


def _floats(floats: Sequence[Floats]) -> str:
    lines = [
        "| size | games | deterrence, µs | certificates, µs | QuantEcon, vertices, µs | ratio "
        "| missed, wrong | missed, wrong by QuantEcon |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in floats:
        peer = "" if row.peer is None else _micro(row.peer)
        ratio = "" if row.peer is None else f"{row.own / row.peer:.1f}"
        theirs = "" if row.peer_faults is None else "{}, {}".format(*row.peer_faults)
        lines.append(
            f"| {row.size}x{row.size} | {row.games} | {_micro(row.own)} | "
            f"{_micro(row.certificates)} | {peer} | {ratio} | "
            f"{row.own_faults[0]}, {row.own_faults[1]} | {theirs} |"
        )
    return "\n".join(lines)


def _micro(seconds: float) -> str:
    micro = seconds * 1e6
    return f"{micro:,.2f}" if micro < 100 else f"{micro:,.0f}"


def read_page(text: str) -> Facts:
    """What a page says, apart from times; ValueError if it is not as `page` writes it."""
    command = re.search(r"--games (\d+) --seed (\d+)", text)
    told = re.search(r"^with (.*), in one thread\.", text, re.MULTILINE)
    if command is None or told is None:
        raise ValueError("the page does not say by which command and versions it was made")
    faults = {}
    for section in re.split(r"^## Payoffs in ", text, flags=re.MULTILINE)[1:]:
        kind, rest = section.split("\n", 1)
        lines = [line for line in rest.split("\n## ")[0].splitlines() if line.startswith("|")]
        sizes = [int(n) for n in re.findall(r"(\d+)x\d+: µs \| missed \| wrong", lines[0])]
        if tuple(sizes) != SIZES:
            raise ValueError(f"the table of {kind} has sizes {sizes}")
        for line in lines[2:]:
            method, *cells = [cell.strip() for cell in line.strip("|").split("|")]
            for size, missed, wrong in zip(sizes, cells[1::3], cells[2::3], strict=True):
                faults[kind, size, method] = int(missed), int(wrong)
    return Facts(
        int(command[1]),
        int(command[2]),
        dict(part.split(" ", 1) for part in told[1].split(", ")),
        faults,
    )
