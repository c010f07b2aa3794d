"""The bytes of version 2 of the Velocity Protocol: frames, messages, limits. See docs/VELOCITY_PROTOCOL.md.

Nothing here knows of a network. Every message is an immutable object that makes its bytes (``encode``) and is made of them
(``decode``); there is one encoding of each, and ``decode`` refuses any other with BrokenProtocol.
"""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass
from typing import ClassVar, Dict, List, Optional, Tuple, Type, Union

from .crc32c import Buffer, crc32c
from .errors import BrokenProtocol

MAGIC = 0x56454C4F
VERSION = 2
HEADER_LENGTH = 24
MAX_FRAME_LENGTH = 68_157_440
MAX_KEY_LENGTH = 65_536
MAX_VALUE_LENGTH = 67_108_864
MAX_OPERATIONS = 100_000
MAX_MULTI_GET_KEYS = 10_000
MAX_KEYSPACE = 2 ** 31 - 1
MAX_PARAMETERS = 65_535
NONCE_LENGTH = 32
NO_BOUND = 0xFFFFFFFF
DEFAULT_KEYSPACE = 0

FLAG_HAS_TIMEOUT = 1
FLAG_HAS_REQUEST_ID = 2
FLAG_MORE = 4
FLAG_ANSWERS_PING = 8

SqlValue = Union[None, str, bytes, int, float, bool]
"""A parameter or a value of a row: null, text, bytes, i64, f64 or boolean."""

_HEADER = struct.Struct("<IBBHIIq")
_CHECKSUM_OFFSET = 12
_AFTER_CHECKSUM = 16


class MessageType(enum.IntEnum):
    """The types of messages; answers are their request's with the highest bit set."""

    HELLO = 0x01
    AUTH = 0x02
    PING = 0x03
    DISCONNECT = 0x04
    GET = 0x10
    MULTI_GET = 0x11
    WRITE = 0x12
    SCAN = 0x13
    SQL = 0x14
    STATS = 0x15
    SERVER_HELLO = 0x81
    AUTH_OK = 0x82
    PONG = 0x83
    GET_RESULT = 0x90
    MULTI_GET_RESULT = 0x91
    WRITE_RESULT = 0x92
    SCAN_RESULT = 0x93
    SQL_RESULT = 0x94
    STATS_RESULT = 0x95
    ERROR = 0xFF


class Durability(enum.IntEnum):
    """When a write is acknowledged."""

    DEFAULT = 0
    """As the server is configured."""
    NONE = 1
    """Forced to disk when the system gets to it."""
    INTERVAL = 2
    """Forced to disk once in an interval."""
    GROUP = 3
    """On disk before it is answered."""


class OperationKind(enum.IntEnum):
    """What an operation of a batch does."""

    PUT = 1
    DELETE = 2
    CHECK = 3
    INCREMENT = 4


class Condition(enum.IntEnum):
    """What has to hold of a key before the batch."""

    NONE = 0
    ABSENT = 1
    PRESENT = 2
    VERSION = 3


class WriteStatus(enum.IntEnum):
    """What became of a batch."""

    APPLIED = 1
    CONDITION_FAILED = 2


