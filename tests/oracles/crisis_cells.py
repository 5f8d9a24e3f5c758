"""All sequential-equilibrium outcomes of the crisis continuation of the guarantee game.

An oracle for tests: it shares no code with the package and uses no support enumeration over the
tree.  The continuation has the preparation fixed (``d``: defence kept, ``q``: provocative), two
private types on each side, and the stages challenge, finding, response, test.

What makes it small.  (1) The Guarantor's reply to any attack depends on its type and the new
finding only.  (2) After a probe and response r, both Russian types hold the same belief
gamma_r = P(resolved), and their best reply is a step function of it with at most one threshold
each.  (3) The Guarantor's reply to a probe depends on beta = P(revisionist | probe), the same at
all its sets, and on Q_r = beta y_rev(r) + (1 - beta) y_sec(r), the chance that response r is
followed by an attack.  So for each combination of (cell of gamma_nothing, gamma_aid, gamma_force)
x (cell of Q, i.e. which responses are best for each type and finding) x (probing worse than, as
good as, better than the best alternative, for each Russian type) the equilibria are a product of
three small polytopes: in the challenge probabilities, in the Guarantor's mixing, and in (beta, u),
where u_r = beta y_rev(r) (or (1 - beta) y_sec(r)) makes Russia's mixing linear.  Their only link is
beta by Bayes.  Cells are closed; pieces that share a boundary outcome are merged.  Beliefs after
what is not reached are free, and any pair (beta, gamma) is the limit of some trembles, because
each side trembles on its own.

Every member returned is checked on the explicit tree: beliefs are rebuilt from trembles of the form
c eps^k (so they are consistent), and no single deviation at any information set gains.

Neutral tree (also read by ``agent_quantal``), payoffs in the order Guarantor, Ukraine, Russia:
    ("leaf", payoffs, tags)   ("chance", [(label, probability, node), ...])
    ("move", player index, information set, [(action, node), ...])
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Node = tuple[Any, ...]
Follow = Callable[[str, str, bool], Node]
Rows = list[tuple[Array, float]]

RESPONSES = ("nothing", "aid", "force")
G_TYPES = ("resolved", "irresolute")
R_TYPES = ("revisionist", "security")
CHALLENGES = ("refrain", "probe", "attack")
CONTEXTS = ("probe", "attack", "after")
BRANCHES = ("automatic", "covered", "not covered")
TIE = 1e-9
FEASIBLE = 1e-9
SAME = 1e-7

# name: (start, low, high), as in model.md
STAKES: dict[str, tuple[float, float, float]] = {
    "m0": (0.8, 0.5, 1.2), "m_d": (0.5, 0.2, 1.0), "m_pi": (0.5, 0.2, 1.0),
    "m_aid": (0.6, 0.2, 1.2), "m_force": (2.0, 1.0, 4.0), "m_w": (0.2, 0.05, 0.5),
    "v": (0.6, 0.2, 1.2), "k_A": (0.1, 0.03, 0.2), "k_resolved": (0.25, 0.1, 0.5),
    "k_irresolute": (0.6, 0.4, 1.2), "a": (1.0, 0.3, 1.5), "b_revisionist": (1.6, 1.0, 2.5),
    "b_security": (0.7, 0.3, 1.0), "c_0": (0.25, 0.1, 0.5), "c_A": (0.15, 0.05, 0.3),
    "c_F": (0.4, 0.2, 1.0), "c_U": (0.3, 0.1, 0.6), "c_d": (0.05, 0.01, 0.15),
    "c_q": (0.01, 0.005, 0.03), "w": (0.1, 0.0, 0.3), "t": (0.05, 0.0, 0.2),
    "sigma": (0.3, 0.1, 0.5), "phi": (0.5, 0.2, 0.75), "rho": (0.6, 0.3, 0.8),
    "c_pi": (0.05, 0.01, 0.15), "y": (0.5, 0.0, 1.0),
}  # fmt: skip
INSTRUMENTS = (
    "strength", "trigger_ambiguity", "response_ambiguity", "conditionality", "defence_condition",
    "presence",
)  # fmt: skip


class Degenerate(ValueError):  # noqa: N818
    """A tie within 1e-9 where generic stakes have none."""


def default_point(**instruments: float) -> dict[str, float]:
    """Stakes at their starting values, instruments as given (else strength 1, the rest 0)."""
    point = {name: start for name, (start, _, _) in STAKES.items()}
    point.update(dict.fromkeys(INSTRUMENTS, 0.0))
    point.update(strength=1.0, threshold=0.5, automaticity=0.0)
    point.update(instruments)
    return point


def random_point(rng: np.random.Generator) -> dict[str, float]:
    """Stakes uniform in their ranges, instruments in [0, 1], threshold in [.2, .8];
    automaticity 0 with probability one half."""
    point = {name: float(rng.uniform(low, high)) for name, (_, low, high) in STAKES.items()}
    point.update({name: float(rng.uniform()) for name in INSTRUMENTS})
    point["threshold"] = float(rng.uniform(0.2, 0.8))
    point["automaticity"] = 0.0 if rng.uniform() < 0.5 else float(rng.uniform())
    return point


# --------------------------------------------------------------------------- formulas of the model


def cover(p: Mapping[str, float], severity: float, d: int, q: int) -> float:
    """P(covered | severity, d, q)."""
    width = p["trigger_ambiguity"] if "trigger_ambiguity" in p else p["ambiguity"]
    if width == 0:
        sharp = 1.0 if severity >= p["threshold"] else 0.0
    else:
        sharp = 0.5 + (1 - width) * (severity - p["threshold"]) / (2 * width)
        sharp = min(1.0, max(0.0, sharp))
    return (1 - p["conditionality"] * q) * (1 - p["defence_condition"] * (1 - d)) * sharp


def payoffs(
    p: Mapping[str, float], d: int, context: str, reply: str, g: str, r: str, covered: bool
) -> tuple[float, float, float]:
    """What one challenge met by one reply adds to (Guarantor, Ukraine, Russia)."""
    latitude = p["response_ambiguity"] if "response_ambiguity" in p else p["ambiguity"]
    size = {"probe": p["sigma"], "attack": 1.0, "after": 1 - p["sigma"]}[context]
    balance = p["m0"] * (1 + p["m_d"] * d) + p["m_pi"] * p["presence"]
    balance += p["m_aid"] * (reply != "nothing") + p["m_force"] * (reply == "force")
    balance += p["m_w"] * (context == "after")
    prevail = 1 / (1 + balance)
    spend = {"nothing": 0.0, "aid": p["k_A"], "force": p["k_" + g]}[reply]
    price = {"nothing": 0.0, "aid": p["c_A"], "force": p["c_F"]}[reply]
    honoured = {"nothing": 0.0, "aid": 1.0 if context == "probe" else latitude, "force": 1.0}[reply]
    breach = p["strength"] * p["a"] * (1 - honoured) if covered else 0.0
    stake = p["v"] + p["y"] * p["presence"]
    return (
        size * (-stake * prevail - spend - breach),
        size * (-prevail - p["c_U"]),
        size * (p["b_" + r] * prevail - p["c_0"] - price),
    )


def fixed_payoffs(p: Mapping[str, float], d: int, q: int) -> tuple[float, float, float]:
    """What is paid whatever happens in the crisis."""
    return (-p["c_pi"] * p["presence"], -p["c_d"] * d - p["c_q"] * q, 0.0)


# ----------------------------------------------------------------------------------- neutral tree


def build_tree(p: Mapping[str, float], d: int = 1, q: int = 0) -> Node:
    """The continuation as a neutral tree; branches of probability zero are left out.

    Information sets: (own type, what was observed in order).  A leaf's tags are the labels on its
    path plus the event names probe, attack, nothing, aid, force, abandonment."""
    fixed = fixed_payoffs(p, d, q)
    auto = p["automaticity"]

    def add(one: Sequence[float], two: Sequence[float]) -> tuple[float, float, float]:
        return (one[0] + two[0], one[1] + two[1], one[2] + two[2])

    def finding(context: str, follow: Follow, seen: tuple[str, ...]) -> Node:
        chance = cover(p, p["sigma"] if context == "probe" else 1.0, d, q)
        owed = "aid" if context == "probe" else "force"
        options: list[tuple[str, float, Node]] = []
        if chance * auto > 0:
            options.append(("automatic", chance * auto, follow("automatic", owed, True)))
        for label, weight in (("covered", chance * (1 - auto)), ("not covered", 1 - chance)):
            if weight > 0:
                replies = [(r, follow(label, r, label == "covered")) for r in RESPONSES]
                options.append((label, weight, ("move", 0, (*seen, label), replies)))
        return ("chance", options)

    def challenge(g: str, r: str) -> Node:
        quiet = (0.0, p["w"] * q, -p["t"] * q)

        def met(context: str, before: Sequence[float], tags: frozenset[str]) -> Follow:
            def follow(label: str, reply: str, covered: bool) -> Node:
                total = add(before, payoffs(p, d, context, reply, g, r, covered))
                lost = {"abandonment"} if covered and context != "probe" else set()
                now = tags | {reply} | (lost if reply == "nothing" else set())
                if context != "probe":
                    return ("leaf", total, now)
                seen = (g, "probe", label, reply, "attack")
                further = finding("after", met("after", total, now | {"attack"}), seen)
                rest = [("stop", ("leaf", add(total, quiet), now)), ("attack", further)]
                return ("move", 2, (r, "probe", reply), rest)

            return follow

        types = frozenset((g, r))
        return (
            "move",
            2,
            (r,),
            [
                ("refrain", ("leaf", add(fixed, quiet), types | {"refrain"})),
                ("probe", finding("probe", met("probe", fixed, types | {"probe"}), (g, "probe"))),
                (
                    "attack",
                    finding("attack", met("attack", fixed, types | {"attack"}), (g, "attack")),
                ),
            ],
        )

    def mass(g: str, r: str) -> float:
        first = p["phi"] if g == "resolved" else 1 - p["phi"]
        return first * (p["rho"] if r == "revisionist" else 1 - p["rho"])

    pairs = [(g, r) for g in G_TYPES for r in R_TYPES]
    return ("chance", [(f"{g}, {r}", mass(g, r), challenge(g, r)) for g, r in pairs])


# ------------------------------------------------------------- one-shot deviations on any such tree

Assessment = dict[Any, dict[str, tuple[int, float]]]  # set -> action -> (k, c): plays c eps^k


def deviation_gain(root: Node, trembles: Assessment) -> tuple[float, tuple[float, ...]]:
    """Largest gain from one action at one information set, under the beliefs that the trembles
    c eps^k induce as eps goes to 0, and the payoffs of the limit strategy."""
    members: dict[Any, list[tuple[int, float, Array]]] = {}
    movers: dict[Any, tuple[int, list[str]]] = {}

    def walk(node: Node, order: int, weight: float) -> Array:
        if node[0] == "leaf":
            return np.asarray(node[1], dtype=float)
        if node[0] == "chance":
            branches = [pr * walk(sub, order, weight * pr) for _, pr, sub in node[1]]
            return np.asarray(np.sum(branches, axis=0))
        _, player, where, choices = node
        plan = trembles[where]
        values = np.array([walk(s, order + plan[a][0], weight * plan[a][1]) for a, s in choices])
        movers[where] = (player, [a for a, _ in choices])
        members.setdefault(where, []).append((order, weight, values))
        limit = np.array([plan[a][1] if plan[a][0] == 0 else 0.0 for a, _ in choices])
        return np.asarray(limit @ values)

    total = walk(root, 0, 1.0)
    worst = 0.0
    for where, nodes in members.items():
        player, actions = movers[where]
        least = min(order for order, _, _ in nodes)
        leading = [(w, values) for order, w, values in nodes if order == least]
        scale = sum(w for w, _ in leading)
        expected = np.sum([w / scale * values[:, player] for w, values in leading], axis=0)
        plan = trembles[where]
        played = sum(plan[a][1] * expected[i] for i, a in enumerate(actions) if plan[a][0] == 0)
        worst = max(worst, float(np.max(expected) - played))
    return worst, tuple(float(x) for x in total)


# -------------------------------------------------------------------------------- small polytopes


def vertices(equal: Rows, below: Rows, size: int) -> Array:
    """Vertices of {x: a.x = b for equal, a.x <= b for below}, bounded; shape (number, size)."""
    origin, basis = np.zeros(size), np.eye(size)
    if equal:
        left = np.array([row for row, _ in equal])
        right = np.array([value for _, value in equal])
        norms = np.linalg.norm(left, axis=1)
        if np.any((norms < 1e-13) & (np.abs(right) > FEASIBLE)):
            return np.empty((0, size))
        keep = norms >= 1e-13
        left, right = left[keep] / norms[keep, None], right[keep] / norms[keep]
        if len(left):
            u, s, vt = np.linalg.svd(left)
            rank = int(np.sum(s > 1e-10))
            origin = vt[:rank].T @ ((u[:, :rank].T @ right) / s[:rank])
            if np.max(np.abs(left @ origin - right)) > FEASIBLE:
                return np.empty((0, size))
            basis = vt[rank:].T
    free = basis.shape[1]
    if below:
        rows = np.array([row for row, _ in below])
        limits = np.array([value for _, value in below]) - rows @ origin
        rows = rows @ basis
    else:
        rows, limits = np.zeros((0, free)), np.zeros(0)
    norms = np.linalg.norm(rows, axis=1)
    flat = norms < 1e-12
    if np.any(limits[flat] < -FEASIBLE):
        return np.empty((0, size))
    if free == 0:
        return origin[None, :]
    rows, limits = rows[~flat] / norms[~flat, None], limits[~flat] / norms[~flat]
    _, first = np.unique(np.round(np.column_stack([rows, limits]), 12), axis=0, return_index=True)
    rows, limits = rows[first], limits[first]
    picks = np.array(list(itertools.combinations(range(len(rows)), free)), dtype=int)
    if not len(picks):
        return np.empty((0, size))
    systems = rows[picks]
    good = np.abs(np.linalg.det(systems)) > 1e-9
    if not np.any(good):
        return np.empty((0, size))
    points = np.linalg.solve(systems[good], limits[picks[good]][..., None])[..., 0]
    inside = np.all(points @ rows.T <= limits + FEASIBLE, axis=1)
    found = points[inside] @ basis.T + origin
    return distinct(found)


def distinct(points: Array, tolerance: float = 1e-9) -> Array:
    """Rows that differ by more than the tolerance."""
    kept: list[Array] = []
    for point in points:
        if not any(np.max(np.abs(point - other), initial=0.0) <= tolerance for other in kept):
            kept.append(point)
    return np.array(kept) if kept else np.empty((0, points.shape[1]))


# -------------------------------------------------------------------- the continuation in numbers


@dataclass(frozen=True)
class Cell:
    """A closed interval of gamma and the replies there; None where that Russian type mixes."""

    low: float
    high: float
    replies: tuple[float | None, float | None]


@dataclass
class Crisis:
    """The numbers of one continuation, and linear maps from its path vector to what is reported.

    The path vector holds, for each pair of types, refrain, attack, and probe by branch, response
    and whether an attack follows: 2 + 18 entries for each of four pairs."""

    p: Mapping[str, float]
    d: int
    q: int
    phi: Array = field(init=False)  # prior of the Guarantor's types
    rho: Array = field(init=False)  # prior of Russia's types
    weight: dict[str, Array] = field(init=False)  # context -> probability of each branch
    reply: dict[str, dict[tuple[int, int], int]] = field(init=False)  # to an attack
    gain: Array = field(init=False)  # [Russian type, Guarantor type]: attack rather than stop
    direct: Array = field(init=False)  # [Russian type]: a direct attack
    loss: Array = field(init=False)  # [Guarantor type]: an attack that follows a probe
    base: Array = field(init=False)  # [Guarantor type, branch, response]: to a probe
    probe: Array = field(init=False)  # [Russian type, response]: the probe itself
    reading: dict[str, Array] = field(init=False)  # name -> coefficients on the path vector
    tree: Node = field(init=False)

    def __post_init__(self) -> None:
        p, d, q = self.p, self.d, self.q
        if not (0 < p["phi"] < 1 and 0 < p["rho"] < 1):
            raise ValueError("priors must lie strictly between 0 and 1")
        self.phi = np.array([p["phi"], 1 - p["phi"]])
        self.rho = np.array([p["rho"], 1 - p["rho"]])
        self.weight = {}
        for context in CONTEXTS:
            c = cover(p, p["sigma"] if context == "probe" else 1.0, d, q)
            lam = p["automaticity"]
            self.weight[context] = np.array([c * lam, c * (1 - lam), 1 - c])
        self.reply = {"attack": {}, "after": {}}
        for context in ("attack", "after"):
            for g, branch in itertools.product(range(2), range(3)):
                if self.weight[context][branch] <= 0:
                    continue
                values = [self.pay(context, r, g, 0, branch)[0] for r in range(3)]
                ranked = sorted(range(3), key=lambda r: -values[r])
                if branch == 0:
                    ranked = [2]
                elif values[ranked[0]] - values[ranked[1]] < TIE:
                    raise Degenerate(f"{G_TYPES[g]} ties after {context}, {BRANCHES[branch]}")
                self.reply[context][g, branch] = ranked[0]
        after = np.array([[self.mean("after", g, r) for g in range(2)] for r in range(2)])
        attack = np.array([[self.mean("attack", g, r) for g in range(2)] for r in range(2)])
        self.gain = after[:, :, 2] + p["t"] * q
        self.direct = attack[:, :, 2] @ self.phi
        self.loss = after[0, :, 0]
        if np.min(np.abs(self.gain)) < TIE:
            raise Degenerate("Russia ties between stopping and attacking")
        if np.min(np.abs(self.direct + p["t"] * q)) < TIE:
            raise Degenerate("Russia ties between refraining and attacking")
        self.base = np.array(
            [
                [[self.pay("probe", r, g, 0, branch)[0] for r in range(3)] for branch in range(3)]
                for g in range(2)
            ]
        )
        self.probe = np.array(
            [[self.pay("probe", r, 0, b, 2)[2] for r in range(3)] for b in range(2)]
        )
        self.reading = self.readings()
        self.tree = build_tree(p, d, q)

    def pay(self, context: str, reply: int, g: int, r: int, branch: int) -> Array:
        return np.array(
            payoffs(self.p, self.d, context, RESPONSES[reply], G_TYPES[g], R_TYPES[r], branch < 2)
        )

    def mean(self, context: str, g: int, r: int) -> Array:
        """Expected addition to the three payoffs of an attack, given both types."""
        total = np.zeros(3)
        for branch in range(3):
            if self.weight[context][branch] > 0:
                reply = self.reply[context][g, branch]
                total += self.weight[context][branch] * self.pay(context, reply, g, r, branch)
        return total

    def readings(self) -> dict[str, Array]:
        """Events and payoffs as linear functions of the path vector."""
        names = ("probe", "attack", "nothing", "aid", "force", "abandonment", *"GUR")
        table = {name: np.zeros((2, 2, 20)) for name in names}
        quiet = np.array([0.0, self.p["w"] * self.q, -self.p["t"] * self.q])

        def replies(context: str, g: int, name: str) -> float:
            pairs = self.reply[context].items()
            chosen = {"abandonment": "nothing"}.get(name, name)
            return float(
                sum(
                    self.weight[context][branch]
                    for (type_, branch), reply in pairs
                    if type_ == g
                    and RESPONSES[reply] == chosen
                    and (name != "abandonment" or branch < 2)
                )
            )

        def put(g: int, r: int, at: int, money: Array, **events: float) -> None:
            total = money + np.array(fixed_payoffs(self.p, self.d, self.q))
            for name, value in (*events.items(), *zip("GUR", total, strict=True)):
                table[name][g, r, at] = value

        for g, r in itertools.product(range(2), range(2)):
            put(g, r, 0, quiet)
            met = {name: replies("attack", g, name) for name in names[2:6]}
            put(g, r, 1, self.mean("attack", g, r), attack=1, **met)
            for branch, answer in itertools.product(range(3), range(3)):
                at = 2 + 2 * (3 * branch + answer)
                first = self.pay("probe", answer, g, r, branch)
                put(g, r, at, first + quiet, probe=1, **{RESPONSES[answer]: 1})
                met = {name: replies("after", g, name) for name in names[2:6]}
                met[RESPONSES[answer]] = 1
                put(g, r, at + 1, first + self.mean("after", g, r), probe=1, attack=1, **met)
        return {name: values.ravel() for name, values in table.items()}

    # -- strategies: x[b, challenge], z[g, branch, response], y[b, response]

    def answers(self, z: Array) -> Array:
        """P(branch and response | Guarantor type, probe)."""
        result = self.weight["probe"][None, :, None] * z
        result[:, 0, :] = 0
        result[:, 0, 1] = self.weight["probe"][0]
        return np.asarray(result)

    def path(self, x: Array, z: Array, y: Array) -> Array:
        vector = np.zeros((2, 2, 20))
        answers = self.answers(z)
        for g, r in itertools.product(range(2), range(2)):
            mass = self.phi[g] * self.rho[r]
            vector[g, r, 0], vector[g, r, 1] = mass * x[r, 0], mass * x[r, 2]
            follow = np.stack([answers[g] * (1 - y[r]), answers[g] * y[r]], axis=-1)
            vector[g, r, 2:] = mass * x[r, 1] * follow.ravel()
        return vector.ravel()

    def read(self, vector: Array) -> dict[str, float]:
        return {name: float(values @ vector) for name, values in self.reading.items()}

    def cells(self) -> list[Cell]:
        """Closed cells of gamma and the points between them."""
        cuts: list[tuple[float, int]] = []
        for b in range(2):
            high, low = self.gain[b]
            if (high > 0) != (low > 0):
                cuts.append((float(low / (low - high)), b))
        cuts.sort()
        if len(cuts) == 2 and cuts[1][0] - cuts[0][0] < TIE:
            raise Degenerate("both Russian types are indifferent at one belief")

        def reply(gamma: float, b: int) -> float:
            return float(gamma * self.gain[b, 0] + (1 - gamma) * self.gain[b, 1] > 0)

        edges = [0.0, *(cut for cut, _ in cuts), 1.0]
        result = []
        for low, high in itertools.pairwise(edges):
            middle = (low + high) / 2
            result.append(Cell(low, high, (reply(middle, 0), reply(middle, 1))))
        for cut, b in cuts:
            other = reply(cut, 1 - b)
            result.append(Cell(cut, cut, (None, other) if b == 0 else (other, None)))
        return result

    def sets(self) -> list[tuple[int, int]]:
        """The Guarantor's sets after a probe: (type, branch)."""
        return [(g, k) for g in range(2) for k in (1, 2) if self.weight["probe"][k] > 0]

    def best_cells(self, cells: Sequence[Cell]) -> list[tuple[tuple[int, ...], ...]]:
        """Every combination of best responses, one per set, for some Q in the range of Q."""
        reach = [y for cell in cells for y in cell.replies]
        low = 0.0 if None in reach or 0.0 in reach else 1.0
        high = 1.0 if None in reach or 1.0 in reach else 0.0
        box: Rows = []
        for r in range(3):
            box += [(np.eye(3)[r], high), (-np.eye(3)[r], -low)]
        options = [s for n in (1, 2, 3) for s in itertools.combinations(range(3), n)]
        found: list[tuple[tuple[int, ...], ...]] = []
        sets = self.sets()

        def extend(chosen: tuple[tuple[int, ...], ...], equal: Rows, below: Rows) -> None:
            if len(chosen) == len(sets):
                found.append(chosen)
                return
            for support in options:
                more_equal, more_below = self.best(
                    sets[len(chosen)], support, np.eye(3), np.zeros(3)
                )
                if len(vertices(equal + more_equal, below + more_below, 3)):
                    extend((*chosen, support), equal + more_equal, below + more_below)

        extend((), [], box)
        return found

    def best(
        self, where: tuple[int, int], support: tuple[int, ...], slope: Array, start: Array
    ) -> tuple[Rows, Rows]:
        """Rows in v for: exactly these responses are best, when Q_r = slope[r] . v + start[r]."""
        g, branch = where
        scores = self.base[g, branch] + self.loss[g] * start
        slopes = self.loss[g] * slope
        lead = support[0]
        equal: Rows = []
        below: Rows = []
        for r in range(3):
            if r != lead:
                row = (slopes[r] - slopes[lead], float(scores[lead] - scores[r]))
                (equal if r in support else below).append(row)
        return equal, below


