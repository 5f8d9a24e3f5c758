"""Trees in Gambit's .efg files: what is read, what is refused, what is written."""

import io
import itertools
import random
from collections.abc import Hashable, Mapping
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import FileError, GameError, InputError, RecallError
from deterrence.games import efg_labels, efg_reading, gambit_text
from deterrence.games.assessment import Assessment
from deterrence.games.efg_reading import read_efg
from deterrence.games.efg_writing import efg_text
from deterrence.games.gambit_labels import normalised
from deterrence.games.gambit_tokens import Tokens
from deterrence.guarantee.parameters import defaults

HEAD = 'EFG 2 R "title" { "A" "B" } "comment"\n'
LEAVES = 't "" 1 "" { 1, 2 }\nt "" 0\n'


def read(text: str) -> dt.Game:
    return read_efg(Tokens(text))


def actions(game: dt.Game) -> list[tuple[str, ...]]:
    return [own.actions for own in game.information_sets]


def knows(game: dt.Game) -> list[tuple[str, Hashable]]:
    return [(own.player, own.knows) for own in game.information_sets]


def ends(game: dt.Game) -> list[tuple[Any, ...]]:
    """Payoffs and events of every outcome, from left to right."""
    s, numbers = game.structure, game.numbers
    return [
        (tuple(numbers[k] for k in places), {e: numbers[k] for e, k in (s.events[n] or {}).items()})
        for n, places in enumerate(s.payoffs)
        if places is not None
    ]


def payoffs(game: dt.Game) -> list[tuple[Fraction, ...]]:
    return [payoffs for payoffs, _ in ends(game)]


def contents(game: dt.Game, named: bool = True) -> list[Any]:
    """Everything that a game says, node by node, and the names of its information sets."""
    s, numbers = game.structure, game.numbers
    chance = [None if k is None else tuple(numbers[i] for i in k) for k in s.chance]
    sets = [(own.player, own.knows if named else None, own.actions, own.nodes) for own in s.sets]
    return [s.players, s.kind, s.parent, s.label, chance, sets, ends(game)]


# --- reading ---------------------------------------------------------------------------------


def test_a_file_with_everything() -> None:
    game = read(
        """EFG 2 R "A \\"quoted\\" title" { "Ann" "Bob" }
        "A comment
        in two lines"

        c "root" 1 "weather" { "sun" 1/3 "rain" .5 "snow" 1/6 } 0
        p "" 1 7 "dry" { "go" "stay" } 0
        t "" 1 "war" { -1, 2.5 }
        t "" 2 "" { 1e2 -1/3 }
        p "" 2 1 "" { "go" } 3 "toll" { 10, 20 }
        t "" 1
        p "" 2 2 "Bob sees" { "a \\"b\\"" "{c}" "d" } 3 "toll" { 10 20 }
        t "" 0
        t "" 1 "war" { -1, 2.5, }
        t "" 4 "_12" { .25 -.5 } and what follows is not read " } { EFG"""
    )
    assert game.players == ("Ann", "Bob")
    assert knows(game) == [("Ann", "dry"), ("Bob", "Bob:1"), ("Bob", "Bob sees")]
    assert actions(game) == [("go", "stay"), ("go",), ('a "b"', "{c}", "d")]
    s = game.structure
    assert s.kind[0] == "chance"
    assert [s.label[n] for n in s.children[0]] == ["sun", "rain", "snow"]
    odds = [game.numbers[(s.chance[n] or ())[0]] for n in s.children[0]]
    assert odds == [Fraction(1, 3), Fraction(1, 2), Fraction(1, 6)]
    half = Fraction(1, 2)
    assert ends(game) == [
        ((-1, 5 * half), {"war": 1}),
        ((100, Fraction(-1, 3)), {}),
        ((9, 45 * half), {"toll": 1, "war": 1}),
        ((10, 20), {"toll": 1}),
        ((9, 45 * half), {"toll": 1, "war": 1}),
        ((Fraction(41, 4), 39 * half), {"toll": 1}),
    ]
    assert s.event_names == ("war", "toll")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("1/3", Fraction(1, 3)),
        ("-1/2", Fraction(-1, 2)),
        ("2/4", Fraction(1, 2)),
        ("1.", 1),
        ("1.5", Fraction(3, 2)),
        (".5", Fraction(1, 2)),
        ("-.5", Fraction(-1, 2)),
        ("-.5e1", -5),
        ("1e2", 100),
        ("1e+2", 100),
        ("1E-3", Fraction(1, 1000)),
        ("1.5E-1", Fraction(3, 20)),
        ("007", 7),
        ("0.1", Fraction(1, 10)),
        ("-0", 0),
        ("123456789012345678901234567890", 123456789012345678901234567890),
    ],
)
def test_numbers_are_exact(written: str, value: Fraction) -> None:
    assert payoffs(read(f'{HEAD}t "" 1 "" {{ {written} 0 }}')) == [(value, 0)]


