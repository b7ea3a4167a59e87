/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vid issuer rotate - a new signing key beside the old one
 *
 * Three steps, each whole or not at all, so that the folder works after any of them: the
 * new key as issuer.key.new; issuer.conf with both; the old key as issuer-KID.key and the
 * new one as issuer.key. What was interrupted, the next call finishes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/output_folder.h"
#include "vid/cli.h"
#include "vid/issuer_dir.h"
#include "vid/sealed.h"

#define OVERLAP_DAYS     "30"
#define OVERLAP_DAYS_MAX 366

struct rotation {
	const char *dir, *overlap, *passphrase_file;
	struct issuer_dir paths;
	struct issuer issuer;
	struct public_key old;
	int64_t now, end; /* of the old key */
};

/* Room for one more: whatever a key signed has expired max-lifetime after its end. */
static int make_room(struct rotation *r)
{
	struct issuer *issuer = &r->issuer;
	size_t kept = 0;

	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct issuer_key *key = &issuer->key[i];

		if (key->not_after && key->not_after + issuer->max_lifetime < r->now)
			continue;
		issuer->key[kept++] = *key;
	}
	issuer->key_count = kept;
	if (kept < VID_ISSUER_KEYS_MAX)
		return CLI_GO;
	return cli_fail(_("%s has %d keys whose tokens may still be valid; a host takes "
			  "no more"),
			r->paths.conf, VID_ISSUER_KEYS_MAX);
}

static int write_conf(const struct rotation *r)
{
	size_t len = 0;
	AUTO_FREE char *text = issuer_text(&r->issuer, &len);

	if (!text)
		return cli_fail(_("not enough memory"));
	return cli_write(r->paths.conf, bytes_of(text, len), 0644, true) == CLI_YES
		       ? CLI_GO
		       : CLI_FAILED;
}

/* Step 3: the old key steps aside, the new one takes its place. */
static int change_places(const struct rotation *r)
{
	uint8_t kid[VID_KID_LEN];
	char hex[2 * VID_KID_LEN + 1], name[64], old[PATH_MAX];

	issuer_key_id(&r->old, kid);
	cli_to_hex(bytes_of(kid, sizeof(kid)), hex);
	(void)snprintf(name, sizeof(name), "issuer-%s.key", hex);
	if (!path_join(old, sizeof(old), r->dir, name))
		return cli_fail(_("the file name is too long"));
	/* A second name first: at no moment is there no issuer.key. */
	if ((output_link(r->paths.key, old) < 0 && errno != EEXIST) ||
	    output_rename(r->paths.fresh, r->paths.key) < 0)
		return cli_fail(_("cannot put %s in place: %s"), r->paths.fresh,
				output_strerror(errno));
	printf(_("old key: %s\nkey file: %s\npublic part: %s\n"), old, r->paths.key,
	       r->paths.conf);
	issuer_print_keys(&r->issuer);
	puts(_("Give the public part (vid issuer export) to the hosts: vid issuer trust "
	       "--update FILE.\nA host that has not got it refuses what the new key "
	       "signs."));
	return CLI_YES;
}

/* A rotation that was interrupted: is its key in the public part already? */
static int leftover(const struct rotation *r, bool *listed)
{
	struct issuer issuer = r->issuer;
	struct public_key public;
	int code = sealed_public(r->paths.fresh, "issuer", &public);

	if (code != CLI_GO)
		return code;
	*listed = issuer_key_of(&issuer, &public) != NULL;
	if (!*listed && remove(r->paths.fresh) < 0)
		return cli_fail(_("cannot remove %s: %s"), r->paths.fresh,
				strerror(errno));
	return CLI_GO;
}

/*
 * Whoever rotates can sign as well; and a mistyped passphrase must not become the new
 * key's. Without an overlap the old key may be lost, and its passphrase with it.
 */
static int open_old(const struct rotation *r)
{
	AUTO(keyfile_wipe) struct keyfile_key key = { .public.alg = KEY_NONE };

	if (r->end <= r->now)
		return CLI_GO;
	return sealed_open(r->paths.key, "issuer", r->passphrase_file, &key);
}

static int add_key(struct rotation *r)
{
	struct issuer_key *old, *new;
	struct public_key public;
	int code;

	if ((code = make_room(r)) != CLI_GO || (code = open_old(r)) != CLI_GO)
		return code;
	/* The old key, should its end be long past, need not be listed any more. */
	old = issuer_key_of(&r->issuer, &r->old);
	if (old && (!old->not_after || old->not_after > r->end))
		old->not_after = r->end;
	if ((code = sealed_create(r->paths.fresh, "issuer", r->passphrase_file,
				  &public)) != CLI_GO)
		return code;
	new = &r->issuer.key[r->issuer.key_count++];
	*new = (struct issuer_key){ .public = public, .not_before = r->now };
	issuer_key_id(&public, new->kid);
	if ((code = write_conf(r)) != CLI_GO)
		(void)remove(r->paths.fresh);
	return code;
}

static int run(struct rotation *r)
{
	bool listed = false;
	struct stat st;
	int64_t days;
	int code;

	if (!cli_number("--overlap", r->overlap, 0, OVERLAP_DAYS_MAX, &days))
		return CLI_FAILED;
	r->now = (int64_t)time(NULL);
	r->end = r->now + days * 86400;
	if ((code = issuer_dir_paths(r->dir, &r->paths)) != CLI_GO ||
	    (code = issuer_dir_read(&r->paths, &r->issuer)) != CLI_GO ||
	    (code = sealed_public(r->paths.key, "issuer", &r->old)) != CLI_GO)
		return code;
	if (lstat(r->paths.fresh, &st) == 0 && (code = leftover(r, &listed)) != CLI_GO)
		return code;
	if (listed)
		puts(_("A rotation was interrupted; it is finished now."));
	else if ((code = add_key(r)) != CLI_GO)
		return code;
	return change_places(r);
}

int cmd_issuer_rotate(int argc, char **argv)
{
	struct rotation r = { .overlap = OVERLAP_DAYS };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &r.dir,
		  .required = true,
		  .help = N_("the issuer's folder, made by vid issuer init") },
		{ .name = "overlap",
		  .arg = N_("DAYS"),
		  .text = &r.overlap,
		  .help = N_(
			  "how long the old key may still sign; 30, or 0 when it is lost "
			  "or stolen") },
		CLI_PASSPHRASE_OPTION(r.passphrase_file),
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid issuer rotate [--overlap DAYS] [--passphrase-file FILE] "
			 "--dir DIR",
		.about = N_("Make a new signing key for the issuer in DIR. It signs from "
			    "now on; the old one is kept\nas issuer-KID.key and gets an "
			    "end: hosts believe what it signed before and nothing "
			    "after."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return run(&r);
}
