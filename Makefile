# SPDX-License-Identifier: GPL-2.0-or-later
#
# make          build/stap-vhost and build/vguest
# make demo     the whole thing on a machine of its own: installs, builds, boots, shows
# make check    all tests; make check-long the same at full length
# make help     every target

BUILD ?= build
CC ?= gcc
PKG_CONFIG ?= pkg-config
prefix ?= /usr/local
sbindir ?= $(prefix)/sbin
datadir ?= $(prefix)/share
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra $(if $(wildcard .git),-Werror)
VERSION := $(shell sed -n 's/^stap-vhost \([0-9.]*\).*/\1/p;T;q' NEWS)

CPPFLAGS_ALL = -D_GNU_SOURCE -Iruntime -DVERSION='"$(VERSION)"' $(CPPFLAGS)
CFLAGS_ALL = -std=gnu11 $(WARN) $(SANITIZE) $(CFLAGS) -MMD -MP

base_src := $(wildcard runtime/base/*.c)
vguest_src := $(wildcard runtime/vguest/*.c) $(base_src)
stap_vhost_src := $(wildcard runtime/*.c runtime/stap/*.c runtime/out/*.c) $(base_src)

objs = $(patsubst runtime/%.c,$(BUILD)/obj/%.o,$(1))
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) '$(2)')

.PHONY: all help install clean
all: $(BUILD)/stap-vhost $(BUILD)/vguest

$(BUILD)/vguest: $(call objs,$(vguest_src))
$(BUILD)/stap-vhost: $(call objs,$(stap_vhost_src))
$(BUILD)/stap-vhost: LDLIBS_ALL = $(shell $(PKG_CONFIG) --libs libdw libelf)

$(BUILD)/vguest $(BUILD)/stap-vhost:
	$(call say,LD,$@)
	$(Q)$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(LDLIBS_ALL) $(LDLIBS)

$(BUILD)/obj/%.o: runtime/%.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c -o $@ $<

clean:
	rm -rf $(BUILD)

-include $(patsubst %.o,%.d,$(sort $(call objs,$(vguest_src) $(stap_vhost_src))))
