"""What is taken already: a 400 in which the member stands that is."""

import httpx
import pytest

from .desk import Json, described, file_of, made, new_version, refused
from .test_lists import V1, V2

pytestmark = pytest.mark.anyio


async def demand(
    manager: httpx.AsyncClient, old_manager: httpx.AsyncClient, resource: str, body: Json, **said: list[str]
) -> None:
    """That either version refuses such a row, for this and nothing else."""
    refused(await manager.post(f"{V2}/{resource}/", json=body), **said)
    old = await old_manager.post(f"{V1}/{resource}/", json=body)
    message = " ".join(f"{field}: {sentence}" for field, sentences in said.items() for sentence in sentences)
    assert (old.status_code, old.json()) == (400, {f"downloads/{resource}": said, "error_message": message})


async def test_an_operating_system_whose_name_or_slug_is_taken(
    manager: httpx.AsyncClient, old_manager: httpx.AsyncClient
) -> None:
    both = manager, old_manager
    taken = ["There is an operating system Windows already."]
    await demand(*both, "os", {"name": "WINDOWS", "slug": "panes"}, name=taken)
    await demand(*both, "os", {"name": "Panes", "slug": "Windows"}, slug=["The slug windows is that of Windows."])
    refused(await manager.patch(f"{V2}/os/2/", json={"name": "windows"}), name=taken)


async def test_a_release_whose_version_or_slug_is_taken(
    manager: httpx.AsyncClient, old_manager: httpx.AsyncClient
) -> None:
    both = manager, old_manager
    draft = await made(manager, new_version())
    again, taken = [f"There is a {draft['name']} already, a draft."], [f"The slug {draft['slug']} is that of"]
    await demand(*both, "release", {"name": draft["name"], "slug": "another"}, name=again)
    free, slug = f"Python {new_version()}", [f"{taken[0]} {draft['name']}."]
    await demand(*both, "release", {"name": free, "slug": draft["slug"].upper()}, slug=slug)
    other = await made(manager, new_version())
    refused(await manager.patch(other["resource_uri"], json={"name": draft["name"]}), name=again)
    refused(await manager.patch(other["resource_uri"], json={"slug": draft["slug"]}), slug=slug)
    assert (await manager.get(other["resource_uri"])).json() == other


async def test_the_names_of_a_published_release_stay(manager: httpx.AsyncClient) -> None:
    row = await made(manager, new_version(), is_published=True)
    for change, names in (
        ({"name": "Python 3.777.0"}, ["version"]),
        ({"slug": "other"}, ["slug"]),
        ({"name": "Python 3.777.0", "slug": "other"}, ["version", "slug"]),
    ):
        fixed = " and ".join(names)
        said = [f"{row['name']} is published, and addresses have its {fixed}: only those of a draft change."]
        answer = await manager.patch(row["resource_uri"], json=change)
        refused(answer, **dict.fromkeys(change, said))
    assert (await manager.get(row["resource_uri"])).json() == row


async def test_a_file_whose_slug_button_or_name_is_taken_and_others_are_not_concerned(
    manager: httpx.AsyncClient, old_manager: httpx.AsyncClient
) -> None:
    both = manager, old_manager
    release, other = await made(manager, version := new_version()), await made(manager, new_version())
    first = await file_of(manager, release, f"Python-{version}.tgz", download_button=True)
    second = described(release, f"Python-{version}.tar.xz")
    of_release = [f"The slug {first['slug']} is that of Python-{version}.tgz of {release['name']}."]
    button = [f"Of {release['name']}, Python-{version}.tgz has the download button for this operating system."]
    there = [f"{release['name']} has a file Python-{version}.tgz already."]
    await demand(*both, "release_file", second | {"slug": first["slug"]}, slug=of_release)
    elsewhere = {"slug": first["slug"], "release": other["resource_uri"]}
    await demand(*both, "release_file", second | elsewhere, slug=of_release)
    await demand(*both, "release_file", second | {"download_button": True}, download_button=button)
    await demand(*both, "release_file", second | {"url": first["url"]}, url=there)
    row = await file_of(manager, release, f"Python-{version}.tar.xz")
    for change, said in (
        ({"slug": first["slug"]}, {"slug": of_release}),
        ({"download_button": True}, {"download_button": button}),
        ({"url": first["url"]}, {"url": there}),
    ):
        refused(await manager.patch(row["resource_uri"], json=change), **said)
    assert (await manager.get(row["resource_uri"])).json() == row


async def test_an_operating_system_with_files_stays(manager: httpx.AsyncClient, old_manager: httpx.AsyncClient) -> None:
    total = (await manager.get(f"{V2}/release_file/?os=5")).headers["x-total-count"]
    said = f"There are files for iOS: {total}."
    refused(await manager.delete(f"{V2}/os/5/"), non_field_errors=[said])
    old = await old_manager.delete(f"{V1}/os/5/")
    assert (old.status_code, old.json()) == (400, {"downloads/os": {"__all__": [said]}, "error_message": said})


async def test_today_s_answer_to_the_same_is_what_it_was(manager: httpx.AsyncClient) -> None:
    answer = await manager.post("/api/v1/os", json={"name": "Panes", "slug": "Windows"})
    said = {"detail": "The slug windows is that of Windows.", "status_code": 409, "extra": {"slug": "windows"}}
    assert (answer.status_code, answer.json()) == (409, said)
