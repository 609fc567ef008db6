"""Pull: what sources.yml names, into a folder of documents with what is known of each.

The network is used here and nowhere else. `order` knows the order of things: `entries` reads the
list, `listing` and `connectors` find out what a source names, `visit` and `client` fetch it,
`shelf` and `noting` keep it, `report` says what came of it.
"""

from __future__ import annotations

from pipelines.pull.order import pull
from pipelines.pull.records import Outcome

__all__ = ["Outcome", "pull"]
