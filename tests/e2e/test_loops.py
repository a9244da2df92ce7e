"""Machines that answer machines."""

from tests.bed.mailbox import HANDLED
from tests.bed.person import reply_address
from tests.e2e.case import EndToEnd, at, working_day


class Loops(EndToEnd):
    def setUp(self):
        super().setUp()
        self.amina = self.bed.person("amina")
        self.number = self.book(self.amina, at(working_day(), 10))

    def cancellation(self, **options):
        return self.amina.compose("Time", f"Hei! Jeg må avbestille timen {self.number}.", **options)

    def assert_quiet(self, letters):
        """Another mail goes the whole way, and by then Amina has no more than so many letters."""
        bodil = self.bed.person("bodil")
        number = self.book(bodil, at(working_day(), 12))
        bodil.write("Time", f"Jeg må avbestille timen {number}.")
        bodil.wait_for_letter(after=1)
        self.assertEqual(letters, self.amina.mailbox.count())

    def test_headers(self):
        """every letter says that a machine wrote it, in the words that the common servers know"""
        with self.desk.serve():
            self.amina.send(self.cancellation())
            self.amina.wait_for_letter(after=1)
        for letter in self.amina.letters():
            self.assertRegex(letter["Auto-Submitted"], "^auto-(generated|replied)")
            self.assertEqual("DR, RN, NRN, OOF, AutoReply", letter["X-Auto-Response-Suppress"])
            self.assertTrue([name for name in letter.keys() if name.startswith("X-Timepost")], "no header of its own")
            self.assertTrue(letter["Message-ID"] and letter["Date"] and letter["Reply-To"])

    def test_polite_responder(self):
        """an answering machine that says what it is gets no answer, and confirms or cancels nothing"""
        with self.desk.serve():
            letter = self.amina.wait_for_letter()
            for value in ("auto-replied", "Auto-Replied; owner-email=amina@example.org", "auto-generated"):
                answer = self.cancellation(answering=letter)
                answer["Auto-Submitted"] = value
                self.amina.send(answer)
            self.desk.mailbox.wait_for_count(3, HANDLED)
            self.assert_quiet(letters=1)
        self.assertEqual("confirmed", self.booking(self.number)["status"])

    def test_rude_responder(self):
        """an answering machine that hides what it is and answers every letter is cut short by the caps"""
        cap = 5
        self.desk.configure(limits={"letters_per_address": cap, "letters_per_booking": cap})
        with self.desk.serve() as service:
            answered = 0
            while not service.lines("reason=cap"):
                letter = self.amina.wait_for_letter(after=answered)
                self.amina.send(self.cancellation(answering=letter))
                answered += 1
                service.wait_for(r"uid=\d+ outcome=", count=answered)
                self.assertLessEqual(answered, 3 * cap, "the cap does not hold")
            self.assert_quiet(letters=self.amina.mailbox.count())
        self.assertLessEqual(self.amina.mailbox.count(), cap + 1, "the confirmation, and answers up to the cap")

    def test_own_letter_comes_back(self):
        """a letter of the desk's own that is sent back to it is not answered"""
        with self.desk.serve():
            letter = self.amina.wait_for_letter()
            del letter["To"]
            letter["To"] = reply_address(letter)
            self.desk.mailbox.deliver(letter)
            self.desk.mailbox.wait_for_count(1, HANDLED)
            self.assert_quiet(letters=1)

    def test_bounce(self):
        """an address that is refused gets no further letters, and the desk's people are told nothing twice"""
        nobody = self.desk.run("book", "--office", "oslo", "--service", "card", "--at", at(working_day(), 13).isoformat(),
                               "--name", "Nobody", "--email", "nobody@example.org").strip()
        with self.desk.serve() as service:
            service.wait_for("outcome=address-refused")
            self.desk.run("cancel", nobody)
            self.assert_quiet(letters=1)
            self.assertEqual(1, len(service.lines("outcome=address-refused")))
