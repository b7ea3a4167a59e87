/* SPDX-License-Identifier: BSD-2-Clause */
/* vid wallet show - prove that the holder is here: a key binding token as file or QR */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/presentation.h"
#include "vid/cli.h"
#include "vid/qr.h"
#include "vid/sealed.h"

struct show {
	const char *wallet, *token, *host, *nonce, *output, *png, *time, *passphrase_file;
	bool text, force;
	/* read from the options above */
	uint8_t nonce_bytes[VID_NONCE_LEN];
	int64_t iat;
};

/* Before the passphrase is asked: everything that may fail without it. */
static int check(struct show *s)
{
	const char *const outputs[] = { s->output, s->png };
	struct stat st;

	if (!*s->host || strlen(s->host) > VID_HOST_ID_MAX)
		return cli_fail(_("--host takes the id that vid host show prints there"));
	if (s->nonce &&
	    !cli_hex("--nonce", s->nonce, s->nonce_bytes, sizeof(s->nonce_bytes)))
		return CLI_FAILED;
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

static int make_proof(const struct show *s, struct buffer *kbt)
{
	AUTO(keyfile_wipe) struct keyfile_key key = { .public.alg = KEY_NONE };
	uint8_t text_room[VID_TOKEN_MAX];
	struct buffer room = buffer_of(text_room, sizeof(text_room));
	AUTO(blob_free) struct blob file = { 0 };
	struct problem problem = { .text = "" };
	struct bytes token;
	enum vid_reason why;
	int code;

	why = file_read_untrusted(s->token, VID_QR_TEXT_MAX, &file, &problem);
	if (why != VID_OK)
		return cli_problem(why, &problem);
	why = presentation_decode(bytes_of(file.at, file.len), &room, &token);
	if (why != VID_OK)
		return cli_fail("%s: %s", s->token, _(reason_sentence(why)));
	warn_of_times(s, token);
	code = sealed_open(s->wallet, "holder", s->passphrase_file, &key);
	if (code != CLI_GO)
		return code;
	why = presentation_make(token, s->host, s->iat,
				s->nonce ? bytes_of(s->nonce_bytes, VID_NONCE_LEN)
					 : bytes_of(NULL, 0),
				key.secret, kbt);
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

int cmd_wallet_show(int argc, char **argv)
{
	struct show s = { .wallet = NULL };
	uint8_t room[VID_KBT_MAX];
	struct buffer kbt = buffer_of(room, sizeof(room));
	char **operands;
	int code;
	const struct cli_option options[] = {
		{ .name = "wallet",
		  .arg = N_("FILE"),
		  .text = &s.wallet,
		  .required = true,
		  .help = N_("the key file of vid wallet init") },
		{ .name = "token",
		  .arg = N_("FILE"),
		  .text = &s.token,
		  .required = true,
		  .help = N_("the virtual ID token") },
		{ .name = "host",
		  .arg = N_("ID"),
		  .text = &s.host,
		  .required = true,
		  .help = N_("the host it is shown to, as vid host show prints it") },
		{ .name = "nonce",
		  .arg = N_("HEX"),
		  .text = &s.nonce,
		  .help = N_("the nonce that the host shows, when it shows one") },
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
		.usage = "vid wallet show --wallet FILE --token FILE --host ID "
			 "[OPTION]...",
		.about =
			N_("Show a virtual ID to a host, with a proof that its holder is "
			   "here. It counts for a minute.\nWithout -o, --png or --text "
			   "the QR code is drawn in the terminal."),
		.options = options,
	};

	if ((code = cli_parse(&spec, argc, argv, &operands)) != CLI_GO ||
	    (code = check(&s)) != CLI_GO || (code = make_proof(&s, &kbt)) != CLI_GO)
		return code;
	return put_out(&s, &kbt);
}
