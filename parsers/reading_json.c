#include <jansson.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "parsers/parser_private.h"

static json_t *string_or_null(const char *text)
{
    json_t *value = text != NULL ? json_string(text) : NULL;
    return value != NULL ? value : json_null(); /* what is no UTF-8 is no text */
}

static json_t *time_or_null(struct zone *zone, bool has_time, int64_t time)
{
    char text[RFC3339_SIZE];
    if (!has_time)
        return json_null();
    rfc3339_format(zone, time, text);
    return json_string(text);
}

static json_t *address_or_null(const struct address *address)
{
    if (address->address == NULL)
        return json_null();
    return json_pack("{s:o, s:o}", "name", string_or_null(address->name), "address", string_or_null(address->address));
}

static json_t *forwarded_json(struct zone *zone, const struct forwarded *forwarded)
{
    if (forwarded == NULL)
        return json_null();
    json_t *to = json_array();
    for (size_t i = 0; i < forwarded->to.count; i++)
        json_array_append_new(to, address_or_null(&forwarded->to.items[i]));
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "from", address_or_null(&forwarded->from), "to", to, "date",
                     time_or_null(zone, forwarded->has_date, forwarded->date), "subject",
                     string_or_null(forwarded->subject), "text", string_or_null(forwarded->text));
}

static json_t *request_json(struct zone *zone, const struct request *request)
{
    json_t *times = json_array();
    for (size_t i = 0; i < request->time_count; i++) {
        const struct time_span *span = &request->times[i];
        json_array_append_new(times, json_pack("{s:o, s:o, s:s, s:s}", "start", time_or_null(zone, true, span->start),
                                               "end", time_or_null(zone, true, span->end), "grain",
                                               grain_name(span->grain), "stance", stance_name(span->stance)));
    }
    const char *number = request->booking_number[0] != '\0' ? request->booking_number : NULL;
    return json_pack("{s:s, s:o, s:o, s:o, s:b}", "intent", intent_name(request->intent), "booking_number",
                     string_or_null(number), "times", times, "place", string_or_null(request->place), "certain",
                     (int)request->certain);
}

static int append_bytes(const char *bytes, size_t length, void *data)
{
    buffer_append(data, bytes, length);
    return 0;
}

void reading_json(struct parser *parser, const struct reading *reading, bool pretty, struct buffer *out)
{
    struct zone *zone = parser_zone(parser);
    json_t *requests = json_array();
    for (size_t i = 0; i < reading->request_count; i++)
        json_array_append_new(requests, request_json(zone, &reading->requests[i]));
    json_t *object = json_object();
    json_object_set_new(object, "message_id", string_or_null(reading->message_id));
    json_object_set_new(object, "subject", string_or_null(reading->subject));
    json_object_set_new(object, "date", time_or_null(zone, reading->has_date, reading->date));
    json_object_set_new(object, "from", address_or_null(&reading->from));
    json_object_set_new(object, "reply_to", address_or_null(&reading->reply_to));
    json_object_set_new(object, "kind", json_string(message_kind_name(reading->kind)));
    json_object_set_new(object, "language", json_string(reading->language));
    json_object_set_new(object, "text", string_or_null(reading->text));
    json_object_set_new(object, "forwarded", forwarded_json(zone, reading->forwarded));
    json_object_set_new(object, "requests", requests);
    json_dump_callback(object, append_bytes, out, pretty ? JSON_INDENT(2) : JSON_COMPACT);
    json_decref(object);
}
