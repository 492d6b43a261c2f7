"""Advice that cannot work is on no page, in no README and in no text of the
tools. Each rule here is about one kind of advice, wherever it is given."""

import ast
import inspect
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from markdown_it import MarkdownIt

from functions_by_example.paths import ROOT
from functions_by_example.sample import read as sample
from functions_by_example.sample.read import Problem
from functions_by_example.trials import troubles as fix

SAMPLES = sample.find(ROOT / "samples")
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *(folder / sample.README for folder in SAMPLES),
]
# What the tools print, what they write, and what fills pages.
SOURCES = sorted((ROOT / "functions_by_example").rglob("*.py"))
TABLES = sorted((ROOT / "functions_by_example/data").glob("*.toml"))


@dataclass
class Section:
    """What is below one heading: its prose (the heading, paragraphs, items)
    and its fences, each with its line. A local.settings.json is held apart."""

    prose: list[tuple[int, str]] = field(default_factory=list)
    fences: list[tuple[int, str]] = field(default_factory=list)
    settings: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.prose)

    def rows(self) -> Iterator[tuple[int, str, str]]:
        """Each row of a table: its line, the table's header, the row."""
        for line, text in self.prose:
            header, *rows = text.splitlines() or [""]
            if header.startswith("|"):
                for number, row in enumerate(rows, line + 1):
                    yield number, header, row

    def statements(self) -> Iterator[tuple[int, str]]:
        """Each row of a table, and each sentence outside of tables."""
        yield from ((line, row) for line, _, row in self.rows())
        for line, sentence in self.sentences():
            if not sentence.startswith("|"):
                yield line, sentence

    def sentences(self) -> Iterator[tuple[int, str]]:
        for line, text in self.prose:
            for sentence in re.split(r"(?<=[.!?])\s", " ".join(text.split())):
                yield line, sentence


@dataclass
class Text:
    """A page, a README or a file of texts. `code` is the app that the page
    of a sample shows beside its README."""

    file: str
    sections: list[Section]
    code: str = ""

    @property
    def passages(self) -> list[tuple[int, str]]:
        """Everything but settings of one's own machine, with its line."""
        return [
            one
            for section in self.sections
            for one in (*section.prose, *section.fences)
        ]

    def problem(self, line: int, what: str, remedy: str) -> Problem:
        return Problem(self.file, line, what, remedy)


Rule = Callable[[Text], Iterator[Problem]]


def is_local_settings(text: str) -> bool:
    """Whether this is a whole local.settings.json, a file for one's own
    machine: it may set what a plan in Azure does not use."""
    try:
        content = json.loads(text)
    except ValueError:
        return False
    return isinstance(content, dict) and isinstance(content.get("Values"), dict)


def markdown(file: str, text: str, code: str = "") -> Text:
    sections = [Section()]
    for token in MarkdownIt().parse(text):
        if token.type == "heading_open":
            sections.append(Section())
        if token.type not in ("inline", "fence") or not token.map:
            continue
        held = sections[-1].prose
        if token.type == "fence":
            is_settings = is_local_settings(token.content)
            held = sections[-1].settings if is_settings else sections[-1].fences
        held.append((token.map[0] + 1, token.content))
    return Text(file, sections, code)


def strings(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, (dict, list)):
        inside = content.values() if isinstance(content, dict) else content
        for value in inside:
            yield from strings(value)


def texts() -> Iterator[Text]:
    for path in PAGES:
        app = path.parent / sample.APP
        code = app.read_text("utf-8") if app.is_file() else ""
        name = path.relative_to(ROOT).as_posix()
        yield markdown(name, path.read_text("utf-8"), code)
    for path in (*SOURCES, *TABLES):
        text = path.read_text("utf-8")
        if path.suffix == ".py":
            found = [
                (node.lineno, node.value)
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
            ]
        else:
            found = [
                (sample.line_of(text, value.strip().split("\n")[0]), value)
                for value in strings(tomllib.loads(text))
            ]
        name = path.relative_to(ROOT).as_posix()
        sections = [
            Section([one]) for one in found if not is_local_settings(one[1])
        ]
        yield Text(name, sections)


# --- The rules ----------------------------------------------------------------

