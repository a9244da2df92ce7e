"""Mails that no mail program would write: a person looks at each, and the next mail is handled as ever."""

from email.message import EmailMessage

from tests.bed.mailbox import DESK, HANDLED, INBOX, QUARANTINE
from tests.bed.person import text_of
from tests.e2e.case import EndToEnd, at, working_day

MEGABYTE = 1024 * 1024
HEADER = (b"From: Ola <ola@stranger.example>\r\nTo: timer@politi.example\r\nSubject: Time\r\n"
          b"Date: Mon, 3 Jun 2024 10:00:00 +0200\r\nMIME-Version: 1.0\r\n")
LINE = b"Jeg vil gjerne ha en time, takk. Det er viktig for meg at det blir snart.\r\n"


def plain(text, charset=b"utf-8"):
    return HEADER + b"Content-Type: text/plain; charset=" + charset + b"\r\n\r\n" + text


def multipart(parts, boundary=b"b", end=b"--b--\r\n"):
    return HEADER + b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n" + b"".join(parts) + end


def part(text, kind=b"text/plain"):
    return b"--b\r\nContent-Type: " + kind + b"\r\n\r\n" + text + b"\r\n"


def nested_multiparts(depth):
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(depth))
    return HEADER + raw + b"Content-Type: text/plain\r\n\r\n" + LINE


def nested_messages(depth):
    return HEADER + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: inside\r\n\r\n" + LINE


class BadInput(EndToEnd):
    smtp = False

    def check(self, raw, memory=64):
        """It goes to the desk, a mail after it is carried out, and the memory has a bound (in MiB)."""
        amina = self.bed.person("amina")
        number = self.book(amina, at(working_day(), 10))
        self.desk.mailbox.deliver(raw)
        self.desk.mailbox.deliver(amina.vouched(amina.compose("Time", f"Jeg må avbestille timen {number}.")))
        with self.desk.serve() as service:
            self.desk.mailbox.wait_for_count(1, HANDLED, seconds=60)
            self.desk.mailbox.wait_for_count(1, DESK, seconds=60)
            self.assertLess(service.peak_memory(), self.memory_limit(memory))
        self.assertEqual((0, 0), (self.desk.mailbox.count(INBOX), self.desk.mailbox.count(QUARANTINE)))
        self.assert_cancelled(number)

    def test_large_attachment(self):
        """a mail with an attachment of 50 MB"""
        line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx\r\n"
        self.check(multipart([part(LINE), part(line * (50 * MEGABYTE // len(line)), b"application/octet-stream")]))

    def test_large_text(self):
        """a mail of 50 MB of text"""
        self.check(plain(LINE * (50 * MEGABYTE // len(LINE))))

    def test_long_line(self):
        """a mail of one line of 20 MB"""
        self.check(plain(b"a" * (20 * MEGABYTE) + b"\r\n"))

    def test_large_header(self):
        """a mail whose header is 5 MB"""
        self.check(b"X-Long: " + b"a b c d e f g h\r\n " * (5 * MEGABYTE // 17) + b"\r\n" + plain(LINE))

    def test_no_header(self):
        """a mail without a header"""
        self.check(b"\r\n" + LINE)

    def test_no_header_nor_empty_line(self):
        """a mail that is only a sentence"""
        self.check(LINE)

    def test_nothing(self):
        """a mail without a byte"""
        self.check(b"")

    def test_unclosed_multipart(self):
        """a MIME tree that is not closed"""
        self.check(multipart([part(LINE), b"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n"], end=b""))

    def test_no_boundary(self):
        """a multipart mail that names no boundary"""
        self.check(HEADER + b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\n" + LINE + b"--b--\r\n")

    def test_quoted_boundary(self):
        """a boundary that is one quotation mark, over which the MIME library crashes"""
        self.check(multipart([part(LINE)], boundary=b'"\\""'))

    def test_many_parts(self):
        """a mail of 10,000 parts"""
        self.check(multipart([part(b"x")] * 10000))

    def test_deep_multiparts(self):
        """multiparts nested 1,000 deep"""
        self.check(nested_multiparts(1000))

    def test_deep_messages(self):
        """messages nested 1,000 deep"""
        self.check(nested_messages(1000))

    def test_deep_comments(self):
        """a From of a million opening parentheses"""
        self.check(b"From: " + b"(" * 1000000 + b"\r\nSubject: Time\r\n\r\n" + LINE)

    def test_unknown_charset(self):
        """an unknown charset"""
        self.check(plain(LINE + b"\xff\xfe\x80\x81", b"x-klingon-7"))

    def test_nul_bytes(self):
        """NULs in header and text"""
        self.check(b"Subject: Ti\x00me\r\n" + plain(b"Jeg\x00 vil ha en time\x00\x00\r\n" * 100))

    def test_many_recipients(self):
        """a To of 50,000 addresses"""
        self.check(b"To: " + b", ".join(b"p%d@a.example" % i for i in range(50000)) + b"\r\n" + plain(LINE))


class BadNames(EndToEnd):
    """Names with line breaks or markup in them."""

    def test_name_of_a_writer(self):
        """a line break or a tag in a writer's name makes no header and no markup in what the desk's people get"""
        people = self.bed.mailbox("post@politi.example")
        self.desk.mailbox.deliver(
            b"From: =?utf-8?q?Ola=0D=0ABcc:_amina=40example.org=0D=0A=0D=0A<script>?= <ola@stranger.example>\r\n"
            b"Subject: =?utf-8?q?Time=0D=0ABcc:_amina=40example.org?=\r\n\r\n" + LINE)
        with self.desk.serve():
            people.wait_for_count(1)
        letter = people.messages()[0]
        self.assertIsNone(letter["Bcc"])
        self.assertEqual(0, self.bed.person("amina").mailbox.count())
        self.assertNotRegex(text_of(letter), "(?m)^Bcc:")
        for piece in letter.walk():
            if piece.get_content_type() == "text/html":
                self.assertNotIn("<script", piece.get_content())

    def test_name_of_an_applicant(self):
        """a booking for a name with a line break is refused, or its letter has no header of the name's"""
        amina = self.bed.person("amina")
        done = self.desk.attempt("book", "--office", "oslo", "--service", "card", "--at",
                                 at(working_day(), 10).isoformat(), "--name",
                                 "<script>alert(1)</script>\r\nBcc: bodil@example.org", "--email", amina.address)
        if done.returncode != 0:
            self.assertIn("name", done.stderr)
            return
        with self.desk.serve():
            letter = amina.wait_for_letter()
        self.assertIsNone(letter["Bcc"])
        self.assertIsInstance(letter, EmailMessage)
        self.assertNotRegex(text_of(letter), "(?m)^Bcc:")
