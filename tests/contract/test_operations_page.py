"""Each figure is explained, and no alarm waits for one that nobody tells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from vigie.io.metrics import Metrics

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "vigie.rules.yaml"
NAMES = {f"{metric.name}_total" if metric.type == "counter" else metric.name for metric in Metrics().registry.collect()}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_figure_stands_on_the_page_about_operations(name: str) -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert re.search(rf"`{name}[`{{]", page)


def test_every_alarm_is_about_a_figure_that_is_told() -> None:
    rules = [rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]]
    told = {name for rule in rules for name in re.findall(r"vigie_\w+", rule["expr"])}
    assert {name.removesuffix("_bucket") for name in told} <= NAMES
    assert len(rules) == 17
