"""`SHA256SUMS`: what sha256sum reads."""

import re
import shutil
from pathlib import Path

import anyio
import httpx
import pytest

from pydotorg.snapshot.records import Facts

from .world import HELLO

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("version", ["3.14.8", "3.13.10", "3.2.2", "2.7.18"])
async def test_the_list_has_every_known_sum_in_the_order_of_the_files(
    anyone: httpx.AsyncClient, facts: Facts, version: str
) -> None:
    answer = await anyone.get(f"/api/v1/releases/{version}/SHA256SUMS")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    files = sorted((file for file in facts.files if file.version == version), key=lambda file: file.filename)
    known = [f"{file.sha256}  {file.filename}\n" for file in files if file.sha256]
    assert answer.text == "".join(known)
    assert known


async def test_every_line_of_every_list_is_as_sha256sum_writes_it(anyone: httpx.AsyncClient, facts: Facts) -> None:
    for record in facts.releases[::40]:
        answer = await anyone.get(f"/api/v1/releases/{record.id}/SHA256SUMS")
        assert answer.status_code == 200
        for line in answer.text.splitlines():
            assert re.fullmatch(r"[0-9a-f]{64}  [A-Za-z0-9._-]+", line)


async def test_a_file_without_a_known_sum_is_left_out(anyone: httpx.AsyncClient, facts: Facts) -> None:
    unknown = {file.filename for file in facts.files if file.version == "3.13.10" and not file.sha256}
    assert unknown == {"python-3.13.10-amd64.exe"}
    listed = (await anyone.get("/api/v1/releases/3.13.10/SHA256SUMS")).text
    assert "python-3.13.10-amd64.exe" not in listed
    assert "python-3.13.10-arm64.exe" in listed


async def test_a_release_without_files_has_an_empty_list(anyone: httpx.AsyncClient, facts: Facts) -> None:
    having = {file.version for file in facts.files}
    bare = next(record for record in facts.releases if record.version not in having)
    answer = await anyone.get(f"/api/v1/releases/{bare.slug}/SHA256SUMS")
    assert (answer.status_code, answer.text) == (200, "")


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="this machine has no sha256sum")
async def test_sha256sum_checks_with_it(stranger: httpx.AsyncClient, tmp_path: Path) -> None:
    sums = (await stranger.get("/api/v1/releases/3.15.2/SHA256SUMS")).content
    (tmp_path / "hello.txt").write_bytes(HELLO)
    (tmp_path / "Zebra.txt").write_bytes(b"not what it was\n")
    (tmp_path / "no-sum.txt").write_bytes(HELLO)
    status, said = await check(sums, tmp_path)
    assert said.splitlines() == ["Zebra.txt: FAILED", "hello.txt: OK"]
    assert status == 1
    (tmp_path / "Zebra.txt").write_bytes(HELLO)
    assert await check(sums, tmp_path) == (0, "Zebra.txt: OK\nhello.txt: OK\n")


async def check(sums: bytes, folder: Path) -> tuple[int, str]:
    command = ["sha256sum", "--check", "--ignore-missing", "--strict", "-"]
    done = await anyio.run_process(command, cwd=folder, input=sums, check=False)
    return done.returncode, done.stdout.decode()
