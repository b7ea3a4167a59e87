/* SPDX-License-Identifier: BSD-2-Clause */
#include "libvid/wire.h"
