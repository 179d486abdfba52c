"""The store is bounded, and keeps what is used."""

import random

import pytest

from pydotorg.app import Application
from pydotorg.kernel.frontdoor import answers
from tests.databases.strangers import stranger

from .asking import CODINGS, ask, hits, stored
from .conftest import Make
from .probes import TEXT

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session"),  # it makes no difference here
]

USED = "/api/v1/releases/latest"


def weight(app: Application) -> int:
    """What the store says that it holds, in bytes; it must be true."""
    assert app.sharing is not None
    store = app.sharing.store
    assert store.bytes == sum(entry.size for entry in store.entries.values())
    return store.bytes


async def test_the_number_of_answers_is_bounded_and_the_least_used_are_dropped(
    make: Make, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "ANSWERS_MAX", 5)
    app = make(database)
    await ask(app, USED)
    for number in range(40):
        await ask(app, f"/api/v1/os?offset={number}")
        already = hits(app)
        await ask(app, USED)
        assert hits(app) == already + 1, "it is used all the time"
        assert stored(app) <= 5
    weight(app)


async def test_the_bytes_of_answers_are_bounded(make: Make, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "BYTES_MAX", 200_000)
    app = make(database)
    await ask(app, USED)
    for number in range(60):
        await ask(app, f"{TEXT}?size={10_000 + number}")
        await ask(app, USED)
        assert weight(app) <= 200_000
    assert hits(app) == 60
    assert stored(app) > 5


async def test_compressed_bodies_count_too(make: Make, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "BYTES_MAX", 400_000)
    app = make(database)
    for number in range(30):
        for coding in ("identity", *CODINGS):
            for _ in range(2):
                await ask(app, f"/api/v1/files?limit=50&offset={number}", ("accept-encoding", coding))
                assert weight(app) <= 400_000 + 100_000, "about"
    assert stored(app) >= 3


async def test_an_answer_larger_than_the_store_is_given_all_the_same(
    make: Make, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "BYTES_MAX", 50_000)
    app = make(database)
    for _ in range(2):
        assert len((await ask(app, f"{TEXT}?size=100000")).body) == 100_000
        assert (await ask(app, USED)).status == 200
        assert weight(app) <= 50_000


async def test_what_a_write_made_untrue_makes_room_first(
    make: Make, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "ANSWERS_MAX", 10)
    app = make(fresh_database)
    async with stranger(fresh_database) as writer:
        for number in range(10):
            for _ in range(2):
                await ask(app, f"/api/v1/os?offset={number}")
        await writer.run("update operating_system set name = name")
        for _ in range(2):
            for number in range(10, 18):
                await ask(app, f"/api/v1/os?offset={number}")
    already = hits(app)
    for number in range(10, 18):
        await ask(app, f"/api/v1/os?offset={number}")
    assert hits(app) == already + 8
    weight(app)


async def test_the_count_of_bytes_stays_true_whatever_is_asked(
    make: Make, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "ANSWERS_MAX", 20)
    monkeypatch.setattr(answers, "BYTES_MAX", 300_000)
    app, chance = make(fresh_database), random.Random(4)  # noqa: S311  no secret
    async with stranger(fresh_database) as writer:
        for _ in range(300):
            target = f"/api/v1/files?limit={chance.choice([1, 20])}&offset={chance.randrange(15)}"
            await ask(app, target, ("accept-encoding", chance.choice(["identity", *CODINGS])))
            if chance.random() < 0.02:
                await writer.run("update operating_system set name = name")
            weight(app)
    assert hits(app) > 20