class Reader:
    """Takes the fields of a message one after the other and never looks past its end."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._offset = 0

    @property
    def remaining(self) -> int:
        """The bytes that have not been taken."""
        return len(self._data) - self._offset

    def bytes(self, length: int) -> bytes:
        """So many bytes, copied."""
        if length > self.remaining:
            raise BrokenProtocol(
                f"a length reaches beyond its message: length={length}, remaining={self.remaining}")
        start = self._offset
        self._offset += length
        return bytes(self._data[start:self._offset])

    def unpack(self, layout: struct.Struct) -> Tuple[int, ...]:
        """The fields of a layout."""
        if layout.size > self.remaining:
            raise BrokenProtocol(
                f"a message is too short: needed={layout.size}, remaining={self.remaining}")
        fields = layout.unpack_from(self._data, self._offset)
        self._offset += layout.size
        return fields

    def u8(self) -> int:
        """One unsigned byte."""
        return self.unpack(_U8)[0]

    def u16(self) -> int:
        """Two bytes, unsigned."""
        return self.unpack(_U16)[0]

    def u32(self) -> int:
        """Four bytes, unsigned."""
        return self.unpack(_U32)[0]

    def i64(self) -> int:
        """Eight bytes, signed."""
        return self.unpack(_I64)[0]

    def text16(self) -> str:
        """UTF-8 behind a length of two bytes."""
        return _text(self.bytes(self.u16()))

    def zeros(self, count: int) -> None:
        """Bytes that must be zero."""
        if any(self.bytes(count)):
            raise BrokenProtocol(f"bytes that must be zero are not: offset={self._offset - count}, count={count}")

    def count(self, least_length: int) -> int:
        """A count of parts that have at least that many bytes each, so that it cannot be believed before they are there."""
        count = self.u32()
        if count * least_length > self.remaining:
            raise BrokenProtocol(f"a count reaches beyond its message: count={count}, remaining={self.remaining}")
        return count

    def end(self) -> None:
        """Refuses what is left over."""
        if self.remaining != 0:
            raise BrokenProtocol(f"bytes are left over after a message: count={self.remaining}")


_U8 = struct.Struct("<B")
_U16 = struct.Struct("<H")
_U32 = struct.Struct("<I")
_I64 = struct.Struct("<q")
_F64 = struct.Struct("<d")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as e:
        raise BrokenProtocol(f"text is not UTF-8: {e}") from None


def _chunk16(data: bytes) -> bytes:
    return _U16.pack(len(data)) + data


def _one_of(what: str, value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise BrokenProtocol(f"{what} is none: value={value}, least={least}, most={most}")
    return value


class Message:
    """What the body of a frame says."""

    TYPE: ClassVar[MessageType]
    PERMITTED_FLAGS: ClassVar[int] = FLAG_HAS_TIMEOUT

    def encode(self) -> bytes:
        """The bytes of the message."""
        return b""

    @classmethod
    def decode(cls, reader: Reader) -> Message:
        """The message of these bytes."""
        return cls()


@dataclass(frozen=True)
class Hello(Message):
    """The client greets."""

    TYPE: ClassVar[MessageType] = MessageType.HELLO
    PERMITTED_FLAGS: ClassVar[int] = FLAG_HAS_TIMEOUT | FLAG_ANSWERS_PING
    client_nonce: bytes
    client_name: str

    def encode(self) -> bytes:
        return self.client_nonce + _chunk16(self.client_name.encode("utf-8"))

    @classmethod
    def decode(cls, reader: Reader) -> Hello:
        return cls(reader.bytes(NONCE_LENGTH), reader.text16())


@dataclass(frozen=True)
class ServerHello(Message):
    """The server proves who it is."""

    TYPE: ClassVar[MessageType] = MessageType.SERVER_HELLO
    PERMITTED_FLAGS: ClassVar[int] = 0
    server_nonce: bytes
    public_key: bytes
    signature: bytes
    server_version: str

    def encode(self) -> bytes:
        return (self.server_nonce + _chunk16(self.public_key) + _chunk16(self.signature)
                + _chunk16(self.server_version.encode("utf-8")))

    @classmethod
    def decode(cls, reader: Reader) -> ServerHello:
        return cls(
            reader.bytes(NONCE_LENGTH), reader.bytes(reader.u16()), reader.bytes(reader.u16()), reader.text16())


@dataclass(frozen=True)
class Auth(Message):
    """User and password."""

    TYPE: ClassVar[MessageType] = MessageType.AUTH
    user: str
    password: str

    def encode(self) -> bytes:
        return _chunk16(self.user.encode("utf-8")) + _chunk16(self.password.encode("utf-8"))

    @classmethod
    def decode(cls, reader: Reader) -> Auth:
        return cls(reader.text16(), reader.text16())

    def __repr__(self) -> str:
        return f"Auth(user={self.user!r}, password=...)"


@dataclass(frozen=True)
class AuthOk(Message):
    """They were right."""

    TYPE: ClassVar[MessageType] = MessageType.AUTH_OK
    PERMITTED_FLAGS: ClassVar[int] = 0


@dataclass(frozen=True)
class Ping(Message):
    """Are you there?"""

    TYPE: ClassVar[MessageType] = MessageType.PING


@dataclass(frozen=True)
class Pong(Message):
    """Yes."""

    TYPE: ClassVar[MessageType] = MessageType.PONG
    PERMITTED_FLAGS: ClassVar[int] = 0


@dataclass(frozen=True)
class Disconnect(Message):
    """Farewell; nothing follows it."""

    TYPE: ClassVar[MessageType] = MessageType.DISCONNECT
    PERMITTED_FLAGS: ClassVar[int] = 0


_GET = struct.Struct("<II")
_ENTRY_HEAD = struct.Struct("<BBHIq")


@dataclass(frozen=True)
class Get(Message):
    """Asks for one key."""

    TYPE: ClassVar[MessageType] = MessageType.GET
    keyspace: int
    key: bytes

    def encode(self) -> bytes:
        return _GET.pack(self.keyspace, len(self.key)) + self.key

    @classmethod
    def decode(cls, reader: Reader) -> Get:
        keyspace, length = reader.unpack(_GET)
        return cls(keyspace, reader.bytes(length))


_GET_RESULT = struct.Struct("<BBHIqq")


@dataclass(frozen=True)
class GetResult(Message):
    """The value of one key, or that there is none."""

    TYPE: ClassVar[MessageType] = MessageType.GET_RESULT
    PERMITTED_FLAGS: ClassVar[int] = 0
    found: bool
    value: bytes
    version: int
    served_at: int
    ttl_ms: Optional[int] = None

    def encode(self) -> bytes:
        head = _GET_RESULT.pack(
            self.found, self.ttl_ms is not None, 0, len(self.value), self.version, self.served_at)
        return head + _encode_ttl(self.ttl_ms) + self.value

    @classmethod
    def decode(cls, reader: Reader) -> GetResult:
        found, has_ttl, zero, length, version, served_at = reader.unpack(_GET_RESULT)
        _require_found(found, has_ttl, zero, length, version)
        ttl_ms = _decode_ttl(reader) if has_ttl else None
        return cls(bool(found), reader.bytes(length), version, served_at, ttl_ms)


def _require_found(found: int, has_ttl: int, zero: int, value_length: int, version: int) -> None:
    _one_of("found", found, 0, 1)
    _one_of("has ttl", has_ttl, 0, 1)
    if zero:
        raise BrokenProtocol("bytes that must be zero are not, after found")
    if not found and (value_length or version or has_ttl):
        raise BrokenProtocol(f"a key that is absent has a value: length={value_length}, version={version}")


def _encode_ttl(ttl_ms: Optional[int]) -> bytes:
    return b"" if ttl_ms is None else _I64.pack(ttl_ms)


def _decode_ttl(reader: Reader) -> int:
    ttl_ms = reader.i64()
    _require_positive("time to live", ttl_ms)
    return ttl_ms


@dataclass(frozen=True)
class MultiGet(Message):
    """Asks for several keys of one snapshot."""

    TYPE: ClassVar[MessageType] = MessageType.MULTI_GET
    keyspace: int
    keys: Tuple[bytes, ...]

    def encode(self) -> bytes:
        parts = [_GET.pack(self.keyspace, len(self.keys))]
        for key in self.keys:
            parts.append(_U32.pack(len(key)))
            parts.append(key)
        return b"".join(parts)

    @classmethod
    def decode(cls, reader: Reader) -> MultiGet:
        keyspace = reader.u32()
        count = reader.count(4)
        return cls(keyspace, tuple(reader.bytes(reader.u32()) for _ in range(count)))


@dataclass(frozen=True)
class MultiGetEntry:
    """What was found of one key."""

    found: bool
    version: int
    value: bytes
    ttl_ms: Optional[int] = None


_PAGE = struct.Struct("<qII")


@dataclass(frozen=True)
class MultiGetResult(Message):
    """Some of the entries that a MULTI_GET asked for, in its order."""

    TYPE: ClassVar[MessageType] = MessageType.MULTI_GET_RESULT
    PERMITTED_FLAGS: ClassVar[int] = FLAG_MORE
    served_at: int
    entries: Tuple[MultiGetEntry, ...]

    def encode(self) -> bytes:
        parts = [_PAGE.pack(self.served_at, len(self.entries), 0)]
        for entry in self.entries:
            has_ttl = entry.ttl_ms is not None
            parts.append(_ENTRY_HEAD.pack(entry.found, has_ttl, 0, len(entry.value), entry.version))
            parts.append(_encode_ttl(entry.ttl_ms))
            parts.append(entry.value)
        return b"".join(parts)

    @classmethod
    def decode(cls, reader: Reader) -> MultiGetResult:
        served_at, count = _decode_page(reader, _ENTRY_HEAD.size)
        entries: List[MultiGetEntry] = []
        for _ in range(count):
            found, has_ttl, zero, length, version = reader.unpack(_ENTRY_HEAD)
            _require_found(found, has_ttl, zero, length, version)
            ttl_ms = _decode_ttl(reader) if has_ttl else None
            entries.append(MultiGetEntry(bool(found), version, reader.bytes(length), ttl_ms))
        return cls(served_at, tuple(entries))


def _decode_page(reader: Reader, least_length: int) -> Tuple[int, int]:
    served_at = reader.i64()
    count = reader.u32()
    reader.zeros(4)
    if count * least_length > reader.remaining:
        raise BrokenProtocol(f"a count reaches beyond its message: count={count}, remaining={reader.remaining}")
    return served_at, count


_WRITE = struct.Struct("<BBHI")
_OPERATION = struct.Struct("<BBHIIIq")
OPERATION_SKIP = 1
OPERATION_HAS_TTL = 2
INCREMENT_LENGTH = 8


@dataclass(frozen=True)
class Operation:
    """One operation of a batch."""

    kind: OperationKind
    key: bytes
    value: bytes = b""
    condition: Condition = Condition.NONE
    expected_version: int = 0
    skip: bool = False
    keyspace: int = DEFAULT_KEYSPACE
    ttl_ms: Optional[int] = None


@dataclass(frozen=True)
class Write(Message):
    """A put, a delete, an increment, or a batch under conditions."""

    TYPE: ClassVar[MessageType] = MessageType.WRITE
    PERMITTED_FLAGS: ClassVar[int] = FLAG_HAS_TIMEOUT | FLAG_HAS_REQUEST_ID
    durability: Durability
    operations: Tuple[Operation, ...]

    def encode(self) -> bytes:
        parts = [_WRITE.pack(self.durability, 0, 0, len(self.operations))]
        for o in self.operations:
            flags = (OPERATION_SKIP if o.skip else 0) | (0 if o.ttl_ms is None else OPERATION_HAS_TTL)
            parts.append(_OPERATION.pack(
                o.kind, o.condition, flags, o.keyspace, len(o.key), len(o.value), o.expected_version))
            parts.append(_encode_ttl(o.ttl_ms))
            parts.append(o.key)
            parts.append(o.value)
        return b"".join(parts)

    @classmethod
    def decode(cls, reader: Reader) -> Write:
        durability = Durability(_one_of("durability", reader.u8(), 0, 3))
        reader.zeros(3)
        return cls(durability, tuple(_decode_operation(reader) for _ in range(reader.count(_OPERATION.size))))


def _decode_operation(reader: Reader) -> Operation:
    kind, condition, flags, keyspace, key_length, value_length, expected_version = reader.unpack(_OPERATION)
    _one_of("kind of an operation", kind, 1, 4)
    _one_of("condition", condition, 0, 3)
    _one_of("flags of an operation", flags, 0, OPERATION_SKIP | OPERATION_HAS_TTL)
    is_stored = kind in (OperationKind.PUT, OperationKind.INCREMENT)
    is_length_right = kind == OperationKind.PUT or value_length == (
        INCREMENT_LENGTH if kind == OperationKind.INCREMENT else 0)
    if (not is_length_right or (flags & OPERATION_HAS_TTL and not is_stored)
            or (condition != Condition.VERSION and expected_version)):
        raise BrokenProtocol("an operation has a value, a time to live or a version that it cannot have")
    ttl_ms = _decode_ttl(reader) if flags & OPERATION_HAS_TTL else None
    return Operation(
        OperationKind(kind), reader.bytes(key_length), reader.bytes(value_length), Condition(condition),
        expected_version, bool(flags & OPERATION_SKIP), keyspace, ttl_ms)


_WRITE_RESULT = struct.Struct("<BBBBIqIIq")


@dataclass(frozen=True)
class WriteResult(Message):
    """What became of a WRITE."""

    TYPE: ClassVar[MessageType] = MessageType.WRITE_RESULT
    PERMITTED_FLAGS: ClassVar[int] = 0
    status: WriteStatus
    durability: Durability
    replay: bool
    applied_count: int
    sequence: int
    failed_operation: int
    result: int
    """What the last increment came to; of a condition that failed, the version that it met."""

    def encode(self) -> bytes:
        return _WRITE_RESULT.pack(
            self.status, self.durability, self.replay, 0, self.applied_count, self.sequence, self.failed_operation, 0,
            self.result)

    @classmethod
    def decode(cls, reader: Reader) -> WriteResult:
        status, durability, replay, zero_0, applied, sequence, failed, zero_1, found = reader.unpack(_WRITE_RESULT)
        if zero_0 or zero_1:
            raise BrokenProtocol("bytes that must be zero are not, in WRITE_RESULT")
        return cls(
            WriteStatus(_one_of("status", status, 1, 2)), Durability(_one_of("durability", durability, 1, 3)),
            bool(_one_of("replay", replay, 0, 1)), applied, sequence, failed, found)


_SCAN = struct.Struct("<IIIIII")
SCAN_REVERSE = 1
SCAN_KEYS_ONLY = 2
SCAN_PREFIX = 4


@dataclass(frozen=True)
class Scan(Message):
    """Asks for a range of entries, in the order of their keys."""

    TYPE: ClassVar[MessageType] = MessageType.SCAN
    keyspace: int
    start: bytes
    end: Optional[bytes]
    reverse: bool
    keys_only: bool
    prefix: bool
    limit: int

    def encode(self) -> bytes:
        flags = ((SCAN_REVERSE if self.reverse else 0) | (SCAN_KEYS_ONLY if self.keys_only else 0)
                 | (SCAN_PREFIX if self.prefix else 0))
        end_length = NO_BOUND if self.end is None else len(self.end)
        head = _SCAN.pack(self.keyspace, flags, self.limit, len(self.start), end_length, 0)
        return head + self.start + (self.end or b"")

    @classmethod
    def decode(cls, reader: Reader) -> Scan:
        keyspace, flags, limit, start_length, end_length, zero = reader.unpack(_SCAN)
        _one_of("flags of a scan", flags, 0, SCAN_REVERSE | SCAN_KEYS_ONLY | SCAN_PREFIX)
        if zero:
            raise BrokenProtocol("bytes that must be zero are not, in SCAN")
        start = reader.bytes(start_length)
        end = None if end_length == NO_BOUND else reader.bytes(end_length)
        return cls(
            keyspace, start, end, bool(flags & SCAN_REVERSE), bool(flags & SCAN_KEYS_ONLY), bool(flags & SCAN_PREFIX),
            limit)


@dataclass(frozen=True)
class Entry:
    """A key with its value, and the version by which the value is known."""

    key: bytes
    value: bytes
    version: int


_SCAN_ENTRY = struct.Struct("<IIq")


@dataclass(frozen=True)
class ScanResult(Message):
    """Some of a scan's entries."""

    TYPE: ClassVar[MessageType] = MessageType.SCAN_RESULT
    PERMITTED_FLAGS: ClassVar[int] = FLAG_MORE
    served_at: int
    entries: Tuple[Entry, ...]

    def encode(self) -> bytes:
        parts = [_PAGE.pack(self.served_at, len(self.entries), 0)]
        for entry in self.entries:
            parts.append(_SCAN_ENTRY.pack(len(entry.key), len(entry.value), entry.version))
            parts.append(entry.key)
            parts.append(entry.value)
        return b"".join(parts)

    @classmethod
    def decode(cls, reader: Reader) -> ScanResult:
        served_at, count = _decode_page(reader, _SCAN_ENTRY.size)
        entries: List[Entry] = []
        for _ in range(count):
            key_length, value_length, version = reader.unpack(_SCAN_ENTRY)
            entries.append(Entry(reader.bytes(key_length), reader.bytes(value_length), version))
        return cls(served_at, tuple(entries))


