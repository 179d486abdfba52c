"""Mails from templates: `mails/NAME.txt` and `mails/NAME.html` in the folder of a domain.

Both extend the shared layout of their kind, `layout.txt` or `layout.html`, and fill its block `content`; the block
`subject` of the text is the subject. Besides the values that it is given, a template knows `site` and `public_url`,
HTML also `subject`. What stands in HTML is escaped. A value that a template names and nobody gives is an error.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from pydotorg.kernel.attempts import Hopeless

from .composing import Mail

if TYPE_CHECKING:
    from jinja2 import Environment

#: who we are, in mails
SITE = "pydotorg"


def rendered(package: str, name: str, /, *, to: str, public_url: str, **values: Any) -> Mail:
    """The mail that the templates of this name, in this package, make of these values; `Hopeless` if they cannot."""
    templates = templates_of(package)
    known = {"site": SITE, "public_url": public_url, **values}
    text = templates.get_template(f"{name}.txt")
    # one line, however the template breaks it; what a value breaks is refused by Mail itself
    subject = "".join(text.blocks["subject"](text.new_context(known))).strip()
    html = templates.get_template(f"{name}.html")
    try:
        return Mail(to, subject, text.render(known), html.render(known, subject=subject))
    except ValueError as error:
        raise Hopeless(f"The mail cannot be written: {error}") from error


@cache
def templates_of(package: str) -> "Environment":
    """Those of one package, and the layouts; imported late, because a server may never send a mail."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=ChoiceLoader([PackageLoader(package, "mails"), PackageLoader(__package__, ".")]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
