#include "parsers/intent.h"

#include <string.h>

#include "parsers/wish.h"

#define CANCELS  (FACT(CANCEL) | FACT(CANCEL_ASK) | FACT(CANCEL_MAYBE) | FACT(CANCEL_NOT))
#define MOVES    (FACT(MOVE) | FACT(MOVE_MAYBE))
#define DENIES   (FACT(CANNOT) | FACT(NOT_COMING) | FACT(BUSY) | FACT(AVOIDED))
#define DOUBTED  (FACT(DOUBT) | FACT(CANCEL_MAYBE) | FACT(MOVE_MAYBE) | FACT(HOLD))
#define UNSURE   (FACT(DOUBT) | FACT(MOVE_MAYBE) | FACT(HOLD))
#define HAPPENED (FACT(CANCEL_PAST) | FACT(MOVE_PAST))

#define MOVED_IN_QUESTION (FACT(MOVE_MAYBE) | FACT(QUESTION) | FACT(CONDITION))

/* The first row that fits tells the intent: some of `any`, all of `all`, none of `none`. */
static const struct rule {
    enum intent intent;
    bool certain;
    uint64_t all;
    uint64_t any;
    uint64_t none;
} rules[] = {
    /* "Do nothing yet." "Forget what I wrote." */
    {INTENT_TIMES, true, FACT(HOLD) | FACT(TIMES), 0, CANCELS | FACT(MOVE)},
    {INTENT_QUESTION, true, FACT(HOLD), CANCELS | MOVES | FACT(QUESTION), FACT(COMING) | FACT(KEEP)},
    {INTENT_CONFIRM, true, FACT(RETRACT), FACT(COMING) | FACT(KEEP), 0},
    {INTENT_UNDO, false, FACT(RETRACT), 0, FACT(MOVE) | FACT(WANTED)},
    /* On the day. */
    {INTENT_LATE, true, FACT(LATE), 0, FACT(CANCEL) | FACT(MOVE) | FACT(ANOTHER)},
    {INTENT_ARRIVED, true, FACT(ARRIVED), 0, FACT(CANCEL) | FACT(MOVE) | FACT(ANOTHER)},
    {INTENT_UNDO, true, FACT(UNDO), 0, FACT(CANCEL) | FACT(MOVE) | FACT(DOUBT) | FACT(HOLD)},
    {INTENT_EARLIER, true, FACT(EARLIER), 0, FACT(CANCEL) | FACT(DOUBT) | FACT(CANNOT)},
    /* Another time for the appointment. */
    {INTENT_RESCHEDULE, true, FACT(CANCEL), MOVES | FACT(BOOK) | FACT(WANTED), DOUBTED | FACT(MOVE_NOT) | FACT(KEEP)},
    {INTENT_CANCEL, true, FACT(CANCEL), 0,
     DOUBTED | FACT(CANCEL_NOT) | FACT(KEEP) | FACT(COMING) | FACT(MOVE) | FACT(UNDO) | FACT(EARLIER) | FACT(RETRACT) |
         FACT(LATE) | FACT(ARRIVED)},
    {INTENT_CONFIRM, false, FACT(CANCEL), FACT(COMING), FACT(MOVE)},
    {INTENT_CANCEL, false, FACT(CANCEL), 0, FACT(MOVE)},
    {INTENT_CONFIRM, false, FACT(MOVE) | FACT(RETRACT), 0, FACT(WANTED)},
    {INTENT_CONFIRM, false, FACT(MOVE) | FACT(COMING), 0, FACT(WANTED) | FACT(ANOTHER) | FACT(INSTEAD) | FACT(CANNOT)},
    {INTENT_CONFIRM, false, FACT(MOVE) | FACT(KEEP), 0, FACT(WANTED) | FACT(ANOTHER) | FACT(CANNOT) | FACT(NOT_COMING)},
    {INTENT_RESCHEDULE, true, FACT(MOVE), 0, FACT(DOUBT) | FACT(HOLD) | FACT(MOVE_NOT) | FACT(RETRACT)},
    {INTENT_QUESTION, true, MOVED_IN_QUESTION, 0, DENIES | FACT(ASK)},
    {INTENT_QUESTION, true, FACT(MOVE_PAST) | FACT(QUESTION), 0, FACT(WANTED) | FACT(ANOTHER) | DENIES},
    {INTENT_QUESTION, true, FACT(MOVE_MAYBE) | FACT(QUESTION), 0, FACT(WANTED) | FACT(ANOTHER)},
    {INTENT_CONFIRM, true, FACT(MOVE_NOT), FACT(COMING) | FACT(KEEP) | FACT(COME),
     FACT(MOVE) | FACT(CANCEL) | FACT(QUESTION)},
    {INTENT_CONFIRM, true, FACT(MOVE_MAYBE) | FACT(COMING), 0,
     FACT(WANTED) | FACT(QUESTION) | FACT(CANNOT) | FACT(CANCEL)},
    {INTENT_RESCHEDULE, false, 0, MOVES, 0},
    {INTENT_CONFIRM, true, FACT(CANCEL_ASK) | FACT(REPORTED), FACT(COMING) | FACT(CAN) | FACT(KEEP),
     FACT(QUESTION) | FACT(WANTED)},
    {INTENT_QUESTION, true, FACT(CANCEL_ASK) | FACT(REPORTED) | FACT(QUESTION), 0, FACT(CANNOT) | FACT(NOT_COMING)},
    {INTENT_CANCEL, false, FACT(CANCEL_ASK), 0, FACT(CANCEL_MAYBE)},
    {INTENT_QUESTION, true, FACT(CANCEL_NOT) | FACT(QUESTION), 0,
     FACT(COMING) | FACT(KEEP) | FACT(WANTED) | FACT(MIND)},
    {INTENT_CONFIRM, true, FACT(CANCEL_NOT), FACT(COMING) | FACT(KEEP), FACT(WANTED)},
    {INTENT_CONFIRM, true, FACT(CANCEL_NOT), 0, FACT(WANTED) | FACT(MIND) | FACT(ANOTHER)},
    {INTENT_CONFIRM, true, FACT(CANCEL_MAYBE), FACT(COMING) | FACT(CAN),
     FACT(QUESTION) | FACT(WANTED) | FACT(CONDITION)},
    {INTENT_QUESTION, true, FACT(CANCEL_MAYBE), 0, 0},
    {INTENT_STATUS, true, FACT(STATUS), 0, FACT(WANTED)},
    {INTENT_BOOK, true, FACT(NONE), 0, FACT(DOUBT)},
    {INTENT_BOOK, true, FACT(BOOK), 0, FACT(BOOKED) | FACT(DOUBT) | FACT(INSTEAD) | FACT(CANNOT) | FACT(NOT_COMING)},
    {INTENT_CONFIRM, true, FACT(OFFERED), 0, DENIES | FACT(QUESTION)},
    {INTENT_CONFIRM, true, FACT(KEEP) | FACT(INSTEAD), 0, FACT(WANTED) | FACT(ANOTHER) | FACT(QUESTION)},
    {INTENT_RESCHEDULE, true, 0, FACT(ANOTHER) | FACT(INSTEAD) | FACT(BOOK), UNSURE | FACT(MOVE_NOT) | FACT(COMING)},
    {INTENT_RESCHEDULE, true, FACT(TIMES), DENIES, UNSURE},
    {INTENT_TIMES, true, FACT(TIMES), 0, 0},
    {INTENT_RESCHEDULE, true, FACT(WANTED) | FACT(BOOKED), DENIES | FACT(ASK) | FACT(CAN) | FACT(SUITS), UNSURE},
    {INTENT_CONFIRM, true, FACT(COMING), 0, FACT(WANTED) | DENIES | FACT(QUESTION)},
    {INTENT_RESCHEDULE, false, 0, FACT(ANOTHER) | FACT(INSTEAD), 0},
    {INTENT_RESCHEDULE, false, FACT(WANTED), DENIES | FACT(ASK) | FACT(CAN) | FACT(SUITS) | FACT(COMING), 0},
    /* It stays or falls. */
    {INTENT_CANCEL, false, 0, FACT(CANNOT) | FACT(NOT_COMING), FACT(COMING) | FACT(KEEP)},
    {INTENT_UNDO, false, FACT(UNDO), 0, 0},
    {INTENT_CONFIRM, true, FACT(COMING), 0, 0},
    {INTENT_UNDO, true, FACT(MIND) | FACT(CANCEL_NOT), 0, 0},
    {INTENT_CONFIRM, true, 0, FACT(KEEP) | FACT(CHOICE) | FACT(SUITS) | FACT(MEETS), FACT(QUESTION) | FACT(REPORTED)},
    {INTENT_CANCEL, false, FACT(BUSY), 0, FACT(QUESTION)},
    /* What a person answers, and what nobody needs to. */
    {INTENT_QUESTION, true, FACT(QUESTION), 0, 0},
    {INTENT_RESCHEDULE, false, FACT(WANTED) | FACT(BOOKED), 0, 0},
    {INTENT_UNDO, false, FACT(MIND), 0, 0},
    {INTENT_CONFIRM, true, FACT(MOVE_NOT), 0, 0},
    {INTENT_THANKS, true, FACT(THANKS), 0, FACT(UNKNOWN)},
    {INTENT_QUESTION, true, FACT(UNKNOWN), 0, 0},
    {INTENT_THANKS, true, FACT(GREETING), 0, FACT(APPOINTMENT) | HAPPENED},
    {INTENT_QUESTION, true, 0, HAPPENED | FACT(DOUBT), 0},
};

