"""Addresses that people write: of mailboxes and of pages. They are checked in form only."""

from typing import Annotated

from msgspec import Meta

from .plain import whole

# WHATWG HTML, "valid e-mail address", but a dot-atom (RFC 5322 3.2.3), and with a domain of at least two parts, as a
# mail from elsewhere needs it
EMAIL_PATTERN = (
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
EMAIL_MESSAGE = "must be an e-mail address such as ada@example.org"
# no user:password@, which hides where a link leads
URL_PATTERN = r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]{1,5})?(?:[/?#][!#-;=?-\[\]_a-z~]*)?"

Email = Annotated[
    str,
    Meta(
        max_length=254, pattern=whole(EMAIL_PATTERN), extra={"message": EMAIL_MESSAGE}, examples=["ada@example.org"],
        description="An address; it is checked in form only.",
    ),
]  # fmt: skip
EmailOrNothing = Annotated[
    str,
    Meta(
        max_length=254, pattern=whole(f"(?:{EMAIL_PATTERN})?"), extra={"message": EMAIL_MESSAGE + ", or empty"},
        examples=["ada@example.org"],
    ),
]  # fmt: skip
LinkOrNothing = Annotated[
    str,
    Meta(
        max_length=500, pattern=whole(f"(?:{URL_PATTERN})?"), examples=["https://pyladies.example.org"],
        extra={"message": "must be an address that begins with http:// or https://, or empty"},
    ),
]  # fmt: skip
