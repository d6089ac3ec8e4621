/* test-spool.c
 * What is spooled comes back, all of it and in order, whatever the order in which it was told
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/jobs/join-ahead.h"
#include "analyzer/jobs/join.h"
#include "analyzer/jobs/spool.h"
#include "core/document/krr-document-reader.h"
#include "core/document/krr-verdict.h"
#include "core/event/story-record.h"
#include "core/event/story-time.h"
#include "tests/analyzer/jobs/event-text.h"

/* How a join is run: by one thread, or read ahead by another. Nobody may tell the difference. */
typedef bool (*Way)(Join *join, const JoinCalls *calls, gpointer data);
static const Way one_thread = join_run, two_threads = join_run_ahead;

typedef struct Fixture {
    Way run;
    char *directory;
    GPtrArray *told; /* of char *: events as text, as the join tells them */
    guint troubles;  /* that the join told of */
    guint looks;     /* so many more times it is asked whether to stop, until it is */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    fixture->run = *(const Way *)data;
    fixture->directory = g_dir_make_tmp("krr-spool-XXXXXX", NULL);
    fixture->told = g_ptr_array_new_with_free_func(g_free);
    g_assert_nonnull(fixture->directory);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    GDir *directory = g_dir_open(fixture->directory, 0, NULL);
    const char *name;

    (void)data;
    while ((name = g_dir_read_name(directory))) {
        g_autofree char *path = g_build_filename(fixture->directory, name, NULL);

        g_unlink(path);
    }
    g_dir_close(directory);
    g_rmdir(fixture->directory);
    g_free(fixture->directory);
    g_ptr_array_unref(fixture->told);
}

/* ---- events ---- */

static StoryEvent *plain(guint32 capture, guint64 number, gint64 time_ns)
{
    StoryEvent *event = story_event_new();

    event->frame = (StoryFrame){.capture = capture, .number = number, .time_ns = time_ns};
    event->source = g_strdup("192.0.2.1");
    event->destination = g_strdup("192.0.2.2");
    event->has_sip = true;
    event->sip.method = g_strdup("OPTIONS");
    event->sip.call_id = g_strdup_printf("call-%" G_GUINT64_FORMAT, number);
    return event;
}

/* Something in every field: its number, so that none can pass for another. */
static MikeyOffer *full_offer(void)
{
    MikeyOffer *offer = mikey_offer_new();

    offer->digest = g_strdup("digest");
    offer->data_type = 26;
    offer->csb_id = 0xdeadbeef;
    offer->whole = true;
    offer->has_time = true;
    offer->time_ns = -3;
    offer->idri = g_strdup("idri");
    offer->idrr = g_strdup("");
    offer->idrkmsi = g_strdup("idrkmsi \xc3\xa4");
    offer->idrkmsr = g_strdup("idrkmsr \xff no UTF-8");
    offer->uidi = g_strdup("uidi");
    offer->uidr = g_strdup("uidr");
    offer->gmk_id = g_strdup("gmk-id");
    offer->signature =
        (MikeySignature){MIKEY_SIGNATURE_VALID, {false, true}, KMS_CERTIFICATE_OUTDATED};
    return offer;
}

static void fill_http(StoryHttp *http)
{
    http->stream = G_MAXUINT32;
    http->status = 503;
    http->resource = KMS_RESOURCE_LOOKUP;
    http->argument = g_strdup("sip:\xff");
    http->has_body = true;
    http->message = g_new0(KmsMessage, 1);
    http->message->is_response = true;
    http->message->user = g_strdup("user");
    http->message->request_url = g_strdup("");
    http->message->error = g_strdup("error");
    http->message->brings_cache = true;
}

