"""Nash and subgame-perfect equilibria of small trees by trying every deviation, in fractions.

An oracle for tests; it shares no code with the package. Trees are those of `brute_sequential`:
    ("leaf", payoffs by player)
    ("chance", [(probability or probabilities by player, node), ...])
    ("move", player index, information set, [(action, node), ...])
A profile gives each information set a row of probabilities.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

Node = tuple[Any, ...]
Profile = Mapping[Any, Sequence[Fraction]]


def worth(node: Node, profile: Profile, player: int) -> Fraction:
    """What a player expects from a node on."""
    kind = node[0]
    if kind == "leaf":
        return Fraction(node[1][player])
    if kind == "chance":
        odds = [p[player] if isinstance(p, tuple) else p for p, _ in node[1]]
        pairs = zip(odds, (below for _, below in node[1]), strict=True)
    else:
        pairs = zip(profile[node[2]], (below for _, below in node[3]), strict=True)
    return sum(
        (Fraction(p) * worth(below, profile, player) for p, below in pairs if p), Fraction(0)
    )


def sets_of(node: Node) -> dict[Any, tuple[int, int]]:
    """The information sets below a node: whose, and how many actions."""
    found: dict[Any, tuple[int, int]] = {}
    for one in walk(node):
        if one[0] == "move":
            found[one[2]] = one[1], len(one[3])
    return found


def walk(node: Node) -> Iterator[Node]:
    yield node
    if node[0] != "leaf":
        for below in (pair[1] for pair in node[-1]):
            yield from walk(below)


def subgames(root: Node) -> list[Node]:
    """Nodes below which somebody moves and whose information sets lie below them only."""
    total: dict[Any, int] = {}
    for one in walk(root):
        if one[0] == "move":
            total[one[2]] = total.get(one[2], 0) + 1
    found = []
    for one in walk(root):
        here: dict[Any, int] = {}
        for below in walk(one):
            if below[0] == "move":
                here[below[2]] = here.get(below[2], 0) + 1
        if here and all(count == total[name] for name, count in here.items()):
            found.append(one)
    return found


def pure(sets: Mapping[Any, tuple[int, int]], names: Sequence[Any]) -> Iterator[dict[Any, Any]]:
    """Every choice of one action at each of some sets."""
    rows = [
        [tuple(Fraction(int(a == b)) for b in range(sets[n][1])) for a in range(sets[n][1])]
        for n in names
    ]
    for chosen in itertools.product(*rows):
        yield dict(zip(names, chosen, strict=True))


def regret(node: Node, profile: Profile, players: int) -> Fraction:
    """The most that a player gains by another strategy from a node on."""
    sets, most = sets_of(node), Fraction(0)
    for player in range(players):
        own = [name for name, (owner, _) in sets.items() if owner == player]
        kept = worth(node, profile, player)
        for plan in pure(sets, own):
            most = max(most, worth(node, {**profile, **plan}, player) - kept)
    return most


def is_nash(root: Node, profile: Profile, players: int) -> bool:
    return regret(root, profile, players) == 0


def is_subgame_perfect(root: Node, profile: Profile, players: int) -> bool:
    return all(regret(node, profile, players) == 0 for node in subgames(root))


def pure_profiles(root: Node) -> Iterator[Profile]:
    sets = sets_of(root)
    yield from pure(sets, list(sets))


def count_pure(root: Node) -> int:
    total = 1
    for _, actions in sets_of(root).values():
        total *= actions
    return total
