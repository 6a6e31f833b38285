/* test_checks_attested.c - checks that pass by somebody's word: attestations of what AWS cannot
 * show, and events that contradict them. The scan of watched_scene.h ends 2026-11-23T06:00:00Z. */
#include "day.h"
#include "watched_scene.h"

#include "model/inputs.h"

#define SAML "federation.saml_mfa_attested"
#define CENTER "federation.identity_center_mfa"
#define ENTRIES "federation.entry_points_inventoried"
#define IDP MINE "saml-provider/idp"

struct word_case {
    struct watched w;
    struct inputs in;
    struct attestation a;
    struct saml_provider provider;
    struct identity_center center;
};

static void word_begin(struct word_case *k, const char *check, const char *resource)
{
    watched_begin(&k->w);
    read_all(&k->w);
    k->w.account->caller_arn = "arn:aws:sts::" HOME_ID ":assumed-role/Auditor/eve@example.com";
    k->provider = (struct saml_provider){.arn = IDP,
                                         .name = "idp",
                                         .created = "2026-01-01T00:00:00Z",
                                         .metadata_status = {STATE_COMPLETE, NULL, NULL},
                                         .source = {"raw/1/saml.xml", "/p", NULL}};
    k->w.federation = (struct federation){.saml = &k->provider, .saml_count = 1};
    k->center = (struct identity_center){.arn = "arn:aws:sso:::instance/ssoins-1",
                                         .region = REGION,
                                         .source = {"raw/1/center.json", "/Instances/0", NULL}};
    k->w.model.centers = &k->center;
    k->w.model.center_count = 1;
    k->a = (struct attestation){.id = "AT-1",
                                .check = check,
                                .resource = resource,
                                .statement = "everybody is asked",
                                .by = "Ann",
                                .attested = day_of("2026-10-01"),
                                .expires = day_of("2027-09-30")};
    k->in = (struct inputs){
        .settings = &settings_default, .attestations = &k->a, .attestation_count = 1};
    k->w.model.inputs = &k->in;
}

static void expect_word(struct word_case *k, const char *resource, enum status status,
                        const char *detail)
{
    const struct finding *f = judged(&k->w, k->a.check, resource, status, detail);

    assert_true(f->attested == (status == STATUS_PASS));
    assert_ptr_equal(f->attestation, status == STATUS_PASS ? &k->a : NULL);
}

TEST(a_saml_provider_passes_by_attestation)
{
    struct word_case k;
    struct finding_counts n;

    word_begin(&k, SAML, IDP);
    expect_word(&k, IDP, STATUS_PASS,
                "Ann attested on 2026-10-01, until 2027-09-30 (AT-1): «everybody is asked»");
    n = findings_of_all(&k.w.findings);
    assert_int_equal(n.attested, 1);
    k.a.resource = MINE "saml-provider/other";
    expect_word(&k, IDP, STATUS_MANUAL, "nobody has attested it");
    k.a.resource = IDP;
    k.a.check = CENTER;
    k.in.attestation_count = 1;
    (void)judged(&k.w, SAML, IDP, STATUS_MANUAL, "nobody has attested it");
    watched_end(&k.w);
}

TEST(an_attestation_that_is_not_good_is_named)
{
    struct word_case k;

    word_begin(&k, SAML, IDP);
    k.a.expires = day_of("2026-11-22");
    expect_word(&k, IDP, STATUS_MANUAL, "AT-1 expired on 2026-11-22");
    k.a.attested = day_of("2026-11-24");
    k.a.expires = day_of("2027-09-30");
    expect_word(&k, IDP, STATUS_MANUAL, "AT-1 is dated 2026-11-24, which has not come");
    k.a.attested = day_of("2026-09-01");
    k.a.expires = day_of("2027-09-30");
    expect_word(&k, IDP, STATUS_MANUAL, "longer than 365 days");
    k.a.expires = day_of("2027-08-30");
    k.a.by = "eve@example.com";
    expect_word(&k, IDP, STATUS_MANUAL, "who also ran the scan");
    k.a.by = "Ann";
    expect_word(&k, IDP, STATUS_PASS, "Ann attested");
    watched_end(&k.w);
}

/* Mistake: a provider that was deleted and made anew under its name inherits the attestation. */
TEST(a_provider_made_anew_inherits_no_attestation)
{
    struct word_case k;

    word_begin(&k, SAML, IDP);
    k.provider.created = "2026-10-01T23:59:59Z";
    expect_word(&k, IDP, STATUS_PASS, "Ann attested");
    k.provider.created = "2026-10-02T00:00:00Z";
    expect_word(&k, IDP, STATUS_MANUAL, "what is there now was made later");
    k.provider.created = NULL;
    expect_word(&k, IDP, STATUS_MANUAL, "when it was made is not known");
    watched_end(&k.w);
}

TEST(events_contradict_what_is_said_of_identity_center)
{
    struct word_case k;
    struct event *e;

    word_begin(&k, CENTER, "arn:aws:sso:::instance/ssoins-1");
    expect_word(&k, k.center.arn, STATUS_PASS, "none of 0 sign-ins");
    e = add_event(&k.w, "UserAuthentication", "IdentityCenterUser");
    e->region = REGION;
    e->outcome = "Success";
    e->workflow = "a";
    e->credential_type = "PASSWORD,TOTP";
    expect_word(&k, k.center.arn, STATUS_PASS, "none of 1 sign-ins");
    e->credential_type = "PASSWORD";
    expect_word(&k, k.center.arn, STATUS_FAIL, "it contradicts what Ann attested");
    e->credential_type = NULL;
    expect_word(&k, k.center.arn, STATUS_UNKNOWN, "could contradict the attestation");
    k.w.events.count = 0;
    k.a.expires = day_of("2026-11-22");
    expect_word(&k, k.center.arn, STATUS_MANUAL, "AT-1 expired on 2026-11-22");
    watched_end(&k.w);
}

TEST(owners_of_entries_are_attested_for_what_was_there)
{
    struct word_case k;
    struct oidc_provider oidc = {.arn = MINE "oidc-provider/ci.example", .url = "ci.example"};

    word_begin(&k, ENTRIES, HOME_ID);
    expect_word(&k, HOME_ID, STATUS_PASS, "1 federated entry; Ann attested");
    k.w.federation.oidc = &oidc;
    k.w.federation.oidc_count = 1;
    expect_word(&k, HOME_ID, STATUS_MANUAL, "when it was made is not known");
    oidc.created = "2026-11-01T00:00:00Z";
    expect_word(&k, HOME_ID, STATUS_MANUAL, "made later: SAML provider idp, OIDC provider");
    oidc.created = "2025-11-01T00:00:00Z";
    expect_word(&k, HOME_ID, STATUS_PASS, "2 federated entries");
    watched_end(&k.w);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_saml_provider_passes_by_attestation),
        cmocka_unit_test(an_attestation_that_is_not_good_is_named),
        cmocka_unit_test(a_provider_made_anew_inherits_no_attestation),
        cmocka_unit_test(events_contradict_what_is_said_of_identity_center),
        cmocka_unit_test(owners_of_entries_are_attested_for_what_was_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
