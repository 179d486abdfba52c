"""The pages of mailed links, before any browser looks."""

import re

import httpx
import pytest

from pydotorg.accounts.pages import link_pages
from pydotorg.kernel.http.pages import documentation

pytestmark = pytest.mark.anyio
each_page = pytest.mark.parametrize("path", ["/account/verify-email", "/account/reset-password"])


@each_page
@pytest.mark.parametrize("end", ["", "/", "?utm_source=mail"])
async def test_a_page_is_served_to_everybody(anyone: httpx.AsyncClient, path: str, end: str) -> None:
    answer = await anyone.get(path + end)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "RateLimit-Remaining" not in answer.headers
    assert (await anyone.head(path + end)).status_code == 200


@each_page
async def test_a_page_lets_in_our_own_files_only_and_sends_its_address_nowhere(
    anyone: httpx.AsyncClient, path: str
) -> None:
    headers = (await anyone.get(path)).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "connect-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'"
    )
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-cache"


@each_page
async def test_a_page_reads_on_any_screen_and_names_its_fields(anyone: httpx.AsyncClient, path: str) -> None:
    html = (await anyone.get(path)).text
    assert re.search(r"<title>[A-Z][\w -]+ · pydotorg</title>", html)
    assert '<html lang="en">' in html
    assert 'name="viewport"' in html
    assert 'role="status"' in html
    assert set(re.findall(r'<input id="(\w+)"', html)) == set(re.findall(r'<label for="(\w+)"', html))
    assert html.count("<input") == html.count('autocomplete="new-password"')
    assert f"<noscript>{html.partition('<noscript>')[2].partition('</noscript>')[0]}".count("POST /api/auth/") == 1
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=|//[\w-]+\.\w", html) == []


@each_page
async def test_what_a_page_is_made_of_is_there_and_kept(anyone: httpx.AsyncClient, path: str) -> None:
    html = (await anyone.get(path)).text
    wanted = set(re.findall(r'(?:src|href)="([^"]*)"', html))
    script = (await anyone.get(next(each for each in wanted if each.endswith(".js")))).text
    wanted |= set(re.findall(r'from "([^"]*)"', script))
    assert len(wanted) == 4
    for part in wanted - {"/favicon.ico"}:
        answer = await anyone.get(part)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")


def test_no_script_names_another_host_or_keeps_anything() -> None:
    for asset in link_pages():
        text = asset.body.decode()
        assert "://" not in text
        assert not re.search(r"localStorage|sessionStorage|cookie|innerHTML", text)


def test_their_parts_are_not_those_of_the_documentation() -> None:
    assert {asset.path for asset in link_pages()}.isdisjoint(documentation())
