"""Tell in one sentence what a failed pip most likely failed at.

Reads pip's words only; must not know what was being installed.
"""

import re

CHANGED = "A file that arrived is not the one that is locked: a proxy or mirror between may have changed it."
FULL = "The disk is full."
SILENT = "The package index did not answer. Connect to the network, or set pip's proxy or mirror, and try again."
NO_WHEEL = """The package index has no ready-made file of a locked package for this machine. There are files for 64-bit
Windows, macOS 13 and later, and Linux with glibc 2.34 and later (2.39 on ARM)."""

# The first that fits: without a network pip also says that it found no matching distribution.
CAUSES = (
    (r"DO NOT MATCH THE HASHES", CHANGED),
    (r"No space left on device|Errno 28", FULL),
    (r"Failed to establish a new connection|NewConnectionError|NameResolutionError|getaddrinfo failed", SILENT),
    (r"Temporary failure in name resolution|Network is unreachable|ProxyError", SILENT),
    (r"ConnectTimeout|Read timed out|SSLError|Connection refused|Connection reset", SILENT),
    (r"No matching distribution found|Could not find a version", NO_WHEEL),
)


def explain(lock: str, complaints: str) -> str:
    """Return the sentence for pip's standard error output while it installed from the lock file."""
    for pattern, cause in CAUSES:
        if re.search(pattern, complaints):
            return f"pip could not install {lock}. {cause}"
    return f"pip could not install {lock}; its own words are above."
