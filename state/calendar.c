#include "state/calendar.h"

#include <stdlib.h>
#include <string.h>

#include "state/claim.h"
#include "state/database_private.h"

/* --- opening hours of a day --- */

/* A civil day with its beginning and its end. */
struct day {
    int64_t number; /* since 1970-01-01 */
    int64_t start;
    int64_t end;
};

/* A stretch of time in which an office is open. */
struct window {
    int64_t opens;
    int64_t closes;
};

static int64_t day_beginning(struct zone *zone, int64_t number)
{
    return zone_time(zone, civil_from_day_number(number));
}

static struct day find_day(struct zone *zone, int64_t time)
{
    struct civil civil = zone_civil(zone, time);
    int64_t number = civil_day_number(civil.year, civil.month, civil.day);
    return (struct day){number, day_beginning(zone, number), day_beginning(zone, number + 1)};
}

static struct day next_day(struct zone *zone, const struct day *day)
{
    return (struct day){day->number + 1, day->end, day_beginning(zone, day->number + 2)};
}

static int minute_of_day(struct zone *zone, int64_t time)
{
    struct civil civil = zone_civil(zone, time);
    return civil.hour * 60 + civil.minute;
}

/* When the clocks show `minutes` after midnight: on a day of 24 hours simple arithmetic. A time that is skipped when
 * clocks go forward is the moment of the change, for windows must not move into each other. */
static int64_t day_moment(struct zone *zone, const struct day *day, int minutes)
{
    if (day->end - day->start == DAY)
        return day->start + (int64_t)minutes * MINUTE;
    if (minutes == DAY / MINUTE)
        return day->end;
    struct civil civil = civil_from_day_number(day->number);
    civil.hour = minutes / 60;
    civil.minute = minutes % 60;
    int64_t time = zone_time(zone, civil);
    while (time > day->start && minute_of_day(zone, time - QUANTUM_SECONDS) > minutes)
        time -= QUANTUM_SECONDS;
    return time;
}

/* The windows of a day, in order. */
static size_t day_windows(const struct office *office, struct zone *zone, const struct day *day,
                          struct window windows[OPENING_HOURS_MAX])
{
    struct civil date = civil_from_day_number(day->number);
    int weekday = civil_weekday(date.year, date.month, date.day);
    size_t count = 0;
    for (size_t i = 0; i < office->hours_count && count < OPENING_HOURS_MAX; i++) {
        const struct opening_hours *hours = &office->hours[i];
        if (hours->weekday == weekday)
            windows[count++] =
                (struct window){day_moment(zone, day, hours->opens), day_moment(zone, day, hours->closes)};
    }
    return count;
}

/* The end of the window that holds `time`; `time` itself where the office is closed then. */
static int64_t open_until(const struct office *office, struct zone *zone, int64_t time)
{
    struct window windows[OPENING_HOURS_MAX];
    struct day day = find_day(zone, time);
    size_t count = day_windows(office, zone, &day, windows);
    for (size_t i = 0; i < count; i++)
        if (windows[i].opens <= time && time < windows[i].closes)
            return windows[i].closes;
    return time;
}

bool calendar_is_open(const struct office *office, struct zone *zone, int64_t start, int64_t end)
{
    while (start < end) { /* windows may follow each other without a gap, over midnight too */
        int64_t until = open_until(office, zone, start);
        if (until == start)
            return false;
        start = until;
    }
    return true;
}

