"""Strategic forms in Gambit's .nfg format."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from deterrence.errors import InputError, LimitError
from deterrence.games.gambit_labels import Labels, normalised
from deterrence.games.gambit_tokens import MOST_PLAYERS, Tokens
from deterrence.games.gambit_writing import braced, free_text, written_number
from deterrence.games.strategic import StrategicGame

__all__ = ["nfg_text", "read_nfg"]

MOST_PAYOFFS = 4_000_000  # profiles times players

_Payoffs = tuple[Fraction, ...]


def read_nfg(tokens: Tokens) -> StrategicGame:
    """The strategic form in a file.

    Parameters
    ----------
    tokens : Tokens
        At the file's first word.

    Returns
    -------
    StrategicGame

    Raises
    ------
    FileError
        With line and column, unless the file is a strategic form as Gambit reads it.
    """
    tokens.header("1")
    players = tokens.players()
    start = tokens.start
    tokens.take("{", "a brace '{' and what each player can do")
    if tokens.kind == "number":
        sizes = _sizes(tokens, players)
        labels = None
    else:
        labels = _labels(tokens, players)
        sizes = [len(own) for own in labels]
    tokens.take("}", f"a brace '}}', since each of the {len(players)} players has its strategies")
    tokens.comment()
    _check_size(tokens, sizes, start)
    if tokens.kind == "{":
        rows = _rows_of_outcomes(tokens, players, math.prod(sizes))
    else:
        rows = _rows(tokens, players, math.prod(sizes))
    if tokens.kind != "end":
        raise tokens.error(
            f"after the last of the {math.prod(sizes):,} profiles the file goes on with "
            f"{tokens.found}. Take it out, or check the numbers of strategies."
        )
    payoffs = {}
    for i, player in enumerate(players):
        array = np.empty(len(rows), dtype=object)
        array[:] = [row[i] for row in rows]
        payoffs[player] = array.reshape(sizes, order="F")  # the first player's choice goes fastest
    actions = None if labels is None else dict(zip(players, labels, strict=True))
    return StrategicGame(payoffs, actions)


def _sizes(tokens: Tokens, players: Sequence[str]) -> list[int]:
    sizes = []
    for player in players:
        start = tokens.start
        sizes.append(tokens.whole(f"the number of strategies of {player!r}"))
        if sizes[-1] < 1:
            raise tokens.error(f"{player!r} has {sizes[-1]} strategies; give at least one.", start)
    return sizes


def _labels(tokens: Tokens, players: Sequence[str]) -> list[tuple[str, ...]]:
    labels = []
    for player in players:
        tokens.take(
            "{", f"the number of strategies of {player!r}, or a brace '{{' and their labels"
        )
        own: list[str] = []
        while not own or tokens.kind != "}":
            own.append(tokens.label(f"a strategy of {player!r}"))
        tokens.advance()
        labels.append(normalised(own))
    return labels


def _check_size(tokens: Tokens, sizes: Sequence[int], start: int) -> None:
    """Before anything is laid out: what the file promises may be far more than it holds."""
    profiles = math.prod(sizes)
    if profiles * len(sizes) > MOST_PAYOFFS:
        raise tokens.error(
            f"{' x '.join(map(str, sizes))} strategies make {profiles:,} profiles; profiles times "
            f"players may be {MOST_PAYOFFS:,} at most.",
            start,
        )


def _rows(tokens: Tokens, players: Sequence[str], profiles: int) -> list[_Payoffs]:
    """Payoffs one after the other."""
    return [
        tuple(tokens.number(f"the payoff of {player!r} in profile {k}") for player in players)
        for k in range(1, profiles + 1)
    ]


def _rows_of_outcomes(tokens: Tokens, players: Sequence[str], profiles: int) -> list[_Payoffs]:
    """A list of outcomes, then the number of the outcome of each profile."""
    outcomes: list[_Payoffs] = [(Fraction(0),) * len(players)]  # number 0 stands for none
    tokens.advance()
    while tokens.kind != "}":
        named = f"outcome {len(outcomes)}"
        tokens.take("{", f"a brace '{{' and {named}, or a brace '}}' after the last one")
        tokens.label(f"the label of {named}")
        outcomes.append(tokens.payoffs(players, named=named))
    tokens.advance()
    rows = []
    for k in range(1, profiles + 1):
        start = tokens.start
        number = tokens.whole(f"the number of the outcome of profile {k}")
        if not 0 <= number < len(outcomes):
            raise tokens.error(
                f"there is no outcome {number}; they are 1 to {len(outcomes) - 1}, and 0 for none.",
                start,
            )
        rows.append(outcomes[number])
    return rows


def nfg_text(game: StrategicGame, title: str = "", comment: str = "") -> str:
    """A strategic form as the text of an .nfg file.

    Parameters
    ----------
    game : StrategicGame
    title, comment : str, optional

    Returns
    -------
    str

    Raises
    ------
    InputError
        For labels that Gambit cannot hold.
    LimitError
        If it is larger than what is read again.
    """
    players, labels = game.players, Labels()
    shape = [len(game.actions[player]) for player in players]
    if math.prod(shape) * len(players) > MOST_PAYOFFS:
        raise LimitError(
            f"the game has {math.prod(shape):,} profiles; profiles times players may be "
            f"{MOST_PAYOFFS:,} at most to be read again."
        )
    if len(players) > MOST_PLAYERS:
        raise InputError(
            f"the game has {len(players)} players; at most {MOST_PLAYERS} are read again."
        )
    strategies = [braced(labels.distinct(game.actions[p], f"action of {p}")) for p in players]
    head = [
        f"NFG 1 R {free_text(title, 'title')} {braced(labels.distinct(players, 'player'))}",
        "",
        "{ " + "\n".join(strategies) + " }",
        free_text(comment, "comment"),
        "",
    ]
    return "\n".join([*head, *_lines(game), ""])


def _lines(game: StrategicGame) -> Iterator[str]:
    columns = [
        [written_number(x, f"a payoff of {p}") for x in game.payoffs[p].ravel(order="F")]
        for p in game.players
    ]
    for row in zip(*columns, strict=True):
        yield " ".join(row)
