"""Why policies cannot be used."""

from __future__ import annotations

from collections.abc import Sequence

from vigie.lined_yaml import BadFile


class BadPolicy(Exception):
    """Policy files that cannot be used, with everything that is wrong with them: one ``file:line: field: reason`` each.

    Nothing starts with a policy that is only half understood.
    """

    def __init__(self, problems: Sequence[BadFile]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))
