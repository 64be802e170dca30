# SPDX-License-Identifier: GPL-2.0-or-later
# A page with another block below the comment of transcript `name`: the file `shown`, indented by four.
$0 == "<!-- transcript: " name " -->" {
	print
	while ((getline text < shown) > 0) print (text == "" ? "" : "    " text)
	old = 1
	next
}
old && (/^    / || $0 == "") { next }
old { old = 0; print "" }
{ print }
