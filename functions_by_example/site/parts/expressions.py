"""Where `%SETTING%` and `{name}` resolve: each text that a decorator takes.

Which parameters there are is read from the SDK. What becomes of each is the
business of the host and its extensions, and is written down here with the
place in their public source that says so: there, `[AutoResolve]` stands for
both kinds of expression, and `ResolveWholeString` for settings alone. A test
holds the two together: no parameter without a rule, no rule without one.
"""

from __future__ import annotations

import enum
import inspect
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import azure.functions as func

from functions_by_example.site.navigation import SERVICES
from functions_by_example.site.parts import part

# What a parameter takes.
NAME = "the name of a setting, without percent signs"
SETTING = "`%X%`"
EITHER = "`%X%`, or the bare name of a setting"
BOTH = "`%X%` and `{name}`"
QUERY = "`%X%`; `{name}` becomes a parameter of the query"
PATH = "`%X%`; a `{name}` here gives a part of the path its name"
ROUTE = "text; a `{name}` here gives a part of the address its name"
TEXT = "text, as it stands"
# What may be a member of an enumeration, or any text.
OPEN = frozenset(("chat_model", "embeddings_model"))
RULES = (NAME, SETTING, EITHER, BOTH, QUERY, PATH, ROUTE, TEXT)

# Parameters that hold no text for the host to resolve: names within the
# function, and texts out of a closed set.
NOT_TEXT = frozenset(
    [
        "access_rights",
        "arg_name",
        "auth_level",
        "authentication_mode",
        "binding_arg_name",
        "cardinality",
        "change_feed_mode",
        "command_type",
        "context_name",
        "data_type",
        "input_name",
        "key_data_type",
        "client_name",
        "methods",
        "o_auth_bearer_method",
        "protocol",
        "trigger_arg_name",
    ]
)

_GITHUB = "https://github.com/Azure/"
_NET = f"{_GITHUB}azure-sdk-for-net/blob/main/sdk/"
_STORAGE = f"{_NET}storage/Microsoft.Azure.WebJobs.Extensions.Storage."
_BUS = f"{_NET}servicebus/Microsoft.Azure.WebJobs.Extensions.ServiceBus/src/"
_HUBS = f"{_NET}eventhub/Microsoft.Azure.WebJobs.Extensions.EventHubs/src/"
_MORE = f"{_GITHUB}azure-webjobs-sdk-extensions/blob/"
_COSMOS = f"{_MORE}dev/src/WebJobs.Extensions.CosmosDB/"
_COSMOS_3 = f"{_MORE}cosmos/v3.x/src/WebJobs.Extensions.CosmosDB/"
_KAFKA = (
    f"{_GITHUB}azure-functions-kafka-extension/blob/dev/src/"
    "Microsoft.Azure.WebJobs.Extensions.Kafka/"
)
_SQL = f"{_GITHUB}azure-functions-sql-extension/blob/main/src/"
_MYSQL = f"{_GITHUB}azure-functions-mysql-extension/blob/main/src/"
_DAPR = (
    f"{_GITHUB}azure-functions-dapr-extension/blob/master/src/"
    "Microsoft.Azure.WebJobs.Extensions.Dapr/"
)
_OPENAI = (
    f"{_GITHUB}azure-functions-openai-extension/blob/main/src/"
    "WebJobs.Extensions.OpenAI/"
)
_MCP = (
    f"{_GITHUB}azure-functions-mcp-extension/blob/main/src/"
    "Microsoft.Azure.Functions.Extensions.Mcp/Trigger/"
)
_DURABLE = (
    f"{_GITHUB}azure-functions-durable-extension/blob/dev/src/"
    "WebJobs.Extensions.DurableTask/"
)


@dataclass(frozen=True)
class Resolved:
    """What a decorator's texts may hold: parameters by rule, and the place in
    the source of the host or of an extension that says so; `base` is another,
    of what several bindings share."""

    service: str
    source: str
    rules: Mapping[str, str]
    base: str = ""

    def rule(self, parameter: str) -> str | None:
        """The rule for a parameter, None where there is none."""
        for rule, parameters in self.rules.items():
            if parameter in parameters.split():
                return rule
        return None


