"""Published addresses."""

from pathlib import Path

import pytest

from functions_by_example.site import addresses


def test_every_address_is_in_the_list() -> None:
    missing = sorted(addresses.current() - set(addresses.published()))
    assert not missing, (
        "new pages: `nox -s update` adds these lines to "
        f"{addresses.PUBLISHED.name}:\n" + "\n".join(missing)
    )


def test_the_list_is_in_order() -> None:
    listed = addresses.published()
    assert listed == sorted(set(listed))


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("index.md", "/"),
        ("about/index.md", "/about/"),
        ("learn/types.md", "/learn/types/"),
        ("samples/http/route.md", "/samples/http/route/"),
    ],
)
def test_a_page_has_an_address(page: str, address: str) -> None:
    assert addresses.of(page) == address


def test_an_update_adds_and_takes_nothing_away(tmp_path: Path) -> None:
    (tmp_path / "docs/learn").mkdir(parents=True)
    (tmp_path / "docs/index.md").write_text("")
    (tmp_path / "docs/learn/new.md").write_text("")
    (tmp_path / "samples/http/route").mkdir(parents=True)
    listed = tmp_path / "addresses.txt"
    listed.write_text("/\n/learn/old/\n")
    added = sorted(["/learn/new/", *addresses.FILES, "/samples/http/route/"])
    assert addresses.update(listed, tmp_path) == added
    assert addresses.published(listed) == sorted([*added, "/", "/learn/old/"])
    assert addresses.update(listed, tmp_path) == []
