"""Games in Gambit's files: what .efg and .nfg share, and the way from a path to a game and back."""

from __future__ import annotations

import difflib
import itertools
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deterrence.errors import FileError, GameError, InputError, LimitError, RecallError
from deterrence.games.files import path_of, write_whole
from deterrence.games.numbers import exact
from deterrence.games.tree import Game

if TYPE_CHECKING:
    from deterrence.games.strategic import StrategicGame

__all__ = [
    "Labels",
    "Tokens",
    "braced",
    "label_text",
    "normalised",
    "read_game",
    "write_game",
    "written_number",
]

MOST_BYTES = 50_000_000
MOST_PLAYERS = 64
LONGEST_NUMBER = 2000  # characters, as `exact` reads them
LARGEST_ID = 2**31 - 1  # Gambit's integers
LONGEST_MESSAGE = 2000  # characters; a history can hold thousands of labels
BETWEEN = " / "  # between the parts of a label that is a tuple, as in JSON
FORMATS = {".efg": "a tree", ".nfg": "a strategic form"}

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


def read_game(path: str | os.PathLike[str]) -> Game | StrategicGame:
    """Read a game from a file of Gambit's; nothing in it is evaluated.

    Parameters
    ----------
    path : str or path
        An .efg or .nfg file; which of the two it is says its first word.

    Returns
    -------
    Game or StrategicGame
        A tree from .efg, a strategic form from .nfg. All numbers are exact: a decimal is the
        fraction that it stands for.

    Raises
    ------
    FileError
        If the file is missing, too large or not such a file; the message gives line and column.
    RecallError
        If a player of the tree forgets what it did or knew.

    See Also
    --------
    write_game : The way back.

    Notes
    -----
    Labels that are empty or there twice are renamed as Gambit does: "_1", "stay_1", "stay_2". In a
    tree, an information set is called by its label where that is unique among the player's sets,
    else by player and number, "Russia:3". Payoffs at nodes where the game goes on are added to
    those of every outcome below, and a named outcome is an event of that name.
    """
    place = path_of(path)
    where = f"game file {str(path)!r}"
    tokens = Tokens(_text(_data(place, where), where), where)
    try:
        return _read(tokens)
    except FileError as error:
        raise FileError(_shortened(str(error))) from None
    except RecallError as error:
        raise RecallError(_shortened(f"{where}: {error}")) from None
    except (InputError, LimitError) as error:
        raise FileError(_shortened(f"{where}: {error}")) from None


def _read(tokens: Tokens) -> Game | StrategicGame:
    first = tokens.value if tokens.kind == "symbol" else ""
    if first == "EFG":
        from deterrence.games.efg import read_efg

        return read_efg(tokens)
    if first == "NFG":
        from deterrence.games.nfg import read_nfg

        return read_nfg(tokens)
    raise tokens.error(
        f"{tokens.found} stands where a game starts; the first word is EFG for a tree and NFG for "
        "a strategic form. Gambit's other kinds of file are not read; let Gambit save the game as "
        "one of these."
    )


def write_game(
    game: Game | StrategicGame,
    path: str | os.PathLike[str],
    *,
    title: str = "",
    comment: str = "",
) -> None:
    """Write a game as a file that Gambit reads, every number as an exact fraction.

    Parameters
    ----------
    game : Game or StrategicGame
        With numbers: put them in place of parameters by `Game.at` first.
    path : str or path
        Ends in .efg for a tree and in .nfg for a strategic form. What the file held before is kept
        if anything goes wrong.
    title, comment : str, optional
        Kept in the file.

    Raises
    ------
    InputError
        For formulas, and for labels that Gambit cannot hold, such as those with a backslash.
    FileError
        If the file cannot be written.
    LimitError
        If the file would be larger than `read_game` takes.

    See Also
    --------
    read_game : The way back.

    Notes
    -----
    `read_game` gives the same game again: players, actions, chance, payoffs, and events with their
    weights, which are kept in the labels of outcomes. What a player knows becomes the label of the
    information set, its parts separated by " / "; it is read as a tuple again if that is what it
    was for every set, with texts for parts, and as this text otherwise.

    Gambit has one probability for each chance move. Where the players' probabilities differ, those
    of the first player are written, and the payoffs of the others are multiplied at each outcome
    so that everyone prefers what it preferred; the file's comment says so.
    """
    place = path_of(path)
    text = _written(game, place.suffix.lower(), title, comment)
    data = text.encode("utf-8")
    if len(data) > MOST_BYTES:
        raise LimitError(
            f"the file would have {len(data):,} bytes; at most {MOST_BYTES:,} are read again. "
            "Leave out stages or merge choices."
        )
    write_whole(place, data)


