"""Proxy, certificates and time-outs, as they are typed."""

from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.domain.profile import Network
from app.widgets.network_form import NetworkForm
from tests.support import until
from tests.viewmodels.connection_fakes import PLAIN, RELAY
from tests.widgets.connection_probe import WindowProbe, window
from tests.widgets.hands import click, is_seen, type_text, words_of


def _choose(form: NetworkForm, choice: str) -> None:
    form.choice.setCurrentIndex(form.choice.findData(choice))
    form.choice.activated.emit(form.choice.currentIndex())


def _network(probe: WindowProbe) -> Network:
    return probe.bench.connections.draft.profile.network


async def test_the_fields_of_a_proxy_are_there_when_it_is_chosen(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        form = probe.window.network
        assert not is_seen(form.proxy, form)
        _choose(form, "address")
        assert is_seen(form.proxy, form)
        assert any("looks like" in words for words in words_of(form)), "an example while it is empty"
        _choose(form, "none")
        assert _network(probe).proxy == "none"
        assert not is_seen(form.proxy, form)


async def test_a_pasted_proxy_fills_login_and_password_which_go_to_the_keeper(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        form = probe.window.network
        _choose(form, "address")
        type_text(form.proxy, "http://ann:secret@proxy:8080")
        assert (form.user.text(), form.password.text()) == ("ann", "secret")
        click(probe.window.save_button)
        await until(lambda: probe.bench.keeper.updates)
        profile, _, password = probe.bench.keeper.updates[0]
        assert (profile.network.proxy, profile.network.proxy_user) == ("http://proxy:8080", "ann")
        assert password == "secret"
        await until(lambda: form.password.text() == "")
        assert form.proxy.text() == "http://proxy:8080", "without the login, once it is kept"


async def test_files_and_times_are_taken(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        form = probe.window.network
        type_text(form.files["ca_file"], "/etc/company.pem")
        form.waits["idle_timeout"].setValue(60)
        assert _network(probe) == Network(ca_file="/etc/company.pem", idle_timeout=60.0)
        assert form.waits["idle_timeout"].text() == "60.0 seconds"


async def test_another_connection_shows_its_own_settings(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        form = probe.window.network
        type_text(form.files["ca_file"], "/etc/company.pem")
        probe.bench.connections.select(PLAIN.id)
        assert form.files["ca_file"].text() == ""
        assert not probe.bench.connections.is_changed
        probe.bench.connections.select(RELAY.id)
        assert form.files["ca_file"].text() == "/etc/company.pem"
        await until(lambda: not probe.bench.tasks.is_running("key-of-connection"))


async def test_a_file_is_chosen_in_a_dialog_that_blocks_nothing(qtbot: QtBot) -> None:
    async with window(qtbot) as probe:
        form = probe.window.network
        click(form.choose_buttons["client_key"])
        dialog = form.findChildren(QFileDialog)[0]
        dialog.fileSelected.emit("/home/key.pem")
        dialog.close()
        assert _network(probe).client_key == "/home/key.pem"