# ----------------------------------------------------------------------------------- equilibria


@dataclass
class Member:
    """One equilibrium: strategies and the beliefs that support it."""

    x: Array
    z: Array
    y: Array
    beta: float
    gamma: Array
    vector: Array


def assessment(crisis: Crisis, member: Member) -> Assessment:
    """Trembles of the form c eps^k whose limit is the member with its beliefs."""
    plan: Assessment = {}

    def put(where: Hashable, actions: Iterable[str], probabilities: Iterable[float]) -> None:
        pairs = zip(actions, probabilities, strict=True)
        plan[where] = {a: (0, float(w)) if w > 1e-12 else (1, 1.0) for a, w in pairs}

    on_path = float(crisis.rho @ member.x[:, 1]) > 1e-12
    beliefs = (member.beta, 1 - member.beta)
    for b, name in enumerate(R_TYPES):
        put((name,), CHALLENGES, member.x[b])
        if not on_path:
            small = beliefs[b] < 1e-12
            plan[name,]["probe"] = (2, 1.0) if small else (1, beliefs[b] / float(crisis.rho[b]))
        for r, response in enumerate(RESPONSES):
            put((name, "probe", response), ("stop", "attack"), (1 - member.y[b, r], member.y[b, r]))
    answers = crisis.answers(member.z)
    for g, name in enumerate(G_TYPES):
        deciding = float(crisis.weight["probe"][1:].sum())
        for branch in (1, 2):
            where = (name, "probe", BRANCHES[branch])
            put(where, RESPONSES, member.z[g, branch])
            for r, response in enumerate(RESPONSES):
                if float(np.max(answers[:, :, r])) <= 1e-12 and deciding > 0:
                    share = member.gamma[r] if g == 0 else 1 - member.gamma[r]
                    size = float(share / (crisis.phi[g] * deciding))
                    plan[where][response] = (1, size) if share > 1e-12 else (2, 1.0)
        for branch in (1, 2):
            for context, stem in (
                ("attack", [(name, "attack")]),
                ("after", [(name, "probe", k, r, "attack") for k in BRANCHES for r in RESPONSES]),
            ):
                reply = crisis.reply[context].get((g, branch), 0)
                for seen in stem:
                    put((*seen, BRANCHES[branch]), RESPONSES, np.eye(3)[reply])
    return plan


