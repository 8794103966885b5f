"""The mail server, and what hands it the mails that were written down."""
