#include "state/hours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"

enum { WEEKDAYS = 7, DAY_MINUTES = 24 * 60, GRID_MINUTES = 5 };

static const char *const weekday_names[WEEKDAYS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* --- reading opening hours --- */

/* A piece of the text. */
struct piece {
    const char *start;
    size_t length;
};

#define PIECE(piece) (int)(piece).length, (piece).start

/* The next piece up to one of `stops`, without blanks around it; false where the text is at its end. */
static bool next_piece(const char **at, const char *stops, struct piece *ret_piece)
{
    if (*at == NULL)
        return false;
    const char *start = *at, *end = start + strcspn(start, stops);
    *at = *end == '\0' ? NULL : end + 1;
    start += strspn(start, " \t");
    while (end > start && strchr(" \t", end[-1]) != NULL)
        end--;
    *ret_piece = (struct piece){start, start < end ? (size_t)(end - start) : 0};
    return true;
}

/* 1 Monday … 7 Sunday; 0 for what is no day. */
static int read_weekday(struct piece piece)
{
    for (int i = 0; i < WEEKDAYS; i++)
        if (piece.length == strlen(weekday_names[i]) && strncasecmp(piece.start, weekday_names[i], piece.length) == 0)
            return i + 1;
    return 0;
}

/* "mon", "mon-fri": sets one bit for each day. */
static enum status read_days(struct piece piece, unsigned *days, struct error *error)
{
    const char *dash = memchr(piece.start, '-', piece.length);
    struct piece first = piece, last = piece;
    if (dash != NULL) {
        first.length = (size_t)(dash - piece.start);
        last = (struct piece){dash + 1, piece.length - first.length - 1};
    }
    int from = read_weekday(first), to = read_weekday(last);
    if (from == 0 || to == 0)
        return error_set(error, STATUS_INVALID,
                         "opening hours: “%.*s” is no day (days are mon, tue, wed, thu, fri, sat, sun, or a range such "
                         "as mon-fri)",
                         PIECE(piece));
    if (to < from)
        return error_set(error, STATUS_INVALID,
                         "opening hours: “%.*s” runs backwards (a week begins on Monday: write both ends, such as "
                         "“fri-sun,mon”)",
                         PIECE(piece));
    for (int day = from; day <= to; day++)
        *days |= 1U << day;
    return STATUS_OK;
}

/* "08:00" as minutes; -1 for what is no time. 24:00 is the end of the day. */
static int read_minutes(const char *text)
{
    for (int i = 0; i < 5; i++)
        if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
            return -1;
    int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    return minute > 59 || hour * 60 + minute > DAY_MINUTES ? -1 : hour * 60 + minute;
}

static enum status read_window(struct piece piece, struct opening_hours *hours, struct error *error)
{
    enum { WINDOW_LENGTH = sizeof "08:00-15:00" - 1 };
    bool has_form = piece.length == WINDOW_LENGTH && piece.start[5] == '-';
    hours->opens = has_form ? read_minutes(piece.start) : -1;
    hours->closes = has_form ? read_minutes(piece.start + 6) : -1;
    if (hours->opens < 0 || hours->closes < 0)
        return error_set(error, STATUS_INVALID,
                         "opening hours: “%.*s” is no time of opening (write it like 08:00-15:00)", PIECE(piece));
    if (hours->opens >= hours->closes)
        return error_set(error, STATUS_INVALID,
                         "opening hours: “%.*s” closes before it opens (split it at midnight: 20:00-24:00 and "
                         "00:00-02:00 of the next day)",
                         PIECE(piece));
    if (hours->opens % GRID_MINUTES != 0 || hours->closes % GRID_MINUTES != 0)
        return error_set(error, STATUS_INVALID, "opening hours: “%.*s” is off the five-minute grid", PIECE(piece));
    return STATUS_OK;
}

/* Windows that grow. */
struct hours_list {
    struct opening_hours items[OPENING_HOURS_MAX];
    size_t count;
};

static const struct opening_hours *find_overlap(const struct opening_hours *hours, size_t count,
                                                const struct opening_hours *window)
{
    for (size_t i = 0; i < count; i++)
        if (hours[i].weekday == window->weekday && hours[i].opens < window->closes && window->opens < hours[i].closes)
            return &hours[i];
    return NULL;
}

bool opening_hours_overlap(const struct opening_hours *hours, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (find_overlap(hours, i, &hours[i]) != NULL)
            return true;
    return false;
}

/* Adds the window to the days, if nothing overlaps it there. */
static enum status add_window(struct hours_list *list, unsigned days, struct opening_hours window, struct piece piece,
                              struct error *error)
{
    for (window.weekday = 1; window.weekday <= WEEKDAYS; window.weekday++) {
        if ((days & 1U << window.weekday) == 0)
            continue;
        const struct opening_hours *other = find_overlap(list->items, list->count, &window);
        if (other != NULL)
            return error_set(error, STATUS_INVALID,
                             "opening hours: “%.*s” overlaps %02d:%02d-%02d:%02d on %s (write them as one)",
                             PIECE(piece), other->opens / 60, other->opens % 60, other->closes / 60, other->closes % 60,
                             weekday_names[window.weekday - 1]);
        if (list->count == OPENING_HOURS_MAX)
            return error_set(error, STATUS_INVALID, "opening hours: more than %d windows in a week", OPENING_HOURS_MAX);
        list->items[list->count++] = window;
    }
    return STATUS_OK;
}

/* "mon,wed": the word that a part begins with. */
static enum status read_day_list(struct piece word, unsigned *ret_days, struct error *error)
{
    char text[128]; /* all days with all commas fit well */
    if (word.length >= sizeof text)
        return error_set(error, STATUS_INVALID, "opening hours: “%.20s…” is no list of days", word.start);
    snprintf(text, sizeof text, "%.*s", PIECE(word));
    const char *at = text;
    struct piece day;
    enum status status = STATUS_OK;
    *ret_days = 0;
    while (status == STATUS_OK && next_piece(&at, ",", &day))
        status = read_days(day, ret_days, error);
    return status;
}

/* "mon,wed 09:00-11:30 12:00-14:00" */
static enum status read_part(struct piece part, struct hours_list *list, struct error *error)
{
    struct buffer text = BUFFER_INIT;
    buffer_append(&text, part.start, part.length);
    const char *at = text.data;
    struct piece word;
    unsigned days = 0;
    size_t windows = 0;
    enum status status = next_piece(&at, " \t", &word) ? read_day_list(word, &days, error) : STATUS_OK;
    while (status == STATUS_OK && next_piece(&at, " \t", &word)) {
        struct opening_hours window = {0};
        if (word.length == 0)
            continue; /* two blanks */
        windows++;
        status = read_window(word, &window, error);
        if (status == STATUS_OK)
            status = add_window(list, days, window, word, error);
    }
    if (status == STATUS_OK && windows == 0)
        status = error_set(error, STATUS_INVALID,
                           "opening hours: “%s” has no times (write it like “mon-fri 08:00-15:00”)", text.data);
    buffer_release(&text);
    return status;
}

static int by_day_and_time(const void *a, const void *b)
{
    const struct opening_hours *first = a, *second = b;
    return first->weekday != second->weekday ? first->weekday - second->weekday : first->opens - second->opens;
}

void opening_hours_sort(struct opening_hours *hours, size_t count)
{
    if (count > 0)
        qsort(hours, count, sizeof *hours, by_day_and_time);
}

static const struct opening_hours *copy_hours(const struct opening_hours *hours, size_t count, struct arena *arena)
{
    struct opening_hours *copy = arena_array(arena, count, sizeof *copy);
    if (count > 0)
        memcpy(copy, hours, count * sizeof *copy);
    opening_hours_sort(copy, count);
    return copy;
}

enum status opening_hours_parse(const char *text, struct arena *arena, const struct opening_hours **ret_hours,
                                size_t *ret_count, struct error *error)
{
    struct hours_list list = {.count = 0};
    struct piece part;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && next_piece(&text, ";", &part))
        if (part.length > 0)
            status = read_part(part, &list, error);
    if (status == STATUS_OK && list.count == 0)
        status = error_set(error, STATUS_INVALID, "opening hours: none given (write them like “mon-fri 08:00-15:00”)");
    if (status != STATUS_OK)
        return status;
    *ret_hours = copy_hours(list.items, list.count, arena);
    *ret_count = list.count;
    return STATUS_OK;
}