/* What is about one booking. */
struct group {
    char number[BOOKING_NUMBER_SIZE]; /* "" for the one that no number is named of */
    bool silent;                      /* only told apart from the others: no request comes of it */
    uint64_t facts;
    size_t unknown_clauses;
};

enum {
    GROUPS_MAX = READING_REQUESTS_MAX,
    UNKNOWN_CLAUSES_IN_THANKS = 3,
    LATE_BEFORE = 4 * HOUR, /* so long before the appointment somebody may know that they will be late */
    LATE_BEHIND = 2 * HOUR, /* and come at most so late */
    SHORT_TEXT = 2,         /* words that the thread's language may explain as well */
};

struct understanding {
    const struct content_reader *reader;
    const struct intent_input *input;
    struct arena *arena;
    struct when_context context;
    struct content own;
    struct content subject;
    struct content quoted;
    struct content passed_on;
    struct background background;
    struct wish wishes[WISHES_MAX];
    size_t wish_count;
    struct group groups[GROUPS_MAX];
    size_t group_count;
    struct intent_step steps[READING_REQUESTS_MAX]; /* of each request */
    uint32_t *owners;                               /* of each clause, a bit for each group */
    int chosen;                                     /* "alternative 2": 2; 0 for none */
    bool number_broken;                             /* one was meant, but its check digit is wrong */
    bool answers;                                   /* the subject is that of another mail */
    char thread[BOOKING_NUMBER_SIZE]; /* the number that subject or quoted mail name; "" for none or several */
};

