/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "pam_vid/pam_vid.h"

#include <security/pam_ext.h>
#include <string.h>
#include <syslog.h>

#include "libvid/limits.h"

/* Seconds, 1..VID_DEADLINE_MAX; 0 for anything else. */
static unsigned seconds_of(const char *text)
{
	unsigned sum = 0;

	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		sum = sum * 10 + (unsigned)(*text - '0');
		if (sum > VID_DEADLINE_MAX)
			return 0;
	}
	return sum;
}

void options_read(pam_handle_t *pamh, int argc, const char **argv,
		  struct options *options)
{
	*options = (struct options){ .deadline = 0, .debug = false };
	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "debug")) {
			options->debug = true;
		} else if (!strncmp(argv[i], "deadline=", 9) && seconds_of(argv[i] + 9)) {
			options->deadline = seconds_of(argv[i] + 9);
		} else {
			pam_syslog(pamh, LOG_WARNING, "unknown argument '%.64s'",
				   argv[i]);
		}
	}
}
