/* test-kms-lookalike.c
 * Which unknown KMS URIs pass for a known one, and which do not
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include <glib.h>

#include "core/policy/kms-lookalike.h"

static const char *const known_texts[] = {
    "kms.home.example.org",
    "kms.other.example.net",
    "sip:kms.sip.example:5060",
    "intern.mail",
    "k.eu",
    "xn--kln-sna.example",
    "kms6.x.org",
    "kms.dotted.",
};

static GPtrArray *known_new(void)
{
    GPtrArray *known = g_ptr_array_new();
    for (guint i = 0; i < G_N_ELEMENTS(known_texts); i++) {
        g_ptr_array_add(known, (gpointer)known_texts[i]);
    }
    return known;
}

/* match: which of the known ones; NULL: none. */
static const struct {
    const char *kms;
    KmsLikeness likeness;
    const char *match;
} cases[] = {
    /* Known ones, and ones that are like nothing. */
    {"kms.home.example.org", KMS_LIKENESS_NONE, NULL},
    {"xn--kln-sna.example", KMS_LIKENESS_NONE, NULL},
    {"kms.elsewhere.example.com", KMS_LIKENESS_NONE, NULL},
    {"", KMS_LIKENESS_NONE, NULL},
    {".", KMS_LIKENESS_NONE, NULL},

    /* The host of a known one, where it means nothing or is addressed in another way. */
    {"sip:kms.home.example.org", KMS_LIKENESS_SCHEME, "kms.home.example.org"},
    {"https://kms.home.example.org/", KMS_LIKENESS_SCHEME, "kms.home.example.org"},
    {"kms.home.example.org/keys", KMS_LIKENESS_NONE, NULL},
    {"sip:kms.sip.example", KMS_LIKENESS_PORT, "sip:kms.sip.example:5060"},
    {"kms.home.example.org:5060", KMS_LIKENESS_PORT, "kms.home.example.org"},
    {"kms.home.example.org.evil.net", KMS_LIKENESS_SUBDOMAIN, "kms.home.example.org"},
    {"KMS.Home.Example.org.evil.net", KMS_LIKENESS_SUBDOMAIN, "kms.home.example.org"},
    {"kms.home.example.organic.net", KMS_LIKENESS_NONE, NULL},
    {"https://kms.home.example.org@evil.net", KMS_LIKENESS_USER, "kms.home.example.org"},
    {"https://KMS.home.example.org:x@evil.net", KMS_LIKENESS_USER, "kms.home.example.org"},
    {"sip:kms.home.example.org@evil.net", KMS_LIKENESS_USER, "kms.home.example.org"},
    {"https://notkms.home.example.org@evil.net", KMS_LIKENESS_NONE, NULL},
    {"https://evil.net/kms.home.example.org", KMS_LIKENESS_PATH, "kms.home.example.org"},
    {"https://evil.net/?kms.home.example.org", KMS_LIKENESS_PATH, "kms.home.example.org"},
    {"https://evil.net/kms.home.example.org.evil", KMS_LIKENESS_NONE, NULL},
    {"kms.home.example.com", KMS_LIKENESS_TOP_LEVEL, "kms.home.example.org"},
    {"kms.home.example.museum", KMS_LIKENESS_TOP_LEVEL, "kms.home.example.org"},
    {"kms.home.example", KMS_LIKENESS_NONE, NULL},
    {"intern.post", KMS_LIKENESS_NONE, NULL},

    /* Numbered siblings have one owner; where registries sell the rest, they need not. */
    {"kms2.home.example.org", KMS_LIKENESS_NONE, NULL},
    {"kms7.x.org", KMS_LIKENESS_NONE, NULL},
    {"kms.x.org", KMS_LIKENESS_NONE, NULL},
    {"kmsa.home.example.org", KMS_LIKENESS_ONE_EDIT, "kms.home.example.org"},

    /* Letter case of the host is none; nor is that of the scheme. */
    {"KMS.home.Example.org", KMS_LIKENESS_NONE, NULL},
    {"SIP:kms.sip.example:5060", KMS_LIKENESS_NONE, NULL},
    {"K.EU", KMS_LIKENESS_NONE, NULL},
    {"K.EV", KMS_LIKENESS_NONE, NULL},

    /* The dot of the root makes no other host; further dots do. */
    {"kms.home.example.org.", KMS_LIKENESS_NONE, NULL},
    {"Kms.home.example.org..", KMS_LIKENESS_TRAILING_DOT, "kms.home.example.org"},
    {"sip:kms.sip.example.:5060", KMS_LIKENESS_NONE, NULL},
    {"kms.dotted", KMS_LIKENESS_NONE, NULL},
    {"..kms.home.example.org", KMS_LIKENESS_NONE, NULL},

    /* Punycode: of the known one, of a lookalike, against one known in that form. */
    {"xn--kms-.home.example.org", KMS_LIKENESS_PUNYCODE, "kms.home.example.org"},
    {"kms.xn--hme-sed.example.org", KMS_LIKENESS_PUNYCODE, "kms.home.example.org"},
    {"KMS.XN--HME-SED.EXAMPLE.ORG", KMS_LIKENESS_PUNYCODE, "kms.home.example.org"},
    {"k\u00F6ln.example", KMS_LIKENESS_PUNYCODE, "xn--kln-sna.example"},
    {"sip:xn--km-foc.sip.example:5060", KMS_LIKENESS_PUNYCODE, "sip:kms.sip.example:5060"},
    {"kms.xn--fsqu00a.example.org", KMS_LIKENESS_NONE, NULL},
    {"kms.xn--99999999999.example.org", KMS_LIKENESS_NONE, NULL},
    {"kms.xn--home-.example.orgg", KMS_LIKENESS_PUNYCODE, "kms.home.example.org"},
    {"kms.xn--home-.example.orggg", KMS_LIKENESS_NONE, NULL},
    {"xn--kln-sna.exampel", KMS_LIKENESS_ONE_EDIT, "xn--kln-sna.example"},

    /* Other scripts and forms: Cyrillic, Greek, full width, mathematical, marks, other dots. */
    {"kms.h\u043Em\u0435.example.org", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"\u212Ams.home.example.org", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"\u03BAms.h\u03BFme.example.\u03BFrg", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"\u041A\u041C\u0405.home.example.org", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"\uFF4B\uFF4D\uFF53.home.example.org", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"\U0001D424\U0001D426\U0001D42C.home.example.org", KMS_LIKENESS_CONFUSABLE,
     "kms.home.example.org"},
    {"kms.h\u00F6me.ex\u00E4mple.org", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"kms.ho\u0323me.example\u0301.org", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"kms\u3002home\uFF0Eexample\uFF61org", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"kms.home.example.org\u3002", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"sip\uA789kms.sip.example\u2236506\u0660", KMS_LIKENESS_CONFUSABLE,
     "sip:kms.sip.example:5060"},
    {"kms.\u0436ome.\u0436xample.org", KMS_LIKENESS_NONE, NULL},

    /* Digits like letters, pairs like letters. */
    {"kms.h0me.examp1e.0rg", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"km5.home.example.org", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"kms.horne.exarnple.org", KMS_LIKENESS_CONFUSABLE, "kms.home.example.org"},
    {"intem.rnail", KMS_LIKENESS_CONFUSABLE, "intern.mail"},
    {"kms.h3me.exampl3.org", KMS_LIKENESS_NONE, NULL},
    {"kms.honne.example.org", KMS_LIKENESS_NONE, NULL},

    /* What is not seen: zero width, soft hyphen, joiner, variation selector, space, filler. */
    {"kms\u200B.home.example.org", KMS_LIKENESS_INVISIBLE, "kms.home.example.org"},
    {"kms.ho\u00ADme.exa\u2060mple.org", KMS_LIKENESS_INVISIBLE, "kms.home.example.org"},
    {"kms.home.example.org\uFE0F", KMS_LIKENESS_INVISIBLE, "kms.home.example.org"},
    {"kms.ho\u034Fme.example.org\u00A0", KMS_LIKENESS_INVISIBLE, "kms.home.example.org"},
    {"kms.\u3164home.example.org", KMS_LIKENESS_INVISIBLE, "kms.home.example.org"},
    {"\u202Ekms.home.example.org", KMS_LIKENESS_INVISIBLE, "kms.home.example.org"},
    {"k ms.home.exam ple.org", KMS_LIKENESS_INVISIBLE, "kms.home.example.org"},
    {"kms\u200B.h0me.example.org.", KMS_LIKENESS_INVISIBLE, "kms.home.example.org"},
    {"\u200Bkms\u200B.elsewhere.example.com", KMS_LIKENESS_NONE, NULL},

    /* One edit: put in, left out, replaced, swapped; at the ends too. And two edits. */
    {"kms.homee.example.org", KMS_LIKENESS_ONE_EDIT, "kms.home.example.org"},
    {"akms.home.example.org", KMS_LIKENESS_ONE_EDIT, "kms.home.example.org"},
    {"kms.home.example.orga", KMS_LIKENESS_TOP_LEVEL, "kms.home.example.org"},
    {"kms.hme.example.org", KMS_LIKENESS_ONE_EDIT, "kms.home.example.org"},
    {"ms.home.example.org", KMS_LIKENESS_ONE_EDIT, "kms.home.example.org"},
    {"kms.hone.example.org", KMS_LIKENESS_ONE_EDIT, "kms.home.example.org"},
    {"kms.hoem.example.org", KMS_LIKENESS_ONE_EDIT, "kms.home.example.org"},
    {"kms.home.example.ogr", KMS_LIKENESS_TOP_LEVEL, "kms.home.example.org"},
    {"KMS.home.example.or.", KMS_LIKENESS_TOP_LEVEL, "kms.home.example.org"},
    {"kms.h\u4E2Dme.example.org", KMS_LIKENESS_ONE_EDIT, "kms.home.example.org"},
    {"kms8.x.org", KMS_LIKENESS_NONE, NULL},
    {"kms68.x.org", KMS_LIKENESS_NONE, NULL},
    {"sip:kms.sip.example:5061", KMS_LIKENESS_PORT, "sip:kms.sip.example:5060"},
    {"sips:kms.sip.example:5060", KMS_LIKENESS_SCHEME, "sip:kms.sip.example:5060"},
    {"kms.hoemm.example.org", KMS_LIKENESS_NONE, NULL},
    {"ksm.hoem.example.org", KMS_LIKENESS_NONE, NULL},
    {"kms.meho.example.org", KMS_LIKENESS_NONE, NULL},
    {"kms.ho.example.org", KMS_LIKENESS_NONE, NULL},
    {"kms.homeee.example.org", KMS_LIKENESS_NONE, NULL},
    {"k.ed", KMS_LIKENESS_NONE, NULL},
    {"kk.eu", KMS_LIKENESS_NONE, NULL},
    {"kms98.x.org", KMS_LIKENESS_NONE, NULL},
};

