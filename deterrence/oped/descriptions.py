"""Claims that describe an arrangement: what the arrangement amounts to in the model."""

from __future__ import annotations

from deterrence.equilibrium.concepts import solve
from deterrence.errors import InputError
from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.crisis import PLAYERS
from deterrence.oped.claim_list import Claim

__all__ = ["described"]

EVENTS = ("attack", "probe", "provocation", "defence-kept", "abandonment", "entrapment")


def described(claim: Claim) -> str:
    """The arrangement that a claim is about, solved at default stakes, in a few sentences.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    str
        Least and most over all equilibria of the main events and of the payoffs.

    Raises
    ------
    InputError
        For a claim that is judged and not described.
    """
    if claim.judged != "none":
        raise InputError(f"{claim.id} is judged; its verdict says what the model makes of it.")
    sentences = []
    for name in claim.settings:
        solution = solve(arrangement(name).game())
        found = solution.envelope()
        whole = "all equilibria" if solution.complete else "the equilibria that were found"
        events = "; ".join(f"{event} {_ends(found.get(event, (0, 0)))}" for event in EVENTS)
        payoffs = "; ".join(f"{player} {_ends(found[player])}" for player in PLAYERS)
        sentences.append(
            f"{arrangement(name).label}, at default stakes over {whole}: {events}. "
            f"Payoffs: {payoffs}."
        )
    return " ".join(sentences)


def _ends(pair: tuple[float, float]) -> str:
    low, high = (f"{float(x):.3g}" for x in pair)
    return low if low == high else f"{low} to {high}"
