"""Owning tasks and giving up on calls that block; asyncio only."""
