"""The command line: reads what is typed, calls the package, prints what comes back."""

# Imports of the package stand in the functions that need them, so that help and mistakes are quick.

from __future__ import annotations

import errno
from typing import Any

import click

from deterrence import __version__
from deterrence.cli_answers import (
    BAD_INPUT,
    DONE,
    INTERRUPTED,
    NOT_SOLVED,
    finish,
    print_answer,
)
from deterrence.cli_companions import COMMANDS
from deterrence.cli_options import (
    arrangements_options,
    as_json,
    claims_options,
    design_options,
    flips_options,
    map_options,
    region_options,
    reproduce_options,
    sensitivity_options,
    shares_options,
    solve_options,
    statics_options,
    thresholds_options,
)
from deterrence.errors import DeterrenceError, InputError

__all__ = ["main"]


class _Commands(click.Group):
    """A group whose commands answer with exit codes instead of tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as error:
            self._end(ctx, error, BAD_INPUT)
        except DeterrenceError as error:
            self._end(ctx, error, NOT_SOLVED)
        except KeyboardInterrupt:
            self._end(ctx, "interrupted.", INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read the output has gone; click ends quietly
                raise
            self._end(ctx, error, BAD_INPUT)
        return None

    @staticmethod
    def _end(ctx: click.Context, message: object, code: int) -> None:
        click.echo(f"deterrence: {message}", err=True)
        ctx.exit(code)


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__)
@as_json
@click.pass_context
def main(ctx: click.Context, as_json: bool) -> None:
    """Solve deterrence games: every equilibrium, certified.

    Without a command: solves the op-ed's proposal of December 2022, compares it with the real
    arrangements and draws the map of strength and ambiguity, deterrence-map.png, into the folder
    where you are.

    Answers go to standard output, progress and mistakes to standard error. Exit code 0: done and
    complete; 1: not solved, not certified or not complete; 2: bad input; 130: interrupted.
    """
    if ctx.invoked_subcommand is not None:
        if as_json:
            raise click.UsageError("give --json after the command.")
        return
    from deterrence.oped.mainjob import main_job
    from deterrence.oped.steps import Steps

    job = main_job(steps=Steps())
    finish(ctx, job, job.complete, as_json=as_json)


@main.command()
@solve_options
@click.pass_context
def solve(ctx: click.Context, /, most: int, as_json: bool, **options: Any) -> None:
    """Solve the game in FILE, a scenario (.toml) or a game of Gambit's (.efg, .nfg).

    In place of a scenario's file, an arrangement's name.
    """
    from deterrence.oped.solve_job import solve_file
    from deterrence.oped.steps import Steps

    found = solve_file(options.pop("file"), **options, most=most, steps=Steps())
    print_answer(lambda: found.document(most), found.text, as_json=as_json)
    ctx.exit(DONE if found.complete else NOT_SOLVED)


@main.command()
@arrangements_options
@click.pass_context
def arrangements(ctx: click.Context, /, most: int, as_json: bool, **options: Any) -> None:
    """Set the real arrangements side by side, or solve one.

    With NAME: who plays, what is assumed, and all equilibria of that arrangement at default
    stakes. With --draws: stakes are drawn from their ranges, the same for every arrangement. With
    --best or --robust: 256 draws by default, all arrangements solved together by regimes and
    audited; --store is then a folder.
    """
    from deterrence.oped.arrangements_job import look_at
    from deterrence.oped.steps import Steps

    found = look_at(options.pop("name"), **options, steps=Steps())
    print_answer(lambda: found.document(most), found.text, as_json=as_json)
    ctx.exit(DONE if found.complete else NOT_SOLVED)


@main.command("map")
@map_options
@click.pass_context
def map_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Map a scenario over two of its parameters.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal.
    """
    from deterrence.oped.map_job import make_map
    from deterrence.oped.steps import Steps

    made = make_map(**options, steps=Steps())
    finish(ctx, made, made.complete, as_json=as_json)


@main.command("design")
@design_options
@click.pass_context
def design_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Find the best instruments for a scenario, by its worst and by its best equilibrium.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal.
    """
    from deterrence.oped.design_job import make_design
    from deterrence.oped.steps import Steps

    made = make_design(**options, steps=Steps())
    finish(ctx, made, made.verified, as_json=as_json)


@main.command("thresholds")
@thresholds_options
@click.pass_context
def thresholds_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say where along one instrument or stake the set of plays changes.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal.
    """
    from deterrence.oped.steps import Steps
    from deterrence.oped.thresholds_job import find_thresholds

    found = find_thresholds(**options, steps=Steps())
    finish(ctx, found, found.whole, as_json=as_json)


@main.command("region")
@region_options
@click.pass_context
def region_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Give the conditions in closed form under which each play of a scenario goes on.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal. All
    else is at the scenario's numbers. One equilibrium stands for each play: where a condition off
    the path of play breaks, another one may go on with the same play.
    """
    from deterrence.oped.region_job import find_regions
    from deterrence.oped.steps import Steps

    found = find_regions(**options, steps=Steps())
    finish(ctx, found, found.complete, as_json=as_json)


@main.command("claims")
@claims_options
@click.pass_context
def claims_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say what the model makes of the op-ed's claims.

    CLAIM is one of C01 to C44, to see it at length; without it, all of them. --output draws it.
    Verdicts are those that were computed for this version, unless you ask for new ones.
    """
    from deterrence.oped.claims_job import find_verdicts
    from deterrence.oped.steps import Steps

    found = find_verdicts(**options, steps=Steps())
    finish(ctx, found, found.complete, as_json=as_json)


@main.command("shares")
@shares_options
@click.pass_context
def shares_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say in which share of the ranges each regime exists, and is the only one.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal.
    """
    from deterrence.oped.shares_job import find_shares
    from deterrence.oped.steps import Steps

    found = find_shares(**options, steps=Steps())
    finish(ctx, found, found.complete, as_json=as_json)


@main.command("statics")
@statics_options
@click.pass_context
def statics_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say in which direction each assumption moves an outcome, at both ends of the set.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal.
    """
    from deterrence.oped.statics_job import find_statics
    from deterrence.oped.steps import Steps

    found = find_statics(**options, steps=Steps())
    finish(ctx, found, found.complete, as_json=as_json)


@main.command("flips")
@flips_options
@click.pass_context
def flips_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Find the nearest change in each assumption that flips a conclusion.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal. One
    assumption moves at a time, within its range.
    """
    from deterrence.oped.flips_job import find_flips
    from deterrence.oped.steps import Steps

    found = find_flips(**options, steps=Steps())
    finish(ctx, found, found.complete, as_json=as_json)


@main.command("sensitivity")
@sensitivity_options
@click.pass_context
def sensitivity_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say which assumptions drive an outcome: Sobol indices with their errors.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal.
    """
    from deterrence.oped.sensitivity_job import find_drivers
    from deterrence.oped.steps import Steps

    found = find_drivers(**options, steps=Steps())
    finish(ctx, found, found.complete, as_json=as_json)


@main.command()
@reproduce_options
@click.pass_context
def reproduce(ctx: click.Context, quick: bool, as_json: bool) -> None:
    """Compute every documented number again and compare."""
    from deterrence.oped.reproduction import reproduce as compute_again
    from deterrence.oped.steps import Steps

    found = compute_again(quick=quick, steps=Steps())
    finish(ctx, found, found.agrees, as_json=as_json)


for _command in COMMANDS:
    main.add_command(_command)
