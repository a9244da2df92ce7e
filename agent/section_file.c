#include "agent/section_file.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unicode/utf8.h>

enum status section_file_fail(const char *path, int line, struct error *error, const char *format, ...)
{
    char text[ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return error_set(error, STATUS_INVALID, "%s:%d: %s", path, line, text);
}

static char *strip(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL)
        length--;
    text[length] = '\0';
    return text;
}

/* A whole line of printable UTF-8? Nothing that is quoted in an error or put into a letter can hurt then. */
static bool printable(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        UChar32 character;
        U8_NEXT(bytes, i, length, character);
        if (character < 0 || (character < ' ' && character != '\t' && character != '\r') || character == 0x7f)
            return false;
    }
    return true;
}

static enum status read_head(struct section_file *file, char *text, struct error *error)
{
    size_t length = strlen(text);
    if (text[length - 1] != ']')
        return section_file_fail(file->path, file->line, error, "the section's name does not end: [desk]");
    text[length - 1] = '\0';
    file->item = SECTION_FILE_HEAD;
    file->name = strip(text + 1);
    char *rest = file->name + strcspn(file->name, " \t");
    if (*rest != '\0')
        *rest++ = '\0';
    file->value = strip(rest);
    return STATUS_OK;
}

static enum status read_key(struct section_file *file, char *text, struct error *error)
{
    char *equals = strchr(text, '=');
    if (equals == NULL)
        return section_file_fail(file->path, file->line, error,
                                 "neither a [section], a \"key = value\" nor a # comment");
    *equals = '\0';
    file->item = SECTION_FILE_KEY;
    file->name = strip(text);
    file->value = strip(equals + 1);
    return STATUS_OK;
}

/* Takes the next line into `content`. */
static enum status take_line(struct section_file *file, struct error *error)
{
    const char *start = file->text + file->position;
    size_t rest = file->length - file->position;
    const char *end = memchr(start, '\n', rest);
    size_t length = end != NULL ? (size_t)(end - start) : rest;
    file->position += length + (end != NULL ? 1 : 0);
    file->line++;
    if (length > SECTION_FILE_LINE_MAX)
        return section_file_fail(file->path, file->line, error, "a line of more than %d bytes", SECTION_FILE_LINE_MAX);
    if (!printable(start, length))
        return section_file_fail(file->path, file->line, error, "not a line of UTF-8 text without control characters");
    memcpy(file->content, start, length);
    file->content[length] = '\0';
    return STATUS_OK;
}

enum status section_file_next(struct section_file *file, struct error *error)
{
    file->item = SECTION_FILE_END;
    while (file->position < file->length) {
        enum status status = take_line(file, error);
        if (status != STATUS_OK)
            return status;
        char *text = strip(file->content);
        if (*text == '\0' || *text == '#' || *text == ';')
            continue;
        return *text == '[' ? read_head(file, text, error) : read_key(file, text, error);
    }
    return STATUS_OK;
}