FRAMEWORK = re.compile(r"\b(Asgi|Wsgi)FunctionApp\b|\bFastAPI\b|\bFlask\b")
EMPTY_PREFIX = re.compile(r'empty (route )?prefix|"routePrefix": ""')
OFFERED = re.compile(
    r"\b((put|write|add|begin|prepend|mount|include|keep|sees?)|"
    r"start (its|the|your|each|every))\b",
    re.I,
)


def no_prefix_under_a_framework(text: Text) -> Iterator[Problem]:
    """The route of an ASGI or WSGI app begins with a slash. Under any prefix
    the host makes `api//{*route}` of it and does not start (python-worker
    1310, 1614): no route of the framework can help."""
    for section in text.sections:
        prose = section.text
        named = re.search(r"prefix|`/api`", prose, re.I)
        if not FRAMEWORK.search(prose) or not named:
            continue
        remedy = (
            'say that only `"routePrefix": ""` in host.json helps: with any '
            "other prefix the host does not start"
        )
        if not EMPTY_PREFIX.search(prose):
            line = section.prose[0][0]
            yield text.problem(line, "names no empty prefix", remedy)
        for line, sentence in section.sentences():
            if re.search(r"`/?api/?`", sentence) and OFFERED.search(sentence):
                what = f"offers a prefix to a web framework: {sentence}"
                yield text.problem(line, what, remedy)


CREATES = re.compile(
    r"\bcreate_(lease_(container|collection)_)?if_not_exists\b"
)
IDENTITY = re.compile(r"__accountEndpoint|\bidentit(y|ies)\b|\bEntra\b")
REFUSED = "not an allowed operation"


def an_identity_creates_no_container(text: Text) -> Iterator[Problem]:
    """With a Microsoft Entra identity, Cosmos DB creates no database and no
    container. Source: functions-bindings-cosmosdb-v2-trigger#configuration
    and webjobs-sdk-extensions 790."""
    named = [line for line, said in text.passages if CREATES.search(said)]
    whole = text.code + "\n".join(said for _, said in text.passages)
    sets = re.search(rf"{CREATES.pattern}\s*=\s*True", text.code)
    if not sets and not (CREATES.search(whole) and IDENTITY.search(whole)):
        return
    says = any(
        REFUSED in section.text and CREATES.search(section.text)
        for section in text.sections
    )
    if not says:
        yield text.problem(
            named[0] if named else 1,
            "has a parameter that creates containers, and does not say that "
            "an identity may not",
            f'say that with an identity it is "{REFUSED}": leave it out, '
            "and create the container yourself",
        )


UNUSED = re.compile(r"\bFUNCTIONS_WORKER_(RUNTIME|PROCESS_COUNT)\b")
ALL_VALUES = re.compile(
    r"\b(each|every|all)( of)?( the)? (entry|entries|values?|settings?)\b", re.I
)
NAMED = re.compile(r"that (your|the) \w+ (name|need|read|use)s?\b")


def flex_consumption_is_named(text: Text) -> Iterator[Problem]:
    """On Flex Consumption these settings are not used. Source:
    functions-app-settings#flex-consumption-plan-deprecations."""
    for section in text.sections:
        for line, _ in section.settings:
            if "local.settings.json" not in section.text:
                what = "does not say that this is local.settings.json"
                yield text.problem(line, what, "name the file above it")
        for line, passage in (*section.prose, *section.fences):
            if UNUSED.search(passage) and not (
                "Flex Consumption" in section.text
                and "not used" in section.text
            ):
                yield text.problem(
                    line,
                    f"tells readers of {UNUSED.search(passage)[0]}",  # type: ignore[index]
                    "say in the same section that on Flex Consumption it is "
                    "not used",
                )
        for line, sentence in section.sentences():
            if (
                "`Values`" in sentence
                and "app setting" in sentence
                and ALL_VALUES.search(sentence)
                and not NAMED.search(sentence)
            ):
                yield text.problem(
                    line,
                    "makes every entry of `Values` an app setting",
                    "only those that the functions name: Flex Consumption "
                    "does not use FUNCTIONS_WORKER_RUNTIME",
                )


FIELDS = re.compile(r"\b(five|six|5|6)[- ](NCRONTAB |cron )?fields?\b", re.I)
NEEDED = re.compile(
    r"\b(refuse|reject|invalid|must|(has|have) to|needs?\b|only|"
    r"not (accept|allow|valid|support|a valid))",
    re.I,
)


