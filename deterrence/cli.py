"""The command line: reads what is typed, calls the package, prints what comes back."""

# Imports of the package stand in the functions that need them, so that help and mistakes are quick.

from __future__ import annotations

import errno
import json
from typing import Any

import click

from deterrence import __version__
from deterrence.errors import DeterrenceError, InputError

__all__ = ["main"]

DONE, NOT_SOLVED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
most_listed = click.option(
    "--most",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="Equilibria listed in JSON and saved, at most: there can be billions.",
)
concept_option = click.option(
    "--concept", metavar="NAME", help="The solution concept; sequential equilibrium by default."
)
over_option = click.option(
    "--over", multiple=True, metavar="NAME", help="Vary this; repeatable; all by default."
)


def driver_files(command: Any) -> Any:
    """Add the options for a picture and a table."""
    data = click.option("--data", metavar="PATH", help="Also write the table here, as CSV.")
    output = click.option("--output", metavar="PATH", help="Draw it: .png, .svg or .pdf.")
    return output(data(command))


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


def _print(document: Any, text: Any, *, as_json: bool) -> None:
    """One of the two, each made only if it is wanted."""
    click.echo(json.dumps(document(), indent=2, allow_nan=False) if as_json else text())


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
    _print(job.document, job.text, as_json=as_json)
    ctx.exit(DONE if job.complete else NOT_SOLVED)


@main.command()
@click.argument("file")
@concept_option
@click.option("--at", "changes", metavar="NAME=VALUE", multiple=True, help="Change a number.")
@most_listed
@click.option("--save", metavar="PATH", help="Also write the solution, with its certificates.")
@as_json
@click.pass_context
def solve(
    ctx: click.Context,
    file: str,
    concept: str | None,
    changes: tuple[str, ...],
    most: int,
    save: str | None,
    as_json: bool,
) -> None:
    """Solve the game in FILE, a scenario (.toml) or a game of Gambit's (.efg, .nfg)."""
    from deterrence.oped.solve_job import solve_file
    from deterrence.oped.steps import Steps

    found = solve_file(file, changes, concept, save=save, most=most, steps=Steps())
    _print(lambda: found.document(most), found.text, as_json=as_json)
    ctx.exit(DONE if found.complete else NOT_SOLVED)


@main.command()
@click.argument("name", required=False)
@click.option("--draws", type=int, help="Solve at this many draws of the stakes.")
@click.option("--seed", type=int, help="The seed of the draws, 0 by default.")
@click.option("--store", metavar="PATH", help="Keep solved points here; go on where it stopped.")
@click.option("--csv", "csv", metavar="PATH", help="Also write the table here.")
@concept_option
@most_listed
@as_json
@click.pass_context
def arrangements(
    ctx: click.Context,
    name: str | None,
    draws: int | None,
    seed: int | None,
    store: str | None,
    csv: str | None,
    concept: str | None,
    most: int,
    as_json: bool,
) -> None:
    """Set the real arrangements side by side, or solve one.

    With NAME: who plays, what is assumed, and all equilibria of that arrangement at default
    stakes. With --draws: stakes are drawn from their ranges, the same for every arrangement.
    """
    from deterrence.oped.arrangements_job import look_at
    from deterrence.oped.steps import Steps

    found = look_at(
        name, draws=draws, seed=seed, store=store, csv=csv, concept=concept, steps=Steps()
    )
    _print(lambda: found.document(most), found.text, as_json=as_json)
    ctx.exit(DONE if found.complete else NOT_SOLVED)


@main.command("map")
@click.argument("scenario", default="oped")
@click.option("--size", type=int, default=17, show_default=True, help="Points along each side.")
@click.option("--x", default="ambiguity", show_default=True, help="The parameter across.")
@click.option("--y", default="strength", show_default=True, help="The parameter up.")
@click.option(
    "--output",
    default="deterrence-map.png",
    show_default=True,
    metavar="PATH",
    help="The picture: .png, .svg or .pdf.",
)
@click.option(
    "--data",
    metavar="PATH",
    help="The numbers, CSV or NetCDF (.nc); beside the picture by default.",
)
@click.option(
    "--method",
    type=click.Choice(["points", "regimes"]),
    help="Solve every point, or evaluate regimes and audit them; by regimes above 2,000 points.",
)
@click.option("--store", metavar="PATH", help="Keep what is finished here; go on where it stopped.")
@concept_option
@as_json
@click.pass_context
def map_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Map a scenario over two of its parameters.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal.
    """
    from deterrence.oped.map_job import make_map
    from deterrence.oped.steps import Steps

    made = make_map(**options, steps=Steps())
    _print(made.document, made.text, as_json=as_json)
    ctx.exit(DONE if made.complete else NOT_SOLVED)


@main.command("design")
@click.argument("scenario", default="oped")
@click.option(
    "--best-for",
    multiple=True,
    default=["Guarantor"],
    show_default=True,
    metavar="PLAYER[=WEIGHT]",
    help="Whose payoff is to be high; several are added up by their weights.",
)
@click.option(
    "--over",
    multiple=True,
    default=["strength", "ambiguity"],
    show_default=True,
    metavar="NAME[=LOW:HIGH]",
    help="An instrument that is free.",
)
@click.option(
    "--at-most", multiple=True, metavar="EVENT=NUMBER", help="A probability that is required."
)
@click.option(
    "--stake",
    "stakes",
    multiple=True,
    metavar="NAME[=LOW:HIGH]",
    help="A stake that may be misjudged; gives the regret.",
)
@click.option("--samples", type=int, default=16, show_default=True, help="Draws of these stakes.")
@click.option("--robust", is_flag=True, help="Best worst case over these stakes.")
@click.option("--grid", type=int, help="Points of the fine grid along each instrument.")
@click.option("--output", metavar="PATH", help="A picture over two instruments.")
@click.option("--data", metavar="PATH", help="The goal on the grid, as CSV.")
@as_json
@click.pass_context
def design_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Find the best instruments for a scenario, by its worst and by its best equilibrium.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal.
    """
    from deterrence.oped.design_job import make_design
    from deterrence.oped.steps import Steps

    made = make_design(**options, steps=Steps())
    _print(made.document, made.text, as_json=as_json)
    ctx.exit(DONE if made.verified else NOT_SOLVED)