_VALUE_NULL, _VALUE_TEXT, _VALUE_BYTES, _VALUE_I64, _VALUE_F64, _VALUE_BOOLEAN = range(6)


def encode_value(value: SqlValue) -> bytes:
    """The bytes of a parameter or a value of a row, its type in front."""
    if value is None:
        return bytes((_VALUE_NULL,))
    if isinstance(value, bool):
        return bytes((_VALUE_BOOLEAN, value))
    if isinstance(value, str):
        encoded = value.encode("utf-8")
        return bytes((_VALUE_TEXT,)) + _U32.pack(len(encoded)) + encoded
    if isinstance(value, (bytes, bytearray, memoryview)):
        data = bytes(value)
        return bytes((_VALUE_BYTES,)) + _U32.pack(len(data)) + data
    if isinstance(value, int):
        if not -2 ** 63 <= value < 2 ** 63:
            raise ValueError(f"a whole number does not fit into 64 bits: value={value}")
        return bytes((_VALUE_I64,)) + _I64.pack(value)
    if isinstance(value, float):
        return bytes((_VALUE_F64,)) + _F64.pack(value)
    raise TypeError(f"a value of SQL is None, str, bytes, int, float or bool: type={type(value).__name__}")


def decode_value(reader: Reader) -> SqlValue:
    """The next parameter or value of a row."""
    kind = reader.u8()
    if kind == _VALUE_NULL:
        return None
    if kind == _VALUE_TEXT:
        return _text(reader.bytes(reader.u32()))
    if kind == _VALUE_BYTES:
        return reader.bytes(reader.u32())
    if kind == _VALUE_I64:
        return reader.i64()
    if kind == _VALUE_F64:
        value: float = _F64.unpack(reader.bytes(8))[0]
        return value
    if kind == _VALUE_BOOLEAN:
        return bool(_one_of("boolean", reader.u8(), 0, 1))
    raise BrokenProtocol(f"a value has a type that is none: type={kind}")


