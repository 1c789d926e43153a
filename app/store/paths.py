"""Where the program's files are: the data folder of one profile, and the resources that ship with the program.

Must not know what is in the files.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from app.store.errors import storage_error

_APP_FOLDER = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Paths:
    """The files of one data folder."""

    data_dir: Path

    @property
    def database(self) -> Path:
        """Return where runs and drafts are kept."""
        return self.data_dir / "quillpane.db"

    @property
    def settings(self) -> Path:
        """Return where options are kept."""
        return self.data_dir / "settings.json"

    @property
    def logs_dir(self) -> Path:
        """Return the folder of the log files; whoever writes logs creates it."""
        return self.data_dir / "logs"


def default_paths(data_dir: Path | None = None) -> Paths:
    """Return the paths in data_dir, or in the user's data folder; create the folder, closed to other users.

    Raises:
        StorageFailedError: The folder cannot be created.
    """
    if data_dir is None:
        from platformdirs import user_data_path

        data_dir = user_data_path("Quillpane", appauthor=False)
    folder = data_dir.expanduser().absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise storage_error(error, f"The data folder {folder} cannot be created.") from error
    return Paths(folder)


def resource(*parts: str) -> Path:
    """Return the path of a file in `resources/`, in a checkout, an installed wheel or a frozen bundle."""
    return _resources_folder().joinpath(*parts)


def _resources_folder() -> Path:
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        return Path(bundle) / "resources"
    in_wheel = _APP_FOLDER / "_resources"
    return in_wheel if in_wheel.is_dir() else _APP_FOLDER.parent / "resources"
