"""Published addresses and redirects."""

from pathlib import Path

import pytest

from functions_by_example.sample.read import SampleError
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


def test_a_redirect_leads_to_the_page() -> None:
    table = {"/learn/old/": "/fix/new/", "/gone/": "/"}
    made = addresses.redirects(table, ["/fix/new/", "/"], "")
    assert set(made) == {"learn/old/index.html", "gone/index.html"}
    html = made["learn/old/index.html"]
    assert '<a href="../../fix/new/">' in html
    assert 'content="0; url=../../fix/new/"' in html
    assert '<a href="../">' in made["gone/index.html"]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("/old/", "/nowhere/", "redirects /old/ to /nowhere/, which is no"),
        ("/page/", "/", "redirects /page/, which is a page"),
        ("/old", "/page/", "redirects /old, which is no address"),
        ("old/", "/page/", "redirects old/, which is no address"),
    ],
)
def test_a_bad_redirect_is_reported(old: str, new: str, what: str) -> None:
    config = f"extra:\n  redirects:\n    {old}: {new}\n"
    with pytest.raises(SampleError) as caught:
        addresses.redirects({old: new}, ["/page/", "/"], config)
    assert str(caught.value).startswith(f"mkdocs.yml:3: {what}")