_KAFKA_TEXTS = (
    "username password ssl_key_location ssl_ca_location "
    "ssl_certificate_location ssl_key_password ssl_certificate_pem "
    "ssl_key_pem ssl_ca_pem ssl_certificate_and_key_pem schema_registry_url "
    "schema_registry_username schema_registry_password "
    "o_auth_bearer_client_id o_auth_bearer_client_secret o_auth_bearer_scope "
    "o_auth_bearer_token_endpoint_url o_auth_bearer_extensions"
)
_TIMER = Resolved(
    "timer",
    f"{_MORE}dev/src/WebJobs.Extensions/Extensions/Timers/Scheduling/"
    "TimerSchedule.cs",
    {SETTING: "schedule"},
)
_BUS_TRIGGER = f"{_BUS}Triggers/ServiceBusTriggerAttributeBindingProvider.cs"
_BUS_OUTPUT = f"{_BUS}Bindings/ServiceBusAttributeBindingProvider.cs"
_QUEUES, _BLOBS = f"{_STORAGE}Queues/src/", f"{_STORAGE}Blobs/src/"
_TABLE = (
    f"{_NET}tables/Microsoft.Azure.WebJobs.Extensions.Tables/src/"
    "TableAttribute.cs"
)
_MODEL = "chat_model temperature top_p max_tokens"
_ASSISTANT = f"{_OPENAI}Assistants/AssistantBaseAttribute.cs"
_EMBEDDINGS = f"{_OPENAI}Embeddings/EmbeddingsBaseAttribute.cs"
_DAPR_BASE = f"{_DAPR}Bindings/DaprBaseAttribute.cs"

