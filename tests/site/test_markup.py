"""Code and JSON as HTML."""

from functions_by_example.site import markup


def test_a_coloured_span_never_crosses_a_line() -> None:
    html = markup.highlighted('x = """a\nb"""\n', "python")
    assert html.split("\n") == [
        'x = <span class="s">"""a</span>',
        '<span class="s">b"""</span>',
        "",
    ]


def test_text_without_a_lexer_is_only_escaped() -> None:
    assert markup.highlighted("a < b", "text") == "a &lt; b"


def test_no_line_of_code_can_be_taken_for_a_fence() -> None:
    assert "`" not in markup.highlighted("'''\n```\n'''", "python")
