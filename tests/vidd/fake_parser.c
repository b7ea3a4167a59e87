/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_parser - a vid-parse that was taken over; its name says what it does
 *
 * Nothing here is part of the product.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libvid/parse_verdict.h"

extern char *program_invocation_short_name;

static uint8_t carrier[PARSE_CARRIER_MAX];
static struct parse_verdict verdict;

static size_t read_some(void *to, size_t len)
{
	size_t got = 0;
	ssize_t now;

	while (got < len && (now = read(0, (uint8_t *)to + got, len - got)) > 0)
		got += (size_t)now;
	return got;
}

static bool is(const char *name)
{
	return strcmp(program_invocation_short_name, name) == 0;
}

/* Changes that a check of the form has to find. */
static void break_form(void)
{
	if (is("parse-magic"))
		verdict.magic++;
	if (is("parse-kind"))
		verdict.kind = verdict.kind == PARSE_VID ? PARSE_CARD : PARSE_VID;
	if (is("parse-reason"))
		verdict.why_open = VID_REASON_COUNT;
	if (is("parse-late-reason"))
		verdict.why_open = VID_REVOKED;
	if (is("parse-at"))
		verdict.document.payload.at = PARSE_ROOM;
	if (is("parse-len"))
		verdict.document.payload.len = VID_CARD_MAX + 1;
	if (is("parse-wrap"))
		verdict.proof.protected = (struct parse_piece){ UINT32_MAX, 1 };
	if (is("parse-signature"))
		verdict.document.signature.len = 63;
	if (is("parse-iss"))
		verdict.document.iss.len = 0;
	if (is("parse-message"))
		verdict.message.len = 0;
}

static void flip(const struct parse_piece *piece)
{
	verdict.room[piece->at + piece->len / 2] ^= 1;
}

/* Lies in good form: what was signed is not what is said. */
static void lie(void)
{
	if (is("parse-lie-payload"))
		flip(&verdict.document.payload);
	if (is("parse-lie-header"))
		flip(&verdict.document.protected);
	if (is("parse-lie-holder"))
		flip(&verdict.proof.payload);
	/* the holder's proof is left out: the same as a bare token */
	if (is("parse-lie-bare"))
		verdict.is_kbt = 0;
	/* the verdict of a message that is right, for one that is wrong */
	if (is("parse-lie-right"))
		verdict.why_open = VID_OK;
}

int main(void)
{
	struct parse_request request;

	if (is("parse-hang"))
		pause();
	if (is("parse-dies"))
		raise(SIGSEGV);
	if (read_some(&request, sizeof(request)) != sizeof(request) ||
	    request.len > sizeof(carrier) ||
	    read_some(carrier, request.len) != request.len)
		return 1;
	parse_carrier((enum parse_kind)request.kind, bytes_of(carrier, request.len),
		      &verdict);
	if (is("parse-noise"))
		memset(&verdict, 0xa5, sizeof(verdict));
	break_form();
	lie();
	return write(1, "", 0) < 0 ||
	       write(0, &verdict,
		     is("parse-short") ? sizeof(verdict) - 1 : sizeof(verdict)) < 0;
}
