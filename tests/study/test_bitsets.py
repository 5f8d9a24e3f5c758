"""Sets of points as whole numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deterrence.study.bitsets import packed, unpacked

MASKS = st.lists(st.booleans(), max_size=70)


@given(MASKS)
def test_a_mask_comes_back(mask):
    assert unpacked(packed(np.array(mask, dtype=bool)), len(mask)).tolist() == mask


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=70))
def test_joining_and_cutting_numbers_joins_and_cuts_sets(pairs):
    one, two = (np.array([pair[k] for pair in pairs], dtype=bool) for k in (0, 1))
    size = len(pairs)
    assert (unpacked(packed(one) | packed(two), size) == (one | two)).all()
    assert (unpacked(packed(one) & packed(two), size) == (one & two)).all()
    assert (packed(one) == 0) == (not one.any())
