"""Games in strategic form handed to other packages, and back."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import InputError

F = Fraction
ACTIONS = {"Row": ["up", "down"], "Column": ["left", "middle", "right"]}


def game(corner: int | Fraction = 3) -> dt.StrategicGame:
    """Two by three, with the row player's payoff in the first corner as given."""
    return dt.StrategicGame(
        {"Row": [[corner, 0, -1], [2, 5, 4]], "Column": [[1, 2, 3], [6, 5, 4]]}, ACTIONS
    )


def three() -> dt.StrategicGame:
    return dt.StrategicGame({p: np.arange(8).reshape(2, 2, 2).tolist() for p in "ABC"})


def test_nashpy_has_the_same_matrices_as_whole_numbers_or_floats() -> None:
    first, second = game().to_nashpy().payoff_matrices
    assert first.dtype == second.dtype == np.int64
    assert first.tolist() == [[3, 0, -1], [2, 5, 4]]
    assert second.tolist() == [[1, 2, 3], [6, 5, 4]]
    first, _ = game(F(1, 4)).to_nashpy().payoff_matrices
    assert first.dtype == np.float64
    assert first.tolist() == [[0.25, 0, -1], [2, 5, 4]]


def test_a_game_of_nashpy_comes_back_with_the_labels_that_it_does_not_keep() -> None:
    assert dt.StrategicGame.from_nashpy(game().to_nashpy(), actions=ACTIONS) == game()
    named = dt.StrategicGame.from_nashpy(game().to_nashpy(), ("Ann", "Bob"))
    assert named.players == ("Ann", "Bob")


def test_what_nashpy_cannot_hold_is_refused() -> None:
    with pytest.raises(InputError, match="two players, not 3"):
        three().to_nashpy()
    with pytest.raises(InputError, match=r"not a nashpy\.Game"):
        dt.StrategicGame.from_nashpy(7)
    with pytest.raises(InputError, match="name the row player and the column player"):
        dt.StrategicGame.from_nashpy(game().to_nashpy(), ("Ann",))


@pytest.mark.oracle
@pytest.mark.parametrize("own", [game(F(1, 3)), three()])
def test_a_game_of_pygambit_is_the_same_again(own: dt.StrategicGame) -> None:
    pytest.importorskip("pygambit")
    theirs = own.to_pygambit("a title")
    assert theirs.title == "a title"
    assert [str(p) for p in theirs.players] == list(own.players)
    assert dt.StrategicGame.from_pygambit(theirs) == own


def test_what_is_no_game_of_pygambit_is_refused() -> None:
    with pytest.raises(InputError, match="not a game of pygambit"):
        dt.StrategicGame.from_pygambit(7)
