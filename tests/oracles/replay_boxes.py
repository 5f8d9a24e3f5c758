"""Boxes with one solution, and whether that is an equilibrium: checked in exact arithmetic.

The part of `replay_subdivision` that deals with solutions.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import lcm

import numpy as np

from deterrence.equilibrium import search_record as names


class ReplayError(AssertionError):
    """Something in the record does not hold."""


def demand(holds, claim):
    if not holds:
        raise ReplayError(claim)


class Boxes:
    """The cells of a record as frames for boxes, and the game's gains in them."""

    def __init__(self, game, record):
        self.record, self.shape = record, game.shape
        self.whole = []
        for player in game.players:
            table = game.payoffs[player]
            unit = lcm(*(x.denominator for x in table.flat))
            self.whole.append(np.frompyfunc(lambda x, u=unit: int(x * u), 1, 1)(table))
        self.children = {}
        for node, parent in enumerate(record.parent):
            self.children.setdefault(parent, []).append(node)

    def order(self, played, k):
        return [*played[k], *(a for a in range(self.shape[k]) if a not in played[k])]

    def frame(self, node):
        """The support, corners as fractions, and which coordinates a cell has."""
        record = self.record
        path = []
        while record.parent[node] != -1:
            path.append((record.parent[node], record.side[node]))
            node = record.parent[node]
        played = record.supports[record.support[node]]
        corners = [
            [[Fraction(int(a == b)) for b in range(m)] for a in s]
            for m, s in zip(self.shape, played, strict=True)
        ]
        for parent, side in reversed(path):
            player, p, q = record.detail[parent]
            ends = corners[player]
            middle = [(x + y) / 2 for x, y in zip(ends[p], ends[q], strict=True)]
            ends[q if side else p] = middle
        used, place = [], 0
        for s, m in zip(played, self.shape, strict=True):
            used.append(list(range(place, place + len(s) - 1)))
            place += m - 1
        return played, corners, used

    def polynomials(self, played, corners, used, centre):
        """All gains as polynomials in the distance from a point, by player.

        Place 0 of an axis is the value there, place j the slope along coordinate j.
        """
        found = []
        for k in range(len(self.shape)):
            table = np.moveaxis(self.whole[k], k, 0)[self.order(played, k)]
            table = (table - table[:1])[1:] * Fraction(1, self.record.scales[k])
            for other in range(len(self.shape)):
                if other == k:
                    continue
                ends = np.array(corners[other], dtype=object)
                edges = [row - ends[0] for row in ends[1:]]
                at = ends[0]
                for c, edge in zip(used[other], edges, strict=True):
                    at = at + centre[c] * edge
                rows = np.array([at, *edges], dtype=object)
                table = np.tensordot(table, rows, axes=([1], [1]))
            found.append(table)
        return found

    def reach(self, table, others, used, radius, kept=None):
        """Sum of absolute coefficients times distances, all terms, along all axes but one."""
        size = np.frompyfunc(abs, 1, 1)(table)
        for axis in range(len(others) - 1, -1, -1):
            if axis != kept:
                far = np.array([Fraction(1), *(radius[c] for c in used[others[axis]])])
                size = np.tensordot(size, far, axes=([1 + axis], [0]))
        return size

    def check_krawczyk(self, node, box):
        """Whether the box has exactly one solution: |Y F(p)| + |I - Y F'| r < r."""
        played, corners, used = self.frame(node)
        centre, radius, inverse = (np.frompyfunc(fraction, 1, 1)(np.asarray(x)) for x in box)
        active = list(itertools.chain(*used))
        n = len(active)
        polynomials = self.polynomials(played, corners, used, centre)
        still = [Fraction(0)] * n
        slopes = [[Fraction(0)] * n for _ in range(n)]  # Y F'(p)
        change = [[Fraction(0)] * n for _ in range(n)]  # |Y F' - Y F'(p)|
        column = {c: m for m, c in enumerate(active)}
        for k, table in enumerate(polynomials):
            others = [j for j in range(len(self.shape)) if j != k]
            count = len(played[k]) - 1
            flat = table[:count]
            y = inverse[np.ix_(active, used[k])] if count else np.zeros((n, 0), dtype=object)
            part = np.tensordot(y, flat, axes=([1], [0])) if count else None
            if part is None:
                continue
            for row in range(n):
                own = part[row : row + 1]
                still[row] += own[(0, *[0] * len(others))]
                for axis, j in enumerate(others):
                    whole = self.reach(own, others, used, radius, kept=axis)[0]
                    for m, c in enumerate(used[j], 1):
                        place = [0] * len(others)
                        place[axis] = m
                        at_centre = own[(0, *place)]
                        slopes[row][column[c]] += at_centre
                        change[row][column[c]] += whole[m] - abs(at_centre)
        for row, c in enumerate(active):
            moved = abs(still[row])
            for m, d in enumerate(active):
                off = abs(Fraction(int(row == m)) - slopes[row][m]) + change[row][m]
                moved += off * radius[d]
            demand(moved < radius[c], f"Krawczyk's condition at node {node}")
        return played, corners, used, polynomials, centre, radius

    def check_box(self, node):
        leaf = self.record.leaves[node]
        _, corners, used, _, centre, radius = self.check_krawczyk(
            node, (leaf.centre, leaf.radius, leaf.preconditioner)
        )
        for c in itertools.chain(*used):
            demand(max(abs(centre[c]), abs(1 - centre[c])) <= radius[c], "the box holds the cell")
        root = self.record.roots[leaf.root]
        same = self.record.support[root.node] == self.record.support[node]
        demand(same, "a root of the same support")
        _, from_corners, _ = self.frame(root.node)
        inner, reach = ([Fraction(float(x)) for x in part] for part in (root.centre, root.radius))
        for k, own in enumerate(used):
            if not own:
                continue
            ends = np.array(corners[k], dtype=object)
            basis = [row - ends[0] for row in ends[1:]]
            start = np.array(from_corners[k], dtype=object)
            point = coordinates(
                basis,
                start[0]
                + sum(inner[c] * (r - start[0]) for c, r in zip(own, start[1:], strict=True))
                - ends[0],
            )
            off = [Fraction(0)] * len(own)
            for c, row in zip(own, start[1:], strict=True):
                step = coordinates(basis, row - start[0])
                off = [o + abs(s) * reach[c] for o, s in zip(off, step, strict=True)]
            for c, x, o in zip(own, point, off, strict=True):
                demand(abs(x - centre[c]) + o <= radius[c], "the root lies in the leaf's box")

    # -- roots --------------------------------------------------------------------------------

    def check_roots(self):
        found = {}
        for root in self.record.roots:
            played, corners, used, _, centre, radius = self.check_krawczyk(
                root.node, (root.centre, root.radius, root.preconditioner)
            )
            profile = self.enclosure(corners, used, centre, radius)
            exact = self.exact_solution(played, corners, used, centre, radius)
            if exact is not None:
                self.check_exact(root, played, exact)
                profile = [[(x, x) for x in row] for row in exact]
            else:
                profile = self.check_by_intervals(root, played, corners, used, centre, radius)
            if root.verdict == names.EQUILIBRIUM:
                found.setdefault(played, []).append(profile)
        for profiles in found.values():
            for one, two in itertools.combinations(profiles, 2):
                demand(apart(one, two), "two roots are not the same")
        return found

    def enclosure(self, corners, used, centre, radius):
        """Intervals of all probabilities."""
        found = []
        for rows, own in zip(corners, used, strict=True):
            intervals = []
            for a in range(len(rows[0])):
                value, off = rows[0][a], Fraction(0)
                for c, row in zip(own, rows[1:], strict=True):
                    value += centre[c] * (row[a] - rows[0][a])
                    off += radius[c] * abs(row[a] - rows[0][a])
                intervals.append((value - off, value + off))
            found.append(intervals)
        return found

    def check_by_intervals(self, root, played, corners, used, centre, radius):
        """The root in ever smaller boxes, until they show the verdict; its last enclosure."""
        inverse = np.frompyfunc(fraction, 1, 1)(np.asarray(root.preconditioner))
        active = list(itertools.chain(*used))
        for bits in (60, 160, 320, 640):
            profile = self.enclosure(corners, used, centre, radius)
            polynomials = self.polynomials(played, corners, used, centre)
            least, most = self.outside_gains(played, used, polynomials, radius)
            try:
                self.check_verdict(root, played, profile, least, most)
                return profile
            except ReplayError:
                if bits == 640:
                    raise
            at, smaller = list(centre), list(radius)
            for _ in range(40):
                step = self.newton_step(played, corners, used, at, inverse)
                for c, move in zip(active, step, strict=True):
                    at[c] = Fraction(round((at[c] - move) * 2 ** (bits + 60)), 2 ** (bits + 60))
                if max(map(abs, step)) < Fraction(1, 2**bits):
                    break
            for c in active:
                smaller[c] = Fraction(8, 2**bits)
                inside = abs(at[c] - centre[c]) + smaller[c] <= radius[c]
                demand(inside, "the smaller box lies in the larger one")
            self.check_krawczyk(root.node, (at, smaller, inverse))
            centre, radius = at, smaller
        return profile

    def newton_step(self, played, corners, used, at, inverse):
        values = {}
        for k, table in enumerate(self.polynomials(played, corners, used, at)):
            for n, c in enumerate(used[k]):
                values[c] = table[(n, *[0] * (len(self.shape) - 1))]
        active = list(itertools.chain(*used))
        return [sum(inverse[r, c] * values[c] for c in active) for r in active]

    def outside_gains(self, played, used, polynomials, radius):
        """Bounds on the gains by actions that are not played, over a box."""
        least, most = [], []
        for k, table in enumerate(polynomials):
            others = [j for j in range(len(self.shape)) if j != k]
            outside = table[len(played[k]) - 1 :]
            if len(outside):
                off = self.reach(outside, others, used, radius)
                for row, reach in zip(outside, off, strict=True):
                    value = row[(0,) * len(others)]
                    least.append(value - (reach - abs(value)))
                    most.append(value + (reach - abs(value)))
        return least, most

    def exact_solution(self, played, corners, used, centre, radius):
        """The solution in the box, if its probabilities have small denominators."""
        guess = []
        for rows in self.enclosure(corners, used, centre, radius):
            row = [((low + high) / 2).limit_denominator(10**5) for low, high in rows]
            if sum(row) != 1:
                return None
            guess.append(row)
        for k, own in enumerate(used):
            ends = np.array(corners[k], dtype=object)
            basis = [row - ends[0] for row in ends[1:]]
            at = coordinates(basis, np.array(guess[k], dtype=object) - ends[0])
            if any(abs(x - centre[c]) > radius[c] for x, c in zip(at, own, strict=True)):
                return None
        values = [self.values(guess, k) for k in range(len(self.shape))]
        alike = all(v[a] == v[s[0]] for v, s in zip(values, played, strict=True) for a in s)
        return guess if alike else None

    def values(self, profile, k):
        """What player k's actions pay, in the units of its whole numbers."""
        found = []
        others = [j for j in range(len(self.shape)) if j != k]
        for a in range(self.shape[k]):
            total = Fraction(0)
            for place in itertools.product(*(range(self.shape[j]) for j in others)):
                weight = Fraction(1)
                for j, b in zip(others, place, strict=True):
                    weight *= profile[j][b]
                full = list(place)
                full.insert(k, a)
                total += weight * self.whole[k][tuple(full)]
            found.append(total)
        return found

    def check_exact(self, root, played, profile):
        shares = [profile[k][a] for k, s in enumerate(played) for a in s]
        gains = []
        for k, s in enumerate(played):
            values = self.values(profile, k)
            gains.extend(v - values[s[0]] for a, v in enumerate(values) if a not in s)
        none = min(shares) < 0 or max(gains, default=0) > 0
        if root.verdict == names.EQUILIBRIUM:
            demand(min(shares) > 0 and not none, "an equilibrium")
        elif root.verdict == names.BOUNDARY:
            demand(min(shares) == 0, "on the boundary")
        else:
            demand(root.verdict == names.NOT_EQUILIBRIUM and none, "no equilibrium")

    def check_verdict(self, root, played, profile, least, most):
        mixed = [profile[k][a] for k, s in enumerate(played) for a in s]
        if root.verdict == names.EQUILIBRIUM:
            demand(all(low > 0 for low, _ in mixed), "every action of the support is played")
            demand(all(gain < 0 for gain in most), "nobody gains by another action")
        elif root.verdict == names.NOT_EQUILIBRIUM:
            outside = any(high < 0 for _, high in mixed)
            demand(outside or any(gain > 0 for gain in least), "no equilibrium")
        else:
            raise ReplayError(f"a root is {root.verdict}: not decided by intervals")


def fraction(x):
    return x if isinstance(x, Fraction) else Fraction(float(x))


def apart(one, two):
    pairs = zip(itertools.chain(*one), itertools.chain(*two), strict=True)
    return any(a[1] < b[0] or b[1] < a[0] for a, b in pairs)


def coordinates(basis, vector):
    """Of a vector in a basis of a subspace that contains it, by Gauss' elimination."""
    rows = [[*(b[a] for b in basis), x] for a, x in enumerate(vector)]
    for n in range(len(basis)):
        pivot = next(r for r in range(n, len(rows)) if rows[r][n])
        rows[n], rows[pivot] = rows[pivot], rows[n]
        rows[n] = [x / rows[n][n] for x in rows[n]]
        for r in range(len(rows)):
            if r != n and rows[r][n]:
                rows[r] = [x - rows[r][n] * y for x, y in zip(rows[r], rows[n], strict=True)]
    demand(not any(row[-1] for row in rows[len(basis) :]), "in the same face")
    return [rows[n][-1] for n in range(len(basis))]
