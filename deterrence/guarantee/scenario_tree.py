"""Which tree a scenario plays: its stages, how some are fixed, the menu and the rungs."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.guarantee.parameters import TIED

if TYPE_CHECKING:
    from deterrence.games.tree import Game

__all__ = ["ScenarioTree", "scenario_tree"]

Way = str | tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ScenarioTree:
    """What tells the symbolic game of one scenario from that of another; two alike share it.

    Attributes
    ----------
    stages : tuple of str
        In the order of play.
    fixed : tuple of (str, str or tuple of pairs)
        By stage, in the order of the alphabet.
    menu : tuple of (str, tuple of (str, fractions.Fraction))
        What the Guarantor may offer.
    rungs : int
    """

    stages: tuple[str, ...]
    fixed: tuple[tuple[str, Way], ...] = ()
    menu: tuple[tuple[str, tuple[tuple[str, Fraction], ...]], ...] = ()
    rungs: int = 1

    @property
    def on_every_offer(self) -> frozenset[str]:
        """Instruments that each entry of the menu sets, so that the scenario's own do not count."""
        entries = [
            {m for name, _ in entry for m in TIED.get(name, (name,))} for _, entry in self.menu
        ]
        return frozenset(set.intersection(*entries)) if entries else frozenset()

    def game(self, *, response_reading: str = "latitude", finding_seen: bool = False) -> Game:
        """The game before numbers are put in, built once, under a reading of ambiguity."""
        return _built(self, response_reading, finding_seen)


def scenario_tree(
    stages: Iterable[str] | None,
    fixed: Mapping[str, Any],
    menu: Mapping[str, Mapping[str, Fraction]],
    rungs: int,
) -> ScenarioTree:
    """Bring what a scenario says about its stages into one form.

    Parameters
    ----------
    stages : iterable of str, or None
        None for those of `guarantee_game` by default. Unknown ones stay, for it to refuse.
    fixed, menu, rungs
        As for `guarantee_game`.

    Returns
    -------
    ScenarioTree
    """
    from deterrence.guarantee.stage_input import EVERY_STAGE, STAGES  # slow to import

    named = STAGES if stages is None else tuple(dict.fromkeys(stages))
    places = {stage: n for n, stage in enumerate(EVERY_STAGE)}
    ways = ((s, way if isinstance(way, str) else _pairs(way)) for s, way in fixed.items())
    return ScenarioTree(
        tuple(sorted(named, key=lambda stage: places.get(stage, -1))),
        tuple(sorted(ways)),
        tuple((label, _pairs(entry)) for label, entry in menu.items()),
        rungs,
    )


def _pairs(given: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(given.items()))


@functools.lru_cache(maxsize=32)
def _built(tree: ScenarioTree, response_reading: str, finding_seen: bool) -> Game:
    from deterrence.guarantee.crisis import guarantee_game  # slow to import

    fixed = {stage: way if isinstance(way, str) else dict(way) for stage, way in tree.fixed}
    return guarantee_game(
        tree.stages,
        fixed=fixed or None,
        response_reading=response_reading,
        finding_seen=finding_seen,
        menu={label: dict(entry) for label, entry in tree.menu} or None,
        rungs=tree.rungs,
    )
