"""Every shared test vector: its bytes made of its fields, and its fields of its bytes."""

from __future__ import annotations

import re
import struct
import unittest
import zlib
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

from velocitydb import protocol as p
from velocitydb.crc32c import crc32c
from velocitydb.errors import BrokenProtocol
from velocitydb.trust import fingerprint_of, verify_server_hello

_ROOT = Path(__file__).resolve().parents[3]
_VECTORS = _ROOT / "protocol" / "src" / "test" / "resources" / "vectors"

Fields = Dict[str, str]


def read_vectors(file: str) -> List[Tuple[str, Fields, bytes]]:
    """Name, fields and bytes of each."""
    vectors: List[Tuple[str, Fields, bytearray]] = []
    for line in (_VECTORS / file).read_text("utf-8").splitlines():
        word, _, rest = line.partition(" ")
        if word == "vector":
            vectors.append((rest, {}, bytearray()))
        elif word == "hex":
            vectors[-1][2].extend(bytes.fromhex(rest))
        elif word and not word.startswith("#"):
            vectors[-1][1][word] = rest
    return [(name, fields, bytes(data)) for name, fields, data in vectors]


def data_of(text: str) -> bytes:
    """Bytes as a vector writes them."""
    return text[1:-1].encode("ascii") if text.startswith('"') else bytes.fromhex(text[2:])


class _Fields:
    """The fields of a vector; each has to be used."""

    def __init__(self, fields: Fields) -> None:
        self._left = dict(fields)

    def data(self, name: str) -> bytes:
        return data_of(self._left.pop(name))

    def text(self, name: str) -> str:
        return self.data(name).decode("utf-8")

    def number(self, name: str, absent: int = 0) -> int:
        return int(self._left.pop(name, absent))

    def maybe(self, name: str) -> Optional[int]:
        return self.number(name) if name in self._left else None

    def word(self, name: str) -> str:
        return self._left.pop(name)

    def has(self, name: str) -> bool:
        return name in self._left

    def many(self, stem: str, make: Callable[[str], Any]) -> Tuple[Any, ...]:
        made: List[Any] = []
        while any(name == f"{stem}.{len(made)}" or name.startswith(f"{stem}.{len(made)}.") for name in self._left):
            made.append(make(f"{stem}.{len(made)}"))
        return tuple(made)

    def value(self, name: str) -> p.SqlValue:
        kind = self.word(name + ".type")
        if kind == "null":
            return None
        if kind == "f64":
            bits: float = struct.unpack("<d", struct.pack("<q", self.number(name + ".bits")))[0]
            return bits
        makers: Dict[str, Callable[[str], p.SqlValue]] = {
            "text": self.text, "bytes": self.data, "i64": self.number, "boolean": lambda n: bool(self.number(n))}
        return makers[kind](name + ".value")

    def left(self) -> List[str]:
        return sorted(self._left)


def _operation(f: _Fields, stem: str) -> p.Operation:
    flags = f.number(stem + ".flags")
    ttl_ms = f.maybe(stem + ".ttl-ms")
    assert flags in (0, 1, 2, 3) and (flags >= 2) == (ttl_ms is not None), flags
    return p.Operation(
        p.OperationKind(f.number(stem + ".kind")), f.data(stem + ".key"), f.data(stem + ".value"),
        p.Condition(f.number(stem + ".condition")), f.number(stem + ".expected-version"),
        flags & 1 == 1, f.number(stem + ".keyspace"), ttl_ms)


def _multi_get_entry(f: _Fields, stem: str) -> p.MultiGetEntry:
    return p.MultiGetEntry(
        bool(f.number(stem + ".found")), f.number(stem + ".version"), f.data(stem + ".value"), f.maybe(stem + ".ttl-ms"))


def _write_result(f: _Fields) -> p.WriteResult:
    status = p.WriteStatus(f.number("status"))
    counter, found_version = f.number("counter-value"), f.number("found-version")
    return p.WriteResult(
        status, p.Durability(f.number("durability")), bool(f.number("replay")), f.number("applied-count"),
        f.number("sequence"), f.number("failed-operation"),
        counter if status is p.WriteStatus.APPLIED else found_version)


