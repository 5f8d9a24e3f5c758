"""Solutions in words: what they must say of games solved by hand, and the same in three media."""

from __future__ import annotations

import html
import re
import time
from fractions import Fraction
from typing import Any

import pytest

import deterrence as dt
from deterrence.equilibrium import wording, wording_layout
from deterrence.equilibrium.solution import Solution
from deterrence.equilibrium.wording import (
    equilibrium_text,
    solution_html,
    solution_latex,
    solution_text,
)
from deterrence.equilibrium.wording_phrases import numbers_text
from deterrence.equilibrium.wording_situations import after_text
from deterrence.guarantee.parameters import defaults
from tests.equilibrium import known_games as known
from tests.equilibrium.known_games import pay

F = Fraction


def lines(text: str) -> list[str]:
    """One entry a row: continuation lines are joined."""
    return re.sub(r"\n {4}", " ", text).split("\n")


@pytest.fixture(scope="module")
def whole() -> Solution:
    return dt.solve(dt.guarantee_game().at(**defaults()))


# --- what is said ---


def test_pooling_and_separating() -> None:
    # pooling on a, held up by l, which needs a belief in t1 of at least 1/2; or t2 separates
    said = lines(solution_text(dt.solve(known.separating_or_pooling())))
    title = "Sequential equilibria of a game of Sender and Receiver (11 nodes, 3 information sets)"
    assert said[0] == title
    start = said.index("Component 0: 2 families of dimension up to 1")
    assert said[start + 1 : start + 6] == [
        "  Sender (t1 or t2): plays a",
        "  payoffs: Sender 2; Receiver 0",
        "  Receiver believes: after b, t1 3/4 (0.75), else t2 (unexpected)",
        "  off the path: Receiver, after b, would play l",
        "",
    ]
    start = said.index("Component 1: one equilibrium")
    assert said[start + 1 : start + 7] == [
        "  Sender (t1): plays a",
        "  Receiver: after b, plays r",
        "  Sender (t2): plays b",
        "  payoffs: Sender 5/2 (2.5); Receiver 1/2 (0.5)",
        "  Receiver believes: after b, surely t2",
        "",
    ]
    assert "  payoffs: Sender 2 to 2.5; Receiver 0 to 0.5" in said
    assert said[-1] == (
        "Every equilibrium shown was checked from scratch: exact, regret 0, and trembles give the "
        "beliefs."
    )


def test_mixing_is_said_exactly_and_in_decimals() -> None:
    # Myerson's card game: with black, raise 1/3; the receiver meets with 2/3
    said = equilibrium_text(dt.solve(known.card_game())[0])
    assert "Sender (red): plays raise" in said
    assert "Sender (black): plays raise with probability 1/3 (0.3333), else fold" in said
    assert "Receiver: after raise, plays meet with probability 2/3 (0.6667), else pass" in said
    assert "Receiver believes: after raise, red 3/4 (0.75), else black" in said
    assert said.endswith("Checked from scratch: exact, regret 0, and trembles give the beliefs.")


def test_status_comes_first() -> None:
    solution = dt.solve(known.pledge())
    said = solution_text(solution).split("\n\n")[0]
    assert solution.status in " ".join(said.split())


def test_numbers_that_are_not_short_or_not_exact() -> None:
    said = solution_text(dt.solve(known.irrational()))
    assert "up to rounding" in said
    assert not re.search(r"\d{9}", said)


def test_nobody_moves() -> None:
    said = solution_text(dt.solve(known.lottery()))
    assert "play: nobody has a move" in said
    assert "probabilities: low 1/3 (0.3333)" in said
    assert "payoffs: One 3; Two 1" in said


def test_knowledge_that_is_no_tuple() -> None:
    players = ("One", "Two")

    def two(a: str) -> dt.Move:
        ends = {x: pay(players, 0, int(x == a)) for x in ("l", "r")}
        return dt.Move("Two", 7, {"x": pay(players, 1, 2), **ends})

    chance = dt.Chance({a: (F(1, 2), two(a)) for a in ("l", "r")})
    game = dt.Game(players, dt.Move("One", "start", {"go": chance, "stay": pay(players, 0, 0)}))
    said = solution_text(dt.solve(game))
    assert "One (start): plays go" in said
    assert "Two (7): plays x" in said


