"""`make bench` measures what it says it measures; how fast anything is, is not tested."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import bare, bench, databases, report
from benchmarks.answers import Answer, Request, ask
from benchmarks.bench import Bench
from benchmarks.loads import Load, Sample, measure
from benchmarks.machine import PROGRAMS, demand_programs
from benchmarks.plan import BARE, COMPARISONS, GOALS, NGINX
from benchmarks.processes import CannotMeasure, memory
from benchmarks.rounds import Figures, answerable, headers, load
from pydotorg import serving

REQUEST = Request("answer", "/api/answer?a=1")
CONDITIONAL = Request("answer", "/api/answer?a=1", {}, is_conditional=True)
ANSWER = Answer("/api/answer", 200, [("content-type", "application/json"), ("link", '<a>; rel="next"')], b'{"a": 1}')
TAGGED = Answer(ANSWER.path, 200, [*ANSWER.headers, ("etag", '"1"')], ANSWER.body)
UNCHANGED = Answer("/api/answer", 304, [("etag", '"1"')], b"")
LIMITED = Answer("/", 429, [], b"")


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [PROGRAMS[program] for program in programs if shutil.which(program) is None]
    missing += [] if Path("/proc/self/schedstat").exists() else ["/proc/self/schedstat"]
    return pytest.mark.skipif(bool(missing), reason=f"this machine has no {', '.join(missing)}")


@pytest.fixture
def here() -> Iterator[Bench]:
    with bench.opened(rounds=1, seconds=1, tell=print) as opened:
        yield opened


@needs("wrk", "taskset")
def test_a_load_tells_how_many_requests_were_answered_and_what_each_cost(here: Bench) -> None:
    with here.peer(BARE, {REQUEST.name: ANSWER}, core=here.server_core) as target:
        sample = measure(load(REQUEST, target, ANSWER), here.seconds, core=here.load_core)
        assert sample.per_second > 0
        assert 0 < sample.processor_microseconds <= 1.5e6 / sample.per_second
        assert memory(target.process)[0].resident_bytes > memory(target.process)[0].proportional_bytes > 0


@needs("wrk")
def test_a_wrong_answer_ends_the_run(here: Bench) -> None:
    with here.peer(BARE, {REQUEST.name: ANSWER, "limited": LIMITED}, core=None) as target:
        with pytest.raises(CannotMeasure, match="with 200 instead of 304"):
            measure(Load(BARE, target.process, target.ports[REQUEST.name], "/", {}, 304), 1, core=None)
        with pytest.raises(CannotMeasure, match="Non-2xx"):
            measure(Load(BARE, target.process, target.ports["limited"], "/", {}, 429), 1, core=None)


@needs("nginx")
def test_nginx_serves_the_same_bytes_with_the_same_headers(here: Bench) -> None:
    with here.peer(NGINX, {REQUEST.name: ANSWER}, core=None) as target:
        answer = ask(target.ports[REQUEST.name], REQUEST.path, {})
        assert (answer.status, answer.body) == (200, ANSWER.body)
        assert {name: answer.header(name) for name, _ in ANSWER.headers} == dict(ANSWER.headers)
        assert {name.lower() for name, _ in answer.headers} - {name for name, _ in ANSWER.headers} == {
            *("connection", "content-length", "date", "server"),
        }


@needs("nginx")
def test_a_conditional_request_names_the_tag_that_its_target_gave(here: Bench) -> None:
    with here.peer(NGINX, {REQUEST.name: TAGGED}, core=None) as target:
        assert answerable((CONDITIONAL,), target) == ([CONDITIONAL], [])
        assert load(CONDITIONAL, target, UNCHANGED).status == 304
        assert headers(CONDITIONAL, target) != headers(REQUEST, target) == {}


@needs("wrk")
def test_a_304_is_a_right_answer_where_it_is_expected(here: Bench) -> None:
    with here.peer(BARE, {REQUEST.name: UNCHANGED}, core=None) as target:
        assert measure(load(CONDITIONAL, target, UNCHANGED), 1, core=None).per_second > 0


@needs("nginx")
def test_without_a_tag_there_is_nothing_to_name(here: Bench) -> None:
    with here.peer(NGINX, {REQUEST.name: ANSWER}, core=None) as target:
        assert answerable((CONDITIONAL, REQUEST), target) == (
            [REQUEST],
            ["Not measured: answer; the answer has no `ETag`."],
        )


def test_the_grown_database_has_ten_times_the_releases_and_breaks_no_rule(tmp_path: Path) -> None:
    path = tmp_path / "grown.db"
    databases.seeded(f"sqlite:///{path}", tmp_path)
    before = counted(path)
    databases.grow(path)
    assert counted(path) == [databases.GROWTH * count for count in before]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("pragma foreign_key_check").fetchall() == []


def counted(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        counts = connection.execute("select (select count(*) from release), (select count(*) from release_file)")
        return list(counts.fetchone())


def test_a_ratio_is_taken_within_its_round() -> None:
    samples = {("a", "ours"): [Sample(100, 4), Sample(50, 8)], ("a", "theirs"): [Sample(200, 2), Sample(100, 4)]}
    figures = Figures(COMPARISONS[0], samples, [])
    assert figures.ratio("a", "ours", "theirs", by_processor=True) == (0.5, 0.5, 0.5)
    assert figures.ratio("a", "ours", "theirs", by_processor=False) == (0.5, 0.5, 0.5)


def test_every_goal_is_about_something_that_is_measured() -> None:
    planned = {
        (comparison.name, candidate.name, request.name, reference)
        for comparison in COMPARISONS
        for candidate in comparison.candidates
        for request in comparison.requests
        for reference in comparison.references
    }
    assert {goal[:4] for goal in GOALS} <= planned


def test_the_figures_stand_between_their_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before <!-- figures -->old<!-- /figures --> after", "utf-8")
    report.put(page, "new")
    report.put(page, "newer")
    assert page.read_text("utf-8") == "before <!-- figures -->\n\nnewer\n\n<!-- /figures --> after"


def test_the_bare_function_is_served_as_the_service_is() -> None:
    assert (bare.BACKLOG, bare.KEEP_ALIVE_SECONDS) == (serving.BACKLOG, serving.KEEP_ALIVE_SECONDS)


def test_a_missing_program_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path))
    with pytest.raises(
        CannotMeasure, match=r"^Install wrk, nginx-light, util-linux first: apt install .+ on Debian\.$"
    ):
        demand_programs()
