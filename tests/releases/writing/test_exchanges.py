"""Files that give each other what only one of them can have, and what the audit log tells of it."""

import httpx
import pytest

from .desk import Desk, Json, installer, new_version

pytestmark = pytest.mark.anyio


async def replaced(manager: Desk, release: Json, files: list[Json], as_request: str) -> None:
    at = f"releases/{release['id']}"
    tag = await manager.tag(at)
    answer = await manager.ask("PUT", f"{at}/files", {"files": files}, If_Match=tag, X_Request_ID=as_request)
    assert answer.status_code == 200, answer.text


async def test_files_may_exchange_slugs_and_buttons(manager: Desk) -> None:
    version = new_version()
    one, other, third = installer(version), installer(version, "arm64"), installer(version, "win32")
    files = [
        {**one, "slug": f"{version[2:-2]}-a", "download_button": True}, {**other, "slug": f"{version[2:-2]}-b"},
        {**third, "slug": f"{version[2:-2]}-c"},
    ]  # fmt: skip
    release = await manager.release(version, files=files)
    a, b, c = [file["slug"] for file in files]
    for slugs, button in (((b, a, c), 1), ((c, b, a), 2), ((a, c, b), 0), ((b, c, a), 1), ((a, b, c), 2)):
        wanted = [
            {**file, "slug": slug, "download_button": index == button}
            for index, (file, slug) in enumerate(zip((one, other, third), slugs, strict=True))
        ]
        await replaced(manager, release, wanted, "exchange")
        stored = {file["url"]: file for file in (await manager.get(f"releases/{version}"))["files"]}
        assert [stored[each["url"]]["slug"] for each in wanted] == list(slugs)
        assert [stored[each["url"]]["download_button"] for each in wanted] == [index == button for index in range(3)]


async def test_the_log_tells_an_exchange_by_what_was_there_before_and_is_there_after(
    manager: Desk, auditor: httpx.AsyncClient
) -> None:
    version = new_version()
    one, other, third = installer(version), installer(version, "arm64"), installer(version, "win32")
    a, b = f"log-{version[2:-2]}-a", f"log-{version[2:-2]}-b"
    pressed: Json = {"download_button": True}
    before = [{**one, "slug": a, **pressed}, {**other, "slug": b}, {**third, "os": "macos", **pressed}]
    release = await manager.release(version, files=before)
    ids = {file["url"]: file["id"] for file in release["files"]}
    after = [{**one, "slug": b, "os": "macos", **pressed}, {**other, "slug": a}, {**third, **pressed}]
    await replaced(manager, release, after, f"exchange-{release['id']}")
    windows, macos = [
        next(system["id"] for system in await manager.get("os") if system["slug"] == slug)
        for slug in ("windows", "macos")
    ]
    told = {
        entry["resource_id"]: (entry["before"], entry["after"])
        for entry in await manager.entries(f"exchange-{release['id']}", auditor)
    }
    assert told == {
        ids[one["url"]]: ({"slug": a, "os_id": windows}, {"slug": b, "os_id": macos}),
        ids[other["url"]]: ({"slug": b}, {"slug": a}),
        ids[third["url"]]: ({"os_id": macos}, {"os_id": windows}),
    }
