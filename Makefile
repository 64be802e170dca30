# SPDX-License-Identifier: GPL-2.0-or-later
#
# make               build/stap-vhost, build/vguest and the manual pages
# make demo          a host of its own, a guest with traffic, live lines (as root; installs what it needs);
#                    GUEST=kvm: a real KVM guest
# make test          what needs no root, no network and no lab: unit tests, the command line, lint; installs
#                    nothing, and leaves out what a tool is missing for
# make check         all tests (as root; installs what it needs)
# make check-long    the same at full length
# make check-lint, check-unit, check-cli, check-fuzz, check-buildok; check-builds: in bare Debians
# make check-lab     rows of the lab's table: LANE=debian-13 GROUP=main ROWS="referee lines"
# make test-one      T=test-roff, T=dump.bats or T=frames: one unit test, one file of tests/cli, one row of the lab
# make transcripts   what the pages show of the programs, printed once more and put into the pages (as root); NAMES="dump demo": these alone
# make bench         what it costs, in instructions per packet, the time to a warm start, and how fast a report is (as root)
# make install       under prefix=/usr/local, with DESTDIR
# make install-modules  modules of the scripts that say x-stapusr: yes, where staprun lets members of stapusr take them from:
#                    RELEASE=… (the running kernel's), with DESTDIR
# make uninstall     takes away what install has put there
# make compile_commands.json  how each file is compiled, for editors
# make deps          install what check needs (as root, with apt-get)
# make clean

BUILD ?= build
CC ?= gcc
PKG_CONFIG ?= pkg-config
prefix ?= /usr/local
sbindir ?= $(prefix)/sbin
datadir ?= $(prefix)/share
mandir ?= $(datadir)/man
docdir ?= $(datadir)/doc/stap-vhost
bashcompdir ?= $(datadir)/bash-completion/completions
CFLAGS ?= -O2 -g
# a table's row leaves out what is 0; a warning is an error for those who look at each: CI=true or WERROR=1
WARN := -Wall -Wextra -Wno-missing-field-initializers $(if $(filter-out 0 false,$(CI) $(WERROR)),-Werror)
VERSION := $(shell sed -n 's/^stap-vhost \([0-9.]*\).*/\1/p;T;q' NEWS)

CPPFLAGS_ALL = -D_GNU_SOURCE -Iruntime -DVERSION='"$(VERSION)"' -DDATADIR='"$(datadir)"' $(CPPFLAGS)
CFLAGS_ALL = -std=gnu11 -pthread $(WARN) $(SANITIZE) $(CFLAGS)

