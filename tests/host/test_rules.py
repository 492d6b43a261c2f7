"""What the host refuses: each rule finds it, and leaves its nearest allowed
neighbour alone."""

import datetime
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions_by_example.host.rules.rule import Told, every

HTTP = {"type": "httpTrigger", "direction": "IN", "name": "req"}


def function(name: str, *bindings: Mapping[str, object]) -> Any:
    return {"name": name, "bindings": list(bindings or (HTTP,))}


def found(
    code: str,
    *functions: Any,
    host: Mapping[str, object] | None = None,
    settings: Mapping[str, str] | None = None,
) -> list[tuple[str, str]]:
    """(function, what the host says) for each finding of a rule."""
    told = Told(functions, host, settings or {})
    return [(f.function, f.what) for f in every()[code].find(told)]


# --- What every rule has --------------------------------------------------


@pytest.mark.parametrize("code", every())
def test_a_rule_names_its_source_and_has_a_remedy(code: str) -> None:
    rule = every()[code]
    assert re.fullmatch(r"[\w-]+/[\w.-]+", rule.source.repository)
    assert rule.source.file.endswith(".cs")
    assert datetime.date.fromisoformat(rule.source.date)
    assert rule.remedy.endswith(".")
    assert rule.find.__doc__


@pytest.mark.parametrize("code", every())
def test_an_error_has_a_later_thread(code: str) -> None:
    """The sources are older than a year: without a later thread that shows
    the rule at work, it is a warning."""
    rule = every()[code]
    assert rule.is_error is bool(rule.source.threads)


@given(name=st.text(), binding=st.text(), route=st.text())
def test_any_text_gives_a_verdict(name: str, binding: str, route: str) -> None:
    one = function(name, HTTP | {"name": binding, "route": route})
    told = Told([one, one], {"extensions": {"http": {"routePrefix": route}}})
    for rule in every().values():
        for finding in rule.find(told):
            assert finding.function == name


@pytest.mark.parametrize("text", ["a" * 100_000, "/" * 100_000, "{" * 100_000])
def test_long_text_gives_a_verdict(text: str) -> None:
    told = Told([function(text, HTTP | {"name": text, "route": text})])
    for rule in every().values():
        list(rule.find(told))


@pytest.mark.parametrize("value", [None, 5, True, ["a"], {"a": 1}, [{"a": 1}]])
def test_keys_of_any_type_give_a_verdict(value: object) -> None:
    one = function("f", HTTP | {"route": value, "methods": value})
    host = {"extensions": {"http": {"routePrefix": value}}}
    for rule in every().values():
        list(rule.find(Told([one, one], host)))


# --- The values of host.json --------------------------------------------------


def test_letter_case_in_host_json_is_ignored() -> None:
    told = Told([], {"Extensions": {"HTTP": {"routeprefix": "v1"}}})
    assert told.configured("extensions", "http", "routePrefix") == "v1"
    assert told.configured("extensions", "http", "nonesuch") is None
    assert told.configured("extensions", "http", "routePrefix", "x") is None


def test_a_setting_replaces_a_value_of_host_json() -> None:
    name = "AzureFunctionsJobHost__extensions__http__routePrefix"
    host = {"extensions": {"http": {"routePrefix": "api"}}}
    told = Told([], host, {name: ""})
    assert told.configured("extensions", "http", "routePrefix") == ""
    assert told.configured("extensions", "http") == {"routeprefix": ""}


def test_null_in_host_json_is_an_empty_text() -> None:
    told = Told([], {"extensions": {"http": {"routePrefix": None}}})
    assert told.configured("extensions", "http", "routePrefix") == ""


# --- Names ----------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["_p", "1st", "a.b", "größe", "host", "HOST", "a b", "", "a" * 129],
)
def test_a_function_name_that_is_refused(name: str) -> None:
    assert found("function-name", function(name), function("fine")) == [
        (name, f"'{name}' is not a valid function name.")
    ]


@pytest.mark.parametrize(
    "name", ["price", "Price", "p", "price_1-b", "hosts", "ghost", "a" * 128]
)
def test_a_function_name_that_is_allowed(name: str) -> None:
    assert found("function-name", function(name)) == []


