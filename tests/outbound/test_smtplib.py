"""Mails sent by ``smtplib`` are effects: a duplicate that sends again has a second one."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

APP = """
import email.message
import smtplib
import socketserver
import sqlite3
import threading

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 here\\r\\n")
        for line in self.rfile:
            verb = line[:4].upper()
            refused = False
            if verb == b"DATA":
                self.wfile.write(b"354 go on\\r\\n")
                for line in self.rfile:
                    refused = refused or b"virus" in line
                    if line == b".\\r\\n":
                        break
            refused = refused or verb == b"RCPT" and b"nobody" in line
            self.wfile.write(b"550 unknown\\r\\n" if refused else b"221 bye\\r\\n" if verb == b"QUIT" else b"250 OK\\r\\n")
            if verb == b"QUIT":
                return


server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
app = FastAPI()
db = sqlite3.connect(":memory:", check_same_thread=False)
db.execute("create table sent (number integer unique)")


def message():
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.com", "ann@example.com, bob@example.com", "Paid"
    mail.set_content("secret")
    return mail


class Own(smtplib.SMTP):
    # Speaks the protocol itself, as the library ``emails`` does.

    def sendmail(self, from_addr, to_addrs, msg):
        self.ehlo_or_helo_if_needed()
        self.mail(from_addr)
        for address in to_addrs:
            if self.rcpt(address)[0] != 250:
                self.rset()
                return None
        return self.data(msg)


class Logged(smtplib.SMTP):
    def sendmail(self, *args):
        return super().sendmail(*args)


def send():
    {send}


@app.post("/naive")
def naive():
    send()
    return {{}}


@app.post("/guarded")
def guarded():
    with db:
        fresh = db.execute("insert or ignore into sent values (7)").rowcount
    if fresh:
        send()
    return {{}}


@pytest.mark.idempotent
@pytest.mark.parametrize("path", ["/naive", "/guarded"])
def test_order(path):
    with db:
        db.execute("delete from sent")
    assert TestClient(app).post(path).status_code == 200
"""

OPENED = 'with smtplib.SMTP("127.0.0.1", server.server_address[1]) as smtp: '


@pytest.mark.parametrize(
    "send",
    [
        OPENED + "smtp.send_message(message())",
        OPENED
        + 'smtp.sendmail("shop@example.com", ["ann@example.com", "bob@example.com"], "Subject: Paid\\n\\nsecret")',
        OPENED.replace("smtplib.SMTP", "Own")
        + 'smtp.sendmail("shop@example.com", ["ann@example.com"], b"Paid")',
        OPENED.replace("smtplib.SMTP", "Logged")
        + 'smtp.sendmail("shop@example.com", ["ann@example.com"], b"Paid")',
        OPENED + 'smtp.sendmail("shop@example.com", to_addrs="ann@example.com", msg=b"Subject: Paid")',
    ],
)
def test_a_mail_sent_twice_is_found(send: str) -> None:
    """Once a message, however many receive it; behind a unique row it is sent once."""
    shown = Specimen({"test_it.py": APP.format(send=send)}).run("--prodready-report")
    shown.expect(
        findings=["idempotent/duplicate-effect POST /naive"],
        held=["idempotent POST /guarded"],
        text="second effect: SEND 127.0.0.1/mail at test_it.py:",
    )
    assert "(x2)" not in shown.text
    assert "secret" not in shown.text
    assert "ann@" not in shown.text


def test_a_refused_mail_is_no_effect() -> None:
    """The server took it for none of its recipients, so nothing was sent."""
    send = f"""try:
        {OPENED}smtp.sendmail("shop@example.com", "nobody@example.com", "Subject: Paid")
    except smtplib.SMTPRecipientsRefused: pass"""
    shown = Specimen({"test_it.py": APP.format(send=send)}).run("--prodready-report", "-rs")
    shown.expect(findings=[], text="POST /naive: not judged: the first delivery had no effect that was heard")


def test_a_mail_that_the_server_refuses_to_take_is_no_effect() -> None:
    """Refused after its data: a subclass is told by the code of the reply."""
    send = (
        OPENED.replace("smtplib.SMTP", "Own")
        + 'smtp.sendmail("shop@example.com", ["ann@example.com"], b"virus")'
    )
    shown = Specimen({"test_it.py": APP.format(send=send)}).run("--prodready-report", "-rs")
    shown.expect(findings=[], text="POST /naive: not judged: the first delivery had no effect that was heard")


def test_a_stand_in_for_the_whole_class_is_unheard() -> None:
    """Where a suite replaces ``smtplib.SMTP`` itself there is nothing to hear, and nothing is claimed."""
    text = APP.format(send='smtplib.SMTP("mail.example").send_message(message())')
    text += """

@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    from unittest import mock
    monkeypatch.setattr(smtplib, "SMTP", mock.MagicMock())
"""
    shown = Specimen({"test_it.py": text}).run("-rs")
    shown.expect(findings=[], text="POST /naive: not judged: the first delivery had no effect that was heard")
