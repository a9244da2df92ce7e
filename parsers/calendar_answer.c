#include "parsers/calendar_answer.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "base/zone.h"
#include "parsers/address.h"
#include "parsers/charset.h"

static const char *const calendar_types[] = {"text/calendar", "application/ics"};

static const struct {
    icalparameter_partstat value;
    const char *name;
} partstat_table[] = {
    {ICAL_PARTSTAT_ACCEPTED, "ACCEPTED"},
    {ICAL_PARTSTAT_DECLINED, "DECLINED"},
    {ICAL_PARTSTAT_TENTATIVE, "TENTATIVE"},
};

static bool line_is(const char *line, const char *keyword)
{
    line += strspn(line, " \t");
    return strncasecmp(line, keyword, strlen(keyword)) == 0;
}

/*
 * Bounds what libical sees: it takes memory for each line and frees components
 * recursively. An END without its BEGIN it would report on standard error.
 */
static bool is_within_limits(const char *text)
{
    size_t lines = 0, components = 0, open = 0;
    if (strlen(text) > CALENDAR_TEXT_MAX)
        return false;
    for (const char *at = text; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n') {
        bool begin = line_is(at, "BEGIN:"), end = line_is(at, "END:");
        if (end && open == 0)
            return false;
        open = open + begin - end;
        components += begin;
        lines++;
    }
    return lines <= CALENDAR_LINES_MAX && components <= CALENDAR_COMPONENTS_MAX;
}

static const char *clean_line(struct arena *arena, const char *text)
{
    if (text == NULL)
        return NULL;
    char *clean = text_clean_line(arena, text, strlen(text));
    return clean[0] == '\0' ? NULL : clean;
}

static const char *clean_text(struct arena *arena, const char *text)
{
    if (text == NULL)
        return NULL;
    char *clean = text_clean(arena, text, strlen(text));
    size_t length = strlen(clean);
    while (length > 0 && strchr(" \t\n", clean[length - 1]) != NULL)
        clean[--length] = '\0';
    return length == 0 ? NULL : clean;
}

/* "MAILTO:Amina@x.example" */
static const char *attendee_address(struct arena *arena, icalproperty *property)
{
    const char *value = icalproperty_get_attendee(property);
    if (value == NULL)
        return NULL;
    if (strncasecmp(value, "mailto:", 7) == 0)
        value += 7;
    struct address address;
    return address_list_read(arena, value, &address, 0, 1, NULL) == 1 ? address.address : NULL;
}

/* A REPLY has one attendee; a COUNTER may list all of them, and who writes is meant. */
static void read_attendee(struct arena *arena, icalcomponent *event, const struct message *message,
                          struct calendar_answer *answer)
{
    icalproperty *chosen = NULL;
    for (icalproperty *property = icalcomponent_get_first_property(event, ICAL_ATTENDEE_PROPERTY); property != NULL;
         property = icalcomponent_get_next_property(event, ICAL_ATTENDEE_PROPERTY)) {
        bool writer = address_equal(attendee_address(arena, property), message->from.address);
        if (chosen == NULL || writer)
            chosen = property;
        if (writer)
            break;
    }
    if (chosen == NULL)
        return;
    answer->attendee = attendee_address(arena, chosen);
    icalparameter *parameter = icalproperty_get_first_parameter(chosen, ICAL_PARTSTAT_PARAMETER);
    for (size_t i = 0; parameter != NULL && i < sizeof partstat_table / sizeof partstat_table[0]; i++)
        if (icalparameter_get_partstat(parameter) == partstat_table[i].value)
            answer->partstat = partstat_table[i].name;
}

/* Opens a zone by its IANA name or by that of Windows ("W. Europe Standard Time"); NULL where neither knows it. */
static struct zone *open_zone(const char *name)
{
    struct zone *zone = NULL;
    if (zone_open(name, &zone, NULL) == STATUS_OK)
        return zone;
    UChar windows[64], iana[64];
    char utf8[sizeof iana / sizeof iana[0]];
    UErrorCode code = U_ZERO_ERROR;
    u_strFromUTF8(windows, sizeof windows / sizeof windows[0], NULL, name, -1, &code);
    int32_t length = ucal_getTimeZoneIDForWindowsID(windows, -1, NULL, iana, sizeof iana / sizeof iana[0], &code);
    u_strToUTF8(utf8, sizeof utf8, NULL, iana, length, &code);
    if (code != U_ZERO_ERROR || length == 0 || zone_open(utf8, &zone, NULL) != STATUS_OK)
        return NULL;
    return zone;
}

