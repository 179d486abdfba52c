"""The body of an answer, as far as it is small enough; unpacked a piece at a time, for 1 KB of gzip may be 1 MB."""

import asyncio
import zlib
from collections.abc import Iterator

from httpcore import Response

from .refusals import CannotFetch

BODY_BYTES_MAX = 5 * 1024 * 1024
PIECE_BYTES_MAX = 65_536
#: what we ask for; a coding that we do not undo is refused
ACCEPTED = "gzip"
WITH_GZIP_HEAD = 16 + zlib.MAX_WBITS


class Plain:
    """A body that comes as it is."""

    def pieces(self, sent: bytes) -> Iterator[bytes]:
        yield sent

    def end(self) -> bytes:
        return b""


class Gzip:
    """A body in gzip (RFC 1952); a `zlib.error` where it is none, or not all of it."""

    def __init__(self) -> None:
        self.member = zlib.decompressobj(WITH_GZIP_HEAD)

    def pieces(self, sent: bytes) -> Iterator[bytes]:
        while sent:
            if self.member.eof:  # 2.2: members simply follow one another
                self.member = zlib.decompressobj(WITH_GZIP_HEAD)
            yield self.member.decompress(sent, PIECE_BYTES_MAX)
            sent = self.member.unconsumed_tail or self.member.unused_data

    def end(self) -> bytes:
        rest = self.member.flush()
        if not self.member.eof:
            raise zlib.error("its end is missing")
        return rest


#: by the codings that an answer names; gzip in gzip is not among them
UNPACKERS: dict[tuple[str, ...], type[Plain | Gzip]] = {
    (): Plain,
    ("identity",): Plain,
    ("gzip",): Gzip,
    ("x-gzip",): Gzip,  # RFC 9110 8.4.1.3
}


async def body_of(answer: Response, codings: list[str], host: str) -> bytes:
    """The whole body, without its coding; raises `CannotFetch` if there is too much of it, packed or unpacked."""
    unpacker = UNPACKERS.get(tuple(coding.lower() for coding in codings))
    if unpacker is None:
        raise CannotFetch(f"{host} compresses its answer in a way that it was not asked for.")
    unpacking, body, sent = unpacker(), bytearray(), 0
    try:
        async for arrived in answer.aiter_stream():
            sent += len(arrived)
            for piece in unpacking.pieces(arrived):
                body += piece
                if max(len(body), sent) > BODY_BYTES_MAX:
                    raise CannotFetch(f"{host} answers more than {BODY_BYTES_MAX // 1024**2} MiB.")
            await asyncio.sleep(0)  # a million pieces that are there at once must not keep everybody waiting
        body += unpacking.end()
    except zlib.error as error:
        raise CannotFetch(f"{host} says that its answer is gzip, and it is not.") from error
    return bytes(body)
