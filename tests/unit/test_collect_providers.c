/* test_collect_providers.c - SAML and OIDC providers over answers in wire format. */
#include "collected.h"
#include "model/federation.h"

#define P_ARN "arn:aws:iam::111122223333:saml-provider/"
#define O_ARN "arn:aws:iam::111122223333:oidc-provider/"
#define SAML(name) "<member><Arn>" P_ARN name "</Arn></member>"
#define OIDC(name) "<member><Arn>" O_ARN name "</Arn></member>"

#define ENTITY(inside)                                                        \
    "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" " \
    "entityID=\"https://idp.example.com/m\">" inside "</md:EntityDescriptor>"
#define IDP(inside) "<md:IDPSSODescriptor>" inside "</md:IDPSSODescriptor>"
#define SSO(location) "<md:SingleSignOnService Location=\"" location "\"/>"
#define KEY(use, certificate)                                                   \
    "<md:KeyDescriptor" use "><KeyInfo><X509Data><X509Certificate>" certificate \
    "</X509Certificate></X509Data></KeyInfo></md:KeyDescriptor>"
#define GOOD ENTITY(IDP(SSO("https://idp.example.com/sso")))

/* The sample's: tests/tools/sample_federation.py, IDP_CERTIFICATE. */
#define CERTIFICATE                                                                      \
    "\n  MIIBYTCCAQigAwIBAgICEJIwCgYIKoZIzj0EAwIwOjEeMBwGA1UECgwVRXhhbXBsZSBDb3JwIChz\n" \
    "YW1wbGUpMRgwFgYDVQQDDA9pZHAuZXhhbXBsZS5jb20wHhcNMjUwMzAxMDAwMDAwWhcNMjgwMzAx\t\n"   \
    "MDAwMDAwWjA6MR4wHAYDVQQKDBVFeGFtcGxlIENvcnAgKHNhbXBsZSkxGDAWBgNVBAMMD2lkcC5l\n"     \
    "eGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBg8co7eDmyUeC1JSx+axPcKrR5/\n"     \
    "f0p45qWLjMxvM1gNhN52ZAhEx/XTJ+bny7GD8pR3oxqeSgM0f1h/fCGAbtYwCgYIKoZIzj0EAwID\n"     \
    "RwAwRAIgRThHU2fivLWbrGeoZRmZ1r1jPxTWEZyD6pB/nfxWZtoCIAF1LMUXyFzEigPKA/YbjNyp\n"     \
    "3s3NVLPPw47cPedzK1uw\n  "

static void list_saml(struct collected *c, const char *members)
{
    run_account(&c->run, HOME_ID, NULL);
    run_answer(&c->run, HOME_ID, "ListSAMLProviders", "{}",
               arena_printf(&c->run.arena, "<SAMLProviderList>%s</SAMLProviderList>", members));
}

static void list_oidc(struct collected *c, const char *members)
{
    run_account(&c->run, HOME_ID, NULL);
    run_answer(&c->run, HOME_ID, "ListOpenIDConnectProviders", "{}",
               arena_printf(&c->run.arena,
                            "<OpenIDConnectProviderList>%s</OpenIDConnectProviderList>", members));
}

/* The document as AWS puts it into its answer: text, escaped once. */
static const char *metadata(struct collected *c, const char *document)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);

    strbuf_addstr(&out, "<SAMLMetadataDocument>");
    for (const char *s = document; *s; s++)
        if (strchr("<>&\"\n", *s))
            strbuf_addf(&out, "&#%d;", *s);
        else
            strbuf_addch(&out, *s);
    strbuf_addstr(&out, "</SAMLMetadataDocument>");
    return arena_strdup(&c->run.arena, out.buf);
}

static void answer_saml(struct collected *c, const char *name, const char *inside)
{
    run_answer(&c->run, HOME_ID, "GetSAMLProvider",
               arena_printf(&c->run.arena, "{\"SAMLProviderArn\":\"" P_ARN "%s\"}", name), inside);
}

static const char *oidc_question(struct collected *c, const char *name)
{
    return arena_printf(&c->run.arena, "{\"OpenIDConnectProviderArn\":\"" O_ARN "%s\"}", name);
}

static void refuse(struct collected *c, const char *operation, const char *parameters,
                   const char *code)
{
    run_error(&c->run, run_query(&c->run, HOME_ID, operation, parameters), NULL, 404,
              arena_printf(&c->run.arena,
                           "<ErrorResponse><Error><Code>%s</Code></Error></ErrorResponse>", code));
}

/* --- SAML ---------------------------------------------------------------------------------------
 */

