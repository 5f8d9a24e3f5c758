"""Saving and loading: nothing is lost, nothing is believed unchecked, nothing is evaluated."""

from __future__ import annotations

import copy
import itertools
import json
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy

import deterrence as dt
from deterrence.equilibrium import storage
from deterrence.equilibrium.solution import Solution
from deterrence.errors import CertificateError, FileError, InputError, LimitError
from deterrence.guarantee.parameters import defaults
from tests.equilibrium import known_games as known
from tests.equilibrium.known_games import pay

F = Fraction
Change = Callable[[dict[str, Any]], Any]


def again(solution: Solution, path: Path, most: int = 1000) -> Solution:
    solution.save(path, most)
    return dt.load(path)


@pytest.fixture
def written(tmp_path: Path) -> dict[str, Any]:
    """What a file of the two-type game holds."""
    path = tmp_path / "solution.json"
    dt.solve(known.separating_or_pooling()).save(path)
    return json.loads(path.read_text(encoding="utf-8"))


def reading(document: Any, path: Path) -> Solution:
    path.write_text(json.dumps(document), encoding="utf-8")
    return dt.load(path)


# --- round trips ---


def uneven() -> dt.Game:
    """Chance on which the players differ, and labels that are not text."""
    players = ("One", "Two")
    odds = {"rain": {"One": F(1, 2), "Two": F(1, 4)}, "sun": {"One": F(1, 2), "Two": F(3, 4)}}
    ends = {"a": pay(players, 1, 2, events=("wet",)), "b": pay(players, 0, F(-7, 3))}
    knows = {"rain": (1, (True, None), "é"), "sun": None}
    moves = {w: dt.Move("Two", knows[w], ends) for w in odds}
    return dt.Game(players, dt.Chance({w: (odds[w], moves[w]) for w in odds}))


def removed() -> dt.Game:
    """A chance branch of probability zero, taken out: information sets keep their old order."""
    players = ("One", "Two")
    p = sympy.Symbol("p")

    def two(knows: str) -> dt.Move:
        return dt.Move("Two", (knows,), {"l": pay(players, 0, 1), "r": pay(players, 1, 0)})

    def both(first: str, then: str) -> dt.Move:
        return dt.Move("One", (first,), {"x": two(first), "y": two(then)})

    root = dt.Chance({"no": (p, both("A", "C")), "yes": (1 - p, both("B", "A"))})
    return dt.Game(players, root).at(p=0)


GAMES = [
    known.separating_or_pooling,
    known.seltens_horse,
    known.double_deviation,
    known.two_threats,
    known.irrational,
    known.lottery,
    known.ultimatum,
    known.pledge,
    uneven,
    removed,
]


@pytest.mark.parametrize("make", GAMES)
def test_a_round_trip_loses_nothing(make: Callable[[], dt.Game], tmp_path: Path) -> None:
    solution = dt.solve(make())
    loaded = again(solution, tmp_path / "solution.json")
    for name in ("concept", "complete", "status", "left", "record"):
        assert getattr(loaded, name) == getattr(solution, name)
    assert loaded.seconds == pytest.approx(solution.seconds)
    assert len(loaded) == len(solution)
    assert loaded.envelope() == solution.envelope()
    assert loaded.outcomes() == solution.outcomes()
    assert loaded.summary() == solution.summary()
    assert len(loaded.equilibria) == len(solution.equilibria)
    for one, two in zip(solution.components, loaded.components, strict=True):
        assert two.outcome() == one.outcome()
        for f, g in zip(one.families, two.families, strict=True):
            assert (g.fixed, g.free, g.relations) == (f.fixed, f.free, f.relations)
            assert plain(g.supports) == plain(f.supports)
            assert g.dimension == f.dimension
            for e, d in zip(f.points, g.points, strict=True):
                assert plain(d.strategy) == plain(e.strategy)
                assert plain(d.beliefs) == plain(e.beliefs)
                assert plain(d.payoffs) == plain(e.payoffs)
                assert d.component == e.component
                assert d.certificate.holds
                assert d.certificate.exact == e.certificate.exact
                assert trembles(d) == trembles(e)


