"""A file of Gambit's as tokens, cut and checked as Gambit does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from deterrence.errors import FileError, InputError
from deterrence.games.gambit_labels import normalised, unprintable
from deterrence.games.numbers import LONGEST_NUMBER, exact

__all__ = ["Tokens", "line_and_column_of"]

MOST_PLAYERS = 64
LARGEST_ID = 2**31 - 1  # Gambit's integers
# How Gambit cuts a file: text in quotes, numbers by their first character, anything else up to the
# next space.
_TOKEN = re.compile(
    r"""[ \t\n\v\f\r]*+(?:
    (?P<text>"(?:[^"\\]++|\\++[^\\])*+")
    |(?P<unfinished>")
    |(?P<number>[-+]?[0-9]++(?:\.[0-9]*+(?:[eE][-+]?[0-9]*+)?|/[0-9]*+|[eE][-+]?[0-9]*+)?
        |[-+]\.[0-9]*+(?:[eE][-+]?[0-9]*+)?
        |\.[0-9]*+
        |[-+])
    |(?P<brace>[{}])
    |(?P<comma>,)
    |(?P<symbol>[^ \t\n\v\f\r]++)
    |(?P<end>))""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"(\\++)([^\\])", re.DOTALL)
_WHOLE = re.compile(r"-?[0-9]++")
_VALUE = re.compile(
    r"-?(?:[0-9]++(?:\.[0-9]*+)?(?:[eE][-+]?[0-9]++)?|\.[0-9]++(?:[eE][-+]?[0-9]++)?"
    r"|[0-9]++/[0-9]++)"
)
_END = "the end of the file"


def line_and_column_of(text: str, place: int) -> tuple[int, int]:
    """Both from 1, of a place in a text."""
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


