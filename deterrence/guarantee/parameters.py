"""Every instrument and stake of the guarantee once: its name, range, default, unit and meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PARAMETERS", "TIED", "Parameter", "defaults", "parameters", "ranges"]

Kind = Literal["instrument", "stake"]

# names that set others; they are not parameters of any formula, so they have no default
TIED: dict[str, tuple[str, ...]] = {"ambiguity": ("trigger_ambiguity", "response_ambiguity")}


@dataclass(frozen=True)
class Parameter:
    """One number of the guarantee game.

    Attributes
    ----------
    name : str
        How it is called in Python and in files.
    symbol : str
        How it is written in formulas.
    meaning : str
        What it is, in one sentence.
    unit : str
        What a value of one means.
    low, high : fractions.Fraction
        Its range: what an instrument can be, what a stake can plausibly be.
    default : fractions.Fraction
        The value taken where nothing else is said.
    kind : {"instrument", "stake"}
        Whether those who design the guarantee choose it.
    source : str
        Where the default and the range come from.
    open : bool
        Whether the two ends of the range are themselves left out.
    stage : str
        The optional stage that alone uses it; empty if the game has it by default.
    """

    name: str
    symbol: str
    meaning: str
    unit: str
    low: Fraction
    high: Fraction
    default: Fraction
    kind: Kind
    source: str
    open: bool = False
    stage: str = ""

    def admits(self, value: Fraction | int) -> bool:
        """Whether a value lies in the range.

        Parameters
        ----------
        value : fractions.Fraction or int

        Returns
        -------
        bool
        """
        if self.open:
            return self.low < value < self.high
        return self.low <= value <= self.high


_CODED = "the op-ed's proposal, as coded for the table of arrangements; judgement, +/- 0.15"
_CONVENTION = "the same for every arrangement, where none says more; judgement"
_JUDGED = "starting value with its plausible range; judgement, not observation"

_SHARE = "share, 0 to 1"
_PROBABILITY = "probability"
_BALANCE = "Russia's strength = 1"
_PAYOFF = "what Ukraine loses if Russia prevails outright = 1"


def _instrument(
    name: str,
    symbol: str,
    meaning: str,
    default: str,
    *,
    unit: str = _SHARE,
    source: str = _CODED,
    open: bool = False,
) -> Parameter:
    zero, one = Fraction(0), Fraction(1)
    return Parameter(
        name, symbol, meaning, unit, zero, one, Fraction(default), "instrument", source, open
    )


def _stake(
    name: str,
    meaning: str,
    default: str,
    low: str,
    high: str,
    unit: str = _PAYOFF,
    *,
    symbol: str | None = None,
    stage: str = "",
) -> Parameter:
    span = Fraction(low), Fraction(high)
    return Parameter(
        name, symbol or name, meaning, unit, *span, Fraction(default), "stake", _JUDGED, stage=stage
    )


_INSTRUMENTS = (
    _instrument(
        "strength",
        "kappa",
        "How binding the guarantee is: it scales the cost of not honouring it.",
        "0.44",
        source=f"0.6 x legal form (0.4) + 0.4 x scope (0.5), of {_CODED}",
    ),
    _instrument(
        "trigger_ambiguity",
        "alpha_t",
        "How vague it is when the guarantee applies: the width of the uncertain band around the "
        "threshold; at 1 the finding is a coin toss.",
        "0.5",
    ),
    _instrument(
        "response_ambiguity",
        "alpha_r",
        "How vague it is what is owed: the share of the pledge against an attack that aid honours.",
        "0.8",
    ),
    _instrument(
        "threshold",
        "tau",
        "The severity at which the guarantee is meant to apply; a full attack has severity 1. "
        "The range is open: at 0 or 1 the threshold would draw no line.",
        "0.5",
        unit="severity, a full attack = 1",
        source=_CONVENTION,
        open=True,
    ),
    _instrument(
        "conditionality",
        "chi",
        "Probability that cover is void where Ukraine was provocative.",
        "0.6",
        unit=_PROBABILITY,
    ),
    _instrument(
        "defence_condition",
        "chi_d",
        "Probability that cover is void where Ukraine neglected its defence.",
        "0",
        unit=_PROBABILITY,
        source=_CONVENTION,
    ),
    _instrument(
        "automaticity",
        "lambda",
        "Probability that a covered challenge gets the owed response with no decision.",
        "0",
        unit=_PROBABILITY,
        source=f"max(0, 2 x automatic (0.4) - 1), of {_CODED}",
    ),
    _instrument(
        "presence",
        "pi",
        "Forces and aid in place beforehand: a sunk cost that shifts the balance and raises the "
        "Guarantor's stake.",
        "0.5",
    ),
)

_STAKES = (
    _stake("m0", "What stands against Russia in any case.", "0.8", "0.5", "1.2", _BALANCE),
    _stake(
        "m_d",
        "What Ukraine's own defence adds, as a multiple of m0.",
        "0.5",
        "0.2",
        "1",
        "share of m0",
    ),
    _stake("m_pi", "What full presence adds to the balance.", "0.5", "0.2", "1", _BALANCE),
    _stake(
        "m_aid",
        "What a response of aid adds to the balance (force includes it).",
        "0.6",
        "0.2",
        "1.2",
        _BALANCE,
    ),
    _stake("m_force", "What force adds on top of aid.", "2", "1", "4", _BALANCE),
    _stake(
        "m_w",
        "What the lost surprise adds against an attack that follows a probe.",
        "0.2",
        "0.05",
        "0.5",
        _BALANCE,
    ),
    _stake("v", "The Guarantor's stake in Russia not prevailing.", "0.6", "0.2", "1.2"),
    _stake("k_A", "What aid costs the Guarantor.", "0.1", "0.03", "0.2"),
    _stake("k_resolved", "What force costs a resolved Guarantor.", "0.25", "0.1", "0.5"),
    _stake("k_irresolute", "What force costs an irresolute Guarantor.", "0.6", "0.4", "1.2"),
    _stake(
        "a",
        "What breaking one's word can cost at all; strength is measured against it.",
        "1",
        "0.3",
        "1.5",
    ),
    _stake("b_revisionist", "What prevailing is worth to a revisionist Russia.", "1.6", "1", "2.5"),
    _stake(
        "b_security", "What prevailing is worth to a security-seeking Russia.", "0.7", "0.3", "1"
    ),
    _stake("c_0", "What a challenge costs Russia in any case.", "0.25", "0.1", "0.5"),
    _stake("c_A", "What aid to Ukraine costs Russia on top.", "0.15", "0.05", "0.3"),
    _stake("c_F", "What force by the Guarantor costs Russia on top.", "0.4", "0.2", "1"),
    _stake("c_U", "What a challenge costs Ukraine, whoever prevails.", "0.3", "0.1", "0.6"),
    _stake("c_d", "What keeping its defence costs Ukraine.", "0.05", "0.01", "0.15"),
    _stake("c_q", "What being provocative costs Ukraine in any case.", "0.01", "0.005", "0.03"),
    _stake("w", "What provoking is worth to Ukraine unless Russia attacks.", "0.1", "0", "0.3"),
    _stake("t", "What being provoked costs Russia unless it attacks.", "0.05", "0", "0.2"),
    _stake(
        "sigma",
        "The severity of a probe, and the part of the prize that it decides.",
        "0.3",
        "0.1",
        "0.5",
        "share of a full attack",
    ),
    _stake(
        "phi",
        "Probability that the Guarantor is resolved.",
        "0.5",
        "0.2",
        "0.75",
        _PROBABILITY,
    ),
    _stake(
        "rho",
        "Probability that Russia is revisionist.",
        "0.6",
        "0.3",
        "0.8",
        _PROBABILITY,
    ),
    _stake(
        "c_pi", "What full presence costs the Guarantor, whatever happens.", "0.05", "0.01", "0.15"
    ),
    _stake("y", "What full presence adds to the Guarantor's stake (tripwire).", "0.5", "0", "1"),
    _stake(
        "terms",
        "The share of the prize that Russia keeps by a settlement. The range is what is plausible; "
        "a game takes any share.",
        "0.15",
        "0",
        "0.3",
        "share of the prize",
        symbol="x",
        stage="settlement",
    ),
    _stake(
        "g",
        "Aid to Ukraine while the war goes on, as a multiple of the aid that answers a challenge.",
        "1",
        "0",
        "2",
        "the aid that m_aid stands for = 1",
        stage="settlement",
    ),
    _stake(
        "c_wU",
        "What the war costs Ukraine if it goes on.",
        "0.35",
        "0.2",
        "0.7",
        stage="settlement",
    ),
    _stake(
        "c_wR",
        "What the war costs Russia if it goes on.",
        "0.35",
        "0.15",
        "0.7",
        stage="settlement",
    ),
    _stake(
        "k_w",
        "What aid of g = 1 in the war costs the Guarantor.",
        "0.15",
        "0.05",
        "0.3",
        stage="settlement",
    ),
    _stake(
        "f",
        "Risk of disaster in climbing the first rung; the n-th carries n times as much.",
        "0.05",
        "0.01",
        "0.2",
        _PROBABILITY,
        stage="escalation",
    ),
    _stake("c_b", "What it costs to back down.", "0.2", "0.05", "0.5", stage="escalation"),
    _stake("D_R", "What a disaster costs Russia.", "3", "1", "6", stage="escalation"),
    _stake("D_G", "What a disaster costs the Guarantor.", "3", "1", "6", stage="escalation"),
    _stake("D_U", "What a disaster costs Ukraine.", "2", "1", "6", stage="escalation"),
)

PARAMETERS: dict[str, Parameter] = {p.name: p for p in (*_INSTRUMENTS, *_STAKES)}


def defaults() -> dict[str, Fraction]:
    """The default of every parameter; instruments are those of the op-ed's proposal.

    Returns
    -------
    dict of str to fractions.Fraction
        A new dictionary, safe to change.

    Examples
    --------
    >>> defaults()["strength"]
    Fraction(11, 25)
    """
    return {name: parameter.default for name, parameter in PARAMETERS.items()}


def ranges() -> dict[str, tuple[Fraction, Fraction]]:
    """The two ends of every parameter's range.

    The threshold's range is open, (0, 1): its ends are given here too, as limits. Every formula
    is defined there; `Parameter.admits` leaves them out.

    Returns
    -------
    dict of str to (fractions.Fraction, fractions.Fraction)
        A new dictionary, safe to change.

    Examples
    --------
    >>> ranges()["sigma"]
    (Fraction(1, 10), Fraction(1, 2))
    """
    return {name: (parameter.low, parameter.high) for name, parameter in PARAMETERS.items()}


def parameters() -> pd.DataFrame:
    """Every instrument and stake as a table.

    Returns
    -------
    pandas.DataFrame
        Indexed by name, with the columns symbol, kind, default, low, high, open, unit, meaning,
        stage (the optional one that uses it), tied (the name that sets it with others) and source.
        Numbers are floats for reading; `defaults` and `ranges` give them exactly.

    Examples
    --------
    >>> print(*parameters().loc["trigger_ambiguity", ["default", "tied"]])
    0.5 ambiguity
    """
    return table_of(PARAMETERS.values())


def table_of(listed: Iterable[Parameter]) -> pd.DataFrame:
    """Some parameters as a table; see `parameters`."""
    import pandas as pd

    setter = {member: name for name, members in TIED.items() for member in members}
    rows = [
        {
            "name": p.name,
            "symbol": p.symbol,
            "kind": p.kind,
            "default": float(p.default),
            "low": float(p.low),
            "high": float(p.high),
            "open": p.open,
            "unit": p.unit,
            "meaning": p.meaning,
            "stage": p.stage,
            "tied": setter.get(p.name, ""),
            "source": p.source,
        }
        for p in listed
    ]
    return pd.DataFrame(rows).set_index("name")
