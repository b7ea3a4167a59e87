/* SPDX-License-Identifier: BSD-2-Clause */
/* vid camera list - the cameras of this machine, and the line that pins one */
#include <stdio.h>
#include <string.h>

#include "libvid/paths.h"
#include "sensors/camera/device.h"
#include "sensors/camera/infrared.h"
#include "vid/cli.h"

/* Formats of one camera: "YUYV MJPG". */
#define FORMATS_MAX 128

/* What a list says of one camera, beside the device itself. */
struct listed {
	const struct device *device;
	char formats[FORMATS_MAX];
	bool infrared;
	const char *partner; /* id, or NULL */
};

static json_t *as_json(const struct listed *listed)
{
	const struct device *device = listed->device;

	return json_pack("{s:o, s:o, s:o, s:s, s:b, s:o, s:b, s:o?}", "id",
			 cli_json_text(bytes_of_text(device->id)), "name",
			 cli_json_text(bytes_of_text(device->name)), "driver",
			 cli_json_text(bytes_of_text(device->driver)), "node",
			 device->node, "virtual", device->is_virtual, "formats",
			 cli_json_text(bytes_of_text(listed->formats)), "infrared",
			 listed->infrared, "partner",
			 listed->partner ? cli_json_text(bytes_of_text(listed->partner))
					 : NULL);
}

static void print_text(const char *text)
{
	/* A camera chooses its own name. */
	for (; *text; text++)
		putchar(*text >= ' ' && *text <= '~' ? *text : '?');
}

/* Only of an infrared camera: is its lamp lit? */
static void print_lamp(const struct device *device)
{
	struct problem problem = { "" };
	struct emitter emitter;
	const char *usb = strchr(device->id, ',');
	char name[10] = "";
	enum vid_reason why;

	(void)snprintf(name, sizeof(name), "%.9s", usb ? usb + 1 : "");
	why = emitter_find(PATH_EMITTERS, name, &emitter, &problem);
	printf("    %s\n",
	       why == VID_OK && emitter.automatic ? _("its lamp lights by itself")
	       : why == VID_OK ? _("its lamp is lit as emitters.conf says")
	       : why == VID_FILE_MISSING
		       ? _("nothing lights its lamp: emitters.conf has no entry for it")
		       : problem.text);
}

static void print_device(const struct listed *listed)
{
	const struct device *device = listed->device;
	const char *formats = listed->formats;

	print_text(device->id);
	fputs("\n    ", stdout);
	print_text(device->name);
	printf(", %s, %s %s", device->node, _("driver"),
	       device->driver[0] ? device->driver : _("none"));
	printf(", %s\n",
	       formats[0] ? formats : _("formats unknown: it cannot be opened"));
	if (listed->infrared) {
		printf("    %s", _("infrared"));
		if (listed->partner) {
			printf(", %s ", _("beside"));
			print_text(listed->partner);
		}
		putchar('\n');
		print_lamp(device);
	}
	if (device->is_virtual)
		printf("    %s\n", _("virtual: whoever feeds it chooses what we see"));
	printf("    %s\n", _("to use it, in vid.conf:"));
	printf("        [camera]\n        %s = %s\n%s",
	       listed->infrared && listed->partner ? "infrared" : "device", device->id,
	       device->is_virtual ? "        virtual = yes\n" : "");
}

/* False: no camera after all. */
static bool look_at(const struct device *devices, int count, int which,
		    struct listed *listed)
{
	*listed = (struct listed){ .device = &devices[which] };
	if (!device_formats(listed->device, listed->formats, sizeof(listed->formats)))
		return false;
	listed->infrared = listed->device->infrared || infrared_formats(listed->formats);
	for (int i = 0; listed->infrared && i < count; i++)
		if (infrared_pair(listed->device->id, devices[i].id) &&
		    !infrared_is(&devices[i]))
			listed->partner = devices[i].id;
	return true;
}

int cmd_camera_list(int argc, char **argv)
{
	struct device devices[DEVICES_MAX];
	bool json = false;
	char **operands;
	json_t *list;
	int code, count, shown = 0;
	const struct cli_option options[] = {
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid camera list [--json]",
		.about =
			N_("Show the cameras of this machine, and which line of vid.conf "
			   "pins one.\nNo camera is started."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if ((count = devices_find(devices, DEVICES_MAX)) < 0)
		return cli_fail(_("the list of devices cannot be read from udev"));
	if (!(list = json_array()))
		return cli_fail(_("not enough memory"));
	for (int i = 0; i < count; i++) {
		struct listed listed;

		if (!look_at(devices, count, i, &listed))
			continue;
		shown++;
		if (json)
			(void)json_array_append_new(list, as_json(&listed));
		else
			print_device(&listed);
	}
	if (json)
		return cli_json(list);
	json_decref(list);
	if (shown == 0)
		puts(_("no camera"));
	return CLI_YES;
}
