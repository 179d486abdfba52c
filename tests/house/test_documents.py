"""Documents are true: links lead somewhere, named paths exist, and what the code also says is the same in both."""

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

HERE = Path(__file__).parents[2]
PAGES = sorted([*HERE.glob("*.md"), *HERE.glob("docs/**/*.md"), *HERE.glob("src/**/*.md")])
DECISIONS = HERE / "docs" / "decisions"
SOURCE = HERE / "src" / "pydotorg"
HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"]
#: whom a page may name: ourselves, whom we are about, examples, where standards are written down, and one by whose
#: links spam is known
HOSTS = re.compile(
    r"(localhost|127\.0\.0\.1|\[::1\]|10\.0\.0\.1)(:\d+)?"
    r"|(.+\.)?(python\.org|example(\.(org|com|net))?|github\.com|semver\.org|keepachangelog\.com"
    r"|rfc-editor\.org|ietf\.org|openapis\.org|tinyurl\.com)(:\d+)?"
)
MACHINE_PATH = re.compile(r"(?<![\w.~/-])(/(home|root|work|Users|mnt|private|opt|srv)/|[A-Z]:\\)")
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HERE)))


def without_code(text: str) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^( *)(```+)[^`\n]*\n.*?^\1\2$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The fragments by which a page's headings are found."""
    headings = re.findall(r"^#+ (.+)$", without_code(page.read_text("utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@each_page
def test_a_relative_link_leads_to_something_in_the_repository(page: Path) -> None:
    for target in re.findall(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)", without_code(page.read_text("utf-8"))):
        if re.match(r"https?:|mailto:", target):
            continue
        path, _, fragment = unquote(target).partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert found.is_relative_to(HERE), target
        assert not fragment or found.suffix != ".md" or fragment in anchors(found), target


@each_page
def test_a_path_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"`((?:docs|requirements|scripts|src|tests)/[\w./-]*)`", without_code(page.read_text("utf-8")))
    assert [path for path in named if not (HERE / path).exists()] == []


@each_page
def test_a_page_names_no_host_without_need_and_no_path_of_one_machine(page: Path) -> None:
    text = page.read_text("utf-8")
    hosts = re.findall(r"https?://([^/\s`\"'<>)\]|,;]+)|([\w.-]+\.(?:com|dev|io|net|org)\b)", text)
    assert {host for pair in hosts if not HOSTS.fullmatch(host := "".join(pair).rstrip(".:"))} == set()
    assert MACHINE_PATH.search(text) is None


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    pages = sorted(DECISIONS.glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (DECISIONS / "README.md").read_text("utf-8"))
    assert listed == [page.name for page in pages]


@pytest.mark.parametrize("page", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda page: page.name)
def test_a_decision_has_its_number_its_headings_and_one_sentence_in_bold(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == HEADINGS
    parts = re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]
    assert all(part.strip() for part in parts)
    assert re.match(r"\*\*[A-Z][^*]+\.\*\*", parts[HEADINGS.index("Decision")].strip())
    assert re.search(r"`(tests/[\w./-]+|make check)`", parts[HEADINGS.index("Enforced by")])


def test_the_rooms_are_the_folders_and_each_has_a_line() -> None:
    block = blocks(HERE / "docs" / "architecture.md", "src/pydotorg/\n")
    entries = re.findall(r"^( +)(\S+) +(\S.*)$", block, flags=re.MULTILINE)
    assert len(entries) == block.count("\n") - 1, "a line lacks its words"
    found, above = set(), [""]
    for indent, name, _ in entries:
        above[len(indent) // 2 :] = [name]
        found.add("".join(above))
    folders = {f"{folder.relative_to(SOURCE)}/" for folder in SOURCE.rglob("*/") if holds_something(folder)}
    files = {file.name for file in SOURCE.glob("*.py")} - {"__init__.py"}
    assert found == folders | files


def holds_something(folder: Path) -> bool:
    parts = folder.relative_to(SOURCE).parts
    return bool(parts) and "__pycache__" not in parts and any(file.suffix != ".pyc" for file in folder.rglob("*.*"))


def test_imports_point_where_the_architecture_says() -> None:
    contracts = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    page = (HERE / "docs" / "architecture.md").read_text("utf-8")
    for contract in contracts:
        line = " → ".join(layer.replace(" | ", ", ") for layer in contract["layers"])
        assert f"```\n{line}\n```" in page, line


def blocks(page: Path, beginning: str) -> str:
    """The block of code of a page that begins so."""
    [block] = [
        block
        for block in re.findall(r"^```\n(.*?)^```$", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        if block.startswith(beginning)
    ]
    return str(block)
