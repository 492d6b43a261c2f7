"""The messages that the Functions host and the Python worker exchange.

The worker library (`azure_functions_runtime`) never imports its messages: the
process around it hands it a module of them, and that is what this module is.
Each message is a dataclass with the names, fields and defaults of
FunctionRpc.proto, and refuses the values that the compiled protocol refuses,
with the same errors. `tests/test_messages.py` runs every sample and every
provoked error through both and compares.

Source: https://github.com/Azure/azure-functions-language-worker-protobuf
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, ClassVar

# What a field accepts: each takes a value and gives it back as the wire would
# carry it, or raises what the compiled protocol raises.
Kind = Callable[[Any], Any]


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if not isinstance(value, str):
        raise TypeError("bad argument type for built-in operation")
    value.encode("utf-8")
    return value


def _bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"expected bytes, {type(value).__name__} found")
    return value


def _integer(bits: int, name: str = "") -> Kind:
    def check(value: Any) -> int:
        if isinstance(value, bool):
            raise TypeError(
                f"Field AzureFunctionsRpcMessages.{name}: "
                "Expected an int, got a boolean."
            )
        number = operator.index(value)
        if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
            raise ValueError(f"Value out of range: {number}")
        return number

    return check


def _double(value: Any) -> float:
    if not hasattr(value, "__float__") and not hasattr(value, "__index__"):
        raise TypeError(f"must be real number, not {type(value).__name__}")
    return float(value)


def _duration(value: Any) -> timedelta:
    if not isinstance(value, timedelta):
        raise TypeError(f"expected timedelta, {type(value).__name__} found")
    return value


def _enum(labels: type[enum.IntEnum]) -> Kind:
    def check(value: Any) -> int:
        if isinstance(value, str):
            if value not in labels.__members__:
                raise ValueError(f'unknown enum label "{value}"')
            return int(labels[value])
        return _integer(32)(value)

    return check


def _message(name: str) -> Kind:
    def check(value: Any) -> Any:
        expected = globals()[name]
        if not isinstance(value, expected):
            raise TypeError(
                "Parameter to initialize message field must be dict or "
                f"instance of same class: expected {expected} "
                f"got {type(value)}."
            )
        return value

    return check


def _many(kind: Kind) -> Kind:
    def check(values: Iterable[Any]) -> list[Any]:
        return [kind(value) for value in values]

    return check


def _map(kind: Kind) -> Kind:
    def check(values: Mapping[Any, Any]) -> dict[str, Any]:
        return {_text(key): kind(value) for key, value in values.items()}

    return check


def _of(kind: Kind, default: Any = None) -> Any:
    """A field of this kind; `default` is what reads when it was not set."""
    metadata = {"kind": kind, "default": default}
    return field(default=None, metadata=metadata)


# The protocol's enumerations; `None` and `in` are no names for a class body.
SameSite = enum.IntEnum(
    "SameSite", {"None": 0, "Lax": 1, "Strict": 2, "ExplicitNone": 3}
)
Direction = enum.IntEnum("Direction", {"in": 0, "out": 1, "inout": 2})
DataType = enum.IntEnum(
    "DataType", {"undefined": 0, "string": 1, "binary": 2, "stream": 3}
)
RetryStrategy = enum.IntEnum(
    "RetryStrategy", {"exponential_backoff": 0, "fixed_delay": 1}
)


@dataclass(kw_only=True)
class Message:
    """A protocol message. A field set to None counts as not set."""

    oneof: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if value is not None:
                setattr(self, item.name, item.metadata["kind"](value))
            elif item.name not in self.oneof:
                default = item.metadata["default"]
                setattr(self, item.name, default() if default else None)

    def HasField(self, name: str) -> bool:  # noqa: N802 (protobuf's)
        """Whether the field was set."""
        return getattr(self, name) is not None

    def WhichOneof(self, group: str) -> str | None:  # noqa: N802 (protobuf's)
        """The field of the group that was set, or None."""
        for name in self.oneof:
            if getattr(self, name) is not None:
                return name
        return None


@dataclass(kw_only=True)
class CollectionBytes(Message):
    bytes: Any = _of(_many(_bytes), list)


@dataclass(kw_only=True)
class CollectionString(Message):
    string: Any = _of(_many(_text), list)


@dataclass(kw_only=True)
class CollectionDouble(Message):
    double: Any = _of(_many(_double), list)


@dataclass(kw_only=True)
class CollectionSInt64(Message):
    sint64: Any = _of(_many(_integer(64)), list)


@dataclass(kw_only=True)
class TypedData(Message):
    string: Any = _of(_text)
    json: Any = _of(_text)
    bytes: Any = _of(_bytes)
    stream: Any = _of(_bytes)
    http: Any = _of(_message("RpcHttp"))
    int: Any = _of(_integer(64, "TypedData.int"))
    double: Any = _of(_double)
    collection_bytes: Any = _of(_message("CollectionBytes"))
    collection_string: Any = _of(_message("CollectionString"))
    collection_double: Any = _of(_message("CollectionDouble"))
    collection_sint64: Any = _of(_message("CollectionSInt64"))

    oneof = (
        "string",
        "json",
        "bytes",
        "stream",
        "http",
        "int",
        "double",
        "collection_bytes",
        "collection_string",
        "collection_double",
        "collection_sint64",
    )


@dataclass(kw_only=True)
class ParameterBinding(Message):
    name: Any = _of(_text, str)
    data: Any = _of(_message("TypedData"))

    oneof = ("data",)


@dataclass(kw_only=True)
class NullableString(Message):
    value: Any = _of(_text, str)


@dataclass(kw_only=True)
class NullableBool(Message):
    value: Any = _of(bool, bool)


@dataclass(kw_only=True)
class NullableDouble(Message):
    value: Any = _of(_double, float)


@dataclass(kw_only=True)
class Timestamp(Message):
    """google.protobuf.Timestamp: seconds since 1970-01-01 UTC."""

    seconds: Any = _of(_integer(64), int)


@dataclass(kw_only=True)
class NullableTimestamp(Message):
    value: Any = _of(_message("Timestamp"))


@dataclass(kw_only=True)
class RpcHttpCookie(Message):
    SameSite: ClassVar = SameSite

    name: Any = _of(_text, str)
    value: Any = _of(_text, str)
    domain: Any = _of(_message("NullableString"))
    path: Any = _of(_message("NullableString"))
    expires: Any = _of(_message("NullableTimestamp"))
    secure: Any = _of(_message("NullableBool"))
    http_only: Any = _of(_message("NullableBool"))
    same_site: Any = _of(_enum(SameSite), int)
    max_age: Any = _of(_message("NullableDouble"))


@dataclass(kw_only=True)
class RpcHttp(Message):
    method: Any = _of(_text, str)
    url: Any = _of(_text, str)
    headers: Any = _of(_map(_text), dict)
    body: Any = _of(_message("TypedData"), TypedData)
    params: Any = _of(_map(_text), dict)
    status_code: Any = _of(_text, str)
    query: Any = _of(_map(_text), dict)
    enable_content_negotiation: Any = _of(bool, bool)
    cookies: Any = _of(_many(_message("RpcHttpCookie")), list)


@dataclass(kw_only=True)
class RpcException(Message):
    # in the order in which the worker gives them: the first bad one raises
    message: Any = _of(_text, str)
    stack_trace: Any = _of(_text, str)
    source: Any = _of(_text, str)


@dataclass(kw_only=True)
class StatusResult(Message):
    Failure: ClassVar = 0
    Success: ClassVar = 1
    Cancelled: ClassVar = 2

    status: Any = _of(_integer(32), int)
    exception: Any = _of(_message("RpcException"), RpcException)


@dataclass(kw_only=True)
class BindingInfo(Message):
    Direction: ClassVar = Direction
    DataType: ClassVar = DataType
    # protobuf also puts the enums' values onto the message's class; `in`,
    # a keyword, is set below
    out: ClassVar = 1
    inout: ClassVar = 2
    undefined: ClassVar = 0
    string: ClassVar = 1
    binary: ClassVar = 2
    stream: ClassVar = 3

    type: Any = _of(_text, str)
    direction: Any = _of(_enum(Direction), int)
    data_type: Any = _of(_enum(DataType), int)


setattr(BindingInfo, "in", 0)


@dataclass(kw_only=True)
class RpcRetryOptions(Message):
    RetryStrategy: ClassVar = RetryStrategy

    max_retry_count: Any = _of(_integer(32), int)
    delay_interval: Any = _of(_duration)
    minimum_interval: Any = _of(_duration)
    maximum_interval: Any = _of(_duration)
    retry_strategy: Any = _of(_enum(RetryStrategy), int)


@dataclass(kw_only=True)
class RpcFunctionMetadata(Message):
    name: Any = _of(_text, str)
    directory: Any = _of(_text, str)
    script_file: Any = _of(_text, str)
    entry_point: Any = _of(_text, str)
    bindings: Any = _of(_map(_message("BindingInfo")), dict)
    is_proxy: Any = _of(bool, bool)
    language: Any = _of(_text, str)
    raw_bindings: Any = _of(_many(_text), list)
    function_id: Any = _of(_text, str)
    managed_dependency_enabled: Any = _of(bool, bool)
    retry_options: Any = _of(_message("RpcRetryOptions"))
    properties: Any = _of(_map(_text), dict)


@dataclass(kw_only=True)
class WorkerMetadata(Message):
    runtime_name: Any = _of(_text, str)
    runtime_version: Any = _of(_text, str)
    worker_version: Any = _of(_text, str)
    worker_bitness: Any = _of(_text, str)
    custom_properties: Any = _of(_map(_text), dict)


@dataclass(kw_only=True)
class WorkerInitRequest(Message):
    host_version: Any = _of(_text, str)
    capabilities: Any = _of(_map(_text), dict)
    function_app_directory: Any = _of(_text, str)


@dataclass(kw_only=True)
class WorkerInitResponse(Message):
    capabilities: Any = _of(_map(_text), dict)
    worker_metadata: Any = _of(_message("WorkerMetadata"))
    result: Any = _of(_message("StatusResult"), StatusResult)


@dataclass(kw_only=True)
class FunctionsMetadataRequest(Message):
    function_app_directory: Any = _of(_text, str)


@dataclass(kw_only=True)
class FunctionMetadataResponse(Message):
    use_default_metadata_indexing: Any = _of(bool, bool)
    function_metadata_results: Any = _of(
        _many(_message("RpcFunctionMetadata")), list
    )
    result: Any = _of(_message("StatusResult"), StatusResult)


@dataclass(kw_only=True)
class FunctionLoadRequest(Message):
    function_id: Any = _of(_text, str)
    metadata: Any = _of(_message("RpcFunctionMetadata"))


@dataclass(kw_only=True)
class FunctionLoadResponse(Message):
    function_id: Any = _of(_text, str)
    result: Any = _of(_message("StatusResult"), StatusResult)


@dataclass(kw_only=True)
class RpcTraceContext(Message):
    trace_parent: Any = _of(_text, str)
    trace_state: Any = _of(_text, str)
    attributes: Any = _of(_map(_text), dict)


@dataclass(kw_only=True)
class RetryContext(Message):
    retry_count: Any = _of(_integer(32), int)
    max_retry_count: Any = _of(_integer(32), int)
    exception: Any = _of(_message("RpcException"), RpcException)


@dataclass(kw_only=True)
class InvocationRequest(Message):
    invocation_id: Any = _of(_text, str)
    function_id: Any = _of(_text, str)
    input_data: Any = _of(_many(_message("ParameterBinding")), list)
    trigger_metadata: Any = _of(_map(_message("TypedData")), dict)
    trace_context: Any = _of(_message("RpcTraceContext"), RpcTraceContext)
    retry_context: Any = _of(_message("RetryContext"), RetryContext)


@dataclass(kw_only=True)
class InvocationResponse(Message):
    invocation_id: Any = _of(_text, str)
    output_data: Any = _of(_many(_message("ParameterBinding")), list)
    return_value: Any = _of(_message("TypedData"))
    result: Any = _of(_message("StatusResult"), StatusResult)


@dataclass(kw_only=True)
class StreamingMessage(Message):
    """The envelope: one of the requests that the host sends to a worker."""

    worker_init_request: Any = _of(_message("WorkerInitRequest"))
    functions_metadata_request: Any = _of(_message("FunctionsMetadataRequest"))
    function_load_request: Any = _of(_message("FunctionLoadRequest"))
    invocation_request: Any = _of(_message("InvocationRequest"))
