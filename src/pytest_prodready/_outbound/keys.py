"""What a Redis command does, to which keys, and how a key is shown without its values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["read", "write", "message", "silent", "opaque"]

_NAMED = re.compile(r"[A-Za-z_-]{1,40}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WRITES_FIRST = _words(
    "SET SETNX SETEX PSETEX GETSET GETDEL GETEX APPEND SETRANGE SETBIT BITFIELD INCR INCRBY INCRBYFLOAT DECR "
    "DECRBY EXPIRE PEXPIRE EXPIREAT PEXPIREAT PERSIST RESTORE HSET HSETNX HMSET HDEL HINCRBY HINCRBYFLOAT "
    "HGETDEL HGETEX HSETEX HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT HPERSIST LPUSH RPUSH LPUSHX RPUSHX LPOP "
    "RPOP LSET LREM LINSERT LTRIM SADD SREM SPOP SUNIONSTORE SINTERSTORE SDIFFSTORE ZADD ZREM ZINCRBY "
    "ZPOPMIN ZPOPMAX ZREMRANGEBYSCORE ZREMRANGEBYRANK ZREMRANGEBYLEX ZUNIONSTORE ZINTERSTORE ZDIFFSTORE "
    "ZRANGESTORE PFADD PFMERGE GEOADD GEOSEARCHSTORE XDEL XTRIM"
)
_WRITES_TWO = _words("RENAME RENAMENX RPOPLPUSH BRPOPLPUSH LMOVE BLMOVE SMOVE COPY")
_WRITES_ALL = _words("DEL UNLINK")
_WRITES_PAIRS = _words("MSET MSETNX")
_WRITES_WAITING = _words("BLPOP BRPOP BZPOPMIN BZPOPMAX")  # the last argument is the time to wait
_SCRIPTS = _words("EVAL EVALSHA FCALL")
_MESSAGES = _words("PUBLISH SPUBLISH XADD")
_READS_FIRST = _words(
    "GET STRLEN GETRANGE SUBSTR GETBIT BITCOUNT BITPOS BITFIELD_RO TYPE TTL PTTL EXPIRETIME PEXPIRETIME DUMP "
    "HGET HMGET HGETALL HKEYS HVALS HLEN HEXISTS HSTRLEN HRANDFIELD HSCAN HTTL HPTTL LRANGE LINDEX LLEN LPOS "
    "SMEMBERS SISMEMBER SMISMEMBER SCARD SRANDMEMBER SSCAN ZRANGE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE "
    "ZRANGEBYLEX ZREVRANGEBYLEX ZSCORE ZMSCORE ZRANK ZREVRANK ZCARD ZCOUNT ZLEXCOUNT ZRANDMEMBER ZSCAN "
    "XRANGE XREVRANGE XLEN GEOPOS GEODIST GEOHASH GEOSEARCH SORT_RO"
)
_READS_ALL = _words("MGET EXISTS TOUCH SINTER SUNION SDIFF PFCOUNT")
_SILENT = _words(
    "PING ECHO AUTH HELLO SELECT QUIT RESET CLIENT CONFIG INFO COMMAND SCRIPT FUNCTION ACL CLUSTER MODULE "
    "ROLE TIME WAIT WAITAOF DBSIZE KEYS SCAN RANDOMKEY OBJECT MEMORY LATENCY SLOWLOG LASTSAVE SAVE BGSAVE "
    "BGREWRITEAOF DEBUG MONITOR READONLY READWRITE WATCH UNWATCH MULTI EXEC DISCARD SUBSCRIBE PSUBSCRIBE "
    "SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE PUBSUB XREAD XREADGROUP XACK XPENDING XINFO XGROUP "
    "XCLAIM XAUTOCLAIM EVAL_RO EVALSHA_RO FCALL_RO ZUNION ZINTER ZDIFF ZINTERCARD SINTERCARD LCS"
)


@dataclass(frozen=True)
class Command:
    """One command.

    Args:
        kind: what it does; ``opaque`` for one that may write nobody knows where.
        name: its first word, upper case.
        keys: the keys that it reads, writes or publishes to, as bytes.
    """

    kind: Kind
    name: str
    keys: tuple[bytes, ...] = ()


def understand(arguments: Sequence[Any]) -> Command:
    """The meaning of a command.

    Args:
        arguments: the command's words as the client sends them, its name first.
    """
    text = raw(arguments[0]).decode("utf-8", "replace").upper()
    name = text.partition(" ")[0]
    operands = [raw(argument) for argument in arguments[1:]]
    if name in _WRITES_FIRST or name in _MESSAGES:
        return Command("message" if name in _MESSAGES else "write", name, tuple(operands[:1]))
    if name in _READS_FIRST:
        return Command("read", name, tuple(operands[:1]))
    if name in _READS_ALL:
        return Command("read", name, tuple(operands))
    if name in _SILENT or (name == "SORT" and b"STORE" not in {operand.upper() for operand in operands}):
        return Command("silent", name)
    written = _written(name, operands)
    return Command("opaque", name) if written is None else Command("write", name, tuple(written))


def _written(name: str, operands: list[bytes]) -> list[bytes] | None:
    if name in _WRITES_ALL:
        return operands
    if name in _WRITES_TWO:
        return operands[:2]
    if name in _WRITES_PAIRS:
        return operands[::2]
    if name in _WRITES_WAITING:
        return operands[:-1]
    if name == "BITOP":
        return operands[1:2]
    if name in _SCRIPTS:
        return _numbered(operands, 1)
    if name in ("LMPOP", "ZMPOP"):
        return _numbered(operands, 0)
    if name in ("BLMPOP", "BZMPOP"):
        return _numbered(operands, 1)
    return None


def _numbered(operands: list[bytes], position: int) -> list[bytes] | None:
    """The keys after the operand that tells their number; a script without keys may write anywhere."""
    try:
        count = int(operands[position])
    except (ValueError, IndexError):
        return None
    return operands[position + 1 : position + 1 + count] or None


def raw(value: Any) -> bytes:
    """A command's word as bytes."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return str(value).encode("utf-8", "surrogateescape")


def pattern(key: bytes) -> str:
    """The key's first part where it is a word, the rest as ``*``: what comes after it may be a customer."""
    head, colon, _ = key.decode("utf-8", "replace").partition(":")
    shown = shown_as(head)
    return f"{shown}:*" if colon and shown != "*" else shown


def shown_as(name: str) -> str:
    """A name where it is a short word, else a star: it may be a value."""
    return name if _NAMED.fullmatch(name) else "*"
