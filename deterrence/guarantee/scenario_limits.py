"""What a scenario file may hold.

A scenario takes a few kilobytes, four levels and small numbers; the rest is a mistake, or meant to
exhaust the reader: 1e999999999 would fill the memory, and a key of 100,000 parts takes the parser
hours.
"""

__all__ = [
    "DEEPEST",
    "LARGEST",
    "LONGEST_LABEL",
    "LONGEST_NUMBER",
    "LONGEST_TEXT",
    "MOST_BYTES",
    "MOST_MISTAKES",
]

MOST_BYTES = 1_000_000
DEEPEST = 6
LARGEST = 10**12
LONGEST_NUMBER = 60  # characters
LONGEST_TEXT = 4000  # characters
LONGEST_LABEL = 64  # characters
MOST_MISTAKES = 8  # shown at a time
