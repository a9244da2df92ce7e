"""make demo: three people write to the desk, on real mail servers, and it is shown what comes of it.

usage: python3 -m tests.demo        KEEP=1 in the environment leaves all of it running for writing to it by hand
"""

import datetime
import json
import os
import shutil
import signal
import sys
import textwrap

from tests.bed import Bed, require_root
from tests.bed.person import links_of, read_mailto, text_of

WIDTH = 78
PEOPLE = {"amina": "Amina Yusuf", "daniel": "Daniel Okafor", "maria": "Maria Kowalska"}
OTHERS = ("Ola Nordmann", "Kari Nordmann")  # who have taken the time that Maria would like
OFFICE = "oslo"


def main():
    require_root()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as by Ctrl-C
    keep = bool(os.environ.get("KEEP"))
    try:
        with Bed(people=PEOPLE) as bed:
            Demonstration(bed).run()
            if keep:
                leave_running(bed)
        say("Everything is stopped and taken away.")
    except KeyboardInterrupt:
        print()
        say("Stopped, and everything is taken away.")
    return 0


class Demonstration:
    def __init__(self, bed):
        self.bed = bed
        self.desk = bed.desk
        self.monday = next_monday()
        self.numbers = {}

    def run(self):
        title("Timepost, an appointment desk that works by e-mail")
        say("A Dovecot (IMAP) and a Postfix (SMTP) run on this machine for as long as this lasts, both with TLS. "
            "The desk reads the mailbox timer@politi.example; three people have appointments next week.")
        self.fill_calendar()
        self.show_calendar("The calendar before")
        with self.desk.serve() as service:
            confirmations = {name: self.bed.person(name).wait_for_letter() for name in PEOPLE}
            title("The confirmation that Amina got when she was booked")
            show_mail(confirmations["amina"])
            for scene in (self.amina_cancels, self.daniel_moves, self.maria_wants_a_taken_time):
                scene(confirmations)
            self.check()
            self.show_calendar("The calendar after")
            title("What the journal says of it: no name, no address, no word of a mail")
            for line in service.journal().splitlines():
                print(textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="      "))

    # The calendar.

    def fill_calendar(self):
        self.desk.run("office", "add", OFFICE, "--name", "Politiets utlendingsenhet, Tøyen", "--address",
                      "Hagegata 23, 0653 Oslo", "--hours", "mon-fri 09:00-15:00", "--counters", 2, "--desk",
                      "post@politi.example", "--timezone", "Europe/Oslo")
        self.desk.run("service", "add", "card", "--name", "nb=Nytt oppholdskort", "--name", "en=New residence card",
                      "--minutes", 30)
        self.numbers = {
            "amina": self.book(PEOPLE["amina"], "amina@example.org", "nb", 1, "10:00"),
            "daniel": self.book(PEOPLE["daniel"], "daniel@example.org", "en", 2, "09:30"),
            "maria": self.book(PEOPLE["maria"], "maria@example.org", "en", 3, "14:00"),
        }
        for name in OTHERS:
            self.book(name, "post@politi.example", "nb", 4, "11:00")

    def book(self, name, address, language, day, time):
        at = f"{self.day(day)}T{time}"
        return self.desk.run("book", "--office", OFFICE, "--service", "card", "--at", at, "--name", name, "--email",
                             address, "--language", language).strip()

    def day(self, number):
        return self.monday + datetime.timedelta(days=number)

    def show_calendar(self, heading):
        title(heading)
        print(self.desk.run("calendar", "--office", OFFICE, "--from", self.monday).rstrip())

    # Three people write.

    def amina_cancels(self, confirmations):
        title("Amina cannot come, and answers that in Norwegian")
        self.exchange("amina", "Re: " + str(confirmations["amina"]["Subject"]),
                      "Hei!\n\nJeg må dessverre avbestille timen, for jeg har fått jobb i Bergen.\n\nHilsen Amina\n",
                      answering=confirmations["amina"])

    def daniel_moves(self, confirmations):
        wished = self.day(4)
        title("Daniel would like another time, and it is free")
        self.exchange("daniel", "Re: " + str(confirmations["daniel"]["Subject"]),
                      "Hello,\n\nI have an exam that morning. Please move my appointment to "
                      f"{english(wished)} at 13:30.\n\nBest regards\nDaniel\n", answering=confirmations["daniel"])

    def maria_wants_a_taken_time(self, confirmations):
        wished = self.day(4)
        title("Maria would like a time that others have")
        offer = self.exchange("maria", "Re: " + str(confirmations["maria"]["Subject"]),
                              f"Hi,\n\nplease move my appointment to {english(wished)} at 11:00.\n\nMaria\n",
                              answering=confirmations["maria"])
        title("Maria presses the first link of the offer, and sends the mail that opens")
        link = links_of(offer)[0]
        show_mail(self.bed.person("maria").press(link))
        title("Timepost answers")
        show_mail(self.bed.person("maria").wait_for_letter(after=2))

    def check(self):
        """A demonstration that shows something else than it says must not look well."""
        friday = self.day(4)
        wanted = (("amina", "cancelled", f"{self.day(1)}T10:00"), ("daniel", "confirmed", f"{friday}T13:30"),
                  ("maria", "confirmed", f"{friday}T"))
        for name, status, start in wanted:
            booking = json.loads(self.desk.run("show", self.numbers[name], "--json"))
            if booking["status"] != status or not booking["start"].startswith(start):
                sys.exit(f"This is not what was to be shown: {name} has {booking['status']} at {booking['start']}")

    def exchange(self, name, subject, text, answering):
        """A mail of this person's, and what comes back."""
        person = self.bed.person(name)
        show_mail(person.write(subject, text, answering=answering))
        title("Timepost answers")
        answer = person.wait_for_letter(after=1)
        show_mail(answer)
        return answer


