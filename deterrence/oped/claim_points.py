"""At which points of the stakes each claim holds, as it was computed and is kept."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from deterrence.errors import FileError
from deterrence.oped.measures import Summary
from deterrence.oped.orders import Holding

__all__ = ["KEPT", "ClaimPoints"]

KEPT = Path(__file__).with_name("claim_points.npz")
# what reading a file that is cut, or of something else, may raise
_DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, eq=False)
class ClaimPoints:
    """Where claims hold, by claim and box.

    Attributes
    ----------
    found : mapping of (str, str) to Holding
        By claim and box. The points are those of `settings.draw` with as many points, the box and
        the seed.
    seed : int
    notes : mapping of str to str
        What is known of how it was found: of the shared sample, and of a claim's own.
    summaries : mapping of str to Summary
        By box, what happens in the shared sample.
    """

    found: Mapping[tuple[str, str], Holding]
    seed: int = 0
    notes: Mapping[str, str] = field(default_factory=dict)
    summaries: Mapping[str, Summary] = field(default_factory=dict)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Keep it in a file; three bits for a claim, a box and a point."""
        rows: dict[str, Any] = {
            f"{claim}/{box}": np.packbits(np.stack([one.holds, one.strict, one.known]), axis=1)
            for (claim, box), one in self.found.items()
        }
        sizes = {f"{claim}/{box}": len(one.holds) for (claim, box), one in self.found.items()}
        known = {box: summary.document() for box, summary in self.summaries.items()}
        head = json.dumps(
            {"seed": self.seed, "sizes": sizes, "notes": dict(self.notes), "summaries": known}
        )
        with open(path, "wb") as file:
            np.savez_compressed(file, head=np.array(head), **rows)

    @classmethod
    def read(cls, path: str | os.PathLike[str] = KEPT) -> ClaimPoints:
        """What was kept.

        Raises
        ------
        FileError
            If the file is missing or something else.
        """
        try:
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as rows:
                head = json.loads(str(rows["head"]))
                found = {}
                for name, size in head["sizes"].items():
                    claim, box = name.split("/")
                    if not 0 < size <= 8 * rows[name].shape[1]:
                        raise ValueError(f"{name} has no {size} points")
                    bits = np.unpackbits(rows[name], axis=1, count=size).astype(bool)
                    found[claim, box] = Holding(*bits)
                # files of earlier versions have none
                known = {b: Summary.read(one) for b, one in head.get("summaries", {}).items()}
                seed, notes = int(head["seed"]), dict(head["notes"])
        except _DAMAGED as error:
            raise FileError(
                f"{path} holds no points of the claims: {error}. Compute them again with "
                "`deterrence claims --compute`."
            ) from error
        return cls(found, seed, notes, known)

    def joined(self, other: ClaimPoints) -> ClaimPoints:
        """Both; where a claim and a box are in both, the other's."""
        return ClaimPoints(
            {**self.found, **other.found},
            self.seed,
            {**self.notes, **other.notes},
            {**self.summaries, **other.summaries},
        )
