#include "state/booking.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "state/calendar.h"
#include "state/claim.h"
#include "state/database_private.h"
#include "state/text.h"

static const char *const status_words[] = {[BOOKING_CONFIRMED] = "confirmed", [BOOKING_CANCELLED] = "cancelled"};
static const char *const origin_words[] = {
    [ORIGIN_DESK] = "desk", [ORIGIN_SELF] = "self", [ORIGIN_MIGRATED] = "migrated"};
static const char *const role_words[] = {
    [ROLE_APPLICANT] = "applicant", [ROLE_REPRESENTATIVE] = "representative", [ROLE_EMPLOYER] = "employer"};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

const char *booking_status_name(enum booking_status status)
{
    return status_words[status];
}

const char *booking_origin_name(enum booking_origin origin)
{
    return origin_words[origin];
}

const char *contact_role_name(enum contact_role role)
{
    return role_words[role];
}

/* --- reading --- */

#define BOOKING_SELECT                                                                                                 \
    "SELECT b.id, b.number, b.status, b.origin, b.office_id, b.service_id, k.number, b.starts_at, b.ends_at, "         \
    "b.revision, b.name, b.created_at, b.updated_at, b.people FROM booking b JOIN counter k ON k.id = b.counter_id "

static struct booking read_booking(struct query *query, struct arena *arena)
{
    return (struct booking){
        .id = query_integer(query, 0),
        .number = query_text(query, 1, arena),
        .status = (enum booking_status)query_word(query, 2, status_words, COUNT(status_words)),
        .origin = (enum booking_origin)query_word(query, 3, origin_words, COUNT(origin_words)),
        .office_id = query_integer(query, 4),
        .service_id = query_integer(query, 5),
        .counter = query_integer(query, 6),
        .start = query_integer(query, 7),
        .end = query_integer(query, 8),
        .revision = query_integer(query, 9),
        .name = query_text(query, 10, arena),
        .created_at = query_integer(query, 11),
        .updated_at = query_integer(query, 12),
        .people = (int)query_integer(query, 13),
    };
}

/* STATUS_NOT_FOUND without text. */
static enum status find_one(struct query query, struct arena *arena, struct booking *ret_booking, struct error *error)
{
    struct booking booking = {0};
    while (query_next(&query))
        booking = read_booking(&query, arena);
    enum status status = query_end(&query, error);
    if (status == STATUS_OK && booking.id == 0)
        return STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        *ret_booking = booking;
    return status;
}

static enum status find_several(struct query query, struct arena *arena, const struct booking **ret_bookings,
                                size_t *ret_count, struct error *error)
{
    struct booking *bookings = NULL;
    size_t count = 0;
    while (query_next(&query)) {
        bookings = list_room(arena, bookings, count, sizeof *bookings);
        bookings[count++] = read_booking(&query, arena);
    }
    enum status status = query_end(&query, error);
    if (status != STATUS_OK)
        return status;
    *ret_bookings = bookings;
    *ret_count = count;
    return STATUS_OK;
}

enum status booking_find(struct database *database, const char *number, struct arena *arena,
                         struct booking *ret_booking, struct error *error)
{
    enum status status =
        find_one(query_begin(database, BOOKING_SELECT "WHERE b.number = ?", VALUES(text_value(number))), arena,
                 ret_booking, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_NOT_FOUND, "no booking “%.40s”", number);
    return status;
}

enum status booking_by_id(struct database *database, int64_t id, struct arena *arena, struct booking *ret_booking,
                          struct error *error)
{
    enum status status = find_one(query_begin(database, BOOKING_SELECT "WHERE b.id = ?", VALUES(number_value(id))),
                                  arena, ret_booking, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_NOT_FOUND, "no booking with id %" PRId64, id);
    return status;
}

enum status booking_list_by_address(struct database *database, const char *address, int64_t now, struct arena *arena,
                                    const struct booking **ret_bookings, size_t *ret_count, struct error *error)
{
    struct query query = query_begin(database,
                                     BOOKING_SELECT "WHERE b.id IN (SELECT c.booking_id FROM contact c WHERE "
                                                    "lower(c.address) = lower(?)) AND b.status = 'confirmed' AND "
                                                    "b.ends_at > ? ORDER BY b.starts_at, b.id",
                                     VALUES(text_value(address), number_value(now)));
    return find_several(query, arena, ret_bookings, ret_count, error);
}

