"""What drawn stakes say about settlement: one question each, its share of the draws, its error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deterrence.oped.draws import draw_stakes
from deterrence.oped.settlement_draws import DrawnStakes
from deterrence.oped.settlement_questions import QUESTIONS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["settlement_answers", "settlement_findings"]


def settlement_answers(draws: int = 100, rng: int | np.random.Generator = 0) -> pd.DataFrame:
    """Ask every question about settlement at drawn stakes.

    Instruments are those of the op-ed's row, but for what a question changes. Terms are looked at
    over their plausible range, 0 to 0.3, or over all where the question is about the most that
    Ukraine concedes. The game after a settlement has types, a challenge, a finding and a response;
    Ukraine keeps its defence and is restrained.

    Parameters
    ----------
    draws : int
        How many stakes are drawn, uniformly over their ranges; see `draw_stakes`.
    rng : int or numpy.random.Generator
        The seed.

    Returns
    -------
    pandas.DataFrame
        A row for each draw, a column for each of `QUESTIONS`, true or false.

    Notes
    -----
    Every game is solved completely. Comparisons of sets of terms are for the worst equilibrium of
    each side; those of probabilities ask for both ends of the set of equilibria. A draw takes about
    five seconds.
    """
    import pandas as pd

    rows = []
    for stakes in draw_stakes(draws, rng):
        draw = DrawnStakes(stakes, {})
        rows.append([answer(draw) for _, _, answer in QUESTIONS])
    return pd.DataFrame(rows, columns=[f"{claim}: {question}" for claim, question, _ in QUESTIONS])


def settlement_findings(answers: pd.DataFrame) -> pd.DataFrame:
    """The share of the draws at which each answer is yes, and its standard error.

    Parameters
    ----------
    answers : pandas.DataFrame
        From `settlement_answers`.

    Returns
    -------
    pandas.DataFrame
        Indexed by question, with the columns share and error. Shares of draws are no probabilities
        of anything in the world.
    """
    import pandas as pd

    share = answers.mean()
    return pd.DataFrame({"share": share, "error": (share * (1 - share) / len(answers)) ** 0.5})
