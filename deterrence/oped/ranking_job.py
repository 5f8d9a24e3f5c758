"""Arrangements ranked over draws, as text, plain values, tables and a picture."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError, unknown
from deterrence.guarantee.catalogue import arrangements
from deterrence.guarantee.crisis import PLAYERS
from deterrence.oped.arrangement_sample import (
    AUDITED,
    SOLUTIONS,
    ArrangementSample,
    solve_ranking,
)
from deterrence.oped.comparison import OUTCOMES
from deterrence.oped.driver_files import Files
from deterrence.oped.ranking import EQUILIBRIA, ROBUST, Ranking
from deterrence.oped.steps import Steps
from deterrence.show.best_dots import best_arrangements
from deterrence.show.document import MOST

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CRITERIA", "Ranked", "rank"]

CRITERIA = ("attack", *PLAYERS)  # that are drawn
DRAWS = 256
VERDICTS = ("robust", "one way", "alike", "open")
WIDTH = 96  # characters


@dataclass(frozen=True, eq=False)
class Ranked:
    """A ranking, and what of it was asked for.

    Attributes
    ----------
    ranking : Ranking
    criterion : str or None
        By which the best was asked for.
    robust : bool
        Whether robust differences were.
    seed : int
    """

    ranking: Ranking
    criterion: str | None
    robust: bool
    seed: int

    @property
    def complete(self) -> bool:
        """Whether equilibria are known everywhere, and the audit found nothing wrong."""
        audit = self.ranking.audit
        clean = audit is not None and audit.missed == 0 and audit.incomplete == 0
        return clean and self.ranking.unknown == 0

    def text(self) -> str:
        """What was asked for, and how it was found."""
        parts = [] if self.criterion is None else [_best_text(self.ranking, self.criterion)]
        parts += [_robust_text(self.ranking)] if self.robust else []
        told = (
            f"{self.ranking.draws:,} draws of the stakes, seed {self.seed}: {self.ranking.status}"
        )
        audit = self.ranking.audit
        if audit is not None and audit.missed:
            told += " What is missed there may move the shares above by as much."
        parts.append(textwrap.fill(told, WIDTH))
        return "\n\n".join(parts)

    def document(self, most: int = MOST) -> dict[str, Any]:
        """The same as plain values, ready for JSON; it lists no equilibria."""
        found: dict[str, Any] = {
            "draws": self.ranking.draws,
            "seed": self.seed,
            "status": self.ranking.status,
            "complete": self.complete,
        }
        if self.criterion is not None:
            frame = self.ranking.best(self.criterion)
            found["criterion"] = self.criterion
            found["best"] = frame.reset_index().to_dict("records")
            found["decided"] = {e: _decided(self.ranking, self.criterion, e) for e in EQUILIBRIA}
        if self.robust:
            found["pairs"] = self.ranking.robust(_shown(self.ranking)).to_dict("records")
        return found

    def table(self) -> pd.DataFrame:
        """The table of the best if it was asked for, else that of pairs."""
        if self.criterion is not None:
            return self.ranking.best(self.criterion).reset_index()
        return self.ranking.robust(_shown(self.ranking))


def rank(
    best: str | None = None,
    *,
    robust: bool = False,
    draws: int | None = None,
    seed: int | None = None,
    store: str | None = None,
    files: Files | None = None,
    steps: Steps | None = None,
) -> Ranked:
    """Rank all real arrangements over draws of the stakes.

    Parameters
    ----------
    best : str, optional
        The criterion: an event or a player.
    robust : bool
        Whether the robust differences are wanted.
    draws, seed
        256 and 0 by default.
    store : str, optional
        As for `compare_arrangements`.
    files : Files, optional
        Where the picture and the table are written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    Ranked

    Raises
    ------
    LabelError
        Before any work, for an unknown criterion.
    """
    if best is not None and best not in OUTCOMES:
        raise unknown("criterion", best, OUTCOMES)
    if best is None and not robust:
        raise InputError("say what is wanted: --best CRITERION or --robust.")
    count, start = DRAWS if draws is None else draws, 0 if seed is None else seed
    sample = ArrangementSample(dict(arrangements()), count, seed=start, store=store)
    ranking = solve_ranking(sample, SOLUTIONS, AUDITED, steps or Steps(quiet=True))
    found = Ranked(ranking, best, robust, start)
    if files is not None:
        criteria = dict.fromkeys([best, *CRITERIA] if best is not None else CRITERIA)
        tables = {name: ranking.best(name) for name in criteria}
        files.write(found.table(), lambda ax: best_arrangements(tables, ax), len(ranking.scenarios))
    return found


def _shown(ranking: Ranking) -> list[str]:
    return [outcome for outcome in OUTCOMES if outcome in ranking.outcomes]


def _best_text(ranking: Ranking, criterion: str) -> str:
    frame = ranking.best(criterion)
    columns = [f"{what} ({e})" for e in EQUILIBRIA for what in ("best", "alone", "loss")]
    head = "".join(f"{name:>15}" for name in columns)
    lines = [f"Best by {criterion}", "", f"{'':<14}{head}"]
    for name, row in frame.iterrows():
        cells = [f"{row[c]:.3f}" if c.startswith("loss") else f"{row[c]:.1%}" for c in columns]
        lines.append(f"{name!s:<14}" + "".join(f"{cell:>15}" for cell in cells))
    legend = (
        "best: share of draws in which it is among the best, each arrangement judged by its worst "
        "or by its best equilibrium; alone: in which no other is; loss: by how much it falls "
        "short of the best on average."
    )
    lines += ["", *textwrap.wrap(legend, WIDTH)]
    for equilibrium in EQUILIBRIA:
        decided = ranking.decided(criterion, equilibrium)
        lines += ["", f"What decides, by the {equilibrium} equilibrium:"]
        for one in decided:
            lines += textwrap.wrap(str(one), WIDTH, initial_indent="  ", subsequent_indent="    ")
        lines += [] if decided else ["  no arrangement is best in 5 to 95 % of the draws"]
    return "\n".join(lines)


def _robust_text(ranking: Ranking) -> str:
    head = (
        f"Differences in one direction, at both ends, in {ROBUST:.0%} of the draws or more. "
        "robust: one end differs in half of the draws or more; one way: in fewer, only counted."
    )
    lines = textwrap.wrap(head, WIDTH)
    for outcome in _shown(ranking):
        frame = ranking.robust([outcome])
        counts = frame["verdict"].value_counts()
        told = ", ".join(f"{int(counts.get(w, 0))} {w}" for w in VERDICTS)
        lines += ["", f"{outcome}: {told}"]
        sure = frame[frame["verdict"] == "robust"]
        for name in ranking.names:
            higher = sure.loc[sure["lower"] == name, "higher"]
            if len(higher):
                lines += textwrap.wrap(
                    f"{name} below {', '.join(higher)}",
                    WIDTH,
                    initial_indent="  ",
                    subsequent_indent="    ",
                )
    return "\n".join(lines)


def _decided(ranking: Ranking, criterion: str, equilibrium: str) -> list[dict[str, Any]]:
    return [
        {
            "arrangement": one.arrangement,
            "share": one.share,
            "stakes": [vars(stake) for stake in one.stakes],
            "where": None if one.inequality is None else one.inequality.document(),
        }
        for one in ranking.decided(criterion, equilibrium)
    ]
