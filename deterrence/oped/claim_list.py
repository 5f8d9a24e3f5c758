"""The op-ed's claims as they are written down, with how each is judged."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from deterrence.errors import FileError, unknown

__all__ = ["CLAIMS", "Claim", "claim_of", "read_claims"]

CLAIMS = Path(__file__).with_name("claims.toml")


class Claim(BaseModel):
    """One claim, or a further question under it.

    Attributes
    ----------
    id : str
        "C01" to "C44"; a further question has a word more, as in "C24-trigger".
    origin : {"said", "implied", "left out"}
        Whether the op-ed says it.
    says, asks : str
        The claim, and the question to the model.
    form : {"comparative", "existence", "descriptive"}
    judged : {"shared", "own", "none"}
        By the shared sample, by a sample of its own, or not at all.
    predicate : str
        What has to be true at a point of the stakes.
    order : {"all", "ends", "some", "points"} or None
        Between sets of equilibria.
    reading : {"risk", "information", "ambiguity proper"} or None
        Of ambiguity, where the word plays a part.
    settings : tuple of str
        The guarantees compared, or the companion.
    simple : str
        What the claim says of the simple plays, where too few points are judged to find a rule.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    origin: Literal["said", "implied", "left out"]
    says: str
    asks: str
    form: Literal["comparative", "existence", "descriptive"]
    judged: Literal["shared", "own", "none"]
    predicate: str = ""
    order: Literal["all", "ends", "some", "points"] | None = None
    reading: Literal["risk", "information", "ambiguity proper"] | None = None
    settings: tuple[str, ...]
    simple: str = ""

    @property
    def number(self) -> str:
        """The claim's number, C01 to C44."""
        return self.id[:3]


class _List(BaseModel):
    model_config = ConfigDict(extra="forbid")

    claim: tuple[Claim, ...]


@functools.cache
def read_claims(path: Path = CLAIMS) -> dict[str, Claim]:
    """All claims by id, in their order.

    Raises
    ------
    FileError
        If the file is no such list.
    """
    try:
        found = _List.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).claim
    except (OSError, ValueError) as error:
        told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise FileError(f"the list of claims {path} cannot be read: {told}.") from None
    return {claim.id: claim for claim in found}


def claim_of(name: str) -> Claim:
    """One claim.

    Raises
    ------
    LabelError
        For an unknown one; near misses are offered.
    """
    known = read_claims()
    wanted = str(name).upper() if str(name).upper() in known else name
    if wanted not in known:
        raise unknown("claim", name, known)
    return known[wanted]
