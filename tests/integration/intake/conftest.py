"""Fixtures of intake's tests; see front_desk.py."""

from integration.intake.front_desk import empty_desk, front_desk

__all__ = ["empty_desk", "front_desk"]
