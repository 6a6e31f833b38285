/* test_xml.c - elements, paths, pointers and refusals of the XML reader. */
#include "expect.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/xml.h"

/* Writes down everything it is told, one line a call. */
struct record {
    struct strbuf out;
    const char *stop_at; /* path whose start or end is refused */
    bool stop_at_end;
};

static int on_start(void *context, const struct xml_at *at, struct error *err)
{
    struct record *r = context;

    assert_string_equal(at->path + strlen(at->path) - strlen(at->name), at->name);
    strbuf_addf(&r->out, "+%zu %s\n", at->depth, at->path);
    if (r->stop_at && !r->stop_at_end && strcmp(r->stop_at, at->path) == 0)
        return fail(err, ERR_LIMIT, "enough");
    return 0;
}

static int on_end(void *context, const struct xml_at *at, const char *text, size_t len,
                  struct error *err)
{
    struct record *r = context;

    assert_int_equal(strlen(text), len);
    strbuf_addf(&r->out, "-%zu %s \"%s\" ", at->depth, at->name, text);
    xml_pointer(at, &r->out);
    strbuf_addch(&r->out, '\n');
    if (r->stop_at && r->stop_at_end && strcmp(r->stop_at, at->path) == 0)
        return fail(err, ERR_LIMIT, "enough");
    return 0;
}

static const struct xml_handler recorder = {on_start, on_end};

static int read_into(struct record *r, const char *text, size_t len, struct error *err)
{
    char *exact = memory_alloc(len);

    memcpy(exact, text, len);

    int result = xml_parse("t.xml", exact, len, &recorder, r, err);

    free(exact);
    return result;
}

static void check_record(const char *text, const char *want)
{
    struct error err = {0};
    struct record r = {.out = STRBUF_INIT(100000)};

    expect_ok(read_into(&r, text, strlen(text), &err), err);
    assert_string_equal(r.out.buf, want);
    strbuf_free(&r.out);
}

TEST(elements_are_told_in_order)
{
    check_record("<A><B>x</B><C/><B>y</B></A>",
                 "+1 A\n"
                 "+2 A/B\n"
                 "-2 B \"x\" /*[local-name()='A']/*[local-name()='B'][1]\n"
                 "+2 A/C\n"
                 "-2 C \"\" /*[local-name()='A']/*[local-name()='C'][1]\n"
                 "+2 A/B\n"
                 "-2 B \"y\" /*[local-name()='A']/*[local-name()='B'][2]\n"
                 "-1 A \"\" /*[local-name()='A']\n");
}

TEST(namespaces_attributes_and_comments_are_passed_over)
{
    check_record("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                 "<!-- c --><a:R xmlns:a=\"urn:x\" xmlns=\"https://iam.amazonaws.com/doc/\" "
                 "i=\"1\"><?pi x?><k a:j='2'>1<!-- 2 -->3<![CDATA[<&]]></k></a:R>\n",
                 "+1 R\n"
                 "+2 R/k\n"
                 "-2 k \"13<&\" /*[local-name()='R']/*[local-name()='k'][1]\n"
                 "-1 R \"\" /*[local-name()='R']\n");
    check_record("<r xmlns:p='u' xmlns:q='v'><p:x/><q:x/><x/></r>",
                 "+1 r\n"
                 "+2 r/x\n-2 x \"\" /*[local-name()='r']/*[local-name()='x'][1]\n"
                 "+2 r/x\n-2 x \"\" /*[local-name()='r']/*[local-name()='x'][2]\n"
                 "+2 r/x\n-2 x \"\" /*[local-name()='r']/*[local-name()='x'][3]\n"
                 "-1 r \"\" /*[local-name()='r']\n");
}

TEST(text_is_the_elements_own)
{
    check_record("<a>1<b>2<c>3</c>4</b>5<b/>6</a>",
                 "+1 a\n+2 a/b\n+3 a/b/c\n"
                 "-3 c \"3\" /*[local-name()='a']/*[local-name()='b'][1]/*[local-name()='c'][1]\n"
                 "-2 b \"24\" /*[local-name()='a']/*[local-name()='b'][1]\n"
                 "+2 a/b\n"
                 "-2 b \"\" /*[local-name()='a']/*[local-name()='b'][2]\n"
                 "-1 a \"156\" /*[local-name()='a']\n");
}

