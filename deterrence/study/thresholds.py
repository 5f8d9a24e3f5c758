"""Where along one parameter the set of plays changes, in any game and as finely as wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.games.tree import Game
from deterrence.study.adaptive import adaptive_sweep
from deterrence.study.points import Progress, check_game
from deterrence.study.regimes import Classifier

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["thresholds"]


def thresholds(
    game: Game,
    name: str,
    between: Sequence[Any] | None = None,
    *,
    fixed: Mapping[str, Any] | None = None,
    classify: Classifier | Sequence[str] | None = None,
    resolution: int = 2**20,
    audit: int = 50,
    rng: int | np.random.Generator = 0,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The intervals of one parameter between which the set of plays changes.

    Parameters
    ----------
    game : Game
        With formulas.
    name : str
        A parameter, or a tied name.
    between : (low, high), optional
        Its range in the game by default.
    fixed : mapping of str to number, optional
        The other parameters.
    classify, audit, rng, jobs, progress
        As for `adaptive_sweep`.
    resolution : int, optional
        Steps of the range to which thresholds are pinned down.

    Returns
    -------
    pandas.DataFrame
        A row for each interval in which nothing changes: from and to, the regimes that exist there
        (with " | " between them), and least and most of every event over it. At the ends of the
        range themselves ties may hold that hold nowhere else. Its ``attrs`` hold
        ``width``, the largest gap between one interval and the next, in which the threshold lies,
        and ``audit``.

    Raises
    ------
    ParameterError
        If the game has no such parameter, or does not know its range and none is given.

    Notes
    -----
    Two changes within one of the first 1,024 steps may be missed; the audit bounds how often. For a
    threshold as a formula see `region`.

    Examples
    --------
    >>> import deterrence as dt, sympy
    >>> prize = sympy.Symbol("prize")
    >>> attack = dt.Outcome({"Russia": prize - sympy.Rational(1, 3)}, ["attack"])
    >>> game = dt.Game(["Russia"], dt.Move("Russia", (), {
    ...     "attack": attack, "refrain": dt.Outcome({"Russia": 0})}))
    >>> found = dt.thresholds(game, "prize", (0, 1), jobs=1)
    >>> print(found[["from", "to", "regime"]].round(4).to_string(index=False))
      from     to   regime
    0.0000 0.3333 no event
    0.3333 1.0000   attack
    """
    import pandas as pd

    check_game(game, None)
    if not isinstance(name, str):
        raise ParameterError(f"name = {name!r}; give the name of one parameter.")
    ends = between if between is not None else _range(game, name)
    found = adaptive_sweep(
        game,
        {name: ends},
        resolution,
        fixed=fixed,
        classify=classify,
        audit=audit,
        rng=rng,
        jobs=jobs,
        progress=progress,
    )
    boxes = found.isel(box=np.argsort(found["lower"].values[:, 0]))
    border, regime = boxes["border"].values, boxes["regime"].values
    rows: list[dict[str, Any]] = []
    start = 0
    for n in range(1, len(border) + 1):
        # a border box parts two intervals, even if the regimes beside it have the same names
        if n < len(border) and not border[n] and not border[start] and regime[n] == regime[start]:
            continue
        if not border[start]:
            rows.append(_interval(boxes.isel(box=slice(start, n))))
        start = n
    # corners on the ends are looked at half a step inside, where no tie of the end itself holds
    low, high = (float(exact(end, f"the range of {name!r}")) for end in ends)
    if not border[0]:
        rows[0]["from"] = low
    if not border[-1]:
        rows[-1]["to"] = high
    table = pd.DataFrame(rows)
    starts, stops = (table[side].to_numpy(dtype=float) for side in ("from", "to"))
    width = float(np.max(starts[1:] - stops[:-1], initial=0.0))
    table.attrs = {"width": width, "audit": found.attrs["audit"]}
    return table


def _range(game: Game, name: str) -> tuple[Any, Any]:
    known = {*game.parameters, *game.tied}
    if name not in known:
        raise ParameterError(str(unknown("parameter", name, sorted(known))))
    ranges = [game.ranges[m] for m in game.tied.get(name, (name,)) if m in game.ranges]
    if not ranges:
        raise ParameterError(f"the game has no range for {name!r}; give one: between=(low, high).")
    return ranges[0]


def _interval(boxes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "from": float(boxes["lower"].values[0, 0]),
        "to": float(boxes["upper"].values[-1, 0]),
        "regime": str(boxes["regime"].values[0]),
    }
    for n, (outcome, kind) in enumerate(
        zip(boxes["outcome"].values, boxes["kind"].values, strict=True)
    ):
        if kind == "event":
            row[f"{outcome} (least)"] = float(boxes["least"].values[:, n].min())
            row[f"{outcome} (most)"] = float(boxes["most"].values[:, n].max())
    return row
