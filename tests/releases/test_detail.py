"""One release: by id, by version, by slug, with all that is known of it."""

import httpx
import pytest

from pydotorg.releases.version import slug_of
from pydotorg.snapshot.records import Facts
from tests.conventions.asking import error_of

pytestmark = pytest.mark.anyio

RELEASES = "/api/v1/releases"


async def test_a_release_is_found_by_id_version_and_slug(anyone: httpx.AsyncClient, facts: Facts) -> None:
    for record in facts.releases[::30]:
        by_id = await anyone.get(f"{RELEASES}/{record.id}")
        assert (by_id.status_code, by_id.json()["version"]) == (200, record.version)
        for identifier in (record.version, record.slug, str(record.id).upper(), f"slug/{record.slug}"):
            answer = await anyone.get(f"{RELEASES}/{identifier}")
            assert (answer.status_code, answer.content) == (200, by_id.content), identifier


async def test_a_detail_is_the_row_of_the_list_with_content_and_files(anyone: httpx.AsyncClient) -> None:
    (row,) = (await anyone.get(f"{RELEASES}?version=3.14.8&include=files")).json()
    detail = (await anyone.get(f"{RELEASES}/3.14.8")).json()
    assert detail == {**row, "content": "", "content_html": ""}
    assert len(detail["files"]) == 13


async def test_the_slug_route_knows_slugs_only(anyone: httpx.AsyncClient, facts: Facts) -> None:
    record = facts.releases[-1]
    for identifier in (record.version, str(record.id), "latest", "scheduled", "files"):
        error_of(await anyone.get(f"{RELEASES}/slug/{identifier}"), 404)


async def test_a_word_that_is_a_path_is_no_release(anyone: httpx.AsyncClient) -> None:
    assert (await anyone.get(f"{RELEASES}/latest")).json()["version"] == "3.15.0"
    assert isinstance((await anyone.get(f"{RELEASES}/scheduled")).json(), list)
    for word in ("search", "mine", "upcoming", "featured", "download", "files", "slug", "review"):
        error_of(await anyone.get(f"{RELEASES}/{word}"), 404)


@pytest.mark.parametrize(
    "identifier",
    [
        "3.14.9",
        "3.99.0",
        "python-999",
        "Python-3148",
        "3148",
        "01999853-9800-7a4c-8d33-b3adba5eab68",
        "3.14.8.0",
        "v3.14.8",
    ],
)
async def test_what_does_not_exist_is_a_404(anyone: httpx.AsyncClient, identifier: str) -> None:
    for path in ("", "/files", "/SHA256SUMS"):
        error_of(await anyone.get(f"{RELEASES}/{identifier}{path}"), 404)
    error_of(await anyone.get(f"/api/v1/files/release/{identifier}"), 404)


async def test_content_is_shown_as_markdown_and_as_safe_html(stranger: httpx.AsyncClient) -> None:
    detail = (await stranger.get(f"{RELEASES}/3.15.2")).json()
    assert detail["content"].startswith("# News\n\nSee [python]")
    html = detail["content_html"]
    assert html.startswith("<h1>News</h1>")
    assert '<a href="https://www.python.org/" rel="nofollow ugc noopener">python</a>' in html
    assert "&lt;b&gt;this&lt;/b&gt;" in html
    assert 'href="javascript:' not in html
    assert "<b>" not in html


async def test_the_release_of_another_product_is_found_too(stranger: httpx.AsyncClient) -> None:
    for identifier in ("pymanager-250", "25.0", "slug/pymanager-250"):
        detail = (await stranger.get(f"{RELEASES}/{identifier}")).json()
        assert (detail["product"], detail["version"], detail["status"]) == ("install-manager", "25.0", "bugfix")


async def test_slugs_are_those_of_python_orgs_pages(anyone: httpx.AsyncClient) -> None:
    for version, slug in (("3.14.8", "python-3148"), ("3.15.0rc2", "python-3150rc2"), ("2.7.18", "python-2718")):
        assert slug_of(version) == slug
        assert (await anyone.get(f"{RELEASES}/{version}")).json()["slug"] == slug
