// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In the place of SystemTap's runtime/print_flush.c, where a message whose
 * header doesn't fit into what is left of a sub-buffer is dropped.
 *
 * What the rest of the runtime wants of this file: __stp_print_flush() gives
 * the log to the transport, as a struct _stp_trace and the text behind it, and
 * empties it; interrupts are off. stapio reads a header by one read, and no
 * read goes beyond a sub-buffer, so a header must lie in one; text may go on in
 * the next. The rest of a sub-buffer that is too small is left to the relay as
 * padding, which its reader skips.
 */

/* Room left in this CPU's sub-buffer is at least @least, or it was changed for another. */
static void stp_print_flush_room(size_t least)
{
	struct rchan_buf *buf = _stp_get_rchan_subbuf(_stp_relay_data.rchan->buf, smp_processor_id());

	if (buf && buf->offset < buf->chan->subbuf_size && buf->chan->subbuf_size - buf->offset < least)
		__stp_relay_switch_subbuf(buf, least);
}

static void __stp_print_flush(struct _stp_log *log)
{
	const char *text = log->buf;
	size_t left = log->len, got;
	struct _stp_trace header;
	void *entry = NULL;

	if (likely(!left))
		return;
	log->len = 0;
	/* a header alone is worth nothing to the check below: a byte with it */
	stp_print_flush_room(sizeof(header) + 1);
	got = _stp_data_write_reserve(sizeof(header) + left, &entry);
	if (unlikely(!entry || (ssize_t)got <= (ssize_t)sizeof(header))) {
		atomic_inc(&_stp_transport_failures);
		return;
	}
	header.sequence = _stp_seq_inc();
	header.pdu_len = left;
	memcpy(_stp_data_entry_data(entry), &header, sizeof(header));
	got -= sizeof(header);
	memcpy((char *)_stp_data_entry_data(entry) + sizeof(header), text, got);
	_stp_data_write_commit(entry);
	for (text += got, left -= got; left; text += got, left -= got) {
		entry = NULL;
		got = _stp_data_write_reserve(left, &entry);
		if (unlikely(!entry || (ssize_t)got <= 0)) {
			atomic_inc(&_stp_transport_failures);
			return;
		}
		memcpy(_stp_data_entry_data(entry), text, got);
		_stp_data_write_commit(entry);
	}
}
