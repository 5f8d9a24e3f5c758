"""Scenario files as users, mistakes and attackers write them."""

import os
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import FileError, InputError
from deterrence.guarantee import catalogue
from deterrence.guarantee.codings import CodingMap
from deterrence.guarantee.parameters import defaults
from deterrence.guarantee.scenario import Scenario
from deterrence.guarantee.scenario_files import read_scenario
from deterrence.guarantee.scenario_limits import MOST_BYTES

HEAD = 'id = "mine"\nlabel = "My own"\n'
DIRECT = (
    "[instruments]\nstrength = 0.3\nambiguity = 0.6\nresponse_ambiguity = 0.2\n"
    "conditionality = 0\nautomaticity = 0\npresence = 1e-1\n"
)
NATO = (Path(catalogue.__file__).with_name("arrangements") / "nato.toml").read_text()
KEYS = "Allowed: 'id', 'label', 'summary', 'codings', 'facts', 'instruments', 'stakes', 'game'."
MISSING = "is missing; a scenario has id and label, a coding or fact value and source."


def read(tmp_path: Path, content: str | bytes, mapping: CodingMap | None = None) -> Scenario:
    file = tmp_path / "mine.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_scenario(file, mapping) if mapping else read_scenario(file)


def nato(old: str, new: str) -> str:
    assert NATO.count(old) >= 1
    return NATO.replace(old, new, 1)


VALUE = "[codings.legal]\nvalue = 1\n"
SOURCE = 'source = "judgement"'

