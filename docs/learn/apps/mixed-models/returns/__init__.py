def main(req) -> str:
    return "old"
