/*
 * Fetching one mail: whole where it is small, else abridged: the same tree of parts, made anew from the
 * BODYSTRUCTURE, with the headers of each message in it and the text parts, each capped. Attachments stay as empty
 * parts with their type and name. Boundaries are ours, made of the part's place, so that
 * nothing of the sender's decides where parts end, and the same mail gives the same bytes each time.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/mailbox_private.h"

/* --- one section --- */

static const struct mailimap_msg_att_body_section *section_of(const struct mailimap_msg_att *message, int64_t uid)
{
    const struct mailimap_msg_att_body_section *section = NULL;
    bool ours = false;
    for (clistiter *cell = clist_begin(message->att_list); cell != NULL; cell = clist_next(cell)) {
        const struct mailimap_msg_att_item *item = clist_content(cell);
        if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
            continue;
        const struct mailimap_msg_att_static *attribute = item->att_data.att_static;
        if (attribute->att_type == MAILIMAP_MSG_ATT_UID)
            ours = attribute->att_data.att_uid == uid;
        else if (attribute->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
            section = attribute->att_data.att_body_section;
    }
    return ours ? section : NULL;
}

/* Runs UID FETCH of UID and one attribute, which is freed. */
static enum status fetch_attribute(struct mailbox *mailbox, int64_t uid, struct mailimap_fetch_att *attribute,
                                   size_t answer_max, clist **ret_result, struct error *error)
{
    struct mailimap_set *set = mailimap_set_new_single((uint32_t)uid);
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
    mailimap_fetch_type_new_fetch_att_list_add(type, attribute);
    mailbox_command(mailbox, answer_max);
    int code = mailimap_uid_fetch(mailbox->session, set, type, ret_result);
    mailimap_fetch_type_free(type);
    mailimap_set_free(set);
    return mailbox_result(mailbox, code, "hand out a mail", error);
}

/* The first `limit` bytes of a section; of the whole mail (`whole`) all of it, and `limit` is what the server said of
 * its size, which some servers only guess. Appends to `out`. */
static enum status fetch_section(struct mailbox *mailbox, int64_t uid, struct mailimap_section *section, bool whole,
                                 size_t limit, struct buffer *out, struct error *error)
{
    struct mailimap_fetch_att *attribute =
        whole ? mailimap_fetch_att_new_body_peek_section(section)
              : mailimap_fetch_att_new_body_peek_section_partial(section, 0, (uint32_t)limit);
    size_t answer_max = (whole ? 2 * limit : limit) + MAILBOX_ANSWER_EXTRA;
    clist *result = NULL;
    enum status status = fetch_attribute(mailbox, uid, attribute, answer_max, &result, error);
    if (status != STATUS_OK)
        return status;
    const struct mailimap_msg_att_body_section *found = NULL;
    for (clistiter *cell = clist_begin(result); cell != NULL && found == NULL; cell = clist_next(cell))
        found = section_of(clist_content(cell), uid);
    if (found == NULL)
        status = error_set(error, STATUS_NOT_FOUND, "the mail is not in the folder any more");
    else if (found->sec_body_part != NULL)
        buffer_append(out, found->sec_body_part, found->sec_length);
    mailimap_fetch_list_free(result);
    return status;
}

/* --- the abridged message --- */

struct abridging {
    struct mailbox *mailbox;
    int64_t uid;
    struct buffer *out;
    struct error *error;
    uint32_t path[MAILBOX_DEPTH_MAX]; /* where in the tree, as IMAP counts */
    size_t depth;
    size_t texts;
    size_t text_bytes;
    size_t leaves;
};

static struct mailimap_section_part *path_of(const struct abridging *abridging)
{
    clist *list = clist_new();
    for (size_t i = 0; i < abridging->depth; i++) {
        uint32_t *number = malloc(sizeof *number);
        if (list == NULL || number == NULL)
            abort(); /* out of memory ends the process, see base/error.h */
        *number = abridging->path[i];
        clist_append(list, number);
    }
    return mailimap_section_part_new(list);
}

/* Types and names of parameters are tokens; what cannot be in one becomes a hyphen. */
static void append_token(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++)
        buffer_append_char(out, isalnum((unsigned char)*text) || strchr("!#$&^_.+-*'%", *text) != NULL ? *text : '-');
}

