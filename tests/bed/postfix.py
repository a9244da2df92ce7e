"""A private Postfix: takes mail over TLS after a login, says who sent it as a real MX does, and fills the mailboxes.

Three ways in: `port` (smtps) and `starttls_port` for people and desks who log in, and `open_port` for the rest of the
world: no TLS, no login, and the word that nobody knows who the sender is.
"""

import shutil

from tests.bed import process

MASTER = "/usr/lib/postfix/sbin/master"

QUEUE = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "private",
         "public", "saved", "trace")

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/queue-data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
multi_instance_enable = no
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.politi.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.2/32
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
biff = no
message_size_limit = 100000000
mailbox_size_limit = 0

# Every mail is for a mailbox here; other domains do not exist.
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = texthash:{folder}/postfix/mailboxes
virtual_mailbox_base = {folder}/mail
virtual_mailbox_limit = 0
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
recipient_delimiter = +
default_transport = error:5.1.2 there is no such domain
smtpd_recipient_restrictions = permit_sasl_authenticated, reject_unauth_destination

smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/login
smtpd_sasl_security_options = noanonymous
# Who has logged in may write as themselves, and as their address with an extension.
smtpd_sender_login_maps = regexp:{folder}/postfix/senders
smtpd_sender_restrictions = reject_authenticated_sender_login_mismatch, check_sasl_access regexp:{folder}/postfix/results
"""

# What a receiving server finds out, and writes into each mail for the one who trusts it.
RESULTS = r"/^(.+)@(.+)$/  PREPEND Authentication-Results: {authserv_id}; auth=pass smtp.auth=$1@$2; dmarc=pass header.from=$2"
OUTSIDE = "/^/  PREPEND Authentication-Results: {authserv_id}; auth=none; dmarc=fail"
SENDERS = r"/^([^+@]+)(\+[^@]*)?@(.+)$/  $1@$3"

SERVICES = """
{open_port}     inet  n - n - - smtpd -o smtpd_sasl_auth_enable=no
  -o smtpd_sender_restrictions=check_sender_access,regexp:{folder}/postfix/outside
{starttls_port} inet  n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_tls_security_level=encrypt
{port} inet  n - n - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_tls_wrappermode=yes
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
error     unix  - - n - - error
retry     unix  - - n - - error
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
tlsmgr    unix  - - n 1000? 1 tlsmgr
proxymap  unix  - - n - - proxymap
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    def __init__(self, folder, certificate, addresses, authserv_id, mail_owner):
        self.folder = folder
        self.log = folder / "postfix.log"
        self.port = self.starttls_port = self.open_port = 0
        self._process = None
        self._configuration = folder / "postfix"
        self._configuration.mkdir()
        (folder / "queue").mkdir()
        (folder / "queue-data").mkdir()
        uid, gid = mail_owner
        self._write("mailboxes", "".join(f"{address} {address}/\n" for address in addresses))
        self._write("results", RESULTS.format(authserv_id=authserv_id) + "\n")
        self._write("outside", OUTSIDE.format(authserv_id=authserv_id) + "\n")
        self._write("senders", SENDERS + "\n")
        self._write("main.cf", MAIN.format(
            folder=folder, domains=" ".join(sorted({address.split("@")[1] for address in addresses})),
            certificate=certificate[0], key=certificate[1], uid=uid, gid=gid))
        self._make_queue()

    def start(self):
        """On the ports it had before, else on free ones."""
        while True:
            ports = [self.port, self.starttls_port, self.open_port]
            if not self.port:
                ports = [process.free_port() for _ in ports]
            port, starttls_port, open_port = ports
            self._write("master.cf", SERVICES.format(folder=self.folder, port=f"127.0.0.1:{port}", open_port=f"127.0.0.1:{open_port}",
                                                     starttls_port=f"127.0.0.1:{starttls_port}"))
            self._process = process.start([MASTER, "-c", self._configuration, "-d"], self.log)
            if process.wait_for_ports(self._process, ports, self.log, "Postfix"):
                self.port, self.starttls_port, self.open_port = ports
                return
            if self.port or "Address already in use" not in process.tail(self.log):
                raise RuntimeError(f"Postfix does not start:\n{process.tail(self.log)}")

    def stop(self):
        process.stop(self._process)

    def kill(self):
        process.kill(self._process)

    def _make_queue(self):
        """What `postfix check` would make."""
        for folder in QUEUE:
            path = self.folder / "queue" / folder
            path.mkdir(mode=0o755 if folder == "public" else 0o700)
            shutil.chown(path, "postfix", "postdrop" if folder in ("maildrop", "public") else None)
        (self.folder / "queue" / "pid").mkdir()
        shutil.chown(self.folder / "queue-data", "postfix")

    def _write(self, name, text):
        (self._configuration / name).write_text(text)