def trembles(equilibrium: Any) -> dict[Any, Any]:
    """By information set, since the order of the sets may change."""
    w = equilibrium.witness
    sets = equilibrium.game.structure.sets
    return {(s.player, s.knows): (w.order[s.index], w.weights[s.index], w.exact) for s in sets}


def plain(labelled: Any) -> Any:
    if hasattr(labelled, "items"):
        return {key: plain(inner) for key, inner in labelled.items()}
    return labelled


def test_the_game_comes_back(tmp_path: Path) -> None:
    for make in GAMES:
        solution = dt.solve(make())
        game, loaded = solution.game, again(solution, tmp_path / "solution.json").game
        assert loaded.players == game.players
        assert loaded.structure.histories == game.structure.histories
        assert loaded.structure.event_names == game.structure.event_names
        assert loaded.structure.symmetric_chance == game.structure.symmetric_chance
        assert loaded.numbers == game.numbers
        assert (loaded.exact, loaded.floats, loaded.removed) == (
            game.exact,
            game.floats,
            game.removed,
        )
        assert {(s.player, s.knows): s.actions for s in loaded} == {
            (s.player, s.knows): s.actions for s in game
        }
        assert len(dt.solve(loaded)) == len(solution)


def test_priors_that_happen_to_agree_stay_two(tmp_path: Path) -> None:
    # two formulas with one value: events are still told by player
    p, q = sympy.symbols("p q")
    players = ("One", "Two")
    odds = {"rain": {"One": p, "Two": q}, "sun": {"One": 1 - p, "Two": 1 - q}}
    ends = {"rain": pay(players, 0, 0, events=("wet",)), "sun": pay(players, 1, 1)}
    game = dt.Game(players, dt.Chance({w: (odds[w], ends[w]) for w in odds}))
    solution = dt.solve(game.at(p=F(1, 3), q=F(1, 3)))
    loaded = again(solution, tmp_path / "solution.json")
    assert loaded.envelope() == solution.envelope()


def test_a_loaded_solution_saves_and_loads(tmp_path: Path) -> None:
    once = again(dt.solve(known.two_threats()), tmp_path / "one.json")
    twice = again(once, tmp_path / "two.json")
    assert twice.summary() == once.summary()
    first, second = (json.loads((tmp_path / n).read_text()) for n in ("one.json", "two.json"))
    assert first == second


def test_the_public_name() -> None:
    assert dt.load is storage.load


# --- what is left out ---


def test_representatives_come_first(tmp_path: Path) -> None:
    solution = dt.solve(known.two_threats())  # three components of several families
    path = tmp_path / "solution.json"
    loaded = again(solution, path, 3)
    assert len(loaded) == len(solution) == 3
    for one, two in zip(solution, loaded, strict=True):
        assert plain(one.strategy) == plain(two.strategy)
    families = sum(len(c.families) for c in solution.components)
    note = f"The file holds 3 of {families} families, 3 of {len(solution.equilibria)} equilibria."
    assert json.loads(path.read_text())["cut"]["note"] == note
    assert not loaded.complete
    assert loaded.status == f"{solution.status} The file holds 3 of {families} families."
    assert loaded.left[-1] == f"The file holds 3 of {families} families."


def test_without_points_of_families_the_set_is_still_described(tmp_path: Path) -> None:
    solution = dt.solve(known.separating_or_pooling())
    loaded = again(solution, tmp_path / "solution.json", 4)
    assert loaded.complete
    assert loaded.status == solution.status
    assert [len(c.families) for c in loaded.components] == [2, 1]
    assert len(loaded.equilibria) == 4


