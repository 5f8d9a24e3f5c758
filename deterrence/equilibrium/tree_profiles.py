"""Equilibria of trees for concepts without beliefs: irrelevant choices and empty threats."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deterrence.equilibrium.certificate import check
from deterrence.equilibrium.certificate_record import Certificate
from deterrence.equilibrium.consistency import beliefs_from
from deterrence.equilibrium.consistency_record import Witness
from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import CertificateError
from deterrence.games.assessment import Assessment
from deterrence.games.numbers import plain
from deterrence.games.structure import MOVE, InformationSet
from deterrence.games.tree import Game

__all__ = ["EmptyThreat", "TreeEquilibrium", "certified_tree_profile"]

Rows = tuple[tuple[Fraction, ...], ...]  # probabilities by information set and action


@dataclass(frozen=True)
class EmptyThreat:
    """A choice off the path that its player would not carry out, whatever it believes there.

    Attributes
    ----------
    player : str
    knows : hashable
        Where; play does not come there.
    action : str
        What is played there with positive probability.
    better : str
        What pays more at every node of the information set, given what follows.
    gain : fractions.Fraction
        How much more, at the least.
    """

    player: str
    knows: Hashable
    action: str
    better: str
    gain: Fraction

    def __str__(self) -> str:
        return (
            f"{self.player} at {self.knows!r}: {self.better!r} pays at least {plain(self.gain)} "
            f"more than {self.action!r}, whatever {self.player} believes there"
        )


class TreeEquilibrium(Equilibrium):
    """An equilibrium of a tree for a concept without beliefs ("nash" or "subgame-perfect").

    Beliefs are shown where play arrives; elsewhere they are those of equal trembles everywhere, and
    mean nothing.

    Parameters
    ----------
    game : Game
    concept : str
    component : int
        The connected component of the solution that it belongs to.
    rows : sequence of tuple of fractions.Fraction
        Probabilities by information set and action.
    exact : bool, optional
        False if a probability was approximated.
    """

    def __init__(
        self,
        game: Game,
        concept: str,
        component: int,
        rows: Sequence[tuple[Fraction, ...]],
        *,
        exact: bool = True,
    ) -> None:
        given = {"game": game, "concept": concept, "component": component, "_rows": tuple(rows)}
        self.__dict__.update(given, _exact=exact and game.exact)

    @functools.cached_property
    def witness(self) -> Witness:
        """Trembles of first order towards every unplayed action."""
        rows: Rows = self.__dict__["_rows"]
        return Witness(
            tuple(tuple(int(not p) for p in row) for row in rows),
            tuple(tuple(p or Fraction(1) for p in row) for row in rows),
            exact=self.__dict__["_exact"],
        )

    @functools.cached_property
    def assessment(self) -> Assessment:
        """Strategies and beliefs by place rather than by label."""
        rows: Rows = self.__dict__["_rows"]
        return Assessment(self.game, rows, beliefs_from(self.game, rows, self.witness))

    @functools.cached_property
    def certificate(self) -> Certificate:
        """What a check from scratch found."""
        rows: Rows = self.__dict__["_rows"]
        exact = self.__dict__["_exact"]
        return check(self.game, rows, None, None, self.concept, exact=exact)

    @functools.cached_property
    def irrelevant(self) -> tuple[tuple[str, Hashable], ...]:
        """(player, knows) where the player's own earlier choices rule out that it moves.

        Whatever it would do there changes no payoff, whatever the others do.
        """
        return tuple((s.player, s.knows) for s in self._sets if self._own_reach[s.index] == 0)

    @functools.cached_property
    def unreached(self) -> tuple[tuple[str, Hashable], ...]:
        """(player, knows) where play does not arrive, the irrelevant sets not among them."""
        return tuple((s.player, s.knows) for s in self._off_path())

    @functools.cached_property
    def empty_threats(self) -> tuple[EmptyThreat, ...]:
        """Choices off the path that no belief of the player supports, given what follows.

        Sets that the player's own choices rule out are not looked at. A profile without empty
        threats may still be ruled out by its beliefs: see `sequential`.
        """
        return tuple(threat for s in self._off_path() for threat in self._threats(s))

    @property
    def _sets(self) -> tuple[InformationSet, ...]:
        return self.game.structure.sets

    @functools.cached_property
    def _own_reach(self) -> list[int]:
        """Whether each set is possible for its player's own choices."""
        s, rows = self.game.structure, self.assessment.probabilities
        owners = {name: k for k, name in enumerate(s.players)}
        possible = [(1 << len(owners)) - 1] * len(s)  # players whose own choices allow a node
        found = [0] * len(s.sets)
        for node in range(len(s)):
            k = s.set_of[node]
            mover = owners[s.sets[k].player] if s.kind[node] == MOVE else -1
            if mover >= 0:
                found[k] = possible[node] >> mover & 1
            for a, child in enumerate(s.children[node]):
                possible[child] = possible[node]
                if mover >= 0 and not rows[k][a]:
                    possible[child] &= ~(1 << mover)
        return found

    def _off_path(self) -> Iterator[InformationSet]:
        reached = self.assessment.reached
        for s in self._sets:
            if self._own_reach[s.index] and not reached(s.player, s.knows):
                yield s

    @functools.cached_property
    def _values(self) -> list[tuple[Fraction, ...]]:
        return self.assessment.node_values()

    def _threats(self, s: InformationSet) -> Iterator[EmptyThreat]:
        structure = self.game.structure
        player = structure.players.index(s.player)
        worth = [
            [self._values[structure.children[node][a]][player] for node in s.nodes]
            for a in range(len(s.actions))
        ]
        for a, p in enumerate(self.assessment.probabilities[s.index]):
            if not p:
                continue
            gains = [
                (min(x - y for x, y in zip(other, worth[a], strict=True)), b)
                for b, other in enumerate(worth)
            ]
            gain, better = max(gains, key=lambda pair: pair[0])
            if gain > 0:
                yield EmptyThreat(s.player, s.knows, s.actions[a], s.actions[better], gain)


def certified_tree_profile(
    game: Game,
    concept: str,
    component: int,
    rows: Sequence[tuple[Fraction, ...]],
    *,
    exact: bool = True,
) -> TreeEquilibrium:
    """An equilibrium whose certificate holds; CertificateError if it does not."""
    found = TreeEquilibrium(game, concept, component, rows, exact=exact)
    if not found.certificate.holds:
        raise CertificateError(
            "the independent check refuses what the solver found: "
            f"{found.certificate.reasons[0]} Please report this game."
        )
    return found
