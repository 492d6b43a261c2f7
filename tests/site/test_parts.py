"""What fills in the pages of docs/."""

import pytest
from made import SITE, entry

from functions_by_example.sample.read import SampleError
from functions_by_example.site.parts import filled, samples
from functions_by_example.site.site import Site


def test_a_page_is_filled_in() -> None:
    parts = {"greet": lambda name="you": f"Hello {name}"}
    text = "<!-- gallery: greet -->, <!-- gallery: greet Ada -->"
    assert filled(text, SITE, "docs/x.md", parts) == "Hello you, Hello Ada"


@pytest.mark.parametrize("marker", ["unknown", "greet too many", "greet"])
def test_what_cannot_be_filled_in_is_reported(marker: str) -> None:
    def greet(name: str) -> str:
        return {}[name]

    with pytest.raises(SampleError) as caught:
        text = f"# T\n\n<!-- gallery: {marker} -->"
        filled(text, SITE, "docs/x.md", {"greet": greet})
    (problem,) = caught.value.problems
    assert str(problem).startswith("docs/x.md:3: ")
    assert "greet" in problem.remedy


def test_the_result_of_an_event_is_found_by_name() -> None:
    entries = [entry({"log": [{"level": "INFO", "message": "hi"}]})]
    site = Site(entries=tuple(entries))
    html = samples.result("queue/queue_trigger", "works", site=site)
    assert "hi" in html
    for pair in [("x/y", "works"), ("queue/queue_trigger", "x")]:
        with pytest.raises(KeyError):
            samples.result(*pair, site=site)
