"""Checks a Markov profile from scratch: what it is worth, and whether anybody gains by one move.

Payoffs and transitions are exact rationals. The worth of states solves linear equations: exactly
where there are few states, else in an enclosure with a proven error (the equations contract, so
what is left over, divided by one minus the discount factor, bounds the error). By the one-shot
deviation principle a profile is an equilibrium of every subgame if no single deviation gains
(discounting makes the game continuous at infinity). Shares no code with the solvers.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from deterrence.equilibrium.markov_values import Line, backwards, stationary
from deterrence.errors import InputError
from deterrence.games.stochastic import StochasticGame
from deterrence.games.structure import CHANCE, OUTCOME, Structure

__all__ = ["Gain", "MarkovCertificate", "check_markov"]

TOLERANCE = Fraction(1, 10**9)  # of a player's payoff span, where a profile was rounded

Play = Sequence[Sequence[Fraction]]  # by information set, the probability of every action


@dataclass(frozen=True)
class Gain:
    """What one deviation is worth.

    Attributes
    ----------
    period : int
        Where the profile is the same in all periods, 0.
    player : str
    state, knows : hashable
    action : str
    gain : fractions.Fraction
        At most; negative where the deviation loses.
    """

    period: int
    player: str
    state: Hashable
    knows: Any
    action: str
    gain: Fraction

    def __str__(self) -> str:
        return (
            f"{self.player} in state {self.state!r} at {self.knows!r} gains "
            f"{float(self.gain):.4g} by playing {self.action!r} once"
        )


@dataclass(frozen=True)
class MarkovCertificate:
    """What the check found.

    Attributes
    ----------
    regret : fractions.Fraction
        An upper bound on what any single deviation gains, in any state and at any information set.
    margin : fractions.Fraction or None
        The least loss of an action that is not played, at least; None where all are.
    error : fractions.Fraction
        Bound on the error of the values of states: 0 where the equations were solved exactly.
    exact : bool
        Whether the regret is proven to be 0.
    holds : bool
        Whether no deviation is known to gain: by more than what the errors of values leave open,
        and where the profile was rounded, by more than 1e-9 of a player's span of payoffs.
    gains : tuple of Gain
        The deviations that gain.
    values : tuple of tuple of tuple of fractions.Fraction
        By period, state and player; one period where the profile is stationary.
    """

    regret: Fraction
    margin: Fraction | None
    error: Fraction
    exact: bool
    holds: bool
    gains: tuple[Gain, ...]
    values: tuple[tuple[tuple[Fraction, ...], ...], ...]

    def __str__(self) -> str:
        if not self.holds:
            return f"Not a Markov perfect equilibrium: {self.gains[0]}."
        how = "exactly" if self.exact else "up to rounding"
        return f"A Markov perfect equilibrium, {how}: no deviation gains more than " + (
            "0." if self.exact else f"{float(self.regret):.2g}."
        )


def check_markov(game: StochasticGame, profile: Sequence[Play]) -> MarkovCertificate:
    """Check a profile of a stochastic game with numbers.

    Parameters
    ----------
    game : StochasticGame
        In which every information set is reached in its subgame, whatever is played.
    profile : sequence of sequence of sequence of fractions.Fraction
        By period, information set (in the order of ``game.stages``) and action. One period stands
        for a stationary profile of a game without horizon.

    Returns
    -------
    MarkovCertificate

    Raises
    ------
    InputError
        If the profile does not fit the game, or holds what is no probability.
    """
    _check_profile(game, profile)
    starts = game.stages.structure.children[0]
    factors = list(game.discount.values())
    stages = [_lines(game, play) for play in profile]
    roots = [[lines[n] for n in starts] for lines in stages]
    if game.horizon is None:
        values, errors = stationary(roots[0], factors)
        before, wrong = [values], [errors]
    else:
        before, wrong = backwards(roots, factors)
    players = range(len(game.players))
    following = before if game.horizon is None else [*before[1:], _nothing(game)]
    off = wrong if game.horizon is None else [*wrong[1:], [Fraction(0) for _ in players]]
    found = [
        gain
        for t, play in enumerate(profile)
        for gain in _gains(game, play, stages[t], following[t], off[t], t)
    ]
    return _verdict(game, profile, found, before, max(max(e) for e in wrong))


def _verdict(
    game: StochasticGame,
    profile: Sequence[Play],
    found: list[tuple[Gain, bool, Fraction]],
    values: list[list[list[Fraction]]],
    error: Fraction,
) -> MarkovCertificate:
    regret = max((g.gain for g, *_ in found), default=Fraction(0))
    regret = max(regret, Fraction(0))
    spans = _spans(game)
    exact = regret == 0
    pure = all(p in (0, 1) for play in profile for row in play for p in row)
    let = Fraction(0) if pure else TOLERANCE
    gains = tuple(g for g, _, doubt in found if g.gain > let * spans[g.player] + 2 * doubt)
    losses = [-g.gain for g, played, _ in found if not played]
    return MarkovCertificate(
        regret=regret,
        margin=min(losses) if losses else None,
        error=error,
        exact=exact,
        holds=not gains,
        gains=tuple(sorted(gains, key=lambda g: -g.gain)),
        values=tuple(tuple(tuple(row) for row in period) for period in values),
    )


def _check_profile(game: StochasticGame, profile: Sequence[Play]) -> None:
    sets, periods = game.stages.structure.sets, 1 if game.horizon is None else game.horizon
    if len(profile) != periods:
        raise InputError(f"the profile has {len(profile)} periods; this game takes {periods}.")
    for play in profile:
        if len(play) != len(sets):
            raise InputError(f"give a row of probabilities for each of {len(sets)} sets.")
        for own, row in zip(sets, play, strict=True):
            if len(row) != len(own.actions) or sum(row) != 1 or any(p < 0 for p in row):
                raise InputError(
                    f"{list(map(str, row))} are no probabilities of {', '.join(own.actions)}; they "
                    "lie in [0, 1] and sum to 1 exactly."
                )


def _nothing(game: StochasticGame) -> list[list[Fraction]]:
    return [[Fraction(0)] * len(game.players) for _ in game.states]


def _spans(game: StochasticGame) -> dict[str, Fraction]:
    s, numbers = game.stages.structure, game.stages.numbers
    rows = [[numbers[k] for k in pay] for pay in s.payoffs if pay is not None]
    return {
        p: max(r[i] for r in rows) - min(r[i] for r in rows) for i, p in enumerate(game.players)
    }


# --- one period


def _lines(game: StochasticGame, play: Play) -> list[Line]:
    """By node, its worth as affine in the values of states."""
    s, numbers = game.stages.structure, game.stages.numbers
    found: list[Any] = [None] * len(s)
    for node in range(len(s) - 1, 0, -1):
        if s.kind[node] == OUTCOME:
            steps = {n: p for n, p in game.transitions(node).items() if p}
            found[node] = Line(tuple(numbers[k] for k in s.payoffs[node] or ()), steps)
            continue
        below = s.children[node]
        if s.kind[node] == CHANCE:
            odds = [numbers[(s.chance[c] or ())[0]] for c in below]
        else:
            odds = list(play[s.set_of[node]])
        found[node] = _mixed([(p, found[c]) for p, c in zip(odds, below, strict=True) if p])
    return found


def _mixed(parts: Sequence[tuple[Fraction, Line]]) -> Line:
    if len(parts) == 1 and parts[0][0] == 1:
        return parts[0][1]
    step: dict[int, Fraction] = {}
    for weight, line in parts:
        for n, p in line.step.items():
            step[n] = step.get(n, Fraction(0)) + weight * p
    now = zip(*(line.now for _, line in parts), strict=True)
    weights = [weight for weight, _ in parts]
    total = tuple(sum(w * x for w, x in zip(weights, column, strict=True)) for column in now)
    return Line(tuple(map(Fraction, total)), step)


def _gains(
    game: StochasticGame,
    play: Play,
    lines: list[Line],
    values: list[list[Fraction]],
    errors: Sequence[Fraction],
    period: int,
) -> list[tuple[Gain, bool, Fraction]]:
    """Every action's gain at most, whether it is played, and by how much the gain may be less.

    The last is half of what the errors of values leave open.
    """
    s = game.stages.structure
    found = []
    for own in s.sets:
        i = game.players.index(own.player)
        weights = _weights(s, game.stages.numbers, own.nodes, play)
        worth = _mixed([(w, lines[n]) for w, n in zip(weights, own.nodes, strict=True) if w])
        for k, action in enumerate(own.actions):
            below = [s.children[n][k] for n in own.nodes]
            other = _mixed([(w, lines[n]) for w, n in zip(weights, below, strict=True) if w])
            more, doubt = _difference(other, worth, i, values, errors[i])
            factor = game.discount[own.player]
            gain = other.now[i] - worth.now[i] + factor * (more + doubt)
            state, knows = game.place(own)
            told = Gain(period, own.player, state, knows, action, gain)
            found.append((told, play[own.index][k] > 0, factor * doubt))
    return found


def _difference(
    one: Line,
    other: Line,
    i: int,
    values: list[list[Fraction]],
    error: Fraction,
) -> tuple[Fraction, Fraction]:
    """How much more the next states of one line are worth than another's, and the error of that."""
    if one is other:
        return Fraction(0), Fraction(0)
    # in whole numbers over one denominator, which is much faster than adding fractions
    parts = [*one.step.values(), *other.step.values()]
    over = lcm(*(p.denominator for p in parts))
    steps = {n: p.numerator * (over // p.denominator) for n, p in one.step.items()}
    for n, p in other.step.items():
        steps[n] = steps.get(n, 0) - p.numerator * (over // p.denominator)
    unit = lcm(*(values[n][i].denominator for n in steps))
    later = sum(
        p * values[n][i].numerator * (unit // values[n][i].denominator) for n, p in steps.items()
    )
    return Fraction(later, over * unit), error * sum(map(abs, steps.values())) / over


def _weights(
    s: Structure, numbers: Sequence[Any], nodes: Sequence[int], play: Play
) -> list[Fraction]:
    """How likely each node of a set is, given that play is in the smallest subgame around it."""
    if len(nodes) == 1:
        return [Fraction(1)]
    root = nodes[0]
    while not _is_around(s, root, nodes):
        root = s.parent[root]
    odds = [_odds(s, numbers, n, root, play) for n in nodes]
    total = sum(odds, Fraction(0))
    if total == 0:
        raise InputError(
            "an information set is not reached in its subgame, so that beliefs there are open. A "
            "stage needs observed actions or moves at once."
        )
    return [p / total for p in odds]


def _odds(s: Structure, numbers: Sequence[Any], node: int, root: int, play: Play) -> Fraction:
    total = Fraction(1)
    while node != root:
        above = s.parent[node]
        if s.kind[above] == CHANCE:
            total *= numbers[(s.chance[node] or ())[0]]
        else:
            total *= play[s.set_of[above]][s.children[above].index(node)]
        node = above
    return total


def _is_around(s: Structure, root: int, nodes: Sequence[int]) -> bool:
    """Whether the nodes below `root` include these, and no information set only in part."""
    inside, stack = set(), [root]
    while stack:
        node = stack.pop()
        inside.add(node)
        stack.extend(s.children[node])
    cut = any(0 < len(inside.intersection(own.nodes)) < len(own.nodes) for own in s.sets)
    return inside.issuperset(nodes) and not cut
