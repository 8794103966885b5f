"""sla-timer, put together: its core and the parts that every service is made of, nothing else."""

from vigie.io.service import Parts
from vigie_sla_timer.core import core

PARTS = Parts(name="sla-timer", make_core=core, apart=0.02)  # while there is news of a ticket, its deadlines wait
