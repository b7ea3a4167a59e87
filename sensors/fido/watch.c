/* SPDX-License-Identifier: BSD-2-Clause */
#include "sensors/fido/watch.h"

#include <libudev.h>
#include <stdlib.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "sensors/fido/talk.h"

#define SEAT_FIRST "seat0"

struct watch {
	struct udev *udev;
	struct udev_monitor *monitor;
	const char *seat;
	bool said; /* ADDED */
};

static void free_search(struct udev_enumerate **search)
{
	(void)udev_enumerate_unref(*search);
}

static void free_device(struct udev_device **device)
{
	(void)udev_device_unref(*device);
}

void watch_free(struct watch **watch)
{
	if (!*watch)
		return;
	(void)udev_monitor_unref((*watch)->monitor);
	(void)udev_unref((*watch)->udev);
	free(*watch);
	*watch = NULL;
}

struct watch *watch_new(const char *seat)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	watch->seat = seat;
	watch->udev = udev_new();
	if (watch->udev)
		watch->monitor = udev_monitor_new_from_netlink(watch->udev, "udev");
	if (!watch->monitor ||
	    udev_monitor_filter_add_match_subsystem_devtype(watch->monitor, "hidraw",
							    NULL) < 0 ||
	    udev_monitor_enable_receiving(watch->monitor) < 0)
		watch_free(&watch);
	return watch;
}

int watch_fd(const struct watch *watch)
{
	return udev_monitor_get_fd(watch->monitor);
}

static bool is_yes(struct udev_device *device, const char *property)
{
	const char *value = udev_device_get_property_value(device, property);

	return value && strcmp(value, "1") == 0;
}

static bool is_token(struct udev_device *device)
{
	return is_yes(device, "ID_FIDO_TOKEN") || is_yes(device, "ID_SECURITY_TOKEN");
}

/* What no rule gives to another seat belongs to the first (sd-login(3)). */
static bool is_at_seat(struct udev_device *device, const char *seat)
{
	const char *its = udev_device_get_property_value(device, "ID_SEAT");

	return !seat[0] || strcmp(its && its[0] ? its : SEAT_FIRST, seat) == 0;
}

void watch_each(struct watch *watch, watch_see *see, void *user)
{
	AUTO(free_search)
	struct udev_enumerate *search = udev_enumerate_new(watch->udev);
	struct udev_list_entry *entry;

	if (!search || udev_enumerate_add_match_subsystem(search, "hidraw") < 0 ||
	    udev_enumerate_scan_devices(search) < 0)
		return;
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(search))
	{
		AUTO(free_device)
		struct udev_device *device = udev_device_new_from_syspath(
			watch->udev, udev_list_entry_get_name(entry));
		const char *node = device ? udev_device_get_devnode(device) : NULL;

		if (node && is_at_seat(device, watch->seat))
			see(user, node, is_token(device));
	}
}

static struct udev_device *added(struct watch *watch)
{
	struct udev_device *device = udev_monitor_receive_device(watch->monitor);
	const char *action = device ? udev_device_get_action(device) : NULL;

	if (action && strcmp(action, "add") == 0)
		return device;
	(void)udev_device_unref(device);
	return NULL;
}

void watch_added(struct watch *watch, watch_see *see, void *user)
{
	AUTO(free_device) struct udev_device *device = added(watch);
	const char *node = device ? udev_device_get_devnode(device) : NULL;

	if (node && is_at_seat(device, watch->seat))
		see(user, node, is_token(device));
}

/* Behind the sandbox nothing can be opened: udev's own rules say what a key is. */
void watch_look(struct watch *watch)
{
	AUTO(free_device) struct udev_device *device = added(watch);

	if (!device || watch->said || !is_token(device) ||
	    !is_at_seat(device, watch->seat))
		return;
	watch->said = true;
	talk_event(FIDO_EVENT_ADDED);
}