def members(crisis: Crisis) -> Iterable[list[Member]]:
    """The pieces: vertices (and the centre) of each product of polytopes."""
    cells = crisis.cells()
    sets = crisis.sets()
    for supports in crisis.best_cells(cells):
        low, high = np.zeros((2, 3)), np.zeros((2, 3))
        for g in range(2):
            low[g, 1] = high[g, 1] = crisis.weight["probe"][0]
        for (g, branch), support in zip(sets, supports, strict=True):
            for r in support:
                high[g, r] += crisis.weight["probe"][branch]
                low[g, r] += crisis.weight["probe"][branch] if len(support) == 1 else 0.0
        fitting = [[c for c in cells if fits(crisis, c, low[:, r], high[:, r])] for r in range(3)]
        if not sets:  # the response to a probe is always automatic: aid
            fitting[0], fitting[2] = cells[:1], cells[:1]
        for choice in itertools.product(*fitting):
            yield from piece(crisis, sets, supports, choice)


def fits(crisis: Crisis, cell: Cell, low: Array, high: Array) -> bool:
    """Whether some mixing in the box can put gamma into the cell (or leave r unreached)."""
    if float(np.max(low)) <= 0:
        return True
    most = crisis.phi[0] * high[0] / (crisis.phi[0] * high[0] + crisis.phi[1] * low[1])
    least = crisis.phi[0] * low[0] / (crisis.phi[0] * low[0] + crisis.phi[1] * high[1])
    return bool(least <= cell.high + FEASIBLE and most >= cell.low - FEASIBLE)


