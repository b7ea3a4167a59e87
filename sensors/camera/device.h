/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h - which cameras there are, and opening the one that was pinned (S10, S11)
 *
 * A camera's stable id is PATH,VENDOR:PRODUCT,SERIAL, as in
 *
 *   pci-0000:00:14.0-usb-0:6:1.0,0c45:6a08,200901010001
 *
 * where it is plugged in (udev's ID_PATH; without udevd the path in /sys), what it says
 * it is, and its serial number ("-": none). Another camera in the same socket, or the
 * same one in another, is another id: an administrator pins it anew. A second picture of
 * one interface has "-video-index2" behind its path, as in /dev/v4l/by-path. A camera
 * that is no USB camera of the uvcvideo driver counts as virtual, since whoever feeds
 * such a device chooses what we see.
 */
#ifndef VID_CAMERA_DEVICE_H
#define VID_CAMERA_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "libvid/limits.h"
#include "libvid/reason.h"
#include "sensors/protocol.h"

#define DEVICE_ID_MAX  255
#define DEVICES_MAX    32
#define DEVICE_FORMATS 16
#define DEVICE_SEAT    "seat0" /* of what udev gives to no other seat */

struct device {
	char id[DEVICE_ID_MAX + 1];
	char node[64];               /* "/dev/video0": for people; never kept */
	char name[64];               /* as the camera calls itself */
	char driver[32];             /* of its parent; empty: none */
	char seat[VID_SEAT_MAX + 1]; /* so says udev (ID_SEAT) */
	dev_t number;
	bool is_virtual;
	bool infrared; /* so says udev (ID_INFRARED_CAMERA) */
};

/* Which cameras may be opened. */
struct device_rules {
	bool allow_virtual;
	const char *seat; /* those of this seat; NULL: of any */
};

/* The capture devices that udev knows; returns how many (at most `max` are written), or
 * -1 when udev cannot be asked. */
int devices_find(struct device *out, size_t max);

/* The pixel formats that the device offers, as "YUYV MJPG"; empty when it cannot be
 * opened. False when it is no capture device after all. */
bool device_formats(const struct device *device, char *to, size_t size);

/*
 * Open the device with this id. A descriptor, or -1 with *failure (NONE, REFUSED, BUSY,
 * DEVICE) and a problem text. Another than `rules` allow is
 * REFUSED.
 */
int device_open(const char *id, const struct device_rules *rules,
		enum camera_failure *failure, struct problem *problem);

/* --- the rules of device_open, alone, for tests ------------------------------ */

/* Put an id together; what has no place in vid.conf becomes '_'. False: too long. */
bool device_id_make(const char *path, const char *vendor, const char *product,
		    const char *serial, char *to, size_t size);

/* ID_PATH and the node's number at that place, as an id begins; NULL or "0": the first.
 */
bool device_path_make(const char *path, const char *index, char *to, size_t size);

/* Has `id` the same socket as `other` and is yet another camera? */
bool device_id_replaced(const char *id, const char *other);

/* Is the open descriptor the character device that udev means (S11)? */
bool device_is_node(int fd, dev_t number);

/* Do the rules allow a camera that is virtual, or of this seat? */
bool device_allowed(const struct device *device, const struct device_rules *rules,
		    struct problem *problem);

/* By the driver that udev names and the one that answers VIDIOC_QUERYCAP. */
bool device_driver_virtual(bool on_usb, const char *driver);

#endif
