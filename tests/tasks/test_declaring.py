"""A declaration that cannot work is an error at import, and what the service declares fits together."""

from typing import Any

import pytest
from msgspec import Struct

from pydotorg.app import DOMAINS, Application
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.tasks.declaring import Work, task
from tests.conftest import configured


class Order(Struct):
    pass


async def outside(work: Work, order: Order) -> None: ...


async def inside(db: Database, order: Order) -> None: ...


async def plain(work: Work, order: dict[str, Any]) -> None: ...


async def lonely(work: Work) -> None: ...


def test_a_handler_takes_what_it_will_be_given() -> None:
    assert task("test.outside")(outside).order is Order
    assert task("test.inside", in_transaction=True)(inside).order is Order
    for wrong in (inside, plain, lonely):
        with pytest.raises(TypeError, match=f"{wrong.__name__} must take a Work and a Struct"):
            task("test.wrong")(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="outside must take a Database and a Struct"):
        task("test.wrong", in_transaction=True)(outside)  # type: ignore[arg-type]


def test_a_name_fits_into_its_column() -> None:
    with pytest.raises(ValueError, match="too long"):
        task("x" * 101)(outside)


def test_names_of_tasks_are_unique_and_say_their_domain() -> None:
    declared = [(domain.name, each.name) for domain in DOMAINS for each in domain.tasks]
    names = [name for _, name in declared]
    assert len(set(names)) == len(names)
    assert [name for domain, name in declared if not name.startswith(f"{domain}.")] == []


def test_what_is_planned_is_a_task_of_its_domain_and_planned_once() -> None:
    for domain in DOMAINS:
        planned = [each.task.name for each in domain.schedule]
        assert set(planned) <= {each.name for each in domain.tasks}
        assert len(set(planned)) == len(planned)


def test_the_service_knows_every_task() -> None:
    app = Application(configured("sqlite:////no/such/place/database.db"))
    declared = {each.name for domain in DOMAINS for each in domain.tasks}
    assert set(app.worker.attempts.known) == declared | {
        "mail.send", "idempotency.forgetting", "review.step", "review.forgetting",
    }  # fmt: skip
    assert app.worker.queue.led
