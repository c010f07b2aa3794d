"""The real server, as a process of its own on a free port with data of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any, Dict, List, Optional

from velocitydb import Options

ROOT = Path(__file__).resolve().parents[3]
LAUNCHER = ROOT / "scripts" / "velocity"
JAR = ROOT / "server" / "target" / "velocitydb.jar"
CERTIFICATES = Path(__file__).resolve().parent / "certificates"
USER = "alice"
PASSWORD = "secret123"
# Of the password above, with so little memory and time that logging in costs the tests nothing. Never use such ones.
_PASSWORD_HASH = "$argon2id$v=19$m=32,t=1,p=1$4cHkdBIqIkwBKPw5wDb7DQ$LhcQqTwKapCU1z6fYq1OYIojYN6dHARb4CVPRtOFRk0"
_START_TIMEOUT_S = 120.0
# Machines that build are busy: nothing that works may fail because it is slow.
PATIENT_S = 60.0


class Server:
    """Starts in its constructor; ``address`` and ``fingerprint`` are what it prints."""

    def __init__(self, *, server: str = "", tls: str = "") -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="velocitydb-python-"))
        for name in ("server.pem", "server.key", "ca.pem"):
            shutil.copy(CERTIFICATES / name, self.directory / name)
        os.chmod(self.directory / "server.key", 0o600)
        self.known_servers = self.directory / "known_servers"
        (self.directory / "velocity.toml").write_text(
            f"[server]\n{server}\n[tls]\n{tls}\n[users]\n"
            f'{USER} = {{ password = "{_PASSWORD_HASH}", role = "admin" }}\n', "utf-8")
        os.chmod(self.directory / "velocity.toml", 0o600)
        self.address = "127.0.0.1:0"
        self.fingerprint = ""
        self._process: Optional[subprocess.Popen[str]] = None
        self.start()

    def start(self) -> None:
        """Starts it, on the port that it had before if it had one."""
        environment = dict(os.environ)
        environment["VELOCITY_JAVA_OPTS"] = "-XX:TieredStopAtLevel=1 " + environment.get(
            "VELOCITY_JAVA_OPTS", "")
        self._process = subprocess.Popen(
            [str(LAUNCHER), "server", "--bind", self.address, "--data-dir", str(self.directory / "data")],
            cwd=self.directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._said: List[str] = []
        self._reader = threading.Thread(target=self._read_errors, args=(self._process,), daemon=True)
        self._reader.start()
        watch = threading.Timer(_START_TIMEOUT_S, self._process.kill)
        watch.start()
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        watch.cancel()
        found = re.search(r"listening on (\S+), fingerprint ([0-9a-f]{64})", line)
        if found is None:
            self.kill()
            raise RuntimeError(f"the server did not start: {line!r} {''.join(self._said)}")
        self.address, self.fingerprint = found.group(1), found.group(2)

    def _read_errors(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        with process.stderr:
            self._said.extend(process.stderr)

    def options(self, **changes: Any) -> Options:
        """Patient options with which a client may log in."""
        settings: Dict[str, Any] = dict(
            user=USER, password=PASSWORD, known_servers=self.known_servers, timeout=PATIENT_S, stream_timeout=PATIENT_S,
            connect_timeout=PATIENT_S, probe_after=PATIENT_S)
        settings.update(changes)
        return Options(**settings)

    def configure(self, server: str) -> None:
        """Has it read other lines for its section [server]."""
        file = self.directory / "velocity.toml"
        text = re.sub(r"\[server\]\n.*?\n\[tls\]", f"[server]\n{server}\n[tls]", file.read_text("utf-8"), flags=re.DOTALL)
        file.write_text(text, "utf-8")
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """As a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def stop(self) -> None:
        """Ends it and takes its files away."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)
