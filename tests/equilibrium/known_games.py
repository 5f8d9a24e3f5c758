"""Games whose sequential equilibria are known: one function each, the source in its docstring."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy
from scipy.optimize import linprog

import deterrence as dt

Node = Any


def pay(players: Sequence[str], *numbers: Any, events: Sequence[str] = ()) -> dt.Outcome:
    """An outcome with payoffs in the order of the players."""
    return dt.Outcome(dict(zip(players, numbers, strict=True)), events)


def simultaneous(payoffs: Mapping[str, Any], actions: Sequence[str] = ("0", "1")) -> dt.Game:
    """A simultaneous game as a tree: everyone moves in turn and sees nothing.

    `payoffs[player]` is nested as deep as there are players, in their order.
    """
    players = tuple(payoffs)
    return dt.Game(players, stage(players, payoffs, (), actions))


def stage(
    players: Sequence[str],
    payoffs: Mapping[str, Any],
    knows: tuple[str, ...],
    actions: Sequence[str] = ("0", "1"),
) -> Node:
    """The tree of a simultaneous game, each player knowing only `knows`."""

    def node(depth: int, tables: Mapping[str, Any]) -> Node:
        if depth == len(players):
            return dt.Outcome(dict(tables))
        return dt.Move(
            players[depth],
            knows,
            {
                name: node(depth + 1, {p: table[k] for p, table in tables.items()})
                for k, name in enumerate(actions)
            },
        )

    return node(0, payoffs)


def signalling(
    prior: Mapping[str, Any],
    sender: Callable[[str, str, str], Any],
    receiver: Callable[[str, str, str], Any],
    messages: Sequence[str],
    responses: Sequence[str],
    silent: Mapping[str, Callable[[str], tuple[Any, Any]]] | None = None,
) -> dt.Game:
    """Types, messages, responses; payoffs by (type, message, response).

    A message in `silent` ends the game at once, with payoffs by type.
    """
    both = ("Sender", "Receiver")
    silent = silent or {}

    def after(t: str, m: str) -> Node:
        if m in silent:
            return pay(both, *silent[m](t))
        return dt.Move(
            "Receiver", (m,), {r: pay(both, sender(t, m, r), receiver(t, m, r)) for r in responses}
        )

    root = dt.Chance(
        {
            t: (p, dt.Move("Sender", (t,), {m: after(t, m) for m in messages}))
            for t, p in prior.items()
        }
    )
    return dt.Game(both, root)


# --- perfect information, one player, no player ---


def entry(payoffs: str = "T22") -> dt.Game:
    """Entry deterrence (Selten 1978, one stage).

    "T22": Out 0, 2; Fight -1, -1; Accommodate 1, 1. "T1": the same with 1, 0 for Accommodate.
    """
    both = ("Challenger", "Defender")
    yielding = {"T22": (1, 1), "T1": (1, 0)}[payoffs]
    root = dt.Move(
        "Challenger",
        (),
        {
            "Out": pay(both, 0, 2),
            "Enter": dt.Move(
                "Defender",
                ("Enter",),
                {"Fight": pay(both, -1, -1), "Accommodate": pay(both, *yielding)},
            ),
        },
    )
    return dt.Game(both, root)


def centipede(moves: int = 6) -> dt.Game:
    """Rosenthal 1981: the taker gets one more than the other would leave it by passing once."""
    both = ("First", "Second")
    node: Node = pay(both, *((moves + 1, moves - 1) if moves % 2 == 0 else (moves - 1, moves + 1)))
    for k in reversed(range(moves)):
        mover = both[k % 2]
        # taking at move k: (1,0), (0,2), (3,1), (2,4), (5,3), (4,6), ...
        take = (k + 1, max(k - 1, 0)) if k % 2 == 0 else (k - 1, k + 1)
        node = dt.Move(mover, ("Pass",) * k, {"Take": pay(both, *take), "Pass": node})
    return dt.Game(both, node)


def ultimatum() -> dt.Game:
    """A pie of 2, offers of 0 and 1 (Guth, Schmittberger and Schwarze 1982, smallest): ties."""
    both = ("Proposer", "Responder")
    root = dt.Move(
        "Proposer",
        (),
        {
            str(offer): dt.Move(
                "Responder",
                (str(offer),),
                {"accept": pay(both, 2 - offer, offer), "reject": pay(both, 0, 0)},
            )
            for offer in (0, 1)
        },
    )
    return dt.Game(both, root)


def lottery() -> dt.Game:
    """Chance alone."""
    both = ("One", "Two")
    root = dt.Chance(
        {
            "low": (Fraction(1, 3), pay(both, 1, -1, events=("low",))),
            "high": (Fraction(2, 3), pay(both, 4, 2)),
        }
    )
    return dt.Game(both, root)


def umbrella() -> dt.Game:
    """One player under chance, who may buy a forecast (a textbook decision tree).

    Rain 1/3. Taking pays 1; leaving pays -3 in rain and 4 in sun; the forecast costs 1/2.
    """
    me = ("Walker",)

    def last(weather: str, knows: tuple[str, ...], cost: Any) -> Node:
        leave = {"rain": -3, "sun": 4}[weather]
        return dt.Move("Walker", knows, {"take": pay(me, 1 - cost), "leave": pay(me, leave - cost)})

    def first(weather: str) -> Node:
        return dt.Move(
            "Walker",
            (),
            {
                "ask": last(weather, ("ask", weather), Fraction(1, 2)),
                "go": last(weather, ("go",), Fraction(0)),
            },
        )

    root = dt.Chance(
        {"rain": (Fraction(1, 3), first("rain")), "sun": (Fraction(2, 3), first("sun"))}
    )
    return dt.Game(me, root)


def two_steps() -> dt.Game:
    """One player moves twice: each single change of (out, low) gains nothing, both together do.

    After Myerson 1991, section 4.4 (agents' equilibria that are not equilibria).
    """
    me = ("Walker",)
    second = dt.Move("Walker", ("in",), {"low": pay(me, 0), "high": pay(me, 2)})
    return dt.Game(me, dt.Move("Walker", (), {"out": pay(me, 1), "in": second}))


# --- simultaneous moves, and subgames that hold them ---


def matching_pennies() -> dt.Game:
    """von Neumann 1928."""
    return simultaneous({"Even": [[1, -1], [-1, 1]], "Odd": [[-1, 1], [1, -1]]})


BATTLE = {"One": [[3, 0], [0, 2]], "Two": [[2, 0], [0, 3]]}
LOPSIDED = {"One": [[4, 0], [0, 1]], "Two": [[1, 0], [0, 4]]}


def battle_of_the_sexes() -> dt.Game:
    """Luce and Raiffa 1957."""
    return simultaneous(BATTLE)


def entry_then_battle(outside: Any = Fraction(5, 2)) -> dt.Game:
    """Battle of the sexes with an outside option of player One (Kohlberg and Mertens 1986)."""
    both = ("One", "Two")
    root = dt.Move("One", (), {"Out": pay(both, outside, 0), "In": stage(both, BATTLE, ("In",))})
    return dt.Game(both, root)


def two_battles() -> dt.Game:
    """Player One chooses which of two battles of the sexes is played: 3 x 3 equilibria."""
    both = ("One", "Two")
    root = dt.Move(
        "One",
        (),
        {"left": stage(both, BATTLE, ("left",)), "right": stage(both, LOPSIDED, ("right",))},
    )
    return dt.Game(both, root)


def volunteers_dilemma() -> dt.Game:
    """Diekmann 1985 with three players, benefit 1 and cost 1/3 (action "0": volunteer)."""

    def payoff(k: int, profile: tuple[int, int, int]) -> Fraction:
        if profile[k] == 0:
            return Fraction(2, 3)
        return Fraction(1) if 0 in profile else Fraction(0)

    tables = {
        f"P{k + 1}": [[[payoff(k, (a, b, c)) for c in (0, 1)] for b in (0, 1)] for a in (0, 1)]
        for k in range(3)
    }
    return simultaneous(tables, ("volunteer", "shirk"))


def irrational() -> dt.Game:
    """A generic 2x2x2 game with one equilibrium, totally mixed and irrational."""
    return simultaneous(
        {
            "P1": [[[-6, 6], [3, 4]], [[1, -5], [8, 0]]],
            "P2": [[[-9, -10], [-6, 6]], [[-4, -6], [-10, -4]]],
            "P3": [[[1, 7], [8, -7]], [[2, 3], [-8, -9]]],
        }
    )


def bystander() -> dt.Game:
    """Two players coordinate, a third is indifferent: three segments."""
    same = [[[1, 1], [0, 0]], [[0, 0], [1, 1]]]
    none = [[[0, 0], [0, 0]], [[0, 0], [0, 0]]]
    return simultaneous({"One": same, "Two": same, "Bystander": none})


# --- beliefs off the path ---


def seltens_horse() -> dt.Game:
    """Selten 1975, figure 1, with the payoffs of Gambit's collection."""
    three = ("P1", "P2", "P3")

    def third(left: Sequence[int], right: Sequence[int]) -> Node:
        return dt.Move("P3", ("moved",), {"L": pay(three, *left), "R": pay(three, *right)})

    root = dt.Move(
        "P1",
        (),
        {
            "C": dt.Move(
                "P2", ("C",), {"c": pay(three, 1, 1, 1), "d": third((4, 4, 0), (0, 0, 1))}
            ),
            "D": third((3, 3, 2), (0, 0, 0)),
        },
    )
    return dt.Game(three, root)


def uninformed_deviator() -> dt.Game:
    """A deviation cannot signal what the deviator does not know (Fudenberg and Tirole 1991).

    The weather is bad with 1/3; One, who does not see it, stays out (0, 0) or comes in; Two, who
    does not see it either, fights or yields. There is no proper subgame, so (Out, Fight) with the
    belief "bad" is subgame perfect and a weak perfect Bayesian equilibrium.
    """
    both = ("One", "Two")

    def branch(fight: int) -> Node:
        two = dt.Move("Two", ("In",), {"Fight": pay(both, -1, fight), "Yield": pay(both, 1, 0)})
        return dt.Move("One", (), {"Out": pay(both, 0, 0), "In": two})

    root = dt.Chance({"bad": (Fraction(1, 3), branch(1)), "good": (Fraction(2, 3), branch(-1))})
    return dt.Game(both, root)


def two_observers() -> dt.Game:
    """Two receivers see the same message and share one belief (Kreps and Wilson 1982).

    Types t1, t2 at 1/2; a ends at 0 for all. After b, Two stops (1 against t1, -2 against t2) or
    goes (0), and Three, not seeing this, stops (-2 against t1, 1 against t2) or goes (0). The
    sender gets -1 if both stop and 1 otherwise.
    """
    three = ("One", "Two", "Three")
    two_stops, three_stops = {"t1": 1, "t2": -2}, {"t1": -2, "t2": 1}

    def branch(t: str) -> Node:
        def last(two: str) -> Node:
            def end(third: str) -> dt.Outcome:
                return pay(
                    three,
                    -1 if two == third == "stop" else 1,
                    two_stops[t] if two == "stop" else 0,
                    three_stops[t] if third == "stop" else 0,
                )

            return dt.Move("Three", ("b",), {"stop": end("stop"), "go": end("go")})

        answer = dt.Move("Two", ("b",), {"stop": last("stop"), "go": last("go")})
        return dt.Move("One", (t,), {"a": pay(three, 0, 0, 0), "b": answer})

    root = dt.Chance({"t1": (Fraction(1, 2), branch("t1")), "t2": (Fraction(1, 2), branch("t2"))})
    return dt.Game(three, root)


def two_situations() -> dt.Game:
    """One belief in two situations (Kreps and Wilson 1982): the weather says nothing of the type.

    Types t1, t2 at 1/2; a ends at (1/4, 0). After b, rain or sun at 1/2, seen by the receiver, who
    stops (sender -1) or goes (sender 1). Stopping is worth 2 and -1 against t1 and t2 in rain, -1
    and 2 in sun; going 0.
    """
    both = ("Sender", "Receiver")
    worth = {("rain", "t1"): 2, ("rain", "t2"): -1, ("sun", "t1"): -1, ("sun", "t2"): 2}

    def reply(weather: str, t: str) -> Node:
        stop = pay(both, -1, worth[weather, t])
        return dt.Move("Receiver", ("b", weather), {"stop": stop, "go": pay(both, 1, 0)})

    def branch(t: str) -> Node:
        weather = dt.Chance({w: (Fraction(1, 2), reply(w, t)) for w in ("rain", "sun")})
        return dt.Move("Sender", (t,), {"a": pay(both, Fraction(1, 4), 0), "b": weather})

    root = dt.Chance({"t1": (Fraction(1, 2), branch("t1")), "t2": (Fraction(1, 2), branch("t2"))})
    return dt.Game(both, root)


def two_senders(seen: Sequence[str] = ("ab", "ba", "bb")) -> dt.Game:
    """Two senders of independent types (h or l at 1/2), one receiver who sees both messages.

    The receiver moves after the messages in `seen` and says yes or no; it gets 1 for "yes" to two
    senders of one type and -1 else, 0 for "no"; a sender gets 1 for a and 0 for b.
    """
    three = ("One", "Two", "Receiver")

    def reply(types: str, messages: str) -> Node:
        sent = [int(m == "a") for m in messages]
        yes = 1 if types[0] == types[1] else -1
        if messages not in seen:
            return pay(three, *sent, 0)
        return dt.Move(
            "Receiver", messages, {"yes": pay(three, *sent, yes), "no": pay(three, *sent, 0)}
        )

    def first(types: str) -> Node:
        return dt.Move("One", types[0], {m: second(types, m) for m in "ab"})

    def second(types: str, m: str) -> Node:
        return dt.Move("Two", types[1], {n: reply(types, m + n) for n in "ab"})

    root = dt.Chance({t: (Fraction(1, 4), first(t)) for t in ("hh", "hl", "lh", "ll")})
    return dt.Game(three, root)


def double_deviation() -> dt.Game:
    """Two mistakes are infinitely less likely than one (Kreps and Wilson 1982).

    One and Two choose a or b unseen; (a, a) ends at (1, 1, 0). Otherwise Three, who sees only that
    somebody chose b, punishes or forgives.
    """
    three = ("One", "Two", "Three")

    def judge(forgiven: tuple[Any, Any], worth: int) -> Node:
        return dt.Move(
            "Three",
            ("b",),
            {"punish": pay(three, 0, 0, worth), "forgive": pay(three, *forgiven, 0)},
        )

    def two(first: str) -> Node:
        if first == "a":
            return dt.Move("Two", (), {"a": pay(three, 1, 1, 0), "b": judge((0, 2), -1)})
        return dt.Move(
            "Two", (), {"a": judge((2, 0), -1), "b": judge((Fraction(1, 2), Fraction(1, 2)), 1)}
        )

    return dt.Game(three, dt.Move("One", (), {"a": two("a"), "b": two("b")}))


# --- signalling ---


def beer_quiche(tough: Any = Fraction(9, 10)) -> dt.Game:
    """Cho and Kreps 1987: 1 for the breakfast one likes, 2 for no duel; duel the weak only."""
    likes = {"tough": "beer", "weak": "quiche"}
    return signalling(
        {"tough": tough, "weak": 1 - tough},
        lambda t, m, r: (m == likes[t]) + 2 * (r == "leave"),
        lambda t, m, r: int((r == "duel") == (t == "weak")),
        ("beer", "quiche"),
        ("duel", "leave"),
    )


def card_game() -> dt.Game:
    """Myerson 1991, figure 2.2: red or black, raise or fold, meet or pass."""
    both = ("Sender", "Receiver")

    def branch(sign: int, colour: str) -> Node:
        reply = dt.Move(
            "Receiver",
            ("raise",),
            {"meet": pay(both, 2 * sign, -2 * sign), "pass": pay(both, 1, -1)},
        )
        return dt.Move("Sender", (colour,), {"raise": reply, "fold": pay(both, sign, -sign)})

    root = dt.Chance(
        {"red": (Fraction(1, 2), branch(1, "red")), "black": (Fraction(1, 2), branch(-1, "black"))}
    )
    return dt.Game(both, root)


def separating_or_pooling() -> dt.Game:
    """Two components, one of them with two faces: the issue's own test."""
    sender = {("t1", "l"): 0, ("t2", "l"): 0, ("t1", "r"): 1, ("t2", "r"): 3}
    receiver = {("t1", "l"): 1, ("t2", "l"): 0, ("t1", "r"): 0, ("t2", "r"): 1}
    return signalling(
        {"t1": Fraction(1, 2), "t2": Fraction(1, 2)},
        lambda t, m, r: sender[t, r],
        lambda t, m, r: receiver[t, r],
        ("a", "b"),
        ("l", "r"),
        silent={"a": lambda t: (2, 0)},
    )


def two_threats() -> dt.Game:
    """One outcome held up by two threats that no path of equilibria joins.

    a ends at (2, 0). After b: l and r give the sender 0, m gives 3; the receiver wants l if t1 is
    likely (at least 2/3), r if t2 is, m between.
    """
    worth = {"l": {"t1": 1, "t2": -2}, "m": {"t1": 0, "t2": 0}, "r": {"t1": -2, "t2": 1}}
    return signalling(
        {"t1": Fraction(1, 2), "t2": Fraction(1, 2)},
        lambda t, m, r: 3 if r == "m" else 0,
        lambda t, m, r: worth[r][t],
        ("a", "b"),
        ("l", "m", "r"),
        silent={"a": lambda t: (2, 0)},
    )


def vanishing_type() -> dt.Game:
    """With probability eps the sender is mad and sends b: what is left as eps goes to 0, and at 0.

    Sane: a ends at (1, 2); b and yield (2, 1), b and fight (0, 0). Mad: yield (0, 0), fight (0, 1).
    """
    both = ("Sender", "Receiver")
    eps = sympy.Symbol("eps")

    def reply(fight: tuple[int, int], yielding: tuple[int, int]) -> Node:
        return dt.Move(
            "Receiver", ("b",), {"fight": pay(both, *fight), "yield": pay(both, *yielding)}
        )

    sane = dt.Move("Sender", ("sane",), {"a": pay(both, 1, 2), "b": reply((0, 0), (2, 1))})
    root = dt.Chance({"sane": (1 - eps, sane), "mad": (eps, reply((0, 1), (0, 0)))})
    return dt.Game(both, root, ranges={"eps": (0, 1)})


# --- reputation and deterrence ---


def reputation(
    prior: Any = Fraction(1, 10), stages: int = 3, b: Any = Fraction(1, 2), a: Any = 2
) -> dt.Game:
    """Kreps and Wilson 1982: an incumbent against one entrant after another.

    Out: entrant 0, incumbent a. In and accommodated: b and 0; in and resisted: b - 1 and -1 (0 for
    the tough type, which always resists and therefore has no move). Entrants see everything but the
    type.
    """
    entrants = tuple(f"Entrant {k}" for k in range(stages, 0, -1))
    players = (*entrants, "Incumbent")

    def node(k: int, kind: str, seen: tuple[str, ...], sums: dict[str, Any]) -> Node:
        if k == 0:
            return dt.Outcome(sums)
        entrant = f"Entrant {k}"

        def then(what: str, entrant_gets: Any, incumbent_gets: Any) -> Node:
            return node(
                k - 1,
                kind,
                (*seen, what),
                {**sums, entrant: entrant_gets, "Incumbent": sums["Incumbent"] + incumbent_gets},
            )

        if kind == "tough":
            entered = then("resist", b - 1, 0)
        else:
            entered = dt.Move(
                "Incumbent",
                ("weak", *seen, "in"),
                {"resist": then("resist", b - 1, -1), "accommodate": then("accommodate", b, 0)},
            )
        return dt.Move(entrant, seen, {"out": then("out", 0, a), "in": entered})

    nothing = dict.fromkeys(players, Fraction(0))
    root = dt.Chance(
        {
            "tough": (prior, node(stages, "tough", (), nothing)),
            "weak": (1 - prior, node(stages, "weak", (), nothing)),
        }
    )
    return dt.Game(players, root)


def unilateral_deterrence(challenger: Any, defender: Any) -> dt.Game:
    """Zagare and Kilgour, Perfect Deterrence, chapter 5: the Unilateral Deterrence Game.

    The arguments are the probabilities of a hard challenger and a hard defender. Status quo .6, 1;
    concession 1, .3; the challenger backs down .2, .8; conflict .4 (soft 0), .5 (soft 0).
    """
    both = ("Challenger", "Defender")

    def play(ch: str, de: str) -> Node:
        conflict = (Fraction(2, 5) if ch == "hard" else 0, Fraction(1, 2) if de == "hard" else 0)
        last = dt.Move(
            "Challenger",
            (ch, "resist"),
            {
                "back down": pay(both, Fraction(1, 5), Fraction(4, 5)),
                "press": pay(both, *conflict, events=("conflict",)),
            },
        )
        reply = dt.Move(
            "Defender",
            (de, "challenge"),
            {"concede": pay(both, 1, Fraction(3, 10)), "resist": last},
        )
        return dt.Move(
            "Challenger",
            (ch,),
            {"wait": pay(both, Fraction(3, 5), 1, events=("status quo",)), "challenge": reply},
        )

    def draw(ch: str) -> Node:
        return dt.Chance(
            {"hard": (defender, play(ch, "hard")), "soft": (1 - defender, play(ch, "soft"))}
        )

    root = dt.Chance({"hard": (challenger, draw("hard")), "soft": (1 - challenger, draw("soft"))})
    return dt.Game(both, root)


def pledge() -> dt.Game:
    """A guarantor, a protected country and a rival: three players, no proper subgame.

    The guarantor is committed with 2/5. A strong pledge costs it 1/2. The country then resists or
    concedes; the rival, if there is resistance, attacks or holds. Payoffs in this order: concede 0,
    0, 2; hold 2, 2, 0; attack against the committed 1, 1, -1, against the flexible -1, -1, 1, with
    one less for the guarantor after a strong pledge.
    """
    three = ("Guarantor", "Country", "Rival")

    def after(kind: str, message: str) -> Node:
        cost = Fraction(1, 2) if message == "strong" else Fraction(0)
        if kind == "committed":
            attacked: tuple[Any, int, int] = (1, 1, -1)
        else:
            attacked = (-2 if message == "strong" else -1, -1, 1)

        def end(one: Any, two: Any, third: Any) -> dt.Outcome:
            return pay(three, one - cost, two, third)

        rival = dt.Move(
            "Rival", (message, "resist"), {"attack": end(*attacked), "hold": end(2, 2, 0)}
        )
        return dt.Move("Country", (message,), {"resist": rival, "concede": end(0, 0, 2)})

    def move(kind: str) -> Node:
        return dt.Move("Guarantor", (kind,), {m: after(kind, m) for m in ("strong", "ambiguous")})

    root = dt.Chance(
        {
            "committed": (Fraction(2, 5), move("committed")),
            "flexible": (Fraction(3, 5), move("flexible")),
        }
    )
    return dt.Game(three, root)


# --- an independent enumeration ---


class SignallingOracle:
    """All sequential equilibria of a signalling game with two types, by closed cells.

    A cell is a set S_t of messages for each type and a set B_m of responses for each message: all
    equilibria that use nothing else and in which all of S and B are best. The beliefs at which all
    of B_m are best form an interval, the sender's conditions are linear in the responses, Bayes'
    rule is linear in the joint probabilities w of type and message. So a cell is a polytope of
    responses times a connected set of (w, beliefs): two points that send the same messages are
    joined by a segment in w, and on a segment to a point that sends fewer the beliefs are constant
    up to the end. Hence components of equilibria are components of the graph of cells that share a
    point. It is enough to compare cells that differ by one message or one response, because a
    shared point also lies in every cell between its own support and either of the two. With two
    types every belief after an unsent message is a limit of trembles: sequential equilibrium is
    Bayes' rule and rationality.
    """

    def __init__(self, prior: Fraction, sender: Any, receiver: Any) -> None:
        self.prior = (prior, 1 - prior)
        self.sender, self.receiver = sender, receiver  # [type][message][response]
        self.messages, self.responses = range(len(sender[0])), range(len(sender[0][0]))
        self.interval = functools.cache(self._interval)
        self.replies = functools.cache(self._replies)
        self.joint = functools.cache(self._joint)

    def _interval(self, m: int, best: frozenset[int]) -> tuple[Fraction, Fraction] | None:
        """Beliefs in the first type at which all of `best` are best after m."""
        low, high = Fraction(0), Fraction(1)
        for r in best:
            for other in self.responses:
                first = Fraction(self.receiver[0][m][r] - self.receiver[0][m][other])
                second = Fraction(self.receiver[1][m][r] - self.receiver[1][m][other])
                slope = first - second  # the gain is second + slope * belief
                if slope > 0:
                    low = max(low, -second / slope)
                elif slope < 0:
                    high = min(high, -second / slope)
                elif second < 0:
                    return None
        return (low, high) if low <= high else None

    def _replies(self, best: Cell, used: Replies, goal: tuple[Fraction, Fraction]) -> Any:
        """Extremes of the goal-weighted sender's payoffs: `used` responses make `best` best."""
        names = [(m, r) for m in self.messages for r in sorted(used[m])]
        size = len(names) + 2  # and the payoffs of the two types
        equal, above = [], []
        for m in self.messages:
            equal.append(([float(n[0] == m) for n in names] + [0, 0], 1))
            for t in (0, 1):
                row = [float(self.sender[t][m][r]) * (n == m) for n, r in names]
                row += [-float(t == 0), -float(t == 1)]
                (equal if m in best[t] else above).append((row, 0))
        free = [(0, 1)] * len(names) + [(None, None)] * 2
        weights = [0.0] * (size - 2) + [float(g) for g in goal]
        return extremes(weights, equal, above, free)

    def _joint(self, used: Cell, best: Replies) -> Any:
        """Extremes of the receiver's payoff over w whose beliefs lie in the intervals of `best`.

        The messages split the prior into beliefs that average to it, each at an end of its interval
        if the payoff is extreme, and two of them are enough.
        """
        ends: list[tuple[Fraction, Fraction]] = []  # belief, receiver's payoff
        for m in self.messages:
            interval = self.interval(m, best[m])
            if interval is None:
                return None
            alone = Fraction(m in used[0])  # the belief if only one type may send m
            shared = m in used[0] and m in used[1]
            sent = m in used[0] or m in used[1]
            first, second = (self.receiver[t][m][min(best[m])] for t in (0, 1))
            ends.extend(
                (end, end * first + (1 - end) * second)
                for end in (interval if sent else ())
                if shared or end == alone
            )
        values = [
            value + (other - value) * (self.prior[0] - low) / ((high - low) or 1)
            for (low, value), (high, other) in itertools.product(ends, ends)
            if low <= self.prior[0] <= high
        ]
        return (min(values), max(values)) if values else None

    def meet(self, one: tuple[Cell, Replies], other: tuple[Cell, Replies]) -> bool:
        """Whether two cells have an equilibrium in common."""
        (s, b), (z, c) = one, other
        used, best = tuple(map(frozenset.intersection, s, z)), tuple(map(frozenset.union, s, z))
        allowed, kept = tuple(map(frozenset.intersection, b, c)), tuple(map(frozenset.union, b, c))
        return bool(
            self.joint(used, kept) is not None
            and self.replies(best, allowed, (Fraction(0), Fraction(0))) is not None
        )

    def cells(self) -> list[tuple[Cell, Replies]]:
        """Every cell that is not empty."""
        sides = subsets(self.messages)
        answers = [
            [b for b in subsets(self.responses) if self.interval(m, b)] for m in self.messages
        ]
        everything = tuple(frozenset(self.responses) for _ in self.messages)
        return [
            (s, b)
            for s in itertools.product(sides, sides)
            if self.replies(s, everything, (Fraction(0), Fraction(0))) is not None
            for b in itertools.product(*answers)
            if self.meet((s, b), (s, b))
        ]

    def components(self) -> list[list[tuple[Cell, Replies]]]:
        """Cells by connected component."""
        found = self.cells()
        root = {cell: cell for cell in found}

        def top(cell: Any) -> Any:
            while root[cell] != cell:
                cell = root[cell]
            return cell

        for cell in found:
            for smaller in one_less(cell):
                if smaller in root and top(cell) != top(smaller) and self.meet(cell, smaller):
                    root[top(cell)] = top(smaller)
        groups: dict[Any, list[Any]] = {}
        for cell in found:
            groups.setdefault(top(cell), []).append(cell)
        return list(groups.values())

    def payoffs(self, group: list[tuple[Cell, Replies]]) -> tuple[float, float, float, float]:
        """Least and most of the sender's and of the receiver's payoff over a component."""
        sender = [self.replies(s, b, self.prior) for s, b in group]
        receiver = [self.joint(s, b) for s, b in group]
        return (
            min(low for low, _ in sender),
            max(high for _, high in sender),
            min(low for low, _ in receiver),
            max(high for _, high in receiver),
        )


Cell = tuple[frozenset[int], frozenset[int]]
Replies = tuple[frozenset[int], ...]


def subsets(items: Sequence[int] | range) -> list[frozenset[int]]:
    """The subsets that are not empty."""
    return [
        frozenset(c) for k in range(1, len(items) + 1) for c in itertools.combinations(items, k)
    ]


def one_less(cell: tuple[Cell, Replies]) -> Iterator[Any]:
    """The cells that lack one message or one response."""
    for side, sets in enumerate(cell):
        for k, items in enumerate(sets):
            for item in items if len(items) > 1 else ():
                changed = (*sets[:k], items - {item}, *sets[k + 1 :])
                yield (changed, cell[1]) if side == 0 else (cell[0], changed)


def extremes(weights: Any, equal: Any, above: Any, bounds: Any) -> tuple[float, float] | None:
    """Least and most of a linear form where rows @ x = and <= the numbers beside them."""
    found = []
    for sign in (1, -1) if any(weights) else (1,):
        done = linprog(
            [sign * w for w in weights],
            A_eq=[row for row, _ in equal],
            b_eq=[b for _, b in equal],
            A_ub=[row for row, _ in above] or None,
            b_ub=[b for _, b in above] or None,
            bounds=bounds,
        )
        if done.status == 2:
            return None
        assert done.status == 0, done.message
        found.append(sign * done.fun)
    return found[0], found[-1]