def next_monday():
    today = datetime.date.today()
    return today + datetime.timedelta(days=7 - today.weekday())


def english(day):
    return f"{day:%A} {day.day} {day:%B}"


# How it is shown.

def styled(text, code):
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return text if plain else f"\033[{code}m{text}\033[0m"


def title(text):
    print("\n" + styled(f"── {text} " + "─" * max(2, WIDTH - len(text) - 4), "1;36") + "\n", flush=True)


def say(text):
    print(textwrap.fill(text, WIDTH), flush=True)


def show_mail(message):
    """As a person reads it: decoded, wrapped, and links by what they say."""
    edge = styled("│ ", "2")
    for name in ("From", "To", "Subject"):
        print(edge + styled(f"{name + ':':<9}", "2") + styled(str(message[name]), "1" if name == "Subject" else "0"))
    print(edge)
    for line in text_of(message).rstrip().splitlines():
        before, link, _ = line.partition("<mailto:")
        shown = before + ("" if not link else "→ " + read_mailto(line[len(before) + 1:].rstrip().rstrip(">"))[1])
        indent = " " * (len(shown) - len(shown.lstrip()))
        for wrapped in textwrap.wrap(shown.strip(), WIDTH - 2 - len(indent)) or [""]:
            print(edge + indent + styled_link(wrapped))
    print(flush=True)


def styled_link(line):
    before, arrow, subject = line.partition("→ ")
    return before + (styled(arrow + subject, "4;34") if arrow else "")


# KEEP=1

MUTTRC = """# mutt -F {path}
set realname = "{name}"
set from = "{address}"
set use_envelope_from = yes
set certificate_file = "{ca}"
set imap_user = "{address}"
set imap_pass = "{password}"
set folder = "imaps://localhost:{imap}/"
set spoolfile = "+INBOX"
set smtp_url = "smtps://{address}@localhost:{smtp}/"
set smtp_pass = "{password}"
set record = ""
set mail_check = 2
set timeout = 2
alias desk {desk}
"""


def leave_running(bed):
    title("It goes on: write to it yourself")
    folder = bed.folder / "mutt"
    folder.mkdir()
    with bed.desk.serve():
        for key in PEOPLE:
            person = bed.person(key)
            path = folder / key
            path.write_text(MUTTRC.format(path=path, name=person.name, address=person.address,
                                          password=person.password, ca=bed.authority.certificate,
                                          imap=bed.dovecot.port, smtp=bed.postfix.port, desk=bed.desk.address))
            print(f"  {person.name:<16} mutt -F {path}")
        if shutil.which("mutt") is None:
            say("\nmutt is not installed: apt-get install mutt")
        as_root = "sudo " if "SUDO_USER" in os.environ else ""
        calendar = bed.desk.command("calendar", "--office", OFFICE, "--from", next_monday())
        print(f"\n  the calendar     {as_root}{calendar}")
        print(f"  the journal      {as_root}tail -f {bed.desk.journal}")
        print("\nCtrl-C stops it and takes everything away"
              f" (or, from elsewhere: kill {os.getpid()}).", flush=True)
        while True:
            signal.pause()


if __name__ == "__main__":
    sys.exit(main())