def piece(
    crisis: Crisis,
    sets: list[tuple[int, int]],
    supports: tuple[tuple[int, ...], ...],
    choice: tuple[Cell, ...],
) -> Iterable[list[Member]]:
    """All equilibria in one combination of cells, for each of nine comparisons of challenges."""
    # (beta, u): Q_r = slope[r] . v + start[r]
    mixing = [r for r in range(3) if None in choice[r].replies]
    size = 1 + len(mixing)
    unit = np.eye(size)
    slope, start = np.zeros((3, size)), np.zeros(3)
    equal: Rows = []
    below: Rows = [(unit[0], 1.0), (-unit[0], 0.0)]
    for r, cell in enumerate(choice):
        first, second = cell.replies
        slope[r, 0] = (first or 0.0) - (second or 0.0)
        start[r] = second or 0.0
        if None in cell.replies:
            u = unit[1 + mixing.index(r)]
            slope[r] += u
            below.append((-u, 0.0))
            below.append((u - unit[0], 0.0) if first is None else (u + unit[0], 1.0))
    for where, support in zip(sets, supports, strict=True):
        more_equal, more_below = crisis.best(where, support, slope, start)
        equal, below = equal + more_equal, below + more_below
    replies = vertices(equal, below, size)
    if not len(replies):
        return

    # z: coordinates of the sets that mix; P(r | g) = rate[g, r] . z + given[g, r]
    place = [(i, r) for i, support in enumerate(supports) if len(support) > 1 for r in support]
    count = len(place)
    rate, given = np.zeros((2, 3, count)), np.zeros((2, 3))
    given[:, 1] = crisis.weight["probe"][0]
    z_equal: Rows = []
    z_below: Rows = [(-row, 0.0) for row in np.eye(count)]
    for i, ((g, branch), support) in enumerate(zip(sets, supports, strict=True)):
        share = float(crisis.weight["probe"][branch])
        if len(support) == 1:
            given[g, support[0]] += share
            continue
        total = np.zeros(count)
        for r in support:
            total[place.index((i, r))] = 1.0
            rate[g, r, place.index((i, r))] += share
        z_equal.append((total, 1.0))
    for r, cell in enumerate(choice):
        for bound, sign in ((cell.low, 1.0), (cell.high, -1.0)):
            mix = np.array([-(1 - bound) * crisis.phi[0], bound * crisis.phi[1]])
            row, limit = sign * (mix @ rate[:, r]), float(-sign * (mix @ given[:, r]))
            if cell.low == cell.high:
                if sign > 0:
                    z_equal.append((row, limit))
            elif 0 < bound < 1:
                z_below.append((row, limit))
    plain = vertices(z_equal, z_below, count)
    if not len(plain):
        return

    # value of probing for each Russian type, linear in z; a mixing type gains nothing from going on
    quiet = -crisis.p["t"] * crisis.q
    worth: list[tuple[Array, float]] = []
    for b in range(2):
        row, value = np.zeros(count), quiet - max(quiet, float(crisis.direct[b]))
        for r, g in itertools.product(range(3), range(2)):
            each = crisis.probe[b, r] + (choice[r].replies[b] or 0.0) * crisis.gain[b, g]
            row += crisis.phi[g] * each * rate[g, r]
            value += float(crisis.phi[g] * each * given[g, r])
        worth.append((row, value))
    ranges = [plain @ row + value for row, value in worth]
    signs = [
        [s for s in (-1, 0, 1) if compatible(s, float(np.min(v)), float(np.max(v)))] for v in ranges
    ]
    for state in itertools.product(*signs):
        more_equal = [(row, -value) for s, (row, value) in zip(state, worth, strict=True) if s == 0]
        more_below = [
            (-s * row, s * value) for s, (row, value) in zip(state, worth, strict=True) if s != 0
        ]
        corners = plain
        if count:
            corners = vertices(z_equal + more_equal, z_below + more_below, count)
        if not len(corners):
            continue
        plans = []
        for corner in (*corners, corners.mean(axis=0)):
            z = np.zeros((2, 3, 3))
            z[:, 0, 1] = 1.0
            for i, ((g, branch), support) in enumerate(zip(sets, supports, strict=True)):
                for r in support:
                    z[g, branch, r] = 1.0 if len(support) == 1 else corner[place.index((i, r))]
            plans.append(np.clip(z, 0.0, 1.0))
        found = []
        for probing in challenges(crisis, state, replies[:, 0]):
            x = np.zeros((2, 3))
            x[:, 1] = probing
            for b in range(2):
                x[b, 2 if crisis.direct[b] > quiet else 0] = 1 - probing[b]
            mass = float(crisis.rho @ probing)
            if mass > 1e-12:
                beta = float(crisis.rho[0] * probing[0] / mass)
                local = vertices([*equal, (unit[0], beta)], below, size)
            else:
                local = replies
            if not len(local):
                continue
            centre = local.mean(axis=0)[None, :]
            for v in centre if mass <= 1e-12 else np.vstack([local, centre]):
                found += [complete(crisis, x, z, v, choice, mixing) for z in plans]
        if found:
            yield found


