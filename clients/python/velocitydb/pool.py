"""Many connections to one or several servers, for any number of threads, with retries and failover."""

from __future__ import annotations

import enum
import random
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Deque, List, Optional, Sequence, Set, Tuple, Type, Union

from . import protocol as p
from .calls import Calls, Exchange, RequestId, deadline_in
from .connection import Connection, Options
from .errors import ClosedError, ConnectionLost, ErrorCode, Outcome, RequestTimeout, ServerError, VelocityError
from .wire import Address

# Waits look up from time to time, as an abandoned result frees its connection without waking anybody.
_LONGEST_NAP_S = 0.5
_WRITES = (p.Write, p.Sql)
# A server remembers the answers to a client id's last 4,096 numbers: none that is in doubt may be further back.
_REQUEST_WINDOW = 4000

# Why a connection may have ended without the request being at fault.
_PASSING_ENDS = frozenset((
    None, ErrorCode.SHUTTING_DOWN, ErrorCode.IDLE_TIMEOUT, ErrorCode.CONNECTION_KILLED, ErrorCode.CONNECTION_LIMIT,
    ErrorCode.NOT_AUTHENTICATED, ErrorCode.SERVER_OVERLOADED, ErrorCode.RATE_LIMITED))
# What a server answers that does not take the request now, but another one or the same one may later.
_PASSING_REFUSALS = frozenset((
    ErrorCode.RATE_LIMITED, ErrorCode.SERVER_OVERLOADED, ErrorCode.SHUTTING_DOWN, ErrorCode.CONNECTION_LIMIT))


class Policy(enum.Enum):
    """Which server a call goes to."""

    ROUND_ROBIN = "round-robin"
    """One after the other."""
    LEAST_OUTSTANDING = "least-outstanding"
    """The one with the fewest calls under way; among equals, one after the other."""


@dataclass(frozen=True)
class ServerState:
    """What the pool knows of a server."""

    address: str
    is_up: bool
    """Whether the last that was heard of it was good, or nothing was yet."""
    idle: int
    outstanding: int
    failures: int
    """How often in a row it could not be reached."""


class _Server:
    def __init__(self, address: str) -> None:
        self.address = address
        self.idle: List[Connection] = []
        self.leased: Set[Connection] = set()
        self.opening = 0
        self.failures = 0
        self.retry_at = 0.0

    @property
    def connections(self) -> int:
        return len(self.idle) + len(self.leased) + self.opening

    @property
    def outstanding(self) -> int:
        return len(self.leased) + self.opening


