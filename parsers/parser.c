#include "parsers/parser.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/embedded.h"
#include "parsers/authentication_results.h"
#include "parsers/booking_number.h"
#include "parsers/bounce.h"
#include "parsers/calendar_answer.h"
#include "parsers/envelope.h"
#include "parsers/explanation.h"
#include "parsers/forward.h"
#include "parsers/intent.h"
#include "parsers/new_text.h"
#include "parsers/parser_private.h"

enum { PLAUSIBLE_AGE = 14 * DAY, PLAUSIBLE_LEAD = HOUR };

struct parser {
    struct lexicon_set *set;
    struct zone *zone;
    struct booking_number_form *form;
    struct when_grammar *grammar;
    char *desk_address; /* NULL where not configured */
    char *authserv_id;
};

/* What the parts of one reading share. */
struct job {
    struct parser *parser;
    struct arena *arena;
    struct parser_time time;
    struct reading *reading;
    struct explanation *explanation; /* NULL: nobody wants one */
};

enum status parser_new(const struct parser_options *options, struct parser **ret_parser, struct error *error)
{
    struct parser *parser = memory_allocate(sizeof *parser);
    memset(parser, 0, sizeof *parser);
    enum status status = zone_open(options->zone != NULL ? options->zone : "Europe/Oslo", &parser->zone, error);
    if (status == STATUS_OK)
        status = lexicon_load(embedded_lexicons, "parsers/lexicon", &parser->set, error);
    if (status == STATUS_OK)
        status = booking_number_form_new(options->booking_prefix != NULL ? options->booking_prefix : "TP",
                                         options->number_pattern, &parser->form, error);
    if (status == STATUS_OK)
        status = when_grammar_new(&parser->grammar, error);
    if (status != STATUS_OK) {
        parser_free(&parser);
        return status;
    }
    parser->desk_address = options->desk_address != NULL ? memory_strdup(options->desk_address) : NULL;
    parser->authserv_id = options->authserv_id != NULL ? memory_strdup(options->authserv_id) : NULL;
    *ret_parser = parser;
    return STATUS_OK;
}

void parser_free(struct parser **parser)
{
    if (*parser == NULL)
        return;
    booking_number_form_free(&(*parser)->form);
    when_grammar_free(&(*parser)->grammar);
    lexicon_free(&(*parser)->set);
    zone_close(&(*parser)->zone);
    free((*parser)->desk_address);
    free((*parser)->authserv_id);
    free(*parser);
    *parser = NULL;
}

struct zone *parser_zone(const struct parser *parser)
{
    return parser->zone;
}

/* When a text was written: by the caller's word, else by its date, else now. */
static int64_t written_at(const struct parser_time *time, bool has_date, int64_t date)
{
    if (time->now != 0)
        return time->now;
    bool plausible = has_date && date <= time->clock_now + PLAUSIBLE_LEAD && date >= time->clock_now - PLAUSIBLE_AGE;
    return plausible ? date : time->clock_now;
}

static void add_requests(struct reading *reading, const struct intent_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        if (reading->request_count == READING_REQUESTS_MAX) {
            reading->overflow = true;
            return;
        }
        reading->requests[reading->request_count++] = result->requests[i];
    }
    reading->overflow = reading->overflow || result->overflow;
}

/*
 * What a calendar program answers. The words beside it count where they ask for something: a decline with "can I come
 * on Friday instead?" is no cancellation. One without words leaves open whether another time is wished.
 */
static void calendar_request(const struct calendar_answer *calendar, struct intent_result *own)
{
    static const struct {
        const char *partstat;
        enum intent intent;
        bool certain;
    } answers[] = {{"ACCEPTED", INTENT_CONFIRM, true}, {"DECLINED", INTENT_CANCEL, false}};
    struct request *request = &own->requests[0];
    bool counter = strcmp(calendar->method, "COUNTER") == 0;
    bool said = own->asks && (request->intent == INTENT_RESCHEDULE || request->intent == INTENT_CANCEL);
    own->asks = true;
    if (said && !counter) {
        bool declined = calendar->partstat != NULL && strcmp(calendar->partstat, "DECLINED") == 0;
        request->certain = request->certain && declined && request->intent == INTENT_CANCEL;
        return;
    }
    own->count = 1;
    request->time_count = 0;
    request->intent = counter ? INTENT_RESCHEDULE : INTENT_UNCLEAR;
    request->certain = counter && calendar->has_time;
    if (counter && calendar->has_time)
        request->times[request->time_count++] =
            (struct time_span){calendar->start, calendar->start + MINUTE, GRAIN_MINUTE, STANCE_WANT};
    for (size_t i = 0; !counter && calendar->partstat != NULL && i < sizeof answers / sizeof answers[0]; i++)
        if (strcmp(calendar->partstat, answers[i].partstat) == 0) {
            request->intent = answers[i].intent;
            request->certain = answers[i].certain;
        }
}

