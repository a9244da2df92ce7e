#include "agent/mailbox_private.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "agent/server_access.h"

enum {
    FOLDER_NAME_MAX = 1000,
    IDLE_SECONDS_MAX = 9 * 60, /* servers and firewalls may forget a connection that is silent for longer */
    IDLE_ANSWER_MAX = 1024 * 1024,
    LOGOUT_MILLISECONDS = 2000,
    OPEN_TIMEOUTS = 16,         /* a token, connecting, login, and the commands before the inbox is selected */
    BYTES_PER_MILLISECOND = 64, /* the slowest line that is waited for */
};

void mailbox_command(struct mailbox *mailbox, size_t answer_max)
{
    int64_t milliseconds = mailbox->configuration->access.timeout * 1000;
    if (answer_max < MAILBOX_ANSWER_MAX)
        milliseconds += (int64_t)answer_max / BYTES_PER_MILLISECOND;
    imap_stream_allow(mailbox->stream, milliseconds, answer_max);
    if (mailbox->alive != NULL)
        mailbox->alive(mailbox->alive_data, milliseconds / 1000);
}

void mailbox_on_command(struct mailbox *mailbox, void (*alive)(void *data, int64_t seconds), void *data)
{
    mailbox->alive = alive;
    mailbox->alive_data = data;
}

bool mailbox_is_broken(const struct mailbox *mailbox)
{
    return imap_stream_broken(mailbox->stream) != NULL;
}

enum status mailbox_result(struct mailbox *mailbox, int code, const char *what, struct error *error)
{
    const char *host = mailbox->configuration->access.host;
    const char *response = mailbox->session->imap_response;
    switch (code) {
    case MAILIMAP_NO_ERROR:
    case MAILIMAP_NO_ERROR_AUTHENTICATED:
    case MAILIMAP_NO_ERROR_NON_AUTHENTICATED:
        return STATUS_OK;
    case MAILIMAP_ERROR_STREAM:
    case MAILIMAP_ERROR_FATAL:
        imap_stream_break(mailbox->stream, "the server hung up");
        break;
    case MAILIMAP_ERROR_BAD_STATE:
    case MAILIMAP_ERROR_PARSE:
    case MAILIMAP_ERROR_PROTOCOL:
    case MAILIMAP_ERROR_MEMORY:
        imap_stream_break(mailbox->stream, "the server's answer cannot be understood");
        break;
    default:
        if (!mailbox_is_broken(mailbox))
            return error_set(error, STATUS_UNAVAILABLE, "%s: the server refused to %s: %.200s", host, what,
                             response != NULL ? response : "no reason given");
    }
    return error_set(error, STATUS_UNAVAILABLE, "%s: %s (to %s)", host, imap_stream_broken(mailbox->stream), what);
}

/* --- what the server can, and how it names folders --- */

static enum status read_capabilities(struct mailbox *mailbox, struct error *error)
{
    static const struct {
        const char *name;
        size_t offset;
    } known[] = {
        {"MOVE", offsetof(struct mailbox, can_move)},
        {"UIDPLUS", offsetof(struct mailbox, can_expunge_uid)},
        {"IDLE", offsetof(struct mailbox, can_idle)},
    };
    struct mailimap_capability_data *data = NULL;
    mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
    int code = mailimap_capability(mailbox->session, &data);
    if (code != MAILIMAP_NO_ERROR)
        return mailbox_result(mailbox, code, "list its capabilities", error);
    for (clistiter *cell = clist_begin(data->cap_list); cell != NULL; cell = clist_next(cell)) {
        const struct mailimap_capability *capability = clist_content(cell);
        if (capability->cap_type != MAILIMAP_CAPABILITY_NAME || capability->cap_data.cap_name == NULL)
            continue;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            if (strcasecmp(capability->cap_data.cap_name, known[i].name) == 0)
                *(bool *)((char *)mailbox + known[i].offset) = true;
    }
    mailimap_capability_data_free(data);
    return STATUS_OK;
}

