/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card_values.h - numbers as model cards write them, for card.c
 *
 * All answer false for anything else, and read alike in every locale.
 */
#ifndef VID_CARD_VALUES_H
#define VID_CARD_VALUES_H

#include <stdbool.h>

/* 1, -0.347, 1e-4 */
bool card_number(const char *text, double *out);

/* 96x112 */
bool card_sides(const char *text, unsigned *width, unsigned *height);

/* 127.5, or 123.7,116.8,103.9: one for all channels, or one for each. */
bool card_channels(const char *value, float out[3]);

#endif
