"""The routes of accounts, a file for each resource."""

from . import credentials, export, links, me, signing_in

ROUTES = (*signing_in.routes, *me.routes, *export.routes, *credentials.routes, *links.routes)
