"""Python values as messages, as the host makes them of .NET values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType

from functions_by_example.host.events.event import content
from functions_by_example.protocol.messages import TypedData

Metadata = dict[str, TypedData]


@dataclass(frozen=True)
class Text:
    """A .NET string; times and numbers travel as JSON instead."""

    value: str


def string(value: object) -> Text | None:
    """A .NET string, or null."""
    return None if value is None else Text(str(value))


@dataclass(frozen=True)
class Host:
    """Makes messages: `protos` is the module that has them, `route_prefix`
    the one of host.json."""

    protos: ModuleType
    route_prefix: str

    def text(self, value: str) -> TypedData:
        return self._data(string=value)

    def json(self, value: object) -> TypedData:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self._data(json=text)

    def data(self, value: object) -> TypedData:
        """A body or fetched input: text as it is, an object or list as its
        JSON text, {"base64": ...} as bytes, null as nothing."""
        if value is None:
            return self._data()
        made = content(value)
        if isinstance(made, bytes):
            return self._data(bytes=made)
        return self.text(made)

    def texts(self, values: Iterable[object]) -> TypedData:
        """A list of strings, without the null and empty ones: the Python
        worker does not declare `IncludeEmptyEntriesInMessagePayload`."""
        kept = [value for value in values if value]
        collection = self.protos.CollectionString(string=kept)
        return self._data(collection_string=collection)

    def bodies(self, values: Iterable[object]) -> TypedData:
        contents = [content(value) for value in values]
        texts = [made for made in contents if isinstance(made, str)]
        if len(texts) == len(contents):
            return self.texts(texts)
        raw = [c.encode() if isinstance(c, str) else c for c in contents]
        collection = self.protos.CollectionBytes(bytes=raw)
        return self._data(collection_bytes=collection)

    def longs(self, values: Iterable[object]) -> TypedData:
        collection = self.protos.CollectionSInt64(sint64=list(values))
        return self._data(collection_sint64=collection)

    def metadata(self, values: Mapping[str, object]) -> Metadata:
        """Strings as strings, everything else as JSON, nulls not at all."""
        return {
            key: self.text(value.value)
            if isinstance(value, Text)
            else self.json(value)
            for key, value in values.items()
            if value is not None
        }

    def _data(self, **value: object) -> TypedData:
        made: TypedData = self.protos.TypedData(**value)
        return made
