"""What the model makes of the op-ed's claims, and what changes in a part of the box."""

import deterrence as dt

found = dt.claims()
print(found)

# one claim at length: predicate, share, what decides it, where it holds
print()
print(found["C10"])

# the same verdicts for those who think that a revisionist Russia wants much
eager = found.within(b_revisionist=(2.0, 2.5))
changed = found.changes(eager)
print()
print(f"With b_revisionist of 2 or more, {len(changed)} of {len(found)} verdicts are others:")
print(changed[["here", "there"]].to_string())
