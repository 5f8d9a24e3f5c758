"""The long run where wars do not end, from the model's formulas alone, by value iteration.

Then the Guarantor looks no further than the crisis, and Russia's attack is a stopping problem.
Nothing of the package is used but numbers by name.
"""

import itertools

import numpy as np


def survival(x, russia, levels, years):
    """Give the probability of no attack by year, and Russia's value at the start."""
    states = list(itertools.product(range(levels + 1), (True, False), ("resolved", "irresolute")))
    attack = {s: _attack(x, russia, levels, *s) for s in states}
    worth = dict.fromkeys(states, 0.0)
    steps = {s: list(_next(x, levels, *s)) for s in states}

    def later(s):
        return x["delta_R"] * sum(p * worth[t] for t, p in steps[s])

    for _ in range(1500):
        wait = {s: later(s) for s in states}
        worth = {s: max(wait[s], attack[s]) for s in states}
    attacks = {s: attack[s] > wait[s] for s in states}
    odds = {(0, True, "resolved"): x["phi"], (0, True, "irresolute"): 1 - x["phi"]}
    value = sum(p * worth[s] for s, p in odds.items())
    curve = [1.0]
    for _ in range(years):
        after = {}
        for s, p in odds.items():
            if not attacks[s]:
                for t, q in _next(x, levels, *s):
                    after[t] = after.get(t, 0.0) + p * q
        odds = after
        curve.append(sum(odds.values()))
    return np.array(curve), value


def _next(x, levels, level, alive, kind):
    up = min(1.0, levels / x["recon_y"]) if level < levels else 0.0
    end = x["h_end"] if alive else 0.0
    other = "irresolute" if kind == "resolved" else "resolved"
    odds = {"resolved": x["phi"], "irresolute": 1 - x["phi"]}
    change = x["h_gov"] * odds[other]
    for a, p in ((level, 1 - up), (level + 1, up)):
        for b, q in ((alive, 1 - end), (False, end)):
            for c, r in ((kind, 1 - change), (other, change)):
                if p * q * r:
                    yield (a, b, c), p * q * r


def _attack(x, russia, levels, level, alive, kind):
    strength, presence, automatic = (
        x[n] if alive else 0.0 for n in ("strength", "presence", "automaticity")
    )
    russian = 1 + x["recon"] * level / levels if levels else 1.0

    def p(response):
        sent = {"nothing": 0, "aid": x["m_aid"], "force": x["m_aid"] + x["m_force"]}[response]
        own = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * presence
        return russian / (russian + own + sent)

    def guarantor(response, covered):
        spend = {"nothing": 0, "aid": x["k_A"], "force": x["k_" + kind]}[response]
        honoured = {"nothing": 0, "aid": x["response_ambiguity"], "force": 1}[response]
        word = strength * x["a"] * (1 - honoured) if covered else 0
        return -(x["v"] + x["y"] * presence) * p(response) - spend - word

    def pays(response):
        cost = {"nothing": 0, "aid": x["c_A"], "force": x["c_F"]}[response]
        return x["b_" + russia] * p(response) - x["c_0"] - cost

    def answered(covered):
        return pays(max(("nothing", "aid", "force"), key=lambda r: guarantor(r, covered)))

    vague = x["trigger_ambiguity"]
    width = 2 * vague
    found = min(1, max(0, 0.5 + (1 - vague) * (1 - x["threshold"]) / width)) if vague else 1.0
    if not alive:
        return answered(False)
    forced = found * automatic
    return (
        forced * pays("force") + (found - forced) * answered(True) + (1 - found) * answered(False)
    )
