#include "agent/token.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/zone.h"

/* A token before base32: contact and day in network order, then the hash. */
enum {
    CONTACT_BYTES = 5,
    DAY_BYTES = 2,
    HASH_BYTES = 16,
    CLAIM_BYTES = CONTACT_BYTES + DAY_BYTES,
    TOKEN_BYTES = CLAIM_BYTES + HASH_BYTES,
    KEY_FILE_MAX = 256,
};
static_assert((TOKEN_BYTES * 8 + 4) / 5 == TOKEN_LENGTH, "the length follows from the parts");

static const char base32_digits[] = "abcdefghijklmnopqrstuvwxyz234567";

/* --- base32 --- */

static void base32_write(const unsigned char bytes[TOKEN_BYTES], char out[TOKEN_TEXT_SIZE])
{
    unsigned bits = 0, held = 0;
    size_t at = 0;
    for (size_t i = 0; i < TOKEN_BYTES; i++) {
        bits = (bits << 8 | bytes[i]) & 0xfff;
        for (held += 8; held >= 5; held -= 5)
            out[at++] = base32_digits[bits >> (held - 5) & 31];
    }
    if (held > 0)
        out[at++] = base32_digits[bits << (5 - held) & 31];
    out[at] = '\0';
}

static int base32_value(char digit)
{
    if (digit >= 'A' && digit <= 'Z')
        return digit - 'A';
    if (digit >= 'a' && digit <= 'z')
        return digit - 'a';
    if (digit >= '2' && digit <= '7')
        return digit - '2' + 26;
    return -1;
}

static bool base32_read(const char *text, unsigned char out[TOKEN_BYTES])
{
    if (strnlen(text, TOKEN_LENGTH + 1) != TOKEN_LENGTH)
        return false;
    unsigned bits = 0, held = 0;
    size_t at = 0;
    for (size_t i = 0; i < TOKEN_LENGTH; i++) {
        int value = base32_value(text[i]);
        if (value < 0)
            return false;
        bits = (bits << 5 | (unsigned)value) & 0xfff;
        held += 5;
        if (held >= 8) {
            held -= 8;
            out[at++] = (unsigned char)(bits >> held);
        }
    }
    return (bits & ((1U << held) - 1)) == 0; /* one text for each token */
}

/* --- tokens --- */

static void put_number(unsigned char *out, size_t size, uint64_t number)
{
    for (size_t i = size; i-- > 0; number >>= 8)
        out[i] = (unsigned char)number;
}

static uint64_t get_number(const unsigned char *bytes, size_t size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++)
        number = number << 8 | bytes[i];
    return number;
}

/* The address is hashed, too: after a database was restored from a backup, new contacts get the ids of those that were
 * lost with it, and what those people hold must not be good for somebody else's booking. */
static void compute_hash(const struct token_key *key, enum token_use use, const struct contact *contact,
                         const unsigned char claim[CLAIM_BYTES], unsigned char out[HASH_BYTES])
{
    unsigned char head[1 + CLAIM_BYTES + 3 * 8];
    head[0] = (unsigned char)use;
    memcpy(head + 1, claim, CLAIM_BYTES);
    put_number(head + 1 + CLAIM_BYTES, 8, (uint64_t)contact->id);
    put_number(head + 1 + CLAIM_BYTES + 8, 8, (uint64_t)contact->booking_id);
    put_number(head + 1 + CLAIM_BYTES + 16, 8, (uint64_t)contact->token_generation);
    crypto_generichash_state state;
    crypto_generichash_init(&state, key->bytes, sizeof key->bytes, HASH_BYTES);
    crypto_generichash_update(&state, head, sizeof head);
    crypto_generichash_update(&state, (const unsigned char *)contact->address, strlen(contact->address));
    crypto_generichash_final(&state, out, HASH_BYTES);
}

void token_make(const struct token_key *key, enum token_use use, const struct contact *contact, int64_t expires,
                char out[TOKEN_TEXT_SIZE])
{
    int64_t day = expires / DAY;
    unsigned char bytes[TOKEN_BYTES];
    put_number(bytes, CONTACT_BYTES, (uint64_t)contact->id);
    put_number(bytes + CONTACT_BYTES, DAY_BYTES, day < 0 ? 0 : day > UINT16_MAX ? UINT16_MAX : (uint64_t)day);
    compute_hash(key, use, contact, bytes, bytes + CLAIM_BYTES);
    base32_write(bytes, out);
}

