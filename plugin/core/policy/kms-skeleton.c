/* kms-skeleton.c
 * What a KMS URI looks like, as against what it is
 *
 * Compatibility forms (full width, mathematical letters, ligatures) and letters with marks fall to
 * Unicode normalisation; the table holds what looks alike across scripts. It is made for host
 * names and keeps to the scripts in which a whole Latin name can be written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/policy/kms-skeleton.h"

#include <string.h>

#include "core/octets/kms-uri.h"

/* What looks like a letter, across scripts; within a row by code point. Capitals stand here only
 * where they look like another letter than their small forms do, as Greek Eta does. */
static const struct {
    char letter;
    const char *alike;
} confusables[] = {
    {'*', "\u204E"},
    {'-', "\u2010\u2012\u2013\u2014\u2015\u2043\u2212\u30FC\u4E00"},
    {'.', "\u00B7\u06D4\u0701\u0702\u2022\u2027\u2219\u22C5\u3002\u30FB"},
    {'/', "\u2044\u2215\u2571\u27CB\u29F8"},
    {':', "\u0589\u05C3\u2236\uA789"},
    {'\\', "\u2216"},
    {'a', "\u0251\u0391\u03B1\u0430\u13AA\u1D00"},
    {'b', "\u0180\u0185\u0253\u0299\u0392\u03B2\u0432\u044A\u044C\u13CF\u13F4"},
    {'c', "\u0441\u13DF\u1D04"},
    {'d', "\u00D0\u0110\u0111\u0256\u0257\u0501\u13A0\u13E7\u1D05"},
    {'e', "\u0395\u03B5\u0435\u13AC\u1D07"},
    {'f', "\u0192\uA730"},
    {'g', "\u01E5\u0260\u0261\u0581\u13C0"},
    {'h', "\u0127\u0266\u029C\u0397\u043D\u04BB\u0570\u13BB\u13C2"},
    {'i', "\u0131\u0268\u0269\u026A\u0399\u03B9\u0456\u0582\u13A5"},
    {'j', "\u0237\u03F3\u0458\u13AB\u1D0A"},
    {'k', "\u039A\u03BA\u043A\u049B\u13E6\u1D0B"},
    {'l', "\u0142\u019A\u01C0\u026B\u026D\u029F\u04C0\u04CF\u05D5\u05DF\u13DE\u2223"},
    {'m', "\u0271\u039C\u043C\u13B7\u1D0D"},
    {'n', "\u0272\u0274\u039D\u03B7\u043F\u0578\u057C"},
    {'o', "\u00D8\u00F0\u00F8\u039F\u03BF\u03C3\u043E\u0585\u05E1\u1D0F\u2D54\uA4F3"},
    {'p', "\u01A5\u03A1\u03C1\u0440\u13E2\u1D18"},
    {'q', "\u051B\u0563\u0566"},
    {'r', "\u0280\u0433\u13A1\u13D2"},
    {'s', "\u0455\u13D5\u13DA\uA731"},
    {'t', "\u0167\u01AB\u03A4\u03C4\u0442\u13A2\u1D1B"},
    {'u', "\u03BC\u03C5\u057D\u1D1C"},
    {'v', "\u028B\u03BD\u0475\u13D9\u1D20\u2D38"},
    {'w', "\u03C9\u0461\u051D\u0561\u13B3\u13D4\u1D21\uA4EA"},
    {'x', "\u03A7\u03C7\u0445"},
    {'y', "\u028F\u03A5\u03B3\u0443\u04AF\u13A9\u13BD"},
    {'z', "\u01B6\u0396\u13C3\u1D22"},
    {'~', "\u223C"},
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
    if (c < 0x80) {
        return c <= ' ' || c == 0x7F;
    }
    for (guint i = 0; i < G_N_ELEMENTS(fillers); i++) {
        if (c >= fillers[i].first && c <= fillers[i].last) {
            return true;
        }
    }
    GUnicodeType type = g_unichar_type(c);
    return type == G_UNICODE_FORMAT || type == G_UNICODE_CONTROL || g_unichar_isspace(c);
}

