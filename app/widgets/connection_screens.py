"""The screens around connections: the card that adds one and the window with all, made when first asked for.

Owns their opening and what passes between them; must not know how connections are kept.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.viewmodels.connection import ConnectionViewModel

if TYPE_CHECKING:  # imported when first opened: neither is needed for the window's start
    from app.viewmodels.add_connection import AddConnectionViewModel
    from app.viewmodels.connection_check import CheckViewModel
    from app.viewmodels.connections import ConnectionsViewModel
    from app.viewmodels.costs import CostsViewModel
    from app.widgets.add_connection import AddConnectionDialog
    from app.widgets.connections_window import ConnectionsWindow


class ConnectionScreens(QObject):
    """Open the card "Connect a service" and the window "Connections", one of each at a time.

    `make_add` and `make_views` build their view-models when they are first needed.
    """

    def __init__(
        self,
        connection: ConnectionViewModel,
        make_add: "Callable[[], AddConnectionViewModel]",
        make_views: "Callable[[], tuple[ConnectionsViewModel, CheckViewModel, CostsViewModel]]",
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window_parent = parent
        self._connection = connection
        self._make_add = make_add
        self._make_views = make_views
        self._add_model: AddConnectionViewModel | None = None
        self._connections: ConnectionsViewModel | None = None
        self.add_dialog: AddConnectionDialog | None = None
        self.window: ConnectionsWindow | None = None

    def open_add(self) -> None:
        """Open the card that adds a connection, or bring the open one to the front."""
        from app.widgets.add_connection import AddConnectionDialog

        if self._add_model is None:
            self._add_model = self._make_add()
            self._add_model.added.connect(self._on_add_model_added)
        if self.add_dialog is None:
            self.add_dialog = AddConnectionDialog(self._add_model, self.window or self._window_parent)
            self.add_dialog.finished.connect(self._on_add_dialog_finished)
        self.add_dialog.open()

    def open_connections(self) -> None:
        """Open the window with all connections, or bring it to the front."""
        from app.widgets.connections_window import ConnectionsWindow

        if self.window is None:
            connections, check, costs = self._make_views()
            connections.show_in_use(self._connection.profile.id)
            connections.connections_changed.connect(self._connection.refresh)
            connections.built_in_changed.connect(self._connection.refresh)
            self._connections = connections
            self.window = ConnectionsWindow(connections, check, costs, self._window_parent)
            self.window.add_requested.connect(self.open_add)
            self.window.use_requested.connect(self._connection.use)
            self.window.finished.connect(self._on_window_finished)
            self._connection.changed.connect(self._on_connection_changed)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def _on_add_model_added(self, profile_id: str, model: str) -> None:
        self._connection.use(profile_id, model)
        if self._connections is not None:
            self._connections.refresh()
            self._connections.select(profile_id)

    def _on_connection_changed(self) -> None:
        if self._connections is not None:
            self._connections.show_in_use(self._connection.profile.id)

    def _on_add_dialog_finished(self) -> None:
        self.add_dialog = None

    def _on_window_finished(self) -> None:
        self._connection.changed.disconnect(self._on_connection_changed)
        self.window = self._connections = None
