/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listener.h - the public socket: who may wait for a login, and how many (S62)
 *
 * The listener reads no byte of a connection. It takes the peer's uid from the kernel,
 * keeps a quota for each uid, for what /etc/subuid may give one user, and for all, gives
 * a connection one second to send its first byte, and then hands the connection itself
 * over the inner socket, behind which systemd starts one vidd. It sees by the inner
 * connection when that login is over.
 */
#ifndef VIDD_LISTENER_H
#define VIDD_LISTENER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct listener_limits {
	unsigned per_uid;      /* connections of one uid at once, waiting and handed */
	unsigned total;        /* of all; at most LISTENER_MOST */
	unsigned burst;        /* logins that one uid may begin at once */
	unsigned milliseconds; /* until one more */
	unsigned patience;     /* milliseconds until the first byte */
};

#define LISTENER_MOST 128

extern const struct listener_limits listener_limits;

/*
 * Serve `listening` until it fails (false, with errno), or until `stop` (or -1) becomes
 * readable. `inner`: the path of the inner socket.
 */
bool listener_serve(int listening, const char *inner,
		    const struct listener_limits *limits, int stop);

/*
 * The other side: the connection that was handed over `inner`, or -1. `owner`: the uid
 * of the listener; root's is taken as well. `path`: of the public socket, which the
 * connection must have been accepted from, so that a listener that was taken over cannot
 * name a peer of its own making.
 */
int listener_handed(int inner, uid_t owner, const char *path);

#endif
