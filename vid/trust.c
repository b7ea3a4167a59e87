/* SPDX-License-Identifier: BSD-2-Clause */
#include "vid/trust.h"

#include <time.h>

#include "vid/cli.h"

enum trust_state trust_state(const struct issuer *issuer, int64_t now, int64_t days,
			     int64_t *until)
{
	int64_t end = issuer_valid_until(issuer, now);

	if (end < 0)
		return TRUST_ENDED;
	*until = end;
	return end - now <= days * 86400 ? TRUST_ENDS : TRUST_LASTS;
}

bool trust_complain(const struct issuer *issuer, int64_t now, int64_t days)
{
	int64_t until = 0;
	char date[64];

	switch (trust_state(issuer, now, days, &until)) {
	case TRUST_LASTS:
		return false;
	case TRUST_ENDED:
		cli_warn(_("%s: none of its keys is valid now; what it signs is refused. "
			   "Get its new file: vid issuer trust --update FILE"),
			 issuer->alias);
		return true;
	case TRUST_ENDS:
		break;
	}
	cli_time(until, date);
	cli_warn(_("%s: its last key ends at %s, in %lld days. Get its new file: vid "
		   "issuer trust --update FILE"),
		 issuer->alias, date, (long long)((until - now) / 86400));
	return true;
}

bool trust_time(const char *option, int64_t *now)
{
	*now = (int64_t)time(NULL);
	return !option || cli_number("--time", option, 0, VID_TIME_MAX, now);
}
