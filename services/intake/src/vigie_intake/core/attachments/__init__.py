"""Files that belong to a ticket: what is accepted, what they are called, and what it means that one has come."""

from __future__ import annotations

from vigie_intake.core.attachments.adding import attach
from vigie_intake.core.attachments.kinds import HEAD_BYTES, KINDS, Kind, judge, still
from vigie_intake.core.attachments.names import safe_name

__all__ = ["HEAD_BYTES", "KINDS", "Kind", "attach", "judge", "safe_name", "still"]
