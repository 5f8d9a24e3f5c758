"""A map whose cost grows with the borders: boxes that are halved only where plays change."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError, ParameterError
from deterrence.games.generators import generator
from deterrence.games.tree import Game
from deterrence.study.atlas import Atlas, rounded
from deterrence.study.ends import varied
from deterrence.study.learning import Learning
from deterrence.study.map_workers import Workers
from deterrence.study.mapping import evaluate
from deterrence.study.mesh import chunks
from deterrence.study.points import (
    check_game,
    check_names,
    exact_values,
    others_of,
    solve_points,
)
from deterrence.study.points_as_arrays import NO_VALUE
from deterrence.study.regime_sweep import AUDITS, Audit
from deterrence.study.regimes import SEPARATOR, Classifier, classifier, regimes_at
from deterrence.study.results import outcome_labels
from deterrence.study.run_request import check_fixed, check_run
from deterrence.study.version import package_version

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["adaptive_sweep"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Progress = Callable[[int, int], Any]
FIRST = 10  # halvings before anything is compared, shared by the axes; at least 3 of each
MOST_HALVINGS = 20
MOST_BOXES = 2_000_000
LARGEST_MESH = 1200


def adaptive_sweep(
    game: Game,
    axes: Mapping[str, Sequence[Any]],
    resolution: int = 1024,
    *,
    fixed: Mapping[str, Any] | None = None,
    classify: Classifier | Sequence[str] | None = None,
    audit: int = 100,
    rng: int | np.random.Generator = 0,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Map all plays over ranges of parameters, finely where they change and coarsely elsewhere.

    Parameters
    ----------
    game : Game
        With formulas.
    axes : mapping of str to (low, high)
        One to four parameters and their ranges.
    resolution : int, optional
        Boxes along each axis that the finest ones would make up, rounded up to a power of two.
    fixed, classify, rng, jobs
        As for `sweep`.
    audit : int, optional
        How many points inside boxes of equal corners are solved completely and compared.
    progress : callable, optional
        Called with how many boxes of the finest size are decided, and of how many; again from the
        start where an audit has found something new.

    Returns
    -------
    xarray.Dataset
        On box and axis: lower and upper. On box: border (whether its corners differ; such boxes
        are of the finest size), regime and regimes, as in `sweep`, over all its corners. On box and
        outcome: least and most over its corners. The attributes tell how many points were
        evaluated, what share of the volume lies in border boxes, and how the audit went.

    Raises
    ------
    ParameterError
        For names that the game does not have or lacks, and for ranges that are none or too wide.
    InputError
        For a resolution, or a number of axes, that is none or too large.

    Notes
    -----
    A box whose corners have the same plays is not divided, so that a region that lies between them
    is not seen; the audit bounds how often. What an audit finds is learnt, and the boxes are made
    again, up to five times. Corners on the ends of the ranges are moved inwards by
    half a box, since ties hold there that hold nowhere else.

    Examples
    --------
    >>> import deterrence as dt, sympy
    >>> prize = sympy.Symbol("prize")
    >>> attack = dt.Outcome({"Russia": prize - sympy.Rational(1, 3)}, ["attack"])
    >>> game = dt.Game(["Russia"], dt.Move("Russia", (), {
    ...     "attack": attack, "refrain": dt.Outcome({"Russia": 0})}))
    >>> found = dt.adaptive_sweep(game, {"prize": (0, 1)}, 1024, jobs=1)
    >>> border = found.isel(box=found.border.values)
    >>> [round(float(border[side].item()), 2) for side in ("lower", "upper")]
    [0.33, 0.33]
    """
    check_game(game, None)
    check_run(jobs, progress)
    check_fixed(fixed)
    names, low, high = _ranges(axes)
    others = others_of(game, names, fixed or {})
    check_names(game, [*others, *names], "adaptive_sweep")
    varied(game.at(others), dict(zip(names, zip(low, high, strict=True), strict=True)))
    halvings = _halvings(resolution, len(names))
    base = game.at(others) if others else game
    random = generator(rng)
    label, tell = classifier(game, classify), progress or (lambda done, total: None)
    work = _Refining(base, names, (low, high), halvings, label, random, jobs, tell)
    boxes, found = work.audited(audit)
    return _dataset(work, boxes, found, game, others)


