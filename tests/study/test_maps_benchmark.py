"""The benchmark of maps runs at a small size; what it measures is nobody's promise."""

import pytest

from benchmarks import map_gambit, map_profile, maps


def test_a_small_run(capsys):
    maps.main(
        [
            "--game",
            "response",
            "--sizes",
            "12",
            "--resolutions",
            "16",
            "--solve",
            "2",
            "--jobs",
            "1",
        ]
    )
    text = capsys.readouterr().out
    assert "sweep 12 x 12" in text
    assert "adaptive 16 x 16" in text
    assert "missed 0 of 100" in text
    assert "floor" in text


def test_a_small_profile_adds_up():
    seconds, floor = map_profile.profile("response", 12)
    assert set(seconds) <= {step for _, _, step in map_profile.STEPS} | {map_profile.REST}
    assert "writing chunks to disk" in seconds
    assert all(spent >= 0 for spent in seconds.values())
    assert floor > 0


def test_time_inside_a_step_counts_there_alone(monkeypatch):
    watch = map_profile.Stopwatch()
    now = [0.0]
    monkeypatch.setattr(map_profile.time, "perf_counter", lambda: now[0])

    def wait(seconds):
        now[0] += seconds

    inner = watch.timed("inner", lambda: wait(3))

    def outer():
        wait(1)
        inner()
        wait(2)
        inner()

    watch.timed("outer", outer)()
    assert watch.seconds == {"inner": 6, "outer": 3}


@pytest.mark.oracle
def test_gambit_gets_the_same_points(monkeypatch):
    pytest.importorskip("pygambit")
    monkeypatch.delitem(map_gambit.METHODS, "enumpoly_solve")  # meets the limit
    (game,) = map_gambit.games("response", 1)
    own = list(map_gambit.own(game))
    assert all(one.answered and one.seconds > 0 for one in own)
    (logit,) = map_gambit.gambit(game, 20)
    assert logit.answered
    assert 0 < logit.seconds < 20


def test_without_an_answer_the_limit_is_a_bound_and_the_line_says_so():
    answered, late = (map_gambit.Spent("a method", 2.0, known) for known in (True, False))
    told = map_gambit.line("a method", [answered]).split()
    assert told == ["a", "method", "1", "of", "1", "2.000", "23.1"]
    assert map_gambit.line("a method", [late, answered]).count(">") == 2
