#include "agent/smtp.h"

#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/server_access.h"
#include "base/address.h"
#include "base/arena.h"

enum { REPLY_COLLECTED_MAX = 4096, SEND_TIMEOUTS = 4 };

/* How far the conversation is: the last command that was sent. */
enum stage { STAGE_CONNECT, STAGE_HELLO, STAGE_LOGIN, STAGE_MAIL, STAGE_RCPT, STAGE_DATA, STAGE_BODY, STAGE_QUIT };

struct smtp {
    const struct server_access *access;
    const char *helo;
    CURL *handle;        /* NULL: to be made anew */
    int64_t login_until; /* monotonic milliseconds */
    char detail[CURL_ERROR_SIZE];
    enum stage stage;
    bool used;           /* the last letter was accepted on a connection that is kept */
    bool utf8;           /* the server offered SMTPUTF8 */
    struct buffer reply; /* lines of the reply to the last command */
};

/* --- following the conversation --- */

static const struct {
    const char *word;
    enum stage stage;
} commands[] = {
    {"EHLO", STAGE_HELLO}, {"HELO", STAGE_HELLO}, {"STARTTLS", STAGE_HELLO}, {"AUTH", STAGE_LOGIN},
    {"MAIL", STAGE_MAIL},  {"RCPT", STAGE_RCPT},  {"DATA", STAGE_DATA},      {"QUIT", STAGE_QUIT},
};

static void follow_command(struct smtp *smtp, const char *line, size_t length)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        size_t word = strlen(commands[i].word);
        if (length <= word || strncasecmp(line, commands[i].word, word) != 0)
            continue;
        if (commands[i].stage == STAGE_QUIT)
            return; /* libcurl hangs up; what was refused is known already */
        smtp->stage = commands[i].stage;
        smtp->utf8 = smtp->utf8 && smtp->stage != STAGE_HELLO;
        buffer_clear(&smtp->reply);
        return;
    }
}

static void follow_reply(struct smtp *smtp, const char *line, size_t length)
{
    static const char offer[] = "SMTPUTF8";
    if (smtp->stage == STAGE_HELLO && length >= 4 + sizeof offer - 1 &&
        strncasecmp(line + 4, offer, sizeof offer - 1) == 0)
        smtp->utf8 = true;
    /* The reply to QUIT would hide what matters. */
    if (length >= 3 && strncmp(line, "221", 3) != 0 && smtp->reply.length + length <= REPLY_COLLECTED_MAX)
        buffer_append(&smtp->reply, line, length);
}

/* libcurl tells what it sends and receives. Nothing of it is kept but the stage and the reply: passwords pass here. */
static int follow(CURL *handle, curl_infotype type, char *bytes, size_t length, void *data)
{
    struct smtp *smtp = data;
    (void)handle;
    if (type == CURLINFO_HEADER_OUT) {
        follow_command(smtp, bytes, length);
    } else if (type == CURLINFO_HEADER_IN) {
        follow_reply(smtp, bytes, length);
    } else if (type == CURLINFO_DATA_OUT && smtp->stage != STAGE_BODY) {
        smtp->stage = STAGE_BODY;
        buffer_clear(&smtp->reply);
    }
    return 0;
}

/* --- the handle --- */

static void drop_handle(struct smtp *smtp)
{
    if (smtp->handle != NULL)
        curl_easy_cleanup(smtp->handle);
    smtp->handle = NULL;
    smtp->used = false;
    smtp->utf8 = false;
}

static enum status make_handle(struct smtp *smtp, struct error *error)
{
    if (smtp->handle != NULL && monotonic_milliseconds() < smtp->login_until)
        return STATUS_OK;
    drop_handle(smtp);
    CURL *handle = NULL;
    enum status status = server_access_handle(&handle, error);
    if (status != STATUS_OK)
        return status;
    char *path = smtp->helo != NULL ? curl_easy_escape(handle, smtp->helo, 0) : NULL;
    status = server_access_apply(smtp->access, PROTOCOL_SMTP, path != NULL ? path : "", handle, error);
    curl_free(path);
    if (status != STATUS_OK) {
        curl_easy_cleanup(handle);
        return status;
    }
    curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, follow);
    curl_easy_setopt(handle, CURLOPT_DEBUGDATA, smtp);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, smtp->detail);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, (long)smtp_seconds_max(smtp->access));
    smtp->handle = handle;
    smtp->login_until = monotonic_milliseconds() + SMTP_LOGIN_SECONDS * 1000;
    return STATUS_OK;
}