static StoryEvent *full(void)
{
    StoryEvent *event = plain(7, G_MAXUINT32, -STORY_LAST_TIME);

    event->source_port = 65535;
    event->destination_port = 1;
    event->cut = true;
    event->opaque = true;
    event->cut_bodies = 5;
    event->sip.status = 488;
    event->sip.cseq = G_MAXUINT32;
    event->sip.branch = g_strdup("");
    event->sip.from_tag = g_strdup("tag \xfe\x01");
    event->sip.to_tag = g_strdup("to");
    event->sip.request_uri = g_strdup("sip:x");
    event->shift_ns = -5;
    event->sip.contact = g_strdup("<sip:x@y>");
    g_ptr_array_add(event->sip.identities, g_strdup("sip:first"));
    g_ptr_array_add(event->sip.identities, g_strdup("tel:\xe9"));
    g_ptr_array_add(event->offers, full_offer());
    g_ptr_array_add(event->offers, mikey_offer_new()); /* everything NULL */
    fill_http(story_event_add_http(event, STORY_HTTP_RESPONSE));
    return event;
}

/* A document with a verdict that has something in every field. */
static KrrDocument *judged(const char *text, gssize length)
{
    KrrDocument *document =
        krr_document_parse((const guint8 *)text, (gsize)length, krr_vocabulary_default());
    g_autoptr(GPtrArray) krrs = krr_document_all_krrs(document);

    for (guint i = 0; i < krrs->len; i++) {
        Krr *krr = g_ptr_array_index(krrs, i);
        KrrVerdict verdict = {
            .status = KRR_SIGNATURE_PARTIAL,
            .reason = g_strdup("reason"),
            .verified = i % 2 == 0,
            .trust_judged = i % 2 == 1,
            .grade = KRR_GRADE_UNUSUAL,
            .grade_reason = g_strdup(""),
            .signer = g_strdup("CN=\xfc"),
            .signer_uris = i ? g_ptr_array_new_with_free_func(g_free) : NULL,
            .certificate = i ? g_strdup_printf("%064x", i) : NULL,
            .not_before = -1,
            .not_after = G_MAXINT64,
        };

        if (i > 1) {
            g_ptr_array_add(verdict.signer_uris, g_strdup_printf("sip:%u", i));
        }
        krr_verdict_clear(&krr->signature.verdict);
        krr->signature.verdict = verdict;
    }
    return document;
}

static void add_document_of(StoryEvent *event, const char *text, gssize length)
{
    g_autoptr(KrrDocument) document = judged(text, length < 0 ? (gssize)strlen(text) : length);

    story_event_add_krr(event, document, STORY_CARRIER_KMS_UPLOAD);
}

/* ---- spooling ---- */

static void keep_text(StoryEvent *event, gpointer data)
{
    Fixture *fixture = data;

    g_ptr_array_add(fixture->told, event_text(event));
    story_event_free(event);
}

static void count_trouble(guint32 capture, const char *why, gpointer data)
{
    (void)capture;
    g_assert_true(g_str_has_prefix(why, "its events cannot be read again: "));
    ((Fixture *)data)->troubles++;
}

static bool never(gpointer data)
{
    (void)data;
    return false;
}

static bool in_a_while(gpointer data)
{
    return ((Fixture *)data)->looks-- == 0;
}

static const JoinCalls calls = {keep_text, count_trouble, never};

static void add(Spool *spool, StoryEvent *event)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(spool_add(spool, event, &error));
    g_assert_no_error(error);
}

/* The spool of a capture. */
typedef struct Source {
    guint32 capture;
    Spool *spool;
} Source;

static void join_all(Fixture *fixture, const Source *sources, guint count)
{
    g_autoptr(Join) join = join_new(fixture->directory, krr_vocabulary_default());

    for (guint i = 0; i < count; i++) {
        g_assert_true(spool_flush(sources[i].spool, NULL));
        join_add(join, sources[i].capture, G_MAXUINT32, 0, spool_lengths(sources[i].spool));
    }
    g_assert_true(fixture->run(join, &calls, fixture));
}

static void join_one(Fixture *fixture, guint32 capture, Spool *spool)
{
    const Source source = {capture, spool};

    join_all(fixture, &source, 1);
}

