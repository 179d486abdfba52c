"""One version of Python on its way to a server: what is there, what shall be there, and the one request between."""

from collections.abc import Iterator, Mapping, Sequence

from pydotorg.releases.artefacts import Artefact
from pydotorg.releases.version import name_of

from .answers import Difference, StoredRelease
from .client import API, Service
from .directory import Measured
from .errors import CannotPublish, printable
from .plan import Body, Entry, plan, unknown
from .table import lines


class Publication:
    """Asks the server at once whether it has this version."""

    def __init__(self, service: Service, version: str, *, is_draft: bool, reason: str) -> None:
        self.service, self.version, self.is_draft, self.reason = service, version, is_draft, reason
        self.stored = service.release(version)
        if self.stored is None:  # to whoever may not write it, a draft is as new as a release that is not there
            service.demand_release_manager()
        self.name = self.stored.name if self.stored else name_of(version)
        self.known = {file.filename: file for file in self.stored.files} if self.stored else {}
        self.entries = list[Entry]()
        self.difference = Difference()
        if self.is_public and is_draft:
            raise CannotPublish(f"{self.name} is published already; leave out --draft to change its files.")

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it already."""
        return self.stored is not None and self.stored.is_published

    def unknown(self, files: Sequence[Measured]) -> list[Measured]:
        """Those that somebody has to tell about."""
        return unknown(files, self.known)

    def take(self, files: Sequence[Measured], told: Mapping[str, Artefact]) -> None:
        """Plan to have these files and no others, and find out what that changes."""
        self.entries = plan(self.version, files, self.known, told)
        if not self.entries:
            raise CannotPublish("No file is left to publish.")
        if self.stored is not None:
            self.difference = self._replace(self.stored, dry_run=True)

    @property
    def has_news(self) -> bool:
        """Whether there is anything to write."""
        becomes_public = not self.is_draft and not self.is_public
        return self.stored is None or becomes_public or self.difference.has_news

    @property
    def withdrawn(self) -> list[str]:
        """The files that everybody sees, and nobody any more once this is written."""
        return [printable(file.filename) for file in self.difference.removed] if self.is_public else []

    def lines(self, width: int | None) -> Iterator[str]:
        """The plan, as a terminal of this width can show it."""
        stands = "published" if self.is_public else "a draft" if self.stored else "new"
        becomes = "have" if self.is_public else "be a draft with" if self.is_draft else "be published with"
        yield f"{self.name} is {stands} on {self.service.base}. It will {becomes} these files:"
        yield from map(printable, lines(self.entries, self.difference, width))

    @property
    def question(self) -> str:
        """What somebody must agree to."""
        verb = "Store" if self.is_draft else "Change" if self.is_public else "Publish"
        return f"{verb} {self.name} on {self.service.base}?"

    def write(self) -> str:
        """Do it; the answer says what has been done."""
        if self.stored is None:
            body = {"version": self.version, "is_published": not self.is_draft, "files": self._bodies()}
            self.service.create(body, self.entries)
        else:
            self._replace(self.stored, dry_run=False)
        done = "stored as a draft" if self.is_draft else "published"
        return f"{self.name} is {done}: {self.service.base}{API}/releases/{self.version}"

    def _replace(self, stored: StoredRelease, *, dry_run: bool) -> Difference:
        body: Body = {"files": self._bodies(), "publish": not self.is_draft}
        body |= {"reason": self.reason} if self.reason else {}
        return self.service.replace(stored, body, self.entries, dry_run=dry_run)

    def _bodies(self) -> list[Body]:
        return [entry.body for entry in self.entries]
