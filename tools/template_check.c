/* Compiles and checks the letters of all languages as the program does at its start; for the build. */
#include <stdio.h>
#include <stdlib.h>

#include "agent/letter.h"

int main(void)
{
    struct letters *letters = NULL;
    struct error error;
    if (letters_open(&letters, &error) != STATUS_OK) {
        fprintf(stderr, "%s\n", error.text);
        return EXIT_FAILURE;
    }
    letters_close(&letters);
    return EXIT_SUCCESS;
}
