"""Refuse to build a package whose translations are not compiled; read by hatchling through pyproject.toml.

Must not compile anything itself: that takes Qt's tools, which a build must not need.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TranslationsHook(BuildHookInterface[Any]):
    """Checks the compiled translations before a wheel or an sdist is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Stop the build where a `.qm` is missing or older than its `.ts` (a hatchling hook)."""
        if version == "editable":
            return
        for source in sorted(Path(self.root, "resources", "i18n").glob("*.ts")):
            compiled = source.with_suffix(".qm")
            if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
                message = f"{compiled.name} is not built. Run: python3 packaging/dev.py translations"
                raise RuntimeError(message)
