"""Regions as the table of a paper: name, profile, condition, beliefs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import sympy

from deterrence.equilibrium.formula_pieces import outermost, pieces
from deterrence.equilibrium.parameter_regions import Region
from deterrence.equilibrium.region_record import Branch, Constraint, Freedom
from deterrence.equilibrium.signs import Assumptions
from deterrence.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RegionTable", "region_table", "relation"]

COLUMNS = ("name", "profile", "condition", "beliefs")
MOST_OPTIONS = 4  # written one beside the other
Part = Any  # a text, or a formula or relation


@dataclass(frozen=True)
class Row:
    """One row: lines of texts and formulas in each column.

    Attributes
    ----------
    name : str
    profile, condition, beliefs : tuple of tuple
        Lines, each of texts and sympy expressions in turn.
    """

    name: str
    profile: tuple[tuple[Part, ...], ...]
    condition: tuple[tuple[Part, ...], ...]
    beliefs: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True)
class RegionTable:
    """The table of a paper.

    Attributes
    ----------
    rows : tuple of Row
    legend : tuple of tuple
        Lines that say what symbols beside the parameters stand for.
    """

    rows: tuple[Row, ...]
    legend: tuple[tuple[Part, ...], ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Columns name, profile, condition and beliefs, of texts.

        Returns
        -------
        pandas.DataFrame
            What symbols stand for is in ``attrs["legend"]``.
        """
        import pandas as pd

        cells = [[row.name, *(_lines(c, str, "; ") for c in _cells(row))] for row in self.rows]
        frame = pd.DataFrame(cells, columns=list(COLUMNS))
        frame.attrs["legend"] = [_line(line, str) for line in self.legend]
        return frame

    def to_latex(self) -> str:
        """A tabular that needs no package; formulas in mathematics."""
        body = []
        for row in self.rows:
            cells = [[(row.name,)], *_cells(row)]
            height = max(1, *(len(cell) for cell in cells))
            for n in range(height):
                texts = [_line(c[n], _math, _texed) if n < len(c) else "" for c in cells]
                body.append(" & ".join(texts) + r" \\")
            body.append(r"\hline")
        head = " & ".join(column.capitalize() for column in COLUMNS) + r" \\"
        legend = [_line(line, _math, _texed) + r"\par" for line in self.legend]
        lines = [r"\begin{tabular}{llll}", r"\hline", head, r"\hline", *body, r"\end{tabular}"]
        return "\n".join([*lines, *legend])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{column}</th>" for column in COLUMNS)
        rows = []
        for row in self.rows:
            cells = [f"<td>{escape(row.name)}</td>"]
            cells += [f"<td>{_lines(c, _html, '<br>', escape)}</td>" for c in _cells(row)]
            rows.append(f"<tr>{''.join(cells)}</tr>")
        legend = "".join(f"<p>{_line(line, _html, escape)}</p>" for line in self.legend)
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{legend}"
        )

    def __str__(self) -> str:
        blocks = []
        for row in self.rows:
            lines = [row.name]
            for column, cell in zip(COLUMNS[1:], _cells(row), strict=True):
                lines += [f"  {column}: {_line(cell[0], str)}"] if cell else []
                lines += [f"    {_line(line, str)}" for line in cell[1:]]
            blocks.append("\n".join(lines))
        blocks += [_line(line, str) for line in self.legend]
        return "\n".join(blocks)


