/* SPDX-License-Identifier: BSD-2-Clause */
/* vid camera list - the cameras of this machine, and the line that pins one */
#include <stdio.h>

#include "sensors/camera/device.h"
#include "vid/cli.h"

/* Formats of one camera: "YUYV MJPG". */
#define FORMATS_MAX 128

static json_t *as_json(const struct device *device, const char *formats)
{
	return json_pack("{s:o, s:o, s:o, s:s, s:b, s:o}", "id",
			 cli_json_text(bytes_of_text(device->id)), "name",
			 cli_json_text(bytes_of_text(device->name)), "driver",
			 cli_json_text(bytes_of_text(device->driver)), "node",
			 device->node, "virtual", device->is_virtual, "formats",
			 cli_json_text(bytes_of_text(formats)));
}

static void print_text(const char *text)
{
	/* A camera chooses its own name. */
	for (; *text; text++)
		putchar(*text >= ' ' && *text <= '~' ? *text : '?');
}

static void print_device(const struct device *device, const char *formats)
{
	print_text(device->id);
	fputs("\n    ", stdout);
	print_text(device->name);
	printf(", %s, %s %s", device->node, _("driver"),
	       device->driver[0] ? device->driver : _("none"));
	printf(", %s\n",
	       formats[0] ? formats : _("formats unknown: it cannot be opened"));
	if (device->is_virtual)
		printf("    %s\n", _("virtual: whoever feeds it chooses what we see"));
	printf("    %s\n", _("to use it, in vid.conf:"));
	printf("        [camera]\n        device = %s\n%s", device->id,
	       device->is_virtual ? "        virtual = yes\n" : "");
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
		char formats[FORMATS_MAX];

		if (!device_formats(&devices[i], formats, sizeof(formats)))
			continue;
		shown++;
		if (json)
			(void)json_array_append_new(list, as_json(&devices[i], formats));
		else
			print_device(&devices[i], formats);
	}
	if (json)
		return cli_json(list);
	json_decref(list);
	if (shown == 0)
		puts(_("no camera"));
	return CLI_YES;
}