enum status smtp_open(const struct server_access *access, const char *helo, struct smtp **ret_smtp, struct error *error)
{
    if (access->host == NULL)
        return error_set(error, STATUS_INVALID, "no server to send by: [smtp] needs host, user and password_file");
    struct smtp *smtp = memory_allocate(sizeof *smtp);
    *smtp = (struct smtp){.access = access, .helo = helo, .reply = BUFFER_INIT};
    *ret_smtp = smtp;
    return STATUS_OK;
}

void smtp_close(struct smtp **smtp)
{
    if (*smtp == NULL)
        return;
    drop_handle(*smtp);
    buffer_release(&(*smtp)->reply);
    free(*smtp);
    *smtp = NULL;
}

int64_t smtp_seconds_max(const struct server_access *access)
{
    return access->timeout * SEND_TIMEOUTS;
}

/* --- what came of it --- */

static void set_text(struct smtp_reply *reply, const char *text)
{
    size_t length = 0;
    for (; *text != '\0' && length + 1 < sizeof reply->text; text++) {
        bool control = (unsigned char)*text < ' ' || *text == 0x7f;
        if (!control)
            reply->text[length++] = *text;
        else if (length > 0 && reply->text[length - 1] != ' ')
            reply->text[length++] = ' ';
    }
    while (length > 0 && reply->text[length - 1] == ' ')
        length--;
    reply->text[length] = '\0';
}

/* The enhanced code (RFC 3463) says whether it was the address; without one the basic codes for mailboxes do. */
static bool refuses_address(const char *reply, int code)
{
    int class, subject, detail;
    if (sscanf(reply, "%*3d%*[ -]%d.%d.%d", &class, &subject, &detail) == 3)
        return class == 5 && (subject == 1 || (subject == 2 && detail == 1) || (subject == 0 && code == 550));
    return code == 550 || code == 551 || code == 553;
}

/* The reply as a whole says nothing new after the first code but more words of its own. */
static int reply_code(const struct buffer *reply)
{
    int code = 0;
    if (reply->length < 3 || sscanf(reply->data, "%3d", &code) != 1)
        return 0;
    return code;
}

static enum smtp_outcome judge(enum stage stage, int code, const char *reply)
{
    switch (stage) {
    case STAGE_CONNECT:
    case STAGE_HELLO:
    case STAGE_LOGIN:
    case STAGE_QUIT:
        return SMTP_TROUBLE;
    case STAGE_MAIL:
        /* Who we are is refused, not whom we write to; but 552 means that this letter is too large. */
        return code == 552 ? SMTP_REFUSED : SMTP_TROUBLE;
    case STAGE_RCPT:
        if (code >= 500)
            return refuses_address(reply, code) ? SMTP_ADDRESS_REFUSED : SMTP_REFUSED;
        return code == 421 || code == 0 ? SMTP_TROUBLE : SMTP_LATER;
    case STAGE_DATA:
    case STAGE_BODY:
        return code >= 500 ? SMTP_REFUSED : SMTP_LATER;
    }
    return SMTP_TROUBLE;
}

static void judge_failure(struct smtp *smtp, CURLcode code, struct smtp_reply *reply)
{
    struct error failure = {0};
    int number = reply_code(&smtp->reply);
    reply->code = number >= 400 ? number : 0;
    reply->outcome = judge(smtp->stage, reply->code, smtp->reply.data);
    if (reply->outcome == SMTP_TROUBLE) {
        char words[SMTP_TEXT_SIZE];
        snprintf(words, sizeof words, "%s", reply->code != 0 ? smtp->reply.data : smtp->detail);
        server_access_failure(smtp->access, PROTOCOL_SMTP, code, words, &failure);
        set_text(reply, failure.text);
    } else if (reply->code != 0) {
        set_text(reply, smtp->reply.data);
    } else {
        set_text(reply, "the connection broke before the server answered; whether the letter arrived is not known");
    }
}

/* --- sending --- */

struct source {
    const char *bytes;
    size_t left;
};

