"""The second front end: what `quillpane` does in a terminal, over the same services as the window.

Must not know Qt. What is slow to import comes after the arguments have been read.
"""

from app.cli.arguments import parse
from app.cli.running import run

__all__ = ["parse", "run"]
