/*
 * The texts of the letters in every language: for each folder of templates/ the compiled template of each letter and
 * the file words.txt with the words that links, dates and reasons are made of.
 *
 * Everything is checked when it is compiled: a language without one of the letters, a name that no letter has, a name
 * that a letter must say and does not, a reason without words. The build runs the same check (tools/template_check.c).
 */
#ifndef AGENT_LETTER_TEXT_H
#define AGENT_LETTER_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/letter.h"
#include "agent/reason.h"
#include "agent/template.h"
#include "base/embedded.h"
#include "base/error.h"
#include "base/zone.h"

/* Phrases of words.txt that are sentences: with {{number}} and {{when}} where they may have them. */
enum link_phrase { PHRASE_CANCEL, PHRASE_CHANGE, PHRASE_KEEP, PHRASE_MOVE, PHRASE_COUNT };

/* Formats of words.txt: patterns of Unicode TR 35. */
enum moment_format { MOMENT_WHEN, MOMENT_DATE, MOMENT_TIME, MOMENT_COUNT };

struct letter_text {
    struct template *subject, *body;
};

struct language {
    char code[LANGUAGE_SIZE]; /* name of the folder */
    struct letter_text letters[LETTER_KIND_COUNT];
    struct template *phrases[PHRASE_COUNT];
    void *formats[MOMENT_COUNT]; /* UDateFormat, in UTC */
    char *reasons[REASON_COUNT]; /* NULL of those that no letter tells */
};

struct letters {
    struct language *languages;
    size_t count;
};

/* Compiles `files`, sorted by path as the build sorts them; letters_open() takes those built in.
 * STATUS_INVALID: "templates/nb/moved.txt:7: …". */
enum status letters_compile(const struct embedded_file *files, struct letters **ret_letters, struct error *error);

/* The language of that tag, of its first subtag ("nb-NO": nb), or of `otherwise`, or the first there is. */
const struct language *letters_language(const struct letters *letters, const char *language, const char *otherwise);

/* "tirsdag 11. juni 2024 kl. 10:30", as the clocks of the zone show it. Memory is of the arena. */
const char *language_moment(const struct language *language, enum moment_format format, struct zone *zone, int64_t time,
                            struct arena *arena);

/* "Flytt TP482173967 til tirsdag 11. juni 2024 kl. 10:30"; `when` may be NULL. */
const char *language_phrase(const struct language *language, enum link_phrase phrase, const char *number,
                            const char *when, struct arena *arena);

#endif
