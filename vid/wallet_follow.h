/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wallet_follow.h - a presentation that is drawn anew before it is too old
 */
#ifndef VID_WALLET_FOLLOW_H
#define VID_WALLET_FOLLOW_H

/* A third of what a proof lasts: what is seen is always good. */
#define FOLLOW_SECONDS 20

/*
 * Call `draw` now and every FOLLOW_SECONDS until it fails or somebody presses Ctrl-C (or
 * the terminal goes away). On a terminal the screen is cleared between, and left clean.
 * CLI_YES, or what `draw` returned.
 */
int wallet_follow(int (*draw)(void *user), void *user);

#endif
