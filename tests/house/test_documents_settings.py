"""docs/operating/settings.md names every setting as the code has it."""

import re
from pathlib import Path

import pytest

from pydotorg.settings import SETTINGS, Setting, SettingsError, load

PAGE = Path(__file__).parents[2] / "docs" / "operating" / "settings.md"
NO_VALUE = "\0"  # what no setting allows


def rows() -> list[tuple[str, str, str, str]]:
    """Name, default, allowed values and meaning of each row."""
    found = re.findall(
        r"^\| `(PYDOTORG_\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", PAGE.read_text("utf-8"), flags=re.MULTILINE
    )
    return [(name, default, allowed, meaning) for name, default, allowed, meaning in found]


def allowed_by(setting: Setting) -> str:
    """What the error about a bad value says must be given instead."""
    with pytest.raises(ValueError, match=r".") as refused:
        setting.parse(NO_VALUE)
    return str(refused.value).partition(" ('")[0]  # what the library says about the value itself


def shown(default: str | None) -> str:
    return f"`{default}`" if default else "none"


def test_every_setting_stands_there_and_no_other_in_the_same_order() -> None:
    assert [name for name, *_ in rows()] == list(SETTINGS)
    table = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `PYDOTORG_")]
    assert len(table) == len(SETTINGS), "a row has not the four columns"


@pytest.mark.parametrize("name", SETTINGS)
def test_a_row_has_the_default_and_the_values_that_the_code_has(name: str) -> None:
    [(default, allowed, meaning)] = [row[1:] for row in rows() if row[0] == name]
    assert default == shown(SETTINGS[name].default)
    assert allowed == allowed_by(SETTINGS[name])
    assert meaning


def test_names_that_the_page_calls_ignored_are_ignored(tmp_path: Path) -> None:
    ignored = {
        "PYDOTORG_TEST_POSTGRES_URL": "postgresql://localhost/test",
        "PYDOTORG_TOKEN": "anything",
        "PYDOTORG_SERVICE_HOST": "10.0.0.1",
        "PYDOTORG_SERVICE_PORT_HTTP": "8000",
        "PYDOTORG_PORT_8000_TCP_ADDR": "10.0.0.1",
        "PYDOTORG_STAGING_SERVICE_HOST": "10.0.0.1",
        "PYDOTORG_STAGING_PORT": "tcp://10.0.0.1:8000",
        "PYDOTORG_PORT": "tcp://10.0.0.1:8000",
    }
    assert load(ignored, file=tmp_path / "none").port == int(SETTINGS["PYDOTORG_PORT"].default or "")


def test_the_environment_overrules_the_file_and_an_empty_value_is_none(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PYDOTORG_PORT=8001\nPYDOTORG_WORKERS=2\nPYDOTORG_MAIL_FROM='$x@example.org'\n")
    configured = load({"PYDOTORG_PORT": "8002", "PYDOTORG_WORKERS": ""}, file=file)
    assert (configured.port, configured.workers, configured.mail_from) == (8002, 1, "$x@example.org")


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no setting PYDOTORG_WORKER\. Did you mean PYDOTORG_WORKERS\?"):
        load({"PYDOTORG_WORKER": "2"}, file=tmp_path / "none")
