"""What information sets reveal about each player's past actions, and which of it hangs together.

A *record* of a player is the list of action sequences among which an information set leaves that
player's past open: one sequence for each type that may have acted so. Beliefs are chance times one
likelihood for each player's record. Fudenberg and Tirole (1991, conditions B(i) to B(iv)) let a
likelihood change with the player's own actions only, by Bayes' rule from the last record where
possible, in the same way for all observers.
"""

from __future__ import annotations

from dataclasses import dataclass

from deterrence.equilibrium.reduction import Atom
from deterrence.errors import InputError
from deterrence.games.structure import MOVE, Structure

__all__ = ["Record", "Records", "records_of"]

Past = frozenset[Atom]


@dataclass(frozen=True, eq=False)
class Record:
    """A list of sequences among which an observer cannot tell.

    Attributes
    ----------
    index : int
    players : frozenset of int
        Whose actions; more than one only where their pasts are not told apart player by player.
    points : tuple of frozenset of Atom
    parent : int or None
        The last record that this one continues.
    source : tuple of int
        By point, the point of the parent that it continues.
    """

    index: int
    players: frozenset[int]
    points: tuple[Past, ...]
    parent: int | None
    source: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Records:
    """All records of a tree, parents first.

    Attributes
    ----------
    all : tuple of Record
    places : dict
        By information set of several nodes, for each node a tuple of (record, point).
    """

    all: tuple[Record, ...]
    places: dict[int, tuple[tuple[tuple[int, int], ...], ...]]


def records_of(structure: Structure) -> Records:
    """The records of a tree.

    Raises
    ------
    InputError
        If the tree has no such structure: a record would continue two others that do not continue
        each other, or one in which several players' pasts hang together.
    """
    found: Records = structure.remember("records", lambda: _Finder(structure).run())
    return found


class _Finder:
    def __init__(self, structure: Structure) -> None:
        self.s = structure
        self.number = {p: k for k, p in enumerate(structure.players)}
        self.owner = [self.number[s.player] for s in structure.sets]
        self.several = [s for s in structure.sets if len(s.nodes) > 1]
        self.pasts = {s.index: [self._past(n, s.index) for n in s.nodes] for s in self.several}
        self.groups = {s.index: self._groups(self.pasts[s.index]) for s in self.several}

    def _past(self, node: int, own: int) -> Past:
        s, found = self.s, []
        while (above := s.parent[node]) >= 0:
            k = s.set_of[above]
            if s.kind[above] == MOVE and self.owner[k] != self.owner[own]:
                found.append((k, s.children[above].index(node)))
            node = above
        return frozenset(found)

    def _part(self, past: Past, group: frozenset[int]) -> Past:
        return frozenset(atom for atom in past if self.owner[atom[0]] in group)

    def _groups(self, pasts: list[Past]) -> list[frozenset[int]]:
        """Players one by one if the set leaves every combination open, else together."""
        players = {self.owner[k] for past in pasts for k, _ in past}
        parts = {j: {self._part(past, frozenset({j})) for past in pasts} for j in players}
        unsure = sorted(j for j in players if len(parts[j]) > 1)
        size = 1
        for j in unsure:
            size *= len(parts[j])
        if len(set(pasts)) == size:
            return [frozenset({j}) for j in unsure]
        return [frozenset(unsure)]

    def run(self) -> Records:
        keys: dict[tuple[frozenset[int], frozenset[Past]], int] = {}
        homes: list[int] = []  # an information set that has the record
        for s in self.several:
            for group in self.groups[s.index]:
                points = frozenset(self._part(p, group) for p in self.pasts[s.index])
                if (group, points) not in keys:
                    keys[group, points] = len(keys)
                    homes.append(s.index)
        listed = [
            (group, tuple(sorted(points, key=lambda m: (len(m), sorted(m)))))
            for group, points in keys
        ]
        parents = [
            self._parent(n, group, points, keys, homes[n])
            for n, (group, points) in enumerate(listed)
        ]
        order = self._ordered(parents)
        new = {old: n for n, old in enumerate(order)}
        found = []
        for old in order:
            group, points = listed[old]
            parent = parents[old]
            source: tuple[int, ...] = ()
            if parent is not None:
                above = listed[parent][1]
                source = tuple(above.index(_before(x, frozenset(above)) or x) for x in points)
            above_new = None if parent is None else new[parent]
            found.append(Record(new[old], group, points, above_new, source))
        return Records(tuple(found), self._places(keys, new, found))

    def _parent(
        self,
        n: int,
        group: frozenset[int],
        points: tuple[Past, ...],
        keys: dict[tuple[frozenset[int], frozenset[Past]], int],
        home: int,
    ) -> int | None:
        """The last record that this one continues."""
        candidates: dict[frozenset[Past], tuple[int | None, int]] = {}
        for s in self.several:
            others = frozenset(self._part(p, group) for p in self.pasts[s.index])
            if others == frozenset(points) or not _continues(points, others):
                continue
            known = keys.get((group, others)) if group in self.groups[s.index] else None
            if candidates.get(others, (None, 0))[0] is None:
                candidates[others] = (known, s.index)
        last = [
            others
            for others in candidates
            if not any(o != others and _continues(tuple(o), others) for o in candidates)
        ]
        if not last:
            return None
        parent, at = candidates[last[0]]
        if len(last) > 1 or parent is None:
            first, then = self.s.sets[at], self.s.sets[home]
            raise InputError(
                "no signalling of what one does not know is defined where each player's past is "
                f"told apart by itself, and step by step; what is known at {then} does not continue "
                f"what is known at {first} in this way. Use concept='weak-perfect-bayesian', which "
                "leaves beliefs off the path free, or 'sequential'."
            )
        return parent

    def _ordered(self, parents: list[int | None]) -> list[int]:
        depth: dict[int, int] = {}

        def deep(n: int) -> int:
            if n not in depth:
                above = parents[n]
                depth[n] = 0 if above is None else deep(above) + 1
            return depth[n]

        return sorted(range(len(parents)), key=lambda n: (deep(n), n))

    def _places(
        self,
        keys: dict[tuple[frozenset[int], frozenset[Past]], int],
        new: dict[int, int],
        found: list[Record],
    ) -> dict[int, tuple[tuple[tuple[int, int], ...], ...]]:
        places = {}
        for s in self.several:
            pasts, rows = self.pasts[s.index], []
            for past in pasts:
                row = []
                for group in self.groups[s.index]:
                    points = frozenset(self._part(p, group) for p in pasts)
                    if len(points) > 1:
                        record = found[new[keys[group, points]]]
                        row.append((record.index, record.points.index(self._part(past, group))))
                rows.append(tuple(row))
            places[s.index] = tuple(rows)
        return places


def _before(point: Past, others: frozenset[Past]) -> Past | None:
    """The longest of other sequences that a sequence continues."""
    inside = [o for o in others if o <= point]
    return max(inside, key=len) if inside else None


def _continues(points: tuple[Past, ...], others: frozenset[Past]) -> bool:
    """Whether every sequence continues one of the others, and not all of them the same one."""
    above = [_before(x, others) for x in points]
    return None not in above and len(set(above)) > 1
