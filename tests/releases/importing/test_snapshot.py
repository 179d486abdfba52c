"""A python.org that has all that is bundled with us."""

from typing import Any

import pytest

from pydotorg.releases import tables
from tests.releases.importing.installation import Installation
from tests.releases.importing.service import PythonOrg

pytestmark = pytest.mark.anyio


@pytest.fixture
def python_org(python_org: PythonOrg) -> PythonOrg:
    python_org.show_the_snapshot()
    return python_org


def without(rows: dict[Any, dict[str, Any]], *names: str) -> dict[Any, dict[str, Any]]:
    return {row["id"]: {name: value for name, value in row.items() if name not in names} for row in rows.values()}


async def test_the_snapshot_takes_over_numbers_and_slugs_and_nothing_else(
    python_org: PythonOrg, seeded: Installation
) -> None:
    before = await seeded.everything()
    report = await seeded.take_over(python_org.url)
    releases, files = len(python_org.releases), len(python_org.files)
    assert [line.rpartition(":")[0] for line in report] == [
        "operating systems", "releases", f"  changed number ({releases})", "files",
        f"  changed number, slug ({files})",
    ]  # fmt: skip
    after = await seeded.everything()
    assert after[0] == before[0]
    assert without(after[1], "number", "updated_at") == without(before[1], "number", "updated_at")
    assert without(after[2], "number", "slug", "updated_at") == without(before[2], "number", "slug", "updated_at")
    assert after[1].keys() == set(range(1, releases + 1))
    assert after[2].keys() == set(range(1, files + 1))
    assert (await seeded.take_over(python_org.url))[-1] == "Nothing to change."
    assert not any((await seeded.seed()).values())
    assert await seeded.everything() == after


async def test_an_empty_installation_gets_what_the_snapshot_has(
    python_org: PythonOrg, installation: Installation
) -> None:
    await installation.take_over(python_org.url)
    await installation.seed()
    imported = await installation.everything()
    assert len(imported[1]) == len(python_org.releases)
    assert len(imported[2]) == len(python_org.files)
    assert (await installation.take_over(python_org.url))[-1] == "Nothing to change."
    await installation.empty()
    await installation.seed()
    kinds = {row["url"]: (row["kind"], row["arch"]) for row in (await installation.rows(tables.ReleaseFile)).values()}
    assert {row["url"]: (row["kind"], row["arch"]) for row in imported[2].values()} == kinds
