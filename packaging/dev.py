"""Set up a checkout and use it: `python3 packaging/dev.py run`, `test`, `bench` and more; `--help` lists them.

Owns one thing: refusing a Python that cannot run the rest. Kept readable for any Python, down to 2.7, so that the
refusal is a sentence and not a syntax error; it must know nothing of the steps themselves.
"""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "Quillpane needs Python 3.11, 3.12 or 3.13, and this is Python "
        + sys.version.split()[0]
        + ".\nStart the same command with one of these, for example: python3.12 packaging/dev.py run"
    )

from setup_steps.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
