"""What the playground ships: the packages that the tests use, byte for byte,
Pyodide's own files, and this tree's modules.

PLAYGROUND_MODULES names the folder that `nox -s tests` installs what comes
from npm into.
"""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from functions_by_example.paths import ROOT
from functions_by_example.playground import build, bundle, library, licences
from functions_by_example.site import playground

Json = Any

ROOT = ROOT
MB = 1_000_000
# The compiled part, which is optional and made for one kind of machine.
LEFT_OUT = {"markupsafe": r"markupsafe/_speedups\..*(so|pyd|c|pyi)$"}


@pytest.fixture(scope="module")
def modules() -> Path:
    named = os.environ.get(playground.MODULES)
    assert named, f"{playground.MODULES} is not set: run `nox -s tests`"
    return Path(named)


@pytest.fixture(scope="module")
def manifest(modules: Path) -> Json:
    return build.build(modules)


@pytest.fixture(scope="module")
def contents(manifest: Json) -> dict[str, bytes]:
    """The files of the built folder, unpacked."""
    return {
        name: gzip.decompress((build.OUT / file["address"]).read_bytes())
        for name, file in manifest["files"].items()
    }


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.endswith("/")
        }


@pytest.mark.parametrize("package", library.PACKAGES)
def test_a_package_is_shipped_byte_for_byte(
    contents: dict[str, bytes], package: str
) -> None:
    """RECORD has the digest of each file of the wheel from PyPI."""
    shipped = unzipped(contents["packages.zip"])
    record = metadata.distribution(package).read_text("RECORD") or ""
    compared = 0
    for name, said, _ in csv.reader(record.splitlines()):
        if not name.endswith((".py", "/METADATA")) or name.startswith(".."):
            continue
        digest = base64.urlsafe_b64encode(
            hashlib.sha256(shipped[name]).digest()
        )
        assert said == "sha256=" + digest.decode().rstrip("="), name
        compared += 1
    assert compared > 2


@pytest.mark.parametrize("package", library.PACKAGES)
def test_nothing_else_of_a_package_is_code(package: str) -> None:
    """Besides markupsafe's compiled part, which is left out."""
    pattern = LEFT_OUT.get(package, "(?!)")
    others = [
        path.as_posix()
        for path in metadata.files(package) or ()
        if path.suffix not in (".py", ".pyc", ".typed", ".md", ".txt", ".rst")
        and ".dist-info/" not in path.as_posix()
        and not re.match(pattern, path.as_posix())
        and not path.as_posix().startswith("werkzeug/debug/shared/")
    ]
    assert others == []


@pytest.mark.parametrize("package", library.PACKAGES)
def test_the_packages_are_those_of_the_lock(package: str) -> None:
    lock = (ROOT / "locks" / "docs.txt").read_text("utf-8")
    assert f"{package}=={metadata.version(package)} " in lock


def test_nothing_but_these_packages_is_shipped(
    contents: dict[str, bytes],
) -> None:
    shipped = unzipped(contents["packages.zip"])
    known = {
        path.as_posix()
        for package in library.PACKAGES
        for path in metadata.files(package) or ()
    }
    assert set(shipped) <= known


def test_the_machinery_is_shipped_as_it_stands(
    contents: dict[str, bytes],
) -> None:
    shipped = unzipped(contents["functions_by_example.zip"])
    assert "functions_by_example/worker/app.py" in shipped
    assert "functions_by_example/check/judging.py" in shipped
    for name, content in shipped.items():
        assert content == (ROOT / name).read_bytes(), name


@pytest.mark.parametrize("name", ["pyodide.asm.js", "pyodide.asm.wasm"])
def test_pyodide_is_shipped_byte_for_byte(
    contents: dict[str, bytes], modules: Path, name: str
) -> None:
    assert contents[name] == (modules / "pyodide" / name).read_bytes()


def stdlib(contents: dict[str, bytes]) -> dict[str, bytes]:
    """The standard library as worker.js puts it together."""
    start, rest = (contents[name] for name in build.STDLIB)
    with zipfile.ZipFile(io.BytesIO(start)) as archive:
        return unzipped(start[: archive.start_dir] + rest)


def test_the_standard_library_is_pyodides(
    contents: dict[str, bytes], modules: Path
) -> None:
    """Each compiled module carries its source's digest."""
    theirs = unzipped((modules / "pyodide/python_stdlib.zip").read_bytes())
    ours = stdlib(contents)
    sources = {n: c for n, c in ours.items() if not n.endswith(".pyc")}
    assert sources == theirs
    for name in set(ours) - set(sources):
        header, source = ours[name][:16], ours[name.removesuffix("c")]
        assert header[:4] == importlib.util.MAGIC_NUMBER, name
        assert header[8:] == importlib.util.source_hash(source), name


