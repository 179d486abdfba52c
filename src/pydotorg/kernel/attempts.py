"""How an attempt at something outside of the database can fail: a mail, a request. Each says why, in one sentence."""


class Hopeless(Exception):
    """It was refused for good: to try again is of no use."""


class NotNow(Exception):
    """It was not done, through no fault of ours: it is worth another try, later."""


class Unanswered(NotNow):
    """Nobody knows whether it was done: all was said, and no answer came. To try again may do it twice."""
