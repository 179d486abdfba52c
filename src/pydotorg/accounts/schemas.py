"""What is asked about accounts, and what comes back."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.http.bodies import Body
from pydotorg.kernel.text.addresses import Email
from pydotorg.kernel.text.plain import FORBIDDEN, Line, LineOrNothing, Prose, Time, whole

from .names import USERNAME_MESSAGE, USERNAME_PATTERN, EmailPrivacy

Username = Annotated[
    str,
    Meta(
        pattern=whole(USERNAME_PATTERN), extra={"message": USERNAME_MESSAGE}, examples=["ada"],
        description="2 to 150 letters, digits, and `._+-`; unique without regard to case.",
    ),
]  # fmt: skip
TEXT, TEXT_MESSAGE = whole(rf"[^{FORBIDDEN}]*"), "must be one line of text, without control characters"
Password = Annotated[
    str,
    Meta(
        max_length=1000, pattern=TEXT, extra={"message": TEXT_MESSAGE}, examples=["correct horse battery staple"],
        description="At least 12 characters, and not easy to guess.",
    ),
]  # fmt: skip
#: what somebody typed, right or wrong
Typed = Annotated[str, Meta(max_length=1000, pattern=TEXT, extra={"message": TEXT_MESSAGE})]
Opaque = Annotated[str, Meta(max_length=1000)]
SessionIdentifier = Annotated[
    str, Meta(description="Id of a session.", examples=["01a210b3-c249-7119-b379-026d96c18316"])
]
TokenIdentifier = Annotated[
    str, Meta(description="Id of an API token.", examples=["01a210b3-c3b4-7448-821a-df101a8221c2"])
]
Bio = Annotated[Prose, Meta(description="About oneself.")]


class Account(Struct, frozen=True):
    """An account, as its owner sees it."""

    id: UUID
    username: Username
    email: Email
    email_verified: bool
    first_name: str
    last_name: str
    bio: str
    roles: list[Role]
    is_staff: bool
    is_superuser: bool
    public_profile: Annotated[bool, Meta(description="Whether others can see the profile.")]
    email_privacy: Annotated[EmailPrivacy, Meta(description="Who may see the address: everybody, members, nobody.")]
    created_at: Time
    last_login_at: Time | None


class Tokens(Struct, frozen=True):
    """What signing in gives: a token for requests, and one for the next tokens."""

    access_token: Annotated[str, Meta(description="A JWT for `Authorization: Bearer …`.")]
    refresh_token: Annotated[str, Meta(description="Good for 30 days, and once.")]
    token_type: Annotated[str, Meta(examples=["bearer"])]
    expires_in: Annotated[int, Meta(description="Seconds until the access token expires.", examples=[900])]


class Registration(Body):
    """A new account."""

    username: Username
    email: Email
    password: Password


class Login(Body):
    """Who somebody says to be."""

    username: Annotated[Typed, Meta(description="The username, or the e-mail address.", examples=["ada"])]
    password: Annotated[Typed, Meta(examples=["correct horse battery staple"])]


class Refresh(Body):
    """The token that the last tokens came with."""

    refresh_token: Opaque


class AccountChange(Body):
    """What is to be different; what is not named stays."""

    read_only: ClassVar[frozenset[str]] = frozenset(Account.__struct_fields__) - {
        "username", "email", "first_name", "last_name", "bio", "public_profile", "email_privacy",
    }  # fmt: skip

    username: Username | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    current_password: Annotated[Typed, Meta(description="Needed for a new `email`.")] | UnsetType = UNSET
    first_name: LineOrNothing | UnsetType = UNSET
    last_name: LineOrNothing | UnsetType = UNSET
    bio: Bio | UnsetType = UNSET
    public_profile: bool | UnsetType = UNSET
    email_privacy: EmailPrivacy | UnsetType = UNSET


class Closing(Body):
    """The password, so that nobody else closes the account."""

    password: Typed


class PasswordChange(Body):
    """The password that is, and the one that is to be."""

    current_password: Typed
    password: Password


class LinkSecret(Body):
    """The token from a mail."""

    token: Opaque


class Address(Body):
    """To whom a mail shall go, if he has an account."""

    email: Email


class PasswordReset(Body):
    """The token from a mail, and the password that is to be."""

    token: Opaque
    password: Password


class Session(Struct, frozen=True):
    """A place where the account is signed in."""

    id: UUID
    created_at: Time
    last_used_at: Annotated[Time, Meta(description="When its tokens were last refreshed.")]
    expires_at: Time
    user_agent: Annotated[str, Meta(description="What the program called itself when it signed in.")]
    address: Annotated[str, Meta(examples=["203.0.113.7"], description="From where: IPv4, or the /64 of IPv6.")]
    is_current: Annotated[bool, Meta(description="Whether this request came with it.")]


TokenName = Annotated[Line, Meta(examples=["release script"])]


class Token(Struct, frozen=True):
    """An API token, without the secret."""

    id: UUID
    name: TokenName
    scopes: list[Scope]
    created_at: Time
    expires_at: Time
    last_used_at: Annotated[Time | None, Meta(description="To about a minute.")]


class NewToken(Struct, frozen=True):
    """An API token with its secret, which is shown this once."""

    id: UUID
    name: TokenName
    scopes: list[Scope]
    created_at: Time
    expires_at: Time
    last_used_at: Time | None
    token: Annotated[str, Meta(examples=["pydotorg_0123456789ABCDEFGHIJKLMNOPQRST4cZ9Ab"])]


class TokenOrder(Body):
    """What a new API token is to be."""

    read_only: ClassVar[frozenset[str]] = frozenset({"id", "created_at", "last_used_at", "token"})

    name: TokenName
    scopes: (
        Annotated[list[Scope], Meta(min_length=1, max_length=len(Scope), description="Without them, all that one may.")]
        | UnsetType
    ) = UNSET
    expires_at: Annotated[Time, Meta(description="At most a year from now, which it is without one.")] | UnsetType = (
        UNSET
    )


class Export(Struct, frozen=True):
    """A copy of all that is stored about somebody."""

    exported_at: Time
    account: Account
    stored: Annotated[
        dict[str, list[dict[str, Any]]], Meta(description="What belongs to the account, by what it is.", examples=[{}])
    ]
