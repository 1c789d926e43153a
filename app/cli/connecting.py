"""`quillpane connections`: list, add and remove; `checking` has the fourth.

Owns what is shown before and after. Must not know how connections and keys are kept. Keys come from standard input.
"""

import argparse
from dataclasses import dataclass, replace

from app.cli.finding import find_connection, name_of
from app.cli.running import run_async, services_of
from app.cli.terminal import (
    DONE,
    FAILED,
    INTERRUPTED,
    UsageError,
    confirm,
    is_interactive,
    note,
    read_secret,
    read_text,
    say,
)
from app.domain.key_text import mask
from app.domain.pasted import Pasted, read_pasted, resulting_urls
from app.domain.presets import PRESETS, Preset, preset
from app.domain.profile import Network, Profile
from app.services.connection_list import ConnectionList
from app.services.connections import Saved
from app.services.explain import explain
from app.store.paths import default_paths
from app.store.secrets import key_entry
from app.store.settings import Settings


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A connection as it was understood, not kept yet."""

    profile: Profile
    key: str
    proxy_password: str
    pasted: Pasted
    kind: Preset | None


def manage_connections(options: argparse.Namespace) -> int:
    """Carry out one action on the connections; return the exit code."""
    from app.cli.checking import check

    actions = {"list": _list, "add": _add, "check": check, "remove": _remove}
    return actions[options.action](options)


def draft_of(text: str, *, name: str = "", preset_id: str = "") -> Draft:
    """Return the connection that a text describes; a name and a preset that are given count more than the text.

    Raises:
        UsageError: There is no address in it, or no such preset.
    """
    pasted = read_pasted(text)
    if preset_id and preset(preset_id) is None:
        raise UsageError(f"There is no preset named {preset_id}; there are: {', '.join(each.id for each in PRESETS)}.")
    kind = preset(preset_id or pasted.preset)
    address = pasted.address or (kind.address if kind else "")
    if not address:
        raise UsageError("There is no address in what was given.")
    wanted = name.strip() or pasted.name
    profile = kind.profile("", wanted, address) if kind else Profile("", wanted, address)
    if pasted.proxy:
        profile = replace(profile, network=Network(proxy=pasted.proxy, proxy_user=pasted.proxy_user))
    favourites = (pasted.model,) if pasted.model else ()
    profile = replace(profile, favourites=favourites, extra_headers=pasted.extra_headers)
    return Draft(profile, pasted.key, pasted.proxy_password, pasted, kind)


def description(draft: Draft) -> list[str]:
    """Return what was understood, line by line, with every secret masked."""
    profile, pasted = draft.profile, draft.pasted
    urls = resulting_urls(profile.base_url, draft.kind.completions_address if draft.kind else "")
    lines = [f"Address:  {profile.base_url}"]
    lines += [f"{'Requests:' if number == 0 else '         '} {url}" for number, url in enumerate(urls)]
    lines.append(f"Key:      {mask(draft.key) if draft.key else 'none'}")
    lines += [f"Name:     {profile.name}"] if profile.name else []
    lines += [f"Kind:     {draft.kind.title}"] if draft.kind else []
    lines += [f"Model:    {model}" for model in profile.favourites]
    lines += [f"Header:   {header}: {value}" for header, value in profile.extra_headers.items()]
    if pasted.proxy:
        login = f" (login {pasted.proxy_user})" if pasted.proxy_user else ""
        lines.append(f"Proxy:    {pasted.proxy}{login}")
    lines += [f"Note:     {words}" for words in (draft.kind.notes if draft.kind else ())]
    lines += [f"Not used: {words}" for words in pasted.ignored]
    lines += [f"! {caution.value}" for caution in pasted.warnings]
    if not draft.key and (draft.kind is None or draft.kind.needs_key):
        lines.append("! There is no key; most services ask for one.")
    return lines


def _list(options: argparse.Namespace) -> int:
    known = _known(options)
    entries, in_use = known.entries(), known.place("write")[0]
    profiles = known.all()
    width = max(len(name_of(each)) for each in profiles)
    address_width = max(len(each.base_url) for each in profiles)
    for each in profiles:
        if each.is_built_in:
            about = "the model that ships with Quillpane"
        else:
            about = (
                f"{each.base_url:{address_width}}  {'with a key' if key_entry(each) in entries else 'without a key'}"
            )
        is_used = each.id == in_use or (each.is_built_in and known.find(in_use) is None)
        say(f"{'*' if is_used else ' '} {name_of(each):{width}}  {about}")
    return DONE


def _add(options: argparse.Namespace) -> int:
    if options.address and read_pasted(options.address).key:
        raise UsageError("A key is never an argument, where other programs can read it; give it on standard input.")
    if options.address or (options.preset and is_interactive()):
        # An address and a key on two lines are read as such, whatever they look like.
        text = f"{options.address}\n{read_secret('Key (nothing for none): ')}"
    else:
        if is_interactive():
            note("Paste what you were given, then press Ctrl-D on a line of its own.")
        text = read_text()
    draft = draft_of(text, name=options.name, preset_id=options.preset)
    for line in description(draft):
        say(line)
    if not options.yes and not confirm("Add this connection?"):
        return INTERRUPTED
    return run_async(_save(options, draft))


async def _save(options: argparse.Namespace, draft: Draft) -> int:
    async with services_of(options) as services:
        saved = await services.connections.add(draft.profile, draft.key or None, draft.proxy_password or None)
    say(f'Added "{saved.profile.name}".{_where(saved)}')
    if saved.problem is not None:
        note(explain(saved.problem))
    is_lost = saved.place is not None and not saved.place.is_kept
    if is_lost:
        note("The key was not kept, because no key chain took it; set OPENAI_BASE_URL and OPENAI_API_KEY instead.")
    return FAILED if is_lost or saved.problem else DONE


def _where(saved: Saved) -> str:
    return f" Its key is kept in: {saved.place.name}." if saved.place is not None and saved.place.is_kept else ""


def _remove(options: argparse.Namespace) -> int:
    profile = find_connection(_known(options).all(), options.name)
    if profile.is_built_in:
        raise UsageError("The built-in model cannot be removed.")
    say(f"{name_of(profile)}  {profile.base_url}")
    if not options.yes and not confirm("Remove this connection and its key?"):
        return INTERRUPTED
    return run_async(_forget(options, profile))


async def _forget(options: argparse.Namespace, profile: Profile) -> int:
    async with services_of(options) as services:
        had_key = services.connections.may_have_key(profile)
        removed = await services.connections.remove(profile.id)
    say(f'Removed "{name_of(profile)}".')
    if removed.problem is not None:
        note(f"Its key may still be in the key chain. {explain(removed.problem)}")
        return FAILED
    if had_key:
        say("Its key is gone from the key chain.")
    return DONE


def _known(options: argparse.Namespace) -> ConnectionList:
    """Return the list of connections for reading only, which needs no services."""
    return ConnectionList(Settings(default_paths(options.data_dir).settings))
