"""Imports point one way: cli -> oped -> show -> study -> equilibrium -> games."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "deterrence"

# What each layer may import from the package besides itself.
ALLOWED = {
    "errors": set(),
    "games": {"errors"},
    "equilibrium": {"games", "errors"},
    "study": {"equilibrium", "games", "errors"},
    "show": {"study", "equilibrium", "games", "errors"},
    "guarantee": {"games", "errors"},
    "literature": {"games", "errors"},
    "oped": {"show", "study", "equilibrium", "games", "guarantee", "literature", "errors"},
    "__main__": {"cli"},
    "cli_options": set(),
    "cli_answers": set(),
    "cli_companion_options": {"cli_options"},
    "cli_companions": {"cli_answers", "cli_companion_options", "oped"},
    "cli": {
        "cli_answers",
        "cli_companions",
        "cli_options",
        "oped",
        "show",
        "study",
        "equilibrium",
        "games",
        "guarantee",
        "literature",
        "errors",
    },
}
FACADE = "deterrence/__init__.py: the public names"  # imported by the command line at most


def imported(module: Path, package: Path) -> Iterator[tuple[int, str]]:
    """Give the line and the absolute dotted name of everything the module imports.

    `from a import b` counts as `a.b`, which may be a module or a name in one; an import inside a
    function or under TYPE_CHECKING counts like any other.
    """
    here = (package.name, *module.relative_to(package).parent.parts)
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"), filename=str(module))):
        match node:
            case ast.Import():
                for alias in node.names:
                    yield node.lineno, alias.name
            case ast.ImportFrom():
                above = here[: len(here) - node.level + 1] if node.level else ()
                start = [*above, *(node.module.split(".") if node.module else [])]
                for alias in node.names:
                    yield node.lineno, ".".join([*start, alias.name])
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, resolve_name(name, ".".join(here))


def layer(name: str, package: Path) -> str | None:
    """Give the layer of a dotted name; None for what lies outside the package."""
    top, *rest = name.split(".")
    if top != package.name:
        return None
    known = bool(rest) and (
        rest[0] in ALLOWED or (package / rest[0]).is_dir() or (package / f"{rest[0]}.py").is_file()
    )
    return rest[0] if known else FACADE


def against_the_arrows(package: Path) -> list[str]:
    wrong = []
    for module in sorted(package.rglob("*.py")):
        path = module.relative_to(package)
        if path == Path("__init__.py"):
            continue
        own = path.with_suffix("").parts[0]
        if own not in ALLOWED:
            wrong.append(f"{path}: {own} is no layer; the layers are {', '.join(ALLOWED)}")
            continue
        allowed = ALLOWED[own] | {own} | ({FACADE} if own == "cli" else set())
        for line, name in imported(module, package):
            target = layer(name, package)
            if target is not None and target not in allowed:
                wrong.append(f"{path}:{line}: {own} may not import {target} ({name})")
    return wrong


def foreign_to_the_certificate(package: Path) -> list[str]:
    """What the files of the certificate import besides each other, games and the library.

    `consistency` and its record are let pass: they only propose trembles, and what these give is
    recomputed.
    """
    there = tuple(
        f"{package.name}.equilibrium.{name}"
        for name in ("certificate.", "certificate_", "consistency.", "consistency_record.")
    )
    return [
        f"{module.name}, line {line}: {name}"
        for module in sorted((package / "equilibrium").glob("certificate*.py"))
        for line, name in imported(module, package)
        if layer(name, package) not in {"games", "errors"}
        and not name.startswith(there)
        and name.split(".")[0] not in sys.stdlib_module_names
    ]


def test_imports_point_one_way() -> None:
    assert against_the_arrows(PACKAGE) == []


def test_the_certificate_rests_on_games_and_the_standard_library_alone() -> None:
    assert foreign_to_the_certificate(PACKAGE) == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = {"matplotlib", "pandas", "scipy", "sympy", "xarray"}
    program = f"import sys, deterrence; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give an empty package with every layer in it."""
    package = tmp_path / "deterrence"
    for name in ALLOWED.keys() - {"errors", "cli"}:
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").touch()
    for name in ("__init__", "errors", "cli"):
        (package / f"{name}.py").touch()
    return package


@pytest.mark.parametrize(
    ("path", "source", "culprit"),
    [
        ("games/tree.py", "import deterrence.equilibrium.concepts", "equilibrium"),
        ("games/tree.py", "from deterrence import guarantee", "guarantee"),
        ("games/tree.py", "from ..study import sweeping", "study"),
        ("games/__init__.py", "from .. import equilibrium", "equilibrium"),
        ("equilibrium/regions.py", "def f():\n    from ..guarantee import crisis", "guarantee"),
        (
            "equilibrium/regions.py",
            "import importlib\nimportlib.import_module('..show', 'x')",
            "show",
        ),
        ("guarantee/crisis.py", "from deterrence.equilibrium import concepts", "equilibrium"),
        ("literature/powell.py", "from deterrence.guarantee import parameters", "guarantee"),
        ("study/sweeping.py", "from deterrence.show.plots import phase_map", "show"),
        ("show/report.py", "from deterrence import solve", FACADE),
        ("oped/claims.py", "from deterrence.cli import main", "cli"),
        ("errors.py", "from .games import tree", "games"),
        ("helpers.py", "", "no layer"),
    ],
)
def test_a_wrong_import_is_seen(house: Path, path: str, source: str, culprit: str) -> None:
    assert against_the_arrows(house) == []
    (house / path).write_text(source, encoding="utf-8")
    (message,) = against_the_arrows(house)
    assert message.startswith(path)
    assert culprit in message


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("games/tree.py", "import sympy\nfrom ..errors import Error\nfrom .numbers import exact"),
        ("equilibrium/concepts.py", "from ..games.tree import Game\nfrom . import certificate"),
        ("oped/claims.py", "from ..guarantee import crisis\nfrom ..show import plots"),
        ("cli.py", "import deterrence as dt\nfrom deterrence import literature, solve"),
        ("__init__.py", "from .cli import main"),
    ],
)
def test_a_right_import_passes(house: Path, path: str, source: str) -> None:
    (house / path).write_text(source, encoding="utf-8")
    assert against_the_arrows(house) == []


@pytest.mark.parametrize(
    "source",
    [
        "from .supports import Search",
        "import numpy",
        "from deterrence.guarantee import crisis",
        "from .consistency_order import order_of",
    ],
)
@pytest.mark.parametrize("name", ["certificate", "certificate_gains"])
def test_a_certificate_that_leans_on_others_is_seen(house: Path, name: str, source: str) -> None:
    right = (
        "import fractions\nfrom ..games.tree import Game\nfrom .certificate_record import Place\n"
    )
    for own in ("certificate", "certificate_gains"):
        (house / "equilibrium" / f"{own}.py").write_text(right, encoding="utf-8")
    assert foreign_to_the_certificate(house) == []
    (house / "equilibrium" / f"{name}.py").write_text(source, encoding="utf-8")
    assert foreign_to_the_certificate(house) != []
