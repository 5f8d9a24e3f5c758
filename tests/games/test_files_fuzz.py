"""Files as mistakes and attackers write them: read_game returns or raises InputError, soon."""

import os
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import FileError, InputError, LimitError, RecallError
from deterrence.games import efg_labels, efg_reading, reading
from deterrence.games.strategic import StrategicGame

TREE = """EFG 2 R "A \\"title\\"" { "Ann" "Bob" } "A comment"

c "" 1 "weather" { "sun" 1/3 "rain" .5 "snow" 1/6 } 0
p "" 1 1 "dry" { "go" "stay" } 0
t "" 1 "war" { -1, 2.5 }
p "" 2 1 "" { "l" "r" } 2 "toll" { 1e2 -1/3 }
t "" 0
t "" 1
p "" 2 1 0
t "" 1 "war" { -1, 2.5 }
t "" 3 "" { 0 1 }
t "" 4 "peace; war (1/2) #2" { 0.25 -.5 }
"""
OURS = TREE.replace("A comment", f"{efg_labels.KNOWLEDGE} {efg_labels.EVENTS}")
COUNTS = 'NFG 1 R "t" { "Ann" "Bob" } { 2 3 } "c" 1 2 3 4 5 6 7/2 8.5 9e1 -10 11 12\n'
NAMES = 'NFG 1 R "t" { "Ann" "Bob" } { { "u" "d" } { "l" "r" } } 1 2 3 4 5 6 7 8\n'
OUTCOMES = 'NFG 1 D "t" { "Ann" "Bob" } { 2 2 } "c" { { "x" 1, 2 } { "y" -1/3 .5 } } 1 2 0 1\n'
FILES = (TREE, OURS, COUNTS, NAMES, OUTCOMES)

PIECES = (
    *("EFG", "NFG", "#AGG", "R", "D", "c", "p", "t", "{", "}", ",", '"', '""', '"a"', '"A:2"'),
    *('"a / b"', '"x (1/0) #1"', '"\\\\"', '"\\""', "\\", "0", "1", "2", "3", "-1", "1/2", "1/0"),
    *("0.5", ".5", "1e999", "1e-999", "1e999999999", "-", "+", ".", "e", "99999999999", "64", "65"),
    *("\0", "\ufeff", "\u2028", "\x85", "\x1b[2J", "\n", "\r", "\t", " ", "  ", "\N{SNOWMAN}"),
    *("{ 100000 100000 }", "{ 1 1 }", '{ "A" "B" }', '"" { "x" 1 }', '"" { 1 2 }', "nan", "inf"),
    *("<xml", "import os", "__class__", "9" * 5000, "(" * 500, "{" * 500, '"' * 501, "\\" * 501),
)
PATIENCE = 10.0  # seconds for a file of a few kilobytes, on a slow machine


def check(data: bytes) -> Any:
    """The game or the error; anything else, or a long wait, fails."""
    _file.write_bytes(data)
    start = time.process_time()
    try:
        found: Any = dt.read_game(_file)
    except InputError as error:
        found = error
    if isinstance(found, InputError):
        message = str(found)
        assert str(_file) in message
        assert len(message.encode()) < 9000
    else:
        assert isinstance(found, dt.Game | StrategicGame)
        assert repr(found)
    assert time.process_time() - start < PATIENCE
    return found


_file = Path()


@pytest.fixture(autouse=True, scope="module")
def _in_a_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    global _file
    _file = tmp_path_factory.mktemp("files") / "game.efg"


def test_the_files_are_valid() -> None:
    for text in FILES:
        assert not isinstance(check(text.encode()), Exception)


@st.composite
def mutated(draw: Any) -> bytes:
    """A valid file, with parts cut, doubled, moved, replaced or put in."""
    data = draw(st.sampled_from(FILES)).encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        other = draw(st.integers(0, len(data)))
        part = draw(
            st.sampled_from(PIECES).map(str.encode)
            | st.binary(max_size=4)
            | st.just(data[other : other + 20])
            | st.just(b"")
        )
        data = data[:start] + part + data[end:]
    return bytes(data)


@given(mutated())
def test_damaged_files(data: bytes) -> None:
    check(data)


TOKENS = st.lists(st.sampled_from(PIECES), max_size=60)


@given(st.sampled_from(["", "EFG 2 R", 'EFG 2 R "" { "A" "B" }', 'NFG 1 R "" { "A" }']), TOKENS)
@example("", [])
def test_token_soup(start: str, tokens: list[str]) -> None:
    check(" ".join([start, *tokens]).encode())
    check("".join([start, *tokens]).encode())


@given(st.binary(max_size=200))
def test_bytes(data: bytes) -> None:
    check(data)