def test_what_was_bound_to_happen_is_left_out() -> None:
    # Ukraine's preparation is certain on the path, so nobody is told that it was seen
    game = dt.guarantee_game(["preparation", "challenge", "response"])
    said = lines(equilibrium_text(dt.solve(game.at(**defaults()))[0]))
    (russia,) = [row for row in said if row.startswith("  Russia: ")]
    assert russia.startswith("  Russia: plays ")


def test_what_a_player_always_does_is_left_out() -> None:
    # asking is worth 5/2 against 5/3
    said = equilibrium_text(dt.solve(known.umbrella())[0])
    assert "Walker: plays ask; after rain, plays take; after sun, plays leave" in said


def test_what_a_type_always_does_is_left_out() -> None:
    # t1 goes and then takes 2, t2 stays with 3: "go" is no news to t1, and "x" is
    players = ("Sender", "Receiver")

    def sender(t: str) -> dt.Move:
        last = dt.Move("Sender", (t, "go", "x"), {"l": pay(players, 2, 1), "r": pay(players, 0, 1)})
        answer = dt.Move("Receiver", ("go",), {"x": last, "y": pay(players, 0, 0)})
        stay = pay(players, 1 if t == "t1" else 3, 0)
        return dt.Move("Sender", (t,), {"go": answer, "stay": stay})

    game = dt.Game(players, dt.Chance({t: (F(1, 2), sender(t)) for t in ("t1", "t2")}))
    said = equilibrium_text(dt.solve(game)[0])
    assert "Sender (t1): plays go; after x, plays l" in said
    assert "Sender (t2): plays stay" in said


def test_a_belief_is_told_when_it_changes() -> None:
    # both types go; before it moves again, the receiver sees the weather and learns nothing
    players = ("Sender", "Receiver")

    def sender(t: str) -> dt.Move:
        ends = {"x": pay(players, 1, 2), "y": pay(players, 1, 0)}
        weather = dt.Chance(
            {w: (F(1, 2), dt.Move("Receiver", ("go", "on", w), ends)) for w in ("rain", "sun")}
        )
        first = dt.Move("Receiver", ("go",), {"on": weather, "off": pay(players, 1, 1)})
        return dt.Move("Sender", (t,), {"go": first, "stay": pay(players, 0, 0)})

    game = dt.Game(players, dt.Chance({t: (F(1, 2), sender(t)) for t in ("t1", "t2")}))
    (row,) = [r for r in lines(equilibrium_text(dt.solve(game)[0])) if "believes" in r]
    assert row == "  Receiver believes: after go, t1 1/2 (0.5), else t2"


def test_situations_that_differ_in_one_thing_are_told_together() -> None:
    seen = [("probe", "covered"), ("probe", "not covered"), ("attack",), ()]
    assert after_text(seen) == ("at first and after (probe, covered or not covered) or (attack), ")
    assert after_text([("a", "x"), ("b", "x"), ("a", "y"), ("b", "y")]) == "after a or b, x or y, "
    assert after_text([()]) == ""


def test_runs_of_numbers() -> None:
    assert numbers_text([0, 1, 2, 5, 7, 8]) == "0-2, 5, 7-8"
    assert numbers_text(range(0, 40, 2)) == "0, 2, 4, 6, 8, 10, ..."


# --- players whose chance differs ---


def differing() -> dt.Game:
    """Two believes in rain with 1/4, One with 1/2; One brings an umbrella or not."""
    players = ("One", "Two")

    def one(weather: str) -> dt.Move:
        wet = ("wet",) if weather == "rain" else ()
        return dt.Move(
            "One",
            (),
            {"umbrella": pay(players, 1, 0), "none": pay(players, -4 if wet else 5, 1, events=wet)},
        )

    odds = {"rain": {"One": F(1, 2), "Two": F(1, 4)}, "sun": {"One": F(1, 2), "Two": F(3, 4)}}
    return dt.Game(players, dt.Chance({w: (p, one(w)) for w, p in odds.items()}))


