"""What the SDK's releases changed, and which names replaced which."""

from __future__ import annotations

import pytest

from functions_by_example.paths import ROOT
from functions_by_example.sdk import changes, former, releases
from functions_by_example.sdk.changes import Changes, between
from functions_by_example.sdk.releases import DECORATORS as APP
from functions_by_example.sdk.releases import Thing

RECORDED = releases.load()
NEWEST = releases.newest(RECORDED)
CHANGES = {v: changes.of(RECORDED, r) for v, r in RECORDED.items()}
QUEUE = Thing("decorator", {"arg_name": "str"}, adds=("queue out",))
LEVEL = Thing("enum", members={"LOW": "'low'"})


def test_nothing_changes_between_equal_names() -> None:
    assert between({"Level": LEVEL}, {"Level": LEVEL}) == Changes()


def test_names_and_members_come_and_go() -> None:
    more = Thing("enum", members={"LOW": "'low'", "HIGH": "'high'"})
    found = between(
        {"Level": LEVEL, f"{APP}put": QUEUE},
        {"Level": more, f"{APP}put_queue": QUEUE},
    )
    assert found.came == (f"{APP}put_queue",)
    assert found.gone == (f"{APP}put",)
    assert found.renamed == ()  # nobody wrote that it was
    assert found.parts["Level"].came == {".HIGH": "'high'"}
    assert found.names == [f"{APP}put", f"{APP}put_queue", "Level"]


@pytest.mark.parametrize("still", [{}, {f"{APP}write_queue": QUEUE}])
def test_what_is_written_as_a_rename_is_neither_new_nor_removed(
    still: dict[str, Thing],
) -> None:
    pair = (f"{APP}write_queue", f"{APP}queue_output")
    found = between({pair[0]: QUEUE}, {pair[1]: QUEUE} | still)
    assert found == Changes(renamed=(pair,))


def test_parameters_come_go_change_and_are_renamed() -> None:
    before = Thing("class", {"auth_level": "str", "a": "int", "b": "int"})
    after = Thing("class", {"http_auth_level": "", "a": "str", "c": "int"})
    found = changes.parts_between("FunctionApp", before, after)
    assert found == changes.Parts(
        came={"c": "int"},
        gone=("b",),
        renamed=(("auth_level", "http_auth_level"),),
        changed={"a": ("int", "str")},
    )


def test_another_order_alone_is_no_change() -> None:
    one, other = (
        Thing("class", dict.fromkeys(order)) for order in ("ab", "ba")
    )
    assert changes.parts_between("FunctionApp", one, other) is None


# --- In the record ----------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "version"),
    [
        ("on_queue_change", "queue_trigger", "1.11.0"),
        ("on_blob_change", "blob_trigger", "1.11.0"),
        ("on_event_hub_message", "event_hub_message_trigger", "1.11.0"),
        ("on_service_bus_queue_change", "service_bus_queue_trigger", "1.11.0"),
        ("on_service_bus_topic_change", "service_bus_topic_trigger", "1.11.0"),
        ("on_cosmos_db_update", "cosmos_db_trigger", "1.11.0"),
        ("write_queue", "queue_output", "1.12.0"),
        ("write_event_hub_message", "event_hub_output", "1.12.0"),
        ("write_service_bus_queue", "service_bus_queue_output", "1.12.0"),
        ("write_service_bus_topic", "service_bus_topic_output", "1.12.0"),
        ("read_blob", "blob_input", "1.12.0"),
        ("write_blob", "blob_output", "1.12.0"),
        ("read_cosmos_db_documents", "cosmos_db_input", "1.12.0"),
        ("write_cosmos_db_documents", "cosmos_db_output", "1.12.0"),
        ("write_event_grid", "event_grid_output", "1.12.0"),
        ("schedule", "timer_trigger", "1.13.3"),
        ("cosmos_db_trigger", "cosmos_db_trigger_v3", "1.14.0"),
        ("cosmos_db_input", "cosmos_db_input_v3", "1.14.0"),
        ("cosmos_db_output", "cosmos_db_output_v3", "1.14.0"),
    ],
)
def test_a_decorator_was_renamed(old: str, new: str, version: str) -> None:
    pair = (f"{APP}{old}", f"{APP}{new}")
    assert pair in CHANGES[version].renamed
    assert (pair in CHANGES["1.11.3"].renamed) == (version == "1.12.0")
    assert changes.renames(RECORDED)[pair[0]] == (pair[1], version)


