/* SPDX-License-Identifier: BSD-2-Clause */
/* vid token verify - judge a token or a presentation, step by step as a login does */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/presentation.h"
#include "libvid/printable.h"
#include "libvid/rp_id.h"
#include "vid/card.h"
#include "vid/carrier.h"
#include "vid/cli.h"
#include "vid/status_folder.h"
#include "vid/trusted.h"

struct verify {
	const char *profile, *trust, *at, *realm, *host, *nonce, *max_lifetime, *skew;
	const char *status, *max_age, *host_key;
	int64_t status_age; /* seconds */
	bool json, is_card;
	uint8_t nonce_bytes[VID_NONCE_LEN];
	struct presentation_rules rules;
};

static int read_rules(struct verify *v)
{
	struct token_rules *token = &v->rules.token;

	v->is_card = v->profile && strcmp(v->profile, "claim169") == 0;
	if (v->profile && !v->is_card && strcmp(v->profile, "vid") != 0)
		return cli_fail(_("--profile '%s' is not supported; there are 'vid' and "
				  "'claim169'"),
				v->profile);
	if (v->is_card && (v->host || v->nonce))
		return cli_fail(_("a card carries no proof of its holder: --host and "
				  "--nonce are for presentations"));
	if (v->is_card && v->status)
		return cli_fail(
			_("--status is for tokens; a card's status is judged at a "
			  "login"));
	if (v->host_key && !v->is_card)
		return cli_fail(_("--host-key is for --profile claim169"));
	token->now = (int64_t)time(NULL);
	token->skew = VID_SKEW_DEFAULT;
	v->status_age = VID_STATUS_AGE_DEFAULT;
	token->realm = v->realm;
	if ((v->at && !cli_number("--at", v->at, 0, VID_TIME_MAX, &token->now)) ||
	    (v->skew && !cli_number("--skew", v->skew, 0, VID_SKEW_MAX, &token->skew)) ||
	    (v->max_lifetime && !cli_number("--max-lifetime", v->max_lifetime, 1,
					    VID_TIME_MAX, &token->max_lifetime)) ||
	    (v->max_age && !cli_number("--max-age", v->max_age, VID_STATUS_AGE_MIN,
				       VID_STATUS_AGE_MOST, &v->status_age)) ||
	    (v->nonce &&
	     !cli_hex("--nonce", v->nonce, v->nonce_bytes, sizeof(v->nonce_bytes))))
		return CLI_FAILED;
	if (v->host && (!*v->host || strlen(v->host) > VID_HOST_ID_MAX))
		return cli_fail(_("--host takes the id that vid host show prints"));
	v->rules.host = v->host ? v->host : "";
	if (v->nonce)
		v->rules.nonce = bytes_of(v->nonce_bytes, VID_NONCE_LEN);
	return CLI_GO;
}

static int refused(const struct verify *v, enum vid_reason why)
{
	if (v->json) {
		int code = cli_json(json_pack("{s:s, s:i, s:s, s:s}", "verdict",
					      "refused", "step", reason_step(why),
					      "reason", reason_name(why), "sentence",
					      reason_sentence(why)));

		return code == CLI_YES ? CLI_REFUSED : code;
	}
	/* Not translated: scripts and tests read this line. */
	printf("refused: step %d: %s\n", reason_step(why), reason_sentence(why));
	return CLI_REFUSED;
}

