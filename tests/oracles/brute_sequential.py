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
from scipy.optimize import linprog

Array = NDArray[Any]
Node = tuple[Any, ...]
Support = tuple[tuple[int, ...], ...]  # by information set, the places of the actions played

EXACT = 1e-11  # of a player's payoff span
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
        given = np.array([row for row in self.payoffs if row is not None])
        self.low, self.span = given.min(axis=0), np.ptp(given, axis=0)
        self.span[self.span == 0] = 1.0
        self.payoffs = [None if x is None else (x - self.low) / self.span for x in self.payoffs]
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
        """By node, payoffs from there on as shares of each player's span.

        Player x batch, for plans (action x batch).
        """
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
            top = np.where(least, weight, -np.inf).max(axis=0)
            mass = np.where(least, np.exp(np.where(least, weight - top, 0)), 0)
            found.append(mass / mass.sum(axis=0))
        return found

    def outcome(self, found: Found) -> Array:
        """The players' payoffs."""
        plan = np.concatenate([np.array(row) for row in found.plan])[:, None]
        return np.asarray(self.worth(plan)[0][:, 0] * self.span + self.low)

    def values(self, plan: Array, logs: Array, order: Array) -> Array:
        """The payoff of each action at its set, given beliefs: action x batch."""
        worth, rows = self.worth(plan), []
        for k, belief in enumerate(self.beliefs(logs, order)):
            rows.extend(
                sum(
                    belief[j] * worth[self.children[n][a]][self.owner[k]]
                    for j, n in enumerate(self.nodes[k])
                )
                for a in range(len(self.actions[k]))
            )
        return np.array([row + np.zeros(plan.shape[1]) for row in rows])


@dataclass(frozen=True)
class Found:
    """An equilibrium: probabilities by set, and beliefs."""

    support: Support
    plan: tuple[tuple[float, ...], ...]
    beliefs: tuple[tuple[float, ...], ...]
    margin: float  # least loss from an unused action, as a share of its player's span


def regret(tree: Tree, plan: Array, beliefs: list[Array]) -> float:
    """The largest gain from another action at a set, given its beliefs, as a share of the span."""
    worth, largest = tree.worth(plan[:, None]), 0.0
    for k, belief in enumerate(beliefs):
        values = np.array(
            [
                sum(
                    b * worth[tree.children[n][a]][tree.owner[k], 0]
                    for b, n in zip(belief, tree.nodes[k], strict=True)
                )
                for a in range(len(tree.actions[k]))
            ]
        )
        own = plan[tree.first[k] : tree.first[k] + len(values)]
        largest = max(largest, float(values.max() - own @ values))
    return largest


def has_trembles(tree: Tree, plan: Array, beliefs: list[Array]) -> bool:
    """Whether orders and weights give these beliefs: a linear program and least squares."""
    idle = np.flatnonzero(plan == 0)
    known = np.log(np.where(plan > 0, plan, 1))
    equal, least, rows, right = [], [], [], []
    for incidence, prior, belief in zip(tree.incidence, tree.prior, beliefs, strict=True):
        first = int(np.argmax(belief))
        for j in range(len(belief)):
            step = incidence[j] - incidence[first]
            if belief[j] > 0:
                equal.append(step[idle])
                rows.append(step[idle])
                odds = np.log(belief[j] / belief[first]) - (prior[j] - prior[first])
                right.append(odds - step @ known)
            else:
                least.append(step[idle])
    if not len(idle):
        return bool(np.allclose(right, 0, atol=1e-7)) and not least
    weights = np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)[0]
    if not np.allclose(np.array(rows) @ weights, right, atol=1e-7):
        return False
    found = linprog(
        np.ones(len(idle)),
        A_ub=-np.array(least) if least else None,
        b_ub=-np.ones(len(least)) if least else None,
        A_eq=np.array(equal),
        b_eq=np.zeros(len(equal)),
        bounds=(1, None),
    )
    return bool(found.status == 0)


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
    pure_draws: int = 200,
    mixed_starts: int = 8,
    most_mixed: int = 150,
    most_pure: int = 600,
) -> list[Found]:
    """Equilibria found, at most a few for each support."""
    pure, mixed = [], []
    for support in supports(tree):
        (pure if all(len(s) == 1 for s in support) else mixed).append(support)
    pure, mixed = _some(pure, most_pure, rng), _some(mixed, most_mixed, rng)
    found: list[Found] = []
    for support in pure:
        found.extend(_pure(tree, support, rng, pure_draws))
    if mixed:
        found.extend(_mixed(tree, mixed, rng, mixed_starts))
    return found


