"""What is said: events, their envelope, their identities, the topics. Pure, and the same for every service."""
