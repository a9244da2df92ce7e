#include "parsers/html_style.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Declarations that hide, as they stand in a normalized style. `zero`: hides where the number that follows is 0. */
static const struct {
    const char *declaration;
    bool zero;
} hiding_table[] = {
    {"display:none", false}, {"visibility:hidden", false}, {"mso-hide:all", false},
    {"font-size:", true},    {"max-height:", true},        {"opacity:", true},
};

char *html_style_normalize(struct arena *arena, const char *style, size_t length)
{
    char *normalized = arena_alloc(arena, length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (style[i] == '/' && i + 1 < length && style[i + 1] == '*') {
            const char *end = memmem(style + i + 2, length - i - 2, "*/", 2);
            if (end == NULL)
                break;
            i = (size_t)(end - style) + 1;
        } else if (!isspace((unsigned char)style[i])) {
            normalized[used++] = (char)tolower((unsigned char)style[i]);
        }
    }
    return normalized;
}

/* "0", "0px", "0.0em" but neither "0.9em" nor "inherit". */
static bool is_zero(const char *number)
{
    return (isdigit((unsigned char)number[0]) || number[0] == '.') && strtod(number, NULL) == 0.0;
}

bool html_style_hides(const char *normalized)
{
    for (size_t i = 0; i < sizeof hiding_table / sizeof hiding_table[0]; i++) {
        const char *declaration = hiding_table[i].declaration;
        for (const char *at = normalized; (at = strstr(at, declaration)) != NULL; at++) {
            bool starts = at == normalized || strchr(";{", at[-1]) != NULL;
            if (starts && (!hiding_table[i].zero || is_zero(at + strlen(declaration))))
                return true;
        }
    }
    return false;
}

/* Adds the plain ones of "p.a,.b,#c": an optional element name, then one class or id and nothing more. */
static void add_selectors(struct arena *arena, const char *list, size_t length, struct html_hidden_selectors *hidden)
{
    for (const char *end = list + length; list < end;) {
        const char *comma = memchr(list, ',', (size_t)(end - list));
        size_t size = comma == NULL ? (size_t)(end - list) : (size_t)(comma - list);
        size_t element = 0;
        while (element < size && isalnum((unsigned char)list[element]))
            element++;
        bool plain = element + 1 < size && (list[element] == '.' || list[element] == '#');
        for (size_t i = element + 1; i < size && plain; i++)
            plain = isalnum((unsigned char)list[i]) || list[i] == '-' || list[i] == '_';
        if (plain && hidden->count < HTML_HIDDEN_SELECTORS_MAX)
            hidden->items[hidden->count++] = arena_strndup(arena, list + element, size - element);
        list += size + 1;
    }
}

/* True where blanks separate names, so that the selector means an element inside another. */
static bool has_descendant(const char *selector, size_t length)
{
    bool name = false, gap = false;
    for (size_t i = 0; i < length; i++) {
        if (isspace((unsigned char)selector[i])) {
            gap = name;
        } else if (selector[i] == ',') {
            name = gap = false;
        } else if (gap) {
            return true;
        } else {
            name = true;
        }
    }
    return false;
}

void html_stylesheet_read(struct arena *arena, const char *css, size_t length, struct html_hidden_selectors *hidden)
{
    const char *end = css + length;
    while (css < end) {
        const char *open = memchr(css, '{', (size_t)(end - css));
        if (open == NULL)
            return;
        size_t depth = 1;
        const char *close = open + 1;
        for (; close < end && depth > 0; close++)
            depth += (*close == '{') - (*close == '}');
        const char *start = css;
        while (start < open && (isspace((unsigned char)*start) || strchr("<!->", *start) != NULL))
            start++;
        size_t selector_length = (size_t)(open - start);
        if (selector_length > 0 && *start != '@' && !has_descendant(start, selector_length)) {
            const char *body = html_style_normalize(arena, open + 1, (size_t)(close - open - 1));
            const char *selector = html_style_normalize(arena, start, selector_length);
            if (html_style_hides(body))
                add_selectors(arena, selector, strlen(selector), hidden);
        }
        css = close;
    }
}

bool html_has_word(const char *words, const char *word)
{
    size_t wanted = strlen(word);
    for (const char *at = words; at != NULL && *at != '\0';) {
        at += strspn(at, " \t\n");
        size_t length = strcspn(at, " \t\n");
        if (length == wanted && strncasecmp(at, word, length) == 0)
            return true;
        at += length;
    }
    return false;
}

bool html_selectors_hide(const struct html_hidden_selectors *hidden, const char *classes, const char *id)
{
    for (size_t i = 0; i < hidden->count; i++) {
        const char *item = hidden->items[i];
        if (html_has_word(item[0] == '.' ? classes : id, item + 1))
            return true;
    }
    return false;
}
