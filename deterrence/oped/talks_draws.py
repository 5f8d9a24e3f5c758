"""When to talk over draws of the stakes: where Ukraine settles, and what being pushed costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, NoEquilibriumError
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.guarantee.scenario import Scenario
from deterrence.guarantee.timing import TIMING, WAR
from deterrence.oped.draws import draw_within
from deterrence.oped.survival import draw_long_run
from deterrence.oped.talks import OFFERS, when_to_talk

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["draw_talks"]

Progress = Callable[[int, int], Any]


def draw_talks(
    scenario: Scenario,
    draws: int,
    rng: int | np.random.Generator | None = None,
    changes: Mapping[str, Any] | None = None,
    *,
    side: str = "least",
    points: int = 4,
    months: int = 0,
    levels: int = 0,
    war: str = "returns",
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Solve Ukraine's stopping problem at draws of all stakes.

    Parameters
    ----------
    scenario : Scenario
    draws : int
    rng : int or numpy.random.Generator, optional
        A seed (0 is one) or a generator.
    changes : mapping of str to number, optional
        Parameters that are set and not drawn.
    side, points, levels, war
        As for `when_to_talk`.
    months : int
        Within how many months Ukraine is made to settle, for the cost of being pushed.
    progress : callable, optional
        Called with how many draws are done, and of how many.

    Returns
    -------
    pandas.DataFrame
        A row for each draw: "settles (guarantee)" and "settles (none)", the shares of balances at
        which Ukraine settles now; "push (guarantee)" and "push (none)", the mean over balances of
        what is lost; complete. A draw whose long run has no equilibrium found is missing.

    Raises
    ------
    InputError
        If `draws` or the seed cannot be one.

    Notes
    -----
    m0 is the balance, so it is not drawn. Costs a few seconds for each draw.
    """
    import pandas as pd

    fixed = dict(changes or {})
    try:
        one, other = np.random.default_rng(rng).spawn(2)
    except (TypeError, ValueError):
        raise InputError(f"seed = {rng!r}; give a whole number from 0 on.") from None
    peace = draw_long_run(draws, one, fixed | {"m0": None})
    months_own = [*TIMING.values(), *(PARAMETERS[name] for name in WAR)]
    own = draw_within(months_own, draws, other)
    rows = {}
    for n, stakes in enumerate(zip(peace, own, strict=True)):
        point = stakes[0] | stakes[1] | fixed
        try:
            found = when_to_talk(
                scenario,
                point,
                side=side,
                points=points,
                deadlines=(months,),
                levels=levels,
                war=war,
            )
        except NoEquilibriumError:
            pass
        else:
            rows[n] = _row(found.grid, months) | {"complete": found.complete}
        if progress is not None:
            progress(n + 1, draws)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("draw")


def _row(grid: Any, months: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for offer in OFFERS:
        row[f"settles ({offer})"] = float(grid["stops"].sel(offer=offer).mean())
    for offer in OFFERS:
        row[f"push ({offer})"] = float(grid["push"].sel(offer=offer, months=months).mean())
    return row
