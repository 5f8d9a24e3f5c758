"""A stochastic game as arrays: all stages at once, in floats, for the search."""

from __future__ import annotations

import functools
import graphlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from deterrence.equilibrium.markov_parts import Floats, Group, Ints, Layer, Spot
from deterrence.games.stochastic import StochasticGame
from deterrence.games.structure import CHANCE, MOVE, OUTCOME, Structure

__all__ = ["MarkovForm", "form_of"]


@dataclass(frozen=True, eq=False)
class MarkovForm:
    """All stages as arrays.

    Attributes
    ----------
    game : StochasticGame
    layers : tuple of Layer
        From the outcomes up.
    roots : ndarray of int, shape (states,)
    outcomes : ndarray of int
    pay : ndarray, shape (outcomes, players)
    next : ndarray, shape (outcomes, states)
    discount : ndarray, shape (players,)
    spots : tuple of Spot
        By information set.
    owner : ndarray of int
        By action, its information set.
    size : int
        Nodes of the tree.
    """

    game: StochasticGame
    layers: tuple[Layer, ...]
    roots: Ints
    outcomes: Ints
    pay: Floats
    next: Floats
    discount: Floats
    spots: tuple[Spot, ...]
    owner: Ints
    size: int

    @functools.cached_property
    def groups(self) -> tuple[Group, ...]:
        """All information sets, those of one shape together."""
        shapes: dict[tuple[int, ...], list[Spot]] = {}
        for spot in self.spots:
            shapes.setdefault(spot.below.shape, []).append(spot)
        return tuple(
            Group(
                player=np.array([spot.player for spot in alike], dtype=np.intp),
                actions=np.stack([spot.actions for spot in alike]),
                below=np.stack([spot.below for spot in alike]),
                paths=tuple(
                    tuple(np.array(path, dtype=np.intp) for path in spot.paths) for spot in alike
                ),
            )
            for alike in shapes.values()
        )

    @functools.cached_property
    def blocks(self) -> tuple[Ints, ...]:
        """States in groups that lead to each other, those first from which none of the rest follow.

        A group's equilibria depend on those of the groups before it alone.
        """
        leads = np.zeros((len(self.roots),) * 2, bool)
        np.logical_or.at(leads, self.home, self.next > 0)
        count, label = connected_components(leads, connection="strong")
        before: dict[int, set[int]] = {k: set() for k in range(count)}
        for one, other in zip(*np.nonzero(leads), strict=True):
            if label[one] != label[other]:
                before[int(label[one])].add(int(label[other]))
        order = graphlib.TopologicalSorter(before).static_order()
        return tuple(np.flatnonzero(label == k) for k in order)

    def within(self, states: Ints, values: Floats) -> tuple[MarkovForm, Ints]:
        """Some states alone, where all others that they lead to are worth what is given.

        Parameters
        ----------
        states : ndarray of int
        values : ndarray, shape (states, players)
            Of all states; read where these lead elsewhere.

        Returns
        -------
        MarkovForm
        ndarray of int
            The places of its actions among all actions.
        """
        ends = np.append(self.roots[1:], self.size)
        nodes = np.concatenate([np.arange(self.roots[s], ends[s]) for s in states])
        place = np.full(self.size, -1, dtype=np.intp)
        place[nodes] = np.arange(len(nodes))
        kept = [n for n, spot in enumerate(self.spots) if place[spot.below[0, 0]] >= 0]
        actions = np.concatenate([np.zeros(0, np.intp), *(self.spots[n].actions for n in kept)])
        moved = np.zeros(max(1, len(self.owner)), dtype=np.intp)  # chance nodes name action 0
        moved[actions] = np.arange(len(actions))
        rows = np.flatnonzero(place[self.outcomes] >= 0)
        away = np.ones(len(self.roots), bool)
        away[states] = False
        later = self.discount * (self.next[rows][:, away] @ values[away])
        spots = tuple(self.spots[n].moved(place, moved) for n in kept)
        form = MarkovForm(
            game=self.game,
            layers=tuple(s for layer in self.layers if (s := layer.moved(place, moved))),
            roots=place[self.roots[states]],
            outcomes=place[self.outcomes[rows]],
            pay=self.pay[rows] + later,
            next=self.next[rows][:, states],
            discount=self.discount,
            spots=spots,
            owner=np.repeat(np.arange(len(spots)), [len(s.actions) for s in spots]),
            size=len(nodes),
        )
        return form, actions

    @functools.cached_property
    def home(self) -> Ints:
        """By outcome, the state whose stage it ends."""
        return np.searchsorted(self.roots, self.outcomes, side="right") - 1

    def reach(self, play: Floats) -> Floats:
        """The probability of each node, given its stage is played.

        Parameters
        ----------
        play : ndarray
            The probability of every action.
        """
        return self.spread([layer.odds(play) for layer in self.layers])

    def spread(self, odds: Sequence[Floats]) -> Floats:
        """The same, given the probability of every child, layer by layer."""
        found = np.zeros(self.size)
        found[self.roots] = 1
        for layer, step in zip(reversed(self.layers), reversed(odds), strict=True):
            found[layer.below[layer.real]] = (found[layer.nodes][:, None] * step)[layer.real]
        return found

    def reduced(self, play: Floats) -> tuple[Floats, Floats]:
        """Expected payoffs (states, players) and transitions (states, states) of one period."""
        return self.reduced_at(self.reach(play)[self.outcomes])

    def reduced_at(self, reach: Floats) -> tuple[Floats, Floats]:
        """The same, given the probability of every outcome in its stage."""
        starts = np.searchsorted(self.outcomes, self.roots)  # every stage has an outcome
        now = np.add.reduceat(reach[:, None] * self.pay, starts, axis=0)
        step = np.add.reduceat(reach[:, None] * self.next, starts, axis=0)
        return now, step

    def values(self, play: Floats) -> Floats:
        """What every state is worth to every player if all play so for ever."""
        now, step = self.reduced(play)
        return self.worth(now, step)

    def worth(self, now: Floats, step: Floats) -> Floats:
        """What every state is worth, given one period's payoffs and transitions."""
        one = np.eye(len(step))
        columns = [np.linalg.solve(one - d * step, now[:, i]) for i, d in enumerate(self.discount)]
        return np.stack(columns, axis=1)

    def settled(self, open_: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], Floats, Floats]:
        """Where nothing below a node is open any more: what it pays and where it leads.

        Parameters
        ----------
        open_ : ndarray of bool
            By action, whether it may be played.

        Returns
        -------
        known : ndarray of bool, shape (nodes,)
        now : ndarray, shape (nodes, players)
        step : ndarray, shape (nodes, states)
            Meaningful where known.
        """
        known = np.zeros(self.size, bool)
        now, step = np.zeros((self.size, self.pay.shape[1])), np.zeros((self.size, len(self.roots)))
        known[self.outcomes], now[self.outcomes], step[self.outcomes] = True, self.pay, self.next
        for layer in self.layers:
            odds = layer.odds(open_.astype(float))
            below = known[layer.below] | (odds == 0)
            known[layer.nodes] = below.all(axis=1) & (np.abs(odds.sum(axis=1) - 1) < 0.5)
            now[layer.nodes] = np.einsum("nk,nkp->np", odds, now[layer.below])
            step[layer.nodes] = np.einsum("nk,nks->ns", odds, step[layer.below])
        return known, now, step

    def leaves(self, values: Floats) -> Floats:
        """What every outcome is worth to every player, given the values of states."""
        return self.pay + self.discount * (self.next @ values)

    def nodes(self, values: Floats, play: Floats) -> Floats:
        """What every node is worth to every player under a profile."""
        found = np.zeros((self.size, self.pay.shape[1]))
        found[self.outcomes] = self.leaves(values)
        for layer in self.layers:
            found[layer.nodes] = np.einsum("nk,nkp->np", layer.odds(play), found[layer.below])
        return found


