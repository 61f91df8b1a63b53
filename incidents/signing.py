"""That a published folder is whole, and ours: the SHA-256 of every file, and an Ed25519 signature of the list of these.

Others check both without this program: `openssl pkeyutl` reads the signature, `sha256sum -c` the lists.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
except ImportError:  # the extra `signing` is not installed
    Ed25519PrivateKey = Ed25519PublicKey = None  # type: ignore[assignment, misc]

PUBLIC_KEY = "signing-key.pub"
CHECKSUMS = "SHA256SUMS"
SIGNATURE = f"{CHECKSUMS}.sig"
BAG_TAGS = "tagmanifest-sha256.txt"  # of a bag (RFC 8493): has the signature, too, so it is not signed itself


class SigningError(Exception):
    """What is missing to sign or to check, as a sentence."""


def key_path() -> Path:
    """Where the private key of this tracker is; the public one lies beside it."""
    return settings.DATA_DIR / "signing-key.pem"


def known_key() -> str:
    """The public key of this tracker, for readers; empty if it has none."""
    path = key_path().with_name(PUBLIC_KEY)
    return path.read_text() if path.exists() else ""


def make_key(path: Path) -> None:
    """Write a new private key, which only its owner can read, and its public key. Raises FileExistsError."""
    _require_cryptography()
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private)
    path.with_name(PUBLIC_KEY).write_bytes(public_key(path))


def public_key(path: Path) -> bytes:
    """The public key that goes with this private one, as PEM. Raises SigningError, OSError."""
    return (
        _private_key(path)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def sign(folder: Path, *, key: Path) -> None:
    """Put beside the list of checksums its signature and the public key. Raises SigningError, OSError."""
    (folder / SIGNATURE).write_bytes(_private_key(key).sign((folder / CHECKSUMS).read_bytes()))
    (folder / PUBLIC_KEY).write_bytes(public_key(key))


def checksum_line(digest: str, name: str) -> str:
    """The line of a file in a list of checksums, as sha256sum reads it."""
    return f"{digest}  {name}\n"


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def faults(folder: Path, *, key: Path) -> Iterator[str]:
    """Each file of a published folder that is not as it was signed, with what is wrong with it. Raises SigningError."""
    for name in (CHECKSUMS, SIGNATURE):
        if not (folder / name).is_file():
            yield f"{name}: missing"
            return
    if not _is_signed(folder / CHECKSUMS, folder / SIGNATURE, key):
        yield f"{CHECKSUMS}: not signed with this key"
        return
    found = {CHECKSUMS, SIGNATURE, PUBLIC_KEY}
    for digest, name in _lines(folder / CHECKSUMS):
        found.add(name)
        path = folder / name
        if not path.is_file():
            yield f"{name}: missing"
        elif path.is_symlink() or digest_of(path) != digest:
            yield f"{name}: not as it was published"
    if (folder / BAG_TAGS).is_file():
        found.add(BAG_TAGS)
        if not all(
            name in found and _has(folder / name, digest) for digest, name in _lines(folder / BAG_TAGS)
        ):
            yield f"{BAG_TAGS}: does not agree with {CHECKSUMS}"
    yield from (f"{name}: not part of it" for name in sorted(set(_files(folder)) - found))


def _has(path: Path, digest: str) -> bool:
    return path.is_file() and digest_of(path) == digest


def _is_signed(listed: Path, signature: Path, key: Path) -> bool:
    _require_cryptography()
    try:
        public = serialization.load_pem_public_key(key.read_bytes())
    except ValueError as error:
        raise SigningError(f"{key} is not a public key.") from error
    if not isinstance(public, Ed25519PublicKey):
        raise SigningError(f"{key} is not an Ed25519 key.")
    try:
        public.verify(signature.read_bytes(), listed.read_bytes())
    except InvalidSignature:
        return False
    return True


def _lines(listed: Path) -> Iterable[tuple[str, str]]:
    with listed.open() as file:
        for line in file:
            digest, _spaces, name = line.rstrip("\n").partition("  ")
            yield digest, name


def _files(folder: Path) -> Iterator[str]:
    """All files below a folder, by their path from there."""
    for path, _folders, names in os.walk(folder):
        yield from (os.path.relpath(os.path.join(path, name), folder) for name in names)


def _private_key(path: Path) -> "Ed25519PrivateKey":
    _require_cryptography()
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (TypeError, ValueError) as error:
        raise SigningError(f"{path} is not a private key that can be read.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningError(f"{path} is not an Ed25519 key.")
    return key


def _require_cryptography() -> None:
    if Ed25519PrivateKey is None:
        raise SigningError("Signing needs the package “cryptography”: pip install cryptography.")