@pytest.mark.parametrize(
    "written",
    [
        *("+2", "1/-2", "1/0", "-1/0", ".5e3", "0x10", "inf", "nan", "1/", "1e", "1e+", "-", "."),
        *("-.", "1_000", "--1", "1,000", "1e5/3", "\N{FULLWIDTH DIGIT ONE}", '"1"', "1e1000"),
        *("1e999999999", "9" * 2001, "1.5.5", "1/2/3", "e5", "\N{SUPERSCRIPT TWO}"),
    ],
)
def test_what_is_no_number(written: str) -> None:
    with pytest.raises(FileError, match="line 2, column "):
        read(f'{HEAD}t "" 1 "" {{ {written} 0 }}')


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # as pygambit 17.0.0b2 writes them after reading
        (["x", "x"], ["x_1", "x_2"]),
        (["x", "x", "", "", "x_1", "_1", "1"], ["x_2", "x_3", "_2", "_3", "x_1", "_1", "1"]),
        (["x", "x_1", "x", "x", "x_2", "x_2_1"], ["x_3", "x_1", "x_4", "x_5", "x_2", "x_2_1"]),
        (["x", "x", "x_1", "x_1"], ["x_2", "x_3", "x_1_1", "x_1_2"]),
        (["", "_1", "_1", ""], ["_2", "_1_1", "_1_2", "_3"]),
        (["a", ""], ["a", "_1"]),
        ([""], ["_1"]),
        (["a", "b"], ["a", "b"]),
    ],
)
def test_labels_that_are_empty_or_there_twice(given: list[str], expected: list[str]) -> None:
    assert normalised(given) == tuple(expected)
    listed = " ".join(f'"{label}"' for label in given)
    game = read(f'EFG 2 R "" {{ {listed} }} p "" 1 1 "" {{ {listed} }} 0 ' + 't "" 0 ' * len(given))
    assert game.players == actions(game)[0] == tuple(expected)
    odds = " ".join(f'"{label}" 1/{len(given)}' for label in given)
    chance = read(f'{HEAD}c "" 1 "" {{ {odds} }} 0 ' + 't "" 0 ' * len(given)).structure
    assert [chance.label[n] for n in chance.children[0]] == expected


@pytest.mark.parametrize(
    ("written", "label"),
    [
        (r"a \"b\"", 'a "b"'),
        (r"\"", '"'),
        (r"mid\x", r"mid\x"),
        (r"mid\\x", r"mid\\\x"),  # Gambit's lexer does not collapse what its writer doubles
        (r"\\\x", r"\\\\\x"),
        (r"a\\\"", r"a\\\\" + '"'),
        ("\N{SNOWMAN}", "\N{SNOWMAN}"),
    ],
)
def test_escapes(written: str, label: str) -> None:
    assert ends(read(f'{HEAD}t "" 1 "{written}" {{ 0 0 }}')) == [((0, 0), {label: 1})]


def two_sets_of_a(first: str, second: str, numbers: tuple[int, int] = (1, 2)) -> dt.Game:
    one, two = (
        f'p "" 1 {n} "{label}" {{ "l" "r" }} 0 {LEAVES}'
        for n, label in zip(numbers, (first, second), strict=True)
    )
    return read(f'{HEAD}p "" 2 1 "start" {{ "x" "y" }} 0\n{one}{two}')


@pytest.mark.parametrize(
    ("labels", "numbers", "expected"),
    [
        (("s", "t"), (1, 2), ["s", "t"]),
        (("s", ""), (1, 2), ["s", "A:2"]),
        (("s", "s"), (1, 2), ["A:1", "A:2"]),
        (("", ""), (17, -4), ["A:17", "A:-4"]),
        (("start", "t"), (1, 2), ["start", "t"]),  # the other player's label does not count
        (("A:2", ""), (1, 2), ["A:1", "A:2"]),  # a label may not pass for another set
        (("A:1", ""), (1, 2), ["A:1", "A:2"]),
        (("A:2", "A:1"), (1, 2), ["A:1", "A:2"]),
        (("A:3", ""), (1, 2), ["A:3", "A:2"]),
    ],
)
def test_names_of_information_sets(
    labels: tuple[str, str], numbers: tuple[int, int], expected: list[str]
) -> None:
    found = [name for player, name in knows(two_sets_of_a(*labels, numbers)) if player == "A"]
    assert found == expected