/* The frames that were told, as "capture:number". */
static char *order_told(const Fixture *fixture)
{
    GString *order = g_string_new(NULL);

    for (guint i = 0; i < fixture->told->len; i++) {
        guint capture = 0, number = 0;

        g_assert_cmpint(sscanf(g_ptr_array_index(fixture->told, i), "event capture=%u frame=%u",
                               &capture, &number),
                        ==, 2);
        g_string_append_printf(order, "%s%u:%u", order->len ? " " : "", capture, number);
    }
    return g_string_free(order, FALSE);
}

/* ---- tests ---- */

static void test_fields(Fixture *fixture, gconstpointer data)
{
    static const char nested[] =
        "<KmsRedirectResponse xmlns=\"urn:3gpp:ns:kmsRedirect:1.0\" Id=\"a\">"
        "<KmsRedirectResponse Id=\"b\"><X>y</X><KmsRedirectResponse/>"
        "</KmsRedirectResponse></KmsRedirectResponse>";
    static const char *const bodies[] = {"", "no XML", nested,
                                         "<KmsRequest><KrrList/></KmsRequest>"};
    g_autoptr(Spool) spool = spool_new(fixture->directory, 7);
    StoryEvent *events[] = {full(), story_event_new(), plain(7, 1, 2)};
    g_autoptr(GPtrArray) expected = g_ptr_array_new_with_free_func(g_free);

    (void)data;
    events[1]->frame = (StoryFrame){.capture = 7, .number = 1}; /* and nothing else */
    for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
        add_document_of(events[0], bodies[i], -1);
    }
    add_document_of(events[0], "a\0b", 3);
    add_document_of(events[2], nested, -1); /* known already */
    for (guint i = 0; i < G_N_ELEMENTS(events); i++) {
        g_ptr_array_add(expected, event_text(events[i]));
        add(spool, events[i]);
    }
    join_one(fixture, 7, spool);
    g_assert_cmpuint(fixture->told->len, ==, expected->len);
    for (guint i = 0; i < expected->len; i++) {
        g_assert_cmpstr(g_ptr_array_index(fixture->told, i), ==, g_ptr_array_index(expected, i));
    }
    g_assert_cmpuint(fixture->troubles, ==, 0);
}

static void test_order(Fixture *fixture, gconstpointer data)
{
    g_autoptr(Spool) first = spool_new(fixture->directory, 1);
    g_autoptr(Spool) second = spool_new(fixture->directory, 2);
    const Source sources[] = {{2, second},
                              {1, first}}; /* the order in which they are added is no matter */
    g_autofree char *order = NULL;

    (void)data;
    add(first, plain(1, 1, 50));
    add(first, plain(1, 3, 70));
    add(first, plain(1, 2, 70));  /* same time: by number */
    add(first, plain(1, 4, 60));  /* a step back in time */
    add(second, plain(2, 9, 50)); /* same time: by capture */
    add(second, plain(2, 1, 10));
    add(second, plain(2, 2, 50)); /* and then by number */
    join_all(fixture, sources, G_N_ELEMENTS(sources));
    order = order_told(fixture);
    g_assert_cmpstr(order, ==, "2:1 1:1 2:2 2:9 1:4 1:2 1:3");
}

/* Messages of one frame stay as they were told, also where others came in between. */
static void test_one_frame(Fixture *fixture, gconstpointer data)
{
    g_autoptr(Spool) spool = spool_new(fixture->directory, 1);
    static const char *const ids[] = {"z", "a", "m"};

    (void)data;
    add(spool, plain(1, 9, 90));
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        StoryEvent *event = plain(1, 5, 50);

        g_free(event->sip.call_id);
        event->sip.call_id = g_strdup(ids[i]);
        add(spool, event);
    }
    join_one(fixture, 1, spool);
    g_assert_cmpuint(fixture->told->len, ==, 4);
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autofree char *id = g_strdup_printf("call-id=\"%s\"", ids[i]);

        g_assert_nonnull(strstr(g_ptr_array_index(fixture->told, i), id));
    }
}

