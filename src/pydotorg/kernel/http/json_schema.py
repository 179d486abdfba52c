"""JSON Schemas of our types, as generators of clients want them, and examples that are composed of their fields'."""

from collections.abc import Iterable
from typing import Any

import msgspec

JSON = dict[str, Any]
REFERENCE = "#/components/schemas/{name}"
#: where a field says no example of its own
PLAIN: JSON = {
    "uuid": "01999853-9800-7a4c-8d33-b3adba5eab68", "date": "2026-09-30", "date-time": "2026-10-09T12:00:00Z",
    "boolean": False, "integer": 1, "number": 1.0, "string": "", "object": {}, "null": None,
}  # fmt: skip


class Schemas:
    """JSON Schemas of types; Structs and enumerations become components of the document, each once."""

    def __init__(self, used: Iterable[Any]) -> None:
        order = sorted(used, key=repr)
        schemas, self.components = msgspec.json.schema_components(order, ref_template=REFERENCE)
        schemas, self.components = document_form(list(schemas)), document_form(self.components)
        complete([schemas, self.components])
        self._of: dict[Any, JSON] = dict(zip(order, schemas, strict=True))

    def __getitem__(self, hint: Any) -> JSON:
        return dict(self._of[hint])

    def example(self, schema: JSON) -> Any:
        """A value of the schema, composed of the examples of its fields (`Meta(examples=[…])`)."""
        if "$ref" in schema:
            return self.example(self.components[schema["$ref"].rpartition("/")[2]])
        for key in ("examples", "enum"):
            if key in schema:
                return schema[key][0]
        if "anyOf" in schema:
            return self.example(schema["anyOf"][0])
        if schema.get("type") == "array":
            return [self.example(schema["items"])]
        if "properties" in schema:
            required = schema.get("required", ())
            return {name: self.example(each) for name, each in schema["properties"].items() if name in required}
        form: str = schema.get("format") or schema.get("type") or "object"
        return schema.get("default", PLAIN[form])

    @staticmethod
    def plain(value: Any) -> Any:
        """An example as it stands in the document."""
        return document_form(value)


def document_form(value: Any) -> Any:
    """Times, UUIDs, Structs and the like as JSON has them."""
    return msgspec.to_builtins(value, str_keys=True)


def complete(part: Any) -> None:
    """What generators of clients want to know of an enumeration, and msgspec leaves out; what they trip over."""
    if isinstance(part, dict):
        values = part.get("enum")
        if isinstance(values, list) and all(isinstance(value, str) for value in values):
            part.setdefault("type", "string")
            if any(value.startswith("-") for value in values):  # `version` and `-version` would get one name
                part["x-enum-varnames"] = [enumerator(value) for value in values]
        if isinstance(part.get("description"), str):
            part["description"] = " ".join(part["description"].split())
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            complete(each)


def enumerator(value: str) -> str:
    """The name of a sort key in a generated client: `-version` is VERSION_DESC."""
    return value.removeprefix("-").upper() + ("_DESC" if value.startswith("-") else "")
