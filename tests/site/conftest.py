"""The real site, built once for all tests that read it."""

from pathlib import Path

import pytest
from sites import CODE, ROOT, SITE, build


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `nox -s docs` builds it: nobody has said where it will be."""
    target = tmp_path_factory.mktemp("site")
    build(ROOT, target)
    return target


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the addresses of the site and of the repository."""
    target = tmp_path_factory.mktemp("published")
    build(ROOT, target, SITE_URL=SITE, REPO_URL=CODE)
    return target
