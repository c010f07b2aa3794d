"""A TCP proxy that hurts connections on demand."""

from __future__ import annotations

import socket
import threading
from typing import List, Tuple


class FaultProxy:
    """Passes bytes between clients and a server until it is told to cut, to freeze or to refuse."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        self._pairs: List[Tuple[socket.socket, socket.socket]] = []
        self._cuts_answers = 0
        self._cuts_requests = 0
        self._refuses = False
        self.accepted = 0
        self.passed_to_server = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_next_answers(self, count: int = 1) -> None:
        """Of the next so many answers nothing comes through: the connection is cut instead, after the request was passed."""
        with self._lock:
            self._cuts_answers += count

    def cut_next_requests(self, count: int = 1) -> None:
        """Of the next so many requests half is passed, then the connection is cut."""
        with self._lock:
            self._cuts_requests += count

    def freeze(self) -> None:
        """From now on nothing passes, and nobody is told: every connection is half-open."""
        self._flowing.clear()

    def thaw(self) -> None:
        """What was held up passes."""
        self._flowing.set()

    def refuse(self, refuses: bool = True) -> None:
        """Whether connections, those that are there and new ones, are cut at once."""
        with self._lock:
            self._refuses = refuses
        if refuses:
            self.cut_all()

    def cut_all(self) -> None:
        """Cuts the connections that are there."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            _cut(*pair)

    def close(self) -> None:
        """Cuts everything and stops."""
        self._listener.close()
        self.thaw()
        self.cut_all()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.accepted += 1
                refuses = self._refuses
            if refuses:
                client.close()
                continue
            try:
                server = socket.create_connection(self._target)
            except OSError:
                client.close()
                continue
            with self._lock:
                self._pairs.append((client, server))
            threading.Thread(target=self._pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, False), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, is_request: bool) -> None:
        try:
            while True:
                data = source.recv(65536)
                self._flowing.wait()
                if not data:
                    break
                if self._is_cut(is_request):
                    if is_request:
                        sink.sendall(data[:len(data) // 2])
                    break
                sink.sendall(data)
                if is_request:
                    self.passed_to_server += len(data)
        except OSError:
            pass
        _cut(source, sink)

    def _is_cut(self, is_request: bool) -> bool:
        with self._lock:
            if is_request and self._cuts_requests > 0:
                self._cuts_requests -= 1
                return True
            if not is_request and self._cuts_answers > 0:
                self._cuts_answers -= 1
                return True
            return False


def _cut(*sockets: socket.socket) -> None:
    for one in sockets:
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        one.close()