def _ranges(axes: Mapping[str, Sequence[Any]]) -> tuple[tuple[str, ...], Floats, Floats]:
    if not isinstance(axes, Mapping) or not 1 <= len(axes) <= 4:
        raise InputError(f"axes are one to four parameters with their ranges, not {axes!r}.")
    low, high = [], []
    for name, given in axes.items():
        if isinstance(given, str) or not hasattr(given, "__len__") or len(given) != 2:
            raise ParameterError(f"the range of {name!r} is (low, high), not {given!r}.")
        ends = [exact_values({name: x}, f"the range of {name!r}")[name] for x in given]
        if ends[0] >= ends[1]:
            raise ParameterError(
                f"the range of {name!r} is empty: {given!r}; give low before high."
            )
        low.append(float(ends[0]))
        high.append(float(ends[1]))
    return tuple(axes), np.array(low), np.array(high)


def _halvings(resolution: int, axes: int) -> int:
    if isinstance(resolution, bool) or not isinstance(resolution, int) or resolution < 2:
        raise InputError(f"resolution = {resolution!r}; give a whole number of 2 or more.")
    found = math.ceil(math.log2(resolution))
    if found > MOST_HALVINGS:
        raise InputError(f"resolution = {resolution:,}; at most {2**MOST_HALVINGS:,} boxes a side.")
    return found


@dataclass(eq=False)
class _Corners:
    """What is known of corners, by their code.

    Attributes
    ----------
    codes : ndarray of int, sorted
    plays : ndarray of int
        The set of plays, by number.
    regimes : ndarray of int
        The set of regimes, by number.
    least, most : ndarray, shape (corners, outcomes)
    """

    codes: Whole
    plays: Whole
    regimes: Whole
    least: Floats
    most: Floats

    def joined(self, other: _Corners) -> _Corners:
        order = np.argsort(np.concatenate([self.codes, other.codes]), kind="stable")
        parts = [
            np.concatenate([getattr(self, k), getattr(other, k)])[order]
            for k in ("codes", "plays", "regimes", "least", "most")
        ]
        return _Corners(*parts)


@dataclass(frozen=True, eq=False)
class _Boxes:
    """Finished boxes: lower corners and sides on the finest lattice, and corners' places."""

    lower: Whole
    side: Whole
    corners: Whole


