"""One connection to the real server: every call, who the server is, deadlines and faults."""

from __future__ import annotations

import contextlib
import io
import re
import threading
import unittest
from pathlib import Path
from typing import Any, Callable, ClassVar, List, Tuple
from unittest import mock

from velocitydb import (
    Batch, ClosedError, Connection, ConnectionInUse, ConnectionLost, Durability, ErrorCode, Options, Outcome,
    RequestTimeout, ServerError, ServerNotTrusted, VelocityError, connect)

from velocitydb.wire import Wire

from .proxy import FaultProxy
from .server import CERTIFICATES, PASSWORD, PATIENT_S, USER, Server
from .test_vectors import read_vectors


_SERVERS: List[Server] = []
_KNOWS_COUNTERS = any(name == "write-increments" for name, _, _ in read_vectors("v2.txt"))


def setUpModule() -> None:
    """One server for all; each test has keys of its own."""
    _SERVERS.append(Server(
        server='max_frame_size = "1MiB"\nping_interval = "1s"',
        tls='mode = "optional"\nclient_ca = "ca.pem"\nclient_auth = "optional"'))
    unittest.addModuleCleanup(_SERVERS[0].stop)


class ServerTest(unittest.TestCase):
    """What the tests have in common."""

    @property
    def server(self) -> Server:
        return _SERVERS[0]

    def connect(self, address: str = "", **changes: Any) -> Connection:
        connection = Connection(address or self.server.address, self.server.options(**changes))
        self.addCleanup(connection.close)
        return connection

    def proxy(self) -> FaultProxy:
        proxy = FaultProxy(self.server.address)
        self.addCleanup(proxy.close)
        return proxy

    def await_that(self, condition: Callable[[], bool]) -> None:
        nap = threading.Event()
        for _ in range(int(PATIENT_S / 0.01)):
            if condition():
                return
            nap.wait(0.01)
        self.fail("it did not come about in time")

    def refused(self, call: Callable[[], object]) -> ServerError:
        with self.assertRaises(ServerError) as raised:
            call()
        return raised.exception


