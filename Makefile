# Muster. `make help` lists the targets; a family is any apps/<name>/main.c, built to build/bin/muster-<name>.
MAKEFLAGS += --no-builtin-rules $(if $(filter 0,$(MAKELEVEL)),-j$(shell nproc))
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
# Also where the environment names a language that this machine does not have.
export LC_ALL := C.UTF-8

BUILD  ?= build
PREFIX ?= /usr/local
CC     := $(if $(filter default,$(origin CC)),gcc,$(CC))
PYTHON := /usr/bin/python3
FUZZ_SECONDS ?= 60

PROGRAMS := $(patsubst apps/%/main.c,%,$(wildcard apps/*/main.c))
# Programs with routes.
FAMILIES := $(patsubst apps/%/routes.c,%,$(wildcard apps/*/routes.c))
QUERIES  := $(filter-out common,$(patsubst sql/queries/%/,%,$(wildcard sql/queries/*/)))
UNIT     := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
FUZZERS  := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
COMMON   := $(wildcard common/*/*.c common/*/*/*.c)

VERSION  := $(file <apps/instance/VERSION)
MACHINE  := $(shell uname -m)

# V=1 shows the whole compiler lines.
Q := $(if $(V),,@)
# A sanitized or fuzzing build is the same tree in another BUILD directory with SANITIZE set.
# Control flow is guarded by the processor where it can do that.
BRANCHES := $(if $(filter x86_64,$(MACHINE)),-fcf-protection=full,$(if $(filter aarch64,$(MACHINE)),-mbranch-protection=standard))
# clang's fortified headers define as macros what banned.h forbids.
HARDEN   := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=undefined,\
              -fstack-clash-protection $(BRANCHES) $(if $(findstring clang,$(CC)),,-D_FORTIFY_SOURCE=3 -ftrivial-auto-var-init=zero))
WARN     := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Werror
CPPFLAGS += -D_GNU_SOURCE -DMUSTER_VERSION=$(VERSION) -I. -I$(BUILD)/gen -include common/base/banned.h
CFLAGS   := -std=c17 -O2 -g $(HARDEN) -fstack-protector-strong -fPIE $(WARN) $(EXTRA_CFLAGS)
LDFLAGS  += -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed $(if $(SANITIZE),-fsanitize=$(SANITIZE))
PKGS     := libpq json-c libsodium libqrencode liboath libcurl libseccomp libidn2
# Evaluated in the recipes, after the libraries were installed.
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS))
PKG_LIBS   = $(shell pkg-config --libs $(PKGS)) -largon2 -lfcgi -lunistring -lm

