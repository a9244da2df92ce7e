#include "tests/unit/scripted_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"

struct scripted_server {
    const struct script_step *steps;
    size_t count;
    size_t next;
    int listener; /* -1: a pair */
    int peer;
    pthread_t thread;
    struct buffer heard;
    char tag[32];
    bool mismatch;
};

static bool read_line(struct scripted_server *server, struct buffer *line)
{
    char byte;
    while (recv(server->peer, &byte, 1, 0) == 1) {
        buffer_append_char(line, byte);
        buffer_append_char(&server->heard, byte);
        if (byte == '\n')
            return true;
    }
    return line->length > 0; /* the other side ended without a line's end */
}

static bool expect(struct scripted_server *server, const char *expected)
{
    struct buffer line = BUFFER_INIT;
    bool got = read_line(server, &line);
    while (got && strcmp(expected, ".") == 0 && strcmp(line.data, ".\r\n") != 0) {
        buffer_clear(&line);
        got = read_line(server, &line);
    }
    bool right = got && strstr(line.data, expected) != NULL;
    server->mismatch = server->mismatch || (got && !right);
    size_t length = strcspn(line.data, " \r\n");
    if (length < sizeof server->tag) {
        memcpy(server->tag, line.data, length);
        server->tag[length] = '\0';
    }
    buffer_release(&line);
    return right;
}

static bool say(const struct scripted_server *server, const char *bytes, size_t length)
{
    return send(server->peer, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static bool answer(const struct scripted_server *server, const char *reply)
{
    static const char flood[4096] = {'x'};
    if (strcmp(reply, SCRIPT_FLOOD) == 0)
        while (say(server, flood, sizeof flood))
            continue;
    else if (strcmp(reply, SCRIPT_DRIP) == 0)
        while (say(server, "* OK drip\r\n", 11))
            poll(NULL, 0, 20);
    else
        for (; *reply != '\0'; reply++)
            if (!(*reply == '$' ? say(server, server->tag, strlen(server->tag)) : say(server, reply, 1)))
                return false;
    return true;
}

static void follow_script(struct scripted_server *server)
{
    while (server->next < server->count) {
        const struct script_step *step = &server->steps[server->next];
        if (*step->expect != '\0' && !expect(server, step->expect))
            return;
        server->next++;
        if (step->reply == NULL || !answer(server, step->reply))
            return;
    }
}

static void *run(void *data)
{
    struct scripted_server *server = data;
    do {
        if (server->listener >= 0)
            server->peer = accept(server->listener, NULL, NULL);
        if (server->peer < 0)
            break;
        follow_script(server);
        shutdown(server->peer, SHUT_RDWR);
        close(server->peer);
    } while (server->listener >= 0 && server->next < server->count && !server->mismatch);
    return NULL;
}

static struct scripted_server *start(const struct script_step *steps, size_t count, int listener, int peer)
{
    struct scripted_server *server = memory_allocate(sizeof *server);
    *server = (struct scripted_server){
        .steps = steps, .count = count, .listener = listener, .peer = peer, .heard = BUFFER_INIT};
    if (pthread_create(&server->thread, NULL, run, server) != 0)
        abort();
    return server;
}

struct scripted_server *scripted_server_pair(const struct script_step *steps, size_t count, int *ret_descriptor)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        abort();
    *ret_descriptor = pair[0];
    return start(steps, count, -1, pair[1]);
}

struct scripted_server *scripted_server_listen(const struct script_step *steps, size_t count, int *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 4) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        abort();
    *ret_port = ntohs(address.sin_port);
    return start(steps, count, listener, -1);
}

bool scripted_server_end(struct scripted_server *server, char **ret_heard)
{
    if (server->listener >= 0)
        shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    if (server->listener >= 0)
        close(server->listener);
    bool whole = server->next == server->count && !server->mismatch;
    *ret_heard = buffer_detach(&server->heard);
    free(server);
    return whole;
}
