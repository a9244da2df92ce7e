#include "parsers/content.h"

#include <string.h>

void content_read(const struct content_reader *reader, const char *text, const char *language, int64_t now,
                  struct arena *arena, struct content *ret_content)
{
    size_t length = text != NULL ? strlen(text) : 0;
    *ret_content = (struct content){0};
    words_read(reader->set, text != NULL ? text : "", length, language, arena, &ret_content->words);
    struct when_context context = {reader->zone, now, reader->set, reader->grammar};
    ret_content->whens = arena_array(arena, WHEN_MAX, sizeof *ret_content->whens);
    ret_content->when_count = when_find(&context, &ret_content->words, ret_content->whens);
    ret_content->numbers = arena_array(arena, BOOKING_NUMBERS_MAX, sizeof *ret_content->numbers);
    ret_content->number_count =
        booking_number_find(reader->form, text != NULL ? text : "", length, &ret_content->words, ret_content->numbers);
    struct clause_input input = {&ret_content->words, ret_content->whens, ret_content->when_count, ret_content->numbers,
                                 ret_content->number_count};
    ret_content->clause_count = clauses_read(&input, arena, &ret_content->clauses);
}

size_t content_clause_of(const struct content *content, size_t index)
{
    size_t low = 0, high = content->clause_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (content->clauses[middle].first <= index)
            low = middle;
        else
            high = middle;
    }
    return low;
}
