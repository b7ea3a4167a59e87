/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/device.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libudev.h>
#include <linux/videodev2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "libvid/cleanup.h"

#define CAMERA_DRIVER "uvcvideo"

static void free_udev(struct udev **udev)
{
	(void)udev_unref(*udev);
}

static void free_search(struct udev_enumerate **search)
{
	(void)udev_enumerate_unref(*search);
}

static void free_device(struct udev_device **device)
{
	(void)udev_device_unref(*device);
}

/* --- rules -------------------------------------------------------------------- */

/* A camera chooses its own serial number: only what cannot break a line of vid.conf. */
static bool clean(const char *from, char *to, size_t size)
{
	size_t len = 0;

	if (!from || !from[0])
		from = "-";
	for (; *from; from++) {
		if (len + 1 >= size)
			return false;
		to[len++] = isalnum((unsigned char)*from) || strchr(":.-_/", *from)
				    ? *from
				    : '_';
	}
	to[len] = '\0';
	return true;
}

bool device_id_make(const char *path, const char *vendor, const char *product,
		    const char *serial, char *to, size_t size)
{
	char parts[4][DEVICE_ID_MAX + 1];
	const char *from[4] = { path, vendor, product, serial };
	int len;

	for (int i = 0; i < 4; i++)
		if (!clean(from[i], parts[i], sizeof(parts[i])))
			return false;
	len = snprintf(to, size, "%s,%s:%s,%s", parts[0], parts[1], parts[2], parts[3]);
	return len > 0 && (size_t)len < size;
}

bool device_path_make(const char *path, const char *index, char *to, size_t size)
{
	bool first = !index || !index[0] || strcmp(index, "0") == 0;
	int len = snprintf(to, size, "%s%s%s", path, first ? "" : "-video-index",
			   first ? "" : index);

	return len > 0 && (size_t)len < size;
}

bool device_id_replaced(const char *id, const char *other)
{
	size_t path = strcspn(id, ",");

	return path == strcspn(other, ",") && strncmp(id, other, path) == 0 &&
	       strcmp(id, other) != 0;
}

bool device_is_node(int fd, dev_t number)
{
	struct stat is;

	return fstat(fd, &is) == 0 && S_ISCHR(is.st_mode) && is.st_rdev == number;
}

bool device_driver_virtual(bool on_usb, const char *driver)
{
	return !on_usb || strcmp(driver, CAMERA_DRIVER) != 0;
}

/* --- what udev knows ------------------------------------------------------------ */

static void copy_text(char *to, size_t size, const char *from)
{
	(void)snprintf(to, size, "%s", from ? from : "");
}

/* False: no capture device, or one whose id does not fit. */
static bool read_device(struct udev_device *entry, struct device *out)
{
	/* Parents belong to the entry. */
	struct udev_device *usb =
		udev_device_get_parent_with_subsystem_devtype(entry, "usb", "usb_device");
	struct udev_device *interface = udev_device_get_parent_with_subsystem_devtype(
		entry, "usb", "usb_interface");
	struct udev_device *parent = udev_device_get_parent(entry);
	const char *node = udev_device_get_devnode(entry);
	const char *can = udev_device_get_property_value(entry, "ID_V4L_CAPABILITIES");
	const char *path = udev_device_get_property_value(entry, "ID_PATH");
	const char *seat = udev_device_get_property_value(entry, "ID_SEAT");
	const char *infrared =
		udev_device_get_property_value(entry, "ID_INFRARED_CAMERA");
	char place[DEVICE_ID_MAX + 1];

	*out = (struct device){ .is_virtual = true };
	if (!node || strlen(node) >= sizeof(out->node) ||
	    (can && !strstr(can, ":capture:")))
		return false;
	if (!path) /* no udevd, or nothing to plug in */
		path = interface ? udev_device_get_devpath(interface)
				 : udev_device_get_devpath(entry);
	copy_text(out->node, sizeof(out->node), node);
	copy_text(out->name, sizeof(out->name),
		  udev_device_get_sysattr_value(entry, "name"));
	copy_text(out->driver, sizeof(out->driver),
		  interface ? udev_device_get_driver(interface)
		  : parent  ? udev_device_get_driver(parent)
			    : "");
	copy_text(out->seat, sizeof(out->seat), seat && seat[0] ? seat : DEVICE_SEAT);
	out->number = udev_device_get_devnum(entry);
	out->infrared = infrared && strcmp(infrared, "1") == 0;
	out->is_virtual = device_driver_virtual(usb && interface, out->driver);
	return device_path_make(path, udev_device_get_sysattr_value(entry, "index"),
				place, sizeof(place)) &&
	       device_id_make(
		       place, usb ? udev_device_get_sysattr_value(usb, "idVendor") : NULL,
		       usb ? udev_device_get_sysattr_value(usb, "idProduct") : NULL,
		       usb ? udev_device_get_sysattr_value(usb, "serial") : NULL, out->id,
		       sizeof(out->id));
}

int devices_find(struct device *out, size_t max)
{
	AUTO(free_udev) struct udev *udev = udev_new();
	AUTO(free_search) struct udev_enumerate *search = NULL;
	struct udev_list_entry *at;
	size_t count = 0;

	if (!udev || !(search = udev_enumerate_new(udev)) ||
	    udev_enumerate_add_match_subsystem(search, "video4linux") < 0 ||
	    udev_enumerate_scan_devices(search) < 0)
		return -1;
	udev_list_entry_foreach(at, udev_enumerate_get_list_entry(search))
	{
		AUTO(free_device)
		struct udev_device *entry =
			udev_device_new_from_syspath(udev, udev_list_entry_get_name(at));

		if (entry && count < max && read_device(entry, &out[count]))
			count++;
	}
	return (int)count;
}

