"""SMTP servers that misbehave, on loopback, without TLS."""

import email
import email.policy
import socketserver
import threading

GREETING = b"220 silent.example ESMTP\r\n"


class SilentServer:
    """Takes a letter and never says whether it has it. `letters`: what it got. `settings`: what a desk's [smtp] says."""

    def __init__(self):
        self.letters = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler(), bind_and_activate=False)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._server.server_bind()
        self._server.server_activate()
        self.settings = {"port": self._server.server_address[1], "tls": "none", "auth": "none", "user": None,
                         "password_file": None, "ca_file": None}

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def _handler(self):
        letters = self.letters

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(GREETING)
                for line in self.rfile:
                    command = line.strip().upper()
                    if command == b"QUIT":
                        return
                    self.wfile.write(b"354 go on\r\n" if command == b"DATA" else b"250 silent.example\r\n")
                    if command == b"DATA":
                        letters.append(self.read_letter())
                        while self.rfile.readline():
                            pass

            def read_letter(self):
                lines = []
                for line in self.rfile:
                    if line == b".\r\n":
                        break
                    lines.append(line)
                return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

        return Handler
