"""Where the files of this checkout are.

An installed package has its own folder and DATA only; the others are there
in a checkout.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent
DATA = PACKAGE / "data"
ROOT = PACKAGE.parent
DOCS = ROOT / "docs"
SAMPLES = ROOT / "samples"
TESTS = ROOT / "tests"
