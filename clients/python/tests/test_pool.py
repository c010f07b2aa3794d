"""The pool against real servers, with a proxy that hurts the connections."""

from __future__ import annotations

import threading
import time
import unittest
from typing import Any, Callable, List

from velocitydb import (
    Batch, ClosedError, ConnectionLost, Durability, ErrorCode, Options, Outcome, Policy, Pool, RequestTimeout,
    ServerError, ServerNotTrusted, VelocityError)

from .proxy import FaultProxy
from .server import CERTIFICATES, PATIENT_S, Server

_SERVERS: List[Server] = []


def setUpModule() -> None:
    """Two servers that know nothing of each other."""
    for tls in ("", 'mode = "optional"\ncertificate = "server.pem"\nkey = "server.key"'):
        _SERVERS.append(Server(tls=tls))
        unittest.addModuleCleanup(_SERVERS[-1].stop)


class PoolTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server, self.other = _SERVERS

    def pool(self, *addresses: str, options: Any = None, **how: Any) -> Pool:
        settings: dict[str, Any] = dict(health_interval=PATIENT_S, backoff_max=0.2)
        settings.update(how)
        pool = Pool(addresses or [self.server.address], options or self.server.options(), **settings)
        self.addCleanup(pool.close)
        return pool

    def proxy(self, server: Server) -> FaultProxy:
        proxy = FaultProxy(server.address)
        self.addCleanup(proxy.close)
        return proxy

    def in_threads(self, count: int, work: Callable[[int], None]) -> List[BaseException]:
        failures: List[BaseException] = []

        def run(number: int) -> None:
            try:
                work(number)
            except BaseException as e:  # Told to the test by its thread.
                failures.append(e)

        threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return failures

    def await_that(self, condition: Callable[[], bool]) -> None:
        nap = threading.Event()
        for _ in range(int(PATIENT_S / 0.01)):
            if condition():
                return
            nap.wait(0.01)
        self.fail("it did not come about in time")

    def test_should_serve_many_threads_over_a_few_connections(self) -> None:
        pool = self.pool(connections_per_server=3)

        def put(number: int) -> None:
            for i in range(20):
                pool.put(f"threads:{number}:{i}", "x", durability=Durability.NONE)

        self.assertEqual([], self.in_threads(8, put))

        self.assertEqual(160, len(list(pool.scan(prefix="threads:"))))
        self.assertIn(pool.servers[0].idle, (1, 2, 3))
        self.assertEqual(0, pool.servers[0].outstanding)

    def test_should_serve_other_calls_while_a_result_is_being_read(self) -> None:
        pool = self.pool()
        batch = Batch()
        for i in range(600):
            batch.put(f"nested:{i:05}", "v" * 500)
        pool.write(batch)

        for entry in pool.scan(prefix="nested:"):
            if entry.key.endswith(b"00"):
                pool.delete(entry.key)

        self.assertEqual(594, len(list(pool.scan(prefix="nested:", keys_only=True))))
        self.assertEqual((2, 0), (pool.servers[0].idle, pool.servers[0].outstanding))

    def test_should_take_a_connection_back_from_a_result_that_was_forgotten(self) -> None:
        pool = self.pool(connections_per_server=1)
        batch = Batch()
        for i in range(600):
            batch.put(f"forgotten:{i:05}", "v" * 500)
        pool.write(batch)

        next(pool.scan(prefix="forgotten:"))

        self.assertGreater(pool.ping(), 0)

    def test_should_not_count_on_the_same_idle_connection_twice(self) -> None:
        pool = self.pool(connections_per_server=1)
        pool.ping()

        server, idle = pool._choose(time.monotonic() + PATIENT_S, None)

        assert idle is not None
        with self.assertRaises(RequestTimeout):
            pool._choose(time.monotonic(), None)
        pool.give_back(server, idle)
        self.assertGreater(pool.ping(), 0)

    def test_should_say_that_no_connection_was_to_be_had(self) -> None:
        pool = self.pool(connections_per_server=1)
        batch = Batch()
        for i in range(600):
            batch.put(f"taken:{i:05}", "v" * 500)
        pool.write(batch)
        with pool.scan(prefix="taken:"):
            with self.assertRaises(RequestTimeout) as raised:
                pool.put("k", "v", timeout=0.2)
        self.assertEqual(Outcome.NOT_DONE, raised.exception.outcome)
        self.assertIn("1 in use", str(raised.exception))

    def test_should_do_a_write_once_whose_answer_was_lost(self) -> None:
        proxy = self.proxy(self.server)
        pool = self.pool(proxy.address, connections_per_server=1)
        pool.ping()
        proxy.cut_next_answers()

        answer = pool.put("lost-answer", "1", if_absent=True)

        self.assertEqual((True, True), (answer.is_applied, answer.is_replay))
        self.assertEqual(2, proxy.accepted)

    def test_should_do_a_write_whose_request_was_cut_in_the_middle(self) -> None:
        proxy = self.proxy(self.server)
        pool = self.pool(proxy.address, connections_per_server=1)
        pool.ping()
        proxy.cut_next_requests()

        answer = pool.put("cut-request", "1", if_absent=True)

        self.assertEqual((True, False), (answer.is_applied, answer.is_replay))

    def test_should_do_a_statement_once_whose_answer_was_lost(self) -> None:
        proxy = self.proxy(self.server)
        pool = self.pool(proxy.address, connections_per_server=1)
        pool.put("sql-lost", "0")
        before = pool.stats()["database"]
        proxy.cut_next_answers()

        result = pool.sql("DELETE FROM kv WHERE key = ?", "sql-lost")

        # The second time there was nothing to delete any more: this is the first answer.
        self.assertEqual(1, result.rows_affected)
        self.assertIsNotNone(before)

    def test_should_do_a_write_once_over_a_crash_and_a_restart(self) -> None:
        server = self.other
        proxy = self.proxy(server)
        pool = self.pool(proxy.address, options=server.options(timeout=2 * PATIENT_S), connections_per_server=1)
        pool.ping()
        proxy.freeze()
        answers: List[Any] = []
        passed = proxy.passed_to_server
        thread = threading.Thread(target=lambda: answers.append(pool.put("crash", "1", if_absent=True)))
        # The same write, sent and answered over another connection: what the frozen one would have done, for certain.
        number = (pool._client_id, pool._number + 1)
        with self.pool(server.address, options=server.options()) as sure:
            sure.write(Batch().put("crash", "1", if_absent=True), request_id=number)
        thread.start()
        server.kill()
        proxy.thaw()
        server.start()
        thread.join()

        self.assertEqual([(True, True)], [(answer.is_applied, answer.is_replay) for answer in answers])
        self.assertGreaterEqual(proxy.passed_to_server, passed)

    def test_should_not_try_a_write_on_another_server_that_may_have_been_done(self) -> None:
        proxy = self.proxy(self.server)
        pool = self.pool(
            proxy.address, options=self.server.options(timeout=1.5), connections_per_server=1)
        pool.ping(timeout=PATIENT_S)
        pool._servers.append(type(pool._servers[0])(self.other.address))
        pool._servers[1].retry_at = float("inf")
        proxy.cut_next_answers()
        cut = proxy.accepted
        original = pool._on_lost

        def refuse_from_now_on(server: Any) -> None:
            proxy.refuse()
            pool._servers[1].retry_at = 0.0
            original(server)

        pool._on_lost = refuse_from_now_on  # type: ignore[method-assign]

        with self.assertRaises(VelocityError) as raised:
            pool.put("not-elsewhere", "1")

        self.assertEqual((Outcome.UNKNOWN, 1), (raised.exception.outcome, cut))
        with self.pool(self.other.address, options=self.other.options()) as sure:
            self.assertIsNone(sure.get("not-elsewhere"))

    def test_should_read_from_another_server_while_one_is_away(self) -> None:
        proxies = [self.proxy(self.server), self.proxy(self.other)]
        pool = self.pool(*(proxy.address for proxy in proxies), policy=Policy.ROUND_ROBIN)
        for _ in range(4):
            pool.ping()
        proxies[0].refuse()

        for _ in range(6):
            self.assertIsNone(pool.get("nobody-has-this"))
            pool.put("failover", "1")

        self.assertEqual([False, True], [state.is_up for state in pool.servers])
        self.assertGreater(pool.servers[0].failures, 0)

    def test_should_come_back_to_a_server_that_is_there_again(self) -> None:
        proxies = [self.proxy(self.server), self.proxy(self.other)]
        pool = self.pool(*(proxy.address for proxy in proxies), health_interval=0.1)
        proxies[0].refuse()
        for _ in range(4):
            pool.ping()
        self.assertFalse(pool.servers[0].is_up)

        proxies[0].refuse(False)

        self.await_that(lambda: pool.servers[0].is_up)

    def test_should_let_go_of_idle_connections_that_do_not_answer_a_ping(self) -> None:
        proxy = self.proxy(self.server)
        options = self.server.options(probe_after=0.3)
        pool = self.pool(proxy.address, options=options, health_interval=0.2)
        self.assertIsNone(pool.get("nobody-has-this"))
        self.assertEqual(1, pool.servers[0].idle)

        proxy.freeze()

        self.await_that(lambda: pool.servers[0].idle + pool.servers[0].outstanding == 0)
        proxy.thaw()
        self.assertIsNone(pool.get("nobody-has-this"))

    def test_should_take_turns_among_servers(self) -> None:
        for policy in Policy:
            pool = self.pool(self.server.address, self.other.address, policy=policy)
            for _ in range(4):
                pool.ping()
            self.assertEqual([1, 1], [state.idle for state in pool.servers], policy)

    def test_should_choose_the_server_with_the_fewest_calls_under_way(self) -> None:
        pool = self.pool(self.server.address, self.other.address)
        batch = Batch()
        for i in range(600):
            batch.put(f"least:{i:05}", "v" * 500)
        with self.pool() as first:
            first.write(batch)
        scans = []
        while not pool.servers[0].outstanding:
            scans.append(pool.scan(prefix="least:"))

        for _ in range(6):
            pool.ping()

        self.assertEqual((0, 1), (pool.servers[0].idle, pool.servers[1].idle))
        for scan in scans:
            scan.close()

    def test_should_not_try_again_what_is_wrong(self) -> None:
        pool = self.pool()
        with self.assertRaises(ServerError) as raised:
            pool.sql("SELECT")
        self.assertEqual((ErrorCode.SQL_ERROR, Outcome.NOT_DONE), (raised.exception.code, raised.exception.outcome))
        for changes, code in ((dict(password="wrong"), ErrorCode.INVALID_CREDENTIALS),
                              (dict(fingerprint="0" * 64), ErrorCode.NOT_AUTHENTICATED)):
            with self.assertRaises((ServerError, ServerNotTrusted)) as refused:
                self.pool(options=self.server.options(**changes)).ping()
            self.assertEqual(code, refused.exception.code)

    def test_should_come_again_when_the_server_limits_the_rate(self) -> None:
        pool = self.pool(connections_per_server=1)

        def limit() -> Any:
            return {row[0]: row[1] for row in pool.sql("SHOW CONFIG")}["server.rate_limit_per_second"]

        unlimited = limit()
        self.server.configure("rate_limit_per_second = 20")
        self.await_that(lambda: limit() == "20")
        try:
            for _ in range(30):
                pool.get("nobody-has-this")
            refused = {row[0]: row[1] for row in pool.sql("SHOW STATS") if "rate_limited" in str(row[0])}
            self.assertTrue(any(int(str(count)) > 0 for count in refused.values()), refused)
        finally:
            self.server.configure("")
            self.await_that(lambda: limit() == unlimited)

    def test_should_count_anew_before_a_request_in_doubt_falls_out_of_the_servers_memory(self) -> None:
        pool = self.pool()
        first = pool._next_request_id()
        while True:
            client_id, number = pool._next_request_id()
            if client_id != first[0]:
                break
            pool._in_doubt.discard((client_id, number))
            self.assertLess(number - first[1], 4096)
        self.assertEqual(1, number)

    def test_should_say_that_nobody_is_there_when_the_deadline_comes(self) -> None:
        proxy = self.proxy(self.server)
        proxy.refuse()
        pool = self.pool(proxy.address)
        with self.assertRaises((ConnectionLost, RequestTimeout)) as raised:
            pool.put("k", "v", timeout=0.5)
        self.assertEqual(Outcome.NOT_DONE, raised.exception.outcome)

    def test_should_wait_for_calls_under_way_when_it_is_closed(self) -> None:
        proxy = self.proxy(self.server)
        pool = self.pool(proxy.address)
        pool.ping()
        proxy.freeze()
        answers: List[Any] = []
        thread = threading.Thread(target=lambda: answers.append(pool.put("closing", "1")))
        thread.start()
        self.await_that(lambda: pool.servers[0].outstanding == 1)
        timer = threading.Timer(0.3, proxy.thaw)
        timer.start()

        pool.close(PATIENT_S)
        thread.join()
        timer.join()

        self.assertEqual([True], [bool(answer) for answer in answers])
        with self.assertRaises(ClosedError):
            pool.get("closing")

    def test_should_fail_calls_that_are_under_way_when_closing_has_waited_long_enough(self) -> None:
        proxy = self.proxy(self.server)
        pool = self.pool(proxy.address)
        pool.ping()
        proxy.freeze()
        failures: List[VelocityError] = []

        def put() -> None:
            try:
                pool.put("k", "v")
            except VelocityError as e:
                failures.append(e)

        thread = threading.Thread(target=put)
        thread.start()
        self.await_that(lambda: pool.servers[0].outstanding == 1)
        pool.close(0.2)
        thread.join(PATIENT_S)

        self.assertEqual([Outcome.UNKNOWN], [e.outcome for e in failures])

    def test_should_trust_the_authority_that_vouches_for_the_server(self) -> None:
        options = self.other.options(ca_file=CERTIFICATES / "ca.pem")
        pool = self.pool(self.other.address, options=options)
        self.assertGreater(pool.ping(), 0)
        self.assertFalse(self.other.known_servers.exists() and "tls" in self.other.known_servers.read_text("utf-8"))

    def test_should_refuse_options_that_make_no_sense(self) -> None:
        makers: List[Callable[[], Pool]] = [
            lambda: Pool([]), lambda: Pool("a:1", Options(), user="a"), lambda: Pool("a:b"),
            lambda: Pool("a:1", connections_per_server=0)]
        for make in makers:
            with self.assertRaises(ValueError):
                make()


if __name__ == "__main__":
    unittest.main()
