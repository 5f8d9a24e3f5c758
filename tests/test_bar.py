"""The bar for the source itself: each tool answers for the whole checkout."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def check(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"


def test_lint() -> None:
    check("ruff", "check", ".")


def test_format() -> None:
    check("ruff", "format", "--check", ".")


def test_types() -> None:
    check("mypy", "--strict", "deterrence")


def test_docs_build_without_a_warning(tmp_path: Path) -> None:
    html, doctrees = str(tmp_path / "html"), str(tmp_path / "doctrees")
    check("sphinx", "-n", "-W", "--keep-going", "-q", "-d", doctrees, "docs", html)
