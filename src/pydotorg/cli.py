"""The command `pydotorg`."""

import sys

import click

from . import __version__
from .commands import COMMANDS
from .settings import SettingsError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pydotorg", message="%(prog)s %(version)s")
def pydotorg() -> None:
    """The data of python.org, served: releases of Python and their files.

    Settings come from the environment (PYDOTORG_…) and from a file .env in the working directory.
    """


for command in COMMANDS:
    pydotorg.add_command(command)


def main() -> None:
    """Run the command line: exit status 0, or 1 and one sentence on standard error."""
    try:
        sys.exit(pydotorg.main(standalone_mode=False, prog_name="pydotorg") or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
    except click.ClickException as error:
        fail(error.format_message())
    except (SettingsError, KeyboardInterrupt, click.Abort) as error:
        fail(str(error) or "Interrupted.")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


def fail(sentence: str) -> None:
    """Say why, and leave with status 1."""
    click.echo(f"pydotorg: {sentence}", err=True)
    sys.exit(1)
