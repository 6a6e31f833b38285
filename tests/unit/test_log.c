/* test_log.c - lines on stderr: levels, prefixes, escaping, JSON. */
#include "expect.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"

static char said[200000];

/* What is written to stderr until caught() goes to a file. */
static FILE *catcher;
static int real_stderr;

static void catch_stderr(void)
{
    catcher = tmpfile();
    assert_non_null(catcher);
    real_stderr = dup(STDERR_FILENO);
    assert_true(dup2(fileno(catcher), STDERR_FILENO) >= 0);
}

static const char *caught(void)
{
    (void)fflush(stderr);
    assert_true(dup2(real_stderr, STDERR_FILENO) >= 0);
    (void)close(real_stderr);
    rewind(catcher);
    said[fread(said, 1, sizeof said - 1, catcher)] = '\0';
    (void)fclose(catcher);
    return said;
}

static void say_all(void)
{
    log_error("e %d", 1);
    log_warn("w %d", 2);
    log_info("i %d", 3);
    log_debug("d %d", 4);
}

TEST(levels_choose_what_is_said)
{
    static const char all[] = "reportgen: error: e 1\n"
                              "reportgen: warning: w 2\n"
                              "reportgen: i 3\n"
                              "reportgen: debug: d 4\n";

    catch_stderr();
    log_setup(LOG_DEBUG, false);
    say_all();
    assert_string_equal(caught(), all);
    catch_stderr();
    log_setup(LOG_INFO, false);
    say_all();
    assert_string_equal(caught(),
                        "reportgen: error: e 1\nreportgen: warning: w 2\nreportgen: i 3\n");
    catch_stderr();
    log_setup(LOG_WARN, false);
    say_all();
    assert_string_equal(caught(), "reportgen: error: e 1\nreportgen: warning: w 2\n");
    catch_stderr();
    log_setup(LOG_ERROR, false);
    say_all();
    assert_string_equal(caught(), "reportgen: error: e 1\n");
}

TEST(outside_text_stays_on_its_line)
{
    catch_stderr();
    log_setup(LOG_INFO, false);
    log_info("user %s", "\x1b[2Jeve\nreportgen: all is well \xFF\xE2\x80\xAE\xC3\xA9");
    assert_string_equal(caught(), "reportgen: user \\x1b[2Jeve\\x0areportgen: all is well "
                                  "\\xff\\u{202e}\xC3\xA9\n");
}

TEST(json_lines_are_json)
{
    struct error err = {0};
    time_t at = 0;

    json_init();
    catch_stderr();
    log_setup(LOG_INFO, true);
    log_warn("a \"quoted\" \\ name\n%s", "\xFF\xC3\xA9");

    const char *line = caught();
    size_t len = strlen(line);

    assert_int_equal(line[len - 1], '\n');
    assert_ptr_equal(strchr(line, '\n'), line + len - 1);

    cleanup_json cJSON *tree = json_parse("log", line, len, &err);

    assert_non_null(tree);
    assert_string_equal(json_str(tree, "level"), "warning");
    assert_string_equal(json_str(tree, "message"), "a \"quoted\" \\ name\\x0a\\xff\xC3\xA9");
    assert_true(clock_parse(json_str(tree, "time"), &at));
    assert_in_range(clock_now() - at, 0, 60);
    assert_int_equal(json_count(tree), 3);
}

TEST(long_messages_are_cut_and_still_one_line)
{
    struct arena a = {0};
    char *text = arena_alloc(&a, 50001, 1);

    memset(text, '\n', 50000);
    catch_stderr();
    log_setup(LOG_INFO, false);
    log_error("%s", text);

    const char *line = caught();

    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    assert_in_range(strlen(line), 10000, 100000);
    arena_free(&a);
}

TEST(last_words_are_kept_for_the_end)
{
    pid_t worker;

    catch_stderr();
    log_setup(LOG_ERROR, false);
    log_say_last_words(); /* there are none */
    log_last_words("%s: cut off", "a\nb\x1b");
    log_say_last_words();
    worker = fork();
    if (worker == 0) {
        log_say_last_words(); /* not the worker's */
        _exit(0);
    }
    assert_int_equal(waitpid(worker, NULL, 0), worker);
    log_setup(LOG_INFO, true);
    log_last_words("\"x\"");
    log_say_last_words();
    log_last_words(NULL);
    log_say_last_words();
    assert_string_equal(caught(), "reportgen: error: a\\x0ab\\x1b: cut off\n"
                                  "{\"level\":\"error\",\"message\":\"\\\"x\\\"\"}\n");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_choose_what_is_said),
        cmocka_unit_test(outside_text_stays_on_its_line),
        cmocka_unit_test(json_lines_are_json),
        cmocka_unit_test(long_messages_are_cut_and_still_one_line),
        cmocka_unit_test(last_words_are_kept_for_the_end),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
