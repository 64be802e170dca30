# SPDX-License-Identifier: GPL-2.0-or-later
# A made-up host for the command line's tests: no root, no kernel, no SystemTap.
# STAP_VHOST is the program; by default the one that make builds.

REL=6.12.1+deb13-amd64
HERE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
STAP_VHOST=${STAP_VHOST:-$HERE/build/stap-vhost}

# elf PATH ID [GCC-OPTION…]
elf()
{
	local path=$1 id=$2
	shift 2
	mkdir -p "${path%/*}"
	echo 'struct s { int a; } s;' |
		gcc -x c - -r -nostdlib "-Wl,--build-id=0x$id" "$@" -o "$path"
}

id_of()
{
	printf '%s' "$1" | sha1sum | cut -c1-40
}

# make_kernel_module NAME: loaded, and with its debuginfo
make_kernel_module()
{
	local dir=lib/modules/$REL/kernel

	elf "$ROOT/$dir/$1.ko" "$(id_of "$1")"
	elf "$ROOT/usr/lib/debug/$dir/$1.ko" "$(id_of "$1")" -g
	mkdir -p "$ROOT/sys/module/$1"
}

# Everything that a run needs: each test takes away what it is about
make_host()
{
	local name

	ROOT=$BATS_TEST_TMPDIR/root
	mkdir -p "$ROOT/proc/sys/kernel" "$ROOT/etc" "$ROOT/usr/src/headers"
	echo "$REL" >"$ROOT/proc/sys/kernel/osrelease"
	echo ID=debian >"$ROOT/etc/os-release"
	for name in vhost vhost_net tun; do
		make_kernel_module "$name"
	done
	elf "$ROOT/usr/lib/debug/boot/vmlinux-$REL" "$(id_of vmlinux)" -g
	ln -s /usr/src/headers "$ROOT/lib/modules/$REL/build"
	touch "$ROOT/usr/src/headers/Makefile" "$ROOT/usr/src/headers/.config"
	printf '0x1\tuprobe_unregister_nosync\tvmlinux\tEXPORT_SYMBOL_GPL\t\n' \
		>"$ROOT/usr/src/headers/Module.symvers"

	DATA=$BATS_TEST_TMPDIR/data
	mkdir -p "$DATA/scripts" "$DATA/tapsets"
	echo 'probe begin { exit() }' >"$DATA/scripts/host-queryqemu.stp"
	echo 'probe begin { exit() }' >"$DATA/scripts/host-queryvhost.stp"
	export STAP_VHOST_SYSROOT=$ROOT STAP_VHOST_DATADIR=$DATA
	export STAP_VHOST_CACHE=$BATS_TEST_TMPDIR/cache
	unset SYSTEMTAP_DEBUGINFO_PATH SYSTEMTAP_RUNTIME SYSTEMTAP_DIR XDG_CACHE_HOME DEBUGINFOD_URLS
	make_stap 'printf "arg %s\n" "$@"; env | grep -E "^(STAP_[PB]|SYSTEMTAP_)" | sort'
	make_staprun 'printf "arg %s\n" "$@"; env | grep -E "^STAP_[PB]" | sort'
}

# module PATH RELEASE GLOBAL:TYPE… - what stap makes, as far as we look at it
module()
{
	local path=$1 release=$2 word
	shift 2
	{
		echo '.section .modinfo, "a"'
		echo ".asciz \"vermagic=$release SMP preempt mod_unload \""
		for word; do echo ".asciz \"parmtype=$word\""; done
		echo '.section .gnu.linkonce.this_module, "aw"'
		echo '.zero 64'
	} | gcc -x assembler -c - -o "$path"
}

# A stub where the real stap can't be used: the shell code $1 stands for what it
# does before it has made the module that it was asked for. A stub that has set a trap
# runs no "$(command)" after it: bash 5.2 parses a trap's command that comes meanwhile as
# a part of that, and finds no ")"
make_stap()
{
	export STAP_VHOST_STAP=$BATS_TEST_TMPDIR/stap MADE=$BATS_TEST_TMPDIR/made.ko
	[ -e "$MADE" ] || module "$MADE" "$REL" pid:string summary:int64_t who:string argc:int64_t argv_1:string
	cat >"$STAP_VHOST_STAP" <<-EOF
		#!/bin/bash
		if [ "\$1" = --version ]; then
			echo 'Systemtap translator/driver (version 5.1/0.192, Debian version 5.1-5)'
			exit 0
		fi
		$1
		while [ \$# -gt 0 ]; do
			if [ "\$1" = -m ]; then cp "$MADE" "\$2.ko" || exit 1; fi
			shift
		done
	EOF
	chmod +x "$STAP_VHOST_STAP"
}

# Likewise staprun: $1 stands for the script that runs
make_staprun()
{
	export SYSTEMTAP_STAPRUN=$BATS_TEST_TMPDIR/staprun
	cat >"$SYSTEMTAP_STAPRUN" <<-EOF
		#!/bin/bash
		case \$1 in
		-V) echo "Systemtap module loader/runner (version \${STAPRUN_VERSION:-5.1}, Debian)"; exit 0 ;;
		-d) rm -r "$ROOT/sys/module/\$2"; exit ;;
		esac
		$1
	EOF
	chmod +x "$SYSTEMTAP_STAPRUN"
}

