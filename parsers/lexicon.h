/*
 * Lexicons: every word of a human language that the parsers know, one data
 * file for each language in parsers/lexicon/, named by its BCP 47 tag. The form
 * of the files is described in docs/grammar.md; the keys are the table below.
 *
 * A set is made once from the embedded files and never changes after that, so
 * threads may share it. Everything it returns lives as long as the set.
 * A broken file is refused with "file:line: what is wrong and what would be
 * right"; tools/lexicon_check.c does so when the program is built.
 */
#ifndef PARSERS_LEXICON_H
#define PARSERS_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/embedded.h"
#include "base/error.h"
#include "parsers/fold.h"
#include "parsers/reading.h"

/* How a phrase is compared, and which languages must have the key. */
enum {
    LEXICON_TEXT = 1,      /* as a piece of folded text (lexicon_find_at()); else word by word (words.h) */
    LEXICON_STRUCTURE = 2, /* every language needs it */
    LEXICON_MEANING = 4,   /* a language of `coverage = full` needs it */
};

/*
 * X(NAME, section, key, low, high, flags): where key is "" the keys of the section are the numbers
 * low to high, and each phrase carries its number as value.
 */
#define LEXICON_KEYS(X)                                                                                                \
    /* The language itself. */                                                                                         \
    X(LANGUAGE_NAME, "language", "name", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                       \
    X(LANGUAGE_COVERAGE, "language", "coverage", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                               \
    X(LANGUAGE_FUNCTION, "language", "function", 0, 0, LEXICON_STRUCTURE)                                              \
    X(LANGUAGE_LETTERS, "language", "letters", 0, 0, LEXICON_TEXT)                                                     \
    X(LANGUAGE_PRIOR, "language", "prior", 0, 0, LEXICON_TEXT)                                                         \
    /* The form of mails. */                                                                                           \
    X(HEADER_FROM, "header", "from", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                           \
    X(HEADER_SENT, "header", "sent", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                           \
    X(HEADER_TO, "header", "to", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                               \
    X(HEADER_CC, "header", "cc", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                               \
    X(HEADER_SUBJECT, "header", "subject", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                     \
    X(HEADER_REPLY_TO, "header", "reply_to", 0, 0, LEXICON_TEXT)                                                       \
    X(SUBJECT_REPLY, "subject", "reply", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                       \
    X(SUBJECT_FORWARD, "subject", "forward", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                   \
    X(SUBJECT_AUTO_REPLY, "subject", "auto_reply", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                             \
    X(SUBJECT_RECEIPT, "subject", "receipt", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                   \
    X(QUOTE_WROTE, "quote", "wrote", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                           \
    X(QUOTE_BEGIN, "quote", "begin", 0, 0, LEXICON_TEXT)                                                               \
    X(QUOTE_ORIGINAL, "quote", "original", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                     \
    X(FORWARD_MARKER, "forward", "marker", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                     \
    X(SIGNATURE_CLOSING, "signature", "closing", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                               \
    X(SIGNATURE_POSTSCRIPT, "signature", "postscript", 0, 0, LEXICON_TEXT)                                             \
    X(SIGNATURE_DEVICE, "signature", "device", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                 \
    X(SIGNATURE_DISCLAIMER, "signature", "disclaimer", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                         \
    X(AUTO_REPLY_BODY, "auto_reply", "body", 0, 0, LEXICON_TEXT | LEXICON_STRUCTURE)                                   \
    X(NUMBER_WORD, "booking_number", "word", 0, 0, LEXICON_STRUCTURE)                                                  \
    X(NUMBER_OTHER, "booking_number", "other", 0, 0, 0)                                                                \
    /* Times. */                                                                                                       \
    X(MONTH, "months", "", 1, 12, LEXICON_MEANING)                                                                     \
    X(WEEKDAY, "weekdays", "", 1, 7, LEXICON_MEANING)                                                                  \
    X(WEEKDAY_EVERY, "weekdays_every", "", 1, 7, 0)                                                                    \
    X(NUMBER, "numbers", "", 0, 60, LEXICON_MEANING)                                                                   \
    X(HOUR, "hours", "", 0, 24, 0)                                                                                     \
    X(HALF_HOUR, "half_hours", "", 1, 12, 0)                                                                           \
    X(ORDINAL, "ordinals", "", 1, 31, LEXICON_MEANING)                                                                 \
    X(ORDINAL_SUFFIX, "dates", "ordinal_suffix", 0, 0, 0)                                                              \
    X(DAY_NUMBER, "dates", "day_number", 0, 0, 0)                                                                      \
    X(YESTERDAY, "dates", "yesterday", 0, 0, LEXICON_MEANING)                                                          \
    X(TODAY, "dates", "today", 0, 0, LEXICON_MEANING)                                                                  \
    X(TOMORROW, "dates", "tomorrow", 0, 0, LEXICON_MEANING)                                                            \
    X(DAY_AFTER_TOMORROW, "dates", "day_after_tomorrow", 0, 0, LEXICON_MEANING)                                        \
    X(AFTER_THAT, "dates", "after_that", 0, 0, 0)                                                                      \
    X(WEEK_LATER, "dates", "week_later", 0, 0, 0)                                                                      \
    X(SAME_DAY, "dates", "same_day", 0, 0, 0)                                                                          \
    X(SAME_WEEK, "dates", "same_week", 0, 0, 0)                                                                        \
    X(FOLLOWING, "dates", "following", 0, 0, 0)                                                                        \
    X(DAY_AFTER, "dates", "day_after", 0, 0, 0)                                                                        \
    X(WEEK_AFTER, "dates", "week_after", 0, 0, 0)                                                                      \
    X(THIS, "dates", "this", 0, 0, LEXICON_MEANING)                                                                    \
    X(NEXT, "dates", "next", 0, 0, LEXICON_MEANING)                                                                    \
    X(LAST, "dates", "last", 0, 0, LEXICON_MEANING)                                                                    \
    X(AFTER_NEXT, "dates", "after_next", 0, 0, 0)                                                                      \
    X(NEXT_BEHIND, "dates", "next_behind", 0, 0, 0)                                                                    \
    X(LAST_BEHIND, "dates", "last_behind", 0, 0, 0)                                                                    \
    X(IN_A_WEEK, "dates", "in_a_week", 0, 0, 0)                                                                        \
    X(IN_A_MONTH, "dates", "in_a_month", 0, 0, 0)                                                                      \
    X(IN_TIME, "dates", "in", 0, 0, LEXICON_MEANING)                                                                   \
    X(FROM_NOW, "dates", "from_now", 0, 0, 0)                                                                          \
    X(ARTICLE, "dates", "article", 0, 0, LEXICON_MEANING)                                                              \
    X(ON, "dates", "on", 0, 0, LEXICON_MEANING)                                                                        \
    X(OF, "dates", "of", 0, 0, 0)                                                                                      \
    X(EVERY, "dates", "every", 0, 0, LEXICON_MEANING)                                                                  \
    X(DAY, "dates", "day", 0, 0, LEXICON_MEANING)                                                                      \
    X(WEEK, "dates", "week", 0, 0, LEXICON_MEANING)                                                                    \
    X(THE_DAY, "dates", "the_day", 0, 0, 0)                                                                            \
    X(THE_WEEK, "dates", "the_week", 0, 0, 0)                                                                          \
    X(FORTNIGHT, "dates", "fortnight", 0, 0, 0)                                                                        \
    X(MONTH_UNIT, "dates", "month", 0, 0, LEXICON_MEANING)                                                             \
    X(BEGINNING, "dates", "beginning", 0, 0, LEXICON_MEANING)                                                          \
    X(MIDDLE, "dates", "middle", 0, 0, LEXICON_MEANING)                                                                \
    X(END, "dates", "end", 0, 0, LEXICON_MEANING)                                                                      \
    X(DATE_ORDER, "dates", "order", 0, 0, LEXICON_TEXT | LEXICON_MEANING)                                              \
    X(PART_MORNING, "parts", "morning", 0, 0, LEXICON_MEANING)                                                         \
    X(PART_FORENOON, "parts", "forenoon", 0, 0, 0)                                                                     \
    X(PART_BEFORE_LUNCH, "parts", "before_lunch", 0, 0, LEXICON_MEANING)                                               \
    X(PART_LUNCH, "parts", "lunch", 0, 0, 0)                                                                           \
    X(PART_AFTER_LUNCH, "parts", "after_lunch", 0, 0, LEXICON_MEANING)                                                 \
    X(PART_AFTERNOON, "parts", "afternoon", 0, 0, LEXICON_MEANING)                                                     \
    X(PART_EVENING, "parts", "evening", 0, 0, LEXICON_MEANING)                                                         \
    X(CLOCK_AT, "clock", "at", 0, 0, LEXICON_MEANING)                                                                  \
    X(CLOCK_HALF_TO, "clock", "half_to", 0, 0, 0)                                                                      \
    X(CLOCK_HALF_PAST, "clock", "half_past", 0, 0, 0)                                                                  \
    X(CLOCK_QUARTER_PAST, "clock", "quarter_past", 0, 0, LEXICON_MEANING)                                              \
    X(CLOCK_QUARTER_TO, "clock", "quarter_to", 0, 0, LEXICON_MEANING)                                                  \
    X(CLOCK_QUARTER_INTO, "clock", "quarter_into", 0, 0, 0)                                                            \
    X(CLOCK_PAST, "clock", "past", 0, 0, 0)                                                                            \
    X(CLOCK_TO, "clock", "to", 0, 0, 0)                                                                                \
    X(CLOCK_INTO, "clock", "into", 0, 0, 0)                                                                            \
    X(CLOCK_TO_BEFORE, "clock", "to_before", 0, 0, 0)                                                                  \
    X(CLOCK_THEN_HALF, "clock", "then_half", 0, 0, 0)                                                                  \
    X(CLOCK_THEN_QUARTER, "clock", "then_quarter", 0, 0, 0)                                                            \
    X(CLOCK_LESS_QUARTER, "clock", "less_quarter", 0, 0, 0)                                                            \
    X(CLOCK_THEN, "clock", "then", 0, 0, 0)                                                                            \
    X(CLOCK_LESS, "clock", "less", 0, 0, 0)                                                                            \
    X(CLOCK_SUFFIX, "clock", "suffix", 0, 0, 0)                                                                        \
    X(CLOCK_MINUTE, "clock", "minute", 0, 0, 0)                                                                        \
    X(CLOCK_NOT_HOUR, "clock", "not_hour", 0, 0, 0)                                                                    \
    X(CLOCK_WHOLE, "clock", "whole", 0, 0, 0)                                                                          \
    X(CLOCK_HOURS, "clock", "hours", 0, 0, 0)                                                                          \
    X(CLOCK_AM, "clock", "am", 0, 0, 0)                                                                                \
    X(CLOCK_PM, "clock", "pm", 0, 0, 0)                                                                                \
    X(CLOCK_NOON, "clock", "noon", 0, 0, LEXICON_MEANING)                                                              \
    X(HOLIDAY_NEW_YEAR, "holidays", "new_year", 0, 0, 0)                                                               \
    X(HOLIDAY_EPIPHANY, "holidays", "epiphany", 0, 0, 0)                                                               \
    X(HOLIDAY_PALM_SUNDAY, "holidays", "palm_sunday", 0, 0, 0)                                                         \
    X(HOLIDAY_HOLY_WEEK, "holidays", "holy_week", 0, 0, 0)                                                             \
    X(HOLIDAY_MAUNDY_THURSDAY, "holidays", "maundy_thursday", 0, 0, 0)                                                 \
    X(HOLIDAY_GOOD_FRIDAY, "holidays", "good_friday", 0, 0, 0)                                                         \
    X(HOLIDAY_EASTER_EVE, "holidays", "easter_eve", 0, 0, 0)                                                           \
    X(HOLIDAY_EASTER, "holidays", "easter", 0, 0, 0)                                                                   \
    X(HOLIDAY_EASTER_SUNDAY, "holidays", "easter_sunday", 0, 0, 0)                                                     \
    X(HOLIDAY_EASTER_MONDAY, "holidays", "easter_monday", 0, 0, 0)                                                     \
    X(HOLIDAY_ORTHODOX_EASTER, "holidays", "orthodox_easter", 0, 0, 0)                                                 \
    X(HOLIDAY_MAY_DAY, "holidays", "may_day", 0, 0, 0)                                                                 \
    X(HOLIDAY_CONSTITUTION_DAY, "holidays", "constitution_day", 0, 0, 0)                                               \
    X(HOLIDAY_ASCENSION, "holidays", "ascension", 0, 0, 0)                                                             \
    X(HOLIDAY_WHIT_EVE, "holidays", "whit_eve", 0, 0, 0)                                                               \
    X(HOLIDAY_WHITSUN, "holidays", "whitsun", 0, 0, 0)                                                                 \
    X(HOLIDAY_WHIT_SUNDAY, "holidays", "whit_sunday", 0, 0, 0)                                                         \
    X(HOLIDAY_WHIT_MONDAY, "holidays", "whit_monday", 0, 0, 0)                                                         \
    X(HOLIDAY_CORPUS_CHRISTI, "holidays", "corpus_christi", 0, 0, 0)                                                   \
    X(HOLIDAY_ST_HANS_EVE, "holidays", "st_hans_eve", 0, 0, 0)                                                         \
    X(HOLIDAY_ST_HANS, "holidays", "st_hans", 0, 0, 0)                                                                 \
    X(HOLIDAY_MIDSUMMER, "holidays", "midsummer", 0, 0, 0)                                                             \
    X(HOLIDAY_ASSUMPTION, "holidays", "assumption", 0, 0, 0)                                                           \
    X(HOLIDAY_ALL_SAINTS, "holidays", "all_saints", 0, 0, 0)                                                           \
    X(HOLIDAY_CHRISTMAS, "holidays", "christmas", 0, 0, 0)                                                             \
    X(HOLIDAY_CHRISTMAS_EVE, "holidays", "christmas_eve", 0, 0, 0)                                                     \
    X(HOLIDAY_CHRISTMAS_DAY, "holidays", "christmas_day", 0, 0, 0)                                                     \
    X(HOLIDAY_BOXING_DAY, "holidays", "boxing_day", 0, 0, 0)                                                           \
    X(HOLIDAY_NEW_YEARS_EVE, "holidays", "new_years_eve", 0, 0, 0)                                                     \
    X(AFTER, "limits", "after", 0, 0, LEXICON_MEANING)                                                                 \
    X(BEFORE, "limits", "before", 0, 0, LEXICON_MEANING)                                                               \
    X(FROM, "limits", "from", 0, 0, LEXICON_MEANING)                                                                   \
    X(UNTIL, "limits", "until", 0, 0, LEXICON_MEANING)                                                                 \
    X(UP_TO, "limits", "up_to", 0, 0, 0)                                                                               \
    X(ONTO, "limits", "onto", 0, 0, 0)                                                                                 \
    X(BETWEEN, "limits", "between", 0, 0, LEXICON_MEANING)                                                             \
    X(AND, "limits", "and", 0, 0, LEXICON_MEANING)                                                                     \
    X(OR, "limits", "or", 0, 0, LEXICON_MEANING)                                                                       \
    X(ABOUT, "limits", "about", 0, 0, 0)                                                                               \
    /* What is asked for. */                                                                                           \
    X(CANCEL_VERB, "cancel", "verb", 0, 0, LEXICON_STRUCTURE)                                                          \
    X(CANCEL_DONE, "cancel", "done", 0, 0, LEXICON_MEANING)                                                            \
    X(CANCEL_DID, "cancel", "did", 0, 0, 0)                                                                            \
    X(CANCEL_NOUN, "cancel", "noun", 0, 0, 0)                                                                          \
    X(CANCEL_PLAIN, "cancel", "plain", 0, 0, 0)                                                                        \
    X(NEED, "cancel", "need", 0, 0, 0)                                                                                 \
    X(CANNOT_COME, "cancel", "cannot_come", 0, 0, LEXICON_MEANING)                                                     \
    X(NOT_COMING, "cancel", "not_coming", 0, 0, 0)                                                                     \
    X(MOVE_VERB, "move", "verb", 0, 0, LEXICON_MEANING)                                                                \
    X(MOVE_DONE, "move", "done", 0, 0, LEXICON_MEANING)                                                                \
    X(MOVE_DID, "move", "did", 0, 0, 0)                                                                                \
    X(MOVE_NOUN, "move", "noun", 0, 0, 0)                                                                              \
    X(ANOTHER_TIME, "move", "another_time", 0, 0, LEXICON_STRUCTURE)                                                   \
    X(INSTEAD, "move", "instead", 0, 0, LEXICON_MEANING)                                                               \
    X(INSTEAD_OF, "move", "instead_of", 0, 0, 0)                                                                       \
    X(COME, "come", "verb", 0, 0, LEXICON_MEANING)                                                                     \
    X(ABLE, "come", "able", 0, 0, 0)                                                                                   \
    X(COME_ASK, "come", "ask", 0, 0, LEXICON_MEANING)                                                                  \
    X(COME_CAN, "come", "can", 0, 0, 0)                                                                                \
    X(COME_BRIEF, "come", "brief", 0, 0, 0)                                                                            \
    X(COME_WILL, "come", "will", 0, 0, LEXICON_MEANING)                                                                \
    X(KEEP, "come", "keep", 0, 0, LEXICON_MEANING)                                                                     \
    X(SUITS, "come", "suits", 0, 0, LEXICON_MEANING)                                                                   \
    X(SUITS_NOT, "come", "suits_not", 0, 0, LEXICON_MEANING)                                                           \
    X(BUSY, "come", "busy", 0, 0, 0)                                                                                   \
    X(BOOK_VERB, "book", "verb", 0, 0, LEXICON_MEANING)                                                                \
    X(BOOK_WISH, "book", "wish", 0, 0, LEXICON_MEANING)                                                                \
    X(BOOK_NONE, "book", "none", 0, 0, LEXICON_MEANING)                                                                \
    X(TIMES_ASK, "times", "ask", 0, 0, LEXICON_MEANING)                                                                \
    X(EARLIER_PLAIN, "earlier", "plain", 0, 0, LEXICON_MEANING)                                                        \
    X(EARLIER_EVENT, "earlier", "event", 0, 0, 0)                                                                      \
    X(LATE_PLAIN, "late", "plain", 0, 0, LEXICON_MEANING)                                                              \
    X(ARRIVED_PLAIN, "arrived", "plain", 0, 0, LEXICON_MEANING)                                                        \
    X(STATUS_PLAIN, "status", "plain", 0, 0, LEXICON_MEANING)                                                          \
    X(STATUS_TELL, "status", "tell", 0, 0, 0)                                                                          \
    X(STATUS_WHAT, "status", "what", 0, 0, 0)                                                                          \
    X(UNDO_PLAIN, "undo", "plain", 0, 0, LEXICON_MEANING)                                                              \
    X(UNDO_VERB, "undo", "verb", 0, 0, 0)                                                                              \
    X(UNDO_MIND, "undo", "mind", 0, 0, 0)                                                                              \
    X(THANKS_PLAIN, "thanks", "plain", 0, 0, LEXICON_MEANING)                                                          \
    X(GREETING, "thanks", "greeting", 0, 0, LEXICON_MEANING)                                                           \
    X(OFFER_CHOICE, "come", "choice", 0, 0, 0)                                                                         \
    X(APPOINTMENT, "things", "appointment", 0, 0, LEXICON_MEANING)                                                     \
    X(IT, "things", "it", 0, 0, LEXICON_MEANING)                                                                       \
    X(HAS, "things", "has", 0, 0, 0)                                                                                   \
    X(THING_OTHER, "things", "other", 0, 0, 0)                                                                         \
    X(BOTH, "things", "both", 0, 0, 0)                                                                                 \
    X(FORMER, "things", "former", 0, 0, 0)                                                                             \
    X(LATTER, "things", "latter", 0, 0, 0)                                                                             \
    X(FILLER, "things", "filler", 0, 0, LEXICON_MEANING)                                                               \
    /* How it is said. */                                                                                              \
    X(REQUEST, "speech", "request", 0, 0, LEXICON_MEANING)                                                             \
    X(PASSIVE_REQUEST, "speech", "passive_request", 0, 0, 0)                                                           \
    X(NEGATION, "speech", "negation", 0, 0, LEXICON_STRUCTURE)                                                         \
    X(NOT_NEGATION, "speech", "not_negation", 0, 0, 0)                                                                 \
    X(CONDITION, "speech", "condition", 0, 0, LEXICON_MEANING)                                                         \
    X(POLITE, "speech", "polite", 0, 0, LEXICON_MEANING)                                                               \
    X(QUESTION_WORD, "speech", "question", 0, 0, LEXICON_MEANING)                                                      \
    X(INVERTED, "speech", "inverted", 0, 0, 0)                                                                         \
    X(PAST, "speech", "past", 0, 0, LEXICON_MEANING)                                                                   \
    X(REPORTED, "speech", "reported", 0, 0, LEXICON_MEANING)                                                           \
    X(DOUBT, "speech", "doubt", 0, 0, LEXICON_MEANING)                                                                 \
    X(HOLD, "speech", "hold", 0, 0, LEXICON_MEANING)                                                                   \
    X(POINTER, "speech", "pointer", 0, 0, 0)                                                                           \
    X(THAT, "speech", "that", 0, 0, 0)                                                                                 \
    X(PREPOSITION, "speech", "preposition", 0, 0, 0)                                                                   \
    X(CONJUNCTION, "speech", "conjunction", 0, 0, LEXICON_MEANING)                                                     \
    X(CONTRAST, "speech", "contrast", 0, 0, 0)                                                                         \
    X(CORRECTION, "speech", "correction", 0, 0, 0)                                                                     \
    X(RETRACTION, "speech", "retraction", 0, 0, 0)                                                                     \
    X(REASON, "speech", "reason", 0, 0, 0)                                                                             \
    X(PERSON_FIRST, "people", "first", 0, 0, LEXICON_MEANING)                                                          \
    X(PERSON_SUBJECT, "people", "subject", 0, 0, 0)                                                                    \
    X(PERSON_HE, "people", "he", 0, 0, LEXICON_MEANING)                                                                \
    X(PERSON_SHE, "people", "she", 0, 0, LEXICON_MEANING)                                                              \
    X(ABBREVIATION, "writing", "abbreviation", 0, 0, 0)

enum lexicon_key {
#define X(NAME, section, key, low, high, flags) LEXICON_##NAME,
    LEXICON_KEYS(X)
#undef X
        LEXICON_KEY_COUNT
};

enum {
    LEXICON_PHRASE_WORDS_MAX = 12,
    LEXICON_GAP_WORDS_MAX = 3, /* words that "..." in a phrase stands for, at most */
    LEXICON_LANGUAGES_MAX = 32,
    LEXICON_SLIP_LETTERS = 7,
};

enum lexicon_word_kind { LEXICON_WORD_PLAIN, LEXICON_WORD_PREFIX /* "avbestill*" */, LEXICON_WORD_GAP /* "..." */ };

/* One word of a phrase that is compared word by word. */
struct lexicon_word {
    enum lexicon_word_kind kind;
    const char *loose; /* FOLD_LOOSE */
    const char *strict;
    size_t length; /* of `loose` */
};

struct lexicon_phrase {
    enum lexicon_key key;
    int value;         /* the number of a numbered key, else 0 */
    unsigned language; /* index for lexicon_code() */
    const char *text;  /* as the file writes it */
    const char *folded;
    size_t folded_length;
    const struct lexicon_word *words; /* NULL for keys of LEXICON_TEXT */
    size_t word_count;
};

struct lexicon_phrases {
    const struct lexicon_phrase *const *items;
    size_t count;
};

struct lexicon_set;

/* STATUS_INVALID, with file and line in the text, for a broken file; `folder` is put before the file's path there. */
enum status lexicon_load(const struct embedded_file *files, const char *folder, struct lexicon_set **ret_set,
                         struct error *error);
void lexicon_free(struct lexicon_set **set); /* accepts NULL inside; nulls it */

/* The section and the key as the files write them: "cancel", "verb"; the key of months and the like is "". */
const char *lexicon_key_section(enum lexicon_key key);
const char *lexicon_key_name(enum lexicon_key key);

size_t lexicon_language_count(const struct lexicon_set *set);
const char *lexicon_code(const struct lexicon_set *set, unsigned language);            /* "nb" */
bool lexicon_language(const struct lexicon_set *set, const char *code, unsigned *ret); /* false: unknown */
bool lexicon_is_full(const struct lexicon_set *set, unsigned language);                /* coverage = full */

/* All phrases of a key in all languages, longer ones first; or of one language. */
struct lexicon_phrases lexicon_phrases(const struct lexicon_set *set, enum lexicon_key key);
struct lexicon_phrases lexicon_phrases_of(const struct lexicon_set *set, unsigned language, enum lexicon_key key);

/* The same as plain strings, as the file writes them, for struct envelope_hints. */
struct string_list lexicon_strings(const struct lexicon_set *set, enum lexicon_key key);

/*
 * The longest phrase of `key` (any language) that stands at `offset` of folded text, or NULL. A phrase that begins
 * or ends in a letter or digit must not be followed or preceded by another one.
 */
const struct lexicon_phrase *lexicon_find_at(const struct lexicon_set *set, enum lexicon_key key,
                                             const struct folded *text, size_t offset);

/* The first place at or after `offset` where a phrase of `key` stands; NULL where there is none. */
const struct lexicon_phrase *lexicon_find(const struct lexicon_set *set, enum lexicon_key key,
                                          const struct folded *text, size_t offset, size_t *ret_offset);

/* The phrases that are no more than this word, in its loose form. `iterator` starts at 0; NULL at the end. */
const struct lexicon_phrase *lexicon_of_word(const struct lexicon_set *set, const char *loose, size_t length,
                                             size_t *iterator);

/*
 * For words.c: the phrases whose first word may be this one, by its loose form. `iterator` starts at 0; NULL at the
 * end. Every phrase that fits is among them, and others may be: compare.
 */
const struct lexicon_phrase *lexicon_candidate(const struct lexicon_set *set, const char *loose, size_t length,
                                               size_t *iterator);

/*
 * The word of the lexicons that is meant by a long one (LEXICON_SLIP_LETTERS at least) with one slip in it: a letter
 * added, left out, replaced or swapped with its neighbour. NULL where the word is known, short, or as near to two
 * words of different keys. The first letter and the ending are taken as written, for endings tell apart what is asked
 * for and what has happened; and nothing is ever taken for a negation.
 */
const char *lexicon_meant(const struct lexicon_set *set, const char *loose, size_t length);

#endif
