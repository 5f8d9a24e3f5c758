"""What can be typed after the commands of the crisis's companions: terms, coalitions and time."""

from __future__ import annotations

import click

from deterrence.cli_options import Decorator, as_json, changes, picture, scenario, table, together

__all__ = [
    "coalitions_options",
    "open_door_options",
    "survival_options",
    "talks_options",
    "terms_options",
]


def along(words: str) -> Decorator:
    """One parameter that is varied, and at how many values."""
    return together(
        click.option("--over", metavar="NAME[=LOW:HIGH]", help=words),
        click.option("--size", type=click.IntRange(2, 200), help="Values of it; 5 by default."),
    )


def draws(words: str) -> Decorator:
    """How many draws, and their seed."""
    return together(
        click.option("--draws", type=click.IntRange(1, 100_000), help=words),
        click.option("--seed", type=click.IntRange(0), help="The seed of the draws, 0 by default."),
    )


levels = click.option(
    "--levels",
    type=click.IntRange(0, 10),
    help="Steps in which Russia rebuilds its forces; more take longer.",
)
war = click.option(
    "--war",
    type=click.Choice(["returns", "absorbing"]),
    default="returns",
    show_default=True,
    help="Whether peace can return after a war that Russia does not win.",
)

terms_options = together(
    scenario,
    changes,
    along("Ask along this instrument or stake, over its range or from LOW to HIGH."),
    click.option(
        "--between",
        default="0:1",
        show_default=True,
        metavar="LOW:HIGH",
        help="The terms that are looked at: shares that Russia keeps.",
    ),
    click.option(
        "--points",
        type=click.IntRange(2, 10_000),
        default=33,
        show_default=True,
        help="Terms that are solved first; more look closer.",
    ),
    click.option(
        "--accepted-by",
        multiple=True,
        type=click.Choice(["both", "revisionist", "security"]),
        default=["both"],
        show_default=True,
        help="Which types of Russia accept, so that all know it of them; repeatable.",
    ),
    click.option(
        "--stage",
        "stages",
        multiple=True,
        metavar="NAME",
        help="A stage that is played after the settlement; repeatable; the scenario's own without "
        "it. The fewer, the quicker.",
    ),
    click.option("--covered-war", is_flag=True, help="The guarantee covers a war that goes on."),
    click.option(
        "--trust", metavar="NUMBER", help="Ukraine's own belief that the Guarantor is resolved."
    ),
    table,
    picture,
    as_json,
)

coalitions_options = together(
    click.argument("scenario", default="ksc"),
    changes,
    click.option(
        "--guarantors",
        "-n",
        multiple=True,
        type=int,
        metavar="NUMBER",
        help="How many, up to 10,000; repeatable; 1, 2, 3, 5, 10 and 30 by default.",
    ),
    click.option(
        "--rule",
        "rules",
        multiple=True,
        type=click.Choice(["individual", "lead", "majority", "unanimity"]),
        help="Who decides on a response; repeatable; every rule by default.",
    ),
    click.option(
        "--technology",
        type=click.Choice(["summation", "best-shot"]),
        default="summation",
        show_default=True,
        help="Forces add up, or one who acts sends the whole force.",
    ),
    click.option(
        "--bilateral",
        default="0",
        show_default=True,
        metavar="NUMBER",
        help="Strength of each one's own pledge, 0 to 1, besides the joint one.",
    ),
    click.option(
        "--target",
        metavar="NUMBER",
        help="Also find the own pledges with which a response is as likely as this.",
    ),
    click.option(
        "--trees",
        is_flag=True,
        help="Also solve the trees of up to 3 guarantors, for all sequential equilibria.",
    ),
    click.option(
        "--outcome",
        "outcomes",
        multiple=True,
        metavar="NAME",
        help="What is shown, attack or Ukraine for instance; repeatable; drawn if there is one.",
    ),
    table,
    picture,
    as_json,
)

survival_options = together(
    click.argument("scenarios", nargs=-1, metavar="[SCENARIO]..."),
    changes,
    click.option(
        "--years",
        type=click.IntRange(1, 100),
        default=10,
        show_default=True,
        help="How far to look.",
    ),
    along("What this number does, over its range or from LOW to HIGH; for one SCENARIO."),
    click.option(
        "--against",
        multiple=True,
        metavar="NAME=VALUE",
        help="Whether this change makes an attack likelier, over draws; repeatable; for one "
        "SCENARIO.",
    ),
    draws("Draw the stakes from their ranges; 50 times by default with --against."),
    levels,
    war,
    click.option(
        "--memory/--no-memory",
        default=True,
        show_default=True,
        help="Whether a word once broken costs less to break again.",
    ),
    table,
    picture,
    as_json,
)

talks_options = together(
    scenario,
    changes,
    click.option(
        "--side",
        type=click.Choice(["least", "most"]),
        default="least",
        show_default=True,
        help="Which equilibrium of the peace Ukraine counts on: its worst or its best.",
    ),
    click.option(
        "--points",
        type=click.IntRange(2, 200),
        help="Military balances that are solved; 15 by default, 4 with --draws.",
    ),
    click.option(
        "--deadline",
        "deadlines",
        multiple=True,
        type=click.IntRange(0, 1000),
        metavar="MONTHS",
        help="Made to settle within so many months; repeatable; 0, 3, 6, 12, 24 by default.",
    ),
    draws("Draw the stakes from their ranges, and give means."),
    levels,
    war,
    table,
    picture,
    as_json,
)

open_door_options = together(
    click.argument("interim", default="nato_limbo"),
    click.argument("upgraded", default="nato"),
    changes,
    click.option(
        "--size",
        type=click.IntRange(2, 200),
        default=17,
        show_default=True,
        help="Points along each side of the picture.",
    ),
    table,
    click.option(
        "--output",
        metavar="PATH",
        help="Draw a map over Russia's regrowth and the upgrade: .png, .svg or .pdf.",
    ),
    as_json,
)
