# Makefile - builds reportgen; every variant stands in its own directory under build/.
#
# To add a source, a test, a fuzz target, a template or an asset: create the file. All lists here
# are found by name. Targets are described behind two hash marks; `make help` prints them.

VERSION := 0.1.0
VARIANT ?= release
B       := build/$(VARIANT)
O       := $(B)/obj

PREFIX  ?= /usr/local
DESTDIR ?=
PYTHON  ?= /usr/bin/python3
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)
LATO    ?= /usr/share/fonts/truetype/lato
MONO    ?= /usr/share/fonts/truetype/jetbrains-mono

ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -g

export LC_ALL := C
export MAKE
export PYTHON

# --- What is built ---------------------------------------------------------------------------

SCANNER   := $(sort $(shell find scanner -name '*.c'))
REPORTGEN := $(sort $(filter-out reportgen/main.c,$(shell find reportgen -name '*.c')))
UNIT      := $(sort $(wildcard tests/unit/test_*.c))
FUZZ      := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FONTS     := $(addprefix $(LATO)/Lato-,Regular.ttf Medium.ttf Semibold.ttf Bold.ttf Heavy.ttf) \
             $(addprefix $(MONO)/JetBrainsMono-,Regular.ttf SemiBold.ttf)
EMBED     := $(sort $(shell find templates assets -type f ! -path 'assets/readme/*' ! -name '.*' ! -name '*~')) $(FONTS)

PROGRAM    := $(B)/reportgen
UNIT_BIN   := $(UNIT:%.c=$(B)/%)
FUZZ_BIN   := $(FUZZ:%.c=$(B)/%)
BENCH_BIN  := $(B)/tests/bench/bench_policy
LIBRARIES  := $(B)/libreportgen.a $(B)/libscanner.a
SOURCES     = $(shell find scanner reportgen tests -name '*.[ch]')

# --- Flags -----------------------------------------------------------------------------------

PKGS := libcurl libcrypto libcjson libcmark expat inih yaml-0.1 zlib
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wundef -Wstrict-prototypes \
        -Wmissing-prototypes -Werror
SANITIZE := address,undefined

# _FORTIFY_SOURCE needs an optimising compiler; a person who asks for -O0 still gets a build.
HARDEN := -fstack-protector-strong -fstack-clash-protection -fPIE \
          $(if $(filter -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) \
          $(if $(filter x86_64 i%86,$(shell uname -m)),-fcf-protection)

CFLAGS_release   := -O2 $(HARDEN)
CFLAGS_asan      := -fno-omit-frame-pointer -fno-sanitize-recover=all -fsanitize=$(SANITIZE)
CFLAGS_coverage  := --coverage
CFLAGS_fuzz      := $(CFLAGS_asan) -fsanitize=fuzzer-no-link
LDFLAGS_release  := -pie -Wl,-z,relro,-z,now,-z,noexecstack
LDFLAGS_asan     := -fsanitize=$(SANITIZE)
LDFLAGS_coverage := --coverage
LDFLAGS_fuzz     := -fsanitize=$(SANITIZE)

# Variant, then the user's CFLAGS, then the levels that a variant cannot do without.
LEVEL_asan     := -O1
LEVEL_fuzz     := -O1
LEVEL_coverage := -O0
LEVEL_clang    := -O0

# -ffile-prefix-map keeps the place of the build out of the program: same source, same bytes.
BASE_CFLAGS := -std=c11 -D_POSIX_C_SOURCE=200809L -DVERSION='"$(VERSION)"' $(WARN) \
               -ffile-prefix-map=$(CURDIR)=. $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
ALL_CFLAGS   = $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS_$(VARIANT)) $(CFLAGS) $(LEVEL_$(VARIANT)) \
               -MMD -MP
ALL_LDFLAGS := $(CFLAGS) $(LDFLAGS_$(VARIANT)) $(LDFLAGS)
LIBS        := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lhpdf -lcsv -lm

# Layers by include path: reportgen sees scanner's headers, scanner cannot see reportgen's.
BANNED         := $(addprefix -include ,$(wildcard scanner/base/banned.h))
INC_scanner    := -Iscanner $(BANNED)
INC_reportgen  := -Iscanner -Ireportgen $(BANNED)
INC_tests      := -Iscanner -Ireportgen -Itests
$(O)/scanner/%.o:        INC := $(INC_scanner)
$(O)/reportgen/%.o:      INC := $(INC_reportgen)
$(O)/embedded_table.o:   INC := $(INC_reportgen)
$(O)/tests/%.o:          INC := $(INC_tests)
$(O)/tests/fuzz/%.o:     INC := $(INC_tests) -Wno-missing-prototypes