TEST(saml_providers_are_read_with_their_metadata)
{
    struct collected c;
    const struct account *a;
    const struct saml_provider *p;

    open_run(&c);
    list_saml(&c, "<member><Arn>" P_ARN "b</Arn><ValidUntil>2028-03-01T00:00:00Z</ValidUntil>"
                  "<CreateDate>2025-03-01T00:00:00Z</CreateDate></member>" SAML(
                      "AWSSSO_12ab_DO_NOT_DELETE"));
    answer_saml(&c, "AWSSSO_12ab_DO_NOT_DELETE", metadata(&c, GOOD));
    answer_saml(&c, "b",
                metadata(&c, "\xEF\xBB\xBF<?xml version=\"1.0\"?>\n" ENTITY(
                                 SSO("https://not-of-the-idp.example.com/")
                                     IDP(KEY(" use=\"signing\"", CERTIFICATE) KEY("", "AAAA")
                                             SSO("https://IDP.example.com:8443/b?x=1&amp;y=2")
                                                 SSO("https://a.example.com/")
                                                     SSO("https://idp.example.com/")))));
    a = collect_run(&c);
    expect_state(a, DATA_SAML_PROVIDERS, STATE_COMPLETE, NULL);
    expect_state(a, DATA_SAML_METADATA, STATE_COMPLETE, NULL);
    assert_int_equal(federation_of(a)->saml_count, 2);
    assert_true(federation_of(a)->saml[0].of_identity_center);
    p = federation_saml(a, P_ARN "b");
    assert_false(p->of_identity_center);
    assert_string_equal(p->name, "b");
    assert_string_equal(p->valid_until, "2028-03-01T00:00:00Z");
    assert_string_equal(p->metadata.entity_id, "https://idp.example.com/m");
    assert_int_equal(p->metadata.host_count, 2);
    assert_string_equal(p->metadata.hosts[0], "a.example.com");
    assert_string_equal(p->metadata.hosts[1], "idp.example.com");
    assert_int_equal(p->metadata.certificate_count, 2);
    assert_string_equal(p->metadata.certificates[0].use, "signing");
    assert_string_equal(p->metadata.certificates[0].not_after, "2028-03-01T00:00:00Z");
    assert_int_equal(strlen(p->metadata.certificates[0].sha256), 64);
    assert_string_equal(p->metadata.certificates[1].use, "");
    assert_null(p->metadata.certificates[1].not_after);
    expect_holds(p->source.pointer, "[local-name()='member'][1]");
    expect_holds(p->metadata_source.pointer, "SAMLMetadataDocument");
    close_run(&c);
}

TEST(no_providers_are_an_answer)
{
    struct collected c;
    const struct account *a;

    open_run(&c);
    list_saml(&c, "");
    run_answer(&c.run, HOME_ID, "ListOpenIDConnectProviders", "{}", "<OpenIDConnectProviderList/>");
    a = collect_run(&c);
    expect_state(a, DATA_SAML_PROVIDERS, STATE_COMPLETE, NULL);
    expect_state(a, DATA_SAML_METADATA, STATE_COMPLETE, NULL);
    expect_state(a, DATA_OIDC_PROVIDERS, STATE_COMPLETE, NULL);
    expect_state(a, DATA_OIDC_DETAILS, STATE_COMPLETE, NULL);
    assert_int_equal(federation_of(a)->saml_count + federation_of(a)->oidc_count, 0);
    close_run(&c);
}

TEST(nothing_asked_is_nothing_known)
{
    struct collected c;
    const struct account *a;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    a = collect_run(&c);
    expect_state(a, DATA_SAML_PROVIDERS, STATE_NOT_COLLECTED, "not collected");
    expect_state(a, DATA_SAML_METADATA, STATE_INCOMPLETE, "the list of providers is not known");
    expect_state(a, DATA_OIDC_DETAILS, STATE_INCOMPLETE, "the list of providers is not known");
    assert_int_equal(federation_of(a)->saml_count, 0);
    assert_null(federation_saml(a, P_ARN "x"));
    close_run(&c);
}

