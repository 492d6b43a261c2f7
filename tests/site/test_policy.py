"""A page's policy: what is in the page is let in, and nothing else."""

import base64
import hashlib
import html.parser

import pytest

from functions_by_example.site import policy


def digest(text: str) -> str:
    made = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{made}'"


def rules(page: str, **more: object) -> dict[str, list[str]]:
    """The policy as names and what each lets in."""
    given = policy.policy(page, **more)  # type: ignore[arg-type]
    split = [rule.split(" ") for rule in given.split("; ")]
    return {name: sources for name, *sources in split}


def test_scripts_and_styles_of_the_page_are_let_in_by_their_digest() -> None:
    made = rules(
        "<style>a > b {}</style><script>if (a < b && c) x()</script>"
        '<script type="module">y()</script>'
    )
    assert made["style-src"] == ["'self'", digest("a > b {}")]
    assert set(made["script-src"]) == {
        "'self'",
        digest("if (a < b && c) x()"),
        digest("y()"),
    }


@pytest.mark.parametrize(
    "page",
    [
        '<script src="a.js"></script>',
        '<script type="application/json">{"a": 1}</script>',
        "<p>&lt;script&gt;x()&lt;/script&gt;</p>",
        "<!-- <script>x()</script> -->",
    ],
)
def test_what_is_no_script_of_the_page_has_no_digest(page: str) -> None:
    assert rules(page)["script-src"] == ["'self'"]


def test_style_attributes_are_let_in_one_by_one() -> None:
    made = rules('<p style="margin: 1em 0"><p style="a: &quot;b&quot;"></p>')
    assert made["style-src"][1] == "'unsafe-hashes'"
    assert set(made["style-src"][2:]) == {
        digest("margin: 1em 0"),
        digest('a: "b"'),
    }


def test_a_page_without_the_editor_runs_no_webassembly() -> None:
    made = rules("<p>")
    assert made["default-src"] == ["'self'"]
    assert made["object-src"] == made["frame-src"] == ["'none'"]
    assert made["connect-src"] == made["worker-src"] == ["'self'"]
    assert "wasm" not in str(made)


def test_a_page_with_the_editor_runs_it_and_nothing_of_another_host() -> None:
    made = rules("<p>", editor=True)
    assert made["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert made["worker-src"] == ["'self'", "blob:"]
    assert made["style-src"][1].startswith("'nonce-")
    assert "http" not in str(made) and "*" not in str(made)


def test_no_page_lets_in_whatever_is_put_into_it() -> None:
    for editor in (False, True):
        made = rules("<script>x()</script>", editor=editor)
        for name in ("script-src", "default-src", "style-src"):
            assert "'unsafe-inline'" not in made[name]
            assert "'unsafe-eval'" not in made[name]


def test_while_serving_the_script_of_mkdocs_is_let_in() -> None:
    made = rules("<script>x()</script>", serving=True)
    assert made["script-src"] == ["'self'", "'unsafe-inline'"]


def test_the_policy_stands_before_everything_that_it_is_about() -> None:
    page = (
        '<html><head>\n<meta charset="utf-8">\n<script>x()</script>'
        "</head><body></body></html>"
    )
    made = policy.with_policy(page, policy.policy(page))
    seen: list[tuple[str, dict[str, str | None]]] = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attrs: list) -> None:  # type: ignore[type-arg]
            seen.append((tag, dict(attrs)))

    Reader().feed(made)
    assert [tag for tag, _ in seen[:5]] == [
        "html",
        "head",
        "meta",
        "meta",
        "script",
    ]
    assert seen[3][1]["http-equiv"] == "Content-Security-Policy"
    assert seen[3][1]["content"] == policy.policy(page)