def region_table(
    regions: Iterable[Region] | Mapping[str, Region],
    names: Sequence[str] | None = None,
    *,
    pieces: bool = False,
    solve_for: Iterable[str] = (),
) -> RegionTable:
    """Regions as the table of a paper.

    Parameters
    ----------
    regions : iterable of Region, or mapping of str to Region
        Of one game, or of several; for instance of :func:`deterrence.regions`.
    names : sequence of str, optional
        Of the rows, one for each region; by default numbers, or the keys of a mapping.
    pieces : bool
        Whether formulas with a least, a most or cases in them are branched, with a row for each
        piece. Otherwise each such formula is a symbol, and the legend says what it stands for.
    solve_for : iterable of str
        Parameters for which conditions are solved first where they are linear in them.

    Returns
    -------
    RegionTable
        With a row for each branch of each region. Conditions are solved for parameters that are
        chance probabilities where the sign of what stands before them is known.

    Raises
    ------
    InputError
        If there are not as many names as regions.
    LimitError
        If formulas have more than a thousand pieces.
    """
    named = list(regions) if isinstance(regions, Mapping) else None
    listed: list[Region] = list(regions.values() if isinstance(regions, Mapping) else regions)
    numbers = [str(n) for n in range(1, len(listed) + 1)]
    texts = list(names) if names is not None else named or numbers
    if len(texts) != len(listed):
        raise InputError(f"{len(texts)} names for {len(listed)} regions; give one for each.")
    rows: list[Row] = []
    legend: dict[tuple[Part, ...], None] = {}
    wanted = tuple(solve_for)
    for name, region in zip(texts, listed, strict=True):
        writer = _Writer(region, wanted)
        branches, told = writer.branches(pieces)
        legend.update(dict.fromkeys(told))
        for n, (when, branch) in enumerate(branches, 1):
            numbered = f"{name} ({n})" if len(branches) > 1 else name
            rows.append(writer.row(numbered, when, branch))
    return RegionTable(tuple(rows), tuple(legend))


def relation(c: Constraint, symbols: Iterable[Any], known: Assumptions) -> Any:
    """A constraint as a relation, solved for the first symbol for which that is known how.

    Parameters
    ----------
    c : Constraint
    symbols : iterable of sympy.Symbol
    known : Assumptions
        Which say the sign of what stands before a symbol.

    Returns
    -------
    sympy relational
    """
    if c.kind == "surface":
        return sympy.Eq(c.expression, 0)
    if c.expression.is_polynomial():
        top = sympy.expand(c.expression)
        for x in symbols:
            if not top.has(x) or sympy.degree(top, x) != 1:
                continue
            slope = top.coeff(x)
            sign = known.sign(slope)
            if sign not in (1, -1):
                continue
            bound = known.neat(-sympy.expand(top - slope * x) / slope)
            return sympy.Ge(x, bound) if sign == 1 else sympy.Le(x, bound)
    return sympy.Ge(c.expression, 0)


