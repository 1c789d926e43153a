"""The connection dialog: the built-in model or a service with address and key.

Owns its form; what is saved and where the key goes is `ConnectionViewModel`'s. Opened with `open()`, never modal to
the program.
"""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.viewmodels.connection import ConnectionViewModel
from app.viewmodels.texts import Problem


class ConnectionDialog(QDialog):
    """Choose what answers; nothing is sent before Save."""

    def __init__(self, connection: ConnectionViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self.built_in = QRadioButton()
        self.service = QRadioButton()
        group = QButtonGroup(self)
        group.addButton(self.built_in)
        group.addButton(self.service)
        self.model_path = QLineEdit()
        self.browse = QPushButton()
        self.address = QLineEdit()
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_key = QPushButton()
        self.show_key.setCheckable(True)
        self.forget = QPushButton()
        self.save = QPushButton()
        self.save.setDefault(True)
        self.save.setProperty("primary", True)
        self.cancel = QPushButton()
        self._labels = {
            name: _label(dim=name not in {"address", "key", "model"})
            for name in ("built_in", "model", "address", "preview", "key", "place", "problem")
        }
        self._labels["address"].setBuddy(self.address)
        self._labels["key"].setBuddy(self.key)
        self._labels["model"].setBuddy(self.model_path)
        self._build()
        self._connect()
        self._fill()
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _build(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self._built_in_part, self._service_part = QWidget(), QWidget()
        local = QGridLayout(self._built_in_part)
        local.setContentsMargins(24, 0, 0, 0)
        local.addWidget(self._labels["built_in"], 0, 0, 1, 3)
        local.addWidget(self._labels["model"], 1, 0)
        local.addWidget(self.model_path, 1, 1)
        local.addWidget(self.browse, 1, 2)
        remote = QGridLayout(self._service_part)
        remote.setContentsMargins(24, 0, 0, 0)
        remote.addWidget(self._labels["address"], 0, 0)
        remote.addWidget(self.address, 0, 1, 1, 2)
        remote.addWidget(self._labels["preview"], 1, 1, 1, 2)
        remote.addWidget(self._labels["key"], 2, 0)
        remote.addWidget(self.key, 2, 1)
        remote.addWidget(self.show_key, 2, 2)
        remote.addWidget(self._labels["place"], 3, 1)
        remote.addWidget(self.forget, 3, 2)
        buttons = QHBoxLayout()
        buttons.addWidget(self._labels["problem"], 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(self.built_in)
        column.addWidget(self._built_in_part)
        column.addSpacing(6)
        column.addWidget(self.service)
        column.addWidget(self._service_part)
        column.addSpacing(8)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.built_in.toggled.connect(self._update)
        self.address.textChanged.connect(self._update)
        self.show_key.toggled.connect(self._on_show_key_toggled)
        self.browse.clicked.connect(self._on_browse_clicked)
        self.forget.clicked.connect(self._connection.forget_key)
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._on_save_clicked)
        self._connection.saved.connect(self.accept)
        self._connection.problem_changed.connect(self._on_connection_problem_changed)
        self._connection.key_state_changed.connect(self._on_connection_key_state_changed)
        self._connection.ask_key_state()

    def _fill(self) -> None:
        profile = self._connection.profile
        self.model_path.setText(self._connection.model_path)
        self.address.setText(profile.base_url)
        self.built_in.setChecked(profile.is_built_in)
        self.service.setChecked(not profile.is_built_in)
        self.forget.hide()
        self._update()

    def _update(self) -> None:
        is_built_in = self.built_in.isChecked()
        self._built_in_part.setEnabled(is_built_in)
        self._service_part.setEnabled(not is_built_in)
        preview = self._connection.preview(self.address.text())
        words = preview.problem or (self.tr("Requests go to {url}").format(url=preview.url) if preview.url else "")
        self._labels["preview"].setText("\n".join(part for part in (words, preview.warning) if part))
        self.save.setEnabled(is_built_in or bool(preview.url))

    def _on_show_key_toggled(self, is_shown: bool) -> None:
        self.key.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)

    def _on_browse_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a model file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Model files (*.gguf)"))
        dialog.fileSelected.connect(self.model_path.setText)
        dialog.open()

    def _on_save_clicked(self) -> None:
        self._labels["problem"].clear()
        if self.built_in.isChecked():
            self._connection.use_built_in(self.model_path.text().strip())
        else:
            self.save.setEnabled(False)
            self._labels["problem"].setText(self.tr("Saving…"))
            self._connection.save(self.address.text(), self.key.text())

    def _on_connection_problem_changed(self, problem: Problem | None) -> None:
        self._labels["problem"].setText(f"{problem.title}. {problem.advice}" if problem else "")
        self.adjustSize()
        self._update()

    def _on_connection_key_state_changed(self, words: str, has_key: bool) -> None:
        self._labels["place"].setText(words)
        self.forget.setVisible(has_key)
        self.adjustSize()  # the sentence may need a second line
        self.key.setPlaceholderText(self.tr("Leave empty to keep the key") if has_key else self.tr("sk-…"))

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Connection"))
        self.built_in.setText(self.tr("Built-in model"))
        self.service.setText(self.tr("A service or a server of your own"))
        self._labels["built_in"].setText(
            self.tr("A small model that runs on this computer: no key, no network. Good for trying things out.")
        )
        self._labels["model"].setText(self.tr("Model file"))
        self.model_path.setPlaceholderText(self.tr("The one that ships with Quillpane"))
        self.browse.setText(self.tr("Choose…"))
        self._labels["address"].setText(self.tr("Address"))
        self.address.setPlaceholderText("https://api.example.com/v1")
        self._labels["key"].setText(self.tr("Key"))
        self.key.setPlaceholderText(self.tr("sk-…"))
        self.show_key.setText(self.tr("Show"))
        self.forget.setText(self.tr("Forget key"))
        self.save.setText(self.tr("Save"))
        self.cancel.setText(self.tr("Cancel"))
        for field, name in ((self.model_path, "model"), (self.address, "address"), (self.key, "key")):
            field.setAccessibleName(self._labels[name].text())
        self._update()


def _label(*, dim: bool) -> QLabel:
    label = QLabel()
    label.setProperty("dim", dim)
    label.setWordWrap(dim)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
