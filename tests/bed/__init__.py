"""The test bed: real mail servers of one's own on loopback, for the demonstration and the end-to-end tests.

    with Bed() as bed:                      # Dovecot and Postfix in a temporary folder, gone at the end
        amina = bed.person("amina")
        with bed.desk.serve() as service:   # `timepost serve`
            amina.send(subject="Hei", text="...")
            answer = amina.wait_for_letter()

Python's standard library only. To be run by root. Several beds may run at once; the system's own mail servers are
neither used nor disturbed.
"""

from tests.bed.bed import Bed, Person, require_root
from tests.bed.desk import Desk, Service
from tests.bed.wait import Late, wait_until

__all__ = ["Bed", "Desk", "Late", "Person", "Service", "require_root", "wait_until"]
