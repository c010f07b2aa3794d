"""The calls that a connection and a pool have in common, and what they answer."""

from __future__ import annotations

import abc
import json
import math
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Dict, Generic, Iterable, Iterator, List, Optional, Sequence, Tuple, Type, TypeVar, Union

from . import protocol as p
from .errors import BrokenProtocol

Bytes = Union[str, bytes, bytearray, memoryview]
"""A key or a value: bytes, or text, which is sent as UTF-8."""

RequestId = Tuple[int, int]
"""Client id, any number of 64 bits, signed, and request number, positive: see ``Calls.write``."""

A = TypeVar("A", bound=p.Message)
C = TypeVar("C", bound="Calls")


@dataclass(frozen=True)
class Value:
    """What a key holds."""

    value: bytes
    version: int
    """The sequence of the write that stored it; conditional writes compare with it."""
    served_at: int
    """The sequence of the snapshot that was read."""
    ttl_ms: Optional[int] = None
    """In how many milliseconds from the read it expires; None where it stays."""

    @property
    def text(self) -> str:
        """The value as text."""
        return self.value.decode("utf-8")


@dataclass(frozen=True)
class WriteAnswer:
    """What became of a write. It is true where the write was done, false where a condition did not hold."""

    is_applied: bool
    durability: p.Durability
    is_replay: bool
    """Whether the server had done it already, and this is the answer of that time."""
    applied_count: int
    sequence: int
    """The version of the last operation that was done; where a condition failed, the one at which it was judged."""
    failed_operation: int
    found_version: int
    """The version that the failed condition met, 0 where the key is absent."""
    counter: int
    """What the last increment of the batch came to; 0 where it has none."""

    def __bool__(self) -> bool:
        return self.is_applied

    def version(self, rank: int) -> int:
        """The version of the operation at this rank among those that were done, from 0."""
        if not 0 <= rank < self.applied_count:
            raise IndexError(f"so many operations were not done: rank={rank}, count={self.applied_count}")
        return self.sequence - (self.applied_count - 1) + rank


class Batch:
    """Operations that are done as one or not at all. Each method gives the batch back, so that they can be chained."""

    def __init__(self) -> None:
        self._operations: List[p.Operation] = []

    def __len__(self) -> int:
        return len(self._operations)

    @property
    def operations(self) -> Tuple[p.Operation, ...]:
        """What was added so far."""
        return tuple(self._operations)

    def put(
            self, key: Bytes, value: Bytes, *, if_absent: bool = False, if_present: bool = False,
            if_version: Optional[int] = None, skip: bool = False, ttl_ms: Optional[int] = None,
            keyspace: int = p.DEFAULT_KEYSPACE) -> Batch:
        """Stores a value, for so many milliseconds if ``ttl_ms`` says so. With ``skip`` it alone is left out where its
        condition fails."""
        condition, version = _condition(if_absent, if_present, if_version)
        return self._add(p.OperationKind.PUT, key, _value(value), condition, version, skip, keyspace, ttl_ms)

    def increment(
            self, key: Bytes, by: int = 1, *, if_absent: bool = False, if_present: bool = False,
            if_version: Optional[int] = None, skip: bool = False, ttl_ms: Optional[int] = None,
            keyspace: int = p.DEFAULT_KEYSPACE) -> Batch:
        """Adds to a counter, a value that is a whole number in decimal text; what is absent counts as 0. The time to live is
        for a counter that begins here, another keeps its own."""
        if not -2 ** 63 <= by < 2 ** 63:
            raise ValueError(f"a counter has 64 bits: by={by}")
        condition, version = _condition(if_absent, if_present, if_version)
        value = by.to_bytes(p.INCREMENT_LENGTH, "little", signed=True)
        return self._add(p.OperationKind.INCREMENT, key, value, condition, version, skip, keyspace, ttl_ms)

    def delete(
            self, key: Bytes, *, if_present: bool = False, if_version: Optional[int] = None, skip: bool = False,
            keyspace: int = p.DEFAULT_KEYSPACE) -> Batch:
        """Takes a key away; one that is not there stays away."""
        condition, version = _condition(False, if_present, if_version)
        return self._add(p.OperationKind.DELETE, key, b"", condition, version, skip, keyspace)

    def check(
            self, key: Bytes, *, if_absent: bool = False, if_present: bool = False, if_version: Optional[int] = None,
            keyspace: int = p.DEFAULT_KEYSPACE) -> Batch:
        """Changes nothing, but the batch is done only if this holds."""
        condition, version = _condition(if_absent, if_present, if_version)
        if condition is p.Condition.NONE:
            raise ValueError("a check needs a condition: if_absent, if_present or if_version")
        return self._add(p.OperationKind.CHECK, key, b"", condition, version, False, keyspace)

    def _add(
            self, kind: p.OperationKind, key: Bytes, value: bytes, condition: p.Condition, version: int, skip: bool,
            keyspace: int, ttl_ms: Optional[int] = None) -> Batch:
        if ttl_ms is not None and not 0 < ttl_ms < 2 ** 63:
            raise ValueError(f"a time to live must be positive: ttl_ms={ttl_ms}")
        self._operations.append(
            p.Operation(kind, _key(key), value, condition, version, skip, _keyspace(keyspace), ttl_ms))
        return self


