from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import deterrence as dt
from deterrence.errors import (
    InputError,
    LabelError,
    LimitError,
    NoEquilibriumError,
    ParameterError,
)
from deterrence.oped.draws import draw_stakes
from tests.oracles.brute_coalition import pure_equilibria

RULES = ("individual", "lead", "majority", "unanimity")
ONE = dt.arrangement("ksc").values(automaticity=0)
NUMBERS = {**ONE, "bilateral": Fraction(1, 5)}
PAGE = Path(__file__).parents[2] / "docs/explanation/coalition.md"


def leaves(game: dt.Game) -> dict[tuple[str, ...], dict[str, Any]]:
    """Payoffs by history, the finding that all is covered left out."""
    found = {}

    def walk(node: Any, history: tuple[str, ...]) -> None:
        if isinstance(node, dt.Outcome):
            found[tuple(x for x in history if x != "covered")] = dict(node.payoffs)
            return
        for label, below in node.choices.items():
            walk(below[1] if isinstance(node, dt.Chance) else below, (*history, label))

    walk(game.root, ())
    return found


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("preparation", ["keep, restrained", "neglect, provocative"])
def test_one_guarantor_without_a_pledge_of_its_own_is_the_guarantee_game(
    rule: str, preparation: str
) -> None:
    for n, stakes in enumerate(draw_stakes(2, rng=0)):
        numbers = {**ONE, **stakes}
        kinds = {"Russia": ("revisionist", "security")[n % 2]}
        one = ("resolved", "irresolute")[n % 2]
        ours = dt.coalition_game(
            1,
            rule,
            fixed={"preparation": preparation, "types": {**kinds, "Guarantor 1": one}},
        ).at({**numbers, "bilateral": 0})
        theirs = dt.guarantee_game(
            ["challenge", "response"],
            fixed={"preparation": preparation, "types": {**kinds, "Guarantor": one}},
        ).at(numbers)
        known = leaves(theirs)
        yes, no = ("yes", "no") if rule in ("majority", "unanimity") else ("act", "stand aside")
        pairs = {("refrain",): ("refrain",)}
        pairs |= {("attack", yes): ("attack", "force"), ("attack", no): ("attack", "nothing")}
        for mine, other in pairs.items():
            expected = dict(known[other])
            expected["Guarantor 1"] = expected.pop("Guarantor")
            assert leaves(ours)[mine] == expected


def test_all_together_are_the_one_guarantor_whatever_their_shares() -> None:
    fixed = {"challenge": "attack", "types": {f"Guarantor {k}": "resolved" for k in (1, 2, 3)}}
    fixed["types"]["Russia"] = "security"
    whole = dt.guarantee_game(
        ["response"], fixed={"types": {"Guarantor": "resolved", "Russia": "security"}}
    ).at(ONE)
    alone = leaves(whole)[("force",)]
    for rule, act in (("individual", "act"), ("lead", "act"), ("unanimity", "yes")):
        game = dt.coalition_game(3, rule, shares=["1/2", "1/3", "1/6"], fixed=fixed).at(NUMBERS)
        together = leaves(game)[(act,) * 3]
        assert sum(together[f"Guarantor {k}"] for k in (1, 2, 3)) == alone["Guarantor"]
        assert together["Russia"] == alone["Russia"]
        assert together["Ukraine"] == alone["Ukraine"]


@pytest.mark.parametrize(
    ("rule", "n", "yes", "passes"),
    [
        ("majority", 2, 1, False),
        ("majority", 2, 2, True),
        ("majority", 3, 1, False),
        ("majority", 3, 2, True),
        ("majority", 4, 2, False),
        ("majority", 4, 3, True),
        ("unanimity", 3, 2, False),
        ("unanimity", 3, 3, True),
    ],
)
def test_a_vote_passes_if_enough_vote_yes(rule: str, n: int, yes: int, passes: bool) -> None:
    votes = ("yes",) * yes + ("no",) * (n - yes)
    types = {f"Guarantor {k + 1}": "irresolute" for k in range(n)} | {"Russia": "revisionist"}
    game = dt.coalition_game(n, rule, fixed={"challenge": "attack", "types": types}).at(NUMBERS)
    paid = leaves(game)[votes]
    x = NUMBERS
    held = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"]
    p = 1 / (1 + held + (x["m_aid"] + x["m_force"]) * passes)
    share, stake = Fraction(1, n), x["v"] + x["y"] * x["presence"]
    common = -share * (x["c_pi"] * x["presence"] + stake * p)
    common -= share * (x["k_irresolute"] if passes else x["strength"] * x["a"])
    assert paid["Guarantor 1"] == common
    shirked = 0 if passes or yes == n else share * x["bilateral"] * x["a"]
    assert paid[f"Guarantor {n}"] == common - shirked
    assert paid["Russia"] == x["b_revisionist"] * p - x["c_0"] - x["c_F"] * passes


