/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/infrared.h"

#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"

#define AUTOMATIC "auto"

bool infrared_formats(const char *formats)
{
	static const char *const grey[] = { "GREY", "Y10", "Y12", "Y16" };
	char text[128], *rest = text, *name;
	size_t count = 0;

	if (strlen(formats) >= sizeof(text))
		return false;
	memcpy(text, formats, strlen(formats) + 1);
	while ((name = strsep(&rest, " "))) {
		size_t i = 0;

		if (!*name) /* "Y10 " is a name of four letters */
			continue;
		while (i < sizeof(grey) / sizeof(*grey) && strcmp(name, grey[i]) != 0)
			i++;
		if (i == sizeof(grey) / sizeof(*grey))
			return false;
		count++;
	}
	return count > 0;
}

bool infrared_is(const struct node *node)
{
	return node->device.infrared || infrared_formats(node->formats);
}

/* The part of an id that names the socket, without the interface: up to ":1.2,". */
static size_t socket_len(const char *id)
{
	size_t len = strcspn(id, ",");

	while (len > 0 && id[len - 1] != ':')
		len--;
	return len;
}

bool infrared_pair(const char *id, const char *other)
{
	size_t len = socket_len(id);
	const char *rest = strchr(id, ','), *other_rest = strchr(other, ',');

	return len > 0 && len == socket_len(other) && strncmp(id, other, len) == 0 &&
	       rest && other_rest && strcmp(rest, other_rest) == 0 &&
	       strcmp(id, other) != 0;
}

const struct node *infrared_partner(const struct node *nodes, int count,
				    const struct node *of)
{
	for (int i = 0; i < count; i++)
		if (nodes[i].captures && infrared_is(&nodes[i]) != infrared_is(of) &&
		    infrared_pair(nodes[i].device.id, of->device.id))
			return &nodes[i];
	return NULL;
}

const struct node *infrared_node(const struct node *nodes, int count, const char *id)
{
	for (int i = 0; i < count; i++)
		if (nodes[i].captures && strcmp(nodes[i].device.id, id) == 0)
			return &nodes[i];
	return NULL;
}

int infrared_nodes(struct node *out, int max)
{
	struct device devices[DEVICES_MAX];
	int count = devices_find(devices, DEVICES_MAX);

	if (count > max)
		count = max;
	for (int i = 0; i < count; i++) {
		out[i] = (struct node){ .device = devices[i] };
		out[i].captures = device_formats(&devices[i], out[i].formats,
						 sizeof(out[i].formats));
	}
	return count;
}

/* --- the one that is wanted --------------------------------------------------------- */

/* "VENDOR:PRODUCT" of an id. */
static bool usb_of(const char *id, char usb[10])
{
	const char *at = strchr(id, ',');

	if (!at || strcspn(++at, ",") != 9)
		return false;
	memcpy(usb, at, 9);
	usb[9] = '\0';
	return true;
}

enum vid_reason infrared_emitter(const char *id, struct emitter *out,
				 struct problem *problem)
{
	char usb[10];

	*out = (struct emitter){ .len = 0 };
	return usb_of(id, usb) ? emitter_find(PATH_EMITTERS, usb, out, problem)
			       : VID_FILE_MISSING;
}

/* The id that "auto" means; NULL: none. */
static const char *automatic_id(const struct node *nodes, int count, const char *colour)
{
	const struct node *pinned = infrared_node(nodes, count, colour), *partner;

	if (!pinned || infrared_is(pinned))
		return NULL;
	partner = infrared_partner(nodes, count, pinned);
	return partner ? partner->device.id : NULL;
}

/* Whoever is named must be what is said of it: liveness is judged by other rules then. */
static int open_named(const struct node *nodes, int count, const char *id,
		      const struct device_rules *rules, enum camera_failure *failure,
		      struct problem *problem)
{
	AUTO_CLOSE int fd = device_open(id, rules, failure, problem);
	const struct node *node = infrared_node(nodes, count, id);

	if (fd < 0 || (node && infrared_is(node)))
		return TAKE_FD(fd);
	*failure = CAMERA_FAILURE_REFUSED;
	problem_set(problem,
		    "%s is no infrared camera: `vid camera list` shows which are", id);
	return -1;
}

int infrared_open(const char *wanted, const char *colour,
		  const struct device_rules *rules, struct emitter *lamp,
		  enum camera_failure *failure, struct problem *problem)
{
	bool automatic = strcmp(wanted, AUTOMATIC) == 0;
	struct node nodes[DEVICES_MAX];
	int count = infrared_nodes(nodes, DEVICES_MAX);
	enum vid_reason why;

	*failure = CAMERA_FAILURE_NONE;
	if (automatic && !(wanted = automatic_id(nodes, count, colour)))
		return -1;
	why = infrared_emitter(wanted, lamp, problem);
	if (why != VID_OK && why != VID_FILE_MISSING) {
		*failure = CAMERA_FAILURE_DEVICE;
		return -1;
	}
	if (automatic && why == VID_FILE_MISSING)
		return -1; /* it would look into the dark */
	return open_named(nodes, count, wanted, rules, failure, problem);
}
