"""Which terms of a settlement are acceptable to whom, as sets, over all equilibria after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.concepts import solve
from deterrence.errors import InputError, ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.games.tree import Game
from deterrence.guarantee.scenario import Scenario
from deterrence.guarantee.settlement import ACCEPTED_BY, after_settlement, war_game
from deterrence.guarantee.stage_input import STAGES
from deterrence.oped.bargaining_record import BargainingRange, Row
from deterrence.oped.inputs import scenario_of
from deterrence.oped.settlement_worth import BOUNDARY, SettlementWorth

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TermsQuestion", "along", "bargaining_range", "bargaining_ranges", "terms_question"]

MOST_POINTS = 10_000
CLOSEST = 2.0**-12  # neighbours with different plays, as a part of the range
TWENTIETHS = tuple(Fraction(k, 20) for k in range(21))
SELECTIONS = ("best", "worst")

Progress = Callable[[int, int], Any]


def bargaining_range(
    scenario: Scenario | str = "oped",
    *,
    between: Sequence[Any] = (0, 1),
    points: int = 33,
    stages: Sequence[str] | None = None,
    accepted_by: Sequence[str] | None = None,
    covered_war: bool = False,
    trust: Any = None,
    progress: Progress | None = None,
    **changes: Any,
) -> BargainingRange:
    """The terms that Ukraine, each type of Russia, and all of them accept instead of the war.

    A side accepts where the game that follows a settlement is worth at least as much to it as the
    war that goes on. That game often has several equilibria, so each side has two sets of terms:
    those it accepts if its best equilibrium follows, and those it accepts whichever follows.

    Parameters
    ----------
    scenario : Scenario or str
        Or an arrangement's name, or a scenario's file.
    between : (low, high)
        The terms that are looked at: shares of the prize that Russia keeps.
    points : int
        How many terms are solved before the boundaries between them are pinned down.
    stages : sequence of str, optional
        Of the game after the settlement; the scenario's own by default.
    accepted_by : sequence of {"both types", "revisionist only", "security only"}, optional
        What acceptance says about Russia. "both types" leaves the prior; the others make its type
        known. By default all three, and "both types" alone where only one type is possible.
    covered_war : bool
        Whether the guarantee covers the war too, should it go on; see `war_game`.
    trust : number, optional
        Ukraine's own probability that the Guarantor is resolved; that of all others by default.
    progress : callable, optional
        Called with how many games are solved, and of about how many.
    **changes
        Numbers by parameter name, as for `Scenario.values`.

    Returns
    -------
    BargainingRange

    Raises
    ------
    InputError
        For terms that are no range in [0, 1], fewer than two points, an offer before the
        settlement, or a war in which the Guarantor is indifferent.
    ParameterError, LabelError
        For unknown names; near misses are offered.

    Notes
    -----
    Every number comes from a complete solution at one point, unless `complete` of the result says
    otherwise. Where neighbouring points have different plays, more are solved between them, down to
    2^-12 of the range; boundaries are then found by Brent's method, whose points are solved
    completely too, to within 2^-20. What begins and ends between neighbours with the same plays
    is missed: more `points` look closer.

    A range takes some fifty to two hundred solutions for each row of `accepted_by`, each half a
    second with all stages and some hundredths without the test.

    For all together, "best" asks for one equilibrium that all accept. It is looked for among the
    corners of the set; where only a mixture of corners might do, `settled_by_corners` is False.

    The rows of a type that accepts alone do not ask whether the other type would rather accept
    too: that depends on the signal it would send, and is answered by the game with the stage
    "settlement".
    """
    question = terms_question(
        scenario,
        between=between,
        points=points,
        stages=stages,
        accepted_by=accepted_by,
        covered_war=covered_war,
        trust=trust,
        changes=changes,
    )
    return question.answer(progress)


def bargaining_ranges(
    scenario: Scenario | str = "oped",
    *,
    over: str = "strength",
    values: Sequence[Any] = TWENTIETHS,
    between: Sequence[Any] = (0, 1),
    points: int = 33,
    stages: Sequence[str] | None = None,
    accepted_by: Sequence[str] = ("both types",),
    covered_war: bool = False,
    trust: Any = None,
    progress: Progress | None = None,
    **changes: Any,
) -> pd.DataFrame:
    """Bargaining ranges at several values of one parameter.

    Parameters
    ----------
    scenario, between, points, stages, accepted_by, covered_war, trust, progress, **changes
        As for `bargaining_range`.
    over : str
        The parameter.
    values : sequence of number
        Its values.

    Returns
    -------
    pandas.DataFrame
        The tables of `BargainingRange.to_frame`, one below the other, with the parameter's value in
        a first column named after it. Its ``attrs`` hold over, complete, settled_by_corners and
        between.
    """
    if isinstance(values, str) or not len(values):
        raise ParameterError(f"{over} needs a list of values, not {values!r}.")
    questions = {
        float(exact(value, over)): terms_question(
            scenario,
            between=between,
            points=points,
            stages=stages,
            accepted_by=accepted_by,
            covered_war=covered_war,
            trust=trust,
            changes={**changes, over: value},
        )
        for value in values
    }
    return along(over, questions, progress)


def along(
    over: str, questions: Mapping[float, TermsQuestion], progress: Progress | None = None
) -> pd.DataFrame:
    """The table of `bargaining_ranges`, from a question for each value of a parameter."""
    import pandas as pd

    frames, complete, by_corners = [], True, True
    for n, (value, question) in enumerate(questions.items()):
        found = question.answer(_part(progress, n, len(questions)))
        frame = found.to_frame()
        frame.insert(0, over, value)
        frames.append(frame)
        complete = complete and found.complete
        by_corners = by_corners and found.settled_by_corners
    table = pd.concat(frames, ignore_index=True)
    table.attrs = {
        "over": over,
        "complete": complete,
        "settled_by_corners": by_corners,
        "between": found.between,
    }
    return table


@dataclass(frozen=True, eq=False)
class TermsQuestion:
    """What is asked about terms, checked, with the games that answer it.

    Attributes
    ----------
    scenario : Scenario
    changes, numbers : mapping of str to fractions.Fraction
        What differs from the scenario, and every parameter.
    stages : tuple of str
        Of the game after the settlement.
    terms : tuple of fractions.Fraction
        Those that are solved first.
    games : mapping of str to Game
        By who accepts.
    covered_war : bool
    """

    scenario: Scenario
    changes: Mapping[str, Fraction]
    numbers: Mapping[str, Fraction]
    stages: tuple[str, ...]
    terms: tuple[Fraction, ...]
    games: Mapping[str, Game]
    covered_war: bool

    def answer(self, progress: Progress | None = None) -> BargainingRange:
        """Solve the games; see `bargaining_range`."""
        war = _war(self.numbers, self.covered_war)
        low, high = self.terms[0], self.terms[-1]
        rows: list[Row] = []
        worths: list[SettlementWorth] = []
        for n, (types, game) in enumerate(self.games.items()):
            worth = SettlementWorth(game, self.numbers, war)
            worth.look(self.terms, float(high - low) * CLOSEST, _part(progress, n, len(self.games)))
            rows += [
                Row(types, who, selection, worth.acceptable(who, selection))
                for who in (*worth.sides, "all")
                for selection in SELECTIONS
            ]
            worths.append(worth)
        return BargainingRange(
            scenario=self.scenario,
            changes=self.changes,
            stages=self.stages,
            between=(float(low), float(high)),
            war=war,
            rows=tuple(rows),
            complete=all(worth.complete for worth in worths),
            settled_by_corners=all(worth.by_corners for worth in worths),
            solved=sum(len(worth.found) for worth in worths),
        )


def terms_question(
    scenario: Scenario | str,
    *,
    between: Sequence[Any],
    points: int,
    stages: Sequence[str] | None,
    accepted_by: Sequence[str] | None,
    covered_war: bool,
    trust: Any,
    changes: Mapping[str, Any],
) -> TermsQuestion:
    """Check what is asked, before anything is solved; as for `bargaining_range`."""
    chosen = scenario_of(scenario)
    low, high = _range(between)
    _check_points(points)
    if "terms" in changes:
        raise ParameterError("terms are what is looked for; leave them out, or give `between`.")
    numbers = chosen.values(**changes)
    named = stages if stages is not None else chosen.stages or STAGES
    played = (named,) if isinstance(named, str) else tuple(named)
    played = tuple(stage for stage in played if stage != "settlement")
    if "offer" in (*played, *chosen.fixed):
        raise InputError(
            "the offer is made before the settlement, and is no part of the game after it. Name "
            "the stages that are to be played, without the offer."
        )
    if trust is not None:
        numbers["trust"] = _probability(trust, "trust")
    types = _acceptances(chosen, played) if accepted_by is None else _asked(accepted_by)
    rungs = chosen.rungs if "escalation" in played else 1
    games = {
        who: after_settlement(who, played, _ways(chosen), own_trust=trust is not None, rungs=rungs)
        for who in types
    }
    return TermsQuestion(
        scenario=chosen,
        changes={name: exact(value, name) for name, value in changes.items()},
        numbers=numbers,
        stages=played,
        terms=tuple(low + (high - low) * n / (points - 1) for n in range(points)),
        games=games,
        covered_war=covered_war,
    )


def _part(progress: Progress | None, n: int, parts: int) -> Progress | None:
    """Progress of the n-th of parts that take about as long as each other."""
    if progress is None:
        return None
    return lambda done, total: progress(n * total + done, parts * total)


def _probability(given: Any, name: str) -> Fraction:
    number = exact(given, name)
    if not 0 <= number <= 1:
        raise ParameterError(f"{name} = {given}; a probability lies between 0 and 1.")
    return number


def _acceptances(scenario: Scenario, stages: Sequence[str]) -> tuple[str, ...]:
    one_type = "types" not in stages or "Russia" in scenario.fixed.get("types", {})
    return tuple(ACCEPTED_BY)[: 1 if one_type else None]


def _asked(accepted_by: Sequence[str] | str) -> tuple[str, ...]:
    """What acceptance may say, once each; LabelError for an unknown word."""
    asked = (accepted_by,) if isinstance(accepted_by, str) else tuple(dict.fromkeys(accepted_by))
    for word in asked:
        if word not in ACCEPTED_BY:
            raise unknown("set of types that accept", word, ACCEPTED_BY)
    if not asked:
        raise InputError(f"accepted_by is empty; give one or more of {', '.join(ACCEPTED_BY)}.")
    return asked


def _ways(scenario: Scenario) -> dict[str, Any]:
    """The stages that a scenario fixes, but for the settlement, which is what is asked about."""
    return {stage: way for stage, way in scenario.fixed.items() if stage != "settlement"}


def _range(between: Sequence[Any]) -> tuple[Fraction, Fraction]:
    if isinstance(between, str) or not isinstance(between, Sequence) or len(between) != 2:
        raise InputError(f"between = {between!r}; give two shares, (0, 0.3) say.")
    low, high = (exact(end, "between") for end in between)
    if not 0 <= low < high <= 1:
        given = ", ".join(map(str, between))
        raise InputError(f"between = ({given}); give two shares, the lower first, from 0 to 1.")
    return low, high


def _check_points(points: Any) -> None:
    if isinstance(points, bool) or not isinstance(points, int) or not 2 <= points <= MOST_POINTS:
        raise InputError(f"points = {points!r}; give a whole number from 2 to {MOST_POINTS:,}.")


def _war(numbers: Mapping[str, Fraction], covered: bool) -> dict[str, float]:
    """What the war is worth to each side."""
    game = war_game(covered=covered)
    envelope = solve(game.at({name: numbers[name] for name in game.parameters})).envelope()
    for player in game.players:
        least, most = envelope[player]
        if most - least > BOUNDARY:
            raise InputError(
                "in the war the Guarantor is indifferent between aid and force, so that the war "
                "has no one worth. Change strength or a cost a little."
            )
    return {player: envelope[player][0] for player in game.players}
