"""What a person typed wrong."""


class BadInput(Exception):  # noqa: N818 - it names what is wrong, not that something is
    """Input that can't be used: one line that names the thing and says what to do."""
