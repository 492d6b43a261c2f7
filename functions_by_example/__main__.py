"""The commands: check, run and migrate, and in a checkout also those of
`site/commands.py`. Each imports what it needs when it is called."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from functions_by_example.processes import process

PACKAGE = "functions_by_example"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0: all well; 1: something is wrong with what was
    looked at; 2: wrong usage."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    parser = argparse.ArgumentParser(
        prog="functions-by-example", description="Functions by Example."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_check(commands.add_parser("check", help="judge function apps"))
    _add_run(commands.add_parser("run", help="deliver one event to an app"))
    _add_migrate(
        commands.add_parser(
            "migrate", help="an app with old names -> today's, as a diff"
        )
    )
    if not given or given[0] not in commands.choices:
        try:
            from functions_by_example.site.commands import add
        except ModuleNotFoundError as missing:
            # An installed package has neither folder.
            if missing.name not in (f"{PACKAGE}.site", f"{PACKAGE}.trials"):
                parser.epilog = (
                    f"There are more commands; they need {missing.name}, "
                    "which is not installed."
                )
        else:
            add(commands.add_parser)
    options = parser.parse_args(given)
    status: int = options.command(options)
    return status


def _check(options: argparse.Namespace) -> int:
    from functions_by_example.check.report import report
    from functions_by_example.processes import check

    results = check.checked(options.paths, options.timeout)
    if options.json:
        # In ASCII: an app may raise text that has no other encoding.
        print(json.dumps(results, indent=2))
    else:
        print(report(results))
    return 0 if all(result["ok"] for result in results) else 1


def _run(options: argparse.Namespace) -> int:
    from functions_by_example.worker import app

    try:
        event = json.loads(options.event.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return _fail(f"{options.event}: {error}")
    if not isinstance(event, dict):
        return _fail(f"{options.event}: an event is a JSON object")
    if not (options.path / "function_app.py").is_file():
        return _fail(f"{options.path}: there is no function_app.py here")
    try:
        answer = process.call(
            app.replay,
            str(options.path.resolve()),
            event,
            seconds=options.timeout,
        )
    except process.Ended as ended:
        return _fail(f"{options.path}: {ended}")
    if "refused" in answer:
        return _fail(f"{options.event}: {answer['refused']}")
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    failed = "error" in answer or "error" in answer["result"]
    return 1 if failed else 0


def _migrate(options: argparse.Namespace) -> int:
    try:
        from functions_by_example import migrate
    except ModuleNotFoundError as missing:
        if not missing.name or missing.name.startswith("functions_by_example"):
            raise
        return _fail(
            f"migrate needs {missing.name}, which is not installed here: run "
            "`python -m pip install libcst packaging`"
        )
    try:
        planned = migrate.plan(options.path, options.cosmos)
    except migrate.Unusable as unusable:
        return _fail(str(unusable))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace", newline="")
    if not planned.refused:
        print(migrate.diff(planned), end="", flush=True)
    for remark in planned.remarks:
        print(remark, file=sys.stderr)
    print(migrate.summary(planned), file=sys.stderr)
    if planned.refused:
        return 1
    if options.write:
        try:
            backups = migrate.apply(planned)
        except migrate.NotWritten as error:
            print(f"{error}\nnothing is written", file=sys.stderr)
            return 1
        for file, backup in backups.items():
            print(f"{file}: rewritten, was kept as {backup}", file=sys.stderr)
    elif planned.files:
        print("nothing is written without --write", file=sys.stderr)
    return 0 if planned.decided else 1


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--json", action="store_true", help="for machines")
    _add_timeout(parser)
    parser.set_defaults(command=_check)


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("event", type=Path, metavar="EVENT.json")
    _add_timeout(parser)
    parser.set_defaults(command=_run)


def _add_migrate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument(
        "--write", action="store_true", help="apply it, and keep backups"
    )
    parser.add_argument(
        "--cosmos",
        choices=("v4", "v3"),
        default="v4",
        help="version of the Cosmos DB extension (default: %(default)s)",
    )
    parser.set_defaults(command=_migrate)


def _add_timeout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=process.SECONDS,
        metavar="S",
        help="seconds that a process may take (default: %(default)g)",
    )


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise ValueError
    return seconds


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
