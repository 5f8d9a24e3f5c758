"""Compare the two oracles with each other and with brute force; run as a script.

    OMP_NUM_THREADS=1 python tests/oracles/cross_check.py [--paths 30] [--biases 0] [--pure 30]
        [--count 300] [--seed 1]

paths: random points at which the quantal path's limit must be one of the cells' outcomes;
biases: further paths per point, from other starting profiles, that look for missed outcomes;
pure: points at which all pure strategy profiles are tried; count: points for the statistics.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import agent_quantal
import crisis_cells
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
EVENTS = ("probe", "attack", "nothing", "aid", "force", "abandonment")


def draw(rng: np.random.Generator) -> tuple[dict[str, float], int, int]:
    return crisis_cells.random_point(rng), int(rng.integers(2)), int(rng.integers(2))


def pure_paths(parameters: Mapping[str, float], d: int, q: int) -> list[Array]:
    """Path vectors of all pure sequential equilibria, by trying every pure profile."""
    crisis = crisis_cells.Crisis(parameters, d, q)
    sets = crisis.sets()
    quiet = -crisis.p["t"] * q
    found: list[Array] = []

    def supported(y: tuple[float, ...], low: float, high: float) -> bool:
        """Whether one gamma in [low, high] makes both types' replies best."""
        for b in range(2):
            start, slope = crisis.gain[b, 1], crisis.gain[b, 0] - crisis.gain[b, 1]
            sign = 1.0 if y[b] else -1.0
            start, slope = sign * start, sign * slope  # need start + slope gamma >= 0
            if slope == 0:
                if start < 0:
                    return False
            elif slope > 0:
                low = max(low, -start / slope)
            else:
                high = min(high, -start / slope)
        return low <= high + 1e-12

    for answer in itertools.product(range(3), repeat=len(sets)):
        z = np.zeros((2, 3, 3))
        for (g, branch), r in zip(sets, answer, strict=True):
            z[g, branch, r] = 1
        flow = crisis.answers(z).sum(axis=1)
        options = []
        for r in range(3):
            reached = float(crisis.phi @ flow[:, r])
            low, high = 0.0, 1.0
            if reached > 0:
                low = high = float(crisis.phi[0] * flow[0, r] / reached)
            pairs = itertools.product((0.0, 1.0), repeat=2)
            options.append([pair for pair in pairs if supported(pair, low, high)])
        for plan in itertools.product(*options):
            y = np.array(plan).T
            low, high = 0.0, 1.0  # beta that makes every answer best
            for (g, branch), r in zip(sets, answer, strict=True):
                for other in range(3):
                    # worth of r less that of other: start + slope beta
                    start = crisis.base[g, branch, r] - crisis.base[g, branch, other]
                    start += crisis.loss[g] * (y[1, r] - y[1, other])
                    slope = crisis.loss[g] * (y[0, r] - y[0, other] - y[1, r] + y[1, other])
                    if abs(slope) < 1e-15:
                        low = 2.0 if start < -1e-12 else low
                    elif slope > 0:
                        low = max(low, -start / slope)
                    else:
                        high = min(high, -start / slope)
            if low > high + 1e-12:
                continue
            for move in itertools.product(range(3), repeat=2):
                x = np.eye(3)[list(move)]
                mass = float(crisis.rho @ x[:, 1])
                if mass > 0:
                    beta = float(crisis.rho[0] * x[0, 1] / mass)
                    if not low - 1e-12 <= beta <= high + 1e-12:
                        continue
                best = True
                for b in range(2):
                    probing = quiet
                    for r, g in itertools.product(range(3), range(2)):
                        each = crisis.probe[b, r] + y[b, r] * crisis.gain[b, g]
                        probing += float(crisis.phi[g] * flow[g, r] * each)
                    values = (quiet, probing, float(crisis.direct[b]))
                    best = best and values[move[b]] >= max(values) - 1e-12
                if best:
                    found.append(crisis.path(x, z, y))
    return found


def compare(
    parameters: Mapping[str, float], d: int, q: int, path: agent_quantal.Path, known: list[Any]
) -> tuple[float, int, float]:
    """Distance from the path's end to the nearest outcome, its number, and the largest difference
    in events and in beliefs after responses that are reached."""
    crisis, vector = crisis_cells.path_vector(parameters, path.strategy(), d, q)
    gaps = [crisis_cells.distance(crisis, vector, outcome) for outcome in known]
    nearest = int(np.argmin(gaps))
    hull = known[nearest]["hull"]
    events, beliefs = path.events(), path.beliefs()
    worst = 0.0
    for name in EVENTS:
        low, high = hull[name]
        value = events.get(name, 0.0)
        worst = max(worst, low - value, value - high)
    for response in known[nearest]["reached"]:
        held = beliefs["revisionist", "probe", response]
        value = sum(w for labels, w in held.items() if labels[0].startswith("resolved"))
        low, high = hull["belief " + response]
        worst = max(worst, low - value, value - high)
    return gaps[nearest], nearest, worst


