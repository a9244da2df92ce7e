#include <stdio.h>

#include "agent/command_booking.h"

struct options {
    const char *office;
    const char *service;
    const char *at;
    const char *name;
    const char *email;
    const char *language;
    int64_t people;
    bool anyway;
    bool no_letter;
};

#define FIELD(member) .field = offsetof(struct options, member)

static const struct command_option options[] = {
    {.name = "office", .value = "CODE", FIELD(office), .required = true, .summary = "where (timepost office list)"},
    {.name = "service",
     .value = "CODE",
     FIELD(service),
     .required = true,
     .summary = "what for (timepost service list)"},
    {.name = "at",
     .value = "TIME",
     FIELD(at),
     .required = true,
     .summary = "when, by the office's clocks: 2024-06-11T10:00"},
    {.name = "name", .value = "NAME", FIELD(name), .required = true, .summary = "whose visit it is"},
    {.name = "email",
     .value = "ADDRESS",
     .type = VALUE_ADDRESS,
     FIELD(email),
     .required = true,
     .summary = "where letters go"},
    {.name = "language",
     .value = "LANGUAGE",
     .type = VALUE_LANGUAGE,
     FIELD(language),
     .summary = "of the letters, such as nb or en; else that of the configuration"},
    {.name = "people",
     .value = "NUMBER",
     .type = VALUE_NUMBER,
     .range = {1, SERVICE_PEOPLE_MAX},
     .standard = "1",
     FIELD(people),
     .summary = "who come together, the one named included: a longer visit"},
    OPTION_ANYWAY(struct options),
    OPTION_NO_LETTER(struct options),
    {.name = NULL},
};

static enum status create(struct invocation *invocation, const struct office *office, const struct service *service,
                          struct booking *ret_booking, struct error *error)
{
    const struct options *given = invocation->options;
    struct booking_new booking = {
        .prefix = invocation->configuration.booking_prefix,
        .office = office,
        .service = service,
        .origin = ORIGIN_DESK,
        .name = given->name,
        .people = (int)given->people,
        .address = given->email,
        .language = given->language != NULL ? given->language : invocation->configuration.language,
        .now = clock_now(&invocation->clock),
    };
    struct zone *zone = NULL;
    enum status status = zone_open(office->zone, &zone, error);
    if (status == STATUS_OK)
        status = command_time(invocation, "--at", given->at, zone, &booking.start, error);
    if (status == STATUS_OK && !given->anyway)
        status = command_check_window(invocation, service, zone, booking.start, error);
    if (status == STATUS_OK)
        status = booking_create(invocation->agent.database, &booking, &invocation->agent.randomness, &invocation->arena,
                                ret_booking, error);
    zone_close(&zone);
    return status == STATUS_OK ? STATUS_OK : command_hint_free(error);
}

/* Not speaking a language is no reason to refuse it: letters in it may come with the next version. */
static void note_language(struct invocation *invocation)
{
    const struct options *given = invocation->options;
    if (given->language != NULL && !letters_speak(invocation->agent.letters, given->language))
        command_note("there are no letters in “%s” yet: theirs will be in “%s”", given->language,
                     invocation->configuration.language);
}

static enum status book(struct invocation *invocation, struct booking *ret_booking, struct error *error)
{
    const struct options *given = invocation->options;
    struct office office;
    struct service service;
    struct booking_change change = {
        .action = "booked", .letter = LETTER_CONFIRMATION, .booking = ret_booking, .no_letter = given->no_letter};
    enum status status = command_office(invocation, given->office, &office, error);
    if (status == STATUS_OK)
        status = command_service(invocation, given->service, &service, error);
    if (status == STATUS_OK)
        status = create(invocation, &office, &service, ret_booking, error);
    return status == STATUS_OK ? command_record(invocation, &change, error) : status;
}

static enum status show_json(struct invocation *invocation, const struct booking *booking, struct error *error)
{
    struct about about = {0};
    enum status status = about_load(&invocation->agent, booking, &invocation->arena, &about, error);
    if (status == STATUS_OK)
        status = command_show_booking(invocation, &about, error);
    about_release(&about);
    return status;
}

static enum status run(struct invocation *invocation, struct error *error)
{
    struct booking booking = {0};
    enum status status = transaction_begin(invocation->agent.database, error);
    if (status == STATUS_OK)
        status = transaction_end(invocation->agent.database, book(invocation, &booking, error), error);
    if (status != STATUS_OK)
        return status;
    note_language(invocation);
    if (invocation->global.json)
        return show_json(invocation, &booking, error);
    puts(booking.number);
    return STATUS_OK;
}

const struct command command_book = {
    .name = "book",
    .summary = "Book an appointment and print its number",
    .options = options,
    .options_size = sizeof(struct options),
    .help = "The person gets a confirmation, if [desk] address is configured.\n"
            "\n"
            "  timepost book --office oslo --service card --at 2024-06-11T10:00 \\\n"
            "                --name \"Amina Yusuf\" --email amina@example.org --language nb\n",
    .opens = OPENS_TO_CREATE,
    .run = run,
};
