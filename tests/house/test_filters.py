"""A parameter that is declared does something; a vocabulary that stands twice is the same twice."""

from typing import get_args

from msgspec import structs

from pydotorg.kernel.http.hints import choices
from pydotorg.releases import artefacts, filters, rules, schemas

#: what says how a list is shown, not which rows are in it; `is_published` asks the caller first
NOT_FILTERS = {"include", "sort", "is_published"}


def parameters(struct: type[schemas.ReleaseFilters | schemas.FileFilters | schemas.Download]) -> set[str]:
    return {field.name for field in structs.fields(struct)} - NOT_FILTERS


def test_every_filter_of_releases_is_applied() -> None:
    assert parameters(schemas.ReleaseFilters) == filters.RELEASE_FILTERS.keys()


def test_every_filter_of_files_is_applied() -> None:
    assert parameters(schemas.FileFilters) == filters.FILE_FILTERS.keys()
    assert parameters(schemas.Download) <= filters.FILE_FILTERS.keys()


def test_every_name_of_a_processor_can_be_asked_for() -> None:
    processors = set(get_args(artefacts.Arch)) - {""}
    assert set(choices(schemas.ArchOrAlias)) == processors | artefacts.ARCH_ALIASES.keys()


def test_every_file_has_a_place_in_the_order_of_preference() -> None:
    assert sorted(rules.KINDS_BY_PREFERENCE) == sorted(get_args(artefacts.Kind))
    assert sorted(rules.ARCHES_BY_PREFERENCE) == sorted(get_args(artefacts.Arch))
