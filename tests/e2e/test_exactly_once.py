"""Whatever is killed, and whatever comes twice: one mail, one answer."""

import collections
import concurrent.futures
import random
import time

from tests.bed import wait_until
from tests.bed.mailbox import DESK, HANDLED, INBOX, QUARANTINE
from tests.bed.person import text_of
from tests.e2e.case import HANDLED_LINE, EndToEnd, at, working_day
from tests.e2e.fake_smtp import SilentServer

CLAIM_SECONDS = 120  # what was claimed by a process that was killed is free again well before


class ExactlyOnce(EndToEnd):
    counters = 3

    def setUp(self):
        super().setUp()
        self.amina = self.bed.person("amina")
        self.number = self.book(self.amina, at(working_day(), 10))
        with self.desk.serve():
            self.amina.wait_for_letter()  # the confirmation

    def cancellation(self):
        return self.amina.compose("Time", f"Hei! Jeg må avbestille timen {self.number}. Hilsen Amina")

    def assert_one_answer(self):
        """While the service runs: Amina gets one answer, the mail lies among the handled ones, and no second answer comes
        before somebody else's later mail was answered."""
        self.amina.wait_for_letter(after=1, seconds=CLAIM_SECONDS)
        self.desk.mailbox.wait_for_count(1, HANDLED)
        bodil = self.bed.person("bodil")
        number = self.book(bodil, at(working_day(), 11))
        bodil.wait_for_letter()
        bodil.write("Time", f"Hei! Jeg må avbestille timen {number}.")
        bodil.wait_for_letter(after=1)
        self.assertEqual(2, self.amina.mailbox.count())
        self.assert_cancelled(self.number)

    def test_killed_before_the_mail_is_moved(self):
        """killed after a mail was carried out and before it was moved: after the restart it is only moved"""
        folder = self.handled_folder()
        with self.desk.serve() as service:
            folder.chmod(0o500)
            self.amina.send(self.cancellation())
            service.wait_for(r"outcome=cancelled")
            service.wait_for(r"step=move")
            service.kill()
        folder.chmod(0o700)
        with self.desk.serve() as service:
            service.wait_for("again=yes")
            self.assert_one_answer()

    def handled_folder(self):
        """Its place on disk; it is there since the service ran for the first time."""
        return self.bed.folder / "mail" / self.desk.address / ".Timepost.Handled" / "tmp"

    def test_killed_before_the_letter_is_sent(self):
        """killed after the answer was written and before it was sent: after the restart it is sent once"""
        self.bed.postfix.stop()
        with self.desk.serve() as service:
            self.desk.mailbox.deliver(self.amina.vouched(self.cancellation()))
            self.desk.mailbox.wait_for_count(1, HANDLED)
            service.kill()
        self.bed.postfix.start()
        with self.desk.serve():
            self.assert_one_answer()

    def test_killed_while_the_server_has_the_letter(self):
        """killed while the SMTP server has not said whether it took the letter: it is sent again as the same letter"""
        with SilentServer() as silent:
            self.desk.configure(smtp=silent.settings)
            with self.desk.serve() as service:
                self.desk.mailbox.deliver(self.amina.vouched(self.cancellation()))
                taken = wait_until(lambda: silent.letters, "the letter to reach the server")[0]
                service.kill()
        self.desk.configure()
        with self.desk.serve():
            letter = self.amina.wait_for_letter(after=1, seconds=CLAIM_SECONDS)
            self.assertEqual(taken["Message-ID"], letter["Message-ID"])
            self.assert_one_answer()

    def test_moved_back_by_hand(self):
        """a mail that a person moves back into the inbox is moved away again, and not answered again"""
        with self.desk.serve() as service:
            self.amina.send(self.cancellation())
            self.desk.mailbox.wait_for_count(1, HANDLED)
            self.desk.mailbox.move_all(HANDLED, INBOX)
            service.wait_for("again=yes")
            self.desk.mailbox.wait_for_count(1, HANDLED)
            self.assert_one_answer()

    def test_delivered_twice(self):
        """the same mail delivered twice is answered once"""
        raw = self.amina.vouched(self.cancellation())
        self.desk.mailbox.deliver(raw)
        self.desk.mailbox.deliver(raw)
        with self.desk.serve():
            self.desk.mailbox.wait_for_count(2, HANDLED)
            self.assert_one_answer()

    def test_stopped_in_the_middle(self):
        """SIGTERM ends the service after the mail in hand; the rest waits for the next start"""
        count = 200
        for i in range(count):
            self.desk.mailbox.deliver(self.amina.vouched(self.amina.compose("Takk", f"Tusen takk! Nummer {i}.")))
        with self.desk.serve() as service:
            service.wait_for(HANDLED_LINE)
            service.stop(seconds=10)
            handled = len(service.lines(HANDLED_LINE))
        self.assertLess(handled, count, "the service was done before it could be stopped: the test says nothing")
        self.assertEqual(handled, self.desk.mailbox.count(HANDLED))
        with self.desk.serve():
            self.desk.mailbox.wait_for_count(count, HANDLED, seconds=60)


