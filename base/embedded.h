/* Data files compiled into the program by tools/embed.c: lexicons, templates, migrations. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *path; /* below its folder: "nb", "nb/confirmation.txt", "0001-calendar.sql" */
    const char *data; /* NUL-terminated; the NUL is not counted */
    size_t length;
};

/* Each ends with a row whose path is NULL; sorted by path. */
extern const struct embedded_file embedded_lexicons[];
extern const struct embedded_file embedded_templates[];
extern const struct embedded_file embedded_migrations[];

#endif
