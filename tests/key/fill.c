/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fill make PIN RP FILE, fill store PIN RP TOKEN, fill secret PIN RP ACCOUNT TEXT - what
 * a security key needs before tests log in with it, by vid-fido's client alone
 *
 * make: a discoverable credential for RP (credProtect 3; 1 where PIN is empty), and its
 * holder file for `vid issuer issue --to`. store: TOKEN becomes the blob of the newest
 * credential; without a PIN, which writing takes, it is kept on this terminal. secret:
 * keeps TEXT here for ACCOUNT, sealed by what the key answers. The keys are those of
 * vid.conf.
 */
#include "config.h"

#include <err.h>
#include <pwd.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libvid/cleanup.h"
#include "libvid/files.h"
#include "libvid/hostkey.h"
#include "libvid/paths.h"
#include "libvid/presentation.h"
#include "libvid/secrets.h"
#include "libvid/settings.h"
#include "libvid/tokens.h"
#include "libvid/wire.h"
#include "sensors/fido/client.h"
#include "vid/holder.h"

#define SECONDS 60

static struct settings settings;
static struct fido fido = FIDO_CLOSED;
static struct fido_report report;
static struct fido_credential newest;
static struct problem problem;
static int64_t until;

static void must(enum vid_reason why, const char *what)
{
	if (why != VID_OK)
		errx(1, "%s: %s: %s", what, reason_name(why), problem.text);
}

/* Until `kind` comes, with the PIN where it is asked for. */
static void hear(enum fido_frame kind, const char *pin)
{
	do {
		must(fido_next(&fido, &report, until, -1, &problem), "waiting");
		if (report.kind == FIDO_EVENT && report.event == FIDO_EVENT_PIN) {
			if (report.wrong || !pin[0])
				errx(1, "not that PIN");
			must(fido_pin(&fido, bytes_of_text(pin), until), "PIN");
		}
		if (report.kind == FIDO_CREDENTIAL)
			newest = report.credential;
	} while (report.kind != kind);
}

static void open_key(enum fido_purpose purpose, const char *pin, const char *rp)
{
	struct fido_wish wish = {
		.devices = settings.keys,
		.rp_ids = rp,
		.purpose = purpose,
		.uv = pin[0] ? FIDO_UV_PREFERRED : FIDO_UV_NO,
	};

	must(fido_open(&wish, until, -1, &fido, &problem), "vid-fido");
	hear(FIDO_FOUND, pin);
}

static void make(const char *pin, const char *rp, const char *file)
{
	const struct fido_make wanted = {
		.rp_id = rp,
		.name = "virtual ID",
		.user = bytes_of_text("0123456789abcdef"),
		.alg = KEY_P256,
		.protect = pin[0] ? 3 : 1,
	};
	uint8_t room[HOLDER_TEXT_MAX];
	struct buffer text = buffer_of(room, sizeof(room));
	struct holder holder = { .credential_len = 0 };

	open_key(FIDO_FOR_MAKE, pin, rp);
	must(fido_make(&fido, &wanted, until), "making");
	hear(FIDO_MADE, pin);
	holder.key = report.made.public;
	(void)bytes_to_text(bytes_of_text(rp), holder.rp_id, sizeof(holder.rp_id));
	memcpy(holder.credential, report.made.id, report.made.id_len);
	holder.credential_len = report.made.id_len;
	holder_print(&holder, &text);
	must(file_write(file, buffer_bytes(&text), 0644, &problem), file);
}

static void store(const char *pin, const char *rp, const char *file)
{
	AUTO(blob_free) struct blob token = { NULL, 0 };

	must(file_read_untrusted(file, VID_TOKEN_MAX, &token, &problem), file);
	open_key(FIDO_FOR_CHANGE, pin, rp);
	if (!pin[0]) {
		must(tokens_store(PATH_TOKENS, bytes_of(newest.id, newest.id_len),
				  bytes_of(token.at, token.len), &problem),
		     PATH_TOKENS);
		return;
	}
	must(fido_store(&fido, newest.index, bytes_of(token.at, token.len), until),
	     "storing");
	hear(FIDO_DONE, pin);
}

static void keep_secret(const char *pin, const char *rp, const char *account,
			const char *text)
{
	const struct passwd *entry = getpwnam(account);
	struct issuers issuers;
	struct presentation shown;
	struct hostkey key;
	uint8_t salt[32], hash[32] = { 0 };

	open_key(FIDO_FOR_LOGIN, pin, rp);
	must(hostkey_load(PATH_HOSTKEY, &key, &problem), "host key");
	must(issuers_load(PATH_ISSUERS, &issuers, &problem), "issuers");
	const struct presentation_rules rules = { .token = { .trust = &issuers,
							     .realm = settings.realm,
							     .now = time(NULL),
							     .skew = 60 },
						  .host = "" };

	must(presentation_verify(bytes_of(newest.blob, newest.blob_len), &rules, &shown),
	     "the token on the key");
	secret_salt(&key, &shown.token.holder, salt);
	must(fido_assert(&fido, newest.index, hash, salt, NULL, until), "asking");
	hear(FIDO_ASSERTION, pin);
	if (!entry || !report.assertion.has_secret)
		errx(1, "no such account, or no answer to the salt");
	const struct secret_owner owner = { account, entry->pw_uid, &shown.token.holder };

	must(secret_store(PATH_SECRETS, &owner, &key, report.assertion.secret,
			  bytes_of_text(text), &problem),
	     "keeping");
	issuers_free(&issuers);
}

int main(int argc, char **argv)
{
	if (argc < 5 || sodium_init() < 0)
		errx(2, "see the beginning of fill.c");
	until = wire_now() + SECONDS * 1000;
	must(settings_load(PATH_SETTINGS, &settings, &problem), PATH_SETTINGS);
	if (!strcmp(argv[1], "make"))
		make(argv[2], argv[3], argv[4]);
	else if (!strcmp(argv[1], "store"))
		store(argv[2], argv[3], argv[4]);
	else if (!strcmp(argv[1], "secret") && argc == 6)
		keep_secret(argv[2], argv[3], argv[4], argv[5]);
	else
		errx(2, "no such thing to do: %s", argv[1]);
	fido_close(&fido);
	return 0;
}