def _written(game: Any, suffix: str, title: str, comment: str) -> str:
    if isinstance(game, Game):
        if suffix != ".efg":
            raise InputError(
                f"{suffix or 'no suffix'!r}: a tree is written to an .efg file, and its strategic "
                "form, from game.strategic_form(), to an .nfg file."
            )
        from deterrence.games.efg import efg_text

        return efg_text(game, title, comment)
    from deterrence.games.strategic import StrategicGame

    if not isinstance(game, StrategicGame):
        raise InputError(f"{game!r} is not a game; give a Game or a StrategicGame.")
    if suffix != ".nfg":
        raise InputError(f"{suffix or 'no suffix'!r}: a strategic form is written to an .nfg file.")
    from deterrence.games.nfg import nfg_text

    return nfg_text(game, title, comment)


# --- from a path to text, and back


def _data(path: Path, where: str) -> bytes:
    try:
        problem = _absence(path)
        if not problem:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)  # it may have grown since
            if len(data) <= MOST_BYTES:
                return data
            problem = f"has more than {MOST_BYTES:,} bytes, the most that are read."
    except (OSError, ValueError) as error:
        problem = f"cannot be read: {error}. Check its name and permissions."
    raise FileError(f"{where} {problem}")


def _absence(path: Path) -> str:
    if path.is_file():
        size = path.stat().st_size
        if size > MOST_BYTES:
            return f"has {size:,} bytes; at most {MOST_BYTES:,} are read. Is it the right file?"
        return ""
    if path.is_dir():
        return "is a folder; give an .efg or .nfg file in it."
    if path.exists():
        return "is no ordinary file; pipes and devices are not read."
    if not path.parent.is_dir():
        return f"does not exist, nor does its folder {str(path.parent)!r}."
    names = sorted(p.name for p in itertools.islice(path.parent.iterdir(), 10_000))
    near = difflib.get_close_matches(path.name, names)
    near = near or [name for name in names if name.endswith(tuple(FORMATS))][:10]
    hint = f"Did you mean {', '.join(map(repr, near))}?" if near else "No such file is there."
    return f"does not exist in {str(path.parent.resolve())!r}. {hint}"


