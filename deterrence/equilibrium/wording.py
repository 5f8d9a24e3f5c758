"""Equilibria and solutions in words: one report, laid out as plain text, HTML or LaTeX."""

from __future__ import annotations

import functools
import html
import itertools
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.outcomes import outcome_names
from deterrence.games.strategic import StrategicGame
from deterrence.games.structure import CHANCE, MOVE, InformationSet, Structure

__all__ = [
    "Report",
    "Row",
    "Section",
    "equilibrium_text",
    "solution_html",
    "solution_latex",
    "solution_text",
]

MOST_COMPONENTS = 8  # told one by one; if there are more, told by what is played on the path
MOST_GLANCED = 400  # components compared by what is played on the path
FULL_LINES = 50  # of text on components told in full, if there are many; one is always told
MOST_BRIEF = 10  # plays told in brief
MOST_FAMILIES = 64  # whose dimensions are compared
MOST_THREATS = 90  # characters about replies off the path, in a solution
FULL_THREATS = 600  # likewise, for one equilibrium
MOST_SETS = 100  # information sets told
MOST_ASPECTS = 3  # of the past on which a belief is told apart
WIDTH = 100
INDENT = 2
SHORT_FRACTION = 7  # characters of a fraction that is shown beside its decimals
NOTICEABLE = 1e-9
SINGLE = "one equilibrium"
WITHOUT_BELIEFS = ("nash", "subgame-perfect")  # off the path they mean nothing there
NAMES = {
    "nash": "Nash",
    "perfect-bayesian": "perfect Bayesian",
    "no-signalling": "no-signalling perfect Bayesian",
}

Profile = Sequence[Sequence[Fraction]]


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