def test_a_set_may_be_described_again_or_not() -> None:
    for again in ('"s" { "l" "r" } 0', "0"):
        game = read(
            f'{HEAD}p "" 1 1 "" {{ "x" "y" }} 0 p "" 2 1 "s" {{ "l" "r" }} 0 {LEAVES}'
            f'p "" 2 1 {again} {LEAVES}'
        )
        assert [len(own.nodes) for own in game.information_sets] == [1, 2]


def test_renamed_actions_may_be_repeated_either_way() -> None:
    for again in ('"l" "l"', '"l_1" "l_2"'):
        game = read(
            f'{HEAD}p "" 1 1 "" {{ "x" "y" }} 0 p "" 2 1 "s" {{ "l" "l" }} 0 {LEAVES}'
            f'p "" 2 1 "s" {{ {again} }} 0 {LEAVES}'
        )
        assert actions(game)[1] == ("l_1", "l_2")


def test_chance_moves_may_share_a_number() -> None:
    game = read(
        f'{HEAD}c "" 1 "" {{ "x" 1/2 "y" 0.5 }} 0 c "" 1 0 {LEAVES}'
        f'c "" 1 "" {{ "x" 1/2 "y" 1/2 }} 0 {LEAVES}'
    )
    assert game.structure.kind.count("chance") == 3


def test_payoffs_on_the_way_are_added() -> None:
    game = read(
        f'{HEAD}p "" 1 1 "" {{ "x" "y" }} 1 "one" {{ 1 1/2 }}\n'
        'c "" 1 "" { "u" 1 } 2 "two" { 10 1/3 }\nt "" 3 "three" { 100 1 }\nt "" 0'
    )
    assert ends(game) == [
        ((111, Fraction(11, 6)), {"one": 1, "two": 1, "three": 1}),
        ((1, Fraction(1, 2)), {"one": 1}),
    ]


def test_d_stands_for_r() -> None:
    assert payoffs(read('EFG 2 D "" { "A" } t "" 1 "" { 0.1 }')) == [(Fraction(1, 10),)]


MOVE = 'p "" 1 1 "s" { "x" "y" } 0\n'