def compatible(sign: int, least: float, most: float) -> bool:
    if sign == 0:
        return least <= FEASIBLE and most >= -FEASIBLE
    return most >= -FEASIBLE if sign > 0 else least <= FEASIBLE


def challenges(crisis: Crisis, state: Sequence[int], betas: Array) -> list[Array]:
    """Probing probabilities by type: corners of what Bayes' rule allows, cut at each beta."""
    least = [1.0 if s > 0 else 0.0 for s in state]
    most = [0.0 if s < 0 else 1.0 for s in state]
    low, high = float(np.min(betas)), float(np.max(betas))
    points = [np.array(c) for c in itertools.product(*zip(least, most, strict=True))]
    for beta in [float(b) for b in np.unique(np.round(betas, 12))]:
        odds = np.array([beta / crisis.rho[0], (1 - beta) / crisis.rho[1]])
        for b in range(2):
            edges = {least[b], most[b]} - {0.0}
            points += [odds * edge / odds[b] for edge in edges if odds[b] > 1e-12]
    result: list[Array] = []
    for point in points:
        mass = float(crisis.rho @ point)
        beta = float(crisis.rho[0] * point[0] / mass) if mass > 1e-12 else low
        inside = all(least[b] - FEASIBLE <= point[b] <= most[b] + FEASIBLE for b in range(2))
        if inside and low - FEASIBLE <= beta <= high + FEASIBLE:
            result.append(np.clip(point, 0.0, 1.0))
    kept = distinct(np.array(result)) if result else np.empty((0, 2))
    if len(kept) > 1:
        centre = kept.mean(axis=0)
        kept = np.vstack([kept, centre])
    return list(kept)


