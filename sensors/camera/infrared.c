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

bool infrared_is(const struct device *device)
{
	char formats[128];

	return device->infrared || (device_formats(device, formats, sizeof(formats)) &&
				    infrared_formats(formats));
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

/* --- the one that is wanted -----------------------------------------------------------
 */

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

/* An entry for this camera, or FILE_MISSING. */
static enum vid_reason emitter_of(const char *id, struct emitter *out,
				  struct problem *problem)
{
	char usb[10];

	return usb_of(id, usb) ? emitter_find(PATH_EMITTERS, usb, out, problem)
			       : VID_FILE_MISSING;
}

static bool find_partner(const char *colour, char id[DEVICE_ID_MAX + 1])
{
	struct device devices[DEVICES_MAX];
	int count = devices_find(devices, DEVICES_MAX);

	for (int i = 0; i < count; i++) {
		if (!infrared_pair(colour, devices[i].id) || !infrared_is(&devices[i]))
			continue;
		memcpy(id, devices[i].id, DEVICE_ID_MAX + 1);
		return true;
	}
	return false;
}

static int open_lit(const char *id, bool allow_virtual, const struct emitter *emitter,
		    enum camera_failure *failure, struct problem *problem)
{
	AUTO_CLOSE int fd = device_open(id, allow_virtual, failure, problem);

	if (fd >= 0 && emitter && !emitter->automatic &&
	    !emitter_light(fd, emitter, emitter_query, problem)) {
		*failure = CAMERA_FAILURE_DEVICE;
		return -1;
	}
	return TAKE_FD(fd);
}

int infrared_open(const char *wanted, const char *colour, bool allow_virtual,
		  enum camera_failure *failure, struct problem *problem)
{
	bool automatic = strcmp(wanted, AUTOMATIC) == 0;
	char partner[DEVICE_ID_MAX + 1];
	struct emitter emitter;
	enum vid_reason why;

	*failure = CAMERA_FAILURE_NONE;
	if (automatic) {
		if (!find_partner(colour, partner))
			return -1;
		wanted = partner;
	}
	why = emitter_of(wanted, &emitter, problem);
	if (why != VID_OK && why != VID_FILE_MISSING) {
		*failure = CAMERA_FAILURE_DEVICE;
		return -1;
	}
	if (automatic && why == VID_FILE_MISSING)
		return -1; /* it would look into the dark */
	return open_lit(wanted, allow_virtual, why == VID_OK ? &emitter : NULL, failure,
			problem);
}
