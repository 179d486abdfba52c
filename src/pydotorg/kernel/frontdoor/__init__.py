"""What stands before the router: the connection."""
