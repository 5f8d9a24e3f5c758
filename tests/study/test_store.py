"""A run that was stopped goes on where it was, whatever stopped it."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import deterrence as dt
from deterrence.errors import FileError
from deterrence.study.points import solve_points
from deterrence.study.store import digest_of
from tests.study.small_games import chicken, fragile, lottery

ROOT = Path(__file__).resolve().parents[2]
GRID = [{"prize": p, "pain": c} for p in ("-1/2", "1/3", 1) for c in ("0.25", 1)]


def facts(results):
    return [dataclasses.replace(result, seconds=0.0) for result in results]


def run(path, **more):
    told = []
    found = solve_points(
        chicken(), GRID, store=path, jobs=1, progress=lambda *now: told.append(now), **more
    )
    return found, told


def test_a_second_run_solves_nothing_and_gives_the_same(tmp_path):
    first, told = run(tmp_path / "points.jsonl")
    assert told == [(n, 6) for n in range(7)]
    before = (tmp_path / "points.jsonl").read_bytes()
    second, told = run(tmp_path / "points.jsonl")
    assert told == [(6, 6)]
    assert list(second) == list(first)  # seconds too: nothing was solved again
    assert (tmp_path / "points.jsonl").read_bytes() == before


def test_a_longer_list_of_points_solves_only_what_is_new(tmp_path):
    path = tmp_path / "points.jsonl"
    solve_points(chicken(), GRID[:2], store=path, jobs=1)
    _, told = run(path)
    assert told[0] == (2, 6)
    assert len(told) == 5


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_keeps_what_is_done(tmp_path, jobs):
    path = tmp_path / "points.jsonl"

    def stop_at_two(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve_points(chicken(), GRID, store=path, jobs=jobs, progress=stop_at_two)
    assert len(path.read_text().splitlines()) == 1 + 2
    again, told = run(path)
    assert told[0] == (2, 6)
    assert facts(again) == facts(solve_points(chicken(), GRID, jobs=1))


def test_a_store_cut_off_anywhere_gives_the_same_in_the_end(tmp_path):
    path = tmp_path / "points.jsonl"
    whole, _ = run(path)
    text = path.read_bytes()
    ends = [n + 1 for n, byte in enumerate(text) if byte == ord("\n")]
    cuts = {0, 1, 30, *ends, *(end - 1 for end in ends), *(end + 7 for end in ends[:-1])}
    for cut in sorted(cuts):
        path.write_bytes(text[:cut])
        again, told = run(path)
        kept = max(sum(end <= cut for end in ends) - 1, 0)
        assert told[0] == (kept, 6)
        assert facts(again) == facts(whole)
        assert len(path.read_text().splitlines()) == 7
        for line in path.read_text().splitlines():
            json.loads(line)


def test_a_point_that_failed_stays_failed(tmp_path):
    path = tmp_path / "points.jsonl"
    first = solve_points(fragile(), [{"prize": 1}], store=path, jobs=1)
    assert first[0].error
    assert list(solve_points(fragile(), [{"prize": 1}], store=path, jobs=1)) == list(first)


def test_a_store_of_another_game_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "points.jsonl"
    run(path)
    before = path.read_bytes()
    with pytest.raises(FileError, match="another game or another concept"):
        solve_points(lottery(), [{"luck": "1/2"}], store=path, jobs=1)
    with pytest.raises(FileError, match="another game or another concept"):
        solve_points(chicken(), GRID, store=path, jobs=1, concept="sequential")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"name,number\nfirst,1\n", b"half a line", b"\xff\xfe\x00", b"[1, 2]\n", b"{}\n"]
)
def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"table\.csv"):
        run(path)
    assert path.read_bytes() == content


def test_a_store_of_another_version_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "points.jsonl"
    run(path)
    monkeypatch.setattr(dt, "__version__", "99.0")
    with pytest.raises(FileError, match=r"package version .*this is 99\.0"):
        run(path)


@pytest.mark.parametrize("line", ["{", "3", "{}", '{"point": {"prize": "x"}}', ""])
def test_a_broken_line_in_the_middle_is_named(tmp_path, line):
    path = tmp_path / "points.jsonl"
    run(path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], line, *lines[3:]]) + "\n")
    with pytest.raises(FileError, match="line 3"):
        run(path)


def test_a_place_that_cannot_be_written_is_an_error_before_any_work(tmp_path):
    with pytest.raises(FileError, match="cannot be used"):
        run(tmp_path / "missing" / "points.jsonl")
    with pytest.raises(FileError, match="cannot be used"):
        run(tmp_path)


def test_the_digest_tells_games_apart():
    assert digest_of(chicken(), None) == digest_of(chicken(), None)
    games = [chicken(), lottery(), fragile(), chicken().at(prize=1), chicken().at(prize=2)]
    assert len({digest_of(game, None) for game in games}) == len(games)


PROGRAM = """
import signal

signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it may be ignored
import sys
from deterrence.study.points import solve_points
from tests.study.small_games import chicken
points = [{"prize": f"{n}/4000", "pain": 1} for n in range(1, 4001)]
solve_points(chicken(), points, store=sys.argv[1], jobs=2)
"""


@pytest.mark.skipif(os.name != "posix", reason="process groups and /proc are used")
def test_ctrl_c_ends_the_workers_and_keeps_the_store(tmp_path):
    path = tmp_path / "points.jsonl"
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        wait_until(lambda: path.exists() and path.read_bytes().count(b"\n") > 3)
        workers = children(running.pid)
        assert workers
        os.killpg(running.pid, signal.SIGINT)
        _, errors = running.communicate(timeout=60)
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()
    assert running.returncode != 0
    assert "KeyboardInterrupt" in errors
    wait_until(lambda: not any(map(alive, workers)))
    done = path.read_bytes().count(b"\n") - 1
    assert 3 <= done < 4000
    told = []
    stored = json.loads(path.read_text().splitlines()[1])["point"]
    solve_points(chicken(), [stored], store=path, jobs=1, progress=lambda *now: told.append(now))
    assert told == [(1, 1)]


def wait_until(true, seconds=60.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def children(pid):
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in found.stdout.split()]


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
