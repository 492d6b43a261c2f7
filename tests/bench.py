"""What the machinery costs: `nox -s bench`. Everything is measured here and
now; a ratio compares two figures of one run, so that machines compare.

    nox -s bench                 all
    nox -s bench -- process docs some: process, scale, docs, build, migrate,
                                  browser
"""

from __future__ import annotations

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

from functions_by_example.paths import ROOT, SAMPLES
from functions_by_example.processes import process
from functions_by_example.sample import read as sample
from functions_by_example.trials import samples as verify
from functions_by_example.worker import app

FEW, MANY, MORE = 100, 1_000, 100
FUNCTIONS = 50
PACKAGE = "functions_by_example"
QUEUE_SAMPLE = SAMPLES / "queue" / "queue_trigger"


def main(names: list[str]) -> int:
    """Run the benchmarks named, or all; 1 if a figure is not met."""
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
    imports = "import azure.functions, azure_functions_runtime"

    def verification() -> None:
        process.call(app.replay, str(QUEUE_SAMPLE), event)

    def interpreter() -> None:
        subprocess.run([sys.executable, "-c", imports], check=True)

    verification()
    interpreter()
    ours, theirs = [], []
    for _ in range(25):  # by turns, so that both see the same machine
        ours += [seconds(verification) for _ in range(4)]
        theirs.append(seconds(interpreter))
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
    """(d) What more samples add to the docs build."""
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "tree"
        shutil.copytree(
            ROOT,
            tree,
            ignore=shutil.ignore_patterns(".git", ".nox", "site", ".*_cache"),
        )

        def build() -> None:
            subprocess.run(
                [sys.executable, "-m", "mkdocs", "build", "--quiet"],
                check=True,
                cwd=tree,
                env=os.environ | {"PYTHONPATH": str(tree)},
            )

        build()
        before, cpu_before = timed(build, 3)
        generate(tree / "samples", MORE)
        after, cpu_after = timed(build, 3)
    return report(
        f"ms that each of {MORE} more samples adds to the docs build",
        (after - before) / MORE * 1e3,
        30,
        f"medians {before:.2f} s and {after:.2f} s; of processor time "
        f"{(cpu_after - cpu_before) / MORE * 1e3:.1f} ms each",
    )


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
        command = [
            sys.executable,
            "-m",
            PACKAGE,
            "migrate",
            name,
        ]

        def migration() -> None:
            subprocess.run(
                command,
                check=True,
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

        migration()
        elapsed, processor = timed(migration, 5)
    return report(
        f"seconds of `migrate` on {count * len(snippets)} functions",
        elapsed,
        2,
        f"median of 5; {processor:.2f} s of processor time",
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
    "build": build,
    "migrate": migrate,
    "browser": browser,
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--verify"]:
        verify_below(Path(sys.argv[2]))
    else:
        sys.exit(main(sys.argv[1:]))
