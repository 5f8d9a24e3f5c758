"""The agent logit quantal response path of any finite tree, followed in precision from 0 upwards.

An oracle for tests; it shares no code with the package.  The tree is nested tuples:
    ("leaf", payoffs by player, tags)
    ("chance", [(label, probability, node), ...])        probabilities strictly positive
    ("move", player index, information set, [(action, node), ...])
Nodes that name the same information set share it and must list the same actions.  No path may meet
a set twice.

With l = log probabilities, one per action, the path solves
    F(l, precision) = l - log softmax(bias + precision * u(l)) = 0,
u being the expected payoff of each action given that its set is reached.  All reach
probabilities are kept as logarithms, so beliefs stay exact where they would underflow.
Pseudo-arclength continuation: tangent predictor, Newton corrector, lengths weighted by
1 / (1 + size) so that the tail, where l is linear in precision, takes steps that grow
geometrically.  Turning points are passed.
A bias (default none) gives another path; its limit is a sequential equilibrium too.
In mixed equilibria the distance to the limit falls as 1 / precision, and rounding (beliefs far off
the path) stops progress beyond about 3e5; near ties need more than the default 1e5.
On a small machine set OMP_NUM_THREADS=1: the arrays are too small for threads to help.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Node = tuple[Any, ...]


class Tree:
    """Incidence arrays of a neutral tree."""

    def __init__(self, root: Node) -> None:
        self.actions: dict[Any, list[str]] = {}
        self.player: dict[Any, int] = {}
        self.first: dict[Any, int] = {}
        self.histories: dict[Any, list[tuple[str, ...]]] = {}
        leaves: list[tuple[float, list[int]]] = []
        nodes: list[tuple[int, float, list[int]]] = []
        pay: list[Any] = []
        self.tags: list[frozenset[str]] = []
        self.count = 0  # nodes of the tree
        size = 0
        order: dict[Any, int] = {}
        stack: list[tuple[Node, float, list[int], tuple[str, ...]]] = [(root, 0.0, [], ())]
        while stack:
            node, chance, path, labels = stack.pop()
            self.count += 1
            if node[0] == "leaf":
                leaves.append((chance, path))
                pay.append(node[1])
                self.tags.append(frozenset(node[2]))
            elif node[0] == "chance":
                for label, probability, sub in reversed(node[1]):
                    log = chance + float(np.log(probability))
                    stack.append((sub, log, path, (*labels, label)))
            else:
                _, player, where, choices = node
                names = [action for action, _ in choices]
                if where not in self.actions:
                    self.actions[where], self.player[where] = names, player
                    self.first[where], order[where] = size, len(order)
                    size += len(names)
                elif self.actions[where] != names or self.player[where] != player:
                    raise ValueError(f"information set {where!r} is not the same everywhere")
                nodes.append((order[where], chance, path))
                self.histories.setdefault(where, []).append(labels)
                start = self.first[where]
                for i in reversed(range(len(names))):
                    label, sub = choices[i]
                    stack.append((sub, chance, [*path, start + i], (*labels, label)))
        self.size = size
        self.leaf_log = np.array([chance for chance, _ in leaves])
        self.leaf_path = incidence([path for _, path in leaves], size)
        self.node_log = np.array([chance for _, chance, _ in nodes])
        self.node_path = incidence([path for _, _, path in nodes], size)
        self.node_set = np.array([where for where, _, _ in nodes], dtype=int)
        self.payoffs = np.array(pay, dtype=float)
        self.sets = list(self.actions)
        self.set_of = np.concatenate(
            [np.full(len(self.actions[where]), i) for i, where in enumerate(self.sets)]
        )
        owner = np.array([self.player[where] for where in self.sets])[self.set_of]
        self.own = self.payoffs[:, owner].T * self.leaf_path.T  # action x leaf
        self.through = self.leaf_path.T > 0
        self.member = np.zeros((len(self.sets), len(nodes)))
        self.member[self.node_set, np.arange(len(nodes))] = 1
        self.starts = np.array([self.first[where] for where in self.sets])

    def reach(self, logs: Array) -> tuple[Array, Array]:
        """Log reach of each set, and each node's share of its set."""
        nodes = self.node_path @ logs + self.node_log
        top = np.full(len(self.sets), -np.inf)
        np.maximum.at(top, self.node_set, nodes)
        sums = self.member @ np.exp(nodes - top[self.node_set])
        total = top + np.log(sums)
        return total, np.exp(nodes - total[self.node_set])

    def values(self, logs: Array) -> tuple[Array, Array]:
        """u and its Jacobian in the log probabilities."""
        reach, share = self.reach(logs)
        leaves = self.leaf_path @ logs + self.leaf_log
        exponent = leaves[None, :] - (logs + reach[self.set_of])[:, None]
        weights = np.exp(np.where(self.through, exponent, -np.inf)) * self.own
        u = weights.sum(axis=1)
        slope = weights @ self.leaf_path
        slope[np.arange(self.size), np.arange(self.size)] -= u
        drift = self.member @ (share[:, None] * self.node_path)
        slope -= u[:, None] * drift[self.set_of]
        return u, slope

    def softmax(self, scores: Array) -> tuple[Array, Array]:
        """Probabilities and their logarithms, set by set."""
        top = np.maximum.reduceat(scores, self.starts)
        shifted = scores - top[self.set_of]
        total = np.add.reduceat(np.exp(shifted), self.starts)
        logs = shifted - np.log(total)[self.set_of]
        return np.exp(logs), logs

    def regret(self, logs: Array) -> float:
        """Largest gain at a set from its best action, given the beliefs of this profile."""
        u, _ = self.values(logs)
        best = np.maximum.reduceat(u, self.starts)
        return float(np.max(best - np.add.reduceat(u * np.exp(logs), self.starts)))

    def strategy(self, logs: Array) -> dict[Any, dict[str, float]]:
        plan = np.exp(logs)
        return {
            where: {a: float(plan[self.first[where] + i]) for i, a in enumerate(names)}
            for where, names in self.actions.items()
        }

    def beliefs(self, logs: Array) -> dict[Any, dict[tuple[str, ...], float]]:
        """Beliefs at each set: {labels from the root: probability}."""
        _, share = self.reach(logs)
        result: dict[Any, dict[tuple[str, ...], float]] = {}
        for i, where in enumerate(self.sets):
            held = share[self.node_set == i]
            result[where] = dict(zip(self.histories[where], held.tolist(), strict=True))
        return result

    def events(self, logs: Array) -> dict[str, float]:
        """Probability of each tag found on a leaf."""
        chance = np.exp(self.leaf_path @ logs + self.leaf_log)
        names = sorted(set().union(*self.tags))
        return {
            name: float(sum(c for c, t in zip(chance, self.tags, strict=True) if name in t))
            for name in names
        }

    def expected(self, logs: Array) -> Array:
        """Expected payoff of each player."""
        return np.asarray(np.exp(self.leaf_path @ logs + self.leaf_log) @ self.payoffs)


