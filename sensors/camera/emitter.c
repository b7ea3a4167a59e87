/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sensors/camera/infrared.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/ini.h"

struct reading {
	const char *usb;
	struct emitter *found; /* the entry that is looked for */
	struct emitter entry;  /* the one that is read */
	bool any, wanted, has_unit, has_selector, has_on, has_emitter;
};

/* --- emitters.conf ---------------------------------------------------------------- */

static bool is_usb(const char *name)
{
	for (int i = 0; i < 9; i++)
		if (i == 4 ? name[i] != ':'
			   : !name[i] || !strchr("0123456789abcdef", name[i]))
			return false;
	return name[9] == '\0';
}

/* What the entry before lacks; it is kept when it is the one that is looked for. */
static const char *finish(struct reading *reading)
{
	const struct emitter *entry = &reading->entry;

	if (!reading->any)
		return NULL;
	if (entry->automatic
		    ? entry->len || reading->has_unit || reading->has_selector
		    : !(reading->has_on && reading->has_unit && reading->has_selector))
		return "the camera before this line needs unit, selector and on, or "
		       "emitter = automatic alone";
	if (reading->wanted)
		*reading->found = *entry;
	return NULL;
}

static const char *begin(struct reading *reading, const char *section)
{
	const char *fault = finish(reading);

	if (fault)
		return fault;
	if (strncmp(section, "camera ", 7) != 0 || !is_usb(section + 7))
		return "not [camera VENDOR:PRODUCT], four small hex digits each";
	reading->any = true;
	reading->wanted = strcmp(section + 7, reading->usb) == 0;
	reading->has_emitter |= reading->wanted;
	reading->entry = (struct emitter){ .len = 0 };
	reading->has_unit = reading->has_selector = reading->has_on = false;
	return NULL;
}

static const char *read_number(const char *value, uint8_t *to, bool *has)
{
	uint64_t number;

	if (!ini_unsigned(value, 255, &number) || number == 0)
		return "not 1 to 255";
	*to = (uint8_t)number;
	*has = true;
	return NULL;
}

/* Pairs of hex digits, without blanks. `on` and `off` come in any order: *len is zero
 * until the first. */
static const char *read_bytes(const char *value, uint8_t to[EMITTER_MAX], size_t *len)
{
	size_t is = strlen(value) / 2;

	if (is == 0 || is > EMITTER_MAX || !ini_hex(value, to, is))
		return "not 1 to 64 bytes in hex digits";
	if (*len && *len != is)
		return "on and off differ in length";
	*len = is;
	return NULL;
}

static const char *read_entry(void *user, const char *section, const char *key,
			      const char *value)
{
	struct reading *reading = user;
	struct emitter *entry = &reading->entry;

	if (!key)
		return begin(reading, section);
	if (!reading->any)
		return "stands before a [camera VENDOR:PRODUCT]";
	if (!strcmp(key, "unit"))
		return read_number(value, &entry->unit, &reading->has_unit);
	if (!strcmp(key, "selector"))
		return read_number(value, &entry->selector, &reading->has_selector);
	if (!strcmp(key, "on")) {
		reading->has_on = true;
		return read_bytes(value, entry->on, &entry->len);
	}
	if (!strcmp(key, "off")) {
		entry->restored = true;
		return read_bytes(value, entry->off, &entry->len);
	}
	if (!strcmp(key, "source")) /* for people: who documents it */
		return *value ? NULL : "must not be empty";
	if (strcmp(key, "emitter") != 0)
		return "unknown key";
	entry->automatic = true;
	return strcmp(value, "automatic") == 0 ? NULL : "not automatic";
}

enum vid_reason emitter_parse(struct bytes text, const char *name, const char *usb,
			      struct emitter *out, struct problem *problem)
{
	struct reading reading = { .usb = usb, .found = out };
	enum vid_reason why = ini_read(text, name, read_entry, &reading, problem);
	const char *fault;

	if (why != VID_OK)
		return why;
	if ((fault = finish(&reading))) {
		problem_set(problem, "%s: %s", name, fault);
		return VID_CONFIG;
	}
	return reading.has_emitter ? VID_OK : VID_FILE_MISSING;
}

enum vid_reason emitter_find(const char *path, const char *usb, struct emitter *out,
			     struct problem *problem)
{
	AUTO(blob_free) struct blob file = { 0 };
	enum vid_reason why = file_read_trusted(path, EMITTERS_FILE_MAX, &file, problem);

	if (why != VID_OK)
		return why;
	return emitter_parse(bytes_of(file.at, file.len), path, usb, out, problem);
}

/* --- the lamp --------------------------------------------------------------------- */

int emitter_query(int fd, struct uvc_xu_control_query *what)
{
	int result;

	do
		result = ioctl(fd, UVCIOC_CTRL_QUERY, what);
	while (result < 0 && errno == EINTR);
	return result;
}

bool emitter_fits(int fd, const struct emitter *emitter, emitter_ask *query,
		  struct problem *problem)
{
	uint8_t length[2] = { 0, 0 };
	struct uvc_xu_control_query ask = { .unit = emitter->unit,
					    .selector = emitter->selector,
					    .query = UVC_GET_LEN,
					    .size = sizeof(length),
					    .data = length };
	size_t len;

	if (query(fd, &ask) < 0) {
		problem_set(problem,
			    "emitters.conf: the camera has no control %u of unit %u: %s",
			    emitter->selector, emitter->unit, strerror(errno));
		return false;
	}
	len = length[0] | (size_t)length[1] << 8;
	if (len == emitter->len)
		return true;
	problem_set(problem,
		    "emitters.conf: control %u of unit %u has %zu bytes, not %zu; "
		    "nothing was sent",
		    emitter->selector, emitter->unit, len, emitter->len);
	return false;
}

bool emitter_set(int fd, const struct emitter *emitter, const uint8_t *bytes,
		 emitter_ask *query)
{
	uint8_t copy[EMITTER_MAX];
	struct uvc_xu_control_query set = { .unit = emitter->unit,
					    .selector = emitter->selector,
					    .query = UVC_SET_CUR,
					    .size = (uint16_t)emitter->len,
					    .data = copy };

	memcpy(copy, bytes, emitter->len);
	return query(fd, &set) == 0;
}
