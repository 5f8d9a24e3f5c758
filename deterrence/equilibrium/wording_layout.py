"""A report laid out as plain text, HTML or LaTeX."""

from __future__ import annotations

import functools
import html
import itertools
import textwrap
from collections.abc import Iterable

from deterrence.equilibrium.wording_record import Report, Section

__all__ = ["as_html", "as_latex", "as_text", "height"]

WIDTH = 100
INDENT = 2


def as_text(report: Report) -> str:
    """The report as plain text."""
    lines = [*_wrapped(report.title), *_lines(report.opening)]
    for section in report.sections:
        lines += ["", *_section_lines(section)]
    if report.closing:
        lines += ["", *_lines(report.closing)]
    return "\n".join(lines)


def _lines(sentences: Iterable[str]) -> list[str]:
    return list(itertools.chain.from_iterable(map(_wrapped, sentences)))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _section_lines(section: Section) -> list[str]:
    lines = _wrapped(section.title)
    for row in section.rows:
        lines += textwrap.wrap(
            f"{row.label}: {row.text}",
            WIDTH,
            initial_indent=" " * INDENT,
            subsequent_indent=" " * 2 * INDENT,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def height(sections: Iterable[Section]) -> int:
    """How many lines sections take as plain text, with an empty one before each."""
    return sum(len(_section_lines(section)) + 1 for section in sections)


def as_html(report: Report) -> str:
    """The report as a fragment of HTML."""
    escape = functools.partial(html.escape, quote=True)
    rows = []
    for section in report.sections:
        rows.append(f'<tr><th colspan="2" scope="colgroup">{escape(section.title)}</th></tr>')
        for row in section.rows:
            cells = f'<th scope="row">{escape(row.label)}</th><td>{escape(row.text)}</td>'
            rows.append(f"<tr>{cells}</tr>")
    parts = [f"<p><strong>{escape(report.title)}</strong></p>"]
    parts += [f"<p>{escape(sentence)}</p>" for sentence in report.opening]
    parts += ["<table>", *rows, "</table>"] if rows else []
    parts += [f"<p>{escape(sentence)}</p>" for sentence in report.closing]
    return "\n".join(["<div>", *parts, "</div>"])


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "[": "{[}",  # after a line break it would open the argument of a length
    "]": "{]}",
    "*": "{*}",  # likewise
    **{c: "\\" + c for c in "{}$&#%_"},
}


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(c, c) for c in text)


def as_latex(report: Report) -> str:
    """The report as a tabular."""
    lines = [r"\noindent\textbf{" + _escaped(report.title) + r"}\par"]
    lines += [r"\noindent " + _escaped(sentence) + r"\par" for sentence in report.opening]
    if report.sections:
        lines += [r"\noindent\begin{tabular}{p{0.24\linewidth}p{0.68\linewidth}}", r"\hline"]
        for section in report.sections:
            title = _escaped(section.title)
            lines.append(r"\multicolumn{2}{l}{\textbf{" + title + r"}} \\")
            lines += [f"{_escaped(r.label)} & {_escaped(r.text)} \\\\" for r in section.rows]
            lines.append(r"\hline")
        lines.append(r"\end{tabular}\par")
    lines += [r"\noindent " + _escaped(sentence) + r"\par" for sentence in report.closing]
    return "\n".join(lines)
