"""What a body names must be there, and be one thing only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from pydotorg.app import Application

from .desk import Desk, faults_in, new_version, source, url_of

pytestmark = pytest.mark.anyio


@contextmanager
def statements(app: Application) -> Iterator[list[str]]:
    """All that is asked of the database meanwhile."""
    asked: list[str] = []

    def listen(*each: Any) -> None:
        asked.append(each[2])

    for engine in app.transactions.engines:
        event.listen(engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        for engine in app.transactions.engines:
            event.remove(engine, "before_cursor_execute", listen)


async def test_many_unknown_systems_are_looked_for_at_once(manager: Desk, own_application: Application) -> None:
    release = await manager.release()
    odd = {"name": "X", "kind": "archive"}
    files = [{"url": url_of(f"{place}.x"), "os": f"os-{place}", **odd} for place in range(50)]
    with statements(own_application) as asked:
        told = faults_in(await manager.put(release, *files))
    assert told.keys() == {f"files.{place}.os" for place in range(50)}
    assert len([each for each in asked if "FROM operating_system" in each]) == 1


async def test_a_version_of_two_products_names_neither(manager: Desk) -> None:
    version = new_version()
    python = await manager.release(version)
    other = await manager.release(version, product="install-manager")
    told = faults_in(await manager.ask("POST", "files", {"release": version, **source(version)}))
    slugs = sorted((python["slug"], other["slug"]))
    assert told == {"release": f"names `{slugs[0]}` and `{slugs[1]}`; give the id or slug of one"}
    for release in (python, other):
        body = {"release": release["slug"], **source(version), "slug": f"of-{release['slug']}"}
        answer = await manager.ask("POST", "files", body)
        assert (answer.status_code, answer.json()["release_id"]) == (201, release["id"])