class _Writer:
    """Rows of one region."""

    def __init__(self, region: Region, wanted: Iterable[str]) -> None:
        self.region = region
        self.solved = [*_symbols(region, wanted), *_priors(region)]

    def branches(
        self, by_piece: bool
    ) -> tuple[list[tuple[tuple[Any, ...], Branch]], list[tuple[Part, ...]]]:
        """Branches, with where they apply, and the legend."""
        if not by_piece:
            named, meanings = self.region.named()
            legend = [(symbol, " = ", formula) for symbol, formula in meanings.items()]
            return [((), branch) for branch in named], legend
        found = []
        for branch in self.region.branches:
            stuck = list(dict.fromkeys(a for e in branch.expressions() for a in outermost(e)))
            for when, values in pieces(stuck, self.region.known.possible):
                change = dict(zip(stuck, values, strict=True))
                if all(p.xreplace(change) != 0 for p in self.region.chances):  # the tree is whole
                    found.append((when, branch.changed(change)))
        return found, []

    def row(self, name: str, when: tuple[Any, ...], branch: Branch) -> Row:
        """One row of the table."""
        condition: list[tuple[Part, ...]] = [(relation,) for relation in when]
        condition += dict.fromkeys((self._relation(c),) for c in branch.constraints)
        condition += [(sympy.Eq(r.polynomial, 0),) for r in branch.roots]
        beliefs = self._beliefs(branch)
        for freedom in branch.freedoms:
            condition += self._eliminated(freedom)
            beliefs += self._demanded(freedom)
        beliefs += [(x, f" in [0, 1]: {told}") for x, told in branch.loose.items()]
        condition = condition or [("always",)]
        return Row(name, tuple(self._profile(branch)), tuple(condition), tuple(beliefs))

    def _relation(self, c: Constraint, unknowns: Iterable[Any] = ()) -> Any:
        """The constraint as an inequality, solved for an unknown or a parameter."""
        return relation(c, (*unknowns, *self.solved), self.region.known)

    def _eliminated(self, freedom: Freedom) -> list[tuple[Part, ...]]:
        """What is left of the conditions without the unknowns, if it is short."""
        options = freedom.few(MOST_OPTIONS)
        if options is None:
            names = ", ".join(map(str, freedom.unknowns))
            return [(f"some {names} fits the conditions under beliefs",)]
        if not options:
            return [("never",)]
        if not all(option.constraints for option in options):
            return []
        line: list[Part] = []
        for option in options:
            wanted = [self._relation(c) for c in option.constraints]
            line += [" or "] if line else []
            line += [part for c in wanted for part in (" and ", c)][1:]
        return [tuple(line)]

    def _demanded(self, freedom: Freedom) -> list[tuple[Part, ...]]:
        """The conditions on unknowns, and what these are."""
        unknowns = list(freedom.unknowns)
        found: list[tuple[Part, ...]] = [
            (self._relation(c, unknowns),) for c in freedom.constraints
        ]
        return found + [(x, f" in [0, 1]: {told}") for x, told in freedom.unknowns.items()]

    def _profile(self, branch: Branch) -> list[tuple[Part, ...]]:
        lines: dict[tuple[str, Hashable], list[Part]] = {}
        for (player, knows, action), value in branch.strategy.items():
            if value == 0:
                continue
            line = lines.setdefault((player, knows), [f"{_set(player, knows)}: "])
            line += [", "] if len(line) > 1 else []
            line += [action] if value == 1 else [f"{action} with ", self.region.known.neat(value)]
        return [tuple(line) for line in lines.values()]

    def _beliefs(self, branch: Branch) -> list[tuple[Part, ...]]:
        """Beliefs at information sets that some other player's move leads to."""
        structure = self.region.game.structure
        lines: list[tuple[Part, ...]] = []
        for (player, knows, history), value in branch.beliefs.items():
            if value != 0 and _learns(structure, structure.by_name[player, knows]):
                where = " ".join(map(str, history))
                lines.append((f"{_set(player, knows)}, {where}: ", self.region.known.neat(value)))
        return lines


def _learns(structure: Any, own: Any) -> bool:
    """Whether others' moves lead to an information set, so that beliefs are more than priors."""
    for node in own.nodes:
        above = structure.parent[node]
        while above >= 0:
            place = structure.set_of[above]
            if place >= 0 and structure.sets[place].player != own.player:
                return True
            above = structure.parent[above]
    return False


def _symbols(region: Region, names: Iterable[str]) -> list[Any]:
    """The symbols of parameters in a region's conditions, in the order of the names."""
    used = {x for branch in region.branches for e in branch.expressions() for x in e.free_symbols}
    members = [member for name in names for member in region.tied(name)]
    return [x for name in members for x in sorted(used, key=str) if x.name == name]


def _priors(region: Region) -> list[Any]:
    """Parameters that are chance probabilities."""
    game = region.game
    structure = game.structure
    places = {k for row in structure.chance if row for k in row}
    values = [game.numbers[k] for k in places]
    symbols = {v for v in values if getattr(v, "is_Symbol", False)}
    return sorted(symbols, key=str)


def _set(player: str, knows: Hashable) -> str:
    labels = knows if isinstance(knows, tuple) else (knows,)
    told = ", ".join(map(str, labels))
    return f"{player} ({told})" if told else player


def _cells(row: Row) -> list[tuple[tuple[Part, ...], ...]]:
    return [row.profile, row.condition, row.beliefs]


def _line(
    line: Sequence[Part], formula: Callable[[Any], str], text: Callable[[str], str] = str
) -> str:
    return "".join(text(part) if isinstance(part, str) else formula(part) for part in line)


def _lines(
    lines: Sequence[Sequence[Part]],
    formula: Callable[[Any], str],
    between: str,
    text: Callable[[str], str] = str,
) -> str:
    return between.join(_line(line, formula, text) for line in lines)


def _math(formula: Any) -> str:
    return f"${sympy.latex(formula)}$"


def _html(formula: Any) -> str:
    return escape(str(formula))


def _texed(text: str) -> str:
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(special.get(c, f"\\{c}" if c in "_%&#${}" else c) for c in text)
