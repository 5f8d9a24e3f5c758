"""What docs/explanation/coalition.md says of draws: laws on a few, its counts on all 200."""

from pathlib import Path

import pandas as pd
import pytest

import deterrence as dt
from deterrence.oped.draws import draw_stakes

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "coalition.md"
PLEDGES = {"joint": (0.6, 0), "own": (0, 0.6), "both": (0.6, 0.6), "half": (0.3, 0.3)}
RULES = ("individual", "lead", "majority", "unanimity")
SAME = 1e-9
ATTACKED = {"challenge": "attack"}


def of(table: pd.DataFrame, pledge: str, n: int, rule: str) -> pd.DataFrame:
    return table.xs((pledge, n, rule), level=["pledge", "n", "rule"])


def higher(one: pd.DataFrame, other: pd.DataFrame, outcome: str) -> int:
    """In how many draws every equilibrium of one has more of it than every one of the other."""
    return int((one[outcome, "least"] > other[outcome, "most"] + SAME).sum())


@pytest.fixture(scope="module", params=["summation", "best-shot"])
def few(request: pytest.FixtureRequest) -> pd.DataFrame:
    return dt.draw_coalitions(5, PLEDGES, rng=1, guarantors=[1, 2, 7], technology=request.param)


def test_at_one_sum_at_stake_bilateral_pledges_do_at_least_as_much(few: pd.DataFrame) -> None:
    for n in (1, 2, 7):
        for rule in RULES:
            own, half, joint = (of(few, name, n, rule) for name in ("own", "half", "joint"))
            assert higher(half, own, "force") == higher(joint, half, "force") == 0
            assert higher(own, half, "attack") == higher(half, joint, "attack") == 0


def test_unanimity_without_bilateral_pledges_responds_no_more_often_than_one(
    few: pd.DataFrame,
) -> None:
    """One acts with probability q, and all of n with q^n."""
    one = of(few, "joint", 1, "individual")["response", "most"]
    for n in (2, 7):
        all_ = of(few, "joint", n, "unanimity")["response", "most"]
        assert all_.to_numpy() == pytest.approx((one**n).to_numpy(), abs=1e-9)


@pytest.mark.slow
def test_the_counts_on_the_page() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    sizes = [1, 2, 3, 30]
    by_technology = {
        technology: dt.draw_coalitions(200, PLEDGES, rng=0, guarantors=sizes, technology=technology)
        for technology in ("summation", "best-shot")
    }
    names = {
        "joint": "joint only",
        "own": "bilateral only",
        "half": "half of each",
        "both": "both in full",
    }
    for technology, table in by_technology.items():
        assert table["set", "complete"].all()
        assert (table["set", "equilibria"] == 1).all()
        rules = RULES if technology == "summation" else RULES[:2]
        rows = [(2, "joint"), (3, "joint"), *((30, name) for name in names)]
        for n, name in rows:
            if technology == "best-shot" and name == "half":
                continue
            cells = []
            for rule in rules:
                many, one = of(table, name, n, rule), of(table, name, 1, "individual")
                cells.append(f"{higher(many, one, 'attack')}+ {higher(one, many, 'attack')}-")
            assert f"| {n}, {names[name]} | {' | '.join(cells)} |" in page
        for rule in RULES:
            for n in sizes:
                both, joint = of(table, "both", n, rule), of(table, "joint", n, rule)
                assert higher(both, joint, "attack") == 0
    many = {name: of(by_technology["summation"], name, 30, "individual") for name in names}
    best = {name: of(by_technology["best-shot"], name, 30, "individual") for name in names}
    assert f"in {higher(many['joint'], many['both'], 'attack')} of 200 draws where forces" in page
    assert higher(best["joint"], best["both"], "attack") == 0
    assert f"alone in {higher(many['half'], many['own'], 'attack')} of 200 draws" in page
    assert f"in {higher(many['joint'], many['both'], 'Guarantors')} of these 200" in page


@pytest.mark.slow
def test_the_counts_on_the_page_of_two_who_may_still_act_after_a_vote() -> None:
    games = {
        "fallback": dt.coalition_game(2, "unanimity", fixed=ATTACKED, fallback=True),
        "vote": dt.coalition_game(2, "unanimity", fixed=ATTACKED),
        "alone": dt.coalition_game(2, "individual", fixed=ATTACKED),
    }
    ends: dict[str, list[tuple[float, float]]] = {name: [] for name in games}
    for stakes in draw_stakes(30, rng=0):
        numbers = {**dt.arrangement("ksc").values(), **stakes, "strength": "0.3"}
        for name, game in games.items():
            found = dt.solve(game.at(numbers, bilateral="0.3"))
            assert found.complete
            ends[name].append(found.most_and_least("shortfall"))

    def more(one: str, other: str) -> int:
        pairs = zip(ends[one], ends[other], strict=True)
        return sum(a[0] > b[1] + SAME for a, b in pairs)

    pairs = list(zip(ends["fallback"], ends["alone"], strict=True))
    # all vote no, then each for itself: that stays an equilibrium
    assert all(f[0] <= a[0] + SAME and f[1] >= a[1] - SAME for f, a in pairs)
    same = sum(f == pytest.approx(a, abs=SAME) for f, a in pairs)
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert (
        f"in {same} of 30 draws the fallback changed nothing against each for itself; less of the "
        f"pledge was left undone than under a vote without it in {more('vote', 'fallback')}, and "
        f"more in {more('fallback', 'vote')}"
    ) in page
