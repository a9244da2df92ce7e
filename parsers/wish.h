/*
 * What the times of a text are to its writer: when they want to come, when they
 * cannot, and which one they have.
 *
 * What the mail that is answered tells helps: the appointment's present time,
 * and the times that were offered.
 */
#ifndef PARSERS_WISH_H
#define PARSERS_WISH_H

#include <stdbool.h>
#include <stddef.h>

#include "parsers/content.h"

enum { OFFERS_MAX = 64 };

/* What the subject and the quoted mail tell. */
struct background {
    bool has_current;
    struct time_span current; /* the appointment's time, to the minute or the day */
    struct time_span offers[OFFERS_MAX];
    size_t offer_count; /* of a list of times to choose from, in its order */
};

void background_read(const struct when_context *context, const struct content *subject, const struct content *quoted,
                     struct background *ret_background);

enum wish_role {
    WISH_ROLE_NONE, /* a date of life: of no use for the appointment */
    WISH_ROLE_WANT,
    WISH_ROLE_AVOID,
    WISH_ROLE_CURRENT,
    WISH_ROLE_COMING, /* when the writer says that they come */
};

struct wish {
    struct time_span span;
    enum wish_role role;
    bool certain;
    size_t clause;
};

enum { WISHES_MAX = WHEN_MAX + 8 };

/* Fills `wishes` (room for WISHES_MAX); returns how many. Times of day in `content` go to their days. */
size_t wishes_read(const struct when_context *context, struct content *content, const struct background *background,
                   struct wish *wishes);

#endif
