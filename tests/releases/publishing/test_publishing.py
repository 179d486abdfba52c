"""`pydotorg releases publish`, on a real server: each test publishes a version of its own."""

import os
import subprocess
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from . import artefacts
from .conftest import Publish, Server
from .terminal import PROGRAM


def released(tmp_path: Path, version: str) -> Path:
    """A directory with all of a release."""
    return artefacts.release(tmp_path / version, version)


def actions(printed: str) -> dict[str, str]:
    """What the table says about each file."""
    rows = [line.split()[:2] for line in printed.splitlines()]
    return {row[1]: row[0] for row in rows if row and row[0] in {"add", "change", "same", "remove"}}


def names_of(directory: Path) -> set[str]:
    return {form.format(directory.name) for form in artefacts.OF_A_RELEASE}


def test_a_new_release_is_published_with_all_that_lies_there(publish: Publish, server: Server, tmp_path: Path) -> None:
    directory = released(tmp_path, "3.14.9rc1")
    done = publish(directory, "3.14.9rc1", server=server.address, token=server.token)
    assert actions(done.answer) == dict.fromkeys(names_of(directory), "add")
    assert done.printed.splitlines()[-1] == (
        f"Python 3.14.9rc1 is published: {server.address}/api/v1/releases/3.14.9rc1"
    )
    release = server.get("/releases/3.14.9rc1")
    assert (release["is_published"], release["pre_release"], release["cycle"]) == (True, True, "3.14")
    files = server.files("3.14.9rc1")
    assert {name: (file["filesize"], file["sha256_sum"]) for name, file in files.items()} == {
        name: ((directory / name).stat().st_size, artefacts.digest(directory / name)) for name in names_of(directory)
    }
    tarball = files["Python-3.14.9rc1.tgz"]
    assert tarball["url"] == "https://www.python.org/ftp/python/3.14.9/Python-3.14.9rc1.tgz"
    assert tarball["sbom_spdx2_file"] == f"{tarball['url']}.spdx.json"
    assert tarball["gpg_signature_file"] == ""
    assert {name for name, file in files.items() if file["download_button"]} == {
        "python-3.14.9rc1-amd64.exe", "python-3.14.9rc1-macos11.pkg",
    }  # fmt: skip


def test_a_second_time_nothing_changes(publish: Publish, server: Server, tmp_path: Path) -> None:
    directory = released(tmp_path, "3.14.10")
    publish(directory, "3.14.10", server=server.address, token=server.token)
    before = server.get("/releases/3.14.10")
    done = publish(directory, "3.14.10", server=server.address, token=server.token)
    assert actions(done.answer) == dict.fromkeys(names_of(directory), "same")
    assert done.printed.splitlines()[-1] == "Nothing to change."
    assert server.get("/releases/3.14.10") == before


