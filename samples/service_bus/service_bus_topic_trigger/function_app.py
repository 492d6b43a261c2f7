"""Follow a topic from two subscriptions, one by one and in batches."""

import json
import logging
from collections import Counter
from typing import List

import azure.functions as func

app = func.FunctionApp()


@app.service_bus_topic_trigger(
    arg_name="message",
    topic_name="order-events",
    subscription_name="mail",
    connection="ServiceBusConnection",
)
def mail_customer(message: func.ServiceBusMessage) -> None:
    event = json.loads(message.get_body())
    logging.info(
        "Mail about order %s: it is %s", event["order_id"], event["status"]
    )


@app.service_bus_topic_trigger(
    arg_name="messages",
    topic_name="order-events",
    subscription_name="statistics",
    connection="ServiceBusConnection",
    cardinality=func.Cardinality.MANY,
)
def count_statuses(messages: List[func.ServiceBusMessage]) -> None:
    counts: Counter[str] = Counter()
    for message in messages:
        try:
            counts[json.loads(message.get_body())["status"]] += 1
        except (KeyError, TypeError, ValueError):
            logging.warning("Skipped message %s", message.message_id)
    for status, count in counts.items():
        logging.info("%s: %s", status, count)
