"""The text that the well-behaved server writes, cut into tokens."""

import re

TEXT = """\
The ferry left the quay a little after nine, later than the timetable promised and earlier than anyone had hoped. \
Mira stood at the rail with her collar up and watched the town grow small: first the lamps went, then the windows, \
then the long grey roof of the fish market, until only the clock tower was left, a pencil line on the sky.

"You could have stayed," said the man beside her. He had a basket of lemons between his feet and spoke as if they had \
been talking for hours. "Nobody would have minded. They were naïve, but they were kind."

"I know," she said. "That was the trouble."

The wind turned. Somewhere below them a radio gave the weather, and a child repeated it, half a beat behind: \
今天夜里多云，海上有小雨，早晨转晴。 A wave lifted the bow and let it go again 🌊. The lemons rolled to one side \
of the basket, thought better of it, and rolled back.

On the other shore there would be three things waiting: a key under a flower pot, a letter she did not intend to read, \
and a dog — if the dog was still alive. She counted them off on her fingers, as one counts money, and found that she \
was not afraid of any of them.

"""


def tokens_of(text: str) -> tuple[str, ...]:
    """Cut text as a tokenizer might: words with the space before them, marks, line ends, single Chinese characters."""
    return tuple(re.findall(r" ?[A-Za-zÀ-ÿ]+|\n+|[ -~]|[^\x00-\xff]|.", text))


WORDS = tokens_of(TEXT)
