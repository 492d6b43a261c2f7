"""PyPI: which releases of the SDK it has, and how it differs from the record,
which releases.py reads and writes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from packaging.version import Version

from functions_by_example.sdk.releases import (
    PACKAGE,
    Release,
    Releases,
    ordered,
)
from functions_by_example.sdk.wheels import of_wheel, said

if TYPE_CHECKING:
    from pypi_simple import DistributionPackage

# The release of the decorator model's first preview.
FIRST = Version("1.10.1")
TIMEOUT = 30.0


class OutOfReachError(Exception):
    """PyPI cannot be asked; the text says why."""


@dataclass(frozen=True)
class Wheel:
    """A wheel on PyPI, not fetched yet."""

    version: str
    date: str
    python: str
    withdrawn: bool
    package: DistributionPackage


def on_pypi(index: str | None = None) -> list[Wheel]:
    """The wheels of the final releases on PyPI since the first preview,
    lowest first. Raises OutOfReachError.

    The index is the one given, else pip's PIP_INDEX_URL, else PyPI.
    """
    import pypi_simple
    import requests

    index = index or os.environ.get("PIP_INDEX_URL")
    try:
        with pypi_simple.PyPISimple(
            index or pypi_simple.PYPI_SIMPLE_ENDPOINT
        ) as client:
            page = client.get_project_page(PACKAGE, timeout=TIMEOUT)
    except (
        requests.RequestException,
        pypi_simple.NoSuchProjectError,
        pypi_simple.UnsupportedContentTypeError,
        pypi_simple.UnsupportedRepoVersionError,
    ) as error:
        raise OutOfReachError(said(error)) from None
    found = [
        Wheel(
            version=str(package.version),
            date=package.upload_time.date().isoformat(),
            python=package.requires_python or "",
            withdrawn=package.is_yanked,
            package=package,
        )
        for package in page.packages
        if package.package_type == "wheel"
        and package.upload_time
        and is_final(str(package.version))
    ]
    return sorted(found, key=lambda wheel: Version(wheel.version))


def is_final(version: str) -> bool:
    """Whether a release is one of those that are kept."""
    parsed = Version(version)
    return parsed >= FIRST and not parsed.is_prerelease


def fetched(wheel: Wheel) -> Release:
    """A release, read from its wheel, which must have the digest that the
    index says. Raises OutOfReachError and UnreadableError."""
    import pypi_simple
    import requests

    with TemporaryDirectory() as folder:
        target = Path(folder) / wheel.package.filename
        try:
            with pypi_simple.PyPISimple() as client:
                client.download_package(wheel.package, target, timeout=TIMEOUT)
        except (
            requests.RequestException,
            pypi_simple.DigestMismatchError,
            pypi_simple.NoDigestsError,
        ) as error:
            raise OutOfReachError(said(error)) from None
        return Release(
            version=wheel.version,
            date=wheel.date,
            python=wheel.python,
            withdrawn=wheel.withdrawn,
            names=of_wheel(target),
        )


def news(wheels: Iterable[Wheel], kept: Releases) -> dict[str, str]:
    """The releases of which PyPI says something else than the record, each
    with what that is."""
    found = {}
    on_index = {wheel.version: wheel for wheel in wheels}
    for version, wheel in on_index.items():
        release = kept.get(version)
        if release is None:
            found[version] = "is not in the record"
        elif wheel.withdrawn != release.withdrawn:
            was = "withdrawn" if wheel.withdrawn else "no longer withdrawn"
            found[version] = f"is {was}"
        elif (wheel.date, wheel.python) != (release.date, release.python):
            found[version] = (
                f"is of {wheel.date} and wants Python {wheel.python or 'any'}; "
                f"recorded are {release.date} and {release.python or 'any'}"
            )
    for version, release in kept.items():
        if version not in on_index and not release.withdrawn:
            found[version] = "is not on PyPI any more"
    return found


def completed(wheels: Iterable[Wheel], kept: Releases) -> dict[str, Release]:
    """What the record should hold; a wheel is fetched only where its release
    is not in it. A release that has left PyPI stays, as withdrawn. Raises
    OutOfReachError and UnreadableError."""
    wheels = list(wheels)
    found = {
        version: replace(release, withdrawn=True)
        for version, release in kept.items()
    }
    for wheel in wheels:
        release = kept.get(wheel.version) or fetched(wheel)
        found[wheel.version] = replace(
            release,
            date=wheel.date,
            python=wheel.python,
            withdrawn=wheel.withdrawn,
        )
    return ordered(found.values())
