/* test_certificate.c - fingerprint and end of X.509 certificates. */
#include "base/certificate.h"
#include "expect.h"

/* tests/tools/sample_federation.py, CENTER_CERTIFICATE: ends 2029-11-14. */
static const char base64[] =
    "MIIBcTCCARagAwIBAgICEJMwCgYIKoZIzj0EAwIwQTEeMBwGA1UECgwVRXhhbXBsZSBDb3JwIChz"
    "YW1wbGUpMR8wHQYDVQQDDBZwb3J0YWwuc3NvLmV4YW1wbGUuY29tMB4XDTI0MTExNDAwMDAwMFoX"
    "DTI5MTExNDAwMDAwMFowQTEeMBwGA1UECgwVRXhhbXBsZSBDb3JwIChzYW1wbGUpMR8wHQYDVQQD"
    "DBZwb3J0YWwuc3NvLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEC3+JsRJA"
    "TDJSwJFlZ3X/BFQremKb9pHEhDsU5eDRSH1swQmOyjrRycgEU+ap7o7tMkIpixSupigHf+lNyunj"
    "TzAKBggqhkjOPQQDAgNJADBGAiEA4Jbxl3yY5wuoj2MBpRbkjbVSATv0hbS2QwnK+tHfvzsCIQDa"
    "vLy+QJ0sqboflZwrzsRzFsKlC7bZlV9TM3JeWYqC3g==";

static void decode(struct strbuf *der)
{
    struct error err = {0};

    expect_ok(base64_decode(der, base64, strlen(base64), &err), err);
}

TEST(a_certificate_tells_its_end)
{
    cleanup_strbuf struct strbuf der = STRBUF_INIT(4096);
    struct certificate c;
    struct error err = {0};
    char hex[DIGEST_HEX];

    decode(&der);
    expect_ok(certificate_read(der.buf, der.len, &c, &err), err);
    assert_string_equal(c.not_after, "2029-11-14T00:00:00Z");
    assert_string_equal(c.sha256, digest_bytes(der.buf, der.len, hex));
}

TEST(what_is_cut_or_longer_is_no_certificate)
{
    cleanup_strbuf struct strbuf der = STRBUF_INIT(4096);
    struct certificate c;
    struct error err = {0};

    decode(&der);
    for (size_t len = 0; len < der.len; len++) {
        assert_int_equal(certificate_read(der.buf, len, &c, &err), -1);
        expect_error(err, ERR_FORMAT, "no X.509 certificate");
    }
    strbuf_addch(&der, '\0');
    assert_int_equal(certificate_read(der.buf, der.len, &c, &err), -1);
    expect_error(err, ERR_FORMAT, "no X.509 certificate");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_tells_its_end),
        cmocka_unit_test(what_is_cut_or_longer_is_no_certificate),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
