"""Keys: make, list and revoke them, and tell for whom a request speaks.

A key is `sfd_<id>.<secret>`: the id finds its record, the secret (192 random bits) proves it. Only a SHA-256 of the
secret is kept; with that many random bits a slow hash would add nothing.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sfd.db import keys
from sfd.db.keys import KeyRow
from sfd.db.session import Database
from sfd.domain.clock import now_ms
from sfd.domain.errors import InvalidInput, NotFound
from sfd.domain.owner import DEFAULT_USER, Owner, Scope

KEY_PREFIX = "sfd_"
SECRET_BYTES = 24
ID_BYTES = 6
REMEMBERED_SECONDS = 5.0
MOST_REMEMBERED = 10_000
USE_NOTED_EVERY_MS = 60_000
SESSION_MS = 30 * 24 * 3600 * 1000
DEFAULT_SCOPES = (Scope.READ, Scope.WRITE, Scope.SPEND)
ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True)
class Principal:
    """For whom a request speaks, and what it may do."""

    owner: Owner
    scopes: Collection[Scope]

    def may(self, scope: Scope) -> bool:
        """Whether it may do things of that scope."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


LOCAL = Principal(Owner(DEFAULT_USER), ALL_SCOPES)


@dataclass(frozen=True)
class NewKey:
    """What a key is to be."""

    name: str
    user_id: str = DEFAULT_USER
    project: str | None = None
    scopes: Sequence[Scope] = DEFAULT_SCOPES
    spend_cap_usd: Decimal | None = None


class KeyService:
    """Knows the keys of the environment and of the database. What it looked up it remembers for some seconds."""

    def __init__(self, database: Database, environment_keys: Sequence[str]) -> None:
        self._database = database
        self._environment = {_digest(key): _environment_principal(key) for key in environment_keys}
        self._remembered: dict[str, tuple[float, Principal | None]] = {}
        self._any_key: tuple[float, bool] = (float("-inf"), False)

    async def create(self, new: NewKey) -> tuple[KeyRow, str]:
        """Make a key. Returns its record and the key itself, which is shown this once.

        Raises:
            InvalidInput: no name, no user, no scope, or a cap below zero.
        """
        _check(new)
        secret = secrets.token_urlsafe(SECRET_BYTES)
        row = KeyRow(
            id=secrets.token_hex(ID_BYTES),
            name=new.name,
            user_id=new.user_id,
            project=new.project,
            scopes=",".join(new.scopes),
            secret_hash=_digest(secret),
            spend_cap_micros=None if new.spend_cap_usd is None else round(new.spend_cap_usd * 1_000_000),
            created_at=now_ms(),
        )
        async with self._database.write() as connection:
            await keys.insert_key(connection, row)
        return row, f"{KEY_PREFIX}{row.id}.{secret}"

    async def list(self) -> Sequence[KeyRow]:
        """Every key that was made, revoked ones too."""
        async with self._database.read() as connection:
            return await keys.list_keys(connection)

    async def revoke(self, key_id: str) -> None:
        """Make a key useless, within seconds in every process.

        Raises:
            NotFound: there is no live key of that id.
        """
        async with self._database.write() as connection:
            if not await keys.revoke_key(connection, key_id, now_ms()):
                raise NotFound(f"There is no live key {key_id!r}. `sfd keys list` shows them.")
        self._remembered.clear()

    async def configured(self) -> bool:
        """Whether any key exists: without one, only this machine is served."""
        if self._environment:
            return True
        asked, answer = self._any_key
        if time.monotonic() - asked > REMEMBERED_SECONDS:
            async with self._database.read() as connection:
                answer = await keys.any_live_key(connection)
            self._any_key = (time.monotonic(), answer)
        return answer

    async def principal(self, key: str) -> Principal | None:
        """For whom a key speaks; None when it is unknown or revoked."""
        given = _digest(key)
        for known, principal in self._environment.items():
            if hmac.compare_digest(known, given):
                return principal
        return await self._remember(given, lambda: self._look_up(key))

    async def open_session(self, key: str) -> str | None:
        """Exchange a key for a session token; None when the key is unknown."""
        principal = await self.principal(key)
        if principal is None:
            return None
        token = secrets.token_urlsafe(SECRET_BYTES)
        now = now_ms()
        async with self._database.write() as connection:
            await keys.insert_session(
                connection,
                token_hash=_digest(token),
                key_id=principal.owner.key_id,
                now=now,
                expires_at=now + SESSION_MS,
            )
        return token

    async def close_session(self, token: str) -> None:
        """End a session."""
        async with self._database.write() as connection:
            await keys.end_session(connection, _digest(token), now_ms())
        self._remembered.clear()

    async def session_principal(self, token: str) -> Principal | None:
        """For whom a session speaks; None when it is unknown or over, or its key was revoked."""
        return await self._remember(_digest(token), lambda: self._look_up_session(token))

    async def _remember(self, digest: str, look_up: Callable[[], Awaitable[Principal | None]]) -> Principal | None:
        asked, principal = self._remembered.get(digest, (float("-inf"), None))
        if time.monotonic() - asked <= REMEMBERED_SECONDS:
            return principal
        principal = await look_up()
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[digest] = (time.monotonic(), principal)
        return principal

    async def _look_up(self, key: str) -> Principal | None:
        key_id, _, secret = key.removeprefix(KEY_PREFIX).partition(".")
        async with self._database.read() as connection:
            row = await keys.get_key(connection, key_id)
        if row is None or row.revoked_at is not None or not hmac.compare_digest(row.secret_hash, _digest(secret)):
            return None
        await self._note_use(row)
        return _row_principal(row)

    async def _look_up_session(self, token: str) -> Principal | None:
        async with self._database.read() as connection:
            key_id = await keys.session_key(connection, _digest(token), now_ms())
            row = await keys.get_key(connection, key_id) if key_id is not None else None
        if row is not None:
            return None if row.revoked_at is not None else _row_principal(row)
        return next((one for one in self._environment.values() if one.owner.key_id == key_id), None)

    async def _note_use(self, row: KeyRow) -> None:
        now = now_ms()
        if now - (row.last_used_at or 0) > USE_NOTED_EVERY_MS:
            async with self._database.write() as connection:
                await keys.note_use(connection, row.id, now)


def _check(new: NewKey) -> None:
    if not new.name.strip():
        raise InvalidInput("Give the key a name, so that you know later what it is for.")
    if not new.user_id.strip():
        raise InvalidInput("A key acts for a user; give the user's id.")
    if not new.scopes:
        raise InvalidInput(f"Give the key at least one scope of {', '.join(Scope)}.")
    if new.spend_cap_usd is not None and new.spend_cap_usd < 0:
        raise InvalidInput("A spend cap is 0 or more US dollars.")


def _row_principal(row: KeyRow) -> Principal:
    owner = Owner(row.user_id, row.project or "", row.project, row.id, row.spend_cap_micros)
    return Principal(owner, frozenset(Scope(one) for one in row.scopes.split(",")))


def _environment_principal(key: str) -> Principal:
    return Principal(Owner(DEFAULT_USER, key_id=f"env-{_digest(key)[:12]}"), ALL_SCOPES)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