class Exchange(abc.ABC):
    """A request that was sent, and its answer, frame by frame. Belongs to the thread that began it."""

    @abc.abstractmethod
    def next(self) -> p.Frame:
        """The next frame of the answer. The one without MORE is the last, and sets the connection free."""

    @abc.abstractmethod
    def close(self) -> None:
        """Gives up what has not been read. There is no way to tell the server, so the connection is closed then."""

    @abc.abstractmethod
    def abandon(self) -> None:
        """As ``close``, for a result that nobody has any more: any thread at any moment, so it must not wait for a lock."""


R = TypeVar("R")


class _Pages(Generic[R]):
    """Goes over the parts of an answer as they come in. Close it, or use it in a ``with``, unless it is read to its end."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._is_last = False
        self._rows: List[R] = []
        self._next = 0

    def _on_page(self, message: p.Message) -> Sequence[R]:
        raise NotImplementedError

    def _read_page(self) -> None:
        frame = self._exchange.next()
        self._is_last = not frame.more
        self._rows = list(self._on_page(frame.message))
        self._next = 0

    def __iter__(self: _P) -> _P:
        return self

    def __next__(self) -> R:
        while self._next == len(self._rows):
            if self._is_last:
                raise StopIteration
            self._read_page()
        row = self._rows[self._next]
        self._next += 1
        return row

    def pages(self) -> Iterator[List[R]]:
        """What comes in, as many at a time as the server sends in one frame."""
        while True:
            if self._next < len(self._rows):
                page = self._rows[self._next:]
                self._next = len(self._rows)
                yield page
            if self._is_last:
                return
            self._read_page()

    def close(self) -> None:
        """Gives up the rest; what has been read stays."""
        if not self._is_last:
            self._is_last = True
            self._exchange.close()

    def __enter__(self: _P) -> _P:
        return self

    def __exit__(
            self, kind: Optional[Type[BaseException]], e: Optional[BaseException],
            traceback: Optional[TracebackType]) -> None:
        self.close()

    def __del__(self) -> None:
        # A result that was forgotten must not keep its connection for ever.
        if not getattr(self, "_is_last", True):
            self._is_last = True
            self._exchange.abandon()


_P = TypeVar("_P", bound="_Pages[Any]")


class Scan(_Pages[p.Entry]):
    """The entries of a range, all of one snapshot, in the order of their keys."""

    served_at: int
    """The sequence of the snapshot."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        self._read_page()

    def _on_page(self, message: p.Message) -> Sequence[p.Entry]:
        assert isinstance(message, p.ScanResult)
        self.served_at = message.served_at
        return message.entries


