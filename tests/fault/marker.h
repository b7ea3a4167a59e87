/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * marker.h - the system call by which login_app.c tells fault.c which phase begins
 *
 * prctl(FAULT_MARKER, phase): an operation that no kernel knows, so it fails with EINVAL
 * and changes nothing.
 */
#ifndef TESTS_FAULT_MARKER_H
#define TESTS_FAULT_MARKER_H

#define FAULT_MARKER 0x56494446

enum fault_phase {
	FAULT_NONE = 0,
	FAULT_AUTH = 1,
	FAULT_CRED = 2,
	FAULT_ACCT = 4,
	FAULT_SESSION = 8,
};

#endif
