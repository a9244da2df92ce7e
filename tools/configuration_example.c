/* Prints the commented example of the configuration file, for `make timepost.conf.example`. */
#include <stdio.h>

#include "agent/configuration.h"

int main(void)
{
    struct buffer example = BUFFER_INIT;
    configuration_example(&example);
    fputs(example.data, stdout);
    buffer_release(&example);
    return ferror(stdout) != 0;
}
