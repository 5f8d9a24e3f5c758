"""Every play of the guarantee game with its payoffs, from the specification, in plain fractions.

It shares nothing with the package: no tree, no formulas, no symbols. A play is told by the labels
that the package's tree gives it, so that the two can be compared one by one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product

Point = Mapping[str, Fraction]
STAGES = ("types", "settlement", "preparation", "challenge", "finding", "response", "test")
OWED = {"probe": "aid", "attack": "force"}


@dataclass(frozen=True)
class Met:
    """One challenge and what became of it."""

    kind: str
    after_probe: bool
    covered: bool
    response: str


@dataclass(frozen=True)
class Play:
    """A play so far: its labels, its probability by chance alone, and what it amounts to."""

    labels: tuple[str, ...] = ()
    chance: Fraction = Fraction(1)
    guarantor: str = "resolved"
    russia: str = "revisionist"
    conceded: Fraction = Fraction(0)
    agreed: bool = False
    war: bool = False
    defence: int = 1
    provocative: int = 0
    met: tuple[Met, ...] = ()
    at: Point = field(default_factory=dict)  # numbers, with those of the guarantee on offer

    def on(self, *labels: str, chance: Fraction = Fraction(1)) -> "Play":
        return replace(self, labels=(*self.labels, *labels), chance=self.chance * chance)


def plays(x: Point, stages: tuple[str, ...]) -> Iterator[Play]:
    """Every finished play of the game with these stages; what is left out is neutral."""
    for begun in _types(Play(at=x), stages):
        for settled in _settlement(begun, stages):
            if settled.war:
                yield settled
                continue
            for prepared in _preparation(settled, stages):
                yield from _challenge(prepared, stages)


def _types(play: Play, stages: tuple[str, ...]) -> Iterator[Play]:
    if "types" not in stages:
        yield play
        return
    x = play.at
    for g, r in product(("resolved", "irresolute"), ("revisionist", "security")):
        odds = x["phi"] if g == "resolved" else 1 - x["phi"]
        odds *= x["rho"] if r == "revisionist" else 1 - x["rho"]
        yield replace(play.on(f"{g}, {r}", chance=odds), guarantor=g, russia=r)


def _settlement(play: Play, stages: tuple[str, ...]) -> Iterator[Play]:
    if "settlement" not in stages:
        yield play
        return
    yield replace(play.on("fight"), war=True)
    yield replace(play.on("accept", "fight"), war=True)
    yield replace(play.on("accept", "accept"), agreed=True, conceded=play.at["terms"])


def _preparation(play: Play, stages: tuple[str, ...]) -> Iterator[Play]:
    if "preparation" not in stages:
        yield play
        return
    for (d, defence), (q, provoking) in product(
        ((1, "keep"), (0, "neglect")), ((0, "restrained"), (1, "provocative"))
    ):
        yield replace(play.on(f"{defence}, {provoking}"), defence=d, provocative=q)


def _challenge(play: Play, stages: tuple[str, ...]) -> Iterator[Play]:
    if "challenge" not in stages:
        yield from _met(play, stages, "attack")
        return
    yield play.on("refrain")
    for kind in ("probe", "attack"):
        yield from _met(play.on(kind), stages, kind)


def _met(play: Play, stages: tuple[str, ...], kind: str) -> Iterator[Play]:
    after = bool(play.met)
    for found, covered, automatic in _found(play, stages, kind):
        for answered, response in _response(found, stages, kind, automatic):
            done = replace(answered, met=(*play.met, Met(kind, after, covered, response)))
            if kind == "attack" or "test" not in stages:
                yield done
            else:
                yield done.on("stop")
                yield from _met(done.on("attack"), stages, "attack")


def _found(play: Play, stages: tuple[str, ...], kind: str) -> Iterator[tuple[Play, bool, bool]]:
    x = play.at
    cover = Fraction(1)
    if "finding" in stages:
        cover = band(x["sigma"] if kind == "probe" else Fraction(1), x)
        cover *= 1 - x["conditionality"] * play.provocative
        cover *= 1 - x["defence_condition"] * (1 - play.defence)
    undecided = x["automaticity"] if "response" in stages else Fraction(0)
    branches = [
        ("covered", cover * (1 - undecided)),
        ("covered, automatic", cover * undecided),
        ("not covered", 1 - cover),
    ]
    possible = [(label, odds) for label, odds in branches if odds]
    for label, odds in possible:
        shown = () if len(possible) == 1 else (label,)
        yield play.on(*shown, chance=odds), label != "not covered", label.endswith("automatic")


def band(severity: Fraction, x: Point) -> Fraction:
    """F(s) of the specification."""
    vague, line = x["trigger_ambiguity"], x["threshold"]
    if vague == 0:
        return Fraction(severity >= line)
    inside = Fraction(1, 2) + (1 - vague) * (severity - line) / (2 * vague)
    return min(Fraction(1), max(Fraction(0), inside))


def _response(
    play: Play, stages: tuple[str, ...], kind: str, automatic: bool
) -> Iterator[tuple[Play, str]]:
    if automatic:
        yield play, OWED[kind]
    elif "response" not in stages:
        yield play, "nothing"
    else:
        for response in ("nothing", "aid", "force"):
            yield play.on(response), response


# Payoffs


def payoffs(play: Play) -> dict[str, Fraction]:
    """What the play pays to each."""
    return _war(play) if play.war else _peace(play)


def _war(play: Play) -> dict[str, Fraction]:
    x = play.at
    p = 1 / (1 + x["m0"] * (1 + x["m_d"]) + x["m_aid"] * x["g"])
    sunk = x["c_pi"] * x["presence"]  # paid whatever happens
    return {
        "Guarantor": -x["v"] * p - x["k_w"] * x["g"] - sunk,
        "Ukraine": -p - x["c_wU"],
        "Russia": x["b_" + play.russia] * p - x["c_wR"],
    }


def _peace(play: Play) -> dict[str, Fraction]:
    x, b = play.at, play.at["b_" + play.russia]
    total = {
        "Guarantor": -x["c_pi"] * x["presence"] - x["v"] * play.conceded,
        "Ukraine": -x["c_d"] * play.defence - x["c_q"] * play.provocative - play.conceded,
        "Russia": b * play.conceded,
    }
    if not any(met.kind == "attack" for met in play.met):
        total["Russia"] -= x["t"] * play.provocative
        total["Ukraine"] += x["w"] * play.provocative
    for met in play.met:
        for player, worth in _one(play, met).items():
            total[player] += worth
    return total


def _one(play: Play, met: Met) -> dict[str, Fraction]:
    x = play.at
    size = {"probe": x["sigma"], "attack": 1 - x["sigma"] * met.after_probe}[met.kind]
    p = prevailing(play, met, met.response) * (1 - play.conceded)
    spend = {"nothing": Fraction(0), "aid": x["k_A"], "force": x["k_" + play.guarantor]}
    cost = {"nothing": Fraction(0), "aid": x["c_A"], "force": x["c_F"]}
    stake = x["v"] + x["y"] * x["presence"]
    broken = met.covered * x["strength"] * x["a"] * (1 - honoured(x, met))
    return {
        "Guarantor": size * (-stake * p - spend[met.response] - broken),
        "Ukraine": size * (-p - x["c_U"]),
        "Russia": size * (x["b_" + play.russia] * p - x["c_0"] - cost[met.response]),
    }


def prevailing(play: Play, met: Met, response: str) -> Fraction:
    """Russia's chance of prevailing against a response."""
    x = play.at
    against = x["m0"] * (1 + x["m_d"] * play.defence) + x["m_pi"] * x["presence"]
    against += x["m_aid"] * (response in ("aid", "force"))
    against += x["m_force"] * (response == "force")
    against += x["m_w"] * met.after_probe
    return 1 / (1 + against)


