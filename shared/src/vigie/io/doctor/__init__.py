"""``vigie doctor``: looks at all that a deployment needs, changes nothing, and says what to do about what is wrong."""

from vigie.io.doctor.examination import examine
from vigie.io.doctor.findings import Finding, Verdict

__all__ = ["Finding", "Verdict", "examine"]
