#include "agent/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LOG_LINE_MAX = 2048 };

/* Bytes of UTF-8 pass; what could end the line or move a terminal's cursor is written as \xNN. */
static size_t escape(const char *text, char *out, size_t size)
{
    size_t length = 0;
    for (; *text != '\0' && length + 5 < size; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte >= 0x20 && byte != 0x7f)
            out[length++] = (char)byte;
        else
            length += (size_t)snprintf(out + length, size - length, "\\x%02x", byte);
    }
    return length;
}

void log_line(enum log_level level, const char *format, ...)
{
    char text[LOG_LINE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);

    char line[LOG_LINE_MAX * 4 + 8];
    size_t length = 0;
    if (getenv("JOURNAL_STREAM") != NULL)
        length = (size_t)snprintf(line, sizeof line, "<%d>", (int)level);
    length += escape(text, line + length, sizeof line - length - 1);
    line[length++] = '\n';
    /* One write a line, so that lines of several threads do not mix. There is nobody to tell of a failure. */
    if (write(STDERR_FILENO, line, length) < 0)
        return;
}
