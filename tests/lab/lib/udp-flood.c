// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * udp-flood ADDRESS SECONDS: in the real KVM guest, sends UDP as fast as the socket takes it, and
 * says how often it was told that there is no room: "flood: sent=N refused=N No buffer space available".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	unsigned long sent = 0, refused = 0;
	int s = socket(AF_INET, SOCK_DGRAM, 0), one = 1, room = 1 << 26;
	static char data[1000];
	time_t end;

	/* without IP_RECVERR what the queue drops is success; with little SO_SNDBUF send() waits for room */
	if (argc != 3 || s < 0 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 ||
	    setsockopt(s, IPPROTO_IP, IP_RECVERR, &one, sizeof(one)) ||
	    setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)))
		return 1;
	end = time(NULL) + atoi(argv[2]);
	while (time(NULL) < end) {
		if (sendto(s, data, sizeof(data), 0, (struct sockaddr *)&to, sizeof(to)) == sizeof(data)) {
			sent++;
			continue;
		}
		if (errno == ENOBUFS && !refused++)
			printf("flood: %s\n", strerror(errno));
	}
	printf("flood: sent=%lu refused=%lu\n", sent, refused);
	return 0;
}
