/*
 * Reads texts as intent.h does, for tables of what people write. Each is written
 * on Wednesday 5 June 2024 at 09:00 in Oslo and answers no other mail.
 *
 * The fixture is opened once for a case of tests ("unchecked").
 */
#ifndef TESTS_UNIT_INTENT_FIXTURE_H
#define TESTS_UNIT_INTENT_FIXTURE_H

#include <stdbool.h>

#include "parsers/intent.h"

struct intent_case {
    const char *text;
    enum intent intent;
    bool certain;
};

void intent_fixture_open(void);
void intent_fixture_close(void);

/* The first request is this one. */
void intent_check(const struct intent_case *expected);

/* No request would change a booking without asking back. */
void intent_check_kept(const char *text);

#endif
