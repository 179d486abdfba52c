"""Nothing is written past the audit log: rows of audited tables are written through the session, which keeps it."""

import ast
import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Mapper

import pydotorg
from pydotorg.app import DOMAINS
from pydotorg.kernel.database.audit import audited
from pydotorg.kernel.database.columns import Base

PACKAGE = Path(pydotorg.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
DML = {"insert", "update", "delete"}
SQL = re.compile(r"\b(?:insert\s+into|update\s+\w+\s+set|delete\s+from|truncate\s+\w+)\b", re.IGNORECASE)
MAPPERS: list[Mapper[Base]] = [*Base.registry.mappers]
#: classes, and variables for their tables, whose rows may be written by statements
UNAUDITED = {mapper.class_.__name__ for mapper in MAPPERS if audited(mapper) is None} | {"task", "lease", "schedule"}
#: statements that write rows of audited tables, or of tables that the source does not name, and why they may
EXCUSED = {
    "kernel/database/at_once.py": "it refuses tables that are audited",
    "accounts/last_use.py": "it writes a column that is mere bookkeeping",
    "events/renaming.py": "it writes columns that are mere bookkeeping",
    "snapshot/loading.py": "thousands of rows at once, with one entry that sums them up",
    "releases/importing/storing.py": "thousands of rows at once, with one entry that sums them up",
}
#: digests of what everybody may read
OF_PUBLIC_TEXTS = {"event": {"digest"}}


def statements(source: str) -> list[str]:
    """What the statements of a module write to that is not known to be without audit; or their SQL."""
    tree, found = ast.parse(source), []
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name in DML
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found += written_by(node, imported)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            found.append(node.value)
    return found


def written_by(call: ast.Call, imported: set[str]) -> list[str]:
    match call.func:
        case ast.Name(name) if name in imported and call.args:
            target = ast.unparse(call.args[0])
        case ast.Attribute(owner, name) if name in DML and is_statement(call, ast.unparse(owner)):
            target = ast.unparse(call.args[0]) if call.args else ast.unparse(owner)
        case _:
            return []
    known = target.removesuffix(".__table__").rpartition(".")[2]
    return [] if known in UNAUDITED else [target]


def is_statement(call: ast.Call, owner: str) -> bool:
    """Whether a method of such a name makes a statement: a table's own, or that of a dialect or of SQLAlchemy."""
    return owner in ("dialect", "sqlalchemy", "sa", "postgresql", "sqlite") or (
        not call.args and (owner.endswith("__table__") or owner[:1].isupper())
    )


def test_no_statement_writes_to_an_audited_table() -> None:
    found = {path.relative_to(PACKAGE).as_posix(): statements(path.read_text("utf-8")) for path in MODULES}
    assert {module: each for module, each in found.items() if each and module not in EXCUSED} == {}
    assert all(found[module] for module in EXCUSED), "an exception is needed no more"


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy import delete\ndelete(Account)",
        "from sqlalchemy import update\nupdate(tables.Account)",
        "from sqlalchemy import insert\ninsert(Account.__table__)",
        "from sqlalchemy import insert as add\nadd(table)",
        "from sqlalchemy.dialects.sqlite import insert\ninsert(Account)",
        "dialect.insert(Account)",
        "Account.__table__.delete()",
        "text('delete from account')",
        "text('UPDATE account SET bio = 1')",
    ],
)
def test_one_that_does_is_found(source: str) -> None:
    assert statements(source)


def test_what_is_not_audited_is_known() -> None:
    names = {mapper.local_table.description for mapper in MAPPERS if audited(mapper) is None}
    assert names == {
        "task", "lease", "schedule", "mailed_link", "failed_logins", "revision", "kept_answer", "numbering",
        "audit_entry", "search_document", "submission", "occurrence",
    }  # fmt: skip


def test_no_secret_is_part_of_a_name() -> None:
    for mapper in MAPPERS:
        known = audited(mapper)
        assert known is None or known.secrets.isdisjoint(known.key)


def test_what_could_be_a_secret_is_one() -> None:
    """Digests and hashes: whoever adds one says so."""
    telling = re.compile("digest|hash|secret|password")
    for domain in DOMAINS:
        for table in domain.tables:
            known = audited(table.__mapper__)
            if known is not None:
                found = {name for name in known.columns if telling.search(name)}
                assert found - known.secrets == OF_PUBLIC_TEXTS.get(table.__tablename__, set()), table
