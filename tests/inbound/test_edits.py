"""What a change does to a request: headers, bodies, flags."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, Field

from pytest_prodready._inbound.edits import Edit, fresh
from pytest_prodready._inbound.messages import flagged, with_document
from pytest_prodready._runtime.documents import value_at, with_another_number, with_one_twice


@pytest.mark.parametrize(
    ("value", "other"),
    [("order-9", "order-0"), ("dlv_1a", "dlv_1b"), ("00ff", "00fa"), ("{a-1}", "{a-2}"), ("--", "--1")],
)
def test_a_fresh_value_has_the_shape_of_the_old_one(value: str, other: str) -> None:
    """Digits stay digits and letters letters, so that hexadecimal stays what it is."""
    assert fresh(value) == other
    assert len({value, fresh(value), fresh(value, 2)}) == 3


def test_a_fresh_uuid_is_a_uuid_of_the_same_version() -> None:
    """Written in the same way, and the same one in every run."""
    value = "0b8b1d8e-6b1f-4b0e-8a60-0d6ab9a55d11"
    assert len({value, fresh(value), fresh(value, 2)}) == 3
    assert fresh(value) == fresh(value)
    assert uuid.UUID(fresh(value)).version == 4
    assert "-" not in fresh(value.replace("-", ""))


def test_headers_are_replaced_whatever_their_case_and_a_new_body_has_its_own_length() -> None:
    """None leaves a header out; nothing else changes."""
    edit = Edit(headers={"x-key": "b", "cookie": None}, body=b"12345")
    pairs = [(b"X-Key", b"a"), (b"Cookie", b"s=1"), (b"Content-Length", b"3"), (b"Accept", b"*/*")]
    assert sorted(edit.over(pairs)) == [
        (b"Accept", b"*/*"),
        (b"content-length", b"5"),
        (b"x-key", b"b"),
    ]
    environ: dict[str, object] = {"HTTP_X_KEY": "a", "HTTP_COOKIE": "s=1", "CONTENT_LENGTH": "3"}
    edit.over_environ(environ)
    assert environ == {"HTTP_X_KEY": "b", "CONTENT_LENGTH": "5"}


@pytest.mark.parametrize(
    ("path", "value"),
    [("id", "7"), ("events.id", "a b"), ("events.kind", None), ("missing", None), ("id.deeper", None)],
)
def test_a_path_leads_through_lists(path: str, value: str | None) -> None:
    """The identities of all elements; none where it leads nowhere."""
    assert value_at(b'{"id": 7, "events": [{"id": "a"}, {"id": "b"}]}', path) == value


def test_the_first_element_of_a_batch_comes_twice() -> None:
    """Only of the list on the path, and only where there is one."""
    body = b'{"events": [{"id": "a"}, {"id": "b"}], "id": 1}'
    assert (
        with_one_twice(body, "events.id") == b'{"events": [{"id": "a"}, {"id": "b"}, {"id": "a"}], "id": 1}'
    )
    assert with_one_twice(body, "id") is None
    assert with_one_twice(b'{"events": []}', "events.id") is None
    assert with_one_twice(b"not JSON", "events.id") is None


@pytest.mark.parametrize(
    ("body", "other"),
    [
        (b'{"a": "x", "b": {"c": 1}, "d": 2}', b'{"a": "x", "b": {"c": 1}, "d": 3}'),
        (b'"7"', None),
        (b"", None),
    ],
)
def test_another_payload_has_another_number(body: bytes, other: bytes | None) -> None:
    """The first by depth; words are left alone."""
    assert with_another_number(body) == other


@pytest.mark.parametrize(
    "message",
    [
        {"redelivered": False},
        {"delivery_info": {"redelivered": False}},
        SimpleNamespace(redelivered=False),
        SimpleNamespace(delivery_info={"redelivered": False}),
    ],
)
def test_a_message_says_that_it_comes_again(message: Any) -> None:
    """Where it has a flag for it; the message itself stays what it is."""
    again = flagged(((message,), {}))
    assert again is not None
    assert "True" in str(again)
    assert "True" not in str(message)


def test_a_message_without_a_flag_has_no_flagged_copy() -> None:
    """Nor one whose flag is set already."""
    assert flagged((({"id": 1},), {"redelivered": False})) is None
    assert flagged((({"redelivered": True},), {})) is None


def test_a_changed_message_has_the_form_of_the_old_one() -> None:
    """Bytes stay bytes and text text; what is no JSON cannot be changed."""
    assert with_document(((b'{"a": 1}',), {}), {"message": b""}, b'{"message": {"a": 2}}') == (
        (b'{"a": 2}',),
        {},
    )
    assert with_document(((), {"m": '{"a": 1}'}), {"m": ""}, b'{"m": {"a": 2}}') == ((), {"m": '{"a": 2}'})
    assert with_document(((object(),), {}), {"message": ""}, b'{"message": {}}') is None
    assert with_document(((1, 2), {}), {"a": 1, "b": 2}, b'{"a": 1, "b": 3}') is None


def test_a_model_that_refuses_what_was_changed_has_no_such_copy() -> None:
    """Its bounds are the application's own; the test goes on."""

    class Fare(BaseModel):
        zones: int = Field(le=3)

    fare = Fare(zones=3)
    assert with_document(((fare,), {}), {"message": fare}, b'{"message": {"zones": 4}}') is None
    assert with_document(((fare,), {}), {"message": fare}, b'{"message": {"zones": 2}}') == (
        (Fare(zones=2),),
        {},
    )
