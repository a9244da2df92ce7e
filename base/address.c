#include "base/address.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

bool address_valid(const char *address)
{
    const char *at = address == NULL ? NULL : strchr(address, '@');
    if (at == NULL || at == address || strchr(at + 1, '@') != NULL || strlen(address) > ADDRESS_MAX)
        return false;
    for (const char *c = address; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f || strchr("<>()[],;:\\\"", *c) != NULL)
            return false;
    return at[1] != '\0' && at[1] != '.' && at[strlen(at) - 1] != '.' && strstr(at, "..") == NULL;
}

const char *address_domain(const char *address)
{
    const char *at = address == NULL ? NULL : strrchr(address, '@');
    return at == NULL ? "" : at + 1;
}

bool address_equal(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}