# libFuzzer brings its own main; elsewhere a replayer stands in for it.
ifeq ($(VARIANT),fuzz)
$(FUZZ_BIN): ALL_LDFLAGS += -fsanitize=fuzzer
else
FUZZ_MAIN := $(O)/tests/fuzz/standalone.o
endif

# V=1 shows the commands, otherwise one word and the file.
say = $(if $(V),,@printf '  %s\n' '$@' && )
obj = $(patsubst %.c,$(O)/%.o,$(1))

# --- Building --------------------------------------------------------------------------------

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.PHONY: FORCE all lib objects test-programs deps demo check unit golden golden-update e2e lint \
        lint-deep tidy tidy-deep asan fuzz fuzz-replay coverage format install uninstall dist distcheck bench \
        clean help

all: $(PROGRAM) ## build build/release/reportgen

lib: $(LIBRARIES) ## build the two libraries only

objects: $(call obj,$(SCANNER) $(REPORTGEN) $(wildcard reportgen/main.c) $(UNIT) $(FUZZ))

test-programs: $(UNIT_BIN) $(FUZZ_BIN)

define LINK
@mkdir -p $(@D)
$(say)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o %.a,$^)
endef

$(PROGRAM): $(O)/reportgen/main.o $(LIBRARIES)
	$(LINK) $(LIBS)
$(UNIT_BIN): $(B)/%: $(O)/%.o $(LIBRARIES)
	$(LINK) $(LIBS) -lcmocka
$(BENCH_BIN): $(B)/%: $(O)/%.o $(LIBRARIES)
	$(LINK) $(LIBS)
$(FUZZ_BIN): $(B)/%: $(O)/%.o $(FUZZ_MAIN) $(LIBRARIES)
	$(LINK) $(LIBS)

$(B)/libscanner.a:   $(call obj,$(SCANNER)) $(B)/sources.list
$(B)/libreportgen.a: $(call obj,$(REPORTGEN)) $(O)/embedded_table.o $(B)/sources.list
$(LIBRARIES):
	@rm -f $@.$$PPID && $(AR) rcsD $@.$$PPID $(filter %.o,$^) && mv $@.$$PPID $@

$(O)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(say)$(CC) $(ALL_CFLAGS) $(INC) -c -o $@ $<

# The embedded files are read by the assembler, so that the compiler's own list does not name them.
$(O)/embedded_table.o: $(B)/embedded_table.c $(B)/flags
	@mkdir -p $(@D)
	$(say)$(CC) $(ALL_CFLAGS) $(INC) -c -o $@ $<
$(B)/embedded_table.c: reportgen/embed.sh $(EMBED) $(B)/embedded.list
	$(say)sh reportgen/embed.sh $(EMBED) > $@
$(FONTS):
	@echo "missing $@: run make deps" >&2; exit 1

# These three are written only when what they say has changed; who depends on them is then rebuilt.
write_if_changed = @mkdir -p $(@D); printf '%s\n' $(1) > $@.$$PPID; \
    if cmp -s $@.$$PPID $@; then rm -f $@.$$PPID; else mv $@.$$PPID $@; fi
quoted = '$(subst ','\'',$(1))'

$(B)/sources.list: FORCE
	$(call write_if_changed,$(SCANNER) $(REPORTGEN))
$(B)/embedded.list: FORCE
	$(call write_if_changed,$(EMBED))
$(B)/flags: FORCE
	@for p in $(PKGS); do pkg-config --exists $$p 2>/dev/null || miss="$$miss $$p"; done; \
	    test -z "$$miss" || { echo "missing$$miss: run make deps" >&2; exit 1; }
	$(call write_if_changed,$(call quoted,$(shell $(CC) -dumpversion 2>/dev/null) $(CC) $(ALL_CFLAGS) \
	    $(INC_scanner) $(ALL_LDFLAGS) $(LIBS)))

# --- What a person runs ----------------------------------------------------------------------

deps: ## install what building and testing need (Debian, apt)
	@sh tests/tools/deps.sh check

demo: ## install what is missing, build, and run everything on the sample organisation
	@sh tests/tools/deps.sh build
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@rm -rf build/demo
	@$(PROGRAM) demo build/demo

check: ## install what is missing, then every test; ends with "N passed, N failed"
	@sh tests/tools/deps.sh check
	@sh tests/tools/check.sh all

