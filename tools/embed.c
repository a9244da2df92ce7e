/*
 * embed NAME FOLDER FILE...: writes to standard output a C file that defines
 * `const struct embedded_file NAME[]` with the files, their paths taken below FOLDER.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int embed(const char *path, unsigned index)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return -1;
    }
    printf("static const char data_%u[] = {", index);
    int byte, column = 0;
    while ((byte = getc(file)) != EOF)
        printf("%s%d,", column++ % 24 == 0 ? "\n" : "", (int)(signed char)byte);
    printf("%s0};\n", column == 0 ? "" : "\n");
    int failed = ferror(file);
    fclose(file);
    return failed ? -1 : 0;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: embed NAME FOLDER FILE...\n");
        return 64;
    }
    const char *name = argv[1];
    size_t folder_length = strlen(argv[2]);
    printf("#include \"base/embedded.h\"\n\n");
    for (int i = 3; i < argc; i++)
        if (embed(argv[i], (unsigned)i) != 0)
            return 66;
    printf("\nconst struct embedded_file %s[] = {\n", name);
    for (int i = 3; i < argc; i++) {
        const char *path = argv[i];
        if (strncmp(path, argv[2], folder_length) == 0 && path[folder_length] == '/')
            path += folder_length + 1;
        printf("    {\"%s\", data_%u, sizeof data_%u - 1},\n", path, (unsigned)i, (unsigned)i);
    }
    printf("    {NULL, NULL, 0},\n};\n");
    return ferror(stdout) || fflush(stdout) != 0 ? 74 : 0;
}
