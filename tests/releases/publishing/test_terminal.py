"""`pydotorg releases publish`, at a terminal."""

from pathlib import Path

import pytest

from .artefacts import put
from .conftest import Server
from .terminal import Typist


@pytest.fixture
def unknown(tmp_path: Path) -> Path:
    """A directory with three files whose names tell nothing."""
    return put(tmp_path, "haiku.hpkg", "wasi.zip", "extras.tgz")


def at_terminal(server: Server, directory: Path, version: str, *options: str, columns: int = 80) -> Typist:
    where = ("--version", version, "--server", server.address)
    return Typist("releases", "publish", directory, *where, *options, token=server.token, columns=columns)


def test_what_names_do_not_tell_is_asked(server: Server, unknown: Path) -> None:
    put(unknown, "python-3.13.90-amd64.exe")
    with at_terminal(server, unknown, "3.13.90") as typist:
        typist.answer("What extras.tgz is cannot be told from its name.\nOperating system", "source")
        typist.answer("Name on the download page", " Source of extras ")
        typist.answer("What haiku.hpkg is", "beos")
        typist.answer("'beos' is not one of 'windows', 'macos', 'source', 'android', 'ios', 'skip', 'abort'", "macos")
        typist.answer("Kind", "installer")
        typist.answer("Processors", "")
        typist.answer("Name on the download page", "\x01")
        typist.answer("It must be one line of text", "Haiku, really")
        typist.answer("What wasi.zip is", "skip")
        typist.answer(f"Publish Python 3.13.90 on {server.address}? [y/N]", "y")
        assert typist.end() == 0
    assert f"Python 3.13.90 is published: {server.address}/api/v1/releases/3.13.90" in typist.seen
    files = server.files("3.13.90")
    assert {name: (file["os"], file["kind"], file["arch"], file["name"]) for name, file in files.items()} == {
        "extras.tgz": ("source", "source", "", "Source of extras"),
        "haiku.hpkg": ("macos", "installer", "", "Haiku, really"),
        "python-3.13.90-amd64.exe": ("windows", "installer", "amd64", "Windows installer (64-bit)"),
    }


def test_what_the_server_knows_is_not_asked_again(server: Server, unknown: Path) -> None:
    (unknown / "wasi.zip").unlink()
    (unknown / "haiku.hpkg").unlink()
    with at_terminal(server, unknown, "3.13.91", "--yes") as typist:
        typist.answer("Operating system", "source")
        typist.answer("Name on the download page", "Extras")
        assert typist.end() == 0
    with at_terminal(server, unknown, "3.13.91") as again:
        assert again.end() == 0
    assert again.seen.endswith("Nothing to change.\n")


def test_a_no_writes_nothing(server: Server, tmp_path: Path) -> None:
    put(tmp_path, "Python-3.13.92.tgz")
    for answer in ("n", ""):
        with at_terminal(server, tmp_path, "3.13.92", "--draft") as typist:
            typist.answer(f"Store Python 3.13.92 on {server.address}? [y/N]", answer)
            assert typist.end() == 1
        assert typist.seen.endswith("pydotorg: Nothing is written.\n")
    assert server.get("/releases/3.13.92", server.token)["status_code"] == 404


def test_who_is_overtaken_at_the_question_writes_nothing(server: Server, tmp_path: Path) -> None:
    put(tmp_path, "Python-3.13.95.tgz")
    with at_terminal(server, tmp_path, "3.13.95", "--draft", "--yes") as first:
        assert first.end() == 0
    with at_terminal(server, tmp_path, "3.13.95") as typist:
        typist.wait_for("Publish Python 3.13.95")
        assert server.write("PATCH", "/releases/3.13.95", {"content": "News."}) == 200
        typist.answer("? [y/N]", "y")
        assert typist.end() == 1
    assert "pydotorg: The release has been changed meanwhile, so nothing is written;" in typist.seen
    assert server.get("/releases/3.13.95")["status_code"] == 404


def test_who_aborts_is_asked_nothing_more(server: Server, unknown: Path) -> None:
    with at_terminal(server, unknown, "3.13.93") as typist:
        typist.answer("Operating system", "abort")
        assert typist.end() == 1
    assert typist.seen.endswith("pydotorg: Nothing is published.\n")


def test_a_plan_fits_the_terminal(server: Server, tmp_path: Path) -> None:
    name = "python-3.13.94-aarch64-linux-android.tar.gz"
    put(tmp_path, name, *(name + suffix for suffix in (".asc", ".sig", ".crt", ".sigstore", ".spdx.json")))
    for columns in (80, 200):
        with at_terminal(server, tmp_path, "3.13.94", "--dry-run", columns=columns) as typist:
            assert typist.end() == 0
        plan = typist.seen.partition("these files:\n")[2].splitlines()
        assert max(map(len, plan)) <= columns
        assert any(line.startswith(f"add  {name}") for line in plan)
