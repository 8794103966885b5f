"""How many deadline questions a warm calendar answers in a second, on one core: `python tests/bench/bench_calendar.py`.

The questions are those of a desk: a ticket opened at any second of three years, a budget of half an hour to a week, on
the opening hours and holidays of Serveurcom, epoch seconds in and out. businesstimedelta answers a sample of the same
questions where it is installed (it is no dependency), and the two are compared answer by answer. The best of five
rounds counts, since the machine is shared.
"""

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from datetime import time as clock_time
from importlib import import_module
from importlib.util import find_spec

from vigie.calendar import Calendar, CalendarSpec, expand_holidays

QUESTIONS = 100_000
SAMPLE = 300
ROUNDS = 5
AIM = 200_000
"""Questions a second that the product promises itself."""

MORNING, AFTERNOON, FRIDAY_AFTERNOON = "08:30-12:30", "14:00-18:00", "14:00-17:00"
SPEC = CalendarSpec.model_validate(
    {
        "timezone": "Europe/Paris",
        "hours": {day: [MORNING, AFTERNOON] for day in ("mon", "tue", "wed", "thu")}
        | {"fri": [MORNING, FRIDAY_AFTERNOON]},
        "holidays": {"country": "FR"},
    }
)
FROM, TO = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2028, 1, 1, tzinfo=UTC).timestamp())

Question = tuple[int, int]
"""A start in epoch seconds and a budget in seconds."""


def questions(count: int) -> list[Question]:
    chance = random.Random(20260323)
    return [(chance.randrange(FROM, TO), chance.randrange(1800, 39 * 3600)) for _ in range(count)]


def rate(answer: Callable[[int, int], int], asked: list[Question], rounds: int) -> float:
    """Questions a second in the best round."""
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        for start, budget in asked:
            answer(start, budget)
        best = min(best, time.perf_counter() - began)
    return len(asked) / best


def businesstimedelta_answer() -> Callable[[int, int], int]:
    library = import_module("businesstimedelta")
    zone = import_module("pytz").timezone(SPEC.timezone)  # it calls `localize`, which only pytz's zones have
    spans = [([0, 1, 2, 3, 4], MORNING), ([0, 1, 2, 3], AFTERNOON), ([4], FRIDAY_AFTERNOON)]
    rules = [
        library.WorkDayRule(clock_time.fromisoformat(span[:5]), clock_time.fromisoformat(span[6:]), days, tz=zone)
        for days, span in spans
    ]
    closed = library.HolidayRule(set(expand_holidays(SPEC.holidays, range(2025, 2030))), tz=zone)
    hours = library.Rules([*rules, closed])

    def answer(start: int, budget: int) -> int:
        local = datetime.fromtimestamp(start, zone)
        return int((local + library.BusinessTimeDelta(hours, seconds=budget)).timestamp())

    return answer


def main() -> int:
    calendar = Calendar.compile(SPEC)
    asked = questions(QUESTIONS)
    began = time.perf_counter()
    calendar.epoch.add(*asked[0])
    print(f"first question   {(time.perf_counter() - began) * 1e3:10.1f} ms, with the compilation of its year")
    rate(calendar.epoch.add, asked, 1)
    added, counted = rate(calendar.epoch.add, asked, ROUNDS), rate(calendar.epoch.between, _stretches(asked), ROUNDS)
    print(f"add              {added:10,.0f} a second")
    print(f"between          {counted:10,.0f} a second")
    if find_spec("businesstimedelta"):
        theirs = businesstimedelta_answer()
        sample = asked[:SAMPLE]
        other = rate(theirs, sample, 1)
        same = sum(theirs(*question) == calendar.epoch.add(*question) for question in sample)
        print(f"businesstimedelta{other:10,.0f} a second; the same answer to {same} of {SAMPLE} questions")
        print(f"ratio            {added / other:10,.0f}")
    else:
        print("businesstimedelta is not installed, so there is nothing to compare with")
    return 0 if min(added, counted) >= AIM else 1


def _stretches(asked: list[Question]) -> list[Question]:
    return [(start, start + 5 * budget) for start, budget in asked]


if __name__ == "__main__":
    sys.exit(main())
