/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evidence.h - what a camera's report says of liveness, in the words of the judge
 */
#ifndef VID_CAMERA_EVIDENCE_H
#define VID_CAMERA_EVIDENCE_H

#include "libvid/liveness.h"
#include "sensors/camera/client.h"

/* Of a FACE or POOR report; its embedding stays the report's. */
struct liveness_frame evidence_of(const struct camera_report *report);

#endif