enum status booking_list_by_office(struct database *database, int64_t office_id, int64_t from, int64_t to,
                                   struct arena *arena, const struct booking **ret_bookings, size_t *ret_count,
                                   struct error *error)
{
    struct query query = query_begin(database,
                                     BOOKING_SELECT "WHERE b.office_id = ? AND b.status = 'confirmed' AND "
                                                    "b.starts_at >= ? AND b.starts_at < ? ORDER BY b.starts_at, "
                                                    "k.number",
                                     VALUES(number_value(office_id), number_value(from), number_value(to)));
    return find_several(query, arena, ret_bookings, ret_count, error);
}

enum status booking_list_page(struct database *database, int64_t from, int64_t to, int64_t after_id, size_t limit,
                              struct arena *arena, const struct booking **ret_bookings, size_t *ret_count,
                              struct error *error)
{
    /* The plus signs keep the ids from being walked: few of ten million bookings are in the window. */
    struct query query =
        query_begin(database,
                    BOOKING_SELECT "WHERE b.status = 'confirmed' AND b.starts_at >= ? AND b.starts_at < ? AND +b.id > "
                                   "? ORDER BY +b.id LIMIT ?",
                    VALUES(number_value(from), number_value(to), number_value(after_id), number_value((int64_t)limit)));
    return find_several(query, arena, ret_bookings, ret_count, error);
}

/* --- what can be booked --- */

/* A time wished at an office, for a service. */
struct term {
    const struct office *office;
    const struct service *service;
    int people;
    int64_t start;
    int64_t end;
    int64_t now;
};

static struct term make_term(const struct office *office, const struct service *service, int people, int64_t start,
                             int64_t now)
{
    return (struct term){office, service, people, start, start + service_length(service, people), now};
}

/* What of a counter it takes: the buffer after the visit as well. */
static struct claim make_claim(const struct term *term, const struct counter *counter)
{
    return (struct claim){counter->id, term->start, term->end + (int64_t)term->service->buffer_minutes * MINUTE};
}

static int term_minutes(const struct term *term)
{
    return (int)((term->end - term->start) / MINUTE);
}

static enum status refuse_hours(const struct term *term, struct zone *zone, const char *time, struct error *error)
{
    struct arena arena = ARENA_INIT;
    const char *hours = opening_describe(term->office, term->service, day_of(zone, term->start).number, &arena);
    error_set(error, STATUS_INVALID, "%s is not open at %s for %d minutes; it is open %s", term->office->code, time,
              term_minutes(term), hours);
    arena_clear(&arena);
    return STATUS_INVALID;
}

static enum status refuse_closure(const struct term *term, struct zone *zone, const struct closure *closure,
                                  struct error *error)
{
    char from[RFC3339_SIZE], until[RFC3339_SIZE];
    rfc3339_format(zone, closure->start, from);
    rfc3339_format(zone, closure->end, until);
    return error_set(error, STATUS_INVALID, "%s is closed from %s until %s%s%s", term->office->code, from, until,
                     closure->reason != NULL ? ": " : "", closure->reason != NULL ? closure->reason : "");
}

