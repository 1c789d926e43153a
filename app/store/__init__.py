"""The only package that touches the disk and the key chain."""