def incidence(paths: list[list[int]], size: int) -> Array:
    matrix = np.zeros((len(paths), size))
    for row, path in enumerate(paths):
        matrix[row, path] = 1
        if len(set(path)) < len(path):
            raise ValueError("a path meets an information set twice")
    return matrix


@dataclass
class Path:
    """The followed path.  ``logs[i]`` are log probabilities at ``precision[i]``; the last is the
    end, taken as the limit."""

    tree: Tree
    precision: Array
    logs: Array
    reached: bool  # whether the wanted precision was reached
    steps: int
    turns: int  # how often precision changed direction

    def strategy(self, at: int = -1) -> dict[Any, dict[str, float]]:
        return self.tree.strategy(self.logs[at])

    def beliefs(self, at: int = -1) -> dict[Any, dict[tuple[str, ...], float]]:
        return self.tree.beliefs(self.logs[at])

    def events(self, at: int = -1) -> dict[str, float]:
        return self.tree.events(self.logs[at])

    def payoffs(self, at: int = -1) -> Array:
        return self.tree.expected(self.logs[at])

    def regret(self, at: int = -1) -> float:
        return self.tree.regret(self.logs[at])


def residual(tree: Tree, logs: Array, precision: float, bias: Array) -> tuple[Array, Array]:
    """F and its Jacobian in (logs, precision)."""
    u, slope = tree.values(logs)
    chosen, target = tree.softmax(bias + precision * u)

    def deviation(rows: Array) -> Array:
        flat = rows.reshape(tree.size, -1)
        mean = np.add.reduceat(chosen[:, None] * flat, tree.starts, axis=0)
        return np.asarray((flat - mean[tree.set_of]).reshape(rows.shape))

    jacobian = np.empty((tree.size, tree.size + 1))
    jacobian[:, :-1] = np.eye(tree.size) - precision * deviation(slope)
    jacobian[:, -1] = -deviation(u)
    return logs - target, jacobian