# A room is a line of the table "rooms". vguest is a program of its own; verbs and commands combine rooms, so that
# no test of a room needs them.
rooms := $(shell sed -n 's/^\([a-z/]*\):.*/\1/p' rooms)
sources = $(wildcard $(1:%=runtime/%/*.c))
base_src := $(call sources,base)
vguest_src := $(call sources,vguest base)
rooms_src := $(call sources,$(filter-out vguest verb cmd%,$(rooms)))
stap_vhost_src := $(wildcard runtime/*.c) $(call sources,$(filter-out vguest,$(rooms)))

# what stap-vhost is linked with; threads, dlopen() and forkpty() have libraries of their own before glibc 2.34
libs := libdw libelf jansson libarchive libmd zlib
libs_of = $(shell $(PKG_CONFIG) --libs $(1)) -pthread -ldl -lutil

objs = $(patsubst runtime/%.c,$(BUILD)/obj/%.o,$(1))
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) '$(2)')

.PHONY: all man help deps demo test test-one check check-long check-lint check-unit check-cli check-fuzz check-buildok check-builds check-lab bench transcripts \
	install install-modules uninstall clean
all: $(BUILD)/stap-vhost $(BUILD)/vguest man

help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

# for editors and language servers: what compiles each file
.PHONY: compile_commands.json
compile_commands.json:
	$(Q)for f in $(sort $(stap_vhost_src) $(vguest_src)); do \
		printf ',{"directory": "%s", "file": "%s", "command": "%s %s"}\n' '$(CURDIR)' "$$f" \
			'$(CC) -D_GNU_SOURCE -Iruntime -DVERSION=\\\"0\\\" -DDATADIR=\\\"/\\\" $(CFLAGS_ALL) -c' "$$f"; done | \
		{ echo '['; sed '1s/^,//'; echo ']'; } > $@

$(BUILD)/vguest: $(call objs,$(vguest_src))
$(BUILD)/stap-vhost: $(call objs,$(stap_vhost_src))
$(BUILD)/stap-vhost: LDLIBS_ALL = $(call libs_of,$(libs))
$(BUILD)/vguest: LDLIBS_ALL = $(call libs_of,libmd)

$(BUILD)/vguest $(BUILD)/stap-vhost:
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(LDLIBS_ALL) $(LDLIBS)

# before a compiler's error about a header: what is missing, and how it is had
$(BUILD)/libs: Makefile
	$(Q)mkdir -p $(@D)
	$(Q)$(PKG_CONFIG) --print-errors --exists $(libs) || { tests/deps --missing build; exit 1; }
	$(Q)touch $@

# what is compiled in and may change: "make && make install prefix=/usr", a new version
configured := $(datadir) $(VERSION)
.PHONY: FORCE
$(BUILD)/configured: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(configured)' | cmp -s - $@ || echo '$(configured)' > $@
$(call objs,$(shell grep -lwE 'DATADIR|VERSION' -r --include=*.c runtime)): $(BUILD)/configured

$(BUILD)/obj/%.o: runtime/%.c | $(BUILD)/libs
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# The manual pages: of what the programs know of themselves, and of the tapsets' kernel-doc
verbs := $(shell find runtime/cmd -name '*.c' -exec sed -nE '/^VERB = /,/^}/s/^\t\.name = "([a-z]*)",$$/\1/p' {} +)
man8 := stap-vhost.8 $(verbs:%=stap-vhost-%.8) vguest.8
man: $(man8:%=$(BUILD)/man/man8/%) $(BUILD)/man/man7/stap-vhost-tapsets.7 $(BUILD)/man/man3/stamp

# the same pages from the same sources
MAN_ENV = VERSION='$(VERSION)' SOURCE_DATE_EPOCH="$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || \
	stat -c %Y NEWS)}"

$(BUILD)/man/man8/stap-vhost.8: MAN_COMMAND = $(BUILD)/stap-vhost help --man
$(BUILD)/man/man8/vguest.8: MAN_COMMAND = $(BUILD)/vguest --man
$(BUILD)/man/man8/stap-vhost-%.8: MAN_COMMAND = $(BUILD)/stap-vhost help --man $*
define man_page
	$(call say,MAN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(MAN_ENV) $(MAN_COMMAND) > $@.new && mv $@.new $@
endef
$(BUILD)/man/man8/stap-vhost-%.8: $(BUILD)/stap-vhost
	$(man_page)
$(BUILD)/man/man8/%.8: $(BUILD)/%
	$(man_page)

$(BUILD)/man/man7/stap-vhost-tapsets.7: $(wildcard tapsets/*.stp docs/man/*) NEWS
	$(call say,MAN,$@)
	$(Q)$(MAN_ENV) docs/man/tapset-pages --index $@

# make can't have names with colons: one file stands for all
$(BUILD)/man/man3/stamp: $(wildcard tapsets/*.stp docs/man/*) NEWS
	$(call say,MAN,$(@D))
	$(Q)rm -rf $(@D) && $(MAN_ENV) docs/man/tapset-pages $(@D) && touch $@

# Unit tests: every room but the verbs, which combine them
unit_src := $(wildcard tests/unit/test-*.c)
unit_bin := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(unit_src))
unit_objs := $(call objs,$(sort $(rooms_src) $(filter-out %/main.c,$(vguest_src))))

unit_shared := tests/unit/tree.c tests/unit/watch.c tests/unit/traces.c
$(BUILD)/unit/%: tests/unit/%.c $(unit_shared) $(unit_shared:.c=.h) $(unit_objs)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $(filter %.c %.o,$^) \
		$(call libs_of,$(libs) cmocka) $(LDLIBS)

# Fuzzing: every file is to be instrumented, so these are objects of their own
fuzz_src := $(wildcard tests/fuzz/fuzz-*.c)
fuzz_bin := $(patsubst tests/fuzz/fuzz-%.c,$(BUILD)/fuzz/%,$(fuzz_src))
fuzzed_src := $(filter-out runtime/print/% runtime/selftest/%,$(rooms_src))
fuzzed_objs := $(patsubst runtime/%.c,$(BUILD)/fuzz/obj/%.o,$(fuzzed_src))
FUZZ_CC = clang $(CPPFLAGS_ALL) -std=gnu11 -pthread $(WARN) -O1 -g -fno-sanitize-recover=all
.PHONY: fuzz-programs
fuzz-programs: $(if $(shell command -v clang),$(fuzz_bin))

# not to be removed, though only a pattern names them
.SECONDARY: $(fuzzed_objs)
$(BUILD)/fuzz/obj/%.o: runtime/%.c
	$(Q)mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer-no-link,address,undefined -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/%: tests/fuzz/fuzz-%.c tests/fuzz/fuzz.h $(fuzzed_objs)
	$(call say,FUZZ,$@)
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer,address,undefined $(LDFLAGS) -o $@ $(filter %.c %.o,$^) \
		$(call libs_of,$(libs)) $(LDLIBS)

# clang-tidy, a file at a time: one that has passed passes until it or a header changes
tidy_src := $(sort $(stap_vhost_src) $(vguest_src))
.PHONY: tidy
tidy: $(patsubst runtime/%.c,$(BUILD)/tidy/%,$(tidy_src))
$(BUILD)/tidy/%: runtime/%.c .clang-tidy $(wildcard runtime/*/*.h runtime/*/*/*.h)
	$(Q)mkdir -p $(@D)
	$(Q)clang-tidy --quiet --warnings-as-errors='*' $< -- -std=gnu11 $(CPPFLAGS_ALL) 2> /dev/null && touch $@

# A sanitizer's objects are not mixed with others: its own build directory
sanitized := BUILD=$(BUILD)/sanitized SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover'
.PHONY: unit-programs
unit-programs: $(if $(shell $(PKG_CONFIG) --exists cmocka 2> /dev/null && echo y),$(unit_bin)) all

# as many at once as there are CPUs, unless make was told another number
jobs = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

# Every target that needs packages goes through deps first, and only then looks for libraries.
deps:
	@tests/deps check

demo:
	@tests/deps demo
	@tests/lab/demo $(GUEST)

.PHONY: deps-long
deps-long:
	@tests/deps long
check-long: deps-long

check check-long: deps
	$(Q)$(MAKE) $(jobs) --no-print-directory all
	$(Q)$(MAKE) $(jobs) --no-print-directory $(sanitized) unit-programs fuzz-programs
	$(Q)BUILD=$(BUILD)/sanitized STAP_VHOST=$(abspath $(BUILD))/sanitized/stap-vhost \
		tests/check $(if $(filter check-long,$@),--long)

# hermetic: what is missing is left out, and said
test: all
	$(Q)$(MAKE) $(jobs) --no-print-directory unit-programs
	$(Q)BUILD=$(BUILD) STAP_VHOST=$(abspath $(BUILD))/stap-vhost tests/check --quick lint unit cli

check-lint check-buildok: deps
	$(Q)$(MAKE) $(jobs) --no-print-directory man
	$(Q)tests/check $(patsubst check-%,%,$@)

check-unit check-cli:
	@tests/deps test
	$(Q)$(MAKE) $(jobs) --no-print-directory $(sanitized) unit-programs
	$(Q)BUILD=$(BUILD)/sanitized STAP_VHOST=$(abspath $(BUILD))/sanitized/stap-vhost tests/check $(patsubst check-%,%,$@)

check-builds:
	@tests/deps demo
	$(Q)tests/check builds

check-fuzz: deps
	$(Q)$(MAKE) $(jobs) --no-print-directory $(sanitized) fuzz-programs
	$(Q)BUILD=$(BUILD)/sanitized tests/check fuzz

check-lab:
	@tests/deps demo
	$(Q)tests/lab/check $(if $(LANE),--lane $(LANE)) $(if $(GROUP),--group $(GROUP)) $(if $(LONG),--long) $(ROWS)

# T=test-roff, T=dump.bats, T=frames: a unit test, a file of tests/cli, a row of the lab's table (as root; LANE=…)
test-one:
	$(Q)case '$(T)' in \
	test-*) $(MAKE) -s $(BUILD)/unit/$(T) && $(BUILD)/unit/$(T) ;; \
	*.bats) $(MAKE) -s all && bats tests/cli/$(T) ;; \
	'') echo 'make test-one: which? T=test-roff, T=dump.bats or T=frames' >&2; exit 2 ;; \
	*) tests/deps demo && tests/lab/check $(if $(LANE),--lane $(LANE)) $(T) ;; \
	esac

