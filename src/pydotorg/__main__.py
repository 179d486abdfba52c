"""`python -m pydotorg`: the same command."""

from .cli import main

main()