static int valid_json(const struct presentation *p)
{
	const struct token *t = &p->token;
	char hex[65];
	json_t *out = json_pack(
		"{s:s, s:s, s:b, s:o, s:o, s:s, s:o, s:I, s:I, s:I}", "verdict", "valid",
		"kind", p->kind == PRESENTATION_KBT ? "presentation" : "token",
		"holder_proof", p->kind == PRESENTATION_KBT, "iss", cli_json_text(t->iss),
		"subject", cli_json_text(t->sub), "alias", t->issuer->alias, "realm",
		cli_json_text(t->aud), "iat", (json_int_t)t->iat, "nbf",
		(json_int_t)t->nbf, "exp", (json_int_t)t->exp);

	if (!out)
		return cli_json(NULL);
	if (p->kind == PRESENTATION_KBT)
		json_object_set_new(out, "shown_at", json_integer(p->iat));
	if (t->rp_id.len)
		json_object_set_new(out, "rp_id", cli_json_text(t->rp_id));
	if (t->status.present)
		json_object_set_new(out, "status",
				    json_pack("{s:o, s:I}", "uri",
					      cli_json_text(t->status.uri), "idx",
					      (json_int_t)t->status.idx));
	if (t->face.present) {
		cli_to_hex(t->face.digest, hex);
		json_object_set_new(out, "face",
				    json_pack("{s:s, s:o, s:I}", "digest", hex, "model",
					      cli_json_text(t->face.model), "count",
					      (json_int_t)t->face.count));
	}
	return cli_json(out);
}

/* Its text is the issuer's: what is no name might be anything for a terminal. */
static void print_bound(struct bytes named)
{
	char rp_id[VID_RP_ID_MAX + 1];

	if (bytes_to_text(named, rp_id, sizeof(rp_id)) && rp_id_valid(rp_id))
		printf(_("It is bound to a security key of %s: at a login only that key "
			 "proves its holder.\n"),
		       PRINTABLE(rp_id));
	else
		puts(_("It is bound to a security key, but its RP ID is no DNS name: no "
		       "login takes it."));
}

static int valid(const struct verify *v, const struct presentation *p)
{
	if (v->json)
		return valid_json(p);
	puts("valid"); /* not translated: scripts and tests read this line */
	if (p->kind == PRESENTATION_TOKEN)
		puts(_("This is a bare token: it carries no holder proof."));
	if (p->token.rp_id.len)
		print_bound(p->token.rp_id);
	return CLI_YES;
}

/* Step 18 as a login does it: the issuer's policy says what a missing list means. */
static int judge_status(const struct verify *v, const struct token *token)
{
	const struct status_rules rules = { .issuer = token->issuer,
					    .now = v->rules.token.now,
					    .skew = v->rules.token.skew,
					    .max_age = v->status_age,
					    .limits = status_limits_default };
	struct problem problem = { .text = "" };
	enum vid_reason why;

	if (token->issuer->status == STATUS_NONE || !token->status.present)
		return CLI_GO;
	why = status_folder_judge(v->status, token, &rules, &problem);
	if (why == VID_OK)
		return CLI_GO;
	if (reason_step(why) == 0)
		return cli_problem(why, &problem);
	if (token->issuer->status == STATUS_SOFT &&
	    reason_verdict(why) == VERDICT_UNAVAILABLE) {
		cli_warn(_("the status was not judged: %s"), _(reason_sentence(why)));
		return CLI_GO;
	}
	return refused(v, why);
}

static int judge(const struct verify *v, struct bytes carrier)
{
	uint8_t room[VID_KBT_MAX];
	struct buffer decoded = buffer_of(room, sizeof(room));
	struct presentation p;
	struct bytes message;
	enum vid_reason why = presentation_decode(carrier, &decoded, &message);
	int code;

	if (why == VID_OK)
		why = presentation_verify(message, &v->rules, &p);
	/* A bare token never fails here: this is a proof, for a host that we do not know.
	 */
	if (!v->host && reason_step(why) == reason_step(VID_HOLDER_AUD))
		return cli_fail(_("this is a presentation, made for one host; say which "
				  "with --host ID"));
	if (why != VID_OK)
		return refused(v, why);
	if (v->status && (code = judge_status(v, &p.token)) != CLI_GO)
		return code;
	return valid(v, &p);
}

/* People who test their cards sign last: tell them what else there is. */
static int refused_unsigned(const struct verify *v, struct bytes message,
			    struct card_rooms *rooms)
{
	struct buffer room = buffer_of(rooms->room_at, sizeof(rooms->room_at));
	int code = refused(v, VID_UNSIGNED);
	enum vid_reason also = claim169_unsigned_fault(message, &v->rules.token, &room);