@dataclass(eq=False)
class _Refining:
    game: Game
    axes: tuple[str, ...]
    ranges: tuple[Floats, Floats]
    halvings: int
    label: Classifier
    rng: np.random.Generator
    jobs: int | None
    progress: Progress
    numbers: dict[frozenset[Any], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.atlas = Atlas(self.game, self.axes)
        self.workers = Workers(self.game, self.axes, 200_000, self.jobs)
        self.width = 2**self.halvings
        self.outcomes = len(outcome_labels(self.game))
        self._forget()

    def audited(self, count: int) -> tuple[_Boxes, Audit]:
        """Boxes and their audit; what an audit misses is learnt, and all is done again."""
        self.progress(0, self.width ** len(self.axes))
        self._learn()
        repaired = 0
        for _ in range(AUDITS):
            self._forget()
            boxes = self.run()
            audit, missed = self.audit(boxes, count)
            if not len(missed):
                break
            for stratum in np.unique(self.atlas.numbers.strata(missed)).tolist():
                self._ask(missed[self.atlas.numbers.strata(missed) == stratum], stratum)
            repaired += audit.missed
        found = repaired - audit.missed if len(missed) else repaired
        return boxes, Audit(audit.points, audit.missed, found, audit.incomplete)

    def _forget(self) -> None:
        nothing = np.zeros((0, self.outcomes))
        none = np.zeros(0, dtype=np.int64)
        self.known = _Corners(none, none, none, nothing, nothing)

    def run(self) -> _Boxes:
        """Halve until nothing is left to halve."""
        n = len(self.axes)
        start = min(max(FIRST // n, 3), self.halvings)
        side = self.width // 2**start
        steps = np.arange(0, self.width, side)
        todo = np.stack([g.ravel() for g in np.meshgrid(*[steps] * n, indexing="ij")], axis=1)
        done = []
        offsets = np.array(list(itertools.product((0, 1), repeat=n)))
        while len(todo):
            corners = (todo[:, None, :] + side * offsets[None]).reshape(-1, n)
            codes = self._codes(corners)
            self._evaluate(np.unique(codes))
            sets = self.known.plays[np.searchsorted(self.known.codes, codes)]
            sets = sets.reshape(len(todo), -1)
            mixed = (sets != sets[:, :1]).any(axis=1)
            final = ~mixed | (side == 1)
            boxes = codes.reshape(len(todo), -1)[final]
            done.append(_Boxes(todo[final], np.full(int(final.sum()), side), boxes))
            side //= 2
            todo = (todo[~final][:, None, :] + side * offsets[None]).reshape(-1, n)
            self.progress(self.width**n - len(todo) * side**n, self.width**n)
            if sum(len(b.lower) for b in done) + len(todo) > MOST_BOXES:
                raise InputError(
                    f"the map would have more than {MOST_BOXES:,} boxes; lower the resolution."
                )
        parts = [
            np.concatenate([getattr(b, k) for b in done]) for k in ("lower", "side", "corners")
        ]
        return _Boxes(*parts)

    def _learn(self) -> None:
        count = max(2, int(LARGEST_MESH ** (1 / len(self.axes))))
        steps = [np.linspace(0, self.width, min(count, self.width + 1)).round() for _ in self.axes]
        lattice = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1)
        mesh = self.points(lattice.reshape(-1, len(self.axes))).reshape(lattice.shape)
        Learning(self.atlas, mesh, self.workers.solve, self.rng, lambda n, k: None).run()

    def points(self, lattice: NDArray[Any]) -> Floats:
        """Coordinates of lattice points; the outermost are half a step inside the range."""
        low, high = self.ranges
        return np.asarray(low + (high - low) * (lattice + 0.5) / (self.width + 1))

    def _codes(self, lattice: Whole) -> Whole:
        return np.asarray(np.ravel_multi_index(list(lattice.T), [self.width + 1] * len(self.axes)))

    def lattice(self, codes: Whole) -> Whole:
        """The reverse of `_codes`."""
        shape = [self.width + 1] * len(self.axes)
        return np.stack(np.unravel_index(codes, shape), axis=1).astype(np.int64)

    def _evaluate(self, codes: Whole) -> None:
        new = np.setdiff1d(codes, self.known.codes)
        if not len(new):
            return
        points = self.points(self.lattice(new))
        strata = self.atlas.numbers.strata(points)
        self._unknown(points, strata)
        size = len(new)
        plays: list[set[str]] = [set() for _ in range(size)]
        regimes: list[set[str]] = [set() for _ in range(size)]
        least = np.full((size, self.outcomes), np.nan)
        most = least.copy()
        for chunk in chunks(np.flatnonzero(strata != NO_VALUE), strata[strata != NO_VALUE]):
            part = evaluate(self.atlas, chunk, points[chunk.places])
            least[chunk.places], most[chunk.places] = part.least.T, part.most.T
            for name, exists, patterns in part.plays:
                for place in chunk.places[exists].tolist():
                    plays[place].add(name)
                for here, outcome in patterns:
                    text = self.label(outcome)
                    for place in chunk.places[here].tolist():
                        regimes[place].add(text)
        self.known = self.known.joined(
            _Corners(new, self._numbered(plays), self._numbered(regimes), least, most)
        )

    def _unknown(self, points: Floats, strata: Whole) -> None:
        """Learn strata that the mesh had no point of."""
        for stratum in np.unique(strata[strata != NO_VALUE]).tolist():
            if stratum not in self.atlas.sheets:
                self._ask(points[strata == stratum][:3], stratum)

    def _ask(self, points: Floats, stratum: int) -> None:
        for row in points:
            sheet = self.atlas.sheet(stratum, row)
            for block in range(len(sheet.blocks)):
                (question,) = self.atlas.questions(stratum, block, row[None], [None])
                (answer,) = self.workers.solve([question])
                self.atlas.learn(question, answer)

    def _numbered(self, sets: Sequence[set[str]]) -> Whole:
        found = [self.numbers.setdefault(frozenset(s), len(self.numbers)) for s in sets]
        return np.array(found, dtype=np.int64)

    def audit(self, boxes: _Boxes, count: int) -> tuple[Audit, Floats]:
        """Solve points inside undivided boxes; how many differ from their corners, and which."""
        inside = np.flatnonzero(~self.border(boxes))
        if not len(inside):
            return Audit(0, 0, 0, 0), np.zeros((0, len(self.axes)))
        volume = boxes.side[inside].astype(float) ** len(self.axes)
        chosen = self.rng.choice(inside, count, p=volume / volume.sum())
        shift = self.rng.random((count, len(self.axes))) * boxes.side[chosen][:, None]
        points = rounded(self.points(boxes.lower[chosen] + shift))
        exact = [dict(zip(self.axes, map(_decimal, row), strict=True)) for row in points]
        results = solve_points(self.game, exact, jobs=self.jobs)
        names = {number: names for names, number in self.numbers.items()}
        differs = np.zeros(count, dtype=bool)
        for n, (box, result) in enumerate(zip(chosen, results, strict=True)):
            place = np.searchsorted(self.known.codes, boxes.corners[box, 0])
            expected = names[int(self.known.regimes[place])]
            differs[n] = set(regimes_at(result.outcomes, self.label)) != expected
        incomplete = sum(not result.complete for result in results)
        return Audit(count, int(differs.sum()), 0, incomplete), points[differs]

    def border(self, boxes: _Boxes) -> NDArray[np.bool_]:
        """Which boxes have corners that differ."""
        sets = self.known.plays[np.searchsorted(self.known.codes, boxes.corners)]
        return np.asarray((sets != sets[:, :1]).any(axis=1))


def _decimal(x: float) -> Fraction:
    return Fraction(repr(float(x)))


def _dataset(
    work: _Refining,
    boxes: _Boxes,
    audit: Audit,
    game: Game,
    others: Mapping[str, Fraction],
) -> xr.Dataset:
    import json

    import xarray as xr

    labels = outcome_labels(game)
    places = np.searchsorted(work.known.codes, boxes.corners)
    border = work.border(boxes)
    names = {number: names for names, number in work.numbers.items()}
    sets = [
        sorted(frozenset().union(*(names[k] for k in set(row))))
        for row in work.known.regimes[places].tolist()
    ]
    volume = boxes.side.astype(float) ** len(work.axes)
    return xr.Dataset(
        {
            "lower": (("box", "axis"), work.points(boxes.lower)),
            "upper": (("box", "axis"), work.points(boxes.lower + boxes.side[:, None])),
            "border": ("box", border),
            "regime": ("box", np.array([SEPARATOR.join(s) for s in sets], dtype=object)),
            "regimes": ("box", np.array([len(s) for s in sets])),
            "least": (("box", "outcome"), work.known.least[places].min(axis=1)),
            "most": (("box", "outcome"), work.known.most[places].max(axis=1)),
        },
        coords={
            "axis": list(work.axes),
            "outcome": list(labels),
            "kind": ("outcome", list(labels.values())),
        },
        attrs={
            "computed": "deterrence.adaptive_sweep: boxes halved where their corners' plays differ",
            "evaluated": len(work.known.codes),
            "finest": work.width,
            "share_in_border_boxes": float(volume[border].sum() / volume.sum()),
            "audit": str(audit),
            "repaired": audit.repaired,
            "audited": audit.points,
            "missed": audit.missed,
            "fixed": json.dumps({name: str(value) for name, value in others.items()}),
            "version": package_version(),
        },
    )
