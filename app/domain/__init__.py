"""Facts and rules of the program; standard library only, no asyncio."""
