"""A sample as a zip file: one folder, what a reader keeps, and it starts.

The bytes depend on the files alone: their order, dates and permissions are
fixed, and nothing is compressed, since zlib's releases differ.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from functions_by_example.sample.read import Problem, Sample, SampleError, kept

DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold
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
        file: (sample.folder / file).read_bytes()
        for file in kept(sample.folder)
    }
    problems = [
        problem
        for file, content in files.items()
        for problem in _secrets(sample, file, content)
    ]
    if problems:
        raise SampleError(problems)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for file, content in files.items():
            name = f"{sample.name}/{file.as_posix()}"
            info = zipfile.ZipInfo(name, DATE)
            info.create_system = 3  # Unix, wherever this runs
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def _secrets(sample: Sample, file: Path, content: bytes) -> Iterator[Problem]:
    text = content.decode("utf-8", "replace")
    for match in _SECRET.finditer(text):
        value = match["value"] or match["named"]
        if value in PUBLIC_KEYS or value[0] in "<{%$":
            continue
        yield Problem(
            f"samples/{sample.id}/{file.as_posix()}",
            text.count("\n", 0, match.start()) + 1,
            "holds what looks like a secret, and would be downloaded",
            "use an emulator's public key, or a placeholder in <angle "
            "brackets>",
        )
