"""What the program can do; asyncio, no Qt."""
