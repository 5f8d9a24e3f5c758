"""One choice of supports along the path of play, solved: polytopes, roots, or slices."""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from deterrence.equilibrium.multilinear import Multilinear, independent
from deterrence.equilibrium.nonlinear import eliminate, rationalised
from deterrence.equilibrium.path_cells import PathCell
from deterrence.equilibrium.path_conditions import Atom, Supports
from deterrence.equilibrium.path_curved import Curved, bent_by_one
from deterrence.equilibrium.path_factors import Factor
from deterrence.equilibrium.path_stars import Star, star_of
from deterrence.equilibrium.path_system import MOST_RAYS, Lifted, System
from deterrence.equilibrium.polynomials import Polynomial, constant_of, real_roots, substitute
from deterrence.errors import LimitError

__all__ = ["PathOutcome", "solve_system"]

MOST_ROOT_VARIABLES = 3  # of a Groebner basis
MOST_SLICES = 64
MOST_COORDINATES = 32
MOST_TOGETHER = 10  # sets, all subsets of which are looked at
MOST_TRIES, ENOUGH = 24, 3
ROUNDING = Fraction(1, 10**12)

Values = dict[Atom, Fraction]

NO_CHOICE = "no choices elsewhere deter every deviation"
NO_ROOT = "no root of the conditions is a probability"
CURVED = "a family whose conditions multiply choices of several players is shown by slices only"
UNKNOWN = "a system that multiplies choices of several players could be neither solved nor excluded"
LARGE = f"a polytope of strategies with more than {MOST_RAYS} extreme rays on the way"


@dataclass
class PathOutcome:
    """What became of one choice of supports: its families, or why there are none.

    Attributes
    ----------
    cells : list of PathCell
    reason : str
        Why there is none.
    left : list of str
        What could not be decided.
    """

    cells: list[PathCell] = field(default_factory=list)
    reason: str = ""
    left: list[str] = field(default_factory=list)


def solve_system(system: System, supports: Supports) -> PathOutcome:
    """All solutions of the conditions of one choice of supports.

    Parameters
    ----------
    system : System
    supports : mapping
        By set that play reaches, the actions played.

    Returns
    -------
    PathOutcome
    """
    outcome = PathOutcome()
    try:
        _solve(system, supports, outcome)
    except LimitError:
        outcome.left.append(LARGE)
    return outcome


def _solve(system: System, supports: Supports, outcome: PathOutcome) -> None:
    outcome.reason = NO_CHOICE  # unless something is found
    pieces = _straight(system)
    if pieces is None:
        return
    straight, entangled = pieces
    # beside rounded roots, equations are solved for points: a polytope would be as thin as rounding
    equations = any(piece.equal for piece in entangled) or bool(system.slack and system.equal)
    if equations and _by_roots(system, supports, outcome):
        return
    bent = _bent(entangled)
    if bent is None:
        return
    factors, hard = bent
    whole = PathCell(supports, (*straight, *factors), system.fixed, not system.slack)
    if hard:
        _by_slices(functools.reduce(System.beside, hard), whole, outcome)
    else:
        outcome.cells.append(whole)


def _straight(system: System) -> tuple[list[Factor], list[System]] | None:
    """Polytopes, and what is none; None if one of them is empty."""
    straight: list[Factor] = []
    entangled: list[System] = []
    for piece in system.pieces():
        lifted = Lifted(piece)
        if lifted.entangled:
            lifted = _straightened(lifted)
        groups = None if lifted.entangled else lifted.polytopes()
        if groups is not None:
            straight.extend(lifted.factors(groups))
        elif not lifted.entangled or _excluded(piece):
            return None
        else:
            entangled.append(lifted.system)
    return straight, entangled


