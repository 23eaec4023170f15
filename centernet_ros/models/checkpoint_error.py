"""The error of checkpoints."""


class CheckpointError(Exception):
    """A checkpoint that cannot be used; the message names the file and what was expected."""
