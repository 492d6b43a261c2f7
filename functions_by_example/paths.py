"""Where the files of this checkout are, and every module of a folder.

An installed package has its own folder and DATA only; the others are there
in a checkout.
"""

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).parent
DATA = PACKAGE / "data"
ROOT = PACKAGE.parent
DOCS = ROOT / "docs"
SAMPLES = ROOT / "samples"
TESTS = ROOT / "tests"


def import_all(package: ModuleType) -> None:
    """Import every module of a folder, so that what registers itself there by
    a decorator is known. The only import by name."""
    for found in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{found.name}")
