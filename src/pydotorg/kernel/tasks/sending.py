"""The task that sends a finished mail: for one without a secret in it, since it waits in the database."""

from pydotorg.kernel.mail.composing import Mail

from .declaring import Work, task


@task("mail.send")
async def send(work: Work, mail: Mail) -> None:
    """Send it."""
    await work.mailer.send(mail)
