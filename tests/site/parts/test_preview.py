"""How docs/migrate/preview.md shows the preview and today."""

import html
import re

import pytest

from functions_by_example.paths import DOCS
from functions_by_example.protocol.answers import Result
from functions_by_example.site.parts import preview as parts
from functions_by_example.trials import preview

RECORD = preview.recorded()
PAGE = (DOCS / "migrate/preview.md").read_text("utf-8")
# Each area with each of today's ways.
PAIRS = [
    (area, side)
    for area, found in RECORD["areas"].items()
    for side in sorted(found)
    if side.startswith("now")
]


def text_of(shown: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", shown))


@pytest.mark.parametrize(
    ("anchor", "mark"),
    [
        *(
            (
                parts.anchor(area, side),
                f"preview {area} {side}".removesuffix(" now"),
            )
            for area, side in PAIRS
        ),
        *((name, f"preview-fault {name}") for name in preview.faults()),
    ],
)
def test_the_page_shows_it_below_its_heading(anchor: str, mark: str) -> None:
    _, section = re.split(rf"#+ [^\n]+ \{{ #{anchor} \}}", PAGE)
    assert f"<!-- gallery: {mark} -->" in section.split("\n##")[0]


@pytest.mark.parametrize(("area", "side"), PAIRS)
def test_an_area_is_shown_whole(area: str, side: str) -> None:
    """Both codes, every key, every error; the overview leads to it."""
    assert f'href="#{parts.anchor(area, side)}"' in parts.overview()
    shown = text_of(parts.area(area, side))
    for way in ("then", side):
        assert preview.source(f"{area}/{way}.py").rstrip() in shown, way
        (function,) = RECORD["areas"][area][way]["functions"]
        for binding in function["bindings"]:
            for key in binding:
                assert f'"{key}": ' in shown, (way, key)
    unchanged = RECORD["areas"][area]["unchanged"]
    if "error" in unchanged:
        assert parts.worded(unchanged["error"]) in shown


@pytest.mark.parametrize("name", preview.faults())
def test_a_mistake_is_shown_with_its_errors(name: str) -> None:
    shown = text_of(parts.fault(name))
    for outcome in RECORD["faults"][name].values():
        for result in (outcome, *outcome.get("events", {}).values()):
            if "error" in result:
                assert parts.worded(result["error"]) in shown


@pytest.mark.parametrize("name", preview.faults())
def test_without_the_mistake_something_else_comes_back(name: str) -> None:
    found = RECORD["faults"][name]
    mended = parts.fate(found["mended"])
    assert mended not in (
        parts.fate(found["then"]),
        parts.fate(found["renamed"]),
    )


def test_the_wikis_examples_are_shown_with_their_errors() -> None:
    shown = text_of(parts.wiki())
    for found in RECORD["wiki"].values():
        assert parts.worded(found["unchanged"]["error"]) in shown


def test_lines_that_differ_are_marked_in_both_columns() -> None:
    then, now = "a\nb\nc\n", "a\nx\nc\n"
    removed, added = parts.differing(then, now)
    assert [
        [line for line, marked in parts.file("", text, lines).lines if marked]
        for text, lines in ((then, removed), (now, added))
    ] == [["b"], ["x"]]
    assert "<mark>" in parts.area("queue")


def test_a_mark_is_not_a_colour_alone() -> None:
    css = (DOCS / "assets/migrate.css").read_text("utf-8")
    (rule,) = re.findall(r"\.then-now mark \{(.*?)\}", css, re.S)
    assert "border-left:" in rule


def test_a_result_that_differs_would_be_shown_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "The same comes back from both" in parts.area("queue")
    results = iter(range(100))
    monkeypatch.setattr(parts, "came_back", lambda *_: str(next(results)))
    shown = parts.area("queue")
    assert "Then:</p>" in shown and "Today:</p>" in shown
    assert "The same comes back" not in shown


def test_equal_results_are_equal_events() -> None:
    one: Result = {"return": {"string": "1"}}
    event = parts.event_of("x", {"about": "One."}, [], (one, {**one}))
    assert event.then == event.now
