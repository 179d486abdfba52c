"""What a file of a release is, read from its name: `python-3.14.8-arm64.exe` is a Windows installer for ARM64.

`classify` knows every form of name that python.org has used since Python 2.0 and answers in python.org's own words
for such a file. Within a release the words differ from file to file, and so do the slugs made from them.
"""

import re
from typing import Final, Literal, NamedTuple

from msgspec import Struct
from packaging.version import Version

from .version import final_of

#: where all of them are
HOST: Final = "https://www.python.org/"

#: the last three are macOS's bundles: arm64 and x86_64, x86_64 and i386, i386 and PPC
Arch = Literal["", "x86", "amd64", "arm64", "universal2", "intel", "universal"]
Kind = Literal[
    "installer",
    "web-installer",
    "archive",
    "free-threaded",
    "test",
    "source",
    "embeddable",
    "framework",
    "manifest",
    "documentation",
    "debug",
]

ARCH_ALIASES: Final[dict[str, Arch]] = {
    "x86_64": "amd64",
    "x64": "amd64",
    "aarch64": "arm64",
    "win32": "x86",
    "i386": "x86",
}

#: how files end that install something
INSTALLERS: Final = (".exe", ".msi", ".msix", ".pkg", ".dmg")

#: what may stand beside a file: the field that names it, and what its address adds to the file's
SIDECARS: Final = {
    "gpg_signature_file": ".asc",
    "sigstore_signature_file": ".sig",
    "sigstore_cert_file": ".crt",
    "sigstore_bundle_file": ".sigstore",
    "sbom_spdx2_file": ".spdx.json",
}


class Artefact(Struct, frozen=True):
    name: str
    os: str
    arch: Arch
    kind: Kind

    @property
    def is_source(self) -> bool:
        return self.kind == "source"


def classify(filename: str) -> Artefact | None:
    """What a file of this name is; None if python.org has no such names."""
    for form in _FORMS:
        if match := form.filename.fullmatch(filename):
            arch = form.arch
            name = form.name
            if machine := match.groupdict().get("machine"):
                arch = _ARCH_OF_MACHINE[machine]
                name = name.format(machine=machine, bits=_BITS_OF_MACHINE.get(machine))
            return Artefact(name, form.os, arch, form.kind)
    return None


def kind_of(filename: str, *, is_source: bool) -> Kind:
    """What a file is good for, whether or not python.org has such names."""
    if artefact := classify(filename):
        return artefact.kind
    if is_source:
        return "source"
    return "installer" if filename.endswith(INSTALLERS) else "archive"


def file_slug(release_slug: str, name: str) -> str:
    """The slug of a release's file, "python-3144-gzipped-source-tarball"."""
    words = re.sub("[^a-z0-9_]+", "-", name.lower()).strip("-")
    return f"{release_slug}-{words}"


def usual_path(version: str) -> str:
    """The directory below the host, "ftp/python/3.14.0/" for 3.14.0 and all that led to it."""
    return f"ftp/python/{final_of(version)}/"


def other_version(filename: str, version: str) -> str | None:
    """The version that a file's name carries instead of this one; None if it carries this one, or none at all."""
    expected = Version(version)
    if help_file := _HELP_FILE.fullmatch(filename):
        said = help_file["version"]
        return None if said in _without_dots(expected) else said
    carried = _CARRIED_VERSION.search(filename)
    return None if carried is None or Version(carried[0]) == expected else carried[0]


def _without_dots(version: Version) -> set[str]:
    """How the name of a help file may write a version: 3.14.9rc1 is `3149rc1`, and 2.7.0 is `27` as well."""
    text = str(version)
    return {spelling.replace(".", "") for spelling in (text, re.sub(r"^(\d+\.\d+)\.0(?!\d)", r"\1", text))}


class _Form(NamedTuple):
    """A form of file names; `machine` of its pattern, where it has one, decides the arch."""

    filename: re.Pattern[str]
    name: str
    os: str
    kind: Kind
    arch: Arch


_ARCH_OF_MACHINE: Final[dict[str, Arch]] = {"amd64": "amd64", "arm64": "arm64", **ARCH_ALIASES}
_BITS_OF_MACHINE: Final = {"amd64": "64-bit", "arm64": "ARM64", "win32": "32-bit"}

_HELP_FILE: Final = re.compile(r"[Pp]ython(?P<version>\d+(?:(?:a|b|c|rc)\d+)?)\.chm", re.ASCII)
#: without `post2`: what is built once more belongs to the same release
_CARRIED_VERSION: Final = re.compile(r"(?<![\d.])\d+(?:\.\d+){1,2}(?:(?:a|b|c|rc)\d+)?", re.ASCII)

