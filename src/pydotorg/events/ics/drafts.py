"""One VEVENT by itself, understood as far as that goes without the others of its UID."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from icalendar.parser.property import split_on_unescaped_comma
from msgspec import Struct

from pydotorg.kernel.text.addresses import URL_PATTERN

from .entries import UID_CHARACTERS_MAX
from .foreign_zones import ForeignZones
from .lines import Component
from .values import Property, Stated, Unusable, line, moment, prose, stated, unescaped

TITLE_CHARACTERS_MAX = 200
LOCATION_CHARACTERS_MAX = 200
CATEGORY_CHARACTERS_MAX = 200
DESCRIPTION_CHARACTERS_MAX = 100_000
URL_CHARACTERS_MAX = 500
CATEGORIES_MAX = 20
UNTITLED = "Untitled event"
NOT_FOR_EVERYBODY = "It is not for everybody: it has a CLASS other than PUBLIC."
SEVERAL = "It has several {} that differ."
CHANGES_ALL_AFTER = "It changes all occurrences from one on (RANGE=THISANDFUTURE), which cannot be kept."


class Draft(Struct, kw_only=True):
    """An event that may be the whole of its UID, or one occurrence of it."""

    #: its UID, or where it stands if it has none
    place: str
    component: Component
    zones: ForeignZones
    uid: str
    title: str
    sequence: int
    created_at: datetime | None
    updated_at: datetime | None
    cancelled: bool
    #: what it says of itself; what it does not name is not there
    texts: dict[str, Any]
    #: what was dropped or cut, as sentences
    altered: list[str]

    def alter(self, reason: str) -> None:
        """Say once that it was taken, but not as it was."""
        if reason not in self.altered:
            self.altered.append(reason)

    @property
    def version(self) -> tuple[int, float]:
        """What is greater in a newer one."""
        return self.sequence, self.updated_at.timestamp() if self.updated_at else 0

    @property
    def is_private(self) -> bool:
        """Whether who wrote it does not want everybody to see it: a class that nobody knows says so too.

        As RFC 5545 3.8.1.3 has it.
        """
        classes = self.component.properties.get("CLASS", ())
        return any(one.value.strip().upper() != "PUBLIC" for one in classes)

    @property
    def changes_all_after(self) -> bool:
        """Whether it stands for all occurrences from one on."""
        original = self.component.first("RECURRENCE-ID")
        return original is not None and bool(original.parameters.get("RANGE"))

    def overridden(self) -> Stated | None:
        """The start of the occurrence that it is, if it is one. Raises Unusable."""
        original = self.component.first("RECURRENCE-ID")
        if original is None:
            return None
        if self.component.differ("RECURRENCE-ID"):
            raise Unusable(SEVERAL.format("RECURRENCE-ID"))
        if self.changes_all_after:
            raise Unusable(CHANGES_ALL_AFTER)
        return stated(original)[0]


def draft(component: Component, zones: ForeignZones) -> Draft:
    """What a VEVENT says, its times apart."""
    altered: list[str] = []
    texts = _texts(component, altered)
    sequence = component.text("SEQUENCE")
    return Draft(
        place=line(component.text("UID"), UID_CHARACTERS_MAX) or f"line {component.line}",
        component=component,
        zones=zones,
        uid=_uid(component),
        title=texts.get("title") or UNTITLED,
        sequence=int(sequence) if re.fullmatch(r"\d{1,9}", sequence, re.ASCII) else 0,
        created_at=moment(component.first("CREATED")),
        updated_at=moment(component.first("LAST-MODIFIED")) or moment(component.first("DTSTAMP")),
        cancelled=_is_cancelled(component.text("STATUS"), altered),
        texts=texts,
        altered=altered,
    )


def _uid(component: Component) -> str:
    said = line(unescaped(component.text("UID")), UID_CHARACTERS_MAX * 2)
    names = ("SUMMARY", "DTSTART", "RRULE", "LOCATION", "URL")
    return bounded_uid(said) if said else digest("\n".join(component.text(name) for name in names))


def bounded_uid(said: str) -> str:
    """A UID, or what stands for one that is too long, the same each time."""
    return said if len(said) <= UID_CHARACTERS_MAX else digest(said)


def digest(content: str) -> str:
    """A UID made of what an event says."""
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _is_cancelled(status: str, altered: list[str]) -> bool:
    """Whatever may happen happens: we keep no more than whether something was cancelled."""
    if status.upper() not in {"", "CONFIRMED", "CANCELLED"}:
        altered.append(f"Its STATUS became CONFIRMED: {line(status, 40)!r}.")
    return status.upper() == "CANCELLED"


def _texts(component: Component, altered: list[str]) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    several = filter(component.differ, ("SUMMARY", "DESCRIPTION", "LOCATION", "URL"))
    altered.extend(f"Of several {name}, the first was taken." for name in several)
    for name, field, clean, most in (
        ("SUMMARY", "title", line, TITLE_CHARACTERS_MAX),
        ("DESCRIPTION", "description", prose, DESCRIPTION_CHARACTERS_MAX),
        ("LOCATION", "location", line, LOCATION_CHARACTERS_MAX),
    ):
        if component.first(name):
            text = clean(unescaped(component.text(name)), most + 1)
            texts[field] = clean(text, most)
            if text != texts[field]:
                altered.append(f"Its {name} was cut to {most} characters.")
    if not texts.get("title", UNTITLED):
        del texts["title"]
    if component.first("URL"):
        texts["url"] = _url(component.text("URL"), altered)
    if component.first("CATEGORIES"):
        texts["categories"] = _categories(component.properties["CATEGORIES"], altered)
    return texts


def _url(text: str, altered: list[str]) -> str:
    if not text or (len(text) <= URL_CHARACTERS_MAX and re.fullmatch(URL_PATTERN, text)):
        return text
    altered.append(f"Its URL was left out, since it is no address of a page: {line(text, 80)!r}.")
    return ""


def _categories(properties: Iterable[Property], altered: list[str]) -> tuple[str, ...]:
    said = (text for property in properties for text in split_on_unescaped_comma(property.value))
    names = tuple(dict.fromkeys(filter(None, (line(text, CATEGORY_CHARACTERS_MAX) for text in said))))
    if len(names) > CATEGORIES_MAX:
        altered.append(f"Its CATEGORIES were cut to {CATEGORIES_MAX}.")
    return names[:CATEGORIES_MAX]
