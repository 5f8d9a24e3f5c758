"""Solutions in files: written whole or not at all, and checked again when they are read.

A file is JSON that holds the game, the equilibria with the trembles behind their beliefs, and what
is said about families. Nothing in it is evaluated, and every equilibrium is certified anew.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf, ValidationError
from pydantic_core import PydanticCustomError

from deterrence.equilibrium.bayesian_profiles import BayesianEquilibrium
from deterrence.equilibrium.certificate import CONCEPTS
from deterrence.equilibrium.consistency import Witness, beliefs_from
from deterrence.equilibrium.description import Description, Range, Ranges, labelled
from deterrence.equilibrium.outcomes import outcome_names
from deterrence.equilibrium.solution import Equilibrium, Family, Solution
from deterrence.errors import CertificateError, DeterrenceError, FileError, InputError, LimitError
from deterrence.games.assessment import Assessment
from deterrence.games.formulas import FormulaTable
from deterrence.games.numbers import exact
from deterrence.games.structure import CHANCE, MOVE, Structure
from deterrence.games.tree import Chance, Game, Move, Outcome

__all__ = ["StoredSource", "load", "save"]

FORMAT, VERSION = "deterrence solution", 1
MOST_BYTES = 100_000_000
LONGEST_NUMBER = 2000  # characters, as `exact` reads them
DEEPEST = 20  # of tuples in labels
MOST_MISTAKES = 5  # shown at a time
SLACK = 1e-9  # of outcomes, which are floats


# --- the form of a file --------------------------------------------------------------------------


def _number(value: Any) -> Fraction:
    if not isinstance(value, str):
        raise PydanticCustomError("number", "numbers stand in quotes, like '1/3'")
    try:
        return _exact(value)
    except InputError as error:
        raise PydanticCustomError("number", "{text}", {"text": str(error)}) from None


@functools.lru_cache(maxsize=10_000)  # most numbers of a strategy are 0 or 1
def _exact(text: str) -> Fraction:
    return exact(text)


def _label(value: Any) -> Any:
    """A label as the game had it: lists stand for tuples."""
    if isinstance(value, list):
        return tuple(map(_label, value))
    if value is None or isinstance(value, (str, int)):
        return value
    raise PydanticCustomError(
        "label", "a label is text, a whole number, true, false, null or a list"
    )


def _version(value: Any) -> Any:
    if value != VERSION:
        text = f"this package reads version {VERSION} of the format, not {str(value)[:20]}"
        raise PydanticCustomError("version", "{text}", {"text": text})
    return value


Number = Annotated[InstanceOf[Fraction], BeforeValidator(_number)]
Label = Annotated[Any, BeforeValidator(_label)]
Place = Annotated[int, Field(ge=0)]
Entry = Number | tuple[Number, Number] | None
Rows = tuple[tuple[Number, ...], ...]
Spans = dict[str, tuple[Number, Number]]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _MoveForm(_Form):
    kind: Literal["move"]
    player: str
    knows: Label
    actions: Annotated[tuple[Label, ...], Field(min_length=1)]


class _ChanceForm(_Form):
    kind: Literal["chance"]
    branches: Annotated[tuple[tuple[Label, tuple[Place, ...]], ...], Field(min_length=1)]


class _OutcomeForm(_Form):
    kind: Literal["outcome"]
    payoffs: tuple[Place, ...]
    events: tuple[tuple[Label, Place], ...] = ()


NodeForm = Annotated[_MoveForm | _ChanceForm | _OutcomeForm, Field(discriminator="kind")]


class _GameForm(_Form):
    """A tree in preorder; nodes refer to places among the numbers."""

    players: tuple[str, ...]
    numbers: tuple[Number, ...]
    exact: bool
    floats: bool
    removed: tuple[tuple[Label, ...], ...]
    nodes: Annotated[tuple[NodeForm, ...], Field(min_length=1)]


class _FamilyForm(_Form):
    """Ranges by information set, in the order in which the tree comes to them."""

    component: Place
    dimension: Place
    strategies: tuple[tuple[Entry, ...], ...]
    beliefs: tuple[tuple[Entry, ...], ...]
    relations: tuple[str, ...]


class _EquilibriumForm(_Form):
    family: Place
    strategy: Rows
    exact: bool
    order: tuple[tuple[Place, ...], ...] | None = None  # of the trembles behind the beliefs
    weights: Rows | None = None
    beliefs: Rows | None = None  # instead of trembles


class _CountForm(_Form):
    written: Place
    of: Annotated[str, Field(pattern=r"^\d{1,400}$")]


class _CutForm(_Form):
    """What the file leaves out of the solution."""

    note: str
    components: _CountForm
    families: _CountForm  # of the components written
    equilibria: _CountForm


class _OutcomesForm(_Form):
    names: tuple[str, ...]
    rows: Rows


class _SolutionForm(_Form):
    format: Literal["deterrence solution"]
    version: Annotated[int, BeforeValidator(_version)]
    concept: str
    complete: bool
    status: str
    seconds: Number
    record: dict[str, int]
    left: tuple[str, ...]
    cut: _CutForm
    game: _GameForm
    envelope: Spans
    outcomes: _OutcomesForm
    components: tuple[Spans, ...]  # least and most of the outcomes of each
    families: tuple[_FamilyForm, ...]
    equilibria: tuple[_EquilibriumForm, ...]


# --- writing -------------------------------------------------------------------------------------


def save(solution: Solution, path: str | os.PathLike[str], most: int = 1000) -> None:
    """Write a solution, with the witness of every equilibrium written.

    Parameters
    ----------
    solution : Solution
    path : str or path
        A JSON file; what it held before is kept if anything goes wrong.
    most : int
        At most this many equilibria are written: first the representatives of components, then
        those of their other families, then extreme points. The file says what was left out.

    Raises
    ------
    InputError
        If labels are not text, whole numbers, booleans, None or tuples of these, or `most` is not
        a positive whole number.
    LimitError
        If a number has more than 2,000 characters, or the file would have more than 100 MB.
    FileError
        If the file cannot be written.
    """
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise InputError(f"most = {most!r} is not a positive whole number of equilibria.")
    document = _document(solution, most)
    data = json.dumps(document, separators=(",", ":"), allow_nan=False).encode("ascii")
    if len(data) > MOST_BYTES:
        raise LimitError(
            f"the file would have {len(data):,} bytes; at most {MOST_BYTES:,} are read again. Give "
            f"a smaller `most` than {most:,}."
        )
    _write(_path(path), data)


def _document(solution: Solution, most: int) -> dict[str, Any]:
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
        return {"note": _note(counts) or "Nothing was left out.", **listed}


def _note(counts: Mapping[str, tuple[int, int]]) -> str:
    """What a file leaves out, in a sentence; empty if nothing."""
    missing = [f"{w:,} of {of:,} {name}" for name, (w, of) in counts.items() if w < of]
    return f"The file holds {', '.join(missing)}." if missing else ""


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


def _path(path: Any) -> Path:
    try:
        return Path(path)
    except TypeError:
        raise FileError(f"{path!r} is not a path; give text or a pathlib.Path.") from None


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing: readers never see half a file."""
    aside = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except (OSError, ValueError) as error:
        raise FileError(f"{str(path)!r} cannot be written: {error}.") from None
    finally:
        with contextlib.suppress(OSError, ValueError):
            aside.unlink(missing_ok=True)


