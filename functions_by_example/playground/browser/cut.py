"""An answer of a size that a page can show."""

from __future__ import annotations

from typing import cast

# What is shown of one text, and of all texts of one answer.
LONGEST_TEXT = 100_000
LONGEST_ANSWER = 1_000_000
SHORT = 100  # is never cut
DEEPEST = 100  # levels of lists and objects


def cut[T](answer: T, notes: list[str]) -> T:
    """The same JSON, with texts and lists that are too long to show cut, and
    what is nested too deep left out; a note of each."""
    left = LONGEST_ANSWER

    def part_of(part: object, where: tuple[str, ...], level: int = 0) -> object:
        nonlocal left
        name = ".".join(where[-2:])
        if isinstance(part, str):
            longest = max(min(LONGEST_TEXT, left), SHORT)
            left -= min(len(part), longest)
            if len(part) > longest:
                notes.append(
                    f"{name} has {len(part):,} characters, of which the "
                    f"first {longest:,} are shown"
                )
            return part[:longest]
        if isinstance(part, list | dict) and level > DEEPEST:
            notes.append(f"{name} is shown to a depth of {DEEPEST} levels")
            return None
        if isinstance(part, list):
            kept: list[object] = []
            for item in part:
                if left <= 0:
                    notes.append(
                        f"{name} has {len(part):,} entries, of which the "
                        f"first {len(kept):,} are shown"
                    )
                    break
                left -= SHORT
                kept.append(part_of(item, where, level + 1))
            return kept
        if isinstance(part, dict):
            return {
                key: part_of(value, (*where, key), level + 1)
                for key, value in part.items()
            }
        return part

    return cast(T, part_of(answer, ()))
