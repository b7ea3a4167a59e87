/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames from a hostile other side, as they come over a socket. Whatever arrives whole
 * must be what the builder would have built.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "libvid/wire.h"
#include "tests/fuzz/fuzz.h"

/* Every field that can be read can be written again, and reads the same. */
static void rebuild(const struct wire_frame *frame)
{
	struct wire_frame again;
	struct bytes value, other;
	uint32_t number;
	char text[64];

	wire_start(&again, frame->type);
	for (unsigned tag = 0; tag < 256; tag++) {
		if (!wire_get(frame, (uint8_t)tag, &value))
			continue;
		(void)wire_get_u32(frame, (uint8_t)tag, &number);
		if (wire_get_text(frame, (uint8_t)tag, text, sizeof(text)))
			must(strlen(text) == value.len);
		must(wire_put(&again, (uint8_t)tag, value));
		must(wire_get(&again, (uint8_t)tag, &other) && bytes_equal(value, other));
	}
	must(again.len == frame->len && wire_check(&again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_frame frame;
	int pair[2];

	if (size > 3 * (WIRE_HEAD + WIRE_BODY_MAX) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return 0;
	if (send(pair[0], data, size, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)size) {
		close(pair[0]);
		pair[0] = -1;
		while (wire_receive(pair[1], &frame, wire_now() + 1000, -1) == WIRE_OK)
			rebuild(&frame);
		must(frame.type == 0 && frame.len == 0);
	}
	if (pair[0] >= 0)
		close(pair[0]);
	close(pair[1]);
	return 0;
}