transcripts:
	@tests/deps demo
	$(Q)tests/lab/transcripts/renew $(NAMES)

bench:
	@tests/deps bench
	$(Q)tests/bench/bench
	$(Q)tests/bench/warm
	$(Q)$(MAKE) $(jobs) --no-print-directory all
	$(Q)tests/bench/report

# "MODE FILE DIRECTORY NAME" of all that is installed, for both targets
list_installed = { \
	printf '755 $(BUILD)/%s $(sbindir) %s\n' stap-vhost stap-vhost vguest vguest; \
	for f in $(man8); do echo "644 $(BUILD)/man/man8/$$f $(mandir)/man8 $$f"; done; \
	echo '644 $(BUILD)/man/man7/stap-vhost-tapsets.7 $(mandir)/man7 stap-vhost-tapsets.7'; \
	for f in $$(docs/man/tapset-pages --names); do echo "644 $(BUILD)/man/man3/$$f $(mandir)/man3 $$f"; done; \
	echo '644 share/completion/stap-vhost.bash $(bashcompdir) stap-vhost'; \
	echo '644 share/defects.conf $(datadir)/stap-vhost defects.conf'; \
	for f in $(wildcard share/schemas/*.schema.json); do \
		echo "644 $$f $(datadir)/stap-vhost $$(basename "$$f")"; done; \
	for f in README.md SECURITY.md NEWS LICENSE; do echo "644 $$f $(docdir) $$f"; done; \
	for f in $(wildcard docs/*.md docs/decisions/*.md docs/images/*); do \
		echo "644 $$f $(docdir)/$${f%/*} $$(basename "$$f")"; done; \
	for d in tapsets scripts; do \
		for f in $$(ls $$d); do echo "644 $$d/$$f $(datadir)/stap-vhost/$$d $$f"; done; done; }

install: all
	$(call say,INSTALL,$(DESTDIR)$(prefix))
	$(Q)$(list_installed) | while read -r mode file dir name; do \
		install -D -m "$$mode" "$$file" "$(DESTDIR)$$dir/$$name" || exit; done

# stap-vhost is the one that was just built: the modules are of the same sources
RELEASE ?= $(shell uname -r)
stapusr_dir = $(DESTDIR)/lib/modules/$(RELEASE)/systemtap
# every member of stapusr can load what is there: those of other scripts, which an older version put there, go
install-modules: $(BUILD)/stap-vhost
	install -d -m 755 $(stapusr_dir)
	$(Q)for m in $$(grep -Lx 'x-stapusr: yes' scripts/*.meta); do \
		n=stap_vhost_$$(basename $$m .meta | tr - _); rm -f $(stapusr_dir)/$$n.ko $(stapusr_dir)/$$n.json; done
	$(BUILD)/stap-vhost build -r $(RELEASE) --stapusr -o $(stapusr_dir)

# a file of somebody else stays, and with it its directory; so do those that a system has, with nothing in them too
of_the_system := /usr /usr/local $(foreach d,/usr /usr/local,$(d)/sbin $(d)/share $(d)/share/man $(d)/share/doc)
uninstall:
	$(Q)$(list_installed) | while read -r mode file dir name; do rm -f "$(DESTDIR)$$dir/$$name"; echo "$$dir"; done | \
		sort -u | while read -r dir; do \
			until [ -z "$$dir" ] || case ' $(of_the_system) ' in *" $$dir "*) ;; *) false ;; esac || \
				! rmdir "$(DESTDIR)$$dir" 2> /dev/null; do \
				[ "$(DESTDIR)" ] || [ "$$dir" != "$(prefix)" ] || break; dir=$${dir%/*}; done; done

clean:
	rm -rf $(BUILD)

# .incbin is no dependency that the compiler sees
$(BUILD)/obj/stap/quirks-files.o $(BUILD)/fuzz/obj/stap/quirks-files.o: $(wildcard runtime/stap/quirks/*.c runtime/stap/quirks/*/*.c)
$(BUILD)/obj/callgraph/flamegraph.o $(BUILD)/fuzz/obj/callgraph/flamegraph.o: runtime/callgraph/flamegraph.js

-include $(patsubst %.o,%.d,$(sort $(call objs,$(vguest_src) $(stap_vhost_src)) $(fuzzed_objs)))