class SqlResult(_Pages[Tuple[p.SqlValue, ...]]):
    """The rows of a statement, as they come in."""

    columns: Tuple[str, ...]
    """The names of the columns; none where the statement gives no rows."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        self._last: Optional[p.SqlResultPage] = None
        self._read_page()

    def _on_page(self, message: p.Message) -> Sequence[Tuple[p.SqlValue, ...]]:
        assert isinstance(message, p.SqlResultPage)
        self.columns = message.columns
        if self._is_last:
            self._last = message
        return message.rows

    def fetch_all(self) -> List[Tuple[p.SqlValue, ...]]:
        """All rows that were not read yet."""
        return list(self)

    @property
    def rows_affected(self) -> int:
        """How many rows the statement changed or gave; only known at the end of the rows."""
        return self._end().rows_affected

    @property
    def sequence(self) -> int:
        """The sequence of the write or of the snapshot that was read; only known at the end of the rows."""
        return self._end().sequence

    @property
    def execution_time_us(self) -> int:
        """What the server took, in microseconds; only known at the end of the rows."""
        return self._end().execution_time_us

    @property
    def durability(self) -> p.Durability:
        """How durable a write is; DEFAULT for what wrote nothing. Only known at the end of the rows."""
        return p.Durability(self._end().durability)

    def _end(self) -> p.SqlResultPage:
        if self._last is None:
            raise ValueError("the rows have to be read first: fetch_all()")
        return self._last


class Calls(abc.ABC):
    """What one can ask a server. Every call takes a ``timeout`` in seconds, for all of it: waiting for a turn, sending, and
    reading the answer; the server is told what is left of it. None means the default of the options."""

    @abc.abstractmethod
    def _exchange(
            self, message: p.Message, answer: Type[p.Message], deadline: float,
            request_id: Optional[RequestId] = None) -> Exchange:
        """Sends a request and reads the first frame of its answer, so that ``next`` gives that one first."""

    @abc.abstractmethod
    def _default_timeout(self, is_stream: bool) -> float:
        """Seconds for a call that does not say."""

    @abc.abstractmethod
    def close(self, timeout: Optional[float] = None) -> None:
        """Ends it."""

    def __enter__(self: C) -> C:
        return self

    def __exit__(
            self, kind: Optional[Type[BaseException]], e: Optional[BaseException],
            traceback: Optional[TracebackType]) -> None:
        self.close()

    def ping(self, *, timeout: Optional[float] = None) -> float:
        """Asks whether the server is there; the seconds that its answer took."""
        begun = time.monotonic()
        self._ask(p.Ping(), p.Pong, timeout)
        return time.monotonic() - begun

    def get(self, key: Bytes, *, keyspace: int = p.DEFAULT_KEYSPACE, timeout: Optional[float] = None) -> Optional[Value]:
        """The value of a key, None where there is none."""
        answer = self._ask(p.Get(_keyspace(keyspace), _key(key)), p.GetResult, timeout)
        return Value(answer.value, answer.version, answer.served_at, answer.ttl_ms) if answer.found else None

    def multi_get(
            self, keys: Iterable[Bytes], *, keyspace: int = p.DEFAULT_KEYSPACE,
            timeout: Optional[float] = None) -> List[Optional[Value]]:
        """The values of 1 to 10,000 keys, in their order, all of one snapshot."""
        wanted = tuple(_key(key) for key in keys)
        if not 0 < len(wanted) <= p.MAX_MULTI_GET_KEYS:
            raise ValueError(f"keys must be 1 to {p.MAX_MULTI_GET_KEYS}: count={len(wanted)}")
        exchange = self._exchange(
            p.MultiGet(_keyspace(keyspace), wanted), p.MultiGetResult, self._deadline(timeout, False))
        values: List[Optional[Value]] = []
        try:
            while True:
                frame = exchange.next()
                assert isinstance(frame.message, p.MultiGetResult)
                for entry in frame.message.entries:
                    values.append(Value(
                        entry.value, entry.version, frame.message.served_at, entry.ttl_ms) if entry.found else None)
                if not frame.more:
                    break
        except BaseException:
            exchange.close()
            raise
        if len(values) != len(wanted):
            raise BrokenProtocol(f"not as many entries as keys: entries={len(values)}, keys={len(wanted)}")
        return values

    def put(
            self, key: Bytes, value: Bytes, *, if_absent: bool = False, if_present: bool = False,
            if_version: Optional[int] = None, ttl_ms: Optional[int] = None,
            durability: p.Durability = p.Durability.DEFAULT, keyspace: int = p.DEFAULT_KEYSPACE,
            timeout: Optional[float] = None) -> WriteAnswer:
        """Stores a value, under a condition if one is given, and for so many milliseconds if ``ttl_ms`` says so."""
        batch = Batch().put(
            key, value, if_absent=if_absent, if_present=if_present, if_version=if_version, ttl_ms=ttl_ms,
            keyspace=keyspace)
        return self.write(batch, durability=durability, timeout=timeout)

    def increment(
            self, key: Bytes, by: int = 1, *, ttl_ms: Optional[int] = None,
            durability: p.Durability = p.Durability.DEFAULT, keyspace: int = p.DEFAULT_KEYSPACE,
            timeout: Optional[float] = None) -> int:
        """Adds to a counter and gives what it came to. A connection does not retry; where you do, use ``write`` with an id."""
        batch = Batch().increment(key, by, ttl_ms=ttl_ms, keyspace=keyspace)
        return self.write(batch, durability=durability, timeout=timeout).counter

    def delete(
            self, key: Bytes, *, if_present: bool = False, if_version: Optional[int] = None,
            durability: p.Durability = p.Durability.DEFAULT, keyspace: int = p.DEFAULT_KEYSPACE,
            timeout: Optional[float] = None) -> WriteAnswer:
        """Takes a key away, under a condition if one is given."""
        batch = Batch().delete(key, if_present=if_present, if_version=if_version, keyspace=keyspace)
        return self.write(batch, durability=durability, timeout=timeout)

    def write(
            self, batch: Batch, *, durability: p.Durability = p.Durability.DEFAULT,
            request_id: Optional[RequestId] = None, timeout: Optional[float] = None) -> WriteAnswer:
        """Does a batch as one, or nothing of it where a condition fails, which is no error: look at the answer.

        A write that is sent again under its request id is done once, and answered as it was the first time. A pool gives
        every write an id of its own; give one yourself where a retry has to survive this process.
        """
        if not 0 < len(batch) <= p.MAX_OPERATIONS:
            raise ValueError(f"a batch must have 1 to {p.MAX_OPERATIONS} operations: count={len(batch)}")
        message = p.Write(p.Durability(durability), batch.operations)
        answer = self._ask(message, p.WriteResult, timeout, _request_id(request_id))
        is_applied = answer.status is p.WriteStatus.APPLIED
        return WriteAnswer(
            is_applied, answer.durability, answer.replay, answer.applied_count, answer.sequence, answer.failed_operation,
            0 if is_applied else answer.result, answer.result if is_applied else 0)

    def scan(
            self, start: Bytes = b"", end: Optional[Bytes] = None, *, prefix: Optional[Bytes] = None,
            reverse: bool = False, keys_only: bool = False, limit: int = 0, keyspace: int = p.DEFAULT_KEYSPACE,
            timeout: Optional[float] = None) -> Scan:
        """Entries from ``start`` to before ``end``, or those that begin with ``prefix``; ``limit`` 0 is none.

        The entries come as they are read: the connection is taken until the last of them, or until ``close``.
        """
        if not 0 <= limit <= 0xFFFFFFFF:
            raise ValueError(f"limit is not within 32 bits: limit={limit}")
        if prefix is not None and (len(start) or end is not None):
            raise ValueError("a scan has a prefix, or a start and an end")
        first = _bound(start if prefix is None else prefix)
        last = None if end is None else _bound(end)
        message = p.Scan(_keyspace(keyspace), first, last, reverse, keys_only, prefix is not None, limit)
        return Scan(self._exchange(message, p.ScanResult, self._deadline(timeout, True)))

    def sql(
            self, statement: str, *parameters: p.SqlValue, request_id: Optional[RequestId] = None,
            timeout: Optional[float] = None) -> SqlResult:
        """Runs a statement, with values bound to its question marks: never glue values into the text.

        Rows come as they are read: the connection is taken until the last of them, or until ``close``.
        """
        if len(parameters) > p.MAX_PARAMETERS:
            raise ValueError(f"parameters must be at most {p.MAX_PARAMETERS}: count={len(parameters)}")
        return SqlResult(self._exchange(
            p.Sql(statement, parameters), p.SqlResultPage, self._deadline(timeout, True), _request_id(request_id)))

    def stats(self, *, timeout: Optional[float] = None) -> Dict[str, Any]:
        """The server's statistics."""
        answer = self._ask(p.Stats(), p.StatsResult, timeout)
        try:
            statistics: Dict[str, Any] = json.loads(answer.json)
        except ValueError as e:
            raise BrokenProtocol(f"the statistics are not JSON: {e}") from e
        return statistics

    def _ask(
            self, message: p.Message, answer: Type[A], timeout: Optional[float],
            request_id: Optional[RequestId] = None) -> A:
        exchange = self._exchange(message, answer, self._deadline(timeout, False), request_id)
        frame = exchange.next()
        assert isinstance(frame.message, answer)
        return frame.message

    def _deadline(self, timeout: Optional[float], is_stream: bool) -> float:
        return deadline_in(self._default_timeout(is_stream) if timeout is None else timeout)


