"""What can be typed after the commands: each option once, and the options of each command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

__all__ = [
    "arrangements_options",
    "as_json",
    "claims_options",
    "design_options",
    "flips_options",
    "map_options",
    "region_options",
    "reproduce_options",
    "sensitivity_options",
    "shares_options",
    "solve_options",
    "statics_options",
    "thresholds_options",
]

Decorator = Callable[[Any], Any]


def together(*options: Decorator) -> Decorator:
    """One decorator for several; help shows them in this order."""

    def decorated(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorated


# --- shared by several commands


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
scenario = click.argument("scenario", default="oped")
most_listed = click.option(
    "--most",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="Equilibria listed in JSON and saved, at most: there can be billions.",
)
concept = click.option(
    "--concept", metavar="NAME", help="The solution concept; sequential equilibrium by default."
)
changes = click.option(
    "--at", "changes", metavar="NAME=VALUE", multiple=True, help="Change a number."
)
over = click.option(
    "--over", multiple=True, metavar="NAME", help="Vary this; repeatable; all by default."
)
store = click.option(
    "--store", metavar="PATH", help="Keep what is finished here; go on where it stopped."
)
seed = click.option("--seed", type=int, default=0, show_default=True, help="The seed.")
table = click.option("--data", metavar="PATH", help="Also write the table here, as CSV.")
picture = click.option("--output", metavar="PATH", help="Draw it: .png, .svg or .pdf.")


def samples(default: int, words: str) -> Decorator:
    """How many draws."""
    return click.option("--samples", type=int, default=default, show_default=True, help=words)


def method(default: str | None, words: str) -> Decorator:
    """Solving every point, or by regimes."""
    kinds = click.Choice(["points", "regimes"])
    return click.option(
        "--method", type=kinds, default=default, show_default=default is not None, help=words
    )


# --- by command


solve_options = together(
    click.argument("file"),
    concept,
    changes,
    most_listed,
    click.option("--save", metavar="PATH", help="Also write the solution, with its certificates."),
    as_json,
)

arrangements_options = together(
    click.argument("name", required=False),
    click.option("--draws", type=int, help="Solve at this many draws of the stakes."),
    click.option("--seed", type=int, help="The seed of the draws, 0 by default."),
    store,
    click.option("--csv", "csv", metavar="PATH", help="Also write the table here."),
    click.option(
        "--best",
        metavar="CRITERION",
        help="Which one is best over draws, and where: by an event or a player.",
    ),
    click.option("--robust", is_flag=True, help="Which differences are robust over draws."),
    click.option("--output", metavar="PATH", help="Draw which is best: .png, .svg or .pdf."),
    concept,
    most_listed,
    as_json,
)

map_options = together(
    scenario,
    click.option("--size", type=int, default=17, show_default=True, help="Points along each side."),
    click.option("--x", default="ambiguity", show_default=True, help="The parameter across."),
    click.option("--y", default="strength", show_default=True, help="The parameter up."),
    click.option(
        "--output",
        default="deterrence-map.png",
        show_default=True,
        metavar="PATH",
        help="The picture: .png, .svg or .pdf.",
    ),
    click.option(
        "--data",
        metavar="PATH",
        help="The numbers, CSV or NetCDF (.nc); beside the picture by default.",
    ),
    method(
        None,
        "Solve every point, or evaluate regimes and audit them; by regimes above 2,000 points.",
    ),
    store,
    concept,
    as_json,
)

design_options = together(
    scenario,
    click.option(
        "--best-for",
        multiple=True,
        default=["Guarantor"],
        show_default=True,
        metavar="PLAYER[=WEIGHT]",
        help="Whose payoff is to be high; several are added up by their weights.",
    ),
    click.option(
        "--over",
        multiple=True,
        default=["strength", "ambiguity"],
        show_default=True,
        metavar="NAME[=LOW:HIGH]",
        help="An instrument that is free.",
    ),
    click.option(
        "--at-most", multiple=True, metavar="EVENT=NUMBER", help="A probability that is required."
    ),
    click.option(
        "--stake",
        "stakes",
        multiple=True,
        metavar="NAME[=LOW:HIGH]",
        help="A stake that may be misjudged; gives the regret.",
    ),
    samples(16, "Draws of these stakes."),
    click.option("--robust", is_flag=True, help="Best worst case over these stakes."),
    click.option("--grid", type=int, help="Points of the fine grid along each instrument."),
    click.option("--output", metavar="PATH", help="A picture over two instruments."),
    click.option("--data", metavar="PATH", help="The goal on the grid, as CSV."),
    as_json,
)

thresholds_options = together(
    scenario,
    click.option(
        "--over", default="strength", show_default=True, metavar="NAME", help="What is moved."
    ),
    click.option(
        "--resolution",
        type=int,
        default=2**20,
        show_default=True,
        help="Steps of the range to which thresholds are pinned down.",
    ),
    table,
    as_json,
)

region_options = together(
    scenario,
    changes,
    click.option(
        "--over",
        multiple=True,
        default=["strength"],
        show_default=True,
        metavar="NAME",
        help="What stays a symbol; repeatable.",
    ),
    click.option(
        "--event",
        "events",
        multiple=True,
        metavar="NAME",
        help="Only plays in which this happens; repeatable.",
    ),
    click.option("--latex", is_flag=True, help="Print a LaTeX table instead of text."),
    table,
    click.option("--output", metavar="PATH", help="A picture over two parameters."),
    as_json,
)

shares_options = together(
    scenario,
    over,
    click.option(
        "--event",
        "events",
        multiple=True,
        metavar="NAME",
        help="Tell draws apart by whether this happens; repeatable; by four regimes without it.",
    ),
    samples(64, "Draws; a power of two."),
    seed,
    store,
    table,
    picture,
    concept,
    as_json,
)

statics_options = together(
    scenario,
    changes,
    click.option(
        "--outcome",
        "outcomes",
        multiple=True,
        metavar="NAME",
        help="An event or a player; repeatable; attack by default.",
    ),
    over,
    table,
    picture,
    as_json,
)

flips_options = together(
    scenario,
    click.option(
        "--conclusion",
        default="most attack < 0.5",
        show_default=True,
        metavar="TEXT",
        help="END OUTCOME RELATION NUMBER; the end is least, most (over all equilibria) or "
        "quantal.",
    ),
    over,
    click.option(
        "--scan", type=int, default=17, show_default=True, help="Values tried along each range."
    ),
    click.option(
        "--tolerance",
        default="0.0001",
        show_default=True,
        metavar="SHARE",
        help="How near a flip is pinned down, as a share of the range.",
    ),
    method("points", "Scan by solving every point, or by regimes."),
    click.option(
        "--exact/--no-exact",
        "exact_values",
        default=None,
        help="Look for exact values and what binds there; by default in games of up to 200 nodes.",
    ),
    store,
    table,
    picture,
    concept,
    as_json,
)

sensitivity_options = together(
    scenario,
    click.option(
        "--outcome",
        default="attack",
        show_default=True,
        metavar="NAME",
        help="An event or a player.",
    ),
    click.option(
        "--of",
        multiple=True,
        metavar="END",
        help="least, most (over all equilibria) or quantal; least and most by default.",
    ),
    over,
    samples(16, "A power of two; more are surer."),
    seed,
    click.option(
        "--one-at-a-time",
        is_flag=True,
        help="Move each to its ends alone; the picture is a tornado.",
    ),
    store,
    table,
    picture,
    concept,
    as_json,
)

reproduce_options = together(
    click.option("--quick", is_flag=True, help="Leave out what takes minutes."),
    as_json,
)

claims_options = together(
    click.argument("claim", required=False),
    click.option(
        "--compute",
        is_flag=True,
        help="Compute everything again, in less than ten minutes on two cores.",
    ),
    click.option("--quick", is_flag=True, help="Compute a small sample, in about a minute."),
    click.option("--save", metavar="PATH", help="Keep the points that were computed here."),
    click.option("--points", metavar="PATH", help="Verdicts from points that --save kept."),
    store,
    click.option("--seed", type=int, help="The seed of what is computed, 0 by default."),
    table,
    picture,
    as_json,
)
