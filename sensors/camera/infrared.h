/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * infrared.h - which cameras see infrared light, which colour camera they belong to, and
 * how their lamp is lit
 *
 * A laptop's camera for faces is two V4L2 devices of one USB device: one in colour, and
 * one that offers grey formats alone. The lamp of the second is often dark until a
 * control of the camera is set. Which one differs by model and cannot be asked for; a
 * wrong one may change a camera for good. So nothing is ever tried: emitters.conf names
 * the control, as its maker documents it, or nothing is sent.
 */
#ifndef VID_CAMERA_INFRARED_H
#define VID_CAMERA_INFRARED_H

#include <linux/usb/video.h>
#include <linux/uvcvideo.h>

#include "libvid/bytes.h"
#include "sensors/camera/device.h"

#define EMITTER_MAX       64 /* bytes of a control */
#define EMITTERS_FILE_MAX 65536

/* Are "GREY Y16 " the formats of an infrared camera: grey ones, and no other? */
bool infrared_formats(const char *formats);

/* By udev's ID_INFRARED_CAMERA, or else by its formats. */
bool infrared_is(const struct device *device);

/* Are the two of one USB device: the same socket, kind and serial number, another
 * interface? */
bool infrared_pair(const char *id, const char *other);

/* How a lamp is lit, from emitters.conf. */
struct emitter {
	bool automatic; /* by the camera itself, while it streams */
	uint8_t unit, selector;
	size_t len;
	uint8_t on[EMITTER_MAX];
};

/*
 * The entry for "VENDOR:PRODUCT" (four hex digits each). VID_OK, VID_FILE_MISSING (none:
 * nothing is to be sent), VID_CONFIG with a problem text for a file that is malformed, in
 * any entry.
 */
enum vid_reason emitter_parse(struct bytes text, const char *name, const char *usb,
			      struct emitter *out, struct problem *problem);
/* The same from the file, which must be root's. No file: VID_FILE_MISSING. */
enum vid_reason emitter_find(const char *path, const char *usb, struct emitter *out,
			     struct problem *problem);

/*
 * Set the control, once, when the camera says that it is as long as the entry. `query` is
 * UVCIOC_CTRL_QUERY on `fd`. False with a problem text.
 */
bool emitter_light(int fd, const struct emitter *emitter,
		   int (*query)(int fd, struct uvc_xu_control_query *what),
		   struct problem *problem);
int emitter_query(int fd, struct uvc_xu_control_query *what);

/*
 * Open the infrared camera that is wanted: an id, or "auto": the partner of `colour` (an
 * id), when emitters.conf says how its lamp is lit. A descriptor whose lamp is lit; -1
 * with *failure NONE when "auto" finds none, else as device_open.
 */
int infrared_open(const char *wanted, const char *colour, bool allow_virtual,
		  enum camera_failure *failure, struct problem *problem);

#endif
