#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status from_errno(const char *path, struct error *error)
{
    int number = errno;
    enum status status = STATUS_IO;
    if (number == ENOENT || number == ENOTDIR)
        status = STATUS_NOT_FOUND;
    else if (number == EACCES || number == EPERM)
        status = STATUS_DENIED;
    else if (number == EISDIR)
        status = STATUS_INVALID;
    return error_set(error, status, "%s: %s", path, strerror(number));
}

enum status file_read(const char *path, size_t limit, struct buffer *content, struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return from_errno(path, error);
    enum status status = STATUS_OK;
    size_t start = content->length;
    char chunk[16384];
    ssize_t got;
    while ((got = read(descriptor, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            status = from_errno(path, error);
            break;
        }
        if (content->length - start + (size_t)got > limit) {
            status = error_set(error, STATUS_INVALID, "%s: larger than the %zu bytes expected at most", path, limit);
            break;
        }
        buffer_append(content, chunk, (size_t)got);
    }
    close(descriptor);
    if (status != STATUS_OK)
        buffer_truncate(content, start);
    return status;
}
