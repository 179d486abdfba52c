"""Settings: checked when a command starts, and what cannot be used is told in one sentence."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from msgspec import structs

from pydotorg.settings import SETTINGS, Settings, SettingsError, load

NOWHERE = Path("no-such-file")
SECRET = "correct-horse-battery-staple-9876543210"


def given(**settings: str) -> Settings:
    return load({f"PYDOTORG_{name}": value for name, value in settings.items()}, file=NOWHERE)


def complaint(**settings: str) -> str:
    with pytest.raises(SettingsError) as error:
        given(**settings)
    return str(error.value)


def test_without_any_setting_everything_has_its_default() -> None:
    assert structs.asdict(given()) == {
        "host": "localhost", "port": 8000, "public_url": None, "allowed_hosts": ("localhost", "127.0.0.1", "[::1]"),
        "database_url": "sqlite+aiosqlite:///pydotorg.db", "redis_url": None, "workers": 1, "freshness": "strict",
        "stale_if_error": 300, "store": True, "fast_path": True, "rate_limit_enabled": True, "rate_limit_factor": 1.0,
        "trusted_proxies": (), "secret_key": None, "secret_key_previous": None, "smtp_url": None, "mail_from": None,
        "metrics_token": None, "log_level": "info", "log_format": None, "migrate": "auto", "seed": "auto",
        "tasks": "inside", "job_days": 90,
        "spam_hosts": frozenset(
            ("bit.ly", "cutt.ly", "is.gd", "ow.ly", "rb.gy", "t.co", "t.ly", "tinyurl.com")
        ),
        "fetch_loopback": False,
    }  # fmt: skip


def test_an_empty_value_is_none() -> None:
    assert given(**{name.removeprefix("PYDOTORG_"): " " for name in SETTINGS}) == given()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("HOST", "0.0.0.0", "0.0.0.0"), ("HOST", "[::1]", "::1"), ("HOST", "::", "::"),
        ("HOST", "api.internal", "api.internal"),
        ("PORT", "0", 0), ("PORT", "65535", 65535), ("PORT", " 8080 ", 8080),
        ("PUBLIC_URL", "https://API.example.org/", "https://api.example.org"),
        ("PUBLIC_URL", "http://[::1]:8000", "http://[::1]:8000"),
        ("ALLOWED_HOSTS", "A.example, b.example:8000,[::1]", ("a.example", "b.example:8000", "[::1]")),
        ("DATABASE_URL", "sqlite:///data/my.db", "sqlite+aiosqlite:///data/my.db"),
        ("DATABASE_URL", "sqlite:////var/my.db", "sqlite+aiosqlite:////var/my.db"),
        ("DATABASE_URL", "sqlite+aiosqlite:///my.db", "sqlite+aiosqlite:///my.db"),
        ("DATABASE_URL", "postgresql://u:p@h:5432/d", "postgresql+asyncpg://u:p@h:5432/d"),
        ("DATABASE_URL", "postgres://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("DATABASE_URL", "postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
        ("REDIS_URL", "redis://localhost:6379/0", "redis://localhost:6379/0"),
        ("REDIS_URL", "unix:///run/redis.sock", "unix:///run/redis.sock"),
        ("WORKERS", "4", 4), ("FRESHNESS", "notify", "notify"), ("STALE_IF_ERROR", "0", 0), ("STORE", "FALSE", False),
        ("FAST_PATH", "false", False), ("RATE_LIMIT_ENABLED", "False", False), ("RATE_LIMIT_FACTOR", "2.5", 2.5),
        ("TRUSTED_PROXIES", "10.0.0.0/8, ::1", (ip_network("10.0.0.0/8"), ip_network("::1"))),
        ("SECRET_KEY", SECRET, SECRET), ("SECRET_KEY_PREVIOUS", SECRET, SECRET),
        ("SMTP_URL", "smtps://user:pass@mail.example:465", "smtps://user:pass@mail.example:465"),
        ("MAIL_FROM", "python.org <noreply@example.org>", "python.org <noreply@example.org>"),
        ("METRICS_TOKEN", SECRET, SECRET),
        ("LOG_LEVEL", "debug", "debug"), ("LOG_FORMAT", "json", "json"), ("MIGRATE", "never", "never"),
        ("SEED", "never", "never"), ("TASKS", "worker", "worker"), ("JOB_DAYS", "1", 1), ("JOB_DAYS", "3650", 3650),
        ("SPAM_HOSTS", "A.example., b.example,", frozenset({"a.example", "b.example"})),
        ("SPAM_HOSTS", ",", frozenset()), ("FETCH_LOOPBACK", "true", True),
    ],
)  # fmt: skip
def test_a_good_value_is_understood(name: str, text: str, value: object) -> None:
    assert getattr(given(**{name: text}), name.lower()) == value


BAD = {
    "HOST": ["exa mple", "http://localhost", "localhost:8000/", "[::1", "a" * 300, "::1%eth0;"],
    "PORT": ["http", "-1", "65536", "8000.0", "80 80", "٨", "0x50", "1" * 30, "localhost:8000"],
    "PUBLIC_URL": [
        "example.org",
        "ftp://example.org",
        "https://",
        "https://example.org/api",
        "https://example.org/?a=1",
        "https://example.org#a",
        "https://user:pass@example.org",
        "https://exa mple.org",
        "//example.org",
        "http://[",
        "https://example.org:port",
        "https://example.org:99999",
    ],
    "ALLOWED_HOSTS": ["https://example.org", "a.example b.example", "a.example,", "*", "a.example:port", "a.example/x"],
    "DATABASE_URL": [
        "pydotorg.db",
        "mysql://localhost/python",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///a.db?x=1",
        "postgresql://",
        "postgresql+psycopg://localhost/python",
        "postgresql://localhost:port/python",
        "oracle:x",
        "postgresql://[/python",
    ],
    "REDIS_URL": ["localhost:6379", "http://localhost", "redis://", "redis", "redis://["],
    "WORKERS": ["0", "-1", "257", "two", "1.5"],
    "FRESHNESS": ["lazy", "STRICT", "true"],
    "STALE_IF_ERROR": ["-1", "86401", "5m", "1e3"],
    "STORE": ["1", "yes", "on", "truee"],
    "FAST_PATH": ["0", "no"],
    "RATE_LIMIT_ENABLED": ["off", "2"],
    "RATE_LIMIT_FACTOR": ["0", "-1", "inf", "nan", "1e3", "1,5", "two", "0.0"],
    "TRUSTED_PROXIES": ["10.0.0.1/8", "10.0.0.0/33", "proxy.example", "10.0.0.0/8;::1", "*", "10.0.0.0/8,"],
    "SECRET_KEY": ["secret", "x" * 31],
    "SECRET_KEY_PREVIOUS": ["x"],
    "SMTP_URL": ["mail.example", "http://mail.example", "smtp://", "smtp://["],
    "MAIL_FROM": [
        "noreply",
        "noreply@",
        "@example.org",
        "a b@c d",
        "x <a@b.example",
        "a@b.example>",
        "a@b.example, c@d.example",
    ],
    "METRICS_TOKEN": ["token", "x" * 31],
    "LOG_LEVEL": ["verbose", "INFO", "10"],
    "LOG_FORMAT": ["xml", "JSON"],
    "MIGRATE": ["always", "true"],
    "SEED": ["yes", "AUTO"],
    "TASKS": ["true", "INSIDE", "none"],
    "JOB_DAYS": ["0", "3651", "90d", "1.5"],
    "SPAM_HOSTS": [
        "https://spam.example",
        "spam.example/x",
        "spam.example other.example",
        "*.spam.example",
        "a..b",
        "ä.example",
    ],
    "FETCH_LOOPBACK": ["1", "yes", "127.0.0.1"],
}


def test_there_are_bad_values_for_every_setting() -> None:
    assert {f"PYDOTORG_{name}" for name in BAD} == set(SETTINGS)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_value_is_one_sentence_that_names_the_setting(name: str, value: str) -> None:
    sentence = complaint(**{name: value})
    assert sentence.startswith(f"PYDOTORG_{name} must be "), sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 500
    for inside in ("Invalid", "literal", "Error", "urlsplit", "None"):
        assert inside not in sentence.replace(value, "")
    assert (repr(value) in sentence) == (not SETTINGS[f"PYDOTORG_{name}"].secret)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "hunter2"), ("SECRET_KEY_PREVIOUS", "hunter2"), ("METRICS_TOKEN", "hunter2"),
        ("DATABASE_URL", "mysql://admin:hunter2@db/python"),
        ("DATABASE_URL", "postgresql://admin:hunter2@db:port/python"), ("REDIS_URL", "http://:hunter2@cache"),
        ("SMTP_URL", "mail://user:hunter2@mail.example"), ("REDIS_URL", "redis://:hunter2@["),
    ],
)  # fmt: skip
def test_a_secret_is_never_repeated(name: str, value: str) -> None:
    assert "hunter2" not in complaint(**{name: value})


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("PYDOTORG_PROT", "PYDOTORG_PORT"), ("PYDOTORG_DATABASE", "PYDOTORG_DATABASE_URL"),
        ("PYDOTORG_WORKER", "PYDOTORG_WORKERS"),
        ("PYDOTORG_SECRETKEY", "PYDOTORG_SECRET_KEY"), ("PYDOTORG_LOGLEVEL", "PYDOTORG_LOG_LEVEL"),
        ("PYDOTORG_ALLOWED_HOST", "PYDOTORG_ALLOWED_HOSTS"), ("PYDOTORG_port", "PYDOTORG_PORT"),
    ],
)  # fmt: skip
def test_a_misspelt_setting_is_an_error_that_suggests_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(SettingsError) as error:
        load({name: SECRET}, file=NOWHERE)
    assert str(error.value) == f"There is no setting {name}. Did you mean {meant}?"


def test_an_empty_misspelt_setting_is_one_too() -> None:
    with pytest.raises(SettingsError, match="There is no setting PYDOTORG_PROT"):
        load({"PYDOTORG_PROT": ""}, file=NOWHERE)


def test_what_is_not_ours_is_ignored() -> None:
    foreign = {
        "PORT": "1", "DATABASE_URL": "x", "XPYDOTORG_PORT": "1", "PYDOTORGX": "1", "pydotorg_port": "1",
        "PYDOTORG_TEST_POSTGRES_URL": "x", "PYDOTORG_TEST_ANYTHING": "x", "PYDOTORG_TOKEN": SECRET,
        "PYDOTORG_PORT": "tcp://10.0.0.1:8000", "PYDOTORG_SERVICE_HOST": "10.0.0.1", "PYDOTORG_SERVICE_PORT": "8000",
        "PYDOTORG_SERVICE_PORT_HTTP": "8000", "PYDOTORG_PORT_8000_TCP": "tcp://10.0.0.1:8000",
        "PYDOTORG_PORT_8000_TCP_PROTO": "tcp", "PYDOTORG_PORT_8000_TCP_PORT": "8000",
        "PYDOTORG_PORT_8000_TCP_ADDR": "10.0.0.1", "PYDOTORG_WEB_SERVICE_HOST": "10.0.0.1",
        "PYDOTORG_WEB_PORT": "tcp://10.0.0.1:80", "PYDOTORG_WEB_PORT_80_TCP_ADDR": "10.0.0.1",
        "PYDOTORG_DNS_PORT_53_UDP": "udp://10.0.0.1:53",
    }  # fmt: skip
    assert load(foreign, file=NOWHERE) == given()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_settings_are_read_from_a_file_too(file: Path) -> None:
    file.write_text(
        "# ours\nPYDOTORG_PORT=9000\nexport PYDOTORG_WORKERS='2'\n\nPYDOTORG_SEED=\nOTHER=1\n"
        f'PYDOTORG_SECRET_KEY="{SECRET}$HOME"\nPYDOTORG_PUBLIC_URL=https://example.org # public\n'
    )
    found = load({}, file=file)
    assert (found.port, found.workers, found.seed) == (9000, 2, "auto")
    assert found.secret_key == f"{SECRET}$HOME", "nothing is filled in"
    assert found.public_url == "https://example.org"


def test_the_environment_overrules_the_file(file: Path) -> None:
    file.write_text("PYDOTORG_PORT=9000\nPYDOTORG_WORKERS=2\nPYDOTORG_LOG_LEVEL=debug\n")
    found = load({"PYDOTORG_PORT": "9001", "PYDOTORG_LOG_LEVEL": ""}, file=file)
    assert (found.port, found.workers, found.log_level) == (9001, 2, "info")


def test_what_is_wrong_in_the_file_is_an_error_as_well(file: Path) -> None:
    file.write_text("PYDOTORG_PROT=9000\n")
    with pytest.raises(SettingsError, match="Did you mean PYDOTORG_PORT"):
        load({}, file=file)
    file.write_text("PYDOTORG_PORT=high\n")
    with pytest.raises(SettingsError, match="PYDOTORG_PORT must be a whole number"):
        load({}, file=file)
    file.write_bytes(b"PYDOTORG_PORT=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"The settings file .*\.env cannot be read"):
        load({}, file=file)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DATABASE_URL": "postgresql://h/d"}, "PYDOTORG_PUBLIC_URL must be set with PostgreSQL"),
        ({"DATABASE_URL": "postgresql://h/d", "PUBLIC_URL": "https://a.example"}, "PYDOTORG_SECRET_KEY must be set"),
        ({"FRESHNESS": "notify"}, "PYDOTORG_FRESHNESS can be `notify` only with PostgreSQL"),
        ({"SMTP_URL": "smtp://mail.example"}, "PYDOTORG_PUBLIC_URL must be set with PYDOTORG_SMTP_URL"),
        ({"SMTP_URL": "smtp://m.example", "PUBLIC_URL": "https://a.example"}, "PYDOTORG_MAIL_FROM must be set"),
    ],
)
def test_a_server_refuses_settings_that_do_not_go_together(settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as error:
        given(**settings).check_for_serving()
    assert str(error.value).startswith(sentence)
    assert str(error.value).endswith(".")


def test_a_server_accepts_the_rest() -> None:
    given().check_for_serving()
    together = {"PUBLIC_URL": "https://a.example", "SECRET_KEY": SECRET, "DATABASE_URL": "postgresql://h/d"}
    given(**together, FRESHNESS="notify", SMTP_URL="smtp://m.example", MAIL_FROM="a@a.example").check_for_serving()


def test_the_hosts_that_are_answered_follow_from_two_settings() -> None:
    assert given().hosts == {"localhost", "127.0.0.1", "[::1]"}
    assert given(PUBLIC_URL="https://A.example:8443").hosts == {"localhost", "127.0.0.1", "[::1]", "a.example"}
    assert given(PUBLIC_URL="https://a.example", ALLOWED_HOSTS="b.example").hosts == {"a.example", "b.example"}
