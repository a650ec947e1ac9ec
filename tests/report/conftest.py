"""Golden files: compare a rendering with the kept one, rewrite it only when asked."""

from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def golden(request):
    """`golden(name, text)`: text equals the kept file; `--update-golden` rewrites it."""

    def compare(name, text):
        kept = GOLDEN / name
        if request.config.getoption("--update-golden"):
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(text, encoding="utf-8")
        assert kept.exists(), f"{kept} is missing: run pytest --update-golden and look at it"
        assert kept.read_text(encoding="utf-8") == text

    return compare