static void test_cases(void)
{
    g_autoptr(GPtrArray) known = known_new();
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *match = "untouched";
        KmsLikeness likeness = kms_lookalike(cases[i].kms, known, &match);
        if (likeness != cases[i].likeness || g_strcmp0(match, cases[i].match) != 0) {
            g_error("%s: %s (%s), not %s", cases[i].kms, kms_likeness_text(likeness), match,
                    kms_likeness_text(cases[i].likeness));
        }
        g_assert_cmpint(kms_lookalike(cases[i].kms, known, NULL), ==, likeness);
    }
}

/* Where a URI is like several known ones, the closest likeness counts, then the first. */
static void test_closest(void)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    g_ptr_array_add(known, (gpointer) "kms1.example.org");
    g_ptr_array_add(known, (gpointer) "kms2.example.org");
    g_ptr_array_add(known, (gpointer) "kms3..example.org");
    g_ptr_array_add(known, (gpointer) "kms3.example.org..");
    const char *match;
    g_assert_cmpint(kms_lookalike("kms3.example.org", known, &match), ==,
                    KMS_LIKENESS_TRAILING_DOT);
    g_assert_cmpstr(match, ==, "kms3.example.org..");
    g_assert_cmpint(kms_lookalike("kmsa.example.org", known, &match), ==, KMS_LIKENESS_ONE_EDIT);
    g_assert_cmpstr(match, ==, "kms1.example.org");
    g_assert_cmpint(kms_lookalike("kms2.example.org", known, &match), ==, KMS_LIKENESS_NONE);
    g_assert_null(match);
}

