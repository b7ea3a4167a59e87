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

/* A device as it was found: what udev says of it, and what it offers itself. */
struct node {
	struct device device;
	bool captures;     /* false: no camera after all, its metadata for one */
	char formats[128]; /* "YUYV MJPG"; empty: it could not be opened */
};

/* All devices, asked; none is started. How many, or -1 when udev cannot be asked. */
int infrared_nodes(struct node *out, int max);

/* By udev's ID_INFRARED_CAMERA, or else by its formats. */
bool infrared_is(const struct node *node);

/* The camera with this id, or NULL. */
const struct node *infrared_node(const struct node *nodes, int count, const char *id);

/* Are the two of one USB device: the same socket, kind and serial number, another
 * interface? */
bool infrared_pair(const char *id, const char *other);

/* The infrared one beside a camera in colour, the one in colour beside an infrared one;
 * NULL: it is alone. */
const struct node *infrared_partner(const struct node *nodes, int count,
				    const struct node *of);

/* How a lamp is lit, from emitters.conf. */
struct emitter {
	bool automatic; /* by the camera itself, while it streams */
	uint8_t unit, selector;
	size_t len; /* of both; 0: nothing is sent */
	uint8_t on[EMITTER_MAX];
	bool restored; /* `off` is sent when the camera is no longer used */
	uint8_t off[EMITTER_MAX];
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

/* UVCIOC_CTRL_QUERY on a descriptor; the functions below take it, so that a test can
 * stand in for the camera. */
typedef int emitter_ask(int fd, struct uvc_xu_control_query *what);

/* Is the control as long as the entry says? False with a problem text; only asks. */
bool emitter_fits(int fd, const struct emitter *emitter, emitter_ask *query,
		  struct problem *problem);

/* Set the control, once, to `on` or `off`. False with errno. */
bool emitter_set(int fd, const struct emitter *emitter, const uint8_t *bytes,
		 emitter_ask *query);
int emitter_query(int fd, struct uvc_xu_control_query *what);

/* The entry of /etc/vid/emitters.conf for the camera with this id; as emitter_find. */
enum vid_reason infrared_emitter(const char *id, struct emitter *out,
				 struct problem *problem);

/*
 * Open the infrared camera that is wanted: an id, or "auto": the partner of `colour` (an
 * id), when emitters.conf says how its lamp is lit. A descriptor, and in *lamp what is to
 * be lit (lamp.h); -1 with *failure NONE when "auto" finds none, REFUSED when the named
 * one sees colour, else as device_open.
 */
int infrared_open(const char *wanted, const char *colour,
		  const struct device_rules *rules, struct emitter *lamp,
		  enum camera_failure *failure, struct problem *problem);

#endif
