"""All Nash equilibria of a tree: two players by the sequence form, more by the paths of play."""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from deterrence.equilibrium.nash_subsets import components, maximal_subsets
from deterrence.equilibrium.path_nash import solve_by_paths
from deterrence.equilibrium.reply_polyhedra import ReplyVertices, reply_vertices
from deterrence.equilibrium.sequence_form import SequenceForm, plan_counts
from deterrence.equilibrium.sequence_subsets import Source
from deterrence.equilibrium.solution import Solution
from deterrence.equilibrium.stages import whole_game
from deterrence.errors import LimitError
from deterrence.games.tree import Game

__all__ = ["solve_tree_nash"]

MOST_PURE = 256  # plans of one player, each a vertex; more are left to the paths of play
MOST_RAYS = 50_000
MOST_PAIRS = 1_000_000
BLOCK = 4_000_000


def solve_tree_nash(game: Game, budget: int = 200_000) -> Solution:
    """All Nash equilibria of a tree, as families and connected components.

    Parameters
    ----------
    game : Game
        With numbers for all parameters.
    budget : int, optional
        By the sequence form: vertices at most, up to 50,000. By the paths of play: ten for each
        branch of the search; when it runs out, the solution is not complete.

    Returns
    -------
    Solution
        Its equilibria are `TreeEquilibrium`: behaviour strategies, with `irrelevant` sets and
        `empty_threats`. Complete by the sequence form; by the paths of play unless the budget runs
        out, or conditions remain that multiply choices of several players in a way that the notes
        do not cover. `left` then says so, and slices of such families are shown.

    Raises
    ------
    ParameterError
        If parameters have no numbers.
    LimitError
        If the vertices of the sequence form are too many, a deviation can be followed by more than
        500 plans, or there are more than 20,000 families.

    Notes
    -----
    The sequence form (von Stengel 1996) serves where at most two players choose and neither has
    more than 256 plans that it does not itself rule out. All vertices of both polyhedra of
    realisation plans and reply values are found; pairs whose played sequences are best replies to
    each other are the extreme equilibria, and the maximal Nash subsets are products of polytopes of
    realisation plans that these span. Every pure plan is a vertex, so that the cost grows with the
    number of plans, exponentially in the number of information sets.

    Otherwise every choice of actions at the information sets that play reaches is tried, those
    excepted that bounds on payoffs rule out. Given such a choice, players must be indifferent along
    the path, and what the others do elsewhere must deter every deviation of one player. A family
    holds all equilibria with the same choices where play arrives; what no condition mentions is
    free. The conditions are linear in products of probabilities and solved exactly where each mix
    is part of one product, as always with two players. Isolated roots along the path are found by
    subdivision, with a proof in a box. Where one inequality bends a product of polytopes, or
    several conditions tie each another polytope to one and the same, the family is exact as well.
    The cost grows with the number of choices along the path, not of plans.

    Examples
    --------
    >>> from deterrence.games.nodes import Move, Outcome
    >>> reply = {"fight": Outcome({"Entrant": -1, "Incumbent": -1}),
    ...          "share": Outcome({"Entrant": 1, "Incumbent": 1})}
    >>> stay = Outcome({"Entrant": 0, "Incumbent": 2})
    >>> root = Move("Entrant", (), {"out": stay, "enter": Move("Incumbent", "entry", reply)})
    >>> solution = solve_tree_nash(Game(["Entrant", "Incumbent"], root))
    >>> len(solution), solution.complete
    (2, True)
    >>> for equilibrium in solution:
    ...     print(*map(str, equilibrium.payoffs.values()), *equilibrium.empty_threats)
    0 2 Incumbent at 'entry': 'share' pays at least 2 more than 'fight', whatever Incumbent \
believes there
    1 1
    """
    start = time.perf_counter()
    game = game.with_numbers()
    counts = plan_counts(game.structure)
    choosers = [player for player, count in counts.items() if count > 1]
    if len(choosers) > 2 or max(counts.values(), default=1) > MOST_PURE:
        return solve_by_paths(game, "nash", [whole_game()], budget)
    form = SequenceForm(game, choosers)
    most = min(budget, MOST_RAYS)
    sides = [reply_vertices(form.sequences[k], form.replies(1 - k), most) for k in range(2)]
    pairs = _pairs(sides[0], sides[1])
    groups = components(pairs)
    source = Source(form, sides, [maximal_subsets(group) for group in groups])
    return Solution(
        game=game,
        concept="nash",
        complete=True,
        status=_status(game, source, sides, len(pairs)),
        seconds=time.perf_counter() - start,
        source=source,
        record={
            "pairs of vertices with a choice that is no best reply": prod(map(len, sides))
            - len(pairs),
        },
    )


def _pairs(one: ReplyVertices, two: ReplyVertices) -> list[tuple[int, int]]:
    """Pairs of vertices at which every sequence that is played is best."""
    first = _packed(np.concatenate([one.plans != 0, ~one.best], axis=1))
    second = _packed(np.concatenate([~two.best, two.plans != 0], axis=1))
    found: list[tuple[int, int]] = []
    step = max(1, BLOCK // len(two))
    for start in range(0, len(one), step):
        clear = np.ones((min(step, len(one) - start), len(two)), dtype=bool)
        for mine, other in zip(first, second, strict=True):
            clear &= (mine[start : start + step, None] & other) == 0
        a, b = np.nonzero(clear)
        found.extend(zip((a + start).tolist(), b.tolist(), strict=True))
        if len(found) > MOST_PAIRS:
            raise LimitError(
                f"the tree has more than {MOST_PAIRS:,} extreme Nash equilibria, since choices off "
                "the path are free within bounds. Solve for 'sequential' or 'subgame-perfect'."
            )
    return found


def _packed(rows: Any) -> list[Any]:
    words = []
    for start in range(0, rows.shape[1], 64):
        part = rows[:, start : start + 64]
        values = np.array([1 << k for k in range(part.shape[1])], dtype=np.uint64)
        words.append((part * values).sum(axis=1, dtype=np.uint64))
    return words


def _status(game: Game, source: Source, sides: Sequence[ReplyVertices], pairs: int) -> str:
    count = source.component_count
    head = f"{count:,} connected component{'s' if count != 1 else ''} of Nash equilibria"
    subsets = (
        f"{len(source.subsets):,} maximal Nash subset{'s' if len(source.subsets) != 1 else ''}"
    )
    vertices = f"all {len(sides[0]):,} and {len(sides[1]):,} vertices of the sequence form"
    numbers = "exact numbers" if game.exact else "numbers rounded where a formula is irrational"
    if game.floats and game.exact:
        numbers = "floats taken as the decimals that they print as"
    return (
        f"Complete: {head}: {pairs:,} extreme equilibri{'a' if pairs != 1 else 'um'} in {subsets}, "
        f"from {vertices} ({numbers})."
    )
