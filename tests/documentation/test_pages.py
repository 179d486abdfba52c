"""What the three pages promise, before any browser looks."""

import re
import tracemalloc
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import NoReturn

import pytest

from pydotorg.kernel.http.pages import Asset, CarrierMissing, carriers, documentation

PAGES = {"/api/": "Scalar", "/api/swagger": "Swagger UI", "/api/redoc": "ReDoc"}


@pytest.fixture(scope="module")
def served() -> dict[str, Asset]:
    return documentation("/api/openapi.json")


@pytest.mark.parametrize(("path", "name"), PAGES.items())
def test_each_page_names_its_interface_and_reads_on_any_screen(served: dict[str, Asset], path: str, name: str) -> None:
    html = served[path].body.decode()
    assert served[path].media_type == "text/html"
    assert f"<title>pydotorg API · {name}</title>" in html
    assert '<html lang="en">' in html
    assert 'name="viewport"' in html
    assert re.search(r'<noscript>.*<a href="/api/openapi.json">.*</noscript>', html)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_lets_in_nothing_but_our_own_scripts(served: dict[str, Asset], path: str) -> None:
    policy = served[path].headers["Content-Security-Policy"]
    assert policy.startswith(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "connect-src 'self'; script-src 'self'; "
    )
    directives = [directive.split() for directive in policy.split("; ")]
    assert len({name for name, *_ in directives}) == len(directives)
    assert {source for _, *sources in directives for source in sources} <= {
        "'none'", "'self'", "'unsafe-inline'", "data:"
    }  # fmt: skip
    assert all("'unsafe-inline'" not in sources for name, *sources in directives if not name.startswith("style-src"))


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_made_of_files_that_we_serve(served: dict[str, Asset], path: str) -> None:
    html = served[path].body.decode()
    wanted = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert set(wanted) <= {*served, "/api/openapi.json"}
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=|//[\w-]+\.\w", html) == []


def test_our_own_files_name_no_other_host(served: dict[str, Asset]) -> None:
    ours = [path for path in served if re.search(r"/assets/[a-z]+-[0-9a-f]{12}\.js$", path)]
    assert len(ours) == len(PAGES)
    assert all(b"//" not in re.sub(rb"^ *// .*$", b"", served[path].body, flags=re.MULTILINE) for path in ours)


def test_pages_are_asked_for_again_and_their_parts_are_kept(served: dict[str, Asset]) -> None:
    assert {served[path].headers["Cache-Control"] for path in PAGES} == {"no-cache"}
    parts = {path: asset for path, asset in served.items() if path.startswith("/api/assets/")}
    assert {asset.headers["Cache-Control"] for asset in parts.values()} == {"public, max-age=31536000, immutable"}
    assert all(re.search(r"-([0-9a-f]{12}|\d+\.\d+\.\d+)\.(js|css)$", path) for path in parts)


def test_the_document_may_live_elsewhere() -> None:
    assert b'href="/elsewhere.json"' in documentation("/elsewhere.json")["/api/"].body


def test_there_is_an_icon(served: dict[str, Asset]) -> None:
    assert served["/favicon.ico"].body.startswith(b"\x00\x00\x01\x00")


def test_a_start_reads_none_of_the_large_files() -> None:
    documentation()
    tracemalloc.start()
    served = documentation()
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(len(asset.body) for asset in served.values()) > 5_000_000
    assert held < 200_000
    assert peak < 1_000_000


def test_a_missing_carrier_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> NoReturn:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.distribution", nothing)
    with pytest.raises(
        CarrierMissing, match=r"the wheel flask-openapi-scalar; start with `make serve`, or run `pip install "
    ):
        documentation()


def test_a_carrier_of_another_make_is_told_too() -> None:
    with pytest.raises(
        CarrierMissing, match=r"another version of the wheel flask-openapi-scalar: [\d.]+ lacks gone.js"
    ):
        carriers.Carried("flask-openapi-scalar", "gone.js").find()


def test_the_error_names_a_lock_file_that_exists() -> None:
    named = re.search(r"-r (\S+\.txt)", str(CarrierMissing("a wheel")))
    assert named
    assert Path(__file__).parents[2].joinpath(named[1]).is_file()
