"""JSON Schemas of our types, as generators of clients want them, and examples that are composed of their fields'."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

JSON = dict[str, Any]
REFERENCE = "#/components/schemas/{name}"
#: what a schema says to people, not to validators
LOOKAHEAD = r"(?!\n)"
REMARKS = ("description", "examples")
#: what holds values, not schemas
VALUES = ("examples", "enum", "default")
#: where a field says no example of its own
DEFAULT_EXAMPLES: JSON = {
    "uuid": "01999853-9800-7a4c-8d33-b3adba5eab68", "date": "2026-10-09", "date-time": "2026-10-09T12:00:00Z",
    "boolean": False, "integer": 1, "number": 1.0, "string": "", "object": {}, "null": None,
}  # fmt: skip


class Schemas:
    """JSON Schemas of types; Structs and enumerations with a title become components of the document, each once."""

    def __init__(self, used: Iterable[Any]) -> None:
        order = sorted(used, key=repr)
        schemas, components = msgspec.json.schema_components(order, ref_template=REFERENCE)
        self.components: JSON = {}
        for name, schema in document_form(components).items():
            completed = self._completed(schema)
            if completed.pop("$ref", None) is None:
                self.components[name] = completed
            else:  # an enumeration, which has put itself among the components
                self.components[name] |= completed
        forms = map(self._completed, document_form(list(schemas)))
        self._of: dict[Any, JSON] = dict(zip(order, forms, strict=True))

    def __getitem__(self, hint: Any) -> JSON:
        return dict(self._of[hint])

    def example(self, schema: JSON) -> Any:
        """A value of the schema, composed of the examples of its fields (`Meta(examples=[…])`)."""
        for key in ("examples", "enum"):
            if key in schema:
                return schema[key][0]
        if "$ref" in schema:
            return self.example(self.resolved(schema))
        if "anyOf" in schema:
            return self.example(schema["anyOf"][0])
        if schema.get("type") == "array":
            return [self.example(schema["items"])]
        if "properties" in schema:
            required = schema.get("required", ())
            return {name: self.example(each) for name, each in schema["properties"].items() if name in required}
        form: str = schema.get("format") or schema.get("type") or "object"
        return schema.get("default", DEFAULT_EXAMPLES[form])

    def resolved(self, schema: JSON) -> JSON:
        """The component that a schema refers to, or the schema itself."""
        component: JSON = self.components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        return component

    def _completed(self, part: Any) -> Any:
        """A schema with what generators of clients want to know, and without what they trip over."""
        if isinstance(part, list):
            return [self._completed(each) for each in part]
        if not isinstance(part, dict):
            return part
        schema: JSON = {keyword: self._part(keyword, each) for keyword, each in part.items()}
        if isinstance(
            schema.get("pattern"), str
        ):  # in ECMAScript `$` is the end without more ado, and RE2 cannot look ahead
            schema["pattern"] = schema["pattern"].removesuffix(LOOKAHEAD)
        if "description" in schema:
            schema["description"] = " ".join(schema["description"].split())
        if schema.get("type") == "object" and not {"properties", "additionalProperties"} & schema.keys():
            schema["additionalProperties"] = {}  # without it, TypeScript has an object without members
        return self._shared(enumerated(outspoken(schema)))

    def _part(self, keyword: str, value: Any) -> Any:
        if keyword == "properties":
            return {name: self._completed(each) for name, each in value.items()}
        return value if keyword in VALUES else self._completed(value)

    def _shared(self, schema: JSON) -> JSON:
        """An enumeration with a title stands among the components, so that clients get one type for it."""
        if "enum" not in schema or "title" not in schema:
            return schema
        remarks = {name: schema.pop(name) for name in REMARKS if name in schema}
        self.components[schema["title"]] = schema
        return {"$ref": REFERENCE.format(name=schema["title"]), **remarks}


def document_form(value: Any) -> Any:
    """Times, UUIDs, Structs and the like as JSON has them."""
    return msgspec.to_builtins(value, str_keys=True)


def outspoken(schema: JSON) -> JSON:
    """What is said of a value that may be null, said of the whole: not of the part that is no null."""
    match schema.get("anyOf"):
        case [dict(said), {"type": "null"} as null]:
            remarks = {name: said.pop(name) for name in REMARKS if name in said}
            return {**remarks, **schema, "anyOf": [said, null]}
    return schema


def enumerated(schema: JSON) -> JSON:
    """An enumeration of texts with its type, and with names where clients would find none, or one for two values."""
    values = schema.get("enum")
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return schema
    named = {"x-enum-varnames": [enumerator(value) for value in values]}
    return {"type": "string", **schema, **(named if any(not value[:1].isalnum() for value in values) else {})}


def enumerator(value: str) -> str:
    """The name of a value in a generated client: the sort key `-version` is VERSION_DESC."""
    name = re.sub(r"\W+", "_", value.removeprefix("-")).upper() or "NONE"
    return name + ("_DESC" if value.startswith("-") else "")
