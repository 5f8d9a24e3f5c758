"""The comparison of two-player solvers runs, and the documentation's page is what it writes."""

from pathlib import Path

import pytest

from benchmarks.two_players import (
    KINDS,
    SIZES,
    Floats,
    Row,
    main,
    measure,
    measure_floats,
    methods,
    versions,
)
from benchmarks.two_players_page import PAGE, Facts, page, read_page

OWN = ("deterrence, exact", "deterrence, `tol=1e-9`", "deterrence, `solve_batch`")
PEERS = {
    "nashpy, supports": "nashpy",
    "nashpy, vertices": "nashpy",
    "QuantEcon, supports": "quantecon",
    "QuantEcon, vertices": "quantecon",
    "Gambit, enummixed": "pygambit",
}


@pytest.fixture(scope="module")
def told():
    path = Path(__file__).resolve().parents[2] / PAGE
    return read_page(path.read_text(encoding="utf-8"))


def test_the_page_has_every_method_kind_and_size(told):
    assert set(told.faults) == {(k, n, m) for k in KINDS for n in SIZES for m in (*OWN, *PEERS)}
    assert told.games >= 100


def test_the_page_says_that_the_package_misses_nothing(told):
    assert {told.faults[kind, n, m] for kind in KINDS for n in SIZES for m in OWN} == {(0, 0)}


def recounted(told, sizes, chosen):
    """Counts of a new run with the page's games, for packages of the page's versions."""
    now = versions()
    for row in measure(told.games, told.seed, sizes, chosen):
        package = PEERS.get(row.method)
        if package is None or now[package] == told.versions[package]:
            yield (row.kind, row.size, row.method), (row.missed, row.wrong)


def test_a_new_run_counts_the_same(told):
    """Without the peers that are slow or compile first."""
    quick = (*OWN[:2], "nashpy, supports", "Gambit, enummixed")
    chosen = {name: method for name, method in methods().items() if name in quick}
    found = dict(recounted(told, (2, 3), chosen))
    assert set(OWN) <= {method for _, _, method in found}
    assert {key: told.faults[key] for key in found} == found


@pytest.mark.slow
def test_a_new_run_of_everything_counts_the_same(told):
    found = dict(recounted(told, SIZES, methods()))
    assert {key: told.faults[key] for key in found} == found


def test_what_is_written_is_read():
    rows = [
        Row(size, kind, method, 1.5e-3, size, 7)
        for kind in KINDS
        for size in SIZES
        for method in ("this", "that")
    ]
    floats = [
        Floats(2, 5, 1e-4, 2e-4, 1e-4, (0, 0), (1, 0)),
        Floats(3, 5, 1, 1, None, (0, 0), None),
    ]
    faults = {(row.kind, row.size, row.method): (row.size, 7) for row in rows}
    assert read_page(page(rows, floats, 12, 3)) == Facts(12, 3, versions(), faults)


def test_floats_miss_nothing():
    assert {row.own_faults for row in measure_floats(5, 3, (2, 3, 5, 8), compared=False)} == {
        (0, 0)
    }


@pytest.mark.slow
def test_the_page_is_written(tmp_path, capsys):
    assert main(["--games", "2", "--write", str(tmp_path / "page.md")]) == 0
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert read_page(text).games == 2
    assert all(table in text for table in capsys.readouterr().out.split("\n\n"))


def test_wrong_options_are_told(capsys):
    with pytest.raises(SystemExit):
        main(["--games", "0"])
    assert "at least 1" in capsys.readouterr().err
