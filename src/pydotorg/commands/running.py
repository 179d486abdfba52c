"""Commands that run the service, or tell what it is."""

import sys

import click

from pydotorg import settings


@click.command()
def serve() -> None:
    """Serve the API.

    Brings the database up to date (PYDOTORG_MIGRATE), loads the bundled releases into an empty one (PYDOTORG_SEED), and
    serves on PYDOTORG_HOST and PYDOTORG_PORT until Ctrl-C or SIGTERM.
    """
    from pydotorg.serving import serve

    serve(settings.load())


@click.command()
def worker() -> None:
    """Do what is queued, mails above all, and what is planned, until Ctrl-C or SIGTERM.

    Beside servers, or instead of them doing it (PYDOTORG_TASKS=worker); on PostgreSQL as many as you like. Brings the
    database up to date first (PYDOTORG_MIGRATE).
    """
    from pydotorg.working import work

    work(settings.load())


@click.command()
def openapi() -> None:
    """Print the OpenAPI document as JSON."""
    from pydotorg.app import Application
    from pydotorg.kernel.http.openapi import encoded

    app = Application(settings.load())
    sys.stdout.buffer.write(encoded(app.litestar, app.domains))
