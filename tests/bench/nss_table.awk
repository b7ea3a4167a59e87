# SPDX-License-Identifier: BSD-2-Clause
#
# COUNT SOURCE FIGURE VALUE, as nss_sources.sh prints them, to a table for each COUNT: ours
# first, behind each other figure how many times ours it is. With -v markdown=1 for a README.

BEGIN {
	split("vid files extrausers db cache sss systemd userdbd", source)
	split("ours,files,extrausers,nss-db,nss-cache,sss,systemd,systemd+userdbd", title, ",")
	sources = 8
	row("first-name", "first lookup, by name", "ns")
	row("first-uid", "first lookup, by uid", "ns")
	row("first-no-name", "first lookup, no such name", "ns")
	row("first-no-uid", "first lookup, no such uid", "ns")
	row("first-groups", "first initgroups", "ns")
	row("load-name", "first by name, module loaded by it", "ns")
	row("later-name", "next hit, by name", "ns")
	row("later-uid", "next hit, by uid", "ns")
	row("later-identity", "next hit, by identity", "ns")
	row("later-no-name", "next miss, by name", "ns")
	row("later-no-uid", "next miss, by uid", "ns")
	row("later-groups", "next initgroups", "ns")
	row("walk", "getpwent over all", "ns")
	row("VmSize:", "mapped by 1,000 lookups", "KiB")
	row("Rss:", "of it resident", "KiB")
	row("Anonymous:", "of it private", "KiB")
	row("daemons", "memory of its daemons", "KiB")
	row("compile", "data made, or daemon ready", "s")
	row("compile-kib", "peak memory of making it", "KiB")
	row("size", "size of its data", "bytes")
	row("find", "find / -nouser -maxdepth 4", "find")
	row("strangers", "find over 1,000 files of nobody's", "find")
}

function row(figure, text, of)
{
	figures[++rows] = figure
	label[rows] = text
	unit[rows] = of
}

!($1 in seen) { seen[$1]; counts[++count_of] = $1 }
$3 == "why" {
	reason = $0
	sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", reason)
	why[$1, $2] = reason
	next
}
{ value[$1, $2, $3] = $4 }

function round(x) { return sprintf(x < 0.095 ? "%.1g" : x < 9.95 ? "%.1f" : "%.0f", x) }

function scaled(x, words,    word, i)
{
	split(words, word)
	for (i = 1; x >= 1000 && word[i + 1]; i++)
		x /= 1000
	return (i == 1 ? sprintf("%.0f", x) : round(x)) " " word[i]
}

function told(x, of)
{
	if (of == "ns") return scaled(x, "ns µs ms s")
	if (of == "s") return scaled(x * 1000, "ms s")
	if (of == "KiB") return scaled(x * 1.024, "kB MB GB")
	return scaled(x, "B kB MB GB")
}

function cell(n, s, of,    at, ours, figure)
{
	figure = figures[n]
	at = value[counts[c], source[s], figure]
	ours = value[counts[c], "vid", figure]
	if (at == "") return "-"
	if (at !~ /^-?[0-9.]+$/) return at == "slow" ? "not within 30 s" : at
	if (of == "find") {
		ours = value[counts[c], source[s], figure "-alone"]
		return told(at, "ns") (ours + 0 > 0 && source[s] != "files" ? \
			sprintf(" (%.2f× files)", at / ours) : "")
	}
	return told(at, of) (s > 1 && ours + 0 > 0 && at > 0 ? " (" round(at / ours) "×)" : "")
}

function commas(n)
{
	while (match(n, /^[0-9][0-9][0-9][0-9]+/))
		n = substr(n, 1, RLENGTH - 3) "," substr(n, RLENGTH - 2)
	return n
}

# Of bytes: µ and × have two, and mawk counts them so.
function pad(text, width,    wide)
{
	wide = text
	gsub(/µ|×/, "x", wide)
	return text sprintf("%*s", width > length(wide) ? width - length(wide) : 0, "")
}

function line(first, cells, n,    text, s)
{
	text = markdown ? "| " first " |" : pad(first, 34)
	for (s = 1; s <= n; s++)
		text = text (markdown ? " " cells[s] " |" : " " pad(cells[s], 22))
	sub(/ +$/, "", text)
	print text
}

END {
	for (c = 1; c <= count_of; c++) {
		line(commas(counts[c]) " accounts", title, sources)
		for (s = 1; s <= sources; s++) rule[s] = "---:"
		if (markdown) line("---", rule, sources)
		for (n = 1; n <= rows; n++) {
			for (s = 1; s <= sources; s++) cells[s] = cell(n, s, unit[n])
			line(label[n], cells, sources)
		}
		print ""
		for (s = 1; s <= sources; s++)
			if ((counts[c], source[s]) in why)
				print title[s] ": " why[counts[c], source[s]] (markdown ? "\n" : "")
		print ""
	}
}
