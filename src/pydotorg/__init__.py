"""The data of python.org, served as a REST API."""

__version__ = "0.1.0"
