"""The screens around connections: the card that adds one and the window with all, made when first asked for.

Owns their opening and what passes between them; must not know how connections are kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.viewmodels.connection import ConnectionViewModel

if TYPE_CHECKING:  # imported when first opened: neither is needed for the window's start
    from app.viewmodels.add_connection import AddConnectionViewModel
    from app.viewmodels.connection_check import CheckViewModel
    from app.viewmodels.connections import ConnectionsViewModel
    from app.viewmodels.costs import CostsViewModel
    from app.viewmodels.transfer import TransferViewModel
    from app.widgets.add_connection import AddConnectionDialog
    from app.widgets.connections_window import ConnectionsWindow


@dataclass(frozen=True, slots=True)
class ConnectionViews:
    """The view-models behind the window; kept when it closes, so that unsaved changes are there when it opens again."""

    connections: "ConnectionsViewModel"
    check: "CheckViewModel"
    costs: "CostsViewModel"
    transfer: "TransferViewModel"


class ConnectionScreens(QObject):
    """Open the card "Connect a service" and the window "Connections", one of each at a time.

    `make_add` and `make_views` build their view-models when they are first needed.
    """

    problem_told = Signal(object)  # Problem: of what a card did that has closed

    def __init__(
        self,
        connection: ConnectionViewModel,
        make_add: "Callable[[], AddConnectionViewModel]",
        make_views: "Callable[[], ConnectionViews]",
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window_parent = parent
        self._connection = connection
        self._make_add = make_add
        self._make_views = make_views
        self._add_model: AddConnectionViewModel | None = None
        self._views: ConnectionViews | None = None
        self.add_dialog: AddConnectionDialog | None = None
        self.window: ConnectionsWindow | None = None

    def open_add(self) -> None:
        """Open the card that adds a connection, or bring the open one to the front."""
        from app.widgets.add_connection import AddConnectionDialog

        if self._add_model is None:
            self._add_model = self._make_add()
            self._add_model.added.connect(self._on_add_model_added)
            self._add_model.key_not_kept.connect(self.problem_told)
        if self.add_dialog is None:
            self.add_dialog = AddConnectionDialog(self._add_model, self.window or self._window_parent)
            self.add_dialog.finished.connect(self._on_add_dialog_finished)
        self.add_dialog.open()

    def open_connections(self) -> None:
        """Open the window with all connections, or bring it to the front."""
        from app.widgets.connections_window import ConnectionsWindow

        if self._views is None:
            self._views = self._make_views()
            connections, check = self._views.connections, self._views.check
            connections.connections_changed.connect(self._connection.refresh)
            connections.built_in_changed.connect(self._connection.refresh)
            check.findings_changed.connect(self._connection.refresh_capabilities)
        if self.window is None:
            views = self._views
            views.connections.refresh()
            views.connections.show_in_use(self._connection.profile.id)
            views.connections.select(self._connection.profile.id)
            views.check.offer_models(self._connection.profile.id, self._connection.models)
            self.window = ConnectionsWindow(views.connections, views.check, views.costs, self._window_parent)
            self.window.add_requested.connect(self.open_add)
            self.window.import_requested.connect(self._open_import)
            self.window.export_requested.connect(self._open_export)
            self.window.use_requested.connect(self._connection.use)
            self.window.finished.connect(self._on_window_finished)
            self._connection.changed.connect(self._on_connection_changed)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self.window.list.view.setFocus()

    def _on_add_model_added(self, profile_id: str, model: str) -> None:
        self._connection.use(profile_id, model)
        if self._views is not None:
            self._views.connections.refresh()
            self._views.connections.select(profile_id)

    def _on_connection_changed(self) -> None:
        if self._views is not None:
            self._views.connections.show_in_use(self._connection.profile.id)
            self._views.check.offer_models(self._connection.profile.id, self._connection.models)

    def _open_import(self) -> None:
        from app.widgets.transfer_dialogs import ImportDialog

        if self._views is not None:
            dialog = ImportDialog(self._views.transfer, self.window)
            dialog.accepted.connect(self._views.connections.refresh)
            dialog.accepted.connect(self._connection.refresh)
            dialog.open()

    def _open_export(self) -> None:
        from app.widgets.transfer_dialogs import ExportDialog

        if self._views is not None:
            ExportDialog(self._views.transfer, self.window).open()

    def _on_add_dialog_finished(self) -> None:
        self.add_dialog = None

    def _on_window_finished(self) -> None:
        self._connection.changed.disconnect(self._on_connection_changed)
        self.window = None
