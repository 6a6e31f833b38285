/* opinions.c - taking over what was found in one account, and counting it. */
#include "model/opinions.h"

static const struct {
    const char *name, *text;
} explanations[] = {
#define X(id, word, text) [id] = {word, text},
    EXPLANATIONS(X)
#undef X
};

const char *explanation_name(enum explanation e)
{
    return explanations[e].name;
}

const char *explanation_text(enum explanation e)
{
    return explanations[e].text;
}

static const char *copy(struct arena *arena, const char *text)
{
    return text ? arena_strdup(arena, text) : NULL;
}

static struct source source_copy(struct arena *arena, const struct source *s)
{
    return (struct source){copy(arena, s->file), copy(arena, s->pointer), copy(arena, s->cell)};
}

static void take_disagreement(struct opinions *to, const struct disagreement *one,
                              struct arena *arena)
{
    struct disagreement *d = arena_push(arena, to->at, to->count);

    *d = *one;
    d->account = copy(arena, one->account);
    d->resource = copy(arena, one->resource);
    d->decided_by = copy(arena, one->decided_by);
    d->matched = copy(arena, one->matched);
    d->because = copy(arena, one->because);
    d->simulated = source_copy(arena, &one->simulated);
    d->decided = source_copy(arena, &one->decided);
}

void opinions_take(struct opinions *to, const struct opinions *one, struct arena *arena)
{
    for (size_t i = 0; i < one->user_count; i++) {
        struct opinion *o = arena_push(arena, to->users, to->user_count);

        *o = one->users[i];
        o->account = copy(arena, o->account);
        o->resource = copy(arena, o->resource);
        o->unknown = copy(arena, o->unknown);
    }
    for (size_t i = 0; i < one->count; i++)
        take_disagreement(to, &one->at[i], arena);
}

struct opinion_sums opinions_sums(const struct opinions *o)
{
    struct opinion_sums n = {.users = o->user_count};

    for (size_t i = 0; i < o->user_count; i++) {
        n.decisions += o->users[i].decisions;
        n.agreements += o->users[i].agreements;
        n.disagreements += o->users[i].disagreements;
        n.undecided += o->users[i].undecided;
        n.unknown += o->users[i].unknown != NULL;
    }
    for (size_t i = 0; i < o->count; i++)
        n.unexplained += o->at[i].explanation == EXPLAINED_BY_NOTHING;
    return n;
}
