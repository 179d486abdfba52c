"""docs/operating/metrics.md names every metric as it is exposed."""

import re
from pathlib import Path

from pydotorg.kernel.metrics import Tallies
from pydotorg.kernel.observability.exposition import exposed

PAGE = Path(__file__).parents[2] / "docs" / "operating" / "metrics.md"


def test_every_metric_stands_there_with_its_kind_and_its_labels() -> None:
    total = Tallies()
    total.answered("releases_list", 200)
    total.computed("releases_list", 0.1)
    total.refused("LOW", "anonymous")
    total.changed_for_a_reason("release_file")
    text = exposed(total, of_one_process=False).decode()
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) ?\| ", PAGE.read_text("utf-8"), re.MULTILINE)
    assert {name: kind for name, kind, _ in rows} == kinds
    for name, _, labels in rows:
        samples = re.findall(rf"^{name}(?:_sum)?(?:{{(.*)}})? ", text, re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", labels)) == set(re.findall(r'(\w+)="', samples[0])), name
