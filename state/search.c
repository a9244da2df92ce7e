#include "state/search.h"

#include <stdlib.h>

#include "state/booking.h"
#include "state/opening.h"

/* A slot with what it is ranked by; a day with the least that its slots can have. */
struct rank {
    bool is_unwanted;
    bool is_outside_part;
    int64_t distance;
    int64_t start;
};

struct ranked_slot {
    struct rank rank;
    struct slot slot;
};

struct ranked_day {
    struct rank rank;
    struct day day;
};

struct searcher {
    const struct calendar_query *query;
    struct zone *zone;
    const struct search_claims *claims;
    const struct closure *closures;
    size_t closure_count;
    struct arena *arena;
    int64_t length; /* of the visit */
    int64_t buffer; /* after it */
    int64_t step;   /* from a slot to the next */
    int64_t first_block;
    size_t block_count;
    uint64_t **blocks; /* NULL: not read yet */
    struct ranked_slot *found;
    size_t found_count;
};

/* --- ranking --- */

static int compare(const struct rank *a, const struct rank *b)
{
    if (a->is_unwanted != b->is_unwanted)
        return a->is_unwanted ? 1 : -1;
    if (a->is_outside_part != b->is_outside_part)
        return a->is_outside_part ? 1 : -1;
    if (a->distance != b->distance)
        return a->distance < b->distance ? -1 : 1;
    return a->start < b->start ? -1 : a->start > b->start;
}

static int by_rank_of_slot(const void *a, const void *b)
{
    return compare(&((const struct ranked_slot *)a)->rank, &((const struct ranked_slot *)b)->rank);
}

static int by_rank_of_day(const void *a, const void *b)
{
    return compare(&((const struct ranked_day *)a)->rank, &((const struct ranked_day *)b)->rank);
}

/* Does [start, end) meet one of the wishes? */
static bool meets(const struct wish *wishes, size_t count, int64_t start, int64_t end)
{
    for (size_t i = 0; i < count; i++)
        if (start < wishes[i].end && wishes[i].start < end)
            return true;
    return false;
}

static bool is_outside_part(const struct searcher *searcher, int64_t start)
{
    const struct calendar_query *query = searcher->query;
    if (query->part_from == 0 && query->part_until == 0)
        return false;
    struct civil civil = zone_civil(searcher->zone, start);
    int minute = civil.hour * 60 + civil.minute;
    return minute < query->part_from || minute >= query->part_until;
}

static struct rank rank_slot(const struct searcher *searcher, int64_t start)
{
    const struct calendar_query *query = searcher->query;
    return (struct rank){
        .is_unwanted = query->want_count > 0 && !meets(query->wants, query->want_count, start, start + 1),
        .is_outside_part = is_outside_part(searcher, start),
        .distance = query->near == 0 ? 0 : llabs(start - query->near),
        .start = start,
    };
}

static struct rank rank_day(const struct calendar_query *query, const struct day *day)
{
    int64_t distance = 0;
    if (query->near != 0 && query->near < day->start)
        distance = day->start - query->near;
    else if (query->near >= day->end)
        distance = query->near - day->end + 1;
    return (struct rank){
        .is_unwanted = query->want_count > 0 && !meets(query->wants, query->want_count, day->start, day->end),
        .distance = distance,
        .start = day->start,
    };
}

/* --- claims --- */

static enum status read_block(struct searcher *searcher, int64_t quantum, struct error *error)
{
    int64_t block = quantum / (SEARCH_BLOCK_WORDS * SEARCH_WORD_QUANTA);
    uint64_t **words = &searcher->blocks[block - searcher->first_block];
    if (*words != NULL)
        return STATUS_OK;
    *words = arena_array(searcher->arena, searcher->claims->counters * SEARCH_BLOCK_WORDS, sizeof **words);
    return searcher->claims->read(searcher->claims->data, block * SEARCH_BLOCK_DAYS, *words, error);
}

/* Is any of the quanta [first, last) taken? */
static bool is_taken(const struct searcher *searcher, size_t counter, int64_t first, int64_t last)
{
    const uint64_t whole = (UINT64_C(1) << SEARCH_WORD_QUANTA) - 1;
    for (int64_t at = first / SEARCH_WORD_QUANTA; at * SEARCH_WORD_QUANTA < last; at++) {
        const uint64_t *block = searcher->blocks[at / SEARCH_BLOCK_WORDS - searcher->first_block];
        int64_t begin = at * SEARCH_WORD_QUANTA, end = begin + SEARCH_WORD_QUANTA;
        uint64_t mask = whole;
        if (first > begin)
            mask &= whole << (first - begin);
        if (last < end)
            mask &= whole >> (end - last);
        if ((block[counter * SEARCH_BLOCK_WORDS + (size_t)(at % SEARCH_BLOCK_WORDS)] & mask) != 0)
            return true;
    }
    return false;
}

static bool is_closed(const struct searcher *searcher, int64_t counter_id, int64_t start)
{
    for (size_t i = 0; i < searcher->closure_count; i++) {
        const struct closure *closure = &searcher->closures[i];
        if (closure->counter_id == counter_id && start < closure->end && closure->start < start + searcher->length)
            return true;
    }
    return false;
}

static bool counter_is_free(const struct searcher *searcher, size_t counter, int64_t start)
{
    int64_t end = start + searcher->length + searcher->buffer;
    return !is_taken(searcher, counter, start / QUANTUM_SECONDS, end / QUANTUM_SECONDS) &&
           !is_closed(searcher, searcher->claims->counter_ids[counter], start);
}