# what is wrong, the file, line, column, and words of the message
BAD: list[tuple[str, str, int, int, str]] = [
    ("empty", "", 1, 1, "the end of the file"),
    ("lower case", "efg 2", 1, 1, "'efg'"),
    ("a picture", "\ufffdPNG", 1, 1, "EFG for a tree"),
    ("version", 'EFG 1 R "" { "A" } t "" 0', 1, 5, "version of EFG is 2"),
    ("version", 'EFG 2.0 R "" { "A" } t "" 0', 1, 5, "'2.0'"),
    ("letter", 'EFG 2 X "" { "A" } t "" 0', 1, 7, "R or D"),
    ("no space", 'EFG 2 R"" { "A" } t "" 0', 1, 7, "a space"),
    ("no title", 'EFG 2 R { "A" } t "" 0', 1, 9, "title in quotes"),
    ("no players", 'EFG 2 R "" { } t "" 0', 1, 12, "0 players"),
    ("65 players", 'EFG 2 R "" { ' + '"A" ' * 65 + "}", 1, 12, "65 players"),
    ("no brace", 'EFG 2 R "" "A" } t "" 0', 1, 12, "brace"),
    ("no closing brace", 'EFG 2 R "" { "A"\nt "" 0', 2, 1, "'t'"),
    ("no tree", HEAD, 2, 1, "a node"),
    ("other letter", HEAD + 'q "" 0', 2, 1, "'q'"),
    ("glued letter", HEAD + 't"" 0', 2, 1, "a space"),
    ("no label", HEAD + "t 0", 2, 3, "label in quotes"),
    ("comment sign", HEAD + '# no\nt "" 0', 2, 1, "'#'"),
    ("second comment", HEAD + '"more" t "" 0', 2, 1, "the text 'more'"),
    ("nbsp", HEAD + 't\N{NO-BREAK SPACE}"" 0', 2, 1, "start"),
    ("no outcome", HEAD + 't ""', 2, 5, "outcome's number"),
    ("player 0", HEAD + 'p "" 0 1 "" { "x" } 0 t "" 0', 2, 6, "no player 0"),
    ("player 3", HEAD + 'p "" 3 1 "" { "x" } 0 t "" 0', 2, 6, "they are 1 to 2"),
    ("broken id", HEAD + 'p "" 1 1.5 "" { "x" } 0 t "" 0', 2, 8, "whole number"),
    ("large id", HEAD + 'p "" 1 2147483648 "" { "x" } 0 t "" 0', 2, 8, "2147483647"),
    ("no actions", HEAD + 'p "" 1 1 "" { } 0', 2, 15, "an action"),
    ("undescribed", HEAD + 'p "" 1 1 0', 2, 8, "not described"),
    ("undescribed", HEAD + 'p "" 1 1 { "x" } 0', 2, 10, "not described"),
    ("unclosed set", HEAD + 'p "" 1 1 "" { "x" 0 t', 2, 19, "an action"),
    ("other label", HEAD + MOVE + 'p "" 1 1 "z" { "x" "y" } 0', 3, 10, "label of"),
    ("other actions", HEAD + MOVE + 'p "" 1 1 "s" { "y" "x" } 0', 3, 10, "actions of"),
    ("fewer actions", HEAD + MOVE + 'p "" 1 1 "s" { "x" } 0', 3, 10, "in line 2, column 10"),
    ("sum", HEAD + 'c "" 1 "" { "x" 1/2 "y" .4 } 0', 2, 8, "sum"),
    ("negative", HEAD + 'c "" 1 "" { "x" 3/2 "y" -1/2 } 0', 2, 17, "between 0 and 1"),
    ("no odds", HEAD + 'c "" 1 "" { "x" "y" } 0', 2, 17, "probability of 'x'"),
    ("odds for a player", HEAD + 'p "" 1 1 "" { "x" 1 } 0', 2, 19, "'1'"),
    (
        *("other odds", HEAD + 'c "" 1 "" { "x" 1 "y" 0 } 0 c "" 1 "" { "x" 0 "y" 1 } 0'),
        *(2, 36, "probabilities of chance move 1"),
    ),
    ("null outcome", HEAD + 't "" 0 "" { 0 0 }', 2, 8, "outcome 0"),
    ("undefined", HEAD + 't "" 5', 2, 6, "outcome 5 is not described"),
    ("few payoffs", HEAD + 't "" 1 "o" { 1 }', 2, 16, "payoff of 'B'"),
    ("many payoffs", HEAD + 't "" 1 "o" { 1 2 3 }', 2, 18, "each of the 2 players"),
    ("two commas", HEAD + 't "" 1 "o" { 1,, 2 }', 2, 16, "','"),
    ("leading comma", HEAD + 't "" 1 "o" { , 1 2 }', 2, 14, "','"),
    ("no payoffs", HEAD + 't "" 1 "o" 0', 2, 12, "brace"),
    ("other payoffs", HEAD + MOVE + 't "" 1 "" { 1 2 }\nt "" 1 "" { 1 3 }', 4, 8, "in line 3"),
    ("other outcome", HEAD + MOVE + 't "" 1 "" { 1 2 }\nt "" 1 "o" { 1 2 }', 4, 8, "label or"),
    ("too few nodes", HEAD + MOVE + 't "" 0\n', 4, 1, "below 'y'"),
    ("unfinished", HEAD + 't "never\nends', 2, 3, "never ends"),
    ("end in a backslash", HEAD + 't "" 1 "end\\\\" { 1 2 }', 2, 8, "never ends"),
    ("line break in label", HEAD + 't "" 1 "a\nb" { 1 2 }', 2, 8, "U\\+000A"),
    ("escape in label", HEAD + 'p "" 1 1 "" { "\x1b[31m" } 0', 2, 15, "U\\+001B"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), [bad[1:] for bad in BAD])
