"""The commands of a checkout: verify, update, versions, releases, new.

They make and compare what samples and pages show, and need more packages than
`check`, `run` and `migrate` do: those of the session `samples`, and `update`
and `releases` the ones of the site besides.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from functions_by_example.paths import DOCS, ROOT, SAMPLES
from functions_by_example.processes import environments, process
from functions_by_example.protocol.problem import Problem
from functions_by_example.sample.read import SampleError, find, read
from functions_by_example.sdk import releases
from functions_by_example.trials import new, samples, trial, versions


def add(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands: `add_parser` is the method of the subparsers."""
    sub = add_parser("verify", help="hold samples to their levels")
    sub.add_argument("samples", nargs="*", type=Path, metavar="SAMPLE")
    sub.add_argument("--jobs", type=int, help="how many at a time")
    sub.set_defaults(command=_verify)

    sub = add_parser("update", help="rewrite records")
    sub.add_argument("names", nargs="*", type=Path, metavar="SAMPLE|TRIAL")
    sub.set_defaults(command=_update)

    sub = add_parser("versions", help="run samples with other SDKs")
    sub.add_argument("interpreters", nargs="*", type=Path, metavar="PYTHON")
    sub.add_argument("--missing", action="append", default=[], metavar="X.Y")
    sub.add_argument("--write", action="store_true", help="rewrite the record")
    sub.set_defaults(command=_versions)

    sub = add_parser("releases", help="compare PyPI with the record")
    sub.add_argument("--write", action="store_true", help="add what is new")
    sub.add_argument("--all", action="store_true", help="read all anew")
    sub.set_defaults(command=_releases)

    sub = add_parser("new", help="begin a sample")
    sub.add_argument("name", metavar="SERVICE/NAME")
    sub.set_defaults(command=_new)


def _verify(options: argparse.Namespace) -> int:
    passed = failed = 0
    for verdict in samples.verify_all(_folders(options.samples), options.jobs):
        print(verdict, flush=True)
        passed, failed = (
            passed + (not verdict.problems),
            failed + bool(verdict.problems),
        )
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def _update(options: argparse.Namespace) -> int:
    """Rewrite what is named, or all but what is rewritten by hand."""
    from functions_by_example.site import addresses

    process.preload(environments.PRELOAD)
    trials = trial.every()
    names = [str(name) for name in options.names]
    named = [name for name in names if name in trials]
    status = 0
    if not names or len(named) < len(names):
        for folder in _folders([Path(n) for n in names if n not in named]):
            name = "/".join(folder.parts[-2:])
            status |= _updated(name, *samples.update(folder))
    if not names:
        named = [name for name, one in trials.items() if not one.by_hand]
    for name in named:
        try:
            status |= _updated(name, trials[name].rewrite(), [])
        except SampleError as error:
            status |= _updated(name, [], error.problems)
    if not names:
        for address in addresses.update():
            print(f"{address}: added to {addresses.PUBLISHED.name}")
    return status


def _updated(
    name: str, changed: Sequence[str], problems: Sequence[Problem]
) -> int:
    for problem in problems:
        print(problem, flush=True)
    for file in changed:
        print(f"{file}: rewritten", flush=True)
    if not changed and not problems:
        print(f"{name}: unchanged", flush=True)
    return 1 if problems else 0


def _versions(options: argparse.Namespace) -> int:
    before = versions.load()
    columns = []
    for python in (sys.executable, *options.interpreters):
        try:
            columns.append(versions.run(str(python)))
        except (OSError, RuntimeError, SampleError) as error:
            return _fail(str(error))
        cells = columns[-1]["samples"].values()
        held = sum(cell == versions.HOLDS for cell in cells)
        print(f"{versions.title(columns[-1])}: {held} of {len(cells)} hold")
    after = versions.merged(before, columns, options.missing)
    for python in options.missing:
        kept = python not in after["missing"]
        what = "its columns stay as recorded" if kept else "it has no column"
        print(f"Python {python} is not here: {what}")
    changes = list(versions.changes(before, after))
    print("\n".join(changes) or "nothing has changed")
    if options.write:
        for file in versions.outcome.write(after):
            print(f"{file}: rewritten")
    elif changes:
        print("to record this, run `nox -s versions -- --write`")
    return 1 if changes and not options.write else 0


def _new(options: argparse.Namespace) -> int:
    try:
        folder = new.create(SAMPLES, options.name)
    except ValueError as error:
        return _fail(str(error))
    print(f"{folder}: created. Edit it, then `nox -s update`, then `nox`.")
    return 0


def _releases(options: argparse.Namespace) -> int:
    """0 where the record has what PyPI has, or now has it, and where PyPI
    cannot be asked; 1 where PyPI has more."""
    from functions_by_example.sdk import pypi, wheels
    from functions_by_example.site import release_pages

    file = os.path.relpath(releases.RECORD, ROOT)
    try:
        kept = {} if options.all else releases.read(releases.RECORD)
    except SampleError as error:
        return _fail(str(error))
    try:
        found = pypi.on_pypi()
        news = pypi.news(found, kept)
        now = pypi.completed(found, kept)
    except pypi.OutOfReachError as error:
        print(f"PyPI is out of reach: {error}")
        if options.write or options.all:
            print(f"{file}: unchanged")
            return 1
        newest = releases.newest(kept).version
        print(f"What is stored is used: {len(kept)} releases, up to {newest}.")
        return 0
    except wheels.UnreadableError as error:
        print(f"{error}\n{file}: unchanged")
        return 1
    if options.all:
        print(f"{len(now)} releases read anew")
    elif news:
        samples = [read(folder) for folder in find(SAMPLES)]
        for version, what in news.items():
            print(f"{releases.PACKAGE} {version} {what}")
            if version not in kept and now[version].after:
                before = now[now[version].after]
                print(release_pages.report(now[version], before, DOCS, samples))
    else:
        newest = releases.newest(kept).version
        print(
            f"Nothing new: PyPI has {len(found)} final releases of "
            f"{releases.PACKAGE} since {pypi.FIRST}, up to {newest}, and the "
            "record has them all."
        )
        return 0
    if not (options.write or options.all):
        print("`nox -s releases -- --write` takes it into the record.")
        return 1
    changed = releases.write(now)
    print(f"{file}: {'rewritten' if changed else 'unchanged'}")
    if changed:
        print("Now run `nox -s update`, read the difference, and run `nox`.")
    return 0


def _folders(names: Sequence[Path]) -> list[Path]:
    """The sample folders named, or all."""
    if not names:
        return find(SAMPLES)
    folders = []
    for name in names:
        folder = name if name.is_dir() else SAMPLES / name
        if not folder.is_dir():
            raise SystemExit(_fail(f"{name}: there is no such sample"))
        folders.append(folder.resolve())
    return folders


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 2