/* One document that is none leaves the other provider known. */
TEST(unreadable_metadata_is_one_providers_only)
{
    static const struct {
        const char *document, *reason;
    } rows[] = {
        {"", "no element found"},
        {"<a/>", "no EntityDescriptor"},
        {"<EntitiesDescriptor>" GOOD "</EntitiesDescriptor>", "no EntityDescriptor"},
        {"<EntityDescriptor/>", "without entityID"},
        {"<EntityDescriptor entityID=\"\"/>", "without entityID"},
        {ENTITY(""), "no IDPSSODescriptor"},
        {ENTITY(IDP("")), "no IDPSSODescriptor"},
        {ENTITY("<SPSSODescriptor>" SSO("https://a/") "</SPSSODescriptor>"), "no IDPSSODescriptor"},
        {ENTITY(IDP("<SingleSignOnService/>")), "without an address"},
        {ENTITY(IDP(SSO("javascript:alert(1)"))), "without an address"},
        {ENTITY(IDP(SSO("https://a b/"))), "without an address"},
        {"<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" GOOD,
         "document type declaration"},
        {"<?xml version=\"1.0\" encoding=\"UTF-16\"?>" GOOD, "encoding is not UTF-8"},
        {ENTITY(IDP(SSO("https://a/&e;"))), "undefined entity"},
        {GOOD GOOD, "junk after document element"},
        {"<EntityDescriptor entityID=\"x\"><IDPSSODescriptor>", "no element found"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;
        const struct account *a;
        const struct saml_provider *p;

        open_run(&c);
        list_saml(&c, SAML("bad") SAML("good"));
        answer_saml(&c, "bad", metadata(&c, rows[i].document));
        answer_saml(&c, "good", metadata(&c, GOOD));
        a = collect_run(&c);
        expect_state(a, DATA_SAML_PROVIDERS, STATE_COMPLETE, NULL);
        expect_state(a, DATA_SAML_METADATA, STATE_FAILED, rows[i].reason);
        p = federation_saml(a, P_ARN "bad");
        assert_int_equal(p->metadata_status.state, STATE_FAILED);
        assert_null(p->metadata.entity_id);
        assert_int_equal(p->metadata.host_count, 0);
        assert_int_equal(federation_saml(a, P_ARN "good")->metadata_status.state, STATE_COMPLETE);
        close_run(&c);
    }
}

TEST(a_provider_deleted_since_is_unknown)
{
    struct collected c;
    const struct account *a;

    open_run(&c);
    list_saml(&c, SAML("gone") SAML("good"));
    refuse(&c, "GetSAMLProvider", "{\"SAMLProviderArn\":\"" P_ARN "gone\"}", "NoSuchEntity");
    answer_saml(&c, "good", metadata(&c, GOOD));
    a = collect_run(&c);
    expect_state(a, DATA_SAML_METADATA, STATE_FAILED, "iam:GetSAMLProvider: NoSuchEntity");
    assert_int_equal(federation_saml(a, P_ARN "gone")->metadata_status.state, STATE_FAILED);
    assert_int_equal(federation_saml(a, P_ARN "good")->metadata_status.state, STATE_COMPLETE);
    close_run(&c);
}

/* Answers to another question, of another account, or that contradict themselves. */
TEST(lists_that_cannot_be_are_refused)
{
    static const struct {
        const char *inside, *reason;
        enum data_state state;
    } rows[] = {
        {"<SAMLProviders/>", "no list of providers", STATE_FAILED},
        {"<OpenIDConnectProviderList/>", "no list of providers", STATE_FAILED},
        {"<SAMLProviderList><member><CreateDate>x</CreateDate></member></SAMLProviderList>",
         "without Arn", STATE_FAILED},
        {"<SAMLProviderList><member><Arn>arn:aws:iam::222233334444:saml-provider/a</Arn></member>"
         "</SAMLProviderList>",
         "of another account", STATE_FAILED},
        {"<SAMLProviderList><member><Arn>" O_ARN "a</Arn></member></SAMLProviderList>",
         "without Arn", STATE_FAILED},
        {"<SAMLProviderList><member><Arn>" P_ARN "</Arn></member></SAMLProviderList>",
         "without Arn", STATE_FAILED},
        {"<SAMLProviderList>" SAML("a") SAML("a") "</SAMLProviderList>", "listed twice",
         STATE_INCOMPLETE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_answer(&c.run, HOME_ID, "ListSAMLProviders", "{}", rows[i].inside);
        answer_saml(&c, "a", metadata(&c, GOOD));
        expect_state(collect_run(&c), DATA_SAML_PROVIDERS, rows[i].state, rows[i].reason);
        expect_state(model_account(&c.model, HOME_ID), DATA_SAML_METADATA, STATE_INCOMPLETE,
                     "the list of providers is not known");
        close_run(&c);
    }
}

TEST(an_answer_with_two_documents_or_none_is_refused)
{
    const char *two;
    struct collected c;

    open_run(&c);
    list_saml(&c, SAML("a") SAML("b"));
    two = arena_printf(&c.run.arena, "%s%s", metadata(&c, GOOD), metadata(&c, GOOD));
    answer_saml(&c, "a", two);
    answer_saml(&c, "b", "<CreateDate>2025-03-01T00:00:00Z</CreateDate>");
    expect_state(collect_run(&c), DATA_SAML_METADATA, STATE_FAILED, "two SAMLMetadataDocuments");
    expect_holds(
        federation_saml(model_account(&c.model, HOME_ID), P_ARN "b")->metadata_status.reason,
        "no SAMLMetadataDocument");
    close_run(&c);
}

/* --- OIDC ---------------------------------------------------------------------------------------
 */

#define GITHUB "token.actions.githubusercontent.com"
#define CLUSTER "oidc.eks.eu-central-1.amazonaws.com/id/AB12"

TEST(oidc_providers_are_read_with_clients_and_thumbprints)
{
    struct collected c;
    const struct account *a;
    const struct oidc_provider *p;

    open_run(&c);
    list_oidc(&c, OIDC(GITHUB) OIDC(CLUSTER));
    run_answer(&c.run, HOME_ID, "GetOpenIDConnectProvider", oidc_question(&c, GITHUB),
               "<Url>" GITHUB "</Url><CreateDate>2025-03-01T00:00:00Z</CreateDate>"
               "<ThumbprintList><member>ffff</member><member>eeee</member></ThumbprintList>"
               "<ClientIDList><member>sts.amazonaws.com</member><member>a</member>"
               "<member>a</member></ClientIDList>");
    run_answer(&c.run, HOME_ID, "GetOpenIDConnectProvider", oidc_question(&c, CLUSTER),
               "<Url>" CLUSTER "/</Url><ThumbprintList/><ClientIDList/>");
    a = collect_run(&c);
    expect_state(a, DATA_OIDC_PROVIDERS, STATE_COMPLETE, NULL);
    expect_state(a, DATA_OIDC_DETAILS, STATE_COMPLETE, NULL);
    p = federation_oidc(a, O_ARN GITHUB);
    assert_string_equal(p->url, GITHUB);
    assert_string_equal(p->created, "2025-03-01T00:00:00Z");
    assert_int_equal(p->client_count, 2);
    assert_string_equal(p->clients[0], "a");
    assert_int_equal(p->thumbprint_count, 2);
    assert_string_equal(p->thumbprints[0], "eeee");
    expect_holds(p->details_source.pointer, "Url");
    assert_int_equal(federation_oidc(a, O_ARN CLUSTER)->client_count, 0);
    close_run(&c);
}

TEST(oidc_answers_that_cannot_be_are_refused)
{
    static const struct {
        const char *inside, *reason;
    } rows[] = {
        {"<ClientIDList/>", "Url is not that"},
        {"<Url></Url>", "Url is not that"},
        {"<Url>accounts.google.com</Url>", "Url is not that"},
        {"<Url>" GITHUB ".example.com</Url>", "Url is not that"},
        {"<Url>" GITHUB "</Url><Url>" GITHUB "</Url>", "two Urls"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_run(&c);
        list_oidc(&c, OIDC(GITHUB));
        run_answer(&c.run, HOME_ID, "GetOpenIDConnectProvider", oidc_question(&c, GITHUB),
                   rows[i].inside);
        expect_state(collect_run(&c), DATA_OIDC_DETAILS, STATE_FAILED, rows[i].reason);
        assert_null(federation_oidc(model_account(&c.model, HOME_ID), O_ARN GITHUB)->url);
        close_run(&c);
    }
}

TEST(what_is_denied_is_denied)
{
    struct collected c;
    const struct account *a;

    open_run(&c);
    list_saml(&c, SAML("a"));
    refuse(&c, "GetSAMLProvider", "{\"SAMLProviderArn\":\"" P_ARN "a\"}", "AccessDenied");
    refuse(&c, "ListOpenIDConnectProviders", "{}", "AccessDenied");
    a = collect_run(&c);
    expect_state(a, DATA_SAML_METADATA, STATE_DENIED, "iam:GetSAMLProvider: AccessDenied");
    expect_state(a, DATA_OIDC_PROVIDERS, STATE_DENIED,
                 "iam:ListOpenIDConnectProviders: AccessDenied");
    expect_state(a, DATA_OIDC_DETAILS, STATE_INCOMPLETE, "the list of providers is not known");
    close_run(&c);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(saml_providers_are_read_with_their_metadata),
        cmocka_unit_test(no_providers_are_an_answer),
        cmocka_unit_test(nothing_asked_is_nothing_known),
        cmocka_unit_test(unreadable_metadata_is_one_providers_only),
        cmocka_unit_test(a_provider_deleted_since_is_unknown),
        cmocka_unit_test(lists_that_cannot_be_are_refused),
        cmocka_unit_test(an_answer_with_two_documents_or_none_is_refused),
        cmocka_unit_test(oidc_providers_are_read_with_clients_and_thumbprints),
        cmocka_unit_test(oidc_answers_that_cannot_be_are_refused),
        cmocka_unit_test(what_is_denied_is_denied),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
