/* pack_fixture.h - a tiny run directory, a key, and packs made of them, for the evidence tests. */
#ifndef PACK_FIXTURE_H
#define PACK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "evidence/bundle.h"
#include "evidence/dsse.h"
#include "evidence/key.h"
#include "evidence/verify.h"

#include <cmocka.h> /* last: it has a macro named fail */

struct fixture {
    struct arena arena;
    char dir[64];
    const char *run, *pack;
    struct key key;
};

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

static inline void put_text(struct fixture *f, const char *dir, const char *name, const char *text)
{
    struct error err = {0};
    const char *path = file_join(&f->arena, dir, name);
    const char *slash = strrchr(path, '/');

    assert_good(file_make_dirs(arena_strndup(&f->arena, path, (size_t)(slash - path)), 0700, &err),
                err);
    assert_good(file_write(path, text, strlen(text), 0600, &err), err);
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

/* A JSON text with ' for " as the tests write it. */
static inline char *quoted(struct fixture *f, const char *text)
{
    char *copy = arena_strdup(&f->arena, text);

    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    return copy;
}

static inline const char *hash_of(struct fixture *f, const char *text)
{
    char hex[DIGEST_HEX];

    return arena_strdup(&f->arena, digest_bytes(text, strlen(text), hex));
}

static const char *const fixture_answers[] = {
    "raw/111122223333/0001-sts-GetCallerIdentity.xml",
    "raw/111122223333/0002-iam-ListAccountAliases.xml",
    "raw/111122223333/0003-organizations-ListAccounts.json",
};
static const char *const fixture_bodies[] = {"<A/>", "<B>one</B>\n", "{}"};

/* snapshot.json over the answers above; `hash` replaces that of the first one. */
static inline char *snapshot_text(struct fixture *f, const char *hash)
{
    char *text = arena_strdup(&f->arena, "");

    for (size_t i = 0; i < 3; i++)
        text = arena_printf(
            &f->arena,
            "%s%s{'account':'111122223333','complete':true,'endpointHost':'h','error':null,"
            "'operation':'O%zu','pages':[{'file':'%s','httpStatus':200,"
            "'receivedAt':'2026-11-23T06:00:0%zu.201Z','requestId':'r%zu','sentAt':"
            "'2026-11-23T06:00:00.100Z','serverDate':'2026-11-23T06:00:01Z','sha256':'%s',"
            "'size':%zu,'token':null}],'parameters':{},'region':'us-east-1','service':'iam'}",
            text, i ? "," : "", i, fixture_answers[i], i, i,
            !i && hash ? hash : hash_of(f, fixture_bodies[i]), strlen(fixture_bodies[i]));
    return quoted(
        f, arena_printf(&f->arena,
                        "{'finishedAt':'2026-11-23T06:01:12Z','overrides':[{'detail':'d',"
                        "'kind':'sample-data'}],'producer':{'name':'reportgen','version':'0'},"
                        "'queries':[%s],'schema':'reportgen-snapshot/1','scope':{'accounts':[{'id'"
                        ":'111122223333','included':true,'reason':null}],'collect':['iam'],"
                        "'home':'111122223333','mode':'accounts','regions':[]},"
                        "'startedAt':'2026-11-23T06:00:00Z'}\n",
                        text));
}

static inline char *findings_text(struct fixture *f, const char *snapshot_hash, int score)
{
    return quoted(
        f, arena_printf(&f->arena,
                        "{'counts':{'fail':1,'pass':2},'coverage':98.4,'findings':[],'populations'"
                        ":[],'ruleset':{'sha256':'%064d','version':'1'},'schema':"
                        "'reportgen-findings/1','score':{'grade':'D','value':%d,'version':"
                        "'score/1','withExceptions':64},'snapshot':{'sha256':'%s'},'verdict':"
                        "{'complete':false,'reasons':[],'result':'fail'}}\n",
                        7, score, snapshot_hash));
}

static inline void make_run(struct fixture *f, const char *run)
{
    const char *snapshot = snapshot_text(f, NULL);
    const char *hash = hash_of(f, snapshot);

    for (size_t i = 0; i < 3; i++)
        put_text(f, run, fixture_answers[i], fixture_bodies[i]);
    put_text(f, run, "snapshot.json", snapshot);
    put_text(f, run, "findings.json", findings_text(f, hash, 64));
    put_text(f, run, "report.json",
             quoted(f, arena_printf(&f->arena,
                                    "{'limits':['l'],'organization':{'id':'o-1'},'scan':"
                                    "{'snapshotSha256':'%s'},'title':'T'}\n",
                                    hash)));
    put_text(f, run, "report-auditor.md", "# T\n");
    put_text(f, run, "report.md", "# internal\n");
}

static inline int make_pack(struct fixture *f, const char *pack, const struct key *key,
                            struct error *err)
{
    struct bundle_result result = {0};
    const struct bundle_request request = {
        .run = f->run, .pack = pack, .edition = edition_find("auditor"), .key = key};
    int status = bundle_make(&request, &result, err);

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
    make_run(f, f->run);
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
