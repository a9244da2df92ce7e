#include "agent/serve.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/courier.h"
#include "agent/inbox.h"
#include "agent/log.h"
#include "agent/mailbox.h"
#include "agent/server_access.h"
#include "base/backoff.h"

enum {
    PROMISE_EXTRA = 60, /* a thread may be late by so many seconds: the machine is busy */
    STATUS_SECONDS = 10,
    QUIET_MILLISECONDS = 100,
    THREAD_STACK = 8 * 1024 * 1024,
};

/* One thread and what it owns. */
struct worker {
    struct generation *generation;
    const char *name; /* for the journal: "mailbox=main" */
    pthread_t thread;
    bool running;
    struct agent agent;
    bool agent_open;
    struct inbox inbox; /* of a mailbox's worker */
    struct courier *courier;
    atomic_int_fast64_t promise; /* monotonic milliseconds until which it has shown life; 0: it has ended */
    atomic_bool well;
    atomic_size_t done;
    char trouble[ERROR_TEXT_SIZE]; /* that was logged last; "" while all is well */
};

/* All that hangs on one reading of the configuration. SIGHUP makes a new one and ends the old. */
struct generation {
    struct configuration configuration;
    atomic_bool stop;
    int stop_event;         /* readable once `stop` is set */
    int courier_event;      /* readable when there are letters */
    struct worker *workers; /* the mailboxes', then the courier's */
    size_t worker_count;
};

/* --- what a worker says --- */

static void promise(void *data, int64_t seconds)
{
    struct worker *worker = data;
    atomic_store(&worker->promise, monotonic_milliseconds() + (seconds + PROMISE_EXTRA) * 1000);
}

/* A change of state is said once, however often it is tried again. */
static void note_trouble(struct worker *worker, const char *text)
{
    atomic_store(&worker->well, false);
    if (strcmp(worker->trouble, text) == 0)
        return;
    snprintf(worker->trouble, sizeof worker->trouble, "%s", text);
    log_line(LOG_LEVEL_WARNING, "%s %s; trying again", worker->name, text);
}

static void note_well(struct worker *worker)
{
    atomic_store(&worker->well, true);
    if (worker->trouble[0] != '\0')
        log_line(LOG_LEVEL_NOTICE, "%s works again", worker->name);
    worker->trouble[0] = '\0';
}

static bool stopping(const struct worker *worker)
{
    return atomic_load(&worker->generation->stop);
}

/* Waits; `event` (-1: none) or the end of the service cut it short. */
static void rest(struct worker *worker, int64_t seconds, int event)
{
    promise(worker, seconds);
    struct pollfd items[] = {{.fd = worker->generation->stop_event, .events = POLLIN}, {.fd = event, .events = POLLIN}};
    poll(items, 2, (int)(seconds * 1000));
    uint64_t count;
    if (event >= 0 && (items[1].revents & POLLIN) != 0 && read(event, &count, sizeof count) < 0)
        return; /* somebody else has emptied it */
}

static void rest_after_failure(struct worker *worker, int64_t failures)
{
    rest(worker, backoff_seconds(failures, SERVE_RECONNECT_FIRST, SERVE_RECONNECT_MAX, &worker->agent.randomness), -1);
}

/* --- mailboxes --- */

static void wake_courier(void *data, size_t count)
{
    struct worker *worker = data;
    uint64_t one = count;
    if (write(worker->generation->courier_event, &one, sizeof one) < 0)
        return; /* it is awake already, or looks by itself soon */
}

/* As long as the connection holds. Sets `*failures` to 0 each time all is well. */
static enum status attend(struct worker *worker, struct mailbox *mailbox, int64_t *failures, struct error *error)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && !stopping(worker)) {
        size_t before = worker->inbox.handled;
        status = inbox_work_off(&worker->inbox, mailbox, error);
        atomic_store(&worker->done, worker->inbox.handled);
        if (status != STATUS_OK)
            break;
        *failures = 0;
        note_well(worker);
        if (stopping(worker))
            break;
        int64_t began = monotonic_milliseconds();
        status = mailbox_wait(mailbox, worker->inbox.configuration->poll_interval, error);
        /* A server that always has something to tell, but no mail, must not make a busy loop. */
        if (status == STATUS_OK && before == worker->inbox.handled &&
            monotonic_milliseconds() - began < QUIET_MILLISECONDS)
            rest(worker, 1, -1);
    }
    return status;
}

