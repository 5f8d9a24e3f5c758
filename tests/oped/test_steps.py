"""Progress where there is no terminal."""

import io

import pytest

from deterrence.oped import steps


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(steps.time, "monotonic", lambda: now[0])
    return now


def test_lines_say_how_far_it_is_and_what_is_left(clock):
    stream = io.StringIO()
    with steps.Steps(stream).step("Solving") as report:
        clock[0] = 5.0
        report(0, 100)
        clock[0] = 9.0
        report(10, 100)  # too soon for another line
        clock[0] = 25.0
        report(50, 100)  # 20 seconds for a half
        clock[0] = 45.0
        report(100, 100)
    assert stream.getvalue() == "Solving ...\n  50 of 100, about 20 s left\n"


def test_quiet_steps_say_nothing(capsys):
    with steps.Steps(quiet=True).step("Solving") as report:
        report(1, 2)
    assert capsys.readouterr() == ("", "")


def test_the_first_of_many_foretell_nothing(clock):
    stream = io.StringIO()
    with steps.Steps(stream).step("Learning") as report:
        clock[0] = 12.0
        report(1, 500)  # workers started, formulas were compiled
        clock[0] = 25.0
        report(5, 500)
    assert stream.getvalue() == "Learning ...\n  1 of 500\n  5 of 500, about 2,475 s left\n"