_SQL = struct.Struct("<IHH")


@dataclass(frozen=True)
class Sql(Message):
    """A statement with its parameters."""

    TYPE: ClassVar[MessageType] = MessageType.SQL
    PERMITTED_FLAGS: ClassVar[int] = FLAG_HAS_TIMEOUT | FLAG_HAS_REQUEST_ID
    statement: str
    parameters: Tuple[SqlValue, ...] = ()

    def encode(self) -> bytes:
        statement = self.statement.encode("utf-8")
        head = _SQL.pack(len(statement), len(self.parameters), 0)
        return head + statement + b"".join(encode_value(parameter) for parameter in self.parameters)

    @classmethod
    def decode(cls, reader: Reader) -> Sql:
        length, count, zero = reader.unpack(_SQL)
        if zero:
            raise BrokenProtocol("bytes that must be zero are not, in SQL")
        return cls(_text(reader.bytes(length)), tuple(decode_value(reader) for _ in range(count)))


_SQL_RESULT = struct.Struct("<qqIBBH")


@dataclass(frozen=True)
class SqlResultPage(Message):
    """Some of a statement's rows; the numbers count in the last frame of an answer."""

    TYPE: ClassVar[MessageType] = MessageType.SQL_RESULT
    PERMITTED_FLAGS: ClassVar[int] = FLAG_MORE
    rows_affected: int
    sequence: int
    execution_time_us: int
    durability: int
    columns: Tuple[str, ...]
    rows: Tuple[Tuple[SqlValue, ...], ...]

    def encode(self) -> bytes:
        parts = [_SQL_RESULT.pack(
            self.rows_affected, self.sequence, self.execution_time_us, len(self.columns), self.durability, 0)]
        parts.extend(_chunk16(column.encode("utf-8")) for column in self.columns)
        parts.append(_U32.pack(len(self.rows)))
        parts.extend(encode_value(value) for row in self.rows for value in row)
        return b"".join(parts)

    @classmethod
    def decode(cls, reader: Reader) -> SqlResultPage:
        affected, sequence, time_us, column_count, durability, zero = reader.unpack(_SQL_RESULT)
        if zero:
            raise BrokenProtocol("bytes that must be zero are not, in SQL_RESULT")
        _one_of("durability", durability, 0, 3)
        columns = tuple(reader.text16() for _ in range(column_count))
        row_count = reader.count(max(1, column_count))
        if row_count and not column_count:
            raise BrokenProtocol(f"a result without columns has rows: count={row_count}")
        rows = tuple(tuple(decode_value(reader) for _ in range(column_count)) for _ in range(row_count))
        return cls(affected, sequence, time_us, durability, columns, rows)