/* The personal namespace's prefix and separator; a server without NAMESPACE (RFC 2342) tells its separator by LIST. */
static enum status read_namespace(struct mailbox *mailbox, struct error *error)
{
    struct mailimap_namespace_data *data = NULL;
    mailbox->prefix = "";
    mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
    int code = mailimap_namespace(mailbox->session, &data);
    if (code == MAILIMAP_NO_ERROR) {
        clistiter *cell = data->ns_personal != NULL ? clist_begin(data->ns_personal->ns_data_list) : NULL;
        if (cell != NULL) {
            const struct mailimap_namespace_info *info = clist_content(cell);
            mailbox->delimiter = info->ns_delimiter;
            mailbox->prefix = arena_strdup(&mailbox->arena, info->ns_prefix);
        }
        mailimap_namespace_data_free(data);
    } else if (mailbox_is_broken(mailbox) || code == MAILIMAP_ERROR_STREAM || code == MAILIMAP_ERROR_PARSE) {
        return mailbox_result(mailbox, code, "tell its namespace", error);
    }
    if (mailbox->delimiter != '\0')
        return STATUS_OK;

    clist *list = NULL;
    mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
    code = mailimap_list(mailbox->session, "", "", &list);
    if (code != MAILIMAP_NO_ERROR)
        return mailbox_result(mailbox, code, "tell the separator of its folders", error);
    if (clist_begin(list) != NULL)
        mailbox->delimiter = ((struct mailimap_mailbox_list *)clist_content(clist_begin(list)))->mb_delimiter;
    mailimap_list_result_free(list);
    return STATUS_OK;
}

/* Folder names travel in a UTF-7 of their own (RFC 3501 section 5.1.3), which ICU knows. */
static enum status encode_folder(struct mailbox *mailbox, const char *name, const char **ret_name, struct error *error)
{
    UChar wide[FOLDER_NAME_MAX];
    char narrow[FOLDER_NAME_MAX * 3];
    UErrorCode problem = U_ZERO_ERROR;
    int32_t length = 0;
    u_strFromUTF8(wide, FOLDER_NAME_MAX, &length, name, -1, &problem);
    UConverter *converter = ucnv_open("IMAP-mailbox-name", &problem);
    int32_t written = ucnv_fromUChars(converter, narrow, sizeof narrow, wide, length, &problem);
    ucnv_close(converter);
    if (U_FAILURE(problem) || written >= (int32_t)sizeof narrow)
        return error_set(error, STATUS_INVALID, "the folder name %s cannot be written for IMAP", name);
    *ret_name = arena_strndup(&mailbox->arena, narrow, (size_t)written);
    return STATUS_OK;
}

/* '/' becomes the server's separator, and the personal namespace's prefix is put before a name that has it not. */
static enum status name_folder(struct mailbox *mailbox, const char *name, const char **ret_name, struct error *error)
{
    size_t prefix = strlen(mailbox->prefix);
    bool inbox = strcasecmp(name, "INBOX") == 0;
    char *place = inbox ? arena_strdup(&mailbox->arena, "INBOX") : arena_strdup(&mailbox->arena, name);
    for (char *byte = place; *byte != '\0'; byte++)
        if (*byte == '/' && mailbox->delimiter != '\0')
            *byte = mailbox->delimiter;
    if (!inbox && strncasecmp(place, mailbox->prefix, prefix) != 0)
        place = arena_printf(&mailbox->arena, "%s%s", mailbox->prefix, place);
    return encode_folder(mailbox, place, ret_name, error);
}

