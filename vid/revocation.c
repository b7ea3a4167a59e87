/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/revocation.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "libvid/token.h"
#include "vid/cli.h"
#include "vid/issuer_dir.h"

struct revocation {
	const char *dir, *uri, *idx, *cti, *token;
	bool json;
	char token_uri[VID_URI_MAX + 1];
};

/*
 * Where a token points to, and its id. It must be signed by a key of this issuer:
 * anybody can write another's place into a file. Its dates do not matter.
 */
static int from_token(struct revocation *r, uint64_t *idx, uint8_t cti[VID_CTI_LEN])
{
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { .text = "" };
	struct issuer_dir paths;
	struct issuer issuer;
	const struct issuers own = { .count = 1, .at = &issuer };
	struct token token;
	enum vid_reason why;
	int code;

	if ((code = issuer_dir_paths(r->dir, &paths)) != CLI_GO ||
	    (code = issuer_dir_read(&paths, &issuer)) != CLI_GO)
		return code;
	why = file_read_untrusted(r->token, VID_TOKEN_MAX, &file, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	why = token_verify_origin(bytes_of(file.at, file.len), &own, &token);
	if (why != VID_OK)
		return cli_fail(_("%s is no token of this issuer: step %d: %s"), r->token,
				reason_step(why), _(reason_sentence(why)));
	if (token_status_form(&token) != VID_OK || !token.status.present ||
	    !bytes_to_text(token.status.uri, r->token_uri, sizeof(r->token_uri)))
		return cli_fail(_("%s: this token has no place in a status list: it "
				  "cannot be revoked"),
				r->token);
	*idx = token.status.idx;
	memcpy(cti, token.cti.at, VID_CTI_LEN);
	r->uri = r->token_uri;
	return CLI_GO;
}

/* A number or an id of the command line. */
static int read_which(struct revocation *r, uint64_t *idx, uint8_t cti[VID_CTI_LEN])
{
	int64_t number = 0;

	if ((r->idx != NULL) + (r->cti != NULL) + (r->token != NULL) != 1)
		return cli_fail(_("say which token: --token FILE, --cti HEX or --idx N"));
	if (r->token && r->uri)
		return cli_fail(_("--token names its list itself: leave out --uri"));
	if (r->token)
		return from_token(r, idx, cti);
	if (r->cti)
		return cli_hex("--cti", r->cti, cti, VID_CTI_LEN) ? CLI_GO : CLI_FAILED;
	if (!cli_number("--idx", r->idx, 0, INT64_MAX, &number))
		return CLI_FAILED;
	*idx = (uint64_t)number;
	return CLI_GO;
}

static const char *value_name(enum register_value value)
{
	return value == REGISTER_REVOKED ? "revoked"
	       : value == REGISTER_VALID ? "valid"
					 : "suspended";
}

static int done(const struct revocation *r, const char *uri, uint64_t idx,
		enum register_value before, enum register_value value)
{
	if (r->json)
		return cli_json(json_pack("{s:s, s:I, s:s, s:s}", "uri", uri, "idx",
					  (json_int_t)idx, "was", value_name(before),
					  "is", value_name(value)));
	printf(_("%s: place %" PRIu64 " of %s (was %s)\n"), value_name(value), idx,
	       PRINTABLE(uri), value_name(before));
	puts(_("It counts once vid issuer publish has written the list and hosts have "
	       "fetched it."));
	return CLI_YES;
}

static int run(struct revocation *r, enum register_value value)
{
	AUTO(register_close) struct status_register reg = REGISTER_CLOSED;
	struct problem problem = { .text = "" };
	enum register_value before;
	uint8_t cti[VID_CTI_LEN];
	enum vid_reason why;
	uint64_t idx = 0;
	int code = read_which(r, &idx, cti);

	if (code != CLI_GO)
		return code;
	why = register_open(r->dir, r->uri, false, &reg, &problem);
	if (why == VID_OK && r->cti)
		why = register_find(&reg, cti, &idx, &problem);
	if (why == VID_OK && r->token)
		why = register_check(&reg, idx, cti, &problem);
	if (why == VID_OK)
		why = register_get(&reg, idx, &before, &problem);
	if (why == VID_OK)
		why = register_set(&reg, idx, value, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	if (before == REGISTER_REVOKED && value != REGISTER_REVOKED)
		cli_warn(_("it was revoked, which is for ever, not suspended"));
	return done(r, reg.uri, idx, before, value);
}

int revocation_command(const char *name, const char *about, enum register_value value,
		       int argc, char **argv)
{
	struct revocation r = { .dir = NULL };
	char **operands, usage[128];
	int code;
	const struct cli_option options[] = {
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &r.dir,
		  .required = true,
		  .help = N_("the issuer's folder, made by vid issuer init") },
		{ .name = "token",
		  .arg = N_("FILE"),
		  .text = &r.token,
		  .help = N_("this token, which this issuer signed") },
		{ .name = "cti",
		  .arg = N_("HEX"),
		  .text = &r.cti,
		  .help = N_(
			  "the token of this id (vid issuer issue --json prints it)") },
		{ .name = "idx",
		  .arg = N_("N"),
		  .text = &r.idx,
		  .help = N_("the token at this place of the list") },
		{ .name = "uri",
		  .arg = N_("URI"),
		  .text = &r.uri,
		  .help = N_("the list, where the issuer has several") },
		{ .name = "json", .given = &r.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = usage,
		.about = about,
		.options = options,
	};

	(void)snprintf(usage, sizeof(usage), "vid issuer %s --dir DIR [OPTION]...", name);
	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return run(&r, value);
}
