"""What a desk promises, as a file that people write, check and read back.

:func:`load_policies` reads a folder of them into :class:`Policies`; a :class:`Policy` is one version, compiled for the
cores; :func:`pin` and :func:`from_pin` keep one for ever.
"""

from vigie.policy.commitment import Commitment, Rung, Scope
from vigie.policy.compile import compile_policy
from vigie.policy.errors import BadPolicy
from vigie.policy.loader import load_policies, load_policy, policy_files
from vigie.policy.pin import PolicyPin, from_pin, pin, tz_release
from vigie.policy.policies import Policies
from vigie.policy.policy import MailRule, Policy, Recipient
from vigie.policy.procedure import OnCall
from vigie.policy.schema import policy_schema
from vigie.policy.targets import DaysTarget, HoursTarget, Target

__all__ = [
    "BadPolicy",
    "Commitment",
    "DaysTarget",
    "HoursTarget",
    "MailRule",
    "OnCall",
    "Policies",
    "Policy",
    "PolicyPin",
    "Recipient",
    "Rung",
    "Scope",
    "Target",
    "compile_policy",
    "from_pin",
    "load_policies",
    "load_policy",
    "pin",
    "policy_files",
    "policy_schema",
    "tz_release",
]
