/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of the keys that are plugged in? The one that is touched; the only one otherwise.
 */
#include "sensors/fido/visit.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "sensors/fido/talk.h"

#define STATUS_MILLISECONDS 100 /* for the rest of an answer that has begun */

static void drop(struct key *key)
{
	if (!key->device)
		return;
	(void)fido_dev_close(key->device);
	fido_dev_free(&key->device);
	(void)close(key->link.fd);
	key->link.fd = -1;
}

/* U2F alone, or a key that does not say what it can, which libfido2 would treat so. */
static bool open_key(struct key *key)
{
	char path[LINK_PATH_SIZE];

	key->device = link_device(&key->link, path);
	return key->device && fido_dev_open(key->device, path) == FIDO_OK &&
	       fido_dev_is_fido2(key->device);
}

/* Why none of them can be used: the last one's reason stands for all. */
static void open_all(struct visit *visit, const struct keys *keys, struct watch *watch)
{
	(void)visit_fail(visit, FIDO_FAILURE_OLD, "no FIDO2 key: U2F is not enough");
	for (size_t i = 0; i < keys->count; i++) {
		struct key *key = &visit->key[visit->key_count++];

		key->link = (struct link){
			.fd = keys->fd[i],
			.conversation = CONVERSATION,
			.watch = watch,
		};
		if (open_key(key))
			continue;
		visit->chosen = key;
		if (key->link.end != LINK_UP)
			(void)visit_fault(visit, "opening", FIDO_ERR_RX);
		visit->chosen = NULL;
		drop(key);
	}
}

static size_t count(const struct visit *visit, struct key **last)
{
	size_t there = 0;

	for (size_t i = 0; i < visit->key_count; i++) {
		if (!visit->key[i].device)
			continue;
		*last = (struct key *)(uintptr_t)&visit->key[i];
		there++;
	}
	return there;
}

/* It said no, was not touched in its time, or is gone: the others may still be touched.
 */
static void give_up(struct visit *visit, struct key *key, int code)
{
	visit->chosen = key;
	(void)visit_fault(visit, "selection", code);
	visit->chosen = NULL;
	drop(key);
}

/* Something came from this key: was it touched? */
static bool was_touched(struct visit *visit, struct key *key)
{
	int touched = 0;
	int code = fido_dev_get_touch_status(key->device, &touched, STATUS_MILLISECONDS);

	if (code != FIDO_OK || key->link.end == LINK_GONE ||
	    key->link.end == LINK_FLOODED)
		give_up(visit, key, code);
	return touched != 0 && key->device;
}

/* One round of waiting. Fills visit->chosen; false: cancelled. */
static bool wait_for_touch(struct visit *visit, struct watch *watch)
{
	struct pollfd wait[FIDO_KEYS_MAX + 2];
	nfds_t at = 0;
	int ready;

	wait[at++] = (struct pollfd){ .fd = CONVERSATION, .events = POLLIN };
	wait[at++] =
		(struct pollfd){ .fd = watch ? watch_fd(watch) : -1, .events = POLLIN };
	for (size_t i = 0; i < visit->key_count; i++)
		wait[at++] = (struct pollfd){
			.fd = visit->key[i].device ? visit->key[i].link.fd : -1,
			.events = POLLIN,
		};
	do
		ready = poll(wait, at, -1);
	while (ready < 0 && errno == EINTR);
	if (ready < 0 || wait[0].revents)
		return false;
	if (wait[1].revents)
		watch_look(watch);
	for (size_t i = 0; i < visit->key_count && !visit->chosen; i++)
		if (visit->key[i].device && wait[i + 2].revents &&
		    was_touched(visit, &visit->key[i]))
			visit->chosen = &visit->key[i];
	return true;
}

static void begin_all(struct visit *visit)
{
	for (size_t i = 0; i < visit->key_count; i++) {
		struct key *key = &visit->key[i];
		int code = key->device ? fido_dev_get_touch_begin(key->device) : FIDO_OK;

		if (code != FIDO_OK)
			give_up(visit, key, code);
	}
}

static void cancel_others(struct visit *visit)
{
	for (size_t i = 0; i < visit->key_count; i++) {
		if (!visit->key[i].device || &visit->key[i] == visit->chosen)
			continue;
		link_cancel(&visit->key[i].link);
		drop(&visit->key[i]);
	}
}

static bool choose_by_touch(struct visit *visit, struct watch *watch)
{
	struct key *last = NULL;

	begin_all(visit);
	talk_event(FIDO_EVENT_SELECT);
	while (!visit->chosen && count(visit, &last)) {
		if (wait_for_touch(visit, watch))
			continue;
		cancel_others(visit);
		return visit_fail(visit, FIDO_FAILURE_CANCELLED, "cancelled");
	}
	cancel_others(visit);
	return visit->chosen != NULL; /* the last that was given up says why not */
}

bool visit_choose(struct visit *visit, const struct keys *keys, struct watch *watch)
{
	struct key *last = NULL;

	open_all(visit, keys, watch);
	switch (count(visit, &last)) {
	case 0:
		return false;
	case 1:
		visit->chosen = last;
		return true;
	default:
		return choose_by_touch(visit, watch);
	}
}