_WORDS: Final = {
    "VERSION": r"\d+(?:\.\d+){1,2}(?:(?:a|b|c|rc)\d+)?(?:\.?post\d+)?",
    "MACHINE": "(?P<machine>amd64|arm64|win32)",
    "DAY": r"\d{4}-\d\d-\d\d",
}


def _form(filename: str, name: str, os: str, kind: Kind, arch: Arch = "") -> _Form:
    for word, pattern in _WORDS.items():
        filename = filename.replace(word, pattern)
    return _Form(re.compile(filename, re.ASCII), name, os, kind, arch)


_FORMS: Final = (
    _form(r"Python-VERSION\.(?:tgz|tar\.gz)", "Gzipped source tarball", "source", "source"),
    _form(r"Python-VERSION\.tar\.xz", "XZ compressed source tarball", "source", "source"),
    _form(r"Python-VERSION\.tar\.bz2", "bzip2 compressed source tarball", "source", "source"),
    # Windows, as the download pages list it; Python-2.3.2-1.exe is a second build.
    _form(r"[Pp]ython-VERSION(?:-\d+)?\.exe", "Windows installer (32-bit)", "windows", "installer", "x86"),
    _form(r"python-VERSION-MACHINE\.exe", "Windows installer ({bits})", "windows", "installer"),
    _form(r"python-VERSION\.msi", "Windows x86 MSI installer", "windows", "installer", "x86"),
    _form(r"python-VERSION\.amd64\.msi", "Windows x86-64 MSI installer", "windows", "installer", "amd64"),
    _form(r"python-VERSION-webinstall\.exe", "Windows x86 web-based installer", "windows", "web-installer", "x86"),
    _form(
        r"python-VERSION-amd64-webinstall\.exe",
        "Windows x86-64 web-based installer",
        "windows",
        "web-installer",
        "amd64",
    ),
    _form(r"python-VERSION-embed-MACHINE\.(?:zip|exe)", "Windows embeddable package ({bits})", "windows", "embeddable"),
    _form(
        r"python-VERSION-pdb\.zip|Python-VERSION-Debug\.zip",
        "Windows debug information files",
        "windows",
        "debug",
        "x86",
    ),
    _form(
        r"python-VERSION\.amd64-pdb\.zip",
        "Windows debug information files for 64-bit binaries",
        "windows",
        "debug",
        "amd64",
    ),
    _form(_HELP_FILE.pattern, "Windows help file", "windows", "documentation"),
    # What the Python install manager fetches, the list that it reads, and the manager itself.
    _form(r"windows-VERSION\.json", "Windows release manifest", "windows", "manifest"),
    _form(r"python-VERSION-MACHINE\.zip", "Windows install manager package ({bits})", "windows", "archive"),
    _form(
        r"python-VERSIONt-MACHINE\.zip",
        "Windows install manager free-threaded package ({bits})",
        "windows",
        "free-threaded",
    ),
    _form(r"python-VERSION-test-MACHINE\.zip", "Windows install manager test package ({bits})", "windows", "test"),
    _form(
        r"python-VERSION-embeddable-MACHINE\.zip",
        "Windows install manager embeddable package ({bits})",
        "windows",
        "embeddable",
    ),
    _form(r"python-manager-VERSION\.msix", "Windows installer (MSIX)", "windows", "installer"),
    _form(r"python-manager-VERSION\.msi", "Windows installer (MSI)", "windows", "installer"),
    # macOS: the oldest system that an installer supports tells for which processors it was built.
    _form(
        r"python-VERSION-macosx?11(?:\.0)?\.pkg",
        "macOS 64-bit universal2 installer",
        "macos",
        "installer",
        "universal2",
    ),
    _form(r"python-VERSION-macosx10\.9\.pkg", "macOS 64-bit Intel-only installer", "macos", "installer", "amd64"),
    _form(r"python-VERSION-macosx10\.6\.(?:dmg|pkg)", "macOS 64-bit/32-bit installer", "macos", "installer", "intel"),
    _form(
        r"python-VERSION-macosx10\.5\.pkg|python-VERSION(?:[-_]macosx(?:10\.[35])?(?:-?DAY)?)?\.dmg",
        "macOS 32-bit i386/PPC installer",
        "macos",
        "installer",
        "universal",
    ),
    _form(
        r"python-VERSION-(?P<machine>aarch64|x86_64)-linux-android\.tar\.gz",
        "Android embeddable package ({machine})",
        "android",
        "embeddable",
    ),
    _form(r"python-VERSION-iOS-XCframework\.tar\.gz", "iOS XCframework", "ios", "framework"),
)
