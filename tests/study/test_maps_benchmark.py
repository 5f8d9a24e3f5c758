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
def test_gambit_gets_the_same_points():
    pytest.importorskip("pygambit")
    (game,) = map_gambit.games("response", 1)
    own = list(map_gambit.own(game))
    assert all(one.answered and one.seconds > 0 for one in own)
    logit, enumpoly = map_gambit.gambit(game, 1)
    assert logit.answered == (logit.seconds != 1)
    # without an answer the limit is a bound, and the line says so
    late = map_gambit.line("late", [map_gambit.Spent("late", 2.0, False), enumpoly])
    assert late.count(">") == 2
    assert "23.1" in map_gambit.line("two seconds", [map_gambit.Spent("two", 2.0, True)])