	if (also != VID_OK && !v->json)
		printf("also: step %d: %s\n", reason_step(also), reason_sentence(also));
	return code;
}

static int judge_card(const struct verify *v, struct bytes carrier)
{
	AUTO(card_rooms_wipe) struct card_rooms rooms;
	struct bytes message;
	struct card card;
	enum vid_reason why;

	card_rooms_empty(&rooms);
	why = claim169_decode(carrier, &rooms.decoded, &message);
	if (why == VID_OK)
		why = claim169_verify(message, &v->rules.token, &rooms.room, &card);
	if (why == VID_UNSIGNED)
		return refused_unsigned(v, message, &rooms);
	if (why != VID_OK)
		return refused(v, why);
	return card_valid(&card, v->host_key, v->json);
}

static int run(struct verify *v, const char *file)
{
	AUTO(issuers_free) struct issuers trusted = { .count = 0 };
	AUTO(blob_free) struct blob carrier = { 0 };
	struct problem problem = { .text = "" };
	enum vid_reason why;
	int code;

	if ((code = read_rules(v)) != CLI_GO)
		return code;
	if ((why = trusted_load(v->trust, &trusted, &problem)) != VID_OK)
		return cli_problem(why, &problem);
	v->rules.token.trust = &trusted;
	code = v->is_card ? card_read(file, &carrier) : carrier_read(file, &carrier);
	if (code != CLI_GO)
		return code;
	return (v->is_card ? judge_card : judge)(v, bytes_of(carrier.at, carrier.len));
}

int cmd_token_verify(int argc, char **argv)
{
	struct verify v = { .trust = PATH_ISSUERS };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "profile",
		  .arg = N_("NAME"),
		  .text = &v.profile,
		  .help = N_(
			  "the kind of document: vid, or claim169 (a national card)") },
		{ .name = "trust",
		  .arg = N_("DIR"),
		  .text = &v.trust,
		  .help = N_("the folder of trusted issuers, not the usual one") },
		{ .name = "at",
		  .arg = N_("UNIXTIME"),
		  .text = &v.at,
		  .help = N_("judge as at this time instead of now") },
		{ .name = "realm",
		  .arg = N_("URI"),
		  .text = &v.realm,
		  .help = N_("the realm it must be for, instead of the issuer's") },
		{ .name = "host",
		  .arg = N_("ID"),
		  .text = &v.host,
		  .help = N_("the host it must be shown to; a presentation needs it") },
		{ .name = "nonce",
		  .arg = N_("HEX"),
		  .text = &v.nonce,
		  .help = N_("the nonce that was shown to the holder") },
		{ .name = "max-lifetime",
		  .arg = N_("SECONDS"),
		  .text = &v.max_lifetime,
		  .help = N_("refuse a longer lifetime, instead of the issuer's limit") },
		{ .name = "skew",
		  .arg = N_("SECONDS"),
		  .text = &v.skew,
		  .help = N_("how far clocks may differ: 0 to 300, 60 without it") },
		{ .name = "status",
		  .arg = N_("DIR"),
		  .text = &v.status,
		  .help = N_("judge its status by the fetched lists in this folder") },
		{ .name = "max-age",
		  .arg = N_("SECONDS"),
		  .text = &v.max_age,
		  .help = N_("of such a list; a day without it") },
		{ .name = "host-key",
		  .arg = N_("FILE"),
		  .text = &v.host_key,
		  .help = N_("of a card: also the identity that it has on the host of "
			     "this key") },
		{ .name = "json", .given = &v.json, .help = N_("print JSON") },
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid token verify [OPTION]... FILE|QRTEXT|-",
		.about = N_(
			"Judge a token or a presentation: raw, or the VID1: text of a "
			"QR code; or a\nclaim-169 card. The text of a QR code may "
			"stand for FILE.\nPrints 'valid' (exit 0) or 'refused: step N: "
			"REASON' (exit 1)."),
		.options = options,
		.operands_min = 1,
		.operands_max = 1,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO)
		return code;
	return run(&v, operands[0]);
}
