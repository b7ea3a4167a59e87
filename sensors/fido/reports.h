/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reports.h - what vid-fido says, checked: every number within its range, every field
 * within its length, before client.c hands anything on
 */
#ifndef VID_FIDO_REPORTS_H
#define VID_FIDO_REPORTS_H

#include "libvid/wire.h"
#include "sensors/fido/client.h"

/*
 * Into a report that was wiped. VID_OK; the reason that the sensor gives for its own end;
 * VID_SENSOR_FAILED with a problem text for what is out of bounds or out of order, by
 * what `fido` has heard so far, which is brought up to date.
 */
enum vid_reason fido_report_read(const struct wire_frame *frame, struct fido *fido,
				 struct fido_report *report, struct problem *problem);

#endif
