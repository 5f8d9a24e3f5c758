"""Equilibria and solutions in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deterrence.equilibrium.certificate_record import NAMES
from deterrence.equilibrium.outcomes import label_of, outcome_names
from deterrence.equilibrium.wording_layout import as_html, as_latex, as_text, height
from deterrence.equilibrium.wording_phrases import (
    NOTICEABLE,
    capitalised,
    counted,
    label_text,
    number_text,
    numbers_text,
    plain_text,
    span_text,
)
from deterrence.equilibrium.wording_play import Profile, Told
from deterrence.equilibrium.wording_record import Report, Row, Section
from deterrence.games.strategic import StrategicGame

__all__ = ["equilibrium_text", "solution_html", "solution_latex", "solution_text"]

MOST_COMPONENTS = 8  # told one by one; if there are more, told by what is played on the path
MOST_GLANCED = 400  # components compared by what is played on the path
FULL_LINES = 50  # of text on components told in full, if there are many; one is always told
MOST_BRIEF = 10  # plays told in brief
MOST_FAMILIES = 64  # whose dimensions are compared
MOST_THREATS = 90  # characters about replies off the path, in a solution
FULL_THREATS = 600  # likewise, for one equilibrium
SINGLE = "one equilibrium"
WITHOUT_BELIEFS = ("nash", "subgame-perfect")  # off the path they mean nothing there


def equilibrium_text(equilibrium: Any) -> str:
    """An equilibrium in words: in full where play arrives, in short elsewhere.

    Parameters
    ----------
    equilibrium : Equilibrium

    Returns
    -------
    str
    """
    told = Told(equilibrium.game.structure, equilibrium.assessment.probabilities)
    rows = (*_rows(told, equilibrium, None), *told.threats(FULL_THREATS))
    return as_text(
        Report(
            f"A {_name(equilibrium.concept)} equilibrium of {_players(equilibrium.game)}",
            (),
            (Section(f"Component {equilibrium.component}", rows),),
            (_checked([equilibrium]),),
        )
    )


def solution_text(solution: Any) -> str:
    """A solution in words.

    Parameters
    ----------
    solution : Solution

    Returns
    -------
    str
        Up to eight components are told one by one. If there are more, those that play alike on
        the path are told together, the first of them in full and more in brief.
    """
    return as_text(_report(solution))


def solution_html(solution: Any) -> str:
    """The same as `solution_text`, as a fragment of HTML.

    Parameters
    ----------
    solution : Solution

    Returns
    -------
    str
    """
    return as_html(_report(solution))


def solution_latex(solution: Any) -> str:
    r"""The same as `solution_text`, as a tabular that needs no package.

    Parameters
    ----------
    solution : Solution

    Returns
    -------
    str
    """
    return as_latex(_report(solution))


def _report(solution: Any) -> Report:
    shown: list[Any] = []  # equilibria
    sections = list(_overall(solution))
    closing: list[str] = []
    if len(solution) <= MOST_COMPONENTS:
        for component in solution.components:
            sections.append(_component(component))
            shown.append(component.representative)
    else:
        grouped, closing = _grouped(solution, sections, shown)
        sections.extend(grouped)
    if shown:
        closing.append(_checked(shown))
    title = f"{capitalised(_name(solution.concept))} equilibria of {_players(solution.game)}"
    return Report(title, _opening(solution), tuple(sections), tuple(closing))


def _opening(solution: Any) -> tuple[str, ...]:
    if not len(solution) or _plain_set(solution):
        return (plain_text(solution.status),)
    note = "Each component is told by one certified equilibrium; other members may differ."
    return (plain_text(solution.status), note)


def _plain_set(solution: Any) -> bool:
    """Whether every component is a single equilibrium, as far as that is cheap to say."""
    return len(solution) <= MOST_COMPONENTS and all(
        _extent(component.families) == SINGLE for component in solution.components
    )


def _players(game: Any) -> str:
    names = [label_text(p) for p in game.players]
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    if isinstance(game, StrategicGame):
        return f"a game of {listed} ({' x '.join(map(str, game.shape))} actions)"
    sets = len(game.structure.sets)
    return f"a game of {listed} ({len(game):,} nodes, {counted(sets, 'information set')})"


def _name(concept: str) -> str:
    return NAMES.get(concept, concept)


def _checked(equilibria: Sequence[Any]) -> str:
    found = [e.certificate for e in equilibria]
    regret = max(c.regret for c in found)
    how = "exact" if all(c.exact for c in found) else "up to rounding"
    trembles = ", and trembles give the beliefs" if found[0].concept == "sequential" else ""
    what = "Checked" if len(found) == 1 else "Every equilibrium shown was checked"
    return f"{what} from scratch: {how}, regret {number_text(regret)}{trembles}."


def _overall(solution: Any) -> Iterator[Section]:
    """The envelope of a set of several components."""
    if len(solution) < 2:
        return
    envelope = solution.envelope()
    payoffs, events, never = [], [], []
    for kind, name in outcome_names(solution.game):
        plain = kind in ("payoff", "event")
        low, high = envelope[label_of(solution.game, kind, name)]
        shown = label_text(name) + ("" if plain else kind.removeprefix("event"))
        if kind == "payoff":
            payoffs.append(f"{shown} {span_text(low, high)}")
        elif abs(low) <= NOTICEABLE and abs(high) <= NOTICEABLE:
            never.append(shown)
        else:
            events.append(f"{shown} {span_text(low, high)}")
    rows = [("payoffs", "; ".join(payoffs)), ("probabilities", "; ".join(events))]
    rows.append(("never", ", ".join(never)))
    yield Section("Over the whole set", tuple(Row(*row) for row in rows if row[1]))


def _component(component: Any) -> Section:
    equilibrium = component.representative
    told = Told(equilibrium.game.structure, equilibrium.assessment.probabilities)
    families = component.families
    title = f"Component {component.index}: {_extent(families)}"
    ranges = None if _extent(families) == SINGLE else component.outcome()
    return Section(title, (*_rows(told, equilibrium, ranges), *told.threats(MOST_THREATS)))


def _extent(families: Sequence[Any]) -> str:
    if len(families) > MOST_FAMILIES:
        return counted(len(families), "family", "families")
    most = max(f.dimension for f in families)
    if not most:
        return SINGLE if len(families) == 1 else f"{len(families)} equilibria"
    of = f"of dimension {most}" if len(families) == 1 else f"of dimension up to {most}"
    return f"{counted(len(families), 'family', 'families')} {of}"


def _grouped(
    solution: Any, before: Sequence[Section], shown: list[Any]
) -> tuple[list[Section], list[str]]:
    """Components that play alike on the path together: some in full, more in brief."""
    groups = _alike(solution)
    sections: list[Section] = []
    for told, members in groups:
        equilibrium = solution[members[0]]
        rows = (*_rows(told, equilibrium, None), *told.threats(MOST_THREATS))
        section = Section(_title(members), rows)
        if sections and height([*before, *sections, section]) > FULL_LINES:
            break
        sections.append(section)
        shown.append(equilibrium)
    rest = groups[len(sections) :]
    brief = []
    for _, members in rest[:MOST_BRIEF]:
        equilibrium = solution[members[0]]
        shown.append(equilibrium)
        told_of = filter(None, [_payoffs(equilibrium, {}), _events(equilibrium, {})])
        brief.append(Row(_title(members), "; ".join(told_of)))
    if brief:
        sections.append(Section("What else is played, in brief", tuple(brief)))
    return sections, list(_not_shown(solution, rest[MOST_BRIEF:]))


def _title(members: Sequence[int]) -> str:
    if len(members) == 1:
        return f"Component {members[0]}"
    return f"Components {numbers_text(members)} ({len(members):,})"


def _not_shown(solution: Any, left: Sequence[Any]) -> Iterator[str]:
    alike = "Components that play alike on the path are told together, by the first of them"
    yield f"{alike}; solution[n] gives component n."
    if left:
        rest = sum(len(members) for _, members in left)
        plays = counted(len(left), "further play", "further plays")
        yield f"Not shown: {plays} on the path, of {counted(rest, 'component')}."
    if len(solution) > MOST_GLANCED:
        yield f"Only the first {MOST_GLANCED} of {len(solution):,} components were compared."


def _alike(solution: Any) -> list[tuple[Told, list[int]]]:
    """Components by what is played on the path, without certifying those that are not shown."""
    found: dict[Any, tuple[Told, list[int]]] = {}
    for n in range(min(len(solution), MOST_GLANCED)):
        told = Told(solution.game.structure, _glance(solution, n))
        found.setdefault(told.path, (told, []))[1].append(n)
    return list(found.values())


def _glance(solution: Any, n: int) -> Profile:
    """The strategies of a component's representative, from its parts where there are any."""
    factored = getattr(solution.source, "factored", None)
    if factored is None:
        profile: Profile = solution[n].assessment.probabilities
        return profile
    first = solution.components[n].families[0]
    profile, _ = factored.assemble(factored.centre(first.cells))
    return profile


