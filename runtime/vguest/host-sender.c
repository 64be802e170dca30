// SPDX-License-Identifier: GPL-2.0-or-later
/* Sends on the host's side of the tap what the guest is to receive. */
#include "vguest/host-sender.h"

#include <errno.h>
#include <sys/socket.h>

#include "vguest/frame.h"
#include "vguest/options.h"
#include "vguest/vguest.h"

#define AT_ONCE 1024U	/* messages one sendmmsg() takes */

int sender_init(struct sender *f, const struct options *o, int fd, unsigned int queue)
{
	f->fd = fd;
	f->size = o->size;
	f->window = o->window;
	f->full = !strcmp(o->check, "full");
	f->batch = MIN(MIN(o->batch, o->window), AT_ONCE);
	f->frames = calloc(f->batch, f->size);
	f->msgs = calloc(f->batch, sizeof(*f->msgs));
	f->iov = calloc(f->batch, sizeof(*f->iov));
	if (!f->frames || !f->msgs || !f->iov)
		return -ENOMEM;
	for (unsigned int i = 0; i < f->batch; i++) {
		uint8_t *frame = f->frames + (size_t)i * f->size;

		frame_init(frame, f->size, queue, FRAME_RX);
		f->iov[i] = (struct iovec){ .iov_base = frame, .iov_len = f->size };
		f->msgs[i].msg_hdr.msg_iov = &f->iov[i];
		f->msgs[i].msg_hdr.msg_iovlen = 1;
	}
	return 0;
}

void sender_free(struct sender *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->frames);
	free(f->msgs);
	free(f->iov);
}

bool sender_refused(int ret)
{
	return ret == -ENOBUFS || ret == -EAGAIN || ret == -ENETDOWN;
}

int sender_send(struct sender *f, uint64_t seq, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		uint8_t *frame = f->frames + (size_t)i * f->size;

		if (f->full)
			frame_fill(frame, f->size, seq + i);
		else
			frame_stamp(frame, f->size, seq + i);
	}
	int done = sendmmsg(f->fd, f->msgs, n, 0);

	return done < 0 ? -errno : done;
}
