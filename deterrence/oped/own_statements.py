"""What may delimit a claim that a companion of the game judges."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from deterrence.oped import crisis_statements, years_statements
from deterrence.oped.settings import BASE

__all__ = ["own_statements"]

Floats = NDArray[np.float64]
Named = dict[str, Floats]
Statements = Callable[[Mapping[str, Floats]], tuple[Named, Named]]

STATEMENTS: dict[str, Statements] = {
    "C05": crisis_statements.trust,
    "C08": years_statements.moving,
    "C08-mechanisms": years_statements.staying,
    "C22": crisis_statements.offer,
    "C22-always": crisis_statements.offer,
    "C30": crisis_statements.crisis,
    "C33": years_statements.remembered,
    "C37": years_statements.waiting,
    "C39": crisis_statements.coalition,
    "C41": crisis_statements.war,
    "C42": crisis_statements.door,
    "C43": years_statements.lasting,
}


def own_statements(claim: str, columns: Mapping[str, Floats]) -> tuple[Named, Named]:
    """What may delimit a claim with a sample of its own; where positive, the name is true.

    Parameters
    ----------
    claim : str
    columns : mapping of str to ndarray, shape (points,)
        Every stake that is drawn for it.

    Returns
    -------
    plays : dict of str to ndarray, shape (points,)
        On simple plays of the companion.
    incentives : dict of str to ndarray, shape (points,)
    """
    zero = np.zeros(len(columns["phi"]))
    return STATEMENTS[claim]({**{name: zero + x for name, x in BASE.items()}, **columns})
