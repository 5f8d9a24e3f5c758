"""Mixed stationary equilibria with a given support, by Newton's iteration from many starts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.optimize import root

from deterrence.equilibrium.markov_form import MarkovForm
from deterrence.equilibrium.markov_parts import Floats
from deterrence.equilibrium.markov_search import Support

__all__ = ["mixed_profiles", "rational_rows"]

STARTS = 6
NEAR = 1e-7  # two solutions closer than this are one
SMALL = 1e-9  # a probability below this belongs to a smaller support
SOLVED = 1e-10
DENOMINATOR = 10**6  # of probabilities that are tried as fractions


def mixed_profiles(form: MarkovForm, support: Support, seed: int = 0) -> list[Floats]:
    """Profiles that make everybody indifferent where it mixes.

    Not all of them: what Newton's iteration reaches from the middle and from drawn starts.

    Parameters
    ----------
    form : MarkovForm
    support : Support
        Settled everywhere.
    seed : int
        For the starts.

    Returns
    -------
    list of ndarray
        Probabilities of every action.
    """
    system = _System(form, support)
    rng = np.random.default_rng(seed)
    found: list[Floats] = []
    for n in range(STARTS):
        start = system.middle() if n == 0 else system.drawn(rng)
        try:
            solved = root(system.gaps, start, tol=1e-12)
        except np.linalg.LinAlgError:  # a step to where no profile is
            continue
        play = system.play(solved.x)
        if np.max(np.abs(system.gaps(solved.x))) > SOLVED or np.any(play[support.open] < SMALL):
            continue
        if all(np.max(np.abs(play - other)) > NEAR for other in found):
            found.append(play)
    return found


class _System:
    """Indifference where a support mixes; unknowns: all but the last probability of each set."""

    def __init__(self, form: MarkovForm, support: Support) -> None:
        self.form = form
        self.base = support.open.astype(float)
        rows = [spot.actions[support.open[spot.actions]] for spot in form.spots]
        self.mixing = [(spot, r) for spot, r in zip(form.spots, rows, strict=True) if len(r) > 1]

    def middle(self) -> Floats:
        return np.concatenate([np.full(len(r) - 1, 1 / len(r)) for _, r in self.mixing])

    def drawn(self, rng: np.random.Generator) -> Floats:
        return np.concatenate([rng.dirichlet(np.ones(len(r)))[:-1] for _, r in self.mixing])

    def play(self, x: Floats) -> Floats:
        play, at = self.base.copy(), 0
        for _, actions in self.mixing:
            part = x[at : at + len(actions) - 1]
            play[actions] = [*part, 1 - part.sum()]
            at += len(actions) - 1
        return play

    def gaps(self, x: Floats) -> Floats:
        form, play = self.form, self.play(x)
        nodes = form.nodes(form.values(play), play)
        gaps = []
        for spot, actions in self.mixing:
            worth = spot.weights(play) @ nodes[spot.below, spot.player]
            chosen = worth[np.searchsorted(spot.actions, actions)]
            gaps.append(chosen[:-1] - chosen[-1])
        return np.concatenate(gaps)


def rational_rows(form: MarkovForm, play: Floats, *, short: bool) -> list[tuple[Fraction, ...]]:
    """Probabilities as fractions that sum to one, by information set.

    Parameters
    ----------
    form : MarkovForm
    play : ndarray
    short : bool
        Whether to round to denominators up to a million, where the closed form may lie.

    Returns
    -------
    list of tuple of fractions.Fraction
    """
    rows = []
    for spot in form.spots:
        numbers = [Fraction(float(p)) for p in play[spot.actions]]
        if short:
            numbers = [p.limit_denominator(DENOMINATOR) for p in numbers]
        largest = max(range(len(numbers)), key=lambda k: numbers[k])
        rest = (p for k, p in enumerate(numbers) if k != largest)
        numbers[largest] = Fraction(1) - sum(rest, Fraction(0))
        rows.append(tuple(numbers))
    return rows
