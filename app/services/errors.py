"""The errors of the built-in model.

    ExpectedError
    └─ LocalModelError
       ├─ ModelMissingError     the engine or the model file is not installed, or the user's own file is gone
       └─ ModelFailedError      the engine did not start, or could not load the file

Must not know how an error is worded for people: that is `app.viewmodels.texts` and `app.services.explain`.
"""

from app.domain.errors import ExpectedError


class LocalModelError(ExpectedError):
    """Anything that keeps the built-in model from answering."""


class ModelMissingError(LocalModelError):
    """The built-in model is not installed; the message says how to add it."""


class ModelFailedError(LocalModelError):
    """The built-in model is there and did not start; `detail` holds the engine's last words."""