def a_schedule_may_have_five_fields(text: Text) -> Iterator[Problem]:
    """The timer extension reads five fields as a schedule without seconds.
    Source: CronSchedule.HasSeconds."""
    for section in text.sections:
        for line, sentence in section.sentences():
            if not FIELDS.search(sentence):
                continue
            if NEEDED.search(sentence) or "without seconds" not in section.text:
                yield text.problem(
                    line,
                    f"counts the fields of a schedule: {sentence}",
                    "say that five fields are a schedule without seconds: "
                    "they are not refused",
                )


def unless(
    text: Text, wrong: str, right: str, remedy: str
) -> Iterator[Problem]:
    """A problem for each row or sentence that has what is `wrong` (a regular
    expression), and not what makes it `right`."""
    for section in text.sections:
        for line, said in section.statements():
            if re.search(wrong, said, re.I) and not re.search(
                right, said, re.I
            ):
                yield text.problem(line, f"says: {said.strip()}", remedy)


def service_bus_sets_its_own_retries(text: Text) -> Iterator[Problem]:
    """What host.json has, `clientRetryOptions`, is for the connection. Source:
    ServiceBusOptions.cs in azure-sdk-for-net."""
    return unless(
        text,
        r"(?=.*Service Bus)(?=.*host\.json)"
        r".*(\bretr(y|ies)\b|\btries\b|dead-letter|deliver)",
        r"\bnot\b",
        "say that retries are the maximum delivery count of the queue or "
        "subscription, not a setting of host.json",
    )


def there_is_no_table_trigger(text: Text) -> Iterator[Problem]:
    """Table Storage has an input and an output binding, and no trigger."""
    remedy = "leave it out: there is no Table Storage trigger"
    yield from unless(
        text, r"\btable([ _]storage)?[ _]trigger\b", r"\bno\b", remedy
    )
    for section in text.sections:
        for line, header, row in section.rows():
            trigger = row.split("|")[1:2]
            if re.match(r"\|\s*Trigger\s*\|", header) and re.search(
                r"\btables?\b", trigger[0] if trigger else "", re.I
            ):
                yield text.problem(line, "lists a Table trigger", remedy)


def a_version_of_the_host_is_no_version_of_core_tools(
    text: Text,
) -> Iterator[Problem]:
    """Host 4.21.1 came with Core Tools 4.0.5198, and host 4.1052.200 with
    Core Tools 4.14.0 (azure-functions-core-tools 5565)."""
    return unless(
        text,
        r"(?=.*tools\b).*\b4\.(21\.\d|\d{3,4}\.)",
        r"\bhost\b",
        "say that this is a version of the host",
    )


def a_connection_is_required(text: Text) -> Iterator[Problem]:
    """`connection` of a storage decorator has no default (below)."""
    return unless(
        text,
        r"(?=.*AzureWebJobsStorage).*(\bdefault\b|without `?connection)",
        r"\brequired\b|\bnot (a|the) default\b|\bTypeError\b",
        "say that `connection` is required",
    )


def without_cardinality_a_call_gets_one(text: Text) -> Iterator[Problem]:
    """Source: GetRequestedType in GeneralScriptBindingProvider.cs of the
    host, read in October 2024."""
    return unless(
        text,
        r"(?=.*cardinality).*\bdefault decides\b",
        r"\bone\b",
        "say that the host then passes one a call",
    )


def a_query_value_is_refused_in_sql_query_only(
    text: Text,
) -> Iterator[Problem]:
    """`id` and `partition_key` of a Cosmos DB input take `{Query.x}`. Source:
    CosmosDBAttribute.cs; only SqlQuery has a resolution policy of its own."""
    return unless(
        text,
        r"(?=.*\{Query\.)(?=.*Cosmos).*\bnot\b",
        r"sql_query",
        "say that it is not for `sql_query`",
    )


def a_number_for_each_core_says_so(text: Text) -> Iterator[Problem]:
    """Sources: ServiceBusOptions.cs and QueuesOptions.cs in
    azure-sdk-for-net."""
    return unless(
        text,
        r"maxConcurrentCalls`\W{1,5}16\b|\b24 messages\b",
        r"\bcores?\b",
        "say that the number is for one core",
    )


LEVELS = ("Trace", "Debug", "Information")


