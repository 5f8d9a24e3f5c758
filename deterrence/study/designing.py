"""The best instruments of a game, by the best and by the worst of its equilibria."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError, unknown
from deterrence.games.generators import generator
from deterrence.games.tree import Game
from deterrence.study.design_audit import Survey
from deterrence.study.design_binding import bindings, flat_axes, kind_of
from deterrence.study.design_record import RULES, Check, Design, Optimum, Surface
from deterrence.study.design_search import Peak, View, beside, peak_of
from deterrence.study.design_space import Space, space_of, with_stakes
from deterrence.study.design_stakes import against_more, regret_of
from deterrence.study.goals import Goal, goal_of
from deterrence.study.landscape import Landscape, Seen
from deterrence.study.mapping import told
from deterrence.study.points import Progress, check_game
from deterrence.study.run_request import check_fixed, check_run, list_of

__all__ = ["design"]

Floats = NDArray[np.float64]
_Checked = tuple[Peak, tuple[Check, ...], float]  # the last: the value exactly at a limit
ROUNDS = 6  # of searching again after a complete solution at an optimum brought new plays
ASIDE = 1e-6  # of the range: how far from a border that has no short fractions it is solved
LOWER = 1e-8  # a limit whose own value falls short by less has it


def design(
    game: Game,
    best_for: str | Mapping[str, Any] | None = None,
    over: Mapping[str, Any] | Iterable[str] | None = None,
    *,
    cost: Any = None,
    at_most: Mapping[str, Any] | None = None,
    at_least: Mapping[str, Any] | None = None,
    select: str | Iterable[str] = ("worst", "best"),
    fixed: Mapping[str, Any] | None = None,
    stakes: Any = None,
    samples: int = 16,
    robust: bool = False,
    grid: int | None = None,
    audit: int = 20,
    rng: int | np.random.Generator = 0,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Design:
    """The instruments that are best for a goal.

    Parameters
    ----------
    game : Game
        With formulas.
    best_for : str or mapping of str to number, optional
        A player, whose payoff is to be as high as possible; or weights by player (payoff) and
        event (probability) of a sum that is. May be left out where a cost is given.
    over : mapping of str to (low, high), or iterable of str, optional
        The instruments, at most six, with their bounds where these are not the game's ranges; all
        parameters that are not fixed if missing. A tied name moves all its members.
    cost : sympy expression, optional
        In the parameters; taken from the goal. Alone, it is to be as low as possible.
    at_most, at_least : mapping of str to number, optional
        Required probabilities by event and payoffs by player, ``at_most={"attack": "0.1"}``.
    select : str or iterable of {"worst", "best"}
        How instruments with several equilibria are judged: by the worst of them, which is what
        they guarantee, or by the best. By the worst, requirements must hold in all equilibria; by
        the best, the best equilibrium that meets them counts.
    fixed : mapping of str to number, optional
        The other parameters, and the stakes as judged. Instruments go before it.
    stakes : mapping of str to (low, high), iterable of str, or list of mappings, optional
        What may be misjudged: parameters with ranges (the game's by default), from which draws are
        made, or the draws themselves. The optimum then has its regret at each draw.
    samples : int
        How many draws, if stakes are given by ranges.
    robust : bool
        The goal is then the least over the draws of the stakes, and where they come from ranges
        over what 2,000 further draws add; `fixed` needs no stakes.
    grid : int, optional
        Points of the fine grid along each instrument: by default 1,001 for one instrument, 101 for
        two, 21 for three and fewer for more.
    audit : int
        At how many points of the grid complete solutions are compared with the search.
    rng : int or numpy.random.Generator
        Of the choice of points and draws.
    jobs : int, optional
        Processes that solve; see `solve_points`.
    progress : callable, optional
        Called with (steps done, steps) as the work goes on.

    Returns
    -------
    Design
        With one `Optimum` for each rule in `select`.

    Raises
    ------
    ParameterError
        Before any work, for parameters that are unknown, left open, without a range, or both
        instrument and stake.
    LabelError
        Before any work, for an unknown player, event or rule.
    InputError
        Before any work, for a goal that is none.
    LimitError
        For more than six instruments, a grid of more than four million points, or more draws of
        stakes than can be compared, 10,000 at most.

    Notes
    -----
    Plays are learnt from complete solutions at points of a coarse grid, as by ``sweep(...,
    method="regimes")``, evaluated on the fine grid, and climbed from the best point of each of
    the eight best regimes on ever finer grids. That is global as far as the fine grid sees every
    regime: one that lies between its points is missed. With three or more instruments two at a
    time are climbed along, so that an edge where several borders meet may hold up the search; the
    value is never below the best on the grid.

    Inside the range of parameters sets of sequential equilibria are closed where the tree is the
    same: at a border between regimes the plays of both sides exist. So by the best equilibrium a
    highest value is attained, and by the worst one it may only be approached: exactly on the
    border the worse plays are equilibria too. The record says which, from both sides of the border
    and from a complete solution on it where it lies at fractions with denominators up to 1,000.
    Equilibria that exist on a border only are met where the border goes through points of the fine
    grid (as many as `audit`, the highest first) and at the optimum itself.
    By the best equilibrium requirements are checked at the corners of families of equilibria, not
    at mixtures of their outcomes.

    The worst case of a robust design is over the draws that `Design.draws` holds. Stakes that do
    more harm may lie between them, or be left when the rounds of adding such stakes are used up.

    Only sequential equilibria are considered.

    Examples
    --------
    The least strength at which Russia refrains, at the best and at any equilibrium:

    >>> import deterrence as dt, sympy
    >>> strength = sympy.Symbol("strength")
    >>> attack = dt.Outcome({"Russia": 1 - 2 * strength}, ["attack"])
    >>> game = dt.Game(
    ...     ["Russia"],
    ...     dt.Move("Russia", (), {"attack": attack, "refrain": dt.Outcome({"Russia": 0})}),
    ...     ranges={"strength": (0, 1)},
    ... )
    >>> found = design(game, cost=strength, at_most={"attack": 0}, jobs=1)
    >>> found.best
    <best: -0.5 at strength = 0.5, border>
    >>> found.best.attained, found.worst.attained
    (True, False)
    """
    began = time.perf_counter()
    check_game(game, None)
    rules = _rules(select)
    goal = goal_of(game, best_for, cost, at_most, at_least)
    if isinstance(audit, bool) or not isinstance(audit, int) or audit < 0:
        raise InputError(f"audit = {audit!r}; give the number of points to solve again, 0 or more.")
    check_run(jobs, progress)
    check_fixed(fixed)
    random = generator(rng)
    space = space_of(game, over, fixed or {}, stakes, samples, robust, grid, random)
    if robust and not len(space.draws):
        raise InputError("a robust design needs stakes that vary: give their names in stakes.")
    work = _Designing(game, goal, space, robust, audit, random, jobs, progress)
    return work.run(rules, began)


def _rules(select: str | Iterable[str]) -> tuple[str, ...]:
    rules = list_of(select, "select")
    for rule in rules:
        if rule not in RULES:
            raise unknown("selection rule", rule, RULES)
    if not rules:
        raise InputError(f"name at least one selection rule: {', '.join(RULES)}.")
    return tuple(dict.fromkeys(rules))


class _Designing:
    def __init__(
        self,
        game: Game,
        goal: Goal,
        space: Space,
        robust: bool,
        audit: int,
        random: np.random.Generator,
        jobs: int | None,
        progress: Progress | None,
    ) -> None:
        self.goal, self.space, self.robust, self.random = goal, space, robust, random
        self.progress = progress or (lambda done, total: None)
        rest = game.at(space.others) if space.others else game
        land = Landscape(rest, space.axes, goal, space.others, random, jobs)
        self.points, self.audit = space.grid(), audit
        self.survey = Survey(land, self.points, random, jobs)
        self.view = View(land, space, space.draws if robust else space.base[None])
        self.done = self.steps = 0

    def run(self, rules: tuple[str, ...], began: float) -> Design:
        self.steps = 3 + len(rules)
        self.progress(0, self.steps)
        land, space = self.survey.land, self.space
        land.learn(space.mesh(self.view.stakes))
        if len(space.draws) and not self.robust:
            land.learn(space.mesh(space.draws))
        self._tell()
        self.seen, missed = self.survey.audited(self.view, self.audit)
        self._tell()
        peaks = self._peaks(rules)
        self._tell()
        optima = {rule: self._optimum(rule, peaks[rule]) for rule in rules}
        return Design(
            goal=str(self.goal),
            over={n: (float(a), float(b)) for n, (a, b) in space.over.items()},
            fixed={n: float(x) for n, x in space.others.items()},
            robust=self.robust,
            optima=optima,
            surface=self._surface(self.seen),
            draws=self._draws(),
            audited=min(self.audit, len(self.points)),
            missed=missed,
            solved=land.solved,
            seconds=time.perf_counter() - began,
        )

    def _tell(self) -> None:
        self.done += 1
        self.progress(self.done, self.steps)

    # -- the optimum by one rule ---------------------------------------------------------------

    def _peaks(self, rules: tuple[str, ...]) -> dict[str, _Checked | None]:
        """The peaks by all rules, searched again as long as complete solutions add plays there."""
        found: dict[str, _Checked | None] = {}
        for n in range(ROUNDS):
            draws = len(self.view.stakes)  # which a rule may add to, for all of them
            found = {rule: self._peak(rule, more=n < ROUNDS - 1) for rule in rules}
            wrong = [c for one in found.values() if one for c in one[1] if not c.agrees]
            rows = [[check.point[name] for name in self.space.axes] for check in wrong]
            learnt = bool(rows) and self.survey.land.ask(np.array(rows)) > 0
            if not learnt and len(self.view.stakes) == draws:
                break
            self.seen = self.survey.grid(self.view, self.audit)
        return found

    def _peak(self, rule: str, more: bool) -> _Checked | None:
        peak = peak_of(self.view, rule, self.points, self.seen)
        if peak is None:
            return None
        if self.robust and more and None not in self.space.stakes.values():
            self.view, peak = against_more(self.view, rule, peak, self.points, self.random)
            self.seen = self.survey.grid(self.view, self.audit)
        peak, check, limit = self._verified(rule, peak)
        if not self.robust:
            return peak, (check,), limit
        others = self.survey.check(rule, with_stakes(peak.near[None], self.view.stakes))
        return peak, (check, *others), limit

    def _optimum(self, rule: str, checked: _Checked | None) -> Optimum:
        if checked is None:
            return Optimum(rule, {}, float("nan"), "none")
        peak, checks, limit = checked
        found = bindings(self.view, rule, peak)
        top = int(self.seen.values[rule].argmax())
        stakes = self.view.least(rule, peak.near)
        play, outcome = self._played(rule, np.concatenate([peak.near, stakes]))
        record = Optimum(
            rule,
            self._named(peak.point),
            peak.value,
            kind_of(found),
            found,
            peak.attained,
            self._named(peak.near),
            checks[0].searched,
            limit,
            play,
            outcome,
            flat_axes(self.view, rule, peak),
            checks,
            dict(zip(self.space.over, peak.exact or (), strict=False)),
            float(self.seen.values[rule][top]),
            self._named(self.points[top]),
            dict(zip(self.space.stakes, stakes.tolist(), strict=True)) if self.robust else {},
        )
        record = dataclasses.replace(record, regret=regret_of(self.view, rule, peak.near))
        self._tell()
        return record

    def _named(self, point: Floats) -> dict[str, float]:
        return dict(zip(self.space.over, point.tolist(), strict=True))

    def _verified(self, rule: str, peak: Peak) -> tuple[Peak, Check, float]:
        """A complete solution at the optimum, or beside it and at the limit if not attained."""
        stakes = self.view.least(rule, peak.inner)
        near = np.concatenate([peak.near, stakes])[None]
        exact = dict(zip(self.space.over, peak.exact or (), strict=False))
        if not peak.attained:
            (check,) = self.survey.check(rule, near)
            if not exact:
                return peak, check, float("nan")
            stakes = self.view.least(rule, peak.point)  # others may do worst on the border itself
            (limit,) = self.survey.check(rule, np.concatenate([peak.point, stakes])[None], exact)
            if not limit.complete:
                return peak, check, float("nan")
            if limit.solved < peak.value - LOWER:
                return peak, check, limit.solved
            return *self._had(peak, limit), float("nan")
        (check,) = self.survey.check(rule, near, exact)
        check = dataclasses.replace(check, searched=peak.value)
        if check.agrees:
            return peak, check, float("nan")
        if rule == "best" and check.complete and check.solved > peak.value:
            return *self._had(peak, check), float("nan")
        aside = beside(self.view, rule, peak.inner, ASIDE * (self.space.high - self.space.low))
        (again,) = self.survey.check(rule, np.concatenate([aside, stakes])[None])
        worse = rule == "worst" and check.complete and check.solved < peak.value
        limit_value = check.solved if worse else float("nan")
        return dataclasses.replace(peak, near=aside, attained=not worse), again, limit_value

    @staticmethod
    def _had(peak: Peak, check: Check) -> tuple[Peak, Check]:
        """A value that equilibria on the border alone bring about, at the point itself."""
        value = check.solved
        peak = dataclasses.replace(peak, value=value, near=peak.point, attained=True)
        return peak, dataclasses.replace(check, searched=value)

    def _played(self, rule: str, row: Floats) -> tuple[str, dict[str, float]]:
        """The selected play at a point, and its outcome."""
        sign = 1 if rule == "best" else -1
        options = [
            (sign * self.goal.worth(outcome), told(name), dict(outcome))
            for name, ends in self.survey.land.names(row).items()
            for outcome in ends
            if rule == "worst" or self.goal.allowed(outcome)
        ]
        if not options:
            return "", {}
        _, play, outcome = max(options, key=lambda one: one[0])
        return play, outcome

    def _draws(self) -> Any:
        import pandas as pd

        stakes = self.view.stakes if self.robust else self.space.draws
        return pd.DataFrame(stakes, columns=list(self.space.stakes))

    def _surface(self, seen: Seen) -> Surface:
        shape = (self.space.side,) * len(self.space.over)
        axes = dict(zip(self.space.over, self.space.lines(), strict=True))
        return Surface(axes, {rule: v.reshape(shape) for rule, v in seen.values.items()})
