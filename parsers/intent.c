#include "parsers/intent.h"

#include <string.h>

#include "parsers/clause.h"
#include "parsers/when.h"

/* One text, read. */
struct content {
    const char *text;
    struct words words;
    struct when whens[WHEN_MAX];
    size_t when_count;
    struct booking_number numbers[BOOKING_NUMBERS_MAX];
    size_t number_count;
    const struct clause *clauses;
    size_t clause_count;
};

struct reading_state {
    const struct intent_reader *reader;
    const struct intent_input *input;
    struct arena *arena;
    struct content own;
    bool number_broken; /* one was meant, but its check digit is wrong */
};

/* The first row that fits tells the intent: some of `any`, all of `all`, none of `none`. */
static const struct rule {
    enum intent intent;
    bool certain;
    uint64_t all;
    uint64_t any;
    uint64_t none;
} rules[] = {
    {INTENT_QUESTION, false, FACT(HOLD),
     FACT(CANCEL) | FACT(MOVE) | FACT(CANCEL_MAYBE) | FACT(MOVE_MAYBE) | FACT(CANCEL_NOT), FACT(TIMES)},
    {INTENT_LATE, true, FACT(LATE), 0, FACT(CANCEL) | FACT(MOVE) | FACT(CANNOT)},
    {INTENT_ARRIVED, true, FACT(ARRIVED), 0, FACT(CANCEL) | FACT(MOVE) | FACT(CANNOT)},
    {INTENT_UNDO, true, FACT(UNDO), 0, FACT(CANCEL) | FACT(DOUBT)},
    {INTENT_EARLIER, true, FACT(EARLIER), 0, FACT(CANCEL) | FACT(MOVE) | FACT(CANNOT)},
    {INTENT_RESCHEDULE, false, FACT(CANCEL), FACT(MOVE) | FACT(ANOTHER) | FACT(INSTEAD), 0},
    {INTENT_CANCEL, true, FACT(CANCEL), 0,
     FACT(CANCEL_NOT) | FACT(CANCEL_MAYBE) | FACT(DOUBT) | FACT(CONDITION) | FACT(KEEP)},
    {INTENT_RESCHEDULE, true, FACT(MOVE), 0, FACT(MOVE_NOT) | FACT(MOVE_MAYBE) | FACT(DOUBT)},
    {INTENT_RESCHEDULE, true, 0, FACT(ANOTHER) | FACT(INSTEAD), FACT(NONE) | FACT(DOUBT) | FACT(QUESTION)},
    {INTENT_CANCEL, false, 0, FACT(CANCEL), 0},
    {INTENT_QUESTION, false, 0, FACT(CANCEL_MAYBE), 0},
    {INTENT_RESCHEDULE, false, 0, FACT(MOVE) | FACT(MOVE_MAYBE), 0},
    {INTENT_STATUS, true, FACT(STATUS), 0, FACT(CANNOT)},
    {INTENT_TIMES, true, FACT(TIMES), 0, FACT(CANNOT)},
    {INTENT_BOOK, true, 0, FACT(BOOK) | FACT(NONE), 0},
    {INTENT_RESCHEDULE, true, FACT(CANNOT) | FACT(TIME), FACT(ASK) | FACT(CAN) | FACT(SUITS), 0},
    {INTENT_RESCHEDULE, true, FACT(ASK) | FACT(TIME), 0, 0},
    {INTENT_CANCEL, false, 0, FACT(CANNOT) | FACT(NOT_COMING), 0},
    {INTENT_CONFIRM, true, 0, FACT(COMING) | FACT(KEEP) | FACT(CANCEL_NOT) | FACT(CHOICE) | FACT(SUITS),
     FACT(QUESTION)},
    {INTENT_CONFIRM, false, 0, FACT(COMING), 0},
    {INTENT_QUESTION, true, FACT(QUESTION), 0, 0},
    {INTENT_THANKS, true, FACT(THANKS), 0, FACT(UNKNOWN)},
    {INTENT_THANKS, false, FACT(THANKS), 0, 0},
};

static void read_content(const struct reading_state *state, const char *text, struct content *content)
{
    const struct intent_reader *reader = state->reader;
    size_t length = strlen(text);
    content->text = text;
    words_read(reader->set, text, length, NULL, state->arena, &content->words);
    struct when_context context = {reader->zone, state->input->now, reader->set};
    content->when_count = when_find(&context, &content->words, content->whens);
    content->number_count = booking_number_find(reader->form, text, length, &content->words, content->numbers);
    struct clause_input input = {&content->words, content->whens, content->when_count, content->numbers,
                                 content->number_count};
    content->clause_count = clauses_read(&input, state->arena, &content->clauses);
}

static void apply_rules(uint64_t facts, struct request *request)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct rule *rule = &rules[i];
        if ((facts & rule->all) == rule->all && (rule->any == 0 || (facts & rule->any) != 0) &&
            (facts & rule->none) == 0) {
            request->intent = rule->intent;
            request->certain = rule->certain;
            return;
        }
    }
}

static void take_times(const struct content *content, struct request *request)
{
    for (size_t i = 0; i < content->when_count && request->time_count < READING_TIMES_MAX; i++) {
        const struct when *when = &content->whens[i];
        if (!when->dated || !when->possible) {
            request->certain = request->certain && when->possible;
            continue;
        }
        if (request->intent == INTENT_RESCHEDULE && !when->certain)
            request->certain = false;
        request->times[request->time_count++] = when->span;
    }
}

static void take_number(const struct content *content, const struct reading_state *state, struct request *request)
{
    if (request->booking_number[0] != '\0' || state->number_broken)
        return;
    for (size_t i = 0; i < content->number_count; i++)
        if (content->numbers[i].number[0] != '\0') {
            memcpy(request->booking_number, content->numbers[i].number, BOOKING_NUMBER_SIZE);
            return;
        }
}

void intent_read(const struct intent_reader *reader, const struct intent_input *input, struct arena *arena,
                 struct intent_result *ret_result)
{
    *ret_result = (struct intent_result){.count = 1};
    struct reading_state state = {.reader = reader, .input = input, .arena = arena};
    struct request *request = &ret_result->requests[0];
    read_content(&state, input->text, &state.own);
    for (size_t i = 0; i < state.own.number_count; i++)
        state.number_broken = state.number_broken || state.own.numbers[i].number[0] == '\0';
    struct content *subject = arena_alloc(arena, sizeof *subject), *quoted = arena_alloc(arena, sizeof *quoted);
    read_content(&state, input->subject != NULL ? input->subject : "", subject);
    read_content(&state, input->quoted, quoted);
    uint64_t facts = 0;
    for (size_t i = 0; i < state.own.clause_count; i++)
        facts |= state.own.clauses[i].facts;
    apply_rules(facts, request);
    take_number(&state.own, &state, request);
    take_number(subject, &state, request);
    take_number(quoted, &state, request);
    take_times(&state.own, request);
    request->certain = request->certain && !state.number_broken;
    ret_result->asks = request->intent != INTENT_UNCLEAR && request->intent != INTENT_THANKS;
    strncpy(ret_result->language, lexicon_code(reader->set, state.own.words.main_language), LANGUAGE_SIZE - 1);
}
