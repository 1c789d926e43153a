"""Build every service for one data folder, and take them down in order.

The one place below the front ends that knows all services; both front ends start here. Must not know Qt or a terminal.
Nothing slow happens here: connections, key chain, database and built-in model come to life at their first use.
"""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.api.completions import CompletionsClient
from app.api.connection import HttpClient
from app.services.balance import BalanceService
from app.services.capabilities import Capabilities
from app.services.connections import Connections
from app.services.generation import GenerationService
from app.services.local_model import LocalModel
from app.services.spending import SpendingService
from app.store.capabilities import CapabilityStore
from app.store.database import Database
from app.store.drafts import DraftStore
from app.store.paths import Paths, default_paths
from app.store.runs import RunStore
from app.store.secrets import SecretStore
from app.store.settings import Settings
from app.store.spending import SpendingStore

if TYPE_CHECKING:
    from app.services.check import ConnectionCheck
    from app.services.doctor import Doctor


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the program can do, for one data folder; belongs to one event loop."""

    paths: Paths
    settings: Settings
    secrets: SecretStore
    database: Database
    runs: RunStore
    drafts: DraftStore
    http: HttpClient
    completions: CompletionsClient
    local_model: LocalModel
    connections: Connections
    capabilities: Capabilities
    generation: GenerationService
    spending: SpendingService
    balance: BalanceService

    @property
    def check(self) -> "ConnectionCheck":
        """Return what checks connections; it is imported when it is first asked for, which most starts never do."""
        from app.api import probe
        from app.services.check import ConnectionCheck
        from app.services.check_network import NetworkLook

        return ConnectionCheck(self.connections, self.completions, self.http, NetworkLook(probe), self.capabilities)

    @property
    def doctor(self) -> "Doctor":
        """Return what finds out why a connection fails; imported as `check` is."""
        from app.api import probe
        from app.services.doctor import Doctor

        return Doctor(self.connections, self.http, probe)

    async def aclose(self) -> None:
        """Close everything, after generations have been stopped; each step happens even where another fails.

        Raises:
            StoreError: Something could not be written at the end.
        """
        async with AsyncExitStack() as steps:  # the last one named goes first
            steps.push_async_callback(self.database.aclose)
            steps.push_async_callback(self.capabilities.aclose)
            steps.push_async_callback(self.settings.flush)
            steps.push_async_callback(self.local_model.aclose)
            steps.push_async_callback(self.http.aclose)


def assemble(data_dir: Path | None = None, *, model_file: str = "") -> Services:
    """Build the services for the data folder data_dir, by default the user's own; the folder is created.

    The GGUF file `model_file` is served in place of the one in the settings.

    Raises:
        StorageFailedError: The folder cannot be created.
    """
    paths = default_paths(data_dir)
    settings = Settings(paths.settings)
    secrets = SecretStore()
    database = Database(paths.database)
    runs = RunStore(database)
    http = HttpClient()
    completions = CompletionsClient(http)
    local_model = LocalModel(lambda: model_file or settings.text("built_in.model_path"))
    capabilities = Capabilities(CapabilityStore(database))
    connections = Connections(settings, secrets, local_model, http, capabilities)
    spending = SpendingService(SpendingStore(database))
    return Services(
        paths=paths,
        settings=settings,
        secrets=secrets,
        database=database,
        runs=runs,
        drafts=DraftStore(database),
        http=http,
        completions=completions,
        local_model=local_model,
        connections=connections,
        capabilities=capabilities,
        generation=GenerationService(completions, connections, runs, capabilities, spending),
        spending=spending,
        balance=BalanceService(http, connections),
    )
