"""Sequential equilibria of small trees by brute force: every support, tried from many trembles.

An oracle for tests; it shares no code with the package.  The tree is nested tuples:
    ("leaf", payoffs by player)
    ("chance", [(probability or probabilities by player, node), ...])
    ("move", player index, information set, [(action, node), ...])
Nodes that name the same information set share it and list the same actions.

An assessment is consistent exactly if it comes from an order and a weight for every unplayed action
(Kreps and Wilson 1982).  For each support, `search` draws orders and weights at random.  A pure
profile is tested outright.  For a mixed one, Levenberg and Marquardt's method moves probabilities
and weights, from many starts at once, until every used action is best.  What it returns are
equilibria, up to rounding; what it misses says nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Node = tuple[Any, ...]
Support = tuple[tuple[int, ...], ...]  # by information set, the places of the actions played

EXACT = 1e-11  # payoffs are of the size of 1
LEAST = 1e-3  # smaller probabilities are taken for a way out of the support
FARTHEST = 7.0  # likewise log weights


class Tree:
    """Arrays of a neutral tree; nodes in preorder."""

    def __init__(self, root: Node, players: int) -> None:
        self.players = players
        self.names: list[Any] = []
        self.actions: list[list[str]] = []
        self.owner: list[int] = []
        self.first: list[int] = []
        self.nodes: list[list[int]] = []
        self.children: list[list[int]] = []
        self.kind: list[str] = []
        self.set_of: list[int] = []
        self.odds: list[list[Array]] = []
        self.payoffs: list[Array | None] = []
        self.path: list[list[int]] = []
        self.luck: list[Array] = []  # log probability of chance by player
        self.size = 0
        self._add(root, [], np.zeros(players))
        self.incidence = [
            np.array([[float(path.count(a)) for a in range(self.size)] for path in paths])
            for paths in ([self.path[n] for n in nodes] for nodes in self.nodes)
        ]
        self.prior = [
            np.array([self.luck[n][i] for n in nodes])
            for nodes, i in zip(self.nodes, self.owner, strict=True)
        ]

    def _add(self, node: Node, path: list[int], luck: Array) -> int:
        place = len(self.kind)
        self.kind.append(node[0])
        self.path.append(path)
        self.luck.append(luck)
        self.children.append([])
        self.set_of.append(-1)
        self.odds.append([])
        self.payoffs.append(None)
        if node[0] == "leaf":
            self.payoffs[place] = np.array([float(x) for x in node[1]])
        elif node[0] == "chance":
            for odds, below in node[1]:
                row = np.array(
                    [float(x) for x in odds] if isinstance(odds, tuple) else [float(odds)]
                ) * np.ones(self.players)
                self.odds[place].append(row)
                self.children[place].append(self._add(below, path, luck + np.log(row)))
        else:
            _, player, name, choices = node
            if name not in self.names:
                self.names.append(name)
                self.actions.append([a for a, _ in choices])
                self.owner.append(player)
                self.first.append(self.size)
                self.nodes.append([])
                self.size += len(choices)
            k = self.names.index(name)
            self.set_of[place] = k
            self.nodes[k].append(place)
            for a, (_, below) in enumerate(choices):
                self.children[place].append(self._add(below, [*path, self.first[k] + a], luck))
        return place

    def worth(self, plan: Array) -> list[Array]:
        """By node, payoffs from there on (player x batch), for plans (action x batch)."""
        found: list[Any] = [None] * len(self.kind)
        for n in range(len(self.kind) - 1, -1, -1):
            if self.kind[n] == "leaf":
                found[n] = self.payoffs[n][:, None]  # type: ignore[index]
            elif self.kind[n] == "chance":
                found[n] = sum(
                    row[:, None] * found[c]
                    for row, c in zip(self.odds[n], self.children[n], strict=True)
                )
            else:
                start = self.first[self.set_of[n]]
                found[n] = sum(
                    plan[start + a][None] * found[c] for a, c in enumerate(self.children[n])
                )
        return found

    def beliefs(self, logs: Array, order: Array) -> list[Array]:
        """By set, node x batch, from log weights and orders (action x batch)."""
        found = []
        for incidence, prior in zip(self.incidence, self.prior, strict=True):
            total = incidence @ order
            least = total <= total.min(axis=0) + 1e-9
            weight = incidence @ logs + prior[:, None]
            top = np.where(least, weight.real, -np.inf).max(axis=0)
            mass = np.where(least, np.exp(np.where(least, weight - top, 0)), 0)
            found.append(mass / mass.sum(axis=0))
        return found

    def values(self, plan: Array, logs: Array, order: Array) -> Array:
        """The payoff of each action at its set, given beliefs: action x batch."""
        worth, rows = self.worth(plan), []
        for k, belief in enumerate(self.beliefs(logs, order)):
            for a in range(len(self.actions[k])):
                rows.append(
                    sum(
                        belief[j] * worth[self.children[n][a]][self.owner[k]]
                        for j, n in enumerate(self.nodes[k])
                    )
                )
        return np.array([row + np.zeros(plan.shape[1]) for row in rows])


@dataclass(frozen=True)
class Found:
    """An equilibrium: probabilities by set, and beliefs."""

    support: Support
    plan: tuple[tuple[float, ...], ...]
    beliefs: tuple[tuple[float, ...], ...]
    margin: float  # least loss from an unused action


def supports(tree: Tree) -> Iterator[Support]:
    """Every support profile."""
    options = [
        [c for size in range(1, len(a) + 1) for c in itertools.combinations(range(len(a)), size)]
        for a in tree.actions
    ]
    yield from itertools.product(*options)


def search(
    tree: Tree,
    rng: np.random.Generator,
    pure_draws: int = 300,
    mixed_starts: int = 12,
    most_mixed: int = 150,
) -> list[Found]:
    """Equilibria found, at most a few for each support."""
    found: list[Found] = []
    mixed = []
    for support in supports(tree):
        if all(len(s) == 1 for s in support):
            found.extend(pure(tree, support, rng, pure_draws))
        else:
            mixed.append(support)
    if len(mixed) > most_mixed:
        mixed = [mixed[k] for k in rng.choice(len(mixed), most_mixed, replace=False)]
    for support in mixed:
        found.extend(solve(tree, support, rng, mixed_starts))
    return found


def _orders(tree: Tree, support: Support, rng: np.random.Generator, count: int) -> Array:
    """Random orders: zero where played, else positive; half of the time all alike."""
    order = rng.integers(1, 5, (tree.size, count)).astype(float)
    order[:, : count // 3] = 1.0
    shy = rng.integers(1, 3, (len(tree.names), count - count // 3))  # whole sets may be slower
    owner = np.repeat(np.arange(len(tree.names)), [len(a) for a in tree.actions])
    order[:, count // 3 :] += 2 * (shy[owner] - 1)
    for k, played in enumerate(support):
        for a in played:
            order[tree.first[k] + a] = 0.0
    return order


def pure(
    tree: Tree, support: Support, rng: np.random.Generator, count: int, most: int = 3
) -> list[Found]:
    """Draws under which a pure profile is an equilibrium, with different beliefs."""
    order = _orders(tree, support, rng, count)
    logs = np.where(order > 0, np.log(rng.choice([0.25, 0.5, 1.0, 1.0, 2.0, 3.0], order.shape)), 0)
    plan = np.where(order > 0, 0.0, 1.0)
    value = tree.values(plan, logs, order)
    margin = np.full(count, np.inf)
    for k, (a,) in enumerate(support):
        start = tree.first[k]
        for b in range(len(tree.actions[k])):
            if b != a:
                margin = np.minimum(margin, value[start + a] - value[start + b])
    good = np.flatnonzero(margin >= -1e-12)
    if not len(good):
        return []
    beliefs = tree.beliefs(logs, order)
    kept: dict[Any, Found] = {}
    for n in good:
        pattern = tuple(tuple((b[:, n] > 0).tolist()) for b in beliefs)
        if pattern not in kept and len(kept) < most:
            kept[pattern] = _found(tree, support, plan[:, n], [b[:, n] for b in beliefs], margin[n])
    return list(kept.values())


def _found(tree: Tree, support: Support, plan: Array, beliefs: list[Array], margin: Any) -> Found:
    ends = [*tree.first[1:], tree.size]
    rows = [tuple(plan[s:e].tolist()) for s, e in zip(tree.first, ends, strict=True)]
    return Found(support, tuple(rows), tuple(tuple(b.tolist()) for b in beliefs), float(margin))


class _Unknowns:
    """Log odds of mixed actions, and log weights of unplayed ones."""

    def __init__(self, tree: Tree, support: Support) -> None:
        self.tree = tree
        self.mixed = [
            [tree.first[k] + a for a in s] for k, s in enumerate(support) if len(s) > 1
        ]
        self.alone = [tree.first[k] + s[0] for k, s in enumerate(support) if len(s) == 1]
        used = {a for row in self.mixed for a in row} | set(self.alone)
        self.idle = [a for a in range(tree.size) if a not in used]
        self.equal = [(row[0], a) for row in self.mixed for a in row[1:]]
        self.least = [
            (tree.first[k] + s[0], tree.first[k] + b)
            for k, s in enumerate(support)
            for b in range(len(tree.actions[k]))
            if b not in s
        ]
        self.count = len(self.equal) + len(self.idle)

    def read(self, x: Array) -> tuple[Array, Array]:
        """Plans and log weights."""
        plan = np.zeros((self.tree.size, x.shape[1]), dtype=x.dtype)
        logs = np.zeros_like(plan)
        plan[self.alone] = 1.0
        place = 0
        for row in self.mixed:
            score = np.vstack([np.zeros((1, x.shape[1])), x[place : place + len(row) - 1]])
            place += len(row) - 1
            whole = np.log(np.exp(score).sum(axis=0))
            logs[row] = score - whole
            plan[row] = np.exp(logs[row])
        logs[self.idle] = x[place:]
        return plan, logs

    def residuals(self, x: Array, order: Array, slack: Array) -> Array:
        """Gains that should be zero, and losses that should not be gains."""
        value = self.tree.values(*self.read(x), order)
        rows = [value[a] - value[b] for a, b in self.equal]
        for a, b in self.least:
            gap = value[a] - value[b] - slack
            rows.append(np.where(gap.real < 0, gap, 0))
        return np.array(rows)


def solve(
    tree: Tree, support: Support, rng: np.random.Generator, count: int, rounds: int = 30
) -> list[Found]:
    """Mixed equilibria of one support, from `count` starts at once."""
    unknowns = _Unknowns(tree, support)
    order = _orders(tree, support, rng, count)
    slack = np.where(np.arange(count) % 2, 0.02, 0.0)
    x = rng.normal(0, 1.0, (unknowns.count, count))
    damping = np.full(count, 1e-3)
    residual = unknowns.residuals(x, order, slack)
    for _ in range(rounds):
        cost = (residual**2).sum(axis=0)
        if (cost < EXACT**2).all():
            break
        slope = _slopes(unknowns, x, order, slack)  # residual x unknown x batch
        square = np.einsum("rub,rvb->buv", slope, slope)
        square += damping[:, None, None] * np.eye(unknowns.count)
        move = np.linalg.solve(square, -np.einsum("rub,rb->bu", slope, residual)[..., None])
        fresh = np.clip(x + np.clip(move[..., 0].T, -2, 2), -9, 9)
        after = unknowns.residuals(fresh, order, slack)
        better = (after**2).sum(axis=0) < cost
        x = np.where(better, fresh, x)
        residual = np.where(better, after, residual)
        damping = np.clip(np.where(better, damping / 10, damping * 10), 1e-14, 1e6)
    return _kept(tree, support, unknowns, x, order)


def _slopes(unknowns: _Unknowns, x: Array, order: Array, slack: Array) -> Array:
    """Derivatives by complex steps, all at once."""
    size, count = x.shape
    wide = np.repeat(x[:, None, :], size, axis=1).astype(complex)
    wide[np.arange(size), np.arange(size)] += 1e-30j
    flat = wide.reshape(size, size * count)
    found = unknowns.residuals(flat, np.tile(order, (1, size)), np.tile(slack, size))
    return np.asarray(found.imag.reshape(-1, size, count) / 1e-30)


def _kept(
    tree: Tree, support: Support, unknowns: _Unknowns, x: Array, order: Array
) -> list[Found]:
    plan, logs = unknowns.read(x)
    value = tree.values(plan, logs, order)
    off = np.zeros(x.shape[1])
    for a, b in unknowns.equal:
        off = np.maximum(off, abs(value[a] - value[b]))
    margin = np.full(x.shape[1], np.inf)
    for a, b in unknowns.least:
        margin = np.minimum(margin, value[a] - value[b])
    inside = plan[[a for row in unknowns.mixed for a in row]].min(axis=0) > LEAST
    near = np.abs(x).max(axis=0) < FARTHEST
    beliefs = tree.beliefs(logs, order)
    kept: dict[Any, Found] = {}
    for n in np.flatnonzero((off < EXACT) & (margin > -EXACT) & inside & near):
        pattern = (
            tuple(np.round(plan[:, n], 4).tolist()),
            tuple(tuple((b[:, n] > 0).tolist()) for b in beliefs),
        )
        kept.setdefault(
            pattern, _found(tree, support, plan[:, n], [b[:, n] for b in beliefs], margin[n])
        )
    return list(kept.values())[:4]
