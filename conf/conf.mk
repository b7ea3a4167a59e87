# SPDX-License-Identifier: BSD-2-Clause
# What is known of each network; the networks themselves are installed by the user.
cardsdir = $(viddatadir)/models
dist_cards_DATA = \
	conf/models/basic.model \
	conf/models/face_detection_yunet_2022mar.model \
	conf/models/face_detection_yunet_2023mar.model \
	conf/models/frr0095.model