def test_what_the_start_imports_comes_first(contents: dict[str, bytes]) -> None:
    names = library.STARTING.read_text("utf-8").split()
    assert names == sorted(set(names))
    shipped = set(unzipped(contents[build.STDLIB[0]]))
    assert {f"{name}c" for name in names} == shipped


def test_a_second_build_is_equal_byte_for_byte(
    manifest: Json, modules: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "functions_by_example.playground.build"]
    subprocess.run(
        [*command, "--modules", modules, "--out", tmp_path / "out"],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        stdout=subprocess.DEVNULL,
    )
    first, second = (
        {path.name: path.read_bytes() for path in folder.iterdir()}
        for folder in (build.OUT, tmp_path / "out")
    )
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def test_a_name_carries_its_contents_digest(manifest: Json) -> None:
    names = [file["address"] for file in manifest["files"].values()]
    for name in [*names, *manifest["entries"].values()]:
        content = (build.OUT / name).read_bytes()
        assert Path(name).stem.endswith(f"-{digest(content)}"), name


def test_so_does_the_name_under_which_a_browser_keeps_it_unpacked(
    manifest: Json, contents: dict[str, bytes]
) -> None:
    for name, file in manifest["files"].items():
        kept = f"unpacked-{name.replace('.', '-')}-{digest(contents[name])}"
        assert file["unpacked"] == f"{kept}.bin"


def test_and_that_of_the_libraries_as_a_browser_compiles_them(
    manifest: Json,
) -> None:
    """That a browser's Python makes what the build has made, the tests in
    Chromium find out."""
    files = manifest["files"].items()
    compiled = {name: f["compiled"] for name, f in files if "compiled" in f}
    assert set(compiled) == set(build.LIBRARIES)
    for name, kept in compiled.items():
        stem = f"compiled-{name.replace('.', '-')}"
        assert re.fullmatch(rf"{stem}-[0-9a-f]{{32}}\.bin", kept)


def test_the_download_is_small(manifest: Json) -> None:
    sizes = {name: file["size"] for name, file in manifest["files"].items()}
    core = ("pyodide.asm.js", "pyodide.asm.wasm", *build.STDLIB)
    pages = sum(
        len(gzip.compress((build.OUT / name).read_bytes()))
        for name in manifest["entries"].values()
    )
    ours = sum(s for name, s in sizes.items() if name not in core) + pages
    assert ours <= 0.6 * MB
    assert sum(sizes.values()) + pages <= 7.5 * MB


def test_a_folder_that_lacks_a_file_is_made_anew(
    manifest: Json, tmp_path: Path
) -> None:
    for path in build.OUT.iterdir():
        (tmp_path / path.name).symlink_to(path)
    assert build.current(tmp_path) == manifest
    (tmp_path / manifest["files"]["worker.js"]["address"]).unlink()
    assert build.current(tmp_path) is None


def test_a_folder_of_other_sources_is_made_anew(
    manifest: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build.current() == manifest
    monkeypatch.setattr(library, "PACKAGES", library.PACKAGES[:-1])
    assert build.current() is None


def test_without_what_comes_from_npm_the_error_says_what_to_do(
    tmp_path: Path,
) -> None:
    with pytest.raises(bundle.BuildError, match="nox -s docs"):
        build.build(tmp_path / "nothing", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_locks_name_no_registry() -> None:
    lock = json.loads((bundle.SCRIPTS / "package-lock.json").read_text("utf-8"))
    named = {name: p for name, p in lock["packages"].items() if name}
    assert named
    for name, package in named.items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name


def test_what_comes_from_npm_is_named_exactly() -> None:
    package = json.loads((bundle.SCRIPTS / "package.json").read_text("utf-8"))
    for name, version in package["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name


def test_the_licences_are_those_of_what_is_shipped(modules: Path) -> None:
    """`python -m functions_by_example.playground.licences` writes them anew."""
    recorded = json.loads(licences.RECORD.read_text("utf-8"))
    assert recorded == licences.collected(modules)


def test_every_package_shipped_has_a_licence_and_its_text() -> None:
    for package in json.loads(licences.RECORD.read_text("utf-8")):
        name = package["name"]
        assert re.fullmatch(r"(MIT|BSD|MPL|PSF)[\w.-]*", package["licence"]), (
            name
        )
        assert package["text"].startswith("https://") or (
            "opyright" in package["text"]
        ), name
        assert package["home"].startswith("https://"), name