/* The only number of these, or "". */
static void only_number(const struct content *content, char number[BOOKING_NUMBER_SIZE])
{
    number[0] = '\0';
    for (size_t i = 0; i < content->number_count; i++) {
        const char *found = content->numbers[i].number;
        if (found[0] == '\0')
            continue;
        if (number[0] != '\0' && strcmp(number, found) != 0) {
            number[0] = '\0';
            return;
        }
        memcpy(number, found, BOOKING_NUMBER_SIZE);
    }
}

static void find_thread_number(struct understanding *understanding)
{
    const struct content *places[] = {&understanding->subject, &understanding->passed_on, &understanding->quoted};
    for (size_t i = 0; i < sizeof places / sizeof places[0] && understanding->thread[0] == '\0'; i++)
        only_number(places[i], understanding->thread);
}

static size_t group_of_number(struct understanding *understanding, const char *number)
{
    for (size_t i = 0; i < understanding->group_count; i++)
        if (strcmp(understanding->groups[i].number, number) == 0)
            return i;
    if (understanding->group_count == GROUPS_MAX)
        return GROUPS_MAX;
    struct group *group = &understanding->groups[understanding->group_count];
    memcpy(group->number, number, strlen(number) + 1);
    return understanding->group_count++;
}

static void refer_to(struct understanding *understanding, const char *number, size_t word)
{
    size_t group = number[0] != '\0' ? group_of_number(understanding, number) : GROUPS_MAX;
    if (group < GROUPS_MAX)
        understanding->owners[content_clause_of(&understanding->own, word)] |= UINT32_C(1) << group;
}

/* "the second", "both", where the mail that is answered or passed on names several numbers. */
static void find_references(struct understanding *understanding)
{
    struct content *content = &understanding->own;
    const struct content *source =
        understanding->passed_on.number_count > 0 ? &understanding->passed_on : &understanding->quoted;
    char only[BOOKING_NUMBER_SIZE];
    only_number(source, only);
    if (only[0] != '\0' || source->number_count < 2)
        return;
    for (size_t i = 0; i < content->words.count; i++) {
        const struct lexicon_phrase *phrase;
        bool ordinal = words_match(&content->words, i, LEXICON_ORDINAL, &phrase) > 0;
        if (ordinal && (size_t)phrase->value <= source->number_count) {
            refer_to(understanding, source->numbers[phrase->value - 1].number, i);
            for (size_t w = 0; w < content->when_count; w++) /* "the first" is no day of the month then */
                if (content->whens[w].first_word <= i &&
                    content->whens[w].first_word + content->whens[w].word_count > i)
                    content->whens[w].possible = content->whens[w].dated = false;
        }
        for (size_t n = 0; words_match(&content->words, i, LEXICON_BOTH, NULL) > 0 && n < source->number_count; n++)
            refer_to(understanding, source->numbers[n].number, i);
    }
}

static void find_groups(struct understanding *understanding)
{
    const struct content *content = &understanding->own;
    understanding->owners = arena_array(understanding->arena, content->clause_count + 1, sizeof(uint32_t));
    for (size_t i = 0; i < content->number_count; i++) {
        const struct booking_number *number = &content->numbers[i];
        if (number->number[0] == '\0') {
            understanding->number_broken = true;
            continue;
        }
        size_t group = group_of_number(understanding, number->number);
        if (group < GROUPS_MAX)
            understanding->owners[content_clause_of(content, number->first_word)] |= UINT32_C(1) << group;
    }
    if (understanding->group_count == 0)
        find_references(understanding);
    if (understanding->group_count == 0)
        group_of_number(understanding, understanding->number_broken ? "" : understanding->thread);
}

