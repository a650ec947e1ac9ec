"""A browser for the tests that need one; without it they skip and say so."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium as the system installed it."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def week_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a made-up week, written once by the program's own renderer."""
    from page_values import page_of

    path = tmp_path_factory.mktemp("page") / "week.html"
    path.write_text(page_of())
    return path
