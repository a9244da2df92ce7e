/*
 * parse MODE ROUNDS FILE...: reads mails into memory, does with each what MODE says, ROUNDS times, and prints the CPU
 * seconds of that.
 *
 *   none   nothing
 *   start  makes a parser (patterns and lexicons), once
 *   floor  libetpan's mailmime_parse() alone
 *   parse  parser_read() and its JSON
 */
#include <libetpan/libetpan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/file.h"
#include "parsers/parser.h"

enum { NOW = 1717495200 /* 4 June 2024, 12:00 in Oslo */ };

static struct parser *make_parser(void)
{
    struct parser *parser = NULL;
    struct parser_options options = {.desk_address = "desk@politi.example", .authserv_id = "mx.example"};
    struct error error;
    if (parser_new(&options, &parser, &error) != STATUS_OK) {
        fprintf(stderr, "parse: %s\n", error.text);
        exit(EXIT_FAILURE);
    }
    return parser;
}

static void read_floor(struct parser *parser, const struct buffer *mail)
{
    (void)parser;
    size_t index = 0;
    struct mailmime *mime = NULL;
    if (mailmime_parse(mail->data, mail->length, &index, &mime) == MAILIMF_NO_ERROR)
        mailmime_free(mime);
}

static void read_mail(struct parser *parser, const struct buffer *mail)
{
    struct arena arena = ARENA_INIT;
    struct parser_time time = {.clock_now = NOW};
    struct buffer json = BUFFER_INIT;
    struct reading reading;
    parser_read(parser, mail->data, mail->length, time, &arena, &reading);
    reading_json(parser, &reading, false, &json);
    buffer_release(&json);
    arena_clear(&arena);
}

static const struct mode {
    const char *name;
    bool starts;
    void (*read)(struct parser *parser, const struct buffer *mail);
} modes[] = {
    {"none", false, NULL},
    {"start", true, NULL},
    {"floor", false, read_floor},
    {"parse", true, read_mail},
};

static const struct mode *find_mode(const char *name)
{
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (strcmp(modes[i].name, name) == 0)
            return &modes[i];
    fprintf(stderr, "parse: no such mode: %s\n", name);
    exit(EXIT_FAILURE);
}

static double cpu_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double run(const struct mode *mode, long rounds, const struct buffer *mails, size_t count)
{
    double before = cpu_seconds();
    struct parser *parser = mode->starts ? make_parser() : NULL;
    if (mode->read != NULL) {
        before = cpu_seconds(); /* the start is measured by itself */
        for (long round = 0; round < rounds; round++)
            for (size_t i = 0; i < count; i++)
                mode->read(parser, &mails[i]);
    }
    double seconds = cpu_seconds() - before;
    parser_free(&parser);
    return seconds;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: parse MODE ROUNDS FILE...\n");
        return EXIT_FAILURE;
    }
    size_t count = (size_t)argc - 3;
    struct buffer *mails = memory_allocate((count + 1) * sizeof *mails);
    struct error error;
    for (size_t i = 0; i < count; i++) {
        buffer_init(&mails[i]);
        if (file_read(argv[i + 3], PARSER_MESSAGE_MAX, &mails[i], &error) != STATUS_OK) {
            fprintf(stderr, "parse: %s\n", error.text);
            return EXIT_FAILURE;
        }
    }
    printf("%.6f\n", run(find_mode(argv[1]), strtol(argv[2], NULL, 10), mails, count));
    for (size_t i = 0; i < count; i++)
        buffer_release(&mails[i]);
    free(mails);
    return EXIT_SUCCESS;
}