/* More events than a record or a buffer holds, dealt by chance: they come in order. */
static void test_many(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GRand) dice = g_rand_new_with_seed(20260101);
    g_autoptr(Spool) first = spool_new(fixture->directory, 1);
    g_autoptr(Spool) second = spool_new(fixture->directory, 2);
    const Source sources[] = {{1, first}, {2, second}};
    gint64 last = G_MININT64;

    (void)data;
    for (guint i = 1; i <= 20000; i++) {
        guint which = g_rand_int_range(dice, 0, 2);

        /* Four interfaces, each of which is in order by itself. */
        add(sources[which].spool,
            plain(which + 1, i, i * 10 + g_rand_int_range(dice, 0, 4) * 1000));
    }
    g_assert_cmpuint(spool_lengths(first)->len, <=, 4);
    join_all(fixture, sources, G_N_ELEMENTS(sources));
    g_assert_cmpuint(fixture->told->len, ==, 20000);
    for (guint i = 0; i < fixture->told->len; i++) {
        const char *time = strstr(g_ptr_array_index(fixture->told, i), " time=") + 6;

        g_assert_cmpint(g_ascii_strtoll(time, NULL, 10), >=, last);
        last = g_ascii_strtoll(time, NULL, 10);
    }
}

/* However much it is out of order: a bounded number of files, and nothing is lost. */
static void test_backwards(Fixture *fixture, gconstpointer data)
{
    g_autoptr(Spool) spool = spool_new(fixture->directory, 1);

    (void)data;
    for (guint i = 0; i < 1000; i++) {
        add(spool, plain(1, i + 1, 1000 - i));
    }
    g_assert_cmpuint(spool_lengths(spool)->len, ==, SPOOL_MAX_RUNS);
    join_one(fixture, 1, spool);
    g_assert_cmpuint(fixture->told->len, ==, 1000);
}

/* Stopped at once nothing is told, and later nothing more: wherever the reader has got to. */
static void test_stop(Fixture *fixture, gconstpointer data)
{
    static const JoinCalls stopped = {keep_text, count_trouble, in_a_while};
    g_autoptr(Spool) spool = spool_new(fixture->directory, 1);

    (void)data;
    for (guint i = 1; i <= 20000; i++) {
        add(spool, plain(1, i, i));
    }
    g_assert_true(spool_flush(spool, NULL));
    for (guint looks = 0; looks < 4; looks++) {
        g_autoptr(Join) join = join_new(fixture->directory, krr_vocabulary_default());

        g_ptr_array_set_size(fixture->told, 0);
        fixture->looks = looks;
        join_add(join, 1, G_MAXUINT32, 0, spool_lengths(spool));
        g_assert_false(fixture->run(join, &stopped, fixture));
        g_assert_cmpuint(fixture->told->len, ==, looks * JOIN_STOP_INTERVAL);
    }
}

/* Where the files end early, all that is left of them is told first. */
static void test_cut_short(Fixture *fixture, gconstpointer data)
{
    static const guint ends[] = {0, 1, 40000, 100000, 200000};
    g_autoptr(Spool) whole = spool_new(fixture->directory, 1);
    g_autoptr(Spool) cut = spool_new(fixture->directory, 2);
    g_autofree char *path = spool_run_path(fixture->directory, 2, 0);
    const Source sources[] = {{1, whole}, {2, cut}};
    guint last = 0;

    (void)data;
    for (guint i = 1; i <= 4000; i++) {
        add(whole, plain(1, i, 2 * i));
        add(cut, plain(2, i, 2 * i + 1));
    }
    g_assert_true(spool_flush(cut, NULL));
    for (guint i = G_N_ELEMENTS(ends); i-- > 0;) {
        g_ptr_array_set_size(fixture->told, 0);
        fixture->troubles = 0;
        g_assert_cmpint(truncate(path, ends[i]), ==, 0);
        join_all(fixture, sources, G_N_ELEMENTS(sources));
        g_assert_cmpuint(fixture->troubles, ==, 1);
        g_assert_cmpuint(fixture->told->len, >=, 4000);
        g_assert_cmpuint(fixture->told->len, <=, 8000);
        /* The shorter, the fewer. */
        g_assert_true(last == 0 || fixture->told->len < last || ends[i] <= 1);
        last = fixture->told->len;
    }
    g_assert_cmpuint(last, ==, 4000);
}