@main.command("thresholds")
@click.argument("scenario", default="oped")
@click.option(
    "--over", default="strength", show_default=True, metavar="NAME", help="What is moved."
)
@click.option(
    "--resolution",
    type=int,
    default=2**20,
    show_default=True,
    help="Steps of the range to which thresholds are pinned down.",
)
@click.option("--data", metavar="PATH", help="Also write the table here, as CSV.")
@as_json
@click.pass_context
def thresholds_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say where along one instrument or stake the set of plays changes.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal.
    """
    from deterrence.oped.steps import Steps
    from deterrence.oped.thresholds_job import find_thresholds

    found = find_thresholds(**options, steps=Steps())
    _print(found.document, found.text, as_json=as_json)
    ctx.exit(DONE if found.whole else NOT_SOLVED)


@main.command("flips")
@click.argument("scenario", default="oped")
@click.option(
    "--conclusion",
    default="most attack < 0.5",
    show_default=True,
    metavar="TEXT",
    help="END OUTCOME RELATION NUMBER; the end is least, most (over all equilibria) or quantal.",
)
@over_option
@click.option(
    "--scan", type=int, default=17, show_default=True, help="Values tried along each range."
)
@click.option(
    "--tolerance",
    default="0.0001",
    show_default=True,
    metavar="SHARE",
    help="How near a flip is pinned down, as a share of the range.",
)
@click.option(
    "--method",
    type=click.Choice(["points", "regimes"]),
    default="points",
    show_default=True,
    help="Scan by solving every point, or by regimes.",
)
@click.option(
    "--exact/--no-exact",
    "exact_values",
    default=None,
    help="Look for exact values and what binds there; by default in games of up to 200 nodes.",
)
@click.option("--store", metavar="PATH", help="Keep solved points here; go on where it stopped.")
@driver_files
@concept_option
@as_json
@click.pass_context
def flips_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Find the nearest change in each assumption that flips a conclusion.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal. One
    assumption moves at a time, within its range.
    """
    from deterrence.oped.flips_job import find_flips
    from deterrence.oped.steps import Steps

    found = find_flips(**options, steps=Steps())
    _print(found.document, found.text, as_json=as_json)
    ctx.exit(DONE if found.complete else NOT_SOLVED)


@main.command("sensitivity")
@click.argument("scenario", default="oped")
@click.option(
    "--outcome", default="attack", show_default=True, metavar="NAME", help="An event or a player."
)
@click.option(
    "--of",
    multiple=True,
    metavar="END",
    help="least, most (over all equilibria) or quantal; least and most by default.",
)
@over_option
@click.option(
    "--samples", type=int, default=16, show_default=True, help="A power of two; more are surer."
)
@click.option("--seed", type=int, default=0, show_default=True, help="The seed of the sample.")
@click.option(
    "--one-at-a-time", is_flag=True, help="Move each to its ends alone; the picture is a tornado."
)
@driver_files
@concept_option
@as_json
@click.pass_context
def sensitivity_command(ctx: click.Context, /, as_json: bool, **options: Any) -> None:
    """Say which assumptions drive an outcome: Sobol indices with their errors.

    SCENARIO is an arrangement's name or a .toml file; without it, the op-ed's proposal.
    """
    from deterrence.oped.sensitivity_job import find_drivers
    from deterrence.oped.steps import Steps

    found = find_drivers(**options, steps=Steps())
    _print(found.document, found.text, as_json=as_json)
    ctx.exit(DONE if found.complete else NOT_SOLVED)


@main.command()
@click.option("--quick", is_flag=True, help="Leave out what takes minutes.")
@as_json
@click.pass_context
def reproduce(ctx: click.Context, quick: bool, as_json: bool) -> None:
    """Compute every documented number again and compare."""
    from deterrence.oped.reproduction import reproduce as compute_again
    from deterrence.oped.steps import Steps

    found = compute_again(quick=quick, steps=Steps())
    _print(found.document, found.text, as_json=as_json)
    ctx.exit(DONE if found.agrees else NOT_SOLVED)
