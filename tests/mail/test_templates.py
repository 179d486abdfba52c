"""Mails from templates: what is in HTML is escaped, and what is missing is an error."""

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from pydotorg.kernel.attempts import Hopeless
from pydotorg.kernel.mail.composing import Mail
from pydotorg.kernel.mail.templates import rendered

PUBLIC = "https://www.example.org"


def greeting(name: str = "alice", **more: str) -> Mail:
    link = f"{PUBLIC}/account?a=1&b=2"
    return rendered("tests.mail", "greeting", to="alice@example.org", public_url=PUBLIC, name=name, link=link, **more)


def test_a_template_gives_subject_text_and_html_in_the_shared_layout() -> None:
    mail = greeting()
    assert (mail.to, mail.subject) == ("alice@example.org", "Hello, alice")
    assert mail.text == (
        "Hello alice,\n\n"
        f"this is where you go: {PUBLIC}/account?a=1&b=2\n"
        f"\npydotorg, {PUBLIC}\n"
        "A program has sent this; nobody reads what is sent back.\n"
    )
    assert mail.html.startswith("<!DOCTYPE html>\n")
    assert "<title>Hello, alice</title>" in mail.html
    assert f'<a href="{PUBLIC}">pydotorg</a>' in mail.html


def test_what_somebody_calls_himself_is_no_html() -> None:
    mail = greeting('<img src=x onerror="alert(1)">')
    assert "<img" not in mail.html
    assert mail.html.count("&lt;img src=x onerror=&#34;alert(1)&#34;&gt;") == 2, "in the title, too"
    assert 'href="https://www.example.org/account?a=1&amp;b=2"' in mail.html
    assert "<img src=x" in mail.text, "there it does no harm"


def test_what_somebody_calls_himself_is_no_header() -> None:
    with pytest.raises(Hopeless, match="must be one line"):
        greeting("alice\r\nBcc: eve@example.org")


def test_a_value_that_nobody_gives_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'link' is undefined"):
        rendered("tests.mail", "greeting", to="alice@example.org", public_url=PUBLIC, name="alice")


def test_a_template_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TemplateNotFound):
        rendered("tests.mail", "farewell", to="alice@example.org", public_url=PUBLIC)
