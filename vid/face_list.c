/* SPDX-License-Identifier: BSD-2-Clause */
/* vid face list - whose face is enrolled: labels, when, and from what */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/face_files.h"
#include "vid/labels.h"
#include "vid/stored.h"

static int is_face(const struct dirent *entry)
{
	char account[VID_NAME_MAX + 1];

	return face_files_account(entry->d_name, FACE_FILE_RECORD, account);
}

static json_t *labels_json(const struct template *template)
{
	json_t *labels = json_array();

	for (size_t i = 0; i < template->count; i++)
		json_array_append_new(labels, cli_json_text(bytes_of_text(
						      template->reference[i].label)));
	return labels;
}

static json_t *face_json(const char *account, const struct stored *stored)
{
	char from[32];
	json_t *face = json_pack("{s:o, s:b, s:s, s:o}", "account",
				 cli_json_text(bytes_of_text(account)), "readable",
				 !stored->broken, "model", stored->template.model,
				 "labels", labels_json(&stored->template));

	if (stored->has_consent) {
		consent_sources(stored->consent.sources, from);
		json_object_set_new(face, "time", json_integer(stored->consent.time));
		json_object_set_new(face, "source", json_string(from));
	}
	return face;
}

static void print_face(const char *account, const struct stored *stored)
{
	char labels[256], from[32] = "", when[64] = "";

	if (stored->broken) {
		printf(_("%-16s cannot be read (another host's key, or damaged)\n"),
		       PRINTABLE(account));
		return;
	}
	if (stored->has_consent) {
		consent_sources(stored->consent.sources, from);
		cli_time(stored->consent.time, when);
	}
	labels_print(&stored->template, labels, sizeof(labels));
	printf("%-16s %-20s %-16s %s  %s\n", PRINTABLE(account), labels,
	       from[0] ? PRINTABLE(from) : "-", PRINTABLE(stored->template.model), when);
}

static int show_one(const struct stored_places *places, const char *account,
		    bool has_file, json_t *list)
{
	AUTO(stored_close) struct stored stored = { .any = false };
	int code = stored_open(places, account, &stored);

	if (code != CLI_GO)
		return code;
	if (!stored.any && !has_file) {
		(void)cli_fail(_("no face is enrolled for %s"), account);
		return CLI_REFUSED;
	}
	if (!stored.any) /* of an identity that is mapped to it no longer */
		stored.broken = true;
	if (list)
		json_array_append_new(list, face_json(account, &stored));
	else
		print_face(account, &stored);
	return CLI_GO;
}

/* Each account once: those of several identities stand beside each other. One that cannot
 * be shown hides none of the others; the worst of it is the answer. */
static int show_all(const struct stored_places *places, json_t *list)
{
	char last[VID_NAME_MAX + 1] = "", account[VID_NAME_MAX + 1];
	struct dirent **entries = NULL;
	int count = scandir(places->faces, &entries, is_face, alphasort);
	int code, worst = CLI_GO;

	if (count < 0 && errno != ENOENT)
		return cli_fail("%s: %s", places->faces, strerror(errno));
	for (int i = 0; i < count; i++) {
		if (face_files_account(entries[i]->d_name, FACE_FILE_RECORD, account) &&
		    strcmp(account, last) != 0) {
			code = show_one(places, account, true, list);
			worst = code > worst ? code : worst;
		}
		(void)snprintf(last, sizeof(last), "%s", account);
		free(entries[i]);
	}
	free(entries);
	return worst;
}

int cmd_face_list(int argc, char **argv)
{
	struct stored_places places = STORED_PLACES;
	json_t *list = NULL;
	bool json = false;
	char **operands;
	int code, written = CLI_YES;
	const struct cli_option options[] = {
		{ .name = "json", .given = &json, .help = N_("print JSON") },
		STORED_OPTIONS(places),
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid face list [--json] [...] [ACCOUNT]",
		.about = N_("List the accounts with an enrolled face: its labels and how "
			    "many pictures each has, where\nthe face was taken from, the "
			    "model and when it was enrolled."),
		.options = options,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	if (json)
		list = json_array();
	code = operands[0] ? show_one(&places, operands[0], false, list)
			   : show_all(&places, list);
	if (json && (code == CLI_GO || json_array_size(list)))
		written = cli_json(list);
	else
		json_decref(list);
	return code == CLI_GO ? written : code;
}
