/* SPDX-License-Identifier: BSD-2-Clause */
/* vid wallet show - prove that the holder is here: a key binding token as file or QR */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/nonce.h"
#include "libvid/presentation.h"
#include "vid/cli.h"
#include "vid/qr.h"
#include "vid/sealed.h"
#include "vid/wallet_find.h"
#include "vid/wallet_follow.h"

struct show {
	const char *wallet, *token, *host, *nonce, *output, *png, *time, *passphrase_file;
	bool text, force, follow;
	/* read from the options above */
	uint8_t nonce_bytes[VID_NONCE_LEN];
	char host_shown[VID_HOST_ID_MAX + 1]; /* in the nonce's text */
	char wallet_found[PATH_MAX];          /* beside the token */
	int64_t iat;
	uint8_t token_room[VID_TOKEN_MAX];
	struct blob file;
	struct bytes message; /* the token */
	struct keyfile_key key;
};

static void show_wipe(struct show *s)
{
	blob_free(&s->file);
	keyfile_wipe(&s->key);
}

/* The nonce as digits, or as the code's text, which names the host as well: whoever shows
 * it must be the host that the proof is for (A15). */
static int read_nonce(struct show *s)
{
	if (!s->nonce)
		return CLI_GO;
	if (!nonce_read(s->nonce, s->host_shown, s->nonce_bytes))
		return cli_fail(
			_("--nonce takes the 32 hex digits that the host shows, or "
			  "the VIDN1: text of its QR code, not '%s'"),
			s->nonce);
	if (s->host && *s->host_shown && strcmp(s->host, s->host_shown) != 0)
		return cli_fail(_("the nonce was shown by %s, not by %s"), s->host_shown,
				s->host);
	if (!s->host && *s->host_shown)
		s->host = s->host_shown;
	return CLI_GO;
}

/* Before the passphrase is asked: everything that may fail without it. */
static int check(struct show *s)
{
	const char *const outputs[] = { s->output, s->png };
	struct stat st;

	int code = read_nonce(s);

	if (code != CLI_GO)
		return code;
	if (!s->host)
		return cli_fail(_("--host ID is needed"));
	if (!*s->host || strlen(s->host) > VID_HOST_ID_MAX)
		return cli_fail(_("--host takes the id that vid host show prints there"));
	if (s->follow && s->time)
		return cli_fail(_("--follow takes the time as it goes, not --time"));
	s->iat = (int64_t)time(NULL);
	if (s->time && !cli_number("--time", s->time, 0, VID_TIME_MAX, &s->iat))
		return CLI_FAILED;
	for (size_t i = 0; i < 2; i++)
		if (outputs[i] && !s->force && stat(outputs[i], &st) == 0 &&
		    S_ISREG(st.st_mode))
			return cli_fail(_("%s exists; --force replaces it"), outputs[i]);
	return CLI_GO;
}

/*
 * A host that refuses says only that it does. The holder may read the token's own words
 * first; nothing depends on them here, so nothing needs to verify them.
 */
static void warn_of_times(const struct show *s, struct bytes token)
{
	struct cose_sign1 cose;
	struct cbor claims, at;
	uint64_t value;

	if (cose_open(token, COSE_CLAIMS, &cose) != VID_OK)
		return;
	claims = cbor_of(cose.payload);
	if (cbor_find_int(&claims, 4, &at) && cbor_uint(&at, &value) &&
	    value <= (uint64_t)s->iat)
		cli_warn(_("%s has expired; ask the issuer for a new one"), s->token);
	if (cbor_find_int(&claims, 6, &at) && cbor_uint(&at, &value) &&
	    value > (uint64_t)s->iat + VID_SKEW_DEFAULT)
		cli_warn(_("%s was issued in the future; check this machine's clock"),
			 s->token);
}

