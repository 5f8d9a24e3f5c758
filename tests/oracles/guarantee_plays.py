"""Every play of the guarantee game with its payoffs, from the specification, in plain fractions.

It shares nothing with the package: no tree, no formulas, no symbols. A play is told by the labels
that the package's tree gives it, so that the two can be compared one by one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product

Point = Mapping[str, Fraction]
Menu = Mapping[str, Mapping[str, Fraction]]
OWED = {"probe": "aid", "attack": "force"}


@dataclass(frozen=True)
class Met:
    """One challenge and what became of it."""

    kind: str
    after_probe: bool
    covered: bool
    response: str
    climbs: int = 0
    end: str = "arms"  # or "Russia", "Guarantor" where one backed down, or "disaster"


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
    offered: str = ""
    rungs: int = 0

    def on(self, *labels: str, chance: Fraction = Fraction(1)) -> "Play":
        return replace(self, labels=(*self.labels, *labels), chance=self.chance * chance)


def plays(
    x: Point, stages: tuple[str, ...], menu: Menu | None = None, rungs: int = 1
) -> Iterator[Play]:
    """Every finished play of the game with these stages; what is left out is neutral."""
    for begun in _types(Play(at=x, rungs=rungs), stages):
        for offered in _offer(begun, stages, menu or {}):
            for settled in _settlement(offered, stages):
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


def _offer(play: Play, stages: tuple[str, ...], menu: Menu) -> Iterator[Play]:
    if "offer" not in stages:
        yield play
        return
    for label, sets in menu.items():
        yield replace(play.on(label), at={**play.at, **sets}, offered=label)


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
            if kind == "attack" and response != "nothing" and "escalation" in stages:
                yield from _ladder(done, 1)
            elif kind == "attack" or "test" not in stages:
                yield done
            else:
                yield done.on("stop")
                yield from _met(done.on("attack"), stages, "attack")


def _ladder(play: Play, rung: int) -> Iterator[Play]:
    """Odd rungs are Russia's to climb, even ones the Guarantor's."""

    def now(last: Met, *labels: str, chance: Fraction = Fraction(1)) -> Play:
        return replace(play.on(*labels, chance=chance), met=(*play.met[:-1], last))

    last = play.met[-1]
    russia = rung % 2 == 1
    yield now(replace(last, end="Russia" if russia else "Guarantor"), "back down")
    if rung > play.rungs:
        yield play.on("hold")
        return
    climb, risk = "escalate" if russia else "step up", rung * play.at["f"]
    higher = replace(last, climbs=rung)
    yield now(replace(higher, end="disaster"), climb, "disaster", chance=risk)
    yield from _ladder(now(higher, climb, "no disaster", chance=1 - risk), rung + 1)


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
    p = prevailing(play, met, "nothing" if met.end == "Guarantor" else met.response)
    p *= (1 - play.conceded) * (met.end not in ("Russia", "disaster"))
    spend = {"nothing": Fraction(0), "aid": x["k_A"], "force": x["k_" + play.guarantor]}
    cost = {"nothing": Fraction(0), "aid": x["c_A"], "force": x["c_F"]}
    stake = x["v"] + x["y"] * x["presence"]
    broken = met.covered * x["strength"] * x["a"] * (1 - honoured(x, met))
    extra = {
        "arms": (0, 0, 0),
        "Russia": (0, 0, x["c_b"]),
        "Guarantor": (x["c_b"], 0, 0),
        "disaster": (x["D_G"], x["D_U"], x["D_R"]),
    }[met.end]
    return {
        "Guarantor": size * (-stake * p - spend[met.response] - broken) - extra[0],
        "Ukraine": size * (-p - x["c_U"]) - extra[1],
        "Russia": size * (x["b_" + play.russia] * p - x["c_0"] - cost[met.response]) - extra[2],
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
    if met.end == "Guarantor":
        return Fraction(0)
    lesser = Fraction(1) if met.kind == "probe" else x["response_ambiguity"]
    return {"nothing": Fraction(0), "aid": lesser, "force": Fraction(1)}[met.response]


# Events


def events(play: Play) -> dict[str, Fraction]:
    """What the play counts as, each with its weight."""
    offer = {f"offer-{play.offered}": Fraction(1)} if play.offered else {}
    if play.war:
        return {**offer, "war-goes-on": Fraction(1)}
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
        "escalation": any(met.climbs for met in attacks),
        "backdown-Russia": any(met.end == "Russia" for met in attacks),
        "backdown-Guarantor": any(met.end == "Guarantor" for met in attacks),
        "disaster": any(met.end == "disaster" for met in attacks),
    }
    return offer | {name: Fraction(weight) for name, weight in counts.items() if weight}


def _unwilling(play: Play, met: Met) -> bool:
    """Force was used where, without a pledge, less would have paid this type of Guarantor more."""
    x = play.at

    def worth(response: str) -> Fraction:
        spend = {"nothing": Fraction(0), "aid": x["k_A"], "force": x["k_" + play.guarantor]}
        stake = (x["v"] + x["y"] * x["presence"]) * (1 - play.conceded)
        return -stake * prevailing(play, met, response) - spend[response]

    return met.response == "force" and max(worth("nothing"), worth("aid")) > worth("force")