enum { PEOPLE_HE = 1, PEOPLE_SHE = 2, PEOPLE_FIRST = 4 };

/* Whom a clause is about: the writer only where nobody else is named ("min kone" is she). */
static unsigned people_of(const struct clause *clause)
{
    unsigned others = (clause_has(clause, LEXICON_PERSON_HE) ? PEOPLE_HE : 0) |
                      (clause_has(clause, LEXICON_PERSON_SHE) ? PEOPLE_SHE : 0);
    return others != 0 ? others : clause_has(clause, LEXICON_PERSON_FIRST) ? PEOPLE_FIRST : 0;
}

/* The one group whose number stands beside the same people; 0 for none or several. */
static uint32_t owner_by_people(const struct understanding *understanding, size_t index, unsigned mask)
{
    const struct content *content = &understanding->own;
    unsigned people = people_of(&content->clauses[index]) & mask;
    uint32_t owners = 0;
    for (size_t i = 0; people != 0 && i < content->clause_count; i++)
        if ((content->clauses[i].facts & FACT(NUMBER)) != 0 && (people_of(&content->clauses[i]) & people) != 0)
            owners |= understanding->owners[i];
    return (owners & (owners - 1)) == 0 ? owners : 0;
}

/* The number of the same sentence, before rather than behind. */
static uint32_t owner_in_sentence(const struct understanding *understanding, size_t index)
{
    const struct content *content = &understanding->own;
    unsigned sentence = content->clauses[index].sentence;
    for (size_t i = index; i > 0 && content->clauses[i - 1].sentence == sentence; i--)
        if (understanding->owners[i - 1] != 0)
            return understanding->owners[i - 1];
    for (size_t i = index + 1; i < content->clause_count && content->clauses[i].sentence == sentence; i++)
        if (understanding->owners[i] != 0)
            return understanding->owners[i];
    return 0;
}

/* When the booking of a group is, as far as its own clauses name it. */
static int64_t time_of_group(const struct understanding *understanding, size_t group)
{
    const struct content *content = &understanding->own;
    for (size_t i = 0; i < content->when_count; i++)
        if (content->whens[i].dated && content->whens[i].possible &&
            understanding->owners[content_clause_of(content, content->whens[i].first_word)] == UINT32_C(1) << group)
            return content->whens[i].span.start;
    return 0;
}

/* "the first two": how many; one where no number is named. */
static unsigned count_in(const struct understanding *understanding, const struct clause *clause)
{
    const struct words *words = &understanding->own.words;
    for (size_t i = clause->first; i < clause->end; i++) {
        const struct lexicon_phrase *phrase;
        if (words_match(words, i, LEXICON_NUMBER, &phrase) > 0 && phrase->value > 1 &&
            (size_t)phrase->value < understanding->group_count)
            return (unsigned)phrase->value;
    }
    return 1;
}

/* "the former", "the later one": of two bookings by their times where both are named, else in the order of the mail.
 * "both" are all. */
static uint32_t owner_by_order(const struct understanding *understanding, size_t index)
{
    const struct clause *clause = &understanding->own.clauses[index];
    if (clause_has(clause, LEXICON_BOTH))
        return (uint32_t)((UINT64_C(1) << understanding->group_count) - 1);
    bool former = clause_has(clause, LEXICON_FORMER), latter = clause_has(clause, LEXICON_LATTER);
    size_t count = understanding->group_count;
    if (count < 2 || former == latter)
        return 0;
    if (count > 2)
        return former ? (UINT32_C(1) << count_in(understanding, clause)) - 1 : UINT32_C(1) << (count - 1);
    int64_t first = time_of_group(understanding, 0), second = time_of_group(understanding, 1);
    bool swapped = first != 0 && second != 0 && second < first;
    return former != swapped ? 1U : 2U;
}

/* "cancel A and B", "A and B can be cancelled": a clause that only names a number is told by its neighbour. */
static void share_lists(struct understanding *understanding)
{
    const struct content *content = &understanding->own;
    uint32_t *owners = understanding->owners;
    for (size_t i = 0; i < content->clause_count; i++) {
        const struct clause *clause = &content->clauses[i];
        bool bare = (clause->facts & ~(FACT(NUMBER) | FACT(UNKNOWN) | FACT(APPOINTMENT) | FACT(REQUEST))) == 0;
        if (owners[i] == 0 || !bare)
            continue;
        bool before = i > 0 && clause[-1].sentence == clause->sentence && owners[i - 1] != 0;
        bool behind = i + 1 < content->clause_count && clause[1].sentence == clause->sentence && owners[i + 1] != 0;
        if (before)
            owners[i - 1] |= owners[i];
        else if (behind)
            owners[i + 1] |= owners[i];
    }
}

