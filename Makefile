# Timepost. `make help` lists what there is to make.

PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
BUILD   ?= build

PACKAGES = libetpan libcurl sqlite3 libpcre2-8 libical icu-i18n icu-uc libxml-2.0 libsodium libsystemd jansson libidn2

WARNINGS = -Wall -Wextra -Werror -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
           -Wformat=2 -Wvla -Wundef
HARDENING = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
CFLAGS  ?= -O2 -g
LDFLAGS ?=

ifeq ($(SANITIZE),1)
  variant := sanitize
  mode_cflags := -O1 -g -Wno-format-truncation -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
  mode_ldflags := -fsanitize=address,undefined
  HARDENING = -fPIE
else ifeq ($(COVERAGE),1)
  variant := coverage
  mode_cflags := -O0 -g --coverage
  mode_ldflags := --coverage
  HARDENING = -fPIE
else
  variant := release
endif
out := $(BUILD)/$(variant)-$(notdir $(firstword $(CC)))

ALL_CFLAGS  = -std=c11 -D_GNU_SOURCE -I. $(WARNINGS) $(HARDENING) $(CFLAGS) $(mode_cflags) $(shell pkg-config --cflags $(PACKAGES))
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS) $(mode_ldflags)
LIBRARIES   = $(shell pkg-config --libs $(PACKAGES)) -lpthread

base_sources    := $(wildcard base/*.c)
parsers_sources := $(wildcard parsers/*.c)
state_sources   := $(wildcard state/*.c)
agent_sources   := $(wildcard agent/*.c)
unit_sources    := $(wildcard tests/unit/*.c)

lexicons   := $(sort $(filter-out %.md,$(wildcard parsers/lexicon/*)))
templates  := $(sort $(wildcard templates/*/*))
migrations := $(sort $(wildcard state/migrations/*.sql))

objects = $(patsubst %.c,$(out)/%.o,$(1))
archives = $(out)/agent.a $(out)/state.a $(out)/parsers.a $(out)/base.a

all: timepost

timepost: $(out)/timepost $(out)/templates.checked
	@ln -sf $< $@

$(out)/timepost: $(out)/agent/main.o $(archives)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)

$(out)/base.a: $(call objects,$(base_sources))
$(out)/parsers.a: $(call objects,$(parsers_sources)) $(out)/embedded_lexicons.o
$(out)/state.a: $(call objects,$(state_sources)) $(out)/embedded_migrations.o
$(out)/agent.a: $(call objects,$(filter-out agent/main.c,$(agent_sources))) $(out)/embedded_templates.o
%.a:
	@rm -f $@
	$(AR) rcs $@ $^

$(out)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Data that is compiled in. The folder is a dependency too, so that a file that is added or removed counts.
$(out)/embed: tools/embed.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -O1 -Wall -Wextra -Werror -o $@ $<
embed = $(out)/embed embedded_$(1) $(2) $(3) >$@.new && mv $@.new $@
$(out)/embedded_lexicons.c: $(out)/embed $(lexicons) parsers/lexicon
	@$(call embed,lexicons,parsers/lexicon,$(lexicons))
# A broken lexicon stops the build with its file and line.
$(out)/lexicon_check: $(call objects,tools/lexicon_check.c parsers/lexicon.c parsers/fold.c) $(out)/base.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)
$(out)/lexicons.checked: $(out)/lexicon_check $(lexicons) parsers/lexicon
	@$(out)/lexicon_check parsers/lexicon $(lexicons)
	@touch $@
$(out)/embedded_lexicons.o: | $(out)/lexicons.checked
$(out)/embedded_templates.c: $(out)/embed $(templates) $(sort $(dir $(templates)))
	@$(call embed,templates,templates,$(templates))
$(out)/embedded_migrations.c: $(out)/embed $(migrations) state/migrations
	@$(call embed,migrations,state/migrations,$(migrations))
$(out)/embedded_%.o: $(out)/embedded_%.c
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# A letter that is missing in a language, or that says what it cannot know, stops the build with its file and line.
$(out)/template_check: $(out)/tools/template_check.o $(archives)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)
$(out)/templates.checked: $(out)/template_check
	@$< && touch $@

# The commented example file is made from the table in agent/configuration.c; a unit test compares the two.
timepost.conf.example: $(out)/configuration_example
	$< >$@.new && mv $@.new $@
$(out)/configuration_example: $(out)/tools/configuration_example.o $(archives)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)

# Every tests/unit/test_NAME.c defines `Suite *NAME_suite(void)`; runner.c runs them all.
suites = $(patsubst tests/unit/test_%.c,%,$(filter tests/unit/test_%,$(unit_sources)))
$(out)/unit_suites.inc: $(unit_sources) tests/unit
	@mkdir -p $(@D)
	@for s in $(suites); do echo "SUITE($$s)"; done >$@.new && mv $@.new $@
$(out)/tests/unit/runner.o: $(out)/unit_suites.inc
$(out)/tests/unit/%.o: ALL_CFLAGS += -I$(out) $(shell pkg-config --cflags check)
$(out)/unit: $(call objects,$(unit_sources)) $(archives)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES) $(shell pkg-config --libs check)
check: check-unit

check-unit: $(out)/unit
	$(out)/unit

clean:
	rm -rf $(BUILD) timepost

.PHONY: all timepost check check-unit clean
.SECONDARY:
.DELETE_ON_ERROR:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
