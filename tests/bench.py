"""What the machinery costs: `nox -s bench`. Everything is measured here and
now; a ratio compares two figures of one run, so that machines compare.

    nox -s bench                 all
    nox -s bench -- process docs some: process, scale, docs, page, build,
                                  migrate, size, browser
    nox -s bench -- --tree PATH docs page migrate size
                                  these of another checkout
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from sources import any_uses, lines, tags

from functions_by_example.paths import ROOT, SAMPLES
from functions_by_example.processes import process
from functions_by_example.sample import read as sample
from functions_by_example.trials import samples as verify
from functions_by_example.worker import app

FEW, MANY, MORE = 100, 1_000, 100
FUNCTIONS = 50
PAGES = 110
TREE = ROOT  # what is measured
QUEUE_SAMPLE = SAMPLES / "queue" / "queue_trigger"


def main(names: list[str], tree: Path) -> int:
    """Run the benchmarks named, or all; 1 if a figure is not met."""
    global TREE
    TREE = tree.resolve()
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(f"no benchmark {', '.join(unknown)}: {', '.join(BENCHMARKS)}")
        return 2
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}")
    met = [
        run() for name, run in BENCHMARKS.items() if name in names or not names
    ]
    return 0 if all(met) else 1


def report(what: str, figure: float, limit: float, detail: str) -> bool:
    verdict = "met" if figure <= limit else "NOT MET"
    print(f"{what}: {figure:.2f} (at most {limit:g}: {verdict}); {detail}")
    return figure <= limit


def one_process() -> bool:
    """(a) Index an app and replay an event, against a fresh interpreter that
    only imports."""
    process.preload(verify.PRELOAD)
    event = sample.read(QUEUE_SAMPLE).events[0].content

    def verification() -> None:
        process.call(app.replay, str(QUEUE_SAMPLE), event)

    verification()
    importing()
    ours, theirs = [], []
    for _ in range(25):  # by turns, so that both see the same machine
        ours += [seconds(verification) for _ in range(4)]
        theirs.append(seconds(importing))
    a, b = median(ours), median(theirs)
    return report(
        "one verification process / a fresh interpreter",
        a / b,
        0.15,
        f"medians {a * 1e3:.1f} ms and {b * 1e3:.1f} ms",
    )


def scale() -> bool:
    """(b), (c) Time and peak memory with many samples against few."""
    figures = {}
    with tempfile.TemporaryDirectory() as name:
        for count in (FEW, MANY):
            root = Path(name) / str(count)
            generate(root, count)
            output = subprocess.run(
                [sys.executable, __file__, "--verify", str(root)],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            figures[count] = json.loads(output)
            print(f"  {count} samples: {output.strip()}")
    few, many = figures[FEW], figures[MANY]
    each = {n: figures[n]["seconds"] / n for n in figures}
    time_met = report(
        f"seconds a sample, {MANY} / {FEW} samples",
        each[MANY] / each[FEW],
        1.15,
        f"{each[MANY] * 1e3:.0f} ms and {each[FEW] * 1e3:.0f} ms",
    )
    memory_met = report(
        f"peak memory of the verifying process, {MANY} / {FEW} samples",
        many["peak_mib"] / few["peak_mib"],
        1.25,
        f"{many['peak_mib']:.1f} MiB and {few['peak_mib']:.1f} MiB",
    )
    return time_met and memory_met


def verify_below(root: Path) -> None:
    """Verify every sample below `root`; prints seconds and peak memory of
    this process."""
    import resource

    start = time.perf_counter()
    for verdict in verify.verify_all(sample.find(root)):
        if verdict.problems:
            raise SystemExit(str(verdict))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 2**20 if sys.platform == "darwin" else 2**10
    print(
        json.dumps(
            {
                "seconds": round(time.perf_counter() - start, 2),
                "peak_mib": round(peak / unit, 1),
            }
        )
    )


def docs() -> bool:
    """(d) What more samples add to the docs build, in fresh interpreters that
    import SDK and worker."""
    with tempfile.TemporaryDirectory() as name:
        tree = copied(Path(name) / "tree")

        def build() -> None:
            site(tree)

        build()
        before, cpu_before = timed(build, 3)
        interpreter, _ = timed(importing, 5)
        generate(tree / "samples", MORE)
        after, cpu_after = timed(build, 3)
    each = (after - before) / MORE
    return report(
        f"what each of {MORE} more samples adds to the docs build / a fresh "
        "interpreter",
        each / interpreter,
        0.08,
        f"{each * 1e3:.1f} ms; medians {before:.2f} s and {after:.2f} s, "
        f"interpreter {interpreter * 1e3:.0f} ms; of processor time "
        f"{(cpu_after - cpu_before) / MORE * 1e3:.1f} ms each",
    )


def page() -> bool:
    """(h) Processor time of the docs build for each page, against a plain
    Material site of ordinary pages; what is compiled is kept."""
    with tempfile.TemporaryDirectory() as name:
        tree = copied(Path(name) / "tree")
        plain = plain_site(Path(name) / "plain")
        ours, theirs = [], []
        for made in (tree, plain):
            site(made)
        for _ in range(5):  # by turns, so that both see the same machine
            ours.append(timed(lambda: site(tree), 1)[1])
            theirs.append(timed(lambda: site(plain), 1)[1])
        count = len(list((tree / "site").rglob("index.html")))
    a, b = median(ours) / count, median(theirs) / PAGES
    return report(
        "processor time of a page of the docs build / of a plain site",
        a / b,
        1.8,
        f"medians {a * 1e3:.1f} ms of {count} pages and {b * 1e3:.1f} ms of "
        f"{PAGES}",
    )


def copied(tree: Path) -> Path:
    """A copy of the checkout that is measured."""
    left = shutil.ignore_patterns(".git", ".nox", "site", ".*_cache")
    shutil.copytree(TREE, tree, ignore=left)
    # The package has a folder `site`, too.
    for folder in TREE.glob("*/site"):
        shutil.copytree(folder, tree / folder.relative_to(TREE))
    return tree


def site(tree: Path) -> None:
    """Build the site of a tree. Python keeps what it has compiled."""
    environment = os.environ | {"PYTHONPATH": str(tree)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet"],
        check=True,
        cwd=tree,
        env=environment,
    )


def plain_site(root: Path) -> Path:
    """A Material site of PAGES ordinary pages: headings, paragraphs, a list, a
    table, two blocks of code."""
    text = (
        "A function app is a folder of Python files. The host starts a worker "
        "process, which imports `function_app.py` and lists its functions. "
        "Each function has one trigger and any number of [inputs and outputs]"
        "(https://example.com/bindings), which the host fetches and sends.\n"
    )
    part = "\n".join(
        (
            "## Section {n}\n",
            text * 2,
            "- one item of **some** words\n- another item\n- a third\n",
            text,
            "```python\nimport json\n\n\ndef total(order: str) -> int:\n"
            '    """The price of an order."""\n'
            "    content = json.loads(order)\n"
            '    return content["count"]\n```\n',
        )
    )
    table = "| Key | Value |\n| --- | --- |\n" + "| `name` | a text |\n" * 5
    (root / "docs").mkdir(parents=True)
    for number in range(PAGES):
        parts = [part.format(n=n) for n in range(2)]
        page = f"# Page {number}\n\n{text}\n{table}\n" + "\n".join(parts)
        (root / "docs" / f"page-{number}.md").write_text(page, "utf-8")
    (root / "docs" / "index.md").write_text("# Home\n", "utf-8")
    settings = (
        "site_name: Plain\ntheme: {name: material, font: false}\n"
        "plugins: [search]\nmarkdown_extensions: [admonition, attr_list, "
        "tables, pymdownx.highlight, pymdownx.superfences]\n"
    )
    (root / "mkdocs.yml").write_text(settings, "utf-8")
    return root


def importing() -> None:
    """A fresh interpreter that imports SDK and worker, and nothing else."""
    imports = "import azure.functions, azure_functions_runtime"
    subprocess.run([sys.executable, "-c", imports], check=True)


def size() -> bool:
    """(i) What there is to read: lines, modules, tags and `Any` in the
    package, lines of the tests. Nothing is timed."""
    package = next(TREE.glob("*/__main__.py")).parent
    sources = {path: path.read_text("utf-8") for path in package.rglob("*.py")}
    tests = TREE / "tests"
    tested = [*tests.rglob("*.py"), *tests.glob("browser/*.js")]
    shown = "; ".join(
        f"{path.relative_to(package)} {n}"
        for path, text in sources.items()
        if (n := tags(text))
    )
    figures = (
        ("lines of Python in the package", lines(sources), 13_500, ""),
        ("modules in its top folder", len(list(package.glob("*.py"))), 3, ""),
        (
            "lines with a tag in a text",
            sum(map(tags, sources.values())),
            0,
            shown,
        ),
        (
            "uses of Any and its aliases, messages.py aside",
            sum(any_uses(p, text) for p, text in sources.items()),
            60,
            "",
        ),
        ("lines of tests/", lines(tested), 13_000, ""),
    )
    met = [report(*figure) for figure in figures]
    return all(met)


def build() -> bool:
    """(e) `nox -s docs` from nothing: the environment and the site."""
    with tempfile.TemporaryDirectory() as name:
        environment = os.environ | {"NOX_ENVDIR": f"{name}/nox"}
        command = [sys.executable, "-m", "nox", "-s", "docs", "--"]

        def docs_session() -> None:
            subprocess.run(
                [*command, "--quiet", "--site-dir", f"{name}/site"],
                check=True,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

        first = seconds(docs_session)
        again = seconds(docs_session)
    return report(
        "seconds of `nox -s docs` from nothing",
        first,
        30,
        f"packages from the cache of uv or pip where there is one; "
        f"{again:.1f} s with its environment",
    )


def migrate() -> bool:
    """(f) `migrate` on an app of 50 functions, ten for each snippet of the
    preview's wiki; the command, from its start to its end."""
    app = [
        "import json",
        "import logging",
        "",
        "import azure.functions as func",
        "",
        "app = func.FunctionApp(auth_level=func.AuthLevel.ANONYMOUS)",
    ]
    snippets = sorted((ROOT / "tests" / "preview").glob("*.py"))
    count = FUNCTIONS // len(snippets)
    for path in snippets:
        text = path.read_text("utf-8").split("FunctionApp()\n", 1)[1]
        for number in range(count):
            named = text.replace('_name(name="', f'_name(name="{path.stem}')
            app.append(named.replace('")\n', f'{number}")\n', 1))
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "function_app.py").write_text("\n".join(app), "utf-8")
        package = next(TREE.glob("*/__main__.py")).parent.name
        command = [sys.executable, "-m", package, "migrate", name]

        def migration() -> None:
            subprocess.run(
                command,
                check=True,
                cwd=TREE,
                env=os.environ | {"PYTHONPATH": str(TREE)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

        migration()
        importing()
        ours, theirs = [], []
        for _ in range(7):  # by turns, so that both see the same machine
            ours.append(seconds(migration))
            theirs.append(seconds(importing))
    a, b = median(ours), median(theirs)
    return report(
        f"`migrate` on {count * len(snippets)} functions / a fresh interpreter",
        a / b,
        4,
        f"medians {a:.2f} s and {b * 1e3:.0f} ms",
    )


def browser() -> bool:
    """(g) A sample in the browser: starts, edits, events, Stop, sizes."""
    from browser import measured

    return measured.run(report)


def timed(work: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """Medians of seconds, and of the processor's seconds in the processes
    that the work starts."""
    elapsed, processor = [], []
    for _ in range(rounds):
        before = os.times()
        elapsed.append(seconds(work))
        after = os.times()
        processor.append(
            after.children_user
            - before.children_user
            + after.children_system
            - before.children_system
        )
    return median(elapsed), median(processor)


def generate(root: Path, count: int) -> None:
    """`count` samples in root/patterns: the gallery's own, over and over."""
    originals = sample.find(SAMPLES)
    for number in range(count):
        original = originals[number % len(originals)]
        copy = root / "patterns" / f"{original.name}_{number:04}"
        shutil.copytree(original, copy)
        readme = copy / "README.md"
        text = readme.read_text(encoding="utf-8")
        text = text.replace("](../../", "](../_/").replace(
            "](../", f"](../../{original.parent.name}/"
        )
        text = text.replace(f"](../../{original.parent.name}/_/", "](../../")
        readme.write_text(text, encoding="utf-8")


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


BENCHMARKS = {
    "process": one_process,
    "scale": scale,
    "docs": docs,
    "page": page,
    "build": build,
    "migrate": migrate,
    "size": size,
    "browser": browser,
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--verify"]:
        verify_below(Path(sys.argv[2]))
    else:
        parser = argparse.ArgumentParser()
        parser.add_argument("names", nargs="*")
        parser.add_argument("--tree", type=Path, default=ROOT)
        given = parser.parse_args()
        sys.exit(main(given.names, given.tree))