/* The letter that a character looks like; 0: none. */
static char confusable(gunichar c)
{
    for (guint i = 0; i < G_N_ELEMENTS(confusables); i++) {
        if (g_utf8_strchr(confusables[i].alike, -1, c)) {
            return confusables[i].letter;
        }
    }
    return 0;
}

static gunichar look_of(gunichar c)
{
    if (c < 0x80) {
        return (gunichar)g_ascii_tolower((char)c);
    }
    char alike = confusable(c);
    if (alike) {
        return (gunichar)alike;
    }
    gint digit = g_unichar_digit_value(c);
    if (digit >= 0) {
        return (gunichar)('0' + digit);
    }
    gunichar lower = g_unichar_tolower(c);
    alike = confusable(lower);
    return alike ? (gunichar)alike : lower;
}

/* The same as below for ASCII: hardly a KMS has another name, and each KRR names some. */
static char *look_of_ascii(const char *text, bool see_through)
{
    char *look = g_malloc(strlen(text) + 1);
    char *to = look;
    for (const char *from = text; *from; from++) {
        if (!is_unseen((guchar)*from)) {
            *to++ = g_ascii_tolower(*from);
        } else if (!see_through) {
            *to++ = *from;
        }
    }
    *to = '\0';
    return look;
}

/* Other scripts, forms and marks fall away. */
static char *look_of_text(const char *text, bool see_through)
{
    if (g_str_is_ascii(text)) {
        return look_of_ascii(text, see_through);
    }
    g_autofree char *apart = g_utf8_normalize(text, -1, G_NORMALIZE_ALL);
    GString *look = g_string_new(NULL);
    for (const char *c = apart ? apart : text; *c; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        if (is_unseen(character)) {
            if (!see_through) {
                g_string_append_unichar(look, character);
            }
        } else if (!g_unichar_ismark(character)) {
            g_string_append_unichar(look, look_of(character));
        }
    }
    return g_string_free(look, FALSE);
}

static char pair_at(const char *text)
{
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (text[0] == pairs[i].pair[0] && text[1] == pairs[i].pair[1]) {
            return pairs[i].letter;
        }
    }
    return 0;
}

static char *fold(const char *text)
{
    if (g_str_is_ascii(text)) {
        return g_ascii_strdown(text, -1);
    }
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
    while (kept > end - length && kept[-1] == '.') {
        kept--;
    }
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
        if (!letter) {
            letter = from[-1];
        }
        guchar octet = (guchar)letter;
        *to++ = octet < sizeof letters_like && letters_like[octet] ? letters_like[octet] : letter;
    }
    *to = '\0';
    return strip_dots(look);
}

/* Decoding may have added characters beyond ASCII. */
static bool has_unseen(const char *text)
{
    for (; *text; text++) {
        if ((guchar)*text >= 0x80 || is_unseen((guchar)*text)) {
            return true;
        }
    }
    return false;
}

KmsSkeleton *kms_skeleton_new(const char *text)
{
    KmsSkeleton *skeleton = g_new(KmsSkeleton, 1);
    skeleton->folded = fold(text);
    skeleton->dotless = strip_dots(g_strdup(skeleton->folded));
    skeleton->skeleton = skeleton_of(text, false);
    skeleton->seen = has_unseen(text) ? skeleton_of(text, true) : g_strdup(skeleton->skeleton);
    return skeleton;
}

void kms_skeleton_free(KmsSkeleton *skeleton)
{
    if (!skeleton) {
        return;
    }
    g_free(skeleton->folded);
    g_free(skeleton->dotless);
    g_free(skeleton->skeleton);
    g_free(skeleton->seen);
    g_free(skeleton);
}

static gsize label_length(const char *label)
{
    gsize length = 0;
    while (g_ascii_isalnum(label[length]) || label[length] == '-') {
        length++;
    }
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
    if (!strstr(text, "--")) {
        return NULL;
    }
    GString *out = g_string_new(NULL);
    bool decoded = false;
    while (*text) {
        gsize length = label_length(text);
        if (length > 0) {
            decoded |= decode_label(text, length, out);
        } else {
            g_string_append_c(out, text[length++]);
        }
        text += length;
    }
    return g_string_free(out, !decoded);
}
