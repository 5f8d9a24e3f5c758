"""How likely cover must be to deter Russia, and how unlikely to restrain Ukraine, in closed form.

Without a test and with conditionality 0: what Russia makes of an attack falls in a line as cover
becomes likelier, and so does what Ukraine stands to lose by provoking one. Where the first line
asks for more cover than the second allows, no probability that both believe in does both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.errors import InputError
from deterrence.games.numbers import exact, shown
from deterrence.guarantee.ambiguity import chances_of_cover
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.inputs import scenario_of

__all__ = ["CoverThresholds", "cover_thresholds"]

RESPONSES = ("nothing", "aid", "force")
ONE = Fraction(1)

Numbers = Mapping[str, Fraction]


@dataclass(frozen=True)
class CoverThresholds:
    """The chances of cover of an attack at which Russia and Ukraine change their minds.

    Ukraine's defence is kept, its provocation unconditionally covered, and a probe is followed by
    no attack.

    Attributes
    ----------
    deter : fractions.Fraction
        From this chance on a revisionist Russia does not attack a restrained Ukraine.
    restrain : fractions.Fraction
        Up to this chance Ukraine does not provoke, if a provoked revisionist attacks and nobody
        else does.
    bold : fractions.Fraction
        From this chance on a revisionist does not attack a provocative Ukraine either, so that
        provocation is safe.
    responses : mapping of (str, str) to str
        What the Guarantor does about an attack, by its type and the finding.
    """

    deter: Fraction
    restrain: Fraction
    bold: Fraction
    responses: Mapping[tuple[str, str], str]

    @property
    def conflict(self) -> bool:
        """Whether no chance that both believe in deters and restrains at once."""
        return self.restrain < self.deter

    @property
    def middle(self) -> Fraction:
        """The middle of the narrowest interval that does both."""
        return (self.deter + self.restrain) / 2

    def least_half_width(self, attitude: Any = 1) -> Fraction:
        """Half the width of the narrowest interval around the middle that does both.

        Parameters
        ----------
        attitude : number
            Both players' weight on their own worst case, above 1/2.

        Returns
        -------
        fractions.Fraction
            ``(deter - restrain) / (2 (2 attitude - 1))``; 0 where one probability does.

        Raises
        ------
        InputError
            If the attitude does not lean to the worst case.
        """
        weight = exact(attitude, "attitude")
        if not Fraction(1, 2) < weight <= 1:
            raise InputError(
                f"attitude is {shown(weight)}; an interval does what no probability does only for "
                "players who lean to their worst case: above 1/2, at most 1."
            )
        return max(Fraction(0), (self.deter - self.restrain) / (2 * (2 * weight - 1)))

    def least_conditionality(self, chance: Any) -> Fraction:
        """The least conditionality that restrains where both believe in one chance of cover.

        Parameters
        ----------
        chance : number
            At least `deter`.

        Returns
        -------
        fractions.Fraction
            ``1 - restrain / chance``; 0 where none is needed.

        Raises
        ------
        InputError
            If the chance does not deter.
        """
        believed = exact(chance, "chance")
        if not self.deter <= believed <= 1:
            raise InputError(
                f"a chance of {shown(believed)} does not deter: it takes at least "
                f"{shown(self.deter)}, and at most 1."
            )
        return max(Fraction(0), 1 - self.restrain / believed)

    def __str__(self) -> str:
        return (
            f"deters from {float(self.deter):.4f}, restrains up to {float(self.restrain):.4f}; "
            f"provocation is safe from {float(self.bold):.4f}"
        )


def cover_thresholds(scenario: Scenario | str | None = None, **changes: Any) -> CoverThresholds:
    """The chances of cover that deter and that restrain, in closed form.

    Let ``A(p)`` be what an attack is worth to a revisionist at chance of cover ``p`` and ``V`` the
    better of refraining and a probe that is left at that; ``L(p)`` what an attack takes from
    Ukraine and ``l`` what that probe takes. Both are expectations over the Guarantor's types, who
    each give their best response. Then ``A(deter) = V``, ``A(bold) = V - t``, and
    ``rho (L(restrain) - l) = (1 - rho) w - c_q``.

    Parameters
    ----------
    scenario : Scenario or str, optional
        The op-ed's proposal by default.
    **changes
        Parameters set otherwise, as for `Scenario.values`.

    Returns
    -------
    CoverThresholds

    Raises
    ------
    InputError
        If cover makes no difference to what the Guarantor does about an attack, or a security-
        seeking Russia would attack at `deter` after a provocation; the formulas do not hold then.

    Notes
    -----
    The formulas are checked against solved games in the tests. They leave out the test: an attack
    after a probe.
    """
    x = scenario_of(scenario).values(**changes)
    responses = {
        (kind, finding): _best(
            x, kind, covered=finding == "covered", honoured=x["response_ambiguity"]
        )
        for kind in ("resolved", "irresolute")
        for finding in ("covered", "not covered")
    }
    bare, covered = (_attack(x, "revisionist", responses, f) for f in ("not covered", "covered"))
    if bare <= covered:
        raise InputError(
            "cover does not make an attack worse for a revisionist Russia at these numbers: the "
            "Guarantor does the same either way, or what it does costs Russia nothing."
        )
    probe = _probe(x, "revisionist")
    aside = max(Fraction(0), probe)
    lost = [_loss(x, responses, finding) for finding in ("not covered", "covered")]
    taken = _probe_loss(x) if probe > 0 else Fraction(0)
    gain = ((1 - x["rho"]) * x["w"] - x["c_q"]) / x["rho"]
    found = CoverThresholds(
        deter=(bare - aside) / (bare - covered),
        restrain=(lost[0] - taken - gain) / (lost[0] - lost[1]),
        bold=(bare - aside + x["t"]) / (bare - covered),
        responses=responses,
    )
    calm = [_attack(x, "security", responses, f) for f in ("not covered", "covered")]
    at = calm[0] + found.deter * (calm[1] - calm[0])
    if at > max(Fraction(0), _probe(x, "security")) - x["t"]:
        raise InputError(
            "a provoked security-seeking Russia would attack too where a revisionist is deterred; "
            "the formula for `restrain` supposes that it does not. Take a smaller t or b_security."
        )
    return found


def _best(x: Numbers, kind: str, *, covered: bool, honoured: Fraction) -> str:
    """The Guarantor's best response where nothing follows it."""
    stake, word = x["v"] + x["y"] * x["presence"], covered * x["strength"] * x["a"]
    spend = {"nothing": Fraction(0), "aid": x["k_A"], "force": x["k_" + kind]}
    broken = {"nothing": ONE, "aid": 1 - honoured, "force": Fraction(0)}
    return max(RESPONSES, key=lambda r: -stake * _prevails(x, r) - spend[r] - word * broken[r])


