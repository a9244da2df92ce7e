#include "tests/unit/when_shown.h"

#include <check.h>
#include <string.h>

#include "parsers/when.h"

static void show_time(struct zone *zone, int64_t time, bool with_clock, struct buffer *out)
{
    struct civil civil = zone_civil(zone, time);
    if (civil.year == 2024 && civil.month == 6)
        buffer_printf(out, "%d", civil.day);
    else if (civil.year == 2024)
        buffer_printf(out, "%02d-%02d", civil.month, civil.day);
    else
        buffer_printf(out, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
    if (with_clock)
        buffer_printf(out, " %02d:%02d", civil.hour, civil.minute);
}

static void show_when(struct zone *zone, const struct when *when, struct buffer *out)
{
    if (out->length > 0)
        buffer_append_string(out, ", ");
    if (!when->possible) {
        ck_assert(!when->certain);
        buffer_append_string(out, "impossible");
        return;
    }
    if (!when->dated) {
        buffer_printf(out, "%02d:%02d", when->from_minute / 60, when->from_minute % 60);
        if (when->to_minute >= 0)
            buffer_printf(out, "-%02d:%02d", when->to_minute / 60, when->to_minute % 60);
    } else if (when->span.grain == GRAIN_MINUTE) {
        show_time(zone, when->span.start, true, out);
    } else if (when->span.grain == GRAIN_PART || when->span.grain == GRAIN_HOUR) {
        show_time(zone, when->span.start, true, out);
        struct civil end = zone_civil(zone, when->span.end);
        buffer_printf(out, "-%02d:%02d", end.hour, end.minute);
    } else {
        show_time(zone, when->span.start, false, out);
        if (when->span.end - when->span.start > DAY + HOUR) {
            buffer_append_char(out, '/');
            show_time(zone, when->span.end - HOUR, false, out);
        }
    }
    if (!when->certain)
        buffer_append_char(out, '?');
}

const char *when_shown(const struct lexicon_set *set, struct zone *zone, const char *text, const char *now,
                       struct buffer *out)
{
    struct arena arena = ARENA_INIT;
    struct error error;
    struct words words;
    struct when whens[WHEN_MAX];
    struct when_grammar *grammar = NULL;
    ck_assert(when_grammar_new(&grammar, &error) == STATUS_OK);
    struct when_context context = {zone, 0, set, grammar};
    ck_assert(rfc3339_parse(now, zone, &context.now, &error) == STATUS_OK);
    words_read(set, text, strlen(text), NULL, &arena, &words);
    size_t count = when_find(&context, &words, whens);
    buffer_clear(out);
    for (size_t i = 0; i < count; i++)
        show_when(zone, &whens[i], out);
    when_grammar_free(&grammar);
    arena_clear(&arena);
    return out->data;
}