def _some(rows: list[Support], most: int, rng: np.random.Generator) -> list[Support]:
    if len(rows) <= most:
        return rows
    return [rows[k] for k in sorted(rng.choice(len(rows), most, replace=False))]


def _orders(tree: Tree, rng: np.random.Generator, count: int) -> Array:
    """Random orders of actions; a third of the time all alike."""
    order = rng.integers(1, 5, (tree.size, count)).astype(float)
    shy = 2 * rng.integers(0, 2, (len(tree.names), count))  # whole sets may be slower
    order += shy[_owners(tree)]
    order[:, rng.random(count) < 1 / 3] = 1.0
    return order


def _owners(tree: Tree) -> Array:
    return np.repeat(np.arange(len(tree.names)), [len(a) for a in tree.actions])


def _mask(tree: Tree, support: Support) -> Array:
    mask = np.zeros(tree.size, dtype=bool)
    mask[[tree.first[k] + a for k, s in enumerate(support) for a in s]] = True
    return mask


def _pure(
    tree: Tree, support: Support, rng: np.random.Generator, count: int, most: int = 3
) -> list[Found]:
    """Draws under which a pure profile is an equilibrium, with different beliefs."""
    played = np.repeat(_mask(tree, support)[:, None], count, axis=1)
    order = np.where(played, 0, _orders(tree, rng, count))
    weights = rng.choice([0.25, 0.5, 1.0, 1.0, 2.0, 3.0], order.shape)
    logs, plan = np.where(played, 0, np.log(weights)), played.astype(float)
    _, margin = _judge(tree, tree.values(plan, logs, order), played)
    good = np.flatnonzero(margin >= -1e-12)
    return _distinct(tree, [support] * count, plan, logs, order, margin, good, most)


def _judge(tree: Tree, value: Array, played: Array) -> tuple[Array, Array]:
    """Spread of the values of actions played, and least loss from those not played."""
    starts = np.array(tree.first)
    most = np.maximum.reduceat(np.where(played, value, -np.inf), starts)
    least = np.minimum.reduceat(np.where(played, value, np.inf), starts)
    other = np.maximum.reduceat(np.where(played, -np.inf, value), starts)
    return (most - least).max(axis=0), (least - other).min(axis=0)


def _distinct(
    tree: Tree,
    support: list[Support],
    plan: Array,
    logs: Array,
    order: Array,
    margin: Array,
    good: Array,
    most: int,
) -> list[Found]:
    if not len(good):
        return []
    plan, logs, order = plan[:, good], logs[:, good], order[:, good]
    beliefs = tree.beliefs(logs, order)
    ends = [*tree.first[1:], tree.size]
    kept: dict[Any, Found] = {}
    counts: dict[Support, int] = {}
    for n, place in enumerate(good):
        own = support[place]
        pattern = (
            own,
            tuple(np.round(plan[:, n], 4).tolist()),
            tuple(tuple((b[:, n] > 0).tolist()) for b in beliefs),
        )
        if pattern in kept or counts.get(own, 0) >= most:
            continue
        counts[own] = counts.get(own, 0) + 1
        rows = tuple(tuple(plan[s:e, n].tolist()) for s, e in zip(tree.first, ends, strict=True))
        kept[pattern] = Found(
            own, rows, tuple(tuple(b[:, n].tolist()) for b in beliefs), float(margin[place])
        )
    return list(kept.values())


def _read(tree: Tree, x: Array, played: Array) -> tuple[Array, Array]:
    """Plans and log weights from one number for each action."""
    starts, owners = np.array(tree.first), _owners(tree)
    mass = np.where(played, np.exp(np.where(played, x, 0)), 0)
    total = np.add.reduceat(mass, starts)[owners]
    return mass / total, np.where(played, x - np.log(total), x)