class Pool(Calls):
    """Connections to one or several servers, lent to one call at a time.

    A call that fails in passing (a lost connection, a server that is overloaded, limits the rate or shuts down) is tried
    again until its deadline: on the next server where nothing can have been done yet, on the same server where it may have
    been, since only that one knows the request id under which it does a write once. A server that could not be reached is
    left alone for a while that doubles with each failure and is drawn at random. Idle connections are sent a PING by a
    thread of the pool's own, which answers the server's.
    """

    def __init__(
            self, addresses: Union[str, Sequence[str]], options: Optional[Options] = None, *,
            policy: Policy = Policy.LEAST_OUTSTANDING, connections_per_server: int = 8, health_interval: float = 5.0,
            backoff_base: float = 0.05, backoff_max: float = 2.0, **more_options: Any) -> None:
        """Connects to nothing yet. Options are given as one object or one by one."""
        if options is not None and more_options:
            raise ValueError("options are given as one object or one by one")
        listed = [addresses] if isinstance(addresses, str) else list(addresses)
        if not listed or connections_per_server < 1:
            raise ValueError("a pool needs a server and a connection at least")
        self._options = Options(**more_options) if options is None else options
        self._policy = policy
        self._connections_per_server = connections_per_server
        self._health_interval = health_interval
        self._backoff_base = backoff_base
        self._backoff_max = backoff_max
        self._random = random.SystemRandom()
        self._client_id = self._random.getrandbits(64) - 2 ** 63
        self._number = 0
        self._in_doubt: Set[RequestId] = set()
        self._servers = [_Server(str(Address.parse(address))) for address in dict.fromkeys(listed)]
        self._turn = 0
        self._condition = threading.Condition()
        self._abandoned: Deque[Tuple[_Server, Connection]] = deque()
        self._is_closed = False
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="velocitydb-pool", daemon=True)
        self._keeper.start()

    @property
    def servers(self) -> List[ServerState]:
        """What is known of the servers now."""
        with self._condition:
            return [
                ServerState(s.address, s.failures == 0, len(s.idle), s.outstanding, s.failures) for s in self._servers]

    def close(self, timeout: Optional[float] = None) -> None:
        """Takes no more calls, waits for those under way, at most that long (the options' timeout where None), and ends."""
        deadline = self._deadline(timeout, False)
        with self._condition:
            self._is_closed = True
            self._condition.notify_all()
            while any(server.outstanding for server in self._servers) and time.monotonic() < deadline:
                self._condition.wait(min(_LONGEST_NAP_S, max(deadline - time.monotonic(), 0)))
                self._take_back_abandoned()
            idle = [connection for server in self._servers for connection in server.idle]
            leased = [connection for server in self._servers for connection in server.leased]
            for server in self._servers:
                server.idle.clear()
        self._closing.set()
        for connection in leased:
            connection.abort()
        for connection in idle:
            connection.close()
        if threading.current_thread() is not self._keeper:
            self._keeper.join(self._options.connect_timeout)

    def _default_timeout(self, is_stream: bool) -> float:
        return self._options.stream_timeout if is_stream else self._options.timeout

    # --- One call

    def _exchange(
            self, message: p.Message, answer: Type[p.Message], deadline: float,
            request_id: Optional[RequestId] = None) -> Exchange:
        if not isinstance(message, _WRITES) or request_id is not None:
            return self._try_until(message, answer, deadline, request_id)
        request_id = self._next_request_id()
        try:
            return self._try_until(message, answer, deadline, request_id)
        finally:
            with self._condition:
                self._in_doubt.discard(request_id)

    def _next_request_id(self) -> RequestId:
        with self._condition:
            oldest = min((number for client_id, number in self._in_doubt if client_id == self._client_id), default=0)
            if 0 < oldest <= self._number - _REQUEST_WINDOW:
                # Rather than wait for that one, count from the beginning under another name.
                self._client_id = self._random.getrandbits(64) - 2 ** 63
                self._number = 0
            self._number += 1
            request_id = (self._client_id, self._number)
            self._in_doubt.add(request_id)
            return request_id

    def _try_until(
            self, message: p.Message, answer: Type[p.Message], deadline: float,
            request_id: Optional[RequestId]) -> Exchange:
        bound_to: Optional[_Server] = None
        last: Optional[VelocityError] = None
        attempt = 0
        while True:
            server = None
            try:
                server, idle = self._choose(deadline, bound_to)
                return self._try(server, idle, message, answer, deadline, request_id)
            except VelocityError as e:
                if e.outcome is Outcome.UNKNOWN:
                    bound_to = server
                pause = self._pause_before_retry(e, attempt)
                if pause is None or time.monotonic() + pause >= deadline:
                    if bound_to is not None:
                        # An earlier attempt may have been done, whatever this one says.
                        e.outcome = Outcome.UNKNOWN
                    raise e from (e.__cause__ or last)
                last = e
            attempt += 1
            if self._closing.wait(pause):
                raise self._closed(Outcome.NOT_DONE if bound_to is None else Outcome.UNKNOWN)

    def _try(
            self, server: _Server, idle: Optional[Connection], message: p.Message, answer: Type[p.Message],
            deadline: float, request_id: Optional[RequestId]) -> Exchange:
        connection = self._open(server, deadline) if idle is None else idle
        try:
            exchange = _PoolExchange(
                self, server, connection, connection.exchange(message, answer, deadline, request_id))
        except BaseException as e:
            self.give_back(server, connection)
            if isinstance(e, ConnectionLost):
                self._on_lost(server)
            raise
        with self._condition:
            server.failures = 0
        return exchange

    def _pause_before_retry(self, e: VelocityError, attempt: int) -> Optional[float]:
        """Seconds, or None where there is no point."""
        if isinstance(e, ServerError):
            if e.code not in _PASSING_REFUSALS or e.outcome is not Outcome.NOT_DONE:
                return None
            return max(e.retry_after_ms / 1000, self._backoff(attempt))
        if isinstance(e, ConnectionLost) and e.code in _PASSING_ENDS:
            # Which server comes next, and when, is the choice's.
            return e.retry_after_ms / 1000
        return None

    def _backoff(self, failures: int) -> float:
        return self._random.uniform(0, min(self._backoff_max, self._backoff_base * 2 ** min(failures, 30)))

    # --- Servers and their connections

    def _choose(self, deadline: float, bound_to: Optional[_Server]) -> Tuple[_Server, Optional[Connection]]:
        """A server, and a connection of it that is idle, or None where one more may be opened and its place is taken. Waits
        for one until the deadline."""
        with self._condition:
            while True:
                if self._is_closed:
                    raise self._closed(Outcome.NOT_DONE)
                self._take_back_abandoned()
                now = time.monotonic()
                server = self._pick([bound_to] if bound_to is not None else self._servers, now)
                if server is not None:
                    return server, self._take(server)
                if now >= deadline:
                    raise RequestTimeout(self._why_no_connection())
                next_retry = min((s.retry_at for s in self._servers if s.retry_at > now), default=now + _LONGEST_NAP_S)
                self._condition.wait(min(_LONGEST_NAP_S, next_retry - now, deadline - now))

    def _pick(self, servers: Sequence[_Server], now: float) -> Optional[_Server]:
        ready = [
            s for s in servers if s.retry_at <= now and (s.idle or s.connections < self._connections_per_server)]
        if not ready:
            return None
        self._turn += 1
        start = self._turn % len(ready)
        turned = ready[start:] + ready[:start]
        if self._policy is Policy.ROUND_ROBIN:
            return turned[0]
        return min(turned, key=lambda server: server.outstanding)

    def _why_no_connection(self) -> str:
        states = ", ".join(
            f"{s.address}: {s.outstanding} in use, {s.failures} failures in a row" for s in self._servers)
        return f"no connection was to be had in time: connections per server={self._connections_per_server}; {states}"

    def _take(self, server: _Server) -> Optional[Connection]:
        # In the same turn as the choice, so that two calls cannot count on the same connection.
        if not server.idle:
            server.opening += 1
            return None
        connection = server.idle.pop()
        server.leased.add(connection)
        return connection

    def _open(self, server: _Server, deadline: float) -> Connection:
        """Fills a place that was taken for a connection."""
        try:
            left = max(deadline - time.monotonic(), 0.001)
            connection = Connection(
                server.address, self._options, timeout=min(self._options.connect_timeout, left), answers_ping=True)
        except BaseException as e:
            with self._condition:
                server.opening -= 1
                self._condition.notify_all()
            if isinstance(e, ConnectionLost):
                self._on_lost(server)
            raise
        with self._condition:
            server.opening -= 1
            server.leased.add(connection)
            if self._is_closed:
                connection.abort()
        return connection

    def give_back(self, server: _Server, connection: Connection) -> None:
        """A call is over; its connection is kept if it is good."""
        with self._condition:
            server.leased.discard(connection)
            is_kept = connection.is_open and not self._is_closed
            if is_kept:
                server.idle.append(connection)
            self._condition.notify_all()
        if not is_kept:
            connection.close()

    def abandon(self, server: _Server, connection: Connection) -> None:
        """As ``give_back``, without waiting for a lock."""
        self._abandoned.append((server, connection))

    def _take_back_abandoned(self) -> None:
        while self._abandoned:
            server, connection = self._abandoned.popleft()
            server.leased.discard(connection)

    def _on_lost(self, server: _Server) -> None:
        """The server is left alone for a moment, and connections that ended at the same time are let go."""
        with self._condition:
            server.failures += 1
            server.retry_at = time.monotonic() + self._backoff(server.failures - 1)
            suspects = server.idle
            server.idle = []
            server.leased.update(suspects)
        for connection in suspects:
            connection.look_after()
            self.give_back(server, connection)

    def _closed(self, outcome: Outcome) -> ClosedError:
        return ClosedError("this program has closed the pool", outcome)

    # --- The keeper's thread

    def _keep(self) -> None:
        while not self._closing.wait(self._health_interval):
            for server in self._servers:
                self._look_after_idle(server)
                self._look_for(server)

    def _look_after_idle(self, server: _Server) -> None:
        before = time.monotonic() - self._health_interval
        with self._condition:
            self._take_back_abandoned()
            stale = [connection for connection in server.idle if connection.used_at < before]
            server.idle = [connection for connection in server.idle if connection.used_at >= before]
            server.leased.update(stale)
        for connection in stale:
            try:
                connection.ping(timeout=self._options.connect_timeout)
            except VelocityError:
                connection.abort()
            self.give_back(server, connection)

    def _look_for(self, server: _Server) -> None:
        """Tries a server that was not to be reached, so that calls need not."""
        with self._condition:
            is_due = (server.failures > 0 and server.retry_at <= time.monotonic() and not self._is_closed
                      and server.connections < self._connections_per_server)
            if not is_due:
                return
            server.opening += 1
        try:
            connection = self._open(server, deadline_in(self._options.connect_timeout))
        except VelocityError:
            return
        with self._condition:
            server.failures = 0
        self.give_back(server, connection)


class _PoolExchange(Exchange):
    """An answer that comes in over a connection of the pool, which gets it back at the end."""

    def __init__(self, pool: Pool, server: _Server, connection: Connection, exchange: Exchange) -> None:
        self._pool = pool
        self._server = server
        self._connection = connection
        self._exchange = exchange
        self._is_over = False

    def next(self) -> p.Frame:
        try:
            frame = self._exchange.next()
        except BaseException:
            self.close()
            raise
        if not frame.more:
            self._give_back()
        return frame

    def close(self) -> None:
        self._exchange.close()
        self._give_back()

    def abandon(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._exchange.abandon()
            self._pool.abandon(self._server, self._connection)

    def _give_back(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._pool.give_back(self._server, self._connection)
