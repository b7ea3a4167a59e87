/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/keys.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "libvid/paths.h"
#include "libvid/wire.h"

#define PATIENCE_DEFAULT 60 /* seconds */
#define TRIES_KEPT       3  /* of a PIN: fewer are not spent on a slip of the finger */

static const struct cli_secret_words pin_words = {
	.no_terminal = N_("there is no terminal to ask for the PIN; give it with "
			  "--pin-file FILE"),
	.empty = N_("the PIN is empty"),
};

struct keys *keys_new(void)
{
	struct keys *keys = calloc(1, sizeof(*keys));

	if (!keys) {
		(void)cli_fail(_("not enough memory"));
		return NULL;
	}
	keys->fido = (struct fido)FIDO_CLOSED;
	keys->stop = -1;
	return keys;
}

void keys_free(struct keys **keys)
{
	if (!*keys)
		return;
	keys_end(*keys);
	sodium_memzero(*keys, sizeof(**keys));
	free(*keys);
	*keys = NULL;
}

/* --- Ctrl-C ------------------------------------------------------------------------ */

static void stop_signals(sigset_t *to)
{
	sigemptyset(to);
	sigaddset(to, SIGINT);
	sigaddset(to, SIGTERM);
	sigaddset(to, SIGHUP);
}

static bool hold_signals(int how)
{
	sigset_t stop;

	stop_signals(&stop);
	return sigprocmask(how, &stop, NULL) == 0;
}

static int watch_signals(struct keys *keys)
{
	sigset_t stop;

	stop_signals(&stop);
	if (hold_signals(SIG_BLOCK))
		keys->stop = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
	return keys->stop >= 0 ? CLI_GO : cli_fail("signalfd: %s", strerror(errno));
}

/* Whoever pressed Ctrl-C was told; the signal itself is taken out, or it would end us. */
void keys_end(struct keys *keys)
{
	struct signalfd_siginfo signal;

	fido_close(&keys->fido);
	if (keys->stop < 0)
		return;
	while (read(keys->stop, &signal, sizeof(signal)) == sizeof(signal))
		;
	(void)close(keys->stop);
	keys->stop = -1;
	(void)hold_signals(SIG_UNBLOCK);
}

/* --- what went wrong ---------------------------------------------------------------- */

static bool is_about_a_key(enum vid_reason why)
{
	return why >= VID_KEY_NONE && why <= VID_KEY_FAILED;
}

int keys_complain(const struct keys *keys)
{
	const char *about = keys->problem.text;

	if (keys->told)
		return CLI_FAILED;
	switch (keys->why) {
	case VID_CANCELLED:
		return cli_fail(_("stopped: nothing was written"));
	case VID_KEY_EMPTY:
		(void)cli_fail(_("this security key holds nothing for %s: it is enrolled "
				 "for another realm, or not yet (vid key enroll)"),
			       keys->rps);
		return CLI_REFUSED;
	case VID_KEY_PIN:
		(void)cli_fail(ngettext("the PIN was wrong; %u try is left. Try again "
					"only when you are sure: without tries the key "
					"has to be reset",
					"the PIN was wrong; %u tries are left. Try again "
					"only when you are sure: without tries the key "
					"has to be reset",
					keys->tries),
			       keys->tries);
		return CLI_REFUSED;
	default:
		break;
	}
	if (is_about_a_key(keys->why) && *about)
		return cli_fail("%s (%s)", _(reason_sentence(keys->why)), about);
	return is_about_a_key(keys->why) ? cli_problem(keys->why, NULL)
					 : cli_problem(keys->why, &keys->problem);
}

/* A key that was waited for in vain is none, or was not touched. */
static enum vid_reason named(const struct keys *keys, enum vid_reason why)
{
	if (why != VID_DEADLINE)
		return why;
	return keys->last == FIDO_EVENT_INSERT ? VID_KEY_NONE
	       : keys->last == FIDO_EVENT_TOUCH || keys->last == FIDO_EVENT_SELECT ||
			       keys->last == FIDO_EVENT_VERIFY
		       ? VID_KEY_DECLINED
		       : why;
}

static int failed(struct keys *keys, enum vid_reason why)
{
	keys->why = named(keys, why);
	if (keys->why != why) /* nothing is left to explain */
		keys->problem.text[0] = '\0';
	return CLI_FAILED;
}

/* --- a visit ------------------------------------------------------------------------ */

int64_t keys_deadline(const struct keys *keys)
{
	return wire_now() + keys->patience;
}

/* Without vid.conf, on a machine that is no host of anybody, keys come by USB. */
int keys_begin(struct keys *keys, const struct keys_options *options)
{
	const char *path = options->settings ? options->settings : PATH_SETTINGS;
	int64_t seconds = PATIENCE_DEFAULT;
	enum vid_reason why;

	if (options->timeout &&
	    !cli_number("--timeout", options->timeout, 1, VID_DEADLINE_MAX, &seconds))
		return CLI_FAILED;
	keys->patience = seconds * 1000;
	keys->pin_file = options->pin_file;
	why = settings_load(path, &keys->settings, &keys->problem);
	if (why == VID_FILE_MISSING && !options->settings)
		why = settings_parse(bytes_of("", 0), path, &keys->settings,
				     &keys->problem);
	if (why != VID_OK)
		return cli_problem(why, &keys->problem);
	return watch_signals(keys);
}