def _scan_entry(f: _Fields, stem: str) -> p.Entry:
    return p.Entry(f.data(stem + ".key"), f.data(stem + ".value"), f.number(stem + ".version"))


def _sql_page(f: _Fields) -> p.SqlResultPage:
    numbers = [f.number(name) for name in ("rows-affected", "sequence", "execution-time-us", "durability", "row-count")]
    columns = f.many("column", f.text)
    values = f.many("value", f.value)
    rows = tuple(values[i:i + len(columns)] for i in range(0, len(values), len(columns) or 1))
    assert len(rows) == numbers[4]
    return p.SqlResultPage(numbers[0], numbers[1], numbers[2], numbers[3], columns, rows)


_MAKERS: Dict[str, Callable[[_Fields], p.Message]] = {
    "HELLO": lambda f: p.Hello(f.data("client-nonce"), f.text("client-name")),
    "SERVER_HELLO": lambda f: p.ServerHello(
        f.data("server-nonce"), f.data("public-key"), f.data("signature"), f.text("server-version")),
    "AUTH": lambda f: p.Auth(f.text("user"), f.text("password")),
    "AUTH_OK": lambda f: p.AuthOk(),
    "PING": lambda f: p.Ping(),
    "PONG": lambda f: p.Pong(),
    "DISCONNECT": lambda f: p.Disconnect(),
    "GET": lambda f: p.Get(f.number("keyspace"), f.data("key")),
    "GET_RESULT": lambda f: p.GetResult(
        bool(f.number("found")), f.data("value"), f.number("version"), f.number("served-at"), f.maybe("ttl-ms")),
    "MULTI_GET": lambda f: p.MultiGet(f.number("keyspace"), f.many("key", f.data)),
    "MULTI_GET_RESULT": lambda f: p.MultiGetResult(
        f.number("served-at"), f.many("entry", lambda stem: _multi_get_entry(f, stem))),
    "WRITE": lambda f: p.Write(
        p.Durability(f.number("durability")), f.many("operation", lambda stem: _operation(f, stem))),
    "WRITE_RESULT": _write_result,
    "SCAN": lambda f: p.Scan(
        f.number("keyspace"), f.data("from"), f.data("to") if f.has("to") else None, bool(f.number("reverse")),
        bool(f.number("keys-only")), bool(f.number("prefix")), f.number("limit")),
    "SCAN_RESULT": lambda f: p.ScanResult(
        f.number("served-at"), f.many("entry", lambda stem: _scan_entry(f, stem))),
    "SQL": lambda f: p.Sql(f.text("statement"), f.many("parameter", f.value)),
    "SQL_RESULT": _sql_page,
    "STATS": lambda f: p.Stats(),
    "STATS_RESULT": lambda f: p.StatsResult(f.text("json")),
    "ERROR": lambda f: p.Error(
        f.number("code"), f.number("outcome"), f.number("position"), f.number("retry-after-ms"), f.text("text")),
}


def frame_of(fields: Fields) -> p.Frame:
    """The frame that a vector describes."""
    f = _Fields(fields)
    correlation_id = f.number("correlation-id")
    timeout_us, client_id, number = (f.maybe(name) for name in ("timeout-us", "client-id", "request-number"))
    more, answers_ping = bool(f.number("more")), bool(f.number("answers-ping"))
    message = _MAKERS[f.word("type")](f)
    assert not f.left(), f.left()
    request_id = None if client_id is None or number is None else (client_id, number)
    return p.Frame(message, correlation_id, timeout_us, request_id, more, answers_ping)