def honoured(x: Point, met: Met) -> Fraction:
    """The share of the pledge that was honoured."""
    lesser = Fraction(1) if met.kind == "probe" else x["response_ambiguity"]
    return {"nothing": Fraction(0), "aid": lesser, "force": Fraction(1)}[met.response]


# Events


def events(play: Play) -> dict[str, Fraction]:
    """What the play counts as, each with its weight."""
    if play.war:
        return {"war-goes-on": Fraction(1)}
    attacks = [met for met in play.met if met.kind == "attack"]
    responses = {met.response for met in play.met}
    entangled = bool(play.provocative) and "force" in responses
    counts = {
        "settlement": play.agreed,
        "provocation": play.provocative,
        "defence-kept": play.defence,
        "probe": any(met.kind == "probe" for met in play.met),
        "attack": bool(attacks),
        **{response: response in responses for response in ("nothing", "aid", "force")},
        "covered-attack": any(met.covered for met in attacks),
        "abandonment": any(met.covered and met.response == "nothing" for met in attacks),
        "shortfall": sum(1 - honoured(play.at, met) for met in attacks if met.covered),
        "entanglement": entangled,
        "entrapment": entangled and any(_unwilling(play, met) for met in play.met),
        "great-power-war": any(met.response == "force" for met in attacks),
    }
    return {name: Fraction(weight) for name, weight in counts.items() if weight}


def _unwilling(play: Play, met: Met) -> bool:
    """Force was used where, without a pledge, less would have paid this type of Guarantor more."""
    x = play.at

    def worth(response: str) -> Fraction:
        spend = {"nothing": Fraction(0), "aid": x["k_A"], "force": x["k_" + play.guarantor]}
        stake = (x["v"] + x["y"] * x["presence"]) * (1 - play.conceded)
        return -stake * prevailing(play, met, response) - spend[response]

    return met.response == "force" and max(worth("nothing"), worth("aid")) > worth("force")
