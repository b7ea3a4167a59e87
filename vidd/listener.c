/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/listener.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "libvid/bytes.h"
#include "libvid/cleanup.h"

#define ACCEPTS_AT_ONCE 64
#define UIDS_MAX        256

const struct listener_limits listener_limits = {
	.per_uid = 4,
	.total = LISTENER_MOST,
	.burst = 4,
	.milliseconds = 2000,
	.patience = 1000,
};

struct visit {
	int client; /* waiting for its first byte; -1: handed */
	int inner;  /* handed: ends with its vidd; -1: not yet */
	uid_t uid;
	int64_t until; /* of the first byte */
};

/* How many logins a uid may begin. */
struct allowance {
	uid_t uid;
	unsigned left;
	int64_t since; /* the last change of `left`; 0: free */
};

struct listener {
	int listening;
	const char *inner;
	const struct listener_limits *limits;
	struct visit visit[LISTENER_MOST];
	size_t count;
	struct allowance allowance[UIDS_MAX];
};

static int64_t now(void)
{
	struct timespec time;

	if (clock_gettime(CLOCK_MONOTONIC, &time) < 0)
		return 0;
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* --- quotas --------------------------------------------------------------------------
 */

static unsigned visits_of(const struct listener *listener, uid_t uid)
{
	unsigned count = 0;

	for (size_t i = 0; i < listener->count; i++)
		count += listener->visit[i].uid == uid;
	return count;
}

/*
 * One user may run as many: /etc/subuid gives 65,536 to each (subuid(5)). The numbers
 * from 65,536 on are taken in blocks of that size, and two blocks, which such a range can
 * reach into, leave a quarter of all connections to everybody else.
 */
static unsigned visits_of_block(const struct listener *listener, uid_t uid)
{
	unsigned count = 0;

	for (size_t i = 0; i < listener->count; i++)
		count += listener->visit[i].uid >> 16 == uid >> 16;
	return count;
}

static bool has_quota(const struct listener *listener, uid_t uid)
{
	const unsigned total = listener->limits->total;

	return listener->count < total &&
	       visits_of(listener, uid) < listener->limits->per_uid &&
	       (uid >> 16 == 0 || visits_of_block(listener, uid) < total * 3 / 8);
}

/* Of this uid, or the one that was not used for longest. */
static struct allowance *allowance_of(struct listener *listener, uid_t uid)
{
	struct allowance *oldest = &listener->allowance[0];

	for (size_t i = 0; i < UIDS_MAX; i++) {
		struct allowance *at = &listener->allowance[i];

		if (at->since && at->uid == uid)
			return at;
		if (at->since < oldest->since)
			oldest = at;
	}
	*oldest = (struct allowance){ uid, listener->limits->burst, now() };
	return oldest;
}

/* A process is started for each login: not as often as anybody likes. */
static bool may_begin(struct listener *listener, uid_t uid)
{
	struct allowance *allowance = allowance_of(listener, uid);
	const int64_t passed =
		(now() - allowance->since) / (int64_t)listener->limits->milliseconds;

	if (passed > 0) {
		const int64_t left = allowance->left + passed;

		allowance->since += passed * (int64_t)listener->limits->milliseconds;
		allowance->left = left < listener->limits->burst
					  ? (unsigned)left
					  : listener->limits->burst;
	}
	if (allowance->left == 0)
		return false;
	allowance->left--;
	return true;
}

/* --- connections ---------------------------------------------------------------------
 */

static void take(struct listener *listener, int fd)
{
	AUTO_CLOSE int client = fd;
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t len = sizeof(peer);

	if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 ||
	    len != sizeof(peer) || peer.uid == (uid_t)-1 ||
	    !has_quota(listener, peer.uid))
		return;
	listener->visit[listener->count++] = (struct visit){
		.client = TAKE_FD(client),
		.inner = -1,
		.uid = peer.uid,
		.until = now() + listener->limits->patience,
	};
}

/* False: the socket itself has failed. */
static bool accept_some(struct listener *listener)
{
	for (unsigned i = 0; i < ACCEPTS_AT_ONCE; i++) {
		int fd = accept4(listener->listening, NULL, NULL,
				 SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0)
			take(listener, fd);
		else if (errno == EAGAIN)
			return true;
		else if (errno != EINTR && errno != ECONNABORTED && errno != EMFILE &&
			 errno != ENFILE && errno != ENOMEM && errno != ENOBUFS)
			return false;
	}
	return true;
}

static int connect_inner(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	AUTO_CLOSE int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 ||
	    !bytes_to_text(bytes_of_text(path), address.sun_path,
			   sizeof(address.sun_path)) ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return TAKE_FD(fd);
}

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

static bool send_connection(int to, int fd)
{
	union control control = { .room = { 0 } };
	char byte = 0;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = control.room,
				  .msg_controllen = sizeof(control.room) };

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	return sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

/* Is there a first byte? It is not read. */
static bool has_byte(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

/* From here on the login's vidd has the connection, and this process has none of it. */
static bool hand_over(struct listener *listener, struct visit *visit)
{
	AUTO_CLOSE int inner = -1;

	if (!has_byte(visit->client) || !may_begin(listener, visit->uid))
		return false;
	inner = connect_inner(listener->inner);
	if (inner < 0 || !send_connection(inner, visit->client))
		return false;
	(void)close(visit->client);
	visit->client = -1;
	visit->inner = TAKE_FD(inner);
	return true;
}

static void drop(struct listener *listener, size_t at)
{
	struct visit *visit = &listener->visit[at];

	if (visit->client >= 0)
		(void)close(visit->client);
	if (visit->inner >= 0)
		(void)close(visit->inner);
	*visit = listener->visit[--listener->count];
}

/* False: it is over. A vidd never says anything on the inner connection. */
static bool goes_on(struct listener *listener, struct visit *visit, short events)
{
	if (visit->inner >= 0)
		return events == 0;
	if (events)
		return hand_over(listener, visit);
	return now() < visit->until;
}

static int patience_of(const struct listener *listener)
{
	int64_t least = -1, left;

	for (size_t i = 0; i < listener->count; i++) {
		if (listener->visit[i].client < 0)
			continue;
		left = listener->visit[i].until - now();
		left = left < 0 ? 0 : left;
		if (least < 0 || left < least)
			least = left;
	}
	return (int)least;
}

bool listener_serve(int listening, const char *inner,
		    const struct listener_limits *limits, int stop)
{
	struct listener listener = { .listening = listening,
				     .inner = inner,
				     .limits = limits };
	struct pollfd wait[LISTENER_MOST + 2];
	bool going = limits->total <= LISTENER_MOST;

	while (going) {
		const size_t count = listener.count;

		wait[0] = (struct pollfd){ .fd = listening, .events = POLLIN };
		wait[1] = (struct pollfd){ .fd = stop, .events = POLLIN };
		for (size_t i = 0; i < count; i++) {
			const struct visit *visit = &listener.visit[i];

			wait[i + 2] =
				(struct pollfd){ .fd = visit->inner >= 0 ? visit->inner
									 : visit->client,
						 .events = POLLIN | POLLRDHUP };
		}
		if (poll(wait, count + 2, patience_of(&listener)) < 0 && errno != EINTR)
			break;
		if (wait[1].revents)
			break;
		/* From the last: dropping moves the last of all into the gap. */
		for (size_t i = count; i-- > 0;)
			if (!goes_on(&listener, &listener.visit[i], wait[i + 2].revents))
				drop(&listener, i);
		going = accept_some(&listener);
	}
	while (listener.count)
		drop(&listener, listener.count - 1);
	return going;
}
