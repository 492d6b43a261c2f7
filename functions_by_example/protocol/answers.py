"""What travels as JSON: function.json, what was sent, what came back.

A record holds these, pages show them, and processes hand them to each other.
What an app decides (a binding's other keys, the content of a message) is an
`object`: it is shown and compared, never reached into.
"""

from __future__ import annotations

from typing import NotRequired, Required, TypedDict

from functions_by_example.protocol.problem import ProblemJson

# A message of the worker: its kind ("string", "json", "http", ...) and content;
# None where there is none.
type Message = dict[str, object] | None


class Binding(TypedDict):
    """One binding as function.json has it. Declared are the keys that this
    package reads by name; there are more, which are whatever the app passes:
    as a `Mapping[str, object]` it has them all."""

    type: str
    direction: str
    name: str
    authLevel: NotRequired[str]
    cardinality: NotRequired[str]
    connection: NotRequired[str]
    consumerGroup: NotRequired[str]
    dataType: NotRequired[str]
    eventHubName: NotRequired[str]
    methods: NotRequired[list[str]]
    route: NotRequired[str]
    schedule: NotRequired[str]


class Retry(TypedDict, total=False):
    """How often and when the host is asked to try again; times in seconds."""

    strategy: Required[str]
    maxRetryCount: Required[int]
    delayInterval: int
    minimumInterval: int
    maximumInterval: int


class FunctionJson(TypedDict):
    """One function as the worker announces it to the host."""

    name: str
    bindings: list[Binding]
    retry: NotRequired[Retry]


class ErrorJson(TypedDict):
    """What was raised; `file` (from the app's folder) and `line` are the last
    place in the app's own code, or None."""

    type: str
    message: str
    file: str | None
    line: int | None


class LogLine(TypedDict):
    """One record of the app's log."""

    level: str
    message: str
    exception: NotRequired[str]


class HttpResponse(TypedDict, total=False):
    """The content of a message of the kind "http" that a function returned."""

    status: int
    headers: dict[str, str]
    cookies: list[dict[str, object]]
    body: object


# "return" cannot be an attribute's name. Only what there is, is there.
Result = TypedDict(
    "Result",
    {
        "return": Message,
        "outputs": dict[str, Message],
        "log": list[LogLine],
        "error": ErrorJson,
    },
    total=False,
)


class SentJson(TypedDict, total=False):
    """What the host sent, by the names of bindings and of metadata."""

    inputs: dict[str, Message]
    metadata: dict[str, Message]


class Replay(TypedDict):
    """One event, delivered."""

    function: str
    sent: SentJson
    result: Result


class Replayed(TypedDict, total=False):
    """What becomes of an event: the keys of Replay; or `error`, with which the
    worker refuses the app; or `refused`, why the event does not fit, and the
    `key` of the event that is at fault."""

    function: str
    sent: SentJson
    result: Result
    error: ErrorJson
    refused: str
    key: str | None


class Indexed(TypedDict, total=False):
    """What becomes of an app: `functions`, or the `error` with which the
    worker refuses it."""

    functions: list[FunctionJson]
    error: ErrorJson


class LoadedJson(TypedDict):
    """A function that loads, as `check` lists it."""

    name: str
    trigger: str
    bindings: list[Binding]


class Verdict(TypedDict):
    """What `check` says of an app. `refused` is the problem that the worker
    stops at, where the others have not been looked for; else None."""

    functions: list[LoadedJson]
    problems: list[ProblemJson]
    refused: ProblemJson | None


class CheckResult(TypedDict):
    """A verdict, with the path that was given; `ok` where there is no
    error."""

    path: str
    ok: bool
    functions: list[LoadedJson]
    problems: list[ProblemJson]
