#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/command.h"
#include "agent/terminal.h"
#include "state/booking.h"
#include "state/calendar.h"

enum {
    DAYS = 7,
    DAY_MINUTES = 24 * 60,
    ROWS_MAX = 24, /* of the picture, so that it fits a screen */
    WIDTH = 80,
    TIME_WIDTH = 7,  /* "08:00  " */
    DAY_WIDTH = 6,   /* "Mon 10" */
    RATIO_WIDTH = 7, /* "200/200" */
    GAP = 2,
};

struct options {
    const char *office;
    const char *from;
};

static const struct command_option options[] = {
    {.name = "office",
     .value = "CODE",
     .field = offsetof(struct options, office),
     .required = true,
     .summary = "whose calendar (timepost office list)"},
    {.name = "from",
     .value = "DATE",
     .field = offsetof(struct options, from),
     .summary = "any day of the week to show; else today"},
    {.name = NULL},
};

/* A week of an office. */
struct week {
    struct invocation *invocation;
    const struct office *office;
    struct zone *zone;
    int64_t monday;                     /* day number */
    int64_t day_starts[DAYS + 1];       /* by the office's clocks */
    const struct window *windows[DAYS]; /* when it is open */
    size_t window_counts[DAYS];
    const struct booking *bookings;
    size_t booking_count;
    int counters; /* of the office, and such as were given up but have an appointment */
};

static int64_t day_number(struct zone *zone, int64_t time)
{
    struct civil civil = zone_civil(zone, time);
    return civil_day_number(civil.year, civil.month, civil.day);
}

static int minute_of_day(struct zone *zone, int64_t time)
{
    struct civil civil = zone_civil(zone, time);
    return civil.hour * 60 + civil.minute;
}

/* Of what ends then: midnight is the end of its day. */
static int minute_of_end(struct zone *zone, int64_t time)
{
    int minute = minute_of_day(zone, time);
    return minute == 0 ? DAY_MINUTES : minute;
}

static struct civil civil_day(const struct week *week, int day)
{
    return civil_from_day_number(week->monday + day);
}

static enum status load_windows(struct week *week, struct error *error)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < DAYS && status == STATUS_OK; i++) {
        struct day day = {week->monday + i, week->day_starts[i], week->day_starts[i + 1]};
        status = calendar_open_windows(week->invocation->agent.database, week->office, &day, &week->invocation->arena,
                                       &week->windows[i], &week->window_counts[i], error);
    }
    return status;
}

static enum status load_week(struct week *week, int64_t time, struct error *error)
{
    int64_t number = day_number(week->zone, time);
    struct civil civil = civil_from_day_number(number);
    week->monday = number - (civil_weekday(civil.year, civil.month, civil.day) - 1);
    for (int day = 0; day <= DAYS; day++)
        week->day_starts[day] = zone_time(week->zone, civil_day(week, day));
    enum status status = load_windows(week, error);
    if (status != STATUS_OK)
        return status;
    status = booking_list_by_office(week->invocation->agent.database, week->office->id, week->day_starts[0],
                                    week->day_starts[DAYS], &week->invocation->arena, &week->bookings,
                                    &week->booking_count, error);
    week->counters = week->office->counters;
    for (size_t i = 0; i < week->booking_count && status == STATUS_OK; i++)
        if (week->bookings[i].counter > week->counters)
            week->counters = (int)week->bookings[i].counter;
    return status;
}

/* --- JSON --- */

static json_t *open_json(const struct week *week, int day)
{
    json_t *list = json_array();
    for (size_t i = 0; i < week->window_counts[day]; i++) {
        const struct window *window = &week->windows[day][i];
        json_array_append_new(list, json_pack("{s:s, s:s}", "start",
                                              command_moment(week->invocation, week->zone, window->opens), "end",
                                              command_moment(week->invocation, week->zone, window->closes)));
    }
    return list;
}

static json_t *bookings_json(const struct week *week, int day)
{
    json_t *list = json_array();
    for (size_t i = 0; i < week->booking_count; i++) {
        const struct booking *booking = &week->bookings[i];
        if (booking->start < week->day_starts[day] || booking->start >= week->day_starts[day + 1])
            continue;
        json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:s, s:s}", "number", booking->number, "counter",
                                              (json_int_t)booking->counter, "start",
                                              command_moment(week->invocation, week->zone, booking->start), "end",
                                              command_moment(week->invocation, week->zone, booking->end), "name",
                                              booking->name));
    }
    return list;
}

