"""The moment that an answer is about, as a parameter of its statements."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam

from pydotorg.kernel import clock

from .columns import UTCDateTime

NOW: ColumnElement[Any] = bindparam("now", callable_=clock.asked, type_=UTCDateTime())
