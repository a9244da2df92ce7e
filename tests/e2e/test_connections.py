"""Whom the desk talks to, and what it says when it cannot."""

import base64
import hashlib
import hmac
import json
import time

from tests.bed.authority import Authority
from tests.bed.dovecot import OTHER_ADDRESS
from tests.bed.mailbox import HANDLED, INBOX
from tests.e2e.case import EndToEnd, at, working_day


class Connections(EndToEnd):
    def setUp(self):
        super().setUp()
        self.amina = self.bed.person("amina")
        self.number = self.book(self.amina, at(working_day(), 10))

    def cancel_by_mail(self):
        self.amina.write("Time", f"Hei! Jeg må avbestille timen {self.number}. Hilsen Amina")
        self.desk.mailbox.wait_for_count(1)

    def assert_carried_out(self):
        self.desk.mailbox.wait_for_count(1, HANDLED)
        self.assert_cancelled(self.number)

    def assert_untouched(self, logins):
        """Nobody has logged in, and the mail lies where it lay."""
        self.assertEqual(1, self.desk.mailbox.count(INBOX))
        self.assertEqual(logins, self.logins())

    def logins(self):
        return self.bed.dovecot.log.read_text(errors="replace").count("imap-login: Info: Login: ")

    def test_unknown_authority(self):
        """a mail server whose certificate nobody we trust has signed gets neither password nor mail"""
        stranger = Authority(self.bed.folder, "stranger")
        self.desk.configure(mailbox={"ca_file": stranger.certificate}, smtp={"ca_file": stranger.certificate})
        self.cancel_by_mail()
        logins = self.logins()
        with self.desk.serve() as service:
            service.wait_for("mailbox=main .*certificate is not trusted.*trying again")
            service.wait_for("courier .*certificate is not trusted.*trying again")
            self.assert_untouched(logins)
            self.assertEqual(0, self.amina.mailbox.count())

    def test_unknown_authority_of_the_system(self):
        """without ca_file the system's authorities count, and they do not know this server"""
        self.desk.configure(mailbox={"ca_file": None})
        self.cancel_by_mail()
        logins = self.logins()
        with self.desk.serve() as service:
            service.wait_for("mailbox=main .*certificate is not trusted")
            self.assert_untouched(logins)

    def test_other_host_name(self):
        """a server that shows a certificate for another host name is refused"""
        self.desk.configure(mailbox={"host": OTHER_ADDRESS})
        self.cancel_by_mail()
        logins = self.logins()
        with self.desk.serve() as service:
            service.wait_for("mailbox=main .*host name.*trying again")
            self.assert_untouched(logins)

    def test_wrong_password(self):
        """a wrong password is said with user and key, and tried again until it is right"""
        wrong = self.desk.folder / "wrong"
        wrong.write_text("incorrect horse\n")
        self.desk.configure(mailbox={"password_file": wrong})
        self.cancel_by_mail()
        with self.desk.serve() as service:
            service.wait_for("the login of timer@politi.example was refused: check user and password_file")
            self.assertNotIn("incorrect horse", service.journal())
            wrong.write_text("correct horse\n")
            service.wait_for("mailbox=main works again")
            self.assert_carried_out()

    def test_starttls(self):
        """letters go out by STARTTLS as well"""
        self.desk.configure(smtp={"port": self.bed.postfix.starttls_port, "tls": "starttls"})
        self.cancel_by_mail()
        with self.desk.serve():
            self.amina.wait_for_letter(after=1)
            self.assert_carried_out()

    def test_oauth(self):
        """mailbox and SMTP server are logged in to with an access token that a command prints"""
        command = self.desk.folder / "token"
        command.write_text(f"#!/bin/sh\necho {self.make_token()}\n")
        command.chmod(0o700)
        oauth = {"auth": "xoauth2", "token_command": command, "password_file": None}
        self.desk.configure(mailbox=oauth, smtp=oauth)
        self.cancel_by_mail()
        with self.desk.serve():
            self.amina.wait_for_letter(after=1)
            self.assert_carried_out()
        self.assertIn("method=XOAUTH2", self.bed.dovecot.log.read_text(errors="replace"))

    def make_token(self):
        """A JSON Web Token that Dovecot takes: signed with a key that lies where it looks for one."""
        key = b"a key for this test alone"
        place = self.bed.folder / "token-keys" / "default" / "HS256"
        place.mkdir(parents=True)
        (place / "default").write_bytes(base64.b64encode(key))
        now = int(time.time())
        claims = {"sub": self.desk.address, "email": self.desk.address, "iat": now, "nbf": now, "exp": now + 600}
        signed = b".".join(_part(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims))
        return (signed + b"." + _part(hmac.digest(key, signed, hashlib.sha256))).decode()

    def test_mailbox_server_killed(self):
        """the mail server is killed in the middle of the work and comes back: all is done, nothing twice"""
        count = 150
        with self.desk.serve() as service:
            for i in range(count):
                message = self.amina.compose("Takk", f"Tusen takk for hjelpen! Nummer {i}.")
                self.desk.mailbox.deliver(self.amina.vouched(message))
            service.wait_for(r"uid=\d+ outcome=", count=10)
            self.bed.dovecot.kill()
            self.bed.dovecot.start()
            self.desk.mailbox.wait_for_count(count, HANDLED, seconds=60)
            self.cancel_by_mail()
            self.desk.mailbox.wait_for_count(count + 1, HANDLED)
            self.assert_cancelled(self.number)
            self.assertEqual(0, self.desk.mailbox.count(INBOX))

    def test_smtp_server_away(self):
        """letters wait while the SMTP server is down, and go out once it is up"""
        self.amina_has_her_confirmation()
        with self.desk.serve() as service:
            self.cancel_by_mail()
            self.bed.postfix.stop()
            self.desk.mailbox.wait_for_count(1, HANDLED)
            service.wait_for("courier .*no connection.*trying again")
            self.assertEqual(1, self.amina.mailbox.count())
            self.bed.postfix.start()
            self.amina.wait_for_letter(after=1, seconds=60)
            service.wait_for("courier works again")
        self.assertEqual(2, self.amina.mailbox.count())

    def amina_has_her_confirmation(self):
        with self.desk.serve():
            self.amina.wait_for_letter()


def _part(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
