import json


def receipt_for(order: dict) -> str:
    fields = ("order_id", "sku", "count")
    return json.dumps({field: order[field] for field in fields})
