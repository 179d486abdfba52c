"""Promises about the source: small files, short functions, one place that commits, nothing dead."""

import ast
import re
from pathlib import Path

import pydotorg

PACKAGE = Path(pydotorg.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
MODULE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40

#: longer than that, and why
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS = {
    "migrations/versions/*": "history: one statement for each table as it was, written once",
}
#: names for what fits nowhere
DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "lib",
    "core",
    "services",
    "service",
    "models",
    "base",
}

#: what starts by itself, and what starts it
ENTRIES = {
    "pydotorg": "the package",
    "pydotorg.cli": "the command, in pyproject.toml",
    "pydotorg.__main__": "python -m pydotorg",
    "pydotorg.events.ics.child_entrance": "the process that reads calendars, by its file, in events/ics/apart",
    "pydotorg.migrations.env": "Alembic",
    "pydotorg.migrations.versions": "Alembic",
}


def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"))


def inside(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def is_excused(module: Path, excused: dict[str, str]) -> bool:
    return any(module.relative_to(PACKAGE).match(pattern) for pattern in excused)


def long_functions(module: Path) -> list[str]:
    functions = [node for node in ast.walk(tree_of(module)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.name for node in functions if (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX]


def is_long(module: Path) -> bool:
    return len(module.read_text("utf-8").splitlines()) > MODULE_LINES_MAX


def test_a_module_is_read_in_one_sitting() -> None:
    assert [inside(module) for module in MODULES if is_long(module) and not is_excused(module, LONG_MODULES)] == []


def test_a_function_is_seen_at_once() -> None:
    modules = [module for module in MODULES if not is_excused(module, LONG_FUNCTIONS)]
    assert [(inside(module), name) for module in modules for name in long_functions(module)] == []


def test_a_module_says_what_it_is_for() -> None:
    said = {inside(module): ast.get_docstring(tree_of(module)) or "" for module in MODULES}
    assert [module for module, text in said.items() if not re.match(r"\S.{10,}", text)] == []


def test_nobody_commits_but_the_unit_of_work() -> None:
    assert found_in_modules(r"\bcommit\(") == [("kernel/database/transaction.py", "commit(")]


def test_a_module_is_named_after_a_fact() -> None:
    assert [inside(module) for module in MODULES if DRAWERS & {module.stem, module.parent.name}] == []


def test_nothing_is_left_to_be_done_later() -> None:
    assert found_in_modules(r"\b(?:TODO|FIXME|XXX|HACK)\b") == []


def test_no_place_of_one_machine_stands_in_a_module() -> None:
    assert found_in_modules(r"/(?:home|root|work|Users|tmp|var)/") == []


def found_in_modules(pattern: str) -> list[tuple[str, str]]:
    return [(inside(module), found) for module in MODULES for found in re.findall(pattern, module.read_text("utf-8"))]


def name_of(module: Path) -> str:
    parts = ("pydotorg", *module.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_by(module: Path) -> set[str]:
    """Every module that this one may mean: `from . import a` may be a module or what `__init__` has."""
    name, found = name_of(module), set[str]()
    package = name if module.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - max(node.level - 1, 0)] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            found |= {source, *(f"{source}.{alias.name}" for alias in node.names)}
    return found - {name}


def test_no_module_is_dead() -> None:
    named = set(re.findall(r'"(pydotorg[\w.]*):\w+"', "".join(path.read_text("utf-8") for path in MODULES)))
    imported = named.union(*map(imported_by, MODULES))
    alive = {name for name in imported | set(ENTRIES) if name.startswith("pydotorg")}
    alive |= {name.rpartition(".")[0] for name in alive}
    dead = {name_of(module) for module in MODULES} - alive
    assert {name for name in dead if not name.startswith("pydotorg.migrations.versions.")} == set()


def test_every_exception_is_still_needed() -> None:
    for pattern in LONG_FUNCTIONS:
        assert any(map(long_functions, PACKAGE.glob(pattern))), pattern
    for pattern in LONG_MODULES:
        assert all(map(is_long, PACKAGE.glob(pattern))), pattern
    assert {name_of(module) for module in MODULES} >= set(ENTRIES)