/* --- writing opening hours --- */

/* " 08:00-11:30 12:00-15:00" of one day; "" where it is closed. */
static const char *format_day(const struct opening_hours *hours, size_t count, int weekday, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        if (hours[i].weekday == weekday)
            text = arena_printf(arena, "%s %02d:%02d-%02d:%02d", text, hours[i].opens / 60, hours[i].opens % 60,
                                hours[i].closes / 60, hours[i].closes % 60);
    return text;
}

/* The days with the same windows as `first`, as "mon-wed,fri". */
static const char *format_days(const char *const days[WEEKDAYS], int first, struct arena *arena)
{
    const char *text = "";
    for (int day = first; day < WEEKDAYS; day++) {
        if (strcmp(days[day], days[first]) != 0)
            continue;
        int last = day;
        while (last + 1 < WEEKDAYS && strcmp(days[last + 1], days[first]) == 0)
            last++;
        text = arena_printf(arena, "%s%s%s", text, text[0] == '\0' ? "" : ",", weekday_names[day]);
        if (last > day)
            text = arena_printf(arena, "%s-%s", text, weekday_names[last]);
        day = last;
    }
    return text;
}

const char *opening_hours_format(const struct opening_hours *hours, size_t count, struct arena *arena)
{
    const struct opening_hours *sorted = copy_hours(hours, count, arena);
    const char *days[WEEKDAYS];
    const char *text = "";
    for (int day = 0; day < WEEKDAYS; day++)
        days[day] = format_day(sorted, count, day + 1, arena);
    for (int day = 0; day < WEEKDAYS; day++) {
        bool is_written = days[day][0] == '\0';
        for (int before = 0; before < day; before++)
            is_written = is_written || strcmp(days[before], days[day]) == 0;
        if (!is_written)
            text = arena_printf(arena, "%s%s%s%s", text, text[0] == '\0' ? "" : "; ", format_days(days, day, arena),
                                days[day]);
    }
    return text;
}