def complete(
    crisis: Crisis, x: Array, z: Array, v: Array, choice: tuple[Cell, ...], mixing: list[int]
) -> Member:
    """Strategies and beliefs of one point of a piece."""
    beta = float(np.clip(v[0], 0.0, 1.0))
    y, gamma = np.zeros((2, 3)), np.zeros(3)
    answers = crisis.answers(z).sum(axis=1)
    for r, cell in enumerate(choice):
        for b in range(2):
            chosen = cell.replies[b]
            share = beta if b == 0 else 1 - beta
            if chosen is None:
                chosen = float(v[1 + mixing.index(r)]) / share if share > 1e-12 else 0.0
            y[b, r] = min(1.0, max(0.0, chosen))
        reached = float(crisis.phi @ answers[:, r])
        gamma[r] = (cell.low + cell.high) / 2
        if reached > 1e-12:
            gamma[r] = crisis.phi[0] * answers[0, r] / reached
    return Member(x, z, y, beta, gamma, crisis.path(x, z, y))


def outcomes(
    parameters: Mapping[str, float], d: int = 1, q: int = 0, limit: float = 1e-7
) -> list[dict[str, Any]]:
    """Every sequential-equilibrium outcome of the continuation; see ``describe`` for the keys."""
    crisis = Crisis(parameters, d, q)
    checked: list[Member] = []
    regrets: list[float] = []
    parent: list[int] = []
    index: dict[tuple[int, ...], list[int]] = {}

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    def same(member: Member) -> int:
        """The number of this path vector; a new one is verified first."""
        key = tuple(int(k) for k in np.floor(member.vector[[0, 1, 20, 21]] / 1e-3))
        for shift in itertools.product((-1, 0, 1), repeat=4):
            for i in index.get(tuple(k + s for k, s in zip(key, shift, strict=True)), []):
                if float(np.max(np.abs(checked[i].vector - member.vector))) < SAME:
                    return i
        regret, total = deviation_gain(crisis.tree, assessment(crisis, member))
        read = crisis.read(member.vector)
        if (
            regret > limit
            or max(abs(a - read[n]) for a, n in zip(total, "GUR", strict=True)) > 1e-9
        ):
            raise AssertionError(f"not an equilibrium: gain {regret:.2e}, {total} against {read}")
        checked.append(member)
        regrets.append(regret)
        parent.append(len(parent))
        index.setdefault(key, []).append(len(parent) - 1)
        return len(parent) - 1

    for found in members(crisis):
        numbers = {same(member) for member in found}
        first = root(min(numbers))
        for other in numbers:
            parent[root(other)] = first
    groups: dict[int, list[int]] = {}
    for i in range(len(parent)):
        groups.setdefault(root(i), []).append(i)
    result = [
        describe(crisis, [checked[i] for i in group], max(regrets[i] for i in group))
        for group in groups.values()
    ]
    return sorted(result, key=lambda o: tuple(round(v, 9) for v in o["events"].values()))