@pytest.mark.parametrize(
    "name", ["msg__in", "__m", "m__", "größe", "a-b", "1m", "$out", "a" * 129]
)
def test_a_binding_name_that_is_refused(name: str) -> None:
    what = f"The binding name {name} is invalid. Please assign a valid name "
    one = function("f", HTTP, HTTP | {"name": name}, HTTP | {"name": "c__d"})
    assert found("binding-name", one) == [("f", what + "to the binding.")]


@pytest.mark.parametrize(
    "name", ["msg_in", "_m", "m_", "_", "M1", "a_b_c", "$return", "a" * 128]
)
def test_a_binding_name_that_is_allowed(name: str) -> None:
    assert found("binding-name", function("f", HTTP | {"name": name})) == []


def test_binding_names_with_an_underscore_are_allowed_from_a_version() -> None:
    assert every()["binding-name"].since == "4.1038"


# --- Routes ---------------------------------------------------------------


def routed(name: str, route: str | None, *methods: str) -> Any:
    binding: dict[str, object] = dict(HTTP)
    if route is not None:
        binding["route"] = route
    if methods:
        binding["methods"] = list(methods)
    return function(name, binding)


RESERVED = "The specified route conflicts with one or more built in routes."


@pytest.mark.parametrize(
    ("name", "route"),
    [
        ("f", "admin"),
        ("f", "administrators"),
        ("f", "Admin/users"),
        ("f", "/runtime/x"),
        ("f", "runtime-{id}"),
        ("administer", None),
        ("administer", ""),
        ("administer", " "),
    ],
)
def test_a_route_that_is_reserved(name: str, route: str | None) -> None:
    assert found("reserved-route", routed(name, route)) == [(name, RESERVED)]


@pytest.mark.parametrize(
    "one",
    [
        routed("f", "users/admin"),
        routed("f", "sysadmin"),
        routed("f", "{admin}"),
        routed("f", "run"),
        routed("administer", "users"),
        function("admin", {"type": "timerTrigger", "name": "t"}),
    ],
)
def test_a_route_that_is_not_reserved(one: Any) -> None:
    assert found("reserved-route", one) == []


def prefixed(prefix: object) -> dict[str, object]:
    return {"extensions": {"http": {"routePrefix": prefix}}}


@pytest.mark.parametrize(
    ("route", "host", "template"),
    [
        ("/hello", None, "api//hello"),
        ("/{*route}", {"version": "2.0"}, "api//{*route}"),
        ("/{*route}", prefixed("v1"), "v1//{*route}"),
        ("/{*route}", prefixed("/"), "///{*route}"),
        ("/", None, "api//"),
        ("a//b", None, "api/a//b"),
        ("a//b", prefixed(""), "a//b"),
        ("//a", prefixed(""), "//a"),
        ("a//", prefixed(""), "a//"),
        ("hello", prefixed("api/"), "api//hello"),
    ],
)
def test_two_slashes_in_a_row(route: str, host: Any, template: str) -> None:
    ((name, what),) = found("route-slash", routed("f", route), host=host)
    assert name == "f"
    assert what == (
        "An error occurred while creating the route with name 'f' and "
        f"template '{template}'. The route template separator character '/' "
        "cannot appear consecutively. It must be separated by either a "
        "parameter or a literal value."
    )


@pytest.mark.parametrize(
    ("route", "host"),
    [
        ("hello", None),
        ("hello/", None),
        ("/hello", prefixed("")),
        ("/{*route}", prefixed("")),
        ("/{*route}", prefixed(None)),
        ("/", prefixed("")),
        ("a/b", prefixed("/api")),
        ("a/{b}/{c?}", prefixed("v1/shop")),
        ("a/{b:regex(^x//y$)}", None),
        ("a/{b:regex(^//x{{2}}$)}", None),
        (None, None),
    ],
)
def test_slashes_that_are_allowed(route: str | None, host: Any) -> None:
    assert found("route-slash", routed("f", route), host=host) == []


def test_the_route_of_a_function_that_is_refused_is_not_made() -> None:
    for name, route in (("f", "/admin"), ("_f", "/hello")):
        assert found("route-slash", routed(name, route)) == []


def test_a_setting_may_empty_the_prefix() -> None:
    name = "AzureFunctionsJobHost__extensions__http__routePrefix"
    app = routed("http_app_func", "/{*route}")
    host = prefixed("api")
    assert found("route-slash", app, host=host, settings={name: ""}) == []
    assert found("route-slash", app, settings={name: "v1"})


