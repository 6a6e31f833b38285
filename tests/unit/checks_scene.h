/* checks_scene.h - one check over an account built by hand. */
#ifndef TESTS_UNIT_CHECKS_SCENE_H
#define TESTS_UNIT_CHECKS_SCENE_H

#include "policy_scene.h"

#include "base/log.h"
#include "checks/check.h"
#include "model/credentials.h"

/* A user with a password and an active key. */
static inline struct principal *scene_person(struct scene *s, const char *name)
{
    struct principal *user = scene_user(s, name);
    struct access_key *key = arena_new(&s->arena, struct access_key, 1);

    key->active = true;
    user->credentials = arena_new(&s->arena, struct credentials, 1);
    *user->credentials = (struct credentials){.asked = ASKED_LOGIN | ASKED_KEYS,
                                              .login_status.state = STATE_COMPLETE,
                                              .has_login = true,
                                              .keys_status.state = STATE_COMPLETE,
                                              .keys = key,
                                              .key_count = 1};
    return user;
}

/* A program: no password, and its name says so. */
static inline struct principal *scene_machine(struct scene *s, const char *name)
{
    struct principal *user = scene_person(s, name);

    user->credentials->has_login = false;
    return user;
}

/* A role with a trust policy of these statements, and statements of its own. */
static inline struct principal *scene_trusting(struct scene *s, const char *name, const char *trust,
                                               const char *statements)
{
    struct principal *role = scene_role(s, name);

    role->trust = scene_document(s, "", scene_statements(s, trust));
    if (statements)
        scene_inline(s, role, statements);
    return role;
}

/* The findings of the check; the caller frees their arena. */
static inline struct findings scene_judge(struct scene *s, const char *check)
{
    struct findings out = {0};
    struct checking c = {.check = check_find(check),
                         .inputs = &inputs_default,
                         .model = &s->model,
                         .account = &s->account,
                         .enforcement = enforcement_open(&s->model, &s->account, &s->arena),
                         .out = &out};

    assert_non_null(c.check);
    while (check_at(c.row) != c.check)
        c.row++;
    c.check->run(&c);
    return out;
}

/* One finding of which the resource ends so has that status, and its detail holds the text. */
static inline void scene_expect(struct scene *s, const char *check, const char *resource,
                                enum status status, const char *text)
{
    struct findings f = scene_judge(s, check);
    size_t len = strlen(resource), found = 0;

    for (size_t i = 0; i < f.count; i++) {
        size_t all = strlen(f.at[i].resource);

        if (all < len || strcmp(f.at[i].resource + all - len, resource) != 0)
            continue;
        found++;
        if (f.at[i].status != status || !strstr(f.at[i].detail, text))
            complain("%s of %s: expected %s, \"%s\"; got %s, \"%s\"", check, resource,
                     status_name(status), text, status_name(f.at[i].status), f.at[i].detail);
    }
    if (found != 1)
        complain("%s: %zu findings of %s", check, found, resource);
    arena_free(&f.arena);
}

#endif
