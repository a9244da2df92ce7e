#include "agent/oauth.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/server_access.h"
#include "base/arena.h"

enum { COMMAND_WORDS_MAX = 32 };

/* --- the program --- */

static enum status start(char **words, int output, pid_t *ret_process, struct error *error)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    /* The service's threads block signals, which a child would inherit. Its own group, so that all of it can end. */
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    int number = posix_spawnp(ret_process, words[0], &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (number != 0)
        return error_set(error, STATUS_DENIED, "token_command: cannot start %s: %s", words[0], strerror(number));
    return STATUS_OK;
}

/* Reads until the end of the output, a whole token too much, or the deadline. */
static enum status read_output(int descriptor, int64_t deadline, struct buffer *output)
{
    for (;;) {
        struct pollfd item = {.fd = descriptor, .events = POLLIN};
        int64_t left = deadline - monotonic_milliseconds();
        if (left <= 0 || output->length > OAUTH_TOKEN_MAX)
            return STATUS_UNAVAILABLE;
        if (poll(&item, 1, (int)left) <= 0)
            continue;
        char bytes[4096];
        ssize_t got = read(descriptor, bytes, sizeof bytes);
        if (got == 0)
            return STATUS_OK;
        if (got > 0)
            buffer_append(output, bytes, (size_t)got);
        else if (errno != EINTR)
            return STATUS_UNAVAILABLE;
    }
}

/* Waits for the end of the program; one that does not end in time is killed with all that it started. */
static int reap(pid_t process, int64_t deadline)
{
    int descriptor = pidfd_open(process, 0);
    if (descriptor >= 0) {
        struct pollfd item = {.fd = descriptor, .events = POLLIN};
        int64_t left;
        while ((left = deadline - monotonic_milliseconds()) > 0 && poll(&item, 1, (int)left) < 0 && errno == EINTR)
            continue;
        close(descriptor);
    }
    int state = 0;
    if (waitpid(process, &state, WNOHANG) == 0) {
        kill(-process, SIGKILL);
        while (waitpid(process, &state, 0) < 0 && errno == EINTR)
            continue;
    }
    return state;
}

static enum status take_first_line(const struct buffer *output, struct buffer *token, struct error *error)
{
    size_t length = strcspn(output->data, "\r\n");
    bool graphic = length > 0 && length <= OAUTH_TOKEN_MAX;
    for (size_t i = 0; i < length; i++)
        graphic = graphic && output->data[i] > ' ' && output->data[i] < 0x7f;
    if (!graphic)
        return error_set(error, STATUS_DENIED,
                         "token_command: what it printed is no access token (one line of visible "
                         "ASCII characters is expected)");
    buffer_append(token, output->data, length);
    return STATUS_OK;
}

static enum status token_from_command(const struct server_access *access, struct buffer *token, struct error *error)
{
    char line[OAUTH_TOKEN_MAX], *words[COMMAND_WORDS_MAX + 1] = {NULL}, *rest = NULL;
    snprintf(line, sizeof line, "%s", access->token_command);
    size_t count = 0;
    for (char *word = strtok_r(line, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest)) {
        if (count == COMMAND_WORDS_MAX)
            return error_set(error, STATUS_INVALID, "token_command: more than %d words; put them into a script",
                             COMMAND_WORDS_MAX);
        words[count++] = word;
    }
    int pipes[2];
    if (count == 0 || pipe2(pipes, O_CLOEXEC) != 0)
        return error_set(error, STATUS_UNAVAILABLE, "token_command: cannot be started");

    int64_t deadline = monotonic_milliseconds() + access->timeout * 1000;
    struct buffer output = BUFFER_INIT;
    pid_t process = 0;
    enum status status = start(words, pipes[1], &process, error);
    close(pipes[1]);
    if (status == STATUS_OK) {
        enum status reading = read_output(pipes[0], deadline, &output);
        int state = reap(process, reading == STATUS_OK ? deadline : 0);
        if (reading != STATUS_OK || (WIFSIGNALED(state) && WTERMSIG(state) == SIGKILL))
            status = error_set(error, STATUS_UNAVAILABLE, "token_command: %s gave no token within %lld seconds",
                               words[0], (long long)access->timeout);
        else if (!WIFEXITED(state) || WEXITSTATUS(state) != 0)
            status = error_set(error, STATUS_DENIED, "token_command: %s ended with %s %d", words[0],
                               WIFEXITED(state) ? "status" : "signal",
                               WIFEXITED(state) ? WEXITSTATUS(state) : WTERMSIG(state));
        else
            status = take_first_line(&output, token, error);
    }
    close(pipes[0]);
    configuration_forget(&output);
    return status;
}

/* --- the endpoint --- */

static size_t collect(char *bytes, size_t size, size_t count, void *data)
{
    struct buffer *answer = data;
    if (answer->length + size * count > OAUTH_ANSWER_MAX)
        return 0;
    buffer_append(answer, bytes, size * count);
    return size * count;
}