/* More documents than are remembered, each seen many times. */
static void test_documents(Fixture *fixture, gconstpointer data)
{
    g_autoptr(Spool) spool = spool_new(fixture->directory, 1);
    g_autoptr(GPtrArray) expected = g_ptr_array_new_with_free_func(g_free);
    guint count = JOIN_MAX_DOCUMENTS + 100;

    (void)data;
    for (guint i = 0; i < 3 * count; i++) {
        g_autofree char *body = g_strdup_printf("<KmsRedirectResponse Id=\"%u\"/>", i % count);
        StoryEvent *event = plain(1, i + 1, i);

        add_document_of(event, body, -1);
        add_document_of(event, body, -1);
        g_ptr_array_add(expected, event_text(event));
        add(spool, event);
    }
    join_one(fixture, 1, spool);
    g_assert_cmpuint(fixture->told->len, ==, expected->len);
    for (guint i = 0; i < expected->len; i++) {
        g_assert_cmpstr(g_ptr_array_index(fixture->told, i), ==, g_ptr_array_index(expected, i));
    }
    g_assert_cmpuint(fixture->troubles, ==, 0);
}

/* What was flushed can be read, although the writer is still there and has more. */
static void test_lengths(Fixture *fixture, gconstpointer data)
{
    g_autoptr(Spool) spool = spool_new(fixture->directory, 1);
    g_autoptr(Join) join = join_new(fixture->directory, krr_vocabulary_default());

    (void)data;
    add(spool, plain(1, 1, 1));
    g_assert_true(spool_flush(spool, NULL));
    join_add(join, 1, G_MAXUINT32, 0, spool_lengths(spool));
    add(spool, plain(1, 2, 2));
    g_assert_true(spool_flush(spool, NULL));
    g_assert_true(fixture->run(join, &calls, fixture));
    g_assert_cmpuint(fixture->told->len, ==, 1);
    g_assert_cmpuint(fixture->troubles, ==, 0);
}

/* Whoever writes a spool has read what an attacker wrote: what it tells of another capture, or of a
 * frame that there is not, is trouble and not told. */
static void test_strangers(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (guint32 i = 0; i < 6; i++) {
        const guint32 own = 10 * (i + 1); /* a spool of its own for each */
        const StoryFrame strangers[] = {{own + 1, 2, 2}, {0, 2, 2},    {G_MAXUINT32, 2, 2},
                                        {own, 0, 2},     {own, 11, 2}, {own, G_MAXUINT32, 2}};
        g_autoptr(Spool) spool = spool_new(fixture->directory, own);
        g_autoptr(Join) join = join_new(fixture->directory, krr_vocabulary_default());

        g_ptr_array_set_size(fixture->told, 0);
        fixture->troubles = 0;
        add(spool, plain(own, 1, 1));
        add(spool, plain(strangers[i].capture, strangers[i].number, strangers[i].time_ns));
        add(spool, plain(own, 10, 3));
        g_assert_true(spool_flush(spool, NULL));
        join_add(join, own, 10, 0, spool_lengths(spool));
        g_assert_true(fixture->run(join, &calls, fixture));
        g_assert_cmpuint(fixture->told->len, ==, 1);
        g_assert_cmpuint(fixture->troubles, ==, 1);
    }
}

