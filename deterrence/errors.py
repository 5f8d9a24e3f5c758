"""The package's errors: each says what, the value given, what is allowed and what to try."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "CertificateError",
    "DeterrenceError",
    "FileError",
    "GameError",
    "InputError",
    "LabelError",
    "LimitError",
    "NoEquilibriumError",
    "ParameterError",
    "ProbabilityError",
    "RecallError",
    "unknown",
]


class DeterrenceError(Exception):
    """Anything that the package refuses or cannot do."""


class InputError(DeterrenceError, ValueError):
    """What was given is not valid; the message says what would be."""


class GameError(InputError):
    """A game that is not well formed."""


class RecallError(GameError):
    """A player forgets what it knew or did."""


class ProbabilityError(GameError):
    """Chance probabilities that are not probabilities."""


class LabelError(InputError, KeyError):
    """A label that does not exist; near misses are offered."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class ParameterError(InputError):
    """A parameter that does not exist, or a value that it cannot take."""


class FileError(InputError):
    """A file that is missing or not what it should be."""


class LimitError(DeterrenceError):
    """A task too large for the method; the message gives the limit."""


class NoEquilibriumError(DeterrenceError):
    """No equilibrium was found where one is needed; others may exist."""


class CertificateError(DeterrenceError):
    """Something was claimed that the independent check refutes."""


def unknown(kind: str, given: object, allowed: Iterable[object]) -> LabelError:
    """The error for a label that does not exist, with near misses and what is allowed.

    Parameters
    ----------
    kind : str
        What the label should name, in the singular: "player", "parameter".
    given : object
        What was given.
    allowed : iterable
        The labels that exist.

    Returns
    -------
    LabelError
        To be raised by the caller.
    """
    names = [str(label) for label in allowed]
    near = difflib.get_close_matches(str(given), names, n=3, cutoff=0.6)
    hint = f" Did you mean {', '.join(map(repr, near))}?" if near else ""
    shown = ", ".join(map(repr, names[:40])) + (", ..." if len(names) > 40 else "")
    return LabelError(f"unknown {kind} {given!r}.{hint} Allowed: {shown or 'none'}.")
