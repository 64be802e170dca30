# SPDX-License-Identifier: GPL-2.0-or-later
#
# make               build/stap-vhost and build/vguest
# make demo          a host of its own, a guest with traffic, live lines (as root; installs what it needs);
#                    GUEST=kvm: a real KVM guest
# make check         all tests (as root; installs what it needs)
# make check-long    the same at full length
# make check-lint, check-unit, check-cli, check-buildok
# make check-lab     rows of the lab's table: LANE=debian-13 GROUP=main ROWS="referee lines"
# make bench         what it costs, in instructions per packet (as root)
# make install       under prefix=/usr/local, with DESTDIR
# make install-modules  all scripts' modules, where staprun lets members of stapusr take them from:
#                    RELEASE=… (the running kernel's), with DESTDIR
# make deps          install what check needs (as root, with apt-get)
# make clean

BUILD ?= build
CC ?= gcc
PKG_CONFIG ?= pkg-config
prefix ?= /usr/local
sbindir ?= $(prefix)/sbin
datadir ?= $(prefix)/share
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra $(if $(wildcard .git),-Werror)
VERSION := $(shell sed -n 's/^stap-vhost \([0-9.]*\).*/\1/p;T;q' NEWS)

CPPFLAGS_ALL = -D_GNU_SOURCE -Iruntime -DVERSION='"$(VERSION)"' -DDATADIR='"$(datadir)"' $(CPPFLAGS)
CFLAGS_ALL = -std=gnu11 $(WARN) $(SANITIZE) $(CFLAGS)

base_src := $(wildcard runtime/base/*.c)
vguest_src := $(wildcard runtime/vguest/*.c) $(base_src)
stap_vhost_src := $(wildcard runtime/*.c runtime/stap/*.c runtime/out/*.c) $(base_src)

objs = $(patsubst runtime/%.c,$(BUILD)/obj/%.o,$(1))
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) '$(2)')

.PHONY: all help deps demo check check-long check-lint check-unit check-cli check-buildok check-lab bench \
	install install-modules uninstall clean
all: $(BUILD)/stap-vhost $(BUILD)/vguest

help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

$(BUILD)/vguest: $(call objs,$(vguest_src))
$(BUILD)/stap-vhost: $(call objs,$(stap_vhost_src))
$(BUILD)/stap-vhost: LDLIBS_ALL = $(shell $(PKG_CONFIG) --libs libdw libelf jansson libarchive libmd)
$(BUILD)/vguest: LDLIBS_ALL = $(shell $(PKG_CONFIG) --libs libmd)

$(BUILD)/vguest $(BUILD)/stap-vhost:
	$(call say,LD,$@)
	$(Q)$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(LDLIBS_ALL) $(LDLIBS)

$(BUILD)/obj/%.o: runtime/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Unit tests: every room but the verbs, which combine them
unit_src := $(wildcard tests/unit/test-*.c)
unit_bin := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(unit_src))
unit_objs := $(call objs,$(wildcard runtime/stap/*.c) runtime/vguest/ring.c $(base_src))

$(BUILD)/unit/%: tests/unit/%.c tests/unit/tree.c tests/unit/tree.h $(unit_objs)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $(filter %.c %.o,$^) \
		$(shell $(PKG_CONFIG) --libs libdw libelf jansson libarchive libmd cmocka) $(LDLIBS)

# A sanitizer's objects are not mixed with others: its own build directory
sanitized := BUILD=$(BUILD)/sanitized SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover'
.PHONY: unit-programs
unit-programs: $(unit_bin) $(BUILD)/stap-vhost

# Every target that needs packages goes through deps first, and only then looks for libraries.
deps:
	@tests/deps check

demo:
	@tests/deps demo
	@tests/lab/demo $(GUEST)

check check-long: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(MAKE) --no-print-directory $(sanitized) unit-programs
	$(Q)BUILD=$(BUILD)/sanitized STAP_VHOST=$(abspath $(BUILD))/sanitized/stap-vhost \
		tests/check $(if $(filter check-long,$@),--long)

check-lint check-buildok: deps
	$(Q)tests/check $(patsubst check-%,%,$@)

check-unit check-cli: deps
	$(Q)$(MAKE) --no-print-directory $(sanitized) unit-programs
	$(Q)BUILD=$(BUILD)/sanitized STAP_VHOST=$(abspath $(BUILD))/sanitized/stap-vhost tests/check $(patsubst check-%,%,$@)

check-lab:
	@tests/deps demo
	$(Q)tests/lab/check $(if $(LANE),--lane $(LANE)) $(if $(GROUP),--group $(GROUP)) $(if $(LONG),--long) $(ROWS)

bench:
	@tests/deps demo
	$(Q)tests/bench/bench

install: all
	install -d $(DESTDIR)$(sbindir) $(DESTDIR)$(datadir)/stap-vhost/tapsets $(DESTDIR)$(datadir)/stap-vhost/scripts
	install $(BUILD)/stap-vhost $(BUILD)/vguest $(DESTDIR)$(sbindir)
	install -m 644 tapsets/* $(DESTDIR)$(datadir)/stap-vhost/tapsets
	install -m 644 scripts/* $(DESTDIR)$(datadir)/stap-vhost/scripts

# stap-vhost is the one that was just built: the modules are of the same sources
RELEASE ?= $(shell uname -r)
install-modules: $(BUILD)/stap-vhost
	install -d -m 755 $(DESTDIR)/lib/modules/$(RELEASE)/systemtap
	$(BUILD)/stap-vhost build -r $(RELEASE) --all -o $(DESTDIR)/lib/modules/$(RELEASE)/systemtap

uninstall:
	rm -f $(DESTDIR)$(sbindir)/stap-vhost $(DESTDIR)$(sbindir)/vguest
	rm -rf $(DESTDIR)$(datadir)/stap-vhost

clean:
	rm -rf $(BUILD)

-include $(patsubst %.o,%.d,$(sort $(call objs,$(vguest_src) $(stap_vhost_src))))
