"""A client of VelocityDB, in the standard library alone. ``connect`` makes one connection, ``Pool`` many."""

from __future__ import annotations

from typing import Any

from .calls import Batch, RequestId, Scan, SqlResult, Value, WriteAnswer
from .connection import Connection, Options
from .errors import (
    BrokenProtocol, ClosedError, ConnectionInUse, ConnectionLost, ErrorCode, Outcome, RequestTimeout, ServerError,
    ServerNotTrusted, VelocityError)
from .pool import Policy, Pool, ServerState
from .protocol import DEFAULT_KEYSPACE, Durability, Entry, SqlValue

__version__ = "0.1.0"


def connect(address: str = "127.0.0.1:5432", **options: Any) -> Connection:
    """One connection to ``host:port``, logged in where ``user`` and ``password`` are given. For the options see Options."""
    return Connection(address, Options(**options))


__all__ = [
    "Batch", "BrokenProtocol", "ClosedError", "Connection", "ConnectionInUse", "ConnectionLost", "DEFAULT_KEYSPACE",
    "Durability", "Entry", "ErrorCode", "Options", "Outcome", "Policy", "Pool", "RequestId", "RequestTimeout", "Scan",
    "ServerError", "ServerNotTrusted", "ServerState", "SqlResult", "SqlValue", "Value", "VelocityError", "WriteAnswer", "connect",
]
