"""Escalation, put together: its core and the parts that every service is made of, nothing else."""

from vigie.io.service import Parts
from vigie_escalation.core import core

PARTS = Parts(name="escalation", make_core=core)
