# SPDX-License-Identifier: BSD-2-Clause
# The command line: one file a command, the table of them in vid/commands.h.
bin_PROGRAMS += vid/vid

vid_vid_SOURCES = \
	vid/main.c vid/commands.h \
	vid/cli.h vid/cli.c vid/options.c vid/output.c vid/passphrase.c \
	vid/carrier.h vid/carrier.c vid/diagnose.h vid/diagnose.c vid/cbor_json.c \
	vid/holder.h vid/holder.c vid/issuer_dir.h vid/issuer_dir.c \
	vid/qr.h vid/qr.c vid/sealed.h vid/sealed.c \
	vid/account.h vid/account.c vid/account_add.c vid/account_compile.c \
	vid/account_check.c vid/account_explain.c vid/explanation.h vid/explanation.c \
	vid/account_ledger.c vid/account_rules.c vid/alias_use.h vid/alias_use.c vid/account_list.c vid/account_map.c vid/account_release.c vid/account_remove.c \
	vid/camera_list.c \
	vid/host_init.c vid/host_show.c \
	vid/issuer_export.c vid/issuer_init.c vid/issuer_issue.c vid/issuer_list.c \
	vid/issuer_trust.c \
	vid/token_show.c vid/token_verify.c \
	vid/wallet_find.h vid/wallet_find.c vid/wallet_init.c vid/wallet_show.c
vid_vid_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(JANSSON_CFLAGS) $(QRENCODE_CFLAGS) \
	$(PNG_CFLAGS)
vid_vid_LDADD = libvidqr.la libvidpreview.la libvidsensors.la libvid.la $(SODIUM_LIBS) $(JANSSON_LIBS) $(QRENCODE_LIBS) \
	$(PNG_LIBS) -lm

# Faces: seen by vid-camera.
vid_vid_SOURCES += \
	vid/faces.h vid/faces.c vid/owner.h vid/owner.c \
	vid/references.h vid/references.c \
	vid/face_consent.h vid/face_consent.c \
	vid/face_compare.c vid/face_enroll.c vid/face_list.c vid/face_remove.c \
	vid/enrolment.h vid/enrol_camera.c vid/enrol_files.c vid/guide.h vid/guide.c \
	vid/face_preview.c vid/drawing.h vid/drawing.c vid/letters.c vid/presence.h vid/presence.c vid/blocks.h vid/blocks.c vid/enrolled.h vid/enrolled.c vid/labels.h vid/labels.c vid/stored.h vid/stored.c

# What is stored of a face: by its files' names, and the issuer's part of it.
vid_vid_SOURCES += vid/face_files.h vid/face_files.c vid/reference.h vid/reference.c

# How well liveness is told.
vid_vid_SOURCES += vid/stats.h vid/stats.c \
	vid/pad.h vid/pad.c vid/pad_page.c vid/face_pad_report.c vid/page.h vid/page.c

# Claim-169 cards, and public keys in the forms that their issuers publish.
vid_vid_SOURCES += vid/card.h vid/card.c vid/card_show.c vid/key_option.h vid/key_option.c
# Status lists: revoked, published, fetched, looked up.
vid_vid_SOURCES += \
	vid/revocation.h vid/revocation.c vid/issuer_revoke.c vid/issuer_suspend.c \
	vid/issuer_restore.c vid/issuer_publish.c \
	vid/fetch.h vid/fetch.c vid/fetch_child.c vid/lists.h vid/lists.c \
	vid/status_folder.h vid/status_folder.c \
	vid/status_lookup.c vid/status_show.c vid/status_update.c
vid_vid_CPPFLAGS += $(CURL_CFLAGS)
vid_vid_LDADD += $(CURL_LIBS)
# Trust that holds over time.
vid_vid_SOURCES += \
	vid/issuer_rotate.c vid/issuer_update.h vid/issuer_update.c vid/issuer_untrust.c \
	vid/trusted.h vid/trusted.c \
	vid/trust.h vid/trust.c vid/trust_list.c vid/trust_check.c \
	vid/clock_show.c vid/clock_reset.c \
	vid/marks.h vid/marks.c vid/anchor_show.c vid/anchor_recover.c vid/anchor_forget.c \
	vid/wallet_follow.h vid/wallet_follow.c
# How often the face engine errs.
vid_vid_SOURCES += vid/scores.c vid/people.h vid/people.c vid/survey.h vid/survey.c \
	vid/evaluation.h vid/evaluation.c vid/matching.c \
	vid/evaluate.h vid/evaluate_json.c vid/evaluate_page.c \
	vid/evaluate_plot.h vid/evaluate_plot.c vid/face_evaluate.c \
	vid/calibration.h vid/calibration.c vid/calibration_text.c vid/face_calibrate.c
# Face models: installed, listed, tried, removed.
vid_vid_SOURCES += vid/models.h vid/models.c vid/model_source.h vid/model_source.c \
	vid/model_place.h vid/model_place.c vid/model_install.c vid/model_list.c \
	vid/model_check.c vid/model_remove.c
# Security keys: seen by vid-fido.
vid_vid_SOURCES += vid/keys.h vid/keys.c vid/key_choice.c \
	vid/key_realm.h vid/key_realm.c vid/key_token.h vid/key_token.c \
	vid/key_face.h vid/key_face.c \
	vid/key_load.h vid/key_load.c vid/key_kept.h vid/key_kept.c \
	vid/key_enroll.c vid/key_store.c vid/key_list.c vid/key_read.c \
	vid/key_remove.c vid/key_secret.c
# What systemd is told of the accounts.
vid_vid_SOURCES += vid/account_publish.c
