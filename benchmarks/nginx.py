"""nginx, set up as for a race: every answer is a file of the very same bytes, on a port of its own."""

import grp
import os
import pwd
from pathlib import Path

from .answers import ADDRESS, Answer

#: what nginx sends itself, or not at all: the date, the length, the connection, the tag
OWN = {"connection", "content-length", "content-type", "date", "etag", "keep-alive", "server", "transfer-encoding"}

CONFIGURATION = """\
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/servers.log crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    server_tokens off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    open_file_cache max=100 inactive=1h;
    open_file_cache_valid 1h;
    open_file_cache_min_uses 1;
    max_ranges 0;
    {temporary}
{servers}
}}
"""
SERVER = """\
    server {{
        listen {address}:{port} backlog=2048;
        default_type "{media_type}";
        etag {etag};
        add_header Last-Modified "";
{headers}
        root {folder}/{port};
    }}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def configured(folder: Path, answers: dict[int, Answer]) -> Path:
    """The configuration file in this folder, beside the files that are to be served."""
    for port, answer in answers.items():
        file = folder / str(port) / answer.path.lstrip("/")
        file.parent.mkdir(parents=True)
        file.write_bytes(answer.body)
    text = CONFIGURATION.format(
        folder=folder,
        user=user(),
        temporary=" ".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY),
        servers="".join(server(folder, port, answer) for port, answer in answers.items()),
    )
    path = folder / "nginx.conf"
    path.write_text(text, "utf-8")
    return path


def user() -> str:
    """That of the worker: whoever may read the folder; only a superuser's nginx can take another."""
    if os.geteuid():
        return ""
    return f"user {pwd.getpwuid(os.geteuid()).pw_name} {grp.getgrgid(os.getegid()).gr_name};"


def server(folder: Path, port: int, answer: Answer) -> str:
    sent = [(name, value) for name, value in answer.headers if name.lower() not in OWN]
    return SERVER.format(
        address=ADDRESS,
        port=port,
        folder=folder,
        media_type=answer.header("content-type"),
        etag="on" if answer.header("etag") else "off",
        headers="\n".join(f"        add_header {name} {quoted(value)};" for name, value in sent),
    )


def quoted(value: str) -> str:
    """A text in nginx's language."""
    return '"{}"'.format(value.replace("\\", "\\\\").replace('"', '\\"'))