static void own_clauses(struct understanding *understanding)
{
    share_lists(understanding);
    const struct content *content = &understanding->own;
    uint32_t all = (uint32_t)((UINT64_C(1) << understanding->group_count) - 1);
    uint32_t *owners = arena_array(understanding->arena, content->clause_count + 1, sizeof *owners);
    uint32_t last = 0; /* of the number named last; before all of them a clause is of all */
    for (size_t i = 0; i < content->clause_count; i++) {
        bool goes_on = i > 0 && content->clauses[i - 1].sentence == content->clauses[i].sentence;
        owners[i] = understanding->group_count == 1 ? all : understanding->owners[i];
        last = understanding->owners[i] != 0 ? understanding->owners[i] : last;
        if (owners[i] == 0)
            owners[i] = owner_by_order(understanding, i);
        if (owners[i] == 0)
            owners[i] = owner_by_people(understanding, i, PEOPLE_HE | PEOPLE_SHE);
        if (owners[i] == 0)
            owners[i] = owner_in_sentence(understanding, i);
        if (owners[i] == 0)
            owners[i] = owner_by_people(understanding, i, PEOPLE_FIRST);
        if (owners[i] == 0)
            owners[i] = goes_on ? owners[i - 1] : last;
        if (owners[i] == 0)
            owners[i] = all;
    }
    understanding->owners = owners;
}

/* Where the writer names another booking than the mail they answer, what stays as it is may be the latter. */
static void part_from_thread(struct understanding *understanding)
{
    if (understanding->group_count != 1 || understanding->own.number_count == 0 || understanding->number_broken ||
        understanding->thread[0] == '\0' || strcmp(understanding->thread, understanding->groups[0].number) == 0)
        return;
    size_t silent = group_of_number(understanding, understanding->thread);
    understanding->groups[silent].silent = true;
    for (size_t i = 0; i < understanding->own.clause_count; i++) {
        const struct clause *clause = &understanding->own.clauses[i];
        bool stays = (clause->facts & (FACT(KEEP) | FACT(COMING))) != 0 && (clause->facts & FACT(NUMBER)) == 0;
        if (stays)
            understanding->owners[i] = UINT32_C(1) << silent;
    }
}

static void gather_facts(struct understanding *understanding)
{
    for (size_t i = 0; i < understanding->own.clause_count; i++) {
        uint64_t facts = understanding->own.clauses[i].facts;
        bool polite = (facts & (FACT(THANKS) | FACT(GREETING))) != 0;
        for (size_t g = 0; g < understanding->group_count; g++)
            if ((understanding->owners[i] & (UINT32_C(1) << g)) != 0) {
                understanding->groups[g].facts |= facts & ~FACT(UNKNOWN);
                understanding->groups[g].unknown_clauses += (facts & FACT(UNKNOWN)) != 0 && !polite;
            }
    }
    /* Nobody is late for, or at, an appointment of another day. */
    const struct background *background = &understanding->background;
    int64_t today = zone_day_start(understanding->reader->zone, understanding->input->now, 0);
    bool on_the_day =
        !background->has_current || zone_day_start(understanding->reader->zone, background->current.start, 0) == today;
    for (size_t g = 0; g < understanding->group_count; g++) {
        struct group *group = &understanding->groups[g];
        if (!on_the_day)
            group->facts &= ~(FACT(LATE) | FACT(ARRIVED));
        bool thanks = (group->facts & FACT(THANKS)) != 0 && group->unknown_clauses <= UNKNOWN_CLAUSES_IN_THANKS;
        if (group->unknown_clauses > 0 && !thanks)
            group->facts |= FACT(UNKNOWN);
        if (group->number[0] != '\0' || understanding->answers)
            group->facts |= FACT(BOOKED);
    }
}

/* "Cancel it, but …": what stands behind the "but" may change everything, unless it is understood. */
static bool has_open_contrast(const struct understanding *understanding, size_t group)
{
    static const uint64_t understood = CANCELS | MOVES | DENIES | HAPPENED | FACT(ANOTHER) | FACT(THANKS) | FACT(BOOK) |
                                       FACT(TIME) | FACT(QUESTION) | FACT(ASK) | FACT(SUITS) | FACT(CAN) | FACT(STATUS);
    bool asked = false;
    for (size_t i = 0; i < understanding->own.clause_count; i++) {
        uint64_t facts = understanding->own.clauses[i].facts;
        if ((understanding->owners[i] & (UINT32_C(1) << group)) == 0)
            continue;
        bool corrects =
            clause_has(&understanding->own.clauses[i], LEXICON_CORRECTION) && (facts & (FACT(TIME) | CANCELS)) == 0;
        if (asked && (corrects || ((facts & FACT(CONTRAST)) != 0 && (facts & understood) == 0)))
            return true;
        asked = asked || (facts & (FACT(CANCEL) | FACT(MOVE))) != 0;
    }
    return false;
}

