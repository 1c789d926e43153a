"""The tab "Connection": name, address with the URLs that follow from it, key, what to expect, favourites.

Owns its fields; what they mean is `ConnectionsViewModel`'s and `ConnectionDraft`'s.
"""

from PySide6.QtCore import QCoreApplication, QEvent, QSignalBlocker, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QPushButton, QWidget

from app.domain.presets import preset
from app.viewmodels.connection_draft import address_words
from app.viewmodels.connections import ConnectionsViewModel
from app.widgets.form_page import FaultLabel, FieldRow, FormPage, WarningCard, describe_field, hint_label, say
from app.widgets.key_field import KeyField

FAVOURITE_LINES = 4


class ConnectionForm(FormPage):
    """Edit what a connection is; nothing is kept before Save."""

    def __init__(self, connections: ConnectionsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connections = connections
        self.name, self.address = QLineEdit(), QLineEdit()
        self.fault, self.warning = FaultLabel(), WarningCard()
        self.key = KeyField(connections)
        self.favourites = QListWidget()
        self.favourite, self.add_button, self.remove_button = QLineEdit(), QPushButton(), QPushButton()
        self._build()
        self.name.textEdited.connect(self._on_name_text_edited)
        self.address.textEdited.connect(self._on_address_text_edited)
        self.favourite.textChanged.connect(self._update_buttons)
        self.favourite.returnPressed.connect(self._on_add_button_clicked)
        self.favourites.currentRowChanged.connect(self._update_buttons)
        self.add_button.clicked.connect(self._on_add_button_clicked)
        self.remove_button.clicked.connect(self._on_remove_button_clicked)
        connections.selection_changed.connect(self.show_draft)
        connections.draft_changed.connect(self._update_words)
        self._retranslate()
        self.show_draft()

    def show_draft(self) -> None:
        """Fill the fields from the connection that is selected now."""
        draft = self._connections.draft
        for field, text in ((self.name, draft.profile.name), (self.address, draft.address)):
            with QSignalBlocker(field):
                field.setText(text)
                field.setCursorPosition(0)
        self.favourite.clear()
        self._show_favourites()
        self._update_words()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language and the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.FontChange:
            self._fit_list()

    def _build(self) -> None:
        self._name_label, self._name_hint = self.add_field(self.name)
        self._address_label, self._urls = self.add_field(self.address)
        self._urls.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(self.fault)
        self.column.addWidget(self.warning)
        self.column.addSpacing(10)
        self.column.addWidget(self.key)
        self._notes_title = self.add_section()
        self._notes = hint_label()
        self.column.addWidget(self._notes)
        self._favourites_label, self._favourites_hint = self.add_field(self.favourites, self.remove_button, space=14)
        self.column.addWidget(FieldRow(self.favourite, self.add_button))
        self._fit_list()
        self.end()

    def _fit_list(self) -> None:
        self.favourites.setFixedHeight(self.favourites.fontMetrics().lineSpacing() * FAVOURITE_LINES + 12)

    def _show_favourites(self) -> None:
        models = self._connections.draft.profile.favourites
        with QSignalBlocker(self.favourites):
            self.favourites.clear()
            self.favourites.addItems(list(models))
        self._update_buttons()

    def _update_buttons(self) -> None:
        self.add_button.setEnabled(bool(self.favourite.text().strip()))
        self.remove_button.setEnabled(self.favourites.currentRow() >= 0)

    def _update_words(self) -> None:
        draft = self._connections.draft
        words = address_words(self.address.text())
        urls = self.tr("Requests go to:") + "\n" + "\n".join(words.urls) if words.urls else ""
        say(self._urls, urls)
        self.fault.say(words.problem)
        self.warning.say(words.warning)
        known = preset(draft.profile.preset)
        notes = [QCoreApplication.translate("Presets", note) for note in known.notes] if known else []
        title = QCoreApplication.translate("Presets", known.title) if known else ""
        say(self._notes_title, self.tr("What to expect of {service}").format(service=title) if notes else "")
        say(self._notes, "\n".join(f"• {note}" for note in notes))

    def _on_name_text_edited(self, text: str) -> None:
        self._connections.edit(self._connections.draft.with_name(text))

    def _on_address_text_edited(self, text: str) -> None:
        self._connections.edit(self._connections.draft.with_address(text))

    def _on_add_button_clicked(self) -> None:
        model = self.favourite.text().strip()
        favourites = self._connections.draft.profile.favourites
        if model and model not in favourites:
            self._connections.edit(self._connections.draft.with_favourites((*favourites, model)))
        self.favourite.clear()
        self._show_favourites()

    def _on_remove_button_clicked(self) -> None:
        row = self.favourites.currentRow()
        favourites = self._connections.draft.profile.favourites
        self._connections.edit(self._connections.draft.with_favourites(favourites[:row] + favourites[row + 1 :]))
        self._show_favourites()

    def _retranslate(self) -> None:
        self._name_label.setText(self.tr("Name"))
        self._address_label.setText(self.tr("Address"))
        self.address.setPlaceholderText("https://api.example.com/v1")
        self._favourites_label.setText(self.tr("Favourite models"))
        say(self._favourites_hint, self.tr("They stand first when you switch models."))
        self.favourite.setPlaceholderText(self.tr("A model's name"))
        self.add_button.setText(self.tr("Add"))
        self.remove_button.setText(self.tr("Remove"))
        describe_field(self.name, self.tr("Name"))
        describe_field(self.address, self.tr("Address"))
        describe_field(self.favourites, self.tr("Favourite models"), self._favourites_hint.text())
        describe_field(self.favourite, self.tr("A model's name"))
        self.add_button.setAccessibleName(self.tr("Add to the favourites"))
        self.remove_button.setAccessibleName(self.tr("Remove from the favourites"))
        self._update_words()
