# Timepost. `make help` lists what there is to make.

PREFIX     ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR    ?=
CC         ?= cc
BUILD      ?= build

# As many jobs as there are processors; for one at a time: make JOBS=1
JOBS ?= $(shell nproc 2>/dev/null || echo 1)
ifeq ($(MAKELEVEL),0)
  MAKEFLAGS += -j$(JOBS)
endif
# None of make's own rules: one of them would make the folder parsers/lexicon out of lexicon.c.
MAKEFLAGS += --no-builtin-rules

PACKAGES = libetpan libcurl sqlite3 libpcre2-8 libical icu-i18n icu-uc libxml-2.0 libsodium libsystemd jansson libidn2

WARNINGS = -Wall -Wextra -Werror -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
           -Wformat=2 -Wvla -Wundef
HARDENING = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
CFLAGS  ?= -O2 -g
LDFLAGS ?=

ifeq ($(SANITIZE),1)
  variant := sanitize
  mode_cflags := -O1 -g -Wno-unknown-warning-option -Wno-format-truncation -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
  mode_ldflags := -fsanitize=address,undefined
  HARDENING = -fPIE
else ifeq ($(COVERAGE),1)
  variant := coverage
  mode_cflags := -O0 -g --coverage
  mode_ldflags := --coverage
  HARDENING = -fPIE
else ifeq ($(FUZZING),1)
  variant := fuzz
  mode_cflags := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
  mode_ldflags := -fsanitize=fuzzer-no-link,address,undefined
  HARDENING = -fPIE
else
  variant := release
endif
out := $(BUILD)/$(variant)-$(notdir $(firstword $(CC)))

# Asked once, and in silence: where they are missing, tools/packages says more.
package_cflags := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
# libetpan hands on a linker option of the Debian package that built it, which clang does not know.
package_libs   := $(filter-out -specs=%,$(shell pkg-config --libs $(PACKAGES) 2>/dev/null))
check_cflags   := $(shell pkg-config --cflags check 2>/dev/null)
check_libs     := $(shell pkg-config --libs check 2>/dev/null)

export PYTHONDONTWRITEBYTECODE = 1

ALL_CFLAGS  = -std=c11 -D_GNU_SOURCE -I. $(WARNINGS) $(HARDENING) $(CFLAGS) $(mode_cflags) $(package_cflags)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS) $(mode_ldflags)
LIBRARIES   = $(package_libs) -lpthread

