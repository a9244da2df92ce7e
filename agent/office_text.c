/* The canonical form of the file of offices, and what differs between two. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/office_file.h"

/* The sections as they grow. */
struct writer {
    struct arena *arena;
    int64_t now;
    struct office_section *sections;
    size_t count;
};

static void begin_section(struct writer *writer, const char *key, const char *head)
{
    writer->sections = list_room(writer->arena, writer->sections, writer->count, sizeof *writer->sections);
    writer->sections[writer->count++] = (struct office_section){.key = key, .head = head};
}

static void add_line(struct writer *writer, const char *name, const char *value)
{
    struct office_section *section = &writer->sections[writer->count - 1];
    section->lines = list_room(writer->arena, section->lines, section->line_count, sizeof *section->lines);
    section->lines[section->line_count++] = arena_printf(writer->arena, "%s = %s", name, value);
}

static void add_number(struct writer *writer, const char *name, int64_t number)
{
    add_line(writer, name, arena_printf(writer->arena, "%" PRId64, number));
}

/* In the largest unit that leaves no rest. */
static void add_span(struct writer *writer, const char *name, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{DAY, "d"}, {HOUR, "h"}, {MINUTE, "min"}, {1, "s"}};
    size_t unit = 0;
    while (seconds % units[unit].seconds != 0)
        unit++;
    add_line(writer, name,
             arena_printf(writer->arena, "%" PRId64 "%s", seconds / units[unit].seconds, units[unit].name));
}

static void add_texts(struct writer *writer, const char *name, const struct service_name *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_line(writer, arena_printf(writer->arena, "%s.%s", name, texts[i].language), texts[i].name);
}

/* What is as it is where nothing is said is not written. */
static void write_service(struct writer *writer, const struct service *service)
{
    const char *head = arena_printf(writer->arena, "[service %s]", service->code);
    begin_section(writer, head, head);
    add_texts(writer, "name", service->names, service->name_count);
    add_span(writer, "duration", (int64_t)service->minutes * MINUTE);
    if (service->more_minutes != service->minutes)
        add_span(writer, "each_further_person", (int64_t)service->more_minutes * MINUTE);
    if (service->people_max != SERVICE_PEOPLE_USUAL)
        add_number(writer, "people", service->people_max);
    if (service->buffer_minutes != 0)
        add_span(writer, "buffer", (int64_t)service->buffer_minutes * MINUTE);
    if (service->lead != 0)
        add_span(writer, "lead", service->lead);
    if (service->change_limit != 0)
        add_span(writer, "change_until", service->change_limit);
    if (service->cancel_limit != 0)
        add_span(writer, "cancel_until", service->cancel_limit);
    if (service->horizon_days != 0)
        add_span(writer, "horizon", (int64_t)service->horizon_days * DAY);
    add_texts(writer, "bring", service->documents, service->document_count);
}

static const char *join(const char *const *words, size_t count, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = arena_printf(arena, "%s%s%s", text, i > 0 ? ", " : "", words[i]);
    return text;
}

static void add_closures(struct writer *writer, const struct office_entry *entry, int64_t counter, struct zone *zone)
{
    for (size_t i = 0; i < entry->closure_count; i++) {
        const struct closure *closure = &entry->closures[i];
        if (closure->counter != counter || closure->end <= writer->now)
            continue;
        const char *times = closure_format_times(closure, zone, writer->arena);
        add_line(writer, "closed",
                 closure->reason != NULL ? arena_printf(writer->arena, "%s: %s", times, closure->reason) : times);
    }
}

