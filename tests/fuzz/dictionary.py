#!/usr/bin/env python3
"""dictionary LEXICON...: a dictionary for libFuzzer, made of the lexicons' phrases and of what mails are built with."""

import re
import sys

STRUCTURE = """
Subject: | From: | To: | Cc: | Date: | Sent: | Sender: | Reply-To: | Message-ID: | In-Reply-To: | References:
Auto-Submitted: | Precedence: | List-Id: | Return-Path: <> | X-Failed-Recipients: | Authentication-Results:
Content-Type: | Content-Transfer-Encoding: | Content-Disposition: attachment | MIME-Version: 1.0
text/plain | text/html | text/calendar | multipart/mixed | multipart/alternative | multipart/report | message/rfc822
message/delivery-status | message/disposition-notification | application/ms-tnef | boundary= | charset= | format=flowed
delsp=yes | filename= | name*0*= | utf-8'' | iso-8859-1 | windows-1252 | utf-7 | base64 | quoted-printable | =?utf-8?q?
=?utf-8?b? | ?= | =C3=A5 | -- \\n | \\n> | \\n\\n | \\r\\n | \\r\\n\\r\\n | \\n\\t | > > > | -----Original Message-----
________________________________ | <blockquote> | </blockquote> | <div class="gmail_quote"> | <style> | <!-- | --> | &nbsp;
&#x10FFFF; | <table><tr><td> | </table> | <br> | style="display:none" | <![CDATA[ | mx.example | dmarc=pass | dkim=pass
header.d= | header.from= | reason= | BEGIN:VCALENDAR | END:VCALENDAR | BEGIN:VEVENT | END:VEVENT | METHOD:REPLY
METHOD:COUNTER | PARTSTAT=DECLINED | ATTENDEE; | ORGANIZER: | MAILTO: | UID: | SEQUENCE: | DTSTART;TZID= | DTSTART: | DTEND:
DURATION:PT30M | RECURRENCE-ID: | BEGIN:VTIMEZONE | RRULE:FREQ=DAILY | COMMENT: | Final-Recipient: rfc822; | Action: failed
Status: 5.1.1 | {{ | }} | {{{ | }}} | {{# | {{/ | {{^ | {{! | [mailbox x] | [desk] | [smtp] | [language] | TP482173967
TP 482 173 967 | 482173967 | 12.6. | 12/6 | 2024-06-12 | 10:30 | kl. 10 | uke 24 | 25:00 | 31.6.2024 | 06/12/2024
"""


def entry(text):
    data = text.encode("utf-8")
    return "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else "\\x%02X" % b for b in data)


def phrases(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if "=" in line and not line.startswith("#"):
                yield from line.split("=", 1)[1].split("|")


def main():
    words = {word.encode().decode("unicode_escape") for line in STRUCTURE.splitlines() for word in line.split(" | ")}
    for path in sys.argv[1:]:
        words.update(re.sub(r"[*]|\.\.\.", "", phrase).strip() for phrase in phrases(path))
    # libFuzzer takes no words of more than 64 bytes.
    for word in sorted(words):
        if 1 < len(word.encode("utf-8")) <= 64:
            print('"%s"' % entry(word))


main()
