"""Solutions to files and back: written whole or not at all, and checked again when they are read.

A file is JSON that holds the game, the equilibria with the trembles behind their beliefs, and what
is said about families. Nothing in it is evaluated, and every equilibrium is certified anew.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from deterrence.equilibrium.certificate_record import CONCEPTS
from deterrence.equilibrium.solution import Solution
from deterrence.equilibrium.storage_check import Reading
from deterrence.equilibrium.storage_document import document_of
from deterrence.equilibrium.storage_form import CutForm, form_of, note_of_what_is_left_out
from deterrence.equilibrium.storage_game import stored_game
from deterrence.errors import FileError, InputError, LimitError
from deterrence.games.files import path_of, write_whole

__all__ = ["load", "save"]

MOST_BYTES = 100_000_000


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
    document = document_of(solution, most)
    data = json.dumps(document, separators=(",", ":"), allow_nan=False).encode("ascii")
    if len(data) > MOST_BYTES:
        raise LimitError(
            f"the file would have {len(data):,} bytes; at most {MOST_BYTES:,} are read again. Give "
            f"a smaller `most` than {most:,}."
        )
    write_whole(path_of(path), data)


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
    form = form_of(_data(path_of(path), where), where)
    if form.concept not in CONCEPTS:
        known = ", ".join(CONCEPTS)
        raise FileError(f"{where}: concept {form.concept[:60]!r} is none of {known}.")
    game = stored_game(form.game, where)
    source = Reading(form, game, where).source()
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


def _short(cut: CutForm) -> str:
    """What is missing, where it is components or families and not only points of families."""
    counts = {
        "components": (cut.components.written, int(cut.components.of)),
        "families": (cut.families.written, int(cut.families.of)),
    }
    return note_of_what_is_left_out(counts)


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