bool token_read(const char *text, int64_t *ret_contact_id)
{
    unsigned char bytes[TOKEN_BYTES];
    if (!base32_read(text, bytes))
        return false;
    *ret_contact_id = (int64_t)get_number(bytes, CONTACT_BYTES);
    return true;
}

bool token_verify(const struct token_key *key, enum token_use use, const struct contact *contact, int64_t now,
                  const char *text)
{
    unsigned char bytes[TOKEN_BYTES], expected[HASH_BYTES];
    if (!base32_read(text, bytes))
        return false;
    compute_hash(key, use, contact, bytes, expected);
    bool genuine = sodium_memcmp(expected, bytes + CLAIM_BYTES, HASH_BYTES) == 0;
    int64_t day = (int64_t)get_number(bytes + CONTACT_BYTES, DAY_BYTES);
    return genuine && now < (day + 1) * DAY;
}

/* --- the key --- */

static enum status key_parse(const char *path, const struct buffer *content, struct token_key *ret_key,
                             struct error *error)
{
    size_t length = content->length;
    while (length > 0 && strchr("\r\n\t ", content->data[length - 1]) != NULL)
        length--;
    struct token_key key;
    size_t read = 0;
    const char *end = NULL;
    if (length != TOKEN_KEY_SIZE * 2 ||
        sodium_hex2bin(key.bytes, sizeof key.bytes, content->data, length, NULL, &read, &end) != 0 ||
        read != TOKEN_KEY_SIZE)
        return error_set(error, STATUS_INVALID, "%s: a token key is one line of %d hexadecimal digits", path,
                         TOKEN_KEY_SIZE * 2);
    *ret_key = key;
    sodium_memzero(&key, sizeof key);
    return STATUS_OK;
}

static enum status key_read(const char *path, struct token_key *ret_key, struct error *error)
{
    struct buffer content = BUFFER_INIT;
    enum status status = file_read(path, KEY_FILE_MAX, &content, error);
    if (status == STATUS_OK)
        status = key_parse(path, &content, ret_key, error);
    sodium_memzero(content.data, content.capacity);
    buffer_release(&content);
    return status;
}

static bool write_all(int descriptor, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, text, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text += written;
        length -= (size_t)written;
    }
    return fsync(descriptor) == 0;
}

static enum status failed_to_make(const char *path, struct error *error)
{
    int number = errno;
    enum status status = number == EACCES || number == EPERM ? STATUS_DENIED : STATUS_IO;
    return error_set(error, status, "cannot make the token key %s: %s", path, strerror(number));
}

/* Written aside and linked to its name: link() fails where the name exists, so the first of two processes wins and
 * nobody ever reads half a key. */
static enum status key_make(const char *path, const struct randomness *randomness, struct error *error)
{
    struct buffer aside = BUFFER_INIT;
    buffer_printf(&aside, "%s.XXXXXX", path);
    int descriptor = mkstemp(aside.data); /* mode 0600 */
    enum status status = STATUS_OK;
    if (descriptor < 0)
        status = failed_to_make(path, error);
    if (status == STATUS_OK) {
        unsigned char key[TOKEN_KEY_SIZE];
        char line[TOKEN_KEY_SIZE * 2 + 1];
        randomness_fill(randomness, key, sizeof key);
        sodium_bin2hex(line, sizeof line, key, sizeof key);
        line[sizeof line - 1] = '\n';
        if (!write_all(descriptor, line, sizeof line) || (link(aside.data, path) != 0 && errno != EEXIST))
            status = failed_to_make(path, error);
        sodium_memzero(key, sizeof key);
        sodium_memzero(line, sizeof line);
        close(descriptor);
        unlink(aside.data);
    }
    buffer_release(&aside);
    return status;
}

enum status token_key_load(const char *path, bool create, const struct randomness *randomness,
                           struct token_key *ret_key, struct error *error)
{
    struct error missing;
    enum status status = key_read(path, ret_key, &missing);
    if (status == STATUS_NOT_FOUND && create) {
        status = key_make(path, randomness, error);
        return status == STATUS_OK ? key_read(path, ret_key, error) : status;
    }
    return status == STATUS_OK ? STATUS_OK : error_set(error, status, "%s", missing.text);
}
