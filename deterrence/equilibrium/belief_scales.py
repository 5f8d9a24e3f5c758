"""Conditions of a support where the weights behind unreached beliefs would be unbounded.

Beliefs that hang together share the trembles behind them, so that one of them settles the scale of
others. Their weights may then be unbounded, though all that counts are their odds. Measured against
the sum of all weights of one scale, as they are before anybody mixes, they are bounded. Nothing is
lost: where the weights of one belief vanish beside another's, its odds are those on the way there.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from deterrence.equilibrium.conditions import System
from deterrence.equilibrium.polynomials import Monomial
from deterrence.equilibrium.polytope import Row

__all__ = ["ScaledSystem"]


class ScaledSystem(System):
    """A system that can be put on a common scale."""

    common: bool = False

    def bounded(self) -> ScaledSystem | None:
        """The same on a common scale, if it is not already."""
        if self.common or not self.chosen:
            return None
        other = self.fixing({})
        other.common = True
        return other

    def fixing(self, values: dict[Any, Fraction]) -> ScaledSystem:
        """The same system with more variables fixed."""
        other = super().fixing(values)
        assert isinstance(other, ScaledSystem)
        other.common = self.common
        return other

    def _scales(self) -> list[Row]:
        """Normalise together all classes that have one scale."""
        if not self.common:
            return super()._scales()
        rows: list[tuple[Row, list[Monomial]]] = []
        for weights in self._scaled():
            roots = [(x, tuple(v for v in m if v[0] == "t")) for x, m in weights]
            row, settled = self._row_of(rows, [m for _, m in roots])
            for factor, m in roots:
                self._add(row, m, factor)
                settled.append(m)
        return [row for row, _ in rows]

    def _row_of(
        self, rows: list[tuple[Row, list[Monomial]]], monomials: list[Monomial]
    ) -> tuple[Row, list[Monomial]]:
        """The row on whose scale these weights are, a new one if they have their own."""
        if self._has_own_scale([m for _, settled in rows for m in settled], monomials):
            rows.append(({-1: Fraction(-1)}, []))
            return rows[-1]
        for n, (_, settled) in enumerate(rows):
            others = [m for k, (_, more) in enumerate(rows) if k != n for m in more]
            if self._has_own_scale(others, [*settled, *monomials]):
                return rows[n]
        return {}, []
