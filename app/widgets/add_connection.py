"""The card "Connect a service": paste, look, add.

Owns its form; what a text means and where a connection is kept is `AddConnectionViewModel`'s. Opened with `open()`.
"""

from PySide6.QtCore import QCoreApplication, QEvent, QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.viewmodels.add_connection import AddConnectionViewModel, Understood, problem_words
from app.viewmodels.texts import Problem

READ_AFTER_MS = 150


class AddConnectionDialog(QDialog):
    """Add one connection; nothing is sent anywhere before Add, and then only to the address shown."""

    def __init__(self, add: AddConnectionViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._add = add
        self.paste = QPlainTextEdit()
        self.preset_button = QPushButton()
        self.name, self.address, self.key = QLineEdit(), QLineEdit(), QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_key = QPushButton()
        self.show_key.setCheckable(True)
        self.add_button, self.cancel_button = QPushButton(), QPushButton()
        self.add_button.setProperty("primary", True)
        self.add_button.setDefault(True)
        self._labels = {name: QLabel() for name in ("title", "name", "address", "key")}
        self._labels["title"].setProperty("heading", True)
        self._hints = {name: _hint() for name in ("paste", "urls", "place", "notes", "problem")}
        self._warning = QFrame()
        self._warning.setProperty("card", "notice")
        self._warning_text = QLabel()
        self._understood = Understood()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(READ_AFTER_MS)
        self._build()
        self._connect()
        self._retranslate()
        self._show_understood(Understood())
        self.paste.setFocus()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _build(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self.paste.setTabChangesFocus(True)
        self.paste.setFixedHeight(self.paste.fontMetrics().lineSpacing() * 5 + 20)
        for label, field in (("name", self.name), ("address", self.address), ("key", self.key)):
            self._labels[label].setBuddy(field)
        self._warning_text.setWordWrap(True)
        self._warning_text.setTextFormat(Qt.TextFormat.PlainText)
        warning = QVBoxLayout(self._warning)
        warning.setContentsMargins(10, 6, 10, 6)
        warning.addWidget(self._warning_text)
        top = QHBoxLayout()
        top.addWidget(self._labels["title"])
        top.addStretch(1)
        top.addWidget(self.preset_button)
        form = QGridLayout()
        form.setHorizontalSpacing(10)
        form.setColumnStretch(1, 1)
        form.addWidget(self._labels["address"], 0, 0)
        form.addWidget(self.address, 0, 1, 1, 2)
        form.addWidget(self._hints["urls"], 1, 1, 1, 2)
        form.addWidget(self._labels["key"], 2, 0)
        form.addWidget(self.key, 2, 1)
        form.addWidget(self.show_key, 2, 2)
        form.addWidget(self._hints["place"], 3, 1, 1, 2)
        form.addWidget(self._labels["name"], 4, 0)
        form.addWidget(self.name, 4, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.addWidget(self._hints["problem"], 1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.paste)
        column.addWidget(self._hints["paste"])
        column.addLayout(form)
        column.addWidget(self._warning)
        column.addWidget(self._hints["notes"])
        column.addStretch(1)
        column.addLayout(buttons)
        self._menu = QMenu(self)
        for preset in self._add.presets:
            action = self._menu.addAction(QCoreApplication.translate("Presets", preset.title))
            action.triggered.connect(lambda _=False, preset_id=preset.id: self._add.start_from(preset_id))
        self.preset_button.setMenu(self._menu)

    def _connect(self) -> None:
        self.paste.textChanged.connect(self._timer.start)
        self._timer.timeout.connect(self._on_timer_timeout)
        for field in (self.name, self.address, self.key):
            field.textEdited.connect(self._on_field_text_edited)
        self.show_key.toggled.connect(self._on_show_key_toggled)
        self.cancel_button.clicked.connect(self.reject)
        self.add_button.clicked.connect(self._on_add_button_clicked)
        self._add.filled.connect(self._on_add_filled)
        self._add.understood_changed.connect(self._show_understood)
        self._add.problem_changed.connect(self._on_add_problem_changed)
        self._add.added.connect(self.accept)
        self._add.key_place_told.connect(self._on_add_key_place_told)
        self._add.begin()

    def _on_timer_timeout(self) -> None:
        self._add.read(self.paste.toPlainText())

    def _on_field_text_edited(self) -> None:
        self._add.correct(self.name.text(), self.address.text(), self.key.text())

    def _on_show_key_toggled(self, is_shown: bool) -> None:
        self.key.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)

    def _on_add_button_clicked(self) -> None:
        if self._timer.isActive():  # pasted and added in one breath
            self._timer.stop()
            self._add.read(self.paste.toPlainText())
        self._hints["problem"].clear()
        self._add.add()

    def _on_add_filled(self, name: str, address: str, key: str) -> None:
        for field, text in ((self.name, name), (self.address, address), (self.key, key)):
            with QSignalBlocker(field):
                field.setText(text)

    def _on_add_problem_changed(self, problem: Problem | None) -> None:
        self._hints["problem"].setText(problem_words(problem))
        self._fit()

    def _on_add_key_place_told(self, words: str) -> None:
        self._hints["place"].setText(words)
        self._fit()

    def _show_understood(self, understood: Understood) -> None:
        self._understood = understood
        self.add_button.setEnabled(understood.can_add)
        urls = "\n".join(understood.urls)
        self._hints["urls"].setText(self.tr("Requests go to:") + f"\n{urls}" if urls else "")
        self._hints["urls"].setVisible(bool(urls))
        self.name.setPlaceholderText(understood.name)
        lines = [*understood.warnings]
        if understood.ignored:
            lines.append(self.tr("Not understood: {texts}").format(texts="  ·  ".join(understood.ignored[:6])))
        self._warning_text.setText("\n".join(lines))
        self._warning.setVisible(bool(lines))
        self._hints["notes"].setText("\n".join(understood.notes))
        self._hints["notes"].setVisible(bool(understood.notes))
        self._fit()

    def _fit(self) -> None:
        """Grow until each sentence has its lines; `adjustSize` would stop at two thirds of the screen and cut them."""
        layout = self.layout()
        if layout is None or not self.isVisible():
            self.adjustSize()
            return
        layout.activate()  # or the rows within it answer with what they needed before
        needed = min(layout.totalHeightForWidth(self.width()), self.screen().availableGeometry().height())
        self.resize(self.width(), max(self.height(), needed))

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Connect a service"))
        self._labels["title"].setText(self.tr("Paste what you were given"))
        self.paste.setPlaceholderText(
            self.tr("An address, a key, a curl command, or the whole note from your provider")
        )
        self._hints["paste"].setText(self.tr("Nothing is sent before you press Add. Look at what was understood:"))
        self.preset_button.setText(self.tr("Well-known services"))
        self._labels["name"].setText(self.tr("Name"))
        self._labels["address"].setText(self.tr("Address"))
        self._labels["key"].setText(self.tr("Key"))
        self.show_key.setText(self.tr("Show"))
        self.add_button.setText(self.tr("Add"))
        self.cancel_button.setText(self.tr("Cancel"))
        self.paste.setAccessibleName(self._labels["title"].text())
        for name, field in (("name", self.name), ("address", self.address), ("key", self.key)):
            field.setAccessibleName(self._labels[name].text())
        self._show_understood(self._understood)


def _hint() -> QLabel:
    label = QLabel()
    label.setProperty("dim", True)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
