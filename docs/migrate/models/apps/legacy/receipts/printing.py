import logging

import azure.functions as func


def print_receipt(message: func.QueueMessage) -> None:
    receipt = message.get_json()
    logging.info("%s x %s", receipt["count"], receipt["sku"])