def test_whole_components_may_be_missing(tmp_path: Path) -> None:
    loaded = again(dt.solve(known.two_battles()), tmp_path / "solution.json", 2)
    assert len(loaded) == 2
    assert not loaded.complete
    assert "2 of 9 components" in loaded.status


def test_the_whole_guarantee_game(tmp_path: Path) -> None:
    solution = dt.solve(dt.guarantee_game().at(**defaults()))
    loaded = again(solution, tmp_path / "solution.json", 5)
    assert len(loaded) == 5
    assert "5 of 160 components" in loaded.status
    assert loaded.envelope() == solution.envelope()
    family = solution.components[3].families[0]
    assert loaded.components[3].families[0].relations == family.relations
    assert loaded.components[3].families[0].free == family.free


@pytest.mark.parametrize("most", [0, -1, True, 1.5, "many", None])
def test_most_is_a_positive_whole_number(most: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="most"):
        dt.solve(known.lottery()).save(tmp_path / "solution.json", most)


@pytest.mark.parametrize("label", [frozenset({"a"}), F(1, 2), 1.5, "\ud800", ((("a", b"b"),),)])
def test_labels_that_cannot_be_stored(label: Any, tmp_path: Path) -> None:
    game = dt.Game(("P",), dt.Move("P", label, {"x": pay("P", 1)}))
    with pytest.raises(InputError, match="cannot be stored"):
        dt.solve(game).save(tmp_path / "solution.json")
    assert list(tmp_path.iterdir()) == []


def test_numbers_that_are_too_long(tmp_path: Path) -> None:
    long = F(1, 10**2100 + 1)
    game = dt.Game(("P",), dt.Move("P", (), {"x": pay("P", long)}))
    with pytest.raises(LimitError, match="characters"):
        dt.solve(game).save(tmp_path / "solution.json")


# --- writing ---


