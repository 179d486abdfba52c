"""How writes will stand in the document: the kernel is ready for them before the first one comes."""

from typing import Annotated, Any

import pytest
from msgspec import Meta, Struct

from pydotorg.app import Application
from pydotorg.kernel.access import Role, in_person, role
from pydotorg.kernel.domain import Domain
from pydotorg.kernel.http import openapi
from pydotorg.kernel.http.bodies import Body
from pydotorg.kernel.http.operations import delete, post
from pydotorg.kernel.http.results import Created
from tests.conftest import configured

ALWAYS = {"400", "401", "429", "500", "503"}


class Lamp(Struct, frozen=True):
    """A lamp."""

    name: str


class NewLamp(Body):
    """A lamp to be."""

    name: Annotated[str, Meta(examples=["Anglepoise"])]
    watts: Annotated[int, Meta(ge=1, description="Null where nobody knows.", examples=[7])] | None = None


@post("/lamps", by=role(Role.staff))
async def lamps_create(lamp: NewLamp) -> Created[Lamp]:
    """Make a lamp."""
    return Created(Lamp(lamp.name), "/api/v1/lamps/1")


@delete("/lamps/{id:str}", by=in_person)
async def lamps_delete(id: Annotated[str, Meta(description="Which lamp.", examples=["1"])]) -> None:
    """Throw a lamp away."""


@pytest.fixture(scope="module")
def paths() -> Any:
    lamps = Domain(name="tests", description="Lamps.", routes=(lamps_create, lamps_delete), tables=())
    app = Application(configured("sqlite:///never-opened.db"), domains=[lamps])
    return openapi.document(app.litestar, app.domains)["paths"]


def test_a_write_names_its_body_and_what_may_be_wrong_with_it(paths: Any) -> None:
    create = paths["/api/v1/lamps"]["post"]
    body = create["requestBody"]
    assert body["required"] is True
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/NewLamp"}
    assert body["content"]["application/json"]["example"] == {"name": "Anglepoise"}
    assert create["responses"].keys() == ALWAYS | {"201", "403", "409", "413", "415", "422"}
    assert "Location" in create["responses"]["201"]["headers"]


def test_a_write_says_whose_token_it_needs_and_counts_for_more(paths: Any) -> None:
    create = paths["/api/v1/lamps"]["post"]
    assert create["security"] == [{"bearer": ["staff", "users:write"]}]
    assert create["description"].endswith("\n\nThis needs the role staff, and of an API token the scope users:write.")
    assert create["x-rate-limit-tier"] == "HIGH"


def test_a_write_without_an_answer_has_none(paths: Any) -> None:
    throw = paths["/api/v1/lamps/{id}"]["delete"]
    assert throw["responses"].keys() == ALWAYS | {"204", "403", "404", "409"}
    assert "content" not in throw["responses"]["204"]
    assert "requestBody" not in throw
