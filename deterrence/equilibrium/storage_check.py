"""A file's equilibria and families, checked one against the other."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.bayesian_profiles import BayesianEquilibrium
from deterrence.equilibrium.consistency import beliefs_from
from deterrence.equilibrium.consistency_record import Witness
from deterrence.equilibrium.description_record import Description, Range, Ranges, labelled
from deterrence.equilibrium.outcomes import labels_of
from deterrence.equilibrium.solution import Equilibrium
from deterrence.equilibrium.storage_form import EquilibriumForm, FamilyForm, SolutionForm
from deterrence.equilibrium.storage_source import StoredFamily, StoredSource
from deterrence.errors import CertificateError, FileError, InputError
from deterrence.games.assessment import Assessment
from deterrence.games.tree import Game

__all__ = ["Reading"]

SLACK = 1e-9  # of outcomes, which are floats


class Reading:
    """A file's equilibria and families, checked one against the other."""

    def __init__(self, form: SolutionForm, game: Game, where: str) -> None:
        self.form, self.game, self.where = form, game, where

    def source(self) -> StoredSource:
        """What a Solution asks of where it comes from; an error unless all fits."""
        points = [self._equilibrium(n, e) for n, e in enumerate(self.form.equilibria)]
        families = [self._family(n, f) for n, f in enumerate(self.form.families)]
        for n, (e, point) in enumerate(zip(self.form.equilibria, points, strict=True)):
            families[e.family].members.append(n)
            self._check_inside(families[e.family].description, point, n)
        held = [f.component for f in families]
        if set(held) != set(range(len(self.form.components))):
            raise FileError(f"{self.where}: families and components do not fit each other.")
        for name in ("components", "families", "equilibria"):
            if getattr(self.form.cut, name).written != len(getattr(self.form, name)):
                raise FileError(f"{self.where}, cut.{name}: not as many as the file holds.")
        self._check_outcomes(families, points)
        return StoredSource(families, points, self.form)

    # -- equilibria ---------------------------------------------------------------------------

    def _equilibrium(self, n: int, e: EquilibriumForm) -> Equilibrium:
        at = f"{self.where}, equilibria[{n}]"
        if e.family >= len(self.form.families):
            raise FileError(f"{at}: there is no family {e.family}.")
        self._check_shape(at, e)
        try:
            found = self._assessed(e)
            holds, reasons = found.certificate.holds, found.certificate.reasons
        except InputError as error:
            raise CertificateError(f"{at} is no equilibrium: {error}") from None
        if not holds:
            raise CertificateError(f"{at} is no equilibrium: {reasons[0]}")
        return found

    def _assessed(self, e: EquilibriumForm) -> Equilibrium:
        component = self.form.families[e.family].component
        if e.beliefs is not None:
            assessment = Assessment(self.game, e.strategy, e.beliefs)
            return BayesianEquilibrium(self.game, self.form.concept, component, assessment, e.exact)
        witness = Witness(e.order or (), e.weights or (), e.exact)
        beliefs = beliefs_from(self.game, e.strategy, witness)
        assessment = Assessment(self.game, e.strategy, beliefs)
        return Equilibrium(self.game, self.form.concept, component, assessment, witness)

    def _check_shape(self, at: str, e: EquilibriumForm) -> None:
        sizes = [len(s.actions) for s in self.game.structure.sets]
        trembles = ("order", "weights") if e.beliefs is None else ()
        for name in ("strategy", *trembles):
            if [len(row) for row in getattr(e, name) or ()] != sizes:
                raise FileError(f"{at}.{name}: not one number for each action of each set.")
        nodes = [len(s.nodes) for s in self.game.structure.sets]
        if e.beliefs is not None and [len(row) for row in e.beliefs] != nodes:
            raise FileError(f"{at}.beliefs: not one number for each node of each set.")
        rows = zip(e.strategy, e.order or (), e.weights or (), strict=False)
        for k, row in enumerate(rows):
            if any((p > 0) != (o == 0) or p < 0 or w <= 0 for p, o, w in zip(*row, strict=True)):
                raise CertificateError(
                    f"{at} is no equilibrium: at {self.game.structure.sets[k]} the trembles do not "
                    "fit the strategy."
                )

    # -- families -----------------------------------------------------------------------------

    def _family(self, n: int, f: FamilyForm) -> StoredFamily:
        at, sets = f"{self.where}, families[{n}]", self.game.structure.sets
        sizes = {
            "strategies": [len(s.actions) for s in sets],
            "beliefs": [len(s.nodes) for s in sets],
        }
        for name, expected in sizes.items():
            if [len(row) for row in getattr(f, name)] != expected:
                raise FileError(f"{at}.{name}: not one entry for each action or node of each set.")
        first = next((e for e in self.form.equilibria if e.family == n), None)
        if first is None:
            raise FileError(f"{at}: no equilibrium of it is in the file.")
        strategies = [_ranges(row) for row in f.strategies]
        beliefs = [_ranges(row) for row in f.beliefs]
        if any(r is not None and r[0] > r[1] for row in [*strategies, *beliefs] for r in row):
            raise FileError(f"{at}: a least value above the most.")
        description = labelled(
            self.game.structure, strategies, beliefs, f.relations, first.strategy
        )
        return StoredFamily(f.component, f.dimension, description)

    def _check_inside(self, description: Description, point: Equilibrium, n: int) -> None:
        """Whether a certified point fits what its family is said to be."""
        held = {"strategy": point.strategy, "belief": point.beliefs}
        spans: Iterator[tuple[Any, Range]] = itertools.chain(
            ((key, (x, x)) for key, x in description.fixed.items()), description.free.items()
        )
        for (kind, player, knows, label), (low, high) in spans:
            if not low <= held[kind][player][knows][label] <= high:
                raise CertificateError(
                    f"{self.where}, equilibria[{n}] lies outside its family: {kind} of {player} at "
                    f"{knows!r}, {label!r}."
                )

    def _check_outcomes(
        self, families: Sequence[StoredFamily], points: Sequence[Equilibrium]
    ) -> None:
        """Whether the representatives' payoffs lie within what the file says of all outcomes."""
        expected = set(labels_of(self.game))
        names = [set(spans) for spans in (self.form.envelope, *self.form.components)]
        if any(given != expected for given in (*names, set(self.form.outcomes.names))):
            raise FileError(f"{self.where}: outcomes are not those of the game.")
        if any(len(row) != len(self.form.outcomes.names) for row in self.form.outcomes.rows):
            raise FileError(f"{self.where}, outcomes: rows of different length.")
        for family in families:
            point = points[family.members[0]]
            for spans in (self.form.envelope, self.form.components[family.component]):
                for player, x in point.payoffs.items():
                    low, high = spans[player]
                    if not low - Fraction(SLACK) <= x <= high + Fraction(SLACK):
                        raise CertificateError(
                            f"{self.where}: equilibria[{family.members[0]}] gives {player} a "
                            "payoff outside what is said of its component."
                        )


def _ranges(row: Iterable[Any]) -> Ranges:
    return tuple((x, x) if isinstance(x, Fraction) else x for x in row)
