"""The judge of a run, judged: each invariant is green on a run as it must be, and red on its own defect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from support.chaos.handmade import TICKET, whole_story
from support.chaos.model import INVARIANTS, judge
from support.chaos.recording import Done, Mail, Reading, Record, Recording, TurnedAway, Wanted

ONCE = "every accepted request exists once"
ORDER = "versions gapless and in order on every topic"
PUBLISHED = "what is stored is published, and nothing else"
CHAINS = "hash chains whole"
CAUSES = "nothing recorded before its cause"
MISSES = "a miss once, never before its time"
PROMISES = "promises judged as arithmetic says"
RUNGS = "each rung of each commitment once"
MAILS = "each mail at least once"
COPIES = "a second copy only after a crash or a cut"
STUCK = "no partition stuck"
LEFT = "nothing parked or waiting for ever"
DEAD = "no dead letter without a cause"


def red(run: Recording) -> set[str]:
    """The invariants that do not hold."""
    return {name for name, finding in judge(run).items() if finding.violations}


def find(run: Recording, name: str, number: int = 0) -> Record:
    return [
        one
        for one in run.records
        if one.topic.startswith("vigie.") and "ce_type" in one.attributes and one.name == name
    ][number]


def swap(run: Recording, old: Record, new: Record) -> None:
    run.records[run.records.index(old)] = new


def with_header(record: Record, name: str, text: str) -> Record:
    return replace(
        record, headers=tuple((key, text.encode() if key == name else value) for key, value in record.headers)
    )


def with_words(record: Record, old: str, new: str) -> Record:
    assert old.encode() in (record.value or b"")
    return replace(record, value=(record.value or b"").replace(old.encode(), new.encode()))


def test_a_run_as_it_must_be_is_green_in_every_respect() -> None:
    assert red(whole_story()) == set()


def test_every_invariant_looks_at_something() -> None:
    assert [name for name, finding in judge(whole_story()).items() if not finding.checked] == []


def test_every_invariant_is_seen_red_below() -> None:
    assert {invariant for _, invariant, _ in DEFECTS} == set(INVARIANTS)


def accepted_and_lost(run: Recording) -> None:
    run.accepted.append(Wanted("chaos-000009", "TicketOpened"))


def opened_twice(run: Recording) -> None:
    first = find(run, "TicketOpened")
    again = with_header(with_header(first, "ce_subject", "another"), "ce_stream", "ticket-another")
    run.records.append(with_header(again, "ce_id", "another"))


def opened_for_nobody(run: Recording) -> None:
    swap(run, find(run, "TicketOpened"), with_words(find(run, "TicketOpened"), "chaos-000001", "chaos-000007"))


def answered_as_another_ticket(run: Recording) -> None:
    run.accepted[0] = replace(run.accepted[0], ticket="another")


def a_version_was_skipped(run: Recording) -> None:
    run.records.remove(find(run, "FactLearned", 1))


def versions_changed_places(run: Recording) -> None:
    first, second = (run.records.index(find(run, "FactLearned", number)) for number in (1, 2))
    run.records[first], run.records[second] = run.records[second], run.records[first]


def published_again_with_other_bytes(run: Recording) -> None:
    run.records.append(with_words(find(run, "TicketResolved"), "chaos-000003", "chaos-000003 !"))


def stored_and_never_published(run: Recording) -> None:
    run.records.remove(find(run, "TicketResolved"))


def published_and_never_stored(run: Recording) -> None:
    run.stored = [one for one in run.stored if one.type != "vigie.TicketResolved.v1"]


def a_fact_was_changed(run: Recording) -> None:
    run.stored[4] = replace(run.stored[4], facts=run.stored[4].facts.replace(b"21:30", b"21:31"))


def an_event_was_taken_out(run: Recording) -> None:
    del run.stored[2]


def other_words_stand_where_personal_ones_were(run: Recording) -> None:
    run.stored[0] = replace(run.stored[0], personal=b'{"subject": "Rien"}')


def recorded_before_it_happened(run: Recording) -> None:
    run.stored[5] = replace(run.stored[5], recorded_at=run.stored[5].occurred_at - timedelta(seconds=1))


def recorded_before_its_cause(run: Recording) -> None:
    """Between the instant that both happened at and the one at which the cause was written."""
    run.stored[6] = replace(run.stored[6], recorded_at=run.stored[6].occurred_at + timedelta(seconds=1))


def recorded_before_it_was_due(run: Recording) -> None:
    early = with_header(find(run, "DeadlineMissed"), "ce_recordedtime", "2026-03-23T21:29:00Z")
    swap(run, find(run, "DeadlineMissed"), early)


def missed_twice(run: Recording) -> None:
    run.records.append(with_header(find(run, "DeadlineMissed"), "ce_sequence", "99"))


def missed_at_another_instant(run: Recording) -> None:
    wrong = with_header(find(run, "DeadlineMissed"), "ce_time", "2026-03-23T21:31:00Z")
    swap(run, find(run, "DeadlineMissed"), wrong)


def a_miss_that_nobody_noticed(run: Recording) -> None:
    run.records.remove(find(run, "DeadlineMissed"))


def a_kept_promise_called_missed(run: Recording) -> None:
    wrong = with_words(find(run, "DeadlineMissed"), "take_charge", "resolution")
    run.records.append(with_header(wrong, "ce_time", "2026-03-24T01:00:00Z"))


def a_promise_without_an_end(run: Recording) -> None:
    run.records.remove(find(run, "ClockMet", 1))


def late_said_to_be_in_time(run: Recording) -> None:
    swap(run, find(run, "ClockMet"), with_words(find(run, "ClockMet"), '"late": true', '"late": false'))


def a_level_called_twice(run: Recording) -> None:
    run.records.append(with_header(find(run, "EscalationRaised"), "ce_sequence", "99"))


def a_level_never_called(run: Recording) -> None:
    run.records.remove(find(run, "EscalationRaised"))


def a_level_called_without_a_reason(run: Recording) -> None:
    run.records.append(with_words(find(run, "EscalationRaised"), '"N1"', '"N2"'))


def a_level_called_at_another_instant(run: Recording) -> None:
    swap(
        run,
        find(run, "EscalationRaised"),
        with_header(find(run, "EscalationRaised"), "ce_time", "2026-03-23T21:46:00Z"),
    )


def a_level_never_told_that_it_is_over(run: Recording) -> None:
    run.records.remove(find(run, "EscalationStoodDown"))


def a_mail_nobody_wrote(run: Recording) -> None:
    run.records.remove(find(run, "NotificationRequested", 2))


def a_mail_said_to_be_sent_that_never_came(run: Recording) -> None:
    del run.mails[1]


def a_mail_given_up_that_nobody_refused(run: Recording) -> None:
    sent = find(run, "NotificationSent", 1)
    swap(run, sent, with_header(sent, "ce_type", "vigie.NotificationFailed.v1"))


def a_mail_without_an_end(run: Recording) -> None:
    run.records.remove(find(run, "NotificationSent", 1))


def a_mail_that_was_skipped(run: Recording) -> None:
    skipped = with_words(find(run, "NotificationRequested"), '"message_id"', '"reason": "too_old", "message_id"')
    run.records.append(with_header(skipped, "ce_type", "vigie.NotificationSkipped.v1"))


def a_mail_that_came_twice(run: Recording) -> None:
    run.mails.append(replace(run.mails[0], taken_at=11.0))


def copies_that_differ(run: Recording) -> None:
    run.mails[0] = replace(run.mails[0], acknowledged=False)
    run.mails.insert(1, replace(run.mails[0], content="other", taken_at=11.0))
    run.records.append(with_header(find(run, "NotificationAttempted"), "ce_sequence", "99"))


def a_copy_without_a_cause(run: Recording) -> None:
    run.mails.insert(1, replace(run.mails[0], taken_at=11.0))
    _attempted_again_before_its_outcome(run)


def a_copy_and_a_crash_that_was_over(run: Recording) -> None:
    a_copy_without_a_cause(run)
    run.faults.append(Done("service killed", "notifier-1", begun=5.0, ended=9.0))


def attempted_after_its_outcome(run: Recording) -> None:
    run.records.append(with_header(find(run, "NotificationAttempted"), "ce_sequence", "99"))


def a_mail_that_was_never_attempted(run: Recording) -> None:
    run.mails.append(Mail("stranger@vigie.example", "a@b.example", "…", 50.0, True))


def a_group_that_stands_still(run: Recording) -> None:
    run.readings.append(Reading("notifier", "vigie.tickets.v1", 7, committed=4, end=9))


def an_event_that_was_not_heard(run: Recording) -> None:
    run.unheard["notifier of intake"] = 1


def a_record_that_waits(run: Recording) -> None:
    run.left["escalation.parked"] = 1


def a_dead_letter_without_a_cause(run: Recording) -> None:
    run.dead_letters.append(("notifier", "{} (KeyError)"))


def a_poison_record_that_vanished(run: Recording) -> None:
    run.dead_letters.clear()


def a_dead_letter_nobody_was_told_of(run: Recording) -> None:
    run.records = [one for one in run.records if not one.topic.endswith("dlq.v1")]


def _attempted_again_before_its_outcome(run: Recording) -> None:
    again = with_header(find(run, "NotificationAttempted"), "ce_sequence", "99")
    run.records.insert(run.records.index(find(run, "NotificationSent")), again)


DEFECTS: tuple[tuple[Callable[[Recording], None], str, str], ...] = (
    (accepted_and_lost, ONCE, "chaos-000009: TicketOpened happened 0 times"),
    (opened_twice, ONCE, "chaos-000001: TicketOpened happened 2 times"),
    (opened_for_nobody, ONCE, f"the ticket {TICKET} was wanted by nobody"),
    (answered_as_another_ticket, ONCE, f"chaos-000001: answered as another, it is {TICKET}"),
    (a_version_was_skipped, ORDER, f"vigie.sla.v1 promises-{TICKET}: [1, 2, 3, 4, 5, 7, 8, 9]"),
    (versions_changed_places, ORDER, f"vigie.sla.v1 promises-{TICKET}: [1, 2, 3, 4, 5, 8, 7, 6, 9]"),
    (published_again_with_other_bytes, ORDER, "was published 2 times, differently"),
    (stored_and_never_published, PUBLISHED, "is not on the topic as it is in the store"),
    (published_and_never_stored, PUBLISHED, "is not on the topic as it is in the store"),
    (a_fact_was_changed, CHAINS, f"sla-timer promises-{TICKET}: the chain breaks at version 4"),
    (an_event_was_taken_out, CHAINS, f"sla-timer promises-{TICKET}: the chain breaks at version 3"),
    (other_words_stand_where_personal_ones_were, CHAINS, "version 1 has other personal words"),
    (recorded_before_it_happened, CAUSES, f"sla-timer promises-{TICKET} version 5 (vigie.OverrunReached.v1)"),
    (recorded_before_its_cause, CAUSES, "recorded 2026-03-23 21:45:01+00:00: its cause 2026-03-23 21:45:02+00:00"),
    (recorded_before_it_was_due, MISSES, "recorded 2026-03-23 21:29:00+00:00"),
    (missed_twice, MISSES, "was missed 2 times"),
    (missed_at_another_instant, PROMISES, "was missed at 2026-03-23 21:31:00+00:00"),
    (a_miss_that_nobody_noticed, PROMISES, "0 misses, 0 taken back"),
    (a_kept_promise_called_missed, PROMISES, "1 misses, 0 taken back"),
    (a_promise_without_an_end, PROMISES, "was neither met nor cancelled"),
    (late_said_to_be_in_time, PROMISES, "is said to be in time"),
    (a_level_called_twice, RUNGS, "N1 was called 2 times"),
    (a_level_never_called, RUNGS, "N1 was never called"),
    (a_level_called_without_a_reason, RUNGS, "N2 was called without a reason"),
    (a_level_called_at_another_instant, RUNGS, "N1 was called at 2026-03-23 21:46:00+00:00"),
    (a_level_never_told_that_it_is_over, RUNGS, "N1 was never told that it is over"),
    (a_mail_nobody_wrote, MAILS, "0 mails, not 1"),
    (a_mail_said_to_be_sent_that_never_came, MAILS, "is said to be sent and was never taken"),
    (a_mail_given_up_that_nobody_refused, MAILS, "was given up, and nobody had refused it"),
    (a_mail_without_an_end, MAILS, "ended as nothing"),
    (a_mail_that_was_skipped, MAILS, "was skipped: too_old"),
    (a_mail_that_came_twice, COPIES, "2 copies of 1 attempts"),
    (copies_that_differ, COPIES, "its copies differ"),
    (a_copy_without_a_cause, COPIES, "a second copy without a crash or a cut"),
    (a_copy_and_a_crash_that_was_over, COPIES, "a second copy without a crash or a cut"),
    (attempted_after_its_outcome, COPIES, "was attempted after its outcome was known"),
    (a_mail_that_was_never_attempted, COPIES, "1 copies of 0 attempts"),
    (a_group_that_stands_still, STUCK, "notifier: vigie.tickets.v1-7 stands at 4 of 9"),
    (an_event_that_was_not_heard, STUCK, "notifier of intake: 1 events were not applied"),
    (a_record_that_waits, LEFT, "escalation.parked still has 1 rows"),
    (a_dead_letter_without_a_cause, DEAD, "notifier: a dead letter without a cause: {} (KeyError)"),
    (a_poison_record_that_vanished, DEAD, "chaos-000004 is 0 dead letters"),
    (a_dead_letter_nobody_was_told_of, DEAD, "chaos-000004 is on the dead letter topic 0 times"),
)


@pytest.mark.parametrize(("spoil", "invariant", "said"), DEFECTS, ids=[spoil.__name__ for spoil, _, _ in DEFECTS])
def test_a_defect_turns_its_invariant_red(spoil: Callable[[Recording], None], invariant: str, said: str) -> None:
    run = whole_story()
    spoil(run)
    assert any(said in violation for violation in judge(run)[invariant].violations), judge(run)[invariant]


def test_a_byte_identical_repeat_is_counted_and_nothing_more() -> None:
    run = whole_story()
    run.records.append(find(run, "TicketOpened"))
    assert red(run) == set()
    assert judge(run)[ORDER].counted == {"repeats": 1}


def test_a_second_copy_is_allowed_where_the_mail_server_cut_the_line() -> None:
    run = whole_story()
    a_copy_without_a_cause(run)
    run.mails[0] = replace(run.mails[0], acknowledged=False)
    assert red(run) - {ORDER, PUBLISHED} == set()


def test_a_second_copy_is_allowed_where_the_notifier_was_killed_in_between() -> None:
    run = whole_story()
    a_copy_without_a_cause(run)
    run.faults.append(Done("service killed", "notifier-1", begun=10.5, ended=10.6))
    assert red(run) - {ORDER, PUBLISHED} == set()


def test_a_mail_that_was_refused_for_good_need_not_arrive() -> None:
    run = whole_story()
    a_mail_given_up_that_nobody_refused(run)
    del run.mails[1]
    run.turned_away.append(TurnedAway("n1@serveurcom.example", 550, 19.0))
    assert MAILS not in red(run)


def test_a_level_called_before_the_news_came_is_counted_where_it_was_told_that_it_is_over() -> None:
    """The deed was done at 21:40 and heard of after N1 had been called."""
    run = whole_story()
    deed = find(run, "TicketTakenInCharge")
    swap(run, deed, with_header(deed, "ce_time", "2026-03-23T21:40:00Z"))
    assert RUNGS not in red(run)
    assert judge(run)[RUNGS].counted["raised before the news came"] == 1


def test_a_miss_that_was_taken_back_is_no_miss() -> None:
    """The deed was done at 21:20 and heard of at 21:50."""
    run = whole_story()
    deed = find(run, "TicketTakenInCharge")
    swap(run, deed, with_header(deed, "ce_time", "2026-03-23T21:20:00Z"))
    assert PROMISES in red(run)
    met = find(run, "ClockMet")
    swap(run, met, with_words(met, '"late": true', '"late": false'))
    run.records.append(with_header(find(run, "DeadlineMissed"), "ce_type", "vigie.MissRetracted.v1"))
    assert PROMISES not in red(run)


def test_hand_arithmetic_counts_a_rung_that_is_reached_at_the_very_instant_of_the_deed() -> None:
    run = whole_story()
    deed = find(run, "TicketTakenInCharge")
    swap(run, deed, with_header(deed, "ce_time", "2026-03-23T21:45:00Z"))
    assert RUNGS not in red(run)
