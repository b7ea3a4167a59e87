/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vid-parse - parses one message of a stranger, and ends (parse_verdict.h)
 *
 * Started by launch.h as the user vid-parse, with its conversation as descriptor 0. It
 * gives up every right before it reads the first byte: after that it can read, write,
 * and end.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "libvid/parse_verdict.h"
#include "sensors/sandbox.h"

#define CONVERSATION 0 /* the descriptor */
#define LIFE_SECONDS 10

/* Static: a parser that is taken over finds no heap of ours. */
static uint8_t carrier[PARSE_CARRIER_MAX];
static struct parse_verdict verdict;

static bool read_all(void *to, size_t len)
{
	uint8_t *at = to;

	while (len) {
		ssize_t got = read(CONVERSATION, at, len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		len -= (size_t)got;
	}
	return true;
}

static bool write_all(const void *from, size_t len)
{
	const uint8_t *at = from;

	while (len) {
		ssize_t put = write(CONVERSATION, at, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += put;
		len -= (size_t)put;
	}
	return true;
}

int main(void)
{
	struct parse_request request;
	struct problem problem = { "" };

	sandbox_clock(LIFE_SECONDS);
	if (!sandbox_enter_parser(&problem))
		return EXIT_FAILURE;
	if (!read_all(&request, sizeof(request)) || request.magic != PARSE_MAGIC ||
	    request.len > sizeof(carrier) || !read_all(carrier, request.len))
		_exit(EXIT_FAILURE);
	parse_carrier((enum parse_kind)request.kind, bytes_of(carrier, request.len),
		      &verdict);
	/* No exit handlers: the filter has no room for theirs. */
	_exit(write_all(&verdict, sizeof(verdict)) ? EXIT_SUCCESS : EXIT_FAILURE);
}