/* Times of a record are such as can be added and subtracted. */
static void test_times(Fixture *fixture, gconstpointer data)
{
    g_autoptr(Spool) spool = spool_new(fixture->directory, 1);
    g_autofree char *first = g_strdup_printf(" time=%" G_GINT64_FORMAT, -STORY_LAST_TIME);
    g_autofree char *last = g_strdup_printf(" time=%" G_GINT64_FORMAT, STORY_LAST_TIME);

    (void)data;
    add(spool, plain(1, 1, G_MININT64));
    add(spool, plain(1, 2, G_MAXINT64));
    join_one(fixture, 1, spool);
    g_assert_cmpuint(fixture->told->len, ==, 2);
    g_assert_nonnull(strstr(g_ptr_array_index(fixture->told, 0), first));
    g_assert_nonnull(strstr(g_ptr_array_index(fixture->told, 1), last));
}

/* Not g_file_set_contents(), which waits for the disk. */
static void put(const char *path, const guint8 *octets, gsize length)
{
    FILE *file = fopen(path, "wb");

    g_assert_nonnull(file);
    g_assert_cmpuint(fwrite(octets, 1, length, file), ==, length);
    g_assert_cmpint(fclose(file), ==, 0);
}

/* Damage anywhere in the files: told of or not seen, never harm. */
static void test_damage(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GRand) dice = g_rand_new_with_seed(20260102);
    g_autoptr(Spool) spool = spool_new(fixture->directory, 7);
    StoryEvent *event = full();
    g_autofree char *run = spool_run_path(fixture->directory, 7, 0);
    g_autofree char *bodies = spool_bodies_path(fixture->directory, 7);
    const char *const paths[] = {run, bodies};

    (void)data;
    add_document_of(
        event, "<KmsRedirectResponse Id=\"a\"><KmsRedirectResponse/></KmsRedirectResponse>", -1);
    add(spool, event);
    add(spool, plain(7, 1, 2));
    g_assert_true(spool_flush(spool, NULL));
    for (guint round = 0; round < 2000; round++) {
        const char *path = paths[round % 2];
        g_autofree guint8 *octets = NULL, *damaged = NULL;
        gsize length;

        g_assert_true(g_file_get_contents(path, (char **)&octets, &length, NULL));
        damaged = g_malloc(length);
        memcpy(damaged, octets, length);
        for (gint i = g_rand_int_range(dice, 1, 4); i > 0; i--) {
            damaged[g_rand_int_range(dice, 0, (gint)length)] = (guint8)g_rand_int(dice);
        }
        put(path, damaged, round % 5 ? length : (gsize)g_rand_int_range(dice, 0, (gint)length));
        join_one(fixture, 7, spool);
        g_assert_cmpuint(fixture->told->len, <=, 2 * (round + 1));
        put(path, octets, length);
    }
    g_assert_cmpuint(fixture->troubles, >, 100);
    g_ptr_array_set_size(fixture->told, 0);
    join_one(fixture, 7, spool);
    g_assert_cmpuint(fixture->told->len, ==, 2);
}

/* Nobody can write there: the reason is told, and nothing else happens. */
static void test_no_directory(void)
{
    g_autoptr(Spool) spool = spool_new("/nonexistent", 1);
    g_autoptr(GError) error = NULL;

    g_assert_false(spool_add(spool, plain(1, 1, 1), &error));
    g_assert_nonnull(strstr(error->message, "its events cannot be kept in /nonexistent: "));
}

int main(int argc, char **argv)
{
#define ADD(name, test)                                                                            \
    g_test_add("/spool/" name, Fixture, &one_thread, set_up, test, tear_down);                     \
    g_test_add("/spool/ahead/" name, Fixture, &two_threads, set_up, test, tear_down)
    g_test_init(&argc, &argv, NULL);
    ADD("fields", test_fields);
    ADD("order", test_order);
    ADD("one-frame", test_one_frame);
    ADD("many", test_many);
    ADD("backwards", test_backwards);
    ADD("stop", test_stop);
    ADD("cut-short", test_cut_short);
    ADD("documents", test_documents);
    ADD("lengths", test_lengths);
    ADD("strangers", test_strangers);
    ADD("times", test_times);
    ADD("damage", test_damage);
    g_test_add_func("/spool/no-directory", test_no_directory);
    return g_test_run();
}
