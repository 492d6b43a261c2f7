"""The site as text."""

import pytest

from functions_by_example.site import text as llms


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2 id='x'>A <code>b</code><a class='headerlink'>¶</a></h2>",
         "## A `b`"),
        ("<p>One\n two.</p><p>Three.</p>", "One\ntwo.\n\nThree."),
        ("<ul><li>a</li><li>b</li></ul><p>c</p>", "- a\n- b\n\nc"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ("<pre><code>a = <span>1</span>\n\n- b\n</code></pre>",
         "```\na = 1\n\n- b\n```"),
        ('<div class="language-python highlight"><pre><code>x\n</code></pre>'
         "</div><pre>y</pre>", "```python\nx\n```\n\n```\ny\n```"),
        ('<pre><code>at <a href="#L1">line 1</a></code></pre>',
         "```\nat line 1\n```"),
        ("<table><tr><th>A</th><th>B</th></tr>"
         "<tr><td><code>x</code></td><td>a|b<ul><li>c</li></ul></td></tr>"
         "</table>", "| A | B |\n| --- | --- |\n| `x` | a\\|b c |"),
        ('<p><a href="https://x.test/y">out</a>, <a href="../z/">in</a></p>',
         "[out](https://x.test/y), in"),
        ("<p>a<svg><path/><title>no</title></svg><button>no</button>b</p>",
         "ab"),
        ("<form><button>no</button></form><p class='actions'>no</p>", ""),
        ("<p>a &lt; b, <b>c</b>, snake_case, 2 * 3</p>",
         "a < b, **c**, snake_case, 2 * 3"),
        ("<details><summary>More</summary><p>a</p></details>",
         "**More**\n\na"),
        ('<div class="tabbed-set"><input type="radio">'
         '<div class="tabbed-labels"><label>one</label><label>two</label>'
         '</div><div class="tabbed-block"><pre>1</pre></div>'
         '<div class="tabbed-block"><pre>2</pre></div></div>',
         "one:\n\n```\n1\n```\n\ntwo:\n\n```\n2\n```"),
        ("<p>never closed", "never closed"),
    ],
)  # fmt: skip
def test_html_becomes_text(html: str, text: str) -> None:
    assert llms.text_of(html) == text


PAGES = [
    llms.Page("Learn", "learn/a/", "A", "About a.", "<h1>A</h1><p>x</p>"),
    llms.Page("Fix", "fix/b/", "B", "About b.", "<h1>B</h1>"),
    llms.Page("Learn", "learn/c/", "C", "About c.", "<h1>C</h1>"),
]


def test_the_index_lists_pages_under_their_sections() -> None:
    assert llms.index("Name", "What.", PAGES) == (
        "# Name\n\n> What.\n\n"
        "The text of all pages is in one file: llms-full.txt\n\n"
        "## Learn\n\n- [A](learn/a/): About a.\n- [C](learn/c/): About c.\n\n"
        "## Fix\n\n- [B](fix/b/): About b.\n"
    )


def test_the_full_text_holds_every_page_in_order() -> None:
    text = llms.full("Name", "What.", PAGES)
    assert text.startswith(
        "# Name\n\n> What.\n\n---\n\nPage: learn/a/\n\n# A\n\nx\n\n---\n\n"
    )
    assert text.index("# A") < text.index("# B") < text.index("# C")