/* --- what the device itself says ------------------------------------------------- */

/* Opening a camera's node neither starts it nor lights its lamp. */
static int open_node(const struct device *device)
{
	AUTO_CLOSE int fd = open(device->node,
				 O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);

	if (fd < 0)
		return -1;
	if (!device_is_node(fd, device->number)) {
		errno = ESTALE;
		return -1;
	}
	return TAKE_FD(fd);
}

static bool ask_capability(int fd, struct v4l2_capability *is)
{
	const uint32_t needed = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
	uint32_t can;

	if (ioctl(fd, VIDIOC_QUERYCAP, is) < 0)
		return false;
	can = is->capabilities & V4L2_CAP_DEVICE_CAPS ? is->device_caps
						      : is->capabilities;
	return (can & needed) == needed;
}

bool device_formats(const struct device *device, char *to, size_t size)
{
	AUTO_CLOSE int fd = open_node(device);
	struct v4l2_capability is = { .capabilities = 0 };
	size_t len = 0;

	to[0] = '\0';
	if (fd < 0)
		return true; /* not ours to open: it may be one */
	if (!ask_capability(fd, &is))
		return false;
	for (uint32_t i = 0; i < DEVICE_FORMATS; i++) {
		struct v4l2_fmtdesc format = { .index = i,
					       .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };
		int added;

		if (ioctl(fd, VIDIOC_ENUM_FMT, &format) < 0)
			break;
		added = snprintf(to + len, size - len, "%s%c%c%c%c", len ? " " : "",
				 (int)(format.pixelformat & 0x7f),
				 (int)(format.pixelformat >> 8 & 0x7f),
				 (int)(format.pixelformat >> 16 & 0x7f),
				 (int)(format.pixelformat >> 24 & 0x7f));
		if (added < 0 || (size_t)added >= size - len) {
			to[len] = '\0'; /* whole names only */
			break;
		}
		len += (size_t)added;
	}
	return true;
}

/* --- the pinned one ---------------------------------------------------------------- */

static enum camera_failure failure_of(int error)
{
	return error == EBUSY    ? CAMERA_FAILURE_BUSY
	       : error == ESTALE ? CAMERA_FAILURE_REFUSED
				 : CAMERA_FAILURE_DEVICE;
}

bool device_allowed(const struct device *device, const struct device_rules *rules,
		    struct problem *problem)
{
	if (device->is_virtual && !rules->allow_virtual) {
		problem_set(problem,
			    "%s (driver '%s') is no USB camera; virtual = yes in "
			    "vid.conf would allow it",
			    device->id, device->driver);
		return false;
	}
	if (rules->seat && strcmp(device->seat, rules->seat) != 0) {
		problem_set(problem,
			    "%s belongs to %s, and the login is at %s (`loginctl attach` "
			    "gives a device to a seat)",
			    device->id, device->seat, rules->seat);
		return false;
	}
	return true;
}

/* -1 with errno 0: the node is there but no capture device (a camera's metadata). */
static int open_pinned(const struct device *device, const struct device_rules *rules,
		       enum camera_failure *failure, struct problem *problem)
{
	struct v4l2_capability is = { .capabilities = 0 };
	AUTO_CLOSE int fd = -1;

	*failure = CAMERA_FAILURE_REFUSED;
	if (!device_allowed(device, rules, problem))
		return -1;
	if ((fd = open_node(device)) < 0) {
		*failure = failure_of(errno);
		problem_set(problem, "%s: %s", device->node, strerror(errno));
		return -1;
	}
	if (!ask_capability(fd, &is)) {
		*failure = CAMERA_FAILURE_DEVICE;
		problem_set(problem, "%s does not capture video", device->node);
		return -1;
	}
	is.driver[sizeof(is.driver) - 1] = '\0';
	if (!rules->allow_virtual &&
	    device_driver_virtual(true, (const char *)is.driver)) {
		problem_set(problem, "%s answers as driver '%s', not as a USB camera",
			    device->node, (const char *)is.driver);
		return -1;
	}
	return TAKE_FD(fd);
}

int device_open(const char *id, const struct device_rules *rules,
		enum camera_failure *failure, struct problem *problem)
{
	struct device devices[DEVICES_MAX];
	int count = devices_find(devices, DEVICES_MAX);

	*failure = CAMERA_FAILURE_NONE;
	problem_set(problem,
		    "the camera %s is not there; `vid camera list` shows which are", id);
	/* Where nobody numbers them, a camera's picture and metadata nodes share an id:
	 * the first that captures. */
	for (int i = 0; i < count; i++) {
		int fd;

		if (strcmp(devices[i].id, id) == 0) {
			fd = open_pinned(&devices[i], rules, failure, problem);
			if (fd >= 0)
				return fd;
		} else if (*failure == CAMERA_FAILURE_NONE &&
			   device_id_replaced(id, devices[i].id)) {
			*failure = CAMERA_FAILURE_REFUSED;
			problem_set(problem, "another camera, %s, is where %s should be",
				    devices[i].id, id);
		}
	}
	return -1;
}