def test_a_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "solution.json"
    path.write_text("before")

    def fail(*_: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.raises(FileError, match="the disk is full"):
            dt.solve(known.lottery()).save(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    dt.solve(known.lottery()).save(path)
    assert list(tmp_path.iterdir()) == [path]
    assert len(dt.load(path)) == 1


@pytest.mark.parametrize("path", ["no/such/folder/x.json", "", "nul\0l"])
def test_places_that_cannot_be_written(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileError):
        dt.solve(known.lottery()).save(path)


def test_a_limit_on_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "solution.json"
    dt.solve(known.lottery()).save(path)
    monkeypatch.setattr(storage, "MOST_BYTES", 500)
    with pytest.raises(LimitError, match="smaller `most`"):
        dt.solve(known.lottery()).save(path)
    with pytest.raises(FileError, match="500 bytes"):
        dt.load(path)


# --- tampering ---


def swap(row: list[Any]) -> None:
    row[0], row[1] = row[1], row[0]


def tamper_payoff(document: dict[str, Any]) -> None:
    numbers = document["game"]["numbers"]
    numbers[numbers.index("3")] = "-3"  # what draws t2 away from pooling


def loosen(document: dict[str, Any]) -> None:
    """Let families and outcomes be anything, so that the certificate alone can refuse."""
    for f in document["families"]:
        for name in ("strategies", "beliefs"):
            f[name] = [[["0", "1"] for _ in row] for row in f[name]]
    for spans in (document["envelope"], *document["components"]):
        spans.update({name: ["-99", "99"] for name in spans})


def replace(row: list[str], *names: str) -> Change:
    """Exchange the receiver's row of the third equilibrium."""

    def change(document: dict[str, Any]) -> None:
        for name in names:
            document["equilibria"][2][name][1] = row

    return change


TAMPERING: dict[str, Change] = {
    "a choice": lambda d: swap(d["equilibria"][0]["strategy"][1]),
    "a choice with its trembles": lambda d: [
        swap(d["equilibria"][0][k][1]) for k in ("strategy", "order", "weights")
    ],
    "a mix": replace(["1/4", "3/4"], "strategy"),
    "a mix with its weights": replace(["1/4", "3/4"], "strategy", "weights"),
    "a sum": replace(["3/4", "3/4"], "strategy", "weights"),
    "a negative probability": replace(["3/2", "-1/2"], "strategy", "weights"),
    "the likelier tremble": lambda d: d["equilibria"][0]["order"][0].__setitem__(1, 9),
    "a weight": lambda d: d["equilibria"][0]["weights"][0].__setitem__(1, "1/9"),
    "a negative weight": lambda d: d["equilibria"][0]["weights"][0].__setitem__(1, "-1"),
    "an order where there is play": lambda d: d["equilibria"][0]["order"][0].__setitem__(0, 1),
    "no order where there is no play": lambda d: [
        row.__setitem__(1, 0) for row in (d["equilibria"][0]["order"][k] for k in (0, 2))
    ],
    "a payoff": tamper_payoff,
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_refused(what: str, written: dict[str, Any], tmp_path: Path) -> None:
    loosen(written)
    assert len(reading(written, tmp_path / "loose.json")) == 2
    TAMPERING[what](written)
    with pytest.raises(CertificateError, match=r"equilibria\[\d\] is no equilibrium"):
        reading(written, tmp_path / "tampered.json")


def test_a_prior_is_part_of_it(tmp_path: Path) -> None:
    # beer and quiche pools on beer because the receiver leaves a sender that is tough with 9/10
    path = tmp_path / "solution.json"
    dt.solve(known.beer_quiche()).save(path)
    document = json.loads(path.read_text())
    loosen(document)
    numbers = document["game"]["numbers"]
    one, two = numbers.index("9/10"), numbers.index("1/10")
    numbers[one], numbers[two] = numbers[two], numbers[one]
    with pytest.raises(CertificateError, match="is no equilibrium"):
        reading(document, path)


BELIED: dict[str, tuple[Change, str]] = {
    "a family's beliefs": (
        lambda d: d["families"][0].update(
            beliefs=[[["0", "1/8"]] * len(row) for row in d["families"][0]["beliefs"]]
        ),
        "outside its family: belief",
    ),
    "a family's strategy": (
        lambda d: d["families"][0]["strategies"].__setitem__(1, ["0", "1"]),
        "outside its family: strategy of Receiver",
    ),
    "the envelope": (lambda d: d["envelope"].update(Sender=["7", "8"]), "payoff outside"),
    "a component": (lambda d: d["components"][1].update(Sender=["2", "2"]), "payoff outside"),
}


@pytest.mark.parametrize("what", BELIED)
def test_what_is_said_must_fit_the_points(
    what: str, written: dict[str, Any], tmp_path: Path
) -> None:
    change, place = BELIED[what]
    change(written)
    with pytest.raises(CertificateError, match=place):
        reading(written, tmp_path / "tampered.json")


def test_untouched_it_is_accepted(written: dict[str, Any], tmp_path: Path) -> None:
    assert len(reading(written, tmp_path / "same.json")) == 2


def test_every_number_of_the_equilibria_counts(written: dict[str, Any], tmp_path: Path) -> None:
    """Whatever probability is exchanged for another, the file is refused."""
    path = tmp_path / "tampered.json"
    loosen(written)
    for n, e in enumerate(written["equilibria"]):
        for k, row in enumerate(e["strategy"]):
            for a, old in enumerate(row):
                changed = copy.deepcopy(written)
                changed["equilibria"][n]["strategy"][k][a] = "1/3" if old != "1/3" else "1/2"
                with pytest.raises(CertificateError, match=rf"equilibria\[{n}\] is no"):
                    reading(changed, path)


# --- hostile and broken files ---


def put(*keys: Any) -> Change:
    """A change of one place; the last argument is what is put there."""

    def change(document: dict[str, Any]) -> None:
        inner: Any = document
        for key in keys[:-2]:
            inner = inner[key]
        inner[keys[-2]] = keys[-1]

    return change


def drop(*keys: Any) -> Change:
    def change(document: dict[str, Any]) -> None:
        inner: Any = document
        for key in keys[:-1]:
            inner = inner[key]
        del inner[keys[-1]]

    return change


BROKEN: dict[str, tuple[Change, str]] = {
    "another format": (put("format", "something"), "format"),
    "a later version": (put("version", 2), "reads version 1"),
    "a version in words": (put("version", "1"), "reads version 1"),
    "something more": (put("code", "__import__('os')"), "code"),
    "no game": (drop("game"), "game"),
    "a concept nobody knows": (put("concept", "naive"), "naive"),
    "a number that is one": (put("game", "numbers", 0, 1.5), r"game\.numbers\[0\]"),
    "a number that is code": (put("game", "numbers", 0, "__import__('os')"), r"numbers\[0\]"),
    "a number that fills the memory": (put("game", "numbers", 0, "1e999999999"), r"numbers\[0\]"),
    "a number without end": (put("game", "numbers", 0, "9" * 5000), r"numbers\[0\]"),
    "no number": (put("game", "numbers", 0, "nan"), r"numbers\[0\]"),
    "a division by zero": (put("game", "numbers", 0, "1/0"), r"numbers\[0\]"),
    "a null number": (put("seconds", None), "seconds"),
    "true for a number": (put("equilibria", 0, "family", True), "family"),
    "a place too far": (put("game", "nodes", 2, "payoffs", [99, 0]), r"nodes\[2\]: place 99"),
    "a negative place": (put("game", "nodes", 2, "payoffs", [-1, 0]), r"nodes\[2\]"),
    "too many payoffs": (put("game", "nodes", 2, "payoffs", [0, 0, 0]), r"nodes\[2\]: 3 numbers"),
    "no nodes": (put("game", "nodes", []), "nodes"),
    "a kind nobody knows": (put("game", "nodes", 2, "kind", "exec"), r"nodes\[2\]"),
    "an unknown player": (put("game", "nodes", 1, "player", "Nobody"), "Nobody"),
    "no players": (put("game", "players", []), "game"),
    "a player twice": (put("game", "players", ["Sender", "Sender"]), "game"),
    "a label that is a table": (put("game", "nodes", 1, "knows", {"a": 1}), r"nodes\[1\]\S*knows"),
    "a label that is a float": (put("game", "nodes", 1, "knows", 0.5), r"nodes\[1\]\S*knows"),
    "an action twice": (put("game", "nodes", 1, "actions", ["a", "a"]), "share a label"),
    "other actions": (put("game", "nodes", 3, "actions", ["l", "m"]), "other actions"),
    "another order": (put("game", "nodes", 3, "actions", ["r", "l"]), "another order"),
    "an action too many": (put("game", "nodes", 1, "actions", ["a", "b", "c"]), "nodes"),
    "an action too few": (put("game", "nodes", 1, "actions", ["a"]), "trees instead of one"),
    "an event twice": (put("game", "nodes", 2, "events", [["x", 0], ["x", 0]]), "named twice"),
    "a missing node": (lambda d: d["game"]["nodes"].pop(), "nodes"),
    "a node too many": (
        lambda d: d["game"]["nodes"].append(d["game"]["nodes"][-1]),
        "trees instead of one",
    ),
    "odds above one": (put("game", "nodes", 0, "branches", [["t1", [1]], ["t2", [1]]]), "game"),
    "a family that is not there": (put("equilibria", 0, "family", 9), "no family 9"),
    "a family without equilibrium": (
        lambda d: d["families"].append(d["families"][0]),
        r"families\[3\]: no equilibrium",
    ),
    "a component that is not there": (put("families", 0, "component", 5), "do not fit"),
    "components too many": (
        lambda d: d["components"].append(d["components"][0]),
        "do not fit|cut",
    ),
    "rows too short": (put("equilibria", 0, "strategy", [["1"]]), r"equilibria\[0\]\.strategy"),
    "orders too long": (put("equilibria", 0, "order", [[0, 1, 1]] * 3), r"equilibria\[0\]\.order"),
    "a negative order": (put("equilibria", 0, "order", 0, [0, -1]), r"equilibria\[0\]\.order"),
    "a family of another shape": (put("families", 0, "beliefs", []), r"families\[0\]\.beliefs"),
    "a range upside down": (
        lambda d: d["families"][1]["strategies"].__setitem__(1, [["1", "0"], "0"]),
        "above the most",
    ),
    "outcomes of another game": (put("envelope", {}), "outcomes"),
    "ragged outcomes": (put("outcomes", "rows", [["1"]]), "outcomes"),
    "counts that do not fit": (put("cut", "equilibria", "written", 1), r"cut\.equilibria"),
    "a count that is none": (put("cut", "equilibria", "of", "many"), r"cut\.equilibria\.of"),
    "a list for a table": (put("record", []), "record"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_refused(what: str, written: dict[str, Any], tmp_path: Path) -> None:
    change, place = BROKEN[what]
    change(written)
    with pytest.raises(FileError, match=place) as caught:
        reading(written, tmp_path / "broken.json")
    assert "broken.json" in str(caught.value)
    assert len(str(caught.value)) < 2000


RAW = {
    "nothing": b"",
    "no JSON": b"game = 1",
    "not all of it": b'{"format": "deterrence solution", ',
    "a list": b"[]",
    "a number": b"1",
    "no text": b"\xff\xfe\x00\x01",
    "a pickle": b"\x80\x04\x95\x0c\x00\x00\x00.",
    "nested without end": b"[" * 100_000,
    "tables nested without end": b'{"a":' * 100_000,
    "a nested label": b'{"game": {"nodes": [{"kind": "move", "knows": ' + b"[" * 100_000,
    "a whole number without end": b'{"version": ' + b"9" * 100_000 + b"}",
    "not a number": b'{"version": NaN}',
}


@pytest.mark.parametrize("what", RAW)
def test_what_is_no_solution_at_all(what: str, tmp_path: Path) -> None:
    path = tmp_path / "raw.json"
    path.write_bytes(RAW[what])
    with pytest.raises(FileError, match=r"raw\.json"):
        dt.load(path)


@pytest.mark.parametrize("path", ["missing.json", ".", "nul\0l", "x" * 5000])
def test_places_that_hold_no_file(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileError):
        dt.load(path)


def test_a_path_is_text_or_a_path() -> None:
    with pytest.raises(FileError, match="not a path"):
        dt.load(3)  # type: ignore[arg-type]


def test_any_byte_changed_is_refused_or_harmless(tmp_path: Path) -> None:
    """A file with a flipped byte either is refused with a package's error or still certifies."""
    path = tmp_path / "solution.json"
    dt.solve(known.separating_or_pooling()).save(path)
    data = path.read_bytes()
    for place in itertools.islice(range(0, len(data), 7), 400):
        changed = bytearray(data)
        changed[place] ^= 1
        path.write_bytes(bytes(changed))
        try:
            loaded = dt.load(path)
        except (FileError, CertificateError):
            continue
        assert all(e.certificate.holds for e in loaded.equilibria)


def test_an_event_may_be_called_like_a_player(tmp_path: Path) -> None:
    ends = dt.Outcome({"Ann": 2}, ["Ann"]), dt.Outcome({"Ann": 0})
    solution = dt.solve(dt.Game(["Ann"], dt.Move("Ann", (), {"l": ends[0], "r": ends[1]})))
    solution.save(tmp_path / "s.json")
    assert dt.load(tmp_path / "s.json").envelope() == {"Ann": (2, 2), "Ann (event)": (1, 1)}
