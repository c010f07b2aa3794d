"""One connection to one server."""

from __future__ import annotations

import os
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Optional, Set, Type

from . import protocol as p
from .calls import Calls, Exchange, RequestId, deadline_in
from .errors import (
    BrokenProtocol, ClosedError, ConnectionInUse, ConnectionLost, ErrorCode, Outcome, RequestTimeout, ServerError,
    VelocityError)
from .trust import (
    FINGERPRINT, KnownServers, PathLike, changed, default_known_servers, fingerprint_of, public_key_of_certificate,
    verify_server_hello)
from .wire import Address, Wire

_WRITES = (p.Write, p.Sql)
_OPENING = (p.Hello, p.Auth)
# After a failed send the server's reason may be on its way: how long it is waited for.
_LAST_WORDS_S = 0.2


@dataclass(frozen=True)
class Options:
    """How to connect, and how long to wait. All times are in seconds."""

    user: Optional[str] = None
    """Who logs in when a connection is made; None where a client certificate does it, or ``Connection.login``."""
    password: Optional[str] = None
    timeout: float = 10.0
    """For a call that does not say."""
    stream_timeout: float = 60.0
    """For a scan or a statement that does not say: for the whole result, reading it included."""
    connect_timeout: float = 5.0
    """For connecting, both handshakes and the login."""
    probe_after: float = 2.0
    """Silence, while an answer is waited for, after which the server is sent a PING. After as much again without a byte the
    connection is lost."""
    client_name: str = "velocitydb-python"
    tls: bool = False
    """TLS 1.3. The fingerprint of the certificate's key is compared, unless ``ca_file`` is given."""
    ca_file: Optional[PathLike] = None
    """Authorities (PEM) that have to vouch for the server's certificate, which has to name the host. Means TLS."""
    client_certificate: Optional[PathLike] = None
    """A certificate (PEM) that logs in the user whom it names. Means TLS."""
    client_key: Optional[PathLike] = None
    """Its private key (PEM), where it is not in the same file."""
    fingerprint: Optional[str] = None
    """The one key to accept, 64 lower-case hexadecimal digits. The file of known servers is not looked at then."""
    known_servers: Optional[PathLike] = None
    """The file of known servers; ``~/.velocity/known_servers``, where None."""
    trust_unknown: bool = True
    """Whether a server that is met for the first time is added to the file, rather than refused."""
    allow_plaintext_passwords: bool = False
    """Whether a password is sent to another machine without TLS."""

    def __post_init__(self) -> None:
        if self.fingerprint is not None and FINGERPRINT.fullmatch(self.fingerprint) is None:
            raise ValueError(f"a fingerprint is 64 lower-case hexadecimal digits: fingerprint={self.fingerprint!r}")
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password go together")
        for name in ("timeout", "stream_timeout", "connect_timeout", "probe_after"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive: {name}={getattr(self, name)}")

    @property
    def is_encrypted(self) -> bool:
        """Whether connections begin with TLS."""
        return self.tls or self.ca_file is not None or self.client_certificate is not None

    def ssl_context(self) -> Optional[ssl.SSLContext]:
        """What TLS needs, None where there is none."""
        if not self.is_encrypted:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if self.ca_file is None:
            # The handshake proves that the server has the certificate's key, and the fingerprint says whose that is.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        else:
            context.load_verify_locations(cafile=_readable(self.ca_file))
        if self.client_certificate is not None:
            key = None if self.client_key is None else _readable(self.client_key)
            context.load_cert_chain(_readable(self.client_certificate), key)
        return context


def _readable(path: PathLike) -> str:
    """The path of a file that can be read: the ssl module's own error does not say which one cannot."""
    with open(path, "rb"):
        return os.fspath(path)


class Connection(Calls):
    """One connection, lent to one thread at a time.

    Any thread may call; calls take turns, each for its timeout at most. A result that is read in pages (``scan``, ``sql``)
    keeps the turn until its last page has come in or it is closed: another call by the same thread raises ConnectionInUse
    meanwhile. Nothing reads between the calls, so the server is not told that its PING is answered. A connection that is lost stays lost, and nothing is retried: that is for
    the pool.
    """

    def __init__(
            self, address: str, options: Options, *, timeout: Optional[float] = None, answers_ping: bool = False) -> None:
        """With ``answers_ping`` the server may ask for a sign of life between calls too: have ``look_after`` called often."""
        self._answers_ping = answers_ping
        self._address = Address.parse(address)
        self._options = options
        self._turn = threading.Lock()
        self._turn_of: Optional[int] = None
        self._next_id = 0
        self._pings: Set[int] = set()
        self._ping_sent_at = 0.0
        self._lost: Optional[VelocityError] = None
        self.fingerprint = ""
        """By which the server is known."""
        self.server_version = ""
        """What the server calls itself."""
        self.used_at = time.monotonic()
        """When the last call ended."""
        deadline = deadline_in(options.connect_timeout if timeout is None else timeout)
        self._wire = Wire.connect(self._address, deadline, options.ssl_context(), self._on_certificate)
        try:
            self._greet(deadline)
            if options.user is not None and options.password is not None:
                self._login(options.user, options.password, deadline)
        except BaseException as e:
            self._wire.close()
            if isinstance(e, RequestTimeout):
                raise ConnectionLost(f"the server does not answer: server={self._address}") from e
            raise

    @property
    def address(self) -> str:
        """The server's ``host:port``."""
        return str(self._address)

    @property
    def is_open(self) -> bool:
        """Whether nothing is known that would keep a call from being answered."""
        return self._lost is None

    def login(self, user: str, password: str, *, timeout: Optional[float] = None) -> None:
        """Logs in, where the options did not name a user."""
        self._login(user, password, self._deadline(timeout, False))

    def _login(self, user: str, password: str, deadline: float) -> None:
        options = self._options
        if not (options.is_encrypted or options.allow_plaintext_passwords or self._wire.is_loopback):
            raise VelocityError(
                f"a password goes to another machine over TLS alone: server={self._address}; use tls=True, or "
                "allow_plaintext_passwords=True", code=ErrorCode.PLAINTEXT_REFUSED)
        self._exchange(p.Auth(user, password), p.AuthOk, deadline).next()

    def _on_certificate(self, certificate: bytes) -> None:
        self.fingerprint = fingerprint_of(public_key_of_certificate(certificate))
        if self._options.ca_file is None or self._options.fingerprint is not None:
            self._check_fingerprint()

    def _greet(self, deadline: float) -> None:
        nonce = os.urandom(p.NONCE_LENGTH)
        hello = self._exchange(p.Hello(nonce, self._options.client_name), p.ServerHello, deadline).next().message
        assert isinstance(hello, p.ServerHello)
        self.server_version = hello.server_version
        fingerprint = verify_server_hello(nonce, hello)
        if not self._options.is_encrypted:
            self.fingerprint = fingerprint
            self._check_fingerprint()

    def _check_fingerprint(self) -> None:
        options = self._options
        server = str(self._address)
        if options.fingerprint is None:
            file = default_known_servers() if options.known_servers is None else options.known_servers
            KnownServers(file).check(server, self.fingerprint, options.trust_unknown)
        elif options.fingerprint != self.fingerprint:
            raise changed(
                server, options.fingerprint, self.fingerprint, "options",
                "if the server was given a new key on purpose, compare the fingerprint with what the server prints when "
                "it starts, then set that one")

    def close(self, timeout: Optional[float] = None) -> None:
        """Waits for the call under way, at most that long (the options' timeout where None), then says farewell."""
        deadline = self._deadline(timeout, False)
        if self._turn_of == threading.get_ident() or not self._turn.acquire(timeout=deadline - time.monotonic()):
            self.abort()
            return
        try:
            if self._lost is None:
                self._say_farewell()
            self._end(ClosedError(f"this program has closed the connection: server={self._address}"))
        finally:
            self._turn.release()

    def abort(self) -> None:
        """Ends the connection at once; a call that is under way fails."""
        if self._lost is None:
            self._lost = ClosedError(f"this program has closed the connection: server={self._address}")
        self._wire.abort()

    def look_after(self) -> bool:
        """Takes in what the server has sent between calls, if it is nobody's turn. Whether the connection is still good."""
        if not self._turn.acquire(blocking=False):
            return self.is_open
        try:
            self._take_in()
        except VelocityError:
            pass
        finally:
            self._turn.release()
        return self.is_open

    def _default_timeout(self, is_stream: bool) -> float:
        return self._options.stream_timeout if is_stream else self._options.timeout

    def _exchange(
            self, message: p.Message, answer: Type[p.Message], deadline: float,
            request_id: Optional[RequestId] = None) -> _ConnectionExchange:
        return self.exchange(message, answer, deadline, request_id)

    def exchange(
            self, message: p.Message, answer: Type[p.Message], deadline: float,
            request_id: Optional[RequestId]) -> _ConnectionExchange:
        """Sends a request and reads the first frame of its answer."""
        self._take_turn(deadline)
        is_begun = False
        try:
            self._take_in()
            frame = self._frame(message, deadline, request_id)
            encoded = frame.encode()
            is_begun = True
            self._send(encoded, message, deadline)
            exchange = _ConnectionExchange(self, frame.correlation_id, message, answer, deadline)
            exchange.read_first()
            return exchange
        except BaseException as e:
            if self._turn_of == threading.get_ident():
                # A message that cannot be encoded has done no harm.
                if is_begun and not isinstance(e, VelocityError):
                    # Interrupted in the middle: an answer may still come, which nobody would know any more.
                    self._end(ConnectionLost(f"a call was interrupted: server={self._address}: {e!r}"))
                self._give_turn_back()
            raise

    def _take_turn(self, deadline: float) -> None:
        me = threading.get_ident()
        if self._turn_of == me:
            raise ConnectionInUse(
                "a result is being read over this connection: read it to its end or close it first, or use a pool")
        if not self._turn.acquire(timeout=max(deadline - time.monotonic(), 0)):
            raise RequestTimeout(f"it was not this call's turn in time: server={self._address}")
        self._turn_of = me

    def _give_turn_back(self) -> None:
        self.used_at = time.monotonic()
        self._turn_of = None
        self._turn.release()

    def _take_in(self) -> None:
        """What the server said between calls: that the connection is over, or an answer to a probe that came late."""
        while self._lost is None:
            frame = self._receive_frame(0.0, False)
            if frame is None:
                return
            self._on_other_frame(frame, False)
        raise self._lost_again()

    def _lost_again(self) -> VelocityError:
        lost = self._lost
        if isinstance(lost, ClosedError):
            return ClosedError(str(lost.args[0]))
        assert lost is not None
        return ConnectionLost(str(lost.args[0]), Outcome.NOT_DONE, lost.code)

    def _next_correlation_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _frame(self, message: p.Message, deadline: float, request_id: Optional[RequestId]) -> p.Frame:
        left_us = int((deadline - time.monotonic()) * 1_000_000)
        if left_us <= 0:
            raise RequestTimeout(f"the deadline passed before the request was sent: server={self._address}")
        answers_ping = self._answers_ping and isinstance(message, p.Hello)
        return p.Frame(message, self._next_correlation_id(), left_us, request_id, answers_ping=answers_ping)

    def _send(self, frame: bytes, message: p.Message, deadline: float) -> None:
        try:
            self._wire.send(frame, deadline)
        except ConnectionLost as e:
            is_maybe_done = isinstance(message, _WRITES) and self._wire.handed_bytes > 0
            raise self._on_failed_send(e, is_maybe_done, deadline) from e

    def _on_failed_send(self, e: ConnectionLost, is_maybe_done: bool, deadline: float) -> VelocityError:
        """The server may have said why before it closed, such as that the frame is too long."""
        lost = ConnectionLost(str(e.args[0]), Outcome.UNKNOWN if is_maybe_done else Outcome.NOT_DONE)
        is_late = deadline - time.monotonic() <= 0
        try:
            frame = self._receive_frame(time.monotonic() + _LAST_WORDS_S, is_maybe_done)
            if frame is not None:
                self._on_other_frame(frame, is_maybe_done)
        except ConnectionLost as reason:
            if reason.code is not None:
                lost = reason
        except VelocityError:
            pass
        self._end(lost)
        if is_late and lost.code is None:
            return RequestTimeout(f"the request could not be sent in time: server={self._address}", lost.outcome)
        return lost

    def receive(self, correlation_id: int, message: p.Message, answer: Type[p.Message], deadline: float) -> p.Frame:
        """The next frame of an answer. Raises ServerError where the answer is one; the connection is good then."""
        is_write = isinstance(message, _WRITES)
        begun = time.monotonic()
        while True:
            # A password takes its time, in which the server reads nothing else of the connection.
            probe_due = deadline if isinstance(message, _OPENING) else self._probe_due(begun)
            frame = self._receive_frame(min(deadline, probe_due), is_write)
            if frame is None:
                self._on_silence(probe_due, deadline, is_write)
            elif frame.correlation_id != correlation_id or correlation_id == 0:
                self._on_other_frame(frame, is_write)
            elif isinstance(frame.message, p.Error):
                raise _server_error(frame.message)
            elif isinstance(frame.message, answer):
                return frame
            else:
                raise self._broken(
                    f"an answer is of the wrong type: type={frame.message.TYPE.name}, expected={answer.TYPE.name}",
                    is_write)

    def _receive_frame(self, until: float, is_write: bool) -> Optional[p.Frame]:
        outcome = Outcome.UNKNOWN if is_write else Outcome.NOT_DONE
        try:
            return self._wire.receive(until)
        except ConnectionLost as e:
            # Where this program has closed it under the call, that is the reason.
            e = ConnectionLost(str((self._lost or e).args[0]), outcome)
            self._end(e)
            raise e from None
        except BrokenProtocol as e:
            raise self._broken(str(e.args[0]), is_write) from e

    def _probe_due(self, begun: float) -> float:
        if self._pings:
            begun = max(begun, self._ping_sent_at)
        return max(begun, self._wire.received_at) + self._options.probe_after

    def _on_silence(self, probe_due: float, deadline: float, is_write: bool) -> None:
        outcome = Outcome.UNKNOWN if is_write else Outcome.NOT_DONE
        now = time.monotonic()
        if now >= deadline:
            timeout = RequestTimeout(f"no answer in time: server={self._address}", outcome)
            # The answer may still come; a connection without it is cheaper than one that has to remember.
            self._end(ConnectionLost(f"an answer did not come in time: server={self._address}"))
            raise timeout
        if now < probe_due:
            return
        if self._pings:
            lost = ConnectionLost(
                f"the connection is half-open, the server does not answer a PING: server={self._address}", outcome)
            self._end(lost)
            raise lost
        correlation_id = self._next_correlation_id()
        try:
            self._wire.send(p.Frame(p.Ping(), correlation_id).encode(), now + self._options.probe_after)
        except ConnectionLost as e:
            lost = ConnectionLost(str(e.args[0]), outcome)
            self._end(lost)
            raise lost from e
        self._pings.add(correlation_id)
        self._ping_sent_at = time.monotonic()

    def _on_other_frame(self, frame: p.Frame, is_write: bool) -> None:
        message = frame.message
        if isinstance(message, p.Pong) and frame.correlation_id in self._pings:
            self._pings.remove(frame.correlation_id)
        elif isinstance(message, p.Ping) and frame.correlation_id == 0 and self._answers_ping:
            self._answer_ping(is_write)
        elif isinstance(message, p.Error) and frame.correlation_id == 0:
            code = ErrorCode.of(message.code)
            lost = ConnectionLost(
                f"the server ends the connection: server={self._address}: {code.name}: {message.text}",
                Outcome.UNKNOWN if is_write else Outcome.NOT_DONE, code)
            lost.retry_after_ms = message.retry_after_ms
            self._end(lost)
            raise lost
        elif isinstance(message, p.Disconnect):
            lost = ConnectionLost(
                f"the server has said farewell: server={self._address}",
                Outcome.UNKNOWN if is_write else Outcome.NOT_DONE)
            self._end(lost)
            raise lost
        else:
            raise self._broken(
                f"a frame answers nothing: type={message.TYPE.name}, correlation-id={frame.correlation_id}", is_write)

    def _answer_ping(self, is_write: bool) -> None:
        try:
            self._wire.send(p.Frame(p.Pong(), 0).encode(), time.monotonic() + self._options.connect_timeout)
        except ConnectionLost as e:
            lost = ConnectionLost(str(e.args[0]), Outcome.UNKNOWN if is_write else Outcome.NOT_DONE)
            self._end(lost)
            raise lost from e

    def _broken(self, what: str, is_write: bool) -> BrokenProtocol:
        broken = BrokenProtocol(
            f"{what}: server={self._address}", Outcome.UNKNOWN if is_write else Outcome.NOT_DONE)
        self._end(broken)
        return broken

    def _say_farewell(self) -> None:
        try:
            self._wire.send(p.Frame(p.Disconnect(), 0).encode(), time.monotonic() + 1.0)
        except VelocityError:
            pass

    def give_up(self) -> None:
        """Closes the connection since the rest of an answer is not wanted: nothing tells the server to stop."""
        self._end(ConnectionLost(f"a result was given up before its end: server={self._address}"))

    def _end(self, why: VelocityError) -> None:
        """The first reason stays."""
        if self._lost is None:
            self._lost = why
        self._wire.close()


class _ConnectionExchange(Exchange):
    """A request on one connection, which has the connection's turn until the last frame."""

    def __init__(
            self, connection: Connection, correlation_id: int, message: p.Message, answer: Type[p.Message],
            deadline: float) -> None:
        self._connection = connection
        self._correlation_id = correlation_id
        self._message = message
        self._answer = answer
        self._deadline = deadline
        self._first: Optional[p.Frame] = None
        self._has_turn = True

    def read_first(self) -> None:
        """Waits for the first frame; errors leave the turn with the caller."""
        self._first = self._receive()
        if not self._first.more:
            self._give_turn_back()

    def next(self) -> p.Frame:
        frame = self._first
        if frame is not None:
            self._first = None
            return frame
        if not self._has_turn:
            raise ClosedError("there is no more of this answer")
        try:
            frame = self._receive()
        except BaseException as e:
            if not isinstance(e, VelocityError):
                self.close()
            else:
                self._give_turn_back()
            raise
        if not frame.more:
            self._give_turn_back()
        return frame

    def close(self) -> None:
        self._first = None
        if self._has_turn:
            self._connection.give_up()
            self._give_turn_back()

    def abandon(self) -> None:
        self.close()

    def _receive(self) -> p.Frame:
        return self._connection.receive(self._correlation_id, self._message, self._answer, self._deadline)

    def _give_turn_back(self) -> None:
        self._has_turn = False
        self._connection._give_turn_back()


def _server_error(message: p.Error) -> ServerError:
    return ServerError(
        ErrorCode.of(message.code), Outcome(message.outcome), message.text, message.position, message.retry_after_ms,
        message.code)