/* "2", "nr 3 takk", "the second option": a number with a word for choice, or alone. */
static void find_choice(struct understanding *understanding)
{
    const struct content *content = &understanding->own;
    const struct words *words = &content->words;
    for (size_t i = 0; i < words->count; i++) {
        const struct clause *clause = &content->clauses[content_clause_of(content, i)];
        const struct lexicon_phrase *phrase = NULL;
        int number = words->items[i].kind == WORD_DIGITS && words->items[i].length <= 2 ? words->items[i].number : 0;
        if (number == 0 && words_match(words, i, LEXICON_ORDINAL, &phrase) > 0)
            number = phrase->value;
        bool chosen = (clause->facts & FACT(CHOICE)) != 0;
        bool alone =
            ((clause->facts & FACT(UNKNOWN)) == 0 || phrase != NULL) && understanding->background.offer_count > 0;
        if (number > 0 && (chosen || alone) && (clause->facts & (FACT(TIME) | FACT(NUMBER))) == 0) {
            understanding->chosen = number;
            return;
        }
    }
}

static const struct time_span *offer_of(const struct understanding *understanding, const struct wish *wish)
{
    const struct background *background = &understanding->background;
    const struct time_span *found = NULL;
    size_t of_day = 0;
    for (size_t i = 0; i < background->offer_count; i++) {
        if (background->offers[i].start == wish->span.start && wish->span.grain == GRAIN_MINUTE)
            return &background->offers[i];
        if (background->offers[i].start >= wish->span.start && background->offers[i].start < wish->span.end) {
            found = &background->offers[i];
            of_day++;
        }
    }
    return of_day == 1 && wish->span.grain <= GRAIN_DAY ? found : NULL;
}

static void add_time(struct request *request, struct time_span span, enum stance stance)
{
    span.stance = stance;
    if (request->time_count < READING_TIMES_MAX)
        request->times[request->time_count++] = span;
}

/*
 * "I'll be there at quarter past instead of ten", on the day itself and soon after the time: that is no wish to move.
 */
static bool is_later_today(const struct understanding *understanding, size_t index)
{
    const struct background *background = &understanding->background;
    uint64_t facts = understanding->groups[index].facts;
    int64_t now = understanding->input->now;
    if (!background->has_current || background->current.grain != GRAIN_MINUTE ||
        (facts & (FACT(ASK) | FACT(MOVE))) != 0 || now < background->current.start - LATE_BEFORE ||
        now > background->current.start + LATE_BEHIND)
        return false;
    for (size_t i = 0; i < understanding->wish_count; i++) {
        const struct wish *wish = &understanding->wishes[i];
        if (wish->span.grain <= GRAIN_PART && wish->role != WISH_ROLE_NONE &&
            wish->span.start > background->current.start && wish->span.start <= background->current.start + LATE_BEHIND)
            return true;
    }
    return false;
}

/* The facts that the times add. */
static void gather_wishes(struct understanding *understanding, size_t index)
{
    struct group *group = &understanding->groups[index];
    bool moves = (group->facts & (MOVES | DENIES | FACT(INSTEAD) | FACT(ANOTHER))) != 0;
    for (size_t i = 0; i < understanding->wish_count; i++) {
        struct wish *wish = &understanding->wishes[i];
        if ((understanding->owners[wish->clause] & (UINT32_C(1) << index)) == 0)
            continue;
        if (wish->role == WISH_ROLE_COMING)
            wish->role = moves ? WISH_ROLE_WANT : WISH_ROLE_CURRENT;
        if ((wish->role == WISH_ROLE_WANT || wish->role == WISH_ROLE_CURRENT) && offer_of(understanding, wish) != NULL)
            group->facts |= FACT(OFFERED);
        group->facts |= wish->role == WISH_ROLE_WANT      ? FACT(WANTED)
                        : wish->role == WISH_ROLE_AVOID   ? FACT(AVOIDED)
                        : wish->role == WISH_ROLE_CURRENT ? FACT(MEETS)
                                                          : 0;
    }
    if (understanding->chosen > 0)
        group->facts |= FACT(OFFERED);
    if (is_later_today(understanding, index)) {
        group->facts |= FACT(LATE);
        group->facts &= ~(FACT(WANTED) | FACT(AVOIDED) | FACT(INSTEAD) | FACT(ANOTHER) | FACT(CANNOT));
    }
}