def test_a_decorator_remembers_all_its_names() -> None:
    names = changes.former_names(RECORDED, f"{APP}cosmos_db_trigger_v3")
    assert names == [
        (f"{APP}cosmos_db_trigger", "1.14.0"),
        (f"{APP}on_cosmos_db_update", "1.11.0"),
    ]


def test_every_rename_that_is_written_is_in_the_record() -> None:
    assert set(former.renamed()) == set(changes.renames(RECORDED))
    renamed = {
        (name, pair)
        for change in CHANGES.values()
        for name, parts in change.parts.items()
        for pair in parts.renamed
    }
    for decorator, pairs in former.tables()["parameters"].items():
        assert {(f"{APP}{decorator}", p) for p in pairs.items()} <= renamed
    new = {new for name, (_, new) in renamed if name.startswith(APP + "cosmos")}
    written = former.tables()["cosmos"].items()
    assert new == {name for old, name in written if name and name != old}


def test_no_decorator_went_without_a_new_name() -> None:
    """Of the releases so far; a new one may break this: write in
    data/sdk/former.toml what replaced it, or change this test."""
    gone = {name for change in CHANGES.values() for name in change.gone}
    assert not [name for name in gone if name.startswith(APP)]


def test_a_part_that_changed_says_when() -> None:
    name = f"{APP}event_grid_output"
    assert changes.changed(RECORDED, name, "topic_endpoint_uri") == ["1.21.0"]


# --- What data/sdk/former.toml and the pages say ----------------------------


def test_the_old_names_that_the_site_explains_are_those_of_the_record() -> None:
    told = former.tables()
    removed = {
        old.removeprefix(APP): new.removeprefix(APP)
        for old, (new, _) in changes.renames(RECORDED).items()
        if old not in NEWEST.names
    }
    assert removed == told["decorators"]
    gone: dict[str, tuple[str, str]] = {}
    for name in ("trigger", "input", "output"):
        gone |= changes.parts_gone(RECORDED, f"{APP}cosmos_db_{name}")
    explained = {o: n for o, n in told["cosmos"].items() if o != n}
    assert {old: new for old, (_, new) in gone.items()} == explained


def test_what_a_decorator_took_is_read_of_the_record() -> None:
    history = former.history()
    took = ("arg_name", "topic_endpoint_uri", "topic_key_setting", "data_type")
    was = former.Was("1.11.1", "1.11.2", took)
    assert history["write_event_grid"] == [was]
    spans = {(w.first, w.last) for states in history.values() for w in states}
    assert spans == {
        ("1.10.1", "1.10.1"),
        ("1.10.1", "1.11.2"),
        ("1.11.0", "1.13.3"),
        ("1.11.1", "1.11.2"),
        ("1.11.3", "1.13.3"),
    }
    assert len(history) == 22
    # Neither removed nor with other parameters in these places.
    assert not {"queue_trigger", "service_bus_queue_trigger"} & set(history)


def test_the_page_of_old_names_says_until_when_they_were_valid() -> None:
    last = former.history()["cosmos_db_trigger"][-1].last
    assert last == RECORDED["1.14.0"].after
    text = (ROOT / "docs/fix/renamed.md").read_text("utf-8")
    assert f"1.11.0 to {last}, `cosmos_db_trigger` takes the old names" in text
