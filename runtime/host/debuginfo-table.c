// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where distributions put the debuginfo of their kernels; the first that fits is
 * taken. @REL@ is the kernel's release, @MOD@ the module's file below
 * /lib/modules/@REL@ without .ko and what follows: kernel/drivers/vhost/vhost.
 */
#include "host/debuginfo.h"

#define OLD "/usr/lib/debug/lib/modules/@REL@/"
#define MERGED "/usr/lib/debug/usr/lib/modules/@REL@/"

const struct debuginfo_layout debuginfo_module_layouts[] = {
	/* whether or not the module itself is compressed */
	{ "Debian, Ubuntu", OLD "@MOD@.ko" },
	{ "Fedora, RHEL, openSUSE Leap 15", OLD "@MOD@.ko.debug" },
	{ "openSUSE Tumbleweed, Leap 16", MERGED "@MOD@.ko.debug" },
	{ "a package of Arch", MERGED "@MOD@.ko" },
	/* modules that were installed a second time, not stripped but compressed as usual */
	{ "Ubuntu 24.04", OLD "@MOD@.ko.zst" },
	{ "modules_install", OLD "@MOD@.ko.xz" },
	{ "modules_install", OLD "@MOD@.ko.gz" },
	{ "modules_install", MERGED "@MOD@.ko.zst" },
	{ "modules_install", MERGED "@MOD@.ko.xz" },
	{ "modules_install", MERGED "@MOD@.ko.gz" },
	/* names that rpm makes, where the kernel's spec file does not prevent it */
	{ "openEuler", OLD "@MOD@.ko-@REL@.debug" },
	{ "openEuler", MERGED "@MOD@.ko-@REL@.debug" },
	/* links that were made for elfutils, which looks for these */
	{ "elfutils", OLD "@MOD@.ko.xz.debug" },
	{ "elfutils", OLD "@MOD@.ko.zst.debug" },
	{ "elfutils", OLD "@MOD@.ko.gz.debug" },
	{ "elfutils", MERGED "@MOD@.ko.xz.debug" },
	{ "elfutils", MERGED "@MOD@.ko.zst.debug" },
	{ "elfutils", MERGED "@MOD@.ko.gz.debug" },
	{ 0 },
};

const struct debuginfo_layout debuginfo_kernel_layouts[] = {
	{ "Debian, Ubuntu", "/usr/lib/debug/boot/vmlinux-@REL@" },
	{ "openSUSE Leap 15", "/usr/lib/debug/boot/vmlinux-@REL@.debug" },
	{ "Fedora, RHEL", OLD "vmlinux" },
	{ "openSUSE", OLD "vmlinux.debug" },
	{ "RHEL 7, Arch", MERGED "vmlinux" },
	{ "openSUSE Tumbleweed, Leap 16", MERGED "vmlinux.debug" },
	{ "Arch", MERGED "build/vmlinux" },
	{ "a kernel built by hand", "/boot/vmlinux-@REL@" },
	{ 0 },
};

/*
 * Where a kernel was built. A distribution's headers have one stripped to its BTF
 * there: as one expects, not a file to refuse.
 */
const struct debuginfo_layout debuginfo_build_layouts[] = {
	{ "a kernel built by hand", "/lib/modules/@REL@/build/vmlinux" },
	{ "a kernel built by hand", "/usr/lib/modules/@REL@/build/vmlinux" },
	{ "a kernel built by hand", "/lib/modules/@REL@/vmlinux" },
	{ 0 },
};

const char *const debuginfo_trees[] = {
	"/usr/lib/debug/lib/modules/@REL@",
	"/usr/lib/debug/usr/lib/modules/@REL@",
	NULL,
};

/* Whose debuginfo our tapsets need, whatever the script */
const struct debuginfo_target debuginfo_targets[] = {
	{ "vhost", false },
	{ "vhost_iotlb", false },
	{ "vhost_net", false },
	{ "tun", false },
	{ "tap", false },
	{ "vhost_vsock", true },
	{ "vhost_scsi", true },
	{ "vhost_vdpa", true },
	{ "kvm", true },
	{ "kvm_intel", true },
	{ "kvm_amd", true },
	{ 0 },
};