static void append_parameters(struct buffer *out, const struct mailimap_body_fld_param *parameters)
{
    if (parameters == NULL)
        return;
    for (clistiter *cell = clist_begin(parameters->pa_list); cell != NULL; cell = clist_next(cell)) {
        const struct mailimap_single_body_fld_param *parameter = clist_content(cell);
        if (strcasecmp(parameter->pa_name, "boundary") == 0)
            continue;
        buffer_append_string(out, ";\r\n ");
        append_token(out, parameter->pa_name);
        buffer_append_string(out, "=\"");
        for (const char *byte = parameter->pa_value; *byte != '\0'; byte++)
            if ((unsigned char)*byte >= ' ' && *byte != '"' && *byte != '\\' && *byte != 0x7f)
                buffer_append_char(out, *byte);
        buffer_append_char(out, '"');
    }
}

static bool is_about_content(const char *line)
{
    static const char *const names[] = {"content-type:", "content-transfer-encoding:", "content-disposition:"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strncasecmp(line, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* Appends a header without its fields about content, and without the empty line. What a cap cut off in the middle of
 * a line goes too. */
static void append_header_fields(struct buffer *out, const struct buffer *header)
{
    bool leave_out = false;
    for (size_t start = 0; start < header->length;) {
        const char *line = header->data + start;
        const char *end = memchr(line, '\n', header->length - start);
        if (end == NULL || end == line || (end == line + 1 && *line == '\r'))
            break;
        size_t length = (size_t)(end - line) + 1;
        if (*line != ' ' && *line != '\t')
            leave_out = is_about_content(line);
        if (!leave_out)
            buffer_append(out, line, length);
        start += length;
    }
}

static void append_boundary(struct abridging *abridging)
{
    buffer_append_string(abridging->out, "=_abridged");
    for (size_t i = 0; i < abridging->depth; i++)
        buffer_printf(abridging->out, "_%u", abridging->path[i]);
}

static void append_encoding(struct buffer *out, const struct mailimap_body_fld_enc *encoding)
{
    static const char *const names[] = {
        [MAILIMAP_BODY_FLD_ENC_7BIT] = "7bit",
        [MAILIMAP_BODY_FLD_ENC_8BIT] = "8bit",
        [MAILIMAP_BODY_FLD_ENC_BINARY] = "binary",
        [MAILIMAP_BODY_FLD_ENC_BASE64] = "base64",
        [MAILIMAP_BODY_FLD_ENC_QUOTED_PRINTABLE] = "quoted-printable",
    };
    if (encoding->enc_type < 0 || (size_t)encoding->enc_type >= sizeof names / sizeof names[0] ||
        names[encoding->enc_type] == NULL)
        return;
    buffer_printf(out, "Content-Transfer-Encoding: %s\r\n", names[encoding->enc_type]);
}

static const char *basic_type(const struct mailimap_media_basic *media)
{
    switch (media->med_type) {
    case MAILIMAP_MEDIA_BASIC_APPLICATION:
        return "application";
    case MAILIMAP_MEDIA_BASIC_AUDIO:
        return "audio";
    case MAILIMAP_MEDIA_BASIC_IMAGE:
        return "image";
    case MAILIMAP_MEDIA_BASIC_MESSAGE:
        return "message";
    case MAILIMAP_MEDIA_BASIC_VIDEO:
        return "video";
    default:
        return media->med_basic_type != NULL ? media->med_basic_type : "application";
    }
}

/* A leaf's type, its fields, and whether its text is wanted. */
struct leaf {
    const char *type;
    const char *subtype;
    const struct mailimap_body_fields *fields;
    const struct mailimap_body_fld_dsp *disposition;
    bool wanted;
};

static struct leaf leaf_of(const struct mailimap_body_type_1part *part)
{
    struct leaf leaf = {.disposition = part->bd_ext_1part != NULL ? part->bd_ext_1part->bd_disposition : NULL};
    bool attachment = leaf.disposition != NULL && strcasecmp(leaf.disposition->dsp_type, "attachment") == 0;
    if (part->bd_type == MAILIMAP_BODY_TYPE_1PART_TEXT) {
        leaf.type = "text";
        leaf.subtype = part->bd_data.bd_type_text->bd_media_text;
        leaf.fields = part->bd_data.bd_type_text->bd_fields;
        leaf.wanted = !attachment || strcasecmp(leaf.subtype, "calendar") == 0;
    } else {
        leaf.type = basic_type(part->bd_data.bd_type_basic->bd_media_basic);
        leaf.subtype = part->bd_data.bd_type_basic->bd_media_basic->med_subtype;
        leaf.fields = part->bd_data.bd_type_basic->bd_fields;
        leaf.wanted = strcasecmp(leaf.type, "message") == 0; /* delivery-status, disposition-notification */
    }
    return leaf;
}

static enum status append_leaf_text(struct abridging *abridging, const struct leaf *leaf)
{
    if (!leaf->wanted || abridging->texts >= MAILBOX_PARTS_MAX || abridging->text_bytes >= MAILBOX_TEXT_MAX)
        return STATUS_OK;
    size_t before = abridging->out->length;
    abridging->texts++;
    enum status status =
        fetch_section(abridging->mailbox, abridging->uid, mailimap_section_new_part(path_of(abridging)), false,
                      MAILBOX_PART_MAX, abridging->out, abridging->error);
    abridging->text_bytes += abridging->out->length - before;
    return status;
}

static enum status append_part(struct abridging *abridging, const struct mailimap_body *body);
static enum status append_message(struct abridging *abridging, const struct mailimap_body *body);

static enum status append_leaf(struct abridging *abridging, const struct mailimap_body_type_1part *part)
{
    struct buffer *out = abridging->out;
    struct leaf leaf = leaf_of(part);
    buffer_append_string(out, "Content-Type: ");
    append_token(out, leaf.type);
    buffer_append_char(out, '/');
    append_token(out, leaf.subtype);
    append_parameters(out, leaf.fields->bd_parameter);
    buffer_append_string(out, "\r\n");
    append_encoding(out, leaf.fields->bd_encoding);
    if (leaf.disposition != NULL) {
        buffer_append_string(out, "Content-Disposition: ");
        append_token(out, leaf.disposition->dsp_type);
        append_parameters(out, leaf.disposition->dsp_attributes);
        buffer_append_string(out, "\r\n");
    }
    buffer_append_string(out, "\r\n");
    return append_leaf_text(abridging, &leaf);
}

/* Ends the header in hand with our own Content-Type, then the parts. */
static enum status append_multipart(struct abridging *abridging, const struct mailimap_body_type_mpart *multipart)
{
    struct buffer *out = abridging->out;
    buffer_append_string(out, "Content-Type: multipart/");
    append_token(out, multipart->bd_media_subtype);
    if (multipart->bd_ext_mpart != NULL)
        append_parameters(out, multipart->bd_ext_mpart->bd_parameter);
    buffer_append_string(out, ";\r\n boundary=\"");
    append_boundary(abridging);
    buffer_append_string(out, "\"\r\n\r\n");

    uint32_t number = 0;
    enum status status = STATUS_OK;
    for (clistiter *cell = clist_begin(multipart->bd_list); cell != NULL && status == STATUS_OK;
         cell = clist_next(cell)) {
        number++;
        if (abridging->depth == MAILBOX_DEPTH_MAX || abridging->leaves >= MAILBOX_LEAVES_MAX)
            break;
        buffer_append_string(out, "\r\n--");
        append_boundary(abridging);
        buffer_append_string(out, "\r\n");
        abridging->path[abridging->depth++] = number;
        status = append_part(abridging, clist_content(cell));
        abridging->depth--;
    }
    buffer_append_string(out, "\r\n--");
    append_boundary(abridging);
    buffer_append_string(out, "--\r\n");
    return status;
}

static enum status append_part(struct abridging *abridging, const struct mailimap_body *body)
{
    abridging->leaves++;
    if (body->bd_type == MAILIMAP_BODY_MPART)
        return append_multipart(abridging, body->bd_data.bd_body_mpart);
    const struct mailimap_body_type_1part *part = body->bd_data.bd_body_1part;
    if (part->bd_type != MAILIMAP_BODY_TYPE_1PART_MSG)
        return append_leaf(abridging, part);
    buffer_append_string(abridging->out, "Content-Type: message/rfc822\r\n\r\n");
    return append_message(abridging, part->bd_data.bd_type_msg->bd_body);
}

/* The header of the message at the path, then its body. */
static enum status append_message(struct abridging *abridging, const struct mailimap_body *body)
{
    struct buffer header = BUFFER_INIT;
    bool top = abridging->depth == 0;
    enum status status =
        fetch_section(abridging->mailbox, abridging->uid,
                      top ? mailimap_section_new_header() : mailimap_section_new_part_header(path_of(abridging)), false,
                      MAILBOX_HEADER_MAX, &header, abridging->error);
    if (status == STATUS_OK) {
        append_header_fields(abridging->out, &header);
        if (body->bd_type == MAILIMAP_BODY_MPART) {
            status = append_multipart(abridging, body->bd_data.bd_body_mpart);
        } else if (abridging->depth == MAILBOX_DEPTH_MAX) {
            buffer_append_string(abridging->out, "\r\n");
        } else {
            abridging->path[abridging->depth++] = 1; /* a message's only part is its first */
            status = append_part(abridging, body);
            abridging->depth--;
        }
    }
    buffer_release(&header);
    return status;
}

static const struct mailimap_body *structure_of(const clist *result, int64_t uid)
{
    for (clistiter *cell = clist_begin(result); cell != NULL; cell = clist_next(cell)) {
        const struct mailimap_msg_att *message = clist_content(cell);
        const struct mailimap_body *body = NULL;
        bool ours = false;
        for (clistiter *inner = clist_begin(message->att_list); inner != NULL; inner = clist_next(inner)) {
            const struct mailimap_msg_att_item *item = clist_content(inner);
            if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
                continue;
            if (item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_UID)
                ours = item->att_data.att_static->att_data.att_uid == uid;
            else if (item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_BODYSTRUCTURE)
                body = item->att_data.att_static->att_data.att_bodystructure;
        }
        if (ours && body != NULL)
            return body;
    }
    return NULL;
}

static enum status fetch_abridged(struct mailbox *mailbox, int64_t uid, struct buffer *out, struct error *error)
{
    clist *result = NULL;
    enum status status =
        fetch_attribute(mailbox, uid, mailimap_fetch_att_new_bodystructure(), MAILBOX_ANSWER_MAX, &result, error);
    if (status != STATUS_OK)
        return status;
    struct abridging abridging = {.mailbox = mailbox, .uid = uid, .out = out, .error = error};
    const struct mailimap_body *body = structure_of(result, uid);
    if (body == NULL)
        status = error_set(error, STATUS_NOT_FOUND, "the mail is not in the folder any more");
    else
        status = append_message(&abridging, body);
    mailimap_fetch_list_free(result);
    return status;
}

enum status mailbox_fetch(struct mailbox *mailbox, const struct mailbox_item *item, struct arena *arena,
                          struct mailbox_message *ret_message, struct error *error)
{
    struct buffer bytes = BUFFER_INIT;
    enum status status;
    bool abridged = item->beginning_only || item->size > MAILBOX_WHOLE_MAX;
    if (abridged && !item->beginning_only)
        status = fetch_abridged(mailbox, item->uid, &bytes, error);
    else
        status = fetch_section(mailbox, item->uid, mailimap_section_new(NULL), !abridged,
                               abridged ? MAILBOX_PART_MAX : (size_t)item->size, &bytes, error);
    if (status == STATUS_OK) {
        ret_message->bytes = arena_strndup(arena, bytes.data, bytes.length);
        ret_message->length = bytes.length;
        ret_message->abridged = abridged;
    }
    buffer_release(&bytes);
    return status;
}
