/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer issue - sign a virtual ID token for a holder's key */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "libvid/register.h"
#include "libvid/token.h"
#include "vid/cli.h"
#include "vid/holder.h"
#include "vid/issuer_dir.h"
#include "vid/sealed.h"

struct request {
	const char *dir, *to, *face, *sub, *days, *time, *status_uri, *status_idx;
	const char *output, *passphrase_file;
	bool force, json;
	/* read from the files and numbers above */
	struct issuer_dir paths;
	struct issuer issuer;
	struct holder holder;
	struct reference reference;
	char sub_made[VID_SUB_LEN + 1];
	struct token_claims claims;
};

static int read_subject(struct request *r)
{
	if (!r->sub) {
		subject_random(r->sub_made);
		r->sub = r->sub_made;
	} else if (!subject_valid(bytes_of_text(r->sub))) {
		return cli_fail(_("--sub takes a pseudonym: 22 characters of base64url "
				  "(16 random bytes), never a name or a number; leave it "
				  "out to get a fresh one"));
	}
	r->claims.sub = r->sub;
	return CLI_GO;
}

/* A key answers for the RP ID that it was enrolled for, and hosts ask for the issuer's.
 */
static int read_holder(struct request *r)
{
	int code = holder_read(r->to, &r->holder);

	if (code != CLI_GO)
		return code;
	r->claims.holder = r->holder.key;
	if (!*r->holder.rp_id)
		return CLI_GO;
	if (!*r->issuer.rp_id)
		return cli_fail(_("%s is a security key of %s, but this issuer has no RP "
				  "ID; write rp-id = %s into %s if it is this issuer's"),
				r->to, r->holder.rp_id, r->holder.rp_id, r->paths.conf);
	if (strcmp(r->holder.rp_id, r->issuer.rp_id) != 0)
		return cli_fail(_("%s is a security key of another realm: it was "
				  "enrolled for %s, and this issuer's RP ID is %s; "
				  "enrol it anew: vid key enroll --rp-id %s"),
				r->to, r->holder.rp_id, r->issuer.rp_id, r->issuer.rp_id);
	r->claims.rp_id = r->holder.rp_id;
	return CLI_GO;
}

static int read_times(struct request *r)
{
	int64_t most = issuer_token_lifetime(&r->issuer) / 86400;
	int64_t days = most > 0 && most < 90 ? most : 90;

	r->claims.iat = (int64_t)time(NULL);
	if (r->time && !cli_number("--time", r->time, 0,
				   VID_TIME_MAX - (int64_t)36500 * 86400, &r->claims.iat))
		return CLI_FAILED;
	if (r->days && !cli_number("--days", r->days, 1, 36500, &days))
		return CLI_FAILED;
	if (days > most)
		return cli_fail(_("%s says max-lifetime = %lld seconds: hosts refuse a "
				  "token of more than %lld days"),
				r->paths.conf,
				(long long)issuer_token_lifetime(&r->issuer),
				(long long)most);
	r->claims.exp = r->claims.iat + days * 86400;
	return CLI_GO;
}

/* A token that every host would refuse is not made. */
static int check_period(struct request *r)
{
	const struct issuer_key *key;
	struct public_key public;
	int code = sealed_public(r->paths.key, "issuer", &public);

	if (code != CLI_GO)
		return code;
	key = issuer_key_of(&r->issuer, &public);
	if (key && key->not_after && r->claims.iat > key->not_after)
		return cli_fail(_("the key in %s has ended; vid issuer rotate makes the "
				  "next one"),
				r->paths.key);
	if (key && key->not_before > r->claims.iat)
		return cli_fail(_("the key in %s does not count yet at that time"),
				r->paths.key);
	return CLI_GO;
}

static int read_status(struct request *r)
{
	int64_t idx = 0;

	if (r->status_idx && !r->status_uri)
		return cli_fail(_("--status-uri and --status-idx belong together"));
	if (!r->status_uri) {
		cli_warn(
			_("no --status-uri: this token cannot be revoked, and hosts that "
			  "trust the issuer with status = required (the default) refuse "
			  "it"));
		return CLI_GO;
	}
	if (!*r->status_uri || strlen(r->status_uri) > VID_URI_MAX)
		return cli_fail(_("--status-uri takes 1 to %d bytes"), VID_URI_MAX);
	if (r->status_idx &&
	    !cli_number("--status-idx", r->status_idx, 0, INT64_MAX, &idx))
		return CLI_FAILED;
	r->claims.status_uri = r->status_uri;
	r->claims.status_idx = (uint64_t)idx;
	return CLI_GO;
}

/* The place in the list, from the issuer's register: a random free one, or the given one
 * entered there. Last of all, so that nothing that fails before takes a place. */
