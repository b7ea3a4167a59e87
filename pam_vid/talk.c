/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "pam_vid/pam_vid.h"

#include <errno.h>
#include <poll.h>
#include <security/pam_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>

#include "libvid/cleanup.h"

#define TEXT_MAX   512 /* bytes of a sentence or an argument */
#define ANSWER_MAX 256 /* a longer answer is none of ours */

struct conversation {
	pam_handle_t *pamh;
	const struct options *options;
	const struct question *question;
	int fd;
	unsigned seconds; /* that vidd may take, from the question or the last answer */
	int64_t deadline; /* wire_now() */
	struct wire_frame frame;
};

static void conversation_end(struct conversation *conversation)
{
	explicit_bzero(&conversation->frame, sizeof(conversation->frame));
}

static void answer_free(char **answer)
{
	if (*answer)
		explicit_bzero(*answer, strlen(*answer));
	free(*answer);
}

/* vidd ends by itself; one second later we no longer wait for it. */
static void start_deadline(struct conversation *conversation)
{
	conversation->deadline = wire_now() + conversation->seconds * 1000LL + 1000;
}

static int code_of_wire(const struct conversation *conversation, enum wire_result result)
{
	switch (result) {
	case WIRE_OK:
		return PAM_SUCCESS;
	case WIRE_TIMEOUT:
		pam_syslog(conversation->pamh, LOG_ERR, "no verdict before the deadline");
		return PAM_AUTHINFO_UNAVAIL;
	case WIRE_CLOSED:
		pam_syslog(conversation->pamh, LOG_ERR, "vidd ended without a verdict");
		return PAM_ABORT;
	case WIRE_BAD:
	case WIRE_ERROR:
	case WIRE_ABORTED:
		break;
	}
	pam_syslog(conversation->pamh, LOG_ERR, "vidd does not keep to the protocol");
	return PAM_ABORT;
}

/* An item as a field; left out when empty. Cut service names would be other services:
 * what does not fit fails. */
static bool put_item(struct conversation *conversation, int item, uint8_t tag)
{
	const void *value = NULL;

	if (pam_get_item(conversation->pamh, item, &value) != PAM_SUCCESS)
		return false;
	if (!value || !*(const char *)value)
		return true;
	return wire_put_text(&conversation->frame, tag, value);
}

