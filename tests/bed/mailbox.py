"""One person's mailbox, seen on disk (which works while the server is down) or through IMAP."""

import email
import email.policy
import imaplib
import itertools
import os
import re
import ssl

from tests.bed.wait import wait_until

INBOX = "INBOX"
HANDLED = "Timepost/Handled"
DESK = "Timepost/Desk"
QUARANTINE = "Timepost/Quarantine"

_serial = itertools.count()


class Mailbox:
    def __init__(self, bed, address, password):
        self._bed = bed
        self.address = address
        self._password = password
        self._folder = bed.folder / "mail" / address

    # On disk: Dovecot keeps a folder A/B as .A.B beside the inbox, each mail in a file of cur/ or new/.

    def files(self, folder=INBOX):
        """The files of a folder's mails, oldest first."""
        place = self._folder if folder == INBOX else self._folder / ("." + folder.replace("/", "."))
        found = []
        for part in ("new", "cur"):
            try:
                found += [place / part / name for name in os.listdir(place / part) if not _deleted(name)]
            except FileNotFoundError:
                continue
        return sorted({path.name.split(":")[0]: path for path in found}.values(), key=_arrival)

    def count(self, folder=INBOX):
        return len(self.files(folder))

    def messages(self, folder=INBOX):
        """Read whole, as email.message.EmailMessage."""
        found = []
        for path in self.files(folder):
            try:
                found.append(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))
            except FileNotFoundError:
                continue  # moved at this moment
        return found

    def deliver(self, message):
        """Puts a mail (bytes, or a message) into the inbox, as a delivery agent does, without any SMTP."""
        raw = message if isinstance(message, bytes) else message.as_bytes(policy=email.policy.SMTP)
        serial = next(_serial)
        for part in ("tmp", "new", "cur"):
            if not (self._folder / part).is_dir():
                (self._folder / part).mkdir(parents=True)
                self._bed.give_to_mail_owner(self._folder, self._folder / part)
        name = f"1000000000.{os.getpid()}_{serial:06d}.bed"
        path = self._folder / "tmp" / name
        path.write_bytes(raw)
        self._bed.give_to_mail_owner(path)
        path.rename(self._folder / "new" / name)

    def wait_for_count(self, count, folder=INBOX, seconds=30):
        return wait_until(
            lambda: self.count(folder) >= count,
            lambda: f"{count} mails in {folder} of {self.address}, there are {self.count(folder)}", seconds)

    # Through IMAP.

    def connect(self):
        """An imaplib connection that is logged in."""
        trust = ssl.create_default_context(cafile=str(self._bed.authority.certificate))
        connection = imaplib.IMAP4_SSL("localhost", self._bed.dovecot.port, ssl_context=trust)
        connection.login(self.address, self._password)
        return connection

    def move_all(self, origin, target):
        """What a person does who drags mails from one folder to another."""
        connection = self.connect()
        try:
            connection.select(f'"{origin}"')
            status, answer = connection.uid("MOVE", "1:*", f'"{target}"')
            if status != "OK":
                raise RuntimeError(f"MOVE was refused: {answer}")
        finally:
            connection.logout()


def _arrival(path):
    """When a mail was put there: seconds, microseconds, and the name where both are alike."""
    seconds, _, rest = path.name.partition(".")
    microseconds = re.search(r"M(\d+)", rest)
    return int(seconds), int(microseconds[1]) if microseconds else 0, path.name


def _deleted(name):
    return "T" in name.partition(":2,")[2]
