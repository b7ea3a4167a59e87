/* SPDX-License-Identifier: BSD-2-Clause */
/* vid key enroll - a credential on a security key, and its public part for the issuer */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/printable.h"
#include "vid/holder.h"
#include "vid/key_realm.h"
#include "vid/keys.h"

#define USER_HANDLE_LEN 32
#define NAME_MAX_BYTES  64
#define NAME_DEFAULT    "virtual ID" /* what a key with a display may show */

enum { PROTECT_NONE = 1, PROTECT_PIN = 3 }; /* credProtect, CTAP 2.1 section 12.1 */

struct enrolment {
	struct keys_options keys;
	struct key_realm realm;
	const char *alg_name, *name, *output;
	bool touch_only, force, json;
	/* read from the options above */
	enum key_alg alg;
	char rp_id[VID_RP_ID_MAX + 1];
};

/* --- before the key ----------------------------------------------------------------- */

static int check_wishes(struct enrolment *e)
{
	AUTO(issuers_free) struct issuers trusted = { .count = 0 };
	int code;

	e->alg = alg_of_name(e->alg_name);
	if (e->alg == KEY_NONE)
		return cli_fail(_("--alg takes EdDSA or ES256, not '%s'"), e->alg_name);
	if (!*e->name || strlen(e->name) > NAME_MAX_BYTES ||
	    !cbor_text_valid(bytes_of_text(e->name)))
		return cli_fail(_("--name takes 1 to %d bytes of UTF-8"), NAME_MAX_BYTES);
	if ((code = key_issuers(e->realm.trust, &trusted)) != CLI_GO ||
	    (code = key_realm_one(&e->realm, &trusted, e->rp_id)) != CLI_GO)
		return code;
	/* Nobody touches a key for a file that cannot be written. */
	return cli_writable(e->output, e->force);
}

/* --- what the key can do -------------------------------------------------------------
 */

static int no_pin(void)
{
	return cli_fail(_("this security key has no PIN, so whoever finds it could use "
			  "it: set one with fido2-token -S /dev/hidrawN, then enrol (or "
			  "use --touch-only, where the policy of the hosts allows it)"));
}

static int check_key(const struct enrolment *e, const struct keys *keys)
{
	const struct fido_found *found = &keys->found;

	if (!e->touch_only && !(found->can & (FIDO_CAN_PIN | FIDO_CAN_VERIFY)))
		return no_pin();
	if (!e->touch_only && !(found->can & FIDO_CAN_PROTECT))
		return cli_fail(_("this security key cannot keep a credential behind its "
				  "PIN (credProtect); --touch-only makes one that a "
				  "touch alone uses"));
	if (found->has_slots && found->slots == 0)
		return cli_fail(
			_("this security key is full: no credential fits any "
			  "more. Delete one that is not needed (vid key remove; "
			  "fido2-token -L -r /dev/hidrawN lists those of others)"));
	if (found->count)
		cli_warn(ngettext("this security key holds %u credential for %s already; "
				  "vid key remove takes away what is not used",
				  "this security key holds %u credentials for %s "
				  "already; vid key remove takes away what is not used",
				  found->count),
			 found->count, e->rp_id);
	return CLI_GO;
}

/* What somebody should know before the issuer is asked. */
static void tell_limits(uint32_t can)
{
	if (!(can & FIDO_CAN_LARGE_BLOB))
		cli_warn(_("this security key has no room for a virtual ID (largeBlob): "
			   "each terminal has to keep it (vid key store --here), or a "
			   "file carries it"));
	if (!(can & FIDO_CAN_HMAC_SECRET))
		cli_warn(_("this security key has no hmac-secret: it can seal neither a "
			   "face template nor what opens a keyring"));
}

/* --- the credential ------------------------------------------------------------------
 */

static int make(const struct enrolment *e, struct keys *keys)
{
	uint8_t user[USER_HANDLE_LEN];
	struct fido_make wish = { .rp_id = e->rp_id,
				  .name = e->name,
				  .user = bytes_of(user, sizeof(user)),
				  .alg = e->alg,
				  .protect = e->touch_only ? PROTECT_NONE : PROTECT_PIN };
	const struct fido_made *made = &keys->report.made;
	int code;

	randombytes_buf(user, sizeof(user)); /* nothing of the person */
	randombytes_buf(wish.hash, sizeof(wish.hash));
	code = keys_answer(keys, fido_make(&keys->fido, &wish, keys_deadline(keys)),
			   FIDO_MADE);
	if (code != CLI_GO)
		return code;
	if (made->public.alg != e->alg || !public_key_check(&made->public))
		return cli_fail(_("the security key made a credential of another kind "
				  "than %s; try the other one with --alg"),
				e->alg_name);
	return CLI_GO;
}

