# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Completion of stap-vhost in bash, with or without the package bash-completion. What may
# stand where is known to the program alone, and is asked for there.

# The files that @cur begins: all, or directories and those that end in $1
_stap_vhost_files()
{
	local name

	while IFS= read -r name; do
		if [[ -z $1 || -d ${name/#~\//$HOME/} || $name == *"$1" ]]; then
			COMPREPLY+=("$prefix$name")
		fi
	done < <(compgen -f -- "$cur")
	# bash then quotes them, and ends a directory with a slash
	compopt -o filenames 2>/dev/null
}

_stap_vhost()
{
	local program=${COMP_WORDS[0]} cur='' prefix='' word answer glue='' n=0
	local -a words=()

	COMPREPLY=()
	# --release=6 comes as three words where '=' breaks words
	for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
		if ((n)) && [[ $word == = || $glue ]]; then
			words[n - 1]+=$word
		else
			words[n++]=$word
		fi
		[[ $word == = ]] && glue=1 || glue=
	done
	if ((n)); then cur=${words[n - 1]}; fi
	if [[ $cur == --*=* ]]; then
		prefix=${cur%%=*}=
		cur=${cur#*=}
		if [[ $COMP_WORDBREAKS == *=* ]]; then prefix=; fi
	fi
	while IFS= read -r answer; do
		case $answer in
		:file*)
			answer=${answer#:file}
			_stap_vhost_files "${answer# }" ;;
		:dir)
			_stap_vhost_files / ;;	# no name ends so: directories are left
		"$cur"*)
			printf -v answer %q "$answer"
			COMPREPLY+=("$prefix$answer") ;;
		esac
	done < <("${program/#~\//$HOME/}" help --complete -- "${words[@]}" 2>/dev/null)
	return 0
}

complete -F _stap_vhost stap-vhost
