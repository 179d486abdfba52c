"""Directories of artefacts, as the release tools leave them."""

from hashlib import sha256
from pathlib import Path

#: what a release of today has, and the sidecars of each
OF_A_RELEASE = {
    "Python-{}.tar.xz": (".sigstore", ".spdx.json"),
    "Python-{}.tgz": (".sigstore", ".spdx.json"),
    "python-{}-aarch64-linux-android.tar.gz": (".sigstore",),
    "python-{}-amd64.exe": (".sigstore", ".spdx.json"),
    "python-{}-amd64.zip": (),
    "python-{}-arm64.exe": (".sigstore", ".spdx.json"),
    "python-{}-embed-amd64.zip": (".sigstore", ".spdx.json"),
    "python-{}-iOS-XCframework.tar.gz": (".sigstore",),
    "python-{}-macos11.pkg": (".sigstore",),
    "python-{}.exe": (".sigstore", ".spdx.json"),
    "windows-{}.json": (".sigstore",),
}


def put(directory: Path, *names: str, content: str = "") -> Path:
    """Files with these names; what is in them, if it does not matter, is their name."""
    directory.mkdir(exist_ok=True)
    for name in names:
        (directory / name).write_text(content or name)
    return directory


def release(directory: Path, version: str) -> Path:
    """All of a release."""
    for form, suffixes in OF_A_RELEASE.items():
        name = form.format(version)
        put(directory, name, *(name + suffix for suffix in suffixes))
    return directory


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