def _residuals(tree: Tree, x: Array, order: Array, played: Array, slack: Array) -> Array:
    """For each action: what should be zero if played, and should not be a gain if not."""
    starts, owners = np.array(tree.first), _owners(tree)
    value = tree.values(*_read(tree, x, played), order)
    mean = np.add.reduceat(np.where(played, value, 0), starts)
    mean = (mean / np.add.reduceat(played, starts, dtype=float))[owners]
    return np.where(played, value - mean, np.maximum(value - mean + slack, 0))


def _mixed(
    tree: Tree, chosen: list[Support], rng: np.random.Generator, starts: int, rounds: int = 40
) -> list[Found]:
    """Mixed equilibria of many supports, from several starts each, all at once."""
    support = [s for s in chosen for _ in range(starts)]
    count = len(support)
    played = np.array([_mask(tree, s) for s in support]).T
    order = np.where(played, 0, _orders(tree, rng, count))
    slack = np.where(np.arange(count) % 2, 0.02, 0.0)
    x = rng.normal(0, 1.0, (tree.size, count))
    damping = np.full(count, 1e-3)
    residual = _residuals(tree, x, order, played, slack)
    active, history = np.arange(count), []
    for _ in range(rounds):
        cost = (residual[:, active] ** 2).sum(axis=0)
        history.append(cost_of(count, active, cost))
        going = cost > EXACT**2
        if len(history) > 4:  # four rounds should at least halve what is left
            going &= cost < history[-5][active] / 2
        active, cost = active[going], cost[going]
        if not len(active):
            break
        part = x[:, active], order[:, active], played[:, active], slack[active]
        move = _move(tree, *part, residual[:, active], damping[active])
        fresh = np.clip(part[0] + np.clip(move, -2, 2), -9, 9)
        after = _residuals(tree, fresh, *part[1:])
        better = (after**2).sum(axis=0) < cost
        x[:, active] = np.where(better, fresh, part[0])
        residual[:, active] = np.where(better, after, residual[:, active])
        damping[active] = np.clip(damping[active] * np.where(better, 0.1, 10), 1e-14, 1e6)
    return _kept(tree, support, x, order, played)


def cost_of(count: int, active: Array, cost: Array) -> Array:
    whole = np.zeros(count)
    whole[active] = cost
    return whole


def _move(
    tree: Tree,
    x: Array,
    order: Array,
    played: Array,
    slack: Array,
    residual: Array,
    damping: Array,
) -> Array:
    """A damped step of Gauss and Newton, with differences for derivatives."""
    size, count = x.shape
    step = 1e-7
    wide = np.repeat(x[:, None, :], size, axis=1)
    wide[np.arange(size), np.arange(size)] += step
    after = _residuals(
        tree,
        wide.reshape(size, size * count),
        np.tile(order, (1, size)),
        np.tile(played, (1, size)),
        np.tile(slack, size),
    )
    slope = (after.reshape(-1, size, count) - residual[:, None, :]) / step
    slope = slope.transpose(2, 0, 1)  # batch x residual x unknown
    square = slope.transpose(0, 2, 1) @ slope
    square += np.maximum(damping, 1e-13)[:, None, None] * np.eye(size)
    right = slope.transpose(0, 2, 1) @ residual.T[..., None]
    return np.asarray(-np.linalg.solve(square, right)[..., 0].T)


def _kept(tree: Tree, support: list[Support], x: Array, order: Array, played: Array) -> list[Found]:
    plan, logs = _read(tree, x, played)
    off, margin = _judge(tree, tree.values(plan, logs, order), played)
    inside = np.where(played, plan, 1).min(axis=0) > LEAST
    near = np.where(played, 0, np.abs(x)).max(axis=0) < FARTHEST
    good = np.flatnonzero((off < 10 * EXACT) & (margin > -10 * EXACT) & inside & near)
    return _distinct(tree, support, plan, logs, order, margin, good, 4)
