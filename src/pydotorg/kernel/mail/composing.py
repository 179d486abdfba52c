"""A mail as we write it, and as it travels (RFC 5322)."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID, uuid5

from msgspec import Struct

from pydotorg.kernel import clock

LINE_CHARACTERS_MAX = 998  # RFC 5322 2.1.1
#: what would end a header and begin another, or cannot be written at all
UNFIT_FOR_HEADERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
BEYOND_ASCII = re.compile(r"(?=.*[^\x00-\x7f])[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+")


class Mail(Struct, frozen=True):
    """A finished mail to one address. A ValueError where the address is none, or a header would become two."""

    to: str
    subject: str
    text: str
    html: str = ""

    def __post_init__(self) -> None:
        if UNFIT_FOR_HEADERS.search(self.to + self.subject):
            raise ValueError("an address or a subject must be one line")
        address_of(self.to)


def address_of(text: str) -> Address:
    """One address without a name; anything else, a list of them too, is a ValueError."""
    if BEYOND_ASCII.fullmatch(text):  # RFC 6531; the standard library parses no others
        name, _, domain = text.partition("@")
        return Address(username=name, domain=domain)
    try:
        address = Address(addr_spec=text)
    except Exception as error:  # the parser has its own errors, and stumbles over some texts
        raise ValueError("there must be exactly one address") from error
    if not (address.username and address.domain):
        raise ValueError("an address has a name and a domain")
    return address


def sender_of(text: str) -> Address:
    """The address of PYDOTORG_MAIL_FROM, with its name if it has one."""
    name, bracket, address = text.removesuffix(">").rpartition("<")
    given = address_of(address)
    return Address(name.strip().strip('"') if bracket else "", given.username, given.domain)


def composed(mail: Mail, sender: Address, origin: UUID) -> EmailMessage:
    """The message of a mail. The same mail of the same origin has one `Message-ID`, however often it is sent."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = address_of(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{uuid5(origin, f'{mail.to} {mail.subject}')}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 5: no vacation notice is to answer it
    message.set_content(mail.text, cte=encoding_of(mail.text))
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte=encoding_of(mail.html))
    return message


def encoding_of(text: str) -> str:
    """As it is if that can be: a link that is broken over two lines is no link for some readers."""
    fits = text.isascii() and all(len(line) <= LINE_CHARACTERS_MAX for line in text.splitlines())
    return "7bit" if fits else "quoted-printable"
