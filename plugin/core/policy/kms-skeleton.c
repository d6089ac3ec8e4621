/* kms-skeleton.c
 * What a KMS URI looks like, as against what it is
 *
 * Compatibility forms (full width, mathematical letters, ligatures) and letters with marks fall to
 * Unicode normalisation; the table holds what looks alike across scripts. It is made for host
 * names and keeps to the scripts in which a whole Latin name can be written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "kms-skeleton.h"

#include <stdlib.h>
#include <string.h>

#include "kms-uri.h"

typedef struct Confusable {
    gunichar from;
    char to;
} Confusable;

/* By code point. Capitals stand here only where they look like another letter than their small
 * forms do, as Greek Eta does. */
static const Confusable confusables[] = {
    {0x00B7, '.'}, /* middle dot */
    {0x00D0, 'd'},
    {0x00D8, 'o'},
    {0x00F0, 'o'},
    {0x00F8, 'o'},
    {0x0110, 'd'},
    {0x0111, 'd'},
    {0x0127, 'h'},
    {0x0131, 'i'},
    {0x0142, 'l'},
    {0x0167, 't'},
    {0x0180, 'b'},
    {0x0185, 'b'},
    {0x0192, 'f'},
    {0x019A, 'l'},
    {0x01A5, 'p'},
    {0x01AB, 't'},
    {0x01B6, 'z'},
    {0x01C0, 'l'},
    {0x01E5, 'g'},
    {0x0237, 'j'},
    {0x0251, 'a'},
    {0x0253, 'b'},
    {0x0256, 'd'},
    {0x0257, 'd'},
    {0x0260, 'g'},
    {0x0261, 'g'},
    {0x0266, 'h'},
    {0x0268, 'i'},
    {0x0269, 'i'},
    {0x026A, 'i'},
    {0x026B, 'l'},
    {0x026D, 'l'},
    {0x0271, 'm'},
    {0x0272, 'n'},
    {0x0274, 'n'},
    {0x0280, 'r'},
    {0x028B, 'v'},
    {0x028F, 'y'},
    {0x0299, 'b'},
    {0x029C, 'h'},
    {0x029F, 'l'},
    /* Greek */
    {0x0391, 'a'},
    {0x0392, 'b'},
    {0x0395, 'e'},
    {0x0396, 'z'},
    {0x0397, 'h'},
    {0x0399, 'i'},
    {0x039A, 'k'},
    {0x039C, 'm'},
    {0x039D, 'n'},
    {0x039F, 'o'},
    {0x03A1, 'p'},
    {0x03A4, 't'},
    {0x03A5, 'y'},
    {0x03A7, 'x'},
    {0x03B1, 'a'},
    {0x03B2, 'b'},
    {0x03B3, 'y'},
    {0x03B5, 'e'},
    {0x03B7, 'n'},
    {0x03B9, 'i'},
    {0x03BA, 'k'},
    {0x03BC, 'u'},
    {0x03BD, 'v'},
    {0x03BF, 'o'},
    {0x03C1, 'p'},
    {0x03C3, 'o'},
    {0x03C4, 't'},
    {0x03C5, 'u'},
    {0x03C7, 'x'},
    {0x03C9, 'w'},
    {0x03F3, 'j'},
    /* Cyrillic */
    {0x0430, 'a'},
    {0x0432, 'b'},
    {0x0433, 'r'},
    {0x0435, 'e'},
    {0x043A, 'k'},
    {0x043C, 'm'},
    {0x043D, 'h'},
    {0x043E, 'o'},
    {0x043F, 'n'},
    {0x0440, 'p'},
    {0x0441, 'c'},
    {0x0442, 't'},
    {0x0443, 'y'},
    {0x0445, 'x'},
    {0x044A, 'b'},
    {0x044C, 'b'},
    {0x0455, 's'},
    {0x0456, 'i'},
    {0x0458, 'j'},
    {0x0461, 'w'},
    {0x0475, 'v'},
    {0x049B, 'k'},
    {0x04AF, 'y'},
    {0x04BB, 'h'},
    {0x04C0, 'l'},
    {0x04CF, 'l'},
    {0x04D5, 'a'},
    {0x0501, 'd'},
    {0x051B, 'q'},
    {0x051D, 'w'},
    /* Armenian */
    {0x0561, 'w'},
    {0x0563, 'q'},
    {0x0566, 'q'},
    {0x0570, 'h'},
    {0x0578, 'n'},
    {0x057C, 'n'},
    {0x057D, 'u'},
    {0x0581, 'g'},
    {0x0582, 'i'},
    {0x0585, 'o'},
    {0x0589, ':'},
    /* Hebrew, Arabic and Syriac marks that pass for punctuation */
    {0x05C3, ':'},
    {0x05D5, 'l'},
    {0x05DF, 'l'},
    {0x05E1, 'o'},
    {0x06D4, '.'},
    {0x0701, '.'},
    {0x0702, '.'},
    /* Cherokee */
    {0x13A0, 'd'},
    {0x13A1, 'r'},
    {0x13A2, 't'},
    {0x13A5, 'i'},
    {0x13A9, 'y'},
    {0x13AA, 'a'},
    {0x13AB, 'j'},
    {0x13AC, 'e'},
    {0x13B3, 'w'},
    {0x13B7, 'm'},
    {0x13BB, 'h'},
    {0x13BD, 'y'},
    {0x13C0, 'g'},
    {0x13C2, 'h'},
    {0x13C3, 'z'},
    {0x13CF, 'b'},
    {0x13D2, 'r'},
    {0x13D4, 'w'},
    {0x13D5, 's'},
    {0x13D9, 'v'},
    {0x13DA, 's'},
    {0x13DE, 'l'},
    {0x13DF, 'c'},
    {0x13E2, 'p'},
    {0x13E6, 'k'},
    {0x13E7, 'd'},
    {0x13F4, 'b'},
    /* Latin small capitals */
    {0x1D00, 'a'},
    {0x1D04, 'c'},
    {0x1D05, 'd'},
    {0x1D07, 'e'},
    {0x1D0A, 'j'},
    {0x1D0B, 'k'},
    {0x1D0D, 'm'},
    {0x1D0F, 'o'},
    {0x1D18, 'p'},
    {0x1D1B, 't'},
    {0x1D1C, 'u'},
    {0x1D20, 'v'},
    {0x1D21, 'w'},
    {0x1D22, 'z'},
    /* Punctuation and strokes */
    {0x2010, '-'},
    {0x2012, '-'},
    {0x2013, '-'},
    {0x2014, '-'},
    {0x2015, '-'},
    {0x2022, '.'},
    {0x2027, '.'},
    {0x2043, '-'},
    {0x2044, '/'},
    {0x204E, '*'},
    {0x2212, '-'},
    {0x2215, '/'},
    {0x2216, '\\'},
    {0x2219, '.'},
    {0x2223, 'l'},
    {0x2236, ':'},
    {0x223C, '~'},
    {0x22C5, '.'},
    {0x2571, '/'},
    {0x27CB, '/'},
    {0x29F8, '/'},
    {0x2D38, 'v'},
    {0x2D54, 'o'},
    {0x3002, '.'},
    {0x30FB, '.'},
    {0x30FC, '-'},
    {0x4E00, '-'},
    {0xA4EA, 'w'},
    {0xA4F3, 'o'},
    {0xA730, 'f'},
    {0xA731, 's'},
    {0xA789, ':'},
};

