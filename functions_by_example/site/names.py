"""What the pages speak of and link to: every name must exist, and every
warning must say where it is."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping

from functions_by_example.sample.read import Problem, line_of

# A link to the sample's page, in whatever style, and its anchor.
_SAMPLE_LINK = re.compile(r"(?:\]\(|\]:\s*)<?(?:\.\./)*samples/([^)\s#>]+)\.md")
_SDK_NAME = re.compile(
    r"`@(?:app|bp|blueprint)\.(\w+)|`func\.(\w+)"
    r"|(?:^::: |\]\[|#)azure\.functions\.([\w.]+)",
    re.MULTILINE,
)
# A code span that begins with the name of an error of no package.
_ERROR = re.compile(r"(?<!`)`([A-Z]\w*(?:Error|Exception))\b")


def wrong(
    markdown: str,
    file: str,
    samples: frozenset[str],
    exists: Callable[[str], bool],
    is_error: Callable[[str], bool],
) -> Iterator[Problem]:
    """The samples, SDK names and errors that a page speaks of and that do
    not exist.

    `exists` says whether azure.functions has a dotted name, `is_error`
    whether there is an error of a name.
    """

    def problem(match: re.Match[str], what: str, remedy: str) -> Problem:
        line = markdown.count("\n", 0, match.start()) + 1
        return Problem(file, line, f"names {what}", remedy)

    for match in _SAMPLE_LINK.finditer(markdown):
        if match[1] not in samples:
            yield problem(
                match,
                f"the sample {match[1]}, which does not exist",
                f"the samples are {', '.join(sorted(samples))}",
            )
    for match in _SDK_NAME.finditer(markdown):
        decorator, name, dotted = match.groups()
        wanted = f"FunctionApp.{decorator}" if decorator else name or dotted
        if not exists(wanted):
            yield problem(
                match,
                f"{match[0].strip('`[]#')}, which azure.functions does not "
                "have",
                "correct the name",
            )
    for match in _ERROR.finditer(markdown):
        if not is_error(match[1]):
            yield problem(
                match,
                f"the error {match[1]}, which does not exist",
                "correct the name; where it is another package's, put the "
                "package before it, as in `package.SomeError`",
            )


class Located(logging.Filter):
    """Puts file and line before MkDocs' warnings of links that lead nowhere.

    `texts` holds, by the page's address below docs/, the file that it is made
    of and its text.
    """

    def __init__(self, texts: Mapping[str, tuple[str, str]]) -> None:
        super().__init__()
        self.texts = texts

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        match = re.match(r"Doc file '(.+?)' contains .*?link '(.+?)'", text)
        if match and match[1] in self.texts:
            file, written = self.texts[match[1]]
            link = "#" + match[2].partition("#")[2]
            needle = match[2] if match[2] in written else link
            line = line_of(written, needle)
            record.msg, record.args = f"{file}:{line}: {text}", ()
        return True


def locate(texts: Mapping[str, tuple[str, str]]) -> None:
    """Let MkDocs' warnings name file and line, of these texts and no others."""
    log = logging.getLogger("mkdocs.structure.pages")
    for before in [f for f in log.filters if hasattr(f, "texts")]:
        log.removeFilter(before)
    log.addFilter(Located(texts))
