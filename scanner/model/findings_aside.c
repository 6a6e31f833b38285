/* findings_aside.c - counting findings, putting them aside and reading them again. */
#include <stdint.h>
#include <string.h>

#include "base/strbuf.h"
#include "model/findings.h"

#define PART_BYTES (SIZE_MAX / 4)

/* --- Counting -------------------------------------------------------------------------------- */

static void count(struct finding_counts *n, const struct finding *f)
{
    n->by_status[f->status]++;
    n->waived += finding_is_waived(f);
    n->attested += f->attested;
}

static void add(struct finding_counts *sum, const struct finding_counts *n)
{
    for (int s = 0; s < STATUS_COUNT; s++)
        sum->by_status[s] += n->by_status[s];
    sum->waived += n->waived;
    sum->attested += n->attested;
}

struct finding_counts findings_of_check(const struct findings *f, size_t row)
{
    struct finding_counts sum = {.waived = 0};

    for (size_t i = 0; i < f->accounts; i++)
        add(&sum, &f->parts[i * f->checks + row].counts);
    return sum;
}

struct finding_counts findings_of_account(const struct findings *f, size_t account)
{
    struct finding_counts sum = {.waived = 0};

    for (size_t row = 0; row < f->checks; row++)
        add(&sum, &f->parts[account * f->checks + row].counts);
    return sum;
}

struct finding_counts findings_of_all(const struct findings *f)
{
    struct finding_counts sum = {.waived = 0};

    for (size_t row = 0; row < f->checks; row++) {
        struct finding_counts n = findings_of_check(f, row);

        add(&sum, &n);
    }
    return sum;
}

void findings_lay_out(struct findings *f, size_t accounts, size_t checks)
{
    f->accounts = accounts;
    f->checks = checks;
    f->parts = arena_new(&f->arena, struct finding_part, accounts * checks);
}

static void note(struct finding_part *part, const struct finding *f, size_t index)
{
    if (part->count == 0)
        part->place = index;
    part->count++;
    count(&part->counts, f);
}

void findings_count(struct findings *f, const struct model *m, size_t checks)
{
    findings_lay_out(f, m->account_count, checks);
    for (size_t i = 0; i < f->count; i++) {
        const struct account *a = model_account(m, f->at[i].account);

        note(&f->parts[(size_t)(a - m->accounts) * checks + f->at[i].row], &f->at[i], i);
    }
}

/* --- Putting aside ----------------------------------------------------------------------------
 *
 * A part is written as its findings, each as it lies in memory, followed by the texts that belong
 * to it; reading puts the texts' new places in. Nobody but this process ever reads it. */

static void put_text(struct strbuf *out, const char *text)
{
    size_t len = text ? strlen(text) + 1 : 0;

    strbuf_add(out, &len, sizeof len);
    strbuf_add(out, text, len);
}

static void put_finding(struct strbuf *out, const struct finding *f)
{
    strbuf_add(out, f, sizeof *f);
    put_text(out, f->id);
    put_text(out, f->resource);
    put_text(out, f->name);
    put_text(out, f->detail);
    put_text(out, f->observed);
    put_text(out, f->expected);
    put_text(out, f->fix);
    for (size_t i = 0; i < f->remedy_count; i++) {
        put_text(out, f->remedies[i].about);
        put_text(out, f->remedies[i].text);
        put_text(out, f->remedies[i].blanks);
        strbuf_add(out, &f->remedies[i].kind, sizeof f->remedies[i].kind);
    }
    for (size_t i = 0; i < f->evidence_count; i++) {
        put_text(out, f->evidence[i].file);
        put_text(out, f->evidence[i].pointer);
        put_text(out, f->evidence[i].cell);
    }
}

static int put_part(struct findings *f, struct finding_part *part, const struct finding *at,
                    struct error *err)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(PART_BYTES);

    for (size_t i = 0; i < part->count; i++)
        put_finding(&out, &at[part->place + i]);
    part->len = out.len;
    return spool_add(&f->aside, out.buf, out.len, &part->place, err);
}

