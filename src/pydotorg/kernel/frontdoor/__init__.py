"""What stands before the router: the connection itself, and later limits and finished answers."""