# --- reading -------------------------------------------------------------------------------------


def load(path: str | os.PathLike[str]) -> Solution:
    """Read a solution that `Solution.save` wrote; every equilibrium is certified again.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    Solution
        What the file holds. It is complete only if the solution was, and no component or family
        was left out. That nothing else is an equilibrium, and the ranges over families, were
        proved when the solution was found and are taken from the file.

    Raises
    ------
    FileError
        If the file is missing or not such a file; the message says what is wrong and where.
    CertificateError
        If what the file claims to be an equilibrium is none, or lies outside its own family.
    """
    where = f"solution file {str(path)!r}"
    form = _form(_data(_path(path), where), where)
    if form.concept not in CONCEPTS:
        known = ", ".join(CONCEPTS)
        raise FileError(f"{where}: concept {form.concept[:60]!r} is none of {known}.")
    game = _game(form.game, where)
    source = _Reading(form, game, where).source()
    short = _short(form.cut)
    return Solution(
        game=game,
        concept=form.concept,
        complete=form.complete and not short,
        status=f"{form.status} {short}".strip(),
        seconds=float(form.seconds),
        source=source,
        record=form.record,
        left=(*form.left, short) if short else form.left,
    )


def _short(cut: _CutForm) -> str:
    """What is missing, where it is components or families and not only points of families."""
    counts = {
        "components": (cut.components.written, int(cut.components.of)),
        "families": (cut.families.written, int(cut.families.of)),
    }
    return _note(counts)