static enum status check_closures(struct database *database, const struct term *term, struct zone *zone,
                                  struct error *error)
{
    struct arena arena = ARENA_INIT;
    const struct closure *closures;
    size_t count = 0;
    enum status status =
        closure_list(database, term->office->id, term->start, term->end, &arena, &closures, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (closures[i].counter == 0)
            status = refuse_closure(term, zone, &closures[i], error);
    arena_clear(&arena);
    return status;
}

static enum status check_time(struct database *database, const struct term *term, struct error *error)
{
    char time[RFC3339_SIZE];
    struct zone *zone;
    enum status status = database_zone(database, term->office->zone, &zone, error);
    if (status != STATUS_OK)
        return status;
    rfc3339_format(zone, term->start, time);
    if (term->start % QUANTUM_SECONDS != 0)
        return error_set(error, STATUS_INVALID, "%s is off the five-minute grid", time);
    if (term->start <= term->now)
        return error_set(error, STATUS_INVALID, "%s is in the past", time);
    if (!opening_covers(term->office, term->service, zone, term->start, term->end))
        return refuse_hours(term, zone, time, error);
    return check_closures(database, term, zone, error);
}

/* The first counter that is free then, where `ignore_booking` counts as free. */
static enum status find_counter(struct database *database, const struct term *term, int64_t ignore_booking,
                                struct counter *ret_counter, struct error *error)
{
    struct claim_wish wish = {term->office->id, term->service, term->start, term->end, ignore_booking};
    struct zone *zone;
    char time[RFC3339_SIZE];
    enum status status = claim_find_counter(database, &wish, ret_counter, error);
    if (status != STATUS_NOT_FOUND)
        return status;
    status = database_zone(database, term->office->zone, &zone, error);
    if (status != STATUS_OK)
        return status;
    rfc3339_format(zone, term->start, time);
    return error_set(error, STATUS_CONFLICT, "%s has no counter free at %s for %d minutes", term->office->code, time,
                     term_minutes(term));
}

static enum status check_people(const struct service *service, int people, struct error *error)
{
    int most = service->people_max == 0 ? SERVICE_PEOPLE_USUAL : service->people_max;
    if (people >= 1 && people <= most)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID, "%d people cannot come together for %s (it must be 1 to %d)", people,
                     service->code, most);
}

static enum status check_person(const struct booking_new *booking, struct error *error)
{
    if (!text_is_line(booking->name, BOOKING_NAME_MAX))
        return error_set(error, STATUS_INVALID, "the name must be one line of 1 to %d bytes without control characters",
                         BOOKING_NAME_MAX);
    if (!text_is_address(booking->address))
        return error_set(error, STATUS_INVALID, "the mail address is none (write it like amina@example.org)");
    if (!text_is_language(booking->language))
        return error_set(error, STATUS_INVALID, "the language is no language tag (write it like nb or en)");
    return STATUS_OK;
}

/* --- what an office keeps no more --- */

/* What the bookings of an office are held against. */
struct keeping {
    const struct office *office;
    struct zone *zone;
    const struct service *services;
    size_t service_count;
    const struct closure *closures;
    size_t closure_count;
};

static const struct service *find_kept_service(const struct keeping *keeping, int64_t id)
{
    for (size_t i = 0; i < keeping->service_count; i++)
        if (keeping->services[i].id == id)
            return &keeping->services[i];
    return NULL;
}

static bool counter_serves(const struct office *office, int64_t counter, const struct service *service)
{
    for (size_t i = 0; i < office->limit_count; i++) {
        const struct counter_limit *limit = &office->limits[i];
        if (limit->counter != counter)
            continue;
        for (size_t n = 0; n < limit->service_count; n++)
            if (strcmp(limit->services[n], service->code) == 0)
                return true;
        return false;
    }
    return counter <= office->counters;
}

static bool is_kept(const struct keeping *keeping, const struct booking *booking)
{
    const struct service *service = find_kept_service(keeping, booking->service_id);
    if (service == NULL || !counter_serves(keeping->office, booking->counter, service) ||
        !opening_covers(keeping->office, service, keeping->zone, booking->start, booking->end))
        return false;
    for (size_t i = 0; i < keeping->closure_count; i++) {
        const struct closure *closure = &keeping->closures[i];
        if ((closure->counter == 0 || closure->counter == booking->counter) && booking->start < closure->end &&
            closure->start < booking->end)
            return false;
    }
    return true;
}

