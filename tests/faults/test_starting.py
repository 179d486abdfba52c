"""`pydotorg serve` as a process: how it starts, how it ends, and what it says when it cannot."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.servers import address, environment

COMMAND = [sys.executable, "-m", "pydotorg"]
START_SECONDS_MAX = 60


def run(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=cwd, env=environment(cwd, named(settings)), capture_output=True, text=True,
        check=False, timeout=START_SECONDS_MAX, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def named(settings: dict[str, str]) -> dict[str, str]:
    return {f"PYDOTORG_{name}": value for name, value in settings.items()}


@contextmanager
def serving(cwd: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The process and its base address, once it answers; its log is `log` in the directory."""
    log = cwd / f"log{len(list(cwd.glob('log*')))}"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*COMMAND, "serve"], cwd=cwd, env=environment(cwd, named(settings)), stdout=output, stderr=output
        ) as process,
    ):
        try:
            yield process, address(process, log)
        finally:
            process.kill()


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("pydotorg: ")
    return lines[0].removeprefix("pydotorg: ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_on_both_loopback_addresses_and_ends_well(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as (process, base):
        port = base.rpartition(":")[2]
        for host in ("127.0.0.1", "[::1]", "localhost"):
            answer = httpx.get(f"http://{host}:{port}/api/v1/releases/latest")
            assert (answer.status_code, answer.json()["version"]) == (200, "3.15.0")
        process.send_signal(number)
        assert process.wait(10) == 0
    assert '"level": "error"' not in (tmp_path / "log0").read_text()


def test_a_new_database_is_its_owners_alone(tmp_path: Path) -> None:
    assert run("database", "upgrade", cwd=tmp_path).returncode == 0
    made = [path for path in tmp_path.iterdir() if path.name.startswith("pydotorg")]
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}


def test_a_second_start_finds_everything_as_it_was(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, base):
        before = httpx.get(f"{base}/api/v1/files?limit=1000").content
        process.send_signal(signal.SIGKILL)
        process.wait()
    with serving(tmp_path) as (_, base):
        assert httpx.get(f"{base}/api/v1/files?limit=1000").content == before


def test_a_request_that_runs_is_answered_before_the_end(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, base), httpx.Client(base_url=base) as client:
        client.get("/health")
        with client.stream("GET", "/api/v1/files?limit=1000") as answer:
            process.send_signal(signal.SIGTERM)
            assert len(answer.read()) > 500_000
        client.close()
        assert process.wait(10) == 0


def test_several_workers_serve_and_end_together(tmp_path: Path) -> None:
    with serving(tmp_path, WORKERS="2") as (process, base):
        wait_until_ready(base)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path, WORKERS="2") as (process, base):
        wait_until_ready(base)
        process.kill()
        process.wait()
        port = int(base.rpartition(":")[2])
        end = time.monotonic() + 10
        while can_connect(port):
            assert time.monotonic() < end, "a worker keeps the port"
            time.sleep(0.05)
    assert (tmp_path / "log0").read_text().count('"level": "error"') == 0


