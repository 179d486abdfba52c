"""The commands for those who run the service, a module a group; what a command needs it imports when it runs."""

from .database import database, seed
from .events import events
from .importing import import_
from .releases import releases
from .running import openapi, serve, worker
from .tasks import tasks
from .tokens import tokens
from .users import users

COMMANDS = (serve, worker, database, seed, import_, releases, events, users, tokens, tasks, openapi)