/* --- timetables --- */

static bool is_dated(const struct timetable *timetable)
{
    return timetable->has_from || timetable->has_until;
}

/* The higher counts; 0: not for this service on this day. */
static int weight(const struct timetable *timetable, const char *service, int64_t day)
{
    bool is_of_service = timetable->service != NULL && service != NULL && strcmp(timetable->service, service) == 0;
    if ((timetable->service != NULL && !is_of_service) || (timetable->has_from && day < timetable->from) ||
        (timetable->has_until && day > timetable->until))
        return 0;
    return 1 + (is_dated(timetable) ? 1 : 0) + (is_of_service ? 2 : 0);
}

const struct timetable *timetable_find(const struct timetable *timetables, size_t count, const char *service,
                                       int64_t day)
{
    const struct timetable *best = NULL;
    int best_weight = 0;
    for (size_t i = 0; i < count; i++) {
        int of_this = weight(&timetables[i], service, day);
        if (of_this > best_weight) {
            best_weight = of_this;
            best = &timetables[i];
        }
    }
    return best;
}

static bool same_service(const struct timetable *a, const struct timetable *b)
{
    if (a->service == NULL || b->service == NULL)
        return a->service == b->service;
    return strcmp(a->service, b->service) == 0;
}

bool timetables_overlap(const struct timetable *a, const struct timetable *b)
{
    bool apart =
        (a->has_until && b->has_from && a->until < b->from) || (b->has_until && a->has_from && b->until < a->from);
    return same_service(a, b) && is_dated(a) == is_dated(b) && !apart;
}