def random_bias(tree: agent_quantal.Tree, rng: np.random.Generator) -> dict[Any, dict[str, float]]:
    size = float(rng.choice([1.0, 3.0, 8.0]))
    return {
        where: {action: size * float(rng.normal()) for action in names}
        for where, names in tree.actions.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, start in (("paths", 30), ("biases", 0), ("pure", 30), ("count", 300), ("seed", 1)):
        parser.add_argument("--" + name, type=int, default=start)
    options = parser.parse_args()

    rng = np.random.default_rng(options.seed)
    agree, unfinished, seconds, worst = 0, 0, [], 0.0
    hit = total = biased = strayed = further = 0
    for i in range(options.paths):
        parameters, d, q = draw(rng)
        known = crisis_cells.outcomes(parameters, d, q)
        tree = agent_quantal.Tree(crisis_cells.build_tree(parameters, d, q))
        started = time.perf_counter()
        path = agent_quantal.trace(tree)
        seconds.append(time.perf_counter() - started)
        gap, nearest, difference = compare(parameters, d, q, path, known)
        if max(gap, difference) >= 1e-4:  # a near tie: the path is not yet at its limit
            print(f"point {i}: {max(gap, difference):.1e} at precision 1e5, followed to 1e6")
            path = agent_quantal.trace(tree, 1e6)
            gap, nearest, difference = compare(parameters, d, q, path, known)
            further += 1
        unfinished += not path.reached
        agree += gap < 1e-4 and difference < 1e-4
        worst = max(worst, gap, difference)
        if gap >= 1e-4 or difference >= 1e-4 or not path.reached:
            print(f"point {i}: gap {gap:.1e}, events and beliefs {difference:.1e}", end=", ")
            print(f"precision {path.precision[-1]:.2g}, regret {path.regret():.1e}")
        seen = {nearest}
        for _ in range(options.biases):
            path = agent_quantal.trace(tree, bias=random_bias(tree, rng), most_steps=2000)
            gap, nearest, difference = compare(parameters, d, q, path, known)
            biased += path.reached
            if gap < 1e-3:
                seen.add(nearest)
            elif path.reached:
                strayed += 1
                print(f"point {i}, biased: gap {gap:.1e}, regret {path.regret():.1e}")
        hit, total = hit + len(seen), total + len(known)
    if options.paths:
        print(f"paths: {agree} of {options.paths} agree (worst {worst:.1e}), ", end="")
        print(f"{further} only beyond precision 1e5, {unfinished} unfinished, ", end="")
        print(f"{np.mean(seconds):.2f} s each, max {max(seconds):.2f}")
    if options.biases:
        print(f"biased: {biased} finished, {strayed} strayed; {hit} of {total} outcomes hit")

    rng = np.random.default_rng(options.seed + 1)
    missed = profiles = 0
    for i in range(options.pure):
        parameters, d, q = draw(rng)
        known = crisis_cells.outcomes(parameters, d, q)
        crisis = crisis_cells.Crisis(parameters, d, q)
        for vector in pure_paths(parameters, d, q):
            profiles += 1
            if min(crisis_cells.distance(crisis, vector, outcome) for outcome in known) > 1e-9:
                missed += 1
                print(f"pure point {i}: an equilibrium is missing")
    if options.pure:
        print(f"pure: {profiles} equilibria at {options.pure} points, {missed} missing")

    rng = np.random.default_rng(options.seed + 2)
    numbers, spread, seconds, degenerate, regret = [], [], [], 0, 0.0
    for _ in range(options.count):
        parameters, d, q = draw(rng)
        started = time.perf_counter()
        try:
            known = crisis_cells.outcomes(parameters, d, q)
        except crisis_cells.Degenerate:
            degenerate += 1
            continue
        seconds.append(time.perf_counter() - started)
        numbers.append(len(known))
        regret = max(regret, *(outcome["regret"] for outcome in known))
        spread += [
            (o["continuum"], max(o["hull"][n][1] - o["hull"][n][0] for n in EVENTS)) for o in known
        ]
    if numbers:
        shares = dict(sorted(Counter(numbers).items()))
        several = float(np.mean(np.array(numbers) > 1))
        print(
            f"count: {len(numbers)} points, {degenerate} degenerate; several at {several:.1%}, ",
            end="",
        )
        print(f"mean {np.mean(numbers):.2f}, max {max(numbers)}; {shares}")
        wide = sum(width > 1e-6 for _, width in spread)
        print(
            f"continua {sum(c for c, _ in spread)} of {len(spread)}, {wide} with events that vary"
        )
        print(f"largest gain {regret:.1e}; {np.mean(seconds):.2f} s per point, ", end="")
        print(f"median {np.median(seconds):.2f}, max {max(seconds):.2f}")


if __name__ == "__main__":
    main()
