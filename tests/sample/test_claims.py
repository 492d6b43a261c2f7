"""What is wrong with a claims.toml is a problem, with its line."""

from pathlib import Path

import pytest

from functions_by_example.sample import claims
from functions_by_example.sample.read import SampleError

WRONG = {
    "no tables": ("claim = 1\n", 1, "has no [[claim]]"),
    "one table": ('[claim]\nsays = "x"\nerror = "y"\n', 1, "has no [[claim]]"),
    "no TOML": ("[[claim]\n", 1, "is not TOML"),
    "another key": ("[[claim]]\nsay = 1\n", 1, "unknown key 'say'"),
    "cases of numbers": (
        '[[claim]]  # y\nsays = "x"\nevent = "e"\nlogs = ["y"]\ncases = [1]\n',
        1,
        "'cases' are texts",
    ),
    "no pattern": (
        '\n[[ claim ]]\nsays = "x"\nevent = "e"\nlogs = ["y"]\nspans = "("\n',
        2,
        "'spans' is no pattern",
    ),
    "nothing that can fail": (
        '[[claim]]\nsays = "x"\nevent = "e"\ngives = {}\n',
        1,
        "'gives' is empty",
    ),
    "nothing that is sent": (
        '[[claim]]\nsays = "x"\nlacks = ["a.b"]\n',
        1,
        "sends nothing",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_claims_has_its_line(
    name: str, tmp_path: Path
) -> None:
    text, line, what = WRONG[name]
    (tmp_path / claims.CLAIMS).write_text(text)
    with pytest.raises(SampleError) as caught:
        claims.read(tmp_path)
    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == (claims.CLAIMS, line)
    assert what in str(caught.value)


def test_claims_may_be_written_with_a_comment(tmp_path: Path) -> None:
    text = '[[claim]]  # why\nsays = "x"\nevent = "e"\nlogs = ["y"]\n'
    (tmp_path / claims.CLAIMS).write_text(text)
    (claim,) = claims.read(tmp_path)
    assert claim.line == 1
