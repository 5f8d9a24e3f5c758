"""Strategic forms in Gambit's .nfg files: what is read, what is refused, what is written."""

import io
import math
import random
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import FileError, InputError, LimitError
from deterrence.games import nfg
from deterrence.games.gambit_tokens import Tokens
from deterrence.games.nfg import nfg_text, read_nfg
from deterrence.games.strategic import StrategicGame

HEAD = 'NFG 1 R "title" { "A" "B" }\n'


def read(text: str) -> StrategicGame:
    return read_nfg(Tokens(text))


def contents(game: StrategicGame) -> list[Any]:
    actions = {p: tuple(game.actions[p]) for p in game.players}
    return [game.players, actions, {p: game.payoffs[p].tolist() for p in game.players}]


def test_the_first_players_choice_goes_fastest() -> None:
    game = read(HEAD + '{ 2 3 } "comment"\n11 -11 21 -21  12 -12 22 -22  13 -13 23 -23')
    assert contents(game) == [
        ("A", "B"),
        {"A": ("1", "2"), "B": ("1", "2", "3")},
        {"A": [[11, 12, 13], [21, 22, 23]], "B": [[-11, -12, -13], [-21, -22, -23]]},
    ]


def test_three_players() -> None:
    numbers = " ".join(
        f"{100 * i + 10 * j + k} 0 1/3" for k in (1, 2) for j in (1, 2) for i in (1, 2)
    )
    game = read('NFG 1 D "" { "A" "B" "C" } { 2 2 2 } ' + numbers)
    assert game.payoffs["A"].tolist() == [[[111, 112], [121, 122]], [[211, 212], [221, 222]]]
    assert game.payoffs["C"][1, 0, 1] == Fraction(1, 3)


def test_outcomes() -> None:
    game = read(
        HEAD + '{ { "up" "down" } { "left" "a \\"right\\"" } }\n"comment"\n'
        '{ { "one" 1, .5 } { "one" 3 1e-1, } { "" -1/3 4 } }\n1 3 0 2'
    )
    assert contents(game) == [
        ("A", "B"),
        {"A": ("up", "down"), "B": ("left", 'a "right"')},
        {
            "A": [[1, 0], [Fraction(-1, 3), 3]],
            "B": [[Fraction(1, 2), 0], [4, Fraction(1, 10)]],
        },
    ]
    assert contents(read(HEAD + "{ 1 1 } { } 0"))[2] == {"A": [[0]], "B": [[0]]}


def test_labels_are_renamed_as_gambit_does() -> None:
    game = read('NFG 1 R "" { "A" "A" } { { "x" "x" } { "" "_1" } } 1 1 2 2 3 3 4 4')
    assert contents(game)[:2] == [("A_1", "A_2"), {"A_1": ("x_1", "x_2"), "A_2": ("_2", "_1")}]


def test_one_player() -> None:
    assert contents(read('NFG 1 R "" { "A" } { 2 } 1 2')) == [
        ("A",),
        {"A": ("1", "2")},
        {"A": [1, 2]},
    ]


