"""Starting servers that end with this program, whatever becomes of it, on ports that are free."""

import ctypes
import os
import random
import signal
import socket
import subprocess

from tests.bed.wait import wait_until

PORTS = range(20000, 32000)  # below those that Linux gives to outgoing connections
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def _end_with_parent():
    """In the child: a signal when the parent is gone, however it went."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command, log, **options):
    """Starts a process of this one's, in a session of its own; its output goes to the file `log`. To be called in the main
    thread."""
    with open(log, "ab") as output:
        return subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                start_new_session=True, preexec_fn=_end_with_parent, **options)


def stop(process, seconds=10):
    """Asks it to end, and insists after a while."""
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def kill(process):
    """At once, with all that it has started."""
    if process is None:
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def free_port():
    while True:
        port = random.choice(PORTS)
        with socket.socket() as candidate:
            try:
                candidate.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def listens(port, address="127.0.0.1"):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def tail(path, lines=15):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:])
    except FileNotFoundError:
        return ""


def wait_for_ports(process, ports, log, name):
    """Until the server listens on all of them; False where it ended instead: a port was taken meanwhile."""
    def state():
        return process.poll() is not None or all(listens(port) for port in ports)
    wait_until(state, lambda: f"{name} to listen; its log:\n{tail(log)}")
    return process.poll() is None