RESOLVED: dict[str, Resolved] = {
    "route": Resolved(
        "http",
        f"{_GITHUB}azure-functions-host/blob/dev/src/WebJobs.Script.WebHost/"
        "WebScriptHostHttpRoutesManager.cs",
        {ROUTE: "route"},
    ),
    "timer_trigger": _TIMER,
    "schedule": _TIMER,
    "event_hub_message_trigger": Resolved(
        "event_hub",
        f"{_HUBS}Config/EventHubClientFactory.cs",
        {SETTING: "event_hub_name consumer_group", NAME: "connection"},
    ),
    "event_hub_output": Resolved(
        "event_hub",
        f"{_HUBS}Config/EventHubClientFactory.cs",
        {SETTING: "event_hub_name", NAME: "connection"},
    ),
    "queue_trigger": Resolved(
        "queue",
        f"{_QUEUES}Triggers/QueueTriggerAttributeBindingProvider.cs",
        {SETTING: "queue_name", NAME: "connection"},
    ),
    "queue_output": Resolved(
        "queue",
        f"{_QUEUES}QueueAttribute.cs",
        {BOTH: "queue_name", NAME: "connection"},
    ),
    "service_bus_queue_trigger": Resolved(
        "service_bus",
        _BUS_TRIGGER,
        {SETTING: "queue_name", NAME: "connection"},
    ),
    "service_bus_topic_trigger": Resolved(
        "service_bus",
        _BUS_TRIGGER,
        {SETTING: "topic_name subscription_name", NAME: "connection"},
    ),
    "service_bus_queue_output": Resolved(
        "service_bus", _BUS_OUTPUT, {BOTH: "queue_name", NAME: "connection"}
    ),
    "service_bus_topic_output": Resolved(
        "service_bus",
        _BUS_OUTPUT,
        {BOTH: "topic_name", NAME: "connection", TEXT: "subscription_name"},
    ),
    "cosmos_db_trigger": Resolved(
        "cosmos_db",
        f"{_COSMOS}Trigger/CosmosDBTriggerAttributeBindingProvider.cs",
        {
            SETTING: "database_name container_name lease_database_name "
            "lease_container_name lease_container_prefix preferred_locations",
            NAME: "connection lease_connection",
        },
    ),
    "cosmos_db_input": Resolved(
        "cosmos_db",
        f"{_COSMOS}CosmosDBAttribute.cs",
        {
            BOTH: "database_name container_name id partition_key "
            "preferred_locations",
            QUERY: "sql_query",
            NAME: "connection",
        },
    ),
    "cosmos_db_output": Resolved(
        "cosmos_db",
        f"{_COSMOS}CosmosDBAttribute.cs",
        {
            BOTH: "database_name container_name partition_key "
            "preferred_locations",
            NAME: "connection",
        },
    ),
    "cosmos_db_trigger_v3": Resolved(
        "cosmos_db",
        f"{_COSMOS_3}Trigger/CosmosDBTriggerAttributeBindingProvider.cs",
        {
            SETTING: "database_name collection_name lease_database_name "
            "lease_collection_name lease_collection_prefix "
            "preferred_locations",
            NAME: "connection_string_setting lease_connection_string_setting",
        },
    ),
    "cosmos_db_input_v3": Resolved(
        "cosmos_db",
        f"{_COSMOS_3}CosmosDBAttribute.cs",
        {
            BOTH: "database_name collection_name id partition_key",
            QUERY: "sql_query",
            NAME: "connection_string_setting",
        },
    ),
    "cosmos_db_output_v3": Resolved(
        "cosmos_db",
        f"{_COSMOS_3}CosmosDBAttribute.cs",
        {
            BOTH: "database_name collection_name partition_key "
            "preferred_locations",
            NAME: "connection_string_setting",
        },
    ),
    "blob_trigger": Resolved(
        "blob",
        f"{_BLOBS}Triggers/BlobTriggerAttributeBindingProvider.cs",
        {PATH: "path", NAME: "connection"},
    ),
    "blob_input": Resolved(
        "blob",
        f"{_BLOBS}BlobAttribute.cs",
        {BOTH: "path", NAME: "connection"},
    ),
    "blob_output": Resolved(
        "blob",
        f"{_BLOBS}BlobAttribute.cs",
        {BOTH: "path", NAME: "connection"},
    ),
    "table_input": Resolved(
        "table",
        _TABLE,
        {BOTH: "table_name partition_key row_key filter", NAME: "connection"},
    ),
    "table_output": Resolved(
        "table",
        _TABLE,
        {BOTH: "table_name partition_key row_key", NAME: "connection"},
    ),
    "event_grid_output": Resolved(
        "event_grid",
        f"{_NET}eventgrid/Microsoft.Azure.WebJobs.Extensions.EventGrid/src/"
        "OutputBinding/EventGridAttribute.cs",
        {NAME: "connection topic_endpoint_uri topic_key_setting"},
    ),
    "sql_trigger": Resolved(
        "sql",
        f"{_SQL}TriggerBinding/SqlTriggerBindingProvider.cs",
        {
            NAME: "connection_string_setting",
            TEXT: "table_name leases_table_name",
        },
    ),
    "sql_input": Resolved(
        "sql",
        f"{_SQL}SqlAttribute.cs",
        {BOTH: "command_text parameters", NAME: "connection_string_setting"},
    ),
    "sql_output": Resolved(
        "sql",
        f"{_SQL}SqlAttribute.cs",
        {BOTH: "command_text", NAME: "connection_string_setting"},
    ),
    "mysql_trigger": Resolved(
        "mysql",
        f"{_MYSQL}TriggersBinding/MySqlTriggerAttribute.cs",
        {
            NAME: "connection_string_setting",
            TEXT: "table_name leases_table_name",
        },
    ),
    "mysql_input": Resolved(
        "mysql",
        f"{_MYSQL}MySqlAttribute.cs",
        {BOTH: "command_text parameters", NAME: "connection_string_setting"},
    ),
    "mysql_output": Resolved(
        "mysql",
        f"{_MYSQL}MySqlAttribute.cs",
        {BOTH: "command_text", NAME: "connection_string_setting"},
    ),
    "kafka_trigger": Resolved(
        "kafka",
        f"{_KAFKA}Trigger/KafkaTriggerAttributeBindingProvider.cs",
        {
            EITHER: "topic broker_list consumer_group "
            f"event_hub_connection_string {_KAFKA_TEXTS}",
            TEXT: "avro_schema key_avro_schema",
        },
    ),
    "kafka_output": Resolved(
        "kafka",
        f"{_KAFKA}Output/KafkaProducerFactory.cs",
        {
            EITHER: "topic broker_list avro_schema key_avro_schema "
            f"{_KAFKA_TEXTS}"
        },
    ),
    "orchestration_trigger": Resolved(
        "durable",
        f"{_DURABLE}TriggerAttributes/OrchestrationTriggerAttribute.cs",
        {BOTH: "orchestration"},
    ),
    "activity_trigger": Resolved(
        "durable",
        f"{_DURABLE}TriggerAttributes/ActivityTriggerAttribute.cs",
        {BOTH: "activity"},
    ),
    "entity_trigger": Resolved(
        "durable",
        f"{_DURABLE}TriggerAttributes/EntityTriggerAttribute.cs",
        {BOTH: "entity_name"},
    ),
    "durable_client_input": Resolved(
        "durable",
        f"{_DURABLE}DurableClientAttribute.cs",
        {BOTH: "task_hub", NAME: "connection_name"},
    ),
    "mcp_tool_trigger": Resolved(
        "mcp",
        f"{_MCP}McpToolTriggerAttribute.cs",
        {TEXT: "tool_name description tool_properties"},
    ),
    "mcp_tool": Resolved(
        "mcp", f"{_MCP}McpToolTriggerAttribute.cs", {TEXT: "metadata"}
    ),
    "mcp_tool_property": Resolved(
        "mcp", f"{_MCP}McpToolTriggerAttribute.cs", {TEXT: "description"}
    ),
    "mcp_resource_trigger": Resolved(
        "mcp",
        f"{_MCP}McpResourceTriggerAttribute.cs",
        {TEXT: "uri resource_name title description mime_type metadata"},
    ),
    "mcp_prompt_trigger": Resolved(
        "mcp",
        f"{_MCP}McpPromptTriggerAttribute.cs",
        {TEXT: "prompt_name title description metadata icons"},
    ),
    "assistant_skill_trigger": Resolved(
        "openai",
        f"{_OPENAI}Assistants/AssistantSkillTriggerBindingProvider.cs",
        {
            SETTING: "function_name",
            TEXT: "function_description parameter_description_json",
        },
    ),
    "assistant_query_input": Resolved(
        "openai",
        f"{_OPENAI}Assistants/AssistantQueryAttribute.cs",
        {
            BOTH: "id timestamp_utc collection_name",
            NAME: "chat_storage_connection_setting",
        },
    ),
    "assistant_post_input": Resolved(
        "openai",
        f"{_OPENAI}Assistants/AssistantPostAttribute.cs",
        {
            BOTH: f"id user_message collection_name {_MODEL}",
            NAME: "chat_storage_connection_setting ai_connection_name",
        },
        _ASSISTANT,
    ),
    "embeddings_input": Resolved(
        "openai",
        _EMBEDDINGS,
        {BOTH: "input embeddings_model", NAME: "ai_connection_name"},
    ),
    "embeddings_store_output": Resolved(
        "openai",
        f"{_OPENAI}Embeddings/EmbeddingsStoreAttribute.cs",
        {
            BOTH: "input embeddings_model",
            NAME: "store_connection_name ai_connection_name",
            TEXT: "collection",
        },
        _EMBEDDINGS,
    ),
    "semantic_search_input": Resolved(
        "openai",
        f"{_OPENAI}Search/SemanticSearchAttribute.cs",
        {
            BOTH: f"query collection embeddings_model system_prompt {_MODEL}",
            NAME: "search_connection_name ai_connection_name",
        },
        _ASSISTANT,
    ),
    "text_completion_input": Resolved(
        "openai",
        f"{_OPENAI}TextCompletionAttribute.cs",
        {BOTH: f"prompt {_MODEL}", NAME: "ai_connection_name"},
        _ASSISTANT,
    ),
    "dapr_service_invocation_trigger": Resolved(
        "dapr",
        f"{_DAPR}Triggers/DaprServiceInvocationTriggerBindingProvider.cs",
        {SETTING: "method_name"},
    ),
    "dapr_binding_trigger": Resolved(
        "dapr",
        f"{_DAPR}Triggers/DaprBindingTriggerBindingProvider.cs",
        {SETTING: "binding_name"},
    ),
    "dapr_topic_trigger": Resolved(
        "dapr",
        f"{_DAPR}Triggers/DaprTopicTriggerBindingProvider.cs",
        {SETTING: "pub_sub_name topic route"},
    ),
    "dapr_state_input": Resolved(
        "dapr",
        f"{_DAPR}Bindings/DaprStateAttribute.cs",
        {BOTH: "state_store key dapr_address"},
        _DAPR_BASE,
    ),
    "dapr_secret_input": Resolved(
        "dapr",
        f"{_DAPR}Bindings/DaprSecretAttribute.cs",
        {BOTH: "secret_store_name key metadata dapr_address"},
        _DAPR_BASE,
    ),
    "dapr_state_output": Resolved(
        "dapr",
        f"{_DAPR}Bindings/DaprStateAttribute.cs",
        {BOTH: "state_store key dapr_address"},
        _DAPR_BASE,
    ),
    "dapr_invoke_output": Resolved(
        "dapr",
        f"{_DAPR}Bindings/DaprInvokeAttribute.cs",
        {BOTH: "app_id method_name http_verb dapr_address"},
        _DAPR_BASE,
    ),
    "dapr_publish_output": Resolved(
        "dapr",
        f"{_DAPR}Bindings/DaprPublishAttribute.cs",
        {BOTH: "pub_sub_name topic dapr_address"},
        _DAPR_BASE,
    ),
    "dapr_binding_output": Resolved(
        "dapr",
        f"{_DAPR}Bindings/DaprBindingAttribute.cs",
        {BOTH: "binding_name operation dapr_address"},
        _DAPR_BASE,
    ),
}
# Decorators that add no binding, or whose binding is the caller's.
WITHOUT = frozenset(
    [
        "function_name",
        "http_type",
        "retry",
        "generic_trigger",
        "generic_input_binding",
        "generic_output_binding",
    ]
)