def _data(path: Path, where: str) -> bytes:
    problem = "is no ordinary file; give a file that Solution.save wrote"
    try:
        if path.is_file():
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
            if len(data) <= MOST_BYTES:
                return data
            problem = f"has more than {MOST_BYTES:,} bytes, the most that are read"
        elif not path.exists():
            problem = "does not exist"
    except (OSError, ValueError) as error:
        problem = f"cannot be read: {error}"
    raise FileError(f"{where} {problem}.")


def _form(data: bytes, where: str) -> _SolutionForm:
    try:
        return _SolutionForm.model_validate_json(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    shown = [f"{_at(e['loc'])}{e['msg']}" for e in found[:MOST_MISTAKES]]
    more = (
        f"; and {len(found) - MOST_MISTAKES:,} more mistakes" if len(found) > MOST_MISTAKES else ""
    )
    raise FileError(f"{where} is not what Solution.save writes. {'; '.join(shown)}{more}.")


def _at(location: Iterable[int | str]) -> str:
    """A place in the file: game.nodes[3].actions."""
    text = "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in location)
    return f"{text.removeprefix('.')[:200]}: " if text else ""


def _game(form: _GameForm, where: str) -> Game:
    try:
        game = Game(form.players, _Tree(form).root())
    except FileError as error:
        raise FileError(f"{where}, {error}") from None
    except DeterrenceError as error:
        raise FileError(f"{where}, game: {error}") from None
    game.exact, game.floats, game.removed = form.exact, form.floats, form.removed
    game.structure = _with_places(game.structure, form)
    game.table = FormulaTable(form.numbers)
    return game


def _with_places(s: Structure, form: _GameForm) -> Structure:
    """The structure with the file's places: two formulas may have one value, and stay two."""
    chance: list[tuple[int, ...] | None] = [None] * len(s)
    for node, children in zip(form.nodes, s.children, strict=True):
        if isinstance(node, _ChanceForm):
            for child, (_, places) in zip(children, node.branches, strict=True):
                chance[child] = places * len(s.players) if len(places) == 1 else places
    ends = [node if isinstance(node, _OutcomeForm) else None for node in form.nodes]
    return dataclasses.replace(
        s,
        payoffs=[None if end is None else end.payoffs for end in ends],
        chance=chance,
        events=[None if end is None else dict(end.events) for end in ends],
        memory={},
    )


class _Tree:
    """Nodes in preorder put together from the last to the first."""

    def __init__(self, form: _GameForm) -> None:
        self.form = form
        self.actions: dict[tuple[str, Any], tuple[Any, ...]] = {}

    def root(self) -> Any:
        waiting: list[Any] = []  # subtrees without the node above, the first of them last
        for place in range(len(self.form.nodes) - 1, -1, -1):
            waiting.append(self._node(place, waiting))
        if len(waiting) != 1:
            raise FileError(f"game.nodes: {len(waiting):,} trees instead of one.")
        return waiting[0]

    def _node(self, place: int, waiting: list[Any]) -> Any:
        node = self.form.nodes[place]
        if isinstance(node, _MoveForm):
            self._check_fellows(node, place)
            return Move(node.player, node.knows, self._below(node.actions, place, waiting))
        if isinstance(node, _ChanceForm):
            below = self._below([label for label, _ in node.branches], place, waiting)
            odds = {label: self._by_player(places, place) for label, places in node.branches}
            return Chance({label: (odds[label], child) for label, child in below.items()})
        if len({name for name, _ in node.events}) < len(node.events):
            raise FileError(f"game.nodes[{place}]: an event is named twice.")
        events = {name: self._number(k, place) for name, k in node.events}
        return Outcome(self._by_player(node.payoffs, place, single=False), events)

    def _below(self, labels: Sequence[Any], place: int, waiting: list[Any]) -> dict[Any, Any]:
        if len(set(labels)) < len(labels):
            raise FileError(f"game.nodes[{place}]: two branches share a label.")
        if len(waiting) < len(labels):
            raise FileError(f"game.nodes[{place}]: more branches than nodes that follow.")
        return {label: waiting.pop() for label in labels}

    def _check_fellows(self, node: _MoveForm, place: int) -> None:
        """Another order of actions would put the nodes that follow in another order too."""
        if self.actions.setdefault((node.player, node.knows), node.actions) != node.actions:
            raise FileError(
                f"game.nodes[{place}]: {node.player} has other actions, or in another order, than "
                f"elsewhere where it knows {node.knows!r}."
            )

    def _by_player(self, places: Sequence[int], node: int, single: bool = True) -> Any:
        numbers = [self._number(k, node) for k in places]
        if single and len(numbers) == 1:
            return numbers[0]
        if len(numbers) != len(self.form.players):
            raise FileError(
                f"game.nodes[{node}]: {len(numbers)} numbers for {len(self.form.players)} players."
            )
        return dict(zip(self.form.players, numbers, strict=True))

    def _number(self, k: int, node: int) -> Fraction:
        if k >= len(self.form.numbers):
            raise FileError(
                f"game.nodes[{node}]: place {k} among {len(self.form.numbers):,} numbers."
            )
        return self.form.numbers[k]


@dataclass(frozen=True)
class StoredFamily:
    """A family as a file holds it.

    Attributes
    ----------
    component : int
    dimension : int
    description : Description
    members : list of int
        Places of its equilibria, the one inside first.
    """

    component: int
    dimension: int
    description: Description
    members: list[int] = field(default_factory=list)


class _Reading:
    """A file's equilibria and families, checked one against the other."""

    def __init__(self, form: _SolutionForm, game: Game, where: str) -> None:
        self.form, self.game, self.where = form, game, where

    def source(self) -> StoredSource:
        points = [self._equilibrium(n, e) for n, e in enumerate(self.form.equilibria)]
        families = [self._family(n, f) for n, f in enumerate(self.form.families)]
        for n, (e, point) in enumerate(zip(self.form.equilibria, points, strict=True)):
            families[e.family].members.append(n)
            self._check_inside(families[e.family].description, point, n)
        held = [f.component for f in families]
        if set(held) != set(range(len(self.form.components))):
            raise FileError(f"{self.where}: families and components do not fit each other.")
        for name in ("components", "families", "equilibria"):
            if getattr(self.form.cut, name).written != len(getattr(self.form, name)):
                raise FileError(f"{self.where}, cut.{name}: not as many as the file holds.")
        self._check_outcomes(families, points)
        return StoredSource(families, points, self.form)

    # -- equilibria ---------------------------------------------------------------------------

    def _equilibrium(self, n: int, e: _EquilibriumForm) -> Equilibrium:
        at = f"{self.where}, equilibria[{n}]"
        if e.family >= len(self.form.families):
            raise FileError(f"{at}: there is no family {e.family}.")
        self._check_shape(at, e)
        try:
            found = self._assessed(e)
            holds, reasons = found.certificate.holds, found.certificate.reasons
        except InputError as error:
            raise CertificateError(f"{at} is no equilibrium: {error}") from None
        if not holds:
            raise CertificateError(f"{at} is no equilibrium: {reasons[0]}")
        return found

    def _assessed(self, e: _EquilibriumForm) -> Equilibrium:
        component = self.form.families[e.family].component
        if e.beliefs is not None:
            assessment = Assessment(self.game, e.strategy, e.beliefs)
            return BayesianEquilibrium(self.game, self.form.concept, component, assessment, e.exact)
        witness = Witness(e.order or (), e.weights or (), e.exact)
        beliefs = beliefs_from(self.game, e.strategy, witness)
        assessment = Assessment(self.game, e.strategy, beliefs)
        return Equilibrium(self.game, self.form.concept, component, assessment, witness)

    def _check_shape(self, at: str, e: _EquilibriumForm) -> None:
        sizes = [len(s.actions) for s in self.game.structure.sets]
        trembles = ("order", "weights") if e.beliefs is None else ()
        for name in ("strategy", *trembles):
            if [len(row) for row in getattr(e, name) or ()] != sizes:
                raise FileError(f"{at}.{name}: not one number for each action of each set.")
        nodes = [len(s.nodes) for s in self.game.structure.sets]
        if e.beliefs is not None and [len(row) for row in e.beliefs] != nodes:
            raise FileError(f"{at}.beliefs: not one number for each node of each set.")
        rows = zip(e.strategy, e.order or (), e.weights or (), strict=False)
        for k, row in enumerate(rows):
            if any((p > 0) != (o == 0) or p < 0 or w <= 0 for p, o, w in zip(*row, strict=True)):
                raise CertificateError(
                    f"{at} is no equilibrium: at {self.game.structure.sets[k]} the trembles do not "
                    "fit the strategy."
                )

    # -- families -----------------------------------------------------------------------------

    def _family(self, n: int, f: _FamilyForm) -> StoredFamily:
        at, sets = f"{self.where}, families[{n}]", self.game.structure.sets
        sizes = {
            "strategies": [len(s.actions) for s in sets],
            "beliefs": [len(s.nodes) for s in sets],
        }
        for name, expected in sizes.items():
            if [len(row) for row in getattr(f, name)] != expected:
                raise FileError(f"{at}.{name}: not one entry for each action or node of each set.")
        first = next((e for e in self.form.equilibria if e.family == n), None)
        if first is None:
            raise FileError(f"{at}: no equilibrium of it is in the file.")
        strategies = [_ranges(row) for row in f.strategies]
        beliefs = [_ranges(row) for row in f.beliefs]
        if any(r is not None and r[0] > r[1] for row in [*strategies, *beliefs] for r in row):
            raise FileError(f"{at}: a least value above the most.")
        description = labelled(
            self.game.structure, strategies, beliefs, f.relations, first.strategy
        )
        return StoredFamily(f.component, f.dimension, description)

    def _check_inside(self, description: Description, point: Equilibrium, n: int) -> None:
        """Whether a certified point fits what its family is said to be."""
        held = {"strategy": point.strategy, "belief": point.beliefs}
        spans: Iterator[tuple[Any, Range]] = itertools.chain(
            ((key, (x, x)) for key, x in description.fixed.items()), description.free.items()
        )
        for (kind, player, knows, label), (low, high) in spans:
            if not low <= held[kind][player][knows][label] <= high:
                raise CertificateError(
                    f"{self.where}, equilibria[{n}] lies outside its family: {kind} of {player} at "
                    f"{knows!r}, {label!r}."
                )

    def _check_outcomes(
        self, families: Sequence[StoredFamily], points: Sequence[Equilibrium]
    ) -> None:
        """Whether the representatives' payoffs lie within what the file says of all outcomes."""
        expected = {
            name if kind in ("payoff", "event") else f"{name} ({kind})"
            for kind, name in outcome_names(self.game)
        }
        names = [set(spans) for spans in (self.form.envelope, *self.form.components)]
        if any(given != expected for given in (*names, set(self.form.outcomes.names))):
            raise FileError(f"{self.where}: outcomes are not those of the game.")
        if any(len(row) != len(self.form.outcomes.names) for row in self.form.outcomes.rows):
            raise FileError(f"{self.where}, outcomes: rows of different length.")
        for family in families:
            point = points[family.members[0]]
            for spans in (self.form.envelope, self.form.components[family.component]):
                for player, x in point.payoffs.items():
                    low, high = spans[player]
                    if not low - Fraction(SLACK) <= x <= high + Fraction(SLACK):
                        raise CertificateError(
                            f"{self.where}: equilibria[{family.members[0]}] gives {player} a "
                            "payoff outside what is said of its component."
                        )


def _ranges(row: Iterable[Any]) -> Ranges:
    return tuple((x, x) if isinstance(x, Fraction) else x for x in row)


class StoredSource:
    """Answers the records of a Solution from a file's contents.

    A pick is the place of an equilibrium, a cell that of a family.
    """

    def __init__(
        self,
        families: Sequence[StoredFamily],
        points: Sequence[Equilibrium],
        form: _SolutionForm,
    ) -> None:
        self.families, self.points = families, points
        self._form = form
        self._of: list[list[int]] = [[] for _ in form.components]
        for place, family in enumerate(families):
            self._of[family.component].append(place)

    @property
    def component_count(self) -> int:
        """Number of components in the file."""
        return len(self._of)

    @property
    def point_count(self) -> int:
        """Number of equilibria in the file."""
        return len(self.points)

    def component(self, n: int) -> tuple[int, ...]:
        """A component by its place."""
        return (n,)

    def cells(self, component: tuple[int, ...]) -> list[list[int]]:
        """The families of a component."""
        return [self._of[component[0]]]

    def keys(self, component: int) -> list[tuple[int]]:
        """The families of a component."""
        return [(place,) for place in self._of[component]]

    def centre(self, cells: Sequence[int]) -> tuple[int, ...]:
        """The equilibrium inside a family."""
        return (self.families[cells[0]].members[0],)

    def picks(self, cells: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """The equilibria of a family."""
        return ((place,) for place in self.families[cells[0]].members)

    def points_in(self, cells: Sequence[int]) -> int:
        """How many equilibria of a family the file holds."""
        return len(self.families[cells[0]].members)

    def dimension(self, cells: Sequence[int]) -> int:
        """Dimension of a family."""
        return self.families[cells[0]].dimension

    def equilibrium(self, component: int, picks: Sequence[int]) -> Equilibrium:
        """An equilibrium, certified when the file was read."""
        return self.points[picks[0]]

    def description(self, cells: Sequence[int]) -> Description:
        """What the file says of a family."""
        return self.families[cells[0]].description

    def envelope(self) -> dict[str, tuple[float, float]]:
        """Least and most over the whole set, as found before it was saved."""
        return _floats(self._form.envelope)

    def outcomes(self) -> list[dict[str, float]]:
        """Distinct outcome rows, as found before the set was saved."""
        names = self._form.outcomes.names
        return [dict(zip(names, map(float, r), strict=True)) for r in self._form.outcomes.rows]

    def component_outcome(self, n: int) -> dict[str, tuple[float, float]]:
        """Least and most over a component, as found before the set was saved."""
        return _floats(self._form.components[n])


def _floats(spans: Spans) -> dict[str, tuple[float, float]]:
    return {name: (float(low), float(high)) for name, (low, high) in spans.items()}
