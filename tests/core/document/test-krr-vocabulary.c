/* test-krr-vocabulary.c
 * The element names: the built-in table, and the file of a deployment
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/document/krr-vocabulary.h"

#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

/* The profile, canonical names first. Kept apart from the table under test on purpose: a name that
 * gets lost there would make real documents unreadable. */
static const struct {
    KrrElement element;
    const char *names;
} profile[] = {
    {KRR_ELEMENT_TIME, "Time Date DateTime TimeStamp Timestamp KrrTime"},
    {KRR_ELEMENT_CREATOR, "CreatorUri Creator CreatorId KrrCreator SenderUri Sender IssuerUri "
                          "Issuer OriginatorUri ProcessorUri"},
    {KRR_ELEMENT_IDRI, "InitiatorUri IDRi Initiator InitiatorId MikeyInitiator InitiatingUri"},
    {KRR_ELEMENT_IDRR, "ReceiverUri IDRr Receiver ReceiverId ResponderUri Responder MikeyReceiver"},
    {KRR_ELEMENT_IDRKMSI, "InitiatorKmsUri IDRkmsi InitiatorKms"},
    {KRR_ELEMENT_IDRKMSR, "ReceiverKmsUri IDRkmsr ReceiverKms ResponderKmsUri"},
    {KRR_ELEMENT_INITIATOR_LIST,
     "InitiatorKmsList InitiatorList InitiatorKmsUriList InitiatorKmsUris"},
    {KRR_ELEMENT_RECEIVER_LIST,
     "ReceiverKmsList ReceiverList ReceiverKmsUriList ReceiverKmsUris ResponderKmsList"},
    {KRR_ELEMENT_ANY, "Any"},
    {KRR_ELEMENT_KMS, "KmsUri Kms Uri KmsURI KmsId"},
    {KRR_ELEMENT_KRR, "KmsRedirectResponse"},
    {KRR_ELEMENT_EMBEDDED, "EmbeddedKrr ReceivedKrr SubKrr EmbeddedKmsRedirectResponse"},
    {KRR_ELEMENT_SIGNED, "SignedKmsRedirectResponse"},
};

static void test_profile(void)
{
    const KrrVocabulary *vocabulary = krr_vocabulary_default();

    g_assert_cmpuint(G_N_ELEMENTS(profile), ==, KRR_N_ELEMENTS);
    for (gsize i = 0; i < G_N_ELEMENTS(profile); i++) {
        g_auto(GStrv) names = g_strsplit(profile[i].names, " ", -1);
        g_assert_cmpstr(krr_vocabulary_name(profile[i].element), ==, names[0]);
        for (gsize j = 0; names[j] != NULL; j++) {
            g_test_message("%s", names[j]);
            g_assert_cmpint(krr_vocabulary_lookup(vocabulary, names[j]), ==, profile[i].element);
        }
    }
}

static void test_unknown_names(void)
{
    static const char *const names[] = {
        "",           "time", "TIME",      "Time ",   " Time",      "TimeX",       "kmsuri",
        "KmsUriList", "krr",  "Signature", "KmsList", "Responders", "EmbeddedKrrs"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_test_message("%s", names[i]);
        g_assert_cmpint(krr_vocabulary_lookup(krr_vocabulary_default(), names[i]), ==,
                        KRR_ELEMENT_UNKNOWN);
    }
    g_assert_nonnull(krr_vocabulary_name(KRR_ELEMENT_UNKNOWN));
}

static void test_default_is_shared(void)
{
    g_assert_true(krr_vocabulary_default() == krr_vocabulary_default());
}

/* Loads a vocabulary from a file with that text. */
static KrrVocabulary *load(const char *text, gssize length, GError **error)
{
    g_autofree char *path = NULL;
    int descriptor = g_file_open_tmp("krr-vocabulary-XXXXXX", &path, NULL);

    g_assert_cmpint(descriptor, >=, 0);
    g_close(descriptor, NULL);
    g_assert_true(g_file_set_contents(path, text, length, NULL));
    KrrVocabulary *vocabulary = krr_vocabulary_load(path, error);
    g_assert_cmpint(g_remove(path), ==, 0);
    return vocabulary;
}

static void assert_means(const KrrVocabulary *vocabulary, const char *name, KrrElement element)
{
    g_test_message("%s", name);
    g_assert_cmpint(krr_vocabulary_lookup(vocabulary, name), ==, element);
}

