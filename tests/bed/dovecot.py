"""A private Dovecot: IMAP over TLS, mailboxes in Maildir, and the logins of the SMTP server."""

import shutil

from tests.bed import process

OTHER_ADDRESS = "127.0.0.2"  # answers with a certificate for OTHER_HOST
OTHER_HOST = "mail.elsewhere.example"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
instance_name = timepost-bed
protocols = imap
listen = 127.0.0.1, {other_address}
shutdown_clients = yes
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1

ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
local {other_address} {{
  ssl_cert = <{other_certificate}
  ssl_key = <{other_key}
}}

mail_location = maildir:{folder}/mail/%u
mail_fsync = never
mailbox_list_index = no
maildir_very_dirty_syncs = no
mail_max_userip_connections = 1000
namespace inbox {{
  inbox = yes
  separator = /
}}

auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = home={folder}/home/%u
}}

service imap-login {{
  process_min_avail = 1
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 1000
}}
service auth {{
  unix_listener {folder}/login {{
    mode = 0666
  }}
}}
"""

# Tokens are checked on the spot, against a key of our own.
TOKENS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/token-keys/
username_attribute = email
"""


class Dovecot:
    """`mail_owner`: (uid, gid) that the mailboxes belong to."""

    def __init__(self, folder, certificate, other_certificate, passwords, mail_owner):
        self.folder = folder
        self.log = folder / "dovecot.log"
        self.port = 0
        self._certificate = certificate
        self._other_certificate = other_certificate
        self._mail_owner = mail_owner
        self._process = None
        users = folder / "users"
        users.write_text("".join(f"{user}:{password}::::::\n" for user, password in passwords.items()))
        (folder / "oauth2.conf").write_text(TOKENS.format(folder=folder))

    def start(self):
        """On the port it had before, else on a free one."""
        while True:
            port = self.port or process.free_port()
            configuration = self.folder / "dovecot.conf"
            configuration.write_text(self._configuration(port))
            self._process = process.start(["dovecot", "-F", "-c", configuration], self.log)
            if process.wait_for_ports(self._process, [port], self.log, "Dovecot"):
                self.port = port
                return
            if self.port or "Address already in use" not in process.tail(self.log):
                raise RuntimeError(f"Dovecot does not start:\n{process.tail(self.log)}")

    def stop(self):
        process.stop(self._process)

    def kill(self):
        """At once, without a word to its clients."""
        process.kill(self._process)
        shutil.rmtree(self.folder / "run", ignore_errors=True)

    def _configuration(self, port):
        uid, gid = self._mail_owner
        return CONFIGURATION.format(folder=self.folder, port=port, uid=uid, gid=gid, other_address=OTHER_ADDRESS,
                                    certificate=self._certificate[0], key=self._certificate[1],
                                    other_certificate=self._other_certificate[0], other_key=self._other_certificate[1])
