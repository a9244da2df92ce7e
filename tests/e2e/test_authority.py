"""Who may change a booking, seen from outside."""

from tests.bed.mailbox import DESK, HANDLED
from tests.bed.person import links_of
from tests.e2e.case import EndToEnd, at, working_day


class Authority(EndToEnd):
    def setUp(self):
        super().setUp()
        self.amina = self.bed.person("amina")
        self.number = self.book(self.amina, at(working_day(), 10))

    def test_forged_sender(self):
        """a mail that forges Amina's address, and the server's word for it, changes nothing: Amina is asked"""
        with self.desk.serve():
            self.amina.wait_for_letter()
            message = self.amina.compose("Time", f"Jeg må avbestille timen {self.number}.")
            message["Authentication-Results"] = self.bed.authentication_result(self.amina.address)
            self.amina.send_from_outside(message)
            asked = self.amina.wait_for_letter(after=1)
            self.assert_booked(self.number, at(working_day(), 10))
            self.amina.press(links_of(asked)[0])
            self.amina.wait_for_letter(after=2)
        self.assert_cancelled(self.number)

    def test_somebody_else(self):
        """somebody else who knows the number changes nothing and learns nothing, whether there is such a number or not"""
        bodil = self.bed.person("bodil")
        with self.desk.serve():
            self.amina.wait_for_letter()
            bodil.write("Time", f"Jeg må avbestille timen {self.number}.")
            self.amina.wait_for_letter(after=1)
            bodil.write("Time", "Jeg må avbestille timen TP482173967.")
            self.desk.mailbox.wait_for_count(1, DESK)
            self.desk.mailbox.wait_for_count(1, HANDLED)
        self.assert_booked(self.number, at(working_day(), 10))
        self.assertEqual(0, bodil.mailbox.count())

    def test_holder(self):
        """an answer to the letter counts from any address, for only the letter held the reply address"""
        with self.desk.serve():
            letter = self.amina.wait_for_letter()
            self.bed.person("bodil").send_from_outside(
                self.bed.person("bodil").compose("Time", "Jeg må avbestille timen.", answering=letter))
            self.amina.wait_for_letter(after=1)
        self.assert_cancelled(self.number)