def hides_user_logs(host: Any) -> bool:
    """Whether this host.json leaves out `logging.info` of a function. Its
    category is `Function.<name>.User`; the longest key that it begins with
    decides. Source: configure-monitoring#configure-log-levels."""
    logging = host.get("logging") if isinstance(host, dict) else None
    levels = (logging or {}).get("logLevel", {})
    named = [key for key in levels if "Function.shop.User".startswith(key)]
    key = max(named, key=len, default="default")
    return levels.get(key, "Information") not in LEVELS


def host_json_keeps_the_logs_of_functions(text: Text) -> Iterator[Problem]:
    for section in text.sections:
        for line, content in section.fences:
            try:
                hides = hides_user_logs(json.loads(content))
            except ValueError:
                continue
            if hides:
                yield text.problem(
                    line,
                    "hides each `logging.info` of the functions",
                    'set "Function": "Information" under logLevel',
                )


def said_with(
    text: Text, wrong: str, right: str, remedy: str
) -> Iterator[Problem]:
    """A problem for each section that has what is `wrong`, in prose or in a
    fence, and nothing of what makes it `right`."""
    for section in text.sections:
        passages = (*section.prose, *section.fences)
        if any(re.search(right, said) for _, said in passages):
            continue
        for line, said in passages:
            found = re.search(wrong, said)
            if found:
                yield text.problem(line, f"says {found[0]!r} alone", remedy)


def a_remote_build_has_a_limit(text: Text) -> Iterator[Problem]:
    """Source: python-build-options."""
    return said_with(
        text,
        r"\[(the |a )?remote build\]",
        "60 seconds",
        "say that it has 60 seconds, and what to do when it needs longer",
    )


def windows_has_no_python_with_a_version(text: Text) -> Iterator[Problem]:
    """Its installer brings python.exe and the launcher py.exe. Source:
    docs.python.org/3.13/using/windows.html."""
    return said_with(
        text,
        r"\bpython3\.\d+ -",
        r"\bpy -3",
        "give the form for Windows, `py -3.13 ...`",
    )


def quoted_commands_have_a_form_for_windows(text: Text) -> Iterator[Problem]:
    """cmd knows no single quotes, and in Windows PowerShell `curl` is
    another command."""
    windows = any("Windows" in said for _, said in text.passages)
    for line, said in text.passages:
        if re.search(r"curl [^\n]*-d '", said) and not windows:
            yield text.problem(
                line,
                "has a curl command for bash, and no word on Windows",
                "say where it runs on Windows, or give its form there",
            )


def what_is_left_out_is_named(text: Text) -> Iterator[Problem]:
    """Git needs a .gitignore, and Core Tools leave a virtual environment in.
    Source: FileSystemHelpers.cs of Core Tools."""
    remedy = "name the file that keeps it out"
    yield from said_with(text, r"\bout of Git\b", r"\.gitignore", remedy)
    yield from said_with(
        text,
        r"`func azure functionapp publish APP`",
        r"\.funcignore",
        remedy,
    )


RULES: tuple[Rule, ...] = (
    host_json_keeps_the_logs_of_functions,
    a_remote_build_has_a_limit,
    windows_has_no_python_with_a_version,
    quoted_commands_have_a_form_for_windows,
    what_is_left_out_is_named,
    service_bus_sets_its_own_retries,
    there_is_no_table_trigger,
    a_version_of_the_host_is_no_version_of_core_tools,
    a_connection_is_required,
    without_cardinality_a_call_gets_one,
    a_query_value_is_refused_in_sql_query_only,
    a_number_for_each_core_says_so,
    no_prefix_under_a_framework,
    an_identity_creates_no_container,
    flex_consumption_is_named,
    a_schedule_may_have_five_fields,
)


@pytest.mark.parametrize("rule", RULES)
def test_no_text_gives_advice_that_cannot_work(rule: Rule) -> None:
    found = [str(problem) for text in texts() for problem in rule(text)]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_an_app_of_a_web_framework_has_an_empty_prefix() -> None:
    """In each sample, and in each remedy of the pages on errors."""
    apps = {
        folder.name: {
            name: (folder / name).read_text("utf-8")
            for name in (sample.APP, "host.json")
        }
        for folder in SAMPLES
    }
    apps |= {
        f"{fix.CASES}, {name}": dict(case.right or {})
        for name, case in fix.cases().items()
    }
    made = {
        name: json.loads(files.get("host.json", "{}"))
        for name, files in apps.items()
        if re.search(r"(Asgi|Wsgi)FunctionApp\(", files.get(sample.APP, ""))
    }
    assert made
    for name, host in made.items():
        http = host.get("extensions", {}).get("http", {})
        assert http.get("routePrefix") == "", f"{name}: empty the routePrefix"


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_a_sample_keeps_its_own_logs(folder: Path) -> None:
    host = json.loads((folder / "host.json").read_text("utf-8"))
    assert not hides_user_logs(host)


