"""What the journal must not hold."""

from tests.bed.mailbox import HANDLED
from tests.e2e.case import EndToEnd, at, working_day


class Privacy(EndToEnd):
    def test_journal(self):
        """the journal has no name, no address, no subject and no word of a mail, whatever happens"""
        amina = self.bed.person("amina")
        number = self.book(amina, at(working_day(), 10))
        self.desk.run("book", "--office", "oslo", "--service", "card", "--at", at(working_day(), 11).isoformat(), "--name",
                      "Nemo Hemmelig", "--email", "nemo@example.org")  # is refused by the server
        with self.desk.serve() as service:
            amina.write("Hemmelig emne", f"Jeg må avbestille timen {number}, for jeg er i Hemmeligvik. Amina")
            amina.wait_for_letter(after=1)
            amina.write("Hemmelig spørsmål", "Kan jeg ta med bror min? Han heter Hemmelig.")
            self.desk.mailbox.deliver(b"From: Hemmelig <x@hemmelig.example>\r\nSubject: =?hemmelig\r\n\r\nHemmelig\x00\r\n")
            service.wait_for(r"uid=\d+ outcome=(?!failed)", count=3)
            service.wait_for("outcome=address-refused")
        self.assertIn("outcome=cancelled", service.journal())
        for secret in ("hemmelig", "amina", "yusuf", "nemo", "example.org", "correct horse"):
            self.assertNotIn(secret, service.journal().lower())
        self.assertGreater(self.desk.mailbox.count(HANDLED), 0)
