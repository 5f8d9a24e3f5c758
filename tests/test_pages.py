"""The Markdown pages are well formed."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")]
PAGES = [page for page in PAGES if "_build" not in page.parts]
FENCE = re.compile(r"^ *(`{3,})([^`]*)$")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_fence_is_closed(page: Path) -> None:
    """A fence is closed by one that is as long and says nothing; others inside it are text."""
    opened = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        fence = FENCE.match(line)
        if fence and not opened:
            opened = fence[1]
        elif fence and len(fence[1]) >= len(opened) and not fence[2].strip():
            opened = ""
    assert opened == ""
