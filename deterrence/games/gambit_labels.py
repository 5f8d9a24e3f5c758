"""What Gambit allows as a label, and what it makes of the others."""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from deterrence.errors import InputError

__all__ = ["Labels", "in_quotes", "label_text", "normalised", "unprintable"]

BETWEEN = " / "  # between the parts of a label that is a tuple, as in JSON


def unprintable(label: str) -> str:
    """The character that keeps a label from standing in one line, if there is one."""
    if label.isprintable():
        return ""
    for c in label:
        if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp"):
            return f"the character U+{ord(c):04X} ({unicodedata.name(c, 'a control character')})"
    return ""


def normalised(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels as Gambit keeps them: those empty or there twice get a number, "_1" or "stay_2".

    Parameters
    ----------
    labels : sequence of str

    Returns
    -------
    tuple of str
        All different and none empty.
    """
    count = Counter(labels)
    if len(count) == len(labels) and "" not in count:
        return tuple(labels)
    number: Counter[str] = Counter()
    found = []
    for label in labels:
        renamed = label
        while not renamed or count[renamed] > 1 or (renamed != label and renamed in count):
            number[label] += 1
            renamed = f"{label}_{number[label]}"
        found.append(renamed)
    return tuple(found)


def label_text(label: Hashable) -> str:
    """A label as text: the parts of a tuple with " / " between them, "()" for none.

    Parameters
    ----------
    label : hashable

    Returns
    -------
    str
    """
    parts = label if isinstance(label, tuple) else (label,)
    return BETWEEN.join(map(str, parts)) or "()"


def _flaw(label: str) -> str:
    """Why Gambit cannot hold a label, or nothing."""
    if not label:
        return "it is empty, and Gambit would rename it. Give it a name."
    if "\\" in label:
        return "Gambit doubles every backslash. Write a slash or another character instead."
    if problem := unprintable(label):
        return f"it holds {problem}. Leave that out."
    if any(a.isspace() and b.isspace() for a, b in itertools.pairwise(f" {label} ")):
        return "labels neither start nor end with a space, and have no two together. Take one out."
    return ""


class Labels:
    """Labels in quotes, each checked once."""

    def __init__(self) -> None:
        self._known: dict[Any, str] = {}

    def quoted(self, label: Hashable, what: str) -> str:
        """A label as it stands in a file.

        Parameters
        ----------
        label : hashable
        what : str
            What it labels, for the error.

        Returns
        -------
        str

        Raises
        ------
        InputError
            If Gambit cannot hold it.
        """
        found = self._known.get(label)
        if found is None:
            text = label if isinstance(label, str) else label_text(label)
            if flaw := _flaw(text):
                raise InputError(f"{what} {text!r} cannot stand in a file of Gambit's: {flaw}")
            found = self._known[label] = in_quotes(text)
        return found

    def distinct(self, labels: Iterable[Hashable], what: str) -> list[str]:
        """Labels of things that lie side by side.

        Parameters
        ----------
        labels : iterable of hashable
        what : str

        Returns
        -------
        list of str

        Raises
        ------
        InputError
            If Gambit cannot hold one of them, or two are the same text.
        """
        found = [self.quoted(label, what) for label in labels]
        if len(set(found)) < len(found):
            twice = next(text for text in found if found.count(text) > 1)
            raise InputError(
                f"two labels side by side are both written {twice}, and Gambit would rename them. "
                f"Give each {what} a text of its own."
            )
        return found


def in_quotes(text: str) -> str:
    """A text as a token, quotes in it marked."""
    return '"' + text.replace('"', '\\"') + '"'