/* Pairs that run together, and what they pass for. Done before single letters: "ci" is no "d". */
static const struct {
    const char *pair;
    char letter;
} pairs[] = {{"rn", 'm'}, {"vv", 'w'}, {"cl", 'd'}, {"c1", 'd'}};

/* One digit to a letter at most, so that numbered siblings (kms6, kms8) keep apart. */
static const char letters_like[128] = {
    ['0'] = 'o', ['1'] = 'l', ['2'] = 'z', ['5'] = 's', ['8'] = 'b',
    ['9'] = 'g', ['i'] = 'l', ['|'] = 'l', ['q'] = 'g', ['_'] = '-',
};

/* Default-ignorable characters that are no format characters in Unicode's categories. */
static const struct {
    gunichar first, last;
} fillers[] = {
    {0x034F, 0x034F}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x2800, 0x2800},
    {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFF8}, {0xE0000, 0xE0FFF},
};

static bool is_unseen(gunichar c)
{
    if (c < 0x80)
        return c <= ' ' || c == 0x7F;
    for (guint i = 0; i < G_N_ELEMENTS(fillers); i++)
        if (c >= fillers[i].first && c <= fillers[i].last)
            return true;
    GUnicodeType type = g_unichar_type(c);
    return type == G_UNICODE_FORMAT || type == G_UNICODE_CONTROL || g_unichar_isspace(c);
}

static gint compare_confusable(gconstpointer key, gconstpointer member)
{
    gunichar c = *(const gunichar *)key;
    const Confusable *row = member;
    return c < row->from ? -1 : c > row->from;
}