static enum status print_json(const struct week *week, struct error *error)
{
    json_t *days = json_array();
    for (int day = 0; day < DAYS; day++) {
        struct civil civil = civil_day(week, day);
        const char *date = arena_printf(&week->invocation->arena, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
        json_array_append_new(days, json_pack("{s:s, s:o, s:o}", "date", date, "open", open_json(week, day), "bookings",
                                              bookings_json(week, day)));
    }
    return command_print_json(json_pack("{s:s, s:s, s:i, s:o}", "office", week->office->code, "timezone",
                                        week->office->zone, "counters", week->office->counters, "days", days),
                              error);
}

/* --- the picture --- */

/* Minutes of each row at each counter on each day, open and taken. */
struct picture {
    const struct week *week;
    int first; /* minute of the day where the first row begins */
    int step;  /* minutes in a row */
    int rows;
    bool shown[DAYS];
    int shown_count;
    int *open;  /* [day][row] */
    int *taken; /* [day][row][counter] */
};

static int *open_of(const struct picture *picture, int day, int row)
{
    return &picture->open[day * picture->rows + row];
}

static int *taken_of(const struct picture *picture, int day, int row, int counter)
{
    return &picture->taken[(day * picture->rows + row) * picture->week->counters + counter];
}

static int overlap(const struct picture *picture, int row, int from, int to)
{
    int start = picture->first + row * picture->step, end = start + picture->step;
    int begin = from > start ? from : start, stop = to < end ? to : end;
    return stop > begin ? stop - begin : 0;
}

static int booking_day(const struct week *week, const struct booking *booking)
{
    return (int)(day_number(week->zone, booking->start) - week->monday);
}

/* Where a booking ends on the day on which it begins. */
static int booking_end(const struct week *week, const struct booking *booking)
{
    int from = minute_of_day(week->zone, booking->start), to = minute_of_day(week->zone, booking->end);
    return to > from ? to : DAY_MINUTES;
}

/* Which days there are, from when to when, and how much a row is. */
static void frame_picture(struct picture *picture)
{
    static const int steps[] = {10, 15, 20, 30, 60};
    const struct week *week = picture->week;
    int first = DAY_MINUTES, last = 0;
    for (int day = 0; day < DAYS; day++) {
        for (size_t i = 0; i < week->window_counts[day]; i++) {
            int opens = minute_of_day(week->zone, week->windows[day][i].opens);
            int closes = minute_of_end(week->zone, week->windows[day][i].closes);
            first = opens < first ? opens : first;
            last = closes > last ? closes : last;
            picture->shown[day] = true;
        }
    }
    for (size_t i = 0; i < week->booking_count; i++) {
        int from = minute_of_day(week->zone, week->bookings[i].start);
        int to = booking_end(week, &week->bookings[i]);
        first = from < first ? from : first;
        last = to > last ? to : last;
        picture->shown[booking_day(week, &week->bookings[i])] = true;
    }
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        picture->step = steps[i];
        picture->first = first / picture->step * picture->step;
        picture->rows = last > first ? (last - picture->first + picture->step - 1) / picture->step : 0;
        if (picture->rows <= ROWS_MAX)
            break;
    }
    for (int day = 0; day < DAYS; day++)
        picture->shown_count += picture->shown[day] ? 1 : 0;
}

static void fill_picture(struct picture *picture)
{
    const struct week *week = picture->week;
    size_t cells = (size_t)picture->rows * DAYS;
    picture->open = arena_array(&week->invocation->arena, cells, sizeof *picture->open);
    picture->taken = arena_array(&week->invocation->arena, cells * (size_t)week->counters, sizeof *picture->taken);
    for (int row = 0; row < picture->rows; row++) {
        for (int day = 0; day < DAYS; day++)
            for (size_t i = 0; i < week->window_counts[day]; i++)
                *open_of(picture, day, row) +=
                    overlap(picture, row, minute_of_day(week->zone, week->windows[day][i].opens),
                            minute_of_end(week->zone, week->windows[day][i].closes));
        for (size_t i = 0; i < week->booking_count; i++) {
            const struct booking *booking = &week->bookings[i];
            int from = minute_of_day(week->zone, booking->start);
            *taken_of(picture, booking_day(week, booking), row, (int)booking->counter - 1) +=
                overlap(picture, row, from, booking_end(week, booking));
        }
    }
}

/* "#.+": a character for each counter. */
static void append_counters(const struct picture *picture, int day, int row, struct buffer *out)
{
    int open = *open_of(picture, day, row);
    for (int counter = 0; counter < picture->week->counters; counter++) {
        int taken = *taken_of(picture, day, row, counter);
        bool whole = taken == picture->step || (open > 0 && taken >= open);
        buffer_append_char(out, whole ? '#' : taken > 0 ? '+' : open > 0 ? '.' : ' ');
    }
}