static void *mailbox_thread(void *data)
{
    struct worker *worker = data;
    const struct mailbox_configuration *configuration = worker->inbox.configuration;
    int64_t failures = 0;
    while (!stopping(worker)) {
        struct mailbox *mailbox = NULL;
        struct error error = {0};
        promise(worker, mailbox_open_seconds_max(configuration));
        enum status status = mailbox_open(configuration, worker->generation->stop_event, &mailbox, &error);
        if (status == STATUS_OK) {
            mailbox_on_command(mailbox, promise, worker);
            status = attend(worker, mailbox, &failures, &error);
            promise(worker, configuration->access.timeout);
            mailbox_close(&mailbox);
        }
        if (status == STATUS_OK || status == STATUS_INTERRUPTED || stopping(worker))
            continue;
        /* That a server ends an idle connection is everyday; only what also fails the next time is told. */
        failures++;
        if (failures > 1 || status != STATUS_UNAVAILABLE)
            note_trouble(worker, error.text);
        rest_after_failure(worker, failures);
    }
    atomic_store(&worker->promise, 0);
    return NULL;
}

/* --- the courier --- */

static int64_t seconds_until(const struct worker *worker, int64_t due)
{
    int64_t left = due - clock_now(&worker->agent.clock);
    if (due == 0 || left > SERVE_COURIER_POLL)
        return SERVE_COURIER_POLL;
    return left > 0 ? left : 1;
}

static void *courier_thread(void *data)
{
    struct worker *worker = data;
    int64_t failures = 0;
    while (!stopping(worker)) {
        struct error error = {0};
        int64_t next_due = 0;
        size_t sent = 0;
        enum status status = courier_run(worker->courier, &worker->generation->stop, &next_due, &sent, &error);
        atomic_fetch_add(&worker->done, sent);
        if (status != STATUS_OK) {
            note_trouble(worker, error.text);
            rest_after_failure(worker, ++failures);
            continue;
        }
        failures = 0;
        if (*courier_trouble(worker->courier) != '\0')
            note_trouble(worker, courier_trouble(worker->courier));
        else
            note_well(worker);
        rest(worker, seconds_until(worker, next_due), worker->generation->courier_event);
    }
    atomic_store(&worker->promise, 0);
    return NULL;
}

/* --- systemd --- */

static bool everybody_keeps_their_promise(const struct generation *generation)
{
    int64_t now = monotonic_milliseconds();
    bool may_end = atomic_load(&generation->stop);
    for (size_t i = 0; i < generation->worker_count; i++) {
        int64_t promise = atomic_load(&generation->workers[i].promise);
        if (promise < now && !(may_end && promise == 0))
            return false;
    }
    return true;
}

static void tell_status(const struct generation *generation)
{
    size_t mailboxes = generation->worker_count - 1, well = 0, mails = 0;
    const struct worker *courier = &generation->workers[mailboxes];
    for (size_t i = 0; i < mailboxes; i++) {
        well += atomic_load(&generation->workers[i].well) ? 1 : 0;
        mails += atomic_load(&generation->workers[i].done);
    }
    sd_notifyf(0, "STATUS=%zu of %zu mailboxes connected, %zu mails handled, %zu letters sent%s", well, mailboxes,
               mails, atomic_load(&courier->done),
               atomic_load(&courier->well) ? "" : ", the server for letters is not there");
}

static void feed_watchdog(const struct generation *generation)
{
    tell_status(generation);
    if (everybody_keeps_their_promise(generation))
        sd_notify(0, "WATCHDOG=1");
}

static int watchdog_milliseconds(void)
{
    uint64_t microseconds = 0;
    int64_t milliseconds = STATUS_SECONDS * 1000;
    if (sd_watchdog_enabled(0, &microseconds) > 0 && (int64_t)(microseconds / 3000) < milliseconds)
        milliseconds = (int64_t)(microseconds / 3000);
    return milliseconds > 0 ? (int)milliseconds : 1;
}

/* --- beginning and ending --- */

static enum status open_worker(struct worker *worker, const struct serve_options *options, struct error *error)
{
    enum status status = agent_open(&worker->generation->configuration, options->database_path, DATABASE_CREATE,
                                    options->clock, randomness_system(), &worker->agent, error);
    worker->agent_open = status == STATUS_OK;
    if (status == STATUS_OK && worker->inbox.configuration == NULL)
        status = courier_open(&worker->agent, &worker->courier, error);
    else if (status == STATUS_OK)
        status = agent_prepare_reading(&worker->agent, error);
    if (status == STATUS_OK && worker->courier != NULL)
        courier_on_letter(worker->courier, promise, worker);
    return status;
}