static enum status folder_exists(struct mailbox *mailbox, const char *folder, bool *ret_exists, struct error *error)
{
    clist *list = NULL;
    mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
    int code = mailimap_list(mailbox->session, "", folder, &list);
    if (code != MAILIMAP_NO_ERROR)
        return mailbox_result(mailbox, code, "list a folder", error);
    *ret_exists = false;
    for (clistiter *cell = clist_begin(list); cell != NULL; cell = clist_next(cell)) {
        const struct mailimap_mailbox_list *item = clist_content(cell);
        bool no_select = item->mb_flag != NULL && item->mb_flag->mbf_type == MAILIMAP_MBX_LIST_FLAGS_SFLAG &&
                         item->mb_flag->mbf_sflag == MAILIMAP_MBX_LIST_SFLAG_NOSELECT;
        *ret_exists = *ret_exists || !no_select;
    }
    mailimap_list_result_free(list);
    return STATUS_OK;
}

static enum status make_folder(struct mailbox *mailbox, const char *folder, struct error *error)
{
    bool exists = false;
    enum status status = folder_exists(mailbox, folder, &exists, error);
    if (status != STATUS_OK || exists)
        return status;
    mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
    int code = mailimap_create(mailbox->session, folder);
    status = mailbox_result(mailbox, code, "make a folder", error);
    if (status != STATUS_OK) {
        if (mailbox_is_broken(mailbox))
            return status;
        /* Another program may have made it in between. */
        struct error refusal = *error;
        status = folder_exists(mailbox, folder, &exists, error);
        if (status == STATUS_OK && !exists)
            status = error_set(error, STATUS_DENIED, "%s; make the folder %s by hand, or give the user the right to",
                               refusal.text, folder);
        return status;
    }
    /* So that people's mail programs show it. A server without subscriptions is none the worse. */
    mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
    mailimap_subscribe(mailbox->session, folder);
    if (mailbox_is_broken(mailbox))
        return mailbox_result(mailbox, MAILIMAP_ERROR_STREAM, "subscribe to a folder", error);
    return STATUS_OK;
}

static enum status make_folders(struct mailbox *mailbox, struct error *error)
{
    const struct mailbox_configuration *configuration = mailbox->configuration;
    const char *const names[] = {
        [DISPOSITION_HANDLED] = configuration->handled_folder,
        [DISPOSITION_DESK] = configuration->desk_folder,
        [DISPOSITION_QUARANTINE] = configuration->quarantine_folder,
    };
    enum status status = name_folder(mailbox, configuration->inbox, &mailbox->inbox, error);
    for (size_t i = 0; i < sizeof names / sizeof names[0] && status == STATUS_OK; i++) {
        status = name_folder(mailbox, names[i], &mailbox->folders[i], error);
        if (status == STATUS_OK)
            status = make_folder(mailbox, mailbox->folders[i], error);
    }
    return status;
}

static enum status select_inbox(struct mailbox *mailbox, struct error *error)
{
    mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
    int code = mailimap_select(mailbox->session, mailbox->inbox);
    enum status status = mailbox_result(mailbox, code, "open the folder that is read", error);
    if (status != STATUS_OK && !mailbox_is_broken(mailbox))
        return error_set(error, STATUS_DENIED, "%s has no folder %s that %s may read: check inbox",
                         mailbox->configuration->access.host, mailbox->configuration->inbox,
                         mailbox->configuration->access.user);
    if (status == STATUS_OK && mailbox_uidvalidity(mailbox) == 0)
        status = error_set(error, STATUS_UNAVAILABLE, "%s: the server gives mails no lasting numbers (UIDVALIDITY)",
                           mailbox->configuration->access.host);
    return status;
}

enum status mailbox_open_on(const struct mailbox_configuration *configuration, struct connection connection, int wake,
                            struct mailbox **ret_mailbox, struct error *error)
{
    struct mailbox *mailbox = memory_allocate(sizeof *mailbox);
    *mailbox = (struct mailbox){.configuration = configuration, .wake = wake, .arena = ARENA_INIT};
    mailbox->session = mailimap_new(0, NULL);
    mailstream *stream = imap_stream_new(connection, &mailbox->stream);
    if (mailbox->session == NULL || stream == NULL)
        abort(); /* out of memory ends the process, see base/error.h */

    mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
    enum status status =
        mailbox_result(mailbox, mailimap_connect(mailbox->session, stream), "begin a conversation", error);
    if (status == STATUS_OK)
        status = read_capabilities(mailbox, error);
    if (status == STATUS_OK)
        status = read_namespace(mailbox, error);
    if (status == STATUS_OK)
        status = make_folders(mailbox, error);
    if (status == STATUS_OK)
        status = select_inbox(mailbox, error);
    if (status != STATUS_OK) {
        mailbox_close(&mailbox);
        return status;
    }
    *ret_mailbox = mailbox;
    return STATUS_OK;
}

enum status mailbox_open(const struct mailbox_configuration *configuration, int wake, struct mailbox **ret_mailbox,
                         struct error *error)
{
    struct connection connection;
    enum status status = connection_open(&configuration->access, wake, &connection, error);
    if (status != STATUS_OK)
        return status;
    return mailbox_open_on(configuration, connection, wake, ret_mailbox, error);
}

int64_t mailbox_open_seconds_max(const struct mailbox_configuration *configuration)
{
    return configuration->access.timeout * OPEN_TIMEOUTS;
}

void mailbox_close(struct mailbox **mailbox)
{
    struct mailbox *old = *mailbox;
    if (old == NULL)
        return;
    imap_stream_allow(old->stream, LOGOUT_MILLISECONDS, MAILBOX_ANSWER_EXTRA);
    mailimap_free(old->session); /* says LOGOUT, and closes the stream whatever the answer */
    arena_clear(&old->arena);
    free(old);
    *mailbox = NULL;
}

int64_t mailbox_uidvalidity(const struct mailbox *mailbox)
{
    const struct mailimap_selection_info *info = mailbox->session->imap_selection_info;
    return info != NULL ? info->sel_uidvalidity : 0;
}

/* --- listing --- */

static int compare_items(const void *left, const void *right)
{
    int64_t a = ((const struct mailbox_item *)left)->uid, b = ((const struct mailbox_item *)right)->uid;
    return a < b ? -1 : a > b;
}

/* UIDs in [first, last] that are not marked as deleted; `last` 0 stands for the highest there is. */
static enum status search(struct mailbox *mailbox, uint32_t first, uint32_t last, clist **ret_uids, struct error *error)
{
    struct mailimap_search_key *key = mailimap_search_key_new_multiple_empty();
    mailimap_search_key_multiple_add(key, mailimap_search_key_new_uid(mailimap_set_new_interval(first, last)));
    struct mailimap_search_key *undeleted = mailimap_search_key_new_all();
    undeleted->sk_type = MAILIMAP_SEARCH_KEY_UNDELETED;
    mailimap_search_key_multiple_add(key, undeleted);
    mailbox_command(mailbox, MAILBOX_ANSWER_MAX);
    int code = mailimap_uid_search(mailbox->session, NULL, key, ret_uids);
    mailimap_search_key_free(key);
    return mailbox_result(mailbox, code, "search the folder", error);
}

static struct mailbox_item *find_item(struct mailbox_item *items, size_t count, int64_t uid)
{
    struct mailbox_item wanted = {.uid = uid};
    return bsearch(&wanted, items, count, sizeof *items, compare_items);
}

