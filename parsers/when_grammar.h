/*
 * The patterns of time expressions: words in, atoms out. An atom is a day (or
 * days) or a time of day; when.c joins them and works out what they mean.
 */
#ifndef PARSERS_WHEN_GRAMMAR_H
#define PARSERS_WHEN_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

#include "parsers/words.h"

enum atom_kind {
    ATOM_NONE,
    ATOM_DATE,         /* day, month, perhaps year, perhaps weekday */
    ATOM_DATE_NUMERIC, /* the same in numbers, whose order may be open */
    ATOM_DATE_RANGE,   /* day to day2 of one month */
    ATOM_DATE_LIST,    /* day and day2 of one month */
    ATOM_DAY_OF_MONTH, /* "the 14th" */
    ATOM_WEEKDAY_DAY,  /* "Tuesday 11": a day of the month where it is such a weekday */
    ATOM_HOLIDAY,
    ATOM_RELATIVE_DAY, /* number: days from today */
    ATOM_WEEKDAY,      /* the next such day */
    ATOM_WEEKDAY_NEXT, /* "next Monday": perhaps not the next one */
    ATOM_WEEKDAY_LAST, /* the latest such day before today */
    ATOM_WEEKDAY_EVERY,
    ATOM_WEEKDAY_OF_WEEK, /* weekday, number: weeks from this one */
    ATOM_WEEKDAY_OF_ISO_WEEK,
    ATOM_WEEKDAY_OF_MONTH, /* "the first Monday in July": day: which, number -1: the last */
    ATOM_WEEK,             /* number: weeks from this one */
    ATOM_WEEK_END,         /* third: 1 beginning, 2 middle, 3 end of the week; week: of that one, not `number` */
    ATOM_WEEK_OF_MONTH,    /* "the first week of July": the same */
    ATOM_ISO_WEEK,
    ATOM_ISO_WEEK_LIST,  /* week and week2 */
    ATOM_ISO_WEEK_RANGE, /* week to week2 */
    ATOM_MONTH,          /* month, perhaps a third of it */
    ATOM_MONTH_RELATIVE, /* number: months from this one (0: next), perhaps a third; third + 10: this month */
    ATOM_CLOCK,          /* from */
    ATOM_CLOCK_RANGE,    /* from, to */
    ATOM_CLOCK_AFTER,
    ATOM_CLOCK_BEFORE,
    ATOM_PART,       /* part: the lexicon's key */
    ATOM_PART_TODAY, /* "this afternoon" */
};

/* What stood before a day and opens it to one side. */
enum atom_limit {
    LIMIT_NONE,
    LIMIT_AFTER,
    LIMIT_BEFORE,
    LIMIT_FROM,
    LIMIT_UNTIL,
    LIMIT_DAY_AFTER, /* "the day after Easter" */
    LIMIT_DAY_BEFORE,
    LIMIT_WEEK_AFTER, /* "the week after Easter" */
    LIMIT_WEEK_BEFORE,
    LIMIT_LEFT, /* "from", where what follows tells that it is a move */
};

struct atom {
    enum atom_kind kind;
    size_t first; /* word */
    size_t count;
    enum atom_limit limit;
    int day, day2, month, year, weekday, number, week, week2, third; /* 0 where not named */
    int from_minute, to_minute;                                      /* of the day */
    int hour, minutes;                                               /* of a clock time in words */
    int holiday;
    enum lexicon_key part;
    bool month_first; /* 06/12 may be the 12th of June in this text */
    bool doubtful;    /* a clock time that cannot be, or a date that may be a clock time */
    bool about;       /* "around 10" */
    bool bare;        /* a clock time that is only a number */
};

struct when_grammar;

/* Fills `atoms` (room for `max`), none overlapping, in order; returns their number. */
size_t when_atoms(const struct when_grammar *grammar, const struct lexicon_set *set, const struct words *words,
                  struct atom *atoms, size_t max);

#endif
