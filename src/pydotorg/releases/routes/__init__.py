"""The addresses of releases: a file for each resource."""