static void take_times(const struct understanding *understanding, size_t index, struct request *request)
{
    bool acts = request->intent == INTENT_RESCHEDULE || request->intent == INTENT_BOOK;
    bool wants = acts || request->intent == INTENT_TIMES || request->intent == INTENT_EARLIER;
    for (size_t i = 0; i < understanding->wish_count; i++) {
        const struct wish *wish = &understanding->wishes[i];
        if ((understanding->owners[wish->clause] & (UINT32_C(1) << index)) == 0)
            continue;
        const struct time_span *offer = request->intent == INTENT_CONFIRM ? offer_of(understanding, wish) : NULL;
        if (offer != NULL)
            add_time(request, *offer, STANCE_WANT);
        else if (wish->role == WISH_ROLE_WANT)
            add_time(request, wish->span, wants ? STANCE_WANT : STANCE_CURRENT);
        else if (wish->role == WISH_ROLE_AVOID)
            add_time(request, wish->span, STANCE_AVOID);
        else if (wish->role == WISH_ROLE_CURRENT)
            add_time(request, wish->span, STANCE_CURRENT);
        bool matters = wish->role == WISH_ROLE_WANT || (wish->role == WISH_ROLE_NONE && wish->span.end == 0);
        if (acts && matters && !wish->certain)
            request->certain = false;
    }
    if (request->intent == INTENT_CONFIRM && understanding->chosen > 0 &&
        (size_t)understanding->chosen <= understanding->background.offer_count)
        add_time(request, understanding->background.offers[understanding->chosen - 1], STANCE_WANT);
}

static void apply_rules(uint64_t facts, struct request *request, struct intent_step *step)
{
    *step = (struct intent_step){.facts = facts};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct rule *rule = &rules[i];
        if ((facts & rule->all) == rule->all && (rule->any == 0 || (facts & rule->any) != 0) &&
            (facts & rule->none) == 0) {
            request->intent = rule->intent;
            request->certain = rule->certain;
            step->rule = i + 1;
            step->all = rule->all;
            step->any = rule->any;
            step->none = rule->none;
            return;
        }
    }
}

static bool says_more_than_greeting(enum intent intent, uint64_t facts)
{
    if (intent == INTENT_UNCLEAR || intent == INTENT_THANKS)
        return false;
    if (intent != INTENT_QUESTION || (facts & (FACT(HOLD) | FACT(CANCEL_MAYBE))) != 0)
        return true;
    return (facts & FACT(QUESTION)) != 0 && (facts & FACT(POINTER)) == 0; /* "can you look at this?" */
}

/* "If she gets well I will come, if not we must find something else": whatever is wished, it is not wished yet. A
 * condition that every wish has ("if there is room") is none, nor is what else stays as it is ("if not, I keep mine").
 */
static bool is_conditional(const struct understanding *understanding, size_t group)
{
    const struct content *content = &understanding->own;
    for (size_t i = 0; i < content->clause_count; i++) {
        const struct clause *clause = &content->clauses[i];
        bool owned = (understanding->owners[i] & (UINT32_C(1) << group)) != 0;
        if (owned && (clause->facts & (FACT(CONDITION) | FACT(AVAILABLE) | FACT(KEEP))) == FACT(CONDITION))
            return true;
    }
    return false;
}

/* A wish for an earlier time always has a condition: that somebody else cancels. */
static bool is_unconditional_act(enum intent intent)
{
    return intent == INTENT_CANCEL || intent == INTENT_RESCHEDULE || intent == INTENT_BOOK || intent == INTENT_UNDO;
}

static void conclude(struct understanding *understanding, struct intent_result *result)
{
    for (size_t g = 0; g < understanding->group_count && result->count < READING_REQUESTS_MAX; g++) {
        const struct group *group = &understanding->groups[g];
        if (group->silent)
            continue;
        gather_wishes(understanding, g);
        struct intent_step *step = &understanding->steps[result->count];
        struct request *request = &result->requests[result->count++];
        memcpy(request->booking_number, group->number, BOOKING_NUMBER_SIZE);
        apply_rules(group->facts, request, step);
        step->doubts = request->certain ? 0 : INTENT_DOUBT_RULE;
        take_times(understanding, g, request);
        if (step->doubts == 0 && !request->certain)
            step->doubts |= INTENT_DOUBT_TIME;
        if (understanding->number_broken)
            step->doubts |= INTENT_DOUBT_NUMBER;
        if ((request->intent == INTENT_CANCEL || request->intent == INTENT_RESCHEDULE) &&
            has_open_contrast(understanding, g))
            step->doubts |= INTENT_DOUBT_CONTRAST;
        if (is_unconditional_act(request->intent) && is_conditional(understanding, g))
            step->doubts |= INTENT_DOUBT_CONDITION;
        request->certain = step->doubts == 0;
        result->asks = result->asks || says_more_than_greeting(request->intent, group->facts);
    }
}

static void tell_steps(const struct understanding *understanding, const char *text, size_t request_count,
                       struct intent_steps *steps)
{
    *steps = (struct intent_steps){.text = text,
                                   .content = understanding->own,
                                   .wishes = understanding->wishes,
                                   .wish_count = understanding->wish_count,
                                   .has_current = understanding->background.has_current,
                                   .current = understanding->background.current,
                                   .request_count = request_count};
    memcpy(steps->thread_number, understanding->thread, BOOKING_NUMBER_SIZE);
    memcpy(steps->requests, understanding->steps, sizeof steps->requests);
}