/* Sizes of the items; those that are gone meanwhile keep -1. */
static enum status fetch_sizes(struct mailbox *mailbox, struct mailbox_item *items, size_t count, struct error *error)
{
    struct mailimap_set *set = mailimap_set_new_empty();
    for (size_t i = 0; i < count; i++)
        mailimap_set_add_single(set, (uint32_t)items[i].uid);
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
    mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_rfc822_size());
    clist *result = NULL;
    mailbox_command(mailbox, MAILBOX_ANSWER_MAX);
    int code = mailimap_uid_fetch(mailbox->session, set, type, &result);
    mailimap_fetch_type_free(type);
    mailimap_set_free(set);
    if (code != MAILIMAP_NO_ERROR)
        return mailbox_result(mailbox, code, "tell the sizes of mails", error);
    for (clistiter *cell = clist_begin(result); cell != NULL; cell = clist_next(cell)) {
        const struct mailimap_msg_att *message = clist_content(cell);
        int64_t uid = 0, size = -1;
        for (clistiter *inner = clist_begin(message->att_list); inner != NULL; inner = clist_next(inner)) {
            const struct mailimap_msg_att_item *item = clist_content(inner);
            if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
                continue;
            if (item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_UID)
                uid = item->att_data.att_static->att_data.att_uid;
            else if (item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE)
                size = item->att_data.att_static->att_data.att_rfc822_size;
        }
        struct mailbox_item *item = find_item(items, count, uid);
        if (item != NULL && size >= 0)
            item->size = size;
    }
    mailimap_fetch_list_free(result);
    return STATUS_OK;
}

enum status mailbox_list(struct mailbox *mailbox, int64_t after_uid, size_t limit, struct arena *arena,
                         const struct mailbox_item **ret_items, size_t *ret_count, struct error *error)
{
    clist *uids = NULL;
    *ret_items = NULL;
    *ret_count = 0;
    if (after_uid >= UINT32_MAX)
        return STATUS_OK;
    enum status status = search(mailbox, (uint32_t)after_uid + 1, 0, &uids, error);
    if (status != STATUS_OK)
        return status;
    struct mailbox_item *items = arena_array(arena, (size_t)clist_count(uids), sizeof *items);
    size_t count = 0;
    for (clistiter *cell = clist_begin(uids); cell != NULL; cell = clist_next(cell)) {
        int64_t uid = *(const uint32_t *)clist_content(cell);
        if (uid > after_uid) /* "9:*" finds the last mail even if it is 5 */
            items[count++] = (struct mailbox_item){.uid = uid, .size = -1};
    }
    mailimap_search_result_free(uids);
    qsort(items, count, sizeof *items, compare_items);
    if (count > limit)
        count = limit;
    if (count > 0)
        status = fetch_sizes(mailbox, items, count, error);
    if (status != STATUS_OK)
        return status;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (items[i].size >= 0)
            items[kept++] = items[i];
    *ret_items = items;
    *ret_count = kept;
    return STATUS_OK;
}

/* --- filing --- */

static enum status still_there(struct mailbox *mailbox, uint32_t uid, bool *ret_there, struct error *error)
{
    clist *uids = NULL;
    enum status status = search(mailbox, uid, uid, &uids, error);
    if (status != STATUS_OK)
        return status;
    *ret_there = clist_begin(uids) != NULL;
    mailimap_search_result_free(uids);
    return STATUS_OK;
}

static enum status mark_deleted(struct mailbox *mailbox, struct mailimap_set *set, struct error *error)
{
    struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
    mailimap_flag_list_add(flags, mailimap_flag_new_deleted());
    struct mailimap_store_att_flags *store = mailimap_store_att_flags_new_add_flags_silent(flags);
    mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
    int code = mailimap_uid_store(mailbox->session, set, store);
    mailimap_store_att_flags_free(store);
    return mailbox_result(mailbox, code, "mark a mail as deleted", error);
}

static enum status move(struct mailbox *mailbox, struct mailimap_set *set, const char *folder, struct error *error)
{
    mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
    if (mailbox->can_move)
        return mailbox_result(mailbox, mailimap_uid_move(mailbox->session, set, folder), "move a mail", error);
    int code = mailimap_uid_copy(mailbox->session, set, folder);
    enum status status = mailbox_result(mailbox, code, "copy a mail", error);
    if (status == STATUS_OK)
        status = mark_deleted(mailbox, set, error);
    /* A bare EXPUNGE would take away what people have marked; without UIDPLUS the mark has to do. */
    if (status == STATUS_OK && mailbox->can_expunge_uid) {
        mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
        code = mailimap_uid_expunge(mailbox->session, set);
        status = mailbox_result(mailbox, code, "expunge a mail", error);
    }
    return status;
}

