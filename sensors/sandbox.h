/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - what a sensor does to itself once its devices and models are open
 *
 * After sandbox_enter there is no way to a file, a socket, a program, a thread or another
 * process: a parser that is taken over can compute, talk to vidd and nothing more. The
 * launcher (launch.h) has done its part before; this stands also without it.
 */
#ifndef VID_SENSORS_SANDBOX_H
#define VID_SENSORS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "libvid/reason.h"

/*
 * A life of at most `seconds`: the kernel ends the process then, even when vidd, which
 * would do it sooner, is gone or stopped. First thing in main.
 */
void sandbox_clock(unsigned seconds);

/*
 * Enter. `ioctls` are the only requests that stay allowed. Seccomp ends the process for a
 * system call that it has no business with; opening a file is answered EACCES instead,
 * since libraries look for files of their own at odd times (iconv, CPU counts). Landlock
 * is a second wall where the kernel has it; seccomp is not optional: false, with a
 * problem text, when it cannot be had.
 */
bool sandbox_enter(const unsigned long *ioctls, size_t count, struct problem *problem);

/* The same for a program that parses one message: it may read, write, get memory that is
 * no code, and end. Any other call ends it. */
bool sandbox_enter_parser(struct problem *problem);

#endif
