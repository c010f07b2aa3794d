"""Who the server is: fingerprints, the file of known servers, the host key's proof, and a certificate's public key."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import threading
from pathlib import Path
from typing import List, Optional, Tuple, Union

from . import ed25519
from .errors import BrokenProtocol, ErrorCode, ServerNotTrusted, VelocityError
from .protocol import ServerHello

PathLike = Union[str, "os.PathLike[str]"]

FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_TRANSCRIPT_TITLE = b"VelocityDB v2 server hello\0"
# SubjectPublicKeyInfo of an Ed25519 key (RFC 8410): all but the 32 bytes of the key are always the same.
_ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")
_TURN = threading.Lock()


def default_known_servers() -> Path:
    """The file that the Java client uses too."""
    return Path.home() / ".velocity" / "known_servers"


def fingerprint_of(public_key: bytes) -> str:
    """SHA-256 of a SubjectPublicKeyInfo, in 64 lower-case hexadecimal digits."""
    return hashlib.sha256(public_key).hexdigest()


def verify_server_hello(client_nonce: bytes, hello: ServerHello) -> str:
    """The fingerprint of the server that has signed our nonce; BrokenProtocol where the signature is not right."""
    key = hello.public_key
    if len(key) != len(_ED25519_PREFIX) + 32 or not key.startswith(_ED25519_PREFIX):
        raise BrokenProtocol(f"the server's public key is no Ed25519 key: length={len(key)}")
    signed = _TRANSCRIPT_TITLE + client_nonce + hello.server_nonce + hashlib.sha256(key).digest()
    if not ed25519.verify(key[len(_ED25519_PREFIX):], hello.signature, signed):
        raise BrokenProtocol(
            f"the server's signature is not that of the key it shows: fingerprint={fingerprint_of(key)}")
    return fingerprint_of(key)


class KnownServers:
    """The fingerprints of servers that were seen before, one a line: ``host:port fingerprint``.

    Empty lines and lines that begin with # mean nothing. The file is for its owner alone and is replaced as a whole. Threads
    of one process take turns; two processes that meet two new servers at the same moment may lose one of the lines, whose
    server is then met for the first time once more.
    """

    def __init__(self, file: PathLike) -> None:
        self._file = Path(file).expanduser().absolute()

    def check(self, server: str, fingerprint: str, adds_unknown: bool) -> None:
        """Compares with the file; ServerNotTrusted where it says otherwise, or knows nothing and nothing may be added."""
        with _TURN:
            lines = self._read()
            if self._is_known(lines, server, fingerprint):
                return
            if not adds_unknown:
                raise ServerNotTrusted(
                    f"server is not known: server={server}, found={fingerprint}, file={self._file}; compare with what the "
                    f"server prints when it starts, then add the line: {server} {fingerprint}",
                    code=ErrorCode.NOT_AUTHENTICATED)
            lines.append(f"{server} {fingerprint}")
            self._replace(lines)

    def _is_known(self, lines: List[str], server: str, fingerprint: str) -> bool:
        is_known = False
        for number, line in enumerate(lines, 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if len(words) != 2 or FINGERPRINT.fullmatch(words[1]) is None:
                raise ServerNotTrusted(
                    f"line must be host:port and 64 hexadecimal digits: file={self._file}, line={number}",
                    code=ErrorCode.NOT_AUTHENTICATED)
            if words[0] == server:
                if words[1] != fingerprint:
                    raise changed(
                        server, words[1], fingerprint, f"{self._file}, line {number}",
                        "if the server was given a new key on purpose, compare the fingerprint with what the server "
                        "prints when it starts, then remove that line")
                is_known = True
        return is_known

    def _read(self) -> List[str]:
        try:
            return self._file.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as e:
            raise ServerNotTrusted(
                f"known servers cannot be read: file={self._file}: {e}", code=ErrorCode.NOT_AUTHENTICATED) from e

    def _replace(self, lines: List[str]) -> None:
        temporary: Optional[str] = None
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # mkstemp makes a file that its owner alone may read.
            descriptor, temporary = tempfile.mkstemp(prefix=self._file.name + ".", dir=self._file.parent)
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                out.write("\n".join(lines) + "\n")
                out.flush()
                os.fsync(out.fileno())
            os.replace(temporary, self._file)
        except OSError as e:
            if temporary is not None:
                Path(temporary).unlink(missing_ok=True)
            raise VelocityError(f"known servers cannot be written: file={self._file}: {e}") from e


def changed(server: str, known: str, found: str, where: str, advice: str) -> ServerNotTrusted:
    """The refusal of a server with another key than the one that is known, with both fingerprints and what to do."""
    return ServerNotTrusted(
        f"the server shows another key than the one it is known by: server={server}, known={known}, found={found}, "
        f"from={where}; somebody may be listening; {advice}", code=ErrorCode.NOT_AUTHENTICATED)


def public_key_of_certificate(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate in DER, as it stands there (RFC 5280, section 4.1).

    Certificate is a SEQUENCE that begins with TBSCertificate, a SEQUENCE of: version ([0], may be left out), serial number,
    signature, issuer, validity, subject, subjectPublicKeyInfo.
    """
    content, _, _ = _element(certificate, 0)
    offset, _, _ = _element(certificate, content)
    if certificate[offset:offset + 1] == b"\xa0":
        offset = _element(certificate, offset)[1]
    for _ in range(5):
        offset = _element(certificate, offset)[1]
    _, end, tag = _element(certificate, offset)
    if tag != 0x30:
        raise BrokenProtocol(f"the certificate's public key is not where it should be: tag=0x{tag:02x}")
    return certificate[offset:end]


def _element(der: bytes, offset: int) -> Tuple[int, int, int]:
    """Where the content of the element begins that stands at the offset, where it ends, and its tag."""
    if offset + 2 > len(der):
        raise BrokenProtocol(f"the certificate is cut short: length={len(der)}, offset={offset}")
    tag, length, content = der[offset], der[offset + 1], offset + 2
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(der[content:content + count], "big")
        content += count
    if content + length > len(der):
        raise BrokenProtocol(f"the certificate is cut short: length={len(der)}, needed={content + length}")
    return content, content + length, tag
