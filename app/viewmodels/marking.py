"""Qt's mark for words that are translated later, with a type.

Owns nothing but the name: translators' tools look for it in the sources, so it cannot be called otherwise.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:

    def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - Qt's name
        """Return text; Qt's own declaration returns an object."""
        return context and text
else:
    from PySide6.QtCore import QT_TRANSLATE_NOOP

__all__ = ["QT_TRANSLATE_NOOP"]