def _prevails(x: Numbers, response: str) -> Fraction:
    sent = {"nothing": Fraction(0), "aid": x["m_aid"], "force": x["m_aid"] + x["m_force"]}
    return 1 / (1 + x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"] + sent[response])


def _worth(x: Numbers, kind: str, response: str) -> Fraction:
    cost = {"nothing": Fraction(0), "aid": x["c_A"], "force": x["c_F"]}
    return x["b_" + kind] * _prevails(x, response) - x["c_0"] - cost[response]


def _types(x: Numbers) -> tuple[tuple[str, Fraction], ...]:
    return (("resolved", x["phi"]), ("irresolute", 1 - x["phi"]))


def _attack(
    x: Numbers, kind: str, responses: Mapping[tuple[str, str], str], finding: str
) -> Fraction:
    return sum((q * _worth(x, kind, responses[g, finding]) for g, q in _types(x)), Fraction(0))


def _loss(x: Numbers, responses: Mapping[tuple[str, str], str], finding: str) -> Fraction:
    return sum(
        (q * (_prevails(x, responses[g, finding]) + x["c_U"]) for g, q in _types(x)), Fraction(0)
    )


def _to_a_probe(x: Numbers) -> list[tuple[Fraction, str]]:
    """What meets a probe, with its probability; aid honours the pledge in full."""
    chance = chances_of_cover(x).probe
    return [
        (q * p, _best(x, g, covered=covered, honoured=ONE))
        for g, q in _types(x)
        for covered, p in ((True, chance), (False, 1 - chance))
    ]


def _probe(x: Numbers, kind: str) -> Fraction:
    return x["sigma"] * sum((p * _worth(x, kind, r) for p, r in _to_a_probe(x)), Fraction(0))


def _probe_loss(x: Numbers) -> Fraction:
    return x["sigma"] * sum(
        (p * (_prevails(x, r) + x["c_U"]) for p, r in _to_a_probe(x)), Fraction(0)
    )
