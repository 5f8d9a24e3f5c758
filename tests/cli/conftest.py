from collections.abc import Iterator
from pathlib import Path

import joblib
import pytest

SCENARIO = """\
id = "mine"
label = "My own"

[instruments]
strength = 0.6
ambiguity = 0.2
conditionality = 0
automaticity = 0
presence = 0

[game]
stages = ["challenge", "response"]
"""


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a scenario of a few nodes, and a folder of its own to write into."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mine.toml"
    file.write_text(SCENARIO, encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def one_process() -> Iterator[None]:
    with joblib.parallel_config(n_jobs=1):
        yield
