"""The key of a connection: hidden, shown for a moment on request, entered anew, removed after a question.

Owns which of these is to be seen; must not know where keys are kept. A shown key goes by itself after 30 seconds, with
another connection, and with the window.
"""

from PySide6.QtCore import QEvent, QSignalBlocker, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.viewmodels.connection_draft import host_of
from app.viewmodels.connections import ConnectionsViewModel, KeyState
from app.widgets.form_page import FieldRow, describe_field, hint_label, plain_label, say
from app.widgets.question_bar import QuestionBar

SHOWN_MS = 30_000
DOTS = "•" * 16


class KeyField(QWidget):
    """Show and change one key; whatever is entered is kept with the rest of the connection, by Save."""

    def __init__(self, connections: ConnectionsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connections = connections
        self._state = KeyState()
        self._is_replacing = False
        self._is_shown = False
        self.label = plain_label()
        self.line = QLineEdit()
        self.label.setBuddy(self.line)
        self.show_button, self.replace_button, self.remove_button = QPushButton(), QPushButton(), QPushButton()
        self.try_again_button = QPushButton()
        self.words, self.need = hint_label(), hint_label()
        self.question = QuestionBar()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._lay_out()
        self.line.textEdited.connect(connections.enter_key)
        self.show_button.clicked.connect(self._on_show_button_clicked)
        self.replace_button.clicked.connect(self._on_replace_button_clicked)
        self.remove_button.clicked.connect(self._on_remove_button_clicked)
        self.try_again_button.clicked.connect(connections.ask_key_state)
        self._timer.timeout.connect(self.conceal)
        connections.key_state_changed.connect(self._on_connections_key_state_changed)
        connections.key_revealed.connect(self._on_connections_key_revealed)
        connections.selection_changed.connect(self._on_connections_selection_changed)
        connections.draft_changed.connect(self.update_view)
        self._retranslate()

    @property
    def is_entering(self) -> bool:
        """Tell whether the field takes a new key."""
        draft = self._connections.draft
        is_moved = draft.profile.origin != self._connections.profile.origin
        return self._is_replacing or is_moved or not self._state.has_key

    def conceal(self) -> None:
        """Hide the key again."""
        self._timer.stop()
        self._is_shown = False
        with QSignalBlocker(self.line):
            self.line.setText("" if self.is_entering else DOTS)
        self.update_view()

    def update_view(self) -> None:
        """Show what fits the state of now."""
        draft, kept = self._connections.draft, self._connections.profile
        is_entering = self.is_entering
        self.line.setReadOnly(not is_entering)
        is_hidden = is_entering and not self._is_shown
        self.line.setEchoMode(QLineEdit.EchoMode.Password if is_hidden else QLineEdit.EchoMode.Normal)
        self.line.setPlaceholderText(self.tr("Paste the key") if is_entering else "")
        with QSignalBlocker(self.line):
            if is_entering:
                if not draft.key or self.line.text() == DOTS:
                    self.line.setText(draft.key or "")
            elif not self._is_shown:
                self.line.setText(DOTS)
        self.show_button.setText(self.tr("Hide") if self._is_shown else self.tr("Show"))
        self.show_button.setEnabled(self._state.has_key or is_entering)
        self.replace_button.setText(self.tr("Keep the old one") if self._is_replacing else self.tr("Replace…"))
        self.replace_button.setVisible(self._state.has_key and draft.profile.origin == kept.origin)
        self.remove_button.setVisible(self._state.has_key and not is_entering)
        self.try_again_button.setVisible(self._state.can_try_again)
        say(self.words, self._state.words)
        self.need.setText(
            self.tr(
                "The key belongs to {host} and is not sent anywhere else. Enter the key for the new address."
            ).format(host=host_of(kept))
        )
        self.need.setVisible(draft.needs_key(kept) and self._state.has_key)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Hide a shown key with the page."""
        super().hideEvent(event)
        if self._is_shown:
            self.conceal()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.label)
        column.addWidget(FieldRow(self.line, self.show_button, self.replace_button, self.remove_button))
        column.addWidget(FieldRow(self.words, self.try_again_button))
        column.addWidget(self.need)
        column.addWidget(self.question)

    def _on_show_button_clicked(self) -> None:
        if self._is_shown:
            if self.is_entering:
                self._is_shown = False
                self.update_view()
            else:
                self.conceal()
        elif self.is_entering:
            self._is_shown = True
            self._timer.start()
            self.update_view()
        else:
            self._connections.reveal_key()

    def _on_replace_button_clicked(self) -> None:
        self._is_replacing = not self._is_replacing
        self._is_shown = False
        with QSignalBlocker(self.line):
            self.line.clear()
        self._connections.enter_key("")
        self.update_view()
        if self._is_replacing:
            self.line.setFocus()

    def _on_remove_button_clicked(self) -> None:
        host = host_of(self._connections.profile)
        self.question.ask(
            self.tr("Remove the key for {host}? You will need to paste it again to use this connection.").format(
                host=host
            ),
            self.tr("Remove the key"),
            self.tr("Keep it"),
            self._connections.forget_key,
        )

    def _on_connections_key_state_changed(self, state: KeyState) -> None:
        self._state = state
        self.update_view()

    def _on_connections_key_revealed(self, key: str) -> None:
        self._is_shown = True
        self._timer.start()
        with QSignalBlocker(self.line):
            self.line.setText(key)
        self.update_view()

    def _on_connections_selection_changed(self) -> None:
        self._is_replacing = self._connections.draft.key is not None
        self._is_shown = False
        self._timer.stop()
        self.question.close_question()
        with QSignalBlocker(self.line):
            self.line.setText(self._connections.draft.key or "")
        self.update_view()

    def _retranslate(self) -> None:
        self.label.setText(self.tr("Key"))
        self.remove_button.setText(self.tr("Remove…"))
        self.try_again_button.setText(self.tr("Try again"))
        describe_field(self.line, self.tr("Key"))
        self.show_button.setAccessibleName(self.tr("Show or hide the key"))
        self.replace_button.setAccessibleName(self.tr("Replace the key"))
        self.remove_button.setAccessibleName(self.tr("Remove the key"))
        self.update_view()
