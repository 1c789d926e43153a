"""The connection in use and the model chosen for it.

Owns the box with the model list and the button that opens the connection; must not know HTTP.
"""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.viewmodels.connection import ConnectionViewModel


class ModelBox(QWidget):
    """Choose a model from the server's list or type any name."""

    connection_requested = Signal()

    def __init__(self, connection: ConnectionViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self._heading = QLabel()
        self._heading.setProperty("dim", True)
        self._name = QLabel()
        self._name.setProperty("heading", True)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton()
        self.label = QLabel()
        self.box = QComboBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(12)
        self._field = QLineEdit()
        self.box.setLineEdit(self._field)
        completer = QCompleter(self.box.model(), self.box)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.box.setCompleter(completer)
        self.label.setBuddy(self.box)
        self._lay_out()
        self.button.clicked.connect(self.connection_requested)
        self.box.textActivated.connect(self._connection.set_model)
        self._field.editingFinished.connect(self.commit)
        self._connection.models_changed.connect(self._show_models)
        self._connection.changed.connect(self._show_choice)
        self._connection.is_loading_changed.connect(self._on_connection_is_loading_changed)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._heading)
        names.addWidget(self._name)
        top.addLayout(names, 1)
        top.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.label)
        column.addWidget(self.box)

    def _show_models(self) -> None:
        typed = self.box.currentText() if self._is_being_typed() else None
        with QSignalBlocker(self.box):
            self.box.clear()
            self.box.addItems(list(self._connection.models))
        if typed is not None:
            self.box.setEditText(typed)
            self._field.setModified(True)
        self._show_choice()

    def _show_choice(self) -> None:
        self._name.setText(self._connection.name)
        if self.box.currentText() != self._connection.model and not self._is_being_typed():
            with QSignalBlocker(self.box):
                self.box.setEditText(self._connection.model)

    def commit(self) -> None:
        """Take the name that was typed; who only passed through has chosen nothing."""
        if self._field.isModified():
            self._field.setModified(False)
            self._connection.set_model(self.box.currentText())
            self._show_choice()

    def _is_being_typed(self) -> bool:
        return self._field.isModified() and self._field.hasFocus()

    def _on_connection_is_loading_changed(self, is_loading: bool) -> None:
        self._field.setPlaceholderText(self.tr("Asking the server…") if is_loading else self.tr("Type a model name"))

    def _retranslate(self) -> None:
        self._heading.setText(self.tr("Connection"))
        self.button.setText(self.tr("Change…"))
        self.button.setAccessibleName(self.tr("Change the connection"))
        self.label.setText(self.tr("Model"))
        self.box.setAccessibleName(self.tr("Model"))
        self._on_connection_is_loading_changed(is_loading=False)
        self._show_choice()