def texts() -> dict[str, list[str]]:
    """The parameters of each decorator of an app that hold text, as the SDK
    declares them."""
    found = {}
    for name, decorator in inspect.getmembers(func.FunctionApp):
        if name.startswith("_") or name in WITHOUT or not callable(decorator):
            continue
        hints = typing.get_type_hints(decorator)
        parameters = [
            parameter
            for parameter in inspect.signature(decorator).parameters
            if parameter not in NOT_TEXT
            and (parameter in OPEN or _is_text(hints.get(parameter)))
        ]
        if parameters:
            found[name] = parameters
    return found


def _is_text(annotation: object) -> bool:
    """Whether it takes a str, and no member of an enumeration instead."""
    options = typing.get_args(annotation) or (annotation,)
    return str in options and not any(
        isinstance(option, type) and issubclass(option, enum.Enum)
        for option in options
    )


def table(service: str) -> str:
    """For each decorator of a service, what its texts may hold: rule by rule.
    Raises KeyError for a service that has none."""
    known = texts()
    names = [n for n in RESOLVED if RESOLVED[n].service == service]
    if not names:
        raise KeyError(service)
    return "\n\n".join(_of(name, known[name]) for name in names)


def _of(decorator: str, parameters: list[str]) -> str:
    resolved = RESOLVED[decorator]
    rows = []
    for rule in RULES:
        with_rule = [p for p in parameters if resolved.rule(p) == rule]
        if with_rule:
            codes = ", ".join(f"`{p}`" for p in with_rule)
            rows.append(f"| {codes} | {rule} |")
    sources = " and ".join(
        f"[{address.rpartition('/')[2]}]({address})"
        for address in (resolved.source, resolved.base)
        if address
    )
    return "\n".join(
        [
            f"`@app.{decorator}`, by {sources}:",
            f"{{: #{decorator} }}",
            "",
            "| Parameter | Takes |",
            "|---|---|",
            *rows,
        ]
    )


@part("expressions")
def tables() -> str:
    """The tables of all services, in the order of the gallery."""
    services = {resolved.service for resolved in RESOLVED.values()}
    return "\n\n".join(
        f"## {SERVICES[service].title} {{ #{service} }}\n\n{table(service)}"
        for service in SERVICES
        if service in services
    )


def differences() -> Iterator[str]:
    """Where the SDK and the rules part: a text without a rule, a rule without
    a text."""
    known = texts()
    for name in known.keys() - RESOLVED.keys():
        yield f"@app.{name} has no rules: {', '.join(known[name])}"
    for name in RESOLVED.keys() - known.keys():
        yield f"@app.{name} has rules, but takes no text"
    for name in known.keys() & RESOLVED.keys():
        ruled = [
            parameter
            for parameters in RESOLVED[name].rules.values()
            for parameter in parameters.split()
        ]
        for parameter in set(known[name]) - set(ruled):
            yield f"@app.{name} takes {parameter}, which has no rule"
        for parameter in set(ruled) - set(known[name]):
            yield f"@app.{name} takes no {parameter}, which has a rule"
        for parameter in {p for p in ruled if ruled.count(p) > 1}:
            yield f"@app.{name}: {parameter} has two rules"