MAX_TIMEOUT = 10.0 * 365 * 24 * 3600


def deadline_in(timeout: float) -> float:
    """The moment of the monotonic clock that many seconds from now."""
    if math.isnan(timeout) or timeout <= 0:
        raise ValueError(f"a timeout must be positive: timeout={timeout}")
    return time.monotonic() + min(timeout, MAX_TIMEOUT)


def _request_id(request_id: Optional[RequestId]) -> Optional[RequestId]:
    if request_id is not None:
        client_id, number = request_id
        if not -2 ** 63 <= client_id < 2 ** 63 or not 0 < number < 2 ** 63:
            raise ValueError(f"a request id is a client id of 64 bits and a positive number: id={request_id}")
    return request_id


def _condition(if_absent: bool, if_present: bool, if_version: Optional[int]) -> Tuple[p.Condition, int]:
    if if_absent + if_present + (if_version is not None) > 1:
        raise ValueError("only one of if_absent, if_present and if_version")
    if if_version is not None:
        if not -2 ** 63 <= if_version < 2 ** 63:
            raise ValueError(f"a version does not fit into 64 bits: version={if_version}")
        return p.Condition.VERSION, if_version
    if if_absent:
        return p.Condition.ABSENT, 0
    return (p.Condition.PRESENT if if_present else p.Condition.NONE), 0


