/*
 * What a mail address is, for everybody who takes one from outside: a header, a file, a command, a database.
 * Only the form: that letters reach it shows when they are sent.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stdbool.h>

enum { ADDRESS_MAX = 254 /* bytes: what fits into an SMTP path (RFC 5321 4.5.3.1.3) */ };

/* One usable addr-spec: one '@' with something on both sides, no empty label in the domain, no blanks, no ASCII
 * controls, none of <>()[],;:\" and at most ADDRESS_MAX bytes. NULL is none. */
bool address_valid(const char *address);

/* The part behind '@'; "" for NULL or where there is none. */
const char *address_domain(const char *address);

/* Whole-string comparison without case in the domain; local parts are compared without case too, as every mail
 * provider does. NULL equals nothing. */
bool address_equal(const char *a, const char *b);

#endif
