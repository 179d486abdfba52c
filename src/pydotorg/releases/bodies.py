"""What release managers may say of releases, cycles, plans and operating systems."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType, field

from pydotorg.kernel.http.bodies import Body
from pydotorg.kernel.text.markdown import html_of
from pydotorg.kernel.text.plain import Line, LineOrNothing, Markdown, Slug, whole

from . import schemas
from .addresses import ADDRESS_CHARACTERS_MAX, PageOrNothing, WebAddressOrNothing
from .file_bodies import FILES_MAX, NewFileOfRelease, Remark, repetitions
from .names import contradictions, misspelt, no_slug, product_and_version
from .version import name_of, slug_of

Reason = Annotated[Remark, Meta(examples=["It does not start."])]
Name = Annotated[Line, Meta(description="It tells the version.", examples=["Python 3.14.9"])]
NewSlug = Annotated[Slug, Meta(examples=["python-3149"])]
NewVersion = Annotated[schemas.Version, Meta(examples=["3.14.9"])]
NotesUrl = Annotated[
    WebAddressOrNothing, Meta(examples=["https://docs.python.org/release/3.14.9/whatsnew/changelog.html"])
]
PageUrl = Annotated[
    PageOrNothing,
    Meta(description="Its page on python.org.", examples=["https://www.python.org/downloads/release/python-3149/"]),
]
PlannedVersion = Annotated[str, Meta(description="Version of a planned release.", examples=["3.14.9"])]
#: the dates of a cycle, in the order in which they come
DATES = ("start_of_development", "feature_freeze", "first_release", "end_of_bugfix", "end_of_life")


class NewRelease(Body):
    """A release to be, a draft unless it says otherwise. Either `version` or `name` is needed; each tells the other.

    Its cycle, its major version and whether it is a pre-release follow from its version.
    """

    read_only: ClassVar[frozenset[str]] = frozenset(schemas.Release.__struct_fields__)
    rules: ClassVar = {"version": misspelt, "slug": no_slug}

    version: NewVersion | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    product: Annotated[schemas.Product, Meta(description="Python, unless the name says otherwise.")] | UnsetType = UNSET
    slug: Annotated[NewSlug, Meta(description="By default it is made of the version.")] | UnsetType = UNSET
    release_date: Annotated[date, Meta(description="Today, in UTC, by default.")] | UnsetType = UNSET
    is_published: bool = False
    release_notes_url: NotesUrl = ""
    release_page_url: PageUrl | UnsetType = UNSET
    show_on_download_page: bool = True
    has_binaries: Annotated[bool | None, Meta(description="Null until there is a file that is no source code.")] = None
    content: Markdown = ""
    files: Annotated[list[NewFileOfRelease], Meta(max_length=FILES_MAX, description="All of them, at once.")] = field(
        default_factory=list
    )

    def faults(self) -> Iterable[tuple[str, str]]:
        """Name, version and product must agree; files must not repeat each other."""
        version, name, product = self.version or None, self.name or None, self.product or None
        if version is None and name is None:
            yield "version", "is required, unless `name` tells it"
        if version is not None and misspelt(version):
            version = None
        if name is not None:
            yield from contradictions(name, version, product)
        yield from repetitions(self.files)

    async def prepare(self) -> None:
        """Make HTML of the text."""
        await html_of(self.content)

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Product, version, name and slug."""
        told = product_and_version(self.name) if self.name else None
        product = self.product or (told[0] if told else "python")
        version = self.version or (told[1] if told else "")
        return product, version, self.name or name_of(version, product), self.slug or slug_of(version, product)


class ReleaseChange(Body):
    """What is to be different; what is not named stays. To publish is to change `is_published`."""

    read_only: ClassVar[frozenset[str]] = frozenset(schemas.Release.__struct_fields__)

    version: Annotated[NewVersion, Meta(description="Of drafts only.")] | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    slug: Annotated[NewSlug, Meta(description="Of drafts only: addresses lead to it.")] | UnsetType = UNSET
    release_date: date | UnsetType = UNSET
    is_published: bool | UnsetType = UNSET
    yanked: Annotated[bool, Meta(description="Withdrawn, which needs a reason.")] | UnsetType = UNSET
    yanked_reason: Reason | UnsetType = UNSET
    release_notes_url: NotesUrl | UnsetType = UNSET
    release_page_url: PageUrl | UnsetType = UNSET
    show_on_download_page: bool | UnsetType = UNSET
    has_binaries: bool | UnsetType | None = UNSET
    content: Markdown | UnsetType = UNSET

    async def prepare(self) -> None:
        """Make HTML of the text."""
        await html_of(self.content or "")


class CycleDates(Body):
    """All that is written down of a release cycle; what is not named is not known.

    A `first_release` that is not written down is the day of the first final release, as soon as that is published.
    """

    read_only: ClassVar[frozenset[str]] = frozenset(schemas.ReleaseCycle.__struct_fields__)

    start_of_development: date | None = None
    feature_freeze: date | None = None
    first_release: date | None = None
    end_of_bugfix: date | None = None
    end_of_life: date | None = None
    release_manager: Annotated[LineOrNothing, Meta(examples=["Hugo van Kemenade"])] = ""
    pep_url: Annotated[
        str,
        Meta(
            max_length=ADDRESS_CHARACTERS_MAX, pattern=whole(r"(?:https://peps\.python\.org/[A-Za-z0-9._/~+-]*)?"),
            description="Its release schedule.", extra={"message": "must be an address on https://peps.python.org/"},
            examples=["https://peps.python.org/pep-0790/"],
        ),
    ] = ""  # fmt: skip

    def faults(self) -> Iterable[tuple[str, str]]:
        """A cycle has dates, and lives in their order."""
        known = [name for name in DATES if getattr(self, name) is not None]
        if not known:
            yield DATES[0], "at least one date is required"
        for earlier, later in pairwise(known):
            if getattr(self, later) < getattr(self, earlier):
                yield later, f"must not be before `{earlier}`"


class PlannedDay(Body):
    """The day for which a release is planned."""

    read_only: ClassVar[frozenset[str]] = frozenset(schemas.ScheduledRelease.__struct_fields__)

    date: Annotated[date, Meta(examples=["2026-12-01"])]


class NewOperatingSystem(Body):
    """What files can be for; a slug that is not given is made of the name."""

    rules: ClassVar = {"slug": no_slug}

    name: Annotated[Line, Meta(examples=["Haiku"])]
    slug: Annotated[Slug, Meta(examples=["haiku"])] | UnsetType = UNSET


class OperatingSystemChange(Body):
    """What is to be different; the slug stays, since addresses and files name it."""

    read_only: ClassVar[frozenset[str]] = frozenset(schemas.OperatingSystem.__struct_fields__)

    name: Annotated[Line, Meta(examples=["Haiku"])] | UnsetType = UNSET
