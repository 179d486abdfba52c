"""`pydotorg database downgrade`: takes away only what is ours, and only if that is wanted."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from pydotorg import migrations
from pydotorg.cli import pydotorg


def run(*arguments: str, file: Path) -> tuple[int, str]:
    done = CliRunner(env={"PYDOTORG_DATABASE_URL": f"sqlite:///{file}"}).invoke(pydotorg, ["database", *arguments])
    return done.exit_code, done.output


def tables(file: Path) -> set[str]:
    with sqlite3.connect(file) as connection:
        found = connection.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
        names = {name for (name,) in found}
    connection.close()
    return names


def test_it_goes_back_to_nothing_and_up_again(tmp_path: Path) -> None:
    file = tmp_path / "ours.db"
    assert run("upgrade", file=file)[0] == 0
    assert run("downgrade", "base", "--yes", file=file) == (0, "The database is at base.\n")
    assert tables(file) == {"alembic_version"}
    assert run("check", file=file)[0] != 0
    assert run("upgrade", file=file) == (0, "The database has been brought up to date.\n")
    assert run("check", file=file) == (0, "The database is of this version.\n")


def test_it_asks_before_anything_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "ours.db"
    run("upgrade", file=file)
    before = tables(file)
    status, said = run("downgrade", "base", file=file)
    assert status != 0
    assert "say --yes if it may" in said
    assert tables(file) == before


@pytest.mark.parametrize(
    ("revision", "told"),
    [
        ("0815", f"There is no revision 0815; known are {', '.join(migrations.revisions())}."),
        ("0001", "The database is at base, which comes before 0001"),
    ],
)
def test_a_revision_that_is_not_behind_it_is_refused(tmp_path: Path, revision: str, told: str) -> None:
    file = tmp_path / "ours.db"
    run("upgrade", file=file)
    run("downgrade", "base", "--yes", file=file)
    status, said = run("downgrade", revision, "--yes", file=file)
    assert status != 0
    assert told in said


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "theirs.db"
    with sqlite3.connect(file) as theirs:
        theirs.execute("create table thesis (chapter)")
    theirs.close()
    status, said = run("downgrade", "base", "--yes", file=file)
    assert status != 0
    assert "tables that are not pydotorg's" in said
    assert tables(file) == {"thesis"}


@pytest.mark.parametrize("revision", ["abc", "0000"])
def test_the_database_of_another_program_that_counts_revisions_is_not_ours(tmp_path: Path, revision: str) -> None:
    file = tmp_path / "theirs.db"
    with sqlite3.connect(file) as theirs:
        theirs.execute("create table alembic_version (version_num)")
        theirs.execute("insert into alembic_version values (?)", (revision,))
    theirs.close()
    for command in (("upgrade",), ("downgrade", "base", "--yes"), ("check",)):
        status, said = run(*command, file=file)
        assert status != 0
        assert "tables that are not pydotorg's" in said


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    for command in (("downgrade", "base", "--yes"), ("check",)):
        assert run(*command, file=tmp_path / "none.db")[0] != 0
    assert list(tmp_path.iterdir()) == []
