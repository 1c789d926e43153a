"""The servers found on this computer, each with a button that adds it.

Owns the page's words; looking for servers is `ConnectionsViewModel`'s.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.domain.presets import LOCAL_PORTS
from app.domain.profile import Profile
from app.viewmodels.connections import ConnectionsViewModel
from app.widgets.form_page import FormPage, hint_label, plain_label, say


class FoundPage(FormPage):
    """Look for servers, show them, add those that the user wants."""

    def __init__(self, connections: ConnectionsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connections = connections
        self._found: Sequence[Profile] | None = None
        self.words, self.ports = plain_label(), hint_label()
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setFixedHeight(6)
        self.again_button = QPushButton()
        self.rows: list[QWidget] = []
        self.add_buttons: list[QPushButton] = []
        self._list = QVBoxLayout()
        again = QHBoxLayout()
        again.addWidget(self.again_button)
        again.addStretch(1)
        self.column.setSpacing(10)
        self.column.addWidget(self.words)
        self.column.addWidget(self.busy)
        self.column.addLayout(self._list)
        self.column.addWidget(self.ports)
        self.column.addLayout(again)
        self.end()
        self.again_button.clicked.connect(self.look)
        connections.found.connect(self._on_connections_found)
        self._retranslate()

    def look(self) -> None:
        """Begin to look; it takes two seconds at most."""
        self._found = None
        self._show()
        self._connections.find_local_servers()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _on_connections_found(self, found: Sequence[Profile]) -> None:
        self._found = found
        self._show()

    def _on_add_button_clicked(self) -> None:
        sender = self.sender()
        if self._found and isinstance(sender, QPushButton) and sender in self.add_buttons:
            self._connections.add(self._found[self.add_buttons.index(sender)])

    def _show(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows, self.add_buttons = [], []
        self.busy.setVisible(self._found is None)
        self.again_button.setVisible(self._found is not None)
        if self._found is None:
            self.words.setText(self.tr("Looking for model servers on this computer…"))
            return
        if not self._found:
            self.words.setText(
                self.tr(
                    "No further model server answers on this computer. Start Ollama, LM Studio or another one first."
                )
            )
        else:
            self.words.setText(self.tr("These model servers answer on this computer:"))
        for profile in self._found:
            self._add_row(profile)

    def _add_row(self, profile: Profile) -> None:
        row, button = QWidget(), QPushButton(self.tr("Add"))
        title, address = plain_label(), hint_label()
        title.setText(profile.name)
        say(address, profile.base_url)
        button.setAccessibleName(self.tr("Add {name}").format(name=profile.name))
        button.setAutoDefault(False)
        button.clicked.connect(self._on_add_button_clicked)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(title)
        words.addWidget(address)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addLayout(words, 1)
        line.addWidget(button)
        self._list.addWidget(row)
        self.rows.append(row)
        self.add_buttons.append(button)

    def _retranslate(self) -> None:
        ports = ", ".join(str(port) for port in LOCAL_PORTS)
        say(self.ports, self.tr("Only this computer is asked, on the usual ports: {ports}.").format(ports=ports))
        self.again_button.setText(self.tr("Look again"))
        self._show()
