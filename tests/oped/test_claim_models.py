"""Every claim has stakes at which it must hold and stakes at which it must fail."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from deterrence.errors import LabelError
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.oped.claim_list import claim_of, read_claims
from deterrence.oped.claim_sample import solved_evidence
from deterrence.oped.orders import Holding
from deterrence.oped.predicates import PREDICATES
from deterrence.oped.settings import stakes

MODELS = tomllib.loads(Path(__file__).with_name("claim_models.toml").read_text(encoding="utf-8"))
# in the regular run; all of them in the slow one
QUICK = ("C07", "C11-conditions", "C14", "C25", "C29")


def judged(name: str) -> Holding:
    """The predicate at both models, by complete solutions."""
    model = MODELS[name]
    drawn = {
        stake: np.array(
            [model[way].get(stake, float(PARAMETERS[stake].default)) for way in ("holds", "fails")]
        )
        for stake in stakes()
    }
    return PREDICATES[name](solved_evidence(drawn, read_claims()[name].settings, jobs=1))


@pytest.mark.parametrize("name", ["C45", 7, None])
def test_what_is_no_claim_is_refused(name: object) -> None:
    with pytest.raises(LabelError, match="unknown claim"):
        claim_of(name)  # type: ignore[arg-type]


def test_every_claim_has_its_models() -> None:
    assert set(MODELS) == set(PREDICATES)
    for model in MODELS.values():
        assert set(model) == {"holds", "fails"}
        assert {name for way in model.values() for name in way} <= set(stakes())


def holds_and_fails(name: str) -> None:
    found = judged(name)
    assert found.known.tolist() == [True, True]
    assert found.holds.tolist() == [True, False]


@pytest.mark.parametrize("name", QUICK)
def test_it_holds_at_one_and_fails_at_the_other(name: str) -> None:
    holds_and_fails(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in MODELS if name not in QUICK])
def test_all_others_do(name: str) -> None:
    holds_and_fails(name)
