/* SPDX-License-Identifier: BSD-2-Clause */
/* nonce = shown: a number that this login shows, and that the holder's proof must carry
 * (S2). Drawn once a login, so it counts once; after a minute it counts no more. */
#include "config.h"

#include "vidd/login.h"

#include <sodium.h>

#include "libvid/nonce.h"
#include "libvid/qr_blocks.h"

#define NONCE_MILLISECONDS (VID_KBT_AGE_MAX * 1000LL)

static void tell_row(void *user, const char *line)
{
	person_cued(user, PAM_EVENT_NUMBER, "{1}", line);
}

/* A code for the wallet's camera, where lines of text stand in a grid: on a terminal. */
static void show_code(struct login *login)
{
	char text[NONCE_TEXT_SIZE];

	if (login->ask.tty[0] && login->ask.tty[0] != ':' &&
	    nonce_text(login->host, login->nonce.at, text))
		(void)qr_rows(text, QR_ECLEVEL_L, tell_row, login);
}

enum vid_reason nonce_show(struct login *login)
{
	char hex[NONCE_HEX_SIZE];

	randombytes_buf(login->nonce.at, sizeof(login->nonce.at));
	login->nonce.until = wire_now() + NONCE_MILLISECONDS;
	show_code(login);
	nonce_hex(login->nonce.at, hex);
	person_cued(login, PAM_EVENT_NUMBER, N_("Give this number to your wallet: {1}"),
		    hex);
	return VID_OK;
}

struct bytes nonce_of(const struct login *login)
{
	return bytes_of(login->nonce.at, login->nonce.until ? VID_NONCE_LEN : 0);
}

/* A hint and no more: the nonce stands as it is in the proof's payload. */
bool nonce_may_be_in(const struct login *login)
{
	return !login->nonce.until || memmem(login->message, login->message_len,
					     login->nonce.at, VID_NONCE_LEN) != NULL;
}

bool nonce_expired(const struct login *login)
{
	return login->nonce.until && wire_now() > login->nonce.until;
}
