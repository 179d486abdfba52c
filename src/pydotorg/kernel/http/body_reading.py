"""Reads request bodies strictly, with every fault in one 422.

A body without fault costs one typed decode. Only one that fails is looked at again, member by member.
"""

import asyncio
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from litestar.datastructures import Headers

from pydotorg.kernel.database.transaction import Database

from .bodies import Body, Check
from .body_faults import FAULTS_MAX, Mention, contradictions, examine, mentioned, mentions_others
from .errors import SENTENCES, BadRequest, Fault, Invalid, UnsupportedMedia

BODY_BYTES_MAX = 2**20
#: a larger one may consist of hundreds of thousands of values, which take up to a second
AT_ONCE_BYTES_MAX = 65_536
DEPTH_MAX = 20


class BodyReading(NamedTuple):
    """A body, or all that is wrong with it; and what it mentions, which is looked for together."""

    body: Body | None
    faults: list[Fault]
    mentions: list[Mention]

    async def whole(self, db: Database) -> Body:
        """The body, or a 422 with every fault."""
        if self.body is not None and self.body.finds_mentioned and not self.faults:
            return self.body
        known: dict[tuple[Check, str], str | None] = {}
        for _, check, name in self.mentions:
            if (check, name) not in known:
                known[check, name] = await check(db, name)
        missing = [(path, known[check, name]) for path, check, name in self.mentions]
        return self.faultless([Fault(path, "body", message) for path, message in missing if message])

    def faultless(self, more: Iterable[Fault] = ()) -> Body:
        """The body, or a 422."""
        faults = [*self.faults, *more]
        if faults or self.body is None:
            raise Invalid(faults[:FAULTS_MAX], SENTENCES[422])
        return self.body


class BodyReader:
    """Reads the JSON body of one operation into its Struct."""

    def __init__(self, struct: type[Body], *, optional: bool = False) -> None:
        self.struct, self.optional = struct, optional
        self.decoder = msgspec.json.Decoder(struct)
        self.mentions = any(mentions_others(struct))

    def demand_json(self, headers: Headers) -> None:
        """Refuse what the head announces as something else than plain JSON (415), before the body is read."""
        if self.optional and not announces_body(headers):
            return
        demand_plain(headers)
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise UnsupportedMedia(SENTENCES[415])

    async def reading(self, raw: bytes) -> BodyReading:
        """What the body says, or a 400; a large one is read beside the event loop."""
        large = len(raw) > AT_ONCE_BYTES_MAX
        reading = await asyncio.to_thread(self.read, raw) if large else self.read(raw)
        if reading.body is not None and not reading.faults:
            await reading.body.prepare()
        return reading

    def read(self, raw: bytes) -> BodyReading:
        """What the body says, or a 400."""
        mentions = list(mentioned(_decoded(raw), self.struct)) if self.mentions else []
        try:
            demand_shallow(raw)
            body = self.decoder.decode(raw)
        except msgspec.ValidationError:
            return self._read_again(raw, mentions)
        except (ValueError, RecursionError) as error:
            raise _unreadable("not JSON in UTF-8") from error
        faults = [Fault(*fault) for fault in islice(contradictions(body), FAULTS_MAX)]
        return BodyReading(body, faults, mentions)

    def _read_again(self, raw: bytes, mentions: list[Mention]) -> BodyReading:
        """The long way: every fault, if there is one. JSON's `3.0` is an integer too, which msgspec does not grant."""
        value = _integers(_decoded(raw))
        faults = [Fault(*fault) for fault in islice(examine(value, self.struct), FAULTS_MAX)]
        return BodyReading(None if faults else msgspec.convert(value, self.struct), faults, mentions)


def announces_body(headers: Headers) -> bool:
    """Whether a body follows this head."""
    return "transfer-encoding" in headers or headers.get("content-length", "0").strip() != "0"


def demand_plain(headers: Headers) -> None:
    """Refuse what the head announces as compressed (415), before the body is read."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMedia("A compressed body is not accepted; send it as it is.")


def demand_shallow(raw: bytes) -> None:
    """Refuse JSON that would take long to look through (400)."""
    if nests_too_deeply(raw):
        raise _unreadable(f"nested more deeply than {DEPTH_MAX}")


def json_value(raw: bytes) -> Any:
    """What JSON says, whatever it is, or a 400."""
    demand_shallow(raw)
    return _decoded(raw)


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (ValueError, RecursionError) as error:
        raise _unreadable("not JSON in UTF-8") from error


def nests_too_deeply(raw: bytes) -> bool:
    """Whether brackets outside of strings go deeper than `DEPTH_MAX`."""
    if raw.count(b"[") + raw.count(b"{") <= DEPTH_MAX:
        return False
    depth = 0
    for token in TOKEN.finditer(raw):
        depth += STEP.get(token[0], 0)
        if depth > DEPTH_MAX:
            return True
    return False


# possessive: an unclosed string is passed over once, whatever stands in it
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[][{}]', re.DOTALL)
STEP = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


def _unreadable(reason: str) -> BadRequest:
    return BadRequest([Fault("", "body", f"the body is {reason}")], "The body cannot be read.")


def _integers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _integers(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_integers(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
