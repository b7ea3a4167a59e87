/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch.h - files over HTTPS, by a process that has no rights
 *
 * TLS verified, TLS 1.2 at least, at most 3 redirects and to https alone, no cookies, no
 * proxy, no credentials, nothing of the environment; size and time bounded. The web
 * servers talk to a child that runs as another user under limits; what it hands over is a
 * bounded piece of bytes that nobody has judged yet.
 *
 * Several files are fetched side by side, FETCH_SLOTS at once and FETCH_GROUP_SLOTS of
 * one group: the slow servers of one issuer hold up no other issuer's.
 */
#ifndef VID_FETCH_H
#define VID_FETCH_H

#include "libvid/statuses.h"

#define FETCH_REDIRECTS   3
#define FETCH_SLOTS       8
#define FETCH_GROUP_SLOTS 2

struct fetch_limits {
	size_t bytes;
	unsigned seconds;   /* for one file */
	unsigned total;     /* seconds for all files; 0: as for one */
	struct bytes ca;    /* PEM of the authorities to trust; empty: this system's */
	const char *accept; /* media type to ask for; NULL: any */
	/* Called now and then with the bytes so far of a single file; NULL: not. */
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

struct fetch_job {
	const char *uri;
	size_t group; /* whose it is */
	struct status_validators have;
};

/* How one job ended: `body` and `got` hold something for FETCH_NEW, and end with the
 * call; `problem` says why for FETCH_FAILED. */
typedef void fetch_done(void *user, const struct fetch_job *job, enum fetch_result result,
			const struct blob *body, const struct status_validators *got,
			const struct problem *problem);

/*
 * Fetch `count` files, started in their order. `done` is called once for each, as soon as
 * its end is known: at the latest `limits->total` seconds from now. A child that a web
 * server brought down takes along the files under way, and no others.
 */
void fetch_all(const struct fetch_job *jobs, size_t count,
	       const struct fetch_limits *limits, fetch_done *done, void *user);

/* --- between fetch.c and fetch_child.c ---------------------------------------- */

enum fetch_event { FETCH_STARTED, FETCH_ENDED };

/* One message of the child. It is not trusted. */
struct fetch_report {
	uint32_t event, job, slot;
	int32_t result;
	char error[200];
	struct status_validators got;
};

struct fetch_work {
	const struct fetch_job *jobs;
	size_t count;
	const bool *over; /* jobs that are not to be done */
	const struct fetch_limits *limits;
	int body; /* the first of FETCH_SLOTS descriptors, one for each body */
	int link; /* SOCK_SEQPACKET: reports there; a byte back when a slot is free again
		   */
};

/* The child's whole life: libcurl. */
void fetch_child(const struct fetch_work *work);

#endif
