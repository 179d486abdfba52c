"""What an import found and did, for the person who ran it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pydotorg.releases.importing.merging import Merge, label
from pydotorg.releases.importing.planning import Plan

EXAMPLES_MAX = 3


def lines(plan: Plan, *, dry_run: bool) -> Iterator[str]:
    """A paragraph for each table, and what became of it all."""
    yield from _paragraph("operating systems", plan.systems)
    if plan.cycles:
        yield f"release cycles: {len(plan.cycles)} added"
        yield f"  added: {_some([' '.join((cycle['product'], cycle['cycle'])) for cycle in plan.cycles])}"
    yield from _paragraph("releases", plan.releases)
    yield from _paragraph("files", plan.files)
    merges = (plan.systems, plan.releases, plan.files)
    if not any(merge.added or merge.changed for merge in merges):
        yield "Nothing to change."
    elif dry_run:
        yield "This was a dry run: nothing was written."


def numbers(plan: Plan) -> dict[str, dict[str, int]]:
    """How many rows of which table were added and changed; nothing if none was."""
    merges = {"operating_system": plan.systems, "release": plan.releases, "release_file": plan.files}
    written = {table: {"added": len(merge.added), "changed": len(merge.changed)} for table, merge in merges.items()}
    written["release_cycle"] = {"added": len(plan.cycles), "changed": 0}
    return {table: rows for table, rows in written.items() if any(rows.values())}


def _paragraph(title: str, merge: Merge) -> Iterator[str]:
    added, changed = merge.added, merge.changed
    unchanged = len(merge.merged) - len(added) - len(changed)
    yield (
        f"{title}: {len(added)} added, {len(changed)} changed, {unchanged} unchanged, {len(merge.skipped)} skipped; "
        f"{len(merge.others)} others here left as they are"
    )
    if added:
        yield f"  added: {_some([label(row) for row in added])}"
    by_fields: defaultdict[str, list[str]] = defaultdict(list)
    for before, after in changed:
        fields = [name for name in after if after[name] != before[name] and name != "updated_at"]
        by_fields[", ".join(fields)].append(label(after))
    for names, labels in sorted(by_fields.items(), key=lambda group: -len(group[1])):
        yield f"  changed {names} ({len(labels)}): {_some(labels)}"
    yield from (f"  skipped {what}: {reason}" for what, reason in merge.skipped)
    yield from (f"  note on {what}: {note}" for what, note in merge.notes)


def _some(labels: Sequence[str]) -> str:
    more = len(labels) - EXAMPLES_MAX
    return ", ".join(labels[:EXAMPLES_MAX]) + (f" and {more} more" if more > 0 else "")