unit: ## unit tests; T=json runs tests/unit/test_json.c alone
	@T='$(T)' VARIANT=$(VARIANT) sh tests/tools/check.sh unit

golden: ## golden cases: commands and their expected output
	@sh tests/tools/check.sh golden

golden-update: all ## rewrite the expected output of the golden cases; review the diff
	@sh tests/tools/golden.sh --update $(PROGRAM)

e2e: ## end-to-end tests (pytest); T=cli runs tests/e2e/test_cli.py alone
	@T='$(T)' sh tests/tools/check.sh e2e

lint: all ## layers, banned functions, lengths, tables, format, clang-tidy, shell and Python scripts
	@T='$(T)' sh tests/tools/check.sh lint

lint-deep: ## clang-tidy with the static analyzer, which takes minutes; not part of check
	@$(MAKE) --no-print-directory -s -k -j$(JOBS) tidy-deep

asan: ## unit tests and fuzz corpora under AddressSanitizer and UBSan
	@T='$(T)' sh tests/tools/check.sh asan

fuzz: ## libFuzzer with clang: make fuzz T=json SECS=60
	@test -n '$(T)' || { echo "usage: make fuzz T=name SECS=60" >&2; exit 2; }
	@$(MAKE) --no-print-directory VARIANT=fuzz CC=clang build/fuzz/tests/fuzz/fuzz_$(T)
	@mkdir -p build/fuzz/corpus/$(T) build/fuzz/crashes
	build/fuzz/tests/fuzz/fuzz_$(T) -max_total_time=$(or $(SECS),60) -timeout=10 -rss_limit_mb=4096 \
	    -artifact_prefix=build/fuzz/crashes/$(T)- build/fuzz/corpus/$(T) tests/fuzz/corpus/$(T)

fuzz-replay: ## replay the seed corpora of all fuzz targets
	@T='$(T)' VARIANT=$(VARIANT) sh tests/tools/check.sh fuzz-replay

coverage: ## tests with gcov; prints lines executed per file
	@sh tests/tools/coverage.sh

format: ## rewrite all C files with clang-format
	clang-format -i $(SOURCES)

readme: all ## renew the README's section on commands and its picture
	@$(PYTHON) tests/tools/update_readme.py

bench: all $(BENCH_BIN) ## time and memory: policies, the demo, a clean build, scans of the test server
	@$(BENCH_BIN)
	@$(PYTHON) tests/bench/bench.py $(PROGRAM)
	@$(PYTHON) tests/bench/bench_scan.py $(PROGRAM)

install: all ## PREFIX=/usr/local DESTDIR=
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/reportgen

uninstall: ## remove what install installed
	rm -f $(DESTDIR)$(PREFIX)/bin/reportgen

dist: ## build/reportgen-VERSION.tar.gz of the committed source
	@mkdir -p build
	git archive --format=tar --prefix=reportgen-$(VERSION)/ HEAD | gzip -9n \
	    > build/reportgen-$(VERSION).tar.gz

distcheck: dist ## unpack the archive twice, build, run, install; both programs must be the same
	@sh tests/tools/distcheck.sh build/reportgen-$(VERSION).tar.gz $(VERSION)

clean: ## remove build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' Makefile | \
	    while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

# For tests/lint/tidy.sh. An object is as new as all that it was made from, headers included.
# The path-sensitive analyzer takes thirty times as long as all other checks: lint-deep has it.
TIDIED     := $(SCANNER) $(REPORTGEN) $(wildcard reportgen/main.c)
TIDY       := $(patsubst %.c,build/tidy/%.ok,$(TIDIED) $(sort $(shell find tests -name '*.c')))
TIDY_DEEP  := $(patsubst %.c,build/tidy-deep/%.ok,$(TIDIED))
TIDY_FLAGS := $(filter-out -Werror,$(BASE_CFLAGS))

define run_tidy
@mkdir -p $(@D)
@clang-tidy --quiet $(1) $< -- $(TIDY_FLAGS) $(INC_$(firstword $(subst /, ,$<))) > $@.log 2>&1 || \
    { sed '/ warnings* generated\.$$/d' $@.log; exit 1; }
@mv $@.log $@
endef

tidy: $(TIDY)
tidy-deep: $(TIDY_DEEP)
build/tidy/%.ok: %.c build/release/obj/%.o .clang-tidy
	$(call run_tidy,--checks=-clang-analyzer-*)
build/tidy-deep/%.ok: %.c build/release/obj/%.o .clang-tidy
	$(call run_tidy)

-include $(shell find $(O) -name '*.d' 2>/dev/null)
