#include "agent/imap_stream.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "agent/server_access.h"
#include "base/arena.h"

enum { STREAM_BUFFER_SIZE = 8192, LOOK_AHEAD_SIZE = 4096 };

struct imap_stream {
    struct connection connection;
    int64_t deadline;
    size_t allowance;
    const char *broken;
    char look_ahead[LOOK_AHEAD_SIZE]; /* bytes for libetpan that were read already: first the greeting */
    size_t start;
    size_t end;
};

/* --- libcurl's connection --- */

static ssize_t curl_receive(void *data, void *bytes, size_t size)
{
    size_t got = 0;
    CURLcode code = curl_easy_recv(data, bytes, size, &got);
    if (code == CURLE_OK)
        return (ssize_t)got;
    return code == CURLE_AGAIN ? CONNECTION_AGAIN : CONNECTION_BROKEN;
}

static ssize_t curl_send(void *data, const void *bytes, size_t size)
{
    size_t sent = 0;
    CURLcode code = curl_easy_send(data, bytes, size, &sent);
    if (code == CURLE_OK)
        return (ssize_t)sent;
    return code == CURLE_AGAIN ? CONNECTION_AGAIN : CONNECTION_BROKEN;
}

static int curl_descriptor(void *data)
{
    curl_socket_t descriptor = CURL_SOCKET_BAD;
    curl_easy_getinfo(data, CURLINFO_ACTIVESOCKET, &descriptor);
    return descriptor;
}

static void curl_close(void *data)
{
    curl_easy_cleanup(data);
}

/* libcurl asks about once a second whether to go on. */
static int go_on(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    struct pollfd item = {.fd = *(const int *)data, .events = POLLIN};
    return poll(&item, 1, 0) > 0;
}

enum status connection_open(const struct server_access *access, int wake, struct connection *ret_connection,
                            struct error *error)
{
    CURL *handle = NULL;
    char detail[CURL_ERROR_SIZE] = "";
    enum status status = server_access_handle(&handle, error);
    if (status == STATUS_OK)
        status = server_access_apply(access, PROTOCOL_IMAP, "", handle, error);
    if (status == STATUS_OK) {
        curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
        curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
        curl_easy_setopt(handle, CURLOPT_TIMEOUT, (long)access->timeout * 2); /* connecting, then logging in */
        curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, go_on);
        curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &wake);
        CURLcode code = curl_easy_perform(handle);
        curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 1L);
        curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, NULL);
        if (code == CURLE_ABORTED_BY_CALLBACK)
            status = error_set(error, STATUS_INTERRUPTED, "%s: asked to stop", access->host);
        else if (code != CURLE_OK)
            status = server_access_failure(access, PROTOCOL_IMAP, code, detail, error);
    }
    if (status != STATUS_OK) {
        curl_easy_cleanup(handle);
        return status;
    }
    *ret_connection = (struct connection){curl_receive, curl_send, curl_descriptor, curl_close, handle};
    return STATUS_OK;
}

/* --- waiting --- */

void imap_stream_break(struct imap_stream *stream, const char *why)
{
    if (stream->broken == NULL)
        stream->broken = why;
}

const char *imap_stream_broken(const struct imap_stream *stream)
{
    return stream->broken;
}

void imap_stream_allow(struct imap_stream *stream, int64_t milliseconds, size_t bytes)
{
    stream->deadline = monotonic_milliseconds() + milliseconds;
    stream->allowance = bytes;
}

/* Waits for the socket until the deadline of the command. */
static bool wait_for_socket(struct imap_stream *stream, short events)
{
    for (;;) {
        int64_t left = stream->deadline - monotonic_milliseconds();
        struct pollfd item = {.fd = stream->connection.descriptor(stream->connection.data), .events = events};
        int ready = left > 0 ? poll(&item, 1, (int)left) : 0;
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR) {
            imap_stream_break(stream, "the server did not answer in time");
            return false;
        }
    }
}

/* --- libetpan's driver --- */

