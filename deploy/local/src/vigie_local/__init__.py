"""The embedded stack: a real PostgreSQL, Kafka and mail server and the four services, on one machine.

`vigie up` is for people who try Vigie or work on it, and for its tests; no service's image contains this package.
Public are the command (`vigie_local.cli:app`) and, for tests and the demonstration, what `up --json` prints.
"""
