"""A site of a few pages and samples, with the machinery and the theme of the
real one, to be broken."""

import re
import shutil
from pathlib import Path

import sites
from sites import ROOT

PAGES = Path(__file__).with_name("site") / "tiny"
# The tiny site's samples, and the gallery's that they are copies of.
SAMPLES = {
    "http/route": "http/route",
    "patterns/greeting": "http/route",
    "queue/queue_output": "queue/queue_output",
    "queue/queue_trigger": "queue/queue_trigger",
}
CONFIG = f"""
INHERIT: {ROOT.as_posix()}/mkdocs.yml
hooks: [{ROOT.as_posix()}/functions_by_example/site/hook.py]
theme: {{custom_dir: {ROOT.as_posix()}/docs/theme}}
watch: []
extra_css: []
extra_javascript: []
"""


def tree(folder: Path) -> Path:
    """The tiny site's sources, below this folder."""
    shutil.copytree(PAGES, folder, dirs_exist_ok=True)
    for target, source in SAMPLES.items():
        shutil.copytree(
            ROOT / "samples" / source,
            folder / "samples" / target,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    readme = folder / "samples/patterns/greeting/README.md"
    text = readme.read_text("utf-8")
    readme.write_text(re.sub("^# .*", "# Say hello", text), "utf-8")
    (folder / "mkdocs.yml").write_text(CONFIG, "utf-8")
    templates = Path("functions_by_example/site/templates")
    shutil.copytree(ROOT / templates, folder / templates)
    return folder


def changed(tree: Path, file: str, old: str, new: str | None) -> None:
    """Replace the first `old` of a file by `new`; without it, delete the
    file."""
    path = tree / file
    before, found, after = path.read_text("utf-8").partition(old)
    assert found, f"{file} has no {old!r}"
    if new is None:
        path.unlink()
    else:
        path.write_text(before + new + after, "utf-8")


def built(tree: Path) -> tuple[bool, str]:
    """Build the tree's site into its folder site/, without the playground;
    whether that succeeded, and what MkDocs said."""
    none = {"PLAYGROUND_MODULES": "", "PLAYGROUND_FOLDER": str(tree / "none")}
    done = sites.built(tree, tree / "site", **none)
    assert "Traceback" not in done.stdout
    return not done.returncode, done.stdout
