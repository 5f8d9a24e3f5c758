"""Which equilibria a refinement or a selection criterion keeps, which it removes, and why."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deterrence.errors import InputError, unknown

__all__ = ["Refinement", "Verdict", "refine"]

# criteria and the modules that judge them, imported when asked for
_JUDGES = {
    "D1": "beliefs_refined",
    "intuitive": "beliefs_refined",
    "payoff-dominance": "selection",
    "risk-dominance": "selection",
    "p-dominance": "selection",
    "logit-limit": "selection",
}
KEPT = ("all", "some")
MOST_LINES = 40


@dataclass(frozen=True)
class Verdict:
    """What a criterion says of one family of equilibria.

    Attributes
    ----------
    component, family : int
        Its place in the solution.
    survives : {"all", "some", "none", "undecided"}
        How many of the family's equilibria the criterion keeps.
    reasons : tuple of str
        By which deviation, or which number.
    condition : tuple of str
        Where only some survive: what those have in common.
    example : Equilibrium or None
        A certified equilibrium that survives.
    numbers : dict
        What the criterion computed, by name.
    findings : tuple of Finding
        For criteria at signalling stages, what was found at each.
    """

    component: int
    family: int
    survives: str
    reasons: tuple[str, ...]
    condition: tuple[str, ...]
    example: Any
    numbers: dict[str, Any]
    findings: tuple[Any, ...] = ()

    def __str__(self) -> str:
        word = {
            "all": "kept",
            "some": "kept in part",
            "none": "removed",
            "undecided": "not decided",
        }[self.survives]
        text = f"component {self.component}, family {self.family}: {word}"
        if self.reasons:
            text += f": {'; '.join(self.reasons)}"
        if self.condition:
            text += f". Those stay with {', '.join(self.condition)}"
        return text + "."


@dataclass(frozen=True, eq=False)
class Refinement:
    """What a criterion keeps of a solution.

    Attributes
    ----------
    solution : Solution
    criterion : str
    verdicts : tuple of Verdict
        One for each family, components one after the other.
    refused : tuple of str
        Unplayed actions to which the criterion does not apply, each with the reason.
    """

    solution: Any
    criterion: str
    verdicts: tuple[Verdict, ...]
    refused: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[Verdict, ...]:
        """Families of which all or some equilibria survive."""
        return tuple(v for v in self.verdicts if v.survives in KEPT)

    @property
    def removed(self) -> tuple[Verdict, ...]:
        """Families of which none survives."""
        return tuple(v for v in self.verdicts if v.survives == "none")

    @property
    def undecided(self) -> tuple[Verdict, ...]:
        """Families of which too little could be decided."""
        return tuple(v for v in self.verdicts if v.survives == "undecided")

    @property
    def complete(self) -> bool:
        """Whether the solution is complete and every family was decided."""
        return bool(self.solution.complete) and not self.undecided

    @property
    def equilibria(self) -> tuple[Any, ...]:
        """A certified survivor of each family that is kept."""
        return tuple(v.example for v in self.kept)

    def survives(self, component: int) -> str:
        """How much of a connected component survives: "all", "some", "none" or "undecided".

        Parameters
        ----------
        component : int

        Raises
        ------
        LabelError
            If there is no such component.
        """
        words = {v.survives for v in self.verdicts if v.component == component}
        if not words:
            raise unknown("component", component, {v.component for v in self.verdicts})
        if len(words) == 1:
            return words.pop()
        if words & set(KEPT):
            return "some"
        return "undecided"

    @property
    def components(self) -> tuple[str, ...]:
        """How much of each component survives."""
        return tuple(self.survives(n) for n in range(len(self.solution)))

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.verdicts)

    def __len__(self) -> int:
        return len(self.verdicts)

    def summary(self) -> str:
        """The verdicts in sentences."""
        lines = [str(self), *map(str, self.verdicts[:MOST_LINES])]
        if len(self.verdicts) > MOST_LINES:
            lines.append(f"... and {len(self.verdicts) - MOST_LINES:,} more families.")
        if self.refused:
            lines.append(f"Not applicable ({len(self.refused)}):")
            lines.extend(f"  {reason}." for reason in self.refused[:MOST_LINES])
        return "\n".join(lines)

    def __str__(self) -> str:
        count = Counter(v.survives for v in self.verdicts)
        words = {"all": "kept", "some": "kept in part", "none": "removed"}
        told = [f"{count[k]:,} {words.get(k, k)}" for k in (*words, "undecided") if count[k]]
        done = "" if self.solution.complete else " The solution itself is not complete."
        return f"{self.criterion}: of {len(self):,} families {', '.join(told)}.{done}"

    def __repr__(self) -> str:
        return f"<Refinement by {self}>"


def refine(solution: Any, criterion: str, *, p: Any = None, budget: int = 200_000) -> Refinement:
    """Judge every equilibrium of a solution by a refinement or a selection criterion.

    Parameters
    ----------
    solution : Solution
        Of `solve`. "D1" and "intuitive" ask for one with beliefs: concept "sequential",
        "no-signalling" or "perfect-bayesian"; "risk-dominance" and "p-dominance" for a
        `StrategicGame`.
    criterion : str
        "D1" or "intuitive" (Cho and Kreps 1987; Banks and Sobel 1987), at signalling stages: an
        unreached public action of one player whose information the later movers do not have.
        "payoff-dominance": not Pareto-dominated by another equilibrium of the solution.
        "risk-dominance" (Harsanyi and Selten 1988): two players with two actions each.
        "p-dominance" (Morris, Rob and Shin 1995): pure equilibria whose actions are best replies
        to any belief that gives the others' actions at least `p`.
        "logit-limit" (McKelvey and Palfrey 1995, 1998): the limit of the logit path.
    p : number, optional
        For "p-dominance": in [0, 1]; 1/2 if it is missing.
    budget : int, optional
        For the search of the continuations after an action, as in `solve`.

    Returns
    -------
    Refinement
        A verdict for each family of the solution, with the deviation or number behind it.

    Raises
    ------
    LabelError
        For an unknown criterion.
    InputError
        If the criterion does not apply to this kind of solution, or nowhere in the game.

    Notes
    -----
    At a signalling stage all continuations are computed: the sequential equilibria of the game
    after the action in which somebody without a stake chooses the type. Other players may be
    several and privately informed, and all may move again. The cost is one such solution for each
    unreached public action. A criterion is applied once, not iterated.
    """
    if criterion not in _JUDGES:
        raise unknown("criterion", criterion, _JUDGES)
    if not hasattr(solution, "components") or not hasattr(solution, "concept"):
        raise InputError(
            f"refine takes a Solution, not {type(solution).__name__}; get one by dt.solve(game)."
        )
    if p is not None and criterion != "p-dominance":
        raise InputError("p applies to 'p-dominance' only; leave it out.")
    module: Any = importlib.import_module(f"deterrence.equilibrium.{_JUDGES[criterion]}")
    found: Refinement = module.judge(solution, criterion, p=p, budget=budget)
    return found
