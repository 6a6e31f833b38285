/* test_dsse.c - the signed envelope: its bytes, and what is refused. */
#include "pack_fixture.h"

#include "evidence/uuid.h"

static int parse(const char *text, struct envelope *e, struct error *err)
{
    envelope_clear(e);
    *e = (struct envelope)ENVELOPE_INIT;
    return dsse_parse("e", text, strlen(text), e, err);
}

/* A good envelope over "hello". */
static char *hello(struct fixture *f)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);
    struct error err = {0};

    assert_good(dsse_sign(&f->key, "hello", 5, &out, &err), err);
    return arena_strdup(&f->arena, out.buf);
}

/* `text` with the first `from` replaced. */
static char *changed(struct fixture *f, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    assert_non_null(at);
    return arena_printf(&f->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

/* The examples of DSSE's protocol.md. */
static void pae_is_the_specified_one(void **state)
{
    static const struct {
        const char *type, *body, *expected;
    } cases[] = {
        {"http://example.com/HelloWorld", "hello world",
         "DSSEv1 29 http://example.com/HelloWorld 11 hello world"},
        {"", "", "DSSEv1 0  0 "},
        {"t", "\xc3\xa9", "DSSEv1 1 t 2 \xc3\xa9"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cleanup_strbuf struct strbuf out = STRBUF_INIT(1000);

        dsse_pae(&out, cases[i].type, cases[i].body, strlen(cases[i].body));
        assert_string_equal(out.buf, cases[i].expected);
    }
}

static void what_is_signed_is_read_back(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_envelope struct envelope e = ENVELOPE_INIT;
    cleanup_strbuf struct strbuf again = STRBUF_INIT(MIB);
    const char *text = hello(f);

    assert_good(parse(text, &e, &err), err);
    assert_string_equal(e.payload.buf, "hello");
    assert_string_equal(e.payload_type, DSSE_PAYLOAD_TYPE);
    assert_string_equal(e.key_id, f->key.id);
    assert_good(dsse_check(&e, &f->key, &err), err);
    assert_good(dsse_write(&e, &again, &err), err);
    assert_string_equal(again.buf, text);
}

/* The file form is that of RFC 8785, as the JSON writer knows it, and a newline. */
static void the_form_is_canonical_json(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    const char *text = hello(f);
    cleanup_json cJSON *tree = json_parse("e", text, strlen(text), &err);
    cleanup_strbuf struct strbuf again = STRBUF_INIT(MIB);

    assert_non_null(tree);
    assert_good(json_canonical(tree, &again, &err), err);
    strbuf_addch(&again, '\n');
    assert_string_equal(again.buf, text);
}

static void every_byte_matters(void **state)
{
    struct fixture *f = *state;
    struct error err;
    cleanup_envelope struct envelope e = ENVELOPE_INIT;
    char *text = hello(f);

    for (size_t i = 0; text[i]; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            text[i] = (char)((unsigned char)text[i] ^ (1u << bit));
            if (text[i] && !parse(text, &e, &err) && !dsse_check(&e, &f->key, &err) &&
                !strcmp(e.payload_type, DSSE_PAYLOAD_TYPE))
                fail_msg("bit %u of byte %zu can be flipped", bit, i);
            text[i] = (char)((unsigned char)text[i] ^ (1u << bit));
        }
}

static void other_forms_are_refused(void **state)
{
    static const struct {
        const char *from, *to;
    } changes[] = {
        {"{\"payload\"", " {\"payload\""},
        {"}\n", "}"},
        {"}\n", "}\n\n"},
        {"}\n", "}\n{}"},
        {"\"payload\":", "\"payload\": "},
        {"\"payload\":\"aGVsbG8=\"", "\"payload\":\"aGVsbG8\""},
        {"\"payload\":\"aGVsbG8=\"", "\"payload\":\"aGVsbG9=\""},
        {"\"payload\":\"aGVsbG8=\"", "\"payload\":\"aGVs\\nbG8=\""},
        {"\"payload\":\"aGVsbG8=\"", "\"payload\":\"\\u0061GVsbG8=\""},
        {"\"payload\":\"aGVsbG8=\"", "\"payload\":\"aGVsbG8=\",\"payload\":\"aGVsbG8=\""},
        {"\"payload\":\"aGVsbG8=\"", "\"payload\":7"},
        {"\"payload\":\"aGVsbG8=\",", ""},
        {"\"payloadType\"", "\"extra\":1,\"payloadType\""},
        {"\"payloadType\"", "\"PayloadType\""},
        {"\"keyid\"", "\"cert\":\"\",\"keyid\""},
        {"\"keyid\":\"", "\"keyid\":\"0"},
        {"[{", "[{\"keyid\":\"\",\"sig\":\"AAAA\"},{"},
        {"}]", "}],\"x\":[]"},
    };
    struct fixture *f = *state;
    struct error err;
    cleanup_envelope struct envelope e = ENVELOPE_INIT;
    const char *text = hello(f);

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *bad = changed(f, text, changes[i].from, changes[i].to);

        err = (struct error){0};
        if (!parse(bad, &e, &err) || err.code != ERR_FORMAT || strncmp(err.msg, "e:", 2))
            fail_msg("case %zu: %s", i, err.msg);
    }
    assert_code(parse("", &e, &err), err, ERR_FORMAT);
    assert_code(parse("[[]]", &e, &err), err, ERR_FORMAT);
    assert_code(parse("{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[[1]]}\n", &e, &err),
                err, ERR_FORMAT);
    assert_code(parse("{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[]}\n", &e, &err), err,
                ERR_FORMAT);
}

static void a_wrong_key_id_is_refused_after_the_signature(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_envelope struct envelope e = ENVELOPE_INIT;

    assert_good(parse(hello(f), &e, &err), err);
    e.key_id[0] = e.key_id[0] == '0' ? '1' : '0';
    assert_code(dsse_check(&e, &f->key, &err), err, ERR_VERIFY);
    assert_non_null(strstr(err.msg, "keyid"));
}

static void the_type_is_signed_too(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_envelope struct envelope e = ENVELOPE_INIT;

    assert_good(parse(changed(f, hello(f), "in-toto+json", "in-toto+jsom"), &e, &err), err);
    assert_code(dsse_check(&e, &f->key, &err), err, ERR_VERIFY);
}

/* Python: uuid.uuid5(uuid.NAMESPACE_URL, name) */
static void uuids_are_those_of_the_rfc(void **state)
{
    struct error err = {0};
    char id[UUID_TEXT];

    (void)state;
    assert_good(uuid_from_name("https://www.example.com", id, &err), err);
    assert_string_equal(id, "a0787afd-c170-5773-8d60-02739168de9f");
    assert_good(uuid_from_name("", id, &err), err);
    assert_string_equal(id, "1b4db7eb-4057-5ddf-91e0-36dec72071f5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pae_is_the_specified_one),
        cmocka_unit_test(what_is_signed_is_read_back),
        cmocka_unit_test(the_form_is_canonical_json),
        cmocka_unit_test(every_byte_matters),
        cmocka_unit_test(other_forms_are_refused),
        cmocka_unit_test(a_wrong_key_id_is_refused_after_the_signature),
        cmocka_unit_test(the_type_is_signed_too),
        cmocka_unit_test(uuids_are_those_of_the_rfc),
    };

    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