enum status booking_list_displaced(struct database *database, const struct office *office, int64_t now,
                                   struct arena *arena, const struct booking **ret_bookings, size_t *ret_count,
                                   struct error *error)
{
    struct keeping keeping = {.office = office};
    const struct booking *all = NULL;
    size_t count = 0, displaced = 0;
    enum status status = database_zone(database, office->zone, &keeping.zone, error);
    if (status == STATUS_OK)
        status = service_list(database, arena, &keeping.services, &keeping.service_count, error);
    if (status == STATUS_OK)
        status =
            closure_list(database, office->id, now, INT64_MAX, arena, &keeping.closures, &keeping.closure_count, error);
    if (status == STATUS_OK)
        status = booking_list_by_office(database, office->id, now + 1, INT64_MAX, arena, &all, &count, error);
    if (status != STATUS_OK)
        return status;
    struct booking *bookings = arena_array(arena, count, sizeof *bookings);
    for (size_t i = 0; i < count; i++)
        if (!is_kept(&keeping, &all[i]))
            bookings[displaced++] = all[i];
    *ret_bookings = bookings;
    *ret_count = displaced;
    return STATUS_OK;
}

/* --- numbers --- */

enum { NUMBER_DIGITS = 8, NUMBER_RANGE = 100000000, NUMBER_SIZE = 64, NUMBER_TRIES = 100 };

/* ISO 7064 MOD 11,10 */
static char check_digit(const char *digits)
{
    int product = 10;
    for (; *digits != '\0'; digits++) {
        int sum = (product + *digits - '0') % 10;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (char)('0' + (11 - product) % 10);
}

static void draw_number(const char *prefix, const struct randomness *randomness, char number[NUMBER_SIZE])
{
    uint64_t random; /* so wide that some numbers are hardly likelier than others */
    char digits[NUMBER_DIGITS + 1];
    randomness_fill(randomness, &random, sizeof random);
    snprintf(digits, sizeof digits, "%0*u", NUMBER_DIGITS, (unsigned)(random % NUMBER_RANGE));
    snprintf(number, NUMBER_SIZE, "%s%s%c", prefix, digits, check_digit(digits));
}

static enum status find_unused_number(struct database *database, const char *prefix,
                                      const struct randomness *randomness, char number[NUMBER_SIZE],
                                      struct error *error)
{
    for (int i = 0; i < NUMBER_TRIES; i++) {
        int64_t uses = 0;
        draw_number(prefix, randomness, number);
        enum status status = database_number(database, "SELECT count(*) FROM booking WHERE number = ?",
                                             VALUES(text_value(number)), &uses, error);
        if (status != STATUS_OK || uses == 0)
            return status;
    }
    return error_set(error, STATUS_INTERNAL, "no unused booking number after %d tries", NUMBER_TRIES);
}

/* --- changing --- */

static enum status insert_booking(struct database *database, const struct booking *booking, int64_t counter_id,
                                  int64_t *ret_id, struct error *error)
{
    return database_number(
        database,
        "INSERT INTO booking (number, status, origin, office_id, service_id, counter_id, starts_at, ends_at, revision, "
        "name, created_at, updated_at, people) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        VALUES(text_value(booking->number), text_value(status_words[booking->status]),
               text_value(origin_words[booking->origin]), number_value(booking->office_id),
               number_value(booking->service_id), number_value(counter_id), number_value(booking->start),
               number_value(booking->end), number_value(booking->revision), text_value(booking->name),
               number_value(booking->created_at), number_value(booking->updated_at), number_value(booking->people)),
        ret_id, error);
}

static enum status insert_contact(struct database *database, int64_t booking_id, const struct booking_new *booking,
                                  struct error *error)
{
    return database_run(database, "INSERT INTO contact (booking_id, address, language, role) VALUES (?, ?, ?, ?)",
                        VALUES(number_value(booking_id), text_value(booking->address), text_value(booking->language),
                               text_value(role_words[ROLE_APPLICANT])),
                        NULL, error);
}