def test_after_a_vote_that_fails_each_may_still_act() -> None:
    types = {"Guarantor 1": "resolved", "Guarantor 2": "irresolute", "Russia": "security"}
    fixed = {"challenge": "attack", "types": types}

    def paid(rule: str, **keywords: Any) -> dict[tuple[str, ...], dict[str, Any]]:
        game = dt.coalition_game(2, rule, shares=["3/4", "1/4"], fixed=fixed, **keywords)
        return leaves(game.at(NUMBERS))

    alone, voted, both = paid("individual"), paid("majority"), paid("majority", fallback=True)
    assert both[("yes", "yes")] == voted[("yes", "yes")]
    for votes in product(("yes", "no"), repeat=2):
        if votes != ("yes", "yes"):
            for done, expected in alone.items():  # it is the individual rule, however they voted
                assert both[(*votes, *done)] == expected
    assert len(both) == 1 + 3 * 4
    game = dt.coalition_game(2, "majority", fixed={"challenge": "attack"}, fallback=True)
    known = {s.knows for s in game.information_sets if s.player == "Guarantor 2"}
    failed = [("yes", "no"), ("no", "yes"), ("no", "no")]
    assert known == {
        (kind, *votes) for kind in ("resolved", "irresolute") for votes in ((), *failed)
    }


def test_the_lead_nation_is_seen_and_the_others_are_not() -> None:
    known = {(s.player, s.knows) for s in dt.coalition_game(3, "lead").information_sets}
    kinds = ("resolved", "irresolute")
    assert known == {
        *(("Russia", (kind,)) for kind in ("revisionist", "security")),
        *(("Guarantor 1", (kind,)) for kind in kinds),
        *(
            (f"Guarantor {k}", (kind, led))
            for k in (2, 3)
            for kind in kinds
            for led in ("act", "stand aside")
        ),
    }


def test_what_each_has_for_itself_has_a_parameter_of_its_own() -> None:
    game = dt.coalition_game(3, shares="symbols", own=["bilateral", "k_resolved"])
    names = set(game.parameters)
    assert {"share_1", "share_2", "bilateral_1", "bilateral_3", "k_resolved_2"} <= names
    assert not {"share_3", "bilateral", "k_resolved"} & names
    own = {f"bilateral_{k}": f"0.{k}" for k in (1, 2, 3)}
    own |= {f"k_resolved_{k}": f"0.{k}" for k in (1, 2, 3)}
    values = {name: x for name, x in NUMBERS.items() if name != "bilateral"}
    done = game.at({**values, **own, "share_1": "0.5", "share_2": "0.3"})
    asked = dt.coalition_game(3, shares=["0.5", "0.3", "0.2"], own=["bilateral", "k_resolved"])
    assert leaves(done) == leaves(asked.at({**values, **own}))
    with pytest.raises(ParameterError, match=r"between 0\.1 and 0\.5"):
        game.at(k_resolved_1=2)


def test_events_say_who_acted() -> None:
    for rule in ("individual", "majority"):
        fixed = {"challenge": "attack"}
        game = dt.coalition_game(2, rule, fixed=fixed, stages=["response"]).at(NUMBERS)
        found = dt.solve(game)
        assert found.complete
        for one in found.equilibria:
            some, every = one.probability("response"), 0
            if rule == "individual":
                every = one.probability("response") - one.probability("free-riding")
            else:
                every = some
            assert one.probability("all-act") == every
            assert one.probability("abandonment") == 1 - some


CASES = [
    *((2, rule, best) for rule in RULES for best in (False, True)),
    *((3, rule, False) for rule in RULES),  # a vote does not mind the technology
    (3, "individual", True),
]


