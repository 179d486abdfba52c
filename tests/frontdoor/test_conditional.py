"""Whoever has an answer already is told so, and nothing else: `ETag`, `If-None-Match`, 304, HEAD."""

import re

import pytest

from pydotorg.app import Application
from tests.conventions.routes import READS, Route, each

from .asking import CODINGS, Answer, ask
from .probes import MINE

pytestmark = pytest.mark.anyio

RESOURCES = [route for route in READS if route.operation.id != "releases_latest_download"]
LIST = "/api/v1/releases?limit=20"
ACCEPTED = ("identity", *CODINGS)


def accepting(coding: str) -> tuple[str, str]:
    return "accept-encoding", coding


async def in_each_coding(app: Application, target: str, name: str | None = None) -> dict[str, Answer]:
    return {coding: await ask(app, target, accepting(coding), name=name) for coding in ACCEPTED}


def demand_not_modified(answer: Answer, whole: Answer) -> None:
    """Nothing but what a cache needs to go on with what it has (RFC 9110 15.4.5)."""
    assert (answer.status, answer.body) == (304, b"")
    described = {"content-type", "content-length", "content-encoding"}
    assert answer.lasting == {name: value for name, value in whole.lasting.items() if name not in described}
    assert answer.headers.keys() >= {"etag", "cache-control", "vary"}


@each(RESOURCES)
async def test_every_read_has_a_strong_tag_for_each_coding(served: Application, route: Route) -> None:
    for _ in range(2):  # computed, and from the store
        answers = await in_each_coding(served, route.asked)
        plain = answers["identity"]
        assert {answer.status for answer in answers.values()} == {200}
        assert {answer.plain for answer in answers.values()} == {plain.body}
        coded = [answer for answer in answers.values() if "content-encoding" in answer.headers]
        assert len(coded) == (3 if len(plain.body) > 1024 else 0)
        assert all(re.fullmatch(r'"[!#-~]+"', answer.etag) for answer in answers.values())
        assert len({plain.etag, *(answer.etag for answer in coded)}) == 1 + len(coded)


@each(RESOURCES)
async def test_who_has_the_tag_of_his_coding_has_the_answer(served: Application, route: Route) -> None:
    for coding, whole in (await in_each_coding(served, route.asked)).items():
        for method in ("GET", "HEAD"):
            again = await ask(served, route.asked, accepting(coding), ("if-none-match", whole.etag), method=method)
            demand_not_modified(again, whole)


@each(READS)
async def test_head_has_the_headers_of_get(served: Application, route: Route) -> None:
    for coding in ACCEPTED:
        head = await ask(served, route.asked, accepting(coding), method="HEAD")
        whole = await ask(served, route.asked, accepting(coding))
        assert (head.status, head.lasting, head.body) == (whole.status, whole.lasting, b"")
        assert head.headers["content-length"] == str(len(whole.body))


async def test_a_tag_is_of_one_coding_alone(served: Application) -> None:
    answers = await in_each_coding(served, LIST)
    for coding, whole in answers.items():
        for other in ACCEPTED:
            again = await ask(served, LIST, accepting(other), ("if-none-match", whole.etag))
            assert again.status == (304 if other == coding else 200), (coding, other)


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        (["{tag}"], 304),
        (["  {tag}  "], 304),
        (["W/{tag}"], 304),
        (["*"], 304),
        ([' "a", {tag}'], 304),
        (['W/"a",W/{tag},"b"'], 304),
        ([', ,"a",, {tag},'], 304),
        (['"a"', "{tag}"], 304),
        (["{tag}", '"a"'], 304),
        (['"a, b", {tag}'], 200),  # a space is no character of a tag
        (['"a,b", {tag}'], 304),
        (['"a"'], 200),
        ([""], 200),
        (["{bare}"], 200),
        (["w/{tag}"], 200),
        (["W/ {tag}"], 200),
        (["{tag} x"], 200),
        (['{tag} "a"'], 200),
        (['{tag}, "a'], 200),
        (["*, {tag}"], 200),
        (["{tag}, *"], 200),
        (["'{bare}'"], 200),
        (["\xe4"], 200),
        (['"a"' * 5000], 200),
        (['"a",' * 5000 + "{tag}"], 304),
    ],
)
async def test_the_forms_of_if_none_match(served: Application, forms: list[str], expected: int) -> None:
    tag = (await ask(served, LIST)).etag
    lines = [("if-none-match", form.format(tag=tag, bare=tag.strip('"'))) for form in forms]
    for target in (LIST, "/api/v1/releases/latest"):
        if target != LIST:
            tag = (await ask(served, target)).etag
            lines = [("if-none-match", form.format(tag=tag, bare=tag.strip('"'))) for form in forms]
        assert (await ask(served, target, *lines)).status == expected


@pytest.mark.parametrize("target", ["/api/v1/releases/0.0.1", "/api/v1/releases?nothing=1", "/api/v1/nothing"])
async def test_an_error_is_never_not_modified(served: Application, target: str) -> None:
    assert (await ask(served, target, ("if-none-match", "*"))).status in (400, 404)


async def test_private_answers_have_tags_and_codings_too(served: Application) -> None:
    answers = await in_each_coding(served, MINE, "rita")
    assert len({answer.etag for answer in answers.values()}) == len(ACCEPTED)
    for coding, whole in answers.items():
        assert whole.plain == answers["identity"].body
        for method in ("GET", "HEAD"):
            again = await ask(
                served, MINE, accepting(coding), ("if-none-match", whole.etag), name="rita", method=method
            )
            demand_not_modified(again, whole)
    theirs = await ask(served, MINE, ("if-none-match", answers["identity"].etag), name="alice")
    assert theirs.status == 200


@pytest.mark.parametrize("range_", ["bytes=0-10", "bytes=-1", "nonsense"])
async def test_ranges_are_not_heeded(served: Application, range_: str) -> None:
    for _ in range(2):
        assert (await ask(served, LIST, ("range", range_))).status == 200


async def test_a_change_in_the_total_is_another_answer(served: Application) -> None:
    tags = {(await ask(served, f"/api/v1/releases?offset=5000&pre_release={each}")).etag for each in ("true", "false")}
    assert len(tags) == 2, "both pages are empty, their totals differ"
