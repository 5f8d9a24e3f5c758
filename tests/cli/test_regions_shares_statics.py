"""Regions in closed form, regime shares and comparative statics, on the command line."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest
import sympy

import deterrence as dt
from deterrence.oped.regimes import challenge_regime
from tests.cli.commands import answer, run

PNG = b"\x89PNG\r\n\x1a\n"
TINY = Fraction(1, 10**9)


def solved(**changes):
    return dt.solve(dt.read_scenario("mine.toml").game(**changes))


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- region


@pytest.mark.usefixtures("scenario")
def test_an_equilibrium_is_there_exactly_inside_its_interval():
    found = answer("region", "mine.toml", "--data", "r.csv")
    (play,) = found["plays"]
    assert found["complete"]
    assert play["outcome"]["probe"] == [1, 1]
    (part,) = play["intervals"]
    low, high = map(Fraction, part["exact"])
    assert high == 1
    assert part["numbers"] == [float(low), 1.0]

    def played(strength):
        (equilibrium,) = solved(strength=strength)
        return equilibrium.strategy

    inside, beyond = played(low + TINY), played(low - TINY)
    assert inside == solved()[0].strategy
    # below, the threat that nobody has to carry out is not credible, and Russia attacks
    assert beyond["Russia"][()]["attack"] == 1
    assert inside["Guarantor"]["attack",]["force"] == 1
    assert beyond["Guarantor"]["attack",]["nothing"] == 1
    binding = [row for row in play["conditions"] if row["condition"] == f"strength >= {low}"]
    assert [row["about"] for row in binding] == ["Guarantor ('attack',) does not gain by nothing"]
    assert not binding[0]["on_path"]
    assert [row["condition"] for row in rows("r.csv")] == [
        row["condition"] for row in play["conditions"]
    ]


@pytest.mark.usefixtures("scenario")
def test_conditions_on_the_path_come_first_and_hold_at_the_point():
    found = answer("region", "mine.toml", "--over", "strength", "--over", "v", "--at", "v=0.9")
    (play,) = found["plays"]
    assert play["intervals"] is None
    on_path = [row["on_path"] for row in play["conditions"]]
    assert on_path == sorted(on_path, reverse=True)
    assert set(on_path) == {True, False}
    point = {"strength": sympy.Rational(3, 5), "v": sympy.Rational(9, 10)}
    for row in play["conditions"]:
        relation = sympy.sympify(row["condition"])
        assert relation.subs({x: point[x.name] for x in relation.free_symbols}) == True  # noqa: E712


@pytest.mark.usefixtures("scenario")
def test_only_plays_with_an_event_are_listed():
    assert len(answer("region", "mine.toml", "--event", "probe")["plays"]) == 1
    assert answer("region", "mine.toml", "--event", "attack")["plays"] == []


@pytest.mark.usefixtures("scenario")
def test_regions_in_words_for_latex_and_as_a_picture():
    done = run("region", "mine.toml", "--at", "strength=0.5")
    assert done.exit_code == 0, done.stderr
    words = " ".join(done.stdout.split())
    assert "My own, with strength 0.5: plays at this point (1)" in words
    assert "strength from 9/88 to 1 (0.1023 to 1)" in words
    assert "at 9/88: Guarantor ('attack',) does not gain by nothing (off the path)" in words
    assert "at 1:" not in words
    latex = run("region", "mine.toml", "--latex").stdout
    assert latex.startswith(r"\begin{tabular}")
    assert r"strength \geq \frac{9}{88}" in latex
    drawn = run("region", "mine.toml", "--over", "strength", "--over", "v", "--output", "r.png")
    assert drawn.exit_code == 0
    told = " ".join(drawn.stdout.split())
    assert "strength >= 1/4 - 65*v/264: Guarantor ('attack',) does not gain by nothing (off" in told
    assert Path("r.png").read_bytes().startswith(PNG)


@pytest.mark.usefixtures("scenario")
def test_a_region_without_a_closed_form_is_told_and_not_called_complete(monkeypatch):
    from deterrence.errors import LimitError
    from deterrence.oped import region_job

    def refused(*given):
        raise LimitError("too many options")

    monkeypatch.setattr(region_job, "region", refused)
    found = answer("region", "mine.toml", code=1)
    assert found["plays"][0]["problem"] == "too many options"
    assert not found["complete"]
    assert "too many options" in run("region", "mine.toml").stdout


# --- shares


@pytest.mark.usefixtures("scenario")
def test_shares_are_those_of_complete_solutions():
    typed = ("shares", "mine.toml", "--over", "strength", "--over", "v", "--samples", "8")
    found = answer(*typed, "--seed", "3", "--store", "kept.jsonl", "--data", "s.csv")
    assert found["draws"] == 8
    stored = [line for line in Path("kept.jsonl").read_text().splitlines() if '"point"' in line]
    assert len(stored) == 8
    points = [{k: Fraction(v) for k, v in json.loads(line)["point"].items()} for line in stored]
    regimes = [{challenge_regime(o) for o in solved(**point).outcomes()} for point in points]
    for row in found["regimes"]:
        assert row["exists"] == sum(row["regime"] in r for r in regimes) / 8
        assert row["only"] == sum({row["regime"]} == r for r in regimes) / 8
    assert {row["regime"] for row in found["regimes"]} == set().union(*regimes)
    assert len(rows("s.csv")) == len(found["regimes"])


@pytest.mark.usefixtures("scenario")
def test_shares_by_events_in_words_and_as_a_picture():
    typed = ("shares", "mine.toml", "--over", "strength", "--samples", "4")
    done = run(*typed, "--event", "probe", "--event", "attack", "--output", "s.png")
    assert done.exit_code == 0, done.stderr
    words = " ".join(done.stdout.split())
    assert "My own: 1 numbers drawn from their ranges" in words
    assert "no probabilities of anything in the world" in words
    assert "no challenge" not in words
    assert Path("s.png").read_bytes().startswith(PNG)
    assert "probes, but no attack" in run(*typed).stdout


# --- statics


@pytest.mark.usefixtures("scenario")
def test_derivatives_are_slopes_of_complete_solutions():
    names = ("strength", "v", "b_revisionist", "k_A")
    over = [text for name in names for text in ("--over", name)]
    found = answer(
        "statics", "mine.toml", *over, "--outcome", "Russia", "--at", "strength=0.5", "--data",
        "d.csv",
    )  # fmt: skip
    present = dt.read_scenario("mine.toml").values(strength="0.5")
    assert found["at"]["strength"] == 0.5
    for row in found["derivatives"]:
        name = row["parameter"]
        beside = [
            solved(**{"strength": Fraction(1, 2), name: present[name] + side * TINY})[0]
            for side in (-1, 1)
        ]
        slope = (beside[1].payoffs["Russia"] - beside[0].payoffs["Russia"]) / (2 * TINY)
        assert row["least"] == row["most"] == pytest.approx(float(slope), rel=1e-6)
        assert row["agree"]
    assert any(row["least"] for row in found["derivatives"])
    assert [row["parameter"] for row in rows("d.csv")] == list(names)


@pytest.mark.usefixtures("scenario")
def test_statics_in_words_and_as_a_picture():
    typed = ("statics", "mine.toml", "--over", "v", "--over", "k_A", "--outcome", "Russia")
    done = run(*typed, "--output", "d.png")
    assert done.exit_code == 0, done.stderr
    words = " ".join(done.stdout.split())
    assert "how fast outcomes change with each number alone, over 1 plays" in words
    assert "Nothing moves Russia of: v, k_A." in words
    assert Path("d.png").read_bytes().startswith(PNG)


@pytest.mark.usefixtures("scenario")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("region mine.toml --event atack", "Did you mean 'attack'"),
        ("region mine.toml --over strenght", "Did you mean 'strength'"),
        ("region mine.toml --at strength=x", "strength"),
        ("region mine.toml --output r.png", "give --over twice"),
        ("region mine.toml --data no/r.csv", "no/r.csv"),
        ("shares mine.toml --samples 3", "power of two"),
        ("shares mine.toml --seed -1", "from 0 on"),
        ("shares mine.toml --event atack", "Did you mean 'attack'"),
        ("statics mine.toml --outcome atack", "Did you mean 'attack'"),
        ("statics mine.toml --outcome attack --outcome probe --output d.png", "--outcome once"),
        ("statics mine.toml --over rho", "plays no part"),
        ("sensitivity mine.toml --one-at-a-time --store p.jsonl", "Leave it out"),
    ],
)
def test_bad_requests(typed, words):
    done = run(*typed.split())
    assert done.exit_code == 2
    assert words in done.stderr


@pytest.mark.usefixtures("scenario")
@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        ("region mine.toml", ("plays", "conditions")),
        ("shares mine.toml --over v --samples 2", ("regimes",)),
        ("statics mine.toml --over v", ("derivatives",)),
    ],
)
def test_the_reference_names_every_key(typed, rows):
    page = Path(dt.__file__).parents[1] / "docs" / "reference" / "command-line.md"
    text = page.read_text(encoding="utf-8").split("`shares` and `statics`")[1]
    text = text.split(f"{typed.split()[0]}:")[1].split("}\n")[0]
    found = [answer(*typed.split())]
    for name in rows:
        found += found[-1][name][:1]
    for part in found:
        assert all(f'"{key}"' in text or key in ("attack", "strength") for key in part)


# --- sizes


@pytest.mark.usefixtures("scenario")
@pytest.mark.parametrize(("typed", "advice"), [
    ("shares mine.toml --samples 1048576", "Take fewer samples"),
    ("sensitivity mine.toml --samples 1048576", "Take fewer samples"),
    ("design mine.toml --over strength --stake m0 --samples 1048576", "Take fewer samples"),
    ("flips mine.toml --scan 1048576", "Take fewer values"),
])  # fmt: skip
def test_what_no_machine_holds_is_refused(typed, advice):
    done = run(*typed.split())
    assert done.exit_code == 1
    assert not done.stdout
    assert advice in " ".join(done.stderr.split())
