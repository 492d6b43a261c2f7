"""An exception of an app or of the worker -> a problem, with its place."""

from __future__ import annotations

import difflib
import re
import sys
import traceback
import types
from collections.abc import Mapping
from pathlib import Path

from azure.functions.decorators.function_app import DecoratorApi

from functions_by_example.check.problems import Place, coded, worded
from functions_by_example.protocol.problem import Problem
from functions_by_example.worker.app import relative

REGISTER = ("register_functions", "register_blueprint")

# What Python says of a call with wrong arguments, the SDK's or one's own
_CALLED_WRONGLY = (
    "got an unexpected keyword argument",
    "required positional argument",
    "required keyword-only argument",
    "positional argument",
)
# How it names a call of the SDK's there; a function of one's own has its own
# name.
_SDK_CALL = re.compile(
    r"\b(\w*Api|\w*FunctionApp|Blueprint|FunctionRegister)\.\w+\("
)
# What Python and the SDK say of a decorator's arguments -> code
_ARGUMENTS = dict.fromkeys(_CALLED_WRONGLY, "argument") | {
    "Can not parse": "argument",
    "azure-functions-durable": "missing-package",
}
# What the SDK says while a definition is made -> code
_DEFINITIONS = {
    "A trigger was already registered": "two-triggers",
    "can not be type of FunctionRegister": "two-apps",
} | _ARGUMENTS
# What the SDK and the worker say of one function -> code
_REFUSALS = {
    "does not have a trigger": "no-trigger",
    "does not have a unique": "duplicate-name",
    "declared in Python but not in the function definition": "parameter",
    "Extra parameters in binding definition": "parameter",
    "annotation": "annotation",
    "parameter is expected to be of type": "annotation",
    "issubclass() arg 1 must be a class": "annotation",
    "Subscripted generics cannot be used": "annotation",
    "unknown enum label": "retry",
    "does not match format '%H:%M:%S'": "retry",
    "strptime() argument": "retry",
    "int()": "retry",
}


def refusal(
    error: BaseException, function: str, place: Place | None
) -> Problem:
    """Why the worker refuses a function, in its words; with the function's
    and the parameter's name where these words have none."""
    message = worded(error)
    code = _code_of(message, _REFUSALS, "refused")
    if isinstance(error, NameError) or _frame(error, "get_type_hints"):
        code = "annotation"
    if not _names(message, function):
        frame = _frame(error, "validate_function_params")
        parameter = frame and frame.f_locals.get("param")
        about = f"parameter {parameter.name} of " if parameter else ""
        message += f" ({about}function {function})"
    file, line = (place.file, place.line) if place else (None, None)
    return coded(code, message, file, line)


def failure(
    error: BaseException, function: str | None, place: Place
) -> Problem:
    """Why a definition or a registration fails while it is imported; with
    the name of what was to be defined, where the words have none."""
    message = worded(error)
    code = _code_of(message, _DEFINITIONS, _otherwise(error, "definition"))
    hint = _hint(error)
    if isinstance(error, SystemExit):
        code = "ended"
    if isinstance(error, AttributeError) and isinstance(
        error.obj, DecoratorApi
    ):
        code = "unknown-decorator"
        near = difflib.get_close_matches(error.name or "", dir(error.obj), 1)
        hint = f"Did you mean @app.{near[0]}?" if near else None
        if error.name in REGISTER:
            hint = "Register each blueprint with the app: they do not nest."
    if function and not _names(message, function):
        message += f" (function {function})"
    return coded(code, message, place.file, place.line, hint)


def crash(error: BaseException, folder: Path) -> Problem:
    """Why the import of an app ends, outside of any definition."""
    place = _place_of(error, folder)
    file, line = (place.file, place.line) if place else (None, None)
    match error:
        case SyntaxError():
            code = "unreadable" if _is_no_text(error) else "syntax"
            line = _undecodable(folder, file) or line
        case ModuleNotFoundError():
            code = "missing-package"
        case ImportError():
            code = "import"
        case SystemExit():
            code = "ended"
        case OSError() if _frame(error, "get_data"):
            code, line = "unreadable", None
            file = relative(str(error.filename), folder)
        case _:
            otherwise = _otherwise(error, "raised")
            code = _code_of(worded(error), _ARGUMENTS, otherwise)
    return coded(code, worded(error), file, line, _hint(error))


def _names(message: str, function: str) -> bool:
    """Whether the SDK or the worker names the function, as they do."""
    ways = (f"Function {function} ", f"the {function} function")
    return any(way in message for way in ways)


def _otherwise(error: BaseException, code: str) -> str:
    """This code, unless it is the SDK itself that raises: it has been given
    what it does not take."""
    for module in reversed(_modules(error)):
        if module.partition(".")[0] not in sys.stdlib_module_names:
            return "argument" if module.startswith("azure.functions") else code
    return code


def _hint(error: BaseException) -> str | None:
    """What to do where the code's own hint does not say it."""
    if isinstance(error, KeyError) and _modules(error)[-1:] == ["os"]:
        return (
            "Add it to Values in local.settings.json: an app runs with these "
            "settings and no other environment."
        )
    return None


def _code_of(message: str, codes: Mapping[str, str], otherwise: str) -> str:
    for text, code in codes.items():
        if text in message and (
            text not in _CALLED_WRONGLY or _SDK_CALL.search(message)
        ):
            return code
    return otherwise


def _place_of(error: BaseException, folder: Path) -> Place | None:
    """The last line of the app's own code in a traceback."""
    place = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = relative(frame.f_code.co_filename, folder)
        if file:
            place = Place(file, line)
    if isinstance(error, SyntaxError) and error.filename:
        file = relative(error.filename, folder)
        place = Place(file, error.lineno or 1) if file else place
    return place


def _modules(error: BaseException) -> list[str]:
    """The names of the modules in a traceback, the one that raised last."""
    frames = traceback.walk_tb(error.__traceback__)
    return [str(frame.f_globals.get("__name__")) for frame, _ in frames]


def _frame(error: BaseException, name: str) -> types.FrameType | None:
    """The frame of this function in a traceback."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_name == name:
            return frame
    return None


def _is_no_text(error: SyntaxError) -> bool:
    text = str(error)
    return "codec can't decode" in text or "null bytes" in text


def _undecodable(folder: Path, file: str | None) -> int | None:
    """The line of a file's first byte that is no UTF-8; None without one."""
    if not file:
        return None
    content = (folder / file).read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return content[: error.start].count(b"\n") + 1
    return None
