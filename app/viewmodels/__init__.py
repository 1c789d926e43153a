"""State for one screen area each, as QtCore objects; no widgets, no HTTP, no disk."""
