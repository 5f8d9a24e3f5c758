"""All arrangements at the same draws of the stakes, solved together by regimes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction

import numpy as np

from deterrence.errors import InputError
from deterrence.guarantee.catalogue import arrangements
from deterrence.guarantee.crisis import PLAYERS, STAGES, guarantee_game
from deterrence.guarantee.payoffs import PREPARATIONS
from deterrence.guarantee.scenario import Scenario
from deterrence.guarantee.scenario_tree import ScenarioTree
from deterrence.oped.draws import draw_stakes
from deterrence.oped.ranking import Ranking
from deterrence.oped.steps import Steps
from deterrence.oped.trees import formulas
from deterrence.study.sampling import Progress, Sample, Sampling

__all__ = ["AUDITED", "SOLUTIONS", "ArrangementSample", "compare_arrangements", "solve_ranking"]

SOLUTIONS, AUDITED = 4000, 100  # by default

REPAIRS = 3  # audits that may be learnt from; each takes other points
CHOOSER = "Ukraine"  # prepares first, without private information, seen by all


class ArrangementSample:
    """Arrangements at draws of the stakes, and the sampling of all of them together.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
    draws : int
        As for `draw_stakes`.
    seed : int
    jobs : int or None
        As for `solve_points`.
    store : path, optional
        As for `Sampling`.

    Raises
    ------
    InputError
        If the scenarios do not play the six stages that a guarantee game has by default.
    """

    def __init__(
        self,
        scenarios: Mapping[str, Scenario],
        draws: int,
        *,
        seed: int = 0,
        jobs: int | None = None,
        store: str | os.PathLike[str] | None = None,
    ) -> None:
        _check(scenarios)
        self.scenarios, self.count = dict(scenarios), draws
        drawn = draw_stakes(draws, seed)
        self.game = formulas(next(iter(self.scenarios.values())))
        rows = [
            _row(scenario, point, self.game.parameters)
            for scenario in self.scenarios.values()
            for point in drawn
        ]
        points = {name: np.array([row[name] for row in rows]) for name in self.game.parameters}
        self.stakes = {n: column[:draws] for n, column in points.items() if n in drawn[0]}
        after = {way: guarantee_game(fixed={"preparation": way}) for way in PREPARATIONS}
        self.sampling = Sampling(
            self.game,
            after,
            CHOOSER,
            points,
            rng=np.random.default_rng([seed, 1]),
            jobs=jobs,
            store=store,
        )

    def ranking(self, sample: Sample) -> Ranking:
        """What was found, by arrangement."""
        shape = (len(self.scenarios), self.count, len(sample.outcomes))
        order = [*(o for o in sample.outcomes if o not in PLAYERS), *PLAYERS]
        places = [sample.outcomes.index(o) for o in order]
        least, most = (side.reshape(shape)[:, :, places] for side in (sample.least, sample.most))
        return Ranking(
            self.scenarios, tuple(order), self.stakes, least, most, sample.status, sample.audit
        )


def _row(
    scenario: Scenario, drawn: Mapping[str, Fraction], names: tuple[str, ...]
) -> dict[str, float]:
    values = {**scenario.values(), **drawn}
    return {name: float(values[name]) for name in names}


def _check(scenarios: Mapping[str, Scenario]) -> None:
    if len(scenarios) < 2:
        raise InputError("there is nothing to compare; give at least two scenarios.")
    for name, scenario in scenarios.items():
        if scenario.tree != ScenarioTree(STAGES):
            raise InputError(
                f"{name} does not play the stages {', '.join(STAGES)}, each as a choice, which all "
                "have to play here. Compare it with `deterrence.oped.comparison.compare`."
            )


def compare_arrangements(
    scenarios: Mapping[str, Scenario] | None = None,
    *,
    draws: int = 256,
    rng: int = 0,
    solutions: int = SOLUTIONS,
    audited: int = AUDITED,
    store: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Ranking:
    """Compare arrangements over draws of the stakes: what is robust, and which one is best.

    Parameters
    ----------
    scenarios : mapping of str to Scenario, optional
        The real arrangements by default. A scenario's own stakes are not used.
    draws : int
        Of all stakes, independently and uniformly over their ranges, the same for each
        arrangement.
    rng : int
        The seed; 0 is one.
    solutions : int
        Complete solutions of parts of the game that plays are learnt from, at most.
    audited : int
        Complete solutions of the whole game that the result is compared with. Where one differs,
        it is learnt from and as many other points are solved, three times at most; after the last
        time its numbers replace those that differ.
    store : path, optional
        A folder where what is finished is kept, so that a run that was stopped goes on.
    jobs : int, optional
        How many processes; all cores by default.
    progress : callable, optional
        Called with (done, total), from 0 again for learning, evaluating and auditing.

    Returns
    -------
    Ranking
        Of all sequential equilibria that are known: those of the regimes found, held against
        complete solutions by the audit. It is never called complete.

    Raises
    ------
    InputError
        If there are fewer than two scenarios, one plays other stages, or `draws` or the seed
        cannot be one.

    Notes
    -----
    Plays are learnt once for all arrangements and draws together, so that time goes with how many
    different plays there are more than with how many draws.
    """
    chosen = dict(arrangements() if scenarios is None else scenarios)
    if isinstance(audited, bool) or not isinstance(audited, int) or audited < 0:
        raise InputError(f"audited = {audited!r}; give a whole number from 0 on.")
    sample = ArrangementSample(chosen, draws, seed=rng, jobs=jobs, store=store)
    return solve_ranking(sample, solutions, audited, _Told(progress))


class _Told(Steps):
    """Steps that nobody sees, with the counts given to a function."""

    def __init__(self, progress: Progress | None) -> None:
        super().__init__(quiet=True)
        self.progress = progress

    @contextmanager
    def step(self, title: str) -> Iterator[Progress]:
        """One step; gives the function to call with (done, total)."""
        yield self.progress or (lambda done, total: None)


def solve_ranking(sample: ArrangementSample, solutions: int, audited: int, steps: Steps) -> Ranking:
    """Learn, evaluate and audit a sample of arrangements.

    Parameters
    ----------
    sample : ArrangementSample
    solutions, audited : int
        As for `compare_arrangements`.
    steps : Steps
        Where progress is shown.

    Returns
    -------
    Ranking
    """
    sampling = sample.sampling
    with steps.step(f"Learning what is played at {len(sampling):,} points") as report:
        sampling.learn(solutions, report)
    return sample.ranking(_audited(sampling, audited, steps))


def _audited(sampling: Sampling, count: int, steps: Steps) -> Sample:
    """Evaluated, audited, and learnt from where the audit found something wrong."""
    repaired = 0
    for left in reversed(range(REPAIRS + 1)):
        with steps.step("Evaluating all points") as report:
            found = sampling.evaluate(report)
        with steps.step("Solving points that formulas do not reach") as report:
            found = sampling.settle(found, progress=report)
        if not count:
            return found
        with steps.step("Auditing") as report:
            found, wrong = sampling.audit(found, count, report)
        if not wrong or not left or not sampling.ask(wrong):
            break
        repaired += len(wrong)
    if found.audit is not None:
        found = replace(found, audit=replace(found.audit, repaired=repaired))
    return found
