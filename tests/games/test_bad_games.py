"""Games and points that are refused, each with the message that its author gets."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.errors import (
    DeterrenceError,
    GameError,
    InputError,
    LabelError,
    LimitError,
    ParameterError,
    ProbabilityError,
    RecallError,
)

X, Y, P, Q = sympy.symbols("x y p q")
HALF = Fraction(1, 2)
TWO = ("Ann", "Bob")


def end(ann: Any = 0, bob: Any = 0, events: Any = ()) -> dt.Outcome:
    return dt.Outcome({"Ann": ann, "Bob": bob}, events)


def game(root: Any, players: Any = TWO, **options: Any) -> dt.Game:
    return dt.Game(players, root, **options)


def pays(value: Any, **options: Any) -> dt.Game:
    return game(dt.Move("Ann", (), {"take": end(value), "leave": end()}), **options)


def chance(*probabilities: Any) -> dt.Game:
    labels = ("heads", "tails", "edge")
    return game(
        dt.Chance({label: (p, end()) for label, p in zip(labels, probabilities, strict=False)})
    )


def move(knows: Any, *actions: str, below: Any = None, player: Any = "Ann") -> dt.Move:
    return dt.Move(player, knows, {a: below or end() for a in actions})


def either(one: Any, other: Any) -> dt.Chance:
    return dt.Chance({"heads": (HALF, one), "tails": (HALF, other)})


def explosion() -> Any:
    node: Any = end()
    for level in range(40):
        node = move(level, "left", "right", below=node)
    return node


LATER = move("later", "go")


@dataclass(frozen=True)
class Bad:
    """What is tried, the error that it meets, and words of the message."""

    name: str
    attempt: Callable[[], Any]
    error: type[DeterrenceError]
    words: tuple[str, ...]


def bad(name: str, attempt: Callable[[], Any], error: type[DeterrenceError], *words: str) -> Bad:
    return Bad(name, attempt, error, words)


# fmt: off
PLAYERS = [
    bad("no players", lambda: game(end(), ()), GameError, "at least one player"),
    bad("a player twice", lambda: game(end(), ("Ann", "Bob", "Ann")), GameError,
        "share a name", "'Bob', 'Ann'"),
    bad("a player without a name", lambda: game(end(), ("Ann", "")), GameError,
        "non-empty strings", "''"),
    bad("a player that is a number", lambda: game(end(), ("Ann", 2)), GameError,
        "non-empty strings", "2"),
    bad("an unknown player moves", lambda: game(move((), "go", player="Anne")), LabelError,
        "unknown player 'Anne'", "Did you mean 'Ann'", "'Bob'"),
    bad("a list of players moves", lambda: game(move((), "go", player=["Ann"])), LabelError,
        "unknown player ['Ann']", "'Ann', 'Bob'"),
    bad("chance moves as a player", lambda: game(move((), "go", player=None)), LabelError,
        "unknown player None"),
    bad("players that are none", lambda: game(end(), None), GameError,
        "sequence of names", "not None"),
]
PAYOFFS = [
    bad("a payoff is missing", lambda: game(dt.Outcome({"Ann": 1})), GameError,
        "payoffs at history ()", "no number for Bob", "one for each"),
    bad("no payoffs", lambda: game(move((), "go", below=dt.Outcome({}))), GameError,
        "('go',)", "Ann, Bob"),
    bad("a payoff for somebody else",
        lambda: game(dt.Outcome({"Ann": 1, "Bob": 1, "Rob": 1})), LabelError,
        "unknown player", "'Rob'", "Did you mean 'Bob'"),
    bad("payoffs in a list", lambda: game(dt.Outcome([1, 2])), GameError,
        "mapping from player to number", "[1, 2]"),
    bad("one payoff for all", lambda: game(dt.Outcome(3)), GameError,
        "mapping from player to number", "not 3"),
    bad("float nan", lambda: pays(float("nan")), InputError, "payoff of Ann", "nan is not finite"),
    bad("float infinity", lambda: pays(math.inf), InputError, "payoff of Ann", "inf is not finite"),
    bad("numpy nan", lambda: pays(np.float64("nan")), InputError, "payoff of Ann", "not finite"),
    bad("numpy infinity", lambda: pays(-np.inf), InputError, "payoff of Ann", "not finite"),
    bad("single precision nan", lambda: pays(np.float32("nan")), InputError, "not finite"),
    bad("decimal nan", lambda: pays(Decimal("NaN")), InputError,
        "payoff of Ann", "'NaN'", "not a finite number"),
    bad("decimal infinity", lambda: pays(Decimal("Infinity")), InputError, "'Infinity'"),
    bad("sympy infinity", lambda: pays(sympy.oo), InputError, "payoff of Ann", "oo is not finite"),
    bad("sympy nan", lambda: pays(sympy.nan), InputError, "nan is not finite"),
    bad("sympy complex infinity", lambda: pays(sympy.zoo), InputError, "zoo is not finite"),
    bad("infinity in a formula", lambda: pays(sympy.oo * X), InputError,
        "payoff of Ann", "oo*", "not finite"),
    bad("text that is code", lambda: pays("__import__('os').abort()"), InputError,
        "payoff of Ann", "__import__", "never evaluated"),
    bad("text that is a formula", lambda: pays("x + 1"), InputError, "'x + 1'", "never evaluated"),
    bad("text that fills the memory", lambda: pays("1e999999999"), InputError,
        "'1e999999999'", "not a finite number"),
    bad("text of many digits", lambda: pays("9" * 100_000), InputError,
        "999...", "not a finite number"),
    bad("text nan", lambda: pays("nan"), InputError, "'nan'", "not a finite number"),
    bad("empty text", lambda: pays(""), InputError, "''", "not a finite number"),
    bad("text that divides by zero", lambda: pays("1/0"), InputError, "'1/0'", "divides by zero"),
    bad("a bool", lambda: pays(True), InputError,
        "payoff of Ann", "True is not a number", "int, Fraction or decimal"),
    bad("a numpy bool", lambda: pays(np.bool_(False)), InputError,
        "payoff of Ann", "is not a number"),
    bad("None", lambda: pays(None), InputError, "None is not a number"),
    bad("a complex number", lambda: pays(1j), InputError, "1j is not a number"),
    bad("an array", lambda: pays(np.array([1, 2])), InputError, "is not a number"),
    bad("an event's weight that is no number",
        lambda: game(end(events={"war": "much"})), InputError,
        "weight of event 'war'", "'much'"),
    bad("an event's weight that is nan", lambda: game(end(events={"war": math.nan})), InputError,
        "weight of event 'war'", "not finite"),
    bad("an imaginary number", lambda: pays(sympy.I), InputError,
        "payoff of Ann", "I is not a real number"),
    bad("a truth", lambda: pays(sympy.true), InputError, "payoff of Ann", "True is not a number"),
    bad("a comparison", lambda: pays(X > 1), InputError, "payoff of Ann", "x > 1 is not a number"),
    bad("a matrix", lambda: pays(sympy.Matrix([X, Y])), InputError,
        "payoff of Ann", "Matrix", "not a number"),
    bad("a function without a definition", lambda: pays(sympy.Function("f")(X)), InputError,
        "payoff of Ann", "f(x) is a function without a definition"),
    bad("no events but none", lambda: game(end(events=None)), GameError,
        "events at history ()", "None", "mapping from name to weight"),
    bad("events that are a number", lambda: game(move((), "go", below=end(events=7))), GameError,
        "events at history ('go',)", "7"),
    bad("an event that is a list", lambda: game(end(events=[["war"]])), GameError,
        "events at history ()", "[['war']]"),
    bad("an event that is a number", lambda: game(end(events=[1])), GameError, "[1]", "give names"),
    bad("an event's weight above one", lambda: game(end(events={"war": 5})), GameError,
        "weight of event 'war' is 5", "[0, 1]"),
    bad("an event's weight below zero", lambda: game(end(events={"war": "-1/2"})), GameError,
        "weight of event 'war' is -0.5", "[0, 1]"),
]
NODES = [
    bad("a move without choices", lambda: game(move("lost")), GameError,
        "Ann", "'lost'", "no choices", "at least one"),
    bad("choices in a list", lambda: game(dt.Move("Ann", "lost", ["go"])), GameError,
        "'lost'", "no choices"),
    bad("chance without branches", lambda: game(move((), "go", below=dt.Chance({}))), GameError,
        "chance move", "('go',)", "no branches"),
    bad("a branch without a probability", lambda: game(dt.Chance({"heads": end()})), GameError,
        "'heads'", "(probability, node)"),
    bad("a branch of three", lambda: game(dt.Chance({"heads": (1, end(), 2)})), GameError,
        "'heads'", "(probability, node)"),
    bad("a branch the wrong way round", lambda: game(dt.Chance({"heads": (end(), 1)})), InputError,
        "probability of 'heads'", "Outcome", "not a number"),
    bad("a node that is a number", lambda: game(move((), "go", below=7)), GameError,
        "('go',)", "stands 7", "a Move, a Chance or an Outcome"),
    bad("a node that is missing", lambda: game(None), GameError,
        "history ()", "None", "a Move, a Chance or an Outcome"),
    bad("a node that is a class", lambda: game(dt.Outcome), GameError,
        "a Move, a Chance or an Outcome"),
    bad("a node that is a dictionary", lambda: game({"Ann": 1, "Bob": 2}), GameError,
        "{'Ann': 1", "a Move, a Chance or an Outcome"),
    bad("a game in place of a node", lambda: game(pays(1)), GameError,
        "<Game:", "a Move, a Chance or an Outcome"),
    bad("knowing a list", lambda: game(move(["probe"], "go")), GameError,
        "`knows` of Ann", "['probe']", "cannot be hashed", "tuple"),
    bad("knowing a set in a tuple", lambda: game(move(({1},), "go")), GameError,
        "({1},)", "cannot be hashed"),
    bad("other actions at the same knowledge",
        lambda: game(either(move("dark", "left", "right"), move("dark", "left", "up"))), GameError,
        "Ann knows 'dark'", "different actions", "['left', 'right']", "['left', 'up']",
        "('tails',)"),
    bad("one action fewer at the same knowledge",
        lambda: game(either(move("dark", "left", "right"), move("dark", "left"))), GameError,
        "different actions", "['left']"),
    bad("shared nodes that explode", lambda: game(explosion()), LimitError,
        "more than", "nodes", "counts twice"),
]
RECALL = [
    bad("forgetting what one did",
        lambda: game(move("first", "in", "out", below=LATER)), RecallError,
        "Ann", "'later'", "'first'", "'in' or 'out'", "Put what the player did"),
    bad("forgetting what one knew",
        lambda: game(either(move("heads", "go", below=LATER), move("tails", "go", below=LATER))),
        RecallError,
        "Ann", "'later'", "'heads' and 'tails'"),
    bad("forgetting that one moved",
        lambda: game(either(move("first", "go", below=LATER), LATER)), RecallError,
        "Ann", "'later'", "'first'", "'go'"),
    bad("not knowing where one is",
        lambda: game(move("road", "on", "exit", below=move("road", "on", "exit"))), RecallError,
        "Ann", "'road'", "twice in one play", "('on',)"),
]
CHANCES = [
    bad("sum below one", lambda: chance("1/2", "1/3"), ProbabilityError,
        "history ()", "sum to 0.83", "for Ann", "not to 1", "exactly"),
    bad("sum above one", lambda: chance(1, 1), ProbabilityError, "sum to 2", "not to 1"),
    bad("thirds as floats", lambda: chance(1 / 3, 1 / 3, 1 / 3), ProbabilityError,
        "0.9999999999999999", "fractions or decimal strings"),
    bad("formulas that cannot sum to one", lambda: chance(P, 1 - P, "1/10"), ProbabilityError,
        "sum to 11/10", "not to 1"),
    bad("formulas that sum to nothing", lambda: chance(P, -P), ProbabilityError, "sum to 0"),
    bad("formulas that do not at the point",
        lambda: chance(P, Q).at(p="1/2", q="1/3"), ProbabilityError,
        "sum to 0.83", "not to 1"),
    bad("formulas that do not at half a point",
        lambda: chance(P, Q - P).at(q="1/3"), ProbabilityError,
        "sum to 1/3", "not to 1"),
    bad("formulas of powers that do not at the point",
        lambda: chance(X**2, 1 - Y).at(x="1/2", y="1/2"), ProbabilityError,
        "sum to 0.75"),
    bad("a negative probability", lambda: chance("-1/2", "3/2"), ProbabilityError,
        "history ()", "-0.5", "[0, 1]"),
    bad("a probability above one", lambda: chance("3/2", "-1/2"), ProbabilityError,
        "1.5", "[0, 1]"),
    bad("a negative probability at the point", lambda: chance(P, 1 - P).at(p=-1), ProbabilityError,
        "-1", "[0, 1]"),
    bad("a probability that is nan", lambda: chance(math.nan, 1), InputError,
        "probability of 'heads'", "not finite"),
    bad("a probability that is a bool", lambda: chance(True), InputError,
        "probability of 'heads'", "True is not a number"),
    bad("a probability that is text", lambda: chance("likely", 1), InputError,
        "'likely'", "never evaluated"),
    bad("a probability for one player only", lambda: chance({"Ann": 1}), GameError,
        "probability of 'heads'", "no number for Bob"),
    bad("a probability for somebody else",
        lambda: chance({"Ann": 1, "Bob": 1, "Rob": 1}), LabelError,
        "probability of 'heads'", "'Rob'", "'Bob'"),
    bad("one player's probabilities do not sum",
        lambda: chance({"Ann": HALF, "Bob": HALF}, {"Ann": HALF, "Bob": "1/4"}), ProbabilityError,
        "sum to 0.75", "for Bob"),
    bad("impossible for one player only",
        lambda: chance({"Ann": 0, "Bob": HALF}, {"Ann": 1, "Bob": HALF}), ProbabilityError,
        "('heads',)", "probability zero for Ann only", "small positive"),
    bad("impossible for one player only, at the point",
        lambda: chance({"Ann": P, "Bob": HALF}, {"Ann": 1 - P, "Bob": HALF}).at(p=1),
        ProbabilityError,
        "('tails',)", "zero for Ann only"),
    bad("a huge probability", lambda: chance("1e999", 1), ProbabilityError,
        "history ()", "2**", "[0, 1]"),
    bad("an imaginary probability", lambda: chance(sympy.I, 1 - sympy.I), InputError,
        "probability of 'heads'", "I is not a real number"),
    bad("an irrational probability above one",
        lambda: chance(sympy.sqrt(2), 1 - sympy.sqrt(2)), ProbabilityError,
        "1.41421", "[0, 1]"),
    bad("irrational probabilities that do not sum to one",
        lambda: chance(sympy.exp(-X), sympy.exp(-Y)).at(x=1, y=1), ProbabilityError,
        "sum to 0.73", "not to 1"),
    bad("fractions of formulas that cannot sum to one",
        lambda: chance(P / (P + Q), Q / (P + Q), "1/10"), ProbabilityError,
        "sum to", "not to 1"),
    bad("a probability that becomes imaginary",
        lambda: chance(sympy.sqrt(X), Y).at(x=-1), ProbabilityError,
        "history ()", "is I for Ann", "[0, 1]"),
]
POINTS = [
    bad("an unknown parameter",
        lambda: pays(sympy.Symbol("strength")).at(strenght=1), ParameterError,
        "unknown parameter 'strenght'", "Did you mean 'strength'"),
    bad("an unknown parameter, nothing near", lambda: pays(X).at(zzz=1), ParameterError,
        "unknown parameter 'zzz'", "Allowed: 'x'"),
    bad("no parameters at all", lambda: pays(1).at(x=1), ParameterError,
        "unknown parameter 'x'", "none"),
    bad("near a tied name",
        lambda: pays(X, tied={"ambiguity": ("x",)}).at(ambiguty=1), ParameterError,
        "Did you mean 'ambiguity'"),
    bad("a name tied to nothing",
        lambda: pays(X, tied={"both": ("x", "y")}).at(both=1), ParameterError,
        "unknown parameter 'y'"),
    bad("above the range", lambda: pays(X, ranges={"x": (0, 1)}).at(x=2), ParameterError,
        "x = 2", "out of range", "between 0 and 1"),
    bad("below the range", lambda: pays(X, ranges={"x": (0, 1)}).at(x="-1/3"), ParameterError,
        "x = -1/3", "between 0 and 1"),
    bad("out of a tied member's range",
        lambda: pays(X, tied={"both": ("x",)}, ranges={"x": (0, 1)}).at(both=3), ParameterError,
        "x = 3", "between 0 and 1"),
    bad("a point at nan", lambda: pays(X).at(x=math.nan), ParameterError, "x: nan is not finite"),
    bad("a point at infinity", lambda: pays(X).at(x=sympy.oo), ParameterError,
        "x: oo is not a number"),
    bad("a point that is text", lambda: pays(X).at(x="__import__('os').abort()"), ParameterError,
        'x: "__import__', "never evaluated"),
    bad("a point that is a bool", lambda: pays(X).at(x=False), ParameterError,
        "x: False is not a number"),
    bad("a point that is a formula", lambda: pays(X).at(x=Y), ParameterError,
        "x: y is not a number"),
    bad("a point that is a list", lambda: pays(X).at(x=[0, 1]), ParameterError,
        "x: [0, 1] is not a number"),
    bad("a point that is complex", lambda: pays(X).at(x=1j), ParameterError,
        "x: 1j is not a number"),
    bad("a symbol for a name", lambda: pays(X).at({X: 1}), ParameterError, "unknown parameter x"),
    bad("dividing by zero at the point", lambda: pays(1 / X).at(x=0), InputError,
        "1/x", "no finite value"),
    bad("dividing by zero, of two", lambda: pays(X / (X - Y)).at(x=1, y=1), InputError,
        "x/(x - y)", "no finite value"),
    bad("a logarithm of nothing", lambda: pays(sympy.log(X)).at(x=0), InputError,
        "log(x)", "no finite value"),
    bad("a root of a negative number", lambda: pays(sympy.sqrt(X)).at(x=-1), InputError,
        "sqrt(x)", "no finite value"),
    bad("a cube root that is complex", lambda: pays(X ** sympy.Rational(1, 3)).at(x=-8), InputError,
        "x**(1/3)", "complex"),
    bad("an imaginary payoff", lambda: pays(1 + sympy.I * X).at(x=1), InputError,
        "I*x + 1", "complex"),
    bad("a number too large for a float", lambda: pays(sympy.exp(X)).at(x=1000), InputError,
        "no finite value"),
    bad("two symbols of one name", lambda: pays(X + sympy.Symbol("x", positive=True)), InputError,
        "two different symbols", "'x'", "one sympy.Symbol object"),
    bad("a range the wrong way round", lambda: pays(X, ranges={"x": (1, 0)}), ParameterError,
        "range of x is empty", "1 > 0"),
    bad("a range that ends at nan", lambda: pays(X, ranges={"x": (0, math.nan)}), InputError,
        "high end of x", "not finite"),
    bad("a range that is text", lambda: pays(X, ranges={"x": ("low", 1)}), InputError,
        "low end of x", "'low'"),
    bad("solving with formulas", lambda: dt.solve(pays(X * Y)), ParameterError,
        "formulas in x, y", "game.at"),
    bad("a point that is one text", lambda: pays(X).at("x"), ParameterError,
        "at() takes a mapping", "'x'"),
    bad("a point that is a list of pairs", lambda: pays(X).at([("x", 1)]), ParameterError,
        "at() takes a mapping", "[('x', 1)]"),
    bad("a huge number out of range",
        lambda: pays(X, ranges={"x": (0, 1)}).at(x=10**5000), ParameterError,
        "x = about 2**", "out of range", "between 0 and 1"),
    bad("below a huge range",
        lambda: pays(X, ranges={"x": (0, "1e999")}).at(x=-1), ParameterError,
        "x = -1", "between 0 and about 2**"),
    bad("a range that is a number", lambda: pays(X, ranges={"x": 5}), ParameterError,
        "range of x is 5", "(low, high)"),
    bad("a range of three", lambda: pays(X, ranges={"x": (0, 1, 2)}), ParameterError,
        "range of x is (0, 1, 2)", "(low, high)"),
    bad("ranges in a list", lambda: pays(X, ranges=[("x", 0, 1)]), ParameterError,
        "mapping from name to (low, high)", "[('x', 0, 1)]"),
    bad("a tied name for one text", lambda: pays(X, tied={"both": "x y"}), ParameterError,
        "'both'", "'x y'", "tuple of parameter names"),
    bad("dividing by zero with some numbers in", lambda: pays(Y / X).at(x=0), InputError,
        "y/x", "no finite value"),
    bad("a formula that Python cannot compute", lambda: pays(sympy.besselj(0, X)).at(x=1),
        InputError,
        "cannot be computed", "besselj", "Use powers"),
    bad("tied names in a list", lambda: pays(X, tied=[("both", ("x",))]), ParameterError,
        "mapping from name", "[('both', ('x',))]"),
    bad("a tied name for nothing", lambda: pays(X, tied={"both": None}), ParameterError,
        "'both'", "None", "tuple of parameter names"),
]
# fmt: on

TABLE = [*PLAYERS, *PAYOFFS, *NODES, *RECALL, *CHANCES, *POINTS]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_bad_input_is_refused_and_told_why(row: Bad, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deterrence.games.laying_flat.MOST_NODES", 10_000)
    with pytest.raises(DeterrenceError) as caught:
        row.attempt()
    assert type(caught.value) is row.error, repr(caught.value)
    message = str(caught.value)
    missing = [word for word in row.words if word not in message]
    assert not missing, message
    assert message.endswith((".", "none"))
    assert len(message) < 500


def test_the_table_is_long_enough_and_no_row_is_there_twice() -> None:
    assert len(TABLE) >= 35
    assert len({row.name for row in TABLE}) == len(TABLE)


def test_errors_can_be_caught_as_value_errors() -> None:
    for row in TABLE:
        assert issubclass(row.error, ValueError) or row.error is LimitError
    with pytest.raises(KeyError):
        game(move((), "go", player="Anne"))