def describe(crisis: Crisis, group: list[Member], regret: float) -> dict[str, Any]:
    """One outcome.  Keys: challenge[type][action]; response[type, finding][response] to a probe and
    reply[context][type, finding] to an attack; test[type][response] = P(attack | probe, response);
    reached (responses to a probe on the path); beliefs[response] = P(resolved), those reached;
    beta = P(revisionist | probe); events; payoffs (ex ante, by player); hull[name] = (low, high)
    over the continuum for each event, payoff ("payoff G") and belief; continuum; samples (verified
    members); regret.  Strategies are those of the sample nearest to the middle of the hull."""
    reads = [crisis.read(member.vector) for member in group]
    names = ("probe", "attack", "nothing", "aid", "force", "abandonment")
    hull = {n: (min(r[n] for r in reads), max(r[n] for r in reads)) for n in names}
    for player in "GUR":
        values = [r[player] for r in reads]
        hull["payoff " + player] = (min(values), max(values))
    for r, response in enumerate(RESPONSES):
        held = [m.gamma[r] for m in group if r in reached(crisis, m)]
        if held:
            hull["belief " + response] = (float(min(held)), float(max(held)))
    middle = np.mean([m.vector for m in group], axis=0)
    pick = min(range(len(group)), key=lambda i: float(np.sum((group[i].vector - middle) ** 2)))
    member, read = group[pick], reads[pick]
    return {
        "challenge": {
            name: dict(zip(CHALLENGES, member.x[b].tolist(), strict=True))
            for b, name in enumerate(R_TYPES)
        },
        "response": {
            (G_TYPES[g], BRANCHES[k]): dict(zip(RESPONSES, member.z[g, k].tolist(), strict=True))
            for g, k in crisis.sets()
        },
        "reply": {
            context: {(G_TYPES[g], BRANCHES[k]): RESPONSES[r] for (g, k), r in table.items()}
            for context, table in crisis.reply.items()
        },
        "test": {
            name: dict(zip(RESPONSES, member.y[b].tolist(), strict=True))
            for b, name in enumerate(R_TYPES)
        },
        "reached": [RESPONSES[r] for r in reached(crisis, member)],
        "beliefs": {RESPONSES[r]: float(member.gamma[r]) for r in reached(crisis, member)},
        "beta": member.beta,
        "events": {name: read[name] for name in names},
        "payoffs": {"Guarantor": read["G"], "Ukraine": read["U"], "Russia": read["R"]},
        "hull": hull,
        "continuum": len(group) > 1,
        "samples": group,
        "regret": regret,
    }