static void take_incomplete(struct findings *f, const struct findings *one)
{
    struct arena *arena = &f->arena;

    for (size_t i = 0; i < one->incomplete_count; i++)
        *arena_push(arena, f->incomplete, f->incomplete_count) = (struct incomplete){
            one->incomplete[i].code, arena_strdup(arena, one->incomplete[i].text)};
    for (size_t i = 0; i < one->apart_count; i++)
        *arena_push(arena, f->apart, f->apart_count) =
            (struct incomplete){one->apart[i].code, arena_strdup(arena, one->apart[i].text)};
    for (size_t i = 0; i < one->population_count; i++) {
        struct population *p = arena_push(arena, f->populations, f->population_count);

        *p = one->populations[i];
        p->account = arena_strdup(arena, p->account);
    }
    opinions_take(&f->opinions, &one->opinions, arena);
    f->query_failed = f->query_failed || one->query_failed;
}

int findings_take(struct findings *f, const struct findings *one, size_t account, struct error *err)
{
    struct finding_part *parts = f->parts + account * f->checks;

    take_incomplete(f, one);
    for (size_t i = 0; i < one->count; i++)
        note(&parts[one->at[i].row], &one->at[i], i);
    for (size_t row = 0; row < f->checks; row++)
        if (parts[row].count > 0 && put_part(f, &parts[row], one->at, err))
            return -1;
    return 0;
}

/* --- Reading again --------------------------------------------------------------------------- */

/* Bytes of a part, and how far they were read. */
struct bytes {
    char *at;
};

static void take_raw(struct bytes *b, void *out, size_t len)
{
    memcpy(out, b->at, len);
    b->at += len;
}

static const char *take_text(struct bytes *b)
{
    const char *text;
    size_t len;

    take_raw(b, &len, sizeof len);
    text = len ? b->at : NULL;
    b->at += len;
    return text;
}

static void take_finding(struct bytes *b, struct arena *arena, struct finding *f)
{
    take_raw(b, f, sizeof *f);
    f->id = take_text(b);
    f->resource = take_text(b);
    f->name = take_text(b);
    f->detail = take_text(b);
    f->observed = take_text(b);
    f->expected = take_text(b);
    f->fix = take_text(b);
    f->remedies = arena_new(arena, struct remedy, f->remedy_count);
    for (size_t i = 0; i < f->remedy_count; i++) {
        f->remedies[i].about = take_text(b);
        f->remedies[i].text = take_text(b);
        f->remedies[i].blanks = take_text(b);
        take_raw(b, &f->remedies[i].kind, sizeof f->remedies[i].kind);
    }
    f->evidence = arena_new(arena, struct source, f->evidence_count);
    for (size_t i = 0; i < f->evidence_count; i++) {
        f->evidence[i].file = take_text(b);
        f->evidence[i].pointer = take_text(b);
        f->evidence[i].cell = take_text(b);
    }
}

static void read_part(const struct findings *f, const struct finding_part *part,
                      struct arena *arena, struct finding *out)
{
    struct bytes b = {arena_alloc(arena, part->len, 1)};

    spool_read(&f->aside, part->place, b.at, part->len);
    for (size_t i = 0; i < part->count; i++)
        take_finding(&b, arena, &out[i]);
}

const struct finding *finding_read(struct finding_reader *r, size_t account, size_t row,
                                   size_t index)
{
    const struct finding_part *part = &r->from->parts[account * r->from->checks + row];

    if (index >= part->count)
        return NULL;
    if (part->len == 0)
        return &r->from->at[part->place + index];
    if (r->part != part) {
        struct finding *at;

        arena_free(&r->arena);
        at = arena_new(&r->arena, struct finding, part->count);
        read_part(r->from, part, &r->arena, at);
        r->part = part;
        r->at = at;
    }
    return &r->at[index];
}

void finding_reader_close(struct finding_reader *r)
{
    arena_free(&r->arena);
    r->part = NULL;
}

void findings_bring_back(struct findings *f)
{
    size_t total = 0;

    for (size_t i = 0; i < f->accounts * f->checks; i++)
        total += f->parts[i].count;
    f->at = arena_new(&f->arena, struct finding, total);
    f->count = 0;
    for (size_t i = 0; i < f->accounts * f->checks; i++) {
        struct finding_part *part = &f->parts[i];

        read_part(f, part, &f->arena, f->at + f->count);
        *part = (struct finding_part){part->counts, part->count, f->count, 0};
        f->count += part->count;
    }
    spool_free(&f->aside);
}
