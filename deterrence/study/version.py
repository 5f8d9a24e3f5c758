"""The package's version, for what is written to files."""

from __future__ import annotations

import sys

__all__ = ["package_version"]


def package_version() -> str:
    """The version of the package that runs, whether it is installed or not.

    Returns
    -------
    str
    """
    # read where it is set: this layer does not import the public names
    return str(vars(sys.modules[__name__.partition(".")[0]])["__version__"])