def test_what_an_outcome_counts_as() -> None:
    types = {"Guarantor 1": "resolved", "Guarantor 2": "resolved", "Russia": "security"}
    fixed = {"challenge": "attack", "types": types, "preparation": "keep, provocative"}
    game = dt.coalition_game(2, shares=["2/3", "1/3"], fixed=fixed).at(NUMBERS)
    first = game.root.choices["act"].choices
    always = {"attack": 1, "provocation": 1, "defence-kept": 1}
    war = {"response": 1, "great-power-war": 1, "entanglement": 1}
    assert first["act"].events == {**always, **war, "all-act": 1}
    some = {**always, **war, "free-riding": 1, "shortfall": Fraction(1, 3)}
    assert first["stand aside"].events == some
    neither = game.root.choices["stand aside"].choices["stand aside"].events
    assert neither == {**always, "abandonment": 1, "shortfall": 1}


@pytest.mark.parametrize(("n", "rule", "best"), CASES)
def test_pure_equilibria_are_those_found_by_trying_all(n: int, rule: str, best: bool) -> None:
    technology = "best-shot" if best else "summation"
    game = dt.coalition_game(n, rule, technology=technology, fixed={"challenge": "attack"})
    act = "yes" if rule in ("majority", "unanimity") else "act"
    for stakes in draw_stakes(4 - n, rng=5 + n):
        numbers = {**NUMBERS, **stakes}
        expected = pure_equilibria(numbers, [Fraction(1, n)] * n, rule, best)
        point = game.at(numbers)
        for plans in expected:  # each is one, by the package's certificate
            strategy = {
                f"Guarantor {k + 1}": {seen: {act: int(does)} for seen, does in plan}
                for k, plan in enumerate(plans)
            }
            other = "no" if act == "yes" else "stand aside"
            for sets in strategy.values():
                for odds in sets.values():
                    odds[other] = 1 - odds[act]
            assert dt.certify(point, strategy, concept="nash").holds
        found = dt.solve(point)
        pure = {
            tuple(
                tuple(
                    sorted((s, bool(p[act])) for s, p in e.strategy[f"Guarantor {k + 1}"].items())
                )
                for k in range(n)
            )
            for e in found.equilibria
            if all(
                p[act] in (0, 1)
                for k in range(n)
                for p in e.strategy[f"Guarantor {k + 1}"].values()
            )
        }
        assert pure <= expected
        if found.complete and all(f.dimension == 0 for c in found.components for f in c.families):
            assert pure == expected


def test_with_known_types_it_is_the_volunteers_dilemma() -> None:
    """Diekmann (1985): each acts with probability 1 - (K/U)^(1/(n-1)), K and U from the stakes."""
    x = NUMBERS | {
        "strength": Fraction(3, 5),
        "bilateral": Fraction(0),
        "k_resolved": Fraction(1, 5),
    }
    held = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"]
    m = x["m_aid"] + x["m_force"]
    gained = 1 / (1 + held) - 1 / (1 + held + m)
    for n in (2, 3):
        types = {f"Guarantor {k + 1}": "resolved" for k in range(n)} | {"Russia": "security"}
        game = dt.coalition_game(
            n, technology="best-shot", fixed={"challenge": "attack", "types": types}
        )
        worth = ((x["v"] + x["y"] * x["presence"]) * gained + x["strength"] * x["a"]) / n
        found = dt.solve(game.at(x))
        assert found.complete
        mixed = [
            [e.strategy[f"Guarantor {k + 1}"][()]["act"] for k in range(n)]
            for e in found.equilibria
        ]
        (inside,) = [row for row in mixed if all(0 < p < 1 for p in row)]
        expected = 1 - float(x["k_resolved"] / worth) ** (1 / (n - 1))
        assert [float(p) for p in inside] == pytest.approx([expected] * n, abs=1e-9)


def test_a_guarantor_feels_a_joint_obligation_by_its_share() -> None:
    """What acting brings, per unit of share: V (p(x) - p(x + s))/s + strength a s, from the text.

    With types known and shares of 8/10, 1/10, 1/10, the first acts and the others do not, since
    for them the obligation counts an eighth.
    """
    types = {f"Guarantor {k}": "resolved" for k in (1, 2, 3)} | {"Russia": "security"}
    game = dt.coalition_game(
        3, shares=["8/10", "1/10", "1/10"], fixed={"challenge": "attack", "types": types}
    ).at(NUMBERS | {"bilateral": 0, "strength": Fraction(3, 5)})
    found = dt.solve(game)
    assert found.complete
    x, stake = NUMBERS, NUMBERS["v"] + NUMBERS["y"] * NUMBERS["presence"]

    def p(force: Fraction) -> Fraction:
        held = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"]
        return 1 / (1 + held + (x["m_aid"] + x["m_force"]) * force)

    def brings(share: Fraction, others: Fraction) -> Fraction:
        return stake * (p(others) - p(others + share)) / share + Fraction(3, 5) * x["a"] * share

    large, small = Fraction(8, 10), Fraction(1, 10)
    assert brings(large, 2 * small) > x["k_resolved"] > brings(small, large)
    (only,) = found
    acts = [only.strategy[f"Guarantor {k}"][()]["act"] for k in (1, 2, 3)]
    assert acts == [1, 0, 0]


