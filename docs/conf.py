import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # document this checkout

project = "deterrence"
author = "The deterrence developers"
copyright = f"2026, {author}"
release = "0.1.0"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "deterrence"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
# Types stand in the signature, where they are checked and linked; in a docstring they are prose.
napoleon_google_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_use_ivar = True

# Names in signatures that belong to other projects. They could be linked through their
# inventories (intersphinx), but the docs are built without a network.
nitpick_ignore_regex = [
    ("py:class", r"[^A-Z.]+|.* .*"),  # prose in an Attributes section: "hashable", "(low, high)"
    ("py:.*", r"(collections|fractions|os|pathlib|types)\..*"),
    ("py:.*", r"(click|matplotlib|np|npt|numpy|pandas|pd|sympy|xarray|xr)\..*"),
]
