"""Timepost itself: its configuration, its commands, and `timepost serve` as a process."""

import contextlib
import os
import pathlib
import re
import shlex
import sqlite3
import subprocess

from tests.bed import process
from tests.bed.mailbox import Mailbox
from tests.bed.wait import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]


def program():
    return os.environ.get("TIMEPOST") or str(ROOT / "timepost")


class Desk:
    def __init__(self, bed, address, handover, authserv_id, password):
        self._bed = bed
        self.address = address
        self.mailbox = Mailbox(bed, address, password)
        self.folder = bed.folder / "desk"
        self.folder.mkdir(mode=0o700)
        self.configuration = self.folder / "timepost.conf"
        self.database = self.folder / "timepost.db"
        self.journal = self.folder / "journal"
        self._password = self.folder / "password"
        self._password.touch(mode=0o600)
        self._password.write_text(password + "\n")
        self._handover = handover
        self._authserv_id = authserv_id
        self._services = []

    def configure(self, **changes):
        """Writes the configuration. `changes` by section: smtp={"port": 1}; None takes a key out."""
        sections = {
            "desk": {"address": self.address, "handover": self._handover,
                     "contact": "https://www.politiet.no/kontakt-oss/"},
            "database": {"path": self.database},
            "authentication": {"authserv_id": self._authserv_id},
            "smtp": self._access(self._bed.postfix.port if self._bed.postfix else 1),
            "mailbox": {**self._access(self._bed.dovecot.port), "poll_interval": "5s"},
        }
        for name, keys in changes.items():
            sections[name] = {**sections.get(name, {}), **keys}
        lines = []
        for name, keys in sections.items():
            lines.append("[mailbox main]" if name == "mailbox" else f"[{name}]")
            lines += [f"{key} = {value}" for key, value in keys.items() if value is not None]
        self.configuration.write_text("\n".join(lines) + "\n")

    def _access(self, port):
        return {"host": "localhost", "port": port, "ca_file": self._bed.authority.certificate, "user": self.address,
                "password_file": self._password, "timeout": "5s"}

    def run(self, *arguments, **options):
        """One command of the program; its standard output. Fails loudly."""
        done = self.attempt(*arguments, **options)
        if done.returncode != 0:
            raise AssertionError(f"timepost {' '.join(map(str, arguments))}: status {done.returncode}: {done.stderr}")
        return done.stdout

    def attempt(self, *arguments, **options):
        """The same, whatever comes of it: a CompletedProcess."""
        return subprocess.run([program(), "--config", str(self.configuration), *map(str, arguments)],
                              **{"text": True, "capture_output": True, "check": False, "timeout": 60, **options})

    def handle(self, mail):
        """One mail by `timepost handle`, as from the pipe of a mail server: a CompletedProcess."""
        return self.attempt("handle", input=mail, text=False)

    def command(self, *arguments):
        """As one types it."""
        return shlex.join([program(), "--config", str(self.configuration), *map(str, arguments)])

    def serve(self, environment=None):
        """Starts the service; as a context manager it waits until the desk is open."""
        service = Service(self, environment or {})
        self._services.append(service)
        return service

    def query(self, sql, *values):
        """Rows of the database, read beside the service."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(sql, values).fetchall()

    def journal_tail(self):
        return process.tail(self.journal, 30)

    def kill(self):
        for service in self._services:
            service.kill()


class Service:
    """A running `timepost serve`. A context manager that ends it as systemd would, and wants a clean end."""

    def __init__(self, desk, environment):
        self._desk = desk
        self._begin = desk.journal.stat().st_size if desk.journal.exists() else 0
        self._process = process.start([program(), "--config", desk.configuration, "serve"], desk.journal,
                                      env={**os.environ, **environment})

    def __enter__(self):
        self.wait_for("the desk is open")
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            self.kill()
        elif self.is_running():
            self.stop()

    def is_running(self):
        return self._process.poll() is None

    def journal(self):
        """What it has said since it was started."""
        try:
            with open(self._desk.journal, encoding="utf-8", errors="replace") as file:
                file.seek(self._begin)
                return file.read()
        except FileNotFoundError:
            return ""

    def lines(self, pattern):
        """Those of the journal that match."""
        return [line for line in self.journal().splitlines() if re.search(pattern, line)]

    def numbers(self, pattern):
        """What the pattern's group holds in each line."""
        return [int(number) for number in re.findall(pattern, self.journal())]

    def wait_for(self, pattern, count=1, seconds=30):
        """Until lines of the journal match, `count` of them."""
        def state():
            return len(self.lines(pattern)) >= count or not self.is_running()
        wait_until(state, lambda: f"{count} times {pattern!r} in the journal:\n{process.tail(self._desk.journal, 30)}",
                   seconds)
        if len(self.lines(pattern)) < count:
            raise AssertionError(f"timepost serve has ended with status {self._process.returncode}:\n{self.journal()}")

    def signal(self, number):
        self._process.send_signal(number)

    def stop(self, seconds=30):
        """SIGTERM; a clean end is wanted."""
        self._process.terminate()
        status = self._process.wait(seconds)
        if status != 0:
            raise AssertionError(f"timepost serve ended with status {status}:\n{self.journal()}")

    def kill(self):
        """SIGKILL, as a power cut."""
        if self.is_running():
            self._process.kill()
        self._process.wait()

    def peak_memory(self):
        """VmHWM in MiB. Looked for by its command line: /proc may be that of another process namespace than ours."""
        wanted = os.fsencode(self._desk.configuration)
        for process_folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (process_folder / "cmdline").read_bytes().split(b"\0")
                if wanted in words and b"serve" in words:
                    status = (process_folder / "status").read_text(encoding="ascii")
                    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
        raise AssertionError("timepost serve is not running")
