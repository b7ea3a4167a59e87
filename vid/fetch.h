/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch.h - one file over HTTPS, by a process that has no rights
 *
 * TLS verified, TLS 1.2 at least, at most 3 redirects and to https alone, no cookies, no
 * proxy, no credentials, nothing of the environment; size and time bounded. The web
 * server talks to a child that runs as another user under limits; what it hands over is a
 * bounded piece of bytes that nobody has judged yet.
 */
#ifndef VID_FETCH_H
#define VID_FETCH_H

#include "libvid/statuses.h"

#define FETCH_REDIRECTS 3

struct fetch_limits {
	size_t bytes;
	unsigned seconds;   /* for all of it */
	struct bytes ca;    /* PEM of the authorities to trust; empty: this system's */
	const char *accept; /* media type to ask for; NULL: any */
	/* Called now and then with the bytes so far; NULL: not. */
	void (*progress)(void *user, size_t have);
	void *user;
	struct hostkey *key; /* what the child must not have: wiped there; NULL: none */
};

enum fetch_result {
	FETCH_NEW,       /* `body` holds it */
	FETCH_UNCHANGED, /* the server says that `have` is still so */
	FETCH_FAILED,    /* `problem` says why */
};

/* Fetch `uri`. blob_free the body. `got` is filled for FETCH_NEW; it is not trusted. */
enum fetch_result fetch(const char *uri, const struct fetch_limits *limits,
			const struct status_validators *have, struct blob *body,
			struct status_validators *got, struct problem *problem);

/* --- between fetch.c and fetch_child.c ---------------------------------------- */

struct fetch_report {
	int result;
	char error[200];
	struct status_validators got;
};

/* The child's whole life: libcurl, with `fd` for the body. */
void fetch_over_https(const char *uri, const struct fetch_limits *limits,
		      const struct status_validators *have, int fd,
		      struct fetch_report *report);

#endif
