// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In the place of SystemTap's runtime/linux/uprobes-inode.c, for kernels where
 * uprobe_register() returns a uprobe (3c83a9ad0295, 6.12), to which
 * uprobe_unregister_nosync() is given (04b01625da13).
 *
 * Theirs stands beside this file as stock-uprobes-inode.c, and finds the uprobes
 * that it knows: a consumer that it registers with an inode is one of the
 * kernel's with the uprobe beside it.
 */
#include <linux/err.h>
#include <linux/uprobes.h>

struct stapvhost_uprobe_consumer {
	int (*handler)(struct stapvhost_uprobe_consumer *self, struct pt_regs *regs);
	int (*ret_handler)(struct stapvhost_uprobe_consumer *self, unsigned long func, struct pt_regs *regs);
	struct uprobe_consumer kernels;
	struct uprobe *uprobe;
};

static int stapvhost_uprobe_handler(struct uprobe_consumer *self, struct pt_regs *regs)
{
	struct stapvhost_uprobe_consumer *c = container_of(self, struct stapvhost_uprobe_consumer, kernels);

	return c->handler(c, regs);
}

static int stapvhost_uprobe_ret_handler(struct uprobe_consumer *self, unsigned long func, struct pt_regs *regs)
{
	struct stapvhost_uprobe_consumer *c = container_of(self, struct stapvhost_uprobe_consumer, kernels);

	return c->ret_handler(c, func, regs);
}

static int stapvhost_uprobe_register(struct inode *inode, loff_t offset, struct stapvhost_uprobe_consumer *c)
{
	struct uprobe *uprobe;

	/* one that has been switched off and on again is a new one */
	c->kernels = (struct uprobe_consumer){ 0 };
	if (c->handler)
		c->kernels.handler = stapvhost_uprobe_handler;
	if (c->ret_handler)
		c->kernels.ret_handler = stapvhost_uprobe_ret_handler;
	uprobe = uprobe_register(inode, offset, 0, &c->kernels);
	c->uprobe = IS_ERR(uprobe) ? NULL : uprobe;
	return IS_ERR(uprobe) ? PTR_ERR(uprobe) : 0;
}

/* No handler of ours runs when it returns: the consumer is freed then */
static void stapvhost_uprobe_unregister(struct inode *inode, loff_t offset, struct stapvhost_uprobe_consumer *c)
{
	if (!c->uprobe)
		return;
	uprobe_unregister_nosync(c->uprobe, &c->kernels);
	uprobe_unregister_sync();
	c->uprobe = NULL;
}

#define uprobe_consumer stapvhost_uprobe_consumer
#define uprobe_register stapvhost_uprobe_register
#define uprobe_unregister stapvhost_uprobe_unregister
/* it has an "else ;", which the kernel's -Wextra minds */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wempty-body"
#include "stock-uprobes-inode.c"
#pragma GCC diagnostic pop
#undef uprobe_consumer
#undef uprobe_register
#undef uprobe_unregister
