"""The file of a backup as a stream: open, or sealed piece by piece with AES-256-GCM.

The first line says which: `CANDO-BACKUP 1 plain`, or `secret` or `passphrase` with a salt. The key comes from the
installation's secret (HKDF) or from a passphrase (scrypt). Each piece is sealed under its number and under whether
it is the last, so that pieces that are changed, moved or cut off are noticed.
"""

import io
import os
import struct
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

PIECE = 1 << 20
_MAGIC = "CANDO-BACKUP 1"
_LONGEST_LINE = 200


class Damaged(Exception):
    """The file cannot be read; the message is one sentence for whoever wants it."""


def _key(how: str, salt: bytes, *, secret: str, passphrase: str) -> AESGCM:
    if how == "passphrase":
        if not passphrase:
            raise Damaged("This backup is sealed with a passphrase: CANDO_BACKUP_PASSPHRASE must say it.")
        return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()))
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, b"cando-backup/1").derive(secret.encode()))


class Sealing(io.RawIOBase):
    """What is written goes sealed to `file`; `close` writes the last piece and leaves `file` open."""

    def __init__(self, file: IO[bytes], *, secret: str, passphrase: str = "", plain: bool = False) -> None:
        self._file, self._number, self._held = file, 0, bytearray()
        how, salt = "plain" if plain else "passphrase" if passphrase else "secret", os.urandom(16)
        self._key = None if plain else _key(how, salt, secret=secret, passphrase=passphrase)
        file.write(f"{_MAGIC} {how} {salt.hex()}\n".encode())

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:  # type: ignore[no-untyped-def]  # whatever has bytes
        self._held += data
        while len(self._held) > PIECE:
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def _put(self, piece: bytes, *, last: bool) -> None:
        if self._key is not None:
            piece = self._key.encrypt(self._number.to_bytes(12, "big"), piece, b"last" if last else b"")
            self._file.write(struct.pack("!I", len(piece) | last << 31))
        self._file.write(piece)
        self._number += 1

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._held), last=True)
        super().close()


class Opening(io.RawIOBase):
    """Reads what a `Sealing` wrote. Raises Damaged for anything else, and for what is not sealed unless `plain`.

    The file does not decide that: whoever can write where backups lie could put one of their own making there.
    """

    def __init__(self, file: IO[bytes], *, secret: str, passphrase: str = "", plain: bool = False) -> None:
        words = file.readline(_LONGEST_LINE).decode("ascii", "replace").split()
        if " ".join(words[:2]) != _MAGIC or len(words) != 4 or words[2] not in ("plain", "secret", "passphrase"):
            raise Damaged("This is not a backup of Cando.")
        if words[2] == "plain" and not plain:
            raise Damaged("This backup is not sealed, so anybody may have written it; --plain takes it all the same.")
        self._file, self._number, self._held, self._ended = file, 0, b"", False
        try:
            salt = bytes.fromhex(words[3])
        except ValueError:
            raise Damaged("This backup is damaged.") from None
        self._key = None if words[2] == "plain" else _key(words[2], salt, secret=secret, passphrase=passphrase)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # whatever can be filled
        if not self._held and not self._ended:
            self._held = self._next()
        taken = self._held[: len(buffer)]
        self._held = self._held[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _next(self) -> bytes:
        if self._key is None:
            piece = self._file.read(PIECE)
            self._ended = not piece
            return piece
        head = self._file.read(4)
        if len(head) != 4:
            raise Damaged("The end of this backup is missing.")
        word = struct.unpack("!I", head)[0]
        self._ended, length = bool(word >> 31), word & 0x7FFFFFFF
        if length > PIECE + 16:
            raise Damaged("This backup is damaged.")
        try:
            number = self._number.to_bytes(12, "big")
            piece = self._key.decrypt(number, self._file.read(length), b"last" if self._ended else b"")
        except InvalidTag:
            raise Damaged("This backup is damaged, or sealed with another secret or passphrase.") from None
        self._number += 1
        return piece
