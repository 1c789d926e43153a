"""The window "Connections": the list on the left, everything about the selected one on the right.

Owns the frame: list, tabs, the line with Save, notices and questions. What each tab holds is the tab's. Opened with
`show()`; it stands beside the main window and blocks nothing.
"""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.viewmodels.connection_check import CheckRemedy, CheckViewModel
from app.viewmodels.connections import ConnectionsViewModel, problem_line
from app.viewmodels.costs import CostsViewModel
from app.viewmodels.texts import Problem
from app.widgets.check_panel import CheckPanel
from app.widgets.connection_form import ConnectionForm
from app.widgets.connection_list import ConnectionList
from app.widgets.cost_panel import CostPanel
from app.widgets.extras_form import ExtrasForm
from app.widgets.form_page import FormPage, WarningCard, describe_field, hint_label, plain_label, say
from app.widgets.found_page import FoundPage
from app.widgets.network_form import NetworkForm
from app.widgets.notice_bar import NoticeBar
from app.widgets.question_bar import QuestionBar

SIZE = (860, 620)
SMALLEST = (640, 480)
_TABS = ("built_in", "connection", "check", "network", "extras", "costs")
_BUILT_IN_TABS = frozenset({"built_in", "check"})
_EDITED = frozenset({"connection", "network", "extras"})


