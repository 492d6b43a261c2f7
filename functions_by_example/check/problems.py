"""What can be wrong with a function app: one table of codes.

An error keeps the app, or one of its functions, from loading in the worker or
in the host; a warning is what loads and then bites. The rules of the host
bring their own codes, and so do the checks of a function in `warnings/`.
"""

from __future__ import annotations

from dataclasses import dataclass

from functions_by_example.host.rules.rule import remedies
from functions_by_example.protocol.problem import Problem, ProblemJson

LONGEST_MESSAGE = 2000
MORE = " ..."  # where a longer message is cut

# code: what to do about it, in one sentence
ERRORS = {
    # the path
    "no-folder": "Give the path of a folder that holds a function app.",
    "not-a-folder": "Give the folder that holds function_app.py.",
    "no-app-file": (
        "Put the app into function_app.py, in this very folder, or name its "
        "file in the setting PYTHON_SCRIPT_FILE_NAME."
    ),
    "legacy-app": (
        "This app describes its functions in function.json: move them into "
        "function_app.py with the decorators that stand for them."
    ),
    "script-name": (
        "Set PYTHON_SCRIPT_FILE_NAME to the bare name of a .py file in the "
        "app's folder."
    ),
    "host-json": "Mend host.json: the host does not start without it.",
    "settings-file": (
        'Make local.settings.json an object with "Values", an object of '
        "names and texts: nothing starts locally without it."
    ),
    # importing
    "syntax": "Mend the syntax: nothing of the file can be imported.",
    "unreadable": "Save the file as UTF-8 text that may be read.",
    "missing-package": (
        "Name it in requirements.txt and install it in the environment that "
        "runs this check (`nox -s check -- --install PATH` installs it), or "
        "correct the name of the module."
    ),
    "import": (
        "Correct the import: the app's folder is on the import path, and "
        "function_app.py is a module of no package."
    ),
    "raised": "Mend this line: whatever is raised there unloads the app.",
    "timeout": (
        "Move waiting and long work out of the import, into a function; or "
        "give the check more time with --timeout."
    ),
    "ended": "Take out what ends the process while the app is imported.",
    # the app as a whole
    "no-app": (
        "Assign one func.FunctionApp() to a name at the top level of the file."
    ),
    "two-apps": (
        "Keep one FunctionApp under one name; make the other a "
        "func.Blueprint() and register it."
    ),
    "no-functions": (
        "Decorate a function with a trigger of the app, or register the "
        "blueprint that holds one."
    ),
    # one function
    "definition": (
        "Mend this decorator: the definition fails as it is imported."
    ),
    "argument": (
        "Pass what the decorator takes: the API reference lists its "
        "parameters and their values."
    ),
    "unknown-decorator": (
        "Use a decorator that this release of azure-functions has."
    ),
    "no-trigger": (
        "Add one trigger decorator; one's own decorator stands directly "
        "above def, below all of the SDK's."
    ),
    "two-triggers": (
        "Keep one trigger, and give the other one a function of its own."
    ),
    "duplicate-name": (
        "Rename the function, or give it a name of its own with "
        "@app.function_name."
    ),
    "annotation": (
        "Use an annotation that this binding takes, with typing.List in "
        "place of list, or none at all."
    ),
    "parameter": (
        "Give every binding a parameter of the same name, and every "
        "parameter a binding; only context needs none."
    ),
    "retry": (
        'Use "fixed_delay" or "exponential_backoff", a whole number of '
        "retries, and intervals as HH:MM:SS."
    ),
    "refused": "Change what the worker names: it loads no function until then.",
} | remedies(error=True)
WARNINGS = {
    "unregistered-blueprint": (
        "Call app.register_functions(...) with it in function_app.py, after "
        "its functions are defined."
    ),
    "connection-setting": (
        "Add it to Values in local.settings.json, or NAME__... for an "
        "identity-based connection."
    ),
    "missing-setting": "Add it to Values in local.settings.json.",
    "no-settings-file": (
        "Add a local.settings.json with these names under Values; in Azure "
        "they are app settings."
    ),
    "mixed-models": (
        "Move the function into function_app.py and delete its folder."
    ),
} | remedies(error=False)
HINTS = ERRORS | WARNINGS


def coded(
    code: str,
    message: str,
    file: str | None = None,
    line: int | None = None,
    remedy: str | None = None,
) -> Problem:
    """The problem of this code; its remedy is the code's, unless another is
    given. `file` is relative to the app's folder, with forward slashes."""
    return Problem(file, line, message, remedy or HINTS[code], code)


def severity(code: str) -> str:
    """ "error" or "warning"."""
    return "error" if code in ERRORS else "warning"


def described(problem: Problem) -> ProblemJson:
    """As JSON has it."""
    message = problem.what
    if len(message) > LONGEST_MESSAGE:
        message = message[:LONGEST_MESSAGE] + MORE
    return {
        "severity": severity(problem.code),
        "code": problem.code,
        "message": message,
        "hint": problem.remedy,
        "file": problem.file,
        "line": problem.line,
    }


@dataclass(frozen=True)
class Place:
    """A line of the app's own code."""

    file: str
    line: int


def worded(error: BaseException) -> str:
    """An exception in the words of the worker: `TypeError: ...`."""
    try:
        text = str(error)
    except Exception:  # an exception of the app's own
        text = ""
    name = type(error).__name__
    return f"{name}: {text}" if text else name
