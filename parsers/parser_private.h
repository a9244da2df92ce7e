/* What parser.c shares with reading_json.c and with nobody else. */
#ifndef PARSERS_PARSER_PRIVATE_H
#define PARSERS_PARSER_PRIVATE_H

#include "base/zone.h"
#include "parsers/parser.h"

struct zone *parser_zone(const struct parser *parser);

#endif