# what is wrong, the file, and the message after the file's name
BAD: list[tuple[str, str | bytes, str]] = [
    ("empty", "", f" has several mistakes:\n  at id: {MISSING}\n  at label: {MISSING}"),
    (
        "no value",
        "id =\n",
        " is not TOML: Invalid value (at line 1, column 5). Text needs quotes; write key = value, "
        "one to a line.",
    ),
    (
        "duplicate key",
        f'{HEAD}id = "b"\n',
        " is not TOML: Cannot overwrite a value (at line 3, column 9). A key or a heading is there "
        "twice; keep one of them.",
    ),
    (
        "duplicate heading",
        f"{HEAD}[stakes]\nrho = 0.5\n[stakes]\nphi = 0.5\n",
        " is not TOML: Cannot declare ('stakes',) twice (at line 5, column 8). A key or a heading "
        "is there twice; keep one of them.",
    ),
    (
        "not UTF-8",
        b"id = 'a'\nlabel = '\xff'\n",
        ", line 2: byte 0xff is not UTF-8. A scenario is a text file in TOML; save it as UTF-8.",
    ),
    (
        "a picture",
        b"\x89PNG\r\n\x1a\n",
        ", line 1: byte 0x89 is not UTF-8. A scenario is a text file in TOML; save it as UTF-8.",
    ),
    (
        "zero bytes",
        b"\0\0\0",
        " is not TOML: Invalid statement (at line 1, column 1). Text needs quotes; write key = "
        "value, one to a line.",
    ),
    (
        "unknown table",
        f"{HEAD}{DIRECT}[staks]\nrho = 0.5\n",
        f", at staks: unknown key 'staks'. Did you mean 'stakes'? {KEYS}",
    ),
    (
        "unknown key of a coding",
        nato(VALUE, "[codings.legal]\nvalue = 1\nnotes = 'x'\n"),
        ", at codings.legal.notes: unknown key 'notes'. Did you mean 'note'? Allowed: 'value', "
        "'source', 'note'.",
    ),
    (
        "unknown coding",
        nato("[codings.legal]", "[codings.leagl]"),
        " has several mistakes:\n  at codings.leagl: unknown coding 'leagl'. Did you mean 'legal'? "
        "Allowed: 'legal', 'automatic', 'scope', 'presence', 'thr_amb', 'resp_amb', 'conditions', "
        "'aggressor_veto'.\n  at codings: no coding for legal; give each, or none at all.",
    ),
    (
        "unknown instrument",
        f"{NATO}[instruments]\nstrenght = 1\n",
        ", at instruments.strenght: unknown instrument 'strenght'. Did you mean 'strength'? "
        "Allowed: 'strength', 'trigger_ambiguity', 'response_ambiguity', 'threshold', "
        "'conditionality', 'defence_condition', 'automaticity', 'presence', 'ambiguity'.",
    ),
    (
        "an instrument among the stakes",
        f"{NATO}[stakes]\nstrength = 1\n",
        ", at stakes.strength: unknown stake 'strength'. ",
    ),
    (
        "coding out of range",
        nato(VALUE, "[codings.legal]\nvalue = 1.2\n"),
        ", at codings.legal.value: 1.2 is out of range: it lies between 0 and 1 (0 no undertaking, "
        "0.2 a declaration, 0.4 an executive agreement, 0.6 meant to be binding, 0.8 passed into "
        "law, 1 a ratified treaty).",
    ),
    (
        "half a veto",
        nato("[codings.aggressor_veto]\nvalue = 0", "[codings.aggressor_veto]\nvalue = 0.5"),
        ", at codings.aggressor_veto.value: 0.5 is out of range: it is 0 (no) or 1 (yes).",
    ),
    (
        "coding in words",
        nato(VALUE, "[codings.legal]\nvalue = 'much'\n"),
        ", at codings.legal.value: 'much' is not a number: it lies between 0 and 1 (",
    ),
    (
        "coding without a table",
        f"{HEAD}[codings]\nlegal = 1\n",
        ", at codings.legal: 1 is not a table; write it under a heading in brackets.",
    ),
    (
        "instrument out of range",
        f"{NATO}[instruments]\nthreshold = 1\n",
        ", at instruments.threshold: 1 is out of range; it lies strictly between 0 and 1. ",
    ),
    (
        "stake out of range",
        f"{NATO}[stakes]\nrho = -0.1\n",
        ", at stakes.rho: -0.1 is out of range; it lies between 0.3 and 0.8. Its meaning: "
        "Probability that Russia is revisionist.",
    ),
    (
        "number in quotes",
        f"{NATO}[stakes]\nrho = '0.5'\n",
        ", at stakes.rho: '0.5' is not a number; write one without quotes, such as 1 or 0.25.",
    ),
    (
        "code",
        f"{NATO}[stakes]\nrho = '__import__(\"os\")'\n",
        ", at stakes.rho: '__import__(\"os\")' is not a number; write one without quotes, such as "
        "1 or 0.25.",
    ),
    (
        "true for a number",
        f"{NATO}[stakes]\nrho = true\n",
        ", at stakes.rho: True is not a number; write one without quotes, such as 1 or 0.25.",
    ),
    (
        "a date for a number",
        f"{NATO}[stakes]\nrho = 2022-12-30\n",
        ", at stakes.rho: datetime.date(2022, 12, 30) is not a number; write one without quotes, "
        "such as 1 or 0.25.",
    ),
    (
        "infinity",
        f"{NATO}[stakes]\nrho = inf\n",
        ", at stakes.rho: inf is no number of ordinary size; write one like 0.25.",
    ),
    (
        "not a number",
        f"{NATO}[stakes]\nrho = -nan\n",
        ", at stakes.rho: -nan is no number of ordinary size; write one like 0.25.",
    ),
    (
        "huge exponent",
        f"{NATO}[stakes]\nrho = 1e999999999\n",
        ", at stakes.rho: 1e999999999 is no number of ordinary size; write one like 0.25.",
    ),
    (
        "tiny exponent",
        f"{NATO}[stakes]\nrho = 1e-999999999\n",
        ", at stakes.rho: 1e-999999999 is no number of ordinary size; write one like 0.25.",
    ),
    (
        "large number",
        f"{NATO}[stakes]\nrho = 1e300\n",
        ", at stakes.rho: the number is too large; numbers lie below 1e+12.",
    ),
    (
        "many digits",
        f"{HEAD}[stakes]\nrho = {'9' * 10_000}\n",
        ", line 4: a whole number is too long to read; numbers lie below 1e+12.",
    ),
    (
        "many hexadecimal digits",
        f"{NATO}[stakes]\nrho = 0x{'f' * 100_000}\n",
        ", at stakes.rho: the number is too large; numbers lie below 1e+12.",
    ),
    (
        "many decimals",
        f"{NATO}[stakes]\nrho = 0.{'3' * 100_000}\n",
        f", at stakes.rho: 0.{'3' * 35}... is no number of ordinary size; write one like 0.25.",
    ),
    (
        "deep lists",
        f"{HEAD}facts = {'[' * 100_000}",
        ": tables and lists are nested too deep; at most 6 levels are read.",
    ),
    (
        "deep tables",
        f"{HEAD}facts = {'{a=' * 100_000}",
        ": tables and lists are nested too deep; at most 6 levels are read.",
    ),
    (
        "rather deep lists",
        f"{HEAD}facts = {'[' * 20}{']' * 20}",
        ", at facts.0.0.0.0.0: nested too deep; at most 6 levels are read.",
    ),
    (
        "a key of very many parts",
        f"{HEAD}{'a.' * 400_000}a = 1",
        ", line 3: a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a has too many parts; keys here have at most "
        "four.",
    ),
    (
        "no source",
        nato(VALUE + SOURCE, VALUE),
        f", at codings.legal.source: {MISSING}",
    ),
    (
        "a source that is none",
        nato(VALUE + SOURCE, VALUE + 'source = "I read it"'),
        ", at codings.legal.source: 'I read it' is no source; give the address of a text "
        "(https://...) or 'judgement'.",
    ),
    (
        "a source that is code",
        nato(VALUE + SOURCE, VALUE + 'source = "javascript:alert(1)"'),
        ", at codings.legal.source: 'javascript:alert(1)' is no source; give the address of a text "
        "(https://...) or 'judgement'.",
    ),
    (
        "a label that would move the cursor",
        f'id = "mine"\nlabel = "\\u001b[2J"\n{DIRECT}',
        ", at label: '\\x1b[2J' has characters that cannot be printed; leave them out.",
    ),
    (
        "an id that is a path",
        f'id = "../x"\nlabel = "x"\n{DIRECT}',
        ", at id: '../x' is not a short name; use a letter, then letters, digits, _ or -.",
    ),
    ("neither codings nor instruments", HEAD, ", at instruments: strength, trigger_ambiguity, "),
    (
        "an instrument short",
        HEAD + DIRECT.replace("presence = 1e-1\n", ""),
        ", at instruments: presence missing; a scenario without [codings.*] gives every "
        "instrument.",
    ),
    (
        "unknown stage",
        f"{NATO}[game]\nstages = ['type']\n",
        ", at game: unknown stage 'type'. Did you mean 'types'? Allowed: 'types', ",
    ),
    (
        "a very long stage",
        f"{NATO}[game]\nstages = ['{'x' * 5000}']\n",
        ", at game.stages.0: 'xxxxxxxxxxxx...xxxxxxxxxxxxx' has the wrong length; it takes 1 to 64 "
        "characters.",
    ),
    (
        "stages in words",
        f"{NATO}[game]\nstages = 'types'\n",
        ', at game.stages: \'types\' is not a list; write one like ["types", "challenge"].',
    ),
    (
        "fixed to what does not exist",
        f"{NATO}[game]\nfixed = {{challenge = 'atack'}}\n",
        ", at game: unknown challenge 'atack'. Did you mean 'attack'? ",
    ),
    (
        "fixed to a list",
        f"{NATO}[game]\nfixed = {{types = {{Guarantor = ['resolved']}}}}\n",
        ", at game.fixed.types: ['resolved'] is not text; put text in quotes.",
    ),
]


