"""What a desk has done, in figures: pure functions of the recorded events and the policies that they happened under.

A figure counts what happened inside its period, and nothing that happened after it: asked again later, it says the same
unless somebody has learned of something late.
"""

from vigie_intake.core.figures.period import Period
from vigie_intake.core.figures.report import Report, report
from vigie_intake.core.figures.stories import Happened, Story, stories

__all__ = ["Happened", "Period", "Report", "Story", "report", "stories"]