static void close_generation(struct generation **generation)
{
    struct generation *old = *generation;
    if (old == NULL)
        return;
    for (size_t i = 0; i < old->worker_count; i++) {
        courier_close(&old->workers[i].courier);
        if (old->workers[i].agent_open)
            agent_close(&old->workers[i].agent);
        free((char *)old->workers[i].name);
    }
    free(old->workers);
    if (old->stop_event >= 0)
        close(old->stop_event);
    if (old->courier_event >= 0)
        close(old->courier_event);
    configuration_free(&old->configuration);
    free(old);
    *generation = NULL;
}

static void prepare_workers(struct generation *generation)
{
    const struct configuration *configuration = &generation->configuration;
    generation->worker_count = configuration->mailbox_count + 1;
    generation->workers = memory_allocate(generation->worker_count * sizeof *generation->workers);
    memset(generation->workers, 0, generation->worker_count * sizeof *generation->workers);
    for (size_t i = 0; i < generation->worker_count; i++) {
        struct worker *worker = &generation->workers[i];
        struct buffer name = BUFFER_INIT;
        worker->generation = generation;
        if (i < configuration->mailbox_count) {
            buffer_printf(&name, "mailbox=%s", configuration->mailboxes[i].name);
            worker->inbox = (struct inbox){.agent = &worker->agent,
                                           .configuration = &configuration->mailboxes[i],
                                           .stop = &generation->stop,
                                           .alive = promise,
                                           .letters = wake_courier,
                                           .data = worker};
        } else {
            buffer_append_string(&name, "courier");
        }
        worker->name = buffer_detach(&name);
    }
}

/* Reads the configuration and opens all that it names, but starts nothing. */
static enum status open_generation(const struct serve_options *options, struct generation **ret_generation,
                                   struct error *error)
{
    struct generation *generation = memory_allocate(sizeof *generation);
    *generation = (struct generation){.stop_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                                      .courier_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    enum status status = STATUS_OK;
    if (generation->stop_event < 0 || generation->courier_event < 0)
        status = error_set(error, STATUS_IO, "no event descriptors: %s", strerror(errno));
    if (status == STATUS_OK)
        status = configuration_read(options->configuration_path, &generation->configuration, error);
    if (status == STATUS_OK)
        status = configuration_check_for_service(&generation->configuration, error);
    if (status == STATUS_OK)
        prepare_workers(generation);
    for (size_t i = 0; i < generation->worker_count && status == STATUS_OK; i++)
        status = open_worker(&generation->workers[i], options, error);
    if (status != STATUS_OK) {
        close_generation(&generation);
        return status;
    }
    *ret_generation = generation;
    return STATUS_OK;
}

/* Waits at most so long. */
static bool has_ended(struct worker *worker, int milliseconds)
{
    struct timespec deadline;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += milliseconds / 1000;
    deadline.tv_nsec += milliseconds % 1000 * 1000000L;
    if (deadline.tv_nsec >= 1000000000L) {
        deadline.tv_sec++;
        deadline.tv_nsec -= 1000000000L;
    }
    if (pthread_clockjoin_np(worker->thread, NULL, CLOCK_MONOTONIC, &deadline) == ETIMEDOUT)
        return false;
    worker->running = false;
    return true;
}

/* The threads finish what they have in hand, which may take longer than the watchdog waits. */
static void stop_generation(struct generation *generation)
{
    uint64_t one = 1;
    atomic_store(&generation->stop, true);
    if (write(generation->stop_event, &one, sizeof one) < 0)
        log_line(LOG_LEVEL_ERROR, "threads cannot be woken: %s", strerror(errno));
    for (size_t i = 0; i < generation->worker_count; i++)
        while (generation->workers[i].running && !has_ended(&generation->workers[i], watchdog_milliseconds()))
            feed_watchdog(generation);
}

static enum status start_generation(struct generation *generation, struct error *error)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, THREAD_STACK);
    int number = 0;
    for (size_t i = 0; i < generation->worker_count && number == 0; i++) {
        struct worker *worker = &generation->workers[i];
        promise(worker, 0);
        number = pthread_create(&worker->thread, &attributes, worker->courier != NULL ? courier_thread : mailbox_thread,
                                worker);
        worker->running = number == 0;
    }
    pthread_attr_destroy(&attributes);
    if (number == 0)
        return STATUS_OK;
    stop_generation(generation);
    return error_set(error, STATUS_IO, "a thread cannot be started: %s", strerror(number));
}

