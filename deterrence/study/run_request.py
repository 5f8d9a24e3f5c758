"""How a run is to be done, checked before any work: processes, progress and store."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from deterrence.errors import FileError, InputError, ParameterError

__all__ = ["check_fixed", "check_run"]


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
