"""From a file of Gambit's to a game, and back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from deterrence.errors import FileError, InputError, LimitError, RecallError
from deterrence.games.files import path_of, write_whole
from deterrence.games.gambit_text import MOST_BYTES, data_at, text_of
from deterrence.games.gambit_tokens import Tokens
from deterrence.games.tree import Game

if TYPE_CHECKING:
    from deterrence.games.strategic import StrategicGame

__all__ = ["read_game", "write_game"]

LONGEST_MESSAGE = 2000  # characters; a history can hold thousands of labels


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
    tokens = Tokens(text_of(data_at(place, where), where), where)
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
        from deterrence.games.efg_reading import read_efg

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
        from deterrence.games.efg_writing import efg_text

        return efg_text(game, title, comment)
    from deterrence.games.strategic import StrategicGame

    if not isinstance(game, StrategicGame):
        raise InputError(f"{game!r} is not a game; give a Game or a StrategicGame.")
    if suffix != ".nfg":
        raise InputError(f"{suffix or 'no suffix'!r}: a strategic form is written to an .nfg file.")
    from deterrence.games.nfg import nfg_text

    return nfg_text(game, title, comment)


def _shortened(message: str) -> str:
    if len(message) <= LONGEST_MESSAGE:
        return message
    return f"{message[: LONGEST_MESSAGE // 2]} ... {message[-LONGEST_MESSAGE // 2 :]}"
