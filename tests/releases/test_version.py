from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from pydotorg.releases.version import (
    DIGITS_MAX,
    cycle_of,
    final_of,
    is_pre_release,
    major_of,
    name_of,
    slug_of,
    version_key,
)
from pydotorg.snapshot.records import read_facts

numbers = st.integers(min_value=0, max_value=10**DIGITS_MAX - 1)


@st.composite
def versions(draw: st.DrawFn) -> str:
    epoch = draw(st.sampled_from(["", "0!", "1!", "12!"]))
    release = ".".join(map(str, draw(st.lists(st.one_of(st.just(0), numbers), min_size=1, max_size=4))))
    pre = draw(st.one_of(st.just(""), st.builds("{}{}".format, st.sampled_from(["a", "b", "rc"]), numbers)))
    post = draw(st.one_of(st.just(""), st.builds(".post{}".format, numbers)))
    development = draw(st.one_of(st.just(""), st.builds(".dev{}".format, numbers)))
    return epoch + release + pre + post + development


def test_text_order_is_version_order_for_every_pair_of_releases() -> None:
    known = [(Version(release.version), version_key(release.version)) for release in read_facts().releases]
    assert len(known) == 651
    for (one, one_key), (other, other_key) in combinations(known, 2):
        assert (one < other, one == other) == (one_key < other_key, one_key == other_key), (one, other)


@given(versions(), versions())
def test_text_order_is_version_order_for_any_two_versions(one: str, other: str) -> None:
    assert (version_key(one) < version_key(other)) == (Version(one) < Version(other))
    assert (version_key(one) == version_key(other)) == (Version(one) == Version(other))


@given(versions())
def test_a_key_is_digits_only_so_that_no_collation_reorders_it(version: str) -> None:
    key = version_key(version)
    assert key.isascii()
    assert key.isdecimal()


def test_keys_stay_as_databases_have_stored_them() -> None:
    assert version_key("3.14.0rc2") == "1013214031209"
    assert version_key("3.14.0") == "10132140409"


@pytest.mark.parametrize("refused", ["", "three", "3.14.0+local", "3.123456789", "3." + "9" * 5000])
def test_what_has_no_place_in_the_order_is_refused(refused: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        version_key(refused)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("3.14.8", ("Python 3.14.8", "python-3148", "3.14", 3, "3.14.8")),
        ("3.15.0rc2", ("Python 3.15.0rc2", "python-3150rc2", "3.15", 3, "3.15.0")),
        ("2.2.0", ("Python 2.2.0", "python-220", "2.2", 2, "2.2.0")),
        ("3.14.0RC1", ("Python 3.14.0rc1", "python-3140rc1", "3.14", 3, "3.14.0")),
    ],
)
def test_a_version_says_what_its_release_is_called(version: str, said: tuple[str, str, str, int, str]) -> None:
    assert (name_of(version), slug_of(version), cycle_of(version), major_of(version), final_of(version)) == said


def test_alphas_betas_candidates_and_development_builds_are_pre_releases() -> None:
    assert all(map(is_pre_release, ["3.15.0a1", "3.15.0b4", "3.15.0rc1", "3.15.0.dev1"]))
    assert not any(map(is_pre_release, ["3.15.0", "3.7.2.post1"]))
