"""Somebody who tries a page: runs its blocks from top to bottom, in one folder, against one server.

A block of code is Python, a shell's commands, JavaScript or TypeScript. What it prints stands in the block right after
it, as `json` or `text`, or it prints nothing. Python's blocks share their names; all blocks of a page share the folder.
A drawing, as `mermaid`, is no code.
"""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown.lexers import FencedCodeBlockLexer

from .comparing import differs

CHECKOUT = Path(__file__).parents[2]
GUIDE = CHECKOUT / "docs" / "guide"
PAGES = [CHECKOUT / "README.md", *sorted(GUIDE.glob("**/*.md"))]
NODE_MODULES = CHECKOUT / "tests" / "contract" / "node_modules"
#: the server of every page; in what runs, its name is replaced by that of a real one
SERVER = "localhost:8000"
SECONDS_MAX = 60

#: of `make` only the targets are looked up; what they do has tests of its own, and takes longer
SHELL = f'make() {{ command make --directory "{CHECKOUT}" --dry-run "$@" >/dev/null; }}; eval "$0"'
TYPESCRIPT = """echo "$0" >page.mts
node_modules/.bin/tsc --strict --skipLibCheck --target es2022 --module nodenext page.mts
node page.mjs"""
#: how a block is run, with its code as the last argument
COMMANDS = {
    "bash": ["bash", "-euo", "pipefail", "-c", SHELL],
    "javascript": ["node", "--input-type=module", "--eval"],
    "typescript": ["bash", "-euc", TYPESCRIPT],
}
PYTHON = "python"
TOOLS = {PYTHON: [], "javascript": ["node"], "typescript": ["node", "npx"]}
OUTPUTS = ("json", "text")
DRAWING = re.compile(r"^```mermaid\n.*?^```\n", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^ *(?:```|~~~).*$", re.MULTILINE)
INDENTED = re.compile(r"^\n(?: {4}|\t)\S.*$", re.MULTILINE)


class Block(NamedTuple):
    """A block of code, and the block that shows what it prints: its kind and text."""

    language: str
    code: str
    output: tuple[str, str] | None

    @property
    def tools(self) -> list[str]:
        """The programs that it calls."""
        called = re.findall(r"(?:^|\| )([a-z][\w-]*)", self.code, re.MULTILINE)
        return TOOLS.get(self.language, called)


class Reader:
    """One who reads pages: `ran` are the blocks that were run, `unable` says which were not, for want of which tool."""

    def __init__(self, folder: Path, base: str) -> None:
        self.folder, self.server = folder, base.partition("://")[2]
        self.names: dict[str, Any] = {"__name__": "page"}
        self.ran: list[Block] = []
        self.unable: list[str] = []

    def settle(self, patch: pytest.MonkeyPatch) -> None:
        """Be at a terminal: in the folder, with the environment's tools, and no proxy before one's own machine."""
        patch.chdir(self.folder)
        patch.syspath_prepend(self.folder)
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("NO_PROXY", "localhost,127.0.0.1,::1")
        patch.setenv("no_proxy", "localhost,127.0.0.1,::1")
        patch.setenv("HTTPIE_CONFIG_DIR", str(self.folder))
        (self.folder / "config.json").write_text('{"default_options": ["--ignore-stdin"]}')
        patch.setenv("npm_config_offline", "true")
        if NODE_MODULES.is_dir():
            (self.folder / "node_modules").symlink_to(NODE_MODULES)

    def read(self, page: Path) -> None:
        """Run every block; raises where the page is wrong."""
        for example in Sybil(parsers=[self.regions]).parse(page).examples():
            example.evaluate()

    def regions(self, document: Document) -> Iterator[Region]:
        """Sybil's parser: where the blocks of code are."""
        for block, fence in blocks(document):
            yield Region(fence.start, fence.end, parsed=block, evaluator=self.evaluate)

    def evaluate(self, example: Example) -> str | None:
        """Sybil's evaluator: why the page is wrong about a block; None if it is right."""
        block: Block = example.parsed
        if missing := [tool for tool in block.tools if not is_here(tool)]:
            self.unable.append(f"line {example.line} wants {missing[0]}")
            return None
        code = block.code.replace(SERVER, self.server)
        if block.language == PYTHON:
            printed = self.interpret(code, f"{example.path}:{example.line}")
        else:
            printed = self.run(*COMMANDS[block.language], code)
        self.ran.append(block)
        printed = printed.replace(self.server, SERVER)
        if block.output:
            return differs(*block.output, printed)
        return f"The page does not show what is printed:\n{printed}" if printed.strip() else None

    def interpret(self, code: str, place: str) -> str:
        output = io.StringIO()
        with redirect_stdout(output):
            exec(compile(code, place, "exec"), self.names)  # noqa: S102  our own pages
        return output.getvalue()

    def run(self, *command: str) -> str:
        done = subprocess.run(
            command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS_MAX,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command[-1]}\nended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout


def blocks(document: Document) -> Iterator[tuple[Block, Region]]:
    """The blocks of code of a page, each with its output; whatever else looks like code is refused."""
    fences = list(FencedCodeBlockLexer(r"(?!mermaid)\w+")(document))
    rest = DRAWING.sub("", document.text)
    for fence in fences:
        rest = rest.replace(document.text[fence.start : fence.end], "")
    assert not FENCE.search(rest), f"{document.path}: a block does not say its language"
    assert not INDENTED.search(rest), f"{document.path}: code stands between ```, not indented"
    while fences:
        fence = fences.pop(0)
        language, code = fence.lexemes["language"], fence.lexemes["source"]
        assert language in (PYTHON, *COMMANDS), f"nothing runs the block at {document.line_column(fence.start)}"
        output = None
        if fences and fences[0].lexemes["language"] in OUTPUTS and is_blank(document, fence, fences[0]):
            shown = fences.pop(0)
            output = (shown.lexemes["language"], shown.lexemes["source"])
        yield Block(language, code, output), fence


def is_blank(document: Document, above: Region, below: Region) -> bool:
    """Whether nothing stands between two blocks."""
    return not document.text[above.end : below.start].strip()


def is_here(tool: str) -> bool:
    """Whether a program can be called; npx finds those that `make javascript` installs."""
    return shutil.which(tool) is not None and (tool != "npx" or NODE_MODULES.is_dir())