class Tokens:
    """A file, one token after the other, as Gambit cuts it.

    Parameters
    ----------
    text : str
        The whole file.
    where : str
        Names the file in errors.

    Attributes
    ----------
    kind : str
        Of the current token: number, text, symbol, comma, a brace, unfinished (a text without
        end), or end.
    value : str
        The token, without the quotes of a text.
    start : int
        Where it stands.
    """

    def __init__(self, text: str, where: str = "game") -> None:
        self.text, self.where = text, where
        self._place = 0
        self._numbers: dict[str, Fraction] = {}
        self.advance()

    def advance(self) -> None:
        """Go on to the next token."""
        found = _TOKEN.match(self.text, self._place)
        kind = found.lastgroup if found else None
        if found is None or kind is None:  # never: nothing is a token, too
            raise self.error("no token")
        self.kind, self.value = kind, found[kind]
        self._place = found.end()
        self.start = self._place - len(self.value)
        if kind == "text":
            self.value = self.value[1:-1]
            if "\\\\" in self.value:
                self.value = _ESCAPE.sub(_unescaped, self.value)
            else:
                self.value = self.value.replace('\\"', '"')
        elif kind == "brace":
            self.kind = self.value

    @property
    def found(self) -> str:
        """The current token, for an error."""
        if self.kind == "end":
            return _END
        if self.kind == "unfinished":
            return "a text that never ends (its closing quote is missing)"
        shown = self.value if len(self.value) <= 60 else self.value[:57] + "..."
        return f"the text {shown!r}" if self.kind == "text" else repr(shown)

    def error(self, problem: str, start: int | None = None) -> FileError:
        """The error for what is wrong at a place, by default at the current token.

        Parameters
        ----------
        problem : str
        start : int, optional

        Returns
        -------
        FileError
            To be raised by the caller.
        """
        line, column = line_and_column_of(self.text, self.start if start is None else start)
        return FileError(f"{self.where}, line {line}, column {column}: {problem}")

    def line_and_column(self, start: int) -> tuple[int, int]:
        """Both from 1, of a place in the file.

        Parameters
        ----------
        start : int

        Returns
        -------
        tuple of int
        """
        return line_and_column_of(self.text, start)

    def take(self, kind: str, what: str) -> str:
        """The current token, which must be of this kind; then go on.

        Parameters
        ----------
        kind : str
        what : str
            What should stand here, for the error.

        Returns
        -------
        str
        """
        if self.kind != kind:
            raise self.error(f"here should be {what}, not {self.found}.")
        value = self.value
        self.advance()
        return value

    def label(self, what: str) -> str:
        """A label: a text that can be shown in one line.

        Parameters
        ----------
        what : str
            What it labels, for the error.

        Returns
        -------
        str
        """
        if self.kind == "text" and (problem := unprintable(self.value)):
            raise self.error(f"{what} holds {problem}; labels are plain text in one line.")
        return self.take("text", f"{what} in quotes")

    def number(self, what: str) -> Fraction:
        """A number, exact.

        Parameters
        ----------
        what : str
            What it stands for, for the error.

        Returns
        -------
        fractions.Fraction
        """
        if self.kind != "number":
            raise self.error(f"here should be {what}, a number, not {self.found}.")
        value = self._numbers.get(self.value)
        if value is None:
            if not _VALUE.fullmatch(self.value):
                raise self.error(
                    f"{what} is {self.found}, which Gambit does not take for a number. Write 12, "
                    "-3, 1/3, 0.5 or 1e-2."
                )
            try:
                value = exact(self.value, what)
            except InputError:
                raise self.error(
                    f"{what} is {self.found}, which divides by zero or is too long: numbers have "
                    f"at most {LONGEST_NUMBER} characters and exponents three digits."
                ) from None
            self._numbers[self.value] = value
        self.advance()
        return value

    def whole(self, what: str) -> int:
        """A whole number of Gambit's size.

        Parameters
        ----------
        what : str
            What it stands for, for the error.

        Returns
        -------
        int
        """
        if self.kind != "number" or not _WHOLE.fullmatch(self.value):
            raise self.error(f"here should be {what}, a whole number, not {self.found}.")
        if len(self.value) < len(str(LARGEST_ID)):
            value = int(self.value)
            self.advance()
            return value
        digits = self.value.lstrip("-").lstrip("0") or "0"
        if len(digits) > len(str(LARGEST_ID)) or int(digits) > LARGEST_ID:
            raise self.error(f"{what} is {self.found}; at most {LARGEST_ID} are read.")
        value = -int(digits) if self.value.startswith("-") else int(digits)
        self.advance()
        return value

    def header(self, version: str) -> None:
        """Pass the first words of a file, up to and including its title.

        Parameters
        ----------
        version : str
            The one that is read.
        """
        kind = self.value
        self.advance()
        if self.kind != "number" or self.value != version:
            raise self.error(f"the version of {kind} is {version}, not {self.found}.")
        self.advance()
        if self.kind != "symbol" or self.value not in ("R", "D"):
            raise self.error(
                f"after the version stands R or D (how numbers are written) and a space, not "
                f"{self.found}."
            )
        self.advance()
        self.take("text", "the title in quotes")

    def players(self) -> tuple[str, ...]:
        """The players' names in braces.

        Returns
        -------
        tuple of str
            Renamed where empty or there twice.
        """
        start = self.start
        self.take("{", "a brace '{' and the players' names")
        names = []
        while self.kind == "text":
            names.append(self.label("a player's name"))
        self.take("}", "a player's name in quotes, or a brace '}' after the last one")
        if not 1 <= len(names) <= MOST_PLAYERS:
            raise self.error(
                f"the game has {len(names)} players; from 1 to {MOST_PLAYERS} are read.", start
            )
        return normalised(names)

    def comment(self) -> str:
        """The comment, where there is one.

        Returns
        -------
        str
        """
        return self.take("text", "the comment") if self.kind == "text" else ""

    def payoffs(self, players: Sequence[str], *, named: str) -> tuple[Fraction, ...]:
        """Payoffs in braces, one for each player; commas may stand between them.

        Parameters
        ----------
        players : sequence of str
        named : str
            Whose payoffs, for the error.

        Returns
        -------
        tuple of fractions.Fraction
        """
        found = []
        for player in players:
            found.append(self.number(f"the payoff of {player!r} at {named}"))
            if self.kind == "comma":
                self.advance()
        if self.kind != "}":
            raise self.error(
                f"{named} has a payoff for each of the {len(players)} players; here should be a "
                f"brace '}}', not {self.found}."
            )
        self.advance()
        return tuple(found)


def _unescaped(found: re.Match[str]) -> str:
    # Gambit reads \" as ", keeps another single backslash, and does not collapse doubled ones
    slashes, after = found.groups()
    kept = 2 * (len(slashes) - 1) + (after != '"')
    return "\\" * kept + after
