"""``vigie doctor``: looks at all that a deployment needs, changes nothing, and says what to do about what is wrong."""
