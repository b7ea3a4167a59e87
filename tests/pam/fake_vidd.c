/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vidd that the module under test starts itself: grants when it was started as
 * PATH_VIDD has to be (S29, S31), says INTERNAL otherwise. With a file "hang" beside its
 * socket it does nothing for ever.
 */
#include "config.h"

#include <dirent.h>
#include <signal.h>
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

static const char *fault(int argc)
{
	char here[64];
	struct stat out;

	if (argc != 1 || environ[0])
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

int main(int argc, char **argv)
{
	struct wire_frame frame;
	const char *why = fault(argc);
	char account[64];

	(void)argv;
	if (access(VID_RUNDIR "/hang", F_OK) == 0)
		for (;;)
			pause();
	if (wire_receive(0, &frame, wire_now() + 5000, -1) != WIRE_OK)
		return 1;
	if (!wire_get_text(&frame, PAM_FIELD_ACCOUNT, account, sizeof(account)))
		return 1;
	wire_start(&frame, PAM_FRAME_VERDICT);
	wire_put_u32(&frame, PAM_FIELD_VERDICT, why ? VERDICT_ABORT : VERDICT_GRANTED);
	wire_put_text(&frame, PAM_FIELD_ACCOUNT, account);
	wire_put_text(&frame, PAM_FIELD_REASON, why ? why : "OK");
	return wire_send(0, &frame, wire_now() + 1000) != WIRE_OK;
}
