"""The pages show every case of every record; what there is not fails the
build with file and line."""

import re
from collections.abc import Iterator

import pytest

from functions_by_example.paths import DOCS
from functions_by_example.sample.read import SampleError
from functions_by_example.site.navigation import title
from functions_by_example.site.parts import every, filled, learn, samples
from functions_by_example.site.site import Site
from functions_by_example.trials import annotations, models, preview, troubles

MARKS = [
    mark
    for path in DOCS.rglob("*.md")
    for mark in re.findall(r"<!-- gallery: (.+?) -->", path.read_text("utf-8"))
]


def cases() -> Iterator[str]:
    kinds: tuple[learn.Kind, ...] = ("triggers", "inputs", "outputs", "returns")
    for kind in kinds:
        part = "annotations" if kind in kinds[:2] else "outputs"
        services = {case["service"] for case in annotations.load()[kind]}
        yield from (f"{part} {kind} {service}" for service in services)
    yield from (f"model-event {name}" for name in models.events())
    legacy = models.FOLDER / "apps" / models.LEGACY
    for path in legacy.glob("*/*"):
        name = path.relative_to(legacy).as_posix()
        if path.is_file() and not name.startswith("shared/"):
            yield f"model-file {models.LEGACY} {name}"
    for area, found in preview.recorded()["areas"].items():
        for side in found:
            if side.startswith("now"):
                yield f"preview {area} {side}".removesuffix(" now")
    yield from (f"preview-fault {name}" for name in preview.faults())
    for name, case in troubles.cases().items():
        if case.right and "why" not in case.shown and name != "unreadable":
            yield f"remedy {name}"


@pytest.mark.parametrize("mark", sorted(cases()))
def test_a_page_shows(mark: str) -> None:
    assert MARKS.count(mark) == 1


def test_every_part_is_used() -> None:
    assert {mark.split()[0] for mark in MARKS} == set(every())


@pytest.mark.parametrize(
    "mark",
    [
        "no-such-part",
        "annotations triggers fax",
        "outputs outputs fax",
        "outputs fax queue",
        "test trials/test_matrix.py test_that_there_is_not",
        "test trials/test_fax.py test_x",
        "code no-such-case",
        "code blueprint no_such_file.py",
        "worker no-such-case",
        "checked no-such-case",
        "answer blueprint no-such-event",
        "drawing no-such-drawing",
        "model-file legacy fax.py",
        "model-file fax function_app.py",
        "model-event fax",
        "preview fax",
        "preview queue now_v3",
        "preview-fault fax",
        "trouble nonesuch",
        "remedy nonesuch",
        "threads X1",
        "readme nonesuch",
        "pages fax",
        "migrate-left fax",
    ],
)
def test_what_there_is_not_fails_with_its_place(mark: str) -> None:
    text = f"# A title\n\n<!-- gallery: {mark} -->\n"
    with pytest.raises(SampleError) as caught:
        filled(text, Site(), "docs/x.md")
    assert str(caught.value).startswith(f"docs/x.md:3: `{mark}` cannot be")


def test_an_index_lists_the_pages_of_its_section_with_descriptions() -> None:
    folder = DOCS / "migrate"
    listed = samples.pages("migrate", site=Site())
    pages = {path.name for path in folder.glob("*.md")} - {"index.md"}
    assert set(re.findall(r"\]\(([\w.-]+)\)", listed)) == pages
    for name in pages:
        text = (folder / name).read_text("utf-8")
        (about,) = re.findall(r"^description: (.+)$", text, re.M)
        assert f"- [{title(text)}]({name})  \n  {about}" in listed
