"""How a run is to be done, checked before any work: processes, progress and store."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from deterrence.errors import FileError, InputError, LimitError, ParameterError

__all__ = ["MOST_SOLVED", "check_fixed", "check_run", "check_solved", "list_of", "names_of"]

MOST_SOLVED = 2**18  # points of one call: 5 GB of records of the whole guarantee game


def check_run(jobs: Any = None, progress: Any = None, store: Any = None) -> None:
    """Raise unless a run can be asked for in this way.

    Raises
    ------
    InputError
        If `jobs` is no number of processes, or `progress` cannot be called.
    FileError
        If `store` is no path.
    """
    whole = isinstance(jobs, (int, np.integer)) and not isinstance(jobs, bool)
    if jobs is not None and not (whole and jobs != 0):
        raise InputError(
            f"jobs = {jobs!r}; give a number of processes, -1 for all cores, or leave it out."
        )
    if progress is not None and not callable(progress):
        raise InputError(
            f"progress = {progress!r} cannot be called; give a function of (done, total), or leave "
            "it out."
        )
    if store is not None and not isinstance(store, (str, os.PathLike)):
        raise FileError(f"store = {store!r} is no path; give the name of a file or folder.")


def check_fixed(fixed: Any, what: str = "fixed") -> None:
    """Raise ParameterError unless numbers are given by name."""
    if fixed is not None and not isinstance(fixed, Mapping):
        raise ParameterError(f"{what} is {fixed!r}; give a mapping from name to number.")


def check_solved(points: int, what: str, advice: str) -> None:
    """Raise LimitError if one call would solve and hold more points than a machine can."""
    if points > MOST_SOLVED:
        raise LimitError(
            f"{what}: {points:,} points; at most {MOST_SOLVED:,} are solved in one call. {advice}"
        )


def names_of(given: Any, every: Iterable[str], what: str = "over") -> dict[str, Any]:
    """What varies, each name with its range or None; all of `every` if nothing is given."""
    if isinstance(given, Mapping):
        return dict(given)
    names = every if given is None else (given,) if isinstance(given, str) else given
    try:
        return dict.fromkeys(names)
    except TypeError:
        raise ParameterError(
            f"{what} is {given!r}; give names, or a mapping from name to (low, high)."
        ) from None


def list_of(given: Any, what: str) -> tuple[Any, ...]:
    """The names given, one or several."""
    try:
        return (given,) if isinstance(given, str) else tuple(given)
    except TypeError:
        raise InputError(f"{what} = {given!r}; give a name, or a list of names.") from None
