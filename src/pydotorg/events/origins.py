"""What events are kept the same as, if anything, and what becomes of them by that."""

from typing import Literal

Origin = Literal["import", "agenda"]
IMPORT: Origin = "import"
AGENDA: Origin = "agenda"
#: it is there, and happens; is there, and is cancelled; or is not there any more
HAPPENS, OFF, GONE = "happens", "off", "gone"
