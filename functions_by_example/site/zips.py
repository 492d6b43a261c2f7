"""A sample as a zip file: one folder, what a reader keeps, and it starts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from functions_by_example.sample.read import Problem, Sample, SampleError, kept
from functions_by_example.sample.zips import stored

# Keys that everybody has. Sources, in this order:
# https://learn.microsoft.com/azure/storage/common/storage-connect-azurite
# https://learn.microsoft.com/azure/cosmos-db/emulator
# https://learn.microsoft.com/azure/event-hubs/test-locally-with-event-hub-emulator
PUBLIC_KEYS = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/"
    "K1SZFPTOtr/KBHBeksoGMGw==",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZn"
    "qyMsEcaGQy67XIw/Jw==",
    "SAS_KEY_VALUE",
)
# A key in a connection string or address, and one under a name that says so.
_SECRET = re.compile(
    r"\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd|sig)"
    r"=(?P<value>[^;\"'&\s]+)"
    r"|\"\w*(?:key|secret|password|token)\":\s*\"(?P<named>[^\"]{16,})\"",
    re.IGNORECASE,
)


def file_name(sample: Sample) -> str:
    """What the zip file of a sample is called; it lies beside the page."""
    return f"{sample.name}.zip"


def address(sample: Sample) -> str:
    """Where the zip file stands on the site."""
    return f"samples/{sample.id}/{file_name(sample)}"


def archive(sample: Sample) -> bytes:
    """The zip file of a sample. Raises SampleError where a file holds a
    secret."""
    files = {
        file.as_posix(): (sample.folder / file).read_bytes()
        for file in kept(sample.folder)
    }
    problems = [
        problem
        for file, content in files.items()
        for problem in _secrets(sample, file, content)
    ]
    if problems:
        raise SampleError(problems)
    return stored({f"{sample.name}/{file}": files[file] for file in files})


def _secrets(sample: Sample, file: str, content: bytes) -> Iterator[Problem]:
    text = content.decode("utf-8", "replace")
    for match in _SECRET.finditer(text):
        value = match["value"] or match["named"]
        if value in PUBLIC_KEYS or value[0] in "<{%$":
            continue
        yield Problem(
            f"samples/{sample.id}/{file}",
            text.count("\n", 0, match.start()) + 1,
            "holds what looks like a secret, and would be downloaded",
            "use an emulator's public key, or a placeholder in angle brackets",
        )