# What a compiler needs before it starts.
TOOLS   := $(BUILD)/.deps-build $(if $(findstring clang,$(CC)),$(BUILD)/.deps-clang)
BINS    := $(PROGRAMS:%=$(BUILD)/bin/muster-%)
ARCHIVE := $(BUILD)/libmuster.a
WORDS   := $(BUILD)/gen/words_table.h $(BUILD)/gen/words_table.c
GEN     := $(WORDS) $(QUERIES:%=$(BUILD)/gen/queries_%.c) $(QUERIES:%=$(BUILD)/gen/queries_%.h) $(if $(QUERIES),$(BUILD)/gen/queries_common.h $(BUILD)/gen/queries_columns.h)
LIBRARY := $(if $(wildcard apps/exercises/library/compile.py),$(BUILD)/library/.stamp)
objects  = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard apps/$1/*.c)) $(if $(filter $1,$(QUERIES)),$(BUILD)/obj/gen/queries_$1.o)
COMMON_OBJ := $(COMMON:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/gen/words_table.o

.PHONY: all run test test-fast fresh-test unit lint lint-content bench screenshots fuzz fuzzers asan install container-test dist-clean sbom clean help flags

all: $(BINS) $(LIBRARY) $(BUILD)/openapi.json $(BUILD)/pages.conf $(BUILD)/passwords ## build everything into build/ (installs compiler and libraries when missing)

run: all $(BUILD)/.deps-run ## start an instance on http://localhost:8080 (PORT=, VAR=), Ctrl-C stops it
	@BUILD='$(BUILD)' exec apps/instance/instance.sh start

unit: $(UNIT:%=$(BUILD)/tests/%) $(BUILD)/tests/worker $(BUILD)/tests/muster-dialect ## build the unit tests, and the programs that other tests run

test: all unit $(BUILD)/.deps-run $(BUILD)/.deps-test ## run every test on a throw-away instance
	@BUILD='$(BUILD)' exec tests/run.sh

test-fast: all unit $(BUILD)/.deps-run $(BUILD)/.deps-test ## run unit and SQL tests and the main job over HTTP and in the browser
	@BUILD='$(BUILD)' exec tests/run.sh fast

fresh-test: $(BUILD)/.deps-fresh ## run and test a clone on a bare system of its own (SUITE=trixie, FRESH_TESTS=fast|none)
	@BUILD='$(BUILD)' exec tests/fresh/run.sh

lint: $(BUILD)/.deps-build $(BUILD)/.deps-lint $(GEN) lint-content ## check style, includes, static analysis, scripts and pages
	@BUILD='$(BUILD)' exec tests/lint.sh

lint-content: $(BUILD)/.deps-build ## check the exercise library
	$(PYTHON) apps/exercises/library/lint.py

bench: all $(BUILD)/.deps-run $(BUILD)/.deps-bench ## measure throughput and latency, print tables in Markdown
	@BUILD='$(BUILD)' exec tests/bench/run.sh

screenshots: all $(BUILD)/.deps-run $(BUILD)/.deps-test ## write pictures of every page and state, three widths, two schemes, to var/screenshots (ONLY=names)
	@BUILD='$(BUILD)' $(PYTHON) -m tests.browser.screens $(ONLY)

asan: ## run the whole suite with AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-asan SANITIZE=address,undefined test

fuzz: ## run each fuzz target for FUZZ_SECONDS (default 60)
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-fuzz CC=clang SANITIZE=fuzzer-no-link,address,undefined fuzzers
	@for f in $(FUZZERS); do echo "$$f"; mkdir -p $(BUILD)-fuzz/corpus/$$f; \
	  $(BUILD)-fuzz/tests/$$f -max_total_time=$(FUZZ_SECONDS) -print_final_stats=0 -verbosity=0 -artifact_prefix=$(BUILD)-fuzz/ \
	    $(BUILD)-fuzz/corpus/$$f $(wildcard tests/fuzz/seeds) || exit 1; done

fuzzers: $(FUZZERS:%=$(BUILD)/tests/%)

install: all ## copy programs, pages, SQL and scripts to DESTDIR/PREFIX (default /usr/local)
	apps/instance/install.sh '$(BUILD)' '$(DESTDIR)$(PREFIX)' '$(PREFIX)'

sbom: $(BUILD)/.deps-build ## list the parts and their versions in build/sbom.cdx.json (CycloneDX)
	$(PYTHON) apps/instance/sbom.py $(BUILD)/sbom.cdx.json

container-test: $(BUILD)/.deps-container ## build the container image without a container engine and use the product in it
	docker/container-test.sh

clean: ## remove what was built
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-fuzz $(BUILD)-clang

dist-clean: clean ## also remove the instance with all its data
	apps/instance/instance.sh purge

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

# For tests/lint.sh.
flags:
	@echo $(CPPFLAGS) $(PKG_CFLAGS) -std=c17

# Packages: once per package list, and without the network when nothing is missing.
$(BUILD)/.deps-%: apps/instance/packages.txt apps/instance/deps.sh
	@apps/instance/deps.sh $*
	@mkdir -p $(BUILD) && touch $@

$(BUILD)/obj/%.o: %.c Makefile | $(TOOLS) $(GEN)
	@mkdir -p $(@D)
	@echo 'cc $<'
	$(Q)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c Makefile | $(TOOLS) $(GEN)
	@mkdir -p $(@D)
	@echo 'cc $<'
	$(Q)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/obj/common/base/version.o: apps/instance/VERSION

# sqlgen leaves a file alone whose content would be the same, so only what changed is compiled again.
$(BUILD)/gen/.stamp: $(wildcard sql/queries/*/*.sql) sql/sqlgen.py | $(BUILD)/.deps-build
	@mkdir -p $(@D)
	@for family in $(QUERIES); do echo "sqlgen $$family" && $(PYTHON) sql/sqlgen.py sql/queries/$$family $(@D) || exit 1; done
	@touch $@