/* False for a date without a time, and for a time whose zone nobody knows. */
static bool read_time(icalcomponent *event, icalproperty_kind kind, int64_t *ret_time)
{
    icalproperty *property = icalcomponent_get_first_property(event, kind);
    if (property == NULL)
        return false;
    struct icaltimetype time =
        kind == ICAL_DTSTART_PROPERTY ? icalproperty_get_dtstart(property) : icalproperty_get_dtend(property);
    if (icaltime_is_null_time(time) || icaltime_is_date(time) || !civil_date_valid(time.year, time.month, time.day))
        return false;
    struct civil civil = {time.year, time.month, time.day, time.hour, time.minute, time.second};
    if (icaltime_is_utc(time)) {
        *ret_time = civil_day_number(civil.year, civil.month, civil.day) * DAY + civil.hour * HOUR +
                    civil.minute * MINUTE + civil.second;
        return true;
    }
    icalparameter *tzid = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    struct zone *zone =
        tzid == NULL || icalparameter_get_tzid(tzid) == NULL ? NULL : open_zone(icalparameter_get_tzid(tzid));
    if (zone == NULL)
        return false;
    *ret_time = zone_time(zone, civil);
    zone_close(&zone);
    return true;
}

static void read_event(struct arena *arena, icalcomponent *event, const struct message *message,
                       struct calendar_answer *answer)
{
    read_attendee(arena, event, message, answer);
    answer->uid = clean_line(arena, icalcomponent_get_uid(event));
    answer->comment = clean_text(arena, icalcomponent_get_comment(event));
    answer->has_sequence = icalcomponent_get_first_property(event, ICAL_SEQUENCE_PROPERTY) != NULL;
    answer->sequence = answer->has_sequence ? icalcomponent_get_sequence(event) : 0;
    int64_t start, end;
    if (read_time(event, ICAL_DTSTART_PROPERTY, &start)) {
        answer->has_time = true;
        answer->start = start;
        answer->end = read_time(event, ICAL_DTEND_PROPERTY, &end) && end > start ? end : start;
    }
}

/* The method of the calendar, else of the part; a part that states neither is a REPLY where somebody has answered. */
static const char *method_name(icalcomponent *calendar, const struct message_part *part,
                               const struct calendar_answer *answer)
{
    static const char *const methods[] = {"REPLY", "COUNTER"};
    icalproperty *property = icalcomponent_get_first_property(calendar, ICAL_METHOD_PROPERTY);
    const char *name = property == NULL ? message_part_parameter(part, "method")
                                        : icalproperty_method_to_string(icalproperty_get_method(property));
    if (name == NULL)
        return answer->partstat == NULL ? NULL : methods[0];
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcasecmp(name, methods[i]) == 0)
            return methods[i];
    return NULL;
}

static const struct calendar_answer *read_calendar(struct arena *arena, const struct message *message,
                                                   const struct message_part *part)
{
    icalcomponent *calendar = is_within_limits(part->text) ? icalparser_parse_string(part->text) : NULL;
    if (calendar == NULL)
        return NULL;
    struct calendar_answer *answer = NULL;
    icalcomponent *event = icalcomponent_isa(calendar) == ICAL_VCALENDAR_COMPONENT
                               ? icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT)
                               : NULL;
    if (event != NULL) {
        answer = arena_alloc(arena, sizeof *answer);
        read_event(arena, event, message, answer);
        answer->method = method_name(calendar, part, answer);
    }
    icalcomponent_free(calendar);
    return answer != NULL && answer->method != NULL ? answer : NULL;
}

static bool is_calendar(const struct message_part *part)
{
    for (size_t i = 0; part->text != NULL && i < sizeof calendar_types / sizeof calendar_types[0]; i++)
        if (strcmp(part->type, calendar_types[i]) == 0)
            return true;
    return false;
}

const struct calendar_answer *calendar_answer_read(struct arena *arena, const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++) {
        const struct calendar_answer *answer =
            is_calendar(&message->parts[i]) ? read_calendar(arena, message, &message->parts[i]) : NULL;
        if (answer != NULL)
            return answer;
    }
    return NULL;
}
