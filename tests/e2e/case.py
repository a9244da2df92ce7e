"""What the end-to-end tests share: a bed, an office with its calendar, and short words for what is often asked."""

import datetime
import json
import math
import os
import unittest

from tests.bed import Bed
from tests.bed.bed import PEOPLE

OFFICE = "oslo"
SERVICE = "card"
HANDLED_LINE = r"uid=\d+ outcome=(?!failed)"  # of the journal, one for each mail that was handled


class EndToEnd(unittest.TestCase):
    """`smtp = False` in a class whose tests need no SMTP server."""

    smtp = True
    counters = 1
    people_of_bed = PEOPLE

    def setUp(self):
        self.bed = self.enterContext(Bed(people=self.people_of_bed, smtp=self.smtp))
        self.desk = self.bed.desk
        self.prepare()
        self.desk.run("office", "add", OFFICE, "--name", "Politiets utlendingsenhet, Tøyen", "--address",
                      "Hagegata 23, 0653 Oslo", "--hours", "mon-fri 08:00-15:00", "--counters", self.counters, "--desk",
                      "post@politi.example", "--timezone", "Europe/Oslo")
        self.desk.run("service", "add", SERVICE, "--name", "nb=Nytt oppholdskort", "--name", "en=New residence card",
                      "--minutes", "20")

    def prepare(self):
        """For classes that want something done before the calendar is made."""

    @staticmethod
    def memory_limit(megabytes):
        """Sanitizers need many times as much, and then the figure says nothing."""
        return math.inf if os.environ.get("SANITIZE") == "1" else megabytes

    def tearDown(self):
        self.assertNotRegex(self.desk.journal_tail(), "Sanitizer|runtime error", "the service reported a defect of its own")

    def book(self, person, at, language="nb"):
        """A booking of this person; its number. No confirmation is waited for."""
        return self.desk.run("book", "--office", OFFICE, "--service", SERVICE, "--at", at.isoformat(timespec="minutes"),
                             "--name", person.name, "--email", person.address, "--language", language).strip()

    def booking(self, number):
        return json.loads(self.desk.run("show", number, "--json"))

    def assert_booked(self, number, at):
        booking = self.booking(number)
        self.assertEqual("confirmed", booking["status"])
        self.assertEqual(at, datetime.datetime.fromisoformat(booking["start"]).replace(tzinfo=None))

    def assert_cancelled(self, number):
        self.assertEqual("cancelled", self.booking(number)["status"])


def working_day(after=7):
    """A day on which the office is open, at least so many days ahead."""
    day = datetime.date.today() + datetime.timedelta(days=after)
    while day.weekday() >= 5:
        day += datetime.timedelta(days=1)
    return day


def at(day, hour, minute=0):
    return datetime.datetime.combine(day, datetime.time(hour, minute))