static ssize_t low_read(mailstream_low *low, void *bytes, size_t size)
{
    struct imap_stream *stream = low->data;
    if (stream->end > stream->start) {
        size_t ahead = stream->end - stream->start < size ? stream->end - stream->start : size;
        memcpy(bytes, stream->look_ahead + stream->start, ahead);
        stream->start += ahead;
        return (ssize_t)ahead;
    }
    while (stream->broken == NULL) {
        if (monotonic_milliseconds() >= stream->deadline) {
            imap_stream_break(stream, "the server did not finish its answer in time");
            break;
        }
        ssize_t got = stream->connection.receive(stream->connection.data, bytes, size);
        if (got > 0 && (size_t)got <= stream->allowance) {
            stream->allowance -= (size_t)got;
            return got;
        }
        if (got > 0)
            imap_stream_break(stream, "the server's answer is larger than it may be");
        else if (got == 0)
            imap_stream_break(stream, "the server hung up");
        else if (got == CONNECTION_BROKEN)
            imap_stream_break(stream, "the connection broke");
        else
            wait_for_socket(stream, POLLIN);
    }
    return -1; /* for libetpan 0 would mean to try again, for ever */
}

static ssize_t low_write(mailstream_low *low, const void *bytes, size_t size)
{
    struct imap_stream *stream = low->data;
    while (stream->broken == NULL) {
        ssize_t sent = stream->connection.send(stream->connection.data, bytes, size);
        if (sent > 0)
            return sent;
        if (sent == CONNECTION_AGAIN)
            wait_for_socket(stream, POLLOUT);
        else
            imap_stream_break(stream, "the connection broke");
    }
    return -1;
}

static int low_close(mailstream_low *low)
{
    struct imap_stream *stream = low->data;
    if (stream->connection.close != NULL)
        stream->connection.close(stream->connection.data);
    stream->connection.close = NULL;
    imap_stream_break(stream, "closed");
    return 0;
}

static int low_descriptor(mailstream_low *low)
{
    struct imap_stream *stream = low->data;
    return stream->connection.descriptor(stream->connection.data);
}

static void low_free(mailstream_low *low)
{
    low_close(low);
    free(low->data);
    free(low);
}

static void low_cancel(mailstream_low *low)
{
    (void)low;
}

static struct mailstream_cancel *low_get_cancel(mailstream_low *low)
{
    (void)low;
    return NULL;
}

static carray *low_certificates(mailstream_low *low)
{
    (void)low;
    return NULL;
}

static mailstream_low_driver driver = {
    .mailstream_read = low_read,
    .mailstream_write = low_write,
    .mailstream_close = low_close,
    .mailstream_get_fd = low_descriptor,
    .mailstream_free = low_free,
    .mailstream_cancel = low_cancel,
    .mailstream_get_cancel = low_get_cancel,
    .mailstream_get_certificate_chain = low_certificates,
};

mailstream *imap_stream_new(struct connection connection, struct imap_stream **ret_stream)
{
    static const char greeting[] = "* PREAUTH logged in\r\n";
    struct imap_stream *stream = memory_allocate(sizeof *stream);
    *stream = (struct imap_stream){.connection = connection, .end = sizeof greeting - 1};
    memcpy(stream->look_ahead, greeting, stream->end);

    mailstream_low *low = mailstream_low_new(stream, &driver);
    if (low == NULL) {
        connection.close(connection.data);
        free(stream);
        return NULL;
    }
    mailstream *session = mailstream_new(low, STREAM_BUFFER_SIZE);
    if (session == NULL) {
        mailstream_low_free(low);
        return NULL;
    }
    *ret_stream = stream;
    return session;
}

enum imap_stream_event imap_stream_wait(struct imap_stream *stream, mailstream *session, int wake, int64_t milliseconds)
{
    int64_t until = monotonic_milliseconds() + milliseconds;
    for (;;) {
        /* The socket is asked last: it knows nothing of bytes that wait in libetpan, here, or in the TLS layer. */
        if (session->read_buffer_len > 0 || stream->end > stream->start)
            return STREAM_BYTES;
        if (stream->broken != NULL)
            return STREAM_BROKEN;
        ssize_t got = stream->connection.receive(stream->connection.data, stream->look_ahead, LOOK_AHEAD_SIZE);
        if (got > 0) {
            stream->start = 0;
            stream->end = (size_t)got;
            return STREAM_BYTES;
        }
        if (got != CONNECTION_AGAIN) {
            imap_stream_break(stream, got == 0 ? "the server hung up" : "the connection broke");
            return STREAM_BROKEN;
        }
        struct pollfd items[] = {
            {.fd = stream->connection.descriptor(stream->connection.data), .events = POLLIN},
            {.fd = wake, .events = POLLIN},
        };
        int64_t left = until - monotonic_milliseconds();
        int ready = poll(items, 2, left > 0 ? (int)left : 0);
        if (ready > 0 && (items[1].revents & POLLIN) != 0)
            return STREAM_WAKE;
        if (ready == 0)
            return STREAM_QUIET;
    }
}