static bool any_counter_is_free(const struct searcher *searcher, int64_t start)
{
    for (size_t i = 0; i < searcher->claims->counters; i++)
        if (counter_is_free(searcher, i, start))
            return true;
    return false;
}

static int count_free(const struct searcher *searcher, int64_t start)
{
    int count = 0;
    for (size_t i = 0; i < searcher->claims->counters; i++)
        count += counter_is_free(searcher, i, start);
    return count;
}

/* --- days --- */

static struct ranked_day *list_days(const struct searcher *searcher, size_t *ret_count)
{
    const struct calendar_query *query = searcher->query;
    struct ranked_day *days = NULL;
    size_t count = 0;
    for (struct day day = day_of(searcher->zone, query->from); day.start < query->to;
         day = day_after(searcher->zone, &day)) {
        days = list_room(searcher->arena, days, count, sizeof *days);
        days[count++] = (struct ranked_day){rank_day(query, &day), day};
    }
    if (count > 0)
        qsort(days, count, sizeof *days, by_rank_of_day);
    *ret_count = count;
    return days;
}

static bool is_possible(const struct searcher *searcher, int64_t start)
{
    const struct calendar_query *query = searcher->query;
    int64_t end = start + searcher->length;
    return start >= query->from && start < query->to && !meets(query->avoids, query->avoid_count, start, end) &&
           !is_closed(searcher, 0, start);
}

static enum status search_window(struct searcher *searcher, const struct window *window, struct error *error)
{
    enum status status = STATUS_OK;
    int64_t whole = searcher->length + searcher->buffer;
    for (int64_t start = window->opens; start + searcher->length <= window->closes; start += searcher->step) {
        if (!is_possible(searcher, start) || searcher->found_count == SLOTS_MAX)
            continue;
        status = read_block(searcher, start / QUANTUM_SECONDS, error);
        if (status == STATUS_OK)
            status = read_block(searcher, (start + whole - QUANTUM_SECONDS) / QUANTUM_SECONDS, error);
        if (status != STATUS_OK)
            return status;
        if (!any_counter_is_free(searcher, start))
            continue;
        searcher->found = list_room(searcher->arena, searcher->found, searcher->found_count, sizeof *searcher->found);
        searcher->found[searcher->found_count++] =
            (struct ranked_slot){rank_slot(searcher, start),
                                 {.start = start, .end = start + searcher->length, .office = searcher->query->office}};
    }
    return STATUS_OK;
}

static enum status search_day(struct searcher *searcher, const struct day *day, struct error *error)
{
    struct window windows[OPENING_HOURS_MAX];
    size_t count = opening_windows(searcher->query->office, searcher->query->service, searcher->zone, day, windows);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = search_window(searcher, &windows[i], error);
    return status;
}

/* Are there enough that no slot of this day, or of one after it, can be better than? */
static bool is_enough(const struct searcher *searcher, const struct rank *day)
{
    size_t better = 0;
    if (searcher->found_count < searcher->query->limit)
        return false;
    for (size_t i = 0; i < searcher->found_count; i++)
        better += compare(&searcher->found[i].rank, day) < 0;
    return better >= searcher->query->limit;
}

/* --- the whole --- */

static struct searcher begin(const struct calendar_query *query, struct zone *zone, const struct search_claims *claims,
                             struct arena *arena)
{
    int people = query->people > 0 ? query->people : 1;
    struct searcher searcher = {.query = query, .zone = zone, .claims = claims, .arena = arena};
    searcher.length = service_length(query->service, people);
    searcher.buffer = (int64_t)query->service->buffer_minutes * MINUTE;
    searcher.step = service_length(query->service, 1) + searcher.buffer;
    /* a visit may reach into the days after the last one */
    int64_t block_seconds = (int64_t)SEARCH_BLOCK_DAYS * DAY;
    searcher.first_block = query->from / block_seconds;
    searcher.block_count =
        (size_t)((query->to + searcher.length + searcher.buffer) / block_seconds - searcher.first_block) + 1;
    searcher.blocks = arena_array(arena, searcher.block_count, sizeof *searcher.blocks);
    return searcher;
}

static void finish(struct searcher *searcher, const struct slot **ret_slots, size_t *ret_count)
{
    size_t limit = searcher->query->limit;
    size_t count = searcher->found_count < limit ? searcher->found_count : limit;
    struct slot *slots = arena_array(searcher->arena, count, sizeof *slots);
    if (searcher->found_count > 0)
        qsort(searcher->found, searcher->found_count, sizeof *searcher->found, by_rank_of_slot);
    for (size_t i = 0; i < count; i++) {
        slots[i] = searcher->found[i].slot;
        slots[i].free_counters = count_free(searcher, slots[i].start);
    }
    *ret_slots = slots;
    *ret_count = count;
}

enum status search_slots(const struct calendar_query *query, struct zone *zone, const struct search_claims *claims,
                         const struct closure *closures, size_t closure_count, struct arena *arena,
                         const struct slot **ret_slots, size_t *ret_count, struct error *error)
{
    *ret_count = 0;
    if (query->from >= query->to || claims->counters == 0)
        return STATUS_OK;
    struct searcher searcher = begin(query, zone, claims, arena);
    searcher.closures = closures;
    searcher.closure_count = closure_count;
    size_t day_count;
    const struct ranked_day *days = list_days(&searcher, &day_count);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < day_count && status == STATUS_OK && !is_enough(&searcher, &days[i].rank); i++)
        status = search_day(&searcher, &days[i].day, error);
    if (status == STATUS_OK)
        finish(&searcher, ret_slots, ret_count);
    return status;
}
