/* SPDX-License-Identifier: BSD-2-Clause */
/* vid camera list - the cameras of this machine, and the line that pins one */
#include <stdio.h>
#include <string.h>

#include "libvid/printable.h"
#include "sensors/camera/infrared.h"
#include "vid/cli.h"

/* What a list says of one camera. */
struct listed {
	const struct node *node;
	const struct node *partner; /* or NULL */
	enum vid_reason lamp;       /* VID_OK: emitters.conf has an entry for it */
	struct emitter emitter;
	struct problem problem; /* with that file */
};

static const char *kind_of(const struct listed *listed)
{
	return infrared_is(listed->node)  ? "infrared"
	       : listed->node->formats[0] ? "colour"
					  : "unknown";
}

/* How an infrared camera's lamp is lit; one in colour has none. */
static const char *lamp_of(const struct listed *listed)
{
	return !infrared_is(listed->node)         ? NULL
	       : listed->lamp == VID_FILE_MISSING ? "none"
	       : listed->lamp != VID_OK           ? "error"
	       : listed->emitter.automatic        ? "automatic"
						  : "set";
}

static json_t *as_json(const struct listed *listed)
{
	const struct device *device = &listed->node->device;

	return json_pack(
		"{s:o, s:o, s:o, s:s, s:b, s:o, s:s, s:b, s:o?, s:s?}", "id",
		cli_json_text(bytes_of_text(device->id)), "name",
		cli_json_text(bytes_of_text(device->name)), "driver",
		cli_json_text(bytes_of_text(device->driver)), "node", device->node,
		"virtual", device->is_virtual, "formats",
		cli_json_text(bytes_of_text(listed->node->formats)), "kind",
		kind_of(listed), "infrared", infrared_is(listed->node), "partner",
		listed->partner ? cli_json_text(bytes_of_text(listed->partner->device.id))
				: NULL,
		"lamp", lamp_of(listed));
}

static void print_lamp(const struct listed *listed)
{
	printf("    %s\n",
	       listed->lamp == VID_FILE_MISSING
		       ? _("nothing lights its lamp: emitters.conf has no entry for it")
	       : listed->lamp != VID_OK    ? PRINTABLE(listed->problem.text)
	       : listed->emitter.automatic ? _("its lamp lights by itself")
					   : _("its lamp is lit as emitters.conf says"));
}

static void print_kind(const struct listed *listed)
{
	bool infrared = infrared_is(listed->node);

	if (!infrared && !listed->node->formats[0])
		return; /* nobody knows */
	printf("    %s", infrared ? _("infrared") : _("in colour"));
	if (listed->partner) {
		printf(", %s ", _("beside"));
		fputs(PRINTABLE(listed->partner->device.id), stdout);
	}
	putchar('\n');
	if (infrared)
		print_lamp(listed);
}

static void print_device(const struct listed *listed)
{
	const struct device *device = &listed->node->device;
	const char *formats = listed->node->formats;

	fputs(PRINTABLE(device->id), stdout);
	fputs("\n    ", stdout);
	fputs(PRINTABLE(device->name), stdout);
	printf(", %s, %s %s", PRINTABLE(device->node), _("driver"),
	       device->driver[0] ? PRINTABLE(device->driver) : _("none"));
	printf(", %s\n",
	       formats[0] ? formats : _("formats unknown: it cannot be opened"));
	print_kind(listed);
	if (device->is_virtual)
		printf("    %s\n", _("virtual: whoever feeds it chooses what we see"));
	printf("    %s\n", _("to use it, in vid.conf:"));
	printf("        [camera]\n        %s = %s\n%s",
	       infrared_is(listed->node) && listed->partner ? "infrared" : "device",
	       PRINTABLE(device->id),
	       device->is_virtual ? "        virtual = yes\n" : "");
}

static struct listed look_at(const struct node *nodes, int count, const struct node *node)
{
	struct listed listed = { .node = node,
				 .partner = infrared_partner(nodes, count, node),
				 .lamp = VID_FILE_MISSING };

	if (infrared_is(node))
		listed.lamp = infrared_emitter(node->device.id, &listed.emitter,
					       &listed.problem);
	return listed;
}

int cmd_camera_list(int argc, char **argv)
{
	struct node nodes[DEVICES_MAX];
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
	if ((count = infrared_nodes(nodes, DEVICES_MAX)) < 0)
		return cli_fail(_("the list of devices cannot be read from udev"));
	if (!(list = json_array()))
		return cli_fail(_("not enough memory"));
	for (int i = 0; i < count; i++) {
		struct listed listed;

		if (!nodes[i].captures)
			continue;
		listed = look_at(nodes, count, &nodes[i]);
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
