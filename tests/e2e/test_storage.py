"""A disk that is full, a database that cannot be written: it is said, tried again, and nothing is lost."""

import contextlib
import sqlite3
import subprocess

from tests.bed.mailbox import HANDLED, INBOX
from tests.e2e.case import EndToEnd, at, working_day


class Storage(EndToEnd):
    def setUp(self):
        super().setUp()
        self.amina = self.bed.person("amina")
        self.number = self.book(self.amina, at(working_day(), 10))

    def cancel_by_mail(self):
        self.desk.mailbox.deliver(self.amina.vouched(self.amina.compose("Time", f"Jeg må avbestille timen {self.number}.")))

    def assert_carried_out(self):
        self.amina.wait_for_letter(after=1, seconds=60)
        self.desk.mailbox.wait_for_count(1, HANDLED)
        self.assert_cancelled(self.number)
        self.assertEqual(2, self.amina.mailbox.count())


class LockedDatabase(Storage):
    def test_locked(self):
        """a database that another program has locked"""
        with self.desk.serve() as service:
            self.amina.wait_for_letter()
            with contextlib.closing(sqlite3.connect(self.desk.database, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                self.cancel_by_mail()
                service.wait_for("(?i)database.*(locked|busy).*trying again", seconds=60)
                self.assertEqual(1, self.desk.mailbox.count(INBOX))
                other.execute("ROLLBACK")
            self.assert_carried_out()


class SmallDisk(Storage):
    """On a file system of its own, where one can be mounted."""

    def prepare(self):
        self.disk = self.bed.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", self.disk], capture_output=True,
                                 text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"no file system can be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=False)
        self.desk.database = self.disk / "timepost.db"
        self.desk.configure()

    def test_full(self):
        """a full disk"""
        with self.desk.serve() as service:
            self.amina.wait_for_letter()
            filler = self.disk / "filler"
            fill(filler)
            self.cancel_by_mail()
            service.wait_for("(?i)full.*trying again", seconds=60)
            self.assertEqual(1, self.desk.mailbox.count(INBOX))
            self.assert_untouched()
            filler.unlink()
            self.assert_carried_out()

    def assert_untouched(self):
        self.assertEqual("confirmed", self.booking(self.number)["status"])

    def test_read_only(self):
        """a database on a disk that is mounted read-only"""
        with self.desk.serve():
            self.amina.wait_for_letter()
        self.cancel_by_mail()
        subprocess.run(["mount", "-o", "remount,ro", self.disk], check=True)
        done = self.desk.attempt("serve", "--once")
        self.assertNotEqual(0, done.returncode)
        self.assertRegex(done.stderr, "timepost.db.*(?i:read-?only)")
        self.assertEqual(1, self.desk.mailbox.count(INBOX))
        subprocess.run(["mount", "-o", "remount,rw", self.disk], check=True)
        with self.desk.serve():
            self.assert_carried_out()


def fill(path):
    """Until nothing more fits."""
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
