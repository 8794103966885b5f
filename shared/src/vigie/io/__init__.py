"""The cores on PostgreSQL and Kafka: one message, one transaction (docs/architecture.md)."""
