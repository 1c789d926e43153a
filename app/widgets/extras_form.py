"""The tab "Extras": headers and body fields that go into every request, and the forms that relays differ in.

Owns its fields; what they mean is `ConnectionDraft`'s.
"""

from dataclasses import replace

from PySide6.QtCore import QEvent, QSignalBlocker
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from app.viewmodels.connection_draft import Field
from app.viewmodels.connections import ConnectionsViewModel
from app.widgets.form_page import FaultLabel, FormPage, describe_field, hint_label, say

_LINES = {"headers": 3, "body": 6}
_CHOICES = {
    "mj_auth": ("bearer", "mj-api-secret"),
    "suno": ("seed", "newapi", "goapi", "native"),
    "luma": ("seed", "swapped", "flat", "official"),
}
_PATHS = {  # protocol 12.1 and 13.1: what a relay's note names them by
    "suno:seed": "/suno/v1/v3.0/music",
    "suno:newapi": "/suno/submit/music  (new-api)",
    "suno:goapi": "/suno/v1/music",
    "suno:native": "/suno/v2/generate",
    "luma:seed": "/luma/v1/generations",
    "luma:swapped": "/v1/luma/generations",
    "luma:flat": "/luma/generations",
    "luma:official": "/dream-machine/v1/generations",
}
_TEXTS = ("mj_prefix", "music_path", "luma_path")
_ORDER = ("mj_prefix", "mj_auth", "suno", "music_path", "luma", "luma_path")


class ExtrasForm(FormPage):
    """Edit what only some servers need; nothing is kept before Save."""

    def __init__(self, connections: ConnectionsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connections = connections
        self.headers, self.body = QPlainTextEdit(), QPlainTextEdit()
        self.fields: dict[str, QLineEdit] = {name: QLineEdit() for name in _TEXTS}
        self.choices: dict[str, QComboBox] = {name: QComboBox() for name in _CHOICES}
        self._build()
        self.headers.textChanged.connect(self._on_headers_text_changed)
        self.body.textChanged.connect(self._on_body_text_changed)
        for field in self.fields.values():
            field.textEdited.connect(self._on_dialect_changed)
        for box in self.choices.values():
            box.activated.connect(self._on_dialect_changed)
        connections.selection_changed.connect(self.show_draft)
        connections.draft_changed.connect(self._update_words)
        self._retranslate()
        self.show_draft()

    def show_draft(self) -> None:
        """Fill the fields from the connection that is selected now."""
        draft = self._connections.draft
        for editor, text in ((self.headers, draft.headers), (self.body, draft.body)):
            with QSignalBlocker(editor):
                editor.setPlainText(text)
        for name, field in self.fields.items():
            with QSignalBlocker(field):
                field.setText(str(getattr(draft.profile.dialect, name)))
        for name, box in self.choices.items():
            box.setCurrentIndex(max(0, box.findData(getattr(draft.profile.dialect, name))))
        self._update_words()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language and the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.FontChange:
            self._fit_editors()

    def _build(self) -> None:
        for editor in (self.headers, self.body):
            editor.setTabChangesFocus(True)
        for box in self.choices.values():
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._headers_label, self._headers_hint = self.add_field(self.headers)
        self._headers_fault = FaultLabel()
        self.column.addWidget(self._headers_fault)
        self._body_label, self._body_hint = self.add_field(self.body)
        self._body_fault = FaultLabel()
        self.column.addWidget(self._body_fault)
        self._relay_title = self.add_section()
        self._relay_hint = hint_label()
        self.column.addWidget(self._relay_hint)
        self._words = {}
        for name in _ORDER:
            widget = self.fields.get(name) or self.choices[name]
            self._words[name] = self.add_field(widget, space=6)
        self._fit_editors()
        self.end()

    def _fit_editors(self) -> None:
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        mono.setPointSizeF(self.font().pointSizeF())
        for name, editor in (("headers", self.headers), ("body", self.body)):
            editor.setFont(mono)
            editor.setFixedHeight(editor.fontMetrics().lineSpacing() * _LINES[name] + 16)

    def _update_words(self) -> None:
        faults = self._connections.draft.faults
        for label, name in ((self._headers_fault, Field.HEADERS), (self._body_fault, Field.BODY)):
            label.say(faults.get(name, ""))

    def _on_headers_text_changed(self) -> None:
        self._connections.edit(self._connections.draft.with_headers(self.headers.toPlainText()))

    def _on_body_text_changed(self) -> None:
        self._connections.edit(self._connections.draft.with_body(self.body.toPlainText()))

    def _on_dialect_changed(self) -> None:
        draft = self._connections.draft
        values = {name: field.text().strip() for name, field in self.fields.items()}
        values |= {name: str(box.currentData()) for name, box in self.choices.items()}
        self._connections.edit(draft.with_dialect(replace(draft.profile.dialect, **values)))

    def _retranslate(self) -> None:
        self._headers_label.setText(self.tr("Extra headers"))
        say(self._headers_hint, self.tr("One in each line, such as X-Title: Quillpane. No keys here."))
        self._body_label.setText(self.tr("Extra fields in the request"))
        say(self._body_hint, self.tr("JSON; sent with every request, for what Quillpane has no slider for."))
        self._relay_title.setText(self.tr("Pictures, music and video of a relay"))
        say(self._relay_hint, self.tr("Change these only if the relay's note says so."))
        words = {
            "mj_prefix": (
                self.tr("Midjourney: what stands before /mj"),
                self.tr("Such as /mj-fast or /mj-relax; usually empty."),
            ),
            "mj_auth": (self.tr("Midjourney: how the key is sent"), ""),
            "suno": (self.tr("Music (Suno): path of the relay"), ""),
            "music_path": (self.tr("Music: another path"), ""),
            "luma": (self.tr("Video (Luma): path of the relay"), ""),
            "luma_path": (self.tr("Video: another path"), ""),
        }
        for name, (label, hint) in words.items():
            self._words[name][0].setText(label)
            say(self._words[name][1], hint)
            describe_field(self.fields.get(name) or self.choices[name], label, hint)
        self.fields["music_path"].setPlaceholderText(self.tr("Empty for the one above"))
        self.fields["luma_path"].setPlaceholderText(self.tr("Empty for the one above"))
        self._retranslate_choices()
        describe_field(self.headers, self.tr("Extra headers"), self._headers_hint.text())
        describe_field(self.body, self.tr("Extra fields in the request"), self._body_hint.text())
        self._update_words()

    def _retranslate_choices(self) -> None:
        titles = dict(_PATHS) | {
            "mj_auth:bearer": self.tr("As for text (Authorization: Bearer)"),
            "mj_auth:mj-api-secret": self.tr("In a header of its own (mj-api-secret)"),
        }
        for name, box in self.choices.items():
            chosen = box.currentData()
            box.clear()
            for value in _CHOICES[name]:
                box.addItem(titles[f"{name}:{value}"], value)
            box.setCurrentIndex(max(0, box.findData(chosen)))
