"""The commands of the crisis's companions: terms, an open door, coalitions, and time."""

# Imports of the package stand in the functions that need them, so that help and mistakes are quick.

from __future__ import annotations

from typing import Any

import click

from deterrence.cli_answers import finish
from deterrence.cli_companion_options import (
    coalitions_options,
    open_door_options,
    survival_options,
    talks_options,
    terms_options,
)

__all__ = ["COMMANDS"]


@click.command("terms")
@terms_options
@click.pass_context
def terms_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say which terms of a settlement both sides accept instead of the war.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal. A side
    accepts where the game that follows is worth as much to it as the war; that game is solved for
    all its equilibria.

    \b
    deterrence terms oped --between 0:0.3
    deterrence terms oped --over strength=0:1 --size 11 --output terms.png
    """  # noqa: D301 - click wants the character itself
    from deterrence.oped.steps import Steps
    from deterrence.oped.terms_job import find_terms

    found = find_terms(**options, steps=Steps())
    finish(ctx, found, found.complete, as_json=as_json)


@click.command("open-door")
@open_door_options
@click.pass_context
def open_door_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say whether the prospect of a better guarantee brings an attack forward.

    INTERIM is in force now and UPGRADED perhaps later, each an arrangement's name or a .toml file;
    nato_limbo and nato without them. --at takes three numbers more than elsewhere: regrowth, by
    which share Russia is stronger later (0.3); exclusion, what the upgrade costs it as such (0);
    and later, the weight of what is later (0.9).

    \b
    deterrence open-door nato_limbo nato --at regrowth=0.5 --output door.png
    """  # noqa: D301 - click wants the character itself
    from deterrence.oped.open_door_job import look_through_the_door
    from deterrence.oped.steps import Steps

    found = look_through_the_door(**options, steps=Steps())
    finish(ctx, found, found.complete, as_json=as_json)


@click.command("coalitions")
@coalitions_options
@click.pass_context
def coalitions_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say what changes where the guarantor is many, by number and by rule.

    SCENARIO is an arrangement's name or a .toml file; without it, the Kyiv Security Compact. All
    guarantors together have the stake, the force and the costs of one.

    \b
    deterrence coalitions ksc -n 1 -n 3 -n 30
    deterrence coalitions ksc -n 3 -n 30 --rule individual --target 0.9
    """  # noqa: D301 - click wants the character itself
    from deterrence.oped.coalitions_job import find_coalitions
    from deterrence.oped.steps import Steps

    found = find_coalitions(**options, steps=Steps())
    finish(ctx, found, found.complete, as_json=as_json)


@click.command("survival")
@survival_options
@click.pass_context
def survival_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say how likely an attack is after 1, 5 and 10 years, under each arrangement.

    SCENARIO is an arrangement's name or a .toml file; without it, all real arrangements. --at
    takes the numbers of the long run too: recon, recon_y, h_gov, h_end, delta_R and others.

    \b
    deterrence survival nato ksc oped --output survival.png
    deterrence survival oped --over h_end=0:0.3
    deterrence survival oped --at h_gov=0 --against h_gov=0.4
    """  # noqa: D301 - click wants the character itself
    from deterrence.oped.steps import Steps
    from deterrence.oped.survival_job import find_survival

    found = find_survival(**options, steps=Steps())
    finish(ctx, found, found.complete, as_json=as_json)


@click.command("talks")
@talks_options
@click.pass_context
def talks_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say when Ukraine should talk, and what being pushed to talk early costs it.

    SCENARIO is the guarantee on offer, an arrangement's name or a .toml file; without it, the
    op-ed's proposal. The same talks with no guarantee on offer are beside it. --at takes the
    numbers of the long run and of the talks too: drift, volatility, delta_month and surplus.

    \b
    deterrence talks oped --at drift=0.01 --output talks.png
    """  # noqa: D301 - click wants the character itself
    from deterrence.oped.steps import Steps
    from deterrence.oped.talks_job import find_talks

    found = find_talks(**options, steps=Steps())
    finish(ctx, found, found.complete, as_json=as_json)


COMMANDS = (
    terms_command,
    open_door_command,
    coalitions_command,
    survival_command,
    talks_command,
)
