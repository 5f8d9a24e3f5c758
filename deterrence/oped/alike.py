"""Which rows of a table are not told apart, exactly or within sampling error."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["ERROR_RATE", "alike"]

SAME = 1e-9  # outcomes are sums of floats
ERROR_RATE = 0.05  # chance of telling any two rows apart wrongly, over all comparisons together


def alike(names: Sequence[str], rows: Floats) -> list[tuple[str, ...]]:
    """Groups of rows that no number tells apart.

    Parameters
    ----------
    names : sequence of str
    rows : ndarray, shape (names, draws, numbers)
        The draws are paired: draw `n` is the same for every row. ``nan`` where there is no number.

    Returns
    -------
    list of tuple of str
        Groups of two or more, any two of whose members are alike; with several draws a row may
        stand in no group although it is like some member of one.

    Notes
    -----
    With one draw, numbers are compared as they are. With more, the mean of the paired differences
    is compared with its standard error, with a bound for all comparisons together (Bonferroni).
    What never differs in any draw is never told apart. A row without numbers is like no other.

    Examples
    --------
    >>> import numpy as np
    >>> alike(["a", "b", "c"], np.array([[[0.0, 1.0]], [[0.0, 1.0]], [[0.0, 0.5]]]))
    [('a', 'b')]
    """
    pairs = list(itertools.combinations(range(len(names)), 2))
    bound = _bound(len(pairs) * rows.shape[2])
    same = {(i, j) for i, j in pairs if not _apart(rows[i], rows[j], bound)}
    return [tuple(names[k] for k in group) for group in _groups(len(names), same)]


def _bound(comparisons: int) -> float:
    from scipy.special import ndtri

    return float(-ndtri(ERROR_RATE / (2 * max(comparisons, 1))))


def _apart(one: Floats, other: Floats, bound: float) -> bool:
    import numpy as np

    difference = (one - other)[np.isfinite(one - other).all(axis=1)]
    if not len(difference):
        return True
    difference = np.where(abs(difference) <= SAME, 0, difference)
    mean = abs(difference.mean(axis=0))
    if len(difference) == 1:
        return bool((mean > 0).any())
    error = difference.std(axis=0, ddof=1) / len(difference) ** 0.5
    return bool((mean > bound * error).any())


def _groups(count: int, same: set[tuple[int, int]]) -> list[list[int]]:
    groups: list[list[int]] = []
    for row in range(count):
        for group in groups:
            if all((member, row) in same for member in group):
                group.append(row)
                break
        else:
            groups.append([row])
    return [group for group in groups if len(group) > 1]