enum status booking_create(struct database *database, const struct booking_new *booking,
                           const struct randomness *randomness, struct arena *arena, struct booking *ret_booking,
                           struct error *error)
{
    int people = booking->people > 0 ? booking->people : 1;
    struct term term = make_term(booking->office, booking->service, people, booking->start, booking->now);
    struct counter counter;
    char number[NUMBER_SIZE];
    enum status status = transaction_required(database, error);
    if (status == STATUS_OK)
        status = check_person(booking, error);
    if (status == STATUS_OK)
        status = check_people(booking->service, people, error);
    if (status == STATUS_OK)
        status = check_time(database, &term, error);
    if (status == STATUS_OK)
        status = find_counter(database, &term, 0, &counter, error);
    if (status == STATUS_OK)
        status = find_unused_number(database, booking->prefix, randomness, number, error);
    if (status != STATUS_OK)
        return status;
    struct booking made = {
        .number = arena_strdup(arena, number),
        .status = BOOKING_CONFIRMED,
        .origin = booking->origin,
        .office_id = booking->office->id,
        .service_id = booking->service->id,
        .counter = counter.number,
        .start = term.start,
        .end = term.end,
        .name = arena_strdup(arena, booking->name),
        .people = people,
        .created_at = booking->now,
        .updated_at = booking->now,
    };
    struct claim claim = make_claim(&term, &counter);
    status = insert_booking(database, &made, counter.id, &made.id, error);
    if (status == STATUS_OK)
        status = claim_take(database, made.id, &claim, error);
    if (status == STATUS_OK)
        status = insert_contact(database, made.id, booking, error);
    if (status == STATUS_OK)
        *ret_booking = made;
    return status;
}

/* May it be changed, and is `booking` what is written down? What was read before the transaction may be old. */
static enum status check_changeable(struct database *database, const struct booking *booking, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct booking current = {0};
    enum status status = transaction_required(database, error);
    if (status == STATUS_OK)
        status = booking_by_id(database, booking->id, &arena, &current, error);
    if (status == STATUS_OK && current.status == BOOKING_CANCELLED)
        status = error_set(error, STATUS_INVALID, "%s is cancelled", booking->number);
    else if (status == STATUS_OK && current.revision != booking->revision)
        status = error_set(error, STATUS_CONFLICT, "%s was changed meanwhile; look at it again", booking->number);
    arena_clear(&arena);
    return status;
}

static enum status update_term(struct database *database, const struct booking *booking, int64_t counter_id,
                               struct error *error)
{
    return database_run(database,
                        "UPDATE booking SET office_id = ?, service_id = ?, counter_id = ?, starts_at = ?, ends_at = ?, "
                        "revision = ?, updated_at = ? WHERE id = ?",
                        VALUES(number_value(booking->office_id), number_value(booking->service_id),
                               number_value(counter_id), number_value(booking->start), number_value(booking->end),
                               number_value(booking->revision), number_value(booking->updated_at),
                               number_value(booking->id)),
                        NULL, error);
}

static enum status check_move(struct database *database, const struct booking *booking, const struct term *term,
                              struct error *error)
{
    enum status status = check_changeable(database, booking, error);
    if (status != STATUS_OK)
        return status;
    if (booking->start == term->start && booking->office_id == term->office->id &&
        booking->service_id == term->service->id)
        return error_set(error, STATUS_INVALID, "%s has that time already", booking->number);
    return check_time(database, term, error);
}

/* Takes the counter at the time of `term`, then frees what it had, and writes it down. */
static enum status take_term(struct database *database, struct booking *booking, const struct term *term,
                             const struct counter *counter, struct error *error)
{
    struct claim claim = make_claim(term, counter);
    struct booking moved = *booking;
    moved.office_id = term->office->id;
    moved.service_id = term->service->id;
    moved.counter = counter->number;
    moved.start = term->start;
    moved.end = term->end;
    moved.revision++;
    moved.updated_at = term->now;
    enum status status = claim_take(database, booking->id, &claim, error);
    if (status == STATUS_OK)
        status = claim_free(database, booking->id, &claim, error);
    if (status == STATUS_OK)
        status = update_term(database, &moved, counter->id, error);
    if (status == STATUS_OK)
        *booking = moved;
    return status;
}

