"""Numbers, labels and counts as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

__all__ = [
    "capitalised",
    "counted",
    "label_text",
    "number_text",
    "numbers_text",
    "plain_text",
    "span_text",
]

SHORT_FRACTION = 7  # characters of a fraction that is shown beside its decimals
NOTICEABLE = 1e-9


def number_text(value: Fraction) -> str:
    """Exact and in decimals if short, else in decimals."""
    if value.denominator == 1 and len(str(value)) <= SHORT_FRACTION:
        return str(value)
    decimals = f"{float(value):.4g}"
    return f"{value} ({decimals})" if len(str(value)) <= SHORT_FRACTION else decimals


def span_text(low: float, high: float) -> str:
    """Least and most, or one number where they are the same."""
    if high - low <= NOTICEABLE:
        return f"{low:.4g}"
    return f"{low:.4g} to {high:.4g}"


def plain_text(label: Any) -> str:
    """A label on one line, without characters that steer a terminal."""
    text = " ".join(str(label).split())
    return "".join(c if c.isprintable() else "?" for c in text)


def label_text(label: Any) -> str:
    """A label on one line, in quotes where it would be torn apart otherwise."""
    text = plain_text(label)
    return f"'{text}'" if not text or any(c in text for c in ",;:") else text


def capitalised(text: str) -> str:
    """The text with its first letter capital."""
    return text[:1].upper() + text[1:]


def counted(n: int, one: str, several: str | None = None) -> str:
    """A number of things: 1 family, 2 families."""
    return f"{n:,} {one if n == 1 else several or one + 's'}"


def numbers_text(places: Sequence[int]) -> str:
    """Numbers with runs drawn together: 1-3, 7."""
    runs: list[list[int]] = []
    for n in places:
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    shown = [f"{a}" if a == b else f"{a}-{b}" for a, b in runs]
    return ", ".join(shown[:6]) + (", ..." if len(shown) > 6 else "")