/* "12/40": how many of how many counters are taken, where there is no room for all. */
static void append_ratio(const struct picture *picture, int day, int row, struct buffer *out)
{
    int counters = picture->week->counters, taken = 0;
    for (int counter = 0; counter < counters; counter++)
        taken += *taken_of(picture, day, row, counter) > 0 ? 1 : 0;
    if (taken > 0 || *open_of(picture, day, row) > 0)
        buffer_printf(out, "%d/%d", taken, counters);
}

static int column_room(const struct picture *picture)
{
    return (WIDTH - TIME_WIDTH) / picture->shown_count - GAP;
}

static void print_line(struct buffer *line)
{
    while (line->length > 0 && line->data[line->length - 1] == ' ')
        buffer_truncate(line, line->length - 1);
    puts(line->data);
    buffer_clear(line);
}

static void pad_to(struct buffer *line, size_t width)
{
    while (line->length < width)
        buffer_append_char(line, ' ');
}

static void print_rows(const struct picture *picture, bool each_counter)
{
    int counters = picture->week->counters;
    int content = each_counter ? counters : RATIO_WIDTH;
    size_t width = (size_t)(content > DAY_WIDTH ? content : DAY_WIDTH) + GAP;
    struct buffer line = BUFFER_INIT;
    for (int row = -1; row < picture->rows; row++) {
        int minute = picture->first + row * picture->step;
        size_t column = TIME_WIDTH;
        if (row >= 0)
            buffer_printf(&line, "%02d:%02d", minute / 60, minute % 60);
        for (int day = 0; day < DAYS; day++) {
            if (!picture->shown[day])
                continue;
            pad_to(&line, column);
            if (row < 0)
                buffer_printf(&line, "%s %02d", command_weekday(day + 1), civil_day(picture->week, day).day);
            else if (each_counter)
                append_counters(picture, day, row, &line);
            else
                append_ratio(picture, day, row, &line);
            column += width;
        }
        print_line(&line);
    }
    buffer_release(&line);
}

static void print_title(const struct week *week)
{
    struct civil first = civil_day(week, 0), last = civil_day(week, DAYS - 1), thursday = civil_day(week, 3);
    int64_t day_of_year = week->monday + 3 - civil_day_number(thursday.year, 1, 1);
    const char *name = terminal_text(&week->invocation->arena, week->office->name);
    printf("%s: %s\n", week->office->code, name);
    printf("Week %d, %04d-%02d-%02d to %04d-%02d-%02d, %d counter%s, %zu appointment%s\n\n", (int)(day_of_year / 7 + 1),
           first.year, first.month, first.day, last.year, last.month, last.day, week->counters,
           week->counters == 1 ? "" : "s", week->booking_count, week->booking_count == 1 ? "" : "s");
}

static void print_picture(const struct week *week)
{
    struct picture picture = {.week = week};
    frame_picture(&picture);
    print_title(week);
    if (picture.rows == 0) {
        puts("The office is not open this week.");
        return;
    }
    fill_picture(&picture);
    bool each_counter = week->counters <= column_room(&picture);
    print_rows(&picture, each_counter);
    puts(each_counter ? "\nEach counter has a column:  . free  # taken  + taken in part"
                      : "\nCounters that are taken, of all.");
}

/* --- the command --- */

static enum status show_week(struct invocation *invocation, const struct office *office, struct zone *zone,
                             struct error *error)
{
    const struct options *given = invocation->options;
    struct week week = {.invocation = invocation, .office = office, .zone = zone};
    int64_t time = clock_now(&invocation->clock);
    enum status status = STATUS_OK;
    if (given->from != NULL)
        status = command_time(invocation, "--from", given->from, zone, &time, error);
    if (status == STATUS_OK)
        status = load_week(&week, time, error);
    if (status != STATUS_OK)
        return status;
    if (invocation->global.json)
        return print_json(&week, error);
    print_picture(&week);
    return STATUS_OK;
}

static enum status run(struct invocation *invocation, struct error *error)
{
    const struct options *given = invocation->options;
    struct office office;
    struct zone *zone = NULL;
    enum status status = command_office(invocation, given->office, &office, error);
    if (status == STATUS_OK)
        status = zone_open(office.zone, &zone, error);
    if (status == STATUS_OK)
        status = show_week(invocation, &office, zone, error);
    zone_close(&zone);
    return status;
}

const struct command command_calendar = {
    .name = "calendar",
    .summary = "Draw a week of an office: what is free, what is taken",
    .options = options,
    .options_size = sizeof(struct options),
    .help = "With --json: for each day its opening hours and its appointments.\n"
            "\n"
            "  timepost calendar --office oslo --from 2024-06-11\n",
    .opens = OPENS_TO_LOOK,
    .run = run,
};
