"""One guarantor or thirty, and by which rule."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.guarantee.coalition import RULES, TECHNOLOGIES
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.coalition_response import Coalition, Reaction
from deterrence.oped.inputs import scenario_or_file

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OUTCOMES", "CoalitionComparison", "coalition_rows", "compare_coalitions"]

OUTCOMES = (
    "response",
    "force",
    "free-riding",
    "abandonment",
    "attack",
    "great-power-war",
    "Guarantors",
    "Ukraine",
    "Russia",
)
MOST = 10_000  # guarantors
NUMBERS = (1, 2, 3, 5, 10, 30)
WIDTH = 100

Progress = Callable[[int, int], Any]


@dataclass(frozen=True, eq=False)
class CoalitionComparison:
    """What coalitions of several sizes and rules lead to.

    Attributes
    ----------
    table : pandas.DataFrame
        One row for each symmetric equilibrium, indexed by n, rule and a number. Columns: response,
        force, free-riding and abandonment are what follows an attack, whether or not there is one:
        the probability that anybody acts, the mean share of the whole force, the probability that
        some but not all act, and that nobody does. attack and great-power-war are probabilities,
        Guarantors (all together), Ukraine and Russia expected payoffs. pivotal is False where it
        is an equilibrium only because no single vote matters.
    complete : bool
        Whether all symmetric equilibria are there.
    technology : str
    bilateral : float
    """

    table: pd.DataFrame
    complete: bool
    technology: str
    bilateral: float

    def envelope(self, *, pivotal: bool = True) -> pd.DataFrame:
        """Least and most of every outcome over the equilibria of each coalition.

        Parameters
        ----------
        pivotal : bool
            Whether to leave out equilibria in which no single vote matters.

        Returns
        -------
        pandas.DataFrame
            Indexed by n and rule; columns are pairs of outcome and "least" or "most".
        """
        chosen = self.table[self.table["pivotal"]] if pivotal else self.table
        grouped = chosen[list(OUTCOMES)].groupby(level=["n", "rule"], sort=False)
        return grouped.agg(["min", "max"]).rename(columns={"min": "least", "max": "most"}, level=1)

    def lost(self) -> pd.DataFrame:
        """What changes where the one guarantor is the many that it stands for.

        Returns
        -------
        pandas.DataFrame
            As `envelope`, less the numbers of one guarantor with the same stakes.

        Raises
        ------
        InputError
            If one guarantor is not among the sizes.
        """
        envelope = self.envelope()
        if 1 not in envelope.index.get_level_values("n"):
            raise InputError("compare with one guarantor: put 1 among the numbers of guarantors.")
        return envelope - envelope.loc[1].iloc[0]

    def __str__(self) -> str:
        share = "complete" if self.complete else "NOT complete"
        head = f"Symmetric equilibria ({share}), {self.technology}, bilateral {self.bilateral:g}"
        return f"{head}\n{self.table.to_string(float_format='{:.3f}'.format)}"


def compare_coalitions(
    scenario: str | Scenario | Mapping[str, Any] = "ksc",
    guarantors: Iterable[int] | int = NUMBERS,
    rules: Iterable[str] = RULES,
    *,
    technology: str = "summation",
    bilateral: Any = 0,
    changes: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> CoalitionComparison:
    """Compare coalitions of several sizes and rules that have the same stake together.

    Parameters
    ----------
    scenario : str, Scenario or mapping
        An arrangement's name, a file, a scenario, or every parameter's number by its name.
    guarantors : iterable of int, or int
        Sizes, 1 to 10,000.
    rules : iterable of str
        Of "individual", "lead", "majority" and "unanimity".
    technology : {"summation", "best-shot"}
        As for `coalition_game`.
    bilateral : number
        Strength of each one's own pledge, 0 to 1. That of the joint obligation is the scenario's.
    changes : mapping of str to number, optional
        Parameters that differ from the scenario's.
    progress : callable, optional
        Called with how many coalitions are solved, and of how many.

    Returns
    -------
    CoalitionComparison

    Raises
    ------
    LabelError, ParameterError, InputError
        For what does not exist or is out of range.

    Notes
    -----
    The game is that of `coalition_game` with equal shares, Ukraine keeping its defence and
    restrained, and costs from a range in place of two types: with probability phi a cost is uniform
    over the lower half of what lies between ``k_resolved`` and ``k_irresolute``, else over the
    upper half, independently for each guarantor. All equilibria in which guarantors alike behave
    alike are found (`threshold_equilibria`, `lead_equilibria`). Russia attacks where that pays
    its type. With one guarantor every rule is the same.

    Examples
    --------
    >>> found = compare_coalitions("ksc", [1, 30], ["individual", "unanimity"])
    >>> found.complete
    True
    """
    numbers = read_numbers(scenario, changes or {})
    own = read_strength(bilateral, "bilateral")
    if technology not in TECHNOLOGIES:
        raise unknown("technology", technology, TECHNOLOGIES)
    rows, complete = coalition_rows(
        numbers, read_sizes(guarantors), read_rules(rules), technology, own, progress
    )
    return CoalitionComparison(_table(rows), complete, technology, own)


def coalition_rows(
    numbers: Mapping[str, float],
    sizes: Collection[int],
    rules: tuple[str, ...],
    technology: str,
    bilateral: float,
    progress: Progress | None = None,
) -> tuple[list[dict[str, Any]], bool]:
    """Every symmetric equilibrium of every coalition, as rows; and whether these are all.

    Parameters
    ----------
    numbers : mapping of str to float
        Every parameter of the guarantee game.
    sizes : collection of int
    rules : tuple of str
    technology : str
    bilateral : float
    progress : callable, optional

    Returns
    -------
    (list of dict, bool)
    """
    rows, complete = [], True
    for done, (n, rule) in enumerate(itertools.product(sizes, rules), start=1):
        coalition = Coalition(n, rule, technology, numbers, bilateral)
        reactions, all_found = coalition.reactions()
        complete = complete and all_found
        rows += [
            {"n": n, "rule": rule, "equilibrium": k, **_outcomes(coalition, reaction)}
            for k, reaction in enumerate(reactions)
        ]
        if progress is not None:
            progress(done, len(sizes) * len(rules))
    return rows, complete


def _outcomes(coalition: Coalition, reaction: Reaction) -> dict[str, Any]:
    x = coalition.numbers
    force = float(reaction.acting @ reaction.force)
    prevails = float(reaction.acting @ coalition.prevails(reaction.force))
    nobody = float(reaction.acting[0])
    every = float(reaction.acting[-1])
    attack = russia = 0.0
    for kind, odds in (("revisionist", x["rho"]), ("security", 1 - x["rho"])):
        gain = x[f"b_{kind}"] * prevails - x["c_0"] - x["c_F"] * force
        if gain > 0:
            attack, russia = attack + odds, russia + odds * gain
    return {
        "response": 1 - nobody,
        "force": force,
        "free-riding": max(1 - nobody - every, 0.0),
        "abandonment": nobody,
        "attack": attack,
        "great-power-war": attack * (1 - nobody),
        "Guarantors": attack * reaction.guarantors - x["c_pi"] * x["presence"],
        "Ukraine": -x["c_d"] - attack * (prevails + x["c_U"]),
        "Russia": russia,
        "pivotal": reaction.pivotal,
    }


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows).set_index(["n", "rule", "equilibrium"])


# What is given


def read_numbers(scenario: Any, changes: Mapping[str, Any]) -> dict[str, float]:
    if isinstance(scenario, str):
        scenario = scenario_or_file(scenario)
    if isinstance(scenario, Scenario):
        return {name: float(value) for name, value in scenario.values(**changes).items()}
    if not isinstance(scenario, Mapping):
        raise InputError(f"{scenario!r} is no scenario; give a name, a file or numbers by name.")
    given = {**scenario, **changes}
    for name in given:
        if name not in PARAMETERS:
            raise ParameterError(str(unknown("parameter", name, PARAMETERS)))
    if missing := [name for name in PARAMETERS if name not in given]:
        raise ParameterError(f"no number for {', '.join(missing)}; dt.parameters() has defaults.")
    return {name: float(exact(given[name], name)) for name in PARAMETERS}


def read_strength(given: Any, name: str) -> float:
    number = exact(given, name)
    if not 0 <= number <= 1:
        raise ParameterError(f"{name} = {given}; a strength lies between 0 and 1.")
    return float(number)


def read_sizes(given: Iterable[int] | int) -> list[int]:
    sizes = list(dict.fromkeys(given if isinstance(given, Iterable) else (given,)))
    for n in sizes:
        if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST:
            raise InputError(f"{n!r} guarantors; give whole numbers from 1 to {MOST:,}.")
    if not sizes:
        raise InputError("give at least one number of guarantors.")
    return sizes


def read_rules(given: Iterable[str]) -> tuple[str, ...]:
    rules = tuple(dict.fromkeys((given,) if isinstance(given, str) else given))
    for rule in rules:
        if rule not in RULES:
            raise unknown("rule", rule, RULES)
    if not rules:
        raise InputError(f"give at least one rule of {', '.join(RULES)}.")
    return rules
