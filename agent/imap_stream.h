/*
 * The bytes under libetpan's IMAP session: a connection that libcurl opened, verified and logged in, dressed as a
 * libetpan mailstream. libetpan is told a greeting of our own, "* PREAUTH", because the login is over.
 *
 * Every read and write obeys a deadline and an allowance of bytes that the caller sets for each
 * command, so neither a silent, nor a dripping, nor an endless server can hold a thread. Once broken, a stream stays
 * so: each further read and write fails at once.
 *
 * The connection itself is a small struct of functions, so that tests can put a scripted server in its place.
 */
#ifndef AGENT_IMAP_STREAM_H
#define AGENT_IMAP_STREAM_H

#include <libetpan/libetpan.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "agent/configuration.h"
#include "base/error.h"

/* What receive() and send() return besides a number of bytes. Zero bytes received: the other side hung up. */
enum { CONNECTION_AGAIN = -1, CONNECTION_BROKEN = -2 };

struct connection {
    ssize_t (*receive)(void *data, void *bytes, size_t size); /* never waits */
    ssize_t (*send)(void *data, const void *bytes, size_t size);
    int (*descriptor)(void *data); /* to wait on */
    void (*close)(void *data);
    void *data;
};

/* Connects and logs in within the configured timeout. STATUS_DENIED, STATUS_UNAVAILABLE: see server_access.h;
 * STATUS_INTERRUPTED: `wake` (-1: none) became readable. */
enum status connection_open(const struct server_access *access, int wake, struct connection *ret_connection,
                            struct error *error);

struct imap_stream;

/* Takes the connection over. libetpan owns the rest from mailimap_connect() on: closing the
 * mailstream frees the stream and closes the connection. */
mailstream *imap_stream_new(struct connection connection, struct imap_stream **ret_stream);

/* For the next command: how long it may take and how many bytes its answer may have. */
void imap_stream_allow(struct imap_stream *stream, int64_t milliseconds, size_t bytes);

/* Why the stream broke, a few words; NULL while it has not. */
const char *imap_stream_broken(const struct imap_stream *stream);
void imap_stream_break(struct imap_stream *stream, const char *why);

enum imap_stream_event { STREAM_QUIET, STREAM_BYTES, STREAM_WAKE, STREAM_BROKEN };

/* Waits until bytes are there, `wake` (-1: none) is readable, or the time is over. */
enum imap_stream_event imap_stream_wait(struct imap_stream *stream, mailstream *session, int wake,
                                        int64_t milliseconds);

#endif