def _rows(told: Told, equilibrium: Any, ranges: Mapping[str, Any] | None) -> Iterator[Row]:
    yield from told.play()
    yield Row("payoffs", _payoffs(equilibrium, ranges or {}))
    if events := _events(equilibrium, ranges or {}):
        yield Row("probabilities", events)
    judged = equilibrium.concept not in WITHOUT_BELIEFS
    yield from told.beliefs(equilibrium.assessment.node_beliefs, unexpected=judged)


def _payoffs(equilibrium: Any, ranges: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{label_text(player)} {number_text(x)}{_varies(ranges.get(player))}"
        for player, x in equilibrium.payoffs.items()
    )


def _events(equilibrium: Any, ranges: Mapping[str, Any]) -> str:
    """Event probabilities above zero, by player where their chance differs."""
    structure = equilibrium.game.structure
    parts = []
    for event in structure.event_names:
        by = {p: equilibrium.probability(event, p) for p in structure.players}
        if len(set(by.values())) > 1:
            views = ", ".join(f"{number_text(x)} to {label_text(p)}" for p, x in by.items())
            parts.append(f"{label_text(event)} {views}")
        else:
            varies = _varies(ranges.get(label_of(equilibrium.game, "event", event)))
            if varies or any(by.values()):
                number = number_text(by[structure.players[0]])
                parts.append(f"{label_text(event)} {number}{varies}")
    return "; ".join(parts)


def _varies(between: Any) -> str:
    if between is None or between[1] - between[0] <= NOTICEABLE:
        return ""
    return f" [{span_text(*between)}]"
