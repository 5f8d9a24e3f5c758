import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Look for examples in docstrings of the package only, not in what helps the tests."""
    helper = collection_path.suffix == ".py" and not collection_path.name.startswith("test_")
    return True if helper else None


def _oracles_required() -> bool:
    return os.environ.get("DETERRENCE_REQUIRE_ORACLES") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if skipped and _oracles_required() and item.get_closest_marker("oracle"):
        report.outcome = "failed"
        report.longrepr = f"an oracle test may not be skipped here: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and _oracles_required():
        report.outcome = "failed"
        report.longrepr = (
            "a whole module may not be skipped here, since it may hold oracle tests: "
            f"{_reason(report)}"
        )
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
