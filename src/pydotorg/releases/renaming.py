"""What a change makes of a release's names, and of its being yanked: pure."""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET

from .addresses import page_of
from .bodies import ReleaseChange
from .names import contradictions, misspelt, no_slug
from .tables import Release
from .version import cycle_of, is_pre_release, major_of, name_of, slug_of, version_key

Columns = dict[str, Any]


def facts_of(version: str) -> Columns:
    """The columns that follow from a version alone."""
    return {
        "version": version, "version_key": version_key(version), "cycle": cycle_of(version),
        "major": major_of(version), "pre_release": is_pre_release(version),
    }  # fmt: skip


def names_after(release: Release, change: ReleaseChange) -> Columns:
    """Version, name, slug and page; what was made of the version or of the slug goes with it."""
    product, before = release.product, release.version
    version = before if change.version is UNSET else change.version
    columns = facts_of(version) | {"name": release.name, "slug": release.slug}
    for name, make in (("name", name_of), ("slug", slug_of)):
        if (given := getattr(change, name)) is not UNSET:
            columns[name] = given
        elif columns[name] == make(before, product):
            columns[name] = make(version, product)
    if change.release_page_url is UNSET and release.release_page_url == page_of(release.slug):
        columns["release_page_url"] = page_of(columns["slug"])
    return columns


def yanking_after(release: Release, change: ReleaseChange) -> Columns:
    """Whether it is yanked, and why; what is no longer yanked has no reason."""
    yanked = release.yanked if change.yanked is UNSET else change.yanked
    kept = release.yanked_reason if yanked else ""
    return {"yanked": yanked, "yanked_reason": kept if change.yanked_reason is UNSET else change.yanked_reason}


def faults_of(release: Release, change: ReleaseChange) -> Iterator[tuple[str, str]]:
    """What cannot be, as (member, message)."""
    fault = None if change.version is UNSET else misspelt(change.version)
    if fault:
        yield "version", fault
    name, version = change.name or None, None
    if not fault and (change.version or change.name):
        names = names_after(release, change)
        name, version = names["name"], names["version"]
    if name is not None:
        for member, message in contradictions(name, version, release.product):
            yield "name", "is that of another product" if member == "product" else message
    if change.slug is not UNSET and (fault := no_slug(change.slug)):
        yield "slug", fault
    after = yanking_after(release, change)
    if after["yanked"] and not after["yanked_reason"].strip():
        yield "yanked_reason", "is required for a release that is yanked"
    if after["yanked_reason"] and not after["yanked"]:
        yield "yanked_reason", "must be empty for a release that is not yanked"