static const char *format_day(int64_t number, struct arena *arena)
{
    struct civil civil = civil_from_day_number(number);
    return arena_printf(arena, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

static void write_hours(struct writer *writer, const struct office *office, const struct timetable *timetable)
{
    struct arena *arena = writer->arena;
    const char *head = arena_printf(arena, "[hours %s]", office->code);
    const char *from = timetable->has_from ? format_day(timetable->from, arena) : "";
    const char *until = timetable->has_until ? format_day(timetable->until, arena) : "";
    const char *service = timetable->service != NULL ? timetable->service : "";
    begin_section(writer, arena_printf(arena, "%s %s %s %s", head, service, from, until), head);
    if (timetable->service != NULL)
        add_line(writer, "service", service);
    if (timetable->has_from)
        add_line(writer, "from", from);
    if (timetable->has_until)
        add_line(writer, "until", until);
    add_line(writer, "open", opening_hours_format(timetable->hours, timetable->hours_count, arena));
}

static void add_counter(struct writer *writer, const struct office_entry *entry, int counter, struct zone *zone)
{
    const struct office *office = &entry->office;
    for (size_t i = 0; i < office->limit_count; i++)
        if (office->limits[i].counter == counter)
            add_line(writer, "services",
                     join(office->limits[i].services, office->limits[i].service_count, writer->arena));
    add_closures(writer, entry, counter, zone);
}

/* A section for each counter of which there is something to say. */
static void write_counters(struct writer *writer, const struct office_entry *entry, struct zone *zone)
{
    for (int counter = 1; counter <= entry->office.counters; counter++) {
        const char *head = arena_printf(writer->arena, "[counter %s %d]", entry->office.code, counter);
        begin_section(writer, head, head);
        add_counter(writer, entry, counter, zone);
        if (writer->sections[writer->count - 1].line_count == 0)
            writer->count--;
    }
}

static enum status write_office(struct writer *writer, const struct office_entry *entry, struct error *error)
{
    const struct office *office = &entry->office;
    const char *head = arena_printf(writer->arena, "[office %s]", office->code);
    struct zone *zone = NULL;
    enum status status = zone_open(office->zone, &zone, error);
    if (status != STATUS_OK)
        return status;
    begin_section(writer, head, head);
    add_line(writer, "name", office->name);
    add_line(writer, "address", office->address);
    if (office->desk != NULL)
        add_line(writer, "desk", office->desk);
    add_line(writer, "timezone", office->zone);
    add_number(writer, "counters", office->counters);
    if (office->holidays != HOLIDAYS_NONE)
        add_line(writer, "holidays", holiday_country_name(office->holidays));
    if (office->neighbour_count > 0)
        add_line(writer, "neighbours", join(office->neighbours, office->neighbour_count, writer->arena));
    add_line(writer, "hours", opening_hours_format(office->hours, office->hours_count, writer->arena));
    add_closures(writer, entry, 0, zone);
    for (size_t i = 0; i < office->timetable_count; i++)
        write_hours(writer, office, &office->timetables[i]);
    write_counters(writer, entry, zone);
    zone_close(&zone);
    return STATUS_OK;
}

enum status office_file_sections(const struct office_file *file, int64_t now, struct arena *arena,
                                 const struct office_section **ret_sections, size_t *ret_count, struct error *error)
{
    struct writer writer = {.arena = arena, .now = now};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < file->service_count; i++)
        write_service(&writer, &file->services[i]);
    for (size_t i = 0; i < file->office_count && status == STATUS_OK; i++)
        status = write_office(&writer, &file->offices[i], error);
    if (status != STATUS_OK)
        return status;
    *ret_sections = writer.sections;
    *ret_count = writer.count;
    return STATUS_OK;
}

void office_file_write(const struct office_section *sections, size_t count, struct buffer *out)
{
    for (size_t i = 0; i < count; i++) {
        buffer_printf(out, "%s%s\n", i > 0 ? "\n" : "", sections[i].head);
        for (size_t line = 0; line < sections[i].line_count; line++)
            buffer_printf(out, "%s\n", sections[i].lines[line]);
    }
}

/* --- comparing --- */

static const struct office_section *find_section(const struct office_section *sections, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(sections[i].key, key) == 0)
            return &sections[i];
    return NULL;
}

static bool has_line(const struct office_section *section, const char *line)
{
    for (size_t i = 0; section != NULL && i < section->line_count; i++)
        if (strcmp(section->lines[i], line) == 0)
            return true;
    return false;
}

/* The lines of a section that the other has not. */
static void append_lines(const struct office_section *section, const struct office_section *other, char sign,
                         struct buffer *out)
{
    for (size_t i = 0; section != NULL && i < section->line_count; i++)
        if (!has_line(other, section->lines[i]))
            buffer_printf(out, "%c %s\n", sign, section->lines[i]);
}

static bool is_same(const struct office_section *a, const struct office_section *b)
{
    bool same = a != NULL && b != NULL && a->line_count == b->line_count;
    for (size_t i = 0; same && i < a->line_count; i++)
        same = strcmp(a->lines[i], b->lines[i]) == 0;
    return same;
}

/* Lines that only changed places: all of them, for their order counts. */
static void append_order(const struct office_section *before, const struct office_section *after, struct buffer *out)
{
    append_lines(before, NULL, '-', out);
    append_lines(after, NULL, '+', out);
}

static void append_section(const struct office_section *before, const struct office_section *after, struct buffer *out)
{
    char sign = before == NULL ? '+' : after == NULL ? '-' : ' ';
    if (is_same(before, after))
        return;
    buffer_printf(out, "%c %s\n", sign, before != NULL ? before->head : after->head);
    size_t length = out->length;
    append_lines(before, after, '-', out);
    append_lines(after, before, '+', out);
    if (out->length == length)
        append_order(before, after, out);
}

void office_file_compare(const struct office_section *before, size_t before_count, const struct office_section *after,
                         size_t after_count, struct buffer *out)
{
    for (size_t i = 0; i < before_count; i++)
        append_section(&before[i], find_section(after, after_count, before[i].key), out);
    for (size_t i = 0; i < after_count; i++)
        if (find_section(before, before_count, after[i].key) == NULL)
            append_section(NULL, &after[i], out);
}
