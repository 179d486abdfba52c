"""The conventions of the API, each in one file, true for every route."""
