"""Reading an event file: which keys it may have, and what their values mean."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

# One object of an event file: a request, a message, an event.
Item = Mapping[str, object]

# When every event happens, unless it says otherwise.
NOW = datetime(2026, 3, 10, 9, 0, 0, tzinfo=UTC)


class EventError(ValueError):
    """An event that cannot be sent. `key` is the JSON key at fault, if one."""

    def __init__(self, message: str, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key


def items(
    payload: object,
    names: tuple[str, str],
    many: bool,
    allowed: Iterable[str],
    never: Iterable[str] = (),
) -> list[Item]:
    """The messages or events of a payload, each with its keys checked.

    `names` are the payload's keys for one and for many, `allowed` the keys
    that an item may have besides "body", `never` those that the host never
    sends. Raises EventError.
    """
    singular, plural = names
    if not many:
        return [item(payload, singular, allowed, never)]
    if not isinstance(payload, list):
        raise EventError(f"{plural} is a list: cardinality is many", plural)
    return [
        item(each, f"{plural}[{position}]", allowed, never)
        for position, each in enumerate(payload)
    ]


def item(
    value: object,
    where: str,
    allowed: Iterable[str],
    never: Iterable[str] = (),
) -> Item:
    """One message or event, its keys checked. Raises EventError."""
    if isinstance(value, dict):
        for key in value:
            if key in never:
                raise EventError(
                    f"{where}.{key}: the host never sends it, so it is "
                    "always None in a function",
                    key,
                )
    checked = keys(value, ("body", *allowed), where)
    if "body" not in checked:
        raise EventError(f'{where} needs a "body"', where.partition("[")[0])
    return checked


def keys(value: object, allowed: Iterable[str], where: str) -> Item:
    """An object that has no other keys. Raises EventError."""
    allowed = tuple(allowed)
    if not isinstance(value, dict):
        raise EventError(
            f"{where} is an object with the keys {listed(allowed)}"
        )
    for key in value:
        if key not in allowed:
            raise EventError(
                f"{where} has the unknown key {key!r}; "
                f"it may have {listed(allowed)}",
                key,
            )
    return value


def inside(value: Item, key: str) -> Item:
    """The object under a key, empty where there is none. Raises EventError."""
    found = value.get(key, {})
    if not isinstance(found, dict):
        raise EventError(f"{key} is an object", key)
    return found


def listed(names: Iterable[str]) -> str:
    """Names in a sentence."""
    return ", ".join(names) or "no keys"


def content(value: object) -> str | bytes:
    """A body: text as it is, {"base64": ...} as bytes, anything else as its
    JSON text. Raises EventError."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and set(value) == {"base64"}:
        try:
            return base64.b64decode(value["base64"], validate=True)
        except (binascii.Error, ValueError, TypeError) as error:
            raise EventError(
                f"this is not base64: {error}", "base64"
            ) from error
    return json.dumps(value, ensure_ascii=False)


def time(value: Item, key: str, default: datetime) -> datetime:
    """The time under a key, in UTC. Raises EventError."""
    if key not in value:
        return default
    try:
        moment = datetime.fromisoformat(value[key])  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise EventError(
            f"{key} is a time such as 2026-03-10T09:00:00Z: {error}", key
        ) from error
    return (
        moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    )


def iso(moment: datetime, zone: bool = True) -> str:
    """As .NET writes it: a DateTimeOffset with its offset, a DateTime of
    unspecified kind without."""
    return (moment if zone else moment.replace(tzinfo=None)).isoformat()
