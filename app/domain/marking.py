"""The mark for words that are translated where they are said.

Owns nothing but the name: translators' tools look for it in the sources, so it cannot be called otherwise. Must not
know Qt, so that facts below the view-models can carry the words for them.
"""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - Qt's name
    """Return text, which translators find under context."""
    del context  # for translators' tools only
    return text
