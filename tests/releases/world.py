"""Releases that the snapshot does not have: drafts, a recall, another product; rows as release managers would write."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg.kernel.database.engine import create_engine
from pydotorg.releases import tables
from pydotorg.releases.version import cycle_of, is_pre_release, major_of, name_of, slug_of, version_key
from tests.conftest import configured

WRITTEN_AT = datetime(2031, 5, 1, 12, 30, 15, 123456, tzinfo=UTC)
DAY = date(2026, 11, 20)
CONTENT = "# News\n\nSee [python](https://www.python.org/) and <b>this</b>. [no](javascript:alert(1))\n"
HELLO = b"hello\n"


class World:
    """Rows of a few releases, written one by one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection, self.numbers = connection, iter(range(9_500_000, 9_600_000))

    async def cycle(self, cycle: str, product: str = "python") -> None:
        row = {"product": product, "cycle": cycle, "cycle_key": version_key(cycle), "ended": False,
               "release_manager": "", "pep_url": "", "updated_at": WRITTEN_AT}  # fmt: skip
        await self.connection.execute(insert(tables.ReleaseCycle), [row])

    async def release(self, version: str, **different: Any) -> UUID:
        number = next(self.numbers)
        row: dict[str, Any] = {
            "id": UUID(int=number), "number": number, "product": "python", "name": name_of(version),
            "slug": slug_of(version), "version": version, "version_key": version_key(version),
            "cycle": cycle_of(version), "major": major_of(version), "pre_release": is_pre_release(version),
            "is_published": True, "release_date": DAY, "yanked": False, "yanked_reason": "", "release_notes_url": "",
            "release_page_url": "", "show_on_download_page": True, "has_binaries": None, "content": "",
            "created_at": WRITTEN_AT, "updated_at": WRITTEN_AT, **different,
        }  # fmt: skip
        await self.connection.execute(insert(tables.Release), [row])
        return UUID(int=number)

    async def file(self, release: UUID, filename: str, **different: Any) -> None:
        os = different.pop("os", "source")
        chosen = select(tables.OperatingSystem.id).where(tables.OperatingSystem.slug == os)
        system = (await self.connection.execute(chosen)).scalar_one()
        number = next(self.numbers)
        row: dict[str, Any] = {
            "id": UUID(int=number), "number": number, "release_id": release, "os_id": system, "name": filename,
            "slug": f"file-{number}", "arch": "", "kind": "source", "filename": filename, "description": "",
            "is_source": os == "source", "url": f"https://www.python.org/ftp/python/{filename}", "filesize": None,
            "md5_sum": "", "sha256_sum": sha256(HELLO).hexdigest(), "gpg_signature_file": "",
            "sigstore_signature_file": "", "sigstore_cert_file": "", "sigstore_bundle_file": "", "sbom_spdx2_file": "",
            "download_button": False, "updated_at": WRITTEN_AT, **different,
        }  # fmt: skip
        await self.connection.execute(insert(tables.ReleaseFile), [row])

    async def files(self, release: UUID, names: Iterable[str], **different: Any) -> None:
        for name in names:
            await self.file(release, name, **different)


async def add_more(url: str) -> None:
    """Drafts, one in a cycle of its own; a recall; a preview that was planned; a late release; an install manager."""
    engine = create_engine(configured(url).database_url, writes=True)
    async with engine.begin() as connection:
        world = World(connection)
        await world.cycle("4.0")
        await world.cycle("4.1")
        draft = await world.release("3.15.1", is_published=False, content=CONTENT)
        await world.file(draft, "Python-3.15.1.tgz", slug="draft-source")
        await world.file(
            draft, "python-3.15.1-amd64.exe", os="windows", kind="installer", arch="amd64", slug="draft-exe"
        )
        await world.release("4.0.0a1", is_published=False)
        recalled = await world.release("3.15.2", yanked=True, yanked_reason="It did not start.", content=CONTENT)
        await world.files(recalled, ["hello.txt", "Zebra.txt", "apple.txt", "_under.txt"])
        await world.file(recalled, "no-sum.txt", sha256_sum="")
        await world.release("3.16.0a1", is_published=False)
        await world.release("3.16.0a2")
        late = await world.release("3.4.11", release_date=date(2027, 1, 5))
        windows = {"os": "windows", "kind": "installer"}
        await world.file(late, "python-3.4.11.amd64.msi", arch="amd64", **windows)
        await world.file(late, "python-3.4.11.msi", arch="x86", download_button=True, **windows)
        await world.cycle("25.0", "install-manager")
        manager = await world.release(
            "25.0", product="install-manager", name="Python install manager 25.0", slug="pymanager-250"
        )
        await world.file(manager, "python-manager-25.0.msix", os="windows", kind="installer", slug="manager-msix")
        await world.file(manager, "python-manager-25.0.msi", os="windows", kind="installer", download_button=True)
    await engine.dispose()
