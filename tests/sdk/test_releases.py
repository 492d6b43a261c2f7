"""The record of the SDK's releases: what it holds, and how it is read."""

from __future__ import annotations

import importlib.util
import inspect
import json
import re
from dataclasses import replace
from functools import partial
from importlib import metadata
from pathlib import Path

import azure.functions as func
import pytest

from functions_by_example.sample.read import SampleError
from functions_by_example.sdk import parameters, pypi, releases, wheels
from functions_by_example.sdk.releases import DECORATORS, Release, Thing

RECORDED = releases.load()
NEWEST = releases.newest(RECORDED)
EMPTY = partial(Release, python="", withdrawn=False, names={})


# --- What the record holds --------------------------------------------------


def test_the_record_agrees_with_the_installed_release() -> None:
    spec = importlib.util.find_spec("azure.functions")
    assert spec and spec.origin
    names = wheels.offered(Path(spec.origin).parents[2])
    version = metadata.version(releases.PACKAGE)
    assert version in RECORDED, "run `nox -s releases -- --write`"
    kept = RECORDED[version].names
    assert sorted(names) == sorted(kept)
    different = {n: (kept[n], names[n]) for n in names if names[n] != kept[n]}
    assert not different


def test_the_record_is_as_it_is_written() -> None:
    text = releases.RECORD.read_text("utf-8")
    assert text == releases.dumped(RECORDED)


def test_the_record_holds_final_releases_from_the_preview_on() -> None:
    assert next(iter(RECORDED)) == str(pypi.FIRST)
    assert all(map(pypi.is_final, RECORDED))


def test_the_record_has_the_decorators_that_the_sdk_has() -> None:
    recorded = {
        n.removeprefix(DECORATORS): thing.same_as
        for n, thing in NEWEST.names.items()
        if n.startswith(DECORATORS)
    }
    own = [name for name, same_as in recorded.items() if not same_as]
    assert sorted(own) == sorted(parameters.decorators())
    for name, same_as in recorded.items():
        if same_as:
            assert getattr(func.FunctionApp, name) is getattr(
                func.FunctionApp, same_as
            )


def listed(signature: inspect.Signature) -> list[str]:
    stars = {2: "*", 4: "**"}
    return [
        stars.get(p.kind, "") + p.name for p in signature.parameters.values()
    ]


@pytest.mark.parametrize("name", list(parameters.decorators()))
def test_a_decorator_is_read_as_python_sees_it(name: str) -> None:
    thing = NEWEST.names[f"{DECORATORS}{name}"]
    assert list(thing.parameters) == listed(parameters.signature(name))
    if name not in parameters.DURABLE:
        emitted = parameters.bindings(name)
        adds = tuple(f"{b.type} {b.direction}" for b in emitted)
        assert thing.adds == adds


@pytest.mark.parametrize(
    "name", ["QueueMessage", "FunctionApp", "HttpResponse"]
)
def test_a_constructor_is_read_as_python_sees_it(name: str) -> None:
    seen = [p.lstrip("*") for p in listed(inspect.signature(vars(func)[name]))]
    assert [p.lstrip("*") for p in NEWEST.names[name].parameters] == seen


def test_what_the_record_calls_an_enum_is_one_with_these_members() -> None:
    enums = {n: t for n, t in NEWEST.names.items() if t.kind == "enum"}
    assert "HttpMethod" in enums
    for name, thing in enums.items():
        members = getattr(func, name).__members__
        assert set(thing.members) == set(members), name


# --- Which release is before which ------------------------------------------


@pytest.mark.parametrize(
    ("version", "before"),
    [
        ("1.10.1", ""),
        ("1.11.0", "1.10.1"),
        ("1.12.0", "1.11.2"),  # 1.11.3 was withdrawn
        ("1.25.0", "1.24.0"),
        ("1.26.0", "1.25.0"),
        ("2.0.0", "1.24.0"),  # older than 1.25.0
        ("2.3.0", "2.2.0"),
    ],
)
def test_a_release_is_compared_with_the_one_that_was_out(
    version: str, before: str
) -> None:
    assert RECORDED[version].after == before


def test_a_release_knows_no_younger_one() -> None:
    """1.2 came after 2.0: neither is compared with the other."""
    found = releases.ordered(
        [
            EMPTY("2.0", "2026-02-01"),
            EMPTY("1.2", "2026-03-01"),
            EMPTY("1.10", "2026-04-01"),
            EMPTY("1.1", "2026-01-01"),
        ]
    )
    assert list(found) == ["1.1", "1.2", "1.10", "2.0"]
    assert [r.after for r in found.values()] == ["", "1.1", "1.2", "1.1"]


def test_a_late_patch_of_an_old_release_is_no_line() -> None:
    found = releases.ordered(
        [
            EMPTY("1.0.0", "2026-01-01"),
            EMPTY("1.1.0", "2026-02-01"),
            EMPTY("1.0.1", "2026-03-01"),
            EMPTY("2.0.0", "2026-04-01"),
        ]
    )
    (line,) = releases.lines(found)
    assert [r.version for r in line] == ["1.0.0", "1.1.0", "2.0.0"]


def test_two_lines_are_continued_side_by_side() -> None:
    heads = [line[-1] for line in releases.lines(RECORDED)]
    assert [head.version.partition(".")[0] for head in heads] == ["1", "2"]
    assert [head.python for head in heads] == ["<3.13,>=3.10", ">=3.13"]


# --- Reading and writing ----------------------------------------------------


def test_a_state_holds_until_the_next_one() -> None:
    one = Thing("function", parameters={"b": "str", "a": "int = 1"})
    other = replace(one, parameters={"a": "int = 1", "b": "str"})
    history = [{"f": one}, {"f": one}, {"f": other}, {}, {"f": one}]
    found = releases.ordered(
        EMPTY(f"1.{n}.0", f"2026-01-0{n + 1}", names=names)
        for n, names in enumerate(history)
    )
    kept = json.loads(releases.dumped(found))
    assert list(kept["names"]["f"]) == ["1.0.0", "1.2.0", "1.3.0", "1.4.0"]
    assert kept["names"]["f"]["1.3.0"] is None
    assert releases.parsed(kept) == found
    read = releases.parsed(kept)["1.2.0"].names["f"]
    assert list(read.parameters) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n"1.0": ', "kept.json:2: is not JSON: "),
        ("[]", "kept.json:1: is no record of releases: TypeError"),
        ("{}", "kept.json:1: is no record of releases: KeyError"),
        (
            '{"releases": {"1.0": {"date": ""}}, "names": {}}',
            "kept.json:1: is no record of releases: KeyError: 'python'",
        ),
        (
            '{"releases": {"1.0": {}}, "names": {"f": {"1.0": "class"}}}',
            "kept.json:1: is no record of releases: TypeError",
        ),
    ],
)
def test_a_broken_record_names_file_and_remedy(
    text: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "kept.json").write_text(text, "utf-8")
    with pytest.raises(SampleError, match=re.escape(message)) as error:
        releases.read(tmp_path / "kept.json")
    assert "run `nox -s releases -- --all`" in str(error.value)