static void test_bounds(void)
{
    g_autofree char *longest = g_strnfill(1024, 'a');
    g_autofree char *one_off = g_strnfill(1024, 'a');
    g_autofree char *too_long = g_strnfill(1025, 'a');
    g_autofree char *huge = g_strnfill(4 * 1024 * 1024, 'a');
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    g_assert_cmpint(kms_lookalike("kms.x.org", known, NULL), ==, KMS_LIKENESS_NONE);

    g_ptr_array_add(known, longest);
    one_off[1023] = 'b';
    g_assert_cmpint(kms_lookalike(one_off, known, NULL), ==, KMS_LIKENESS_ONE_EDIT);
    g_assert_cmpint(kms_lookalike(too_long, known, NULL), ==, KMS_LIKENESS_NONE);
    g_assert_cmpint(kms_lookalike(huge, known, NULL), ==, KMS_LIKENESS_NONE);
    g_assert_cmpint(kms_lookalike("kms.\xff.org", known, NULL), ==, KMS_LIKENESS_NONE);

    g_ptr_array_add(known, too_long);
    g_ptr_array_add(known, (gpointer) "kms.\xff.org");
    g_assert_cmpint(kms_lookalike("kms.f.org", known, NULL), ==, KMS_LIKENESS_NONE);
    g_assert_cmpint(kms_lookalike(longest + 1, known, NULL), ==, KMS_LIKENESS_ONE_EDIT);
}

