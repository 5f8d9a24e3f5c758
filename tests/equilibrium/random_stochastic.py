"""Small random stochastic games, as the nested nodes of their stages."""

import random
from fractions import Fraction

import deterrence as dt


def perfect_information(seed, players=("A", "B"), states=2):
    """Give stages in which A moves, then (sometimes) chance, then B, who sees all."""
    rng = random.Random(seed)
    names = [f"s{k}" for k in range(states)]
    stages = {}
    for name in names:
        replies = {}
        for a in ("left", "right"):
            if rng.random() < 0.3:
                p = Fraction(rng.randint(1, 4), 5)
                below = _reply(rng, players, names, (a, "up"))
                replies[a] = dt.Chance(
                    {"up": (p, below), "down": (1 - p, _end(rng, players, names))}
                )
            elif rng.random() < 0.3:
                replies[a] = _end(rng, players, names)
            else:
                replies[a] = _reply(rng, players, names, (a,))
        stages[name] = dt.Move(players[0], (), replies)
    return stages


def at_once(seed, players=("A", "B"), states=2):
    """Give stages in which A and B move at once."""
    rng = random.Random(seed)
    names = [f"s{k}" for k in range(states)]
    return {
        name: dt.Move(
            players[0],
            (),
            {a: _reply(rng, players, names, ()) for a in ("left", "right")},
        )
        for name in names
    }


def _reply(rng, players, names, knows):
    return dt.Move(players[1], knows, {b: _end(rng, players, names) for b in ("yes", "no")})


def _end(rng, players, names):
    now = {p: Fraction(rng.randint(-20, 20), rng.choice([1, 2, 3])) for p in players}
    if rng.random() < 0.1:
        return dt.Outcome(now)
    cut = Fraction(rng.randint(0, 4), 4)
    odds = {names[0]: cut, names[-1]: 1 - cut} if len(names) > 1 else {names[0]: Fraction(1)}
    return dt.Onward(now, odds)
