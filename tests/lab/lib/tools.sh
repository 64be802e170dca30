# shellcheck shell=sh
# The small tools of whoever runs a test in the lab's machine: busybox's, linked statically.
# One of them is a process of 8 ms there, one of the distribution's 55 to 80 ms, most of it the
# dynamic linker's. What is tested finds the distribution's: they are functions of this shell
# alone, and `command grep` is the other one.
for tool in cat cmp cp cut date diff find grep head ls lsmod mkdir mkfifo mktemp mv readlink rm sed seq sleep sort stat sysctl tail \
		touch tr umount uname wc xargs; do
	eval "$tool() { /bin/busybox $tool \"\$@\"; }"
done
