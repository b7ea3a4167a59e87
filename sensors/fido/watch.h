/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watch.h - keys that are plugged in, as udev tells it
 *
 * Events of udevd, not of the kernel: when they come, the rules have been applied and the
 * device may be opened. Nothing is polled.
 */
#ifndef VID_FIDO_WATCH_H
#define VID_FIDO_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct watch;

/* Of the keys at `seat` (udev's ID_SEAT), which is to outlive it; empty: at any. NULL
 * when udev cannot be asked. Free with watch_free. */
struct watch *watch_new(const char *seat);
void watch_free(struct watch **watch);

int watch_fd(const struct watch *watch); /* readable: something happened */

/* A hidraw device by its node ("/dev/hidraw0"); `token`: udev's rules call it a security
 * key. A device of another seat is never told. */
typedef void watch_see(void *user, const char *node, bool token);

/* Each that is there. */
void watch_each(struct watch *watch, watch_see *see, void *user);

/* Take one event: whether it is one that was added. */
void watch_added(struct watch *watch, watch_see *see, void *user);

/* Once keys are in use: say FIDO_EVENT_ADDED for a new one, once. */
void watch_look(struct watch *watch);

#endif
