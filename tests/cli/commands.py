"""Runs a command as typed, in this process."""

import json
from typing import Any

from click.testing import CliRunner, Result

from deterrence.cli import main


def run(*arguments: str) -> Result:
    return CliRunner(catch_exceptions=False).invoke(main, list(arguments))


def answer(*arguments: str, code: int = 0) -> Any:
    """Give the JSON that a command prints."""
    done = run(*arguments, "--json")
    assert done.exit_code == code, done.stderr
    return json.loads(done.stdout, parse_constant=_refuse)


def _refuse(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")