static void test_names_are_added(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(KrrVocabulary) vocabulary = load("# our own names\n"
                                               "[elements]\n"
                                               "CreatorUri = Author; Made-By ;_by\n"
                                               "KmsRedirectResponse=Redirect\n"
                                               "InitiatorKmsList = From.Kms\n",
                                               -1, &error);
    g_assert_no_error(error);
    assert_means(vocabulary, "Author", KRR_ELEMENT_CREATOR);
    assert_means(vocabulary, "Made-By", KRR_ELEMENT_CREATOR);
    assert_means(vocabulary, "_by", KRR_ELEMENT_CREATOR);
    assert_means(vocabulary, "Redirect", KRR_ELEMENT_KRR);
    assert_means(vocabulary, "From.Kms", KRR_ELEMENT_INITIATOR_LIST);
    /* what was there stays */
    assert_means(vocabulary, "CreatorUri", KRR_ELEMENT_CREATOR);
    assert_means(vocabulary, "KmsRedirectResponse", KRR_ELEMENT_KRR);
    assert_means(vocabulary, "Timestamp", KRR_ELEMENT_TIME);
    /* and the table that all share is not touched */
    assert_means(krr_vocabulary_default(), "Author", KRR_ELEMENT_UNKNOWN);
}

/* A name that the file gives away is no longer that of the element which had it. */
static void test_names_are_moved(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(KrrVocabulary) vocabulary = load("[elements]\n"
                                               "ReceiverUri = Initiator;Sender\n"
                                               "KmsUri = ReceiverUri\n",
                                               -1, &error);
    g_assert_no_error(error);
    assert_means(vocabulary, "Initiator", KRR_ELEMENT_IDRR);
    assert_means(vocabulary, "Sender", KRR_ELEMENT_IDRR);
    assert_means(vocabulary, "ReceiverUri", KRR_ELEMENT_KMS);
    assert_means(vocabulary, "InitiatorUri", KRR_ELEMENT_IDRI);
    assert_means(krr_vocabulary_default(), "Initiator", KRR_ELEMENT_IDRI);
}

static void test_same_name_twice_for_one_element(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(KrrVocabulary) vocabulary = load("[elements]\nTime = When;When;Time\n", -1, &error);

    g_assert_no_error(error);
    assert_means(vocabulary, "When", KRR_ELEMENT_TIME);
    assert_means(vocabulary, "Time", KRR_ELEMENT_TIME);
}

static void test_refused_files(void)
{
    static const struct {
        const char *text, *says;
    } files[] = {
        {"", "[elements]"},
        {"Time = When\n", ""},
        {"[element]\nTime = When\n", "[element]"},
        {"[elements]\nTime = When\n[more]\nTime = Then\n", "[more]"},
        {"[elements]\n# one\nWhen = Time\n", "line 3: When: "},
        {"[elements]\nCreator = Author\n", "line 2: Creator: "},
        {"[elements]\ntime = When\n", "line 2: time: "},
        {"[elements]\nTime = When\n\nCreatorUri = Author;When\n", "line 4: CreatorUri: "},
        {"[elements]\nTime = krr:When\n", "line 2: Time: "},
        {"[elements]\nTime = the time\n", "line 2: Time: "},
        {"[elements]\nTime = 1st\n", "line 2: Time: "},
        {"[elements]\nTime = When;;Then\n", "line 2: Time: "},
        {"[elements]\nTime = When\n = Author\n", ""},
        {"[elements\nTime = When\n", ""},
        {"[elements]\nTime\n", ""},
        {"[elements]\nTime = \xff\xfe\n", "UTF-8"},
        {"<KmsRedirectResponse/>", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("%s", g_utf8_validate(files[i].text, -1, NULL) ? files[i].text : "octets");
        g_assert_null(load(files[i].text, -1, &error));
        g_assert_nonnull(error);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, files[i].says));
        g_assert_null(strchr(error->message, '\n'));
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    }
}

static void test_nul_octets(void)
{
    static const char text[] = "[elements]\nTime = When\0\nCreatorUri = Author\n";
    g_autoptr(GError) error = NULL;

    g_assert_null(load(text, sizeof text - 1, &error));
    g_assert_nonnull(error);
}

static void test_enormous_file(void)
{
    g_autofree char *text = g_strnfill(1024 * 1024, '#');
    g_autoptr(GError) error = NULL;

    g_assert_null(load(text, -1, &error));
    g_assert_nonnull(error);
}

static void test_no_file(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(krr_vocabulary_load("/nonexistent/vocabulary.ini", &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_clear_error(&error);
    g_assert_null(krr_vocabulary_load("/", &error));
    g_assert_nonnull(error);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/krr-vocabulary/profile", test_profile);
    g_test_add_func("/krr-vocabulary/unknown-names", test_unknown_names);
    g_test_add_func("/krr-vocabulary/default-is-shared", test_default_is_shared);
    g_test_add_func("/krr-vocabulary/file/names-are-added", test_names_are_added);
    g_test_add_func("/krr-vocabulary/file/names-are-moved", test_names_are_moved);
    g_test_add_func("/krr-vocabulary/file/same-name-twice", test_same_name_twice_for_one_element);
    g_test_add_func("/krr-vocabulary/file/refused", test_refused_files);
    g_test_add_func("/krr-vocabulary/file/nul-octets", test_nul_octets);
    g_test_add_func("/krr-vocabulary/file/enormous", test_enormous_file);
    g_test_add_func("/krr-vocabulary/file/none", test_no_file);
    return g_test_run();
}