@pytest.mark.parametrize(
    ("content", "message"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_a_bad_file_is_refused_in_plain_words(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    start = time.perf_counter()
    with pytest.raises(FileError) as caught:
        read(tmp_path, content)
    text = str(caught.value)
    head = f"scenario file {str(tmp_path / 'mine.toml')!r}"
    assert text.startswith(head)
    tail = text.removeprefix(head)
    whole = message.endswith((".", ")"))  # the other rows give the beginning
    assert (tail if whole else tail[: len(message)]) == message
    assert len(text) < 3000
    assert time.perf_counter() - start < 10  # hours, were the parser let at the worst of them


def test_many_mistakes_are_shown_in_part(tmp_path: Path) -> None:
    stakes = "\n".join(f"rho{k} = 1" for k in range(1000))
    with pytest.raises(FileError) as caught:
        read(tmp_path, f"{NATO}[stakes]\n{stakes}\n")
    assert str(caught.value).count("unknown stake") == 8
    assert str(caught.value).endswith("\n  ...")


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="has 1,000,001 bytes; at most 1,000,000 are read"):
        read(tmp_path, b"#" * (MOST_BYTES + 1))


def test_a_missing_file_gets_near_misses(tmp_path: Path) -> None:
    (tmp_path / "ukraine.toml").touch()
    with pytest.raises(FileError, match=r"does not exist in .*Did you mean 'ukraine\.toml'\?"):
        read_scenario(tmp_path / "ukrane.toml")
    with pytest.raises(FileError, match=r"Did you mean 'ukraine\.toml'\?"):
        read_scenario(tmp_path / "something_else")
    (tmp_path / "ukraine.toml").unlink()
    with pytest.raises(FileError, match=r"No TOML file is there\."):
        read_scenario(tmp_path / "ukraine.toml")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (".", "is a folder; give a TOML file in it"),
        ("nowhere/x.toml", "nor does its folder"),
        ("x\0.toml", "does not exist|cannot be read"),
        ("x" * 5000, "cannot be read"),
    ],
)
def test_a_path_that_leads_to_no_file(tmp_path: Path, path: str, message: str) -> None:
    with pytest.raises(FileError, match=message):
        read_scenario(tmp_path / path)


