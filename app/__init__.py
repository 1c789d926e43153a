"""Quillpane: a native desktop window for language models."""

__version__ = "0.1.0"
