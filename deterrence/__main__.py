"""Runs the command line: ``python -m deterrence``."""

from deterrence.cli import main

main()
