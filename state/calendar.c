#include "state/calendar.h"

#include <string.h>

#include "state/claim.h"
#include "state/database_private.h"

/* --- one time --- */

enum status calendar_is_free(struct database *database, const struct visit *visit, bool *ret_free, struct error *error)
{
    int64_t end = visit->start + service_length(visit->service, visit->people > 0 ? visit->people : 1);
    struct counter counter;
    struct zone *zone;
    enum status status = database_zone(database, visit->office->zone, &zone, error);
    if (status != STATUS_OK)
        return status;
    *ret_free = false;
    if (visit->start % QUANTUM_SECONDS != 0 || !opening_covers(visit->office, visit->service, zone, visit->start, end))
        return STATUS_OK;
    struct claim_wish wish = {visit->office->id, visit->service, visit->start, end, visit->ignore_booking};
    status = claim_find_counter(database, &wish, &counter, error);
    *ret_free = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* --- what the search reads --- */

struct reader {
    struct database *database;
    const struct calendar_query *query;
    int64_t *counter_ids; /* in order */
    size_t counter_count;
};

static enum status list_counters(struct database *database, const struct calendar_query *query, struct arena *arena,
                                 struct reader *reader, struct error *error)
{
    struct query counters = query_begin(
        database,
        "SELECT k.id FROM counter k WHERE k.office_id = ? AND k.in_use = 1 AND " COUNTER_SERVES " ORDER BY k.id",
        VALUES(number_value(query->office->id), number_value(query->service->id)));
    while (query_next(&counters)) {
        reader->counter_ids = list_room(arena, reader->counter_ids, reader->counter_count, sizeof(int64_t));
        reader->counter_ids[reader->counter_count++] = query_integer(&counters, 0);
    }
    return query_end(&counters, error);
}

/* The index of the counter, from `index` on; the count where it is none of them. */
static size_t seek_counter(const struct reader *reader, size_t index, int64_t counter_id)
{
    while (index < reader->counter_count && reader->counter_ids[index] < counter_id)
        index++;
    return index;
}

/* Rows come day by day and counter by counter, as the key has them. */
static enum status read_taken(struct reader *reader, int64_t first_day, uint64_t *words, struct error *error)
{
    struct query query =
        query_begin(reader->database,
                    "SELECT day, counter_id, h00, h04, h08, h12, h16, h20 FROM taken WHERE office_id = "
                    "? AND day >= ? AND day < ? ORDER BY day, counter_id",
                    VALUES(number_value(reader->query->office->id), number_value(first_day),
                           number_value(first_day + SEARCH_BLOCK_DAYS)));
    int64_t day = first_day;
    size_t counter = 0;
    while (query_next(&query)) {
        if (query_integer(&query, 0) != day)
            counter = 0;
        day = query_integer(&query, 0);
        int64_t counter_id = query_integer(&query, 1);
        counter = seek_counter(reader, counter, counter_id);
        if (counter == reader->counter_count || reader->counter_ids[counter] != counter_id)
            continue;
        uint64_t *of_day = words + counter * SEARCH_BLOCK_WORDS + (size_t)(day - first_day) * SEARCH_WORDS_PER_DAY;
        for (int i = 0; i < SEARCH_WORDS_PER_DAY; i++)
            of_day[i] = (uint64_t)query_integer(&query, 2 + i);
    }
    return query_end(&query, error);
}

/* What the booking has that is to be moved is free for it. */
static enum status free_own(struct reader *reader, int64_t first_day, uint64_t *words, struct error *error)
{
    int64_t first = first_day * SEARCH_WORDS_PER_DAY * SEARCH_WORD_QUANTA;
    struct query query = query_begin(reader->database, "SELECT counter_id, quantum FROM claim WHERE booking_id = ?",
                                     VALUES(number_value(reader->query->ignore_booking)));
    while (query_next(&query)) {
        int64_t counter_id = query_integer(&query, 0), quantum = query_integer(&query, 1) - first;
        size_t counter = seek_counter(reader, 0, counter_id);
        if (quantum < 0 || quantum >= SEARCH_BLOCK_WORDS * SEARCH_WORD_QUANTA || counter == reader->counter_count ||
            reader->counter_ids[counter] != counter_id)
            continue;
        words[counter * SEARCH_BLOCK_WORDS + (size_t)(quantum / SEARCH_WORD_QUANTA)] &=
            ~(UINT64_C(1) << quantum % SEARCH_WORD_QUANTA);
    }
    return query_end(&query, error);
}

static enum status read_block(void *data, int64_t first_day, uint64_t *words, struct error *error)
{
    struct reader *reader = data;
    enum status status = read_taken(reader, first_day, words, error);
    return status == STATUS_OK && reader->query->ignore_booking != 0 ? free_own(reader, first_day, words, error)
                                                                     : status;
}

static enum status search_office(struct database *database, const struct calendar_query *query, struct arena *arena,
                                 const struct slot **ret_slots, size_t *ret_count, struct error *error)
{
    struct reader reader = {.database = database, .query = query};
    const struct closure *closures;
    size_t closure_count;
    struct zone *zone;
    int64_t longest = service_length(query->service, query->people > 0 ? query->people : 1);
    enum status status = database_zone(database, query->office->zone, &zone, error);
    if (status == STATUS_OK)
        status = list_counters(database, query, arena, &reader, error);
    if (status == STATUS_OK)
        status = closure_list(database, query->office->id, query->from, query->to + longest, arena, &closures,
                              &closure_count, error);
    if (status != STATUS_OK)
        return status;
    struct search_claims claims = {&reader, reader.counter_count, reader.counter_ids, read_block};
    return search_slots(query, zone, &claims, closures, closure_count, arena, ret_slots, ret_count, error);
}

/* --- free times --- */

/* The times of a neighbour after those that were found before. */
static enum status add_neighbour(struct database *database, const struct calendar_query *query, const char *code,
                                 struct arena *arena, const struct slot **slots, size_t *count, struct error *error)
{
    struct calendar_query there = *query;
    struct office *office = arena_alloc(arena, sizeof *office);
    const struct slot *more = NULL;
    size_t more_count = 0;
    enum status status = office_find(database, code, arena, office, error);
    there.office = office;
    there.limit = query->limit - *count;
    if (status == STATUS_OK)
        status = search_office(database, &there, arena, &more, &more_count, error);
    if (status != STATUS_OK || more_count == 0)
        return status;
    struct slot *all = arena_array(arena, *count + more_count, sizeof *all);
    if (*count > 0)
        memcpy(all, *slots, *count * sizeof *all);
    memcpy(all + *count, more, more_count * sizeof *all);
    *slots = all;
    *count += more_count;
    return STATUS_OK;
}

enum status calendar_free(struct database *database, const struct calendar_query *query, struct arena *arena,
                          const struct slot **ret_slots, size_t *ret_count, struct error *error)
{
    const struct slot *slots = NULL;
    size_t count = 0;
    enum status status = search_office(database, query, arena, &slots, &count, error);
    for (size_t i = 0; query->nearby && i < query->office->neighbour_count && status == STATUS_OK; i++)
        if (count < query->limit)
            status = add_neighbour(database, query, query->office->neighbours[i], arena, &slots, &count, error);
    if (status != STATUS_OK)
        return status;
    *ret_slots = slots;
    *ret_count = count;
    return STATUS_OK;
}

/* --- an open day --- */

struct window_list {
    struct window *items;
    size_t count;
};

/* Adds the window, joined with those that it meets; the list stays in order. */
static void join_window(struct window_list *list, struct window window, struct arena *arena)
{
    size_t kept = 0;
    struct window *items = arena_array(arena, list->count + 1, sizeof *items);
    size_t at = 0;
    while (at < list->count && list->items[at].closes < window.opens)
        items[kept++] = list->items[at++];
    for (; at < list->count && list->items[at].opens <= window.closes; at++) {
        if (list->items[at].opens < window.opens)
            window.opens = list->items[at].opens;
        if (list->items[at].closes > window.closes)
            window.closes = list->items[at].closes;
    }
    items[kept++] = window;
    while (at < list->count)
        items[kept++] = list->items[at++];
    *list = (struct window_list){items, kept};
}

static void cut_closure(struct window_list *list, const struct closure *closure, struct arena *arena)
{
    struct window *items = arena_array(arena, list->count * 2, sizeof *items);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct window before = list->items[i], after = before;
        if (before.closes > closure->start)
            before.closes = closure->start;
        if (after.opens < closure->end)
            after.opens = closure->end;
        if (before.opens < before.closes)
            items[kept++] = before;
        if (after.opens < after.closes)
            items[kept++] = after;
    }
    *list = (struct window_list){items, kept};
}

