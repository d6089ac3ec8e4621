/* test-kms-traffic.c
 * What is asked of KMSs, what they answer, and which belongs to which
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include <glib.h>

#include "core/kms/kms-message.h"
#include "core/kms/kms-resource.h"
#include "core/stores/kms-traffic.h"

#define CLIENT "192.0.2.100"
#define SERVER "192.0.2.50"

/* ---- resources ---- */

static void test_resources(void)
{
    static const struct {
        const char *target;
        KmsResource resource;
        const char *argument;
    } cases[] = {
        {"/keymanagement/identity/v1/init", KMS_RESOURCE_INIT, NULL},
        {"/keymanagement/identity/v1/init?x=/cert/y", KMS_RESOURCE_INIT, NULL},
        {"/keymanagement/identity/v1/cert/kms.example.org", KMS_RESOURCE_CERT, "kms.example.org"},
        {"http://kms/keymanagement/identity/v1/cert/sip%3Akms%2fa", KMS_RESOURCE_CERT, "sip:kms/a"},
        {"/at/proxy/keymanagement/identity/v1/certcache/7", KMS_RESOURCE_CERTCACHE, "7"},
        {"/keymanagement/identity/v1/keyprov/sip:a@b/2026", KMS_RESOURCE_KEYPROV, "sip:a@b/2026"},
        {"/keymanagement/identity/v1/lookup/", KMS_RESOURCE_LOOKUP, NULL},
        {"/keymanagement/identity/v1/redirect", KMS_RESOURCE_REDIRECT, NULL},
        {"/keymanagement/identity/v1/redirected", KMS_RESOURCE_OTHER, NULL},
        {"/keymanagement/identity/v1/other/x", KMS_RESOURCE_OTHER, NULL},
        {"/keymanagement/identity/v1/", KMS_RESOURCE_OTHER, NULL},
        {"/keymanagement/identity/v2/init", KMS_RESOURCE_NONE, NULL},
        {"/?/keymanagement/identity/v1/init", KMS_RESOURCE_NONE, NULL},
        {"/keymanagement/identity/v1/cert/%zz", KMS_RESOURCE_CERT, "%zz"},
        {"/keymanagement/identity/v1/cert/a%00b", KMS_RESOURCE_CERT, "a%00b"},
        {"/keymanagement/identity/v1/cert/\xff", KMS_RESOURCE_CERT, "\xef\xbf\xbd"},
        {"", KMS_RESOURCE_NONE, NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *argument = NULL;
        g_assert_cmpint(kms_resource_parse(cases[i].target, &argument), ==, cases[i].resource);
        g_assert_cmpstr(argument, ==, cases[i].argument);
    }
}

static void test_long_argument(void)
{
    g_autofree char *name = g_strnfill(KMS_MAX_ARGUMENT + 1, 'x');
    g_autofree char *target = g_strconcat("/keymanagement/identity/v1/cert/", name, NULL);
    g_autofree char *argument = NULL;

    g_assert_cmpint(kms_resource_parse(target, &argument), ==, KMS_RESOURCE_CERT);
    g_assert_null(argument);
    target[strlen(target) - 1] = '\0';
    kms_resource_parse(target, &argument);
    g_assert_cmpuint(strlen(argument), ==, KMS_MAX_ARGUMENT);
}

/* ---- messages ---- */

static KmsMessage *parse(const char *text)
{
    return kms_message_parse((const guint8 *)text, strlen(text));
}

static void test_messages(void)
{
    g_autoptr(KmsMessage) request =
        parse("<SignedKmsRequest xmlns='urn:any'><KmsRequest><UserUri>\n sip:a@b </UserUri>"
              "<KmsUri>kms</KmsUri><ClientReqUrl>/x</ClientReqUrl></KmsRequest>"
              "<Signature/></SignedKmsRequest>");
    g_autoptr(KmsMessage) response =
        parse("<KmsResponse><KmsMessage><KmsCertCache/></KmsMessage><KmsError>\n<Code>5</Code>\n"
              "<Text>no\nway</Text><More>2</More></KmsError></KmsResponse>");
    g_autoptr(KmsMessage) copy = kms_message_copy(response);

    g_assert_false(request->is_response);
    g_assert_cmpstr(request->user, ==, "sip:a@b");
    g_assert_cmpstr(request->kms, ==, "kms");
    g_assert_cmpstr(request->request_url, ==, "/x");
    g_assert_null(request->error);
    g_assert_true(copy->is_response && copy->brings_cache);
    g_assert_null(copy->user);
    g_assert_cmpstr(copy->error, ==, "5 no way 2");
}

/* What stands in the content, which others wrote, is not the message's own. */
static void test_content_is_not_the_message(void)
{
    g_autoptr(KmsMessage) request = parse("<KmsRequest><KrrList><UserUri>sip:x</UserUri>"
                                          "<KmsError/></KrrList></KmsRequest>");

    g_assert_null(request->user);
    g_assert_null(request->error);
}

static void test_no_messages(void)
{
    g_autofree char *name = g_strnfill(KMS_MAX_TEXT + 1, 'x');
    g_autofree char *text = g_strdup_printf("<KmsRequest><UserUri>%s</UserUri></KmsRequest>", name);
    g_autoptr(KmsMessage) too_long = parse(text);

    g_assert_null(parse(""));
    g_assert_null(parse("<Other><KmsRequest/></Other>"));
    g_assert_null(parse("<KmsRequest>"));
    g_assert_null(parse("<!DOCTYPE KmsRequest []><KmsRequest/>"));
    g_assert_null(too_long->user);
}

/* ---- exchanges ---- */

typedef struct Fixture {
    KmsTraffic *traffic;
    guint64 frames;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->traffic = kms_traffic_new();
    fixture->frames = 0;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    kms_traffic_free(fixture->traffic);
}

/* @param from_client  else from the server */
static StoryEvent *event(Fixture *fixture, StoryHttpKind kind, bool from_client, guint16 port)
{
    StoryEvent *made = story_event_new();

    fixture->frames++;
    made->frame = (StoryFrame){1, fixture->frames, (gint64)fixture->frames * STORY_SECOND};
    made->source = g_strdup(from_client ? CLIENT : SERVER);
    made->destination = g_strdup(from_client ? SERVER : CLIENT);
    made->source_port = from_client ? port : 80;
    made->destination_port = from_client ? 80 : port;
    story_event_add_http(made, kind);
    return made;
}

static void tell(Fixture *fixture, StoryEvent *told)
{
    kms_traffic_take(fixture->traffic, told, NULL, true);
    story_event_free(told);
}

static void ask(Fixture *fixture, KmsResource resource)
{
    StoryEvent *request = event(fixture, STORY_HTTP_REQUEST, true, 40000);

    request->http->resource = resource;
    tell(fixture, request);
}

/* @param url  what the answer says of itself, or NULL */
static void answer(Fixture *fixture, guint status, const char *url)
{
    StoryEvent *response = event(fixture, STORY_HTTP_RESPONSE, false, 40000);

    response->http->status = status;
    if (url) {
        response->http->message = g_new0(KmsMessage, 1);
        response->http->message->is_response = true;
        response->http->message->request_url =
            g_strconcat("http://kms/keymanagement/identity/v1/", url, NULL);
    }
    tell(fixture, response);
}

static const KmsExchange *exchange(const Fixture *fixture, guint place)
{
    return g_ptr_array_index(kms_traffic_exchanges(fixture->traffic), place);
}

static void count_hidden(const char *one, const char *other, const StoryFrame *last, gpointer data)
{
    guint *count = data;

    g_assert_cmpstr(one, !=, other);
    g_assert_cmpuint(last->capture, ==, 1);
    (*count)++;
}

static guint hidden(const Fixture *fixture)
{
    guint count = 0;

    kms_traffic_each_hidden(fixture->traffic, count_hidden, &count);
    return count;
}

static void test_in_order(Fixture *fixture, gconstpointer data)
{
    (void)data;
    ask(fixture, KMS_RESOURCE_NONE); /* no request to a KMS, but it has an answer too */
    ask(fixture, KMS_RESOURCE_INIT);
    ask(fixture, KMS_RESOURCE_REDIRECT);
    answer(fixture, 404, NULL);
    answer(fixture, 100, NULL); /* the answer is yet to come */
    answer(fixture, 204, NULL);
    answer(fixture, 403, NULL);
    g_assert_cmpuint(kms_traffic_exchanges(fixture->traffic)->len, ==, 2);
    g_assert_cmpint(exchange(fixture, 0)->answer, ==, KMS_ANSWER_GRANTED);
    g_assert_cmpuint(exchange(fixture, 0)->response.number, ==, 6);
    g_assert_false(exchange(fixture, 0)->certain);
    g_assert_cmpint(exchange(fixture, 1)->answer, ==, KMS_ANSWER_REFUSED);
    g_assert_cmpuint(exchange(fixture, 1)->status, ==, 403);
    g_assert_true(exchange(fixture, 1)->certain);
    g_assert_cmpuint(hidden(fixture), ==, 0);
}

/* An answer that says to what it is one is not taken for another, whatever was lost. */
static void test_by_what_it_says(Fixture *fixture, gconstpointer data)
{
    (void)data;
    ask(fixture, KMS_RESOURCE_INIT);
    ask(fixture, KMS_RESOURCE_REDIRECT);
    answer(fixture, 200, "redirect");
    g_assert_cmpint(exchange(fixture, 0)->answer, ==, KMS_ANSWER_NONE);
    g_assert_cmpint(exchange(fixture, 1)->answer, ==, KMS_ANSWER_GRANTED);
    g_assert_true(exchange(fixture, 1)->certain);
    ask(fixture, KMS_RESOURCE_CERTCACHE);
    answer(fixture, 200, "keyprov");
    g_assert_cmpint(exchange(fixture, 2)->answer, ==, KMS_ANSWER_NONE);
    g_assert_cmpuint(hidden(fixture), ==, 1);
}

static void test_streams(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (guint stream = 1; stream <= 5; stream += 2) {
        StoryEvent *head = event(fixture, STORY_HTTP_REQUEST, true, 40000);
        head->http->stream = stream;
        head->http->resource = KMS_RESOURCE_REDIRECT;
        head->http->has_body = true;
        tell(fixture, head);
    }
    g_assert_true(exchange(fixture, 1)->unread);
    StoryEvent *body = event(fixture, STORY_HTTP_BODY, true, 40000);
    body->http->stream = 3;
    body->http->message = g_new0(KmsMessage, 1);
    body->http->message->user = g_strdup("sip:a@b");
    tell(fixture, body);
    g_assert_false(exchange(fixture, 1)->unread);
    g_assert_cmpstr(exchange(fixture, 1)->user, ==, "sip:a@b");
    StoryEvent *head = event(fixture, STORY_HTTP_RESPONSE, false, 40000);
    head->http->stream = 5;
    head->http->status = 200;
    tell(fixture, head);
    g_assert_cmpint(exchange(fixture, 2)->answer, ==, KMS_ANSWER_GRANTED);
    body = event(fixture, STORY_HTTP_BODY, false, 40000);
    body->http->stream = 5;
    body->http->message = g_new0(KmsMessage, 1);
    body->http->message->is_response = true;
    body->http->message->error = g_strdup("no");
    tell(fixture, body);
    g_assert_cmpint(exchange(fixture, 2)->answer, ==, KMS_ANSWER_REFUSED);
    g_assert_cmpint(exchange(fixture, 1)->answer, ==, KMS_ANSWER_NONE);
}

/* TLS before the first message that can be read is a part of that connection. */
static void test_hidden(Fixture *fixture, gconstpointer data)
{
    (void)data;
    tell(fixture, event(fixture, STORY_HTTP_HIDDEN, true, 40000));
    g_assert_cmpuint(hidden(fixture), ==, 1);
    ask(fixture, KMS_RESOURCE_INIT);
    g_assert_cmpuint(hidden(fixture), ==, 0);
    tell(fixture, event(fixture, STORY_HTTP_HIDDEN, false, 40001));
    g_assert_cmpuint(hidden(fixture), ==, 1);
    for (guint16 port = 1; port <= KMS_TRAFFIC_MAX_CONNECTIONS + 1; port++) {
        tell(fixture, event(fixture, STORY_HTTP_RESPONSE, true, port)); /* of status 0: nothing */
    }
    g_assert_cmpuint(hidden(fixture), ==, 1); /* the connection was forgotten, that was not */
    g_assert_true(kms_traffic_knows_hidden(fixture->traffic));
}

/* A flood is left out, and said to be; what waits for answers on one connection is bounded. */
static void test_limits(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (guint i = 0; i < KMS_TRAFFIC_MAX_EXCHANGES + 10; i++) {
        ask(fixture, KMS_RESOURCE_REDIRECT);
    }
    const guint kept = kms_traffic_exchanges(fixture->traffic)->len;
    g_assert_cmpuint(kept, <=, KMS_TRAFFIC_MAX_EXCHANGES);
    g_assert_cmpuint(kept + kms_traffic_left_out(fixture->traffic), ==,
                     KMS_TRAFFIC_MAX_EXCHANGES + 10);
    g_assert_false(kms_traffic_knows_hidden(fixture->traffic));
    answer(fixture, 200, NULL);
    for (guint i = 0; i < kept; i++) {
        g_assert_false(exchange(fixture, i)->certain);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kms-resource/names", test_resources);
    g_test_add_func("/kms-resource/long", test_long_argument);
    g_test_add_func("/kms-message/read", test_messages);
    g_test_add_func("/kms-message/content", test_content_is_not_the_message);
    g_test_add_func("/kms-message/none", test_no_messages);
    g_test_add("/kms-traffic/order", Fixture, NULL, set_up, test_in_order, tear_down);
    g_test_add("/kms-traffic/claims", Fixture, NULL, set_up, test_by_what_it_says, tear_down);
    g_test_add("/kms-traffic/streams", Fixture, NULL, set_up, test_streams, tear_down);
    g_test_add("/kms-traffic/hidden", Fixture, NULL, set_up, test_hidden, tear_down);
    g_test_add("/kms-traffic/limits", Fixture, NULL, set_up, test_limits, tear_down);
    return g_test_run();
}
