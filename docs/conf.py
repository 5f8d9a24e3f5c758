from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # document this checkout; the gallery is beside this

project = "deterrence"
author = "The deterrence developers"
copyright = f"2026, {author}"
release = "0.1.0"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "reference/_*.md"]  # the latter are included in other pages
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_math_renderer = "mathml"  # see the end of this file
html_title = "deterrence"
html_static_path = ["_static"]
html_css_files = ["math.css"]

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
    (
        "py:class",
        r"Audit|Axes|Bbox|Floats|Fraction|NDArray|.*\.Steps|.*\.Ends|.*ClaimPoints|.*Holding|DataFrame|Dataset|Classifier|Progress|Structure|.*LogitSystem|.*Incentives|.*Tracer",
    ),
    ("py:.*", r"(click|matplotlib|np|npt|numpy|pandas|pd|sympy|xarray|xr)\..*"),
]


# --- pages written from the package's own data, so that they cannot fall behind it


def write_pages(_app: Any) -> None:
    """Write the parts of the reference that come from data."""
    from claims_page import claims_lines
    from observed_page import observed_lines

    folder = HERE / "reference"
    written = {
        "_codebook": codebook(),
        "_arrangements": coded_arrangements(),
        "_commands": commands(),
        "_claims": claims_lines(),
        "_observed": observed_lines(table, text),
    }
    for name, lines in written.items():
        content = "\n".join(lines) + "\n"
        page = folder / f"{name}.md"
        if not page.exists() or page.read_text(encoding="utf-8") != content:
            page.write_text(content, encoding="utf-8")


def draw_pictures(_app: Any) -> None:
    """Draw the pictures of the reference."""
    from claims_page import write_claim_pictures
    from gallery import write_pictures

    write_pictures(HERE / "reference" / "_pictures")
    write_claim_pictures(HERE / "reference" / "_claims")


def codebook() -> Iterator[str]:
    """Every instrument and stake, in the order of the code."""
    from deterrence.guarantee.parameters import PARAMETERS, TIED

    setter = {member: name for name, members in TIED.items() for member in members}
    sources = list(dict.fromkeys(p.source for p in PARAMETERS.values()))
    for kind, title in (("instrument", "Instruments"), ("stake", "Stakes")):
        yield f"## {title}"
        yield ""
        rows = [
            (
                f"`{p.name}`, ${symbol(p.symbol)}$",
                p.meaning + (f" Set by `{setter[p.name]}` too." if p.name in setter else ""),
                p.unit,
                between(p),
                number(p.default),
                str(sources.index(p.source) + 1),
            )
            for p in PARAMETERS.values()
            if p.kind == kind
        ]
        yield from table(("Name, symbol", "Meaning", "Unit", "Range", "Default", "Source"), rows)
    yield "## Sources"
    yield ""
    yield "Of defaults and ranges, by the number in the last column:"
    yield ""
    yield from (f"{n}. {text(given)}" for n, given in enumerate(sources, start=1))
    yield ""
    yield "## Names that set others"
    yield ""
    rows = [(f"`{name}`", ", ".join(f"`{m}`" for m in members)) for name, members in TIED.items()]
    yield from table(("Name", "Sets"), rows)


def coded_arrangements() -> Iterator[str]:
    """Every real arrangement with its codings, and how codings become instruments."""
    from deterrence.guarantee.catalogue import arrangements
    from deterrence.guarantee.codings import SCALES
    from deterrence.guarantee.parameters import PARAMETERS

    yield "## The scales"
    yield ""
    rows = [
        (f"`{name}`", s.meaning, "; ".join(f"{mark} {what}" for mark, what in s.steps))
        for name, s in SCALES.items()
    ]
    yield from table(("Coding", "What is judged", "Marks"), rows)
    yield "## From codings to instruments"
    yield ""
    yield from mapping()
    yield "## Instruments at a glance"
    yield ""
    scenarios = list(arrangements().values())
    names = list(scenarios[0].instruments)
    rows = [
        (f"[{s.id}](#{s.id})", *(number(s.instruments[name]) for name in names)) for s in scenarios
    ]
    symbols = (f"${symbol(PARAMETERS[name].symbol)}$" for name in names)
    yield from table(("Arrangement", *symbols), rows)
    for scenario in scenarios:
        yield from one_arrangement(scenario)


def mapping() -> Iterator[str]:
    """The default map in words and numbers."""
    from dataclasses import fields

    from deterrence.guarantee.codings import DEFAULT_MAP
    from deterrence.guarantee.parameters import PARAMETERS

    m = {field.name: number(getattr(DEFAULT_MAP, field.name)) for field in fields(DEFAULT_MAP)}
    coded = {
        "strength": f"{m['legal_weight']} x `legal` + {m['scope_weight']} x `scope`, times "
        f"{m['veto_factor']} where `aggressor_veto` is 1",
        "trigger_ambiguity": "`thr_amb`",
        "response_ambiguity": "`resp_amb`",
        "threshold": f"{m['threshold']}, not coded",
        "conditionality": "`conditions`",
        "defence_condition": f"{m['defence_condition']}, not coded",
        "automaticity": f"0 up to `automatic` = {m['automatic_from']}, from there in a straight "
        "line to 1",
        "presence": "`presence`",
    }
    rows = [(f"`{n}`, ${symbol(PARAMETERS[n].symbol)}$", how) for n, how in coded.items()]
    yield from table(("Instrument", "From the codings"), rows)