def equilibrium_text(equilibrium: Any) -> str:
    """An equilibrium in words: in full where play arrives, in short elsewhere.

    Parameters
    ----------
    equilibrium : Equilibrium

    Returns
    -------
    str
    """
    told = _Told(equilibrium.game.structure, equilibrium.assessment.probabilities)
    rows = (*_rows(told, equilibrium, None), *told.threats(FULL_THREATS))
    return _text(
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
    return _text(_report(solution))


def solution_html(solution: Any) -> str:
    """The same as `solution_text`, as a fragment of HTML.

    Parameters
    ----------
    solution : Solution

    Returns
    -------
    str
    """
    return _html(_report(solution))


def solution_latex(solution: Any) -> str:
    r"""The same as `solution_text`, as a tabular that needs no package.

    Parameters
    ----------
    solution : Solution

    Returns
    -------
    str
    """
    return _latex(_report(solution))


# --- what is said --------------------------------------------------------------------------------


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
    title = f"{_capital(_name(solution.concept))} equilibria of {_players(solution.game)}"
    return Report(title, _opening(solution), tuple(sections), tuple(closing))


def _opening(solution: Any) -> tuple[str, ...]:
    if not len(solution) or _plain_set(solution):
        return (_plain(solution.status),)
    note = "Each component is told by one certified equilibrium; other members may differ."
    return (_plain(solution.status), note)


def _plain_set(solution: Any) -> bool:
    """Whether every component is a single equilibrium, as far as that is cheap to say."""
    return len(solution) <= MOST_COMPONENTS and all(
        _extent(component.families) == SINGLE for component in solution.components
    )


def _players(game: Any) -> str:
    names = [_label(p) for p in game.players]
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    if isinstance(game, StrategicGame):
        return f"a game of {listed} ({' x '.join(map(str, game.shape))} actions)"
    sets = len(game.structure.sets)
    return f"a game of {listed} ({len(game):,} nodes, {_count(sets, 'information set')})"


def _name(concept: str) -> str:
    return NAMES.get(concept, concept)


def _checked(equilibria: Sequence[Any]) -> str:
    found = [e.certificate for e in equilibria]
    regret = max(c.regret for c in found)
    how = "exact" if all(c.exact for c in found) else "up to rounding"
    trembles = ", and trembles give the beliefs" if found[0].concept == "sequential" else ""
    what = "Checked" if len(found) == 1 else "Every equilibrium shown was checked"
    return f"{what} from scratch: {how}, regret {_number(regret)}{trembles}."


def _overall(solution: Any) -> Iterator[Section]:
    """The envelope of a set of several components."""
    if len(solution) < 2:
        return
    envelope = solution.envelope()
    payoffs, events, never = [], [], []
    for kind, name in outcome_names(solution.game):
        plain = kind in ("payoff", "event")
        low, high = envelope[name if plain else f"{name} ({kind})"]
        shown = _label(name) + ("" if plain else kind.removeprefix("event"))
        if kind == "payoff":
            payoffs.append(f"{shown} {_span(low, high)}")
        elif abs(low) <= NOTICEABLE and abs(high) <= NOTICEABLE:
            never.append(shown)
        else:
            events.append(f"{shown} {_span(low, high)}")
    rows = [("payoffs", "; ".join(payoffs)), ("probabilities", "; ".join(events))]
    rows.append(("never", ", ".join(never)))
    yield Section("Over the whole set", tuple(Row(*row) for row in rows if row[1]))


def _component(component: Any) -> Section:
    equilibrium = component.representative
    told = _Told(equilibrium.game.structure, equilibrium.assessment.probabilities)
    families = component.families
    title = f"Component {component.index}: {_extent(families)}"
    ranges = None if _extent(families) == SINGLE else component.outcome()
    return Section(title, (*_rows(told, equilibrium, ranges), *told.threats(MOST_THREATS)))


def _extent(families: Sequence[Any]) -> str:
    if len(families) > MOST_FAMILIES:
        return _count(len(families), "family", "families")
    most = max(f.dimension for f in families)
    if not most:
        return SINGLE if len(families) == 1 else f"{len(families)} equilibria"
    of = f"of dimension {most}" if len(families) == 1 else f"of dimension up to {most}"
    return f"{_count(len(families), 'family', 'families')} {of}"


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
        if sections and _height([*before, *sections, section]) > FULL_LINES:
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
    return f"Components {_numbers(members)} ({len(members):,})"


def _not_shown(solution: Any, left: Sequence[Any]) -> Iterator[str]:
    alike = "Components that play alike on the path are told together, by the first of them"
    yield f"{alike}; solution[n] gives component n."
    if left:
        rest = sum(len(members) for _, members in left)
        plays = _count(len(left), "further play", "further plays")
        yield f"Not shown: {plays} on the path, of {_count(rest, 'component')}."
    if len(solution) > MOST_GLANCED:
        yield f"Only the first {MOST_GLANCED} of {len(solution):,} components were compared."


def _alike(solution: Any) -> list[tuple[_Told, list[int]]]:
    """Components by what is played on the path, without certifying those that are not shown."""
    found: dict[Any, tuple[_Told, list[int]]] = {}
    for n in range(min(len(solution), MOST_GLANCED)):
        told = _Told(solution.game.structure, _glance(solution, n))
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


def _rows(told: _Told, equilibrium: Any, ranges: Mapping[str, Any] | None) -> Iterator[Row]:
    yield from told.play()
    yield Row("payoffs", _payoffs(equilibrium, ranges or {}))
    if events := _events(equilibrium, ranges or {}):
        yield Row("probabilities", events)
    judged = equilibrium.concept not in WITHOUT_BELIEFS
    yield from told.beliefs(equilibrium.assessment.node_beliefs, unexpected=judged)


def _payoffs(equilibrium: Any, ranges: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{_label(player)} {_number(x)}{_varies(ranges.get(player))}"
        for player, x in equilibrium.payoffs.items()
    )


def _events(equilibrium: Any, ranges: Mapping[str, Any]) -> str:
    """Event probabilities above zero, by player where their chance differs."""
    structure = equilibrium.game.structure
    parts = []
    for event in structure.event_names:
        by = {p: equilibrium.probability(event, p) for p in structure.players}
        if len(set(by.values())) > 1:
            views = ", ".join(f"{_number(x)} to {_label(p)}" for p, x in by.items())
            parts.append(f"{_label(event)} {views}")
        elif any(by.values()) or _varies(ranges.get(event)):
            number = _number(by[structure.players[0]])
            parts.append(f"{_label(event)} {number}{_varies(ranges.get(event))}")
    return "; ".join(parts)


def _varies(between: Any) -> str:
    if between is None or between[1] - between[0] <= NOTICEABLE:
        return ""
    return f" [{_span(*between)}]"


# --- what an equilibrium does --------------------------------------------------------------------


Seen = tuple[str, ...]


@dataclass(frozen=True)
class _View:
    """What a player knows at an information set: who it is, then what it has seen."""

    player: str
    kind: str  # its private information, empty if it has none
    seen: tuple[tuple[str, int], ...]  # labels, with the information set of the move or -1


class _Told:
    """A strategy profile told by who does what after what."""

    def __init__(self, structure: Structure, profile: Profile) -> None:
        self.structure, self.profile = structure, profile
        self.weight = _arrivals(structure, profile)
        self.reached = [any(n in self.weight for n in s.nodes) for s in structure.sets]
        self.arrived = [s for s in structure.sets if self.reached[s.index]]

    @property
    def path(self) -> tuple[Any, ...]:
        """What is played where play arrives."""
        return tuple((s.index, tuple(self.profile[s.index])) for s in self.arrived)

    def play(self) -> Iterator[Row]:
        """What each type of each player does where play arrives."""
        if not self.arrived:
            yield Row("play", "nobody has a move")
        yield from self._by_role(self.arrived[:MOST_SETS], lambda s: f"plays {self._choice(s)}")
        if len(self.arrived) > MOST_SETS:
            yield Row("and so on", f"{len(self.arrived) - MOST_SETS:,} more information sets")

    def beliefs(self, beliefs: Profile, *, unexpected: bool) -> Iterator[Row]:
        """What is inferred where play arrives, and after each signal that could have been sent."""
        sets = [s for s in self.structure.sets if unexpected or self.reached[s.index]]
        fresh = [s for s in sets if len(s.nodes) > 1 and self._tells(s)]
        fresh = [s for s in fresh if not self._unchanged(s, beliefs)]
        rows = self._by_role(fresh[:MOST_SETS], lambda s: self._belief(s, beliefs[s.index]))
        yield from (Row(f"{row.label} believes", row.text) for row in rows)

    def threats(self, most: int) -> Iterator[Row]:
        """What would be done after one step off the path, in about so many characters."""
        off = [s for s in self.structure.sets if not self.reached[s.index]]
        near = [s for s in off if self._near(s)]
        shown: list[str] = []
        told = 0
        for role, said in self._situations(near[:MOST_SETS], self._choice).items():
            for choice, afters in said.items():
                text = f"{_role(*role)}{_after(afters, ', ')} would play {choice}"
                if not shown or len("; ".join([*shown, text])) <= most:
                    shown.append(text)
                    told += len(afters)
        if told < len(off):
            shown.append(f"{_count(len(off) - told, 'more information set')}")
        if off:
            yield Row("off the path", "; ".join(shown))

    def _by_role(
        self, sets: Iterable[InformationSet], say: Callable[[InformationSet], str]
    ) -> Iterator[Row]:
        """What is said at each set, by role; situations and types that are alike together."""
        alike: dict[tuple[str, str], list[str]] = {}
        for (player, kind), said in self._situations(sets, say).items():
            text = "; ".join(_after(afters) + what for what, afters in said.items())
            alike.setdefault((player, text), []).append(kind)
        for (player, text), kinds in alike.items():
            yield Row(_role(player, " or ".join(kinds)), text)

    def _situations(
        self, sets: Iterable[InformationSet], say: Callable[[InformationSet], str]
    ) -> dict[tuple[str, str], dict[str, list[Seen]]]:
        """By role and by what is said: after what."""
        found: dict[tuple[str, str], dict[str, list[Seen]]] = {}
        for s in sets:
            view = _view(self.structure, s)
            said = found.setdefault((view.player, view.kind), {})
            said.setdefault(say(s), []).append(self._seen(view))
        return found

    def _choice(self, s: InformationSet) -> str:
        played = [(a, p) for a, p in zip(s.actions, self.profile[s.index], strict=True) if p]
        if len(played) == 1:
            return _label(played[0][0])
        if len(played) == 2:
            (first, p), (second, _) = played
            return f"{_label(first)} with probability {_number(p)}, else {_label(second)}"
        return ", ".join(f"{_label(a)} with probability {_number(p)}" for a, p in played)

    def _seen(self, view: _View) -> Seen:
        """What tells a situation apart: not what was bound to happen."""
        return tuple(label for label, k in view.seen if not self._foregone(view, label, k))

    def _foregone(self, view: _View, label: str, k: int) -> bool:
        if k < 0:
            return False
        s = self.structure.sets[k]
        row = zip(s.actions, self.profile[k], strict=True)
        if not any(p == 1 and _label(a) == label for a, p in row):
            return False
        if s.player == view.player:
            return (view.player, view.kind) not in self._turning
        return sum(self.weight.get(n, 0) for n in s.nodes) == 1

    @functools.cached_property
    def _turning(self) -> set[tuple[str, str]]:
        """Roles that mix before they move again: their own moves tell their situations apart."""
        found = set()
        for s in self.arrived:
            view = _view(self.structure, s)
            own = (k for _, k in view.seen if k >= 0 and self.structure.sets[k].player == s.player)
            if any(max(self.profile[k]) < 1 for k in own):
                found.add((view.player, view.kind))
        return found

    def _tells(self, s: InformationSet) -> bool:
        """Whether there is something to infer: play arrives, or one move by a knower leads here."""
        if self.reached[s.index]:
            view = _view(self.structure, s)
            moves = [(label, k) for label, k in view.seen if k >= 0]
            others = [m for m in moves if self.structure.sets[m[1]].player != s.player]
            return any(not self._foregone(view, *move) for move in others)
        several = {self.structure.set_of[n] for n in self._decisions(s)}
        return len(several) > 1 and self._near(s)

    def _near(self, s: InformationSet) -> bool:
        """Whether one move off the path leads to an information set, and then at most chance."""
        return any(n in self.weight for n in self._decisions(s))

    def _decisions(self, s: InformationSet) -> list[int]:
        """The last move before each node."""
        found = []
        for member in s.nodes:
            node = self.structure.parent[member]
            while node >= 0 and self.structure.kind[node] == CHANCE:
                node = self.structure.parent[node]
            found.append(node)
        return found

    def _unchanged(self, s: InformationSet, beliefs: Profile) -> bool:
        """Whether the player believed the same when it moved last."""
        steps = _steps(self.structure, s.nodes[0])
        own = [k for _, k in steps if k >= 0 and self.structure.sets[k].player == s.player]
        if not own:
            return False
        before = self.structure.sets[own[-1]]
        return self._held(s, beliefs[s.index]) == self._held(before, beliefs[before.index])

    def _belief(self, s: InformationSet, belief: Sequence[Fraction]) -> str:
        return self._held(s, belief) + ("" if self.reached[s.index] else " (unexpected)")

    def _held(self, s: InformationSet, belief: Sequence[Fraction]) -> str:
        """A belief by what the player does not know: aspect by aspect where there are several."""
        histories = [self.structure.histories[n] for n in s.nodes]
        lengths = {len(h) for h in histories}
        places = [k for k in range(min(lengths)) if len({h[k] for h in histories}) > 1]
        if len(lengths) > 1 or len(places) > MOST_ASPECTS:
            whole = [", ".join(map(_label, h)) for h in histories]
            return _shares(whole, belief)
        aspects = [_distinct([h[k] for h in histories]) for k in places]
        brief = len(aspects) > 1
        return ", ".join(_shares(a, belief, brief=brief) for a in aspects)


def _arrivals(structure: Structure, profile: Profile) -> dict[int, Fraction]:
    """Nodes at which play may arrive, weighted as if all chance branches were equally likely."""
    found = {0: Fraction(1)}
    for node, children in enumerate(structure.children):
        if node not in found or not children:
            continue
        row: Sequence[Fraction] = [Fraction(1, len(children))] * len(children)
        if structure.kind[node] == MOVE:
            row = profile[structure.set_of[node]]
        found.update({c: found[node] * p for c, p in zip(children, row, strict=True) if p})
    return found


def _view(structure: Structure, s: InformationSet) -> _View:
    found: _View = structure.remember(("view", s.index), lambda: _compute_view(structure, s))
    return found


def _compute_view(structure: Structure, s: InformationSet) -> _View:
    """What `knows` holds, matched with the labels on the way: types first, then what was seen."""
    steps = _steps(structure, s.nodes[0])
    if isinstance(s.knows, tuple):
        return _matched(s.player, s.knows, steps)
    others = [_steps(structure, n) for n in s.nodes]
    seen = [
        (_label(label), k)
        for place, (label, k) in enumerate(steps)
        if k >= 0 and all(other[place : place + 1] == [(label, k)] for other in others)
    ]
    return _View(s.player, _label(s.knows), tuple(seen))


def _matched(player: str, knows: Sequence[Any], steps: Sequence[tuple[Any, int]]) -> _View:
    kind: list[str] = []
    seen: list[tuple[str, int]] = []
    at = 0
    for element in knows:
        place = next((k for k in range(at, len(steps)) if steps[k][0] == element), None)
        mover = -1 if place is None else steps[place][1]
        at = at if place is None else place + 1
        if mover >= 0 or seen:
            seen.append((_label(element), mover))
        else:
            kind.append(_label(element))
    return _View(player, ", ".join(kind), tuple(seen))


def _steps(structure: Structure, node: int) -> list[tuple[Any, int]]:
    """The labels on the way to a node, each with the information set that chose it, or -1."""
    found: list[tuple[Any, int]] = []
    while (above := structure.parent[node]) >= 0:
        found.append((structure.label[node], structure.set_of[above]))
        node = above
    return found[::-1]


def _role(player: str, kind: str) -> str:
    return f"{_label(player)} ({kind})" if kind else _label(player)


def _after(afters: Sequence[Seen], before: str = "") -> str:
    """The situations in which the same is said; nothing where it is at the start."""
    some = [_alternatives(box) for box in _boxes([a for a in afters if a])]
    if not some:
        return ""
    shown = f"after {some[0]}" if len(some) == 1 else f"after ({') or ('.join(some)})"
    start = "at first and " if () in afters else ""
    return f"{before}{start}{shown}," + ("" if before else " ")


def _boxes(afters: Iterable[Seen]) -> list[tuple[Seen, ...]]:
    """Situations that differ in one thing only drawn together, with its alternatives."""
    boxes: list[tuple[Seen, ...]]
    boxes = [tuple((label,) for label in seen) for seen in dict.fromkeys(afters)]
    while pair := next(
        ((x, y) for x, y in itertools.combinations(boxes, 2) if _differences(x, y) == 1), None
    ):
        x, y = pair
        boxes[boxes.index(x)] = tuple(
            a if a == b else tuple(dict.fromkeys(a + b)) for a, b in zip(x, y, strict=True)
        )
        boxes.remove(y)
    return boxes


def _differences(x: Sequence[Seen], y: Sequence[Seen]) -> int:
    if len(x) != len(y):
        return -1
    return sum(a != b for a, b in zip(x, y, strict=True))


def _alternatives(box: Sequence[Seen]) -> str:
    return ", ".join(" or ".join(labels) for labels in box)


def _distinct(labels: Sequence[Any]) -> list[str]:
    """Labels without the parts that all of them share, as in "tough, rich" and "weak, rich"."""
    texts = [_plain(label) for label in labels]
    parts = [text.split(", ") for text in texts]
    if len({len(p) for p in parts}) > 1 or len(parts[0]) == 1:
        return [_label(label) for label in labels]
    kept = [k for k in range(len(parts[0])) if len({p[k] for p in parts}) > 1]
    return [", ".join(p[k] for k in kept) for p in parts]


def _shares(labels: Sequence[str], belief: Sequence[Fraction], *, brief: bool = False) -> str:
    """How likely each label is; in brief, one of two is enough."""
    total: dict[str, Fraction] = {}
    for label, p in zip(labels, belief, strict=True):
        total[label] = total.get(label, Fraction(0)) + p
    held = [f"{label} {_number(p)}" for label, p in total.items() if p]
    if len(held) == 1:
        return f"surely {next(label for label, p in total.items() if p)}"
    if len(held) == 2:
        second = next(label for label, p in reversed(total.items()) if p)
        return held[0] if brief and len(total) == 2 else f"{held[0]}, else {second}"
    return ", ".join(held)


# --- numbers and labels --------------------------------------------------------------------------


def _number(value: Fraction) -> str:
    """Exact and in decimals if short, else in decimals."""
    if value.denominator == 1 and len(str(value)) <= SHORT_FRACTION:
        return str(value)
    decimals = f"{float(value):.4g}"
    return f"{value} ({decimals})" if len(str(value)) <= SHORT_FRACTION else decimals


def _span(low: float, high: float) -> str:
    if high - low <= NOTICEABLE:
        return f"{low:.4g}"
    return f"{low:.4g} to {high:.4g}"


def _plain(label: Any) -> str:
    """A label on one line, without characters that steer a terminal."""
    text = " ".join(str(label).split())
    return "".join(c if c.isprintable() else "?" for c in text)


def _label(label: Any) -> str:
    text = _plain(label)
    return f"'{text}'" if not text or any(c in text for c in ",;:") else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(n: int, one: str, several: str | None = None) -> str:
    return f"{n:,} {one if n == 1 else several or one + 's'}"


def _numbers(places: Sequence[int]) -> str:
    """Numbers with runs drawn together: 1-3, 7."""
    runs: list[list[int]] = []
    for n in places:
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    shown = [f"{a}" if a == b else f"{a}-{b}" for a, b in runs]
    return ", ".join(shown[:6]) + (", ..." if len(shown) > 6 else "")


# --- media ---------------------------------------------------------------------------------------


def _text(report: Report) -> str:
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


def _height(sections: Iterable[Section]) -> int:
    return sum(len(_section_lines(section)) + 1 for section in sections)


def _html(report: Report) -> str:
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


def _latex(report: Report) -> str:
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
