#include "agent/explain.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/terminal.h"
#include "base/buffer.h"

enum { ROLE_WIDTH = 12 };

/* What is written in one colour: the code of ECMA-48. */
#define COLOUR_HEADING "1;4"
#define COLOUR_NEW     "1"
#define COLOUR_QUOTED  "2"
#define COLOUR_FORM    "36" /* what stands around a mail: its header, markers */
#define COLOUR_BELOW   "35" /* what stands below it */
#define COLOUR_FACT    "33"
#define COLOUR_GOOD    "32"
#define COLOUR_BAD     "31"

static const char *const role_colours[] = {
    [LINE_NEW] = COLOUR_NEW,      [LINE_QUOTED] = COLOUR_QUOTED,    [LINE_ATTRIBUTION] = COLOUR_FORM,
    [LINE_MARKER] = COLOUR_FORM,  [LINE_HEADER] = COLOUR_FORM,      [LINE_SIGNATURE] = COLOUR_BELOW,
    [LINE_DEVICE] = COLOUR_BELOW, [LINE_DISCLAIMER] = COLOUR_BELOW,
};

static const char *const wish_role_names[] = {
    [WISH_ROLE_NONE] = "of no use",          [WISH_ROLE_WANT] = "wanted",           [WISH_ROLE_AVOID] = "to be avoided",
    [WISH_ROLE_CURRENT] = "the present one", [WISH_ROLE_COMING] = "when they come",
};

static const struct {
    enum intent_doubt doubt;
    const char *reason;
} doubt_table[] = {
    {INTENT_DOUBT_RULE, "this rule asks back"},
    {INTENT_DOUBT_TIME, "a time that is wished is not certain"},
    {INTENT_DOUBT_NUMBER, "a booking number has a wrong check digit"},
    {INTENT_DOUBT_CONTRAST, "what stands behind the “but” is not understood"},
    {INTENT_DOUBT_CONDITION, "it hangs on a condition that nobody here can know"},
};

struct explainer {
    const struct explanation *explanation;
    bool colour;
    FILE *out;
    struct arena arena;
};

bool explain_wants_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) != 0 && (no_colour == NULL || no_colour[0] == '\0');
}

static void put(struct explainer *explainer, const char *colour, const char *text)
{
    if (explainer->colour)
        fprintf(explainer->out, "\x1b[%sm%s\x1b[0m", colour, text);
    else
        fputs(text, explainer->out);
}