TEST(entities_are_the_five_and_references)
{
    check_record("<a>&lt;&gt;&amp;&quot;&apos;&#233;&#x1F600;</a>",
                 "+1 a\n-1 a \"<>&\"'\xC3\xA9\xF0\x9F\x98\x80\" /*[local-name()='a']\n");
}

TEST(line_ends_become_line_feeds)
{
    check_record("<a>1\r\n2\r3</a>", "+1 a\n-1 a \"1\n2\n3\" /*[local-name()='a']\n");
}

/* One refused document a row. To add one: text, code and how the message begins. */
static const struct {
    const char *text;
    enum error_code code;
    const char *message;
} refused[] = {
    {"", ERR_FORMAT, "t.xml:1:1: no element found"},
    {"  ", ERR_FORMAT, "t.xml:1:3: no element found"},
    {"x", ERR_FORMAT, "t.xml:1:1: "},
    {"<a>", ERR_FORMAT, "t.xml:1:4: no element found"},
    {"<a>\n  <b></a>", ERR_FORMAT, "t.xml:2:8: mismatched tag"},
    {"<a/><b/>", ERR_FORMAT, "t.xml:1:5: junk after document element"},
    {"<a/>x", ERR_FORMAT, "t.xml:1:5: junk after document element"},
    {"<a>&x;</a>", ERR_FORMAT, "t.xml:1:4: undefined entity"},
    {"<a>&</a>", ERR_FORMAT, "t.xml:1:5: not well-formed"},
    {"<a>&#0;</a>", ERR_FORMAT, "t.xml:1:4: reference to invalid character"},
    {"<a>&#xD800;</a>", ERR_FORMAT, "t.xml:1:4: reference to invalid character"},
    {"<a>\x01</a>", ERR_FORMAT, "t.xml:1:4: not well-formed"},
    {"<a>\xFF</a>", ERR_FORMAT, "t.xml:1:4: not well-formed"},
    {"<a>\xED\xA0\x80</a>", ERR_FORMAT, "t.xml:1:4: not well-formed"},
    {"<a>\xC3\xA9\xC3</a>", ERR_FORMAT, "t.xml:1:5: not well-formed"},
    {"<a b='1' b='2'/>", ERR_FORMAT, "t.xml:1:10: duplicate attribute"},
    {"<p:a/>", ERR_FORMAT, "t.xml:1:1: unbound prefix"},
    {"<a><![CDATA[x</a>", ERR_FORMAT, "t.xml:1:"},
    /* document types: the place is where expat knows what it has */
    {"<!DOCTYPE a><a/>", ERR_FORMAT, "t.xml:1:12: document type declaration"},
    {"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", ERR_FORMAT,
     "t.xml:1:40: document type declaration"},
    {"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", ERR_FORMAT,
     "t.xml:1:13: document type declaration"},
    {"<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1/x'>%p;]><a/>", ERR_FORMAT,
     "t.xml:1:13: document type declaration"},
    /* encodings */
    {"<?xml version='1.0' encoding='ISO-8859-1'?><a/>", ERR_FORMAT,
     "t.xml:1:1: encoding is not UTF-8"},
    {"<?xml version='1.0' encoding='UTF-16'?><a/>", ERR_FORMAT, "t.xml:1:"},
    {" <?xml version='1.0'?><a/>", ERR_FORMAT, "t.xml:1:2: XML or text declaration not at start"},
    {"\xFF\xFE<\x01", ERR_FORMAT, "t.xml:1:1: not UTF-8"},
    {"\xFE\xFF\x01<", ERR_FORMAT, "t.xml:1:1: not UTF-8"},
};

TEST(other_documents_are_refused_with_the_place)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct error err = {0};
        struct record r = {.out = STRBUF_INIT(100000)};

        assert_int_equal(read_into(&r, refused[i].text, strlen(refused[i].text), &err), -1);
        expect_error(err, refused[i].code, refused[i].message);
        strbuf_free(&r.out);
    }
}

