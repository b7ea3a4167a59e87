/* SPDX-License-Identifier: BSD-2-Clause */
/* vid face remove - forget an enrolled face, or those of its references that have a label
 */
#include <stdio.h>

#include "libvid/anchor_here.h"
#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/face_files.h"
#include "vid/labels.h"
#include "vid/stored.h"

struct removal {
	const char *account, *label, *reference;
	struct stored_places places;
	bool force;
};

static int none_enrolled(const char *account)
{
	(void)cli_fail(_("no face is enrolled for %s"), account);
	return CLI_REFUSED;
}

/* By the names of the files: neither a lost key nor a lost issuer keeps a face here. */
static int remove_all(const struct removal *removal)
{
	AUTO(hostkey_wipe) struct hostkey key = { { 0 } };
	const struct anchor *anchor = NULL;
	struct problem problem = { .text = "" };
	struct anchor_here here;
	bool found = false;
	int code;

	if (!account_name_valid(removal->account))
		return cli_fail(_("'%s' is not an account's name"), removal->account);
	/* sealed by the host's key: without it nothing opens, and nothing is retired */
	if (hostkey_load(removal->places.hostkey, &key, &problem) == VID_OK &&
	    anchor_here(&here, ANCHOR_TEMPLATE, removal->places.faces, &key, &problem))
		anchor = &here.anchor;
	code = face_files_remove(removal->places.faces, removal->account, anchor, &found);
	if (code != CLI_GO)
		return code;
	if (!found)
		return none_enrolled(removal->account);
	printf(_("the face of %s is forgotten, and the consent with it\n"),
	       PRINTABLE(removal->account));
	return CLI_YES;
}

/* What is left is another template, which the issuer has to bind anew. */
static int remove_label(const struct removal *removal, struct stored *stored)
{
	size_t gone = labels_remove(&stored->template, removal->label);
	char labels[256];
	int code;

	if (gone == 0) {
		labels_print(&stored->template, labels, sizeof(labels));
		(void)cli_fail(_("%s has no pictures labelled %s; there are: %s"),
			       removal->account, removal->label, labels);
		return CLI_REFUSED;
	}
	if (stored->template.count == 0)
		return cli_fail(_("%s has no other pictures: leave out --label to forget "
				  "the face"),
				removal->account);
	code = stored_write(stored, &removal->places, &stored->template, stored->salt,
			    &stored->consent, removal->reference);
	if (code != CLI_GO)
		return code;
	printf(_("removed %zu, %zu are left; %s is for the issuer (vid issuer issue "
		 "--face)\n"),
	       gone, stored->template.count, PRINTABLE(removal->reference));
	puts(_("A token that names an earlier face of this account no longer counts."));
	return CLI_YES;
}

static int remove_face(const struct removal *removal)
{
	AUTO(stored_close) struct stored stored = { .any = false };
	int code;

	if (!removal->label != !removal->reference)
		return cli_fail(_("--label and --reference go together: what is left is "
				  "bound by a new reference"));
	if (!removal->label)
		return remove_all(removal);
	if ((code = cli_writable(removal->reference, removal->force)) != CLI_GO)
		return code;
	code = stored_open(&removal->places, removal->account, &stored);
	if (code != CLI_GO)
		return code;
	if (!stored.any)
		return none_enrolled(removal->account);
	if (stored.broken || !stored.has_consent)
		return cli_fail(_("the face that is enrolled for %s cannot be read: "
				  "leave out --label to forget all of it"),
				removal->account);
	return remove_label(removal, &stored);
}

int cmd_face_remove(int argc, char **argv)
{
	struct removal removal = { .places = STORED_PLACES };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "label",
		  .arg = N_("LABEL"),
		  .text = &removal.label,
		  .help = N_("only the pictures with this label") },
		{ .name = "reference",
		  .arg = N_("FILE"),
		  .text = &removal.reference,
		  .help = N_("with --label: write what the issuer needs to FILE") },
		{ .name = "force", .given = &removal.force, .help = N_("replace FILE") },
		STORED_OPTIONS(removal.places),
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid face remove [--label LABEL --reference FILE] [...] ACCOUNT",
		.about = N_("Forget the enrolled face of ACCOUNT and the record of the "
			    "consent; or only the pictures with\none label."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	removal.account = operands[0];
	return remove_face(&removal);
}
