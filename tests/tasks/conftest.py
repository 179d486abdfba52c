"""A queue of one's own, and workers."""

from tests.working import connect, hurried, queue_url, transactions, working

__all__ = ["connect", "hurried", "queue_url", "transactions", "working"]