@pytest.mark.parametrize("rule", RULES)
def test_three_guarantors_are_solved_completely_for_each_type_of_russia(rule: str) -> None:
    for russia in ("revisionist", "security"):
        game = dt.coalition_game(3, rule, fixed={"types": {"Russia": russia}})
        assert dt.solve(game.at(NUMBERS)).complete


def test_ukraine_may_prepare() -> None:
    game = dt.coalition_game(
        2, "unanimity", stages=["types", "preparation", "challenge", "response"]
    )
    found = dt.solve(game.at(NUMBERS))
    assert found.complete
    assert set(game.information_sets[0].actions) == {
        ", ".join(parts) for parts in product(("keep", "neglect"), ("restrained", "provocative"))
    }


def test_without_a_response_nobody_acts() -> None:
    game = dt.coalition_game(2, stages=["challenge"]).at(NUMBERS)
    x = NUMBERS
    held = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"]
    assert leaves(game)[("attack",)]["Russia"] == x["b_revisionist"] / (1 + held) - x["c_0"]


def test_the_page_has_the_sizes_of_the_trees() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    one, two, three = (len(dt.coalition_game(n)) for n in (1, 2, 3))
    assert f"{one} nodes for one guarantor, {two} for two and {three} for three" in page
    voted = dt.coalition_game(3, "majority", fixed={"challenge": "attack"}, fallback=True)
    assert f"({len(voted):,} nodes where the attack is given) under majority" in page


@pytest.mark.parametrize(
    ("arguments", "keywords", "error", "words"),
    [
        ((0,), {}, InputError, "whole number of guarantors"),
        ((True,), {}, InputError, "whole number"),
        ((9,), {}, LimitError, "threshold_equilibria"),
        ((2, "consensus"), {}, LabelError, "unanimity"),
        ((2,), {"technology": "sum"}, LabelError, "summation"),
        ((2,), {"own": ["v"]}, LabelError, "bilateral"),
        ((2,), {"own": "kosts"}, LabelError, "bilateral"),
        ((2,), {"shares": [1, 0]}, InputError, "positive"),
        ((2,), {"shares": [0.5, 0.4]}, InputError, "make 1"),
        ((2,), {"shares": [1]}, InputError, "2 positive"),
        ((2,), {"shares": "equal"}, InputError, "symbols"),
        ((2,), {"shares": 3}, InputError, "symbols"),
        ((2,), {"fallback": True}, InputError, "no vote"),
        ((2,), {"stages": ["finding"]}, LabelError, "stage"),
        ((2,), {"fixed": {"response": "act"}}, LabelError, "stage to fix"),
        ((2,), {"fixed": {"challenge": "probe"}}, LabelError, "refrain"),
        ((2,), {"fixed": "attack"}, InputError, "by name"),
        ((2,), {"fixed": {"types": "resolved"}}, InputError, "by player"),
        ((2,), {"fixed": {"types": {"Guarantor 3": "resolved"}}}, LabelError, "Guarantor 2"),
        ((2,), {"fixed": {"types": {"Russia": "resolved"}}}, LabelError, "revisionist"),
    ],
)
def test_bad_input(arguments: Any, keywords: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        dt.coalition_game(*arguments, **keywords)


def test_a_search_that_found_nothing_says_so() -> None:
    """Three of whom one is enough, and Russia of two types, within a budget of one branch."""
    game = dt.coalition_game(3, technology="best-shot").at(
        {**dt.arrangement("ksc").values(), "bilateral": "0.5"}
    )
    found = dt.solve(game, budget=1)
    assert not found.complete
    assert (len(found), found.envelope(), found.outcomes()) == (0, {}, [])
    with pytest.raises(NoEquilibriumError, match="no equilibrium was found"):
        found.most_and_least("attack")
