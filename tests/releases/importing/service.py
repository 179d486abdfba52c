"""A python.org of our own on loopback: it answers as v2 of the download API does, and can have any trouble."""

import json
import socket
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, TypeAlias

from pydotorg.snapshot.records import read_facts

Row: TypeAlias = dict[str, Any]
#: answers one request instead of the service; true if the service is to answer all the same
Trouble: TypeAlias = Callable[["Handler"], bool | None]

SYSTEMS = {
    "windows": (1, "Windows"), "macos": (2, "macOS"), "source": (3, "Source release"), "android": (4, "Android"),
    "ios": (5, "iOS"),
}  # fmt: skip
SIDECARS = (
    "gpg_signature_file", "sigstore_signature_file", "sigstore_cert_file", "sigstore_bundle_file", "sbom_spdx2_file",
)  # fmt: skip
PUBLIC = "https://www.python.org/api/v2/downloads"


class PythonOrg:
    """What it has, what it will do to the next requests, and which it has had."""

    def __init__(self) -> None:
        self.lists: dict[str, list[Any]] = {"os": systems(), "release": [], "release_file": []}
        self.troubles: deque[Trouble] = deque()
        self.asked: list[str] = []
        self.closing = Event()
        self.url = ""

    @property
    def releases(self) -> list[Any]:
        return self.lists["release"]

    @property
    def files(self) -> list[Any]:
        return self.lists["release_file"]

    def release(self, number: int, name: str, **more: Any) -> Row:
        """One more release."""
        self.releases.append(release_row(number, name, **more))
        row: Row = self.releases[-1]
        return row

    def file(self, number: int, release: int, filename: str, **more: Any) -> Row:
        """One more file."""
        self.files.append(file_row(number, release, filename, **more))
        row: Row = self.files[-1]
        return row

    def show_the_snapshot(self) -> None:
        """All that is bundled, under numbers and slugs of its own."""
        facts = read_facts()
        numbers = {record.version: number for number, record in enumerate(reversed(facts.releases), 1)}
        for record in facts.releases:
            self.release(
                numbers[record.version], record.name, slug=record.slug, release_date=f"{record.date}T08:00:00Z",
                pre_release=record.pre_release, release_notes_url=record.release_notes_url,
            )  # fmt: skip
        for number, file in enumerate(facts.files, 1):
            self.file(
                number, numbers[file.version], file.filename, os=file.os, name=file.name, slug=f"org-{file.slug}"[:200],
                description=file.description, is_source=file.is_source, url=file.url, filesize=file.size or 0,
                md5_sum=file.md5, sha256_sum=file.sha256, download_button=file.download_button,
                sigstore_bundle_file=f"{file.url}.sigstore" if file.sigstore else "",
            )  # fmt: skip


def systems() -> list[Row]:
    """All five."""
    return [
        {"name": name, "slug": slug, "resource_uri": f"{PUBLIC}/os/{number}/"}
        for slug, (number, name) in SYSTEMS.items()
    ]


def release_row(number: int, name: str, **more: Any) -> Row:
    return {
        "name": name, "slug": name.lower().replace(" ", "-").replace(".", ""), "version": 3, "is_published": True,
        "is_latest": False, "release_date": "2026-04-07T00:00:00Z", "pre_release": False, "release_page": None,
        "release_notes_url": "", "show_on_download_page": True, "resource_uri": f"{PUBLIC}/release/{number}/", **more,
    }  # fmt: skip


def file_row(number: int, release: int, filename: str, *, os: str = "source", **more: Any) -> Row:
    return {
        "name": filename, "slug": f"file-{number}", "os": f"{PUBLIC}/os/{SYSTEMS[os][0]}/",
        "release": f"{PUBLIC}/release/{release}/", "description": "", "is_source": os == "source",
        "url": f"https://www.python.org/ftp/python/{filename}", "md5_sum": "", "sha256_sum": f"{number:064x}",
        "filesize": 1000 + number, "download_button": False, "resource_uri": f"{PUBLIC}/release_file/{number}/",
        **dict.fromkeys(SIDECARS, ""), **more,
    }  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """One request to it."""

    service: PythonOrg
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.service.asked.append(self.path)
        if self.service.troubles and not self.service.troubles.popleft()(self):
            return
        resource = self.path.strip("/").rpartition("/")[2]
        if resource in self.service.lists:
            self.answer(200, json.dumps(self.service.lists[resource]).encode())
        else:
            self.answer(404, b'{"detail": "Not found."}')

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content_type": "application/json", "content_length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""


@contextmanager
def running() -> Iterator[PythonOrg]:
    """It, while the block lasts."""
    service = PythonOrg()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"service": service}))
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        service.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def status(code: int, body: bytes = b"", **headers: str) -> Trouble:
    """Answers with this status."""
    return lambda handler: handler.answer(code, body, **headers)


def cut(handler: Handler) -> None:
    """Hangs up in the middle of a body."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'[{"name": ')
    handler.close_connection = True


def hang_up(handler: Handler) -> None:
    """Hangs up without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def dawdle(handler: Handler) -> None:
    """Sends a body in small pieces, and never comes to its end."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not handler.service.closing.wait(0.02):
        try:
            handler.wfile.write(b" ")
        except OSError:
            break
    handler.close_connection = True
