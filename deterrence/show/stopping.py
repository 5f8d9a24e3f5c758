"""When to talk: what settling and waiting are worth along the balance, and where one settles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError
from deterrence.show.styles import BESIDE, INK, axes_of, band_of, line_of

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["stopping"]

BAND = 0.045  # height of a band, as a share of the picture
TITLES = {"guarantee": "guarantee on offer", "none": "no guarantee"}


def stopping(grid: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw what choosing the month is worth, what settling now is, and where one settles now.

    For each offer a solid line for the value, a dashed one for settling now, and hatched bars
    at the foot over the balances at which one settles now; a dotted line for war for ever.

    Parameters
    ----------
    grid : xarray.Dataset
        ``when_to_talk(...).grid``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If it is no such dataset.
    """
    _check(grid)
    ax = axes_of(ax, 7.2, 4.6)
    balance = grid["balance"].values
    for n, offer in enumerate(grid["offer"].values):
        one = grid.sel(offer=offer)
        title = TITLES.get(str(offer), str(offer))
        ax.plot(balance, one["value"].values, label=f"{title}: best month", **line_of(n))
        ax.plot(balance, one["settle"].values, label=f"{title}: now", linestyle="--", **line_of(n))
        stops = balance[one["stops"].values]
        if len(stops):  # bars, because a single balance is as good as many
            ax.bar(
                stops,
                BAND,
                width=balance[1] - balance[0],
                bottom=BAND * n,
                transform=ax.get_xaxis_transform(),
                label=f"{title}: settles now",
                **band_of(n),
            )
    ax.plot(
        balance,
        grid["fight"].values,
        color=INK,
        linestyle=":",
        label="war for ever, balance as it is",
    )
    ax.set_xlim(float(balance[0]), float(balance[-1]))
    ax.set_xlabel("military balance m0")
    ax.set_ylabel("worth to Ukraine")
    ax.legend(handlelength=2.6, **BESIDE)
    return ax


def _check(grid: Any) -> None:
    names = set(getattr(grid, "data_vars", ()))
    if missing := {"value", "settle", "stops", "fight"} - names:
        raise InputError(
            f"the dataset has no {', '.join(sorted(missing))}; give when_to_talk(...).grid."
        )
