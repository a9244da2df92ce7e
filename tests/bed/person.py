"""Somebody who writes to the desk, and reads what comes back."""

import email.policy
import email.utils
import re
import smtplib
import ssl
import urllib.parse
from email.message import EmailMessage

from tests.bed.mailbox import Mailbox
from tests.bed.wait import wait_until


class Person:
    def __init__(self, bed, name, address, password):
        self._bed = bed
        self.name = name
        self.address = address
        self.password = password
        self.mailbox = Mailbox(bed, address, password)

    def compose(self, subject, text, to=None, answering=None):
        """A mail as a person's program makes it. `answering`: the letter it is a reply to."""
        message = EmailMessage(policy=email.policy.SMTP)
        message["From"] = email.utils.formataddr((self.name, self.address))
        message["To"] = to or (reply_address(answering) if answering is not None else self._bed.desk.address)
        message["Subject"] = subject
        message["Date"] = email.utils.localtime()
        message["Message-ID"] = email.utils.make_msgid(domain=self.address.split("@")[1])
        if answering is not None:
            message["In-Reply-To"] = answering["Message-ID"]
            message["References"] = answering["Message-ID"]
        message.set_content(text)
        return message

    def send(self, message):
        """After a login, so that the server vouches for the address. Returns the message."""
        trust = ssl.create_default_context(cafile=str(self._bed.authority.certificate))
        with smtplib.SMTP_SSL("localhost", self._bed.postfix.port, context=trust) as server:
            server.login(self.address, self.password)
            server.send_message(message, from_addr=self.address)
        return message

    def send_from_outside(self, message):
        """As anybody on the Internet can, whatever From says. Returns the message."""
        with smtplib.SMTP("127.0.0.1", self._bed.postfix.open_port) as server:
            server.send_message(message, from_addr=self.address)
        return message

    def vouched(self, message):
        """Its bytes as the mail server hands them to the desk, for putting them into the mailbox without any SMTP."""
        result = self._bed.authentication_result(self.address)
        return f"Authentication-Results: {result}\r\n".encode() + message.as_bytes()

    def write(self, subject, text, **options):
        return self.send(self.compose(subject, text, **options))

    def press(self, link):
        """Sends the mail that a mailto: link opens, as it opens."""
        to, subject, text = read_mailto(link)
        return self.write(subject, text, to=to)

    def letters(self):
        return self.mailbox.messages()

    def wait_for_letter(self, after=0, seconds=30):
        """The first letter after those, in the order of arrival."""
        wait_until(lambda: self.mailbox.count() > after,
                   lambda: f"letter {after + 1} to {self.address}; the desk's journal:\n{self._bed.desk.journal_tail()}",
                   seconds)
        return self.letters()[after]


def reply_address(letter):
    return str(letter["Reply-To"] or letter["From"])


def text_of(letter):
    """What a person reads of it."""
    body = letter.get_body(preferencelist=("plain",))
    return body.get_content() if body is not None else ""


def links_of(letter):
    """The mailto: links of its text, in order."""
    return re.findall(r"<(mailto:[^>\s]+)>", text_of(letter))


def read_mailto(link):
    """Address, subject and text (RFC 6068)."""
    address, _, query = link.removeprefix("mailto:").partition("?")
    fields = dict(part.partition("=")[::2] for part in query.split("&") if part)
    fields = {name.lower(): urllib.parse.unquote(value) for name, value in fields.items()}
    return urllib.parse.unquote(address), fields.get("subject", ""), fields.get("body", "")