@dataclass(frozen=True)
class Stats(Message):
    """Asks for statistics."""

    TYPE: ClassVar[MessageType] = MessageType.STATS


@dataclass(frozen=True)
class StatsResult(Message):
    """Statistics as JSON."""

    TYPE: ClassVar[MessageType] = MessageType.STATS_RESULT
    PERMITTED_FLAGS: ClassVar[int] = 0
    json: str

    def encode(self) -> bytes:
        return self.json.encode("utf-8")

    @classmethod
    def decode(cls, reader: Reader) -> StatsResult:
        return cls(_text(reader.bytes(reader.remaining)))


_ERROR = struct.Struct("<HBBiII")


@dataclass(frozen=True)
class Error(Message):
    """A request failed, or with correlation id 0 the connection."""

    TYPE: ClassVar[MessageType] = MessageType.ERROR
    PERMITTED_FLAGS: ClassVar[int] = 0
    code: int
    outcome: int
    position: int
    retry_after_ms: int
    text: str

    def encode(self) -> bytes:
        text = self.text.encode("utf-8")
        return _ERROR.pack(self.code, self.outcome, 0, self.position, self.retry_after_ms, len(text)) + text

    @classmethod
    def decode(cls, reader: Reader) -> Error:
        code, outcome, zero, position, retry_after_ms, length = reader.unpack(_ERROR)
        _one_of("outcome", outcome, 1, 2)
        if zero:
            raise BrokenProtocol("bytes that must be zero are not, in ERROR")
        return cls(code, outcome, position, retry_after_ms, _text(reader.bytes(length)))


