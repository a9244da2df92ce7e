"""The whole bed: a temporary folder with an authority, Dovecot, Postfix, people with mailboxes, and a desk."""

import os
import pathlib
import pwd
import shutil
import sys
import tempfile

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
PEOPLE = {"amina": "Amina Yusuf", "bodil": "Bodil Berg", "carlos": "Carlos Díaz"}


class Bed:
    """A context manager; everything is gone at its end. `people`: names by the word that their address begins with.
    `smtp=False`: without Postfix."""

    def __init__(self, people=PEOPLE, smtp=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="timepost-"))
        self._people = people
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
        addresses = [DESK_ADDRESS, HANDOVER_ADDRESS, *map(address_of, self._people)]
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
        return Person(self, self._people[name], address_of(name), PASSWORD)

    def mailbox(self, address):
        return Mailbox(self, address, PASSWORD)

    @staticmethod
    def authentication_result(address):
        """What the mail server says of a mail whose sender it knows to be this one."""
        return f"{AUTHSERV_ID}; auth=pass smtp.auth={address}; dmarc=pass header.from={address.split('@')[1]}"

    def give_to_mail_owner(self, *paths):
        for path in paths:
            os.chown(path, *self._mail_owner)


def address_of(name):
    return f"{name}@example.org"


def require_root():
    """Postfix is run by root only: ends the program where we are not."""
    if os.geteuid() != 0:
        sys.exit("The mail servers of tests and demonstration are started by root: run this with sudo.")


def mail_owner():
    """Whom the mailboxes belong to, as (uid, gid): no server delivers as root."""
    mail = pwd.getpwnam("mail")
    return mail.pw_uid, mail.pw_gid
