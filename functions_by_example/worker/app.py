"""One function app inside the real worker library: load, list, invoke.

The worker library keeps its state in module globals, so a process can hold
one app: whoever has several gives each a process of its own (`process.py`).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import io
import json
import logging
import os
import re
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar, Self, cast

import azure_functions_runtime

from functions_by_example.host.events.event import EventError
from functions_by_example.host.events.expand import Sent, expand
from functions_by_example.protocol import messages
from functions_by_example.protocol.answers import (
    Binding,
    ErrorJson,
    FunctionJson,
    Indexed,
    LogLine,
    Message,
    Replayed,
    Retry,
    SentJson,
)
from functions_by_example.protocol.answers import Result as ResultJson
from functions_by_example.protocol.messages import TypedData
from functions_by_example.worker import KEPT_VARIABLES

INVOCATION_ID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
TRACE_PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

# Loggers that are not the app's. The worker library logs as azure.functions.
_NOT_THE_APP = ("azure.functions", "azure_functions_runtime", "asyncio")


@dataclass(frozen=True)
class Error:
    """What went wrong, in the worker's words.

    `file` (relative to the app) and `line` are the last place in the app's
    own code that the traceback names, or None.
    """

    type: str
    message: str
    file: str | None = None
    line: int | None = None

    def described(self) -> ErrorJson:
        """As recorded."""
        return cast(ErrorJson, asdict(self))


class LoadError(Exception):
    """The worker refused the app. `error` says why."""

    def __init__(self, error: Error) -> None:
        super().__init__(f"{error.type}: {error.message}")
        self.error = error


@dataclass(frozen=True)
class Function:
    """One function as the worker announces it to the host."""

    name: str
    id: str
    bindings: list[Binding]
    retry: Retry | None = None

    def described(self) -> FunctionJson:
        """Name and bindings, as function.json has them; retry where set."""
        described: FunctionJson = {
            "name": self.name,
            "bindings": self.bindings,
        }
        if self.retry:
            described["retry"] = self.retry
        return described


@dataclass(frozen=True)
class Result:
    """What an invocation gave back.

    `returned` and each of `outputs` is an object with one key, the kind of
    the message ({"string": "hello"}, {"http": {...}}), or None.
    """

    returned: Message = None
    outputs: dict[str, Message] = field(default_factory=dict)
    log: list[LogLine] = field(default_factory=list)
    error: Error | None = None

    def described(self) -> ResultJson:
        """As recorded: only what there is."""
        described: ResultJson = {}
        if self.returned:
            described["return"] = self.returned
        if self.outputs:
            described["outputs"] = self.outputs
        if self.log:
            described["log"] = self.log
        if self.error:
            described["error"] = self.error.described()
        return described


def settings_of(folder: Path) -> dict[str, str]:
    """The `Values` of local.settings.json; none where there is no such file.

    Raises ValueError (json.JSONDecodeError among them) for a file that is
    not a settings file.
    """
    path = folder / "local.settings.json"
    if not path.is_file():
        return {}
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    values = content.get("Values", {}) if isinstance(content, dict) else None
    if not isinstance(values, dict):
        raise ValueError(
            'local.settings.json is an object whose "Values" is an object'
        )
    return {str(key): str(value) for key, value in values.items()}


def route_prefix_of(folder: Path) -> str:
    """host.json's `extensions.http.routePrefix`; "api" unless it is set.

    Source: https://learn.microsoft.com/azure/azure-functions/functions-host-json
    """
    try:
        content = json.loads((folder / "host.json").read_text("utf-8-sig"))
        return str(content["extensions"]["http"]["routePrefix"])
    except (OSError, ValueError, KeyError, TypeError):
        return "api"


def enter(folder: Path, settings: Mapping[str, str] | None = None) -> None:
    """Make this process the app's: its settings (those of its
    local.settings.json, unless others are given) as the environment, its
    folder as working directory and first on the import path, UTC as time
    zone, log records of level INFO and above, nothing on standard output.
    """
    values = settings_of(folder) if settings is None else settings
    kept = {k: os.environ[k] for k in KEPT_VARIABLES if k in os.environ}
    os.environ.clear()
    os.environ.update(kept | {"TZ": "UTC"} | dict(values))
    if hasattr(time, "tzset"):
        time.tzset()
    os.chdir(folder)
    packages = folder / ".python_packages" / "lib" / "site-packages"
    sys.path[:] = [str(folder), str(packages), *foreign_paths()]
    make_way(folder)
    sys.dont_write_bytecode = True
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(logging.NullHandler())  # or logging.info() adds its own


def make_way(folder: Path) -> None:
    """Forget the modules that were imported for our own sake: ours, and those
    whose name the app has for a module of its own."""
    theirs = {path.stem for path in folder.iterdir()}
    theirs -= sys.stdlib_module_names
    for name in list(sys.modules):
        first = name.partition(".")[0]
        if first == "functions_by_example" or (
            first in theirs and not first.startswith(("azure", "__"))
        ):
            del sys.modules[name]


def foreign_paths() -> list[str]:
    """The import path without the folder that holds this package alone, which
    is a checkout or a zip file: an app's `tests` or `docs` are the app's.
    Where the package is installed, its folder holds the app's packages too,
    and stays."""
    ours = Path(__file__).parents[2]
    if ours.is_dir() and not (ours / "pyproject.toml").is_file():
        return [path for path in sys.path if path]
    return [p for p in sys.path if p and Path(p).resolve() != ours]


class App:
    """A loaded function app. `functions` are in the order of definition."""

    library: ClassVar[ModuleType] = azure_functions_runtime

    def __init__(
        self, folder: Path, protos: ModuleType, functions: list[Function]
    ) -> None:
        self.folder = folder
        self.functions = functions
        self._protos = protos

    @classmethod
    async def load(cls, folder: Path, protos: ModuleType = messages) -> Self:
        """The app in this folder, as the worker indexes it.

        The folder must have been entered. `functions` is empty where the
        worker finds none. Raises LoadError where it refuses the app.
        """
        cls.library.start_threadpool_executor()
        try:
            started = await cls.ask(
                protos,
                worker_init_request=protos.WorkerInitRequest(
                    host_version="4.0",
                    function_app_directory=str(folder),
                ),
            )
            raise_for(started.result, protos, folder)
            listed = await cls.ask(
                protos,
                functions_metadata_request=protos.FunctionsMetadataRequest(
                    function_app_directory=str(folder)
                ),
            )
            functions = await cls.loaded(listed, folder, protos)
        except LoadError:
            raise
        except BaseException as error:  # an app may raise SystemExit
            raise LoadError(_error_from(error, folder)) from error
        return cls(folder, protos, functions)

    @classmethod
    async def loaded(
        cls,
        listed: messages.FunctionMetadataResponse,
        folder: Path,
        protos: ModuleType,
    ) -> list[Function]:
        """The functions that the library listed, each loaded."""
        functions = []
        for metadata in listed.function_metadata_results or ():
            await cls.ask(
                protos,
                function_load_request=protos.FunctionLoadRequest(
                    function_id=metadata.function_id, metadata=metadata
                ),
            )
            functions.append(_function(metadata, protos))
        return functions

    @classmethod
    async def ask(cls, protos: ModuleType, **request: Any) -> Any:
        """Send the worker library one request; its response."""
        (kind,) = request
        envelope = SimpleNamespace(
            request=protos.StreamingMessage(**request),
            properties={"host": "127.0.0.1", "protos": protos},
        )
        return await getattr(cls.library, kind)(envelope)

    def function(self, name: str | None) -> Function:
        """The function of this name, or the only one. Raises EventError."""
        names = [function.name for function in self.functions]
        if name is None and len(names) == 1:
            return self.functions[0]
        if name is None:
            raise EventError(
                f'the app has several functions: name one with "function": '
                f"{', '.join(names)}"
            )
        for function in self.functions:
            if function.name == name:
                return function
        raise EventError(
            f"the app has no function {name!r}; it has {', '.join(names)}",
            "function",
        )

    def expand(self, event: Mapping[str, object]) -> Sent:
        """What the host would send for this event. Raises EventError."""
        function = self.function(function_of(event))
        return expand(
            event,
            function.bindings,
            route_prefix_of(self.folder),
            self._protos,
        )

    async def invoke(self, function: Function, sent: Sent) -> Result:
        """Run the function once. Its errors are in the result, not raised."""
        protos = self._protos
        request = protos.InvocationRequest(
            invocation_id=INVOCATION_ID,
            function_id=function.id,
            input_data=[
                protos.ParameterBinding(name=name, data=data)
                for name, data in sent.inputs.items()
            ],
            trigger_metadata=sent.metadata,
            trace_context=protos.RpcTraceContext(trace_parent=TRACE_PARENT),
        )
        with _captured_log() as log:
            try:
                response = await self.ask(protos, invocation_request=request)
                error = _error_of(response.result, protos, self.folder)
            except BaseException as raised:  # a function may raise SystemExit
                return Result(log=log, error=_error_from(raised, self.folder))
        if error:
            return Result(log=log, error=error)
        return Result(
            returned=plain(response.return_value),
            outputs={out.name: plain(out.data) for out in response.output_data},
            log=log,
        )


def function_of(event: Mapping[str, object]) -> str | None:
    """The function that an event names, if it names one."""
    name = event.get("function")
    return None if name is None else str(name)


def index(
    folder: str, protos: ModuleType = messages, kind: type[App] = App
) -> Indexed:
    """Load the app and list its functions: {"functions": [...]}, or
    {"error": {...}} where the worker refuses it."""
    path = Path(folder)

    async def work() -> Indexed:
        try:
            app = await kind.load(path, protos)
        except LoadError as refused:
            return {"error": refused.error.described()}
        return {"functions": [f.described() for f in app.functions]}

    return _within(path, work)


def replay(
    folder: str,
    event: Mapping[str, object],
    protos: ModuleType = messages,
    kind: type[App] = App,
) -> Replayed:
    """Load the app, deliver one event: {"function", "sent", "result"};
    {"error": {...}} where the worker refuses the app, {"refused": message,
    "key": key} where the event does not fit it."""
    path = Path(folder)

    async def work() -> Replayed:
        try:
            app = await kind.load(path, protos)
        except LoadError as refused:
            return {"error": refused.error.described()}
        try:
            function = app.function(function_of(event))
            sent = app.expand(event)
        except EventError as unfit:
            return {"refused": str(unfit), "key": unfit.key}
        result = await app.invoke(function, sent)
        return {
            "function": function.name,
            "sent": described(sent),
            "result": result.described(),
        }

    return _within(path, work)


def _within[T](folder: Path, work: Callable[[], Awaitable[T]]) -> T:
    async def awaited() -> T:
        return await work()

    enter(folder)
    with contextlib.redirect_stdout(io.StringIO()):
        return asyncio.run(awaited())


def described(sent: Sent) -> SentJson:
    """What was sent, as recorded."""
    made: SentJson = {}
    if sent.inputs:
        made["inputs"] = {n: plain(data) for n, data in sent.inputs.items()}
    if sent.metadata:
        made["metadata"] = {k: plain(data) for k, data in sent.metadata.items()}
    return made


def plain(data: TypedData | None) -> Message:
    """A TypedData as an object with one key, its kind; None where empty.

    JSON comes parsed, bytes as text where they are UTF-8 and as base64 where
    they are not.
    """
    kind = data.WhichOneof("data") if data is not None else None
    if kind is None:
        return None
    value = getattr(data, kind)
    match kind:
        case "http":
            return {"http": _plain_http(value)}
        case "json":
            try:
                return {"json": json.loads(value)}
            except ValueError:
                return {"json": value}
        case "bytes" | "stream":
            return {kind: _plain_bytes(value)}
        case "collection_bytes":
            return {kind: [_plain_bytes(item) for item in value.bytes]}
        case "collection_string" | "collection_double" | "collection_sint64":
            return {kind: list(getattr(value, kind.partition("_")[2]))}
    return {kind: value}


def _plain_bytes(value: bytes) -> object:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode("ascii")}


def _plain_http(http: messages.RpcHttp) -> dict[str, object]:
    body = plain(http.body)
    parts = {
        "method": http.method,
        "url": http.url,
        "status": int(http.status_code) if http.status_code else None,
        "headers": dict(http.headers),
        "query": dict(http.query),
        "params": dict(http.params),
        "cookies": [_plain_cookie(cookie) for cookie in http.cookies],
        "body": next(iter(body.values())) if body else None,
    }
    return {key: value for key, value in parts.items() if value}


def _plain_cookie(cookie: messages.RpcHttpCookie) -> dict[str, object]:
    plain_cookie: dict[str, object] = {
        "name": cookie.name,
        "value": cookie.value,
    }
    for name in ("domain", "path", "secure", "http_only", "max_age"):
        if cookie.HasField(name):
            plain_cookie[name] = getattr(cookie, name).value
    if cookie.HasField("expires"):
        plain_cookie["expires"] = cookie.expires.value.seconds
    same_site = ("", "Lax", "Strict", "None")[int(cookie.same_site)]
    if same_site:
        plain_cookie["same_site"] = same_site
    return plain_cookie


def _function(
    metadata: messages.RpcFunctionMetadata, protos: ModuleType
) -> Function:
    retry: dict[str, object] | None = None
    if metadata.HasField("retry_options"):
        options = metadata.retry_options
        strategies = protos.RpcRetryOptions.RetryStrategy
        retry = {
            "strategy": _enum_name(strategies, options.retry_strategy),
            "maxRetryCount": options.max_retry_count,
        }
        for name, key in (
            ("delay_interval", "delayInterval"),
            ("minimum_interval", "minimumInterval"),
            ("maximum_interval", "maximumInterval"),
        ):
            if options.HasField(name):
                retry[key] = _seconds(getattr(options, name))
    return Function(
        name=metadata.name,
        id=metadata.function_id,
        bindings=[json.loads(text) for text in metadata.raw_bindings],
        retry=cast(Retry | None, retry),
    )


def _enum_name(labels: Any, number: int) -> str:  # an enum of either protocol
    named = hasattr(labels, "Name")
    return str(labels.Name(number) if named else labels(number).name)


def _seconds(duration: timedelta) -> int:
    """Of a timedelta or a protobuf Duration."""
    return int(
        duration.total_seconds()
        if hasattr(duration, "total_seconds")
        else duration.seconds
    )


def raise_for(
    result: messages.StatusResult, protos: ModuleType, folder: Path
) -> None:
    """Raise LoadError where a response says that it failed."""
    error = _error_of(result, protos, folder)
    if error:
        raise LoadError(error)


def _error_of(
    result: messages.StatusResult, protos: ModuleType, folder: Path
) -> Error | None:
    if result.status == protos.StatusResult.Success:
        return None
    name, _, message = result.exception.message.partition(": ")
    return located(name, message, result.exception.stack_trace, folder)


def _error_from(raised: BaseException, folder: Path) -> Error:
    trace = "".join(traceback.format_exception(raised))
    try:
        message = str(raised)
    except Exception:  # an exception that cannot say what it is
        message = ""
    return located(type(raised).__name__, message, trace, folder)


def located(name: str, message: str, trace: str, folder: Path) -> Error:
    """An error with the last place in the app that its traceback names."""
    file = line = None
    for path, number in re.findall(r'File "(.+?)", line (\d+)', trace):
        inside = relative(path, folder)
        if inside:
            file, line = inside, int(number)
    return Error(name, message, file, line)


@functools.lru_cache(1024)
def relative(path: str, folder: Path) -> str | None:
    """The path from the app's folder, of a file of the app's own code."""
    if path.startswith("<"):  # <string>, <frozen importlib._bootstrap>
        return None
    inside, root = os.path.abspath(path), os.path.join(folder, "")
    if not _begins(inside, root):  # by another name, perhaps
        above, name = os.path.split(inside)
        inside = os.path.join(_real(above), name)
        root = os.path.join(_real(str(folder)), "")
    if not _begins(inside, root):
        return None
    parts = Path(inside[len(root) :]).parts
    installed = {"site-packages", ".python_packages", ".venv"}
    return None if installed & set(parts) else "/".join(parts)


def _begins(path: str, folder: str) -> bool:
    return os.path.normcase(path).startswith(os.path.normcase(folder))


@functools.lru_cache(1024)
def _real(folder: str) -> str:
    return os.path.realpath(folder)


class _LogHandler(logging.Handler):
    def __init__(self, records: list[LogLine]) -> None:
        super().__init__()
        self.records = records

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(_NOT_THE_APP):
            return
        try:
            message = record.getMessage()
        except Exception:  # a format string that does not fit its arguments
            message = str(record.msg)
        entry: LogLine = {
            "level": record.levelname,
            "message": message,
        }
        if record.exc_info and record.exc_info[0]:
            kind, raised, _ = record.exc_info
            entry["exception"] = f"{kind.__name__}: {raised}"
        self.records.append(entry)


@contextlib.contextmanager
def _captured_log() -> Iterator[list[LogLine]]:
    """The app's log records of level INFO and above, while this lasts."""
    records: list[LogLine] = []
    handler = _LogHandler(records)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield records
    finally:
        root.removeHandler(handler)
