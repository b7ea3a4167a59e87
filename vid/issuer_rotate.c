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
#include "libvid/printable.h"
#include "vid/cli.h"
#include "vid/issuer_dir.h"
#include "vid/sealed.h"

#define OVERLAP_DAYS     "30"
#define OVERLAP_DAYS_MAX 366

struct rotation {
	const char *dir, *overlap, *passphrase_file;
	bool compromised;
	struct issuer_dir paths;
	struct issuer issuer;
	struct public_key old, new;
	int64_t now, end; /* of the old key */
};

/* The oldest revoked key: a host that finds it in no new export drops it as well. */
static size_t first_revoked(const struct issuer *issuer)
{
	for (size_t i = 0; i < issuer->key_count; i++)
		if (issuer->key[i].revoked)
			return i;
	return issuer->key_count;
}

/* Room for one more: whatever a key signed has expired max-lifetime after its end. A
 * revoked key is listed for as long as there is room, so that hosts learn of it. */
static int make_room(struct rotation *r)
{
	struct issuer *issuer = &r->issuer;
	size_t kept = 0, drop;

	for (size_t i = 0; i < issuer->key_count; i++) {
		const struct issuer_key *key = &issuer->key[i];

		if (!key->revoked && key->not_after &&
		    key->not_after + issuer_token_lifetime(issuer) < r->now)
			continue;
		issuer->key[kept++] = *key;
	}
	issuer->key_count = kept;
	if (kept < VID_ISSUER_KEYS_MAX)
		return CLI_GO;
	drop = first_revoked(issuer);
	if (drop < kept) {
		memmove(&issuer->key[drop], &issuer->key[drop + 1],
			(kept - drop - 1) * sizeof(issuer->key[0]));
		issuer->key_count--;
		return CLI_GO;
	}
	return cli_fail(_("%s has %d keys whose tokens may still be valid; a host takes "
			  "no more"),
			r->paths.conf, VID_ISSUER_KEYS_MAX);
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
	printf(_("old key: %s\nkey file: %s\npublic part: %s\n"), PRINTABLE(old),
	       PRINTABLE(r->paths.key), PRINTABLE(r->paths.conf));
	issuer_print_keys(&r->issuer);
	puts(_("Give the public part (vid issuer export) to the hosts: vid issuer trust "
	       "--update FILE.\nA host that has not got it refuses what the new key "
	       "signs."));
	if (!r->compromised)
		return CLI_YES;
	puts(_("The old key is revoked. Until a host has the new public part, a thief "
	       "can log in there.\nThe hosts will ask to compare the new fingerprint, "
	       "since the old key cannot vouch for it.\nWhat the old key signed counts "
	       "for nothing then: issue each token anew, and sign the status lists "
	       "anew\n(vid issuer publish)."));
	for (size_t i = 0; i < r->issuer.key_count; i++)
		if (!r->issuer.key[i].revoked &&
		    !public_key_same(&r->issuer.key[i].public, &r->new))
			cli_warn(_("an older key is listed and not revoked. If its file "
				   "was stolen as well, write revoked = yes into its "
				   "section of %s, then: vid issuer export --sign"),
				 r->paths.conf);
	return CLI_YES;
}

/* A rotation that was interrupted: is its key in the public part already? */
static int leftover(struct rotation *r, bool *listed)
{
	int code = sealed_public(r->paths.fresh, "issuer", &r->new);

	if (code != CLI_GO)
		return code;
	*listed = issuer_key_of(&r->issuer, &r->new) != NULL;
	if (!*listed && remove(r->paths.fresh) < 0)
		return cli_fail(_("cannot remove %s: %s"), r->paths.fresh,
				strerror(errno));
	return CLI_GO;
}

/*
 * Whoever rotates can sign as well; and a mistyped passphrase must not become the new
 * key's. Without an overlap the old key may be lost, and its passphrase with it.
 */
