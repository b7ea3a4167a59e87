/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/parse/client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "libvid/cleanup.h"

#define ANSWER_MILLISECONDS 2000 /* a parse takes less than one */

static bool wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd wait = { .fd = fd, .events = events };
	int64_t left = deadline - wire_now();
	int ready;

	do
		ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
	while (ready < 0 && errno == EINTR && (left = deadline - wire_now()) > 0);
	return ready == 1;
}

static bool send_all(int fd, const void *from, size_t len, int64_t deadline)
{
	const uint8_t *at = from;

	while (len) {
		ssize_t put;

		if (!wait_for(fd, POLLOUT, deadline))
			return false;
		put = send(fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (put < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (put <= 0)
			return false;
		at += put;
		len -= (size_t)put;
	}
	return true;
}

static bool receive_all(int fd, void *to, size_t len, int64_t deadline)
{
	uint8_t *at = to;

	while (len) {
		ssize_t got;

		if (!wait_for(fd, POLLIN, deadline))
			return false;
		got = recv(fd, at, len, MSG_DONTWAIT);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0)
			return false;
		at += got;
		len -= (size_t)got;
	}
	return true;
}

enum vid_reason parse_remote(enum parse_kind kind, struct bytes carrier, int64_t deadline,
			     struct parse_verdict *out, struct problem *problem)
{
	AUTO(sensor_stop) struct sensor parser = SENSOR_NONE;
	struct parse_request request = { PARSE_MAGIC, kind, (uint32_t)carrier.len };
	const int64_t patience = wire_now() + ANSWER_MILLISECONDS;
	const int64_t until = patience < deadline ? patience : deadline;
	enum vid_reason why;

	memset(out, 0, sizeof(*out));
	if (carrier.len > PARSE_CARRIER_MAX)
		return VID_TOKEN_TOO_LARGE;
	if ((why = sensor_start(parse_spec(), &parser, problem)) != VID_OK)
		return why;
	if (send_all(parser.fd, &request, sizeof(request), until) &&
	    send_all(parser.fd, carrier.at, carrier.len, until) &&
	    receive_all(parser.fd, out, sizeof(*out), until) &&
	    parse_verdict_check(out, kind))
		return VID_OK;
	memset(out, 0, sizeof(*out));
	if (wire_now() >= deadline)
		return VID_DEADLINE;
	problem_set(problem, "vid-parse did not answer as it should");
	return VID_SENSOR_FAILED;
}
