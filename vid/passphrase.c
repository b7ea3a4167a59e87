/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * passphrase.c - a passphrase from the terminal or from a file, never from the
 * environment
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "libvid/cleanup.h"
#include "vid/cli.h"

void cli_passphrase_wipe(struct cli_passphrase *passphrase)
{
	sodium_memzero(passphrase, sizeof(*passphrase));
}

/* Read one line, byte by byte so that nothing behind it is consumed. */
static bool read_line(int fd, struct cli_passphrase *out)
{
	char c = 0;
	ssize_t got;

	out->len = 0;
	for (;;) {
		do
			got = read(fd, &c, 1);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return false;
		if (got == 0 || c == '\n' || c == '\0')
			break;
		if (out->len == CLI_PASSPHRASE_MAX) {
			errno = E2BIG;
			return false;
		}
		out->at[out->len++] = c;
	}
	if (out->len && out->at[out->len - 1] == '\r')
		out->len--;
	out->at[out->len] = '\0';
	return true;
}

static bool from_file(const char *path, struct cli_passphrase *out)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		cli_fail(_("cannot read %s: %s"), path, strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode)) {
		cli_fail(_("%s is a directory"), path);
		return false;
	}
	if (st.st_mode & 077) {
		cli_fail(_("%s can be read by others; chmod 600 it first"), path);
		return false;
	}
	if (!read_line(fd, out)) {
		cli_fail(_("cannot read %s: %s"), path, strerror(errno));
		return false;
	}
	return true;
}

static void write_all(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len) {
		ssize_t put = write(fd, text, len);

		if (put <= 0)
			return;
		text += put;
		len -= (size_t)put;
	}
}

/*
 * Echo is off while this waits, and a signal must not leave it off: the signals that end
 * or stop us are blocked and watched through a descriptor, so that they take their usual
 * effect only after the terminal is restored. 1 line read, 0 a signal came first, -1.
 */
static int ask_once(int tty, const char *prompt, const sigset_t *signals,
		    struct cli_passphrase *out)
{
	AUTO_CLOSE int watch = signalfd(-1, signals, SFD_CLOEXEC);
	struct pollfd wait[2] = { { .fd = tty, .events = POLLIN },
				  { .fd = watch, .events = POLLIN } };
	struct termios old, quiet;
	int result = -1;

	if (watch < 0 || tcgetattr(tty, &old) < 0)
		return -1;
	quiet = old;
	quiet.c_lflag = (quiet.c_lflag & ~(tcflag_t)ECHO) | ICANON | ISIG;
	if (tcsetattr(tty, TCSAFLUSH, &quiet) < 0)
		return -1;
	write_all(tty, prompt);
	while (poll(wait, 2, -1) < 0)
		if (errno != EINTR)
			goto restore;
	if (wait[1].revents)
		result = 0;
	else if (read_line(tty, out))
		result = 1;
restore:
	(void)tcsetattr(tty, TCSAFLUSH, &old);
	write_all(tty, "\n");
	return result;
}

static bool ask(int tty, const char *prompt, struct cli_passphrase *out)
{
	static const int kinds[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP };
	sigset_t signals, before;
	int result;

	sigemptyset(&signals);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		sigaddset(&signals, kinds[i]);
	do {
		sigprocmask(SIG_BLOCK, &signals, &before);
		result = ask_once(tty, prompt, &signals, out);
		/* A signal that waits ends us here, or stops us until we are continued.
		 */
		sigprocmask(SIG_SETMASK, &before, NULL);
	} while (result == 0);
	if (result < 0)
		cli_fail(_("cannot read from the terminal: %s"), strerror(errno));
	return result > 0;
}

static bool from_terminal(const char *prompt, const struct cli_secret_words *words,
			  struct cli_passphrase *out)
{
	AUTO(cli_passphrase_wipe) struct cli_passphrase again = { .len = 0 };
	AUTO_CLOSE int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (tty < 0) {
		cli_fail("%s", _(words->no_terminal));
		return false;
	}
	if (!ask(tty, prompt, out))
		return false;
	if (!words->again)
		return true;
	if (!ask(tty, _(words->again), &again))
		return false;
	if (again.len != out->len || sodium_memcmp(again.at, out->at, out->len) != 0) {
		cli_fail("%s", _(words->differ));
		return false;
	}
	return true;
}

bool cli_secret(const char *file, const char *prompt,
		const struct cli_secret_words *words, struct cli_passphrase *out)
{
	bool got;

	*out = (struct cli_passphrase){ .len = 0 };
	got = file ? from_file(file, out) : from_terminal(prompt, words, out);
	if (got && out->len == 0) {
		cli_fail("%s", _(words->empty));
		got = false;
	}
	if (!got)
		cli_passphrase_wipe(out);
	return got;
}

bool cli_passphrase(const char *file, const char *prompt, bool fresh,
		    struct cli_passphrase *out)
{
	const struct cli_secret_words words = {
		.no_terminal = N_("there is no terminal to ask for a passphrase; give "
				  "one with --passphrase-file FILE"),
		.empty = N_("the passphrase is empty"),
		.again = fresh ? N_("The same passphrase again: ") : NULL,
		.differ = N_("the two passphrases differ; nothing was done"),
	};

	if (!cli_secret(file, prompt, &words, out))
		return false;
	if (!fresh || out->len >= CLI_PASSPHRASE_MIN)
		return true;
	cli_fail(_("the passphrase is too short: at least %d characters"),
		 CLI_PASSPHRASE_MIN);
	cli_passphrase_wipe(out);
	return false;
}
