"""Sequential equilibria as the equilibria of another concept that they are."""

from __future__ import annotations

import dataclasses
from typing import Any

from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import CertificateError

__all__ = ["Renamed"]


class Renamed:
    """A source whose equilibria are certified for another concept.

    Parameters
    ----------
    source : Source
        Of sequential equilibria.
    concept : str
    """

    def __init__(self, source: Any, concept: str) -> None:
        self.source, self.concept = source, concept

    def __getattr__(self, name: str) -> Any:
        if name == "source":  # not there yet, while a copy is being made
            raise AttributeError(name)
        return getattr(self.source, name)

    def equilibrium(self, component: int, picks: Any) -> Equilibrium:
        """A certified equilibrium."""
        one: Equilibrium = self.source.equilibrium(component, picks)
        found = dataclasses.replace(one, concept=self.concept)
        if not found.certificate.holds:
            raise CertificateError(
                "the independent check refuses what the solver found: "
                f"{found.certificate.reasons[0]} Please report this game."
            )
        return found
