"""One point in a hundred of the claims' shared sample, solved again without the regimes."""

from dataclasses import replace

import numpy as np
import pytest

from deterrence.errors import InputError
from deterrence.oped import claims_job
from deterrence.oped.claim_points import ClaimPoints
from deterrence.oped.claim_sample import solved_evidence
from deterrence.oped.claims_job import FULL, QUICK, Effort, compute_claims, find_verdicts
from deterrence.oped.orders import Holding
from deterrence.oped.own_samples import FAMILIES, OWN, answered, count_of, rows_of
from deterrence.oped.predicates import PREDICATES
from deterrence.oped.settings import BOXES, SETTINGS, draw

SHARE = 100
WRONG = 0.03  # of the answers: the audit's sentence says how many points may lack an equilibrium

PREMISED_ON_PLAY = {"C26"}  # judged where a strong pledge crowds defence out in equilibrium


def test_one_point_in_a_hundred_is_as_it_was_kept() -> None:
    kept = ClaimPoints.read()
    size = len(kept.found["C07", "plausible"].known)
    places = np.arange(SHARE // 2, size, SHARE)
    assert len(places) >= size // SHARE
    drawn = draw(size, BOXES["plausible"], seed=kept.seed)
    evidence = solved_evidence({n: x[places] for n, x in drawn.items()}, tuple(SETTINGS))
    answers = wrong = 0
    for name, predicate in PREDICATES.items():
        now, then = predicate(evidence), kept.found[name, "plausible"]
        both = now.known & then.known[places]
        answers += int(both.sum())
        wrong += int((now.holds != then.holds[places])[both].sum())
        lost = then.known[places] & ~now.known
        if name in PREMISED_ON_PLAY:
            wrong += int(lost.sum())
        else:  # a premise in the stakes alone: only a missing equilibrium can hide a point
            assert not lost.any(), name
    assert answers > len(places) * len(PREDICATES) / 2
    assert wrong <= WRONG * answers


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.name)
def test_points_of_a_claims_own_sample_are_as_they_were_kept(family) -> None:
    kept = ClaimPoints.read()
    for box in BOXES:
        size = len(kept.found[family.claim, box].known)
        assert size == count_of(family, FULL.own, box)
        places = range(size // 3, size, max(SHARE, size // 2))
        rows = rows_of(family, size, box, kept.seed, places=places, jobs=1)
        for claim, (now, _) in answered(family, rows).items():
            then = kept.found[claim, box]
            assert (now.known == then.known[places]).all(), (claim, box)
            assert (now.holds == then.holds[places]).all(), (claim, box)


def test_a_small_sample_is_computed_kept_and_found_again(tmp_path, monkeypatch) -> None:
    effort = Effort(points=8, solutions=24, calm=2, alone=2, audited=2, own=1, boxes=("plausible",))
    asked = []

    def counted(values):
        asked.append(values)
        return OWN["C39"].one(values)

    family = replace(OWN["C39"], one=counted, times=8)
    monkeypatch.setattr(claims_job, "FAMILIES", [family])
    one = compute_claims(effort, store=tmp_path / "run", jobs=1)
    assert len(asked) == 8
    learnt = (tmp_path / "run" / "shared" / "learnt.jsonl").read_text(encoding="utf-8")
    two = compute_claims(effort, store=tmp_path / "run", jobs=1)
    assert len(asked) == 8
    assert set(one.found) == {(name, "plausible") for name in (*PREDICATES, "C39")}
    again = (tmp_path / "run" / "shared" / "learnt.jsonl").read_text(encoding="utf-8")
    assert again.startswith(learnt)
    assert "audited 2" in one.notes["shared"]
    # nothing that was judged is lost when more is learnt
    for key, part in one.found.items():
        assert isinstance(part, Holding)
        assert not (part.known & ~two.found[key].known).any(), key


def test_a_quick_run_with_another_seed_takes_no_points_of_the_kept_one(monkeypatch) -> None:
    """What is kept was drawn with seed 0: with other stakes it would say nothing."""
    effort = Effort(points=8, solutions=24, calm=2, alone=2, audited=2, own=0, boxes=("plausible",))
    found = compute_claims(effort, seed=1, jobs=1)
    assert {name for name, _ in found.found} == set(PREDICATES)
    assert "seed 0" in found.notes["not judged here"]
    same = compute_claims(effort, seed=0, jobs=1)
    assert {name for name, _ in same.found} == {*PREDICATES, *OWN}


@pytest.mark.parametrize("seed", [-1, 1.5, True])
def test_a_seed_that_is_none(seed) -> None:
    with pytest.raises(InputError, match="seed"):
        compute_claims(QUICK, seed=seed)


def test_what_only_computing_can_do_is_refused_without_it_and_before_it(tmp_path) -> None:
    for given in ({"seed": 0}, {"save": str(tmp_path / "x.npz")}, {"store": str(tmp_path)}):
        with pytest.raises(InputError, match=f"--{next(iter(given))}"):
            find_verdicts("C07", **given)
    with pytest.raises(InputError, match="described"):
        find_verdicts("C16", quick=True, output=str(tmp_path / "x.png"))
