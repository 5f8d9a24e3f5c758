"""The menu of guarantees from which the Guarantor offers one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Rational, nan, oo, zoo

from deterrence.errors import InputError, LimitError, ParameterError, unknown
from deterrence.games.numbers import exact, is_formula
from deterrence.guarantee.parameters import PARAMETERS, TIED
from deterrence.guarantee.payoffs import Guarantee

__all__ = ["read_menu"]

INSTRUMENTS = tuple(name for name, p in PARAMETERS.items() if p.kind == "instrument")
MOST_OFFERS = 12


def read_menu(menu: Any, *, needed: bool) -> dict[str, Guarantee]:
    """The guarantees on a menu, by label.

    Parameters
    ----------
    menu : mapping of str to mapping of str to number or formula, or None
        By label, the instruments that the entry sets; the others stay symbols.
    needed : bool
        Whether an offer is made; without one a menu has no effect, which is an error.

    Returns
    -------
    dict of str to Guarantee
        Empty without a menu.

    Raises
    ------
    InputError
        If a menu is missing, has no effect, is not one, or has fewer than two entries.
    ParameterError
        For a number out of range, or one that is none.
    LabelError
        For an unknown instrument; near misses are offered.
    LimitError
        For more than 12 entries.
    """
    if menu is None:
        if needed:
            raise InputError(
                "an offer needs a menu; give for example "
                "menu={'weak': {'strength': '0.2'}, 'strong': {'strength': '0.8'}}."
            )
        return {}
    if not needed:
        raise InputError("a menu has no effect without the stage 'offer'; play or fix that stage.")
    if not isinstance(menu, Mapping):
        raise InputError(f"a menu gives instruments by label, not {menu!r}.")
    if len(menu) < 2:
        raise InputError(f"a menu has two entries or more, not {len(menu)}.")
    if len(menu) > MOST_OFFERS:
        raise LimitError(f"the menu has {len(menu)} entries; at most {MOST_OFFERS} are taken.")
    return {_label(label): _guarantee(label, entry) for label, entry in menu.items()}


def _label(label: Any) -> str:
    if not isinstance(label, str) or not label.strip():
        raise InputError(
            f"an entry of a menu is called by a text that is not empty, not {label!r}."
        )
    return label


def _guarantee(label: str, entry: Any) -> Guarantee:
    if not isinstance(entry, Mapping):
        raise InputError(
            f"menu entry {label!r}: give instruments by name, such as {{'strength': '0.8'}}, or "
            f"{{}} for the guarantee as it is, not {entry!r}."
        )
    for name in entry:
        if name not in (*INSTRUMENTS, *TIED):
            raise unknown(f"instrument in menu entry {label!r}", name, (*INSTRUMENTS, *TIED))
    tied = {member: entry[n] for n, members in TIED.items() if n in entry for member in members}
    given = {**tied, **{name: value for name, value in entry.items() if name not in TIED}}
    return Guarantee(**{name: _value(label, name, value) for name, value in given.items()})


def _value(label: str, name: str, value: Any) -> Expr:
    what = f"menu entry {label!r}, {name}"
    if is_formula(value):
        return _formula(what, value)
    try:
        number = exact(value, what)
    except InputError as error:
        raise ParameterError(str(error)) from None
    parameter = PARAMETERS[name]
    if not parameter.admits(number):
        raise ParameterError(
            f"{what}: {value} is out of range; it lies "
            f"{'strictly ' if parameter.open else ''}between {parameter.low} and {parameter.high}."
        )
    return Rational(number.numerator, number.denominator)


def _formula(what: str, value: Any) -> Expr:
    if not isinstance(value, Expr) or value.has(nan, oo, -oo, zoo):
        raise ParameterError(f"{what}: {value} is not a formula for a finite number.")
    if not value.free_symbols:
        raise ParameterError(f"{what}: {value} is not rational; give a fraction or a decimal.")
    return value