static size_t feed(char *out, size_t size, size_t count, void *data)
{
    struct source *source = data;
    size_t length = size * count < source->left ? size * count : source->left;
    memcpy(out, source->bytes, length);
    source->bytes += length;
    source->left -= length;
    return length;
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* What is written to the wire between < and >: nothing that could end the command, the domain in ASCII. NULL: no
 * address. free() it. */
static char *wire_address(const char *address)
{
    const char *name = address_domain(address);
    char *domain = NULL;
    if (!address_valid(address))
        return NULL;
    if (idn2_to_ascii_8z(name, &domain, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK)
        return NULL;
    struct buffer wire = BUFFER_INIT;
    buffer_printf(&wire, "<%.*s%s>", (int)(name - address), address, domain);
    idn2_free(domain);
    return buffer_detach(&wire);
}

static CURLcode converse(struct smtp *smtp)
{
    smtp->stage = STAGE_CONNECT;
    smtp->detail[0] = '\0';
    buffer_clear(&smtp->reply);
    return curl_easy_perform(smtp->handle);
}

/* NOOP on the kept connection, or a new one: what the server offers is known then. */
static CURLcode converse_nothing(struct smtp *smtp)
{
    curl_easy_setopt(smtp->handle, CURLOPT_UPLOAD, 0L);
    curl_easy_setopt(smtp->handle, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(smtp->handle, CURLOPT_CUSTOMREQUEST, "NOOP");
    CURLcode code = converse(smtp);
    curl_easy_setopt(smtp->handle, CURLOPT_CUSTOMREQUEST, NULL);
    curl_easy_setopt(smtp->handle, CURLOPT_NOBODY, 0L);
    return code;
}

static CURLcode converse_letter(struct smtp *smtp, const struct smtp_letter *letter, const char *sender,
                                const char *recipient)
{
    struct source source = {letter->message, letter->length};
    struct curl_slist *recipients = curl_slist_append(NULL, recipient);
    curl_easy_setopt(smtp->handle, CURLOPT_MAIL_FROM, sender);
    curl_easy_setopt(smtp->handle, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(smtp->handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(smtp->handle, CURLOPT_READFUNCTION, feed);
    curl_easy_setopt(smtp->handle, CURLOPT_READDATA, &source);
    curl_easy_setopt(smtp->handle, CURLOPT_INFILESIZE_LARGE, (curl_off_t)letter->length);
    CURLcode code = converse(smtp);
    curl_easy_setopt(smtp->handle, CURLOPT_MAIL_RCPT, NULL);
    curl_easy_setopt(smtp->handle, CURLOPT_READDATA, NULL);
    curl_slist_free_all(recipients);
    return code;
}

static void refuse(struct smtp_reply *reply, enum smtp_outcome outcome, const char *text)
{
    reply->outcome = outcome;
    set_text(reply, text);
}

static void send_on_wire(struct smtp *smtp, const struct smtp_letter *letter, const char *sender, const char *recipient,
                         struct smtp_reply *reply)
{
    bool kept = smtp->used;
    CURLcode code = is_ascii(recipient) ? CURLE_OK : converse_nothing(smtp);
    if (code == CURLE_OK && !is_ascii(recipient) && !smtp->utf8) {
        refuse(reply, SMTP_REFUSED,
               "the server takes only ASCII letters before the @ of an address (it offers no SMTPUTF8)");
        return;
    }
    if (code == CURLE_OK)
        code = converse_letter(smtp, letter, sender, recipient);
    /* Servers close connections that are idle: that is no trouble, and no command of this letter was answered. */
    if (code != CURLE_OK && kept && smtp->stage <= STAGE_MAIL &&
        (reply_code(&smtp->reply) == 0 || reply_code(&smtp->reply) == 421)) {
        struct error ignored;
        drop_handle(smtp);
        if (make_handle(smtp, &ignored) == STATUS_OK)
            code = converse_letter(smtp, letter, sender, recipient);
    }
    if (code == CURLE_OK) {
        smtp->used = true;
        reply->outcome = SMTP_ACCEPTED;
        reply->code = reply_code(&smtp->reply);
        set_text(reply, smtp->reply.data);
        return;
    }
    smtp->used = false; /* libcurl closes the connection after a refusal */
    judge_failure(smtp, code, reply);
    if (reply->outcome == SMTP_TROUBLE)
        drop_handle(smtp);
}

void smtp_send(struct smtp *smtp, const struct smtp_letter *letter, struct smtp_reply *reply)
{
    struct error error = {0};
    *reply = (struct smtp_reply){.outcome = SMTP_TROUBLE};
    char *sender = wire_address(letter->sender), *recipient = wire_address(letter->recipient);
    if (recipient == NULL)
        refuse(reply, SMTP_ADDRESS_REFUSED, "this is no mail address");
    else if (sender == NULL || !is_ascii(sender))
        refuse(reply, SMTP_REFUSED, "the sender is no mail address: check address in [desk]");
    else if (make_handle(smtp, &error) != STATUS_OK)
        set_text(reply, error.text);
    else
        send_on_wire(smtp, letter, sender, recipient, reply);
    free(sender);
    free(recipient);
}

enum status smtp_probe(struct smtp *smtp, struct error *error)
{
    enum status status = make_handle(smtp, error);
    if (status != STATUS_OK)
        return status;
    CURLcode code = converse_nothing(smtp);
    if (code == CURLE_OK)
        return STATUS_OK;
    struct smtp_reply reply;
    set_text(&reply, smtp->reply.length > 0 ? smtp->reply.data : smtp->detail);
    return server_access_failure(smtp->access, PROTOCOL_SMTP, code, reply.text, error);
}
