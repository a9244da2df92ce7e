#include "intent_fixture.h"

#include <check.h>

enum { WRITTEN = 1717570800 };

static struct zone *zone;
static struct lexicon_set *set;
static struct booking_number_form *form;
static struct when_grammar *grammar;

void intent_fixture_open(void)
{
    struct error error;
    ck_assert_msg(zone_open("Europe/Oslo", &zone, &error) == STATUS_OK, "%s", error.text);
    ck_assert_msg(lexicon_load(embedded_lexicons, "parsers/lexicon", &set, &error) == STATUS_OK, "%s", error.text);
    ck_assert_msg(booking_number_form_new("TP", NULL, &form, &error) == STATUS_OK, "%s", error.text);
    ck_assert_msg(when_grammar_new(&grammar, &error) == STATUS_OK, "%s", error.text);
}

void intent_fixture_close(void)
{
    when_grammar_free(&grammar);
    booking_number_form_free(&form);
    lexicon_free(&set);
    zone_close(&zone);
}

static void read_text(const char *text, struct intent_result *result)
{
    struct content_reader reader = {set, zone, form, grammar};
    struct intent_input input = {.text = text, .quoted = "", .passed_on = "", .now = WRITTEN};
    struct arena arena = ARENA_INIT;
    intent_read(&reader, &input, &arena, result);
    arena_clear(&arena);
}

void intent_check(const struct intent_case *expected)
{
    struct intent_result result;
    read_text(expected->text, &result);
    const struct request *request = &result.requests[0];
    ck_assert_msg(request->intent == expected->intent && request->certain == expected->certain,
                  "'%s' is %d%s, not %d%s", expected->text, request->intent, request->certain ? "" : "?",
                  expected->intent, expected->certain ? "" : "?");
}

void intent_check_kept(const char *text)
{
    static const enum intent acts[] = {INTENT_CANCEL, INTENT_RESCHEDULE, INTENT_BOOK, INTENT_UNDO, INTENT_EARLIER};
    struct intent_result result;
    read_text(text, &result);
    for (size_t i = 0; i < result.count; i++)
        for (size_t a = 0; a < sizeof acts / sizeof acts[0]; a++)
            ck_assert_msg(result.requests[i].intent != acts[a] || !result.requests[i].certain, "'%s' acts", text);
}