@pytest.mark.parametrize(
    ("levels", "hides"),
    [
        ({}, False),
        ({"default": "Warning"}, True),
        ({"default": "Warning", "Function": "Information"}, False),
        ({"Function": "Information", "Function.shop": "Error"}, True),
        ({"Function": "Warning", "Function.shop.User": "Debug"}, False),
        ({"Host.Results": "Error"}, False),
    ],
)
def test_the_longest_category_decides(
    levels: dict[str, str], hides: bool
) -> None:
    assert hides_user_logs({"logging": {"logLevel": levels}}) == hides


@pytest.mark.parametrize("binding", ["trigger", "input", "output"])
@pytest.mark.parametrize("service", ["queue", "blob", "table"])
def test_a_storage_binding_needs_a_connection(
    service: str, binding: str
) -> None:
    decorator = getattr(func.FunctionApp, f"{service}_{binding}", None)
    exists = {"queue": "trigger output", "table": "input output"}
    assert bool(decorator) == (
        binding in exists.get(service, "trigger input output")
    )
    if decorator:
        connection = inspect.signature(decorator).parameters["connection"]
        assert connection.default is inspect.Parameter.empty


# --- That the rules find what they are for ------------------------------------

FLAG = "create_if_not_exists=True"
TABLE = "| Trigger | How |\n|---|---|\n"
HIDDEN = '{"logging": {"logLevel": {"Function": "Warning"}}}'
BAD: list[tuple[Rule, str, str]] = [
    (host_json_keeps_the_logs_of_functions, f"```json\n{HIDDEN}\n```", ""),
    (a_remote_build_has_a_limit, "Use a [remote build](there).", ""),
    (
        windows_has_no_python_with_a_version,
        "Type:\n\n```bash\npython3.13 -m venv .venv\n```",
        "",
    ),
    (
        quoted_commands_have_a_form_for_windows,
        "```bash\ncurl -X POST http://localhost -d '{}'\n```",
        "",
    ),
    (what_is_left_out_is_named, "The file stays out of Git.", ""),
    (
        what_is_left_out_is_named,
        "Deploy it: `func azure functionapp publish APP`",
        "",
    ),
    (
        service_bus_sets_its_own_retries,
        f"{TABLE}| Service Bus | host.json, then the dead-letter queue |",
        "",
    ),
    (
        service_bus_sets_its_own_retries,
        "Retries of Service Bus are set in host.json.",
        "",
    ),
    (there_is_no_table_trigger, f"{TABLE}| Queue, blob, table | write |", ""),
    (there_is_no_table_trigger, "A Table Storage trigger reads rows.", ""),
    (
        a_version_of_the_host_is_no_version_of_core_tools,
        "It runs with Core Tools since 4.21.1.",
        "",
    ),
    (
        a_connection_is_required,
        "A binding without `connection` uses `AzureWebJobsStorage`.",
        "",
    ),
    (
        a_connection_is_required,
        "`AzureWebJobsStorage` is the default of the bindings.",
        "",
    ),
    (
        without_cardinality_a_call_gets_one,
        "Without `cardinality` the host's default decides.",
        "",
    ),
    (
        a_query_value_is_refused_in_sql_query_only,
        "`{Query.sku}` is not for Cosmos DB.",
        "",
    ),
    (a_number_for_each_core_says_so, "`maxConcurrentCalls`: 16", ""),
    (a_number_for_each_core_says_so, "It has up to 24 messages.", ""),
    (
        no_prefix_under_a_framework,
        'FastAPI sees the prefix. Set `routePrefix` to `""`, or put `/api` '
        'in front of its routes. An empty prefix is `"routePrefix": ""`.',
        "",
    ),
    (
        no_prefix_under_a_framework,
        "It is the prefix that an app behind `func.WsgiFunctionApp` sees.",
        "",
    ),
    (an_identity_creates_no_container, "Save documents.", FLAG),
    (
        an_identity_creates_no_container,
        "`create_lease_container_if_not_exists` makes it.\n\n## In Azure\n\n"
        "Set `X__accountEndpoint`.",
        "",
    ),
    (
        flex_consumption_is_named,
        "`FUNCTIONS_WORKER_RUNTIME` has to be `python`.\n\n## Plans\n\n"
        "Flex Consumption: other settings are not used.",
        "",
    ),
    (
        flex_consumption_is_named,
        "`FUNCTIONS_WORKER_PROCESS_COUNT` adds processes.",
        "",
    ),
    (
        flex_consumption_is_named,
        "In Azure, each entry of `Values` is an app setting.",
        "",
    ),
    (flex_consumption_is_named, '```json\n{"Values": {"A": "b"}}\n```', ""),
    (
        a_schedule_may_have_five_fields,
        "The host refuses a value such as a schedule with five fields.",
        "",
    ),
    (a_schedule_may_have_five_fields, "A schedule has six fields.", ""),
    (
        a_schedule_may_have_five_fields,
        "It must have six fields. Five are without seconds.",
        "",
    ),
]
GOOD: list[tuple[Rule, str, str]] = [
    (
        host_json_keeps_the_logs_of_functions,
        f"```json\n{HIDDEN.replace('Warning', 'Information')}\n```",
        "",
    ),
    (
        a_remote_build_has_a_limit,
        "A [remote build](there) has 60 seconds.",
        "",
    ),
    (
        windows_has_no_python_with_a_version,
        "`python3.13 -m venv .venv`, on Windows `py -3.13 -m venv .venv`",
        "",
    ),
    (
        quoted_commands_have_a_form_for_windows,
        "On Windows, use Git Bash.\n\n```bash\ncurl http://localhost -d '{}'"
        "\n```",
        "",
    ),
    (what_is_left_out_is_named, "`.gitignore` keeps it out of Git.", ""),
    (
        service_bus_sets_its_own_retries,
        f"{TABLE}| Queue Storage | host.json: 5 tries |\n| Service Bus | its "
        "maximum delivery count |",
        "",
    ),
    (
        there_is_no_table_trigger,
        f"{TABLE}| Queue | no |\n\n| Input | |\n|---|---|\n| Table | yes |",
        "",
    ),
    (
        a_version_of_the_host_is_no_version_of_core_tools,
        "4.21.1 is a version of the host, not of the tools.",
        "",
    ),
    (a_connection_is_required, "`connection` is required.", ""),
    (
        without_cardinality_a_call_gets_one,
        "Without `cardinality`, a call gets one event.",
        "",
    ),
    (
        a_query_value_is_refused_in_sql_query_only,
        "In `sql_query` of Cosmos DB, `{Query.sku}` does not work.",
        "",
    ),
    (
        a_number_for_each_core_says_so,
        "`maxConcurrentCalls`: 16 for each core",
        "",
    ),
    (
        no_prefix_under_a_framework,
        "FastAPI needs the empty prefix: with `api` the host does not start.",
        "",
    ),
    (no_prefix_under_a_framework, "The prefix is `/api`.\n\n## Flask", ""),
    (
        an_identity_creates_no_container,
        f"With an identity, `create_if_not_exists` is {REFUSED}.",
        FLAG,
    ),
    (an_identity_creates_no_container, "`create_if_not_exists` makes it.", ""),
    (
        flex_consumption_is_named,
        "`FUNCTIONS_WORKER_RUNTIME` is `python`; on Flex Consumption it is "
        "not used.",
        "",
    ),
    (
        flex_consumption_is_named,
        'In `local.settings.json`:\n\n```json\n{"Values": '
        '{"FUNCTIONS_WORKER_RUNTIME": "python"}}\n```',
        "",
    ),
    (
        a_schedule_may_have_five_fields,
        "Seconds come first in six fields; five are without seconds.",
        "",
    ),
]


@pytest.mark.parametrize(("rule", "page", "code"), BAD)
def test_a_rule_finds_what_it_is_for(rule: Rule, page: str, code: str) -> None:
    (problem, *_) = rule(markdown("page.md", f"# Title\n\n{page}", code))
    assert problem.file == "page.md"
    assert problem.remedy


@pytest.mark.parametrize(("rule", "page", "code"), GOOD)
def test_a_rule_lets_right_advice_pass(
    rule: Rule, page: str, code: str
) -> None:
    assert not list(rule(markdown("page.md", f"# Title\n\n{page}", code)))
