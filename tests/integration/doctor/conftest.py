"""What these tests may ask for."""

from support.store import store

__all__ = ["store"]
