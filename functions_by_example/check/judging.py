"""One function app, judged: by the worker itself, and then for what the
worker stays silent about.

Standard library, the SDK's own packages, and folders of ours that need no
more: this runs in the browser too.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from dataclasses import replace
from pathlib import Path

from azure.functions import FunctionRegister
from azure_functions_runtime.bindings.meta import load_binding_registry
from azure_functions_runtime.loader import index_function_app
from azure_functions_runtime.utils.validators import (
    InvalidFileNameError,
    validate_script_file_name,
)

from functions_by_example.check import functions as loading
from functions_by_example.check import refusals, settings, silent
from functions_by_example.check.failures import crash
from functions_by_example.check.guards import leaving_out
from functions_by_example.check.problems import (
    Place,
    coded,
    described,
    severity,
    worded,
)
from functions_by_example.check.source import Source
from functions_by_example.check.warnings.warning import every
from functions_by_example.protocol.answers import Verdict
from functions_by_example.protocol.problem import Problem
from functions_by_example.worker.app import App, LoadError, enter

SCRIPT = "function_app.py"
# Taken here and not for the first app: by then the process is the app's, and
# has forgotten our modules.
_CHECKS = every()


async def judge(folder: Path, explain: bool = False) -> Verdict:
    """Judge the app in a folder: {"functions": [...], "problems": [...]}.

    A process (or a browser's interpreter, its modules reset) judges one app
    once, and becomes that app's: see `worker.app.enter`. Where the worker
    refuses the app, "refused" is the problem that it stops at; judging again,
    in another process and with `explain`, finds every one.
    """
    folder = folder.resolve()
    known, problems = settings.read_settings(folder)
    problems += settings.read_host(folder)[1]
    try:
        enter(folder, known or {})
    except (OSError, ValueError) as error:  # such as a name with "="
        enter(folder, {})
        message = f"a name or value cannot be set: {error}"
        problems.append(coded("settings-file", message, settings.SETTINGS, 1))
    script = (known or {}).get("PYTHON_SCRIPT_FILE_NAME", SCRIPT)
    absent = _absent(folder, script)
    if absent:
        return _verdict([], [*problems, absent])
    with loading.recording(folder) as registered:
        if explain:
            functions, found = _explained(script, registered)
        else:
            try:
                await App.load(folder)
            except (Exception, asyncio.CancelledError) as refused:
                first = _first(refused)
                return {
                    **_verdict([], problems),
                    "refused": described(first),
                }
            functions, found = _loaded(script, registered)
            found += refusals.problems(functions, folder, known)
    # an unread settings file is one problem, not one for each setting in it
    unread = any(problem.code == "settings-file" for problem in problems)
    if not unread:
        found += silent.setting_problems(functions, known)
    found += silent.mixed_models(folder)
    return _verdict(functions, problems + found)


def _first(refused: BaseException) -> Problem:
    if not isinstance(refused, LoadError):  # an exception that is broken itself
        return coded("refused", worded(refused))
    error = refused.error
    return coded("refused", str(refused), error.file, error.line)


def _absent(folder: Path, script: str) -> Problem | None:
    """Why there is no file that the worker would import."""
    try:
        validate_script_file_name(script)
    except InvalidFileNameError as error:
        return coded("script-name", worded(error), settings.SETTINGS)
    path = folder / script
    if path.is_file():
        return None
    legacy = silent.legacy_folders(folder)
    if legacy:
        message = f"there is no {script}, only {legacy[0]}/function.json"
        return coded("legacy-app", message, f"{legacy[0]}/function.json", 1)
    if path.is_dir():
        message = f"{script} is a folder"
    else:
        message = f"there is no {script} in this folder"
    return coded("no-app-file", message, script)


def _loaded(
    script: str, registered: loading.Registered
) -> tuple[list[loading.Loaded], list[Problem]]:
    """The functions of an app that the worker has loaded, and what bites."""
    app = loading.container_of(sys.modules[Path(script).stem])
    assert app
    return _of_app(app, script, registered)


def _of_app(
    app: FunctionRegister, script: str, registered: loading.Registered
) -> tuple[list[loading.Loaded], list[Problem]]:
    source = Source(registered.folder)
    functions = loading.judged(
        app._function_builders, registered, source, app.auth_level
    )
    problems = _refusals(functions)
    if not functions:
        place = registered.place_of(app)
        problems.append(
            coded(
                "no-functions",
                "the app has no functions: 0 functions loaded",
                place.file if place else script,
                place.line if place else 1,
            )
        )
    for loaded in functions:
        for find in _CHECKS:
            problems += find(loaded, source)
    problems += silent.unregistered(registered, app, source)
    return functions, problems


def _refusals(functions: list[loading.Loaded]) -> list[Problem]:
    """Why functions do not load; one own decorator between two of the SDK's
    makes two functions of one definition, and one problem."""
    problems = [problem for loaded in functions for problem in loaded.problems]
    split = {
        (problem.file, problem.line)
        for problem in problems
        if problem.code == "no-trigger"
    }
    kept: list[Problem] = []
    for problem in problems:
        follows = (problem.file, problem.line) in split
        if problem not in kept and (
            problem.code == "no-trigger" or not follows
        ):
            kept.append(problem)
    return kept


def _explained(
    script: str, registered: loading.Registered
) -> tuple[list[loading.Loaded], list[Problem]]:
    """Everything that keeps an app from loading, and what bites besides."""
    load_binding_registry()
    source = Source(registered.folder)
    with leaving_out(registered) as failed:
        try:
            module = importlib.import_module(Path(script).stem)
        except BaseException as error:  # an app may raise SystemExit
            end = crash(error, registered.folder)
            end = replace(end, file=end.file or script)
            builders = [builder for builder, _ in registered.builders]
            functions = loading.judged(builders, registered, source, None)
            return functions, [*failed, end, *_refusals(functions)]
    problems = [*failed, *_of_module(script, registered)]
    app = loading.container_of(module)
    if app is None:
        return [], problems
    functions, found = _of_app(app, script, registered)
    if problems:  # what was left out is missed, which is no news
        aside = ("no-functions", "unregistered-blueprint")
        found = [problem for problem in found if problem.code not in aside]
    return functions, problems + found


def _of_module(script: str, registered: loading.Registered) -> list[Problem]:
    """Whether the module holds one app, in the worker's words."""
    try:
        index_function_app(script)
    except ValueError as error:
        message = worded(error)
    except Exception:
        return []  # of one function: each is judged by itself
    else:
        return []
    if "Could not find top level function app" in message:
        return [coded("no-app", message, script, 1)]
    if "More than one" in message:
        places = [
            place
            for container, place in registered.containers
            if isinstance(container, FunctionRegister) and place
        ]
        last = places[-1] if places else Place(script, 1)
        return [coded("two-apps", message, last.file, last.line)]
    return []


def _verdict(
    functions: list[loading.Loaded], problems: list[Problem]
) -> Verdict:
    """As JSON has it: errors first, then by file and line."""
    ordered = sorted(
        problems, key=lambda p: (severity(p.code), p.file or "", p.line or 0)
    )
    return {
        "functions": [f.described() for f in functions if not f.problems],
        "problems": [described(problem) for problem in ordered],
        "refused": None,
    }
