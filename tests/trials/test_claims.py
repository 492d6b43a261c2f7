"""What the samples' READMEs state is proved in the sample's own folder; and
what is said of a claim that does not hold."""

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import compiled
import pytest

from functions_by_example.paths import SAMPLES
from functions_by_example.processes import process
from functions_by_example.sample import claims as stated
from functions_by_example.sample import read as sample
from functions_by_example.sample import recorded
from functions_by_example.trials import claims
from functions_by_example.trials import samples as verify

FOLDERS = {"/".join(f.parts[-2:]): f for f in sample.find(SAMPLES)}
TRIGGER = FOLDERS["queue/queue_trigger"]
# Binding type -> the part of an identity's setting after the connection.
IDENTITY = {
    "cosmosDB": "accountEndpoint",
    "eventHub": "fullyQualifiedNamespace",
    "serviceBus": "fullyQualifiedNamespace",
}


@pytest.fixture(scope="module", autouse=True)
def _forkserver() -> None:
    process.preload(verify.PRELOAD)


def cases(folder: Path) -> Iterator[stated.Claim]:
    found = list(stated.passages((folder / sample.README).read_text("utf-8")))
    for claim in stated.read(folder):
        yield from stated.cases(claim, found)


@pytest.mark.parametrize("name", FOLDERS)
def test_every_claim_holds_with_the_compiled_protocol_as_well(
    name: str,
) -> None:
    """What comes is the same, to the letter; `nox -s samples` holds it to
    the claim."""
    made = sample.read(FOLDERS[name])
    other = claims.How(compiled.index, compiled.replay)

    def differs(claim: stated.Claim) -> bool:
        ours, theirs = (
            claims.run(claim, made, process.SECONDS, how)
            for how in (claims.How(), other)
        )
        return ours != theirs

    run = [c for c in cases(FOLDERS[name]) if not c.expression]
    with ThreadPoolExecutor() as pool:
        found = zip(run, pool.map(differs, run), strict=True)
        assert not [claim.line for claim, differing in found if differing]


@pytest.mark.parametrize("name", FOLDERS)
def test_settings_without_a_secret_have_the_connections_name(
    name: str,
) -> None:
    readme = (FOLDERS[name] / sample.README).read_text("utf-8")
    passages = stated.passages(readme)
    named = {s for p in passages for s in p.spans if "__" in s}
    functions = recorded.load(FOLDERS[name]).functions
    allowed = {
        f"{binding['connection']}__{part}"
        for function in functions
        for binding in function["bindings"]
        for kind, part in IDENTITY.items()
        if binding["type"].removesuffix("Trigger") == kind
    }
    assert named <= allowed


# --- Claims that do not hold ----------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a sample, to be changed."""
    copy = tmp_path / "queue" / "queue_trigger"
    shutil.copytree(TRIGGER, copy)
    return copy


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "said"),
    [
        (
            "claims.toml",
            'error = "TypeError: issubclass() arg 1 must be a class"',
            'error = "TypeError: issubclass() needs a class"',
            "README.md",
            "quotes `TypeError: issubclass() arg 1 must be a class`, which no",
        ),
        (
            "claims.toml",
            "List[func.QueueMessage]",
            "func.QueueMessage",
            "claims.toml",
            "does not hold: nothing is raised",
        ),
        (
            "README.md",
            "In a test, ",
            "In tests, ",
            "claims.toml",
            "0 passages of README.md begin with 'In a test, `func.Queue",
        ),
        (
            "README.md",
            "## Good to know\n",
            "## Good to know\n\n- Queues are green.\n",
            "README.md",
            '"Queues are green...." has neither claim nor source',
        ),
        (
            "claims.toml",
            "dequeue_count = 4",
            "dequeue_count = 5",
            "claims.toml",
            "does not hold: it logs [",
        ),
        (
            "claims.toml",
            "{order_id",
            "{order",
            "claims.toml",
            "does not hold: KeyError: 'order_id'",
        ),
        (
            "claims.toml",
            "event.message =",
            "event.massage =",
            "claims.toml",
            "does not hold: the event does not fit: ",
        ),
        (
            "claims.toml",
            "maxDequeueCount = 5",
            "maxDequeueCount = 6",
            "claims.toml",
            "does not hold: host.json does not hold {",
        ),
        (
            "claims.toml",
            "dequeue_count == 5",
            "dequeue_count == 6",
            "claims.toml",
            "does not hold: it is false",
        ),
        (
            "claims.toml",
            '"func.QueueMessage" =',
            '"func.QueueMassage" =',
            "claims.toml",
            "does not hold: the app's code has no 'func.QueueMassage'",
        ),
        (
            "claims.toml",
            "logs =",
            "logged =",
            "claims.toml",
            "unknown key 'logged'",
        ),
        (
            "claims.toml",
            "logs =",
            "logs = =",
            "claims.toml",
            "is not TOML: ",
        ),
        (
            "claims.toml",
            "expression = 'func",
            "logs = 'func",
            "claims.toml",
            "'logs' is no list",
        ),
        (
            "claims.toml",
            "error =",
            "says =",
            "claims.toml",
            "says nothing of the result",
        ),
        (
            "claims.toml",
            "says = ",
            "spans = ",
            "claims.toml",
            "proves no passage of README.md",
        ),
    ],
)
def test_what_does_not_hold_is_reported_with_file_and_line(
    folder: Path, file: str, old: str, new: str, place: str, said: str
) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = list(claims.problems(sample.read(folder)))
    problem = next(p for p in found if p.what.startswith(said))
    assert problem.file == place
    lines = (folder / place).read_text("utf-8").splitlines()
    assert re.match(r"\[\[claim\]\]|logs = =|- |\d\. ", lines[problem.line - 1])


def test_a_value_of_a_setting_is_quoted(tmp_path: Path) -> None:
    copy = tmp_path / "timer" / "timer_trigger"
    shutil.copytree(FOLDERS["timer/timer_trigger"], copy)
    for file in ("claims.toml", "local.settings.json"):
        text = (copy / file).read_text("utf-8").replace("1-5", "1-6")
        (copy / file).write_text(text, "utf-8")
    (problem,) = claims.problems(sample.read(copy))
    assert problem.what == (
        "the passage does not quote the setting's value '0 0 6 * * 1-6'"
    )


def test_a_sample_that_states_nothing_needs_no_claims(folder: Path) -> None:
    (folder / "claims.toml").unlink()
    assert stated.read(folder) == []


def test_claims_are_part_of_what_a_sample_is_held_to(folder: Path) -> None:
    (folder / "claims.toml").unlink()
    verdict = verify.verify(folder)
    assert f"{folder}/README.md:" in str(verdict)
    assert "no claim provokes" in str(verdict)