def _bytes(data: Bytes) -> bytes:
    if isinstance(data, str):
        return data.encode("utf-8")
    if not isinstance(data, (bytes, bytearray, memoryview)):
        # bytes(5) would be five zeros.
        raise TypeError(f"keys and values are str or bytes: type={type(data).__name__}")
    return bytes(data)


def _key(key: Bytes) -> bytes:
    data = _bytes(key)
    if not 0 < len(data) <= p.MAX_KEY_LENGTH:
        raise ValueError(f"a key has 1 to {p.MAX_KEY_LENGTH} bytes: length={len(data)}")
    return data


def _bound(key: Bytes) -> bytes:
    data = _bytes(key)
    if len(data) > p.MAX_KEY_LENGTH:
        raise ValueError(f"a bound has at most {p.MAX_KEY_LENGTH} bytes: length={len(data)}")
    return data


def _value(value: Bytes) -> bytes:
    data = _bytes(value)
    if len(data) > p.MAX_VALUE_LENGTH:
        raise ValueError(f"a value has at most {p.MAX_VALUE_LENGTH} bytes: length={len(data)}")
    return data


def _keyspace(keyspace: int) -> int:
    if not 0 <= keyspace <= p.MAX_KEYSPACE:
        raise ValueError(f"a keyspace is 0 to {p.MAX_KEYSPACE}: keyspace={keyspace}")
    return keyspace