class BuiltInPage(FormPage):
    """Say what the built-in model is, and choose another file for it."""

    def __init__(self, connections: ConnectionsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connections = connections
        self.path = QLineEdit()
        self.choose_button, self.own_button = QPushButton(), QPushButton()
        self.what = plain_label()
        self.column.addWidget(self.what)
        self._label, self._hint = self.add_field(self.path, self.choose_button, self.own_button, space=14)
        self.end()
        self.path.editingFinished.connect(self._on_path_editing_finished)
        self.choose_button.clicked.connect(self._on_choose_button_clicked)
        self.own_button.clicked.connect(self._on_own_button_clicked)
        self._retranslate()
        self.show_path()

    def show_path(self) -> None:
        """Show the file in use."""
        self.path.setText(self._connections.model_path)
        self.own_button.setVisible(bool(self._connections.model_path))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _on_path_editing_finished(self) -> None:
        self._take(self.path.text())

    def _on_own_button_clicked(self) -> None:
        self._take("")

    def _on_choose_button_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a model file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Model files (*.gguf)"))
        dialog.fileSelected.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take(self, path: str) -> None:
        self._connections.set_model_path(path)
        self.show_path()

    def _retranslate(self) -> None:
        self.what.setText(
            self.tr(
                "A small model that runs on this computer: no key, no network, no cost. "
                "It is good for trying things out; for long or careful texts connect a service."
            )
        )
        self._label.setText(self.tr("Model file"))
        say(self._hint, self.tr("Any GGUF file works; a larger one writes better and needs more memory."))
        self.path.setPlaceholderText(self.tr("The one that ships with Quillpane"))
        self.choose_button.setText(self.tr("Choose…"))
        self.own_button.setText(self.tr("Use the one that ships"))
        describe_field(self.path, self.tr("Model file"), self._hint.text())


class ConnectionsWindow(QDialog):
    """Manage connections; one for the program at a time, gone when it is closed."""

    add_requested = Signal()
    import_requested = Signal()
    export_requested = Signal()
    use_requested = Signal(str)  # profile id, for the place behind the window

    def __init__(
        self,
        connections: ConnectionsViewModel,
        check: CheckViewModel,
        costs: CostsViewModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._connections, self._check, self._costs = connections, check, costs
        self.list = ConnectionList(connections)
        self.title, self.subtitle = plain_label(), hint_label()
        self.use_button = QPushButton()
        self.built_in = BuiltInPage(connections)
        self.found = FoundPage(connections)
        self.connection = ConnectionForm(connections)
        self.check = CheckPanel(check)
        self.network = NetworkForm(connections)
        self.extras = ExtrasForm(connections)
        self.costs = CostPanel(costs)
        self.tabs = QTabWidget()
        self.stack = QStackedWidget()
        self.notice, self.question, self.problem = NoticeBar(), QuestionBar(), WarningCard("problem")
        self.unsaved = plain_label()
        self.revert_button, self.save_button = QPushButton(), QPushButton()
        self.forget_button, self.close_button = QPushButton(), QPushButton()
        self._build()
        self._connect()
        self._retranslate()
        self._on_connections_selection_changed()
        connections.ask_key_state()

    def show_tab(self, name: str) -> None:
        """Bring a tab to the front: "built_in", "connection", "check", "network", "extras" or "costs"."""
        self.tabs.setCurrentIndex(_TABS.index(name))

    def show_found(self) -> None:
        """Look for servers on this computer, and show them in place of a connection."""
        self.stack.setCurrentWidget(self.found)
        self.title.setText(self.tr("On this computer"))
        say(self.subtitle, "")
        self.use_button.hide()
        self._save_line.hide()
        self.found.look()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Hide what is secret, and stop the check."""
        self.connection.key.conceal()
        self._check.stop()
        self._connections.stop_finding()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _build(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(*SMALLEST)
        self.resize(*SIZE)
        self.tabs.setDocumentMode(True)
        for page in (self.built_in, self.connection, self.check, self.network, self.extras, self.costs):
            self.tabs.addTab(page, "")
        self.stack.addWidget(self.tabs)
        self.stack.addWidget(self.found)
        self.title.setProperty("heading", True)
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self.title.setFont(font)
        self.save_button.setProperty("primary", True)
        self.unsaved.setProperty("dim", True)
        self.forget_button.setProperty("flat", True)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter in a field must not press whatever button comes first
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.list)
        splitter.addWidget(self._right_side())
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([240, 620])
        foot = QHBoxLayout()
        foot.addWidget(self.forget_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(self.notice)
        column.addWidget(splitter, 1)
        column.addWidget(self.question)
        column.addLayout(foot)

    def _right_side(self) -> QWidget:
        head = QGridLayout()
        head.setColumnStretch(0, 1)
        head.setVerticalSpacing(0)
        head.addWidget(self.title, 0, 0)
        head.addWidget(self.subtitle, 1, 0)
        head.addWidget(self.use_button, 0, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        self._save_line = QWidget()
        save = QHBoxLayout(self._save_line)
        save.setContentsMargins(0, 0, 0, 0)
        save.addWidget(self.unsaved, 1)
        save.addWidget(self.revert_button)
        save.addWidget(self.save_button)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        column.addWidget(self.problem)
        column.addWidget(self._save_line)
        return right

    def _connect(self) -> None:
        connections = self._connections
        self.list.add_requested.connect(self.add_requested)
        self.list.find_requested.connect(self.show_found)
        self.list.import_requested.connect(self.import_requested)
        self.list.export_requested.connect(self.export_requested)
        self.use_button.clicked.connect(self._on_use_button_clicked)
        self.revert_button.clicked.connect(connections.revert)
        self.save_button.clicked.connect(connections.save)
        QShortcut(QKeySequence.StandardKey.Save, self, connections.save)
        self.forget_button.clicked.connect(self._on_forget_button_clicked)
        self.close_button.clicked.connect(self.close)
        self.tabs.currentChanged.connect(self._on_tabs_current_changed)
        self.check.remedy_requested.connect(self._on_check_remedy_requested)
        connections.selection_changed.connect(self._on_connections_selection_changed)
        connections.rows_changed.connect(self._update_head)
        connections.draft_changed.connect(self._update_save)
        connections.problem_changed.connect(self._on_connections_problem_changed)
        connections.notice_posted.connect(self._on_connections_notice_posted)
        connections.built_in_changed.connect(self.built_in.show_path)

    def _on_use_button_clicked(self) -> None:
        self.use_requested.emit(self._connections.selected_id)

    def _on_forget_button_clicked(self) -> None:
        self.question.ask(
            self.tr("Remove the keys of all connections from this computer? The connections themselves stay."),
            self.tr("Forget all keys"),
            self.tr("Keep them"),
            self._connections.forget_everything,
        )

    def _on_tabs_current_changed(self) -> None:
        self._update_save()
        self._show_tab_content()

    def _show_tab_content(self) -> None:
        """Let a tab ask for what it shows only when it is looked at."""
        profile = self._connections.profile
        tab = _TABS[self.tabs.currentIndex()]
        if tab == "check":
            self._check.show_profile(profile)
        elif tab == "costs":
            self._costs.show_profile(profile)

    def _on_check_remedy_requested(self, remedy: CheckRemedy) -> None:
        if remedy is CheckRemedy.TRUST_FILE:
            self.show_tab("network")
            self.network.choose_file("ca_file")
        elif remedy is CheckRemedy.NETWORK:
            self.show_tab("network")
        elif remedy is CheckRemedy.EXTRAS:
            self.show_tab("extras")
        elif remedy is CheckRemedy.CONNECTION:
            self.show_tab("connection")
            self.connection.address.setFocus()

    def _on_connections_selection_changed(self) -> None:
        self.stack.setCurrentWidget(self.tabs)
        self._choose_tabs(is_built_in=self._connections.profile.is_built_in)
        self._update_head()
        self._update_save()
        self._show_tab_content()

    def _choose_tabs(self, *, is_built_in: bool) -> None:
        """Leave out the tabs that mean nothing for the selected connection, and stay at the one in front if it does."""
        before = _TABS[self.tabs.currentIndex()]
        shown = {tab for tab in _TABS if (tab in _BUILT_IN_TABS if is_built_in else tab != "built_in")}
        with QSignalBlocker(self.tabs):
            for number, tab in enumerate(_TABS):
                self.tabs.setTabVisible(number, tab in shown)
            self.show_tab(before if before in shown else "built_in" if is_built_in else "connection")

    def _on_connections_problem_changed(self, problem: Problem | None) -> None:
        self.problem.say(problem_line(problem))

    def _on_connections_notice_posted(self, words: str, removed_id: str) -> None:
        if removed_id:
            self.notice.show_notice(words, self.tr("Undo"), lambda: self._connections.restore(removed_id))
        else:
            self.notice.show_notice(words, stays=True)

    def _update_head(self) -> None:
        row = next((row for row in self._connections.rows if row.id == self._connections.selected_id), None)
        if row is None or self.stack.currentWidget() is self.found:
            return
        self.title.setText(row.title)
        say(self.subtitle, row.host if row.host != row.title else "")
        self.use_button.show()
        self.use_button.setText("✓ " + self.tr("In use") if row.is_in_use else self.tr("Use here"))
        self.use_button.setEnabled(not row.is_in_use)

    def _update_save(self) -> None:
        if self.stack.currentWidget() is self.found:
            return
        is_edited = not self._connections.profile.is_built_in and _TABS[self.tabs.currentIndex()] in _EDITED
        self._save_line.setVisible(is_edited or self._connections.is_changed)
        self.unsaved.setText("• " + self.tr("Not saved yet") if self._connections.is_changed else "")
        self.revert_button.setEnabled(self._connections.is_changed)
        self.save_button.setEnabled(self._connections.can_save)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Connections"))
        titles = (
            self.tr("Model"),
            self.tr("Connection"),
            self.tr("Check"),
            self.tr("Network"),
            self.tr("Extras"),
            self.tr("Costs"),
        )
        for number, title in enumerate(titles):
            self.tabs.setTabText(number, title)
        self.revert_button.setText(self.tr("Revert"))
        self.save_button.setText(self.tr("Save"))
        self.forget_button.setText(self.tr("Forget all keys…"))
        self.close_button.setText(self.tr("Close"))
        self.tabs.setAccessibleName(self.tr("About the selected connection"))
        with QSignalBlocker(self.tabs):
            self._update_head()
            self._update_save()