def _text(data: bytes, where: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise FileError(
            f"{where}, line {line}, byte {column} of it: 0x{data[error.start]:02x} is not UTF-8. "
            "Gambit's files are text; save it as UTF-8."
        ) from None
    if (nul := text.find("\0")) >= 0:
        line, column = _line_and_column(text, nul)
        raise FileError(
            f"{where}, line {line}, column {column}: a zero byte. Gambit's files are text."
        )
    return text


def _shortened(message: str) -> str:
    if len(message) <= LONGEST_MESSAGE:
        return message
    return f"{message[: LONGEST_MESSAGE // 2]} ... {message[-LONGEST_MESSAGE // 2 :]}"


# --- from text to tokens


def _line_and_column(text: str, place: int) -> tuple[int, int]:
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
        line, column = _line_and_column(self.text, self.start if start is None else start)
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
        return _line_and_column(self.text, start)

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
        if self.kind == "text" and (problem := _unprintable(self.value)):
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


def _unprintable(label: str) -> str:
    if label.isprintable():
        return ""
    for c in label:
        if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp"):
            return f"the character U+{ord(c):04X} ({unicodedata.name(c, 'a control character')})"
    return ""


def normalised(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels as Gambit keeps them: those empty or there twice get a number, "_1" or "stay_2".

    Parameters
    ----------
    labels : sequence of str

    Returns
    -------
    tuple of str
        All different and none empty.
    """
    count = Counter(labels)
    if len(count) == len(labels) and "" not in count:
        return tuple(labels)
    number: Counter[str] = Counter()
    found = []
    for label in labels:
        renamed = label
        while not renamed or count[renamed] > 1 or (renamed != label and renamed in count):
            number[label] += 1
            renamed = f"{label}_{number[label]}"
        found.append(renamed)
    return tuple(found)


# --- what is written


def label_text(label: Hashable) -> str:
    """A label as text: the parts of a tuple with " / " between them, "()" for none.

    Parameters
    ----------
    label : hashable

    Returns
    -------
    str
    """
    parts = label if isinstance(label, tuple) else (label,)
    return BETWEEN.join(map(str, parts)) or "()"


def _flaw(label: str) -> str:
    """Why Gambit cannot hold a label, or nothing."""
    if not label:
        return "it is empty, and Gambit would rename it. Give it a name."
    if "\\" in label:
        return "Gambit doubles every backslash. Write a slash or another character instead."
    if problem := _unprintable(label):
        return f"it holds {problem}. Leave that out."
    if any(a.isspace() and b.isspace() for a, b in itertools.pairwise(f" {label} ")):
        return "labels neither start nor end with a space, and have no two together. Take one out."
    return ""


class Labels:
    """Labels in quotes, each checked once."""

    def __init__(self) -> None:
        self._known: dict[Any, str] = {}

    def quoted(self, label: Hashable, what: str) -> str:
        """A label as it stands in a file.

        Parameters
        ----------
        label : hashable
        what : str
            What it labels, for the error.

        Returns
        -------
        str

        Raises
        ------
        InputError
            If Gambit cannot hold it.
        """
        found = self._known.get(label)
        if found is None:
            text = label if isinstance(label, str) else label_text(label)
            if flaw := _flaw(text):
                raise InputError(f"{what} {text!r} cannot stand in a file of Gambit's: {flaw}")
            found = self._known[label] = _in_quotes(text)
        return found

    def distinct(self, labels: Iterable[Hashable], what: str) -> list[str]:
        """Labels of things that lie side by side.

        Parameters
        ----------
        labels : iterable of hashable
        what : str

        Returns
        -------
        list of str

        Raises
        ------
        InputError
            If Gambit cannot hold one of them, or two are the same text.
        """
        found = [self.quoted(label, what) for label in labels]
        if len(set(found)) < len(found):
            twice = next(text for text in found if found.count(text) > 1)
            raise InputError(
                f"two labels side by side are both written {twice}, and Gambit would rename them. "
                f"Give each {what} a text of its own."
            )
        return found


def _in_quotes(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def braced(items: Iterable[str]) -> str:
    """Items between braces.

    Parameters
    ----------
    items : iterable of str

    Returns
    -------
    str
    """
    return " ".join(["{", *items, "}"])


def free_text(text: str, what: str) -> str:
    """A title or comment in quotes; several lines are allowed.

    Parameters
    ----------
    text : str
    what : str

    Returns
    -------
    str

    Raises
    ------
    InputError
        If Gambit would not read the same text again.
    """
    if not isinstance(text, str):
        raise InputError(f"the {what} is {text!r}; give text.")
    for c in text:
        if c == "\\" or (c not in "\n\t" and _unprintable(c)):
            raise InputError(
                f"the {what} holds {c!r}, which Gambit would not read again as it is. Take it out."
            )
    return _in_quotes(text)


def written_number(value: Any, what: str) -> str:
    """A number as an exact fraction.

    Parameters
    ----------
    value : fractions.Fraction
    what : str
        What it stands for, for the error.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If it is a formula, or longer than what is read again.
    """
    if not isinstance(value, Fraction):
        names = sorted(str(symbol) for symbol in getattr(value, "free_symbols", ()))
        of = f" in {', '.join(names)}" if names else ""
        raise InputError(f"{what} is a formula{of}; files hold numbers. Put numbers in first.")
    # a digit takes more than 3.3 bits; checked first, since Python refuses to print very long ones
    if value.numerator.bit_length() + value.denominator.bit_length() > 3.3 * (LONGEST_NUMBER - 4):
        raise InputError(
            f"{what} has more than {LONGEST_NUMBER} digits, the most that are read again. Round it."
        )
    return str(value)


def check_numeric(game: Any) -> None:
    """Raise GameError unless the game has numbers, naming its parameters.

    Parameters
    ----------
    game : Game
    """
    if not game.numeric:
        names = ", ".join(game.parameters)
        of = f"in {names}" if names else "without parameters"
        raise GameError(
            f"the game has formulas {of}; files hold numbers. Put numbers in first, with "
            f"game.at({game.parameters[0] + '=..., ...' if names else ''})."
        )
