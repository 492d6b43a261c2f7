"""What a page may load and run: its Content-Security-Policy, as a meta
element.

A static host sends no headers of ours, so the policy stands in the page. It
lets in what is in the page already, by its digest, and what comes from the
site itself; nothing that is put in later.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from functions_by_example.site import html

# Of a script, the types that are run: https://html.spec.whatwg.org/#attr-script-type
_RUN = ("", "module", "text/javascript")


def policy(
    page: str,
    *,
    editor: bool = False,
    serving: bool = False,
) -> str:
    """The policy of a page.

    A page with the editor runs WebAssembly, has workers, and lets the
    editor's styles in by a nonce. While serving, MkDocs puts a script of its
    own into every page.
    """
    tree = LexborHTMLParser(page)
    run = ["'self'", "'unsafe-inline'"]
    if not serving:
        inline = [
            script.text()
            for script in tree.css("script:not([src])")
            if (script.attributes.get("type") or "") in _RUN
        ]
        run = ["'self'", *_digests(inline)]
    styles = ["'self'", *_digests(s.text() for s in tree.css("style"))]
    attributes = [tag.attributes["style"] or "" for tag in tree.css("[style]")]
    if any(attributes):
        styles += ["'unsafe-hashes'", *_digests(filter(None, attributes))]
    workers, more = ["'self'"], {}
    if editor:
        run.append("'wasm-unsafe-eval'")
        workers.append("blob:")
        styles.append(f"'nonce-{_nonce(page)}'")
        # Chromium gives text that is put into an editor style attributes.
        more["style-src-attr"] = ["'unsafe-inline'"]
    rules = {
        "default-src": ["'self'"],  # Firefox fetches what comes next
        "script-src": run,
        "style-src": styles,
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": workers,
        "frame-src": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        **more,
    }
    return "; ".join(f"{name} {' '.join(rule)}" for name, rule in rules.items())


def write(site: Path, serving: bool) -> None:
    """Give every page of a built site its policy."""
    for path in sorted(site.rglob("*.html")):
        page = path.read_text("utf-8")
        editor = 'data-testid="run"' in page
        rules = policy(page, editor=editor, serving=serving)
        path.write_text(with_policy(page, rules), "utf-8", newline="\n")


def with_policy(page: str, policy: str) -> str:
    """The page with its policy in front of everything that it is about."""
    meta = str(html.macro("macros.html", "policy", Markup(policy)))
    head = page.index(">", page.index("<head")) + 1
    charset = page.find("<meta charset", head)
    if charset >= 0:
        head = page.index(">", charset) + 1
    return page[:head] + meta + page[head:]


def _digests(texts: Iterable[str]) -> list[str]:
    """The source expressions of these texts, each once, in a fixed order."""
    digests = {hashlib.sha256(text.encode("utf-8")).digest() for text in texts}
    encoded = (base64.b64encode(digest).decode("ascii") for digest in digests)
    return sorted(f"'sha256-{digest}'" for digest in encoded)


def _nonce(page: str) -> str:
    """Two builds of a page are equal, so this is no secret; it keeps out
    styles that do not know the page."""
    return hashlib.sha256(page.encode("utf-8")).hexdigest()[:16]
