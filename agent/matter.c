#include "agent/matter.h"

#include <stdlib.h>
#include <string.h>

enum {
    OFFER_LEAD = 2 * HOUR, /* an answer is not read at once: no time is offered that begins before */
    OFFER_POOL = 4000,     /* free times that are looked at to spread an offer over days */
    NOON = 12,
};

/* --- which booking --- */

/* What the mail as a whole points to, where a request names no number. */
struct pointer {
    bool has_booking;
    struct booking booking;
    bool several; /* From is proven and has several bookings */
};

static enum status find_pointer(const struct matters_question *question, struct pointer *pointer, struct error *error)
{
    struct agent *agent = question->agent;
    struct error none;
    *pointer = (struct pointer){0};
    enum status status = authority_token_booking(agent->database, &agent->token_key, question->reading, question->now,
                                                 question->arena, &pointer->booking, &none);
    pointer->has_booking = status == STATUS_OK;
    if (status == STATUS_OK)
        return STATUS_OK;
    if (status != STATUS_NOT_FOUND)
        return error_set(error, status, "%s", none.text);
    if (!authority_from_is_proven(question->reading))
        return STATUS_OK;
    const struct booking *bookings;
    size_t count;
    status = booking_list_by_address(agent->database, question->reading->from.address, question->now, question->arena,
                                     &bookings, &count, error);
    if (status != STATUS_OK)
        return status;
    pointer->has_booking = count == 1;
    pointer->several = count > 1;
    if (count == 1)
        pointer->booking = bookings[0];
    return STATUS_OK;
}

static enum status find_booking(const struct matters_question *question, const struct request *request,
                                const struct pointer *pointer, bool *ret_found, struct booking *ret_booking,
                                struct error *error)
{
    struct error none;
    *ret_found = false;
    if (request->booking_number[0] == '\0') {
        *ret_found = pointer->has_booking;
        if (pointer->has_booking)
            *ret_booking = pointer->booking;
        return STATUS_OK;
    }
    enum status status =
        booking_find(question->agent->database, request->booking_number, question->arena, ret_booking, &none);
    *ret_found = status == STATUS_OK;
    return status == STATUS_OK || status == STATUS_NOT_FOUND ? STATUS_OK : error_set(error, status, "%s", none.text);
}

/* --- what is wished --- */

/* Wishes for other offices' clocks: a mail is read by the desk's clock, but its writer means the office's. */
static int64_t office_time(const struct matters_question *question, const struct about *about, int64_t time)
{
    if (!about->owns_zone || question->reading->kind == KIND_CALENDAR)
        return time;
    return zone_time(about->zone, zone_civil(question->agent->zone, time));
}

static size_t collect_wishes(const struct matters_question *question, const struct matter *matter, enum stance stance,
                             struct wish wishes[READING_TIMES_MAX + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < matter->request->time_count; i++) {
        const struct time_span *span = &matter->request->times[i];
        if (span->stance == stance)
            wishes[count++] = (struct wish){office_time(question, &matter->about, span->start),
                                            office_time(question, &matter->about, span->end)};
    }
    return count;
}

/* The one exact time that is wished; NULL where there is none, or more are. */
static const struct time_span *exact_wish(const struct request *request)
{
    const struct time_span *found = NULL;
    for (size_t i = 0; i < request->time_count; i++) {
        const struct time_span *span = &request->times[i];
        if (span->stance != STANCE_WANT)
            continue;
        if (found != NULL || span->grain != GRAIN_MINUTE)
            return NULL;
        found = span;
    }
    return found;
}

static enum status find_wish(const struct matters_question *question, struct matter *matter, enum wish_state *ret_wish,
                             struct error *error)
{
    const struct about *about = &matter->about;
    const struct time_span *exact = exact_wish(matter->request);
    if (exact == NULL) {
        bool wishes = false;
        for (size_t i = 0; i < matter->request->time_count; i++)
            wishes = wishes || matter->request->times[i].stance == STANCE_WANT;
        *ret_wish = wishes ? WISH_VAGUE : WISH_NONE;
        return STATUS_OK;
    }
    matter->wished = office_time(question, about, exact->start);
    struct booking_window window =
        service_window(&about->service, question->agent->configuration->horizon_days, question->now);
    bool is_free = false;
    if (matter->wished == about->booking.start) {
        *ret_wish = WISH_SAME;
        return STATUS_OK;
    }
    enum status status = STATUS_OK;
    struct visit visit = {&about->office, &about->service, about->booking.people, matter->wished, about->booking.id};
    if (matter->wished > question->now && matter->wished >= window.from && matter->wished < window.to &&
        !question->moves_refused)
        status = calendar_is_free(question->agent->database, &visit, &is_free, error);
    *ret_wish = is_free ? WISH_FREE : WISH_TAKEN;
    return status;
}

