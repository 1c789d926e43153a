"""Connections by the names that people type.

Must not know where connections come from.
"""

from collections.abc import Iterable

from app.cli.terminal import UsageError
from app.domain.profile import BUILT_IN_ID, Profile


def name_of(profile: Profile) -> str:
    """Return what a connection is called on the command line."""
    return profile.name or (BUILT_IN_ID if profile.is_built_in else profile.id)


def find_connection(profiles: Iterable[Profile], name: str) -> Profile:
    """Return the connection of a name, whatever its case, or the one whose name begins so; an id will do, too.

    Raises:
        UsageError: There is none, or more than one.
    """
    known = list(profiles)
    wanted = name.strip().casefold()
    for fits in (
        [each for each in known if wanted in {name_of(each).casefold(), each.id}],
        [each for each in known if wanted and name_of(each).casefold().startswith(wanted)],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise UsageError(f"There are several connections named {name}: {_names(fits)}.")
    raise UsageError(f"There is no connection named {name}; there are: {_names(known)}.")


def _names(profiles: Iterable[Profile]) -> str:
    return ", ".join(name_of(each) for each in profiles)