class VectorsOfVersion2Test(unittest.TestCase):
    def test_should_make_the_bytes_of_the_fields_and_the_fields_of_the_bytes(self) -> None:
        vectors = read_vectors("v2.txt")
        self.assertGreater(len(vectors), 40)
        for name, fields, data in vectors:
            with self.subTest(vector=name):
                frame = frame_of(fields)
                self.assertEqual(data.hex(), frame.encode().hex())
                self.assertEqual(frame, p.decode_frame(data))

    def test_should_refuse_every_vector_with_a_flipped_bit(self) -> None:
        for name, _, data in read_vectors("v2.txt"):
            for at in range(0, len(data), 5):
                hurt = data[:at] + bytes((data[at] ^ 0x10,)) + data[at + 1:]
                with self.subTest(vector=name, at=at), self.assertRaises(BrokenProtocol):
                    p.decode_frame(hurt)

    def test_should_refuse_every_body_that_is_cut_short_or_has_bytes_left_over(self) -> None:
        for name, fields, data in read_vectors("v2.txt"):
            if fields["type"] == "STATS_RESULT":
                continue  # All of its body is text, whatever its length.
            for body in [data[24:24 + length] for length in range(len(data) - 24)] + [data[24:] + b"\0"]:
                with self.subTest(vector=name, length=len(body)), self.assertRaises(BrokenProtocol):
                    p.decode_frame(_sealed(data[:24], body))

    def test_should_verify_the_hello_of_the_vectors_and_no_other(self) -> None:
        vectors = {name: frame_of(fields).message for name, fields, _ in read_vectors("v2.txt")}
        hello, answer = vectors["hello"], vectors["server-hello"]
        assert isinstance(hello, p.Hello) and isinstance(answer, p.ServerHello)
        self.assertEqual(
            "a050837d85070582ccf7394b0988847cc312cb88259b894899f6f239cf1791a5",
            verify_server_hello(hello.client_nonce, answer))
        self.assertEqual(fingerprint_of(answer.public_key), verify_server_hello(hello.client_nonce, answer))
        with self.assertRaises(BrokenProtocol):
            verify_server_hello(bytes(32), answer)


def _sealed(header: bytes, body: bytes) -> bytes:
    """A frame with that body whose length and checksum are right."""
    head = header[:8] + struct.pack("<I", len(body))
    return head + struct.pack("<I", crc32c(head, header[16:24], body)) + header[16:24] + body


class DocumentTest(unittest.TestCase):
    """The hexadecimal digits in the protocol's document."""

    def test_should_read_every_worked_example_as_a_frame(self) -> None:
        examples = [block for block in _hex_blocks() if block[:5] == bytes.fromhex("4f4c455602")]
        self.assertGreater(len(examples), 8)
        for example in examples:
            with self.subTest(example=example.hex()):
                self.assertEqual(example, p.decode_frame(example).encode())

    def test_should_verify_the_proof_that_is_shown_in_numbers(self) -> None:
        def shown(label: str) -> bytes:
            found = re.search(rf"^    {label} +([0-9a-f]{{50,}}(?:\n {{10,}}[0-9a-f]+)*)$", _document(), re.MULTILINE)
            assert found is not None, label
            return bytes.fromhex("".join(found.group(1).split()))

        self.assertEqual(b"VelocityDB v2 server hello\0", shown("text"))
        hello = p.ServerHello(shown("server nonce"), shown("public key"), shown("signature"), "")
        self.assertEqual(64, len(hello.signature))
        self.assertEqual(shown("hash of key").hex(), verify_server_hello(shown("client nonce"), hello))


def _document() -> str:
    return (_ROOT / "docs" / "VELOCITY_PROTOCOL.md").read_text("utf-8")


def _hex_blocks() -> List[bytes]:
    blocks = re.findall(r"(?:^    (?:[0-9a-f]{2})+(?: (?:[0-9a-f]{2})+)*\n)+", _document(), re.MULTILINE)
    return [bytes.fromhex(block) for block in blocks]


class VectorsOfVersion1Test(unittest.TestCase):
    """The client speaks version 2 alone; this shows that what is written of version 1 is enough to make its frames."""

    def test_should_make_the_bytes_of_the_fields_and_the_fields_of_the_bytes(self) -> None:
        vectors = read_vectors("v1.txt")
        self.assertGreater(len(vectors), 10)
        for name, fields, data in vectors:
            with self.subTest(vector=name):
                payload = data_of(fields["payload"])
                if "user" in fields:
                    self.assertEqual(data_of(fields["user"]) + b"\0" + data_of(fields["password"]), payload)
                head = struct.pack("<IBBI", p.MAGIC, 1, int(fields["type"]), len(payload))
                checksum = struct.pack("<I", zlib.crc32(head + payload))
                self.assertEqual(data.hex(), (head + payload + checksum).hex())


if __name__ == "__main__":
    unittest.main()