# what is wrong, the file, line, column, and words of the message
BAD: list[tuple[str, str, int, int, str]] = [
    ("version", 'NFG 2 R "" { "A" } { 1 } 1', 1, 5, "version of NFG is 1"),
    ("no title", 'NFG 1 R { "A" } { 1 } 1', 1, 9, "title"),
    ("no players", 'NFG 1 R "" { } { 1 } 1', 1, 12, "0 players"),
    ("comment too early", HEAD + '"comment" { 1 1 } 1 1', 2, 1, "what each player can do"),
    ("two comments", HEAD + '{ 1 1 } "one" "two" 1 1', 2, 15, "the text 'two'"),
    ("none", HEAD + "{ } 1 1", 2, 3, "strategies of 'A'"),
    ("zero", HEAD + "{ 1 0 }", 2, 5, "at least one"),
    ("negative", HEAD + "{ -1 1 } 1 1", 2, 3, "at least one"),
    ("broken", HEAD + "{ 1 1.5 } 1 1", 2, 5, "whole number"),
    ("few counts", HEAD + "{ 1 } 1 1", 2, 5, "'B'"),
    ("many counts", HEAD + "{ 1 1 1 } 1 1", 2, 7, "each of the 2 players"),
    ("few lists", HEAD + '{ { "x" } } 1 1', 2, 11, "'B'"),
    ("many lists", HEAD + '{ { "x" } { "x" } { "x" } } 1 1', 2, 19, "each of the 2 players"),
    ("empty list", HEAD + '{ { "x" } { } } 1 1', 2, 13, "a strategy of 'B'"),
    ("mixed", HEAD + '{ 1 { "x" } } 1 1', 2, 5, "whole number"),
    ("mixed", HEAD + '{ { "x" } 1 } 1 1', 2, 11, "brace"),
    ("unclosed", HEAD + '{ { "x" { "y" } } 1 1', 2, 9, "a strategy of 'A'"),
    ("no payoffs", HEAD + "{ 1 1 }", 2, 8, "payoff of 'A' in profile 1"),
    ("few payoffs", HEAD + "{ 2 1 } 1 2 3", 2, 14, "payoff of 'B' in profile 2"),
    ("many payoffs", HEAD + "{ 1 1 } 1 2 3", 2, 13, "goes on with '3'"),
    ("commas", HEAD + "{ 1 1 } 1, 2", 2, 10, "','"),
    ("trailing brace", HEAD + "{ 1 1 } 1 2 }", 2, 13, "goes on with '}'"),
    ("few indices", HEAD + '{ 2 1 } { { "" 1 1 } } 1', 2, 25, "profile 2"),
    ("many indices", HEAD + '{ 1 1 } { { "" 1 1 } } 1 1', 2, 26, "goes on"),
    ("index", HEAD + '{ 1 1 } { { "" 1 1 } } 2', 2, 24, "no outcome 2"),
    ("index", HEAD + '{ 1 1 } { { "" 1 1 } } -1', 2, 24, "no outcome -1"),
    ("index", HEAD + '{ 1 1 } { { "" 1 1 } } 1.0', 2, 24, "whole number"),
    ("no label", HEAD + "{ 1 1 } { { 1 1 } } 1", 2, 13, "label of outcome 1"),
    ("few", HEAD + '{ 1 1 } { { "" 1 } } 1', 2, 18, "payoff of 'B'"),
    ("many", HEAD + '{ 1 1 } { { "" 1 2 3 } } 1', 2, 20, "each of the 2 players"),
    ("unclosed outcomes", HEAD + '{ 1 1 } { { "" 1 2 } 1', 2, 22, "after the last one"),
    ("large", HEAD + "{ 100000 100000 } 1 1", 2, 1, "10,000,000,000 profiles"),
    ("larger", HEAD + "{ 2147483647 2147483647 } 1 1", 2, 1, "at most"),
    ("too large", HEAD + "{ 2147483648 1 } 1 1", 2, 3, "2147483647"),
    ("number", HEAD + "{ 1 1 } 1 1e999999999", 2, 11, "exponents three digits"),
    ("number", HEAD + "{ 1 1 } 1/0 1", 2, 9, "divides by zero"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), [bad[1:] for bad in BAD])
def test_mistakes_are_told_with_line_and_column(
    text: str, line: int, column: int, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "game.nfg"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=words) as caught:
        dt.read_game(file)
    assert str(caught.value).startswith(f"game file {str(file)!r}, line {line}, column {column}: ")


def test_many_players_with_many_choices_take_no_memory() -> None:
    names, counts = '"A" ' * 64, "2147483647 " * 64
    with pytest.raises(FileError, match="profiles times players"):
        read(f'NFG 1 R "" {{ {names}}} {{ {counts}}} 1')


# --- writing -------------------------------------------------------------------------------------

LABELS = ("a", 'b "c"', "{d}", "e, f", "-1", "\N{GREEK SMALL LETTER ALPHA}")