static int take_place(struct request *r)
{
	AUTO(register_close) struct status_register reg = REGISTER_CLOSED;
	struct problem problem = { .text = "" };
	bool before = false;
	enum vid_reason why;

	if (!r->status_uri)
		return CLI_GO;
	why = register_open(r->dir, r->status_uri, true, &reg, &problem);
	if (why == VID_OK)
		why = r->status_idx
			      ? register_take_at(&reg, r->claims.cti,
						 r->claims.status_idx, &before, &problem)
			      : register_take(&reg, r->claims.cti, &r->claims.status_idx,
					      &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (before)
		cli_warn(_("place %s was given before: both tokens are revoked together"),
			 r->status_idx);
	return CLI_GO;
}

static int read_request(struct request *r)
{
	int code;

	if ((code = issuer_dir_paths(r->dir, &r->paths)) != CLI_GO ||
	    (code = issuer_dir_read(&r->paths, &r->issuer)) != CLI_GO ||
	    (code = read_holder(r)) != CLI_GO || (code = read_subject(r)) != CLI_GO ||
	    (code = read_times(r)) != CLI_GO || (code = check_period(r)) != CLI_GO)
		return code;
	if (r->face) {
		if ((code = reference_read(r->face, &r->reference)) != CLI_GO)
			return code;
		r->claims.face_digest = bytes_of(r->reference.digest, 32);
		r->claims.face_model = r->reference.model;
		r->claims.face_count = r->reference.count;
	}
	r->claims.iss = r->issuer.iss;
	r->claims.aud = r->issuer.realm;
	randombytes_buf(r->claims.cti, sizeof(r->claims.cti));
	return read_status(r);
}

static int print_json(const struct request *r, size_t len)
{
	char cti[2 * VID_CTI_LEN + 1];
	json_t *out = json_pack(
		"{s:s, s:s, s:s, s:I, s:I, s:o, s:I}", "subject", r->sub, "iss",
		r->issuer.iss, "realm", r->issuer.realm, "iat", (json_int_t)r->claims.iat,
		"exp", (json_int_t)r->claims.exp, "file",
		cli_json_text(bytes_of_text(r->output)), "bytes", (json_int_t)len);

	cli_to_hex(bytes_of(r->claims.cti, VID_CTI_LEN), cti);
	json_object_set_new(out, "cti", json_string(cti));
	if (*r->holder.rp_id)
		json_object_set_new(out, "rp_id", json_string(r->holder.rp_id));
	if (r->status_uri)
		json_object_set_new(out, "status",
				    json_pack("{s:o, s:I}", "uri",
					      cli_json_text(bytes_of_text(r->status_uri)),
					      "idx", (json_int_t)r->claims.status_idx));
	return cli_json(out);
}

static int print_result(const struct request *r, size_t len)
{
	char expires[64];

	if (r->json)
		return print_json(r, len);
	cli_time(r->claims.exp, expires);
	printf(_("identity: %s\nexpires: %s\ntoken: %s (%zu bytes)\n"), PRINTABLE(r->sub),
	       expires, PRINTABLE(r->output), len);
	if (*r->holder.rp_id)
		printf(_("security key: of %s\n"), PRINTABLE(r->holder.rp_id));
	if (r->status_uri)
		printf(_("status: place %llu of %s\n"),
		       (unsigned long long)r->claims.status_idx,
		       PRINTABLE(r->status_uri));
	return CLI_YES;
}

static int sign(struct request *r)
{
	AUTO(keyfile_wipe) struct keyfile_key key = { .public.alg = KEY_NONE };
	uint8_t room[VID_TOKEN_MAX], kid[VID_KID_LEN];
	struct buffer token = buffer_of(room, sizeof(room));
	int code;

	if ((code = sealed_open(r->paths.key, "issuer", r->passphrase_file, &key)) !=
	    CLI_GO)
		return code;
	if ((code = take_place(r)) != CLI_GO)
		return code;
	issuer_key_id(&key.public, kid);
	if (token_make(&r->claims, kid, key.secret, &token) != VID_OK)
		return cli_fail(_("the token is larger than %d bytes; shorten its texts"),
				VID_TOKEN_MAX);
	if (cli_write(r->output, buffer_bytes(&token), 0600, r->force) != CLI_YES)
		return CLI_FAILED;
	return print_result(r, token.len);
}

static int run(struct request *r)
{
	struct stat st;
	int code;

	if ((code = read_request(r)) != CLI_GO)
		return code;
	/* Say so before the passphrase is asked; cli_write judges again. */
	if (!r->force && stat(r->output, &st) == 0 && S_ISREG(st.st_mode))
		return cli_fail(_("%s exists; --force replaces it"), r->output);
	return sign(r);
}

int cmd_issuer_issue(int argc, char **argv)
{
	struct request r = { .dir = NULL };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &r.dir,
		  .required = true,
		  .help = N_("the issuer's folder, made by vid issuer init") },
		{ .name = "to",
		  .arg = N_("HOLDERKEY"),
		  .text = &r.to,
		  .required = true,
		  .help = N_("the holder's public key: FILE.pub of vid wallet init, or "
			     "what vid key enroll wrote") },
		{ .name = "face",
		  .arg = N_("REF"),
		  .text = &r.face,
		  .help = N_("the face reference that vid face enroll wrote") },
		{ .name = "sub",
		  .arg = N_("SUBJECT"),
		  .text = &r.sub,
		  .help = N_("the pseudonym; without it a fresh one") },
		{ .name = "days",
		  .arg = N_("N"),
		  .text = &r.days,
		  .help = N_("how long it is valid; 90 without it") },
		{ .name = "time",
		  .arg = N_("UNIXTIME"),
		  .text = &r.time,
		  .help = N_("issued at this time instead of now") },
		{ .name = "status-uri",
		  .arg = N_("URI"),
		  .text = &r.status_uri,
		  .help = N_("the status list that can revoke it") },
		{ .name = "status-idx",
		  .arg = N_("N"),
		  .text = &r.status_idx,
		  .help = N_("its place in that list; without it a random free one") },
		{ .name = "output",
		  .letter = 'o',
		  .arg = N_("FILE"),
		  .text = &r.output,
		  .required = true,
		  .help = N_("where the token is written") },
		{ .name = "force", .given = &r.force, .help = N_("replace FILE") },
		CLI_PASSPHRASE_OPTION(r.passphrase_file),
		{ .name = "json", .given = &r.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid issuer issue --dir DIR --to HOLDERKEY -o FILE [OPTION]...",
		.about = N_("Sign a virtual ID token that binds a pseudonym, a holder's "
			    "key and a face."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return run(&r);
}
