"""A draft and its files exist for release managers alone, whichever way one asks; lists are the same for everybody."""

from typing import Any

import httpx
import pytest

from tests.conventions.asking import error_of

from .reading import rows

pytestmark = pytest.mark.anyio

DRAFTS = ["4.0.0a1", "3.16.0a1", "3.15.1"]


@pytest.fixture(scope="session")
async def draft(manager: httpx.AsyncClient) -> dict[str, Any]:
    """The release 3.15.1, which is not published yet."""
    answer = await manager.get("/api/v1/releases/3.15.1")
    assert answer.status_code == 200
    shown: dict[str, Any] = answer.json()
    return shown


def addresses(draft: dict[str, Any]) -> list[str]:
    identifiers = [draft["id"], draft["slug"], draft["version"]]
    files = [identifier for file in draft["files"] for identifier in (file["id"], file["slug"])]
    return [
        *(f"releases/{identifier}{part}" for identifier in identifiers for part in ("", "/files", "/SHA256SUMS")),
        *(f"files/release/{identifier}" for identifier in identifiers),
        *(f"files/{identifier}" for identifier in files),
        f"releases/slug/{draft['slug']}",
    ]


async def test_a_draft_release_is_hidden_from_the_public(
    stranger: httpx.AsyncClient, member: httpx.AsyncClient, draft: dict[str, Any]
) -> None:
    for path in addresses(draft):
        for caller in (stranger, member):
            hidden = error_of(await caller.get(f"/api/v1/{path}"), 404)
            nothing = path.replace(draft["version"], "9.9.9").replace(draft["slug"], "python-999")
            assert set(hidden["extra"]) == set(error_of(await caller.get(f"/api/v1/{nothing}"), 404)["extra"])


async def test_a_release_manager_sees_a_draft_and_its_files(manager: httpx.AsyncClient, draft: dict[str, Any]) -> None:
    assert (draft["version"], draft["is_published"]) == ("3.15.1", False)
    assert [file["slug"] for file in draft["files"]] == ["draft-source", "draft-exe"]
    for path in addresses(draft):
        assert (await manager.get(f"/api/v1/{path}")).status_code == 200, path
    for path in (f"releases/{draft['id']}", "releases/slug/python-3151", "releases/python-3151"):
        assert (await manager.get(f"/api/v1/{path}")).json() == draft
    assert await rows(manager, "releases/3.15.1/files") == draft["files"]
    assert (await manager.get("/api/v1/files/draft-exe")).json() == draft["files"][1]
    assert "Python-3.15.1.tgz" in (await manager.get("/api/v1/releases/3.15.1/SHA256SUMS")).text


async def test_a_draft_is_in_no_list_for_nobody(
    stranger: httpx.AsyncClient, member: httpx.AsyncClient, manager: httpx.AsyncClient, draft: dict[str, Any]
) -> None:
    for caller in (stranger, member, manager):
        for asked in (
            {}, {"q": "3.15.1"}, {"version": "3.15.1"}, {"cycle": "3.15"}, {"cycle": "4.0"}, {"major": "4"},
            {"os": "windows", "cycle": "3.15"}, {"include": "files", "major": "4"},
            {"is_published": "true", "cycle": "3.15"},
            {"is_latest": "true"}, {"is_latest_of_cycle": "true"}, {"updated_after": "2031-01-01T00:00:00Z"},
        ):  # fmt: skip
            found = {row["version"] for row in await rows(caller, "releases", **asked)}
            assert found.isdisjoint(DRAFTS), asked
        for asked in (
            {"release": "3.15.1"},
            {"release": draft["id"]},
            {"q": "3.15.1"},
            {"filename": "Python-3.15.1.tgz"},
        ):
            assert await rows(caller, "files", **asked) == []
        installers = await rows(caller, "files", os="windows", kind="installer", q="3.15")
        assert {row["version"] for row in installers} >= {"3.15.0"}
        assert "3.15.1" not in {row["version"] for row in installers}


@pytest.mark.parametrize(
    "address",
    [
        "releases?limit=1000",
        "releases?cycle=3.15&include=files",
        "releases?is_published=true&limit=5",
        "releases/latest",
        "releases/latest/3?pre_release=true&include=files",
        "releases/scheduled",
        "release-cycles",
        "release-cycles/3.15",
        "files?q=3.15&limit=1000",
        "files?sha256=5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
        "os",
    ],
)
async def test_what_is_published_is_the_same_for_everybody(
    stranger: httpx.AsyncClient, member: httpx.AsyncClient, manager: httpx.AsyncClient, address: str
) -> None:
    answers = [await caller.get(f"/api/v1/{address}") for caller in (stranger, member, manager)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers.get("x-total-count") for answer in answers}) == 1


@pytest.mark.parametrize(
    "query", ["is_published=false", "is_published=false&limit=1&offset=900", "q=x&is_published=false"]
)
async def test_only_release_managers_may_ask_for_drafts(
    stranger: httpx.AsyncClient, member: httpx.AsyncClient, query: str
) -> None:
    refused = await stranger.get(f"/api/v1/releases?{query}")
    error_of(refused, 401)
    assert refused.headers["www-authenticate"] == "Bearer, Token"
    assert "release managers" in error_of(await member.get(f"/api/v1/releases?{query}"), 403)["detail"]


async def test_a_release_manager_lists_drafts(manager: httpx.AsyncClient) -> None:
    found = await rows(manager, "releases", is_published="false")
    assert [row["version"] for row in found] == DRAFTS
    assert {row["is_published"] for row in found} == {False}
    assert {row["is_latest"] for row in found} == {row["is_latest_of_cycle"] for row in found} == {False}
    for asked, expected in (
        ({"cycle": "3.15"}, ["3.15.1"]), ({"os": "windows"}, ["3.15.1"]), ({"pre_release": "true"}, DRAFTS[:2]),
        ({"q": "4.0"}, ["4.0.0a1"]), ({"sort": "version"}, DRAFTS[::-1]), ({"product": "install-manager"}, []),
    ):  # fmt: skip
        shown = await rows(manager, "releases", is_published="false", **asked)
        assert [row["version"] for row in shown] == expected
    (one,) = await rows(manager, "releases", is_published="false", cycle="3.15", include="files")
    assert [file["slug"] for file in one["files"]] == ["draft-source", "draft-exe"]


async def test_a_draft_moves_no_mark_and_no_total(stranger: httpx.AsyncClient, anyone: httpx.AsyncClient) -> None:
    assert len(await rows(stranger, "releases")) == len(await rows(anyone, "releases")) + 3
    assert len(await rows(stranger, "files")) == len(await rows(anyone, "files")) + 9
    released = (await stranger.get("/api/v1/releases/3.15.0")).json()
    assert (released["is_latest"], released["is_latest_of_cycle"]) == (True, True)