def test_a_trigger_of_another_kind_has_no_route() -> None:
    other = function("f", {"type": "mcpToolTrigger", "route": "/a//b"})
    assert found("route-slash", other) == []


@pytest.mark.parametrize(
    "second",
    [
        routed("g", "items/{id}", "PUT"),
        routed("g", "/Items/{ID}/", "PUT", "POST"),
        routed("g", "items/{id}"),
    ],
)
def test_the_second_function_of_a_route_is_refused(second: Any) -> None:
    first = routed("f", "items/{id}", "GET", "PUT")
    what = "The route specified conflicts with the route defined by function "
    assert found("same-route", first, second) == [("g", f"{what}'f'.")]


@pytest.mark.parametrize(
    "second",
    [
        routed("g", "items/{id}", "POST"),
        routed("g", "items/{name}", "PUT"),
        routed("g", "items", "PUT"),
        routed("g", None, "PUT"),
        function("g", {"type": "timerTrigger", "name": "t"}),
    ],
)
def test_a_second_function_beside_a_route_is_allowed(second: Any) -> None:
    first = routed("f", "items/{id}", "GET", "PUT")
    assert found("same-route", first, second) == []


def test_functions_that_are_refused_do_not_take_a_route() -> None:
    third = routed("h", "items", "GET")
    bad_name = routed("_f", "items", "GET")
    assert found("same-route", bad_name, third) == []
    bad_binding = function("f", HTTP | {"route": "items", "name": "a__b"})
    assert found("same-route", bad_binding, third) == []
    first, second = routed("f", "items", "GET"), routed("g", "items")
    post = routed("h", "items", "POST")
    assert [name for name, _ in found("same-route", first, second, post)] == [
        "g"
    ]
    assert found("same-route", routed("f", "admin"), routed("g", "admin")) == []


def test_the_name_of_a_function_is_a_route_too() -> None:
    assert found("same-route", routed("f", None), routed("g", "F"))


# --- The extension bundle -------------------------------------------------

QUEUE = {"type": "queueTrigger", "direction": "IN", "name": "m"}
OUT = {"type": "queue", "direction": "OUT", "name": "o"}
TIMER = {"type": "timerTrigger", "direction": "IN", "name": "t"}
BUNDLE = {
    "id": "Microsoft.Azure.Functions.ExtensionBundle",
    "version": "[4.*, 5.0.0)",
}


@pytest.mark.parametrize(
    "host",
    [
        {},
        {"version": "2.0"},
        {"extensionBundle": {}},
        {"extensionBundle": None},
    ],
)
def test_a_binding_without_a_bundle(host: dict[str, object]) -> None:
    app = (function("f", QUEUE, OUT, OUT), function("g", HTTP, OUT))
    assert [what for _, what in found("no-bundle", *app, host=host)] == [
        f"The binding type(s) '{types}' are not registered. Please ensure the "
        "type is correct and the binding extension is installed."
        for types in ("queueTrigger, queue", "queue")
    ]


def test_bindings_that_need_no_bundle() -> None:
    response = {"type": "http", "direction": "OUT", "name": "$return"}
    warm = {"type": "warmupTrigger", "direction": "IN", "name": "w"}
    app = (function("f", HTTP, response), function("g", TIMER))
    host = {"version": "2.0"}
    assert found("no-bundle", *app, function("w", warm), host=host) == []


def test_a_bundle_is_enough() -> None:
    app = function("f", QUEUE)
    assert found("no-bundle", app, host={"extensionBundle": BUNDLE}) == []
    assert found("no-bundle", app, host={"ExtensionBundle": BUNDLE}) == []
    settings = {"AzureFunctionsJobHost__extensionBundle__id": BUNDLE["id"]}
    assert found("no-bundle", app, host={}, settings=settings) == []


def test_the_host_writes_a_host_json_that_is_not_there() -> None:
    assert found("no-bundle", function("f", QUEUE), host=None) == []


def test_extensions_may_be_installed_one_by_one() -> None:
    told = Told([function("f", QUEUE)], {"version": "2.0"}, {}, True)
    assert list(every()["no-bundle"].find(told)) == []
