"""A directory of artefacts, to the API of a server: `pydotorg releases publish`."""

from .client import Service
from .directory import Measured, look_into
from .errors import CannotPublish, printable
from .plan import demand_version, misplaced
from .publication import Publication
from .questions import ask_about

__all__ = [
    "CannotPublish", "Measured", "Publication", "Service", "ask_about", "demand_version", "look_into", "misplaced",
    "printable",
]  # fmt: skip
