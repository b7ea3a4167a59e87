/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/fido/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/hidraw.h>
#include <linux/input.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

#include "libvid/cleanup.h"
#include "sensors/fido/talk.h"

/* Walk the items of a report descriptor (HID 1.11 section 6.2.2) to the first usage page;
 * a key's interface has one collection, and it begins with that. */
#define USAGE_PAGE      0x04 /* the prefix without its size */
#define USAGE_PAGE_FIDO 0xf1d0
#define LONG_ITEM       0xfe

static bool is_fido(const struct hidraw_report_descriptor *report)
{
	static const size_t sizes[] = { 0, 1, 2, 4 };

	for (size_t at = 0; at < report->size;) {
		uint8_t prefix = report->value[at];
		size_t size = sizes[prefix & 3];

		if (prefix == LONG_ITEM || at + 1 + size > report->size)
			return false;
		if ((prefix & 0xfc) == USAGE_PAGE)
			return size == 2 &&
			       (report->value[at + 1] | report->value[at + 2] << 8) ==
				       USAGE_PAGE_FIDO;
		at += 1 + size;
	}
	return false;
}

static bool is_key(int fd)
{
	struct hidraw_report_descriptor report = { .size = 0 };
	struct hidraw_devinfo info;
	int size = 0;

	if (ioctl(fd, HIDIOCGRAWINFO, &info) < 0 || info.bustype != BUS_USB ||
	    ioctl(fd, HIDIOCGRDESCSIZE, &size) < 0 || size < 0 ||
	    size > HID_MAX_DESCRIPTOR_SIZE)
		return false;
	report.size = (uint32_t)size;
	return ioctl(fd, HIDIOCGRDESC, &report) == 0 && is_fido(&report);
}

/* Others' devices (mice, keyboards) may not be opened, and that is no fault. */
static void see(void *user, const char *node, bool token)
{
	AUTO_CLOSE int fd = open(node, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	struct keys *keys = user;

	if (fd < 0 && token && (errno == EACCES || errno == EPERM))
		keys->forbidden = true;
	if (fd >= 0 && keys->count < FIDO_KEYS_MAX && is_key(fd))
		keys->fd[keys->count++] = TAKE_FD(fd);
}

/* One event of udev's, or of vidd's. False when vidd wants no more of us. */
static bool wait_for_event(const struct watch *watch)
{
	struct pollfd wait[] = {
		{ .fd = CONVERSATION, .events = POLLIN },
		{ .fd = watch_fd(watch), .events = POLLIN },
	};
	int ready;

	do
		ready = poll(wait, 2, -1);
	while (ready < 0 && errno == EINTR);
	return ready > 0 && !wait[0].revents;
}

static bool wait_for_udev(struct keys *keys, struct watch *watch,
			  enum fido_failure *failure, struct problem *problem)
{
	watch_each(watch, see, keys);
	if (!keys->count && !keys->forbidden)
		talk_event(FIDO_EVENT_INSERT);
	while (!keys->count && !keys->forbidden) {
		if (!wait_for_event(watch)) {
			*failure = FIDO_FAILURE_CANCELLED;
			return false;
		}
		watch_added(watch, see, keys);
	}
	if (keys->count)
		return true;
	problem_set(problem,
		    "a security key is there, and may not be opened: is the udev "
		    "rule 71-vid-fido.rules installed?");
	*failure = FIDO_FAILURE_ACCESS;
	return false;
}

bool keys_wait(const char *devices, const char *seat, struct keys *keys,
	       struct watch **watch, enum fido_failure *failure, struct problem *problem)
{
	*keys = (struct keys){ .count = 0 };
#ifdef VID_TEST_SOURCES
	if (strncmp(devices, "test:", 5) == 0)
		return keys_wait_test(devices + 5, keys, failure, problem);
#endif
	*failure = FIDO_FAILURE_PROTOCOL;
	if (strcmp(devices, "usb") != 0) {
		problem_set(problem, "devices = %s: only usb is known", devices);
		return false;
	}
	*failure = FIDO_FAILURE_DEVICE;
	if (!(*watch = watch_new(seat))) {
		problem_set(problem, "udev cannot be asked for security keys");
		return false;
	}
	return wait_for_udev(keys, *watch, failure, problem);
}
