"""The asyncio loop on Qt, the doors for unexpected errors, the logs."""