def one_arrangement(scenario: Any) -> Iterator[str]:
    """One arrangement: what it is, how it is coded and on what ground, and what else is known."""
    yield f"({scenario.id})="
    yield f"## {text(scenario.label)}"
    yield ""
    yield f"`{scenario.id}`. {text(scenario.summary)}"
    yield ""
    rows = [
        (f"`{name}`", number(c.value), source(c.source), c.note)
        for name, c in scenario.codings.items()
    ]
    yield from table(("Coding", "Value", "Source", "Note"), rows)
    if scenario.facts:
        yield "Facts that no formula uses:"
        yield ""
        rows = [
            (f"`{name}`", shown(f.value), source(f.source), f.note)
            for name, f in scenario.facts.items()
        ]
        yield from table(("Fact", "Value", "Source", "Note"), rows)


def commands() -> Iterator[str]:
    """The help of every command, as a terminal of a fixed width shows it."""
    import click

    from deterrence.cli import main

    settings = {**main.context_settings, "terminal_width": 92, "max_content_width": 92}
    top = click.Context(main, info_name="deterrence", **settings)
    yield from helped(main, top)
    for name in main.list_commands(top):
        command = main.get_command(top, name)
        if command is not None and not command.hidden:
            yield f"## {name}"
            yield ""
            context = click.Context(command, info_name=name, parent=top)
            yield from helped(command, context)


def helped(command: Any, context: Any) -> Iterator[str]:
    yield "```text"
    yield command.get_help(context)
    yield "```"
    yield ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = tuple(head)
    yield "| " + " | ".join(columns) + " |"
    yield "|" + " --- |" * len(columns)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", r"\|").replace("\n", " ") for cell in row) + " |"
    yield ""


def between(parameter: Any) -> str:
    low, high = number(parameter.low), number(parameter.high)
    return f"({low}, {high})" if parameter.open else f"[{low}, {high}]"


def number(value: Fraction) -> str:
    """A decimal where it is short and exact, else the fraction."""
    decimal = f"{float(value):.6g}"
    return decimal if Fraction(decimal) == value else str(value)


def shown(value: Any) -> str:
    return number(value) if isinstance(value, Fraction) else text(value)


def source(given: str) -> str:
    return f"<{given}>" if given.startswith("http") else given


def text(given: str) -> str:
    """Text in which no character is taken for markup."""
    return "".join("\\" + c if c in "\\`*_[]<>$" else c for c in given)


GREEK = {"kappa", "alpha", "tau", "chi", "lambda", "pi", "sigma", "phi", "rho"}


def symbol(given: str) -> str:
    """A symbol as TeX: alpha_t becomes \\alpha_t, k_resolved k_{\\text{resolved}}."""
    head, _, tail = given.partition("_")
    if not tail and head[-1:].isdigit():
        head, tail = head[:-1], head[-1]
    head = f"\\{head}" if head in GREEK else head
    if tail in GREEK:
        tail = f"\\{tail}"
    elif len(tail) > 1:
        tail = rf"\text{{{tail}}}"
    return f"{head}_{{{tail}}}" if tail else head


# --- every public name has a place in the reference


def check_names(_app: Any, env: Any) -> None:
    """Warn, which fails the build, where the package offers a name that no page documents."""
    from sphinx.util import logging

    import deterrence

    documented = env.get_domain("py").objects
    parts = {part for name in documented for part in (*name.split(".")[1:2], name.split(".")[-1])}
    missing = [name for name in deterrence.__all__ if name not in parts]
    if missing:
        logging.getLogger(__name__).warning(
            "public names without an entry in docs/reference: %s", ", ".join(missing)
        )


def link_short_name(app: Any, env: Any, node: Any, content: Any) -> Any:
    """A link for a name without its module, as annotations have it, where only one thing bears it.

    Imports that serve types alone are not made when the docs are built, so that annotations stay
    as they are written.
    """
    from sphinx.util.nodes import make_refnode

    if node.get("refdomain") != "py":
        return None
    found = {
        (entry.docname, entry.node_id)
        for name, entry in env.get_domain("py").objects.items()
        if name.rpartition(".")[2] == node["reftarget"] and entry.objtype == "class"
    }
    if len(found) != 1:
        return None
    ((page, anchor),) = found
    return make_refnode(app.builder, node["refdoc"], page, anchor, content, node["reftarget"])


# --- formulas as MathML, which a browser shows without scripts and without a network


def inline_formula(writer: Any, node: Any) -> None:
    write_formula(writer, node, as_block=False)


def block_formula(writer: Any, node: Any) -> None:
    writer.body.append(writer.starttag(node, "div", CLASS="math"))
    write_formula(writer, node, as_block=True)


def write_formula(writer: Any, node: Any, *, as_block: bool) -> None:
    from docutils.nodes import SkipNode
    from docutils.utils.math.latex2mathml import tex2mathml

    writer.body.append(tex2mathml(node.astext().strip(), as_block=as_block))
    if as_block:
        writer.body.append("</div>")
    raise SkipNode  # its text stands in the formula


def setup(app: Any) -> None:
    app.add_html_math_renderer("mathml", (inline_formula, None), (block_formula, None))
    app.connect("missing-reference", link_short_name)
    app.connect("builder-inited", write_pages)
    app.connect("builder-inited", draw_pictures)
    app.connect("env-check-consistency", check_names)