@st.composite
def nodes(draw: Any) -> str:
    """Nodes that are each well formed, in any order: mostly games, sometimes too few nodes."""
    sets: dict[tuple[str, int, int], tuple[str, str]] = {}
    lines = ['EFG 2 R "" { "A" "B" } ""']
    missing = 1
    for _ in range(draw(st.integers(1, 25))):
        kind = draw(st.sampled_from("cppt")) if missing < 8 else "t"
        outcome = draw(st.sampled_from(['1 "o" { 1 1/2 }', "0", '2 "" { 3, -1 }']))
        if kind == "t":
            lines.append(f't "" {outcome}')
            missing -= 1
        else:
            player, number = draw(st.integers(1, 2)), draw(st.integers(1, 6))
            key = (kind, player if kind == "p" else 0, number)
            count = draw(st.integers(1, 3))
            label = draw(st.sampled_from(["", "s", "s", "A:1", "A:2"]))
            fresh = " ".join(f'"a{k}"' + f" 1/{count}" * (kind == "c") for k in range(count))
            described = sets.setdefault(key, (f'"{label}" {{ {fresh} }}', fresh))
            who = f"{player} {number}" if kind == "p" else f"{number}"
            lines.append(f'{kind} "" {who} {described[0]} {outcome}')
            missing += described[1].count('"') // 2 - 1
        if not missing:
            break
    lines.extend(['t "" 0'] * draw(st.integers(max(0, missing - 1), missing)))
    return "\n".join(lines)


@given(nodes())
def test_well_formed_nodes(text: str) -> None:
    game = check(text.encode())
    if isinstance(game, dt.Game):
        dt.write_game(game, _file)
        back = dt.read_game(_file)
        assert isinstance(back, dt.Game)
        assert [s.knows for s in back] == [s.knows for s in game]
    else:
        assert isinstance(game, FileError | RecallError)


# --- one attack each -----------------------------------------------------------------------------

HEAD = 'EFG 2 R "" { "A" "B" } ""\n'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1, column 1: the end of the file"),
        (b"\0", "line 1, column 1: a zero byte"),
        (TREE.replace("stay", "st\0ay").encode(), "line 4, column 26: a zero byte"),
        (b'EFG 2 R "\xff"', "line 1, byte 10 of it: 0xff is not UTF-8"),
        (b"EFG 2\n\n  \xc3", "line 3, byte 3 of it: 0xc3 is not UTF-8"),
        (TREE.encode("utf-16"), "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "0x89 is not UTF-8"),
        (b"PK\x03\x04", "EFG for a tree"),
        (b"<gambit:document>", "EFG for a tree and NFG for a strategic form"),
        (b"#AGG\n", "Gambit's other kinds of file"),
        (b"{" * 100_000, "'{' stands where a game starts"),
        (HEAD.encode() + b"{" * 100_000, "line 2, column 1: here should be a node"),
        (HEAD.encode() + b'p "" 1 1 "" { "x" ' * 5000, "line 2, column 19"),
        (b'"' * 100_001, "the text ''"),
        (HEAD.encode() + b't "' + b"\\" * 1_000_000, "never ends"),
        (HEAD.encode() + b't "" ' + b"9" * 1_000_000, "at most 2147483647"),
        (HEAD.encode() + b't "" 1 "" { ' + b"9" * 1_000_000 + b" 1 }", "at most 2000 characters"),
        (HEAD.encode() + b't "" 1 "" { 1e-999999999 1 }', "exponents three digits"),
        (HEAD.encode() + b'c "" 1 "" { "x" 1e-9999 }', "exponents three digits"),
        (b'EFG 2 R "" { ' + b'"A" ' * 100_000 + b'} t "" 0', "100000 players"),
        (b'NFG 1 R "" { "A" "B" } { 100000 100000 } 1', "10,000,000,000 profiles"),
    ],
)
def test_attacks_are_told_by_line_and_column(data: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words.replace("(", r"\(").replace("{", r"\{")):
        raise check(data)


def test_a_byte_order_mark_and_windows_lines() -> None:
    data = b"\xef\xbb\xbf" + TREE.replace("\n", "\r\n").encode()
    assert isinstance(check(data), dt.Game)


def test_a_chain_too_deep() -> None:
    chain = "\n".join(f'p "" 1 {k} "" {{ "a" }} 0' for k in range(1, 50_001))
    with pytest.raises(FileError, match=r"line 6861, column 1: the tree is too deep"):
        raise check(f'{HEAD}{chain}\nt "" 0'.encode())