/* Whoever says Ctrl-C to a question has an end at once: the key waits for nothing. */
int keys_confirm(const char *question)
{
	int code;

	(void)hold_signals(SIG_UNBLOCK);
	code = cli_confirm(question, "--yes");
	(void)hold_signals(SIG_BLOCK);
	return code;
}

static void say(const char *sentence)
{
	fprintf(stderr, "%s\n", sentence);
}

/* The sentence with the number of tries at its {1}. */
static void pin_prompt(const struct fido_report *report, char *to, size_t size)
{
	const char *sentence = _(fido_event_sentence(FIDO_EVENT_PIN, report->wrong));
	const char *place = strstr(sentence, "{1}");

	if (place && report->has_tries)
		(void)snprintf(to, size, "%.*s%u%s", (int)(place - sentence), sentence,
			       report->tries, place + 3);
	else
		(void)snprintf(to, size, "%s", _("PIN of your security key: "));
}

/* A file has one PIN: a second try with it would only cost another. */
static enum vid_reason give_pin(struct keys *keys)
{
	AUTO(cli_passphrase_wipe) struct cli_passphrase pin = { .len = 0 };
	const struct fido_report *report = &keys->report;
	char prompt[256];
	bool got;

	keys->tries = report->tries;
	if (report->wrong && (keys->pin_file || report->tries <= TRIES_KEPT))
		return VID_KEY_PIN;
	pin_prompt(report, prompt, sizeof(prompt));
	(void)hold_signals(SIG_UNBLOCK); /* what asks watches them itself */
	got = cli_secret(keys->pin_file, prompt, &pin_words, &pin);
	(void)hold_signals(SIG_BLOCK);
	if (got && !fido_pin_fits(pin.at)) {
		cli_fail(_("a PIN has at least %d characters, and at most %d bytes"),
			 FIDO_PIN_MIN, FIDO_PIN_MAX);
		got = false;
	}
	keys->told = !got;
	return got ? fido_pin(&keys->fido, bytes_of(pin.at, pin.len), keys_deadline(keys))
		   : VID_KEY_PIN;
}

static enum vid_reason serve_event(struct keys *keys)
{
	enum fido_event event = keys->report.event;

	if (event == FIDO_EVENT_ADDED)
		return VID_OK;
	keys->last = event;
	if (event == FIDO_EVENT_PIN)
		return give_pin(keys);
	say(_(fido_event_sentence(event, keys->report.wrong)));
	return VID_OK;
}

/* The next report that is no event; what is waited for is said. */
static enum vid_reason next(struct keys *keys, bool *added)
{
	enum vid_reason why = VID_OK;

	while (why == VID_OK) {
		why = fido_next(&keys->fido, &keys->report, keys_deadline(keys),
				keys->stop, &keys->problem);
		if (why != VID_OK || keys->report.kind != FIDO_EVENT)
			return why;
		/* one more to choose from: the choice begins anew */
		if (added && keys->report.event == FIDO_EVENT_ADDED &&
		    keys->last == FIDO_EVENT_SELECT) {
			*added = true;
			return VID_OK;
		}
		why = serve_event(keys);
	}
	return why;
}

static enum vid_reason look_once(struct keys *keys, const struct fido_wish *wish,
				 bool *added)
{
	enum vid_reason why;

	*added = false;
	keys->found = (struct fido_found){ .count = 0 };
	fido_close(&keys->fido);
	why = fido_open(wish, keys_deadline(keys), keys->stop, &keys->fido,
			&keys->problem);
	while (why == VID_OK) {
		why = next(keys, added);
		if (why != VID_OK || *added)
			return why;
		if (keys->report.kind == FIDO_FOUND) {
			keys->found = keys->report.found;
			return VID_OK;
		}
		if (keys->report.kind != FIDO_CREDENTIAL ||
		    keys->report.credential.index >= FIDO_CREDENTIALS_MAX)
			return VID_SENSOR_FAILED;
		keys->credential[keys->report.credential.index] = keys->report.credential;
	}
	return why;
}

int keys_look(struct keys *keys, const char *rps, enum fido_purpose purpose,
	      enum fido_uv uv)
{
	struct fido_wish wish = { .devices = keys->settings.keys,
				  .rp_ids = keys->rps,
				  .purpose = purpose,
				  .uv = uv };
	bool added = true;
	enum vid_reason why = VID_OK;

	if (!bytes_to_text(bytes_of_text(rps), keys->rps, sizeof(keys->rps)))
		return failed(keys, VID_INTERNAL);
	/* nothing of a login: it proves nothing to anybody else */
	randombytes_buf(keys->hash, sizeof(keys->hash));
	memcpy(wish.hash, keys->hash, sizeof(wish.hash));
	while (why == VID_OK && added)
		why = look_once(keys, &wish, &added);
	return why == VID_OK ? CLI_GO : failed(keys, why);
}

int keys_find(struct keys *keys, const char *rps)
{
	int code = keys_look(keys, rps, FIDO_FOR_CHANGE, FIDO_UV_PREFERRED);

	if (code == CLI_GO && keys->found.count == 0)
		code = failed(keys, VID_KEY_EMPTY);
	return code == CLI_GO ? code : keys_complain(keys);
}

int keys_answer(struct keys *keys, enum vid_reason why, enum fido_frame kind)
{
	if (why == VID_OK)
		why = next(keys, NULL);
	if (why == VID_OK && keys->report.kind != kind)
		why = VID_SENSOR_FAILED;
	if (why == VID_OK)
		return CLI_GO;
	(void)failed(keys, why);
	return keys_complain(keys);
}
