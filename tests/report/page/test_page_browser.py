"""The page in a real browser: nothing fetched, nothing wrong, filters, keyboard, phone, print."""

from pathlib import Path
from typing import Any

import pytest
from page_values import page_of

WIDTHS = [
    pytest.param(375, id="phone"),
    pytest.param(768, id="tablet", marks=pytest.mark.slow),
    pytest.param(1280, id="screen", marks=pytest.mark.slow),
]
SMALLEST = 11


def opened(browser: Any, path: Path, width: int, **more: Any) -> tuple[Any, list[str], list[str]]:
    """The page, what its console said, and what it asked the network for."""
    page = browser.new_page(viewport={"width": width, "height": 900}, **more)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    return page, said, [url for url in asked if url != path.as_uri()]


@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_fetches_nothing_and_says_nothing(
    chromium: Any, week_page: Path, width: int
) -> None:
    """No console message, no request, no sideways scrolling, no label under 11 px."""
    page, said, asked = opened(chromium, week_page, width)
    assert (said, asked) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = page.evaluate(
        """[...document.querySelectorAll('svg text')].filter(t => t.getClientRects().length)
        .map(t => {const s = t.ownerSVGElement;
        return parseFloat(getComputedStyle(t).fontSize) *
        s.getBoundingClientRect().width / s.viewBox.baseVal.width})"""
    )
    assert sizes
    assert min(sizes) >= SMALLEST
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_no_label_leaves_its_drawing(chromium: Any, week_page: Path, width: int) -> None:
    """Every text of a drawing lies within the drawing's box, give or take a pixel."""
    page, _, _ = opened(chromium, week_page, width)
    outside = page.evaluate(
        """[...document.querySelectorAll('svg text')].filter(t => t.getClientRects().length)
        .filter(t => {const b = t.getBoundingClientRect(),
        s = t.ownerSVGElement.getBoundingClientRect();
        return b.left < s.left - 1 || b.right > s.right + 1 || b.bottom > s.bottom + 1})
        .map(t => t.textContent)"""
    )
    assert outside == []
    page.close()


def test_filters_by_provider_and_verdict(chromium: Any, week_page: Path) -> None:
    """Unchecking a provider hides its rows; the count is said."""
    page, _, _ = opened(chromium, week_page, 1280)
    assert page.locator("#shown").inner_text() == "18 of 18 windows shown"
    page.locator("#filters input[value=codex]").uncheck()
    assert page.locator("#shown").inner_text() == "12 of 18 windows shown"
    assert page.locator("tr[data-with=codex]:visible").count() == 0
    page.locator("#filters input[value=INVALID]").uncheck()
    assert page.locator("tr[data-verdict=INVALID]:visible").count() == 0
    page.close()


def test_a_link_to_a_window_opens_it_and_the_keyboard_reaches_it(
    chromium: Any, week_page: Path
) -> None:
    """A number's windows lead to their rows, with Enter as with a click."""
    page, _, _ = opened(chromium, week_page, 1280)
    page.locator("#buys ~ details summary").first.focus()
    page.keyboard.press("Enter")
    link = page.locator("#p-1 a").first
    name = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    row = page.locator(f"#w-{name} details[open]")
    row.wait_for()  # the browser tells of the new anchor in its own time
    assert "rows " in row.inner_text()
    page.close()


def test_it_reads_without_script(chromium: Any, week_page: Path) -> None:
    """Everything is there; only the filters, which would do nothing, are not."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(week_page.as_uri())
    assert page.locator("#filters").is_hidden()
    assert page.locator("tr[data-with]:visible").count() == 18
    assert page.locator("figure svg:visible").count() >= 6
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(chromium: Any, week_page: Path, scheme: str) -> None:
    """Contrast, names, roles and order, in light and dark, with every part opened."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core")
    context = chromium.new_context(bypass_csp=True, color_scheme=scheme)
    page = context.new_page()
    page.goto(week_page.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = axe.Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found] == []
    context.close()


def test_it_prints(chromium: Any, week_page: Path) -> None:
    """Filters stay off paper; the drawings are the wide ones."""
    page, _, _ = opened(chromium, week_page, 1280)
    page.emulate_media(media="print")
    assert page.locator("#filters").is_hidden()
    assert page.locator(".narrow:visible").count() == 0
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()


@pytest.mark.slow
def test_a_click_on_a_filter_of_a_thousand_windows_is_handled_at_once(
    chromium: Any, tmp_path: Path
) -> None:
    """Median of five clicks under a second, as the page's own clock has it."""
    path = tmp_path / "thousand.html"
    path.write_text(page_of(1000))
    page, said, _ = opened(chromium, path, 1280)
    spent = page.evaluate(
        """async () => {const b = document.querySelector('#filters input'), found = [];
        for (let i = 0; i < 5; i++) {const t = performance.now(); b.click();
        await new Promise(r => requestAnimationFrame(() => setTimeout(r)));
        found.push(performance.now() - t)} return found.sort((a, b) => a - b)[2]}"""
    )
    assert said == []
    assert spent < 1000
    page.close()
