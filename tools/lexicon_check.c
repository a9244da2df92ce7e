/*
 * lexicon_check FOLDER FILE...: reads the lexicons as the program will, and
 * says of the first fault its file, its line and what would be right. The build
 * stops on it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/embedded.h"
#include "parsers/lexicon.h"

static int read_whole(const char *path, struct buffer *buffer)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return -1;
    }
    char block[4096];
    size_t length;
    while ((length = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(buffer, block, length);
    int failed = ferror(file);
    fclose(file);
    return failed ? -1 : 0;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: lexicon_check FOLDER FILE...\n");
        return 64;
    }
    struct arena arena = ARENA_INIT;
    struct embedded_file *files = arena_array(&arena, (size_t)argc, sizeof *files);
    size_t folder_length = strlen(argv[1]);
    for (int i = 2; i < argc; i++) {
        struct buffer buffer = BUFFER_INIT;
        if (read_whole(argv[i], &buffer) != 0)
            return 66;
        const char *path = argv[i];
        if (strncmp(path, argv[1], folder_length) == 0 && path[folder_length] == '/')
            path += folder_length + 1;
        files[i - 2].path = path;
        files[i - 2].data = arena_strndup(&arena, buffer.data, buffer.length);
        files[i - 2].length = buffer.length;
        buffer_release(&buffer);
    }
    struct error error;
    struct lexicon_set *set = NULL;
    enum status status = lexicon_load(files, argv[1], &set, &error);
    if (status != STATUS_OK)
        fprintf(stderr, "%s\n", error.text);
    lexicon_free(&set);
    arena_clear(&arena);
    return status == STATUS_OK ? 0 : 65;
}