def _bent(entangled: Sequence[System]) -> tuple[list[Factor], list[System]] | None:
    """Families that few conditions bend, and what is none; None if one of them is empty."""
    factors: list[Factor] = []
    hard: list[System] = []
    for piece in entangled:
        bent: Star | Curved | bool = star_of(piece)
        if bent is True:
            bent = bent_by_one(piece)
        if bent is False:
            return None
        if bent is not True and bent.connected:
            factors.append(bent)
        else:
            hard.append(piece)
    return factors, hard


def _straightened(lifted: Lifted) -> Lifted:
    """The same conditions times positive probabilities, if no product is left entangled.

    Where those probabilities vanish, the closure of a polytope is still right, while that of a
    curved family need not be.
    """
    other = Lifted(lifted.system.raised())
    return lifted if other.entangled else other


def _excluded(system: System) -> bool:
    """Whether the conditions fail even where products of probabilities may be anything."""
    for tight in (False, True):
        lifted = Lifted(system, tight)
        if lifted.surely_empty():
            return True
        try:
            if len(lifted.order) <= MOST_COORDINATES and lifted.polytopes() is None:
                return True
        except LimitError:
            pass
    return False


# --- roots ---------------------------------------------------------------------------------------


def _by_roots(system: System, supports: Supports, outcome: PathOutcome) -> bool:
    """Solve the equations for what they determine, and the rest for each root.

    Whether they determine anything.
    """
    found = (_roots(system, equations) for equations in _square(system))
    roots = next((some for some in found if some is not None), None)
    if roots is None:
        return False
    outcome.reason = NO_ROOT
    for values, is_exact in roots:
        rest = system.fixing(values, Fraction(0) if is_exact else ROUNDING)
        if rest is not None:
            _solve(rest, supports, outcome)
    return True


def _square(system: System) -> Iterator[list[Polynomial]]:
    """Equations that may determine the mixes they mention, few unknowns first."""
    mentioned = [({k for m in g for k, _ in m}, g) for _, g in system.equal]
    sets = sorted({k for some, _ in mentioned for k in some})
    options = []
    sizes = range(1, len(sets) + 1) if len(sets) <= MOST_TOGETHER else range(1, 3)
    for size in sizes:
        for chosen in itertools.combinations(sets, size):
            unknowns = sum(len(system.family(k)) - 1 for k in chosen)
            equations = [g for some, g in mentioned if some <= set(chosen)]
            if set().union(*(s for s, _ in mentioned if s <= set(chosen))) == set(chosen):
                options.append((unknowns, equations))
    for unknowns, equations in sorted(options, key=lambda option: option[0]):
        if len(independent(equations)) >= unknowns:
            yield equations


def _roots(system: System, equations: list[Polynomial]) -> list[tuple[Values, bool]] | None:
    """Positive solutions, each with whether it is exact; None unless they are isolated."""
    sets = sorted({k for g in equations for m in g for k, _ in m})
    families = [system.family(k) for k in sets]
    solutions = _by_boxes(system, equations, families)
    if solutions is None:
        solutions = _by_basis(equations, families)
    if solutions is None:
        return None
    return [
        (_normalised(families, values), is_exact and not system.slack)
        for values, is_exact in solutions
        if all(x > ROUNDING for x in values.values())
    ]


def _by_basis(
    equations: list[Polynomial], families: list[list[Atom]]
) -> list[tuple[Values, bool]] | None:
    """All real solutions, by elimination; None if they are too many or take too long."""
    sums = [{(): Fraction(-1), **{(atom,): Fraction(1) for atom in f}} for f in families]
    atoms = [atom for family in families for atom in family]
    eliminated, left, rest = eliminate([*equations, *sums], atoms)
    if any(constant_of(e) is not None for e in left):
        return []
    solutions = real_roots(left, rest) if len(rest) <= MOST_ROOT_VARIABLES else None
    if solutions is None:
        return None
    found = []
    for solution in solutions:
        values, is_exact = rationalised(left, solution)
        for atom, form in reversed(eliminated):
            values[atom] = constant_of(substitute(form, values)) or Fraction(0)
        found.append((values, is_exact))
    return found