def can_connect(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except ConnectionRefusedError:
        return False
    return True


def wait_until_ready(base: str) -> None:
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end:
        try:
            if httpx.get(f"{base}/ready", timeout=10).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the workers do not answer")


def test_two_that_start_at_once_on_one_database_both_serve(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, one), serving(tmp_path) as (_, other):
        totals = [httpx.get(f"{base}/api/v1/releases").headers["x-total-count"] for base in (one, other)]
        assert totals == ["651", "651"]


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refusal(run("serve", cwd=tmp_path, PORT=port))
    assert said == f"Port {port} on 127.0.0.1 is taken; stop what uses it, or set PYDOTORG_PORT to another."
    assert not (tmp_path / "pydotorg.db").exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"WORKRS": "2"}, "There is no setting PYDOTORG_WORKRS. Did you mean PYDOTORG_WORKERS?"),
        ({"PORT": "http"}, "PYDOTORG_PORT must be a whole number from 0 to 65535, not 'http'."),
        ({"HOST": "192.0.2.1"}, "192.0.2.1 is no address of this machine; set PYDOTORG_HOST to one."),
        ({"FRESHNESS": "notify"}, "PYDOTORG_FRESHNESS can be `notify` only with PostgreSQL; use `strict`."),
        (
            {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "PUBLIC_URL": "http://localhost"},
            "PYDOTORG_SECRET_KEY must be set with PostgreSQL, to a random text of at least 32 characters.",
        ),
        (
            {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
            "PYDOTORG_PUBLIC_URL must be set with PostgreSQL, for example https://www.example.org.",
        ),
        (
            {
                "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
                "PUBLIC_URL": "http://localhost",
                "SECRET_KEY": "0" * 32,
                "PORT": "0",
            },
            "The database none at 127.0.0.1 cannot be used: connection refused.",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    assert refusal(run("serve", cwd=tmp_path, **settings)) == said


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    said = refusal(run("serve", cwd=tmp_path, PORT="0", DATABASE_URL=f"sqlite:///{tmp_path}/none/x.db"))
    assert said == f"There is no directory {tmp_path}/none for the database; make it, or set PYDOTORG_DATABASE_URL."


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "pydotorg.db"
    file.write_bytes(b"not a database, but somebody's thesis" * 500)
    before = file.read_bytes()
    assert "is damaged, or no SQLite database" in refusal(run("serve", cwd=tmp_path, PORT="0"))
    assert file.read_bytes() == before


def test_a_database_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "pydotorg.db") as theirs:
        theirs.execute("create table thesis (chapter)")
    assert "tables that are not pydotorg's" in refusal(run("serve", cwd=tmp_path, PORT="0"))


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    assert run("database", "upgrade", cwd=tmp_path).returncode == 0
    with sqlite3.connect(tmp_path / "pydotorg.db") as newer:
        newer.execute("update alembic_version set version_num = '9999'")
    assert "made by a newer version of pydotorg" in refusal(run("serve", cwd=tmp_path, PORT="0"))


def test_without_migrations_an_empty_database_is_refused(tmp_path: Path) -> None:
    assert "run `pydotorg database upgrade`" in refusal(run("serve", cwd=tmp_path, PORT="0", MIGRATE="never"))


def test_without_seed_a_server_starts_empty(tmp_path: Path) -> None:
    with serving(tmp_path, SEED="never") as (_, base):
        assert httpx.get(f"{base}/api/v1/releases").json() == []
        assert httpx.get(f"{base}/api/v1/releases/latest").status_code == 404


def test_a_directory_where_nobody_may_write_is_named(tmp_path: Path) -> None:
    said = refusal(run("serve", cwd=tmp_path, PORT="0", DATABASE_URL="sqlite:////proc/pydotorg.db"))
    assert "/proc" in said
    assert "set PYDOTORG_DATABASE_URL to another file" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_directory_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    assert f"{tmp_path} cannot be written" in refusal(run("serve", cwd=tmp_path, PORT="0"))


@pytest.mark.parametrize(
    "arguments",
    [[], ["serve"], ["database"], ["database", "upgrade"], ["database", "downgrade"], ["database", "check"], ["seed"],
     ["import"], ["openapi"], ["worker"], ["tasks"], ["tasks", "list"], ["tasks", "retry"], ["tasks", "drop"]],
)  # fmt: skip
def test_each_command_explains_itself(tmp_path: Path, arguments: list[str]) -> None:
    done = run(*arguments, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: pydotorg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["serv"], ["database", "upgrad"], ["seed", "--sample"], ["import"]])
def test_a_misspelt_command_is_one_sentence(tmp_path: Path, arguments: list[str]) -> None:
    assert refusal(run(*arguments, cwd=tmp_path))