class Crowd(EndToEnd):
    """Many people at once."""

    count = 40
    counters = 3
    weight = 1  # takes longer than others: begun first

    def setUp(self):
        self.names = [f"p{i:02}" for i in range(self.count)]
        self.people_of_bed = {name: f"Person {name}" for name in self.names}
        super().setUp()
        self.people = [self.bed.person(name) for name in self.names]

    def book_all(self):
        """Twenty a day, on one counter."""
        numbers = {}
        for i, person in enumerate(self.people):
            day = working_day(7 if i < 20 else 14)
            numbers[person.address] = self.book(person, at(day, 8 + i % 20 // 3, i % 20 % 3 * 20))
        return numbers

    def test_killed_at_random_moments(self):
        """killed again and again at random moments: every mail is answered, and none twice"""
        self.desk.configure(limits={"attempts": 100})  # a mail over which the service dies too often is put aside
        numbers = self.book_all()
        for person in self.people:
            text = f"Hei! Jeg må avbestille timen {numbers[person.address]}."
            self.desk.mailbox.deliver(person.vouched(person.compose("Time", text)))
        kills, handled, life, chance = 0, 0, 0.2, random.Random(20240611)
        while handled < self.count:
            service = self.desk.serve()
            time.sleep(chance.uniform(0, life))  # not for an event: the moment is meant to be any
            service.kill()
            kills += 1
            before, handled = handled, self.desk.mailbox.count(HANDLED)
            if handled == before:
                life *= 1.1  # it needs longer to start here
            self.assertLess(kills, 500, "no progress is made")
        with self.desk.serve():
            for person in self.people:  # a kill may have sent one letter twice, so copies are not counted
                wait_until(lambda person=person: len({letter["Message-ID"] for letter in person.letters()}) > 1,
                           f"a second letter to {person.address}", seconds=120)
        self.assertGreater(kills, 3)
        for person in self.people:
            self.assert_cancelled(numbers[person.address])
            letters = {letter["Message-ID"]: letter["Subject"] for letter in person.letters()}
            self.assertEqual(2, len(letters), f"confirmation and answer, and no other letter: {letters}")
        copies = sum(person.mailbox.count() for person in self.people) - 2 * self.count
        self.assertLessEqual(copies, kills, "a copy is excused only where the server's word was lost in a kill")
        self.assertEqual(0, self.desk.mailbox.count(DESK) + self.desk.mailbox.count(QUARANTINE))

    def test_one_slot_for_two(self):
        """many people ask for one free time, by mailbox and by pipe at the same moment: as many get it as there are counters"""
        numbers = self.book_all()
        wished = at(working_day(21), 10)
        text = f"Please move my appointment to {wished:%A} {wished.day} {wished:%B} {wished.year} at 10:00."
        mails = [person.vouched(person.compose("Appointment", text)) for person in self.people]
        with self.desk.serve():
            for i, mail in enumerate(mails):
                if i % 2 == 0:
                    self.desk.mailbox.deliver(mail)
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                for done in pool.map(self.desk.handle, mails[1::2]):
                    self.assertEqual(0, done.returncode, done.stderr)
            for person in self.people:
                person.wait_for_letter(after=1, seconds=60)
        there = [person for person in self.people
                 if self.booking(numbers[person.address])["start"].startswith(wished.isoformat()[:16])]
        self.assertEqual(3, len(there), "as many as there are counters")
        kinds = collections.Counter(str(person.letters()[1]["Subject"]).split(" (")[0] for person in self.people)
        self.assertEqual(self.count - 3, sum(n for kind, n in kinds.items() if "not free" in kind), kinds)


class Backlog(EndToEnd):
    counters = 2
    weight = 1

    def test_two_thousand(self):
        """a mailbox with 2,000 mails is worked off, oldest first, with little memory"""
        amina, count = self.bed.person("amina"), 2000
        number = self.book(amina, at(working_day(), 10))
        for i in range(count - 1):
            message = amina.compose("Re: Time", f"Tusen takk for hjelpen! Nummer {i}.\n\n" + "> Sitert linje\n" * 40)
            self.desk.mailbox.deliver(amina.vouched(message))
        self.desk.mailbox.deliver(amina.vouched(amina.compose("Time", f"Jeg må avbestille timen {number}.")))
        with self.desk.serve() as service:
            self.desk.mailbox.wait_for_count(count, HANDLED, seconds=180)
            self.assertIn("Tid", text_of(amina.wait_for_letter(after=1)))
            uids = service.numbers(r"uid=(\d+) outcome=")
            self.assertEqual(sorted(uids), uids, "not oldest first")
            self.assertEqual(count, len(uids))
            self.assertLess(service.peak_memory(), self.memory_limit(64))
        self.assertEqual(0, self.desk.mailbox.count(INBOX))
        self.assert_cancelled(number)