static enum status append_field(CURL *handle, struct buffer *form, const char *name, const char *value,
                                struct error *error)
{
    char *escaped = curl_easy_escape(handle, value, 0);
    if (escaped == NULL)
        return error_set(error, STATUS_INVALID, "%s cannot be sent to the token endpoint", name);
    buffer_printf(form, "%s%s=%s", form->length > 0 ? "&" : "", name, escaped);
    curl_free(escaped);
    return STATUS_OK;
}

static enum status append_secret(CURL *handle, struct buffer *form, const char *name, const char *file,
                                 struct error *error)
{
    struct buffer secret = BUFFER_INIT;
    enum status status = configuration_secret(file, &secret, error);
    if (status == STATUS_OK)
        status = append_field(handle, form, name, secret.data, error);
    configuration_forget(&secret);
    return status;
}

static enum status build_form(CURL *handle, const struct server_access *access, struct buffer *form,
                              struct error *error)
{
    enum status status = append_field(handle, form, "grant_type", "refresh_token", error);
    if (status == STATUS_OK)
        status = append_field(handle, form, "client_id", access->client_id, error);
    if (status == STATUS_OK)
        status = append_secret(handle, form, "refresh_token", access->refresh_token_file, error);
    if (status == STATUS_OK && access->client_secret_file != NULL)
        status = append_secret(handle, form, "client_secret", access->client_secret_file, error);
    return status;
}

/* Written aside and renamed, so that a crash leaves the old one. A folder that may not be written is no failure: the
 * old token then serves until it expires. */
static void keep_refresh_token(const char *path, const char *token)
{
    if (path[0] != '/')
        return;
    struct buffer aside = BUFFER_INIT;
    buffer_printf(&aside, "%s.new", path);
    int descriptor = open(aside.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor >= 0) {
        size_t length = strlen(token);
        bool whole = write(descriptor, token, length) == (ssize_t)length && write(descriptor, "\n", 1) == 1 &&
                     fsync(descriptor) == 0;
        close(descriptor);
        if (!whole || rename(aside.data, path) != 0)
            unlink(aside.data);
    }
    buffer_release(&aside);
}

static enum status read_answer(const struct server_access *access, long code, const struct buffer *answer,
                               struct buffer *token, struct error *error)
{
    enum status status = STATUS_OK;
    json_t *object = json_loadb(answer->data, answer->length, 0, NULL);
    const char *access_token = json_string_value(json_object_get(object, "access_token"));
    const char *refresh_token = json_string_value(json_object_get(object, "refresh_token"));
    const char *reason = json_string_value(json_object_get(object, "error"));
    if (code >= 500 || code == 429) {
        status = error_set(error, STATUS_UNAVAILABLE, "token_endpoint: the server answered %ld", code);
    } else if (code != 200 || access_token == NULL) {
        const char *description = json_string_value(json_object_get(object, "error_description"));
        status = error_set(error, STATUS_DENIED,
                           "token_endpoint: no token (%ld %s): %.200s; check client_id, client_secret_file and "
                           "refresh_token_file",
                           code, reason != NULL ? reason : "", description != NULL ? description : "no reason given");
    } else {
        buffer_append_string(token, access_token);
        if (refresh_token != NULL)
            keep_refresh_token(access->refresh_token_file, refresh_token);
    }
    json_decref(object);
    return status;
}

static enum status token_from_endpoint(const struct server_access *access, struct buffer *token, struct error *error)
{
    struct buffer form = BUFFER_INIT, answer = BUFFER_INIT;
    CURL *handle = NULL;
    enum status status = server_access_handle(&handle, error);
    if (status != STATUS_OK)
        return status;
    status = build_form(handle, access, &form, error);
    if (status == STATUS_OK) {
        curl_easy_setopt(handle, CURLOPT_URL, access->token_endpoint);
        curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, form.data);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)form.length);
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, collect);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer);
        curl_easy_setopt(handle, CURLOPT_TIMEOUT, (long)access->timeout);
        CURLcode code = curl_easy_perform(handle);
        long http_code = 0;
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &http_code);
        if (code != CURLE_OK)
            status = error_set(error, code == CURLE_PEER_FAILED_VERIFICATION ? STATUS_DENIED : STATUS_UNAVAILABLE,
                               "token_endpoint %s: %s", access->token_endpoint, curl_easy_strerror(code));
        else
            status = read_answer(access, http_code, &answer, token, error);
    }
    curl_easy_cleanup(handle);
    configuration_forget(&form);
    configuration_forget(&answer);
    return status;
}

enum status oauth_token(const struct server_access *access, struct buffer *token, struct error *error)
{
    return access->token_command != NULL ? token_from_command(access, token, error)
                                         : token_from_endpoint(access, token, error);
}
