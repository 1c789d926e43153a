"""The root of everything that can go wrong without being a bug.

Owns the base class only; each layer hangs its own branch below it (`app.api.errors` draws the largest). Must not know
how an error is worded for people: that is `app.services.problems`.
"""


class ExpectedError(Exception):
    """Something that happens to users and is shown where it happened, with a remedy.

    `detail` is the raw answer or system message, at most 2 KB, shown only behind Details; it never holds a key.
    """

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail[:2048]