def form_of(game: StochasticGame) -> MarkovForm:
    """The arrays of a stochastic game with numbers.

    Parameters
    ----------
    game : StochasticGame

    Returns
    -------
    MarkovForm
    """
    s, numbers = game.stages.structure, [float(x) for x in game.stages.numbers]
    offsets = np.concatenate([[0], np.cumsum([len(i.actions) for i in s.sets])]).astype(np.intp)
    outcomes = [n for n, kind in enumerate(s.kind) if kind == OUTCOME]
    step = np.zeros((len(outcomes), len(game.states)))
    for row, node in enumerate(outcomes):
        for state, p in game.transitions(node).items():
            step[row, state] = float(p)
    return MarkovForm(
        game=game,
        layers=_layers(s, numbers, offsets),
        roots=np.array(s.children[0], dtype=np.intp),
        outcomes=np.array(outcomes, dtype=np.intp),
        pay=np.array([[numbers[k] for k in s.payoffs[n] or ()] for n in outcomes]),
        next=step,
        discount=np.array([float(d) for d in game.discount.values()]),
        spots=_spots(s, numbers, offsets),
        owner=np.repeat(np.arange(len(s.sets)), [len(i.actions) for i in s.sets]),
        size=len(s),
    )


def _layers(s: Structure, numbers: Sequence[float], offsets: Ints) -> tuple[Layer, ...]:
    height = [0] * len(s)
    for node in range(len(s) - 1, 0, -1):
        if s.parent[node] > 0:
            height[s.parent[node]] = max(height[s.parent[node]], height[node] + 1)
    levels: dict[int, list[int]] = {}
    for node in range(1, len(s)):
        if s.kind[node] != OUTCOME:
            levels.setdefault(height[node], []).append(node)
    return tuple(_layer(s, numbers, offsets, levels[h]) for h in sorted(levels))