def _by_boxes(
    system: System, equations: list[Polynomial], families: list[list[Atom]]
) -> list[tuple[Values, bool]] | None:
    """Proven roots; None if the search does not finish or does not apply."""
    atoms = {atom for family in families for atom in family}
    least = [g for _, g in system.least if all(atom in atoms for m in g for atom in m)]
    multilinear = Multilinear(independent(equations), least, families)
    if not multilinear.takes_roots:
        return None
    search = multilinear.roots()
    if not search.finished:
        return None
    return [rationalised(equations, root) for root in search.roots]


def _normalised(families: Sequence[Sequence[Atom]], values: Values) -> Values:
    found = {}
    for family in families:
        total = sum((values[atom] for atom in family), Fraction(0))
        found.update({atom: values[atom] / total for atom in family})
    return found


# --- slices --------------------------------------------------------------------------------------


def _by_slices(system: System, rest: PathCell, outcome: PathOutcome) -> None:
    """Show a curved family by slices: first those where choices off the path are pure.

    The equilibria of the slices are exact; that nothing else is there is not claimed.
    """
    before = len(outcome.cells)
    for piece in itertools.islice(_pure_slices(system), MOST_SLICES):
        _solve_slice(piece, rest, outcome)
    few = len(outcome.cells) - before < ENOUGH
    if few and not system.equal and _points_of(system, rest, outcome):
        return
    rng = random.Random(0)
    for _ in range(MOST_TRIES):
        if len(outcome.cells) - before >= ENOUGH:
            break
        mixed = _mixed_slice(system, rng)
        if mixed is not None:
            _solve_slice(mixed, rest, outcome)
    outcome.left.append(CURVED if len(outcome.cells) > before else UNKNOWN)


def _points_of(system: System, rest: PathCell, outcome: PathOutcome) -> bool:
    """Slices through solutions found by subdivision; whether it proves that there are none."""
    sets = sorted({k for _, g in system.least for m in g for k, _ in m} | set(system.played))
    families = [system.family(k) for k in sets]
    multilinear = Multilinear([], [g for _, g in system.least], families)
    if not multilinear.small:
        return False
    search = multilinear.solutions(ENOUGH)
    for point in search.roots:
        piece: System | None = system
        for k in Lifted(system).entangled:
            if piece is not None:
                piece = piece.fixing({atom: point[atom] for atom in system.family(k)}, Fraction(0))
        if piece is not None:
            _solve_slice(piece, rest, outcome)
    return search.finished


def _solve_slice(system: System, rest: PathCell, outcome: PathOutcome) -> None:
    lifted = Lifted(system)
    groups = lifted.polytopes()
    if groups is not None:
        factors = (*rest.factors, *lifted.factors(groups))
        fixed = {**rest.fixed, **system.fixed}
        outcome.cells.append(PathCell(rest.supports, factors, fixed, rest.exact))


def _pure_slices(system: System) -> Iterator[System]:
    """The system with pure choices at some sets off the path, so that the rest is linear."""
    entangled = Lifted(system).entangled
    if not entangled:
        yield system
        return
    free = [k for k in entangled if k not in system.played]
    if not free:
        return
    family = system.family(free[0])
    for chosen in family:
        rest = system.fixing({atom: Fraction(int(atom == chosen)) for atom in family}, Fraction(0))
        if rest is not None:
            yield from _pure_slices(rest)


def _mixed_slice(system: System, rng: random.Random) -> System | None:
    """The system with random mixes at some sets, so that the rest is linear."""
    rest: System | None = system
    while rest is not None:
        entangled = Lifted(rest).entangled
        if not entangled:
            return rest
        rest = rest.fixing(_mix(rest, rng.choice(entangled), rng), Fraction(0))
    return None


def _mix(system: System, k: int, rng: random.Random) -> Mapping[Atom, Fraction]:
    family = system.family(k)
    weights = [rng.randint(1, 6) for _ in family]
    return {atom: Fraction(w, sum(weights)) for atom, w in zip(family, weights, strict=True)}