/* A piece of the mail, on one line and harmless. */
static const char *piece(struct explainer *explainer, const char *text, size_t start, size_t end)
{
    char *copy = arena_strndup(&explainer->arena, text + start, end - start);
    for (char *c = copy; *c != '\0'; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    return terminal_text(&explainer->arena, copy);
}

static void put_heading(struct explainer *explainer, const char *text)
{
    fputc('\n', explainer->out);
    put(explainer, COLOUR_HEADING, text);
    fputs("\n\n", explainer->out);
}

static const char *span_text(struct explainer *explainer, struct time_span span)
{
    char start[RFC3339_SIZE], end[RFC3339_SIZE];
    rfc3339_format(explainer->explanation->zone, span.start, start);
    rfc3339_format(explainer->explanation->zone, span.end, end);
    return arena_printf(&explainer->arena, "%s to %s (%s)", start, end, grain_name(span.grain));
}

/* ---- The lines ------------------------------------------------------- */

static void put_line(struct explainer *explainer, size_t index)
{
    const struct text_lines *lines = &explainer->explanation->text.lines;
    const struct text_line *line = &lines->items[index];
    bool again = index > 0 && lines->items[index - 1].role == line->role;
    fprintf(explainer->out, "%-*s| ", ROLE_WIDTH, again ? "" : line_role_name(line->role));
    put(explainer, role_colours[line->role], piece(explainer, lines->body, line->start, line->start + line->length));
    fputc('\n', explainer->out);
}

static void put_header(struct explainer *explainer, const struct reading *reading)
{
    struct arena *arena = &explainer->arena;
    fprintf(explainer->out, "From:     %s\n",
            reading->from.address != NULL ? terminal_text(arena, reading->from.address) : "nobody who can be told");
    fprintf(explainer->out, "Subject:  %s\n", reading->subject != NULL ? terminal_text(arena, reading->subject) : "");
    fprintf(explainer->out, "Kind:     %s\n", message_kind_name(reading->kind));
    fprintf(explainer->out, "Language: %s\n", reading->language);
    put_heading(explainer, "Lines");
    for (size_t i = 0; i < explainer->explanation->text.lines.count; i++)
        put_line(explainer, i);
}

/* ---- The clauses ----------------------------------------------------- */

static void put_facts(struct explainer *explainer, uint64_t facts)
{
    for (size_t i = 0; i < CLAUSE_FACT_COUNT; i++)
        if ((facts & UINT64_C(1) << i) != 0) {
            fputc(' ', explainer->out);
            put(explainer, COLOUR_FACT, clause_fact_name((enum clause_fact_index)i));
        }
}

/* The languages whose lexicon has the phrase: "nb, nn". */
static const char *languages_of(struct explainer *explainer, const struct words *words, const struct hit *hit)
{
    struct buffer codes = BUFFER_INIT;
    for (size_t i = 0; i < words->items[hit->first].match_count; i++) {
        const struct word_match *match = &words->items[hit->first].matches[i];
        const char *code = lexicon_code(explainer->explanation->set, match->phrase->language);
        if (match->phrase->key == hit->key && match->count == hit->end - hit->first && strstr(codes.data, code) == NULL)
            buffer_printf(&codes, "%s%s", codes.length > 0 ? ", " : "", code);
    }
    const char *text = arena_strdup(&explainer->arena, codes.data);
    buffer_release(&codes);
    return text;
}

static void put_hits(struct explainer *explainer, const struct intent_steps *steps, const struct clause *clause)
{
    const struct words *words = &steps->content.words;
    for (size_t i = 0; i < clause->hit_count; i++) {
        const struct hit *hit = &clause->hits[i];
        if (hit->key == LEXICON_FILLER) /* changes nothing */
            continue;
        fprintf(explainer->out, "    “%s”  [%s] %s  (%s)\n",
                piece(explainer, steps->text, words->items[hit->first].start, words->items[hit->end - 1].end),
                lexicon_key_section(hit->key), lexicon_key_name(hit->key), languages_of(explainer, words, hit));
    }
}

static void put_whens(struct explainer *explainer, const struct intent_steps *steps, const struct clause *clause)
{
    for (size_t i = 0; i < steps->content.when_count; i++) {
        const struct when *when = &steps->content.whens[i];
        if (when->first_word < clause->first || when->first_word >= clause->end)
            continue;
        fprintf(explainer->out, "    “%s”  ", piece(explainer, steps->text, when->start, when->end));
        if (!when->possible)
            put(explainer, COLOUR_BAD, "there is no such time");
        else if (when->dated)
            fputs(span_text(explainer, when->span), explainer->out);
        else
            fprintf(explainer->out, "at %02d:%02d, of a day that stands elsewhere", when->from_minute / 60,
                    when->from_minute % 60);
        if (when->possible && !when->certain)
            put(explainer, COLOUR_BAD, ", not certain");
        fputc('\n', explainer->out);
    }
}

static void put_numbers(struct explainer *explainer, const struct intent_steps *steps, const struct clause *clause)
{
    const struct words *words = &steps->content.words;
    for (size_t i = 0; i < steps->content.number_count; i++) {
        const struct booking_number *number = &steps->content.numbers[i];
        if (number->first_word < clause->first || number->first_word >= clause->end || number->word_count == 0)
            continue;
        fprintf(explainer->out, "    “%s”  ",
                piece(explainer, steps->text, words->items[number->first_word].start,
                      words->items[number->first_word + number->word_count - 1].end));
        if (number->number[0] != '\0')
            fprintf(explainer->out, "booking number %s\n", number->number);
        else
            put(explainer, COLOUR_BAD, "no booking number: its check digit is wrong\n");
    }
}

static bool is_known(const struct intent_steps *steps, const struct clause *clause, size_t word)
{
    const struct content *content = &steps->content;
    bool known = content->words.items[word].kind != WORD_LETTERS ||
                 words_match(&content->words, word, LEXICON_LANGUAGE_FUNCTION, NULL) > 0;
    for (size_t i = 0; i < clause->hit_count && !known; i++)
        known = word >= clause->hits[i].first && word < clause->hits[i].end;
    for (size_t i = 0; i < content->when_count && !known; i++)
        known = word - content->whens[i].first_word < content->whens[i].word_count;
    for (size_t i = 0; i < content->number_count && !known; i++)
        known = word - content->numbers[i].first_word < content->numbers[i].word_count;
    return known;
}

/* Which words made the clause one with unknown words. */
static void put_unknown(struct explainer *explainer, const struct intent_steps *steps, const struct clause *clause)
{
    const struct words *words = &steps->content.words;
    if ((clause->facts & FACT(UNKNOWN)) == 0)
        return;
    fputs("    in no lexicon:", explainer->out);
    for (size_t i = clause->first; i < clause->end; i++)
        if (!is_known(steps, clause, i))
            fprintf(explainer->out, " %s", piece(explainer, steps->text, words->items[i].start, words->items[i].end));
    fputc('\n', explainer->out);
}

static void put_clause(struct explainer *explainer, const struct intent_steps *steps, size_t index)
{
    const struct clause *clause = &steps->content.clauses[index];
    const struct words *words = &steps->content.words;
    fprintf(explainer->out, "%2zu. ", index + 1);
    put(explainer, COLOUR_NEW,
        piece(explainer, steps->text, words->items[clause->first].start, words->items[clause->end - 1].end));
    fputs("\n   ", explainer->out);
    put_facts(explainer, clause->facts);
    fputc('\n', explainer->out);
    put_hits(explainer, steps, clause);
    put_whens(explainer, steps, clause);
    put_numbers(explainer, steps, clause);
    put_unknown(explainer, steps, clause);
}

static void put_background(struct explainer *explainer, const struct intent_steps *steps)
{
    if (steps->thread_number[0] != '\0')
        fprintf(explainer->out, "    The mail below or the subject names %s.\n", steps->thread_number);
    if (steps->has_current)
        fprintf(explainer->out, "    The appointment's time there: %s.\n", span_text(explainer, steps->current));
}

static void put_wishes(struct explainer *explainer, const struct intent_steps *steps)
{
    for (size_t i = 0; i < steps->wish_count; i++) {
        const struct wish *wish = &steps->wishes[i];
        fprintf(explainer->out, "    Time of clause %zu: %s, %s", wish->clause + 1,
                wish->span.end == 0 ? "none that can be" : span_text(explainer, wish->span),
                wish_role_names[wish->role]);
        if (!wish->certain)
            put(explainer, COLOUR_BAD, ", not certain");
        fputc('\n', explainer->out);
    }
}

static void put_steps(struct explainer *explainer, const char *heading, const struct intent_steps *steps)
{
    if (steps->text == NULL || steps->content.clause_count == 0)
        return;
    put_heading(explainer, heading);
    for (size_t i = 0; i < steps->content.clause_count; i++)
        put_clause(explainer, steps, i);
    put_background(explainer, steps);
    put_wishes(explainer, steps);
}

/* ---- The requests ---------------------------------------------------- */

static void put_rule(struct explainer *explainer, const struct intent_step *step)
{
    fputs("    facts:", explainer->out);
    put_facts(explainer, step->facts);
    if (step->rule == 0) {
        fputs("\n    no rule fits", explainer->out);
        return;
    }
    fprintf(explainer->out, "\n    rule %zu of parsers/intent.c:", step->rule);
    const struct {
        const char *name;
        uint64_t facts;
    } sets[] = {{" all of", step->all}, {" some of", step->any}, {" none of", step->none}};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        if (sets[i].facts != 0) {
            fputs(sets[i].name, explainer->out);
            put_facts(explainer, sets[i].facts);
        }
}

static void put_request(struct explainer *explainer, const struct request *request, const struct intent_step *step)
{
    fprintf(explainer->out, "%s %s ", intent_name(request->intent), request->booking_number);
    put(explainer, request->certain ? COLOUR_GOOD : COLOUR_BAD, request->certain ? "certain" : "not certain");
    fputc('\n', explainer->out);
    if (step != NULL) {
        put_rule(explainer, step);
        fputc('\n', explainer->out);
    }
    for (size_t i = 0; step != NULL && i < sizeof doubt_table / sizeof doubt_table[0]; i++)
        if ((step->doubts & doubt_table[i].doubt) != 0)
            fprintf(explainer->out, "    not certain: %s\n", doubt_table[i].reason);
    for (size_t i = 0; i < request->time_count; i++)
        fprintf(explainer->out, "    %s: %s\n", stance_name(request->times[i].stance),
                span_text(explainer, request->times[i]));
}

/* The steps of the next text whose words count; NULL where there is none. */
static const struct intent_steps *steps_that_count(const struct explanation *explanation, size_t *index)
{
    if (explanation->own_counts)
        return (*index)++ == 0 ? &explanation->own : NULL;
    while (*index < FORWARDS_MAX && explanation->forwarded[*index].text == NULL)
        (*index)++;
    return *index < FORWARDS_MAX ? &explanation->forwarded[(*index)++] : NULL;
}

static void put_requests(struct explainer *explainer, const struct reading *reading)
{
    put_heading(explainer, "Requests");
    size_t text = 0, within = 0;
    const struct intent_steps *steps = steps_that_count(explainer->explanation, &text);
    for (size_t i = 0; i < reading->request_count; i++, within++) {
        if (steps != NULL && within == steps->request_count) {
            steps = steps_that_count(explainer->explanation, &text);
            within = 0;
        }
        /* What a calendar program answers is decided by no rule. */
        bool ruled = steps != NULL && reading->kind != KIND_CALENDAR;
        put_request(explainer, &reading->requests[i], ruled ? &steps->requests[within] : NULL);
    }
    if (reading->request_count == 0)
        fprintf(explainer->out, "none: a mail of the kind %s asks for nothing\n", message_kind_name(reading->kind));
}

void explain_print(const struct reading *reading, const struct explanation *explanation, bool colour, FILE *out)
{
    struct explainer explainer = {explanation, colour, out, ARENA_INIT};
    put_header(&explainer, reading);
    put_steps(&explainer, "Clauses of the writer's own words", &explanation->own);
    for (size_t i = 0; i < FORWARDS_MAX; i++)
        put_steps(&explainer, "Clauses of a mail that was passed on", &explanation->forwarded[i]);
    put_requests(&explainer, reading);
    arena_clear(&explainer.arena);
}