enum status booking_move(struct database *database, struct booking *booking, const struct office *office,
                         const struct service *service, int64_t start, int64_t now, struct error *error)
{
    struct term term = make_term(office, service, booking->people, start, now);
    struct counter counter;
    enum status status = check_move(database, booking, &term, error);
    if (status == STATUS_OK)
        status = find_counter(database, &term, booking->id, &counter, error);
    return status == STATUS_OK ? take_term(database, booking, &term, &counter, error) : status;
}

enum status booking_reseat(struct database *database, struct booking *booking, const struct office *office,
                           const struct service *service, int64_t now, struct error *error)
{
    struct term term = make_term(office, service, booking->people, booking->start, now);
    struct counter counter;
    enum status status = check_changeable(database, booking, error);
    term.end = booking->end; /* the service may take another time by now */
    if (status == STATUS_OK)
        status = check_time(database, &term, error);
    if (status == STATUS_OK)
        status = find_counter(database, &term, 0, &counter, error);
    return status == STATUS_OK ? take_term(database, booking, &term, &counter, error) : status;
}

enum status booking_cancel(struct database *database, struct booking *booking, int64_t now, struct error *error)
{
    enum status status = check_changeable(database, booking, error);
    if (status == STATUS_OK)
        status = claim_free(database, booking->id, NULL, error);
    if (status == STATUS_OK)
        status = database_run(
            database, "UPDATE booking SET status = 'cancelled', revision = ?, updated_at = ? WHERE id = ?",
            VALUES(number_value(booking->revision + 1), number_value(now), number_value(booking->id)), NULL, error);
    if (status != STATUS_OK)
        return status;
    booking->status = BOOKING_CANCELLED;
    booking->revision++;
    booking->updated_at = now;
    return STATUS_OK;
}

/* --- contacts --- */

#define CONTACT_SELECT "SELECT id, booking_id, address, name, language, role, token_generation, reachable FROM contact "

static struct contact read_contact(struct query *query, struct arena *arena)
{
    return (struct contact){
        .id = query_integer(query, 0),
        .booking_id = query_integer(query, 1),
        .address = query_text(query, 2, arena),
        .name = query_text(query, 3, arena),
        .language = query_text(query, 4, arena),
        .role = (enum contact_role)query_word(query, 5, role_words, COUNT(role_words)),
        .token_generation = query_integer(query, 6),
        .reachable = query_integer(query, 7) != 0,
    };
}

enum status contact_list(struct database *database, int64_t booking_id, struct arena *arena,
                         const struct contact **ret_contacts, size_t *ret_count, struct error *error)
{
    struct contact *contacts = arena_array(arena, BOOKING_CONTACTS_MAX, sizeof *contacts);
    size_t count = 0;
    struct query query = query_begin(database, CONTACT_SELECT "WHERE booking_id = ? ORDER BY id LIMIT ?",
                                     VALUES(number_value(booking_id), number_value(BOOKING_CONTACTS_MAX)));
    while (query_next(&query))
        contacts[count++] = read_contact(&query, arena);
    enum status status = query_end(&query, error);
    if (status != STATUS_OK)
        return status;
    *ret_contacts = contacts;
    *ret_count = count;
    return STATUS_OK;
}

enum status contact_by_id(struct database *database, int64_t id, struct arena *arena, struct contact *ret_contact,
                          struct error *error)
{
    struct query query = query_begin(database, CONTACT_SELECT "WHERE id = ?", VALUES(number_value(id)));
    struct contact contact = {0};
    while (query_next(&query))
        contact = read_contact(&query, arena);
    enum status status = query_end(&query, error);
    if (status == STATUS_OK && contact.id == 0)
        status = error_set(error, STATUS_NOT_FOUND, "no contact with id %" PRId64, id);
    if (status == STATUS_OK)
        *ret_contact = contact;
    return status;
}

enum status contact_set_unreachable(struct database *database, int64_t contact_id, struct error *error)
{
    int64_t changes;
    enum status status = database_run(database, "UPDATE contact SET reachable = 0 WHERE id = ?",
                                      VALUES(number_value(contact_id)), &changes, error);
    if (status == STATUS_OK && changes == 0)
        status = error_set(error, STATUS_NOT_FOUND, "no contact with id %" PRId64, contact_id);
    return status;
}
