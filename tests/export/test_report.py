"""The report shows what was made, asks nothing of the network, and runs nothing a model wrote."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from populace.export.visible_text import is_hidden, visible

Run = Any
CHROMIUM = Path("/usr/bin/chromium")

HOSTILE = (
    "<script>window.hit = 1</script><img src=x onerror='window.hit = 2'>"
    '<a href="javascript:window.hit=3">go</a> [go](javascript:alert(1)) '
    "\x1b[31mred\x1b[0m \x1b]8;;http://x.example\x07link \u202egnp.exe\u202c zero\u200bwidth "
    "</textarea></style></svg>{{ 7 * 7 }} {% raw %} ]]> --> \ufeff\x00 end"
)


class Tags(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def hostile_rows(run: Run) -> pa.Table:
    rows = run.rows()
    for name in ("story", "given_name", "city", "email"):
        index = rows.column_names.index(name)
        rows = rows.set_column(index, name, pa.array([HOSTILE + name] * 6))
    return rows


@pytest.fixture
def hostile(small_run: Run, tmp_path: Path) -> Path:
    run: Path = small_run.export(tmp_path / "run", rows=hostile_rows(small_run))
    return run


def test_the_page_tells_the_whole_run(exported: Path) -> None:
    page = (exported / "report.html").read_text()
    for words in (
        "The gate passed: 6 of 8 rows may leave.",
        "South 2",
        "refusal",
        "Ada Miller0",
        "0.100 of 0.200",
        "90.0 %",
        "populace run configs/small.yaml",
        "ab" * 32,
    ):
        assert words in page, words
    assert page.count('class="person"') == 6


def test_the_page_loads_nothing_and_runs_nothing(hostile: Path) -> None:
    page = (hostile / "report.html").read_text()
    found = Tags()
    found.feed(page)
    assert not {"script", "img", "iframe", "link", "object", "embed", "form", "a"} & set(found.tags)
    names = {name for name, _ in found.attributes}
    assert not {name for name in names if name.startswith("on")} | (
        {"href", "src", "style"} & names
    )
    assert "http://" not in page.replace("http://x.example", "")
    policy = next(value for name, value in found.attributes if "default-src" in value)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_hostile_text_is_shown_not_hidden(hostile: Path) -> None:
    for name in ("report.html", "README.md"):
        text = (hostile / name).read_text(encoding="utf-8")
        assert {character for character in text if is_hidden(character)} <= {"\n"}, name
    page = (hostile / "report.html").read_text()
    assert "&lt;script&gt;window.hit = 1&lt;/script&gt;" in page
    assert "\\u202egnp.exe\\u202c zero\\u200bwidth" in page
    assert "{{ 7 * 7 }}" in page


@given(st.text())
@example("a\u0301" + "\u0301" * 30)
@example("\u200d")
def test_visible_text_hides_nothing_and_is_stable(text: str) -> None:
    shown = visible(text)
    hidden = {character for character in shown if is_hidden(character)}
    assert hidden <= {"\n", "\u200d"}
    assert visible(shown) == shown
    assert not re.search(r"[\u0300-\u036f]{6}", shown)


def test_ordinary_text_is_left_alone() -> None:
    for text in ("Café – “olé”", "naïve\nline", "日本語", "👩\u200d🌾", "50 %"):
        assert visible(text) == text


@pytest.mark.browser
def test_chromium_opens_the_page_without_error_or_request(hostile: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium: apt-get install chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    arguments += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    address = f"file://{hostile / 'report.html'}"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        for scheme, width in (("light", 1280), ("light", 400), ("dark", 1280), ("dark", 400)):
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            said: list[str] = []
            asked: list[str] = []
            page.on("console", lambda message, said=said: said.append(message.text))
            page.on("pageerror", lambda error, said=said: said.append(str(error)))
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(address)
            assert said == []
            assert asked == [address]
            assert page.evaluate("window.hit") is None
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("article.person").count() == 6
            page.close()
        browser.close()


def test_a_page_of_many_rows_stays_small(small_run: Run, tmp_path: Path) -> None:
    run = small_run.export(tmp_path / "run", rows=small_run.rows(3000))
    assert (run / "report.html").stat().st_size < 200_000


def test_datasets_reads_the_directory(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(
        "parquet",
        data_files=str(exported / "data/personas.parquet"),
        cache_dir=str(tmp_path / "cache"),
        split="train",
    )
    assert loaded.num_rows == 6
    assert loaded[2]["interests"] == ["tea", "bread"]
