"""A report in parts, whatever the medium."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Report", "Row", "Section"]


@dataclass(frozen=True)
class Row:
    """What is said about one thing."""

    label: str
    text: str


@dataclass(frozen=True)
class Section:
    """Rows under a title."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Report:
    """What is said in whatever medium: sentences, sections and sentences again."""

    title: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
