# shellcheck shell=sh
# What knows the table of transcripts. Sourced, with $top, the checkout; $pages, where README.md and docs/ are, is the same.
t_dir=$top/tests/lab/transcripts
t_table=${t_table:-$t_dir/table}
pages=${pages:-$top}

# (in the C locale all awks know a byte, and no other character)
t_awk() { LC_ALL=C awk "$@"; }
t_list() { t_awk -v list=1 -f "$t_dir/table.awk" "$t_table"; }
# t_names LAB [long]: the rows that are made there
t_names() { t_list | t_awk -v lab="$1" -v long="${2:-}" '$2 == lab && $5 == "made" && ($3 == "both" || long) { print $1 }'; }

# t_row NAME: its keys, as $t_KEY
t_row() {
	t_name=$1 t_page=''
	eval "$(t_awk -v only="$1" -f "$t_dir/table.awk" "$t_table")"
	[ -n "$t_page" ] || { echo "no transcript '$1' in $t_table" >&2; return 1; }
}

# Of the row: its block in the page; as the page shows an output; the shape of standard input
t_block() { t_awk -v name="$t_name" -f "$t_dir/blocks.awk" "$pages/$t_page"; }
t_shown() { LC_ALL=C t_omit=$t_omit awk -f "$t_dir/excerpt.awk" "$1"; }
t_shape() {
	if [ "$t_set" = yes ]; then t_shaped | sort -u; else t_shaped; fi
}
t_shaped() { LC_ALL=C t_repeat=$t_repeat t_mask=$t_mask awk -f "$t_dir/shape.awk"; }

# t_same OUTPUT DIR: whether its shape is that of the page's block; else what differs. DIR is for files
t_same() {
	t_shown "$1" > "$2/shown" || return
	t_block | t_shape > "$2/page"
	t_shape < "$2/shown" > "$2/now"
	diff "$2/page" "$2/now"
}

# t_splice OUTPUT DIR: it is the page's block from now on
t_splice() {
	t_shown "$1" > "$2/shown" || return
	grep -qxF -e "<!-- transcript: $t_name -->" "$pages/$t_page" || { echo "$t_page has no transcript '$t_name'" >&2; return 1; }
	t_awk -v name="$t_name" -v shown="$2/shown" -f "$t_dir/splice.awk" "$pages/$t_page" > "$2/page"
	cmp -s "$2/page" "$pages/$t_page" || cat "$2/page" > "$pages/$t_page"
}