/* Is the place that was named another than this office? */
static bool is_elsewhere(const struct request *request, const struct office *office)
{
    if (request->place == NULL || request->place[0] == '\0')
        return false;
    return strcasestr(office->name, request->place) == NULL && strcasestr(office->code, request->place) == NULL &&
           (office->address == NULL || strcasestr(office->address, request->place) == NULL);
}

/* --- deciding --- */

/* Who accepts a time that was offered ("number 2 is fine") wishes to have it. */
static enum intent effective_intent(const struct request *request)
{
    bool accepts = request->intent == INTENT_CONFIRM && exact_wish(request) != NULL;
    return accepts ? INTENT_RESCHEDULE : request->intent;
}

static bool is_change(const struct request *request)
{
    enum intent intent = effective_intent(request);
    return intent == INTENT_CANCEL || intent == INTENT_RESCHEDULE;
}

static bool same_wish(const struct request *a, const struct request *b)
{
    if (effective_intent(a) != effective_intent(b) || a->time_count != b->time_count)
        return false;
    for (size_t i = 0; i < a->time_count; i++)
        if (a->times[i].start != b->times[i].start || a->times[i].end != b->times[i].end ||
            a->times[i].stance != b->times[i].stance)
            return false;
    return true;
}

/* What is answered where several requests are about one booking: a change before a look, a look before a person. */
static int rank(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_IGNORE:
        return 0;
    case OUTCOME_HANDOVER:
        return 1;
    case OUTCOME_STATUS:
        return 2;
    default:
        return 3;
    }
}

static bool all_certain(const struct reading *reading)
{
    for (size_t i = 0; i < reading->request_count; i++)
        if (!reading->requests[i].certain)
            return false;
    return true;
}

/* One request of a matter. */
struct ask {
    const struct request *request;
    bool agreed;
};

/* Decides one request and keeps the answer if it weighs more than that of the requests before. */
static enum status decide_request(const struct matters_question *question, struct ask ask, bool several,
                                  struct matter *matter, struct error *error)
{
    struct matter trial = *matter;
    trial.request = ask.request;
    trial.wished = 0;
    struct decision_facts facts = {
        .intent = effective_intent(ask.request),
        .certain = question->reading->request_count <= 1 ? ask.request->certain : all_certain(question->reading),
        .agreed = ask.agreed,
        .authority = several ? AUTHORITY_KNOWN : matter->finding.authority,
        .in_part = question->in_part,
    };
    enum status status = STATUS_OK;
    if (matter->has_booking) {
        facts.booking = about_state(question->agent, &matter->about, question->now);
        facts.elsewhere = is_elsewhere(ask.request, &matter->about.office);
        facts.too_late = about_too_late(&matter->about, facts.intent, question->now);
        status = find_wish(question, &trial, &facts.wish, error);
        if (facts.wish == WISH_SAME)
            facts.intent = ask.request->intent; /* the time it has is confirmed, and no letter is owed */
    }
    if (status != STATUS_OK)
        return status;
    trial.finding.authority = facts.authority;
    trial.decision = decide(&facts);
    if (trial.decision.disposition == DISPOSITION_DESK && !trial.for_desk) {
        trial.for_desk = true;
        trial.desk_reason = trial.decision.reason;
    }
    bool first = matter->request == NULL;
    if (first || rank(trial.decision.outcome) > rank(matter->decision.outcome)) {
        *matter = trial;
    } else {
        matter->for_desk = trial.for_desk;
        matter->desk_reason = trial.desk_reason;
    }
    return STATUS_OK;
}

/* --- matters --- */

/* The matter of a booking that another request was about already; NULL where there is none. */
static struct matter *find_matter(struct matters *matters, bool found, const struct booking *booking)
{
    for (size_t i = 0; i < matters->count; i++) {
        struct matter *matter = &matters->items[i];
        if (matter->has_booking == found && (!found || matter->about.booking.id == booking->id))
            return matter;
    }
    return NULL;
}

static enum status add_matter(const struct matters_question *question, bool found, const struct booking *booking,
                              bool named, struct matters *matters, struct matter **ret_matter, struct error *error)
{
    struct agent *agent = question->agent;
    struct matter *matter = &matters->items[matters->count++];
    *matter = (struct matter){.has_booking = found};
    *ret_matter = matter;
    if (!found) {
        matter->finding.authority = named ? AUTHORITY_CLAIMED : AUTHORITY_STRANGER;
        return STATUS_OK;
    }
    enum status status = about_load(agent, booking, question->arena, &matter->about, error);
    if (status != STATUS_OK)
        return status;
    return authority_establish(agent->database, &agent->token_key, question->reading, booking, question->now,
                               question->arena, &matter->finding, error);
}

