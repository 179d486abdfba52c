"""What a mail is made of: nobody writes a header who should only write a word in it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import msgspec
import pytest

from pydotorg.kernel import clock
from pydotorg.kernel.mail.composing import Mail, composed, sender_of

ORIGIN = UUID("01931f7e-0000-7000-8000-000000000001")
SENDER = sender_of("Jürgen of python.org <noreply@example.org>")


def travelled(mail: Mail) -> EmailMessage:
    """As it arrives."""
    arrived = message_from_bytes(composed(mail, SENDER, ORIGIN).as_bytes(), policy=policy.default)
    assert isinstance(arrived, EmailMessage)
    return arrived


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_text_and_html_arrive_as_they_were_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "unix", lambda: 1_793_620_800.0)
    message = travelled(Mail("alice@example.org", "Über «Python»", "Grüße\n", "<p>Grüße</p>\n"))
    assert (body(message, "plain"), body(message, "html")) == ("Grüße\n", "<p>Grüße</p>\n")
    assert message["From"].addresses[0].display_name == "Jürgen of python.org"
    assert (message["To"], message["Subject"]) == ("alice@example.org", "Über «Python»")
    assert message["Date"] == "Mon, 02 Nov 2026 12:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_mail_without_html_is_plain_text() -> None:
    assert travelled(Mail("alice@example.org", "News", "Hello\n")).get_content_type() == "text/plain"


def test_the_same_mail_of_the_same_task_has_one_id_and_others_have_others() -> None:
    alice = Mail("alice@example.org", "News", "Hello")
    once, again = travelled(alice), travelled(alice)
    assert once["Message-ID"] == again["Message-ID"]
    assert once["Message-ID"].endswith("@example.org>")
    others = [Mail("bob@example.org", "News", "Hello"), Mail("alice@example.org", "More news", "Hello")]
    ids = {once["Message-ID"], *(travelled(mail)["Message-ID"] for mail in others)}
    assert len(ids) == 3
    assert composed(alice, SENDER, UUID(int=7))["Message-ID"] not in ids


def test_a_long_link_is_not_broken() -> None:
    link = "https://example.org/account/verify-email#" + "x" * 200
    assert link.encode() in composed(Mail("alice@example.org", "Link", f"Go to {link}\n"), SENDER, ORIGIN).as_bytes()


@pytest.mark.parametrize("text", [f"{'x' * 2000}\n", "From here\n.\nFrom there\n", "Grüße" * 500])
def test_any_text_arrives_whole(text: str) -> None:
    assert body(travelled(Mail("alice@example.org", "Text", text)), "plain").rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(
    "subject", ["News\r\nBcc: eve@example.org", "News\nX: y", "News\rX", "News\x85", "a\u2028b", "\0", "\ud800"]
)
def test_a_subject_of_several_lines_is_none(subject: str) -> None:
    with pytest.raises(ValueError, match="must be one line"):
        Mail("alice@example.org", subject, "Hello")


@pytest.mark.parametrize(
    "to",
    [
        "", "alice", "@example.org", "alice@", "alice@example.org, eve@example.org",
        "alice@example.org eve@example.org", "jürgen@example.org, eve@example.org", "jürgen <eve@example.org>",
        "Alice <alice@example.org>", "<alice@example.org>", "alice@example.org\r\nBcc: eve@example.org",
        "alice@example.org>\nRCPT TO:<eve@example.org", "a b@example.org", "alice@exam ple.org", "alice@@example.org",
    ],
)  # fmt: skip
def test_what_is_not_exactly_one_address_gets_no_mail(to: str) -> None:
    with pytest.raises(ValueError, match=r"one line|exactly one address|a name and a domain"):
        Mail(to, "News", "Hello")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"to": to, "subject": "News", "text": "Hello"}), type=Mail)


@pytest.mark.parametrize(
    "to", ["a@b.example", "o'hara+python@example.org", '"odd one"@example.org', "jürgen@example.org"]
)
def test_odd_addresses_are_addresses(to: str) -> None:
    assert Mail(to, "News", "Hello").to == to
