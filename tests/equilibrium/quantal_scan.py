"""Quantal responses of games of two actions, by scanning; shares no code with the package."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from scipy.optimize import brentq, root
from scipy.special import expit


def of_two_players(a: Any, b: Any, precision: float, grid: int = 8001) -> list[tuple[float, float]]:
    """Probabilities of both first actions, at every root of the one equation left.

    The second player's odds follow from the first one's; a pair of roots closer than the grid is
    missed.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)

    def response(x: Any) -> Any:
        p = expit(x)
        return precision * (p * (b[0, 0] - b[0, 1]) + (1 - p) * (b[1, 0] - b[1, 1]))

    def off(x: Any) -> Any:
        q = expit(response(x))
        return x - precision * (q * (a[0, 0] - a[1, 0]) + (1 - q) * (a[0, 1] - a[1, 1]))

    far = precision * float(np.ptp(a)) + 1
    xs = np.linspace(-far, far, grid)
    ys = off(xs)
    at = [brentq(off, xs[k], xs[k + 1]) for k in np.flatnonzero(ys[:-1] * ys[1:] < 0)]
    at += list(xs[ys == 0])
    return sorted((float(expit(x)), float(expit(response(x)))) for x in at)


def of_three_players(tables: Any, precision: float, grid: int = 240) -> list[tuple[float, ...]]:
    """Likewise for three players: the third one's odds follow from the others'.

    Newton's method starts from every cell of a grid over the first two players' log odds in which
    or next to which both equations may change sign.
    """
    u = [np.asarray(table, dtype=float) for table in tables]
    gaps = [np.moveaxis(t, i, 0)[0] - np.moveaxis(t, i, 0)[1] for i, t in enumerate(u)]

    def mean(gap: Any, p: Any, q: Any) -> Any:
        return (
            gap[0, 0] * p * q
            + gap[0, 1] * p * (1 - q)
            + gap[1, 0] * (1 - p) * q
            + gap[1, 1] * (1 - p) * (1 - q)
        )

    def off(x: Any, y: Any) -> tuple[Any, Any]:
        p, q = expit(x), expit(y)
        r = expit(precision * mean(gaps[2], p, q))
        return x - precision * mean(gaps[0], q, r), y - precision * mean(gaps[1], p, r)

    far = [precision * float(np.abs(gap).max()) + 1 for gap in gaps]
    xs, ys = (np.linspace(-f, f, grid) for f in far[:2])
    signs = [np.sign(v) for v in off(xs[:, None], ys[None, :])]
    both = np.logical_and.reduce([_changes(s) for s in signs])
    found: list[tuple[float, ...]] = []
    for i, j in zip(*np.nonzero(both), strict=True):
        done = root(lambda z: off(*z), (xs[i], ys[j]), tol=1e-13)
        if np.max(np.abs(off(*done.x))) < 1e-9:
            p, q = expit(done.x)
            point = (float(p), float(q), float(expit(precision * mean(gaps[2], p, q))))
            if not any(np.allclose(point, other, atol=1e-6) for other in found):
                found.append(point)
    return sorted(found)


def _changes(sign: Any) -> Any:
    """Points of a grid at or next to which a sign changes."""
    padded = np.pad(sign, 1, mode="edge")
    shape = sign.shape
    windows = [
        padded[i : i + shape[0], j : j + shape[1]] for i, j in itertools.product(range(3), repeat=2)
    ]
    return np.min(windows, axis=0) * np.max(windows, axis=0) <= 0
