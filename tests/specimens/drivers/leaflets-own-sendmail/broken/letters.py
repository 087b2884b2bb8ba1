import smtplib
import sqlite3
from email.message import EmailMessage

SCHEMA = """
create table confirmations (booking text primary key, guest text not null);
"""


class Courier(smtplib.SMTP):
    """Notes what the server said to a letter, and so speaks the protocol itself."""

    said = None

    def sendmail(self, from_addr, to_addrs, msg, *options):
        self.ehlo_or_helo_if_needed()
        self.mail(from_addr)
        for address in to_addrs:
            self.rcpt(address)
        self.said = self.data(msg)
        return {}


class Letters:
    def __init__(self, database, host, port):
        self.database = database
        self.host, self.port = host, port

    def on_booking_confirmed(self, message):
        booking, guest = message["booking"], message["guest"]
        db = sqlite3.connect(self.database)
        try:
            with db:
                db.execute(
                    "insert into confirmations (booking, guest) values (?, ?) on conflict (booking) do nothing",
                    (booking, guest["email"]),
                )
            self._send(guest, booking, message["nights"])
        finally:
            db.close()

    def _send(self, guest, booking, nights):
        letter = EmailMessage()
        letter["From"] = "desk@hotel.example"
        letter["To"] = guest["email"]
        letter["Subject"] = f"Your booking {booking}"
        letter.set_content(f"Dear {guest['name']}, we expect you for {nights} nights.")
        with Courier(self.host, self.port, timeout=5) as smtp:
            smtp.send_message(letter)
