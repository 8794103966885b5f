"""The Atelier: a desk with every rule that a procedure can have, written for tests. Paris, Monday to Friday.

No other desk's policy is needed to test a rule, so that a support manager's change breaks no test of ours.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from support.promises import paris
from vigie.contracts.requests import Contact
from vigie.contracts.terms import ContractTerms
from vigie.contracts.tickets import Asked, TicketOpened
from vigie.policy import Policies, Policy, compile_policy

TICKET = UUID("01960000-0000-7000-8000-0000000000a7")
ABOUT: dict[str, Any] = {"ticket_id": TICKET, "number": "T-1001", "desk": "atelier"}
JEANNE = Contact(name="Jeanne Martin", email="jeanne@acme.example")

ATELIER: Policy = compile_policy(
    b"""
policy: atelier
version: 1
effective_from: 2026-01-01
languages: [fr]
calendars:
  office:
    timezone: Europe/Paris
    hours:
      mon: ["09:00-17:00"]
      tue: ["09:00-17:00"]
      wed: ["09:00-17:00"]
      thu: ["09:00-17:00"]
      fri: ["09:00-16:00"]
    holidays: {country: FR}
days: {jours_ouvres: office, jours_ouvrables: [mon, tue, wed, thu, fri, sat]}
customer_hours: office
priorities: [normal, urgent]
kinds: {repair: {}, advice: {priority: normal}}
services: [Lathe, Garden]
commitments:
  take_charge:
    from: TicketOpened
    until: TicketTakenInCharge
    targets: {any: {within: 15 jours_ouvrables}}
  call_back:
    from: ContactAttempted
    when: {outcome: voicemail, outside: customer_hours}
    until: ContactAttempted
    targets: {any: {within: 1 jours_ouvres}}
  on_site:
    from: OnSitePlanned
    until: ArrivedOnSite
    applies_to: {contract: {maintained: true}}
    targets: {normal: {within: 16h, calendar: office}, urgent: {within: 4h, calendar: office}}
warnings: {before: 25%}
escalation:
  levels: [N2, vendor, R&D]
  on_unresolved: [N2, vendor]
  on_bug: {calls: R&D, except: [misuse]}
admission:
  - {refuse: no_maintenance_contract, kinds: [repair], contract: {maintained: false}}
  - {refuse: out_of_scope, services: [Garden]}
closure:
  solved: at_once
  files_requested: at_once
  no_answer: {after: 3 jours_ouvres}
  no_contact: {attempts: 3, within: 2 jours_ouvrables}
price_accepted_before:
  - {acts: [plan_on_site], applies_to: {contract: {sla: true}}}
  - {acts: [end_intervention], modes: [on_site], applies_to: {contract: {sla: true}}}
billing: {minimum: 15m, minimum_without_remote_tool: 60m, factors: {immediate: 3, out_of_hours: 2}, phases: [reading],
          contract_factors: {unsupported: {factor: 1.5, contract: {sla: false}}}}
"""
)
POLICIES = Policies([ATELIER])


def opened(at: str = "2026-03-23 10:00", **contract: Any) -> TicketOpened:
    """A repair that was asked for at that time in Paris; a Monday morning when nothing else is said."""
    return TicketOpened(
        **ABOUT,
        opened_at=paris(at),
        channel="phone",
        customer="acme",
        kind="repair",
        service=None,
        reason=None,
        priority="normal",
        language="fr",
        contract=ContractTerms(**contract),
        policy="atelier",
        policy_version=1,
        policy_hash=ATELIER.hash,
        personal=Asked(contact=JEANNE, subject="Lathe"),
    )