/* 0: not in the table. */
static char confusable(gunichar c)
{
    const Confusable *row = bsearch(&c, confusables, G_N_ELEMENTS(confusables),
                                    sizeof confusables[0], compare_confusable);
    return row ? row->to : 0;
}

static gunichar look_of(gunichar c)
{
    if (c < 0x80)
        return (gunichar)g_ascii_tolower((char)c);
    char alike = confusable(c);
    if (alike)
        return (gunichar)alike;
    gint digit = g_unichar_digit_value(c);
    if (digit >= 0)
        return (gunichar)('0' + digit);
    gunichar lower = g_unichar_tolower(c);
    alike = confusable(lower);
    return alike ? (gunichar)alike : lower;
}

/* Other scripts, forms and marks fall away. */
static char *look_of_text(const char *text, bool see_through)
{
    g_autofree char *apart =
        g_str_is_ascii(text) ? NULL : g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
    GString *look = g_string_new(NULL);
    for (const char *c = apart ? apart : text; *c; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        if (is_unseen(character)) {
            if (!see_through)
                g_string_append_unichar(look, character);
        } else if (!g_unichar_ismark(character)) {
            g_string_append_unichar(look, look_of(character));
        }
    }
    return g_string_free(look, FALSE);
}

static char pair_at(const char *text)
{
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (g_str_has_prefix(text, pairs[i].pair))
            return pairs[i].letter;
    return 0;
}

static char *fold(const char *text)
{
    if (g_str_is_ascii(text))
        return g_ascii_strdown(text, -1);
    GString *folded = g_string_new(NULL);
    for (const char *c = text; *c; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        gunichar lower = g_unichar_tolower(character);
        bool same_script = (character < 0x80) == (lower < 0x80);
        g_string_append_unichar(folded, same_script ? lower : character);
    }
    return g_string_free(folded, FALSE);
}

/* In place. */
static char *strip_dots(char *text)
{
    gsize length;
    char *end = (char *)kms_uri_host(text, &length) + length;
    char *kept = end;
    while (kept > end - length && kept[-1] == '.')
        kept--;
    memmove(kept, end, strlen(end) + 1);
    return text;
}

static char *skeleton_of(const char *text, bool see_through)
{
    char *look = look_of_text(text, see_through);
    char *to = look;
    for (const char *from = look; *from;) {
        char letter = pair_at(from);
        from += letter ? 2 : 1;
        if (!letter)
            letter = from[-1];
        guchar octet = (guchar)letter;
        *to++ = octet < sizeof letters_like && letters_like[octet] ? letters_like[octet] : letter;
    }
    *to = '\0';
    return strip_dots(look);
}

KmsSkeleton *kms_skeleton_new(const char *text)
{
    KmsSkeleton *skeleton = g_new(KmsSkeleton, 1);
    skeleton->folded = fold(text);
    skeleton->dotless = strip_dots(g_strdup(skeleton->folded));
    skeleton->skeleton = skeleton_of(text, false);
    skeleton->seen = skeleton_of(text, true);
    return skeleton;
}

void kms_skeleton_free(KmsSkeleton *skeleton)
{
    if (!skeleton)
        return;
    g_free(skeleton->folded);
    g_free(skeleton->dotless);
    g_free(skeleton->skeleton);
    g_free(skeleton->seen);
    g_free(skeleton);
}

static gsize label_length(const char *label)
{
    gsize length = 0;
    while (g_ascii_isalnum(label[length]) || label[length] == '-')
        length++;
    return length;
}

/* Labels that cannot be decoded stay. The library does not check the characters that it makes. */
static bool decode_label(const char *label, gsize length, GString *out)
{
    g_autofree char *copy = g_strndup(label, length);
    g_autofree char *decoded =
        g_ascii_strncasecmp(copy, "xn--", 4) == 0 ? g_hostname_to_unicode(copy) : NULL;
    bool usable = decoded && g_utf8_validate(decoded, -1, NULL);
    g_string_append(out, usable ? decoded : copy);
    return usable;
}

char *kms_skeleton_decode(const char *text)
{
    if (!strstr(text, "--"))
        return NULL;
    GString *out = g_string_new(NULL);
    bool decoded = false;
    while (*text) {
        gsize length = label_length(text);
        if (length > 0)
            decoded |= decode_label(text, length, out);
        else
            g_string_append_c(out, text[length++]);
        text += length;
    }
    return g_string_free(out, !decoded);
}
