/*
 * The values of the configuration file: each type is read strictly, and a wrong value is answered with what would have
 * been right, never guessed at.
 */
#ifndef AGENT_CONFIGURATION_VALUE_H
#define AGENT_CONFIGURATION_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum value_type {
    VALUE_TEXT,        /* these are kept as text */
    VALUE_ADDRESS,     /* one mail address */
    VALUE_ZONE,        /* IANA name */
    VALUE_LANGUAGE,    /* BCP 47 */
    VALUE_PREFIX,      /* of booking numbers */
    VALUE_PATTERN,     /* PCRE2 with a group called number */
    VALUE_PATH,        /* absolute */
    VALUE_SECRET,      /* absolute path, or the name of a systemd credential */
    VALUE_SERVER_NAME, /* a token */
    VALUE_HOST,
    VALUE_URL,      /* https, or http to this machine itself */
    VALUE_FOLDER,   /* of mail */
    VALUE_TLS,      /* enum tls_mode */
    VALUE_AUTH,     /* enum auth_mode */
    VALUE_YES_NO,   /* bool */
    VALUE_PORT,     /* int */
    VALUE_NUMBER,   /* int64_t */
    VALUE_DURATION, /* int64_t, seconds */
};

struct value_range {
    int64_t minimum; /* of numbers, ports and durations */
    int64_t maximum;
};

/* Puts `value` into `field`, a variable of the C type that belongs to `type`. Returns NULL, or what would have been
 * right (static, or of the arena); `field` is untouched then. */
const char *value_read(enum value_type type, const struct value_range *range, const char *value, void *field,
                       struct arena *arena);

/* Only ASCII letters, digits, and bytes of `extra`? */
bool value_consists_of(const char *text, const char *extra);

#endif
