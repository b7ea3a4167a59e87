/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vidd that the module under test starts itself: grants when it was started as
 * PATH_VIDD has to be (S29, S31), says INTERNAL otherwise. What it was told behind a
 * login is a line in the file "told": the number of the frame, and the note. With a file
 * "hang" beside its socket it does nothing for ever; with one "refuse" it refuses that.
 */
#include "config.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libvid/paths.h"
#include "libvid/reason.h"
#include "libvid/wire.h"

extern char **environ;

/* A sanitizer handles these from the first instruction on. */
static bool is_sanitizers(int signal)
{
#ifdef __SANITIZE_ADDRESS__
	return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE;
#else
	(void)signal;
	return false;
#endif
}

static bool signals_are_default(void)
{
	struct sigaction action;
	sigset_t blocked;

	for (int i = 1; i < NSIG; i++)
		if (!is_sanitizers(i) && sigaction(i, NULL, &action) == 0 &&
		    action.sa_handler != SIG_DFL)
			return false;
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	for (int i = 1; i < NSIG; i++)
		if (sigismember(&blocked, i) == 1)
			return false;
	return true;
}

/* 0, 1, 2, and the one that looks. */
static bool descriptors_are_closed(void)
{
	DIR *folder = opendir("/proc/self/fd");
	const struct dirent *entry;
	bool good = true;

	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.' && atoi(entry->d_name) > 2 &&
		    atoi(entry->d_name) != dirfd(folder))
			good = false;
	closedir(folder);
	return good;
}

static const char *fault(int argc, char **argv)
{
	char here[64];
	struct stat out;

	/* "session" is the only argument that pam_vid has for it */
	if (argc > 2 || (argc == 2 && strcmp(argv[1], "session") != 0) || environ[0])
		return "environment";
	if (!getcwd(here, sizeof(here)) || strcmp(here, "/") != 0)
		return "folder";
	if (getsid(0) != getpid())
		return "session";
	if (!signals_are_default())
		return "signals";
	if (!descriptors_are_closed())
		return "descriptors";
	if (fstat(1, &out) < 0 || !S_ISCHR(out.st_mode) || fstat(2, &out) < 0 ||
	    !S_ISCHR(out.st_mode))
		return "output";
	return NULL;
}

/* Whose note is that? Told to whoever looks. */
static bool note_told(const struct wire_frame *frame, char *account, size_t size)
{
	static const char about[] = "a note of ";
	FILE *file = fopen(VID_RUNDIR "/told", "ae");
	char note[64];

	if (!file || !wire_get_text(frame, PAM_FIELD_GRANT, note, sizeof(note)) ||
	    strncmp(note, about, strlen(about)) != 0)
		return false;
	(void)fprintf(file, "%u %s\n", frame->type, note);
	(void)snprintf(account, size, "%s", note + strlen(about));
	return fclose(file) == 0;
}

static void put_grant(struct wire_frame *frame, const char *account)
{
	char note[128];

	(void)snprintf(note, sizeof(note), "a note of %s", account);
	wire_put_text(frame, PAM_FIELD_GRANT, note);
	wire_put_text(frame, PAM_FIELD_SUBJECT, "AAAAAAAAAAAAAAAAAAAAAA");
	wire_put_text(frame, PAM_FIELD_ISSUER, "example");
	wire_put_text(frame, PAM_FIELD_ASSURANCE, "holder+face");
}

int main(int argc, char **argv)
{
	struct wire_frame frame;
	const char *why = fault(argc, argv);
	char account[64];
	bool login;

	if (access(VID_RUNDIR "/hang", F_OK) == 0)
		for (;;)
			pause();
	if (wire_receive(0, &frame, wire_now() + 5000, -1) != WIRE_OK)
		return 1;
	login = frame.type == PAM_FRAME_ASK;
	if (login ? !wire_get_text(&frame, PAM_FIELD_ACCOUNT, account, sizeof(account))
		  : !note_told(&frame, account, sizeof(account)))
		return 1;
	if (!login && access(VID_RUNDIR "/refuse", F_OK) == 0)
		why = "refuse";
	wire_start(&frame, PAM_FRAME_VERDICT);
	wire_put_u32(&frame, PAM_FIELD_VERDICT, why ? VERDICT_ABORT : VERDICT_GRANTED);
	wire_put_text(&frame, PAM_FIELD_ACCOUNT, account);
	wire_put_text(&frame, PAM_FIELD_REASON, why ? why : "OK");
	if (login && !why)
		put_grant(&frame, account);
	return wire_send(0, &frame, wire_now() + 1000) != WIRE_OK;
}