def test_a_changed_file_of_a_published_release_needs_a_reason(publish: Publish, server: Server, tmp_path: Path) -> None:
    directory = released(tmp_path, "3.14.11")
    publish(directory, "3.14.11", server=server.address, token=server.token)
    before = server.files("3.14.11")
    artefacts.put(directory, "Python-3.14.11.tgz", content="built anew")
    refused = publish(directory, "3.14.11", server=server.address, token=server.token).refusal
    assert refused.endswith("give it with --reason.")
    assert server.files("3.14.11") == before
    reason = ("--reason", "The tarball was cut off.")
    done = publish(directory, "3.14.11", *reason, server=server.address, token=server.token)
    digest = artefacts.digest(directory / "Python-3.14.11.tgz")
    assert actions(done.answer)["Python-3.14.11.tgz"] == "change"
    old = before["Python-3.14.11.tgz"]["sha256_sum"]
    assert f"Python-3.14.11.tgz: sha256_sum {old} becomes {digest}\n" in done.printed
    after = server.files("3.14.11")
    assert (after["Python-3.14.11.tgz"]["sha256_sum"], after["Python-3.14.11.tgz"]["filesize"]) == (digest, 10)
    same = before.keys() - {"Python-3.14.11.tgz"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_what_lies_there_no_more_is_removed_and_what_came_is_added(
    publish: Publish, server: Server, tmp_path: Path
) -> None:
    directory = released(tmp_path, "3.14.12")
    publish(directory, "3.14.12", server=server.address, token=server.token)
    (directory / "windows-3.14.12.json").unlink()
    (directory / "windows-3.14.12.json.sigstore").unlink()
    artefacts.put(directory, "python-3.14.12-embed-win32.zip", "Python-3.14.12.tgz.asc")
    told = actions(publish(directory, "3.14.12", "--yes", server=server.address, token=server.token).answer)
    assert {name: action for name, action in told.items() if action != "same"} == {
        "windows-3.14.12.json": "remove", "python-3.14.12-embed-win32.zip": "add", "Python-3.14.12.tgz": "change",
    }  # fmt: skip
    files = server.files("3.14.12")
    assert "windows-3.14.12.json" not in files
    assert files["python-3.14.12-embed-win32.zip"]["arch"] == "x86"
    assert files["Python-3.14.12.tgz"]["gpg_signature_file"].endswith("/Python-3.14.12.tgz.asc")


def test_a_draft_is_stored_changed_and_published_later(publish: Publish, server: Server, tmp_path: Path) -> None:
    directory = released(tmp_path, "3.14.13")
    done = publish(directory, "3.14.13", "--draft", server=server.address, token=server.token)
    assert done.answer.splitlines()[-1].startswith("Python 3.14.13 is stored as a draft: ")
    assert server.get("/releases/3.14.13")["status_code"] == 404
    artefacts.put(directory, "Python-3.14.13.tgz", content="built anew")
    again = publish(directory, "3.14.13", "--draft", server=server.address, token=server.token)
    assert actions(again.answer)["Python-3.14.13.tgz"] == "change"
    assert server.get("/releases/3.14.13")["status_code"] == 404
    assert publish(directory, "3.14.13", "--draft", server=server.address, token=server.token).answer.endswith(
        "Nothing to change.\n"
    )
    published = publish(directory, "3.14.13", server=server.address, token=server.token).answer
    assert actions(published) == dict.fromkeys(names_of(directory), "same")
    assert published.splitlines()[-1].startswith("Python 3.14.13 is published: ")
    assert server.get("/releases/3.14.13")["is_published"] is True


def test_a_dry_run_writes_nothing(publish: Publish, server: Server, tmp_path: Path) -> None:
    directory = released(tmp_path, "3.14.14")
    new = publish(directory, "3.14.14", "--dry-run", server=server.address, token=server.token)
    assert new.answer.endswith("This was a dry run: nothing is written.\n")
    assert server.get("/releases/3.14.14", server.token)["status_code"] == 404
    publish(directory, "3.14.14", server=server.address, token=server.token)
    before = server.get("/releases/3.14.14")
    (directory / "python-3.14.14.exe").unlink()
    (directory / "python-3.14.14.exe.sigstore").unlink()
    (directory / "python-3.14.14.exe.spdx.json").unlink()
    changed = publish(directory, "3.14.14", "--dry-run", server=server.address, token=server.token)
    assert actions(changed.answer)["python-3.14.14.exe"] == "remove"
    assert changed.printed.endswith("This was a dry run: nothing is written.\n")
    assert server.get("/releases/3.14.14") == before


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
@pytest.mark.parametrize("who", ["nobody", "alice"])
def test_who_may_not_publish_is_told_why(
    publish: Publish, server: Server, tmp_path: Path, who: str, options: tuple[str, ...]
) -> None:
    directory = released(tmp_path, "3.14.15")
    token = {"nobody": "pydotorg_0", "alice": server.token_of_a_user}[who]
    done = publish(directory, "3.14.15", *options, server=server.address, token=token)
    assert (done.status, done.printed) == (1, "")
    said = {"nobody": "The token in PYDOTORG_TOKEN is not accepted: ", "alice": "it needs the scope releases:write"}
    assert said[who] in done.complaint
    assert token not in done.complaint + done.printed
    assert server.get("/releases/3.14.15", server.token)["status_code"] == 404


def test_the_bundled_files_of_a_release_are_what_a_directory_of_them_says(
    publish: Publish, server: Server, tmp_path: Path
) -> None:
    """Nothing but what was measured differs from what python.org published."""
    stored = server.files("3.15.0")
    for name, file in stored.items():
        beside = [name + ".sigstore"] if file["sigstore_bundle_file"] else []
        artefacts.put(tmp_path / "3.15.0", name, *beside)
    reason = ("--reason", "Tests have no 84 MB to spare.", "--dry-run")
    done = publish(tmp_path / "3.15.0", "3.15.0", *reason, server=server.address, token=server.token)
    assert actions(done.answer) == dict.fromkeys(stored, "change")
    changes = {line.split()[1] for line in done.printed.splitlines() if " becomes " in line}
    assert changes == {"sha256_sum", "filesize"}


def test_a_release_that_was_deleted_is_published_again(publish: Publish, server: Server, tmp_path: Path) -> None:
    directory = released(tmp_path, "3.14.16")
    publish(directory, "3.14.16", server=server.address, token=server.token)
    assert server.write("DELETE", "/releases/3.14.16") == 204
    assert server.get("/releases/3.14.16")["status_code"] == 404
    done = publish(directory, "3.14.16", server=server.address, token=server.token)
    assert done.answer.splitlines()[-1].startswith("Python 3.14.16 is published: ")
    assert set(server.files("3.14.16")) == names_of(directory)


def test_two_who_publish_the_same_at_once_make_one_release(server: Server, tmp_path: Path) -> None:
    directory = released(tmp_path, "3.14.18")
    arguments = ("releases", "publish", directory, "--version", "3.14.18", "--server", server.address)
    environment = {**os.environ, "PYDOTORG_TOKEN": server.token}
    both = [subprocess.Popen([PROGRAM, *arguments], env=environment, stdout=PIPE, stderr=PIPE) for _ in range(2)]
    ended = [(process.communicate(timeout=60), process.returncode) for process in both]
    assert 0 in [status for _, status in ended], ended
    assert all(status == 0 or complaint.count(b"\n") == 1 for (_, complaint), status in ended), ended
    assert set(server.files("3.14.18")) == names_of(directory)


def test_what_people_say_of_a_file_outlives_the_next_publication(
    publish: Publish, server: Server, tmp_path: Path
) -> None:
    directory = released(tmp_path, "3.14.17")
    publish(directory, "3.14.17", server=server.address, token=server.token)
    file = server.files("3.14.17")["python-3.14.17-arm64.exe"]
    said = {"description": "Experimental", "name": "Windows on ARM"}
    assert server.write("PATCH", f"/files/{file['id']}", said) == 200
    done = publish(directory, "3.14.17", server=server.address, token=server.token)
    assert done.answer.endswith("Nothing to change.\n")
    after: dict[str, Any] = server.files("3.14.17")["python-3.14.17-arm64.exe"]
    assert (after["description"], after["name"]) == ("Experimental", "Windows on ARM")