base_sources    := $(wildcard base/*.c)
parsers_sources := $(wildcard parsers/*.c)
state_sources   := $(wildcard state/*.c)
agent_sources   := $(wildcard agent/*.c)
unit_sources    := $(wildcard tests/unit/*.c)

lexicons   := $(sort $(filter-out %.md,$(wildcard parsers/lexicon/*)))
templates  := $(sort $(wildcard templates/*/*))
migrations := $(sort $(wildcard state/migrations/*.sql))

# Short lines of what is done; with V=1 the commands themselves.
say = $(if $(V),,@echo '  $(1) $@' && )

objects = $(patsubst %.c,$(out)/%.o,$(1))
archives = $(out)/agent.a $(out)/state.a $(out)/parsers.a $(out)/base.a

all: timepost ## build the program (the default)

timepost: $(out)/timepost $(out)/templates.checked
	@ln -sf $< $@

$(out)/timepost: $(out)/agent/main.o $(archives)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)

$(out)/base.a: $(call objects,$(base_sources))
$(out)/parsers.a: $(call objects,$(parsers_sources)) $(out)/embedded_lexicons.o
$(out)/state.a: $(call objects,$(state_sources)) $(out)/embedded_migrations.o
$(out)/agent.a: $(call objects,$(filter-out agent/main.c,$(agent_sources))) $(out)/embedded_templates.o
%.a:
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^

$(out)/%.o: %.c | $(out)/packages.checked
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# What is missing is said in words, before the compiler does in its own.
$(out)/packages.checked: tools/packages
	@mkdir -p $(@D)
	@[ -n "$(package_libs)" ] || tools/packages build
	@touch $@

# Data that is compiled in. The folder is a dependency too, so that a file that is added or removed counts.
$(out)/embed: tools/embed.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) -std=c11 -O1 -Wall -Wextra -Werror -o $@ $<
embed = $(out)/embed embedded_$(1) $(2) $(3) >$@.new && mv $@.new $@
$(out)/embedded_lexicons.c: $(out)/embed $(lexicons) parsers/lexicon
	@$(call embed,lexicons,parsers/lexicon,$(lexicons))
# A broken lexicon stops the build with its file and line.
$(out)/lexicon_check: $(call objects,tools/lexicon_check.c parsers/lexicon.c parsers/fold.c) $(out)/base.a
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)
$(out)/lexicons.checked: $(out)/lexicon_check $(lexicons) parsers/lexicon
	@$(out)/lexicon_check parsers/lexicon $(lexicons)
	@touch $@
$(out)/embedded_lexicons.o: | $(out)/lexicons.checked
$(out)/embedded_templates.c: $(out)/embed $(templates) $(sort $(dir $(templates)))
	@$(call embed,templates,templates,$(templates))
$(out)/embedded_migrations.c: $(out)/embed $(migrations) state/migrations
	@$(call embed,migrations,state/migrations,$(migrations))
$(out)/embedded_%.o: $(out)/embedded_%.c
	$(call say,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# A letter that is missing in a language, or that says what it cannot know, stops the build with its file and line.
$(out)/template_check: $(out)/tools/template_check.o $(archives)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)
$(out)/templates.checked: $(out)/template_check
	@$< && touch $@

# The commented example file is made from the table in agent/configuration.c; a unit test compares the two.
timepost.conf.example: $(out)/configuration_example
	$< >$@.new && mv $@.new $@
$(out)/configuration_example: $(out)/tools/configuration_example.o $(archives)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)

# Every tests/unit/test_NAME.c defines `Suite *NAME_suite(void)`; runner.c runs them all.
suites = $(patsubst tests/unit/test_%.c,%,$(filter tests/unit/test_%,$(unit_sources)))
$(out)/unit_suites.inc: $(unit_sources) tests/unit
	@mkdir -p $(@D)
	@for s in $(suites); do echo "SUITE($$s)"; done >$@.new && mv $@.new $@
$(out)/tests/unit/runner.o: $(out)/unit_suites.inc
$(out)/tests/unit/%.o: ALL_CFLAGS += -I$(out) $(check_cflags)
$(out)/unit: $(call objects,$(unit_sources)) $(archives)
	$(call say,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES) $(check_libs)

# What tests and demonstration need is installed by root, and asked for otherwise; then make looks for it anew.
check: ## build, and run every test (as root: installs what is missing)
	@tools/packages build check
	@$(MAKE) --no-print-directory check-all
check_parts = unit cli corpus e2e
check-all: timepost $(out)/unit
	@failed=; for part in $(check_parts); do \
	    echo "== $$part"; $(MAKE) --no-print-directory check-$$part || failed="$$failed $$part"; \
	done; [ -z "$$failed" ] || { echo "Failed:$$failed"; exit 1; }
check-unit: $(out)/unit ## the modules, each by itself
	$(out)/unit
check-cli: timepost ## the commands as people type them
	@TIMEPOST=$(abspath $(out))/timepost tests/cli/run.sh
check-corpus: timepost ## example mails through `timepost parse`
	@python3 tests/corpus/check.py $(out)/timepost
check-e2e: timepost ## the service, with a real Dovecot and Postfix
	@TIMEPOST=$(abspath $(out))/timepost SANITIZE=$(SANITIZE) python3 -m tests.e2e

demo: ## build, and show the desk at work (as root: installs what is missing; KEEP=1 leaves it running)
	@tools/packages build demo
	@$(MAKE) --no-print-directory timepost >/dev/null
	@TIMEPOST=$(abspath $(out))/timepost KEEP=$(KEEP) python3 -m tests.demo

coverage: ## what the tests reach, by gcovr, in build/coverage/
	@tools/packages build check coverage
	@$(MAKE) --no-print-directory COVERAGE=1 check-all
	@mkdir -p $(BUILD)/coverage
	gcovr --root . --exclude tests/ --exclude tools/ --exclude '$(BUILD)/' --html-details $(BUILD)/coverage/index.html \
	    --print-summary $(BUILD)

# Fuzzing, with clang's libFuzzer. Each tests/fuzz/fuzz_NAME.c is a target.
FUZZ_SECONDS ?= 30
FUZZ ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz: ## look for input that breaks a parser (FUZZ=parser FUZZ_SECONDS=3600)
	@tools/packages build fuzz
	@$(MAKE) --no-print-directory CC=$(if $(findstring clang,$(CC)),$(CC),clang) FUZZING=1 fuzz-run
fuzz_runs := $(patsubst %,fuzz-run-%,$(FUZZ))
.PHONY: fuzz fuzz-run $(fuzz_runs)
fuzz-run: $(fuzz_runs)
$(fuzz_runs): fuzz-run-%: $(out)/fuzz_% $(out)/fuzz.dict
	@FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_FOLDER=$(BUILD)/fuzz FUZZ_DICTIONARY=$(out)/fuzz.dict tests/fuzz/run.sh $<
$(out)/fuzz_%: $(out)/tests/fuzz/fuzz_%.o $(out)/tests/fuzz/support.o $(archives)
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBRARIES)
$(out)/fuzz.dict: tests/fuzz/dictionary.py $(lexicons)
	@python3 $^ >$@.new && mv $@.new $@

# What reading costs. MAILS names other mails than those of tests/corpus.
bench: $(out)/bench_parse $(out)/bench_worst ## mails and instructions of reading, and the worst mails
	@python3 tests/bench/bench.py $(out) $(MAILS)
bench-free: $(out)/bench_free ## free times on a calendar of ten million bookings (made once, 2.4 GB in build/bench/)
	@mkdir -p $(BUILD)/bench
	@$(out)/bench_free $(BUILD)/bench/free.db
.PHONY: bench bench-free
$(out)/bench_%: $(out)/tests/bench/%.o $(archives)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)

# What is linted; what is generated is not.
c_files   := $(wildcard base/*.[ch] parsers/*.[ch] state/*.[ch] agent/*.[ch] tools/*.c tests/*/*.[ch])
c_sources := $(filter base/%.c parsers/%.c state/%.c agent/%.c tools/%.c,$(c_files))
shell_files := $(wildcard .ci/run tools/packages tests/*/*.sh)
units     := $(wildcard systemd/*.service systemd/*.timer)

lint: lint-format lint-tidy lint-cppcheck lint-shell lint-python lint-units ## formatting and static analysis
lint-format:
	@clang-format --dry-run -Werror $(c_files)
tidied = $(patsubst %.c,$(out)/tidy/%.ok,$(c_sources))
lint-tidy: $(tidied)
$(out)/tidy/%.ok: %.c .clang-tidy $(wildcard base/*.h parsers/*.h state/*.h agent/*.h)
	@mkdir -p $(@D)
	@clang-tidy --quiet --warnings-as-errors='*' $< -- -std=c11 -D_GNU_SOURCE -I. $(package_cflags) 2>$@.log || { cat $@.log; exit 1; }
	@touch $@
lint-cppcheck:
	@cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --suppress=missingIncludeSystem -j$(JOBS) -D_GNU_SOURCE -I. $(c_sources)
lint-shell:
	shellcheck $(shell_files)
lint-python:
	@PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(out)/python python3 -W error -m compileall -q tests
# The units name the installed program; here they are verified with the one that was built. A warning is a failure.
lint-units: timepost
	@rm -rf $(out)/units && mkdir -p $(out)/units
	@for unit in $(units); do sed 's|/usr/bin/|$(abspath $(out))/|' $$unit >$(out)/units/$${unit##*/}; done
	@said=$$(systemd-analyze verify --man=no $(out)/units/* 2>&1) && [ -z "$$said" ] || { echo "$$said"; exit 1; }
	@systemd-analyze security --offline=true --threshold=20 $(filter %.service,$(units)) >/dev/null

man_pages := $(out)/timepost.1 $(out)/timepost.conf.5
$(out)/timepost.1: $(out)/timepost tools/manual
	tools/manual $< $(@F) >$@.new && mv $@.new $@
$(out)/timepost.conf.5: timepost.conf.example tools/manual
	tools/manual $< $(@F) >$@.new && mv $@.new $@

install: all $(man_pages) ## install under $(DESTDIR)$(PREFIX): program, units, system user, example configuration, documents
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/lib/sysusers.d \
	    $(DESTDIR)$(PREFIX)/share/doc/timepost $(DESTDIR)$(SYSCONFDIR)/timepost
	install -m 755 $(out)/timepost $(DESTDIR)$(PREFIX)/bin/timepost
	for unit in $(units); do \
	    sed 's|/usr/bin/timepost|$(PREFIX)/bin/timepost|; s|/usr/share/doc|$(PREFIX)/share/doc|' $$unit \
	        >$(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/} || exit; \
	done
	install -m 644 systemd/timepost.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/timepost.conf
	install -m 644 timepost.conf.example $(documents) $(DESTDIR)$(PREFIX)/share/doc/timepost
	for page in $(man_pages); do \
	    install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/} || exit; \
	done
	[ -e $(DESTDIR)$(SYSCONFDIR)/timepost/timepost.conf ] || \
	    install -m 644 timepost.conf.example $(DESTDIR)$(SYSCONFDIR)/timepost/timepost.conf
documents := $(wildcard README.md LICENSE docs/*.md)

uninstall: ## take away what install put there; configuration and calendar stay
	rm -f $(DESTDIR)$(PREFIX)/bin/timepost $(DESTDIR)$(PREFIX)/lib/sysusers.d/timepost.conf \
	    $(patsubst systemd/%,$(DESTDIR)$(PREFIX)/lib/systemd/system/%,$(units)) \
	    $(foreach page,$(man_pages),$(DESTDIR)$(PREFIX)/share/man/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/timepost

clean: ## take away what was built
	rm -rf $(BUILD) timepost

help: ## this
	@echo 'make [CC=clang] [SANITIZE=1 | COVERAGE=1] [JOBS=N] [V=1] [PREFIX=/usr/local] [DESTDIR=] TARGET'
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | \
	    awk -F '\t' '{ printf "  %-14s %s\n", $$1, $$2 }'

.PHONY: all timepost check check-all check-unit check-cli check-corpus check-e2e demo coverage lint lint-format lint-tidy \
        lint-cppcheck lint-shell lint-python lint-units install uninstall clean help
.SECONDARY:
.DELETE_ON_ERROR:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
