/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vid face pad-report - how often recorded attacks pass the liveness check, and how often
 * living people do not (ISO/IEC 30107-3: APCER by species, BPCER)
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/faces.h"
#include "vid/pad.h"

static json_t *interval_json(uint64_t events, uint64_t trials)
{
	struct interval interval = rate_interval(events, trials);

	return json_pack("[f, f]", interval.low, interval.high);
}

static json_t *reasons_json(const struct pad_species *species)
{
	json_t *reasons = json_object();

	for (size_t i = 0; i < VID_REASON_COUNT; i++)
		if (species->why[i])
			json_object_set_new(reasons, reason_name((enum vid_reason)i),
					    json_integer((json_int_t)species->why[i]));
	return reasons;
}

/* Of an attack, how many passed; of the living, how many did not. */
static json_t *species_json(const struct pad_species *species)
{
	bool live = !strcmp(species->name, PAD_LIVE);
	uint64_t wrong = pad_wrong(species), all = species->sequences;
	json_t *entry = json_pack("{s:o, s:I, s:I}", "name",
				  cli_json_text(bytes_of_text(species->name)),
				  "sequences", (json_int_t)all,
				  live ? "rejected" : "accepted", (json_int_t)wrong);

	json_object_set_new(entry, live ? "bpcer" : "apcer",
			    all ? json_real((double)wrong / (double)all) : json_null());
	json_object_set_new(entry, "interval", interval_json(wrong, all));
	if (!live)
		json_object_set_new(entry, "bound", json_real(rate_bound(wrong, all)));
	json_object_set_new(entry, "ended", reasons_json(species));
	return entry;
}

static int print_json(const struct pad_set *set, const struct faces *faces)
{
	json_t *list = json_array(), *live = json_null();

	for (size_t i = 0; i < set->count; i++) {
		if (strcmp(set->species[i].name, PAD_LIVE) == 0)
			live = species_json(&set->species[i]);
		else
			json_array_append_new(list, species_json(&set->species[i]));
	}
	return cli_json(json_pack("{s:s, s:i, s:o, s:o}", "model", faces->model.id,
				  "networks", (int)faces->camera.passive_networks,
				  "species", list, "live", live));
}

static void print_text(const struct pad_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct pad_species *species = &set->species[i];
		uint64_t wrong = pad_wrong(species);
		struct interval interval = rate_interval(wrong, species->sequences);

		printf(strcmp(species->name, PAD_LIVE) == 0
			       ? _("%-20s %3zu of %3zu refused:  BPCER %5.1f %% (%.1f "
				   "to %.1f)\n")
			       : _("%-20s %3zu of %3zu accepted: APCER %5.1f %% (%.1f "
				   "to %.1f)\n"),
		       PRINTABLE(species->name), (size_t)wrong,
		       (size_t)species->sequences,
		       100 * (double)wrong / (double)species->sequences,
		       100 * interval.low, 100 * interval.high);
	}
	puts(_("In brackets: exact 95 % intervals. What was recorded or simulated says "
	       "nothing of other attacks."));
}

int cmd_face_pad_report(int argc, char **argv)
{
	AUTO(faces_close) struct faces faces = FACES_CLOSED;
	AUTO(pad_free) struct pad_set set = { .count = 0 };
	struct faces_options wanted = { NULL, NULL, NULL };
	const char *folder = NULL, *report = NULL;
	bool json = false, force = false;
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &folder,
		  .required = true,
		  .help = N_("DIR/live/SEQUENCE/*.png and DIR/SPECIES/SEQUENCE/*.png") },
		{ .name = "report",
		  .arg = N_("FILE"),
		  .text = &report,
		  .help = N_("write an HTML page that needs nothing else") },
		{ .name = "force", .given = &force, .help = N_("replace FILE") },
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		FACES_OPTIONS(wanted),
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid face pad-report --dir DIR [--report FILE] [--json] "
			 "[--models DIR]",
		.about = N_("Judge recorded sequences as a login judges what the camera "
			    "sees: how many of each species of\nattack pass (APCER), and "
			    "how many of living people do not (BPCER)."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO ||
	    (report && (code = cli_writable(report, force)) != CLI_GO) ||
	    (code = pad_find(folder, &set)) != CLI_GO ||
	    (code = faces_open_live(&wanted, &faces)) != CLI_GO ||
	    (code = pad_judge(&set, &faces)) != CLI_GO)
		return code;
	if (report && (code = pad_page(&set, &faces, report, force)) != CLI_YES)
		return code;
	if (json)
		return print_json(&set, &faces);
	print_text(&set);
	return CLI_YES;
}
