"""A policy that says everything that a policy can say."""

FULL_POLICY = """\
policy: full
version: 1
effective_from: 2026-01-01
title: Le service
languages: [fr, en]
calendars:
  office:
    timezone: Europe/Paris
    hours: {mon: ["09:00-12:00"], tue: ["09:00-12:00"]}
    holidays: {country: FR, subdivision: "57", yearly: ["12-24"], dates: [2026-05-15], open: [2026-05-25]}
  always: {timezone: Europe/Paris, hours: always, holidays: {country: FR}}
days: {jours_ouvrables: [mon, tue, wed, thu, fri, sat], jours_ouvres: office}
customer_hours: office
priorities:
  low: {labels: {fr: Faible, en: Low}, aliases: [Mineure], definition: {fr: [Sans gêne], en: [No trouble]}}
  high: {labels: {fr: Élevée, en: High}}
kinds:
  technical: {labels: {fr: Technique, en: Technical}, aliases: [Panne], priority: low}
  commercial: {labels: {fr: Commerciale, en: Commercial}}
services: [Téléphonie, Fibre]
reasons: [Panne]
project_files: [amd, ard]
queue: {order: [maintained, priority, deadline]}
technicians:
  - {id: amelie, kinds: [technical], services: [Fibre]}
  - {id: bruno}
calls_back: until_reached
weekly_list: {on: mon, at: "09:00"}
commitments:
  take_charge:
    labels: {fr: Prise en charge, en: Taking in charge}
    from: TicketOpened
    until: TicketTakenInCharge
    applies_to: {kinds: [technical], contract: {maintained: true}}
    pauses: waiting_for_customer
    targets: {low: {within: 4h, calendar: office}, high: {within: 45m, calendar: always}}
  call_back:
    labels: {fr: Rappel, en: Call back}
    from: ContactAttempted
    when: {outcome: voicemail, outside: customer_hours}
    until: ContactAttempted
    targets: {any: {within: 1 jours_ouvres}}
warnings: {before: 25%}
escalation:
  levels: {N1: {labels: {fr: Niveau 1, en: Level 1}}, N2: {labels: {fr: Niveau 2, en: Level 2}}}
  on_miss: {kinds: [technical], high: {N1: 15m, N2: 30m}}
  on_unresolved: [N1, N2]
  on_bug: {calls: N2, except: [misuse]}
  by_hand: {requires: commitment_exceeded}
  informs:
    N1: [{name: Anne, email: anne@desk.example, language: fr}]
on_call:
  outside: office
  requires: [ticket_number]
  covers: {contract: on_call, services: [Fibre]}
  informs: [{name: Paul, email: paul@desk.example, language: fr}]
admission:
  - refuse: no_maintenance_contract
    kinds: [technical]
    contract: {maintained: false}
    services: [Fibre]
    channels: [portal]
closure:
  solved: at_once
  files_requested: at_once
  no_answer: {after: 3 jours_ouvres}
  no_contact: {attempts: 3, within: 2 jours_ouvrables}
price_accepted_before:
  - {acts: [end_intervention], modes: [on_site], applies_to: {kinds: [technical], contract: {maintained: false}}}
notifications:
  from: support@desk.example
  within: 24h
  desk: [{name: Rose, email: rose@desk.example, language: fr}]
  rules: [{on: TicketOpened, to: contact, template: ticket_opened}]
  advice: {ticket_opened: {fr: Redémarrez votre box., en: Restart your box.}}
billing:
  minimum: 15m
  minimum_without_remote_tool: 1h
  factors: {immediate: 3}
  contract_factors: {unsupported: {factor: 1.5, contract: {sla: false}}}
  phases: [reading, filing]
"""
