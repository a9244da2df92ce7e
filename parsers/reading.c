#include "parsers/reading.h"

#include <string.h>

static const char *const kind_names[] = {
    [KIND_REQUEST] = "request", [KIND_CALENDAR] = "calendar", [KIND_AUTO_REPLY] = "auto_reply",
    [KIND_BOUNCE] = "bounce",   [KIND_RECEIPT] = "receipt",   [KIND_LIST] = "list",
    [KIND_OWN] = "own",
};

static const char *const intent_names[INTENT_COUNT] = {
    [INTENT_UNCLEAR] = "unclear", [INTENT_CANCEL] = "cancel", [INTENT_RESCHEDULE] = "reschedule",
    [INTENT_BOOK] = "book",       [INTENT_TIMES] = "times",   [INTENT_EARLIER] = "earlier",
    [INTENT_CONFIRM] = "confirm", [INTENT_LATE] = "late",     [INTENT_ARRIVED] = "arrived",
    [INTENT_STATUS] = "status",   [INTENT_UNDO] = "undo",     [INTENT_QUESTION] = "question",
    [INTENT_THANKS] = "thanks",
};

static const char *const grain_names[] = {
    [GRAIN_MINUTE] = "minute", [GRAIN_HOUR] = "hour", [GRAIN_PART] = "part",
    [GRAIN_DAY] = "day",       [GRAIN_WEEK] = "week", [GRAIN_MONTH] = "month",
};

static const char *const stance_names[] = {
    [STANCE_WANT] = "want",
    [STANCE_AVOID] = "avoid",
    [STANCE_CURRENT] = "current",
};

#define NAME_OF(names, value) ((size_t)(value) < sizeof(names) / sizeof(names)[0] ? (names)[value] : (names)[0])

const char *message_kind_name(enum message_kind kind)
{
    return NAME_OF(kind_names, kind);
}

const char *intent_name(enum intent intent)
{
    return NAME_OF(intent_names, intent);
}

const char *grain_name(enum grain grain)
{
    return NAME_OF(grain_names, grain);
}

const char *stance_name(enum stance stance)
{
    return NAME_OF(stance_names, stance);
}

bool intent_from_name(const char *name, enum intent *ret_intent)
{
    for (size_t i = 0; i < INTENT_COUNT; i++)
        if (strcmp(intent_names[i], name) == 0) {
            *ret_intent = (enum intent)i;
            return true;
        }
    return false;
}
