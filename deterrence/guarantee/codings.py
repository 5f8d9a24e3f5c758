"""What a coded arrangement means in the game: the scales, and the map to instruments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction

from deterrence.errors import ParameterError, unknown
from deterrence.games.numbers import exact

__all__ = ["DEFAULT_MAP", "MARGIN", "SCALES", "CodingMap", "Scale", "allowed", "figure"]


@dataclass(frozen=True)
class Scale:
    """How one feature of an arrangement is put into a number between 0 and 1.

    Attributes
    ----------
    meaning : str
        What is judged.
    steps : tuple of (str, str)
        Marks on the scale, each with what it stands for; values in between are allowed.
    only_marks : bool
        Whether the marks are the only values.
    """

    meaning: str
    steps: tuple[tuple[str, str], ...]
    only_marks: bool = False

    def admits(self, value: Fraction) -> bool:
        """Whether a value lies on the scale.

        Parameters
        ----------
        value : fractions.Fraction

        Returns
        -------
        bool
        """
        if self.only_marks:
            return any(value == Fraction(mark) for mark, _ in self.steps)
        return 0 <= value <= 1


# How far a second reader may well put the same text: every coding is judgement to this extent.
MARGIN = Fraction(3, 20)

_VAGUENESS = (("0", "settled to the letter"), ("1", "not defined at all"))

SCALES: dict[str, Scale] = {
    "legal": Scale(
        "How firm the legal form is.",
        (
            ("0", "no undertaking"),
            ("0.2", "a declaration"),
            ("0.4", "an executive agreement"),
            ("0.6", "meant to be binding"),
            ("0.8", "passed into law"),
            ("1", "a ratified treaty"),
        ),
    ),
    "automatic": Scale(
        "How much of the response follows without a decision.",
        (
            ("0", "nothing, or what can be vetoed"),
            ("0.25", "consultation"),
            ("0.5", "a duty, once a finding is made"),
            ("0.75", "steps planned beforehand"),
            ("1", "everything"),
        ),
    ),
    "scope": Scale(
        "How far the promised help reaches.",
        (
            ("0.1", "diplomacy"),
            ("0.3", "sanctions and money"),
            ("0.5", "arms"),
            ("0.75", "force is possible"),
            ("1", "force is expected"),
        ),
    ),
    "presence": Scale(
        "What is in place before any attack.",
        (
            ("0", "nothing"),
            ("0.2", "training"),
            ("0.5", "aid on a large scale"),
            ("0.7", "10,000 to 30,000 troops in the rear"),
            ("0.9", "large forces near the line"),
        ),
    ),
    "thr_amb": Scale("How vague it is when the promise applies.", _VAGUENESS),
    "resp_amb": Scale("How vague it is what is then owed.", _VAGUENESS),
    "conditions": Scale(
        "How strict the conditions on Ukraine are.",
        (("0", "none"), ("1", "cover hangs on them")),
    ),
    "aggressor_veto": Scale(
        "Whether the attacker can stop the response.", (("0", "no"), ("1", "yes")), True
    ),
}


@dataclass(frozen=True)
class CodingMap:
    """From codings to the instruments of the game; the weights are judgement.

    Another map is made with `dataclasses.replace` and passed to `read_scenario` or `arrangement`.
    Numbers are kept exact; floats are taken as the decimals they print as.

    Parameters
    ----------
    legal_weight, scope_weight : fractions.Fraction
        What legal form and scope count for in strength; together at most 1.
    veto_factor : fractions.Fraction
        What is left of strength where the aggressor has a veto, whatever the text says.
    automatic_from : fractions.Fraction
        Coding of `automatic` up to which the guarantor still decides everything; from there
        automaticity rises in a straight line to 1. At 1/2 it is max(0, 2 automatic - 1).
    threshold, defence_condition : fractions.Fraction
        Instruments that are not coded, the same for every arrangement.

    Raises
    ------
    ParameterError
        For a number outside its range.

    Examples
    --------
    >>> from dataclasses import replace
    >>> replace(CodingMap(), veto_factor=0).veto_factor
    Fraction(0, 1)
    """

    legal_weight: Fraction = Fraction(3, 5)
    scope_weight: Fraction = Fraction(2, 5)
    veto_factor: Fraction = Fraction(1, 5)
    automatic_from: Fraction = Fraction(1, 2)
    threshold: Fraction = Fraction(1, 2)
    defence_condition: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        for field in fields(self):
            number = exact(getattr(self, field.name), field.name)
            object.__setattr__(self, field.name, number)
            if not 0 <= number <= 1:
                raise ParameterError(_out(field.name, number, "it lies between 0 and 1"))
        if self.legal_weight + self.scope_weight > 1:
            total = self.legal_weight + self.scope_weight
            raise ParameterError(
                _out("legal_weight + scope_weight", total, "at most 1, so that strength is too")
                + " Lower the other weight as well."
            )
        if self.automatic_from == 1:
            raise ParameterError(_out("automatic_from", self.automatic_from, "it lies below 1"))
        if self.threshold in (0, 1):
            raise ParameterError(_out("threshold", self.threshold, "it lies inside (0, 1)"))

    def instruments(self, codings: Mapping[str, object]) -> dict[str, Fraction]:
        """The instruments that an arrangement's codings stand for.

        Parameters
        ----------
        codings : mapping of str to number
            One number for each name in `SCALES`.

        Returns
        -------
        dict of str to fractions.Fraction
            One number for each instrument of the game.

        Raises
        ------
        LabelError
            For an unknown or missing coding.
        ParameterError
            For a number that is not on its scale.

        Examples
        --------
        >>> coded = dict.fromkeys(SCALES, 0) | {"legal": 1, "scope": 0.5, "automatic": 0.75}
        >>> found = CodingMap().instruments(coded)
        >>> found["strength"], found["automaticity"]
        (Fraction(4, 5), Fraction(1, 2))
        """
        coded = _on_their_scales(codings)
        strength = self.legal_weight * coded["legal"] + self.scope_weight * coded["scope"]
        kept = self.veto_factor if coded["aggressor_veto"] else 1
        above = (coded["automatic"] - self.automatic_from) / (1 - self.automatic_from)
        return {
            "strength": strength * kept,
            "trigger_ambiguity": coded["thr_amb"],
            "response_ambiguity": coded["resp_amb"],
            "threshold": self.threshold,
            "conditionality": coded["conditions"],
            "defence_condition": self.defence_condition,
            "automaticity": max(Fraction(0), above),
            "presence": coded["presence"],
        }


DEFAULT_MAP = CodingMap()


def _on_their_scales(codings: Mapping[str, object]) -> dict[str, Fraction]:
    for name in codings:
        if name not in SCALES:
            raise unknown("coding", name, SCALES)
    missing = [name for name in SCALES if name not in codings]
    if missing:
        raise ParameterError(f"no coding for {', '.join(missing)}; give a number for each.")
    coded = {name: exact(codings[name], name) for name in SCALES}
    for name, value in coded.items():
        if not SCALES[name].admits(value):
            raise ParameterError(_out(name, value, allowed(name)))
    return coded


def allowed(name: str) -> str:
    """What a coding may be, in words.

    Parameters
    ----------
    name : str
        A name in `SCALES`.

    Returns
    -------
    str
    """
    if SCALES[name].only_marks:
        marks = " or ".join(f"{mark} ({text})" for mark, text in SCALES[name].steps)
        return f"it is {marks}"
    marks = ", ".join(f"{mark} {text}" for mark, text in SCALES[name].steps)
    return f"it lies between 0 and 1 ({marks})"


def figure(value: Fraction) -> str:
    """A number as somebody would write it, of whatever size.

    Parameters
    ----------
    value : fractions.Fraction

    Returns
    -------
    str
    """
    try:
        return f"{float(value):.6g}"
    except OverflowError:
        return "a number beyond 1e308"


def _out(name: str, value: Fraction, rule: str) -> str:
    return f"{name} = {figure(value)} is out of range: {rule}."