def test_probabilities_by_player() -> None:
    # none is worth -4/2 + 5/2 = 1/2 to One, so it takes the umbrella; without: (1/2, 1/4) wet
    assert "One: plays umbrella" in solution_text(dt.solve(differing()))
    players = ("One", "Two")
    odds = {"rain": {"One": F(1, 2), "Two": F(1, 4)}, "sun": {"One": F(1, 2), "Two": F(3, 4)}}
    ends = {"rain": pay(players, 0, 0, events=("wet",)), "sun": pay(players, 4, 4)}
    game = dt.Game(players, dt.Chance({w: (odds[w], ends[w]) for w in odds}))
    said = solution_text(dt.solve(game))
    assert "probabilities: wet 1/2 (0.5) to One, 1/4 (0.25) to Two" in said
    assert "payoffs: One 2; Two 3" in said


def test_an_envelope_by_player() -> None:
    # battle of the sexes after a draw on which they differ: three components
    players = ("One", "Two")
    battle = known.stage(players, known.BATTLE, ("play",))
    odds = {"play": {"One": F(1, 2), "Two": F(1, 4)}, "end": {"One": F(1, 2), "Two": F(3, 4)}}
    ends = {"play": battle, "end": pay(players, 0, 0, events=("over",))}
    said = solution_text(
        dt.solve(dt.Game(players, dt.Chance({w: (odds[w], ends[w]) for w in odds})))
    )
    assert "probabilities: over for One 0.5; over for Two 0.75" in said


# --- many components ---


def test_more_components_than_are_told_one_by_one() -> None:
    # nine components; what is played in the battle not chosen is off the path
    said = solution_text(dt.solve(known.two_battles()))
    assert "Components " in said
    assert "Components that play alike on the path are told together" in said


def test_the_whole_guarantee_game_in_time_and_short(whole: Solution) -> None:
    start = time.process_time()
    said = solution_text(whole)
    assert time.process_time() - start < 3
    assert len(said.split("\n")) <= 80
    assert max(map(len, said.split("\n"))) <= wording_layout.WIDTH
    assert "160 connected components" in said
    # every component is counted once
    counts = [int(n.replace(",", "")) for n in re.findall(r"Components [\d, .-]+\((\d+)\)", said)]
    singles = len(re.findall(r"^ *Component \d+", said, re.MULTILINE))
    assert sum(counts) + singles == len(whole)


def test_what_is_not_shown_is_counted(whole: Solution, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "MOST_BRIEF", 2)
    monkeypatch.setattr(wording, "MOST_GLANCED", 100)
    said = " ".join(solution_text(whole).split())
    assert re.search(r"Not shown: \d further plays? on the path, of \d+ components\.", said)
    assert "Only the first 100 of 160 components were compared." in said