static int open_old(const struct rotation *r, struct keyfile_key *out)
{
	if (r->end <= r->now)
		return CLI_GO;
	return sealed_open(r->paths.key, "issuer", r->passphrase_file, out);
}

/* The end of the old key, or worse. */
static void end_old(struct rotation *r)
{
	/* The old key, should its end be long past, need not be listed any more. */
	struct issuer_key *old = issuer_key_of(&r->issuer, &r->old);

	if (old && (!old->not_after || old->not_after > r->end))
		old->not_after = old->not_before > r->end ? old->not_before : r->end;
	if (old && r->compromised)
		old->revoked = true;
}

/* Both keys sign the public part: hosts know the old one, and take the new one from it. A
 * key that is lost or stolen does not. */
static int add_key(struct rotation *r)
{
	AUTO(keyfile_wipe) struct keyfile_key old = { .public.alg = KEY_NONE };
	AUTO(keyfile_wipe) struct keyfile_key new = { .public.alg = KEY_NONE };
	const struct keyfile_key *const signers[] = { &new, &old };
	struct issuer_key *record;
	int code;

	/* First: a revoked key may be what makes room. */
	end_old(r);
	if ((code = make_room(r)) != CLI_GO || (code = open_old(r, &old)) != CLI_GO)
		return code;
	code = sealed_create(r->paths.fresh, "issuer", r->passphrase_file, &new);
	if (code != CLI_GO)
		return code;
	r->new = new.public;
	record = &r->issuer.key[r->issuer.key_count++];
	*record = (struct issuer_key){ .public = new.public, .not_before = r->now };
	issuer_key_id(&new.public, record->kid);
	code = issuer_dir_write(&r->paths, &r->issuer, signers,
				old.public.alg == KEY_NONE ? 1 : 2);
	if (code != CLI_GO)
		(void)remove(r->paths.fresh);
	return code;
}

/* A rotation that was cut short lists the new key, but does not revoke the old one. */
static int finish_compromised(struct rotation *r)
{
	AUTO(keyfile_wipe) struct keyfile_key new = { .public.alg = KEY_NONE };
	const struct keyfile_key *const signers[] = { &new };
	int code = sealed_open(r->paths.fresh, "issuer", r->passphrase_file, &new);

	end_old(r);
	return code == CLI_GO ? issuer_dir_write(&r->paths, &r->issuer, signers, 1)
			      : code;
}

static int run(struct rotation *r)
{
	bool listed = false;
	struct stat st;
	int64_t days;
	int code;

	if (r->compromised && r->overlap)
		return cli_fail(_("--compromised ends the old key at once: leave out "
				  "--overlap"));
	if (!cli_number("--overlap",
			r->compromised ? "0"
			: r->overlap   ? r->overlap
				       : OVERLAP_DAYS,
			0, OVERLAP_DAYS_MAX, &days))
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
	if (!listed)
		code = add_key(r);
	else if (r->compromised)
		code = finish_compromised(r);
	if (code != CLI_GO)
		return code;
	return change_places(r);
}

int cmd_issuer_rotate(int argc, char **argv)
{
	struct rotation r = { .overlap = NULL };
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
		  .help = N_("how long the old key may still sign; 30, or 0 when it is "
			     "lost") },
		{ .name = "compromised",
		  .given = &r.compromised,
		  .help = N_("the old key was stolen: revoke it, so that nothing that it "
			     "signed counts, whatever its date") },
		CLI_PASSPHRASE_OPTION(r.passphrase_file),
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid issuer rotate [--overlap DAYS | --compromised] "
			 "[--passphrase-file FILE] --dir DIR",
		.about = N_("Make a new signing key for the issuer in DIR. It signs from "
			    "now on; the old one is kept\nas issuer-KID.key and gets an "
			    "end: hosts refuse what says that it was signed later.\nA "
			    "thief who has the key can write an earlier date: against "
			    "theft only --compromised helps."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return run(&r);
}