enum status calendar_is_free(struct database *database, const struct office *office, const struct service *service,
                             int64_t start, int64_t ignore_booking, bool *ret_free, struct error *error)
{
    int64_t end = start + (int64_t)service->minutes * MINUTE;
    struct counter counter;
    struct zone *zone;
    enum status status = database_zone(database, office->zone, &zone, error);
    if (status != STATUS_OK)
        return status;
    *ret_free = false;
    if (start % QUANTUM_SECONDS != 0 || !calendar_is_open(office, zone, start, end))
        return STATUS_OK;
    status = claim_find_counter(database, office->id, start, end, ignore_booking, &counter, error);
    *ret_free = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* --- free times: hours, less what is to be avoided, less claims; then ranked --- */

struct slot_list {
    struct slot *items; /* by start; they do not overlap */
    size_t count;
};

static bool is_avoided(const struct calendar_query *query, const struct slot *slot)
{
    for (size_t i = 0; i < query->avoid_count; i++)
        if (slot->start < query->avoids[i].end && query->avoids[i].start < slot->end)
            return true;
    return false;
}

static void list_window(const struct calendar_query *query, const struct window *window, struct arena *arena,
                        struct slot_list *list)
{
    int64_t length = (int64_t)query->service->minutes * MINUTE;
    for (int64_t start = window->opens; start + length <= window->closes && start < query->to; start += length) {
        struct slot slot = {start, start + length, query->office->counters};
        if (start < query->from || is_avoided(query, &slot) || list->count == SLOTS_MAX)
            continue;
        list->items = list_room(arena, list->items, list->count, sizeof slot);
        list->items[list->count++] = slot;
    }
}

/* All times at which the service could be had if nobody had booked. */
static struct slot_list list_slots(const struct calendar_query *query, struct zone *zone, struct arena *arena)
{
    struct slot_list list = {NULL, 0};
    if (query->from >= query->to)
        return list;
    for (struct day day = find_day(zone, query->from); day.start < query->to && list.count < SLOTS_MAX;
         day = next_day(zone, &day)) {
        struct window windows[OPENING_HOURS_MAX];
        size_t count = day_windows(query->office, zone, &day, windows);
        for (size_t i = 0; i < count; i++)
            list_window(query, &windows[i], arena, &list);
    }
    return list;
}

/* Claims come counter by counter and in order of time, so one walk along the slots for each counter is enough. */
static enum status subtract_claims(struct database *database, const struct calendar_query *query,
                                   struct slot_list *list, struct error *error)
{
    if (list->count == 0)
        return STATUS_OK;
    struct query claims = query_begin(
        database,
        "SELECT k.number, c.quantum FROM counter k JOIN claim c ON c.counter_id = k.id WHERE k.office_id = ? AND "
        "c.quantum >= ? AND c.quantum < ? AND c.booking_id <> ? ORDER BY k.number, c.quantum",
        VALUES(number_value(query->office->id), number_value(list->items[0].start / QUANTUM_SECONDS),
               number_value(list->items[list->count - 1].end / QUANTUM_SECONDS), number_value(query->ignore_booking)));
    int64_t counter = 0;
    size_t at = 0; /* slots before it are done with for this counter */
    while (query_next(&claims)) {
        int64_t time = query_integer(&claims, 1) * QUANTUM_SECONDS;
        if (query_integer(&claims, 0) != counter) {
            counter = query_integer(&claims, 0);
            at = 0;
        }
        while (at < list->count && list->items[at].end <= time)
            at++;
        if (at < list->count && list->items[at].start <= time)
            list->items[at++].free_counters--;
    }
    return query_end(&claims, error);
}

/* A slot with what it is ranked by. */
struct ranked {
    struct slot slot;
    bool is_unwanted;
    int64_t distance;
};

static bool is_wanted(const struct calendar_query *query, int64_t start)
{
    for (size_t i = 0; i < query->want_count; i++)
        if (query->wants[i].start <= start && start < query->wants[i].end)
            return true;
    return false;
}

static int by_rank(const void *a, const void *b)
{
    const struct ranked *first = a, *second = b;
    if (first->is_unwanted != second->is_unwanted)
        return first->is_unwanted ? 1 : -1;
    if (first->distance != second->distance)
        return first->distance < second->distance ? -1 : 1;
    return first->slot.start < second->slot.start ? -1 : first->slot.start > second->slot.start;
}

/* Leaves what is free, the best first, in place. */
static void rank_slots(const struct calendar_query *query, struct slot_list *list, struct arena *arena)
{
    struct ranked *ranked = arena_array(arena, list->count, sizeof *ranked);
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct slot *slot = &list->items[i];
        if (slot->free_counters <= 0)
            continue;
        ranked[count++] = (struct ranked){
            .slot = *slot,
            .is_unwanted = query->want_count > 0 && !is_wanted(query, slot->start),
            .distance = query->near == 0 ? 0 : llabs(slot->start - query->near),
        };
    }
    if (query->want_count > 0 || query->near != 0)
        qsort(ranked, count, sizeof *ranked, by_rank);
    list->count = count < query->limit ? count : query->limit;
    for (size_t i = 0; i < list->count; i++)
        list->items[i] = ranked[i].slot;
}

enum status calendar_free(struct database *database, const struct calendar_query *query, struct arena *arena,
                          const struct slot **ret_slots, size_t *ret_count, struct error *error)
{
    struct zone *zone;
    enum status status = database_zone(database, query->office->zone, &zone, error);
    if (status != STATUS_OK)
        return status;
    struct slot_list list = list_slots(query, zone, arena);
    status = subtract_claims(database, query, &list, error);
    if (status != STATUS_OK)
        return status;
    rank_slots(query, &list, arena);
    *ret_slots = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}
