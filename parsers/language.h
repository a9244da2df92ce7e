/*
 * The language of a text, by the words and letters that the lexicons know. A
 * text of two languages is of the one with more weight; the other one's
 * phrases may still count (words.h).
 */
#ifndef PARSERS_LANGUAGE_H
#define PARSERS_LANGUAGE_H

#include "parsers/words.h"

/*
 * The language of `text`, whose words carry all their matches; LEXICON_LANGUAGES_MAX where it cannot be told.
 *
 * A word gives its weight to the languages that know it, in equal parts, so one of few languages tells more than one
 * of many; a function word gives more; a letter that only some languages have counts like a word. `[language] prior`
 * raises a language by some percent; of equals one of `coverage = full` is meant, and of those the first.
 */
unsigned language_main(const struct lexicon_set *set, const char *text, size_t length, const struct words *words);

#endif
