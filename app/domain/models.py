"""A model as a server lists it.

Must not know wire shapes.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One entry of a server's model list; only `id` is sure, and being listed proves nothing (protocol 7, Q28).

    `shutdown_date` is the server's own text, "" where it announces none.
    """

    id: str
    owner: str = ""
    shutdown_date: str = ""