static struct intent_result *read_own_words(struct job *job, const struct new_text *text,
                                            const struct forwards *forwards)
{
    const struct reading *reading = job->reading;
    struct content_reader reader = {job->parser->set, job->parser->zone, job->parser->form, job->parser->grammar};
    struct buffer passed_on = BUFFER_INIT;
    for (size_t i = 0; i < forwards->count; i++)
        buffer_printf(&passed_on, "%s\n\n%s\n\n", forwards->items[i].subject != NULL ? forwards->items[i].subject : "",
                      forwards->items[i].text != NULL ? forwards->items[i].text : "");
    struct intent_input input = {.text = reading->text,
                                 .subject = reading->subject,
                                 .quoted = text->quoted,
                                 .passed_on = passed_on.data,
                                 .now = written_at(&job->time, reading->has_date, reading->date)};
    input.steps = job->explanation != NULL ? &job->explanation->own : NULL;
    const struct calendar_answer *calendar = reading->calendar;
    if (calendar != NULL) {
        struct time_span *current = arena_alloc(job->arena, sizeof *current);
        *current = (struct time_span){calendar->start, calendar->end, GRAIN_MINUTE, STANCE_CURRENT};
        input.current = calendar->has_time && strcmp(calendar->method, "REPLY") == 0 ? current : NULL;
        input.quoted =
            arena_printf(job->arena, "%s\n\n%s\n\n%s", text->quoted, calendar->uid != NULL ? calendar->uid : "",
                         reading->subject != NULL ? reading->subject : "");
        input.subject = NULL; /* the calendar program's */
        if (calendar->comment != NULL)
            input.text = arena_printf(job->arena, "%s\n\n%s", reading->text, calendar->comment);
    }
    struct intent_result *result = arena_alloc(job->arena, sizeof *result);
    intent_read(&reader, &input, job->arena, result);
    buffer_release(&passed_on);
    return result;
}

/* What the one whose mail was passed on asks for. The mail around it tells the number where theirs does not. */
static struct intent_result *read_forwarded(struct job *job, const struct forwards *forwards, size_t index)
{
    const struct forwarded *forwarded = &forwards->items[index];
    struct content_reader reader = {job->parser->set, job->parser->zone, job->parser->form, job->parser->grammar};
    int64_t outer = written_at(&job->time, job->reading->has_date, job->reading->date);
    struct parser_time time = {.clock_now = outer};
    const char *subject = forwards->count == 1 && job->reading->subject != NULL ? job->reading->subject : "";
    const char *around = arena_printf(job->arena, "%s\n\n%s", forwards->quoted[index], subject);
    struct intent_input input = {.text = forwarded->text != NULL ? forwarded->text : "",
                                 .subject = forwarded->subject,
                                 .quoted = around,
                                 .now = written_at(&time, forwarded->has_date, forwarded->date)};
    input.steps = job->explanation != NULL ? &job->explanation->forwarded[index] : NULL;
    struct intent_result *result = arena_alloc(job->arena, sizeof *result);
    intent_read(&reader, &input, job->arena, result);
    return result;
}

/* "She would like another time, see below": the times are those of the mail below. */
static void complete_times(struct intent_result *own, const struct intent_result *passed_on)
{
    for (size_t i = 0; i < own->count; i++) {
        struct request *request = &own->requests[i];
        for (size_t t = 0; t < request->time_count; t++)
            if (request->times[t].stance == STANCE_WANT)
                return;
        for (size_t p = 0; p < passed_on->count; p++) {
            const struct request *other = &passed_on->requests[p];
            if (other->intent != request->intent || strcmp(other->booking_number, request->booking_number) != 0)
                continue;
            memcpy(request->times, other->times, sizeof request->times);
            request->time_count = other->time_count;
            request->certain = request->certain && other->certain;
        }
    }
}

static void read_requests(struct job *job, const struct new_text *text, const struct forwards *forwards)
{
    struct reading *reading = job->reading;
    struct intent_result *own = read_own_words(job, text, forwards);
    memcpy(reading->language, own->language, LANGUAGE_SIZE);
    if (reading->kind == KIND_CALENDAR)
        calendar_request(reading->calendar, own);
    else if (reading->kind != KIND_REQUEST)
        return;
    size_t asking = 0; /* mails passed on that are not the desk's own letters */
    for (size_t i = 0; i < forwards->count; i++)
        asking += !forwards->from_desk[i];
    if (job->explanation != NULL)
        job->explanation->own_counts = own->asks || asking == 0;
    if (own->asks || asking == 0) {
        if (forwards->count == 1 && asking == 1)
            complete_times(own, read_forwarded(job, forwards, 0));
        add_requests(reading, own);
        return;
    }
    for (size_t i = 0; i < forwards->count; i++)
        if (!forwards->from_desk[i])
            add_requests(reading, read_forwarded(job, forwards, i));
}

