"""The mails about accounts: plain words, whole links, and no more secrets than needed."""

import re
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import pytest

import pydotorg.accounts
from pydotorg.accounts.links import Purpose, secret_of
from pydotorg.accounts.mails import PACKAGE
from pydotorg.app import DOMAINS
from pydotorg.kernel.http.operations import Operation
from pydotorg.kernel.mail.composing import Mail
from pydotorg.kernel.mail.templates import rendered

PUBLIC_URL = "https://api.example.org"
SECRET = "-_" + secret_of("key", uuid4(), Purpose.verify_email)[2:]
#: each mail, and the page that its link leads to
MAILS = {
    "confirmation": Purpose.verify_email,
    "reset": Purpose.reset_password,
    "address_known": None,
    "password_changed": None,
    "address_changed": None,
}
FOLDER = Path(pydotorg.accounts.__file__).parent / "mails"
each_mail = pytest.mark.parametrize("name", MAILS)


def link_of(name: str) -> str:
    return f"{PUBLIC_URL}/account/{MAILS[name]}#{SECRET}"


def mail(name: str, username: str = "ada") -> Mail:
    values = {"username": username, "link": link_of(name), "secret": SECRET}
    return rendered(PACKAGE, name, to="ada@example.org", public_url=PUBLIC_URL, **values)


class Page(HTMLParser):
    """What a mail in HTML says, and where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.said = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        self.said += data


def test_every_mail_is_known_here_and_has_both_forms() -> None:
    assert {file.name for file in FOLDER.glob("*.*") if file.suffix != ".py"} == {
        f"{name}.{form}" for name in MAILS for form in ("txt", "html")
    }
    code = (FOLDER / "__init__.py").read_text("utf-8")
    assert [name for name in MAILS if f'"{name}"' not in code] == []


@each_mail
def test_a_mail_says_in_both_forms_what_it_is_and_whose_account_it_is_about(name: str) -> None:
    written = mail(name)
    assert re.fullmatch(r"[A-Z][^\n]{10,70}", written.subject)
    assert "pydotorg" in written.subject
    for said in (written.text, Page(written.html).said):
        assert "ada" in said
        assert re.search(r"\bnot\s+you\b", said), "what to do if it was somebody else"
        assert PUBLIC_URL in said or "pydotorg" in said
    assert all(len(line) <= 80 for line in written.text.splitlines() if "://" not in line)


@each_mail
def test_both_forms_say_the_same(name: str) -> None:
    written = mail(name)
    in_text, in_html = (
        set(re.findall(r"[a-z]{4,}", said)) for said in (written.subject + written.text, Page(written.html).said)
    )
    assert in_text ^ in_html <= {"https", "swagger", "example", "here"}


@pytest.mark.parametrize("name", [name for name, page in MAILS.items() if page])
def test_a_link_is_whole_on_a_line_and_its_token_stands_alone(name: str) -> None:
    written = mail(name)
    lines = written.text.splitlines()
    assert lines.count(link_of(name)) == 1
    assert lines.count(SECRET) == 1
    assert written.text.isascii(), "it would be broken over lines to travel"
    assert Page(written.html).links.count(link_of(name)) == 1
    assert f">{link_of(name)}</a>" in written.html
    assert f"<code>{SECRET}</code>" in written.html
    assert f"{PUBLIC_URL}/api/auth/{MAILS[name]}" in written.text


@pytest.mark.parametrize("name", [name for name, page in MAILS.items() if not page])
def test_a_mail_that_only_tells_something_holds_no_secret(name: str) -> None:
    written = mail(name)
    assert SECRET not in written.text + written.html + written.subject
    assert "/account/" not in written.text + written.html


@each_mail
def test_html_is_escaped_and_asks_nothing_of_anybody(name: str) -> None:
    page = Page(mail(name, username="<b>&ada</b>").html)
    assert "b" not in page.tags
    assert "<b>&ada</b>" in page.said
    assert {"img", "script", "link", "iframe", "form"}.isdisjoint(page.tags)
    assert [link for link in page.links if not link.startswith(PUBLIC_URL)] == []


@each_mail
def test_what_a_mail_tells_programs_to_call_is_there(name: str) -> None:
    operations: list[Operation] = [handler.opt["operation"] for domain in DOMAINS for handler in domain.routes]
    posted = {operation.id for operation in operations if operation.method == "POST"}
    for path in re.findall(r"/api/auth/([\w-]+)", mail(name).text):
        assert f"auth_{path.replace('-', '_')}" in posted


def test_a_value_that_a_mail_needs_is_demanded() -> None:
    with pytest.raises(Exception, match="'link' is undefined"):
        rendered(PACKAGE, "reset", to="ada@example.org", public_url=PUBLIC_URL, username="ada", secret=SECRET)