_MESSAGES: Tuple[Type[Message], ...] = (
    Hello, Auth, Ping, Disconnect, Get, MultiGet, Write, Scan, Sql, Stats, ServerHello, AuthOk, Pong, GetResult,
    MultiGetResult, WriteResult, ScanResult, SqlResultPage, StatsResult, Error)
_BY_TYPE: Dict[int, Type[Message]] = {message.TYPE: message for message in _MESSAGES}


@dataclass(frozen=True)
class Frame:
    """A message with what stands around it."""

    message: Message
    correlation_id: int
    timeout_us: Optional[int] = None
    request_id: Optional[Tuple[int, int]] = None
    """Client id and request number."""
    more: bool = False
    answers_ping: bool = False
    """Of a HELLO: whether the client answers the server's PING."""

    def encode(self) -> bytes:
        """The bytes of the frame."""
        extensions = b""
        flags = 0
        if self.timeout_us is not None:
            flags |= FLAG_HAS_TIMEOUT
            extensions += _I64.pack(self.timeout_us)
        if self.request_id is not None:
            flags |= FLAG_HAS_REQUEST_ID
            extensions += _I64.pack(self.request_id[0]) + _I64.pack(self.request_id[1])
        if self.more:
            flags |= FLAG_MORE
        if self.answers_ping:
            flags |= FLAG_ANSWERS_PING
        message = self.message.encode()
        length = len(extensions) + len(message)
        if HEADER_LENGTH + length > MAX_FRAME_LENGTH:
            raise ValueError(f"a frame would be too long: length={HEADER_LENGTH + length}, max={MAX_FRAME_LENGTH}")
        head = _HEADER.pack(MAGIC, VERSION, self.message.TYPE, flags, length, 0, self.correlation_id)
        checksum = crc32c(head[:_CHECKSUM_OFFSET], head[_AFTER_CHECKSUM:], extensions, message)
        return b"".join((
            head[:_CHECKSUM_OFFSET], _U32.pack(checksum), head[_AFTER_CHECKSUM:], extensions, message))