static enum message_kind kind_of(const struct job *job, const struct message *message)
{
    struct envelope_hints hints = {
        .desk_address = job->parser->desk_address,
        .calendar = job->reading->calendar,
        .auto_reply_subjects = lexicon_strings(job->parser->set, LEXICON_SUBJECT_AUTO_REPLY),
        .auto_reply_bodies = lexicon_strings(job->parser->set, LEXICON_AUTO_REPLY_BODY),
        .receipt_subjects = lexicon_strings(job->parser->set, LEXICON_SUBJECT_RECEIPT),
        .text = job->reading->text,
    };
    return envelope_kind(message, &hints);
}

static void read_headers(struct job *job, const struct message *message)
{
    struct reading *reading = job->reading;
    reading->message_id = message->message_id;
    reading->subject = message->subject;
    reading->has_date = message->has_date;
    reading->date = message->date;
    reading->from = message->from;
    reading->from_single = message->from_single;
    reading->reply_to = message->reply_to;
    reading->to = message->to;
    reading->references = message->references;
    reading->authentication = authentication_results_read(message, job->parser->authserv_id);
    reading->attachment_names_skipped = message_unreadable_names(message, job->arena);
    reading->overflow = message->overflow;
}

static const char *limited(struct arena *arena, const char *text, bool *overflow)
{
    size_t length = strlen(text);
    if (length <= READING_TEXT_MAX)
        return text;
    *overflow = true;
    length = READING_TEXT_MAX;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    return arena_strndup(arena, text, length);
}

static void begin_job(struct job *job)
{
    *job->reading = (struct reading){.kind = KIND_REQUEST, .language = "und", .text = ""};
    if (job->explanation != NULL)
        *job->explanation = (struct explanation){.set = job->parser->set, .zone = job->parser->zone};
}

static void read_message(struct job *job, const char *bytes, size_t length)
{
    struct parser *parser = job->parser;
    struct arena *arena = job->arena;
    struct reading *reading = job->reading;
    begin_job(job);
    const struct message *message = message_read(arena, bytes, length);
    read_headers(job, message);
    struct new_text text;
    new_text_read(parser->set, message, arena, &text);
    if (job->explanation != NULL)
        job->explanation->text = text;
    reading->overflow = reading->overflow || text.overflow || length > PARSER_MESSAGE_MAX;
    reading->text = limited(arena, text.text, &reading->overflow);
    reading->calendar = calendar_answer_read(arena, message);
    reading->kind = kind_of(job, message);
    if (reading->kind != KIND_CALENDAR)
        reading->calendar = NULL;
    if (reading->kind == KIND_BOUNCE)
        reading->bounce = bounce_read(arena, message);
    struct forwards forwards;
    struct forward_context context = {parser->set, parser->zone, parser->desk_address};
    forwards_read(&context, message, &text, arena, &forwards);
    reading->forwarded = forwards.count > 0 ? &forwards.items[0] : NULL;
    reading->overflow = reading->overflow || forwards.overflow;
    read_requests(job, &text, &forwards);
}

static void read_text(struct job *job, const char *text, size_t length)
{
    struct parser *parser = job->parser;
    struct arena *arena = job->arena;
    struct reading *reading = job->reading;
    begin_job(job);
    struct new_text found;
    new_text_read_plain(parser->set, text, length, NULL, arena, &found);
    reading->overflow = found.overflow;
    reading->text = limited(arena, found.text, &reading->overflow);
    if (job->explanation != NULL)
        job->explanation->text = found;
    struct forwards forwards;
    struct forward_context context = {parser->set, parser->zone, parser->desk_address};
    forwards_read(&context, NULL, &found, arena, &forwards);
    reading->forwarded = forwards.count > 0 ? &forwards.items[0] : NULL;
    reading->overflow = reading->overflow || forwards.overflow;
    read_requests(job, &found, &forwards);
}

void parser_read(struct parser *parser, const char *bytes, size_t length, struct parser_time time, struct arena *arena,
                 struct reading *reading)
{
    parser_explain(parser, bytes, length, time, arena, reading, NULL);
}

void parser_read_text(struct parser *parser, const char *text, size_t length, struct parser_time time,
                      struct arena *arena, struct reading *reading)
{
    parser_explain_text(parser, text, length, time, arena, reading, NULL);
}

void parser_explain(struct parser *parser, const char *bytes, size_t length, struct parser_time time,
                    struct arena *arena, struct reading *reading, struct explanation *ret_explanation)
{
    struct job job = {parser, arena, time, reading, ret_explanation};
    read_message(&job, bytes, length);
}

void parser_explain_text(struct parser *parser, const char *text, size_t length, struct parser_time time,
                         struct arena *arena, struct reading *reading, struct explanation *ret_explanation)
{
    struct job job = {parser, arena, time, reading, ret_explanation};
    read_text(&job, text, length);
}
