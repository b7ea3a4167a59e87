/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "vidd/login.h"

#include <pwd.h>

#include "libvid/printable.h"

#define ASK_MILLISECONDS 5000 /* the module sends at once; nobody else is waited for */

static bool peer_of(struct login *login)
{
	struct ask *ask = &login->ask;

	if (!peer_open(login->fd, login->place->proc, &ask->peer))
		return false;
	ask->uid = ask->peer.uid;
	ask->pid = ask->peer.pid;
	return true;
}

/* An optional text: false only when it is there and not fit to be used. */
static bool take_text(const struct wire_frame *frame, uint8_t tag, char *to, size_t size)
{
	struct bytes there;

	to[0] = '\0';
	return !wire_get(frame, tag, &there) || bytes_to_text(there, to, size);
}

/* The log names the service. One with a hidden character is refused, since a session
 * registry and a policy would name another. */
static bool is_plain(const char *text)
{
	return strcmp(PRINTABLE(text), text) == 0;
}

static enum vid_reason read_ask(const struct wire_frame *frame, struct ask *ask)
{
	struct bytes rhost, account;
	uint32_t number;

	if (!wire_get_text(frame, PAM_FIELD_SERVICE, ask->service,
			   sizeof(ask->service)) ||
	    !is_plain(ask->service) ||
	    !take_text(frame, PAM_FIELD_TTY, ask->tty, sizeof(ask->tty)) ||
	    !take_text(frame, PAM_FIELD_RUSER, ask->ruser, sizeof(ask->ruser)))
		return VID_WIRE;
	if (wire_get_u32(frame, PAM_FIELD_DEADLINE, &number) &&
	    number <= VID_DEADLINE_MAX)
		ask->deadline = number;
	if (wire_get_u32(frame, PAM_FIELD_FLAGS, &number))
		ask->silent = (number & PAM_FLAG_SILENT) != 0;
	ask->has_rhost = wire_get(frame, PAM_FIELD_RHOST, &rhost) && rhost.len;
	if (!wire_get(frame, PAM_FIELD_ACCOUNT, &account) || !account.len)
		return VID_OK;
	/* A name that is too long for any account of the map is nobody's. */
	return bytes_to_text(account, ask->account, sizeof(ask->account))
		       ? VID_OK
		       : VID_ACCOUNT_NONE;
}

/* What a login was given comes back; nothing else of such a frame counts. */
static enum vid_reason read_note(const struct wire_frame *frame, struct login *login)
{
	struct bytes note;

	if (!wire_get(frame, PAM_FIELD_GRANT, &note) || !note.len ||
	    note.len > sizeof(login->note))
		return VID_WIRE;
	memcpy(login->note, note.at, note.len);
	login->note_len = note.len;
	return VID_OK;
}

static enum vid_reason read_first(const struct wire_frame *frame, struct login *login)
{
	switch (frame->type) {
	case PAM_FRAME_ASK:
		login->ask.frame = frame->type;
		return read_ask(frame, &login->ask);
	case PAM_FRAME_ACCOUNT:
	case PAM_FRAME_OPEN:
	case PAM_FRAME_CLOSE:
		login->ask.frame = frame->type;
		return read_note(frame, login);
	default:
		return VID_WIRE;
	}
}

enum vid_reason ask_receive(struct login *login)
{
	struct wire_frame frame;
	enum wire_result result;

	if (!peer_of(login)) {
		problem_set(&login->problem, "descriptor 0 is not a unix socket");
		return VID_WIRE;
	}
	result = wire_receive(login->fd, &frame, login->started + ASK_MILLISECONDS, -1);
	if (result == WIRE_CLOSED)
		return VID_CANCELLED;
	if (result == WIRE_TIMEOUT)
		return VID_DEADLINE;
	return result == WIRE_OK ? read_first(&frame, login) : VID_WIRE;
}

/* Root may ask about anybody; everyone else about themselves, which is also what an empty
 * name means then. */
static enum vid_reason judge_caller(struct ask *ask)
{
	const struct passwd *own;

	if (ask->uid == 0)
		return VID_OK;
	own = getpwuid(ask->uid);
	if (!own)
		return VID_NOT_ALLOWED;
	if (!ask->account[0])
		return bytes_to_text(bytes_of_text(own->pw_name), ask->account,
				     sizeof(ask->account))
			       ? VID_OK
			       : VID_ACCOUNT_NONE;
	return strcmp(own->pw_name, ask->account) == 0 ? VID_OK : VID_NOT_ALLOWED;
}

enum vid_reason ask_judge(struct login *login)
{
	enum vid_reason why = judge_caller(&login->ask);

	if (why == VID_OK && login->ask.has_rhost)
		return VID_REMOTE; /* whatever the policy says */
	return why;
}
