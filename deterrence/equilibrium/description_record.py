"""A family in the game's labels: what is the same throughout, and between what the rest lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.games.assessment import Labelled
from deterrence.games.structure import Structure

__all__ = ["Description", "labelled", "spread"]

Key = tuple[Any, ...]  # ("strategy", player, knows, action) or ("belief", player, knows, history)
Range = tuple[Fraction, Fraction]  # least and most
Ranges = tuple[Range | None, ...]  # None where no condition says anything


@dataclass(frozen=True)
class Description:
    """A family in the game's labels; `Family` says what the fields mean."""

    supports: Labelled
    fixed: Mapping[Key, Fraction]
    free: Mapping[Key, Range]
    relations: tuple[str, ...]


def labelled(
    structure: Structure,
    strategies: Sequence[Ranges],
    beliefs: Sequence[Ranges],
    relations: Iterable[str],
    middle: Sequence[Sequence[Fraction]],
) -> Description:
    """A description from ranges by information set and a strategy profile inside the family."""
    fixed: dict[Key, Fraction] = {}
    free: dict[Key, Range] = {}
    played: dict[str, dict[Any, tuple[str, ...]]] = {p: {} for p in structure.players}
    for s in structure.sets:
        histories = [structure.histories[n] for n in s.nodes]
        rows: list[tuple[str, Any, Range | None]] = [
            *(("strategy", a, r) for a, r in zip(s.actions, strategies[s.index], strict=True)),
            *(("belief", h, r) for h, r in zip(histories, beliefs[s.index], strict=True)),
        ]
        for kind, label, between in rows:
            key = (kind, s.player, s.knows, label)
            if between is not None and between[0] == between[1]:
                fixed[key] = between[0]
            elif between is not None:
                free[key] = between
        row = zip(s.actions, middle[s.index], strict=True)
        played[s.player][s.knows] = tuple(a for a, p in row if p > 0)
    by_player = {p: Labelled(f"information set of {p}", inner) for p, inner in played.items()}
    return Description(Labelled("player", by_player), fixed, free, tuple(relations))


def spread(rows: Sequence[Sequence[Fraction]]) -> Ranges:
    """Least and most of each column."""
    return tuple((min(column), max(column)) for column in zip(*rows, strict=True))