/* Reads `text` as the writer's own words. */
static void understand(struct understanding *understanding, const char *text, struct intent_result *result)
{
    content_read(understanding->reader, text, NULL, understanding->input->now, understanding->arena,
                 &understanding->own);
    understanding->group_count = 0;
    memset(understanding->groups, 0, sizeof understanding->groups);
    understanding->number_broken = false;
    understanding->chosen = 0;
    find_groups(understanding);
    own_clauses(understanding);
    part_from_thread(understanding);
    gather_facts(understanding);
    understanding->wish_count =
        wishes_read(&understanding->context, &understanding->own, &understanding->background, understanding->wishes);
    if (understanding->own.clause_count > 0)
        find_choice(understanding);
    conclude(understanding, result);
    if (understanding->input->steps != NULL)
        tell_steps(understanding, text, result->count, understanding->input->steps);
}

/* A subject that begins with "Re:" or "Fwd:" is of the mail before. */
static bool is_own_subject(const struct understanding *understanding)
{
    const char *subject = understanding->input->subject;
    if (subject == NULL)
        return false;
    struct folded folded;
    fold_text(understanding->arena, subject, strlen(subject), FOLD_LOOSE, &folded);
    static const enum lexicon_key marks[] = {LEXICON_SUBJECT_REPLY, LEXICON_SUBJECT_FORWARD};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const struct lexicon_phrase *phrase = lexicon_find_at(understanding->reader->set, marks[i], &folded, 0);
        if (phrase != NULL && folded.text[phrase->folded_length] == ':')
            return false;
    }
    return folded.length > 0;
}

/* "ok", "2": a text so short is taken for the language of what it answers where that knows its words. */
static const char *language_of_text(struct understanding *understanding, const char *language)
{
    const struct content_reader *reader = understanding->reader;
    unsigned thread = understanding->quoted.words.main_language;
    if (thread >= LEXICON_LANGUAGES_MAX)
        thread = understanding->answers ? understanding->subject.words.main_language : thread;
    const struct words *words = &understanding->own.words;
    if (thread >= LEXICON_LANGUAGES_MAX || words->count > SHORT_TEXT || understanding->input->text[0] == '\0')
        return language;
    struct words again;
    words_read(reader->set, understanding->input->text, strlen(understanding->input->text),
               lexicon_code(reader->set, thread), understanding->arena, &again);
    for (size_t i = 0; i < again.count; i++) {
        bool known = again.items[i].kind != WORD_LETTERS;
        for (size_t m = 0; m < again.items[i].match_count; m++)
            known = known || again.items[i].matches[m].phrase->language == thread;
        if (!known)
            return language;
    }
    return lexicon_code(reader->set, thread);
}

void intent_read(const struct content_reader *reader, const struct intent_input *input, struct arena *arena,
                 struct intent_result *ret_result)
{
    *ret_result = (struct intent_result){0};
    struct understanding *understanding = arena_alloc(arena, sizeof *understanding);
    understanding->reader = reader;
    understanding->input = input;
    understanding->arena = arena;
    understanding->context = (struct when_context){reader->zone, input->now, reader->set, reader->grammar};
    content_read(reader, input->subject, NULL, input->now, arena, &understanding->subject);
    content_read(reader, input->quoted, NULL, input->now, arena, &understanding->quoted);
    content_read(reader, input->passed_on, NULL, input->now, arena, &understanding->passed_on);
    understanding->answers = input->subject != NULL && !is_own_subject(understanding);
    struct content nothing = {0};
    background_read(&understanding->context, understanding->answers ? &understanding->subject : &nothing,
                    &understanding->quoted, &understanding->background);
    if (input->current != NULL) {
        understanding->background.has_current = true;
        understanding->background.current = *input->current;
    }
    find_thread_number(understanding);
    understand(understanding, input->text, ret_result);
    const char *language = lexicon_code(reader->set, understanding->own.words.main_language);
    const struct request *first = &ret_result->requests[0];
    if (is_own_subject(understanding) &&
        (!ret_result->asks || (first->intent == INTENT_CANCEL && !first->certain && ret_result->count == 1))) {
        const char *whole = arena_printf(arena, "%s\n\n%s", input->subject, input->text);
        *ret_result = (struct intent_result){0};
        understand(understanding, whole, ret_result);
        if (understanding->own.words.main_language < LEXICON_LANGUAGES_MAX && strcmp(language, "und") == 0 &&
            input->text[0] != '\0')
            language = lexicon_code(reader->set, understanding->own.words.main_language);
    }
    strncpy(ret_result->language, language_of_text(understanding, language), LANGUAGE_SIZE - 1);
}