class CallsTest(ServerTest):
    """What one can ask."""

    connection: ClassVar[Connection]

    @classmethod
    def setUpClass(cls) -> None:
        cls.connection = Connection(_SERVERS[0].address, _SERVERS[0].options())
        cls.addClassCleanup(cls.connection.close)

    def test_should_answer_a_ping(self) -> None:
        self.assertGreater(self.connection.ping(), 0)

    def test_should_get_what_was_put_and_nothing_after_it_was_deleted(self) -> None:
        c = self.connection

        written = c.put("get:1", "alice")
        found = c.get("get:1")

        self.assertTrue(written)
        assert found is not None
        self.assertEqual((b"alice", "alice", written.sequence), (found.value, found.text, found.version))
        self.assertGreaterEqual(found.served_at, found.version)
        self.assertTrue(c.delete("get:1"))
        self.assertIsNone(c.get("get:1"))

    def test_should_take_any_bytes_and_an_empty_value(self) -> None:
        c = self.connection
        c.put(b"any\x00\xff", bytes(range(256)))
        c.put(bytearray(b"any:empty"), b"")

        found = c.multi_get([b"any:absent", memoryview(b"any\x00\xff"), "any:empty"])

        self.assertEqual([None, bytes(range(256)), b""], [v and v.value for v in found])

    def test_should_get_many_keys_of_one_snapshot_over_several_frames(self) -> None:
        c = self.connection
        c.write(self.numbered("many", 700, "v" * 1000))

        found = c.multi_get([f"many:{i:05}" for i in range(701)])

        self.assertEqual([True] * 700 + [False], [value is not None for value in found])
        self.assertEqual(1, len({value.served_at for value in found if value is not None}))

    def test_should_reach_every_durability(self) -> None:
        for durability in (Durability.NONE, Durability.INTERVAL, Durability.GROUP):
            self.assertEqual(durability, self.connection.put("durable", "x", durability=durability).durability)
        self.assertEqual(Durability.GROUP, self.connection.put("durable", "x").durability)

    def test_should_write_only_where_the_condition_holds(self) -> None:
        c = self.connection
        self.assertFalse(c.put("if", "0", if_present=True))
        first = c.put("if", "1", if_absent=True)
        self.assertTrue(first)
        again = c.put("if", "2", if_absent=True)
        self.assertFalse(again)
        self.assertEqual((first.sequence, 0), (again.found_version, again.applied_count))
        self.assertTrue(c.put("if", "3", if_version=first.sequence))
        self.assertFalse(c.delete("if", if_version=first.sequence))
        self.assertTrue(c.delete("if", if_present=True))
        self.assertFalse(c.delete("if", if_present=True))
        # A version is that of a value: an absent key has none, not even 0.
        self.assertFalse(c.put("if", "4", if_version=0))

    def test_should_do_a_batch_as_one_or_not_at_all(self) -> None:
        c = self.connection
        version = c.put("batch:1", "a").sequence

        done = c.write(Batch().check("batch:1", if_version=version).put("batch:2", "b").delete("batch:0")
                       .put("batch:3", "c", if_present=True, skip=True).delete("batch:1"))
        refused = c.write(Batch().put("batch:4", "d").check("batch:1", if_present=True))

        self.assertEqual((True, 3), (done.is_applied, done.applied_count))
        found = c.get("batch:2")
        assert found is not None
        self.assertEqual(done.version(0), found.version)
        self.assertEqual((False, 1, 0), (refused.is_applied, refused.failed_operation, refused.found_version))
        self.assertEqual([None] * 3, c.multi_get(["batch:1", "batch:3", "batch:4"]))

    def test_should_do_a_write_once_however_often_it_is_sent(self) -> None:
        c = self.connection
        batch = Batch().put("once", "1", if_absent=True)

        first, again = (c.write(batch, request_id=(-5, 1)) for _ in range(2))

        self.assertEqual((True, False), (first.is_applied, first.is_replay))
        self.assertEqual((True, True, first.sequence), (again.is_applied, again.is_replay, again.sequence))

    def test_should_say_that_a_request_number_is_too_far_back(self) -> None:
        c = self.connection
        c.write(Batch().put("window", "1"), request_id=(-6, 4097))

        e = self.refused(lambda: c.write(Batch().put("window", "2"), request_id=(-6, 1)))

        self.assertEqual((ErrorCode.INVALID_COMMAND, Outcome.UNKNOWN), (e.code, e.outcome))

    def numbered(self, stem: str, count: int, value: str) -> Batch:
        batch = Batch()
        for i in range(count):
            batch.put(f"{stem}:{i:05}", value)
        return batch

    @unittest.skipUnless(_KNOWS_COUNTERS, "this version of the protocol has no time to live")
    def test_should_tell_how_long_a_value_lives(self) -> None:
        c = self.connection
        c.put("ttl:1", "x", ttl_ms=3_600_000)
        c.put("ttl:2", "x")

        first, second = c.multi_get(["ttl:1", "ttl:2"])
        alone = c.get("ttl:1")

        assert first is not None and second is not None and alone is not None
        self.assertIsNone(second.ttl_ms)
        for ttl_ms in (first.ttl_ms, alone.ttl_ms):
            assert ttl_ms is not None
            self.assertTrue(0 < ttl_ms <= 3_600_000, ttl_ms)
        c.put("ttl:1", "x", ttl_ms=1)
        self.await_that(lambda: c.get("ttl:1") is None)

    @unittest.skipUnless(_KNOWS_COUNTERS, "this version of the protocol has no increments")
    def test_should_count(self) -> None:
        c = self.connection

        self.assertEqual(5, c.increment("counter", 5))
        self.assertEqual(-2 ** 62, c.increment("counter", -2 ** 62 - 5))
        answer = c.write(Batch().increment("counter:2", 7, ttl_ms=3_600_000).increment("counter:2").put("counter:3", "x"))

        self.assertEqual((8, 3), (answer.counter, answer.applied_count))
        found = c.get("counter:2")
        assert found is not None and found.ttl_ms is not None
        self.assertEqual("8", found.text)
        refused = c.write(Batch().increment("counter:2", if_absent=True))
        self.assertEqual((False, 0, found.version), (refused.is_applied, refused.counter, refused.found_version))
        for key in ("counter", "counter:3"):
            e = self.refused(lambda: c.increment(key, -2 ** 63))
            self.assertEqual((ErrorCode.INVALID_COMMAND, Outcome.NOT_DONE), (e.code, e.outcome))

    def test_should_scan_ranges_and_prefixes_in_both_directions(self) -> None:
        c = self.connection
        c.write(self.numbered("scan", 5, "v"))
        keys = [b"scan:%05d" % i for i in range(5)]

        def scanned(*bounds: str, **how: Any) -> List[bytes]:
            return [entry.key for entry in c.scan(*bounds, **how)]

        self.assertEqual(keys, scanned(prefix="scan:"))
        self.assertEqual(keys[::-1], scanned(prefix="scan:", reverse=True))
        self.assertEqual(keys[:2], scanned(prefix="scan:", limit=2))
        self.assertEqual(keys[1:3], scanned("scan:00001", "scan:00003"))
        self.assertEqual(keys[2:0:-1], scanned("scan:00001", "scan:00003", reverse=True))
        self.assertEqual([], scanned("scan:00003", "scan:00001"))
        entry = next(c.scan(prefix="scan:", keys_only=True, limit=1))
        self.assertEqual((b"scan:00000", b""), (entry.key, entry.value))
        self.assertIn(keys[0], scanned())

    def test_should_scan_page_by_page_from_one_snapshot(self) -> None:
        c = self.connection
        c.write(self.numbered("page", 1000, "v" * 500))

        with c.scan(prefix="page:") as scan:
            pages = list(scan.pages())

        self.assertGreater(len(pages), 1)
        self.assertEqual(1000, sum(len(page) for page in pages))

    def test_should_bind_every_type_of_parameter(self) -> None:
        c = self.connection
        statement = "INSERT INTO kv (key, value) VALUES (?, ?), (?, ?), (?, ?), (?, ?)"

        result = c.sql(statement, "sql:text", "é", b"sql:bytes\xff", b"\xfe", "sql:numbers", -5, "sql:f", 1.5)

        self.assertEqual(((), 4, Durability.GROUP), (result.columns, result.rows_affected, result.durability))
        rows = c.sql("SELECT key, value FROM kv WHERE key LIKE ?", "sql:%").fetch_all()
        self.assertEqual(
            [(b"sql:bytes\xff", b"\xfe"), ("sql:f", "1.5"), ("sql:numbers", "-5"), ("sql:text", "é")], rows)
        c.sql("INSERT INTO kv (key, value) VALUES (?, ?)", "sql:b", True)
        found = c.get("sql:b")
        assert found is not None
        self.assertEqual("true", found.text)
        self.assertEqual([(1,)], c.sql("SELECT COUNT(*) FROM kv WHERE key = ?", "sql:b").fetch_all())
        self.assertEqual([], c.sql("SELECT key FROM kv WHERE key = ?", None).fetch_all())

    def test_should_stream_rows_and_tell_of_the_whole_at_the_end(self) -> None:
        c = self.connection
        c.write(self.numbered("rows", 1000, "v" * 500))

        with c.sql("SELECT key, value FROM kv WHERE key LIKE 'rows:%'") as result:
            self.assertEqual(("key", "value"), result.columns)
            with self.assertRaises(ValueError):
                _ = result.rows_affected
            pages = list(result.pages())

        self.assertGreater(len(pages), 1)
        self.assertEqual((1000, 1000), (sum(len(page) for page in pages), result.rows_affected))
        self.assertGreater(result.sequence, 0)

    def test_should_say_where_a_statement_is_wrong(self) -> None:
        e = self.refused(lambda: self.connection.sql("SELECT value FORM kv"))

        self.assertEqual((ErrorCode.SQL_ERROR, 13, Outcome.NOT_DONE), (e.code, e.position, e.outcome))
        self.assertIn("FROM", e.text)
        self.assertGreater(self.connection.ping(), 0)

    def test_should_use_tables_by_the_number_that_sql_tells(self) -> None:
        c = self.connection
        c.sql("CREATE TABLE IF NOT EXISTS orders")
        keyspaces = {str(row[0]): int(str(row[1])) for row in c.sql("SHOW TABLES")}

        c.put("1", "tea", keyspace=keyspaces["orders"])

        self.assertEqual([("1", "tea")], c.sql("SELECT * FROM orders").fetch_all())
        self.assertEqual(0, keyspaces["kv"])
        self.assertEqual(ErrorCode.INVALID_COMMAND, self.refused(lambda: c.get("1", keyspace=99_999)).code)

    def test_should_give_statistics(self) -> None:
        self.assertEqual({"database", "server"}, set(self.connection.stats()))

    def test_should_refuse_arguments_that_no_server_would_take(self) -> None:
        c = self.connection
        calls: List[Callable[[], object]] = [
            lambda: c.get(""), lambda: c.get("k" * 65_537), lambda: c.multi_get([]), lambda: c.write(Batch()),
            lambda: c.get("k", keyspace=-1), lambda: c.get("k", timeout=0), lambda: c.scan(limit=-1),
            lambda: c.scan("a", prefix="b"), lambda: c.put("k", "v", if_absent=True, if_present=True),
            lambda: c.sql("SELECT ?", 2 ** 63), lambda: Batch().check("k"),
            lambda: c.write(Batch().put("k", "v"), request_id=(1, 0))]
        for call in calls:
            with self.assertRaises(ValueError):
                call()
        with self.assertRaises(TypeError):
            c.get(5)  # type: ignore[arg-type]
        self.assertGreater(c.ping(), 0)

    def test_should_refuse_another_call_while_a_result_is_being_read(self) -> None:
        c = self.connect()
        c.write(self.numbered("busy", 1000, "v" * 500))

        with c.scan(prefix="busy:") as scan:
            next(scan)
            with self.assertRaises(ConnectionInUse):
                c.ping()
            self.assertEqual(999, len(list(scan)))
        self.assertGreater(c.ping(), 0)

    def test_should_close_the_connection_where_a_result_is_given_up(self) -> None:
        c = self.connect()
        c.write(self.numbered("given-up", 1000, "v" * 500))

        with c.scan(prefix="given-up:") as scan:
            next(scan)

        self.assertFalse(c.is_open)
        with self.assertRaises(ConnectionLost) as raised:
            c.ping()
        self.assertEqual(Outcome.NOT_DONE, raised.exception.outcome)

    def test_should_let_threads_take_turns(self) -> None:
        c = self.connection

        def put_all(number: int) -> None:
            for i in range(25):
                c.put(f"turns:{number}:{i}", "x", durability=Durability.NONE)

        threads = [threading.Thread(target=put_all, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        self.assertEqual(100, len(list(c.scan(prefix="turns:"))))

    def test_should_say_why_a_frame_was_too_long(self) -> None:
        c = self.connect()

        with self.assertRaises(ConnectionLost) as raised:
            c.put("too-long", b"v" * (2 << 20))

        self.assertEqual(ErrorCode.FRAME_TOO_LARGE, raised.exception.code)
        self.assertIsNone(self.connection.get("too-long"))


class ReadmeTest(ServerTest):
    """The first example of the README, as it stands there."""

    def test_should_do_what_the_readme_says(self) -> None:
        readme = Path(__file__).resolve().parents[1] / "README.md"
        found = re.search(r"## First steps\n\n```python\n(.*?)```", readme.read_text("utf-8"), re.DOTALL)
        assert found is not None
        example = found.group(1).replace('"127.0.0.1:5432",', "ADDRESS, known_servers=KNOWN, connect_timeout=60.0,")
        self.assertIn("ADDRESS", example)

        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(example, {"ADDRESS": self.server.address, "KNOWN": self.server.known_servers})

        self.assertIn("alice\n", printed.getvalue())
        self.assertIn("('key', 'value') [('user:1', 'anna'), ('user:2', 'bob')] 2\n", printed.getvalue())


class TrustTest(ServerTest):
    """Who the server is, and who the client is."""

    def test_should_remember_a_server_and_refuse_another_key(self) -> None:
        file = self.server.directory / "remembered"
        c = self.connect(known_servers=file)
        self.assertEqual(self.server.fingerprint, c.fingerprint)
        self.assertEqual(f"{self.server.address} {self.server.fingerprint}\n", file.read_text("utf-8"))
        self.assertEqual(0o600, file.stat().st_mode & 0o777)
        self.connect(known_servers=file, trust_unknown=False)

        file.write_text(f"# mine\n{self.server.address} {'0' * 64}\n", "utf-8")
        for tls in (False, True):
            with self.assertRaises(ServerNotTrusted) as raised:
                self.connect(known_servers=file, tls=tls)
            for part in (self.server.fingerprint, "0" * 64, str(file), "line 2"):
                self.assertIn(part, str(raised.exception))

    def test_should_refuse_an_unknown_server_where_only_known_ones_are_trusted(self) -> None:
        file = self.server.directory / "none"
        with self.assertRaises(ServerNotTrusted) as raised:
            self.connect(known_servers=file, trust_unknown=False)
        self.assertIn(f"{self.server.address} {self.server.fingerprint}", str(raised.exception))
        self.assertFalse(file.exists())

    def test_should_accept_the_pinned_fingerprint_alone(self) -> None:
        for tls in (False, True):
            self.assertTrue(self.connect(fingerprint=self.server.fingerprint, tls=tls).is_open)
            with self.assertRaises(ServerNotTrusted):
                self.connect(fingerprint="1" * 64, tls=tls)

    def test_should_encrypt_and_know_the_server_by_the_same_fingerprint(self) -> None:
        c = self.connect(tls=True)

        c.put("tls", b"v" * 500_000)
        found = c.get("tls")

        assert found is not None
        self.assertEqual((self.server.fingerprint, 500_000), (c.fingerprint, len(found.value)))

    def test_should_refuse_a_certificate_that_no_authority_vouches_for(self) -> None:
        with self.assertRaises(ServerNotTrusted):
            self.connect(ca_file=CERTIFICATES / "ca.pem")

    def test_should_name_the_file_that_is_not_there(self) -> None:
        for options in (Options(ca_file="absent.pem"), Options(client_certificate="absent.pem", client_key="absent.key")):
            with self.assertRaises(FileNotFoundError) as raised:
                Connection(self.server.address, options)
            self.assertTrue(str(raised.exception.filename).startswith("absent."), str(raised.exception))

    def test_should_log_in_whom_the_client_certificate_names(self) -> None:
        c = self.connect(
            user=None, password=None, client_certificate=CERTIFICATES / "alice.pem",
            client_key=CERTIFICATES / "alice.key")

        self.assertTrue(c.put("by-certificate", "x"))

    def test_should_log_in_later_and_refuse_a_wrong_password(self) -> None:
        c = self.connect(user=None, password=None)
        self.assertEqual(ErrorCode.NOT_AUTHENTICATED, self.refused(lambda: c.get("k")).code)
        self.assertEqual(ErrorCode.INVALID_CREDENTIALS, self.refused(lambda: c.login(USER, "wrong")).code)
        c.login(USER, PASSWORD)
        self.assertIsNone(c.get("nobody-has-this"))

    def test_should_not_send_a_password_to_another_machine_in_clear(self) -> None:
        c = self.connect(user=None, password=None)
        with mock.patch.object(Wire, "is_loopback", new_callable=mock.PropertyMock, return_value=False):
            with self.assertRaises(VelocityError) as raised:
                c.login(USER, PASSWORD)
        self.assertEqual(ErrorCode.PLAINTEXT_REFUSED, raised.exception.code)

    def test_should_connect_in_one_line(self) -> None:
        with connect(
                self.server.address, user=USER, password=PASSWORD, fingerprint=self.server.fingerprint,
                connect_timeout=PATIENT_S) as c:
            self.assertTrue(c.server_version)
        with self.assertRaises(ClosedError):
            c.ping()


class FaultsTest(ServerTest):
    """Connections that are cut, or go silent."""

    def test_should_know_that_a_read_was_not_done_and_not_know_of_a_write(self) -> None:
        calls: List[Tuple[Callable[[Connection], object], Outcome]] = [
                (lambda c: c.get("k"), Outcome.NOT_DONE), (lambda c: c.put("k", "v"), Outcome.UNKNOWN),
                (lambda c: c.sql("SELECT * FROM kv LIMIT 1"), Outcome.UNKNOWN)]
        for call, outcome in calls:
            proxy = self.proxy()
            c = self.connect(proxy.address)
            proxy.cut_next_answers()
            with self.assertRaises(ConnectionLost) as raised:
                call(c)
            self.assertEqual(outcome, raised.exception.outcome)
            with self.assertRaises(ConnectionLost) as again:
                c.put("k", "v")
            self.assertEqual(Outcome.NOT_DONE, again.exception.outcome)

    def test_should_notice_between_calls_that_the_connection_has_ended(self) -> None:
        proxy = self.proxy()
        c = self.connect(proxy.address)
        passed = proxy.passed_to_server
        proxy.cut_all()

        with self.assertRaises(ConnectionLost) as raised:
            c.put("k", "v")

        self.assertEqual((Outcome.NOT_DONE, passed), (raised.exception.outcome, proxy.passed_to_server))

    def test_should_give_up_at_the_deadline(self) -> None:
        calls: List[Tuple[Callable[[Connection], object], Outcome]] = [
                (lambda c: c.get("k", timeout=0.3), Outcome.NOT_DONE),
                (lambda c: c.put("k", "v", timeout=0.3), Outcome.UNKNOWN)]
        for call, outcome in calls:
            proxy = self.proxy()
            c = self.connect(proxy.address)
            proxy.freeze()
            with self.assertRaises(RequestTimeout) as raised:
                call(c)
            self.assertEqual(outcome, raised.exception.outcome)

    def test_should_find_a_half_open_connection_by_ping(self) -> None:
        proxy = self.proxy()
        c = self.connect(proxy.address)
        object.__setattr__(c._options, "probe_after", 0.2)
        proxy.freeze()

        with self.assertRaises(ConnectionLost) as raised:
            c.get("k")

        self.assertIn("half-open", str(raised.exception))

    def test_should_go_on_after_a_silence_that_a_pong_ended(self) -> None:
        proxy = self.proxy()
        c = self.connect(proxy.address)
        object.__setattr__(c._options, "probe_after", 2.0)
        proxy.freeze()

        def thaw_once_it_probes() -> None:
            self.await_that(lambda: bool(c._pings))
            # The answer and the PONG come in together.
            proxy.thaw()

        thread = threading.Thread(target=thaw_once_it_probes, daemon=True)
        thread.start()

        self.assertIsNone(c.get("nobody-has-this"))
        self.assertGreater(c.ping(), 0)
        thread.join()

    def test_should_end_a_call_that_is_under_way_when_another_thread_closes(self) -> None:
        proxy = self.proxy()
        c = self.connect(proxy.address)
        proxy.freeze()
        failed: List[BaseException] = []

        def get() -> None:
            try:
                c.get("k")
            except VelocityError as e:
                failed.append(e)

        thread = threading.Thread(target=get)
        passed = proxy.accepted
        thread.start()
        c.close(timeout=0.3)
        thread.join(PATIENT_S)

        self.assertEqual((1, [True]), (passed, [isinstance(e, (ConnectionLost, ClosedError)) for e in failed]))

    def test_should_answer_the_servers_ping(self) -> None:
        c = Connection(self.server.address, self.server.options(), answers_ping=True)
        self.addCleanup(c.close)
        with mock.patch.object(c, "_answer_ping", wraps=c._answer_ping) as answered:
            self.await_that(lambda: not c.look_after() or answered.call_count == 2)

        self.assertEqual(2, answered.call_count)
        self.assertGreater(c.ping(), 0)

    def test_should_refuse_a_nobody(self) -> None:
        proxy = self.proxy()
        proxy.refuse()
        with self.assertRaises(ConnectionLost):
            self.connect(proxy.address)
        with self.assertRaises(ValueError):
            Options(user="alice")


if __name__ == "__main__":
    unittest.main()
