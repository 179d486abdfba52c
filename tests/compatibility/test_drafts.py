"""Drafts and their files exist for release managers only, by whatever filter they are looked for."""

import httpx
import pytest

from .people import Keys
from .test_lists import V1, V2, rows

pytestmark = pytest.mark.anyio

#: a draft that the world has, and its files
RELEASE, FILES = "python-3151", {"draft-source", "draft-exe"}


def forms(keys: Keys) -> dict[str, dict[str, str]]:
    return {V1: keys.api_key, V2: keys.token}


async def numbers(manager: httpx.AsyncClient) -> tuple[str, str]:
    """Those of the draft and of its source."""
    (release,) = await rows(manager, f"{V2}/release/?slug={RELEASE}")
    (file,) = await rows(manager, f"{V2}/release_file/?slug=draft-source")
    return release["resource_uri"].split("/")[-2], file["resource_uri"].split("/")[-2]


#: what finds the draft, or its files, for whoever may see them; `R` stands for its number
FINDS_RELEASE = ["", "slug=python-3151", "name=Python+3.15.1", "is_published=false", "version=3", "pre_release=false"]
FINDS_FILES = ["", "slug=draft-source", "slug=draft-exe", "name=Python-3.15.1.tgz", "os=3", "os=1", "release=R"]
FINDS_FILES_IN_V1 = [
    "release__slug=python-3151", "release__name=Python+3.15.1", "release__version=3", "os__slug=source",
    "os__name=Windows",
]  # fmt: skip


async def found_by(client: httpx.AsyncClient, address: str, headers: dict[str, str]) -> set[str]:
    answer = await client.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    listed = answer.json()["objects"] if address.startswith(V1) else answer.json()
    return {row["slug"] for row in listed}


@pytest.mark.parametrize("version", [V1, V2])
async def test_no_filter_finds_a_draft_for_the_public_and_each_finds_it_for_a_manager(
    anyone: httpx.AsyncClient, manager: httpx.AsyncClient, rita: Keys, alice: Keys, version: str
) -> None:
    release, _ = await numbers(manager)
    for resource, hidden, asked in (
        ("release", {RELEASE}, FINDS_RELEASE),
        ("release_file", FILES, [*FINDS_FILES, *(FINDS_FILES_IN_V1 if version == V1 else [])]),
    ):
        for query in asked:
            address = f"{version}/{resource}/?{query.replace('=R', f'={release}')}"
            starts = range(0, 5000, 1000) if version == V1 else [0]  # v1 has pages, and a draft may be on the last one
            pages = [f"{address}&limit=1000&offset={start}" if version == V1 else address for start in starts]
            for who in ({}, forms(alice)[version]):
                assert [page for page in pages if hidden & await found_by(anyone, page, who)] == []
            assert [page for page in pages if hidden & await found_by(anyone, page, forms(rita)[version])] != [], (
                address
            )


@pytest.mark.parametrize("version", [V1, V2])
async def test_a_draft_and_its_files_are_a_404_for_the_public(
    anyone: httpx.AsyncClient, manager: httpx.AsyncClient, rita: Keys, alice: Keys, version: str
) -> None:
    release, file = await numbers(manager)
    for address in (f"{version}/release/{release}/", f"{version}/release_file/{file}/"):
        for who in ({}, forms(alice)[version]):
            hidden = await anyone.get(address, headers=who)
            missing = await anyone.get(address.replace(release, "999").replace(file, "999"), headers=who)
            assert (hidden.status_code, hidden.content) == (404, missing.content)
        assert (await anyone.get(address, headers=forms(rita)[version])).status_code == 200


@pytest.mark.parametrize("version", [V1, V2])
async def test_totals_do_not_tell_of_drafts(anyone: httpx.AsyncClient, rita: Keys, version: str) -> None:
    for resource, hidden in (("release", 3), ("release_file", 2)):
        public, whole = [
            int((await anyone.get(f"{version}/{resource}/", headers=who)).headers["x-total-count"])
            for who in ({}, forms(rita)[version])
        ]
        assert whole - public == hidden


async def test_a_hidden_release_and_one_that_is_not_there_look_alike(
    anyone: httpx.AsyncClient, manager: httpx.AsyncClient
) -> None:
    release, _ = await numbers(manager)
    for number in (release, "123456789"):
        answer = await anyone.get(f"{V2}/release_file/?release={number}")
        assert (answer.status_code, answer.json()) == (200, [])


async def test_what_a_manager_sees_is_hers_alone(manager: httpx.AsyncClient, anyone: httpx.AsyncClient) -> None:
    for resource in ("release", "release_file"):
        hers, public = await manager.get(f"{V2}/{resource}/"), await anyone.get(f"{V2}/{resource}/")
        assert hers.headers["cache-control"] == "private, no-store"
        assert public.headers["cache-control"] == "public, max-age=60"
        assert "Authorization" in hers.headers["vary"]
        assert "Authorization" in public.headers["vary"], "caches beyond our reach must tell her from the public"
    systems = await manager.get(f"{V2}/os/")
    assert systems.headers["cache-control"] == "public, max-age=60", "there are no hidden ones"
