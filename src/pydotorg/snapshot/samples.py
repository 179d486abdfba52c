"""Made-up rows to develop with: a draft that only release managers see, and jobs that say that nobody offers them."""

from datetime import date

from .records import Facts, FileRecord, JobRecord, ReleaseRecord

VERSION = "3.16.0a3"

SAMPLES = Facts(
    releases=(ReleaseRecord(number=9_000_000, version=VERSION, date=date(2026, 12, 15), is_published=False),),
    files=(
        FileRecord(
            number=9_000_000,
            version=VERSION,
            filename=f"Python-{VERSION}.tar.xz",
            name="XZ compressed source tarball",
            os="source",
            kind="source",
            size=24_000_000,
            sha256="0" * 64,
        ),
        FileRecord(
            number=9_000_001,
            version=VERSION,
            filename=f"python-{VERSION}-amd64.exe",
            name="Windows installer (64-bit)",
            os="windows",
            kind="installer",
            arch="amd64",
            size=30_000_000,
            sha256="1" * 64,
            download_button=True,
        ),
    ),
    jobs=(
        JobRecord(
            job_title="Example: snake charmer",
            company_name="Invented Ltd",
            city="Nowhere",
            country="Utopia",
            category="software-developer",
            job_types=("web", "database"),
            description="An **invented** job to try things with. Nobody offers it, and nobody should apply.",
            telecommuting=True,
        ),
        JobRecord(
            job_title="Example: keeper of the great indentation",
            company_name="Made Up & Daughters",
            city="Lilliput",
            country="Utopia",
            category="administrator",
            job_types=("operations",),
            description="An **invented** job, with nothing behind it but this text: *four spaces, never a tab*.",
        ),
    ),
)
