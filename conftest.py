"""Runs the Python blocks of README.md and docs/, each document in a directory of its own."""

import doctest
import os
import tempfile
from typing import Any

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

os.environ["MPLBACKEND"] = "Agg"  # before anything imports matplotlib; subprocesses inherit it

collect_ignore = ["docs/conf.py"]  # holds no examples, and belongs to Sphinx

_CHECKOUT, _DIRECTORY = "_checkout", "_directory"


def _enter(namespace: dict[str, Any]) -> None:
    namespace[_CHECKOUT] = os.getcwd()
    namespace[_DIRECTORY] = tempfile.TemporaryDirectory()
    os.chdir(namespace[_DIRECTORY].name)


def _leave(namespace: dict[str, Any]) -> None:
    os.chdir(namespace[_CHECKOUT])
    namespace[_DIRECTORY].cleanup()


# There is no way to mark a block as skipped: what should not run is not labelled `python`.
pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    ],
    pattern="*.md",
    excludes=["docs/_build/**"],
    setup=_enter,
    teardown=_leave,
).pytest()
