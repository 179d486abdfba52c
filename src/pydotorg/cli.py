"""The command `pydotorg`: one group, whose commands are loaded only when they run."""

import sys
from importlib import import_module

import click

from . import __version__

#: name of a command → the module that holds it
COMMANDS = {
    "serve": "pydotorg.commands:serve",
    "database": "pydotorg.commands:database",
    "seed": "pydotorg.commands:seed",
    "import": "pydotorg.commands:import_",
    "openapi": "pydotorg.commands:openapi",
}


class Lazy(click.Group):
    """A group that imports what it runs, and nothing else."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        del ctx
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pydotorg", message="%(prog)s %(version)s")
def pydotorg() -> None:
    """The data of python.org, served: releases of Python and their files.

    Settings come from the environment (PYDOTORG_…) and from a file .env in the working directory.
    """


def main() -> None:
    """Run the command line: exit status 0, or 1 and one sentence on standard error."""
    from .settings import SettingsError

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
