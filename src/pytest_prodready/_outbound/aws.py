"""What an operation of AWS's services is: a question, an act, or something that its name does not tell.

Sources: the services' own models in botocore (names, HTTP methods), and AWS's API references for what is
idempotent: the same queue, topic, item or object again is the same state.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from .._runtime.moments import Interval
from .calls import is_key_name

Kind = Literal["ask", "act", "unknown"]

_ASKS = re.compile(
    r"(BatchGet|TransactGet|Get|List|Describe|Head|Query|Scan|Search|Lookup|Select|Check|Validate|Estimate|Detect"
    r"|Decrypt|Encrypt|GenerateDataKey|Sign|Verify|AssumeRole)(?![a-z])"
)
# It is their own parameters, code or model that decide whether they ask or act.
_UNTOLD = re.compile(r"(Batch)?Execute(Statement|Transaction|Sql)|Invoke|Converse|StartQuery|Receive")
# Telemetry changes nothing for anybody; a part of an upload is nothing before the upload is complete.
_TELEMETRY = frozenset({"cloudwatch", "logs", "xray"})
_PARTS = frozenset({"CreateMultipartUpload", "UploadPart", "AbortMultipartUpload"})
# The same parameters again leave the same state.
_SAME_STATE = re.compile(
    r"(BatchWrite|TransactWrite|CompleteMultipart|Copy|CreateQueue|CreateTopic|Subscribe|Unsubscribe|Purge|Change"
    r"|Put|Update|Delete|Set|Tag|Untag|Enable|Disable|Attach|Detach|Add|Remove|Register|Deregister)(?![a-z])"
)
_APPENDS = re.compile(r"Put(Record|Event)")
# DynamoDB's expressions that start from what is there.
_ADDS = re.compile(r"\bADD\b|[+-]|\blist_append\b", re.IGNORECASE)
_RESOURCES = (
    *("QueueUrl", "TopicArn", "TargetArn", "Bucket", "TableName", "FunctionName", "StreamName", "StreamARN"),
    *("DeliveryStreamName", "stateMachineArn", "EventBusName", "SecretId", "KeyId", "QueueName", "Name"),
)
# What tells attempts apart and not what is asked for.
_PASSING = frozenset({"UploadId", "ReceiptHandle"})
_PLAIN = (str, bytes, int, float, Decimal, datetime.date, type(None))


@dataclass(frozen=True)
class Operation:
    """One operation with its parameters.

    Args:
        service: botocore's name of the service.
        name: the operation's name in AWS's own spelling.
        parameters: as the caller gave them.
        interval: the delivery's; moments within it tell attempts apart.
    """

    service: str
    name: str
    parameters: Mapping[str, Any]
    interval: Interval

    @property
    def kind(self) -> Kind:
        """Whether it asks, acts, or does what cannot be told."""
        if self.service in _TELEMETRY or self.name in _PARTS or _ASKS.match(self.name):
            return "ask"
        return "unknown" if _UNTOLD.match(self.name) else "act"

    @property
    def resource(self) -> str:
        """The queue, topic, bucket or table, or ""."""
        named = next((self.parameters[name] for name in _RESOURCES if name in self.parameters), "")
        return re.split(r"[/:]", named)[-1] if isinstance(named, str) else ""

    @property
    def payload(self) -> object:
        """What is asked for, to be compared; streams and objects by their type alone."""
        return _frozen(self.parameters, self.interval)

    @property
    def key(self) -> object | None:
        """What makes a repetition the same act: the caller's token, or parameters that say it all."""
        tokens = tuple(sorted(_tokens(self.parameters)))
        if tokens:
            return tokens
        if self.name == "StartExecution":
            return self.parameters.get("name")
        repeats = _SAME_STATE.match(self.name) and not _APPENDS.match(self.name)
        if self.resource.endswith(".fifo") or (repeats and not _adds(self.parameters)):
            return self.payload
        return None


def _tokens(parameters: Mapping[str, Any]) -> Iterator[str]:
    """The caller's tokens, also those of the entries of a batch."""
    for name, value in parameters.items():
        if isinstance(value, str) and is_key_name(name):
            yield value
        elif name.endswith("Entries") and isinstance(value, list):
            for entry in value:
                yield from _tokens(entry) if isinstance(entry, Mapping) else ()


def _adds(value: Any) -> bool:
    """Whether an expression in there adds to what is stored."""
    if isinstance(value, Mapping):
        return any(
            (name in ("UpdateExpression", "Action") and isinstance(part, str) and bool(_ADDS.search(part)))
            or _adds(part)
            for name, part in value.items()
        )
    return isinstance(value, (list, tuple)) and any(_adds(part) for part in value)


def _frozen(value: Any, interval: Interval) -> object:
    if isinstance(value, Mapping):
        names = sorted(name for name in value if name not in _PASSING)
        return tuple((name, _frozen(value[name], interval)) for name in names)
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(part, interval) for part in value)
    if not isinstance(value, _PLAIN):
        return type(value).__name__
    return "moment" if interval.holds(value) else repr(value)