def test_only_what_is_shown_is_certified(whole: Solution, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    kept = Solution.__getitem__

    def count(self: Solution, n: int) -> Any:
        looked_at.append(n)
        return kept(self, n)

    monkeypatch.setattr(Solution, "__getitem__", count)
    solution_text(whole)
    assert len(looked_at) <= 20


# --- three media ---


def awkward() -> dt.Game:
    """Labels that mean something to HTML, to LaTeX or to a terminal."""
    players = ("<script>alert(1)</script>", "R&D_50%$#{~^\\}")
    ends = {
        '"x" & <b>': pay(players, 1, 0, events=("a_b & <c>",)),
        "[2] *y*": pay(players, 0, 1),
        "z\x1b[31m\n": pay(players, 0, 0),
    }
    return dt.Game(players, dt.Move(players[0], ("<i>",), ends))


def test_html_is_escaped() -> None:
    said = solution_html(dt.solve(awkward()))
    assert "<script" not in said
    assert "<b>" not in said
    assert "&lt;script&gt;" in said
    tags = set(re.findall(r"</?([a-z]+)", said))
    assert tags <= {"div", "p", "strong", "table", "tr", "th", "td"}
    assert "http" not in said
    for tag in tags:
        assert len(re.findall(rf"<{tag}[ >]", said)) == said.count(f"</{tag}>")


def test_nothing_steers_the_terminal() -> None:
    players = ("P",)
    game = dt.Game(players, dt.Move("P", ("\x1b]0;x\x07",), {"z\x1b[31m": pay(players, 1)}))
    said = solution_text(dt.solve(game))
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "plays z?[31m" in said


def structure_of_latex(text: str) -> int:
    """The number of rows of a tabular that is well formed."""
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == 1
    bare = re.sub(r"\\[\\{}$&#%_]", "", text)  # without escapes and line breaks
    depth = 0
    for c in bare:
        depth += {"{": 1, "}": -1}.get(c, 0)
        assert depth >= 0
    assert depth == 0
    assert not re.search(r"[$#%_^~]", bare)
    body = text.split(r"\begin{tabular}{p{0.24\linewidth}p{0.68\linewidth}}")[1]
    rows = body.split(r"\end{tabular}")[0].strip().split("\n")
    for row in rows:
        cells = len(re.findall(r"(?<!\\)&", row))
        if row == r"\hline":
            continue
        assert row.endswith(r" \\")
        assert cells == (0 if row.startswith(r"\multicolumn{2}{l}") else 1)
        assert not row.startswith(("[", "*"))
    return len(rows)


@pytest.mark.parametrize("game", [awkward(), known.pledge(), known.lottery()])
def test_latex_is_well_formed(game: dt.Game) -> None:
    assert structure_of_latex(solution_latex(dt.solve(game))) > 3


def test_latex_commands_are_known() -> None:
    said = solution_latex(dt.solve(awkward()))
    commands = set(re.findall(r"\\([a-zA-Z]+)", said))
    assert commands <= {
        *("noindent", "textbf", "par", "begin", "end", "linewidth", "hline", "multicolumn"),
        *("textbackslash", "textasciitilde", "textasciicircum", "textless", "textgreater"),
    }


@pytest.mark.parametrize("make", [known.pledge, known.two_battles, awkward, differing])
def test_the_same_in_three_media(make: Any) -> None:
    solution = dt.solve(make())
    text, page, latex = (f(solution) for f in (solution_text, solution_html, solution_latex))
    assert solution.summary() == text
    assert solution._repr_html_() == page
    assert solution.to_latex() == latex
    plain = re.sub(r"\W+", " ", text).split()
    unescaped = html.unescape(re.sub(r"<[^>]*>", " ", page))
    assert re.sub(r"\W+", " ", unescaped).split() == plain
    report = wording._report(solution)
    for section in report.sections:
        assert wording_layout._escaped(section.title) in latex
        for row in section.rows:
            assert (
                f"{wording_layout._escaped(row.label)} & {wording_layout._escaped(row.text)} "
                in latex
            )


def test_an_event_called_like_a_player_is_not_taken_for_its_payoff() -> None:
    """The battle of the sexes: mixed, both are at the first place with 2/3 times 1/3."""

    def after(place: str) -> dt.Move:
        pay = {("a", "a"): (2, 1), ("b", "b"): (1, 2)}
        ends = {
            own: dt.Outcome(
                dict(zip(("Ann", "Bob"), pay.get((place, own), (0, 0)), strict=True)),
                ["Ann"] if (place, own) == ("a", "a") else [],
            )
            for own in ("a", "b")
        }
        return dt.Move("Bob", (), ends)

    game = dt.Game(["Ann", "Bob"], dt.Move("Ann", (), {"a": after("a"), "b": after("b")}))
    said = lines(solution_text(dt.solve(game)))
    assert "  payoffs: Ann 0.6667 to 2; Bob 0.6667 to 2" in said
    assert "  probabilities: Ann 0 to 1" in said
    assert "  probabilities: Ann 2/9 (0.2222)" in said