static enum status join_hours(struct database *database, const struct office *office, const struct day *day,
                              struct arena *arena, struct window_list *list, struct error *error)
{
    const struct service *services;
    size_t service_count = 0;
    struct zone *zone;
    struct window windows[OPENING_HOURS_MAX];
    enum status status = database_zone(database, office->zone, &zone, error);
    if (status == STATUS_OK)
        status = service_list(database, arena, &services, &service_count, error);
    for (size_t i = 0; i <= service_count && status == STATUS_OK; i++) {
        const struct service *service = i < service_count ? &services[i] : NULL;
        size_t count = opening_windows(office, service, zone, day, windows);
        for (size_t n = 0; n < count; n++)
            join_window(list, windows[n], arena);
    }
    return status;
}

enum status calendar_open_windows(struct database *database, const struct office *office, const struct day *day,
                                  struct arena *arena, const struct window **ret_windows, size_t *ret_count,
                                  struct error *error)
{
    const struct closure *closures;
    size_t closure_count;
    struct window_list list = {NULL, 0};
    enum status status = join_hours(database, office, day, arena, &list, error);
    if (status == STATUS_OK)
        status = closure_list(database, office->id, day->start, day->end, arena, &closures, &closure_count, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < closure_count; i++)
        if (closures[i].counter_id == 0)
            cut_closure(&list, &closures[i], arena);
    *ret_windows = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}