/* The longest expansions that Unicode has, in every place. */
static void test_expansion(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < 1024; i++) {
        g_string_append(text, "\uFDFA");
    }
    g_autoptr(GPtrArray) known = known_new();
    g_assert_cmpint(kms_lookalike(text->str, known, NULL), ==, KMS_LIKENESS_NONE);

    /* Labels that decode to nothing sensible, or to very much. */
    for (guint length = 0; length < 200; length++) {
        g_autofree char *tail = g_strnfill(length, 'z');
        g_autofree char *kms = g_strdup_printf("kms.xn--%s.example.org", tail);
        g_autofree char *short_tail = g_strnfill(length, 'a');
        g_autofree char *other = g_strdup_printf("xn--%s-%s.-xn--.xn--", tail, short_tail);
        g_assert_cmpint(kms_lookalike(kms, known, NULL), ==, KMS_LIKENESS_NONE);
        g_assert_cmpint(kms_lookalike(other, known, NULL), ==, KMS_LIKENESS_NONE);
    }
}

static void test_texts(void)
{
    for (KmsLikeness likeness = 0; likeness <= KMS_LIKENESS_ONE_EDIT; likeness++) {
        g_assert_nonnull(kms_likeness_text(likeness));
        for (KmsLikeness other = 0; other < likeness; other++) {
            g_assert_cmpstr(kms_likeness_text(likeness), !=, kms_likeness_text(other));
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kms-lookalike/cases", test_cases);
    g_test_add_func("/kms-lookalike/closest", test_closest);
    g_test_add_func("/kms-lookalike/bounds", test_bounds);
    g_test_add_func("/kms-lookalike/expansion", test_expansion);
    g_test_add_func("/kms-lookalike/texts", test_texts);
    return g_test_run();
}
