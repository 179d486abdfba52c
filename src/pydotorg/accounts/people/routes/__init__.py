"""The routes of people, a file for each resource."""

from . import memberships, user_groups, users

ROUTES = (*users.routes, *memberships.routes, *user_groups.routes)