/* Do all changes that are wished for this booking agree? */
static bool is_agreed(const struct request *const *requests, const int64_t *bookings, size_t count, size_t index)
{
    for (size_t i = 0; i < count; i++)
        if (i != index && bookings[i] == bookings[index] && is_change(requests[i]) && is_change(requests[index]) &&
            !same_wish(requests[i], requests[index]))
            return false;
    return true;
}

static const struct request unclear = {.intent = INTENT_UNCLEAR};

enum status matters_find(const struct matters_question *question, struct matters *ret_matters, struct error *error)
{
    const struct reading *reading = question->reading;
    const struct request *requests[READING_REQUESTS_MAX] = {&unclear};
    struct booking bookings[READING_REQUESTS_MAX];
    int64_t ids[READING_REQUESTS_MAX]; /* 0: no booking */
    size_t count = reading->request_count > 0 ? reading->request_count : 1;
    struct pointer pointer;
    enum status status = find_pointer(question, &pointer, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        bool found;
        if (reading->request_count > 0)
            requests[i] = &reading->requests[i];
        status = find_booking(question, requests[i], &pointer, &found, &bookings[i], error);
        ids[i] = status == STATUS_OK && found ? bookings[i].id : 0;
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        bool named = requests[i]->booking_number[0] != '\0';
        struct matter *matter = find_matter(ret_matters, ids[i] != 0, &bookings[i]);
        if (matter == NULL)
            status = add_matter(question, ids[i] != 0, &bookings[i], named, ret_matters, &matter, error);
        struct ask ask = {requests[i], is_agreed(requests, ids, count, i)};
        if (status == STATUS_OK)
            status = decide_request(question, ask, ids[i] == 0 && !named && pointer.several, matter, error);
    }
    return status;
}

void matters_release(struct matters *matters)
{
    for (size_t i = 0; i < matters->count; i++)
        about_release(&matters->items[i].about);
    matters->count = 0;
}

/* --- offers --- */

static int by_start(const void *a, const void *b)
{
    const struct slot *first = a, *second = b;
    return first->start < second->start ? -1 : first->start > second->start;
}

/* Half a day, to spread an offer: the first free time before noon and the first after it, day by day. */
static int64_t half_day(struct zone *zone, int64_t time)
{
    struct civil civil = zone_civil(zone, time);
    return civil_day_number(civil.year, civil.month, civil.day) * 2 + (civil.hour >= NOON);
}

static size_t spread(struct zone *zone, const struct slot *pool, size_t pool_count, struct slot *slots, size_t limit)
{
    size_t count = 0;
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < pool_count && count < limit; i++) {
        int64_t half = half_day(zone, pool[i].start);
        if (half != last)
            slots[count++] = pool[i];
        last = half;
    }
    for (size_t i = 0; i < pool_count && count < limit; i++) { /* few days: fill up with what else there is */
        size_t taken = 0;
        while (taken < count && slots[taken].start != pool[i].start)
            taken++;
        if (taken == count)
            slots[count++] = pool[i];
    }
    return count;
}

enum status matter_offer(const struct matters_question *question, const struct matter *matter,
                         const struct slot **ret_slots, size_t *ret_count, struct error *error)
{
    const struct configuration *configuration = question->agent->configuration;
    const struct about *about = &matter->about;
    struct wish wants[READING_TIMES_MAX + 1], avoids[READING_TIMES_MAX + 1];
    size_t limit = (size_t)configuration->offer_times;
    struct booking_window window = service_window(&about->service, configuration->horizon_days, question->now);
    struct calendar_query query = {
        .office = &about->office,
        .service = &about->service,
        .people = about->booking.people,
        .from = window.from > question->now + OFFER_LEAD ? window.from : question->now + OFFER_LEAD,
        .to = window.to,
        .wants = wants,
        .want_count = matter->wished == 0 ? collect_wishes(question, matter, STANCE_WANT, wants) : 0,
        .avoids = avoids,
        .near = matter->wished,
        .ignore_booking = about->booking.id,
    };
    query.avoid_count = collect_wishes(question, matter, STANCE_AVOID, avoids);
    avoids[query.avoid_count++] = (struct wish){about->booking.start, about->booking.end}; /* the time it has */
    bool any_time = query.want_count == 0 && query.near == 0;
    query.limit = any_time ? OFFER_POOL : limit;
    const struct slot *pool;
    size_t pool_count;
    enum status status = calendar_free(question->agent->database, &query, question->arena, &pool, &pool_count, error);
    if (status != STATUS_OK)
        return status;
    struct slot *slots = arena_array(question->arena, limit, sizeof *slots);
    size_t count = pool_count < limit ? pool_count : limit;
    if (any_time)
        count = spread(about->zone, pool, pool_count, slots, limit);
    else if (count > 0)
        memcpy(slots, pool, count * sizeof *slots);
    if (count > 0)
        qsort(slots, count, sizeof *slots, by_start);
    *ret_slots = slots;
    *ret_count = count;
    return STATUS_OK;
}