def reached(crisis: Crisis, member: Member) -> list[int]:
    if float(crisis.rho @ member.x[:, 1]) <= 1e-9:
        return []
    answers = crisis.phi @ crisis.answers(member.z).sum(axis=1)
    return [r for r in range(3) if answers[r] > 1e-9]


def path_vector(
    parameters: Mapping[str, float], strategy: Mapping[Any, Mapping[str, float]], d: int, q: int
) -> tuple[Crisis, Array]:
    """The path vector of any strategy on ``build_tree``'s sets whose replies to attacks are the
    Guarantor's best ones (others are not read)."""
    crisis = Crisis(parameters, d, q)
    x, y, z = np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((2, 3, 3))
    for b, name in enumerate(R_TYPES):
        x[b] = [strategy[name,][a] for a in CHALLENGES]
        for r, response in enumerate(RESPONSES):
            if (name, "probe", response) in strategy:
                y[b, r] = strategy[name, "probe", response]["attack"]
    for g, k in crisis.sets():
        z[g, k] = [strategy[G_TYPES[g], "probe", BRANCHES[k]][r] for r in RESPONSES]
    return crisis, crisis.path(x, z, y)


def distance(crisis: Crisis, vector: Array, outcome: Mapping[str, Any]) -> float:
    """How far a path vector is from an outcome: nearest sample, or for a continuum the excess over
    the hull of events and payoffs if that is smaller."""
    near = min(float(np.max(np.abs(m.vector - vector))) for m in outcome["samples"])
    if not outcome["continuum"]:
        return near
    read = crisis.read(vector)
    excess = 0.0
    for name, (low, high) in outcome["hull"].items():
        if not name.startswith("belief"):
            value = read[name[-1] if name.startswith("payoff") else name]
            excess = max(excess, low - value, value - high)
    return min(near, excess)
