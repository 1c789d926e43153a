"""The tab "Network": proxy, certificates, time-outs.

Owns its fields; what they mean is `ConnectionDraft`'s. Passwords go to the key chain, never to a file.
"""

from dataclasses import replace

from PySide6.QtCore import QEvent, QSignalBlocker
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.viewmodels.connection_draft import Field
from app.viewmodels.connections import ConnectionsViewModel
from app.widgets.form_page import FaultLabel, FormPage, describe_field, say

LONGEST_WAIT = 86_400.0
_FILES = ("ca_file", "client_certificate", "client_key")
_WAITS = ("connect_timeout", "idle_timeout", "request_timeout")


class NetworkForm(FormPage):
    """Edit how a server is reached; nothing is kept before Save."""

    def __init__(self, connections: ConnectionsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connections = connections
        self.choice = QComboBox()
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.proxy, self.user, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.files = {name: QLineEdit() for name in _FILES}
        self.choose_buttons = {name: QPushButton() for name in _FILES}
        self.waits = {name: QDoubleSpinBox() for name in _WAITS}
        self._build()
        self._connect()
        self._retranslate()
        self.show_draft()

    def show_draft(self) -> None:
        """Fill the fields from the connection that is selected now."""
        draft = self._connections.draft
        network = draft.profile.network
        texts = {self.proxy: draft.proxy, self.user: network.proxy_user, self.password: draft.proxy_password or ""}
        texts |= {self.files[name]: str(getattr(network, name)) for name in _FILES}
        for field, text in texts.items():
            with QSignalBlocker(field):
                field.setText(text)
        for name, box in self.waits.items():
            with QSignalBlocker(box):
                box.setValue(float(getattr(network, name)))
        self.choice.setCurrentIndex(max(0, self.choice.findData(draft.proxy_choice)))
        self._update_words()

    def choose_file(self, name: str = "ca_file") -> None:
        """Let the user pick a file for a field, by default the company's certificate."""
        dialog = QFileDialog(self, self.choose_buttons[name].accessibleName())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Certificates and keys (*.pem *.crt *.cer *.key)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(self.files[name].setText)
        dialog.finished.connect(dialog.deleteLater)
        self.ensureWidgetVisible(self.files[name])
        self.files[name].setFocus()
        dialog.open()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _build(self) -> None:
        self._proxy_title = self.add_section()
        self.column.addWidget(self.choice)
        self._proxy_label, _ = self.add_field(self.proxy)
        self._proxy_fault = FaultLabel()
        self.column.addWidget(self._proxy_fault)
        self._user_label, _ = self.add_field(self.user)
        self._password_label, self._password_hint = self.add_field(self.password)
        self._files_title = self.add_section()
        self._file_words = {
            name: self.add_field(self.files[name], self.choose_buttons[name], space=4 if name == "ca_file" else 10)
            for name in _FILES
        }
        self._waits_title = self.add_section()
        self._wait_words = {name: self.add_field(box) for name, box in self.waits.items()}
        for box in self.waits.values():
            box.setRange(0.5, LONGEST_WAIT)
            box.setDecimals(1)
            box.setKeyboardTracking(False)
        self.end()

    def _connect(self) -> None:
        self.choice.activated.connect(self._on_proxy_changed)
        self.proxy.textEdited.connect(self._on_proxy_changed)
        for field in (self.user, self.password, *self.files.values()):
            field.textChanged.connect(self._on_network_changed)
        for box in self.waits.values():
            box.valueChanged.connect(self._on_network_changed)
        for name, button in self.choose_buttons.items():
            button.setProperty("file", name)
            button.clicked.connect(self._on_choose_button_clicked)
        self._connections.selection_changed.connect(self.show_draft)
        self._connections.draft_changed.connect(self._update_words)

    def _choice(self) -> str:
        return str(self.choice.currentData() or "system")

    def _update_words(self) -> None:
        is_own = self._choice() == "address"
        labels = (self._proxy_label, self._user_label, self._password_label, self._password_hint)
        for widget in (self.proxy, self.user, self.password, *labels):
            widget.setVisible(is_own)
        fault = self._connections.draft.faults.get(Field.PROXY, "")
        self._proxy_fault.say(fault if is_own else "")

    def _on_proxy_changed(self) -> None:
        draft = self._connections.draft.with_proxy(self._choice(), self.proxy.text())
        self._connections.edit(draft)
        # A pasted address may carry the login; it is shown where it goes.
        for field, text in ((self.user, draft.profile.network.proxy_user), (self.password, draft.proxy_password or "")):
            with QSignalBlocker(field):
                field.setText(text)

    def _on_network_changed(self) -> None:
        draft = self._connections.draft
        network = replace(
            draft.profile.network,
            proxy_user=self.user.text().strip(),
            ca_file=self.files["ca_file"].text().strip(),
            client_certificate=self.files["client_certificate"].text().strip(),
            client_key=self.files["client_key"].text().strip(),
            connect_timeout=self.waits["connect_timeout"].value(),
            idle_timeout=self.waits["idle_timeout"].value(),
            request_timeout=self.waits["request_timeout"].value(),
        )
        self._connections.edit(draft.with_network(network, self.password.text()))

    def _on_choose_button_clicked(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.choose_file(str(sender.property("file")))

    def _retranslate(self) -> None:
        self._proxy_title.setText(self.tr("Proxy"))
        chosen = self.choice.currentData()
        self.choice.clear()
        self.choice.addItem(self.tr("As the system says"), "system")
        self.choice.addItem(self.tr("None: connect directly"), "none")
        self.choice.addItem(self.tr("One of its own"), "address")
        self.choice.setCurrentIndex(max(0, self.choice.findData(chosen)))
        describe_field(self.choice, self.tr("Proxy"))
        self._proxy_label.setText(self.tr("Proxy address"))
        self.proxy.setPlaceholderText("socks5://127.0.0.1:1080")
        self._user_label.setText(self.tr("Login, if it asks for one"))
        self._password_label.setText(self.tr("Password"))
        self.password.setPlaceholderText(self.tr("Leave empty to keep the one that is known"))
        say(self._password_hint, self.tr("The password goes to the key chain, never to a file."))
        self._files_title.setText(self.tr("Certificates"))
        self._waits_title.setText(self.tr("How long to wait"))
        choose = self.tr("Choose…")
        words = {
            "ca_file": (
                self.tr("Certificate file of your company or your own server"),
                self.tr("Trusted for this connection only, besides those that this computer trusts."),
            ),
            "client_certificate": (
                self.tr("Your own certificate"),
                self.tr("Only if the server asks who you are by certificate; most do not."),
            ),
            "client_key": (self.tr("Key file of your own certificate"), ""),
        }
        for name, (label, hint) in words.items():
            self._file_words[name][0].setText(label)
            say(self._file_words[name][1], hint)
            describe_field(self.files[name], label, hint)
            self.choose_buttons[name].setText(choose)
            self.choose_buttons[name].setAccessibleName(self.tr("Choose a file: {what}").format(what=label))
        waits = {
            "connect_timeout": (self.tr("For the connection"), ""),
            "idle_timeout": (
                self.tr("Between two pieces of a streamed answer"),
                self.tr("After so long a silence the answer counts as stalled; what has come is kept."),
            ),
            "request_timeout": (self.tr("For a whole answer that is not streamed"), ""),
        }
        for name, (label, hint) in waits.items():
            self._wait_words[name][0].setText(label)
            say(self._wait_words[name][1], hint)
            describe_field(self.waits[name], label, hint)
            self.waits[name].setSuffix(self.tr(" seconds"))
        describe_field(self.proxy, self.tr("Proxy address"))
        describe_field(self.user, self._user_label.text())
        describe_field(self.password, self.tr("Password"), self._password_hint.text())
        self._update_words()