/* Was that the end, without one byte? Waits for the first. */
static bool hung_up(const struct conversation *conversation)
{
	struct pollfd wait = { .fd = conversation->fd, .events = POLLIN };
	int64_t left = conversation->deadline - wire_now();
	ssize_t got;
	char byte;

	if (left <= 0 || poll(&wait, 1, (int)left) != 1)
		return false;
	got = recv(conversation->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return got == 0 || (got < 0 && errno == ECONNRESET);
}

static bool put_login(struct conversation *conversation)
{
	const struct question *question = conversation->question;
	const struct options *options = conversation->options;
	struct wire_frame *frame = &conversation->frame;
	uint32_t flags = 0;

	if ((unsigned)question->flags & PAM_SILENT)
		flags |= PAM_FLAG_SILENT;
	if (options->debug)
		flags |= PAM_FLAG_DEBUG;
	return put_item(conversation, PAM_SERVICE, PAM_FIELD_SERVICE) &&
	       put_item(conversation, PAM_TTY, PAM_FIELD_TTY) &&
	       put_item(conversation, PAM_RHOST, PAM_FIELD_RHOST) &&
	       put_item(conversation, PAM_RUSER, PAM_FIELD_RUSER) &&
	       (!question->user ||
		wire_put_text(frame, PAM_FIELD_ACCOUNT, question->user)) &&
	       (!options->deadline ||
		wire_put_u32(frame, PAM_FIELD_DEADLINE, options->deadline)) &&
	       wire_put_u32(frame, PAM_FIELD_FLAGS, flags);
}

/* Behind the login the note alone counts: whatever else is known here, vidd told us. */
static bool put_note(struct conversation *conversation)
{
	const struct granted *granted = conversation->question->granted;

	return wire_put(&conversation->frame, PAM_FIELD_GRANT,
			bytes_of(granted->note, granted->note_len));
}

static bool is_login(const struct conversation *conversation)
{
	return conversation->question->phase == PAM_FRAME_ASK;
}

static int ask(struct conversation *conversation)
{
	struct wire_frame *frame = &conversation->frame;
	enum wire_result result;

	wire_start(frame, conversation->question->phase);
	if (is_login(conversation) ? !put_login(conversation) : !put_note(conversation))
		return PAM_ABORT;
	result = wire_send(conversation->fd, frame, conversation->deadline);
	if (result == WIRE_CLOSED || (result == WIRE_OK && hung_up(conversation))) {
		pam_syslog(conversation->pamh, LOG_ERR,
			   "vidd hung up without a word: there are too many logins at "
			   "once, or its own lines in the log say why");
		return PAM_AUTHINFO_UNAVAIL;
	}
	return code_of_wire(conversation, result);
}

/* The text of a SAY or PROMPT, for the person. */
static bool text_of(const struct conversation *conversation, char *to, size_t size)
{
	const struct wire_frame *frame = &conversation->frame;
	char msgid[TEXT_MAX], arg1[TEXT_MAX] = "", arg2[TEXT_MAX] = "";
	struct bytes there;

	if (!wire_get_text(frame, PAM_FIELD_TEXT, msgid, sizeof(msgid)) || !msgid[0])
		return false;
	if (wire_get(frame, PAM_FIELD_ARG1, &there) &&
	    !wire_get_text(frame, PAM_FIELD_ARG1, arg1, sizeof(arg1)))
		return false;
	if (wire_get(frame, PAM_FIELD_ARG2, &there) &&
	    !wire_get_text(frame, PAM_FIELD_ARG2, arg2, sizeof(arg2)))
		return false;
	talk_text(msgid, arg1, arg2, to, size);
	return true;
}

/* PAM's number of a style; 0: not one that the frame may have. */
static int style_of(const struct wire_frame *frame, bool prompt)
{
	uint32_t style;

	if (!wire_get_u32(frame, PAM_FIELD_STYLE, &style))
		return 0;
	if (prompt)
		return style == STYLE_ECHO     ? PAM_PROMPT_ECHO_ON
		       : style == STYLE_SECRET ? PAM_PROMPT_ECHO_OFF
					       : 0;
	return style == STYLE_INFO    ? PAM_TEXT_INFO
	       : style == STYLE_ERROR ? PAM_ERROR_MSG
				      : 0;
}

static int converse(const struct conversation *conversation, int style, char **answer,
		    const char *text)
{
	int code = pam_prompt(conversation->pamh, style, answer, "%s", text);

	if (code == PAM_SUCCESS)
		return PAM_SUCCESS;
	pam_syslog(conversation->pamh, LOG_NOTICE, "the conversation failed: %s",
		   pam_strerror(conversation->pamh, code));
	return PAM_AUTHINFO_UNAVAIL;
}

/* vidd was told whether silence is wanted, and says what it must. */
static int say(struct conversation *conversation)
{
	int style = style_of(&conversation->frame, false);
	char text[2 * TEXT_MAX];

	if (!style || !text_of(conversation, text, sizeof(text)))
		return code_of_wire(conversation, WIRE_BAD);
	return converse(conversation, style, NULL, text);
}

static int prompt(struct conversation *conversation)
{
	int code, style = style_of(&conversation->frame, true);
	AUTO(answer_free) char *answer = NULL;
	char text[2 * TEXT_MAX];
	enum wire_result result;

	if (!style || !text_of(conversation, text, sizeof(text)))
		return code_of_wire(conversation, WIRE_BAD);
	code = converse(conversation, style, &answer, text);
	if (code != PAM_SUCCESS)
		return code;
	start_deadline(conversation); /* the person took their time; vidd has its own */
	wire_start(&conversation->frame, PAM_FRAME_ANSWER);
	if (answer && strlen(answer) <= ANSWER_MAX &&
	    !wire_put_text(&conversation->frame, PAM_FIELD_TEXT, answer))
		return PAM_ABORT;
	result =
		wire_send(conversation->fd, &conversation->frame, conversation->deadline);
	conversation_end(conversation); /* the answer may be a PIN */
	/* The person took longer than vidd waited: its verdict is there to be read. */
	return result == WIRE_CLOSED ? PAM_SUCCESS : code_of_wire(conversation, result);
}

static int read_verdict(const struct conversation *conversation, struct verdict *verdict)
{
	const struct wire_frame *frame = &conversation->frame;
	char reason[32];

	if (!verdict_read(frame, conversation->question->phase, verdict))
		return code_of_wire(conversation, WIRE_BAD);
	if (conversation->options->debug &&
	    wire_get_text(frame, PAM_FIELD_REASON, reason, sizeof(reason)))
		pam_syslog(conversation->pamh, LOG_DEBUG, "verdict %u: %s",
			   verdict->value, reason);
	return PAM_SUCCESS;
}

/* vidd says how long the policy gives; the module's argument caps it. */
static void heed_deadline(struct conversation *conversation)
{
	unsigned most = conversation->options->deadline ? conversation->options->deadline
							: VID_DEADLINE_MAX;
	uint32_t seconds;

	if (wire_get_u32(&conversation->frame, PAM_FIELD_DEADLINE, &seconds))
		conversation->seconds = seconds < most ? seconds : most;
}

/* One frame of vidd's. *done once it was the verdict. */
static int next(struct conversation *conversation, struct verdict *verdict, bool *done)
{
	enum wire_result result = wire_receive(conversation->fd, &conversation->frame,
					       conversation->deadline, -1);
	uint8_t type = conversation->frame.type;

	if (result != WIRE_OK)
		return code_of_wire(conversation, result);
	if (type == PAM_FRAME_VERDICT) {
		*done = true;
		return read_verdict(conversation, verdict);
	}
	if (!is_login(conversation)) /* nobody is to be asked anything */
		return code_of_wire(conversation, WIRE_BAD);
	heed_deadline(conversation);
	switch (type) {
	case PAM_FRAME_SAY:
		return say(conversation);
	case PAM_FRAME_PROMPT:
		return prompt(conversation);
	default:
		return code_of_wire(conversation, WIRE_BAD);
	}
}

static unsigned seconds_of(const struct options *options, enum pam_frame phase)
{
	if (phase == PAM_FRAME_OPEN || phase == PAM_FRAME_CLOSE)
		return VID_SESSION_SECONDS;
	return options->deadline ? options->deadline : VID_DEADLINE_DEFAULT;
}

int talk(pam_handle_t *pamh, const struct options *options,
	 const struct question *question, int fd, struct verdict *verdict)
{
	AUTO(conversation_end)
	struct conversation conversation = {
		.pamh = pamh,
		.options = options,
		.question = question,
		.fd = fd,
		.seconds = seconds_of(options, question->phase),
	};
	bool done = false;
	int code;

	start_deadline(&conversation);
	code = ask(&conversation);
	while (code == PAM_SUCCESS && !done)
		code = next(&conversation, verdict, &done);
	if (code != PAM_SUCCESS)
		verdict_wipe(verdict);
	return code;
}
