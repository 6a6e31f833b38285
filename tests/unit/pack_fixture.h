/* pack_fixture.h - a tiny run directory, a key, and packs made of them, for the evidence tests. */
#ifndef PACK_FIXTURE_H
#define PACK_FIXTURE_H

#include "run_dir.h"

#include "base/clock.h"
#include "commands.h"
#include "evidence/bundle.h"
#include "evidence/dsse.h"
#include "evidence/key.h"
#include "evidence/verify.h"

struct fixture {
    struct arena arena;
    char dir[64];
    const char *run, *pack;
    struct key key;
};

#undef fail_msg /* cmocka's needs its macro named fail, see expect.h */
#define fail_msg(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))
#define assert_good(call, err)                    \
    do {                                          \
        if (call)                                 \
            fail_msg("%s: %s", #call, (err).msg); \
    } while (0)
#define assert_code(call, err, expected)                                         \
    do {                                                                         \
        (err) = (struct error){0};                                               \
        if (!(call))                                                             \
            fail_msg("%s: expected %s", #call, error_name(expected));            \
        if ((err).code != (expected))                                            \
            fail_msg("%s: expected %s, got %s: %s", #call, error_name(expected), \
                     error_name((err).code), (err).msg);                         \
    } while (0)

static inline void put_bytes(struct fixture *f, const char *dir, const char *name,
                             const char *bytes, size_t len)
{
    struct error err = {0};
    const char *path = file_join(&f->arena, dir, name);
    const char *slash = strrchr(path, '/');

    assert_good(file_make_dirs(arena_strndup(&f->arena, path, (size_t)(slash - path)), 0700, &err),
                err);
    assert_good(file_write(path, bytes, len, 0600, &err), err);
}

static inline void put_text(struct fixture *f, const char *dir, const char *name, const char *text)
{
    put_bytes(f, dir, name, text, strlen(text));
}

static inline char *get_text(struct fixture *f, const char *dir, const char *name, size_t *len)
{
    struct error err = {0};
    size_t ignored;
    char *text =
        file_load(file_join(&f->arena, dir, name), 16 * MIB, &f->arena, len ? len : &ignored, &err);

    if (!text)
        fail_msg("%s", err.msg);
    return text;
}

static inline void remove_tree(const char *path)
{
    struct error err = {0};

    assert_good(file_remove_tree(path, &err), err);
}

static inline const char *hash_of(struct fixture *f, const char *text)
{
    char hex[DIGEST_HEX];

    return arena_strdup(&f->arena, digest_bytes(text, strlen(text), hex));
}

static const char *const fixture_answers[] = {
    "raw/111122223333/0001-sts-GetCallerIdentity.xml",
    "raw/111122223333/0002-iam-GetAccountAuthorizationDetails.xml",
    "raw/111122223333/0003-iam-GetCredentialReport.xml",
    "raw/111122223333/0004-iam-GetAccountSummary.xml",
    "raw/111122223333/0005-iam-ListVirtualMFADevices.xml",
    "raw/111122223333/0006-iam-ListMFADevices.xml",
    "raw/111122223333/0007-iam-GetLoginProfile.xml",
    "raw/111122223333/0008-iam-ListAccessKeys.xml",
    "raw/111122223333/0009-iam-ListServiceSpecificCredentials.xml",
    "raw/111122223333/0010-iam-GetAccountPasswordPolicy.xml",
    "raw/111122223333/0011-iam-ListAccountAliases.xml",
    "raw/111122223333/0012-iam-ListSAMLProviders.xml",
    "raw/111122223333/0013-iam-ListOpenIDConnectProviders.xml",
    "raw/111122223333/0014-iam-ListOrganizationsFeatures.xml",
};
#define FIXTURE_ANSWERS (sizeof fixture_answers / sizeof *fixture_answers)

/* Answers that can be told from each other: "r1" came in at second 1, and so on. */
static inline void number_answers(struct run *r)
{
    int number = 0;

    for (const cJSON *q = json_first(r->queries); q; q = q->next)
        for (cJSON *p = json_find(q, "pages")->child; p; p = p->next) {
            number++;
            run_set(p, "requestId", cJSON_CreateString(arena_printf(&r->arena, "r%d", number)));
            run_set(
                p, "receivedAt",
                cJSON_CreateString(arena_printf(&r->arena, "2026-11-23T06:00:%02d.201Z", number)));
        }
}

/* Judge a run directory and write what was found, as `reportgen evaluate` does. */
static inline void evaluate_run(const char *run)
{
    cleanup_assessment struct assessment a = {0};
    struct error err = {0};
    time_t date;

    assert_good(clock_document(&date, &err), err);
    assert_good(assess(&a, run, &err), err);
    assert_good(run_save(&a, run, date, &err), err);
}

/* A run of the sample kind with one account, whose only console user is of that name. */
static inline void make_run_of(const char *run, const char *user)
{
    const struct user_story users[] = {{.name = user, .password = "true"}, {0}};
    struct run r;
    cJSON *override;

    remove_tree(run);
    run_open(&r);
    run_story(&r, &(struct account_story){.users = users});
    number_answers(&r);
    override = json_append_object(cJSON_GetObjectItem(r.snapshot, "overrides"));
    json_add_text(override, "kind", "sample-data");
    json_add_text(override, "detail", "d");
    run_write(&r);
    assert_int_equal(rename(r.dir, run), 0);
    cJSON_Delete(r.snapshot);
    arena_free(&r.arena);
    evaluate_run(run);
}

static inline void make_run(const char *run)
{
    make_run_of(run, "ada");
}

static inline int make_pack(struct fixture *f, const char *pack, const struct key *key,
                            struct error *err)
{
    cleanup_assessment struct assessment a = {0};
    struct bundle_result result = {0};
    const struct bundle_request request = {
        .assessment = &a, .pack = pack, .edition = edition_find("auditor"), .key = key};
    int status = assess(&a, f->run, err);

    if (!status)
        status = bundle_make(&request, &result, err);
    arena_free(&result.arena);
    return status;
}

static inline int check_pack(const char *pack, const struct key *pinned, struct error *err)
{
    cleanup_verify struct verify_result result = {0};

    return verify_pack(pack, pinned, &result, err);
}

static inline char *key_file(struct fixture *f, const char *name)
{
    return file_join(&f->arena, f->dir, name);
}

static inline int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct error err = {0};

    assert_non_null(f);
    json_init();
    memcpy(f->dir, "/tmp/reportgen-test-XXXXXX", 27);
    assert_non_null(mkdtemp(f->dir));
    assert_good(clock_set_document("2026-11-24T06:14:00Z", &err), err);
    f->run = file_join(&f->arena, f->dir, "run");
    f->pack = file_join(&f->arena, f->dir, "pack");
    make_run(f->run);
    assert_good(key_make(key_file(f, "key.pem"), &err), err);
    assert_good(key_load(key_file(f, "key.pem"), &f->key, &err), err);
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;

    remove_tree(f->dir);
    key_clear(&f->key);
    arena_free(&f->arena);
    free(f);
    return 0;
}

#endif