$(filter-out $(WORDS),$(GEN)): $(BUILD)/gen/.stamp ;

# The sentences that programs say.
$(BUILD)/gen/.words: $(shell find common/words -name '*.py' -o -name '*.yaml') | $(BUILD)/.deps-build
	@mkdir -p $(@D)
	@echo 'words'
	$(Q)$(PYTHON) common/words/compile.py c $(@D) && touch $@
$(WORDS): $(BUILD)/gen/.words ;

$(BUILD)/library/.stamp: $(shell find apps/exercises/library -type f -not -path '*/__pycache__/*' 2>/dev/null) | $(BUILD)/.deps-build
	@rm -rf $(@D) && mkdir -p $(@D)
	$(PYTHON) apps/exercises/library/compile.py $(@D)
	@touch $@

# The API's description: what the families print of themselves.
$(BUILD)/openapi.json: $(BINS) nginx/openapi.py nginx/openapi.intro.json
	@echo 'openapi'
	$(Q)$(PYTHON) nginx/openapi.py $(foreach family,$(FAMILIES),$(BUILD)/bin/muster-$(family)) >$@

# What the pages share with the server: roles, scopes, bounds of fields, what stories use.
$(BUILD)/constants.js: $(BUILD)/openapi.json nginx/constants.py $(shell find apps/exercises/library -name '*.yaml')
	@echo 'constants'
	$(Q)$(PYTHON) nginx/constants.py $< apps/exercises/library >$@

# The pages as nginx sends them, in every language.
$(BUILD)/pages.conf: $(BUILD)/constants.js $(shell find nginx common/words -type f -not -name '*.c' -not -name '*.h' -not -path '*/__pycache__/*')
	@echo 'pages'
	$(Q)$(PYTHON) nginx/stamp.py $< $(BUILD)/site $(BUILD)

# Passwords that were stolen elsewhere.
$(BUILD)/passwords: apps/auth/passwords.py apps/instance/packages.txt | $(BUILD)/.deps-build
	@echo 'passwords'
	$(Q)$(PYTHON) $< $@

$(ARCHIVE): $(COMMON_OBJ)
	@rm -f $@
	$(Q)ar rcs $@ $^

.SECONDEXPANSION:
$(BUILD)/bin/muster-%: $$(call objects,$$*) $(ARCHIVE)
	@mkdir -p $(@D)
	@echo 'ld $@'
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# A test that needs more than common/ names the objects; the archive comes last.
$(BUILD)/tests/test_export_rows: $(BUILD)/obj/apps/auth/export_rows.o
$(BUILD)/tests/test_select: $(BUILD)/obj/apps/exercises/select.o
$(BUILD)/tests/test_slots: $(BUILD)/obj/apps/exercises/slots.o
$(BUILD)/tests/test_mail_render: $(BUILD)/obj/apps/jobs/templates.o $(BUILD)/obj/apps/jobs/words.o $(BUILD)/obj/apps/jobs/message.o
$(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(ARCHIVE)
	@mkdir -p $(@D)
	@echo 'ld $@'
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(ARCHIVE) $(PKG_LIBS) -lcmocka

# The worker's queue with jobs that do what a test says.
$(BUILD)/tests/worker: $(BUILD)/obj/tests/http/worker.o $(patsubst %,$(BUILD)/obj/apps/jobs/%.o,queue job) $(BUILD)/obj/gen/queries_jobs.o $(ARCHIVE)
	@mkdir -p $(@D)
	@echo 'ld $@'
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# A family with a dialect of its own.
$(BUILD)/tests/muster-dialect: $(BUILD)/obj/tests/http/dialect.o $(ARCHIVE)
	@mkdir -p $(@D)
	@echo 'ld $@'
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/tests/fuzz_%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(ARCHIVE)
	@mkdir -p $(@D)
	@echo 'ld $@'
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)

# By name: make drops a pattern rule that has no recipe.
$(UNIT:%=$(BUILD)/obj/tests/unit/%.o): | $(BUILD)/.deps-test
.SECONDARY:

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
