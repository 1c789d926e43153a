"""Facts about a prompt that a writer should be told before it is sent.

Must not change a prompt: what was typed is what is sent (Q11).
"""

_BLANKS = " \t\u00a0\u2002\u2003\u2009\u3000"


def has_trailing_blank(prompt: str) -> bool:
    """Tell whether prompt ends in a space or tab, which usually spoils the next token (Q11).

    Tokens begin with their space, so a model that finds one already there has to go on with a rare token. A line break
    at the end is meant and does no harm.
    """
    return prompt.endswith(tuple(_BLANKS)) and not prompt.isspace()
