"""Numbers on the page about settlement that are too slow to be computed there."""

from fractions import Fraction

import pytest

import deterrence as dt

OPED = dt.arrangement("oped")


@pytest.mark.parametrize(("terms", "best", "worst"), [
    ("0.0715", False, False), ("0.0717", True, False), ("0.1383", True, False),
    ("0.1385", True, True),
])  # fmt: skip
def test_what_a_revisionist_russia_accepts_where_it_may_test(terms, best, worst):
    """In the game with all stages, whose range takes a minute: the page's ends, from both sides."""
    from deterrence.guarantee.settlement import after_settlement

    game = after_settlement("both types")
    values = OPED.values(terms=terms)
    solved = dt.solve(game.at({name: values[name] for name in game.parameters}))
    assert solved.complete
    war = Fraction("1.6") / (1 + Fraction("1.2") + Fraction("0.6")) - Fraction("0.35")
    least, most = (x / 0.6 for x in solved.most_and_least("Russia, revisionist"))
    assert (most >= war, least >= war) == (best, worst)
