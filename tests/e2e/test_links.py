"""The mailto: links of the letters: pressed and sent as they open, they do what they say."""

import datetime

from tests.bed.mailbox import HANDLED
from tests.bed.person import links_of, text_of
from tests.e2e.case import EndToEnd, at, working_day


class Links(EndToEnd):
    """In each language that there are letters in."""

    def press_through(self, language):
        amina = self.bed.person("amina")
        number = self.book(amina, at(working_day(), 10), language)
        with self.desk.serve():
            change, cancel = links_of(amina.wait_for_letter())
            amina.press(change)
            offer = amina.wait_for_letter(after=1)
            *times, keep, _ = links_of(offer)
            self.assertGreater(len(times), 1, text_of(offer))
            amina.press(keep)
            self.desk.mailbox.wait_for_count(2, HANDLED)
            self.assert_booked(number, at(working_day(), 10))
            amina.press(times[-1])
            moved = amina.wait_for_letter(after=2)
            start = datetime.datetime.fromisoformat(self.booking(number)["start"])
            self.assertIn(f"{start:%H:%M}", str(moved["Subject"]))
            self.assertNotEqual(at(working_day(), 10), start.replace(tzinfo=None))
            amina.press(cancel)
            amina.wait_for_letter(after=3)
        self.assert_cancelled(number)

    def test_bokmaal(self):
        """every link of the letters in Bokmål does what it says"""
        self.press_through("nb")

    def test_english(self):
        """every link of the letters in English does what it says"""
        self.press_through("en")
