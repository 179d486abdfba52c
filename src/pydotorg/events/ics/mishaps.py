"""What nobody expected, while somebody else's file is read."""

import traceback

UNEXPECTED = "It could not be read, for a reason that only the log of this service tells."


def mishap() -> str:
    """Tell whoever runs the service of the exception that is handled; what is left to say to others."""
    traceback.print_exc()
    return UNEXPECTED
