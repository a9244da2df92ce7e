#include "parsers/parser.h"

#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "parsers/authentication_results.h"
#include "parsers/booking_number.h"
#include "parsers/bounce.h"
#include "parsers/calendar_answer.h"
#include "parsers/envelope.h"
#include "parsers/forward.h"
#include "parsers/intent.h"
#include "parsers/new_text.h"
#include "parsers/parser_private.h"

enum { PLAUSIBLE_AGE = 14 * DAY, PLAUSIBLE_LEAD = HOUR };

struct parser {
    struct lexicon_set *set;
    struct zone *zone;
    struct booking_number_form *form;
    char *desk_address; /* NULL where not configured */
    char *authserv_id;
};

/* What the parts of one reading share. */
struct job {
    struct parser *parser;
    struct arena *arena;
    struct parser_time time;
    struct reading *reading;
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

static void take_requests(struct reading *reading, const struct intent_result *result)
{
    memcpy(reading->requests, result->requests, sizeof reading->requests);
    reading->request_count = result->count;
    reading->overflow = reading->overflow || result->overflow;
}

static void read_intents(struct job *job, const struct new_text *text)
{
    struct reading *reading = job->reading;
    struct content_reader reader = {job->parser->set, job->parser->zone, job->parser->form};
    struct intent_input input = {reading->text, reading->subject, text->quoted, NULL,
                                 written_at(&job->time, reading->has_date, reading->date)};
    struct intent_result result;
    intent_read(&reader, &input, job->arena, &result);
    memcpy(reading->language, result.language, LANGUAGE_SIZE);
    if (reading->kind != KIND_REQUEST && reading->kind != KIND_CALENDAR)
        return;
    take_requests(reading, &result);
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

void parser_read(struct parser *parser, const char *bytes, size_t length, struct parser_time time, struct arena *arena,
                 struct reading *reading)
{
    *reading = (struct reading){.kind = KIND_REQUEST, .language = "und", .text = ""};
    struct job job = {parser, arena, time, reading};
    const struct message *message = message_read(arena, bytes, length);
    read_headers(&job, message);
    struct new_text text;
    new_text_read(parser->set, message, arena, &text);
    reading->overflow = reading->overflow || text.overflow || length > PARSER_MESSAGE_MAX;
    reading->text = limited(arena, text.text, &reading->overflow);
    reading->calendar = calendar_answer_read(arena, message);
    reading->kind = kind_of(&job, message);
    if (reading->kind != KIND_CALENDAR)
        reading->calendar = NULL;
    if (reading->kind == KIND_BOUNCE)
        reading->bounce = bounce_read(arena, message);
    struct forwards forwards;
    struct forward_context context = {parser->set, parser->zone, parser->desk_address};
    forwards_read(&context, message, &text, arena, &forwards);
    reading->forwarded = forwards.count > 0 ? &forwards.items[0] : NULL;
    reading->overflow = reading->overflow || forwards.overflow;
    read_intents(&job, &text);
}

void parser_read_text(struct parser *parser, const char *text, size_t length, struct parser_time time,
                      struct arena *arena, struct reading *reading)
{
    *reading = (struct reading){.kind = KIND_REQUEST, .language = "und", .text = ""};
    struct job job = {parser, arena, time, reading};
    struct new_text found;
    new_text_read_plain(parser->set, text, length, NULL, arena, &found);
    reading->overflow = found.overflow;
    reading->text = limited(arena, found.text, &reading->overflow);
    read_intents(&job, &found);
}