def random_game(seed: int) -> StrategicGame:
    rng = random.Random(seed)
    players = ("Ann", 'Bob "B"', "Cy", "Di")[: rng.randint(1, 4)]
    shape = [rng.randint(1, 4) for _ in players]
    few = (0, 1, -1, Fraction(1, 3), Fraction(-22, 7), 10**30)
    payoffs = {}
    for player in players:
        array = np.empty(math.prod(shape), dtype=object)
        array[:] = [Fraction(rng.choice(few)) for _ in array]
        payoffs[player] = array.reshape(shape)
    actions = {p: rng.sample(LABELS, n) for p, n in zip(players, shape, strict=True)}
    return StrategicGame(payoffs, actions)


seeds = st.integers(0, 2**32)


@given(seeds)
def test_the_round_trip_loses_nothing(seed: int) -> None:
    game = random_game(seed)
    assert contents(read(nfg_text(game, 'a "title"', "a\ncomment"))) == contents(game)


def test_what_is_written(tmp_path: Path) -> None:
    game = StrategicGame(
        {"A": [[1, 2, 3], [4, "1/2", 6]], "B": [[0.1, 0, 0], [0, 0, -1]]}, {"A": ["up", "down"]}
    )
    dt.write_game(game, tmp_path / "g.nfg", title="T", comment="C")
    assert (tmp_path / "g.nfg").read_text() == (
        'NFG 1 R "T" { "A" "B" }\n\n{ { "up" "down" }\n{ "1" "2" "3" } }\n"C"\n\n'
        "1 1/10\n4 0\n2 0\n1/2 0\n3 0\n6 -1\n"
    )
    back = dt.read_game(tmp_path / "g.nfg")
    assert isinstance(back, StrategicGame)
    assert contents(back) == contents(game)


@pytest.mark.parametrize("label", ["back\\slash", " x", "two  spaces", "a\nb"])
def test_labels_that_gambit_cannot_hold(label: str) -> None:
    for game in (StrategicGame({"A": [1]}, {"A": [label]}), StrategicGame({label: [1]})):
        with pytest.raises(InputError, match="cannot stand in a file of Gambit's"):
            nfg_text(game)


def test_what_is_too_large_to_be_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nfg, "MOST_PAYOFFS", 7)
    game = StrategicGame({"A": [[1, 2], [3, 4]], "B": [[1, 2], [3, 4]]})
    with pytest.raises(LimitError, match="4 profiles"):
        nfg_text(game)


# --- Gambit --------------------------------------------------------------------------------------


def as_gambit_has_it(text: str) -> list[Any]:
    gambit = pytest.importorskip("pygambit")
    game = gambit.read_nfg(io.BytesIO(text.encode()))
    players = tuple(game.players)
    actions = {p: tuple(game.get_strategies(p)) for p in players}
    arrays = game.to_arrays(dtype=Fraction)
    return [players, actions, {p: a.tolist() for p, a in zip(players, arrays, strict=True)}]


@pytest.mark.oracle
@given(seeds)
def test_gambit_reads_the_same_game(seed: int) -> None:
    game = random_game(seed)
    assert as_gambit_has_it(nfg_text(game, "title", "comment")) == contents(game)


@pytest.mark.oracle
@given(seeds)
def test_what_gambit_writes_is_read(seed: int) -> None:
    gambit = pytest.importorskip("pygambit")
    game = random_game(seed)
    theirs = gambit.read_nfg(io.BytesIO(nfg_text(game).encode()))
    text = theirs.to_nfg()  # with outcomes
    assert "{\n{" in text
    assert contents(read(text)) == contents(game)


@pytest.mark.oracle
def test_gambits_own_files() -> None:
    pytest.importorskip("pygambit")
    read_files = 0
    waiting = [files("pygambit") / "catalog_data"]
    while waiting:
        place = waiting.pop()
        if place.is_dir():
            waiting.extend(place.iterdir())
        elif place.name.endswith(".nfg"):
            text = place.read_text(encoding="utf-8")
            game = read(text)
            assert contents(game) == as_gambit_has_it(text), place.name
            assert contents(read(nfg_text(game))) == contents(game), place.name
            read_files += 1
    assert read_files >= 5
