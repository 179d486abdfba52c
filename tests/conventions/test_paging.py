"""Lists: a bare array, `X-Total-Count`, `Link`, and both paging patterns, on every list that there is."""

from typing import Any

import httpx
import pytest

from .asking import faults_of
from .routes import LISTS, ONE_WAY, Route, each

pytestmark = pytest.mark.anyio

BASE = "http://localhost:8000"
PARAMETERS = ("limit", "offset", "currentPage", "pageSize")
EXACT_MAX = 2**53


async def everything(client: httpx.AsyncClient, route: Route, **asked: Any) -> list[Any]:
    """All rows, by slices that need no links."""
    rows: list[Any] = []
    while True:
        answer = await client.get(route.address, params={**asked, "limit": 1000, "offset": len(rows)})
        assert answer.status_code == 200, answer.text
        more: list[Any] = answer.json()
        rows += more
        if len(rows) == int(answer.headers["x-total-count"]):
            return rows
        assert more, "fewer rows than the total says"


def links_of(answer: httpx.Response) -> dict[str, str]:
    return {relation: link["url"] for relation, link in answer.links.items() if relation is not None}


@each(LISTS)
async def test_a_list_is_an_array_of_the_first_hundred_rows(route: Route, root: httpx.AsyncClient) -> None:
    rows = await everything(root, route)
    answer = await root.get(route.address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == rows[:100]
    assert answer.headers["x-total-count"] == str(len(rows))


PAGES: list[tuple[dict[str, int], int, int]] = [
    ({"limit": 3}, 0, 3),
    ({"offset": 2}, 2, 102),
    ({"limit": 2, "offset": 3}, 3, 5),
    ({"limit": 1000}, 0, 1000),
    ({"currentPage": 1}, 0, 20),
    ({"currentPage": 2}, 20, 40),
    ({"pageSize": 4}, 0, 4),
    ({"currentPage": 3, "pageSize": 2}, 4, 6),
    ({"pageSize": 1000}, 0, 1000),
]


@each(LISTS)
async def test_both_patterns_give_the_rows_that_they_name(route: Route, root: httpx.AsyncClient) -> None:
    whole = await everything(root, route)
    for asked, first, last in PAGES:
        answer = await root.get(route.address, params=asked)
        assert answer.status_code == 200
        assert answer.json() == whole[first:last], asked


@each(LISTS)
async def test_links_name_the_neighbours_as_absolute_addresses(route: Route, root: httpx.AsyncClient) -> None:
    total = int((await root.get(route.address)).headers["x-total-count"])
    size = min(total // 4 + 1, 1000)
    ends = (total - 1) // size * size
    for start in range(0, total, size):
        answer = await root.get(route.address, params={"limit": size, "offset": start})
        expected = {"first": 0, "prev": start - size, "next": start + size, "last": ends}
        expected = {relation: at for relation, at in expected.items() if 0 <= at < total}
        address = f"{BASE}{route.address}?limit={size}&offset="
        assert links_of(answer) == {relation: f"{address}{at}" for relation, at in expected.items()}


@each(LISTS)
async def test_links_keep_to_the_pattern_that_was_asked(route: Route, root: httpx.AsyncClient) -> None:
    answer = await root.get(route.address, params={"pageSize": 2, "currentPage": 2})
    total = int(answer.headers["x-total-count"])
    pages = {"first": 1, "prev": 1, "last": max((total + 1) // 2, 1)} | ({"next": 3} if total > 4 else {})
    address = f"{BASE}{route.address}?currentPage={{}}&pageSize=2"
    assert links_of(answer) == {relation: address.format(page) for relation, page in pages.items()}


@each(LISTS)
async def test_links_keep_the_slash_that_was_asked(route: Route, root: httpx.AsyncClient) -> None:
    answer = await root.get(f"{route.address}/", params={"limit": 1})
    assert links_of(answer)["first"] == f"{BASE}{route.address}/?limit=1&offset=0"


@each(LISTS)
@pytest.mark.parametrize("asked", [{"offset": EXACT_MAX}, {"currentPage": EXACT_MAX // 1000, "pageSize": 1000}])
async def test_a_page_beyond_the_end_is_empty(route: Route, root: httpx.AsyncClient, asked: dict[str, int]) -> None:
    total = (await root.get(route.address)).headers["x-total-count"]
    answer = await root.get(route.address, params=asked)
    assert answer.status_code == 200
    assert answer.json() == []
    assert answer.headers["x-total-count"] == total
    assert set(links_of(answer)) == {"first", "prev", "last"}
    for relation in ("prev", "last"):
        page = await root.get(links_of(answer)[relation])
        assert bool(page.json()) == (total != "0"), f"{relation} leads back to the rows"


async def walk(client: httpx.AsyncClient, address: str) -> list[Any]:
    """The rows of a page and of all that follow it."""
    answer = await client.get(address)
    following = links_of(answer).get("next")
    rows: list[Any] = answer.json()
    return rows if following is None else rows + await walk(client, following)


@each(LISTS)
async def test_following_next_visits_each_row_once_in_every_order(route: Route, root: httpx.AsyncClient) -> None:
    for asked in [{"sort": key, **ONE_WAY.get(key, {})} for key in route.sort_keys] or [{}]:
        expected = await everything(root, route, **asked)
        size = min(len(expected) // 4 + 1, 1000)
        assert await walk(root, str(httpx.URL(route.address, params={**asked, "limit": size}))) == expected
        assert len({repr(row) for row in expected}) == len(expected)


@each(LISTS)
async def test_following_next_by_page_numbers_visits_each_row_once(route: Route, root: httpx.AsyncClient) -> None:
    expected = await everything(root, route)
    size = min(len(expected) // 4 + 1, 1000)
    assert await walk(root, str(httpx.URL(route.address, params={"pageSize": size}))) == expected


@each(route for route in LISTS if route.sort_keys)
async def test_descending_is_ascending_backwards_to_the_last_tie(route: Route, root: httpx.AsyncClient) -> None:
    for key in route.sort_keys:
        if not key.startswith("-") and key not in ONE_WAY:
            up = await everything(root, route, sort=key)
            assert await everything(root, route, sort=f"-{key}") == up[::-1]


@each(route for route in LISTS if route.sort_keys)
async def test_every_sort_key_can_be_turned_around(route: Route) -> None:
    for key in {*route.sort_keys} - {*ONE_WAY}:
        assert (key[1:] if key.startswith("-") else f"-{key}") in route.sort_keys


NOT_NUMBERS = ["1.0", "1e2", "ten", "0x10", "+1", " 1", "1 ", "1_0", "١", "NaN", "true", "null", "1,2", "9" * 400]
OUT_OF_BOUNDS = ["-1", "-0.0", "9" * 40, str(2**63), str(2**64), str(EXACT_MAX + 1)]


@each(LISTS)
@pytest.mark.parametrize("parameter", PARAMETERS)
async def test_what_is_no_number_within_the_bounds_is_refused(
    route: Route, door: httpx.AsyncClient, parameter: str
) -> None:
    beyond = {"limit": ["0", "1001"], "pageSize": ["0", "1001"], "currentPage": ["0"], "offset": []}[parameter]
    for value in [*NOT_NUMBERS, *OUT_OF_BOUNDS, *beyond]:
        assert set(faults_of(await door.get(route.address, params={parameter: value}))) == {parameter}, value


@each(LISTS)
async def test_a_bound_is_named_to_whom_it_stopped(route: Route, door: httpx.AsyncClient) -> None:
    for parameter, value, message in (
        ("limit", "1001", "must be at most 1000"),
        ("limit", "0", "must be at least 1"),
        ("offset", "-1", "must be at least 0"),
        ("currentPage", "0", "must be at least 1"),
        ("pageSize", "1001", "must be at most 1000"),
        ("pageSize", "x", "must be an integer"),
    ):
        assert faults_of(await door.get(route.address, params={parameter: value})) == {parameter: message}


@each(LISTS)
@pytest.mark.parametrize("numbered", ["currentPage", "pageSize"])
async def test_the_patterns_cannot_be_mixed(route: Route, door: httpx.AsyncClient, numbered: str) -> None:
    one = await door.get(route.address, params={"limit": 1, numbered: 1})
    assert set(faults_of(one)) == {"limit"}
    both = await door.get(route.address, params={"limit": 100, "offset": 0, numbered: 1})
    assert set(faults_of(both)) == {"limit", "offset"}
    assert "currentPage" in faults_of(both)["offset"]


async def test_links_keep_the_other_parameters_as_they_were_meant(anyone: httpx.AsyncClient) -> None:
    asked = "q=Python%203.1&os=windows&pre_release=false&sort=release_date&include=files"
    answer = await anyone.get(f"/api/v1/releases?{asked}&limit=2&offset=2")
    assert answer.status_code == 200
    total = int(answer.headers["x-total-count"])
    links = {relation: httpx.URL(url) for relation, url in links_of(answer).items()}
    assert {relation: url.params["offset"] for relation, url in links.items()} == {
        "first": "0", "prev": "0", "next": "4", "last": str((total - 1) // 2 * 2)
    }  # fmt: skip
    for url in links.values():
        kept = [(name, value) for name, value in url.params.multi_items() if name not in PARAMETERS]
        assert kept == httpx.QueryParams(asked).multi_items()
        page = await anyone.get(url)
        assert (page.status_code, page.headers["x-total-count"]) == (200, str(total))


async def test_a_parameter_cannot_break_out_of_a_link(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/api/v1/files", params={"q": 'Python>; rel="next", <https://evil.example/', "limit": 1})
    assert answer.status_code == 200
    assert set(links_of(answer)) == {"first", "last"}
    assert answer.headers["link"].count("<") == 2


async def test_a_list_without_rows_links_to_itself(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/api/v1/releases", params={"q": "nothing is named like this"})
    assert (answer.status_code, answer.json(), answer.headers["x-total-count"]) == (200, [], "0")
    assert set(links_of(answer)) == {"first", "last"}
    assert links_of(answer)["first"] == links_of(answer)["last"]


async def test_prev_of_an_odd_offset_never_falls_below_zero(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/api/v1/os", params={"limit": 2, "offset": 1})
    assert links_of(answer)["prev"] == f"{BASE}/api/v1/os?limit=2&offset=0"
    assert links_of(answer)["last"] == f"{BASE}/api/v1/os?limit=2&offset=3"
