"""The whole bed: a temporary folder with an authority, Dovecot, Postfix, people with mailboxes, and a desk."""

import os
import pathlib
import pwd
import shutil
import tempfile

from tests.bed import process
from tests.bed.authority import Authority
from tests.bed.desk import Desk
from tests.bed.dovecot import OTHER_HOST, Dovecot
from tests.bed.mailbox import Mailbox
from tests.bed.person import Person
from tests.bed.postfix import Postfix

DESK_ADDRESS = "timer@politi.example"
HANDOVER_ADDRESS = "post@politi.example"  # the people behind the desk
AUTHSERV_ID = "mx.politi.example"
PASSWORD = "correct horse"
PEOPLE = ("amina", "bodil", "carlos", "daria")


class Bed:
    """A context manager; everything is gone at its end. `smtp=False`: without Postfix."""

    def __init__(self, people=PEOPLE, smtp=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="timepost-"))
        self._people = {name: f"{name}@example.org" for name in people}
        self._mail_owner = mail_owner()
        self._with_smtp = smtp
        self.authority = self.dovecot = self.postfix = self.desk = None

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def _start(self):
        self.folder.chmod(0o711)  # the servers' own users pass through
        for name in ("mail", "home"):
            (self.folder / name).mkdir()
            self.give_to_mail_owner(self.folder / name)
        addresses = [DESK_ADDRESS, HANDOVER_ADDRESS, *self._people.values()]
        self.authority = Authority(self.folder)
        certificate = self.authority.issue("localhost", "DNS:localhost,IP:127.0.0.1")
        other = self.authority.issue("elsewhere", f"DNS:{OTHER_HOST}")
        self.dovecot = Dovecot(self.folder, certificate, other, {address: PASSWORD for address in addresses},
                               self._mail_owner)
        self.dovecot.start()
        if self._with_smtp:
            self.postfix = Postfix(self.folder, certificate, addresses, AUTHSERV_ID, self._mail_owner)
            self.postfix.start()
        self.desk = Desk(self, DESK_ADDRESS, HANDOVER_ADDRESS, AUTHSERV_ID, PASSWORD)
        self.desk.configure()

    def __exit__(self, *_):
        self.close()

    def close(self):
        for part in (self.desk, self.postfix, self.dovecot):
            if part is not None:
                part.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def person(self, name):
        return Person(self, name.capitalize(), self._people[name], PASSWORD)

    def mailbox(self, address):
        return Mailbox(self, address, PASSWORD)

    def give_to_mail_owner(self, *paths):
        if process.is_root():
            for path in paths:
                os.chown(path, *self._mail_owner)


def mail_owner():
    """Whom the mailboxes belong to, as (uid, gid): no server delivers as root."""
    if not process.is_root():
        return os.getuid(), os.getgid()
    mail = pwd.getpwnam("mail")
    return mail.pw_uid, mail.pw_gid
