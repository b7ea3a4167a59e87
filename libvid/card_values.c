/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/card_values.h"

#include <math.h>
#include <string.h>

#include "libvid/bytes.h"
#include "libvid/ini.h"

#define SIDE_MAX 4096

/* Digits of `*text`, added behind those of `*sum`; returns how many there were. */
static int digits(const char **text, double *sum)
{
	int count = 0;

	for (; **text >= '0' && **text <= '9' && count < 20; count++)
		*sum = *sum * 10 + (*(*text)++ - '0');
	return count;
}

/* A decimal number like 1, -0.347 or 1e-4. Not strtod, which reads as the locale says. */
bool card_number(const char *text, double *out)
{
	double sum = 0, power = 0, sign = *text == '-' ? -1 : 1;
	int whole, fraction = 0;

	text += *text == '-';
	whole = digits(&text, &sum);
	if (*text == '.') {
		text++;
		fraction = digits(&text, &sum);
	}
	if (whole + fraction == 0)
		return false;
	if (*text == 'e') {
		double way = text[1] == '-' ? -1 : 1;

		text += 1 + (text[1] == '-');
		if (digits(&text, &power) == 0 || power > 30)
			return false;
		power *= way;
	}
	*out = sign * sum * pow(10, power - fraction);
	return *text == '\0';
}

/* "96x112" */
bool card_sides(const char *text, unsigned *width, unsigned *height)
{
	const char *cross = strchr(text, 'x');
	char first[8];
	uint64_t w, h;

	if (!cross ||
	    !bytes_to_text(bytes_of(text, (size_t)(cross - text)), first, sizeof(first)))
		return false;
	if (!ini_unsigned(first, SIDE_MAX, &w) || !ini_unsigned(cross + 1, SIDE_MAX, &h))
		return false;
	*width = (unsigned)w;
	*height = (unsigned)h;
	return true;
}

/* "127.5", or "123.7,116.8,103.9": one for all channels, or one for each. */
bool card_channels(const char *value, float out[3])
{
	char text[64], *rest = text, *word;
	double number_of;
	int count = 0;

	if (!ini_text(value, text, sizeof(text)))
		return false;
	while ((word = strsep(&rest, ","))) {
		if (count == 3 || !card_number(word, &number_of))
			return false;
		out[count++] = (float)number_of;
	}
	if (count == 1)
		out[1] = out[2] = out[0];
	return count == 1 || count == 3;
}
