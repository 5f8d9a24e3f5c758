"""A solution as what a file holds of it, in the form of `storage_form`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.bayesian_profiles import BayesianEquilibrium
from deterrence.equilibrium.solution import Equilibrium, Family, Solution
from deterrence.equilibrium.storage_form import FORMAT, VERSION, note_of_what_is_left_out
from deterrence.errors import InputError, LimitError
from deterrence.games.numbers import LONGEST_NUMBER
from deterrence.games.structure import CHANCE, MOVE, Structure
from deterrence.games.tree import Game

__all__ = ["document_of"]

DEEPEST = 20  # of tuples in labels


def document_of(solution: Solution, most: int) -> dict[str, Any]:
    """What is written of a solution, at most so many equilibria."""
    structure = solution.game.structure
    chosen = _Chosen(solution, most)
    order = _order(structure)
    names = [str(name) for name in solution.envelope()]
    return {
        "format": FORMAT,
        "version": VERSION,
        "concept": solution.concept,
        "complete": solution.complete,
        "status": solution.status,
        "seconds": repr(float(solution.seconds)),
        "record": dict(solution.record),
        "left": list(solution.left),
        "cut": chosen.cut(),
        "game": _game_document(solution.game),
        "envelope": _spans(solution.envelope()),
        "outcomes": {
            "names": names,
            "rows": [[repr(float(row[n])) for n in names] for row in solution.outcomes()],
        },
        "components": [_spans(solution.components[k].outcome()) for k in range(chosen.components)],
        "families": [_family_document(f, structure, order) for f in chosen.families],
        "equilibria": [_equilibrium_document(f, e, order) for f, e in chosen.equilibria],
    }


def _spans(outcome: Mapping[str, tuple[float, float]]) -> dict[str, list[str]]:
    return {name: [repr(float(x)) for x in between] for name, between in outcome.items()}


class _Chosen:
    """The equilibria to be written, each with the place of its family."""

    def __init__(self, solution: Solution, most: int) -> None:
        self.solution, self.most = solution, most
        self.components = min(int(solution.source.component_count), most)
        self.families: list[Family] = []
        self.equilibria: list[tuple[int, Equilibrium]] = []
        written = [solution.components[k].families for k in range(self.components)]
        self.of_families = sum(map(len, written))
        first = (families[0] for families in written)
        further = (families[n] for families in written for n in range(1, len(families)))
        for family in itertools.islice(itertools.chain(first, further), most):
            self.equilibria.append((len(self.families), family.representative))
            self.families.append(family)
        self.equilibria.extend(itertools.islice(self._corners(), most - len(self.equilibria)))

    def _corners(self) -> Iterator[tuple[int, Equilibrium]]:
        for place, family in enumerate(self.families):
            for picks in itertools.islice(family.source.picks(family.cells), 1, None):
                yield place, family.source.equilibrium(family.component, picks)

    def cut(self) -> dict[str, Any]:
        counts = {
            "components": (self.components, int(self.solution.source.component_count)),
            "families": (len(self.families), self.of_families),
            "equilibria": (len(self.equilibria), int(self.solution.source.point_count)),
        }
        listed = {name: {"written": w, "of": str(of)} for name, (w, of) in counts.items()}
        return {"note": note_of_what_is_left_out(counts) or "Nothing was left out.", **listed}


def _order(structure: Structure) -> list[int]:
    """Information sets in the order in which the tree comes to them, as a game read again has."""
    moves = (structure.set_of[node] for node, kind in enumerate(structure.kind) if kind == MOVE)
    return list(dict.fromkeys(moves))


def _game_document(game: Game) -> dict[str, Any]:
    s = game.structure
    return {
        "players": list(s.players),
        "numbers": [_written(x) for x in game.numbers],
        "exact": game.exact,
        "floats": game.floats,
        "removed": [[_encoded(label) for label in history] for history in game.removed],
        "nodes": [_node_document(s, node) for node in range(len(s))],
    }


def _node_document(s: Structure, node: int) -> dict[str, Any]:
    children = s.children[node]
    if s.kind[node] == MOVE:
        own = s.sets[s.set_of[node]]
        actions = [_encoded(s.label[c]) for c in children]
        return {
            "kind": "move",
            "player": own.player,
            "knows": _encoded(own.knows),
            "actions": actions,
        }
    if s.kind[node] == CHANCE:
        branches = [[_encoded(s.label[c]), _shared(s.chance[c] or ())] for c in children]
        return {"kind": "chance", "branches": branches}
    events = [[_encoded(name), k] for name, k in (s.events[node] or {}).items()]
    return {"kind": "outcome", "payoffs": list(s.payoffs[node] or ()), "events": events}


def _shared(places: Sequence[int]) -> list[int]:
    """One place where all players have the same probability."""
    return [places[0]] if len(set(places)) == 1 else list(places)


def _encoded(label: Any, depth: int = 0) -> Any:
    if isinstance(label, tuple) and depth < DEEPEST:
        return [_encoded(inner, depth + 1) for inner in label]
    if label is None or isinstance(label, int):
        return label
    if isinstance(label, str) and not any("\ud800" <= c <= "\udfff" for c in label):
        return label
    raise InputError(
        f"the label {label!r} cannot be stored. Labels in a file are text, whole numbers, True, "
        f"False, None and tuples of these, nested at most {DEEPEST} deep."
    )


def _written(number: Fraction) -> str:
    text = str(number)
    if len(text) > LONGEST_NUMBER:
        raise LimitError(
            f"a number has {len(text):,} characters; at most {LONGEST_NUMBER:,} can be stored. "
            "Give payoffs and probabilities with fewer digits."
        )
    return text


def _equilibrium_document(family: int, e: Equilibrium, order: Sequence[int]) -> dict[str, Any]:
    strategy = [[_written(p) for p in e.assessment.probabilities[k]] for k in order]
    if isinstance(e, BayesianEquilibrium):
        return {
            "family": family,
            "strategy": strategy,
            "beliefs": [[_written(p) for p in e.assessment.node_beliefs[k]] for k in order],
            "exact": e.is_exact,
        }
    witness = e.witness
    return {
        "family": family,
        "strategy": strategy,
        "order": [list(witness.order[k]) for k in order],
        "weights": [[_written(w) for w in witness.weights[k]] for k in order],
        "exact": bool(witness.exact),
    }


def _family_document(family: Family, s: Structure, order: Sequence[int]) -> dict[str, Any]:
    fixed, free = family.fixed, family.free

    def entry(*key: Any) -> Any:
        if key in fixed:
            return _written(fixed[key])
        return [_written(x) for x in free[key]] if key in free else None

    sets = [s.sets[k] for k in order]
    return {
        "component": family.component,
        "dimension": family.dimension,
        "strategies": [
            [entry("strategy", own.player, own.knows, a) for a in own.actions] for own in sets
        ],
        "beliefs": [
            [entry("belief", own.player, own.knows, s.histories[n]) for n in own.nodes]
            for own in sets
        ],
        "relations": list(family.relations),
    }
