"""What is asked about people and their groups, and what comes back."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from pydotorg.accounts.names import EmailPrivacy
from pydotorg.accounts.schemas import Account, Bio, Username
from pydotorg.kernel.access import Role
from pydotorg.kernel.http.bodies import Body
from pydotorg.kernel.http.query import Query
from pydotorg.kernel.text.addresses import Email, EmailOrNothing, LinkOrNothing
from pydotorg.kernel.text.plain import Line, LineOrNothing, SearchText, Time

UserIdentifier = Annotated[str, Meta(description="Id or username, in any case.", examples=["ada"])]
MembershipIdentifier = Annotated[
    str, Meta(description="Id of a membership.", examples=["01999853-9800-7a4c-8d33-b3adba5eab68"])
]
GroupIdentifier = Annotated[str, Meta(description="Id or slug of a user group.", examples=["pyladies-sao-paulo"])]
MembershipKind = Annotated[
    Literal["basic", "supporting", "sponsor", "contributing", "fellow"],
    Meta(title="MembershipKind", examples=["basic"]),
]
GivenRoles = Annotated[
    list[Role], Meta(max_length=len(Role), description="All that the account shall have.", examples=[["job_moderator"]])
]


class Profile(Struct, frozen=True):
    """A person, as far as he shows himself."""

    id: UUID
    username: Username
    first_name: str
    last_name: str
    bio: str
    email: Annotated[str, Meta(description="Empty, unless the caller may see it.", examples=[""])]
    created_at: Time


class User(Account, frozen=True):
    """An account, as staff see it."""

    is_active: Annotated[bool, Meta(description="Whether he can sign in.", examples=[True])]
    updated_at: Time


class UserFilters(Query, frozen=True):
    """Which users, and in which order."""

    q: (
        Annotated[SearchText, Meta(description="This text is part of a name or of the address.", examples=["ada"])]
        | None
    ) = None
    role: Annotated[Role, Meta(description="That were given this role.")] | None = None
    is_active: Annotated[bool, Meta(description="Only those that can sign in, or only the others.")] | None = None
    email_verified: (
        Annotated[bool, Meta(description="Only those whose address is confirmed, or only the others.")] | None
    ) = None
    sort: Annotated[
        Literal["username", "-username", "created_at", "-created_at", "last_login_at", "-last_login_at"],
        Meta(description="By what; `-` in front for descending."),
    ] = "username"


class UserChange(Body):
    """What staff change of an account; what is not named stays."""

    read_only: ClassVar[frozenset[str]] = frozenset(User.__struct_fields__) - {
        "username", "email", "first_name", "last_name", "bio", "public_profile", "email_privacy",
    }  # fmt: skip

    username: Username | UnsetType = UNSET
    email: Annotated[Email, Meta(description="It counts as confirmed.")] | UnsetType = UNSET
    first_name: LineOrNothing | UnsetType = UNSET
    last_name: LineOrNothing | UnsetType = UNSET
    bio: Bio | UnsetType = UNSET
    public_profile: bool | UnsetType = UNSET
    email_privacy: EmailPrivacy | UnsetType = UNSET


class RolesOfUser(Body):
    """The roles of an account."""

    roles: GivenRoles


class Membership(Struct, frozen=True):
    """A membership in the Python Software Foundation."""

    id: UUID
    user_id: UUID
    username: Username
    kind: MembershipKind
    legal_name: Annotated[Line, Meta(examples=["Ada Lovelace"])]
    preferred_name: str
    email_address: str
    city: str
    region: Annotated[str, Meta(description="State, province or region.")]
    country: str
    postal_code: str
    psf_code_of_conduct: Annotated[bool | None, Meta(description="Whether he agrees to it; null: he has not said.")]
    psf_announcements: Annotated[bool | None, Meta(description="Whether he wants mails of the PSF.")]
    votes: Annotated[bool, Meta(description="Whether he wants to vote.")]
    votes_affirmed_at: Annotated[Time | None, Meta(description="When he said so last.")]
    may_vote: Annotated[bool, Meta(description="Whether he said so within the last 366 days.")]
    created_at: Time
    updated_at: Time


class MembershipFilters(Query, frozen=True):
    """Which memberships, and in which order."""

    user: Annotated[SearchText, Meta(description="Of this user: id or username.", examples=["ada"])] | None = None
    kind: Annotated[MembershipKind, Meta(description="Of this kind.")] | None = None
    may_vote: Annotated[bool, Meta(description="Only of those who may vote now, or only of the others.")] | None = None
    q: Annotated[SearchText, Meta(description="This text is part of a name.", examples=["Ada"])] | None = None
    sort: Annotated[
        Literal["created_at", "-created_at", "updated_at", "-updated_at"],
        Meta(description="By what; `-` in front for descending."),
    ] = "created_at"


class NewMembership(Body):
    """A membership to be; it is a basic one."""

    read_only: ClassVar[frozenset[str]] = frozenset(Membership.__struct_fields__)

    legal_name: Annotated[Line, Meta(examples=["Ada Lovelace"])]
    preferred_name: LineOrNothing = ""
    email_address: EmailOrNothing = ""
    city: LineOrNothing = ""
    region: LineOrNothing = ""
    country: LineOrNothing = ""
    postal_code: LineOrNothing = ""
    psf_code_of_conduct: bool | None = None
    psf_announcements: bool | None = None
    votes: bool = False


class MembershipChange(Body):
    """What is to be different; what is not named stays. Only staff set `kind`, only the member `votes`."""

    read_only: ClassVar[frozenset[str]] = frozenset(Membership.__struct_fields__)

    kind: MembershipKind | UnsetType = UNSET
    legal_name: Line | UnsetType = UNSET
    preferred_name: LineOrNothing | UnsetType = UNSET
    email_address: EmailOrNothing | UnsetType = UNSET
    city: LineOrNothing | UnsetType = UNSET
    region: LineOrNothing | UnsetType = UNSET
    country: LineOrNothing | UnsetType = UNSET
    postal_code: LineOrNothing | UnsetType = UNSET
    psf_code_of_conduct: bool | UnsetType | None = UNSET
    psf_announcements: bool | UnsetType | None = UNSET
    votes: Annotated[bool, Meta(description="True affirms it anew.")] | UnsetType = UNSET


class UserGroup(Struct, frozen=True):
    """People who meet somewhere to talk about Python."""

    id: UUID
    name: Annotated[Line, Meta(examples=["PyLadies São Paulo"])]
    slug: Annotated[str, Meta(description="A name that no other group has; it stays.", examples=["pyladies-sao-paulo"])]
    location: Annotated[str, Meta(examples=["São Paulo, Brazil"])]
    url: LinkOrNothing
    approved: Annotated[bool, Meta(description="Others than staff see only those that are.", examples=[True])]
    trusted: Annotated[bool, Meta(description="Whether staff know the group well.")]
    created_at: Time
    updated_at: Time

    surrogate_key: ClassVar[str] = "user-group:{0.id}"


class GroupFilters(Query, frozen=True):
    """Which user groups, and in which order."""

    q: (
        Annotated[SearchText, Meta(description="This text is part of the name or of the location.", examples=["Paulo"])]
        | None
    ) = None
    trusted: Annotated[bool, Meta(description="Only trusted groups, or only the others.")] | None = None
    approved: Annotated[bool, Meta(description="`false`: those that are not yet, for staff only.")] = True
    sort: Annotated[
        Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"],
        Meta(description="By what; `-` in front for descending."),
    ] = "name"


class NewUserGroup(Body):
    """A user group to be; its slug follows from its name."""

    read_only: ClassVar[frozenset[str]] = frozenset({"id", "slug", "created_at", "updated_at"})

    name: Annotated[Line, Meta(examples=["PyLadies São Paulo"])]
    location: Annotated[LineOrNothing, Meta(examples=["São Paulo, Brazil"])] = ""
    url: LinkOrNothing = ""
    approved: bool = False
    trusted: bool = False


class UserGroupChange(Body):
    """What is to be different; what is not named stays, and so does the slug."""

    read_only: ClassVar[frozenset[str]] = NewUserGroup.read_only

    name: Line | UnsetType = UNSET
    location: LineOrNothing | UnsetType = UNSET
    url: LinkOrNothing | UnsetType = UNSET
    approved: bool | UnsetType = UNSET
    trusted: bool | UnsetType = UNSET
