/* SPDX-License-Identifier: BSD-2-Clause */
/* vid issuer publish - sign the status list that hosts fetch */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/printable.h"
#include "libvid/register.h"
#include "libvid/status.h"
#include "vid/cli.h"
#include "vid/issuer_dir.h"
#include "vid/sealed.h"

#define EXPIRES_DEFAULT ((int64_t)7 * 86400)
#define YEARS_MOST      ((int64_t)10 * 366 * 86400)

struct publish {
	const char *dir, *uri, *output, *bits, *ttl, *expires, *time, *passphrase_file;
	bool json;
	struct issuer_dir paths;
	struct status_claims claims;
	int64_t seconds; /* until it expires; 0: never */
};

static int read_numbers(struct publish *p)
{
	int64_t bits = 1;

	p->seconds = EXPIRES_DEFAULT;
	p->claims.iat = (int64_t)time(NULL);
	if ((p->bits && !cli_number("--bits", p->bits, 1, 8, &bits)) ||
	    (p->ttl && !cli_number("--ttl", p->ttl, 1, YEARS_MOST, &p->claims.ttl)) ||
	    (p->expires &&
	     !cli_number("--expires", p->expires, 0, YEARS_MOST, &p->seconds)) ||
	    (p->time && !cli_number("--time", p->time, 1, VID_TIME_MAX - YEARS_MOST,
				    &p->claims.iat)))
		return CLI_FAILED;
	if (bits != 1 && bits != 2 && bits != 4 && bits != 8)
		return cli_fail(_("--bits takes 1, 2, 4 or 8"));
	p->claims.bits = (unsigned)bits;
	return CLI_GO;
}

/* A list is newer than the one before, or hosts that saw that one refuse it. */
static void settle_time(struct publish *p, const struct status_register *reg)
{
	int64_t last = register_published(reg);

	if (p->time && p->claims.iat < last)
		cli_warn(_("a newer list was published before: hosts that have seen it "
			   "refuse this one"));
	if (!p->time && p->claims.iat <= last)
		p->claims.iat = last + 1;
	if (p->seconds)
		p->claims.exp = p->claims.iat + p->seconds;
}

static int print_result(const struct publish *p, uint64_t entries, size_t len)
{
	char issued[64];

	if (p->json)
		return cli_json(json_pack(
			"{s:s, s:I, s:I, s:I, s:I, s:I, s:s, s:I}", "uri", p->claims.uri,
			"iat", (json_int_t)p->claims.iat, "exp",
			(json_int_t)p->claims.exp, "ttl", (json_int_t)p->claims.ttl,
			"bits", (json_int_t)p->claims.bits, "entries",
			(json_int_t)entries, "file", p->output, "bytes",
			(json_int_t)len));
	cli_time(p->claims.iat, issued);
	printf(_("published: %s\nissued: %s\nlist: %s (%" PRIu64
		 " entries, %zu bytes)\n"),
	       PRINTABLE(p->claims.uri), issued, PRINTABLE(p->output), entries, len);
	return CLI_YES;
}

static int sign(struct publish *p, const struct status_register *reg, struct bytes lst)
{
	AUTO(keyfile_wipe) struct keyfile_key key = { .public.alg = KEY_NONE };
	size_t size = status_made_size(lst.len);
	AUTO_FREE uint8_t *room = malloc(size);
	struct buffer made = buffer_of(room, room ? size : 0);
	struct problem problem = { .text = "" };
	uint8_t kid[VID_KID_LEN];
	enum vid_reason why;
	int code;

	code = sealed_open(p->paths.key, "issuer", p->passphrase_file, &key);
	if (code != CLI_GO)
		return code;
	issuer_key_id(&key.public, kid);
	p->claims.uri = reg->uri;
	p->claims.lst = lst;
	settle_time(p, reg);
	if (status_make(&p->claims, kid, key.secret, &made) != VID_OK)
		return cli_fail(_("not enough memory"));
	if (made.len > VID_STATUS_TOKEN_MAX)
		cli_warn(_("the list has %zu bytes; hosts refuse more than %u unless "
			   "their [status] max-token says otherwise"),
			 made.len, VID_STATUS_TOKEN_MAX);
	/* Before the file: if this is the last thing that happens, the next list is
	 * newer all the same. */
	if (p->claims.iat > register_published(reg) &&
	    (why = register_set_published(reg, p->claims.iat, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	if (cli_write(p->output, buffer_bytes(&made), 0644, true) != CLI_YES)
		return CLI_FAILED;
	return print_result(p, reg->size, made.len);
}

static int run(struct publish *p)
{
	AUTO(register_close) struct status_register reg = REGISTER_CLOSED;
	AUTO(blob_free) struct blob lst = { 0 };
	struct problem problem = { .text = "" };
	struct issuer issuer;
	enum vid_reason why;
	int code;

	if ((code = read_numbers(p)) != CLI_GO ||
	    (code = issuer_dir_paths(p->dir, &p->paths)) != CLI_GO ||
	    (code = issuer_dir_read(&p->paths, &issuer)) != CLI_GO)
		return code;
	why = register_open(p->dir, p->uri, p->uri != NULL, &reg, &problem);
	if (why == VID_OK)
		why = register_pack(&reg, p->claims.bits, &lst, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	return sign(p, &reg, bytes_of(lst.at, lst.len));
}

int cmd_issuer_publish(int argc, char **argv)
{
	struct publish p = { .dir = NULL };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "dir",
		  .arg = N_("DIR"),
		  .text = &p.dir,
		  .required = true,
		  .help = N_("the issuer's folder, made by vid issuer init") },
		{ .name = "output",
		  .letter = 'o',
		  .arg = N_("FILE"),
		  .text = &p.output,
		  .required = true,
		  .help = N_("where the list is written; an older one is replaced") },
		{ .name = "uri",
		  .arg = N_("URI"),
		  .text = &p.uri,
		  .help = N_("the list, where the issuer has several or none yet") },
		{ .name = "bits",
		  .arg = N_("1|2|4|8"),
		  .text = &p.bits,
		  .help = N_("of an entry; with 1, the default, suspended reads as "
			     "revoked") },
		{ .name = "ttl",
		  .arg = N_("S"),
		  .text = &p.ttl,
		  .help = N_("seconds after which hosts should fetch it again") },
		{ .name = "expires",
		  .arg = N_("S"),
		  .text = &p.expires,
		  .help = N_("seconds until it expires; 0: never; without it a week") },
		{ .name = "time",
		  .arg = N_("UNIXTIME"),
		  .text = &p.time,
		  .help = N_("issued at this time instead of now") },
		CLI_PASSPHRASE_OPTION(p.passphrase_file),
		{ .name = "json", .given = &p.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid issuer publish --dir DIR -o FILE [OPTION]...",
		.about =
			N_("Sign the status list of the register in DIR. FILE is for any "
			   "web server, under\nthe list's uri. Hosts refuse a list of "
			   "more than a day: publish every few hours."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return run(&p);
}
