import pytest

from pydotorg.releases.artefacts import ARCH_ALIASES, SIDECARS, Arch, Artefact, Kind, classify, file_slug
from pydotorg.releases.version import slug_of
from pydotorg.snapshot.records import read_facts


def test_every_bundled_file_is_what_its_name_says() -> None:
    for file in read_facts().files:
        artefact = classify(file.filename)
        assert artefact == Artefact(file.name, file.os, file.arch, file.kind), file.filename
        assert artefact.is_source == file.is_source == (file.os == "source")


@pytest.mark.parametrize(
    ("filename", "os", "kind", "arch", "name"),
    [
        ("Python-3.14.4.tgz", "source", "source", "", "Gzipped source tarball"),
        ("Python-3.14.4.tar.xz", "source", "source", "", "XZ compressed source tarball"),
        ("Python-2.5c1.tar.bz2", "source", "source", "", "bzip2 compressed source tarball"),
        ("python-3.14.4.exe", "windows", "installer", "x86", "Windows installer (32-bit)"),
        ("python-3.14.4-amd64.exe", "windows", "installer", "amd64", "Windows installer (64-bit)"),
        ("python-3.14.4-arm64.exe", "windows", "installer", "arm64", "Windows installer (ARM64)"),
        ("Python-2.3.2-1.exe", "windows", "installer", "x86", "Windows installer (32-bit)"),
        ("python-2.7.18.msi", "windows", "installer", "x86", "Windows x86 MSI installer"),
        ("python-2.7.18.amd64.msi", "windows", "installer", "amd64", "Windows x86-64 MSI installer"),
        ("python-manager-26.1.msix", "windows", "installer", "", "Windows installer (MSIX)"),
        ("windows-3.15.0a1.json", "windows", "manifest", "", "Windows release manifest"),
        ("python3100rc1.chm", "windows", "documentation", "", "Windows help file"),
        ("python-3.9.1-macos11.0.pkg", "macos", "installer", "universal2", "macOS 64-bit universal2 installer"),
        ("python-3.10.0post2-macos11.pkg", "macos", "installer", "universal2", "macOS 64-bit universal2 installer"),
        ("python-3.9.1-macosx10.9.pkg", "macos", "installer", "amd64", "macOS 64-bit Intel-only installer"),
        ("python-2.7.5-macosx10.6.dmg", "macos", "installer", "intel", "macOS 64-bit/32-bit installer"),
        ("python-2.6.4_macosx10.3.dmg", "macos", "installer", "universal", "macOS 32-bit i386/PPC installer"),
        (
            "python-3.1.2-macosx10.3-2010-03-24.dmg",
            "macos",
            "installer",
            "universal",
            "macOS 32-bit i386/PPC installer",
        ),
        ("python-3.15.0-iOS-XCframework.tar.gz", "ios", "framework", "", "iOS XCframework"),
    ],
)
def test_a_name_tells_system_kind_and_arch(filename: str, os: str, kind: Kind, arch: Arch, name: str) -> None:
    assert classify(filename) == Artefact(name, os, arch, kind)


def test_android_packages_keep_the_processors_names_of_android() -> None:
    assert classify("python-3.14.0-aarch64-linux-android.tar.gz") == Artefact(
        "Android embeddable package (aarch64)", "android", "arm64", "embeddable"
    )
    assert classify("python-3.14.0-x86_64-linux-android.tar.gz") == Artefact(
        "Android embeddable package (x86_64)", "android", "amd64", "embeddable"
    )


def test_packages_of_the_install_manager_are_told_apart() -> None:
    forms = ["{}-amd64.zip", "{}t-amd64.zip", "{}-test-amd64.zip", "{}-embeddable-amd64.zip", "{}-embed-amd64.zip"]
    artefacts = [classify("python-" + form.format("3.15.0rc1")) for form in forms]
    assert [artefact and artefact.kind for artefact in artefacts] == [
        "archive",
        "free-threaded",
        "test",
        "embeddable",
        "embeddable",
    ]
    assert len({artefact and artefact.name for artefact in artefacts}) == len(forms)


@pytest.mark.parametrize("filename", ["python-2.7.1-pdb.zip", "python-2.7.18.amd64-pdb.zip", "Python-2.0.1-Debug.zip"])
def test_a_debug_symbol_archive_is_not_an_installer(filename: str) -> None:
    artefact = classify(filename)
    assert artefact
    assert artefact.kind == "debug"


@pytest.mark.parametrize(
    "filename",
    [
        "",
        "README.html",
        "python.exe",
        "python-3.14.4-ia64.exe",
        "python-3.14.4-amd64.exe\n",
        "python-٣.14.4.exe",
        "../Python-3.14.4.tgz",
        "python-3.16.0-macos26.pkg",
    ],
)
def test_a_name_of_no_known_form_is_not_guessed_at(filename: str) -> None:
    assert classify(filename) is None


@pytest.mark.parametrize("suffix", SIDECARS.values())
def test_a_sidecar_is_no_artefact(suffix: str) -> None:
    assert classify("Python-3.14.4.tgz" + suffix) is None


def test_other_names_of_processors_lead_to_ours() -> None:
    assert ARCH_ALIASES["x86_64"] == "amd64"
    assert ARCH_ALIASES["aarch64"] == "arm64"
    assert not ARCH_ALIASES.keys() & set(ARCH_ALIASES.values())


def test_a_files_slug_begins_with_its_releases() -> None:
    assert file_slug(slug_of("3.14.4"), "Gzipped source tarball") == "python-3144-gzipped-source-tarball"
    assert file_slug("python-275", "macOS 64-bit/32-bit installer") == "python-275-macos-64-bit-32-bit-installer"