enum status mailbox_file(struct mailbox *mailbox, int64_t uid, enum disposition disposition, struct error *error)
{
    const char *folder = mailbox->folders[disposition];
    struct mailimap_set *set = mailimap_set_new_single((uint32_t)uid);
    enum status status = move(mailbox, set, folder, error);
    if (status != STATUS_OK && !mailbox_is_broken(mailbox)) {
        /* The mail may be gone, or somebody has taken the folder away. */
        bool there = true;
        struct error ignored;
        if (still_there(mailbox, (uint32_t)uid, &there, &ignored) == STATUS_OK && !there) {
            status = STATUS_OK;
        } else if (!mailbox_is_broken(mailbox) && make_folder(mailbox, folder, &ignored) == STATUS_OK) {
            status = move(mailbox, set, folder, error);
        }
    }
    mailimap_set_free(set);
    return status;
}

/* --- waiting --- */

/* Reads a line of the IDLE conversation; NULL: the stream broke. */
static const char *idle_line(struct mailbox *mailbox)
{
    const char *line =
        mailstream_read_line_remove_eol(mailbox->session->imap_stream, mailbox->session->imap_stream_buffer);
    if (line == NULL)
        imap_stream_break(mailbox->stream, "the server hung up");
    return line;
}

static bool idle_write(struct mailbox *mailbox, const char *text)
{
    size_t length = strlen(text);
    mailstream *stream = mailbox->session->imap_stream;
    return mailstream_write(stream, text, length) == (ssize_t)length && mailstream_flush(stream) == 0;
}

#define IDLE_TAG "idle"

/* RFC 2177, spoken by hand: libetpan stumbles over what servers say before "+ idling". */
static enum status idle(struct mailbox *mailbox, int64_t seconds, struct error *error)
{
    bool happened = false;
    const char *line = NULL;
    mailbox_command(mailbox, IDLE_ANSWER_MAX);
    if (idle_write(mailbox, IDLE_TAG " IDLE\r\n"))
        while ((line = idle_line(mailbox)) != NULL && line[0] == '*')
            happened = true;
    if (line == NULL)
        return mailbox_result(mailbox, MAILIMAP_ERROR_STREAM, "wait", error);
    if (line[0] != '+') {
        mailbox->can_idle = false; /* it says it can, but will not */
        return STATUS_OK;
    }
    if (mailbox->alive != NULL)
        mailbox->alive(mailbox->alive_data, seconds);
    if (!happened)
        imap_stream_wait(mailbox->stream, mailbox->session->imap_stream, mailbox->wake, seconds * 1000);
    mailbox_command(mailbox, IDLE_ANSWER_MAX);
    line = NULL;
    if (idle_write(mailbox, "DONE\r\n"))
        while ((line = idle_line(mailbox)) != NULL && strncmp(line, IDLE_TAG " ", sizeof IDLE_TAG) != 0)
            continue;
    return line != NULL ? STATUS_OK : mailbox_result(mailbox, MAILIMAP_ERROR_STREAM, "wait", error);
}

enum status mailbox_wait(struct mailbox *mailbox, int64_t seconds, struct error *error)
{
    if (seconds > IDLE_SECONDS_MAX)
        seconds = IDLE_SECONDS_MAX;
    if (mailbox->can_idle && !mailbox_is_broken(mailbox))
        return idle(mailbox, seconds, error);
    if (mailbox->alive != NULL)
        mailbox->alive(mailbox->alive_data, seconds);
    if (imap_stream_wait(mailbox->stream, mailbox->session->imap_stream, mailbox->wake, seconds * 1000) == STREAM_WAKE)
        return STATUS_OK;
    mailbox_command(mailbox, MAILBOX_ANSWER_EXTRA);
    return mailbox_result(mailbox, mailimap_noop(mailbox->session), "tell of new mail", error);
}