/* --- signals --- */

/* The new one is opened before the old one ends, so that a broken configuration costs nothing. */
static enum status reload(const struct serve_options *options, struct generation **generation, struct error *error)
{
    struct error refusal = {0};
    struct generation *next = NULL;
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, monotonic_milliseconds() * 1000);
    enum status status = open_generation(options, &next, &refusal);
    if (status != STATUS_OK) {
        log_line(LOG_LEVEL_ERROR, "the configuration is not taken, the old one stays: %s", refusal.text);
    } else {
        stop_generation(*generation);
        close_generation(generation);
        *generation = next;
        status = start_generation(next, error);
        if (status != STATUS_OK)
            return status;
        log_line(LOG_LEVEL_NOTICE, "the configuration was read again");
    }
    sd_notify(0, "READY=1");
    return STATUS_OK;
}

/* Until a signal ends it. */
static enum status watch(const struct serve_options *options, struct generation **generation, int signals,
                         struct error *error)
{
    int milliseconds = watchdog_milliseconds();
    for (;;) {
        struct pollfd item = {.fd = signals, .events = POLLIN};
        struct signalfd_siginfo info;
        int ready = poll(&item, 1, milliseconds);
        feed_watchdog(*generation);
        if (ready <= 0 || read(signals, &info, sizeof info) != (ssize_t)sizeof info)
            continue;
        if (info.ssi_signo != SIGHUP)
            return STATUS_OK;
        enum status status = reload(options, generation, error);
        if (status != STATUS_OK)
            return status;
    }
}

static enum status serve_until_stopped(const struct serve_options *options, struct generation **generation,
                                       struct error *error)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, &set, &before);
    int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    enum status status = signals >= 0 ? start_generation(*generation, error)
                                      : error_set(error, STATUS_IO, "signals cannot be read: %s", strerror(errno));
    if (status == STATUS_OK) {
        sd_notify(0, "READY=1");
        log_line(LOG_LEVEL_NOTICE, "the desk is open, mailboxes=%zu", (*generation)->worker_count - 1);
        status = watch(options, generation, signals, error);
        sd_notify(0, "STOPPING=1");
        stop_generation(*generation);
        log_line(LOG_LEVEL_NOTICE, "the desk is closed");
    }
    if (signals >= 0)
        close(signals);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}

/* --- once --- */

static enum status attend_once(struct worker *worker, struct error *error)
{
    struct mailbox *mailbox = NULL;
    enum status status = mailbox_open(worker->inbox.configuration, -1, &mailbox, error);
    if (status == STATUS_OK)
        status = inbox_work_off(&worker->inbox, mailbox, error);
    mailbox_close(&mailbox);
    if (status != STATUS_OK)
        error_prefix(error, "mailbox %s", worker->inbox.configuration->name);
    return status;
}

static enum status send_once(struct worker *worker, struct error *error)
{
    int64_t next_due;
    size_t sent;
    enum status status = courier_run(worker->courier, NULL, &next_due, &sent, error);
    if (status == STATUS_OK && *courier_trouble(worker->courier) != '\0')
        status = error_set(error, STATUS_UNAVAILABLE, "letters wait: %s", courier_trouble(worker->courier));
    return status;
}

static enum status serve_once(struct generation *generation, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < generation->worker_count; i++) {
        struct worker *worker = &generation->workers[i];
        struct error failure = {0};
        enum status one = worker->courier != NULL ? send_once(worker, &failure) : attend_once(worker, &failure);
        if (one != STATUS_OK && status == STATUS_OK)
            status = error_set(error, one, "%s", failure.text);
        else if (one != STATUS_OK)
            log_line(LOG_LEVEL_WARNING, "%s", failure.text);
    }
    return status;
}

enum status serve(const struct serve_options *options, struct error *error)
{
    /* Writing to a server that hung up is an error like others. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    struct generation *generation = NULL;
    sigaction(SIGPIPE, &ignore, &before);
    enum status status = open_generation(options, &generation, error);
    if (status == STATUS_OK)
        status = options->once ? serve_once(generation, error) : serve_until_stopped(options, &generation, error);
    close_generation(&generation);
    sigaction(SIGPIPE, &before, NULL);
    return status;
}
