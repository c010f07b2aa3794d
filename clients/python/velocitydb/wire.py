"""One socket, plain or TLS, that sends and receives whole frames until a deadline. Owned by one thread at a time."""

from __future__ import annotations

import ipaddress
import select
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Callable, Optional

from .errors import ConnectionLost, ServerNotTrusted
from .protocol import HEADER_LENGTH, Frame, body_length, decode_frame

DEFAULT_PORT = 5432
_RECEIVE_LENGTH = 256 * 1024
_SEND_LENGTH = 256 * 1024


@dataclass(frozen=True)
class Address:
    """Where a server listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """``host``, ``host:port``, ``[::1]`` or ``[::1]:port``; the port is 5432 where it is not given."""
        host, colon, port = text.rpartition(":")
        if not colon or port.endswith("]"):
            host, port = text, str(DEFAULT_PORT)
        is_bracketed = host.startswith("[") and host.endswith("]")
        if is_bracketed:
            host = host[1:-1]
        is_port = port.isascii() and port.isdigit() and 0 < int(port) < 65536
        if not host or not is_port or " " in host or (":" in host and not is_bracketed):
            raise ValueError(f"address must be host:port: address={text!r}")
        return cls(host, int(port))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class Wire:
    """Frames over one socket.

    ``receive`` keeps what it has read of a frame, so it can be given up at a deadline and taken up again. ``abort`` may be
    called by any thread and wakes whoever waits here.
    """

    def __init__(self, connected: socket.socket, address: Address) -> None:
        self._socket = connected
        self._address = address
        self._buffer = bytearray()
        self.received_at = time.monotonic()
        """When the last byte came in."""
        self.handed_bytes = 0
        """How much of the last frame that was sent has been handed to the network."""

    @classmethod
    def connect(
            cls, address: Address, deadline: float, context: Optional[ssl.SSLContext],
            check_certificate: Callable[[bytes], None]) -> Wire:
        """Connects, with TLS where there is a context, and has the server's certificate looked at before anything is sent."""
        connected: Optional[socket.socket] = None
        try:
            connected = socket.create_connection((address.host, address.port), _left(deadline))
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if context is not None:
                connected.settimeout(_left(deadline))
                encrypted = context.wrap_socket(connected, server_hostname=address.host)
                connected = encrypted
                check_certificate(encrypted.getpeercert(binary_form=True) or b"")
            return cls(connected, address)
        except ssl.SSLCertVerificationError as e:
            _close(connected)
            raise ServerNotTrusted(
                f"nobody who is trusted vouches for the server's certificate: server={address}: {e.verify_message}") from e
        except OSError as e:
            _close(connected)
            raise ConnectionLost(f"cannot connect: server={address}: {e}") from e
        except BaseException:
            _close(connected)
            raise

    @property
    def is_loopback(self) -> bool:
        """Whether the other end is this machine."""
        host = str(self._socket.getpeername()[0]).partition("%")[0]
        peer = ipaddress.ip_address(host)
        mapped = peer.ipv4_mapped if isinstance(peer, ipaddress.IPv6Address) else None
        return (mapped or peer).is_loopback

    def send(self, frame: bytes, deadline: float) -> None:
        """Sends all of it. Where it fails ConnectionLost is raised, and ``handed_bytes`` says what got away."""
        self.handed_bytes = 0
        view = memoryview(frame)
        try:
            while self.handed_bytes < len(view):
                self._socket.settimeout(_left(deadline))
                end = self.handed_bytes + _SEND_LENGTH
                self.handed_bytes += self._socket.send(view[self.handed_bytes:end])
        except (OSError, ValueError) as e:
            raise ConnectionLost(f"connection lost while sending: server={self._address}: {e}") from e

    def receive(self, deadline: float) -> Optional[Frame]:
        """The next frame, or None where it is not whole by the deadline. A deadline in the past takes what is there."""
        while True:
            frame = self._take()
            if frame is not None:
                return frame
            if not self._fill(deadline):
                return None

    def _take(self) -> Optional[Frame]:
        buffer = self._buffer
        if len(buffer) < HEADER_LENGTH:
            return None
        length = HEADER_LENGTH + body_length(buffer[:HEADER_LENGTH])
        if len(buffer) < length:
            return None
        frame = bytes(buffer[:length])
        del buffer[:length]
        return decode_frame(frame)

    def _fill(self, deadline: float) -> bool:
        left = deadline - time.monotonic()
        if left <= 0 and not self._has_input():
            return False
        try:
            self._socket.settimeout(max(left, 0.001))
            data = self._socket.recv(_RECEIVE_LENGTH)
        except socket.timeout:
            return False
        except (OSError, ValueError) as e:
            raise ConnectionLost(f"connection lost: server={self._address}: {e}") from e
        if not data:
            raise ConnectionLost(f"the server has closed the connection: server={self._address}")
        self._buffer += data
        self.received_at = time.monotonic()
        return True

    def _has_input(self) -> bool:
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0:
            return True
        try:
            if hasattr(select, "poll"):
                poll = select.poll()
                poll.register(self._socket, select.POLLIN)
                return bool(poll.poll(0))
            return bool(select.select([self._socket], [], [], 0)[0])
        except (OSError, ValueError) as e:
            raise ConnectionLost(f"connection lost: server={self._address}: {e}") from e

    def abort(self) -> None:
        """Ends the connection under whoever uses it."""
        try:
            # Not SSLSocket.shutdown, which takes the encryption away from under a thread that reads.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self) -> None:
        """Closes the socket; may be called twice, by its owner alone."""
        _close(self._socket)


def _left(deadline: float) -> float:
    # Zero would make the socket non-blocking.
    left = deadline - time.monotonic()
    if left <= 0:
        raise socket.timeout("timed out")
    return left


def _close(connected: Optional[socket.socket]) -> None:
    if connected is not None:
        try:
            connected.close()
        except OSError:
            pass