/* The token and the key, once: whoever follows is asked for the passphrase once. */
static int open_wallet(struct show *s)
{
	struct buffer room = buffer_of(s->token_room, sizeof(s->token_room));
	struct problem problem = { .text = "" };
	enum vid_reason why;
	int code;

	why = file_read_untrusted(s->token, VID_QR_TEXT_MAX, &s->file, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	why = presentation_decode(bytes_of(s->file.at, s->file.len), &room, &s->message);
	if (why != VID_OK)
		return cli_fail("%s: %s", s->token, _(reason_sentence(why)));
	if (!s->wallet) {
		code = wallet_find(s->token, s->message, s->wallet_found);
		if (code != CLI_GO)
			return code;
		s->wallet = s->wallet_found;
	}
	warn_of_times(s, s->message);
	return sealed_open(s->wallet, "holder", s->passphrase_file, &s->key);
}

static int make_proof(const struct show *s, struct buffer *kbt)
{
	enum vid_reason why = presentation_make(
		s->message, s->host, s->iat,
		s->nonce ? bytes_of(s->nonce_bytes, VID_NONCE_LEN) : bytes_of(NULL, 0),
		s->key.secret, kbt);

	if (why == VID_CNF)
		return cli_fail(_("%s was not issued to the key in %s"), s->token,
				s->wallet);
	return why == VID_OK ? CLI_GO
			     : cli_fail("%s: %s", s->token, _(reason_sentence(why)));
}

static int write_png(const struct show *s, const char *text)
{
	AUTO_FREE uint8_t *png = NULL;
	size_t len = 0;

	if (!qr_png(text, &png, &len))
		return cli_fail(_("the presentation does not fit in a QR code"));
	return cli_write(s->png, bytes_of(png, len), 0600, s->force);
}

static int put_out(const struct show *s, const struct buffer *kbt)
{
	uint8_t room[VID_QR_TEXT_MAX + 1];
	struct buffer to = buffer_of(room, sizeof(room));
	const char *text = (const char *)room;

	presentation_text(buffer_bytes(kbt), &to);
	if (to.full)
		return cli_fail(_("the presentation does not fit in a QR code"));
	if (s->output &&
	    cli_write(s->output, buffer_bytes(kbt), 0600, s->force) != CLI_YES)
		return CLI_FAILED;
	if (s->png && write_png(s, text) != CLI_YES)
		return CLI_FAILED;
	if (s->text)
		puts(text);
	else if (!s->output && !s->png && !qr_print(text, stdout))
		return cli_fail(_("the presentation does not fit in a QR code"));
	return CLI_YES;
}

static int show_once(const struct show *s)
{
	uint8_t room[VID_KBT_MAX];
	struct buffer kbt = buffer_of(room, sizeof(room));
	int code = make_proof(s, &kbt);

	return code == CLI_GO ? put_out(s, &kbt) : code;
}

static int show_anew(void *user)
{
	struct show *s = user;
	int code;

	s->iat = (int64_t)time(NULL);
	code = show_once(s);
	s->force = true; /* the files are our own now */
	return code;
}

static int run(struct show *s)
{
	int code = open_wallet(s);

	if (code != CLI_GO)
		return code;
	return s->follow ? wallet_follow(show_anew, s) : show_once(s);
}

int cmd_wallet_show(int argc, char **argv)
{
	AUTO(show_wipe) struct show s = { .wallet = NULL };
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "wallet",
		  .arg = N_("FILE"),
		  .text = &s.wallet,
		  .help = N_("the key file of vid wallet init; without it the one "
			     "beside the token, for whose key it is") },
		{ .name = "token",
		  .arg = N_("FILE"),
		  .text = &s.token,
		  .required = true,
		  .help = N_("the virtual ID token") },
		{ .name = "host",
		  .arg = N_("ID"),
		  .text = &s.host,
		  .help = N_("the host it is shown to, as vid host show prints it") },
		{ .name = "nonce",
		  .arg = N_("TEXT"),
		  .text = &s.nonce,
		  .help = N_(
			  "the nonce that the host shows, when it shows one: its digits, "
			  "or the text of its QR code, which names the host too") },
		{ .name = "follow",
		  .given = &s.follow,
		  .help = N_("show a fresh one every 20 seconds, until Ctrl-C") },
		{ .name = "output",
		  .letter = 'o',
		  .arg = N_("FILE"),
		  .text = &s.output,
		  .help = N_("write the presentation to FILE (for a stick: *.vid)") },
		{ .name = "png",
		  .arg = N_("FILE"),
		  .text = &s.png,
		  .help = N_("write its QR code as a picture") },
		{ .name = "text",
		  .given = &s.text,
		  .help = N_("print the text of the QR code") },
		{ .name = "time",
		  .arg = N_("UNIXTIME"),
		  .text = &s.time,
		  .help = N_("made at this time instead of now") },
		{ .name = "force", .given = &s.force, .help = N_("replace files") },
		CLI_PASSPHRASE_OPTION(s.passphrase_file),
		{ .name = NULL },
	};
	const struct cli_spec spec = {
		.usage = "vid wallet show --token FILE --host ID [OPTION]...",
		.about =
			N_("Show a virtual ID to a host, with a proof that its holder is "
			   "here. It counts for a minute.\nWithout -o, --png or --text "
			   "the QR code is drawn in the terminal."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO ||
	    (code = check(&s)) != CLI_GO)
		return code;
	return run(&s);
}