TEST(utf16_is_refused)
{
    struct error err = {0};
    struct record r = {.out = STRBUF_INIT(1000)};

    assert_int_equal(read_into(&r, "<\0a\0/\0>\0", 8, &err), -1);
    expect_error(err, ERR_FORMAT, "t.xml:1:1: not UTF-8");
    assert_int_equal(read_into(&r, "\0<\0a\0/\0>", 8, &err), -1);
    expect_error(err, ERR_FORMAT, "t.xml:1:1: not UTF-8");
    assert_int_equal(read_into(&r, "\xFF\xFE<\0a\0/\0>\0", 10, &err), -1);
    expect_error(err, ERR_FORMAT, "t.xml:1:1: not UTF-8");
    expect_ok(read_into(&r, "\xEF\xBB\xBF<a/>", 7, &err), err);
    strbuf_free(&r.out);
}

TEST(every_cut_of_a_document_is_refused)
{
    static const char text[] =
        "<?xml version=\"1.0\"?><A x=\"y\"><B>t&amp;<![CDATA[u]]></B><C/></A>";

    for (size_t len = 0; len < sizeof text - 1; len++) {
        struct error err = {0};
        struct record r = {.out = STRBUF_INIT(100000)};

        assert_int_equal(read_into(&r, text, len, &err), -1);
        expect_error(err, ERR_FORMAT, "t.xml:1:");
        strbuf_free(&r.out);
    }
}

TEST(a_handler_can_stop)
{
    struct error err = {0};
    struct record r = {.out = STRBUF_INIT(10000), .stop_at = "a/b"};

    assert_int_equal(read_into(&r, "<a>\n <b/><c/></a>", 17, &err), -1);
    expect_error(err, ERR_LIMIT, "t.xml:2:2: enough");
    assert_string_equal(r.out.buf, "+1 a\n+2 a/b\n");
    strbuf_clear(&r.out);
    r.stop_at_end = true;
    assert_int_equal(read_into(&r, "<a><b>x</b><c/></a>", 19, &err), -1);
    expect_error(err, ERR_LIMIT, "t.xml:1:8: enough");
    assert_null(strstr(r.out.buf, "a/c"));
    strbuf_free(&r.out);
}

TEST(handlers_may_be_left_out)
{
    static const struct xml_handler none = {NULL, NULL};
    struct error err = {0};

    expect_ok(xml_parse("t.xml", "<a><b>x</b></a>", 15, &none, NULL, &err), err);
    assert_int_equal(xml_parse("t.xml", "<a><b></a>", 10, &none, NULL, &err), -1);
    expect_error(err, ERR_FORMAT, "t.xml:1:9: mismatched tag");
}

static int read_nested(size_t depth, struct error *err)
{
    static const struct xml_handler none = {NULL, NULL};
    cleanup_strbuf struct strbuf text = STRBUF_INIT(1000000);

    for (size_t i = 0; i < depth; i++)
        strbuf_addstr(&text, "<a>");
    for (size_t i = 0; i < depth; i++)
        strbuf_addstr(&text, "</a>");
    return xml_parse("t.xml", text.buf, text.len, &none, NULL, err);
}

TEST(depth_is_bounded)
{
    struct error err = {0};

    expect_ok(read_nested(LIMIT_XML_DEPTH, &err), err);
    assert_int_equal(read_nested(LIMIT_XML_DEPTH + 1, &err), -1);
    expect_error(err, ERR_LIMIT, "t.xml:1:97: nested too deeply");
    assert_int_equal(read_nested(100000, &err), -1);
    expect_error(err, ERR_LIMIT, "t.xml:1:97: nested too deeply");
}

TEST(names_are_bounded)
{
    char text[LIMIT_XML_NAME + 8] = "<";
    struct error err = {0};
    struct record r = {.out = STRBUF_INIT(10000)};

    memset(text + 1, 'n', LIMIT_XML_NAME);
    memcpy(text + 1 + LIMIT_XML_NAME, "/>", 3);
    expect_ok(read_into(&r, text, strlen(text), &err), err);
    memcpy(text + 1 + LIMIT_XML_NAME, "n/>", 4);
    assert_int_equal(read_into(&r, text, strlen(text), &err), -1);
    expect_error(err, ERR_LIMIT, "t.xml:1:1: element name too long");
    strbuf_free(&r.out);
}

static int read_kinds(int kinds, struct error *err)
{
    static const struct xml_handler none = {NULL, NULL};
    cleanup_strbuf struct strbuf text = STRBUF_INIT(1000000);

    strbuf_addstr(&text, "<a>");
    for (int i = 0; i < kinds; i++)
        strbuf_addf(&text, "<n%d/>", i);
    strbuf_addstr(&text, "</a>");
    return xml_parse("t.xml", text.buf, text.len, &none, NULL, err);
}

