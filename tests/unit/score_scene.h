/* score_scene.h - organisations made of findings, and their score. */
#ifndef TESTS_UNIT_SCORE_SCENE_H
#define TESTS_UNIT_SCORE_SCENE_H

#include "run_dir.h"

#define MOST_ACCOUNTS 4
#define MOST_FINDINGS 4096
#define ROOT "iam.root_mfa_enabled"
#define HARDWARE "iam.root_mfa_hardware"
#define KEYS "iam.root_access_keys_absent"
#define ADMINS "iam.admin_users_mfa"
#define USERS "iam.users_without_mfa"
#define RESISTANT "iam.users_mfa_phishing_resistant"
#define ORPHANED "iam.mfa_devices_orphaned"

/* --- Organisations made of findings ----------------------------------------------------------- */

static const struct waiver valid = {.id = "w", .valid = true}, expired = {.id = "w"};

struct organisation {
    struct account accounts[MOST_ACCOUNTS];
    struct model model;
    struct finding at[MOST_FINDINGS];
    struct findings findings;
    struct arena arena;
    struct score_input input;
    struct score score;
};

static inline void start(struct organisation *o, size_t accounts)
{
    static const char *const ids[] = {"111111111111", "222222222222", "333333333333",
                                      "444444444444"};

    arena_free(&o->arena);
    findings_free(&o->findings);
    *o = (struct organisation){0};
    for (size_t i = 0; i < accounts; i++)
        o->accounts[i].id = ids[i];
    o->model.accounts = o->accounts;
    o->model.account_count = accounts;
    o->findings.at = o->at;
}

static inline void add(struct organisation *o, size_t account, size_t row, enum status status,
                       size_t count)
{
    for (; count > 0; count--) {
        assert_true(o->findings.count < MOST_FINDINGS);
        o->at[o->findings.count++] =
            (struct finding){.row = row, .account = o->accounts[account].id, .status = status};
    }
}

static inline size_t row_of(const char *check)
{
    size_t row = 0;

    while (strcmp(check_at(row)->id, check) != 0)
        row++;
    return row;
}

static inline void add_to(struct organisation *o, size_t account, const char *check, size_t proven,
                          size_t open)
{
    add(o, account, row_of(check), STATUS_PASS, proven);
    add(o, account, row_of(check), STATUS_FAIL, open);
}

/* Tally and score anew. */
static const struct score *score_of(struct organisation *o)
{
    arena_free(&o->arena);
    findings_free(&o->findings);
    findings_count(&o->findings, &o->model, check_count());
    o->input = score_tally(&o->findings, &o->arena);
    o->score = score_compute(&o->input, &o->arena);
    if (o->score.assessed)
        score_plan(&o->input, &o->score, &o->arena);
    return &o->score;
}

/* The organisation of the test that runs. */
static struct organisation org;

/* Every check has a resource in every account, and all is well. */
static inline void perfect(struct organisation *o, size_t accounts)
{
    start(o, accounts);
    for (size_t a = 0; a < accounts; a++)
        for (size_t row = 0; row < check_count(); row++)
            add(o, a, row, STATUS_PASS, 10);
}
static inline void expect_explained(const struct score *s)
{
    long sum = s->ceiling_points + s->rounding_points;

    for (size_t i = 0; i < s->explain_count; i++) {
        assert_true(s->explain[i].points >= 0);
        sum += s->explain[i].points;
    }
    assert_int_equal(sum, 100L * (100 - s->value));
    assert_true(s->ceiling_points >= 0);
    assert_true(s->rounding_points >= 0);
    assert_true(s->rounding_points < 100 + (long)s->explain_count + 1);
}

#endif