def trace(
    root: Node | Tree,
    precision: float = 1e5,
    bias: Mapping[Any, Mapping[str, float]] | None = None,
    step: float = 0.05,
    longest: float = 0.5,
    most_steps: int = 20000,
) -> Path:
    """Follow the path from precision 0 until the precision asked for."""
    tree = root if isinstance(root, Tree) else Tree(root)
    start = np.zeros(tree.size)
    for where, scores in (bias or {}).items():
        for i, action in enumerate(tree.actions[where]):
            start[tree.first[where] + i] = scores.get(action, 0.0)
    point = np.append(tree.softmax(start)[1], 0.0)
    _, jacobian = residual(tree, point[:-1], 0.0, start)
    direction = np.append(np.linalg.solve(jacobian[:, :-1], -jacobian[:, -1]), 1.0)
    lams, logs = [0.0], [point[:-1]]
    steps = turns = 0
    while point[-1] < precision and steps < most_steps:
        scale = 1 / (1 + np.abs(point))
        scale[:-1] /= np.sqrt(tree.size)
        direction = direction / np.linalg.norm(scale * direction)
        accepted = False
        while not accepted and step > 1e-12:
            steps += 1
            guess = point + step * direction
            if guess[-1] > precision:
                guess = point + (precision - point[-1]) / direction[-1] * direction
            landed = correct(tree, guess, direction, scale, start)
            if landed is not None:
                fresh, iterations, jacobian = landed
                shift = np.linalg.norm(scale * (fresh - guess))
                ahead = tangent(jacobian, scale, direction)
                angle = float((scale * ahead) @ (scale * direction))
                near = float(shift) <= 0.3 * step + rounding(point)
                accepted = near and angle > 0.9 and float(fresh[-1]) > -1e-9
            if not accepted:
                step *= 0.4
        if not accepted:
            break
        turns += int(ahead[-1] * direction[-1] < 0)
        point, direction = fresh, ahead
        lams.append(float(point[-1]))
        logs.append(point[:-1])
        if iterations <= 3 and shift < 0.1 * step:
            step = min(step * 1.6, longest)
    done = bool(point[-1] >= precision * (1 - 1e-6))
    return Path(tree, np.array(lams), np.array(logs), done, steps, turns)


def tangent(jacobian: Array, scale: Array, before: Array) -> Array:
    """Unit tangent (in the scaled norm) with a positive product with the one before."""
    system = np.vstack([jacobian / scale[None, :], (scale * before)[None, :]])
    right = np.zeros(len(before))
    right[-1] = 1.0
    scaled = np.linalg.solve(system, right)
    return np.asarray(scaled / np.linalg.norm(scaled) / scale)


def rounding(point: Array) -> float:
    """Accuracy that F allows: beliefs at sets far off the path are ratios of tiny numbers."""
    return 1e-9 + 1e-16 * abs(float(point[-1])) * float(np.max(np.abs(point[:-1])))


def correct(
    tree: Tree, guess: Array, direction: Array, scale: Array, bias: Array
) -> tuple[Array, int, Array] | None:
    """Newton on F = 0 within the hyperplane through the guess across the direction."""
    point = guess.copy()
    across = scale * direction
    noise = rounding(guess)
    last = np.inf
    with np.errstate(all="ignore"):
        for iteration in range(1, 9):
            value, jacobian = residual(tree, point[:-1], float(point[-1]), bias)
            if not np.all(np.isfinite(jacobian)):
                return None
            system = np.vstack([jacobian / scale[None, :], across[None, :]])
            offset = float(across @ (scale * (point - guess)))
            try:
                move = np.linalg.solve(system, np.append(-value, -offset)) / scale
            except np.linalg.LinAlgError:
                return None
            size = float(np.linalg.norm(scale * move))
            if not np.isfinite(size) or (iteration > 1 and size > 0.7 * last and size > noise):
                return None
            point = point + move
            last = size
            if size < noise:
                _, jacobian = residual(tree, point[:-1], float(point[-1]), bias)
                if not np.all(np.isfinite(jacobian)):
                    return None
                return point, iteration, jacobian
    return None