static int print_result(const struct enrolment *e, const struct fido_made *made)
{
	char public[129], credential[2 * FIDO_ID_MAX + 1];

	cli_to_hex(bytes_of(made->public.at, public_key_len(&made->public)), public);
	cli_to_hex(bytes_of(made->id, made->id_len), credential);
	if (e->json)
		return cli_json(json_pack(
			"{s:s, s:s, s:s, s:s, s:o, s:b, s:b, s:b}", "rp_id", e->rp_id,
			"alg", alg_name(e->alg), "public", public, "credential",
			credential, "file", cli_json_text(bytes_of_text(e->output)),
			"touch_only", e->touch_only, "large_blob",
			!!(made->can & FIDO_CAN_LARGE_BLOB), "hmac_secret",
			!!(made->can & FIDO_CAN_HMAC_SECRET)));
	printf(_("enrolled for %s (%s); %s is for the issuer (vid issuer issue --to)\n"),
	       PRINTABLE(e->rp_id), alg_name(e->alg), PRINTABLE(e->output));
	return CLI_YES;
}

static int write_holder(const struct enrolment *e, const struct fido_made *made)
{
	uint8_t room[HOLDER_TEXT_MAX];
	struct buffer text = buffer_of(room, sizeof(room));
	struct holder holder = { .key = made->public, .credential_len = made->id_len };
	char id[2 * KEYS_SHORT_ID + 1];

	memcpy(holder.rp_id, e->rp_id, sizeof(e->rp_id));
	memcpy(holder.credential, made->id, made->id_len);
	holder_print(&holder, &text);
	if (!text.full &&
	    cli_write(e->output, buffer_bytes(&text), 0644, e->force) == CLI_YES)
		return print_result(e, made);
	keys_short_hex(bytes_of(made->id, made->id_len), id);
	return cli_fail(_("the credential %s is on the key, but of no use without that "
			  "file: vid key remove --rp-id %s --credential %s"),
			id, e->rp_id, id);
}

static int enrol(struct enrolment *e)
{
	AUTO(keys_free) struct keys *keys = keys_new();
	int code = keys ? check_wishes(e) : CLI_FAILED;

	if (code != CLI_GO || (code = keys_begin(keys, &e->keys)) != CLI_GO)
		return code;
	if (keys_look(keys, e->rp_id, FIDO_FOR_MAKE,
		      e->touch_only ? FIDO_UV_PREFERRED : FIDO_UV_REQUIRED) != CLI_GO)
		return keys->why == VID_KEY_NO_PIN ? no_pin() : keys_complain(keys);
	if ((code = check_key(e, keys)) != CLI_GO || (code = make(e, keys)) != CLI_GO)
		return code;
	keys_end(keys);
	tell_limits(keys->report.made.can);
	return write_holder(e, &keys->report.made);
}

int cmd_key_enroll(int argc, char **argv)
{
	struct enrolment e = { .realm.trust = PATH_ISSUERS,
			       .alg_name = "ES256",
			       .name = NAME_DEFAULT };
	char **operands;
	int code;
	const struct cli_option options[] = {
		KEY_REALM_OPTIONS(e.realm),
		{ .name = "touch-only",
		  .given = &e.touch_only,
		  .help = N_("a touch alone uses it, without the key's PIN") },
		{ .name = "alg",
		  .arg = N_("ALG"),
		  .text = &e.alg_name,
		  .help = N_("ES256, which every key has, or EdDSA; ES256 without it") },
		{ .name = "name",
		  .arg = N_("TEXT"),
		  .text = &e.name,
		  .help = N_("what the key may show; \"virtual ID\" without it") },
		{ .name = "output",
		  .letter = 'o',
		  .arg = N_("FILE"),
		  .text = &e.output,
		  .required = true,
		  .help = N_("write the public part, for the issuer, to FILE") },
		{ .name = "force", .given = &e.force, .help = N_("replace FILE") },
		KEYS_OPTIONS(e.keys),
		{ .name = "json", .given = &e.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid key enroll [--rp-id RP | --issuer ALIAS] -o FILE "
			 "[OPTION]...",
		.about = N_("Make a credential for a realm on a security key, behind its "
			    "PIN. FILE goes to the issuer, who\nputs it into a token; "
			    "nothing about the person is written on the key."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return enrol(&e);
}
