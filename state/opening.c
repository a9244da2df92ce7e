#include "state/opening.h"

#include "state/booking.h"

static int64_t day_beginning(struct zone *zone, int64_t number)
{
    return zone_time(zone, civil_from_day_number(number));
}

struct day day_of(struct zone *zone, int64_t time)
{
    struct civil civil = zone_civil(zone, time);
    int64_t number = civil_day_number(civil.year, civil.month, civil.day);
    return (struct day){number, day_beginning(zone, number), day_beginning(zone, number + 1)};
}

struct day day_after(struct zone *zone, const struct day *day)
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

/* The hours that count on a day. */
static const struct opening_hours *hours_of(const struct office *office, const struct service *service, int64_t day,
                                            size_t *ret_count)
{
    const struct timetable *timetable =
        timetable_find(office->timetables, office->timetable_count, service != NULL ? service->code : NULL, day);
    *ret_count = timetable != NULL ? timetable->hours_count : office->hours_count;
    return timetable != NULL ? timetable->hours : office->hours;
}

size_t opening_windows(const struct office *office, const struct service *service, struct zone *zone,
                       const struct day *day, struct window windows[OPENING_HOURS_MAX])
{
    struct civil date = civil_from_day_number(day->number);
    int weekday = civil_weekday(date.year, date.month, date.day);
    size_t hours_count, count = 0;
    const struct opening_hours *hours = hours_of(office, service, day->number, &hours_count);
    if (holiday_is_public(office->holidays, day->number))
        return 0;
    for (size_t i = 0; i < hours_count && count < OPENING_HOURS_MAX; i++)
        if (hours[i].weekday == weekday)
            windows[count++] =
                (struct window){day_moment(zone, day, hours[i].opens), day_moment(zone, day, hours[i].closes)};
    return count;
}

/* The end of the window that holds `time`; `time` itself where the office is closed then. */
static int64_t open_until(const struct office *office, const struct service *service, struct zone *zone, int64_t time)
{
    struct window windows[OPENING_HOURS_MAX];
    struct day day = day_of(zone, time);
    size_t count = opening_windows(office, service, zone, &day, windows);
    for (size_t i = 0; i < count; i++)
        if (windows[i].opens <= time && time < windows[i].closes)
            return windows[i].closes;
    return time;
}

bool opening_covers(const struct office *office, const struct service *service, struct zone *zone, int64_t start,
                    int64_t end)
{
    while (start < end) { /* windows may follow each other without a gap, over midnight too */
        int64_t until = open_until(office, service, zone, start);
        if (until == start)
            return false;
        start = until;
    }
    return true;
}

const char *opening_describe(const struct office *office, const struct service *service, int64_t day,
                             struct arena *arena)
{
    size_t count;
    const struct opening_hours *hours = hours_of(office, service, day, &count);
    const char *text = count > 0 ? opening_hours_format(hours, count, arena) : "never";
    return holiday_is_public(office->holidays, day) ? arena_printf(arena, "%s, but on no public holiday", text) : text;
}
