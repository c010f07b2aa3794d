"""What can go wrong, and whether the request may have been done nevertheless."""

from __future__ import annotations

import enum
from typing import Optional


class ErrorCode(enum.IntEnum):
    """The frozen codes of the protocol. One that this client does not know is taken for INTERNAL_ERROR."""

    SUCCESS = 0
    INVALID_CREDENTIALS = 1
    RATE_LIMITED = 2
    INVALID_COMMAND = 3
    KEY_NOT_FOUND = 4
    STORAGE_ERROR = 5
    PROTOCOL_ERROR = 6
    SERVER_OVERLOADED = 7
    NOT_AUTHENTICATED = 8
    SQL_ERROR = 9
    KEY_OUT_OF_RANGE = 10
    VALUE_TOO_LARGE = 11
    DEADLINE_EXCEEDED = 12
    UNSUPPORTED = 13
    DISK_FULL = 14
    CORRUPTION = 15
    SHUTTING_DOWN = 16
    FRAME_TOO_LARGE = 17
    RESULT_TOO_LARGE = 18
    SNAPSHOT_EXPIRED = 19
    BATCH_TOO_LARGE = 20
    CONNECTION_LIMIT = 21
    IDLE_TIMEOUT = 22
    INTERNAL_ERROR = 23
    FORBIDDEN = 24
    PLAINTEXT_REFUSED = 25
    CONNECTION_KILLED = 26
    CONDITION_FAILED = 27

    @classmethod
    def of(cls, code: int) -> ErrorCode:
        """The code of that number, INTERNAL_ERROR where there is none."""
        try:
            return cls(code)
        except ValueError:
            return cls.INTERNAL_ERROR


class Outcome(enum.IntEnum):
    """What became of a request that failed."""

    NOT_DONE = 1
    """It certainly had and will have no effect."""

    UNKNOWN = 2
    """It may have been done, or may yet be."""


class VelocityError(Exception):
    """Whatever a call can end with, other than a wrong argument (ValueError, TypeError)."""

    def __init__(self, message: str, outcome: Outcome = Outcome.NOT_DONE, code: Optional[ErrorCode] = None) -> None:
        super().__init__(message)
        self.outcome = outcome
        """Whether the request may have been done."""
        self.code = code
        """The server's code, or the one that fits; None where the client alone has failed."""

    @property
    def is_outcome_known(self) -> bool:
        """Whether it is certain that nothing was done."""
        return self.outcome is Outcome.NOT_DONE

    def __str__(self) -> str:
        done = "not done" if self.is_outcome_known else "outcome unknown"
        return f"{super().__str__()} ({done})"


class ServerError(VelocityError):
    """The server answered with an error."""

    code: ErrorCode

    def __init__(
            self, code: ErrorCode, outcome: Outcome, text: str, position: int = -1, retry_after_ms: int = 0,
            raw_code: Optional[int] = None) -> None:
        super().__init__(f"{code.name}: {text}", outcome, code)
        self.text = text
        """The server's words."""
        self.position = position
        """The character of the SQL statement that is at fault, from 0; -1 for none."""
        self.retry_after_ms = retry_after_ms
        """When to come again; 0 if not known."""
        self.raw_code = int(code) if raw_code is None else raw_code
        """The code as it was sent, also where this client does not know it."""


class ConnectionLost(VelocityError):
    """The connection is gone, or could not be made. Its code is the one with which the server ended it, where it said one."""

    retry_after_ms: int = 0
    """When to come again, where the server said so; else 0."""


class RequestTimeout(VelocityError):
    """The deadline of the call has passed."""

    def __init__(self, message: str, outcome: Outcome = Outcome.NOT_DONE) -> None:
        super().__init__(message, outcome, ErrorCode.DEADLINE_EXCEEDED)


class BrokenProtocol(VelocityError):
    """The peer sent what the protocol does not allow; the connection is closed."""

    def __init__(self, message: str, outcome: Outcome = Outcome.NOT_DONE) -> None:
        super().__init__(message, outcome, ErrorCode.PROTOCOL_ERROR)


class ServerNotTrusted(VelocityError):
    """The server could not show the key by which it is known. Nothing was sent to it that is secret."""


class ConnectionInUse(VelocityError):
    """A result is being streamed over the connection that this thread wants to use for something else."""


class ClosedError(VelocityError):
    """The connection or pool was closed by this program."""
