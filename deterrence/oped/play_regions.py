"""One play of a scenario, and the conditions under which the equilibrium behind it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deterrence.equilibrium.parameter_regions import Branch, Constraint, Region
from deterrence.equilibrium.region_table import relation
from deterrence.equilibrium.solution import Equilibrium

__all__ = ["PlayRegion"]


@dataclass(frozen=True, eq=False)
class PlayRegion:
    """One play, the equilibrium that stands for it, and where that one's support holds.

    Attributes
    ----------
    title : str
    outcome : mapping of str to (least, most)
    components : int
        How many connected components have this outcome.
    equilibrium : Equilibrium
    region : Region or None
        None where no closed form was found.
    problem : str
        Why not.
    """

    title: str
    outcome: Mapping[str, tuple[float, float]]
    components: int
    equilibrium: Equilibrium
    region: Region | None
    problem: str

    def on_path(self, constraint: Constraint) -> bool:
        """Whether play reaches the information set that a constraint is about."""
        reached = self.equilibrium.assessment.reached
        return bool(constraint.player) and reached(constraint.player, constraint.knows)

    def intervals(self, name: str) -> list[dict[str, Any]]:
        """Where the region lies along its only parameter: exact, numbers."""
        parts = () if self.region is None else self.region.interval(name)
        ends = [(part.inf, part.sup) for part in parts]
        return [
            {"exact": [str(x) for x in pair], "numbers": [float(x) for x in pair]} for pair in ends
        ]

    def ends(self, name: str) -> list[str]:
        """Lines: the intervals of the only parameter, and whose condition binds at their ends."""
        found, rows = [], self.conditions([name])
        for part in self.intervals(name):
            (low, high), (least, most) = part["exact"], part["numbers"]
            about = f" ({least:.4g} to {most:.4g})" if low != high else f" ({least:.4g})"
            found.append(f"{name} from {low} to {high}{about}" if low != high else name + about)
            for end in dict.fromkeys((low, high)):
                binding = [row for row in rows if row["condition"].split("= ")[-1] == end]
                found += [f"at {end}: {_told(row)}" for row in binding]
        return [*found, f"{len(rows)} conditions in all; --json and --data give each."]

    def lines(self, over: Iterable[str]) -> list[str]:
        """Lines: every condition and whose it is."""
        rows = self.conditions(over)
        several = rows and rows[-1]["branch"] > 1
        return [
            (f"[{row['branch']}] " if several else "") + f"{row['condition']}: {_told(row)}"
            for row in rows
        ]

    def conditions(self, over: Iterable[str]) -> list[dict[str, Any]]:
        """What is demanded, each inequality once by branch, the path of play first.

        Parameters
        ----------
        over : iterable of str
            What conditions are solved for where they are linear in it.

        Returns
        -------
        list of dict
            branch (one of which has to hold), condition, on_path, about.
        """
        if self.region is None:
            return []
        branches, legend = self.region.named()
        members = [member for name in over for member in self.region.tied(name)]
        found = [
            {"branch": n, **row}
            for n, branch in enumerate(branches, 1)
            for row in self._demanded(branch, members)
        ]
        words = "what a symbol stands for"
        return found + [
            {"branch": len(branches), "condition": f"{x} = {y}", "on_path": True, "about": words}
            for x, y in legend.items()
        ]

    def _demanded(self, branch: Branch, members: Iterable[str]) -> Iterator[dict[str, Any]]:
        assert self.region is not None
        seen = {"True"}  # numbers alone, which hold
        for c in sorted(branch.constraints, key=lambda c: not self.on_path(c)):
            used = {x.name: x for x in c.expression.free_symbols}
            symbols = [used[name] for name in members if name in used]
            text = str(relation(c, symbols, self.region.known))
            if text not in seen:
                seen.add(text)
                yield {"condition": text, "on_path": self.on_path(c), "about": c.about()}
        for line in (line for freedom in branch.freedoms for line in freedom.lines()):
            yield {"condition": line, "on_path": False, "about": "beliefs"}


def _told(row: Mapping[str, Any]) -> str:
    return row["about"] if row["on_path"] else f"{row['about']} (off the path)"
