"""A model of python/release-tools: how `add_to_pydotorg.py` puts the files of a release on python.org, over v1.

It sends its credentials and `Content-Type: application/json` with every request of one session, reads ids out of
addresses, deletes what the release has, posts file by file, and on failure deletes what it has made, the newest first.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import requests

SECONDS_MAX = 30
FINAL, VERSION = "3.14.9", "3.14.9rc1"
FTP = "https://www.python.org/ftp/python"


class Failed(Exception):
    """Why the files are not there."""


class Artefact(NamedTuple):
    """A line of the script's own list: file name, description, operating system, button, remark."""

    filename: str
    description: str
    os: str
    button: bool = False
    remark: str = ""
    sidecars: tuple[str, ...] = ("sigstore_bundle_file",)


SUFFIXES = {"sigstore_bundle_file": ".sigstore", "sbom_spdx2_file": ".spdx.json", "gpg_signature_file": ".asc"}


def artefacts(version: str) -> list[Artefact]:
    """What a release of today consists of."""
    both = ("sigstore_bundle_file", "sbom_spdx2_file")
    return [
        Artefact(f"Python-{version}.tgz", "Gzipped source tarball", "source", sidecars=both),
        Artefact(f"Python-{version}.tar.xz", "XZ compressed source tarball", "source", button=True, sidecars=both),
        Artefact(f"python-{version}-macos11.pkg", "macOS installer", "macos", True, "for macOS 10.15 and later"),
        Artefact(f"python-{version}-amd64.exe", "Windows installer (64-bit)", "windows", True, "Recommended", both),
        Artefact(f"python-{version}-arm64.exe", "Windows installer (ARM64)", "windows", remark="Experimental"),
        Artefact(f"python-{version}.exe", "Windows installer (32-bit)", "windows"),
        Artefact(f"python-{version}-embed-amd64.zip", "Windows embeddable package (64-bit)", "windows"),
        Artefact(f"windows-{version}.json", "Windows release manifest", "windows", remark="Install with 'py install'"),
        Artefact(f"python-{version}-aarch64-linux-android.tar.gz", "Android embeddable package (aarch64)", "android"),
        Artefact(f"python-{version}-x86_64-linux-android.tar.gz", "Android embeddable package (x86_64)", "android"),
        Artefact(f"python-{version}-iOS-XCframework.tar.gz", "iOS XCframework", "ios"),
    ]


class ReleaseTools:
    """One run of the script."""

    def __init__(self, server: str, username: str, key: str) -> None:
        self.base = f"{server}/api/v1/downloads/"
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"ApiKey {username}:{key}", "Content-Type": "application/json"})
        self.said: list[str] = []

    def ask(self, method: str, path: str, body: str | None = None) -> requests.Response:
        return self.session.request(method, self.base + path, data=body, timeout=SECONDS_MAX)

    def run(self, version: str, final: str, files: Sequence[Artefact]) -> list[int]:
        """Put these files on python.org; the numbers that they got."""
        release = self.find("release", name=f"Python+{version}")
        systems = {slug: self.find("os", slug=slug) for slug in sorted({each.os for each in files})}
        deleted = self.ask("DELETE", f"release_file/?release={release}")
        if deleted.status_code != requests.codes.no_content:
            raise Failed(f"deleting previous releases failed: {deleted.status_code}")
        made: list[int] = []
        for each in files:
            number = self.post("release_file", self.described(each, version, final, release, systems[each.os]))
            if number < 0:
                for created in reversed(made):
                    self.delete("release_file", created)
                raise Failed(" ".join(self.said))
            made.append(number)
        return made

    def find(self, resource: str, **parameters: str) -> int:
        """The number of the first object with these parameters."""
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        answer = self.ask("GET", f"{resource}/?{query}")
        if answer.status_code != requests.codes.ok or not json.loads(answer.text)["objects"]:
            raise Failed(f"no object for {resource} params={parameters!r}")
        return int(json.loads(answer.text)["objects"][0]["resource_uri"].strip("/").split("/")[-1])

    def post(self, resource: str, value: dict[str, Any]) -> int:
        """The number of what was made; -1 if it could not be."""
        answer = self.ask("POST", f"{resource}/", json.dumps(value))
        if answer.status_code != requests.codes.created:
            said = json.loads(answer.text)
            self.said += [said.get("error_message", "No error message."), said.get("traceback", "No traceback.")]
            return -1
        assert answer.content == b""
        return int(answer.headers["Location"].strip("/").split("/")[-1])

    def delete(self, resource: str, number: int) -> None:
        answer = self.ask("DELETE", f"{resource}/{number}/")
        if answer.status_code != requests.codes.no_content:
            raise Failed(f"deleting {resource} {number} failed: {answer.status_code}")

    def described(self, each: Artefact, version: str, final: str, release: int, system: int) -> dict[str, Any]:
        """A file as the script posts it."""
        url = f"{FTP}/{final}/{each.filename}"
        words = "".join(sign for sign in each.description.replace(" ", "-") if sign.isalnum() or sign in "-_")
        rest = version.removeprefix(final)
        slug = final.replace(".", "") + (f"-{rest}" if rest else "")
        return {
            "name": each.description, "slug": f"{slug}-{words[:40]}",
            "os": f"/api/v1/downloads/os/{system}/", "release": f"/api/v1/downloads/release/{release}/",
            "description": each.remark, "is_source": each.os == "source", "url": url,
            "sha256_sum": sha256(each.filename.encode()).hexdigest(), "filesize": 1000 + len(each.filename),
            "download_button": each.button, **{name: url + SUFFIXES[name] for name in each.sidecars},
        }  # fmt: skip