def test_mistakes_are_told_with_line_and_column(
    text: str, line: int, column: int, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "game.efg"
    file.write_bytes(text.encode())
    with pytest.raises(FileError, match=words) as caught:
        dt.read_game(file)
    assert str(caught.value).startswith(f"game file {str(file)!r}, line {line}, column {column}: ")


def test_forgetful_players_are_refused_by_file(tmp_path: Path) -> None:
    absent = f'{HEAD}p "" 1 1 "s" {{ "x" "y" }} 0 p "" 1 1 0 t "" 0 t "" 0 t "" 0'
    forgets = (
        f'{HEAD}p "" 1 1 "s" {{ "x" "y" }} 0 p "" 1 2 "z" {{ "l" "r" }} 0 {LEAVES}'
        f'p "" 1 2 0 {LEAVES}'
    )
    for text, words in ((absent, "twice in one play"), (forgets, "imperfect recall")):
        file = tmp_path / "game.efg"
        file.write_text(text)
        with pytest.raises(RecallError, match=words) as caught:
            dt.read_game(file)
        assert str(caught.value).startswith(f"game file {str(file)!r}: ")


# --- writing ---------------------------------------------------------------------------------

LABELS = ("a", 'b "c"', "{d}", "e, f", "-1", "\N{GREEK SMALL LETTER ALPHA}", "g#2", "h (1/2)")
PLAYERS = ("Ann", "Bob", "Cy")


def random_game(seed: int, own_odds: bool = False, tuples: bool = True) -> dt.Game:
    """A tree in which a player knows its own past and sometimes a signal."""
    rng = random.Random(seed)
    choices: dict[Hashable, list[str]] = {}
    size = itertools.count()

    def odds(count: int) -> list[Fraction]:
        weights = [rng.randint(1, 5) for _ in range(count)]
        return [Fraction(w, sum(weights)) for w in weights]

    def node(depth: int, past: Mapping[str, tuple[str, ...]]) -> Any:
        kind = rng.choice(("move", "move", "chance", "end")) if next(size) else "move"
        if depth == 0 or kind == "end":
            events = rng.sample(("war", "peace", 'so "called"', "#3", "x #4", "y (1/3)"), 2)
            weights: Any = (Fraction(1), Fraction(1), Fraction(1, 3), Fraction(0))
            named = {e: rng.choice(weights) for e in events[: rng.randint(0, 2)]}
            few = (0, 1, Fraction(1, 3), Fraction(-5, 2), 10**20)
            return dt.Outcome({p: rng.choice(few) for p in PLAYERS}, named)
        if kind == "chance":
            labels = rng.sample(LABELS, rng.randint(1, 3))
            columns = {p: odds(len(labels)) for p in PLAYERS}
            if not own_odds:
                columns = dict.fromkeys(PLAYERS, columns["Ann"])
            return dt.Chance(
                {
                    label: ({p: columns[p][k] for p in PLAYERS}, node(depth - 1, past))
                    for k, label in enumerate(labels)
                }
            )
        player = rng.choice(PLAYERS)
        parts = (*past[player], *rng.choice(((), ("low",), ("high",))))
        known: Hashable = parts if tuples else "; ".join(parts)
        mine = choices.setdefault((player, known), rng.sample(LABELS, rng.randint(1, 3)))
        below = {
            action: node(depth - 1, {**past, player: (*parts, action)})
            for action in rng.sample(mine, len(mine))
        }
        return dt.Move(player, known, below)

    return dt.Game(PLAYERS, node(4, dict.fromkeys(PLAYERS, ())))


seeds = st.integers(0, 2**32)


@given(seeds)
def test_the_round_trip_loses_nothing(seed: int) -> None:
    game = random_game(seed)
    assert contents(read(efg_text(game))) == contents(game)


@given(seeds)
def test_the_round_trip_with_text_as_knowledge(seed: int) -> None:
    game = random_game(seed, tuples=False)
    back = read(efg_text(game))
    assert contents(back, named=False) == contents(game, named=False)
    # nothing known is an empty label, which the reader replaces; then it stays
    expected = [
        (own.player, own.knows or name.knows)
        for own, name in zip(game.information_sets, back.information_sets, strict=True)
    ]
    assert knows(back) == expected
    assert contents(read(efg_text(back))) == contents(back)


def test_the_guarantee_game_and_back(tmp_path: Path) -> None:
    game = dt.guarantee_game().at(defaults())
    dt.write_game(game, tmp_path / "guarantee.efg", title="The op-ed", comment='In "words".')
    back = dt.read_game(tmp_path / "guarantee.efg")
    assert isinstance(back, dt.Game)
    assert contents(back) == contents(game)


def simple(label: str = "x", name: Hashable = "s", event: Any = (), player: str = "A") -> dt.Game:
    below = {label: dt.Outcome({player: 1}, event), "other": dt.Outcome({player: 0})}
    return dt.Game((player,), dt.Move(player, name, below))


def test_what_is_written() -> None:
    by_type = {
        "strong": (Fraction(1, 3), dt.Move("B", ("strong", "now"), {"go": end(1, 2, "war")})),
        "weak": ("2/3", dt.Move("B", (), {"go": end(1, 2, "war"), "no": end(3, -1, "war")})),
    }
    game = dt.Game(("A", "B"), dt.Chance(by_type))
    assert efg_text(game, 'a "title"', "Mine.").splitlines() == [
        r'EFG 2 R "a \"title\"" { "A" "B" }',
        '"Mine.',
        efg_labels.KNOWLEDGE,
        efg_labels.EVENTS + '"',
        "",
        'c "" 1 "" { "strong" 1/3 "weak" 2/3 } 0',
        'p "" 2 1 "strong / now" { "go" } 0',
        't "" 1 "war" { 1, 2 }',
        'p "" 2 2 "()" { "go" "no" } 0',
        't "" 1 "war" { 1, 2 }',
        't "" 2 "war #2" { 3, -1 }',
    ]


def end(a: Any, b: Any, *events: str) -> dt.Outcome:
    return dt.Outcome({"A": a, "B": b}, events)


@pytest.mark.parametrize("names", [("A:2", "s"), ("A:2", "A:1"), ("A:2", "A:2 "[:3])])
def test_names_like_numbers_stay(names: tuple[str, str]) -> None:
    moves = {
        str(k): dt.Move("A", name, {"x": end(k, 0), f"y{k}": end(0, k)})
        for k, name in enumerate(dict.fromkeys(names))
    }
    game = dt.Game(("A", "B"), dt.Move("B", "A:1", moves))
    assert contents(read(efg_text(game))) == contents(game)


def test_knowledge_that_reads_the_same_is_numbered() -> None:
    names: tuple[Hashable, ...] = (("a", "b"), "a / b", "A:7", 3, (1, (2,)))
    moves = {str(k): dt.Move("A", name, {"x": end(k, 0)}) for k, name in enumerate(names)}
    back = read(efg_text(dt.Game(("A", "B"), dt.Move("B", (), moves))))
    assert knows(back)[1:] == [("A", n) for n in ("A:1", "A:2", "A:7", "3", "1 / (2,)")]


@pytest.mark.parametrize("name", [("()",), ("a / b",), ("",), ("a", 1)])
def test_tuples_that_labels_cannot_tell_become_text(name: Hashable) -> None:
    if name == ("",):
        assert knows(read(efg_text(simple(name=name)))) == [("A", "()")]
    else:
        text = efg_text(simple(name=name))
        assert efg_labels.KNOWLEDGE not in text
        assert knows(read(text)) == [("A", " / ".join(map(str, name)))]  # type: ignore[arg-type]


def test_sets_without_labels_beside_sets_with_them() -> None:
    moves = {str(k): dt.Move("A", name, {"x": end(k, 0)}) for k, name in enumerate([("s",), "A:2"])}
    game = dt.Game(("A", "B"), dt.Move("B", (), moves))
    text = efg_text(game)
    assert efg_labels.KNOWLEDGE in text
    assert 'p "" 1 2 "" { "x" } 0' in text
    assert contents(read(text)) == contents(game)


def test_a_comment_cannot_pass_for_the_writer(tmp_path: Path) -> None:
    game = simple(name="a / b", event=("plain",))
    dt.write_game(
        game, tmp_path / "g.efg", comment=f"Hello. {efg_labels.KNOWLEDGE} {efg_labels.EVENTS}"
    )
    back = dt.read_game(tmp_path / "g.efg")
    assert isinstance(back, dt.Game)
    assert contents(back) == contents(game)


@pytest.mark.parametrize(
    "label",
    ["back\\slash", "", " x", "x ", "two  spaces", "a\nb", "a\tb", "a\x7f", "\ud800", "\u2028"],
)
def test_labels_that_gambit_cannot_hold(label: str) -> None:
    games = [lambda: simple(label), lambda: simple(event=(label,))]
    if label:
        games += [lambda: simple(player=label), lambda: simple(name=label)]
    for make in games:
        with pytest.raises(InputError, match="cannot stand in a file of Gambit's"):
            efg_text(make())


def test_events_with_a_separator_are_refused() -> None:
    with pytest.raises(InputError, match="semicolon"):
        efg_text(simple(event=("a; b",)))


@pytest.mark.parametrize("text", ["back\\slash", "\0", "a\x1b"])
def test_titles_that_would_not_come_back(text: str, tmp_path: Path) -> None:
    for what in ("title", "comment"):
        with pytest.raises(InputError, match=what):
            dt.write_game(simple(), tmp_path / "g.efg", **{what: text})
    assert list(tmp_path.iterdir()) == []


def test_actions_that_read_the_same() -> None:
    root = dt.Move("A", "s", {1: dt.Outcome({"A": 0}), "1": dt.Outcome({"A": 1})})  # type: ignore[dict-item]
    with pytest.raises(InputError, match="both written"):
        efg_text(dt.Game("A", root))


def test_formulas_are_refused_by_name() -> None:
    x, y = sympy.symbols("prize pain")
    game = dt.Game(
        "A", dt.Move("A", "s", {"u": dt.Outcome({"A": x - y}), "d": dt.Outcome({"A": 0})})
    )
    with pytest.raises(
        GameError, match=r"formulas in pain, prize.*game\.at\(pain=\.\.\., \.\.\.\)"
    ):
        efg_text(game)
    assert payoffs(read(efg_text(game.at(prize="1/3", pain=1)))) == [(Fraction(-2, 3),), (0,)]


def test_numbers_too_long_to_be_read_again() -> None:
    for value in (Fraction(10**2100), Fraction(1, 10**5000)):
        with pytest.raises(InputError, match="more than 2000 digits"):
            efg_text(dt.Game("A", dt.Outcome({"A": value})))
    most = Fraction(10**970 + 1, 10**970 + 3)
    assert payoffs(read(efg_text(dt.Game("A", dt.Outcome({"A": most}))))) == [(most,)]


def random_profile(game: dt.Game, rng: random.Random) -> list[tuple[Fraction, ...]]:
    rows = []
    for own in game.information_sets:
        weights = [rng.randint(1, 9) for _ in own.actions]
        rows.append(tuple(Fraction(w, sum(weights)) for w in weights))
    return rows


@given(seeds)
def test_different_chance_probabilities_go_into_payoffs(seed: int) -> None:
    game = random_game(seed, own_odds=True)
    text = efg_text(game)
    back = read(text)
    differ = not game.structure.symmetric_chance
    assert ("The players' chance probabilities differ." in text) == differ
    assert back.structure.symmetric_chance
    assert knows(back) == knows(game)
    rows = random_profile(game, random.Random(seed))
    before, after = (Assessment(g, rows, []) for g in (game, back))
    for player in PLAYERS:
        assert after.payoffs[player] == before.payoffs[player]
    assert [p[0] for p in payoffs(back)] == [p[0] for p in payoffs(game)]  # the first player's


def test_reweighting_by_hand() -> None:
    # B thinks heads twice as likely as A does, and tails two thirds as likely
    odds = ({"A": "1/4", "B": "1/2"}, {"A": "3/4", "B": "1/2"})
    game = dt.Game(("A", "B"), dt.Chance({"h": (odds[0], end(1, 1)), "t": (odds[1], end(1, 1))}))
    text = efg_text(game)
    assert "Written are those of A" in text
    assert payoffs(read(text)) == [(1, 2), (1, Fraction(2, 3))]


def test_impossible_branches_stay() -> None:
    nowhere = {"A": 0, "B": 0}
    root = dt.Chance({"x": (nowhere, end(5, 6)), "y": ({"A": 1, "B": 1}, end(7, 8))})
    below = dt.Chance(
        {"u": ({"A": "1/2", "B": "1/3"}, root), "v": ({"A": "1/2", "B": "2/3"}, end(1, 1))}
    )
    game = dt.Game(("A", "B"), below)
    assert payoffs(read(efg_text(game))) == [(5, 4), (7, Fraction(16, 3)), (1, Fraction(4, 3))]


# --- Gambit ----------------------------------------------------------------------------------


def gambit_reads(text: str) -> Any:
    gambit = pytest.importorskip("pygambit")
    return gambit.read_efg(io.BytesIO(text.encode()))


def as_gambit_has_it(game: Any) -> list[Any]:
    """By history: who moves, with which actions, where else it cannot tell, odds, payoffs."""
    import pygambit

    players = list(game.players)
    found: list[Any] = [players]
    stack: list[tuple[tuple[str, ...], list[Fraction]]] = [((), [Fraction(0)] * len(players))]
    while stack:
        history, total = stack.pop()
        here = pygambit.H.path(*history)
        if (outcome := game.get_outcome(here)) is not None:
            added = game.get_outcome_payoffs(outcome)
            total = [t + Fraction(str(added[p])) for t, p in zip(total, players, strict=True)]
        labels = game.get_actions(here)
        odds = {a: Fraction(str(p)) for a, p in game.get_action_probs(here).items()}
        if not labels:
            found.append((history, total))
        elif odds:
            found.append((history, odds))
        else:
            fellows = sorted(h.actions for h in game.get_members(here))
            found.append((history, game.get_player(here), labels, fellows))
        stack.extend(((*history, a), total) for a in reversed(labels))
    return found


def as_we_have_it(game: dt.Game) -> list[Any]:
    s, numbers = game.structure, game.numbers
    found: list[Any] = [list(s.players)]
    for node, history in enumerate(s.histories):
        below = s.children[node]
        if s.kind[node] == "outcome":
            found.append((history, [numbers[k] for k in s.payoffs[node] or ()]))
        elif s.kind[node] == "chance":
            found.append((history, {s.label[c]: numbers[(s.chance[c] or ())[0]] for c in below}))
        else:
            own = s.sets[s.set_of[node]]
            fellows = sorted(s.histories[n] for n in own.nodes)
            found.append((history, own.player, list(own.actions), fellows))
    return found


@pytest.mark.oracle
@given(seeds, st.booleans(), st.booleans())
def test_gambit_reads_the_same_game(seed: int, own_odds: bool, tuples: bool) -> None:
    game = random_game(seed, own_odds, tuples)
    text = efg_text(game)
    if own_odds:
        game = read(text)  # reweighted, which another test checks
    theirs = gambit_reads(text)
    assert as_gambit_has_it(theirs) == as_we_have_it(game)
    saved = read(theirs.to_efg())  # and what Gambit saves loses nothing either
    assert contents(saved, named=tuples) == contents(game, named=tuples)


@pytest.mark.oracle
def test_gambit_reads_the_guarantee_game() -> None:
    game = dt.guarantee_game().at(defaults())
    theirs = gambit_reads(efg_text(game, "The op-ed", "A comment."))
    assert theirs.title == "The op-ed"
    assert as_gambit_has_it(theirs) == as_we_have_it(game)
    assert contents(read(theirs.to_efg())) == contents(game)
    uniform = [(Fraction(1, len(own.actions)),) * len(own.actions) for own in game.information_sets]
    ours = Assessment(game, uniform, [])
    expected = theirs.mixed_behavior_profile(rational=True).payoffs
    for player in game.players:
        assert Fraction(str(expected[player])) == ours.payoffs[player]


@pytest.mark.oracle
def test_gambits_own_files() -> None:
    pytest.importorskip("pygambit")
    read_files = 0
    waiting = [files("pygambit") / "catalog_data"]
    while waiting:
        place = waiting.pop()
        if place.is_dir():
            waiting.extend(place.iterdir())
        elif place.name.endswith(".efg"):
            text = place.read_text(encoding="utf-8")
            theirs = gambit_reads(text)
            if theirs.is_perfect_recall:
                game = read(text)
                assert as_we_have_it(game) == as_gambit_has_it(theirs), place.name
                assert contents(read(efg_text(game))) == contents(game), place.name
                read_files += 1
            else:
                with pytest.raises(RecallError):
                    read(text)
    assert read_files >= 20


@pytest.mark.oracle
@given(st.lists(st.sampled_from(["", "x", "x_1", "x_2", "_1", "_2", "y", "x_1_1"]), min_size=1))
def test_gambit_renames_the_same(labels: list[str]) -> None:
    listed = " ".join(f'"{label}"' for label in labels)
    text = f'{HEAD}p "" 1 1 "" {{ {listed} }} 0 ' + 't "" 0 ' * len(labels)
    theirs = gambit_reads(text)
    import pygambit

    assert tuple(theirs.get_actions(pygambit.H.path())) == normalised(labels)


@pytest.mark.oracle
@given(st.text(st.sampled_from('ab\\"'), max_size=8))
def test_gambit_reads_the_same_escapes(inner: str) -> None:
    text = f'{HEAD}t "" 1 "o{inner}z" {{ 1 2 }}'
    try:
        theirs = gambit_reads(text).get_outcomes()
    except ValueError:
        theirs = None
    try:
        ours = list(read(text).structure.event_names)
    except FileError:
        ours = None
    assert ours == theirs


def test_limits_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + MOVE + LEAVES
    for module, name, value, words in (
        (efg_reading, "MOST_NODES", 2, "more than 2 nodes"),
        (efg_reading, "MOST_PAYOFFS", 5, "nodes times players"),
        (efg_reading, "MOST_HISTORY", 60, "too deep"),
        (efg_reading, "MOST_NUMBERS", 1, "different numbers"),
        (efg_reading, "MOST_BITS", 1, "binary digits"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, value)
            with pytest.raises(FileError, match=words):
                read(text)
    assert gambit_text.MOST_BYTES > 10**7


def test_too_many_events(monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + MOVE + 't "" 1 "one" { 1 2 } t "" 1'
    monkeypatch.setattr(efg_reading, "MOST_EVENTS", 1)
    with pytest.raises(FileError, match="more than 1 events"):
        read(text)
