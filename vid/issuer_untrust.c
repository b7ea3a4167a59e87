/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer untrust - an issuer's signature counts here no longer */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "libvid/trust_record.h"
#include "vid/cli.h"
#include "vid/issuer_dir.h"
#include "vid/trusted.h"

struct untrust {
	const char *dir, *alias;
	bool json;
	struct issuers trusted;
	struct trust_record record;
};

/* Neither the issuer nor one of its keys comes back unasked. */
static int note(struct untrust *u, const struct issuer *issuer)
{
	struct trust_issuer *known = trust_record_add_issuer(&u->record, issuer->iss);
	struct problem problem = { .text = "" };
	enum vid_reason why;
	bool room = known && trust_record_note_revoked(&u->record, issuer);

	for (size_t i = 0; room && i < issuer->key_count; i++) {
		struct trust_key *key =
			trust_record_add_key(&u->record, &issuer->key[i].public);

		room = key != NULL;
		if (room)
			key->untrusted = true;
	}
	if (!room)
		return cli_fail(
			_("%s is full: remove entries that cannot matter any more"),
			TRUST_RECORD_FILE);
	known->untrusted = (int64_t)time(NULL);
	why = trust_record_store(u->dir, &u->record, &problem);
	return why == VID_OK ? CLI_GO : cli_problem(why, &problem);
}

static int remove_file(const struct untrust *u, const char *name)
{
	struct problem problem = { .text = "" };
	char path[PATH_MAX];
	enum vid_reason why;

	if (!path_join(path, sizeof(path), u->dir, name))
		return cli_fail(_("the file name is too long"));
	why = file_remove(path, &problem);
	return why == VID_OK || why == VID_FILE_MISSING ? CLI_GO
							: cli_problem(why, &problem);
}

/* A file that cannot be read names nobody: it goes, and nothing can be recorded. */
static int remove_faulty(const struct untrust *u)
{
	char name[VID_ALIAS_MAX + 8];

	(void)snprintf(name, sizeof(name), "%.32s.conf", u->alias);
	for (size_t i = 0; i < u->trusted.fault_count; i++) {
		int code;

		if (strcmp(u->trusted.fault[i].file.name, name) != 0)
			continue;
		if ((code = remove_file(u, name)) != CLI_GO)
			return code;
		cli_warn(_("%s was faulty and is removed; which issuer it was is not "
			   "recorded, so it can be trusted again"),
			 name);
		return CLI_YES;
	}
	return cli_fail(_("no issuer is trusted here as '%s' (vid issuer list)"),
			u->alias);
}

static int untrust(struct untrust *u)
{
	struct problem problem = { .text = "" };
	const struct issuer *issuer;
	enum vid_reason why = trust_record_load(u->dir, &u->record, &problem);
	int code;

	if (why == VID_OK)
		why = trusted_load(u->dir, &u->trusted, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	issuer = issuer_by_alias(&u->trusted, bytes_of_text(u->alias));
	if (!issuer)
		return remove_faulty(u);
	/* The record first: from then on it is not trusted, file or not. */
	if ((code = note(u, issuer)) != CLI_GO ||
	    (code = remove_file(u, u->trusted.file[issuer - u->trusted.at].name)) !=
		    CLI_GO)
		return code;
	if (u->json)
		return cli_json(issuer_record_json(issuer));
	printf(_("no longer trusted: %s, '%s'\n"), PRINTABLE(issuer->iss),
	       PRINTABLE(issuer->alias));
	printf(_("Nothing that it signed logs in any more. Lines of the map that name "
		 "@%s "
		 "stay, and open nothing.\nvid issuer trust --again trusts it again.\n"),
	       PRINTABLE(issuer->alias));
	return CLI_YES;
}

int cmd_issuer_untrust(int argc, char **argv)
{
	struct untrust u = { .dir = PATH_ISSUERS };
	AUTO_CLOSE int held = -1;
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &u.dir,
		  .help = N_("the folder of trusted issuers, not the usual one") },
		{ .name = "json", .given = &u.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid issuer untrust [--dir DIR] [--json] ALIAS",
		.about = N_("Let the issuer ALIAS count on this host no longer: what it "
			    "signed logs in no more.\nThe host remembers it and its "
			    "keys: only vid issuer trust --again brings them back."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	u.alias = operands[0];
	if (!alias_valid(u.alias))
		return cli_fail(_("no issuer is trusted here as '%s' (vid issuer list)"),
				u.alias);
	if ((held = trusted_lock(u.dir)) < 0)
		return CLI_FAILED;
	code = untrust(&u);
	trust_record_free(&u.record);
	issuers_free(&u.trusted);
	return code;
}
