"""How an answer is printed, and the exit code that says how it went."""

from __future__ import annotations

import json
from typing import Any

import click

__all__ = ["BAD_INPUT", "DONE", "INTERRUPTED", "NOT_SOLVED", "finish", "print_answer"]

DONE, NOT_SOLVED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def finish(ctx: click.Context, found: Any, done: bool, *, as_json: bool) -> None:
    """Print an answer; the exit code says how it went."""
    print_answer(found.document, found.text, as_json=as_json)
    ctx.exit(DONE if done else NOT_SOLVED)


def print_answer(document: Any, text: Any, *, as_json: bool) -> None:
    """One of the two, each made only if it is wanted."""
    click.echo(json.dumps(document(), indent=2, allow_nan=False) if as_json else text())
