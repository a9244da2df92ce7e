/*
 * Mail addresses in header values (RFC 5322 3.4).
 *
 * Nothing fails: an entry that holds no usable address is left out, and the
 * caller is told that the value was not read as a whole. Where identity depends
 * on an address only a value that was read as a whole may be trusted.
 */
#ifndef PARSERS_ADDRESS_H
#define PARSERS_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/address.h"
#include "base/arena.h"
#include "parsers/reading.h"

/*
 * Adds the addresses of `value` (NULL: none) to `items`, which has room for `max` and holds `count`; returns the new
 * count. Names are decoded, domains in lower case. `*ret_whole` (may be NULL) tells whether the value follows the
 * grammar to its end, every entry of it (groups are none) was an address that was added, and no other reading is
 * likely.
 */
size_t address_list_read(struct arena *arena, const char *value, struct address *items, size_t count, size_t max,
                         bool *ret_whole);

#endif