def _layer(s: Structure, numbers: Sequence[float], offsets: Ints, nodes: list[int]) -> Layer:
    most = max(len(s.children[n]) for n in nodes)
    below = np.zeros((len(nodes), most), dtype=np.intp)
    real = np.zeros((len(nodes), most), dtype=bool)
    chance = np.zeros((len(nodes), most))
    actions = np.zeros((len(nodes), most), dtype=np.intp)
    mover = np.full(len(nodes), -1, dtype=np.intp)
    alone = np.zeros(len(nodes), dtype=bool)
    for row, node in enumerate(nodes):
        children = s.children[node]
        below[row] = children[0]
        below[row, : len(children)] = children
        real[row, : len(children)] = True
        if s.kind[node] == CHANCE:
            chance[row, : len(children)] = [numbers[(s.chance[c] or (0,))[0]] for c in children]
        if s.kind[node] == MOVE:
            own = s.sets[s.set_of[node]]
            mover[row] = s.players.index(own.player)
            alone[row] = len(own.nodes) == 1
            actions[row, : len(children)] = offsets[own.index] + np.arange(len(children))
    return Layer(np.array(nodes, dtype=np.intp), below, real, chance, mover, alone, actions)


def _spots(s: Structure, numbers: Sequence[float], offsets: Ints) -> tuple[Spot, ...]:
    found = []
    for own in s.sets:
        root = _subgame(s, own.nodes)
        ways = [_path(s, numbers, offsets, n, root) for n in own.nodes]
        found.append(
            Spot(
                player=s.players.index(own.player),
                actions=offsets[own.index] + np.arange(len(own.actions), dtype=np.intp),
                below=np.array([s.children[n] for n in own.nodes], dtype=np.intp),
                paths=tuple(path for path, _ in ways),
                chance=tuple(odds for _, odds in ways),
            )
        )
    return tuple(found)


def _subgame(s: Structure, nodes: tuple[int, ...]) -> int:
    """The root of the smallest subgame that holds an information set."""
    root = nodes[0]
    while not _closed(s, root, nodes):
        root = s.parent[root]
    return root


def _closed(s: Structure, root: int, nodes: tuple[int, ...]) -> bool:
    end = root + 1
    while end < len(s) and s.parent[end] >= root:
        end += 1
    inside = nodes[-1] < end
    sets = {s.set_of[n] for n in range(root, end) if s.set_of[n] >= 0}
    return inside and all(root <= s.sets[k].nodes[0] and s.sets[k].nodes[-1] < end for k in sets)


def _path(
    s: Structure, numbers: Sequence[float], offsets: Ints, node: int, root: int
) -> tuple[tuple[int, ...], float]:
    taken, odds = [], 1.0
    while node != root:
        above = s.parent[node]
        if s.kind[above] == MOVE:
            taken.append(int(offsets[s.set_of[above]]) + s.children[above].index(node))
        else:
            odds *= numbers[(s.chance[node] or (0,))[0]]
        node = above
    return tuple(taken), odds
