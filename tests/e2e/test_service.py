"""The service as systemd and an administrator see it."""

import contextlib
import signal
import socket

from tests.bed.mailbox import HANDLED
from tests.bed.wait import wait_until
from tests.e2e.case import EndToEnd, at, working_day
from tests.e2e.fake_smtp import SilentServer


class Running(EndToEnd):
    def test_broken_configuration_at_reload(self):
        """SIGHUP with a broken configuration names file and line, and the service goes on with the old one"""
        amina = self.bed.person("amina")
        number = self.book(amina, at(working_day(), 10))
        with self.desk.serve() as service:
            self.desk.configure(mailbox={"poll_interval": None, "pol_interval": "5s"})
            service.signal(signal.SIGHUP)
            service.wait_for(f"timepost.conf:{self.line_of('pol_interval')}: .*poll_interval")
            amina.write("Time", f"Jeg må avbestille timen {number}.")
            self.desk.mailbox.wait_for_count(1, HANDLED)
        self.desk.configure()
        self.assert_cancelled(number)

    def test_good_configuration_at_reload(self):
        """SIGHUP with a changed configuration takes it, and loses no mail that comes meanwhile"""
        amina = self.bed.person("amina")
        number = self.book(amina, at(working_day(), 10))
        with self.desk.serve() as service:
            self.desk.configure(mailbox={"handled_folder": "Arkiv/Ferdig"})
            service.signal(signal.SIGHUP)
            amina.write("Time", f"Jeg må avbestille timen {number}.")
            amina.wait_for_letter(after=1)
            service.wait_for("the configuration was read again")
            before = self.desk.mailbox.count("Arkiv/Ferdig")
            amina.write("Takk", "Tusen takk!")
            self.desk.mailbox.wait_for_count(before + 1, "Arkiv/Ferdig")
        self.assert_cancelled(number)

    def test_broken_configuration_at_start(self):
        """a broken configuration stops the start with status 78, file and line"""
        self.desk.configure(desk={"timezone": "Europe/Olso"})
        done = self.desk.attempt("serve", "--once")
        self.assertEqual(78, done.returncode)
        self.assertRegex(done.stderr, f"timepost.conf:{self.line_of('timezone')}: .*Europe/Olso")

    def line_of(self, key):
        """Where it stands in the configuration, counted from 1."""
        lines = self.desk.configuration.read_text().splitlines()
        return 1 + next(i for i, line in enumerate(lines) if line.startswith(key))

    def test_notifications(self):
        """systemd is told of start, reload, watchdog and end"""
        with contextlib.closing(Notifications(self.bed.folder / "notify")) as told:
            with self.desk.serve(environment={"NOTIFY_SOCKET": told.path, "WATCHDOG_USEC": "600000"}) as service:
                told.wait_for("READY=1")
                told.wait_for("WATCHDOG=1")
                told.wait_for("STATUS=1 of 1 mailboxes connected")
                service.signal(signal.SIGHUP)
                told.wait_for("RELOADING=1")
                told.wait_for("READY=1")
            told.wait_for("STOPPING=1")

    def test_watchdog_at_slow_reload(self):
        """a reload that waits for a letter in hand keeps the watchdog fed"""
        self.book(self.bed.person("amina"), at(working_day(), 10))
        environment = {"WATCHDOG_USEC": "600000"}
        with SilentServer() as smtp, contextlib.closing(Notifications(self.bed.folder / "notify")) as told:
            environment["NOTIFY_SOCKET"] = told.path
            self.desk.configure(smtp={**smtp.settings, "timeout": "3s"})
            with self.desk.serve(environment=environment) as service:
                wait_until(lambda: smtp.letters, "the letter to reach the server")
                service.signal(signal.SIGHUP)
                told.wait_for("RELOADING=1")
                self.assertEqual("WATCHDOG=1", told.wait_for("WATCHDOG=1", "READY=1"))
                told.wait_for("READY=1")


class Notifications:
    """The other end of sd_notify."""

    def __init__(self, path):
        self.path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._socket.settimeout(30)

    def wait_for(self, *words):
        """Reads on until a message has one of the words; returns it."""
        while True:
            message = self._socket.recv(4096).decode()
            for word in words:
                if word in message:
                    return word

    def close(self):
        self._socket.close()
