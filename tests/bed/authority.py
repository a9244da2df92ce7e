"""A certificate authority of one's own, by openssl."""

import subprocess


class Authority:
    """`certificate` is the file to trust. One is made in `folder` at once."""

    def __init__(self, folder, name="authority"):
        self.folder = folder
        self.name = name
        self.certificate = folder / f"{name}.pem"
        self._key = folder / f"{name}.key"
        self._openssl("req", "-x509", *_new_key(self._key), "-days", "2", "-subj", f"/CN=Test {name}",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", self.certificate)

    def issue(self, name, alternative_names):
        """A certificate and its key for a server: its two files. `alternative_names`: "DNS:localhost,IP:127.0.0.1"."""
        certificate, key, request = (self.folder / f"{name}.{kind}" for kind in ("crt", "key", "csr"))
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative_names}\nextendedKeyUsage=serverAuth\n")
        self._openssl("req", *_new_key(key), "-subj", f"/CN={name}", "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key,
                      "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", certificate)
        return certificate, key

    @staticmethod
    def _openssl(*arguments):
        done = subprocess.run(["openssl", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]} failed: {done.stderr.strip()}")


def _new_key(path):
    return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path