def body_length(header: Buffer) -> int:
    """The length of the body that follows these 24 bytes, which must be the header of a frame of version 2."""
    magic, version, _, _, length, _, _ = _HEADER.unpack(header)
    if magic != MAGIC:
        raise BrokenProtocol(f"what came is no frame: magic=0x{magic:08x}")
    if version != VERSION:
        raise BrokenProtocol(f"a frame is of another version: version={version}, expected={VERSION}")
    if HEADER_LENGTH + length > MAX_FRAME_LENGTH:
        raise BrokenProtocol(f"a frame is too long: length={HEADER_LENGTH + length}, max={MAX_FRAME_LENGTH}")
    return int(length)


def decode_frame(frame: Buffer) -> Frame:
    """The frame of these bytes, from the first of its header to the last of its body."""
    data = memoryview(frame).cast("B")
    if len(data) < HEADER_LENGTH or len(data) != HEADER_LENGTH + body_length(data[:HEADER_LENGTH]):
        raise BrokenProtocol(f"a frame is not as long as it says: length={len(data)}")
    _, _, type_code, flags, _, expected, correlation_id = _HEADER.unpack(data[:HEADER_LENGTH])
    actual = crc32c(data[:_CHECKSUM_OFFSET], data[_AFTER_CHECKSUM:])
    if actual != expected:
        raise BrokenProtocol(f"checksum mismatch: actual=0x{actual:08x}, expected=0x{expected:08x}")
    message_type = _BY_TYPE.get(type_code)
    if message_type is None:
        raise BrokenProtocol(f"a frame is of an unknown type: type=0x{type_code:02x}")
    if flags & ~message_type.PERMITTED_FLAGS:
        raise BrokenProtocol(f"flags are not permitted: type={message_type.TYPE.name}, flags=0x{flags:04x}")
    reader = Reader(data[HEADER_LENGTH:])
    timeout_us = request_id = None
    if flags & FLAG_HAS_TIMEOUT:
        timeout_us = reader.i64()
        _require_positive("timeout", timeout_us)
    if flags & FLAG_HAS_REQUEST_ID:
        request_id = (reader.i64(), reader.i64())
        _require_positive("request number", request_id[1])
    message = message_type.decode(reader)
    reader.end()
    return Frame(
        message, correlation_id, timeout_us, request_id, bool(flags & FLAG_MORE), bool(flags & FLAG_ANSWERS_PING))


def _require_positive(what: str, value: int) -> None:
    if value <= 0:
        raise BrokenProtocol(f"{what} is not positive: value={value}")