@pytest.mark.parametrize("path", [0, None, b"x.toml", ["x.toml"]])
def test_what_is_no_path_is_refused(path: object) -> None:
    with pytest.raises(FileError, match="is not a path; give text"):
        read_scenario(path)  # type: ignore[arg-type]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in the file system are a Unix thing")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(FileError, match="is no ordinary file"):
        read_scenario(tmp_path / "pipe.toml")


def test_a_scenario_without_codings_works_like_the_others(tmp_path: Path) -> None:
    scenario = read(tmp_path, f"{HEAD}{DIRECT}[stakes]\nrho = 0.7\n")
    assert dict(scenario.instruments) == {
        "strength": Fraction(3, 10),
        "trigger_ambiguity": Fraction(3, 5),  # by way of ambiguity
        "response_ambiguity": Fraction(1, 5),  # given itself
        "threshold": Fraction(1, 2),
        "conditionality": Fraction(0),
        "defence_condition": Fraction(0),
        "automaticity": Fraction(0),
        "presence": Fraction(1, 10),
    }
    assert not scenario.codings
    assert scenario.values() == {**defaults(), **scenario.instruments, "rho": Fraction(7, 10)}
    assert scenario.game().numeric


def test_direct_instruments_override_the_map(tmp_path: Path) -> None:
    scenario = read(tmp_path, f"{NATO}[instruments]\nstrength = 0.123_456_789\n")
    assert scenario.instruments["strength"] == Fraction(123456789, 10**9)
    assert scenario.instruments["presence"] == Fraction(7, 10)


def test_another_map_reads_the_same_file_differently(tmp_path: Path) -> None:
    mapping = CodingMap(threshold=Fraction(3, 4))
    assert read(tmp_path, f"{HEAD}{DIRECT}", mapping).instruments["threshold"] == Fraction(3, 4)
    assert read(tmp_path, NATO, mapping).instruments["threshold"] == Fraction(3, 4)


def test_stages_and_what_is_fixed_shape_the_game(tmp_path: Path) -> None:
    game = (
        "[game]\nstages = ['types', 'challenge', 'response']\n"
        "fixed = {types = {Guarantor = 'resolved'}, preparation = 'keep, provocative'}\n"
    )
    scenario = read(tmp_path, NATO + game)
    assert scenario.stages == ("types", "challenge", "response")
    small = scenario.game()
    assert {s.player for s in small.information_sets} == {"Guarantor", "Russia"}
    assert len(small) < len(read(tmp_path, NATO).game())


def test_a_mark_at_the_start_and_foreign_line_ends_do_no_harm(tmp_path: Path) -> None:
    plain = read(tmp_path, NATO)
    assert read(tmp_path, b"\xef\xbb\xbf" + NATO.encode().replace(b"\n", b"\r\n")) == plain


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def returns_or_refuses(folder: Path, content: bytes) -> None:
    try:
        scenario = read(folder, content)
    except InputError:
        return
    assert scenario.instruments.keys() <= scenario.values().keys()
    assert str(scenario)


@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(scratch: Path, content: bytes) -> None:
    returns_or_refuses(scratch, content)


TOKENS = st.sampled_from(
    [
        *("[", "]", "[[", "{", "}", "=", ".", ",", "'", '"', '"""', "\n", "#", " ", "\\u0000"),
        *("inf", "nan", "1e9999", "-1", "0.5", "0x", "true", "1979-05-27", "9" * 5000, "é", "\x1b"),
        *("id", "label", "codings", "legal", "value", "source", "judgement", "instruments"),
        *("stakes", "rho", "strength", "game", "stages", "fixed", "types", "facts"),
    ]
)


@given(tokens=st.lists(TOKENS, max_size=30).map("".join), place=st.integers(0, len(NATO)))
def test_a_damaged_file_is_read_or_refused(scratch: Path, tokens: str, place: int) -> None:
    returns_or_refuses(scratch, (NATO[:place] + tokens + NATO[place:]).encode())


SIMPLE = st.one_of(
    st.integers(-(10**20), 10**20), st.floats(), st.booleans(), st.text(max_size=5).map(repr)
)


@given(
    st.dictionaries(
        st.sampled_from(["id", "label", "codings.legal", "facts.x", "stakes.rho", "game.stages"]),
        st.one_of(SIMPLE, st.lists(SIMPLE, max_size=3)),
    )
)
def test_wrong_kinds_of_values_are_refused(scratch: Path, values: dict[str, object]) -> None:
    lines = "\n".join(f"{key} = {str(value).lower()}" for key, value in values.items())
    returns_or_refuses(scratch, f"{lines}\n{DIRECT}".encode())
