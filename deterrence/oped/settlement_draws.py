"""One draw of the stakes, and what games about settlement have there, each solved once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.solution import Solution
from deterrence.errors import LimitError
from deterrence.games.tree import Game
from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.crisis import guarantee_game
from deterrence.guarantee.open_door import door_values, open_door_game
from deterrence.guarantee.settlement import after_settlement, war_game
from deterrence.oped.bargaining import bargaining_range
from deterrence.oped.bargaining_record import BargainingRange

__all__ = ["PLAUSIBLE", "SIDE", "DrawnStakes", "Ends"]

STAGES = ("types", "challenge", "finding", "response")
Ends = tuple[float, float]
PLAUSIBLE: Ends = (0, 0.3)  # the terms that are looked at
SIDE = "Russia, revisionist"


@dataclass(frozen=True)
class DrawnStakes:
    """One draw of the stakes, and what is asked of it, each computed once."""

    stakes: Mapping[str, Fraction]
    kept: dict[Any, Any]

    def terms(self, between: Ends = PLAUSIBLE, **changes: Any) -> BargainingRange:
        """The bargaining range, at the op-ed's instruments but for the changes."""
        key = ("terms", between, *sorted(changes.items()))
        if key not in self.kept:
            stakes = {name: x for name, x in self.stakes.items() if name != "terms"}
            self.kept[key] = bargaining_range(
                "oped",
                between=between,
                points=7,
                stages=STAGES,
                accepted_by=["both types"],
                **{**stakes, **changes},
            )
            if not self.kept[key].complete:
                raise LimitError(f"a range is not solved completely: {changes}.")
        found: BargainingRange = self.kept[key]
        return found

    def ends(self, event: str, way: str, **changes: Any) -> Ends:
        """Least and most of an event at the drawn terms: "accepted", or "asked" of both sides."""
        key = (event, way, *sorted(changes.items()))
        if key not in self.kept:
            self.kept[key] = _solved(way, self._values(changes)).most_and_least(event)
        found: Ends = self.kept[key]
        return found

    def whole(self, name: str, **changes: Any) -> Ends:
        """Least and most of what the drawn terms are worth to a side, less the war; or of "attack".

        In the game with all stages.
        """
        key = ("whole", *sorted(changes.items()))
        if key not in self.kept:
            values = self._values(changes)
            ends = _solved("whole", values).envelope()
            war = _solved("war", values)[0].payoffs
            gains = {"attack": ends["attack"]}
            for side, odds in (("Ukraine", 1.0), (SIDE, float(values["rho"]))):
                least, most = (end / odds - float(war[side]) for end in ends[side])
                gains[side] = (least, most)
            self.kept[key] = gains
        found: Ends = self.kept[key][name]
        return found

    def _values(self, changes: Mapping[str, Any]) -> dict[str, Fraction]:
        return arrangement("oped").values(**{**self.stakes, **changes})

    def door(self, event: str, interim: str, upgrade: str) -> Ends:
        """Least and most of an event before an open door, "attack-today" say."""
        key = (event, interim, upgrade)
        if key not in self.kept:
            values = door_values(
                arrangement(interim),
                arrangement("nato"),
                upgrade=upgrade,
                regrowth="0.3",
                **self.stakes,
            )
            self.kept[key] = _solved("door", values).most_and_least(event)
        found: Ends = self.kept[key]
        return found


@functools.cache
def _game(way: str) -> Game:
    ways: dict[str, Callable[[], Game]] = {
        "accepted": lambda: guarantee_game(STAGES, fixed={"settlement": "accept"}),
        "asked": lambda: guarantee_game((STAGES[0], "settlement", *STAGES[1:])),
        "door": open_door_game,
        "whole": after_settlement,
        "war": war_game,
    }
    return ways[way]()


def _solved(way: str, values: Mapping[str, Fraction]) -> Solution:
    game = _game(way)
    found = solve(game.at({name: values[name] for name in game.parameters}))
    if not found.complete:
        raise LimitError(f"the game {way!r} is not solved completely.")
    return found
