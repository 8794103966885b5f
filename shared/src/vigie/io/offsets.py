"""Makes aiokafka heed a coordinator that answers with an error where it was asked for committed offsets.

Since version 2 of that answer the error stands beside an empty list of topics. aiokafka (0.14) reads the list only, so
that a group whose coordinator is still loading it, as just after a broker's restart, looks like one that has never
committed anything: it would read its topics from the beginning, thirty days of them, once more. The inbox knows them
all, but until then nothing new is heard.

It replaces a name in an aiokafka module, because the coordinator is made inside the consumer's ``start``. The test
with an answer of that kind says when aiokafka no longer needs it, or no longer has that place.
"""

from __future__ import annotations

from typing import Any

from aiokafka.consumer import consumer
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import NotCoordinatorForGroupError, for_code
from aiokafka.protocol.commit import OffsetFetchRequest


def install() -> None:
    """From now on, in this process, no consumer takes a refusal for an empty answer. To be called once or more."""
    consumer.GroupCoordinator = _Coordinator


class _Coordinator(GroupCoordinator):  # type: ignore[misc]
    """Raises what was answered; aiokafka asks again where that may help."""

    async def _send_req(self, request: Any) -> Any:
        response = await super()._send_req(request)
        if isinstance(request, OffsetFetchRequest) and (code := getattr(response, "error_code", 0)):
            error = for_code(code)
            if error is NotCoordinatorForGroupError:
                self.coordinator_dead()
            raise error(f"the offsets of {self.group_id}")
        return response
