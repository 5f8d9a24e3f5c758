"""What is found about the trembles behind beliefs: a witness, or a proof of none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

__all__ = ["Comparison", "Refusal", "Witness"]


@dataclass(frozen=True)
class Witness:
    """Trembles that give an assessment's beliefs: an action of order k has probability w e^k.

    Attributes
    ----------
    order : tuple of tuple of int
        By information set and action; zero exactly where the action is played.
    weights : tuple of tuple of fractions.Fraction
        Likewise; the probability where the action is played.
    exact : bool
        Whether the beliefs follow exactly; if not, a weight is an irrational root, rounded.
    """

    order: tuple[tuple[int, ...], ...]
    weights: tuple[tuple[Fraction, ...], ...]
    exact: bool = True


@dataclass(frozen=True)
class Comparison:
    """Two nodes of one information set, and how often a proof counts them.

    Attributes
    ----------
    information_set : int
    node : int
    other : int
        A believed node.
    believed : bool
        Whether `node` is believed too, so that both paths need the same order.
    times : int
        The factor on `node` minus `other`.
    """

    information_set: int
    node: int
    other: int
    believed: bool
    times: int


@dataclass(frozen=True)
class Refusal:
    """No trembles give these beliefs.

    Attributes
    ----------
    reason : str
        Why, in a sentence.
    proof : tuple of Comparison
        For the order: the comparisons, added up, put no action's order on the positive side,
        while they should make more than zero. For the weights: the comparisons' actions cancel,
        while their odds do not multiply to one.
    about : {"order", "weights"}
    """

    reason: str
    proof: tuple[Comparison, ...]
    about: Literal["order", "weights"]
