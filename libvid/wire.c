/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "libvid/wire.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#define FIELD_HEAD 3 /* tag, and length in two bytes */

int64_t wire_now(void)
{
	struct timespec now;

	/* BOOTTIME: a laptop that sleeps during a login wakes up past its deadline. */
	if (clock_gettime(CLOCK_BOOTTIME, &now) < 0)
		return INT64_MAX; /* every deadline has passed */
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until `fd` is ready for `events`. The abort descriptor comes first: who hung up is not
 * served, even when a frame is waiting. */
static enum wire_result wait_for(int fd, short events, int64_t deadline, int abort_fd)
{
	for (;;) {
		struct pollfd wait[2] = {
			{ .fd = fd, .events = events },
			{ .fd = abort_fd, .events = POLLIN | POLLRDHUP },
		};
		int64_t left = deadline - wire_now();
		int ready;

		if (left <= 0)
			return WIRE_TIMEOUT;
		ready = poll(wait, abort_fd >= 0 ? 2 : 1,
			     left > INT_MAX ? INT_MAX : (int)left);
		if (ready < 0 && errno != EINTR)
			return WIRE_ERROR;
		if (ready <= 0)
			continue;
		if (abort_fd >= 0 && wait[1].revents)
			return WIRE_ABORTED;
		if (wait[0].revents & POLLNVAL) {
			errno = EBADF;
			return WIRE_ERROR;
		}
		return WIRE_OK; /* ready, or hung up: the call itself will say */
	}
}

static bool is_gone(int error)
{
	return error == EPIPE || error == ECONNRESET || error == ENOTCONN;
}

static enum wire_result send_all(int fd, const uint8_t *at, size_t len, int64_t deadline)
{
	while (len) {
		enum wire_result result = wait_for(fd, POLLOUT, deadline, -1);
		ssize_t sent;

		if (result != WIRE_OK)
			return result;
		sent = send(fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (sent < 0)
			return is_gone(errno) ? WIRE_CLOSED : WIRE_ERROR;
		at += sent;
		len -= (size_t)sent;
	}
	return WIRE_OK;
}

static enum wire_result receive_all(int fd, uint8_t *at, size_t len, int64_t deadline,
				    int abort_fd)
{
	while (len) {
		enum wire_result result = wait_for(fd, POLLIN, deadline, abort_fd);
		ssize_t got;

		if (result != WIRE_OK)
			return result;
		got = recv(fd, at, len, MSG_DONTWAIT);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got < 0)
			return is_gone(errno) ? WIRE_CLOSED : WIRE_ERROR;
		if (got == 0)
			return WIRE_CLOSED; /* half a frame counts for nothing */
		at += got;
		len -= (size_t)got;
	}
	return WIRE_OK;
}

enum wire_result wire_send(int fd, const struct wire_frame *frame, int64_t deadline)
{
	uint8_t head[WIRE_HEAD] = { 'V', 'I', WIRE_VERSION, frame->type };
	enum wire_result result;

	if (frame->len > WIRE_BODY_MAX)
		return WIRE_BAD;
	for (unsigned i = 0; i < 4; i++)
		head[4 + i] = (uint8_t)(frame->len >> (8 * i));
	if ((result = send_all(fd, head, sizeof(head), deadline)) != WIRE_OK)
		return result;
	return send_all(fd, frame->body, frame->len, deadline);
}

static enum wire_result read_head(const uint8_t head[WIRE_HEAD], struct wire_frame *frame)
{
	uint32_t len = 0;

	if (head[0] != 'V' || head[1] != 'I' || head[2] != WIRE_VERSION)
		return WIRE_BAD;
	for (unsigned i = 0; i < 4; i++)
		len |= (uint32_t)head[4 + i] << (8 * i);
	if (len > WIRE_BODY_MAX)
		return WIRE_BAD;
	frame->type = head[3];
	frame->len = len;
	return WIRE_OK;
}

enum wire_result wire_receive(int fd, struct wire_frame *frame, int64_t deadline,
			      int abort_fd)
{
	uint8_t head[WIRE_HEAD];
	enum wire_result result;

	frame->type = 0;
	frame->len = 0;
	result = receive_all(fd, head, sizeof(head), deadline, abort_fd);
	if (result == WIRE_OK)
		result = read_head(head, frame);
	if (result == WIRE_OK)
		result = receive_all(fd, frame->body, frame->len, deadline, abort_fd);
	if (result == WIRE_OK && !wire_check(frame))
		result = WIRE_BAD;
	if (result != WIRE_OK) {
		frame->type = 0;
		frame->len = 0;
	}
	return result;
}

void wire_start(struct wire_frame *frame, uint8_t type)
{
	frame->type = type;
	frame->len = 0;
}

bool wire_put(struct wire_frame *frame, uint8_t tag, struct bytes value)
{
	uint8_t *to = frame->body + frame->len;
	struct bytes other;

	if (frame->len > WIRE_BODY_MAX - FIELD_HEAD ||
	    value.len > WIRE_BODY_MAX - FIELD_HEAD - frame->len ||
	    wire_get(frame, tag, &other))
		return false;
	to[0] = tag;
	to[1] = (uint8_t)value.len;
	to[2] = (uint8_t)(value.len >> 8);
	if (value.len)
		memcpy(to + FIELD_HEAD, value.at, value.len);
	frame->len += FIELD_HEAD + value.len;
	return true;
}

bool wire_put_text(struct wire_frame *frame, uint8_t tag, const char *value)
{
	return wire_put(frame, tag, bytes_of_text(value));
}

bool wire_put_u32(struct wire_frame *frame, uint8_t tag, uint32_t value)
{
	uint8_t at[4];

	for (unsigned i = 0; i < sizeof(at); i++)
		at[i] = (uint8_t)(value >> (8 * i));
	return wire_put(frame, tag, bytes_of(at, sizeof(at)));
}

/* The field at *offset, which moves behind it. False at the end, or when it does not fit.
 */
static bool next_field(const struct wire_frame *frame, size_t *offset, uint8_t *tag,
		       struct bytes *value)
{
	size_t left = frame->len - *offset;
	const uint8_t *at = frame->body + *offset;
	size_t len;

	if (left < FIELD_HEAD)
		return false;
	len = (size_t)at[1] | (size_t)at[2] << 8;
	if (len > left - FIELD_HEAD)
		return false;
	*tag = at[0];
	*value = bytes_of(at + FIELD_HEAD, len);
	*offset += FIELD_HEAD + len;
	return true;
}

bool wire_get(const struct wire_frame *frame, uint8_t tag, struct bytes *value)
{
	struct bytes found;
	size_t offset = 0;
	uint8_t at;

	if (frame->len > WIRE_BODY_MAX)
		return false;
	while (next_field(frame, &offset, &at, &found)) {
		if (at == tag) {
			*value = found;
			return true;
		}
	}
	return false;
}

bool wire_get_text(const struct wire_frame *frame, uint8_t tag, char *value, size_t size)
{
	struct bytes found;

	value[0] = '\0';
	return wire_get(frame, tag, &found) && bytes_to_text(found, value, size);
}

bool wire_get_u32(const struct wire_frame *frame, uint8_t tag, uint32_t *value)
{
	struct bytes found;

	if (!wire_get(frame, tag, &found) || found.len != 4)
		return false;
	*value = (uint32_t)found.at[0] | (uint32_t)found.at[1] << 8 |
		 (uint32_t)found.at[2] << 16 | (uint32_t)found.at[3] << 24;
	return true;
}

bool wire_check(const struct wire_frame *frame)
{
	bool seen[256] = { false };
	struct bytes value;
	size_t offset = 0;
	uint8_t tag;

	if (frame->len > WIRE_BODY_MAX)
		return false;
	while (next_field(frame, &offset, &tag, &value)) {
		if (seen[tag])
			return false;
		seen[tag] = true;
	}
	return offset == frame->len;
}