def test_a_deep_chain() -> None:
    chain = "\n".join(f'p "" 1 {k} "" {{ "a" }} {k} "" {{ 1 1 }}' for k in range(1, 1001))
    game = check(f'{HEAD}{chain}\nt "" 0'.encode())
    assert isinstance(game, dt.Game)
    assert [game.numbers[k] for k in game.structure.payoffs[-1] or ()] == [1000, 1000]


def test_one_set_again_and_again() -> None:
    # one description, then a hundred thousand mentions of the same chance move
    chain = 'c "" 1 0\n' * 100_000
    with pytest.raises(FileError, match="too deep"):
        raise check(f'{HEAD}c "" 1 "" {{ "a" 1 }} 0\n{chain}t "" 0'.encode())


def test_denominators_that_multiply() -> None:
    rng = random.Random(1)
    primes = [rng.getrandbits(6000) | 1 for _ in range(400)]  # summing them would take minutes
    odds = " ".join(f'"x{k}" 1/{p}' for k, p in enumerate(primes))
    with pytest.raises(FileError, match="sum to exactly one"):
        raise check(f'{HEAD}c "" 1 "" {{ {odds} }} 0'.encode())
    chain = "\n".join(
        f'p "" 1 {k} "" {{ "a" }} {k} "" {{ 1/{p} 1 }}' for k, p in enumerate(primes, 1)
    )
    with pytest.raises(
        FileError, match=r"line 4, column 1: a number at this node has more than 13,000"
    ):
        raise check(f'{HEAD}{chain}\nt "" 0'.encode())


def test_more_nodes_than_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(efg_reading, "MOST_NODES", 1000)
    text = HEAD + 'p "" 1 1 "" { ' + '"x" ' * 2000 + "} 0\n" + 't "" 0\n' * 2000
    with pytest.raises(FileError, match="line 1002, column 1: the tree has more than 1,000 nodes"):
        raise check(text.encode())


def test_long_messages_are_cut() -> None:
    label = "long " * 10_000 + "x"
    text = f'{HEAD}p "" 1 1 "{label}" {{ "x" }} 0 p "" 1 1 0 t "" 0'
    with pytest.raises(RecallError, match=r"twice in one play|\.\.\."):
        raise check(text.encode())


def test_large_files_are_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.efg"
    with file.open("wb") as sparse:
        sparse.truncate(10**12)
    with pytest.raises(FileError, match="has 1,000,000,000,000 bytes; at most 50,000,000 are read"):
        dt.read_game(file)


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "mine.efg").write_text(TREE)
    for path, words in (
        (tmp_path, "is a folder"),
        (tmp_path / "mime.efg", "Did you mean 'mine.efg'"),
        (tmp_path / "zzz", "Did you mean 'mine.efg'"),
        (tmp_path / "no" / "mine.efg", "nor does its folder"),
        (f"{tmp_path}/a\0b.efg", "cannot be read|does not exist"),
    ):
        with pytest.raises(FileError, match=words):
            dt.read_game(path)
    for path in (None, 3.5):
        with pytest.raises(FileError, match="is not a path"):
            dt.read_game(path)  # type: ignore[arg-type]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.efg")
    with pytest.raises(FileError, match="no ordinary file"):
        dt.read_game(tmp_path / "pipe.efg")


# --- writing -------------------------------------------------------------------------------------


def test_the_name_must_fit_the_game(tmp_path: Path) -> None:
    tree = dt.Game("A", dt.Outcome({"A": 1}))
    form = StrategicGame({"A": [1]})
    for game, name, words in (
        (tree, "g.nfg", "strategic_form"),
        (tree, "g", "no suffix"),
        (form, "g.efg", "is written to an .nfg file"),
        ("game", "g.efg", "is not a game"),
    ):
        with pytest.raises(InputError, match=words):
            dt.write_game(game, tmp_path / name)  # type: ignore[arg-type]
    dt.write_game(tree, tmp_path / "G.EFG")
    assert [p.name for p in tmp_path.iterdir()] == ["G.EFG"]


def test_what_a_file_held_is_kept_if_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "g.efg"
    file.write_text("before")
    game = dt.Game("A", dt.Outcome({"A": 1}))
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", _failing)
        with pytest.raises(FileError, match="cannot be written"):
            dt.write_game(game, file)
    with monkeypatch.context() as patch:
        patch.setattr(reading, "MOST_BYTES", 10)
        with pytest.raises(LimitError, match="at most 10 are read again"):
            dt.write_game(game, file)
    assert file.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["g.efg"]
    with pytest.raises(FileError, match="cannot be written"):
        dt.write_game(game, tmp_path / "missing" / "g.efg")


def _failing(*_: object) -> None:
    raise OSError("disk full")