TEST(different_names_in_one_element_are_bounded)
{
    struct error err = {0};

    expect_ok(read_kinds(LIMIT_XML_KINDS, &err), err);
    assert_int_equal(read_kinds(LIMIT_XML_KINDS + 1, &err), -1);
    assert_int_equal(err.code, ERR_LIMIT);
}

TEST(text_is_bounded)
{
    static const struct xml_handler none = {NULL, NULL};
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_XML_TEXT + 100);
    struct error err = {0};

    strbuf_addstr(&text, "<a>");
    for (size_t i = 0; i < LIMIT_XML_TEXT / 16; i++)
        strbuf_addstr(&text, "0123456789abcdef");
    strbuf_addstr(&text, "</a>");
    expect_ok(xml_parse("t.xml", text.buf, text.len, &none, NULL, &err), err);
    strbuf_truncate(&text, text.len - 4);
    strbuf_addstr(&text, "x</a>");
    assert_int_equal(xml_parse("t.xml", text.buf, text.len, &none, NULL, &err), -1);
    expect_error(err, ERR_LIMIT, "t.xml:1:4: text too long");
}

/* What AWS's longest answers look like: many members of a few fields. */
TEST(many_members_are_numbered)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(64 * MIB);
    struct error err = {0};
    struct record r = {.out = STRBUF_INIT(SIZE_MAX)};
    time_t before = clock_now();

    strbuf_addstr(&text, "<R><L>");
    for (int i = 0; i < 20000; i++)
        strbuf_addf(&text, "<m><N>u%d</N><I>x</I><A>y</A></m>", i);
    strbuf_addstr(&text, "</L></R>");
    expect_ok(read_into(&r, text.buf, text.len, &err), err);
    assert_non_null(strstr(r.out.buf, "-4 N \"u19999\" /*[local-name()='R']/*[local-name()='L'][1]"
                                      "/*[local-name()='m'][20000]/*[local-name()='N'][1]\n"));
    assert_in_range(clock_now() - before, 0, 20);
    strbuf_free(&r.out);
}

/* --- Attributes --------------------------------------------------------------------------------
 */

struct attributes {
    char seen[256];
    struct xml_at last;
};

static int note_attributes(void *context, const struct xml_at *at, struct error *err)
{
    struct attributes *a = context;
    const char *id = xml_attribute(at, "id"), *other = xml_attribute(at, "other");

    (void)err;
    (void)snprintf(a->seen + strlen(a->seen), sizeof a->seen - strlen(a->seen), "%s:%s,%s ",
                   at->name, id ? id : "-", other ? other : "-");
    a->last = *at;
    return 0;
}

static int ask_at_the_end(void *context, const struct xml_at *at, const char *text, size_t len,
                          struct error *err)
{
    (void)context;
    (void)text;
    (void)len;
    (void)err;
    assert_null(xml_attribute(at, "id"));
    return 0;
}

TEST(attributes_are_those_of_the_element_that_begins)
{
    static const struct xml_handler handler = {note_attributes, ask_at_the_end};
    static const char text[] = "<a id='1' xmlns:x='urn:x' x:other='no'><b other='&lt;2&#10;'/>"
                               "<c ID='no'/></a>";
    struct attributes a = {.seen = ""};
    struct error err = {0};

    expect_ok(xml_parse("text", text, strlen(text), &handler, &a, &err), err);
    assert_string_equal(a.seen, "a:1,- b:-,<2\n c:-,- ");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_told_in_order),
        cmocka_unit_test(namespaces_attributes_and_comments_are_passed_over),
        cmocka_unit_test(text_is_the_elements_own),
        cmocka_unit_test(entities_are_the_five_and_references),
        cmocka_unit_test(line_ends_become_line_feeds),
        cmocka_unit_test(other_documents_are_refused_with_the_place),
        cmocka_unit_test(utf16_is_refused),
        cmocka_unit_test(every_cut_of_a_document_is_refused),
        cmocka_unit_test(a_handler_can_stop),
        cmocka_unit_test(handlers_may_be_left_out),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(names_are_bounded),
        cmocka_unit_test(different_names_in_one_element_are_bounded),
        cmocka_unit_test(text_is_bounded),
        cmocka_unit_test(many_members_are_numbered),
        cmocka_unit_test(attributes_are_those_of_the_element_that_begins),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
