"""What a newcomer needs before a solution: who plays, what is assumed, how to read it."""

from __future__ import annotations

import textwrap

from deterrence.guarantee.codings import figure
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.maps import READING

__all__ = ["headed", "introduction"]

WIDTH = 100  # characters

GAME = """\
A Guarantor has promised Ukraine help against Russia, and the promise is tested. Ukraine keeps up \
or neglects its defence and is restrained or provocative. Russia refrains, probes or attacks. A \
mechanism finds the challenge covered by the promise or not, which Russia does not learn. The \
Guarantor does nothing, sends aid or uses force; after a probe Russia stops or attacks. Whether \
the Guarantor is resolved or irresolute, and Russia revisionist or seeking security, only they \
themselves know."""
ASSUMED = """\
Assumed are the arrangement's coding on scales from 0 to 1 ({coding}) and stakes in the middle of \
what seems plausible. Both are judgement, not observation: what follows says what they imply, not \
what will happen. {reading}"""
HOW_TO_READ = """\
In an equilibrium nobody gains by acting otherwise, given beliefs that fit together even after a \
surprise (a sequential equilibrium). There may be several, and the game does not say which comes \
about: "0 to 1" is the least and the most over all of them. "Complete" means that there are no \
others. Equilibria that can be moved into each other without a jump form a component. Payoffs \
are on a scale where 1 is what Ukraine loses if Russia prevails outright."""


def introduction(scenario: Scenario) -> str:
    """Who plays, what is assumed, and how to read a solution.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    str
    """
    coding = ", ".join(
        f"{name.replace('_', ' ')} {figure(value)}" for name, value in scenario.instruments.items()
    )
    assumed = ASSUMED.format(coding=coding, reading=READING)
    head = headed(scenario.label, textwrap.fill(scenario.summary, WIDTH))
    return "\n\n".join([head, *(textwrap.fill(t, WIDTH) for t in (GAME, assumed, HOW_TO_READ))])


def headed(title: str, text: str) -> str:
    """Text under a title."""
    return f"{title}\n{'=' * len(title)}\n{text}"
