"""banned.py - functions that may be called at home only, or nowhere.

To add one: a row in HOMES, with the files that may call it and the reason that is printed.
"""
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

from c_source import code, files

COMMANDS = ["reportgen/main.c", "reportgen/cmd_*.c"]

# (pattern of what stands in the code, files where it may stand, reason)
HOMES = [
    (r"\b(?:malloc|calloc|realloc|free|strdup|strndup|asprintf|vasprintf)\s*\(",
     ["scanner/base/*"], "memory comes from an arena, base/arena.h"),
    (r"\bfopen\s*\([^;]*,\s*\"[^\"]*[wa+]",
     ["scanner/base/file.c"], "files are written by base/file.h"),
    (r"(?<![.>])\b(?:open|openat|creat|rename|renameat|unlink|unlinkat|remove|rmdir|mkdir|"
     r"mkstemp|mkdtemp|ftruncate|truncate|link|symlink|chmod|fchmod|fsync)\s*\(",
     ["scanner/base/file*.c", "scanner/base/terminal.c", "reportgen/evidence/key.c"],
     "the disk is changed by base/file.h"),
    (r"\b(?:time|gettimeofday|clock_gettime|localtime|localtime_r|gmtime|gmtime_r|mktime|strftime|"
     r"ctime|asctime)\s*\(",
     ["scanner/base/clock.c"], "time is read and written by base/clock.h"),
    (r"\b(?:getenv|secure_getenv|setenv|putenv)\s*\(",
     ["scanner/base/env.c", "scanner/base/clock.c"], "the environment is read by base/env.h"),
    (r"\b(?:setlocale|newlocale|uselocale)\s*\(",
     ["reportgen/main.c"], "no locale: same input, same bytes"),
    (r"\b(?:sprintf|vsprintf|strcpy|strcat|stpcpy|gets|strtok|strtok_r|strncpy|strncat)\s*\(",
     [], "unbounded or surprising; see base/text.h and base/strbuf.h"),
    (r"\b(?:atoi|atol|atoll|atof|sscanf|scanf|fscanf)\s*\(",
     [], "numbers are parsed strictly; see base/text.h and base/json.h"),
    (r"\bcJSON_(?:Get\w*|Parse\w*|HasObjectItem|Print\w*|Minify)\s*\(",
     ["scanner/base/json*.c"], "JSON is read by the strict getters of base/json.h"),
    (r"\b(?:exit|_exit|_Exit|abort|quick_exit)\s*\(",
     ["reportgen/main.c", "scanner/base/arena.c", "scanner/base/worker.c"],
     "errors go up to main, base/error.h"),
    (r"\b(?:printf|vprintf|puts|putchar)\s*\(|\bstdout\b",
     COMMANDS,
     "only main.c and the commands print"),
    (r"\b(?:fprintf|vfprintf|fputs|fputc|fwrite|perror)\s*\(\s*stderr|\bstderr\b|\bperror\s*\(",
     COMMANDS + ["scanner/base/log.c", "scanner/base/arena.c"],
     "talk goes through base/log.h"),
    (r"\bHPDF_\w+",
     ["reportgen/render/pdf_haru*", "reportgen/render/pdf_font.c", "reportgen/render/pdf_embed.c",
      "reportgen/render/pdf_private.h"],
     "libharu is used behind render/pdf_haru.h only"),
    (r"\bcurl_\w+", ["scanner/base/http*"], "libcurl has one home"),
    (r"\bini_\w+", ["scanner/aws/config_parse.c"], "inih has one home"),
    (r"\byaml_(?:parser|event)_\w+", ["scanner/base/yaml.c"], "libyaml has one home"),
    (r"\bcsv_(?:init|fini|free|set_\w+)\s*\(", ["scanner/base/csv.c"], "libcsv has one home"),
    (r"\bXML_\w+", ["scanner/base/xml*"], "expat has one home"),
    (r"\bcmark_\w+", ["reportgen/document.*", "reportgen/markdown.*"], "libcmark has one home"),
    (r"\b(?:EVP|PEM|BIO|EC|OPENSSL|ERR)_\w+\s*\(",
     ["scanner/base/certificate.c", "scanner/base/digest*.c", "scanner/base/file.c",
      "scanner/base/secret.c", "reportgen/evidence/*"],
     "OpenSSL is used by base/certificate, digest and secret, and by evidence/ only"),
    (r"\b(?:system|popen|execl\w*|execv\w*|fork|vfork|dlopen)\s*\(",
     ["scanner/base/worker.c"], "no other program is started here"),
    (r"\bposix_spawnp?\s*\(",
     ["scanner/base/process.c"], "programs that the configuration names: base/process.h"),
    (r"\b(?:rand|srand|random|drand48|rand_r)\s*\(", [], "same input, same bytes"),
    (r"\bpthread_\w+", [], "no threads: concurrency has one place, the transport"),
    (r"\bgoto\b", [], "early returns and CLEANUP() instead, base/cleanup.h"),
    (r"\btypedef\s+(?:struct|union|enum)\b", [], "struct thing, no typedef"),
]


def main():
    bad = False
    for path in files("scanner", "reportgen"):
        if path.name == "banned.h":
            continue
        text = code(Path(path).read_text(encoding="utf-8"), keep_strings=True)
        bare = code(text)
        for pattern, homes, reason in HOMES:
            if any(fnmatch(str(path), home) for home in homes):
                continue
            subject = text if '"' in pattern else bare
            for match in list(re.finditer(pattern, subject))[:5]:
                line = subject.count("\n", 0, match.start()) + 1
                what = match.group().split("(")[0].strip()
                print(f"{path}:{line}: {what}: {reason}")
                bad = True
    return bad


sys.exit(main())