# The module of a script in the cache
cached()	# SCRIPT-AS-MODULE
{
	echo "$STAP_VHOST_CACHE"/modules/*/"stap_vhost_$1.ko"
}

# heard COMMAND…: becomes the command, with the signals that end it as a terminal's shell gives them. What began us
# may ignore some: nohup does, and a shell for what it starts with &
heard()
{
	exec env --default-signal=HUP,INT,QUIT,TERM "$@"
}

# What a test runs with its words apart: $status, $out, $err
# shellcheck disable=SC2034 # the tests use them
try()
{
	status=0
	"$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/out")
	err=$(cat "$BATS_TEST_TMPDIR/err")
}

# Says what differs, since bats only shows that something does
expect()
{
	if [ "$1" != "$2" ]; then
		printf 'is:     %s\nwanted: %s\nstderr: %s\n' "$1" "$2" "$err"
		return 1
	fi
}

expect_in()
{
	if [[ "$1" != *"$2"* ]]; then
		printf 'is:     %s\nwanted: …%s…\n' "$1" "$2"
		return 1
	fi
}

expect_not_in()
{
	if [[ "$1" == *"$2"* ]]; then
		printf 'is:       %s\nunwanted: …%s…\n' "$1" "$2"
		return 1
	fi
}

# What a terminal of $1 columns gets of a command, to $out
in_terminal()	# COLUMNS COMMAND…
{
	local columns=$1
	shift
	out=$(python3 - "$columns" "$@" <<-'EOF'
		import fcntl, os, pty, struct, sys, termios
		pid, fd = pty.fork()
		if not pid:
		    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("4H", 24, int(sys.argv[1]), 0, 0))
		    os.environ["TERM"] = "xterm"
		    os.execv(sys.argv[2], sys.argv[2:])
		text = b""
		while True:
		    try:
		        more = os.read(fd, 65536)
		    except OSError:
		        break
		    if not more:
		        break
		    text += more
		os.waitpid(pid, 0)
		sys.stdout.buffer.write(text.replace(b"\r\n", b"\n"))
	EOF
	)
}

# json EXPRESSION: of the answer, d
json()
{
	python3 -c "import json, sys; d = json.load(sys.stdin); print($1)" <<<"$out"
}

# For tests of what has to pass the check of privileges
need_privileges()
{
	[ "$(id -u)" = 0 ] || skip "only root gets as far as running stap"
}

# process PID COMM CMDLINE DEVICE [TAP…]
process()
{
	local dir=$ROOT/proc/$1 fd=10 tap
	mkdir -p "$dir/fd" "$dir/fdinfo"
	echo "$2" >"$dir/comm"
	printf "$3" >"$dir/cmdline"
	ln -s "/dev/$4" "$dir/fd/9"
	for tap in "${@:5}"; do
		ln -s /dev/net/tun "$dir/fd/$fd"
		printf 'pos:\t0\niff:\t%s\n' "$tap" >"$dir/fdinfo/$fd"
		fd=$((fd + 1))
	done
}

# make_tracefs: $T, plain files; a pipe in which a call was recorded
make_tracefs()
{
	local file

	T=$ROOT/sys/kernel/tracing
	mkdir -p "$T/options" "$T/instances" "$T/per_cpu/cpu0"
	echo 'function_graph function nop' >"$T/available_tracers"
	printf 'handle_tx [vhost_net]\nhandle_rx [vhost_net]\nschedule\n' >"$T/available_filter_functions"
	for file in current_tracer=nop tracing_on=1 tracing_cpumask=3 max_graph_depth=0 tracing_thresh=0 set_event= \
		"set_ftrace_pid=no pid" "set_ftrace_notrace_pid=no pid" "buffer_size_kb=7 (expanded: 1408)" \
		"set_ftrace_filter=#### all functions enabled ####" "set_ftrace_notrace=#### no functions disabled ####" \
		"set_graph_function=#### all functions enabled ####" "set_graph_notrace=#### no functions disabled ####" \
		options/funcgraph-abstime=0 options/funcgraph-irqs=1 options/function-fork=0; do
		echo "${file#*=}" >"$T/${file%%=*}"
	done
	printf '# tracer: function_graph\n#\n' >"$T/trace"
	printf 'entries: 0\noverrun: 0\ndropped events: 0\n' >"$T/per_cpu/cpu0/stats"
	printf ' 0)   1.234 us    |  handle_tx [vhost_net]();\n' >"$T/trace_pipe"
}

# as_schema SCHEMA FILE: FILE is what it says, and has nothing that it doesn't: each of FILE's objects with a key more is refused
as_schema()
{
	python3 - "$@" <<-'EOF'
		import json, jsonschema, sys
		schema, data = (json.load(open(f)) for f in sys.argv[1:])
		v = getattr(jsonschema, "Draft202012Validator")
		v.check_schema(schema)
		def strict(s):
		    if isinstance(s, dict) and "object" in s.get("type", []) and "properties" in s:
		        s.setdefault("additionalProperties", False)
		    for x in s.values() if isinstance(s, dict) else s if isinstance(s, list) else ():
		        strict(x)
		strict(schema)
		v = v(schema)
		errors = [f"{list(e.path)}: {e.message}" for e in v.iter_errors(data)]
		assert not errors, "\n".join(errors)
		# one of each kind: where it is, without the places in arrays
		kinds = {}
		def objects(x, where):
		    if isinstance(x, dict):
		        kinds.setdefault(where, x)
		    for k, y in x.items() if isinstance(x, dict) else enumerate(x) if isinstance(x, list) else ():
		        objects(y, where + ("[]" if isinstance(k, int) else "." + k))
		objects(data, "")
		for where, x in kinds.items():
		    x["nobody_knows"] = []
		    assert not v.is_valid(data), f"a key that nobody knows passes in '{where}'"
		    del x["nobody_knows"]
	EOF
}

# Before a test's first as_schema
need_jsonschema()
{
	python3 -c 'import jsonschema' 2>/dev/null || skip "no python3-jsonschema"
}
