#include "base/error.h"

#include <stdio.h>
#include <string.h>

enum status error_set(struct error *error, enum status status, const char *format, ...)
{
    if (error != NULL) {
        error->status = status;
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
    }
    return status;
}

enum status error_prefix(struct error *error, const char *format, ...)
{
    if (error == NULL)
        return STATUS_INTERNAL;
    char old[ERROR_TEXT_SIZE];
    memcpy(old, error->text, sizeof old);
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    if (written >= 0 && (size_t)written < sizeof error->text)
        snprintf(error->text + written, sizeof error->text - (size_t)written, ": %s", old);
    return error->status;
}

const char *status_name(enum status status)
{
    static const char *const names[] = {
        [STATUS_OK] = "ok",
        [STATUS_NOT_FOUND] = "not found",
        [STATUS_INVALID] = "invalid",
        [STATUS_CONFLICT] = "conflict",
        [STATUS_DENIED] = "denied",
        [STATUS_BUSY] = "busy",
        [STATUS_UNAVAILABLE] = "unavailable",
        [STATUS_IO] = "input/output error",
        [STATUS_CORRUPT] = "corrupt",
        [STATUS_NEWER] = "written by a newer version",
        [STATUS_INTERRUPTED] = "interrupted",
        [STATUS_INTERNAL] = "internal error",
    };
    return (size_t)status < sizeof names / sizeof names[0] ? names[status] : "unknown";
}
