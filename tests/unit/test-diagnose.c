// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <ctype.h>
#include <stdio.h>

#include "base/str.h"
#include "base/strv.h"
#include "diagnose/diagnose.h"
#include "dump/dump.h"
#include "watch.h"

struct test_case {
	const char *what, *changes, *want;
};

/* Nothing is to be said of these */
static const struct test_case healthy[] = {
	{ "a worker that is kept from its CPU has its work with it", TX_WAITS "WORKER state R\n",
	  "" },
	{ "idle", "", "" },
	{ "a flood from the guest",
	  TX_MOVES "RING TX0 avail_idx +5000\nWORKER state R\nWORKER pending 1\nTASK run_ns +990000000\n"
	  "TASK wait_ns +300000000\nVQ TX0 busy ~0,1,1\nCOUNT TX0 end_turn +90\n", "" },
	{ "the same with the ring full in every sample",
	  TX_MOVES "VQ TX0 last_avail_idx 65300,4764,9764,14764,19764,24764,29764,34764,39764,44764,49764\n"
	  "VQ TX0 last_used_idx 65280,4744,9744,14744,19744,24744,29744,34744,39744,44744,49744\n"
	  "VQ TX0 used_flags 1\nVQ TX0 busy 1\n", "" },
	{ "a flood to the guest, without drops",
	  RX_MOVES "TAP ring_fill ~3,700,20,0,650\nNET RX0 batched ~0,64\nTASK run_ns +950000000\n"
	  "TASK wait_ns +100000000\n", "" },
	{ "at the guest's capacity: empty for moments, and nothing lost",
	  RX_MOVES "TAP ring_fill ~0,100\nRING RX0 avail_idx 1496,6240,11496,16240,21496,26240,31496,36240,41496,46240,51496\n"
	  "VQ RX0 avail_idx 1496,6240,11496,16240,21496,26240,31496,36240,41496,46240,51496\n"
	  "COUNT RX0 end_ring_empty +50\n", "" },
	{ "a slow guest that keeps up",
	  RX_MOVES "TAP ring_fill ~300,400\nCOUNT RX0 end_ring_empty +80\n", "" },
	{ "a poller without call eventfds, whose first event was passed: nothing could go out",
	  "EVERY 100\nSAMPLES 20\nVQ TX0 call none\nVQ RX0 call none\nRING TX0 used_event 100\n"
	  "RING TX0 used_idx 0,120,120,120,120,120,120,620,1120,1620,2120,2620,3120,3620,4120,4620,5120,5620,6120,6620\n"
	  "RING TX0 avail_idx 0,120,120,120,120,120,120,620,1120,1620,2120,2620,3120,3620,4120,4620,5120,5620,6120,6620\n"
	  "VQ TX0 avail_idx 0,120,120,120,120,120,120,620,1120,1620,2120,2620,3120,3620,4120,4620,5120,5620,6120,6620\n"
	  "VQ TX0 last_used_idx 0,120,120,120,120,120,120,620,1120,1620,2120,2620,3120,3620,4120,4620,5120,5620,6120,6620\n"
	  "VQ TX0 last_avail_idx 0,120,120,120,120,120,120,620,1120,1620,2120,2620,3120,3620,4120,4620,5120,5620,6120,6620\n"
	  "COUNT TX0 completions 0,120,120,120,120,120,120,620,1120,1620,2120,2620,3120,3620,4120,4620,5120,5620,6120,6620\nCOUNT TX0 no_call 0,1,1,1,1,1,1,2,3,4,5,6,7,8,9,10,11,12,13,14\n", "" },
	{ "request and response", RX_MOVES TX_MOVES "TASK run_ns +100000000\n", "" },
	{ "without EVENT_IDX",
	  RX_MOVES TX_MOVES "DEV features 0x118008000\nVQ RX0 vq_features 0x118008000\n"
	  "VQ TX0 vq_features 0x118008000\nRING RX0 avail_flags ~0,1\nRING TX0 avail_flags 1\n"
	  "RING RX0 used_event 0\nRING TX0 used_event 0\n", "" },
	{ "without EVENT_IDX, idle after traffic",
	  "DEV features 0x118008000\nVQ RX0 vq_features 0x118008000\nVQ TX0 vq_features 0x118008000\n"
	  "VQ TX0 last_used_idx 65400,65530\nVQ TX0 last_avail_idx 65400,65530\nRING TX0 used_idx 65400,65530\n"
	  "COUNT TX0 completions 0,130\n", "" },
	{ "busy polling",
	  RX_MOVES TX_MOVES "VQ RX0 busyloop_us 50\nVQ TX0 busyloop_us 50\nTASK run_ns +1000000000\n"
	  "WORKER state R\nCOUNT RX0 end_turn +70\n", "" },
	{ "a small ring",
	  RX_MOVES "VQ RX0 num 64\nRING RX0 avail_idx 1300+5000\nVQ RX0 avail_idx 1300+5000\n",
	  "" },
	{ "a virtual IOMMU whose questions are answered",
	  RX_MOVES TX_MOVES "DEV iotlb 1\nDEV iotlb_entries 40\nCOUNT RX0 misses +9\nCOUNT TX0 misses +9\n"
	  "COUNT TX0 end_iotlb +9\n", "" },
	{ "zerocopy that comes through",
	  TX_MOVES "NET TX0 upend 5+90\nNET TX0 done 1+90\nNET TX0 oldest_busy 1\n", "" },
	/* what looks bad, and is not */
	{ "not a fault: TX with used_event=0, and no signal",
	  TX_MOVES "RING TX0 used_event 0\nCOUNT TX0 signals 0\nCOUNT TX0 suppressed +100\n", "" },
	{ "not a fault: the same, at rest", "RING TX0 used_event 0\n", "" },
	{ "not a fault: suppressed signals with EVENT_IDX under load",
	  RX_MOVES "RING RX0 used_event 1000\nCOUNT RX0 signals 2\nCOUNT RX0 suppressed +100\n",
	  "" },
	{ "no backend, and the guest does not use its device",
	  "VQ RX0 backend 0\nVQ TX0 backend 0\nVQ RX0 num 1\nVQ TX0 num 1\nRING RX0 avail_idx ?\n"
	  "RING TX0 avail_idx ?\nRING RX0 error not_set_up\n", "" },
	{ "no backend: the guest uses fewer pairs, and has left buffers",
	  "VQ RX0 backend 0\nVQ TX0 backend 0\nTAP detached 1\n", "" },
	{ "no backend: QEMU serves it itself",
	  "VQ RX0 backend 0\nVQ TX0 backend 0\nRING TX0 avail_idx +300\nRING TX0 used_idx +290\n",
	  "" },
	{ "drops from before the watch",
	  "TAP tx_dropped 9000\nMORE DROP pid=42 dev=0 reason=FULL_RING n=9000\n", "" },
	{ "busy in each sample, and no signal wanted",
	  TX_MOVES "VQ TX0 busy 1\nRING TX0 used_event 1000\nCOUNT TX0 signals 0\n", "" },
	{ "kicks that only the eventfd has counted", TX_WAITS "VQ TX0 kick +1\n", "" },
	{ "a tap with a limit, and room in it",
	  TX_MOVES "TAP sndbuf 1048576\nTAP wmem ~1000,700000\n", "" },
	{ "a moment without call eventfd", RX_MOVES "VQ RX0 call 0,0,none,none,0\n", "" },
	{ "idle, without EVENT_IDX, and before 5.11 KVM doesn't read the call eventfd",
	  "DUMP release 5.10.0\nDEV features 0x118008000\nVQ RX0 vq_features 0x118008000\nVQ TX0 vq_features 0x118008000\n"
	  "VQ TX0 call 17\nVQ RX0 call 9\n", "" },
	{ "a moment without kick", "EVERY 100\nRING TX0 avail_idx 65530,2,65530\n", "" },
};

static const struct test_case sick[] = {
	{ "TAP-DOWN", "TAP up 0\nTAP carrier 0\n", "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain" },
	{ "TAP-DOWN: during the watch, with traffic",
	  TX_MOVES "TAP up 1,1,1,0\nMORE SEND pid=42 dev=0 queue=TX0 errno=EIO n=+500\n",
	  "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain" },
	{ "TAP-DOWN: for a while", "TAP up 1,1,0,0,1\n",
	  "RX0 TAP-DOWN likely, TX0 TAP-DOWN likely" },
	{ "TAP-DOWN: no carrier", "TAP carrier 0\n", "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain" },
	{ "TAP-DOWN: detached", "TAP detached 1\n", "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain" },
	{ "NO-BACKEND", "VQ RX0 backend 0\nVQ TX0 backend 0\nRING TX0 avail_idx 9\n",
	  "TX0 NO-BACKEND likely" },
	{ "NO-BACKEND: packets wait", "VQ RX0 backend 0\nVQ TX0 backend 0\nTAP ring_fill 12\n",
	  "RX0 NO-BACKEND likely" },
	{ "RING-CORRUPT: the index",
	  "RING TX0 avail_idx 300\nVQ TX0 used_flags 1\nCOUNT TX0 end_error 1\n",
	  "TX0 RING-CORRUPT certain" },
	{ "RING-CORRUPT: in one sample only",
	  "RING TX0 avail_idx ~65530,65530,65530,300\nSAMPLES 4\n",
	  "TX0 RING-CORRUPT likely" },
	{ "RING-CORRUPT: a chain",
	  "RING TX0 avail_idx 65533\nVQ TX0 avail_idx 65533\n"
	  "MORE CHAIN pid=42 dev=0 queue=TX0 pos=65530 head=3 end=loop\n",
	  "TX0 RING-CORRUPT certain" },
	{ "RING-CORRUPT: an error", TX_MOVES "COUNT TX0 end_error 0,1\nCOUNT TX0 errors 0,1\n",
	  "TX0 RING-CORRUPT likely" },
	{ "IOTLB-MISS",
	  "DEV iotlb 1\nDEV iotlb_entries 3\n" TX_WAITS "COUNT TX0 misses 0,1\nCOUNT TX0 end_iotlb 0,1\n",
	  "TX0 IOTLB-MISS certain, TX0 KICK-LOST likely < IOTLB-MISS" },
	{ "IOTLB-MISS: before the watch", "DEV iotlb 1\n" TX_WAITS,
	  "TX0 IOTLB-MISS likely, TX0 KICK-LOST likely < IOTLB-MISS" },
	{ "IOTLB-MISS: the ring itself can't be read",
	  "DEV iotlb 1\nRING TX0 avail_idx ?\nRING TX0 used_idx ?\nCOUNT TX0 misses 0,1\n"
	  "COUNT TX0 end_iotlb 0,1\n", "TX0 IOTLB-MISS likely" },
	{ "KICK-LOST", TX_WAITS, "TX0 KICK-LOST certain" },
	{ "KICK-LOST: during the watch",
	  "RING TX0 avail_idx 65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,2\nSAMPLES 12\n",
	  "TX0 KICK-LOST certain" },
	{ "KICK-LOST: half a second", "EVERY 250\nSAMPLES 4\n" TX_WAITS, "TX0 KICK-LOST likely" },
	{ "KICK-LOST of a guest that hardly runs: it may be on its way",
	  "EVERY 250\nSAMPLES 4\nTHREADS wait_max_ns +240000000\n" TX_WAITS,
	  "TX0 KICK-LOST possible" },
	{ "KICK-LOST: RX",
	  RX_STANDS_EMPTY TAP_DROPS "RING RX0 avail_idx 1750\n", "RX0 KICK-LOST certain" },
	{ "CALL-LOST: no call eventfd",
	  RX_STANDS_EMPTY TAP_DROPS "RING RX0 used_event 1300\nVQ RX0 call none\n",
	  "RX0 CALL-LOST certain, RX0 RX-EMPTY certain < CALL-LOST" },
	{ "CALL-LOST: the call eventfd went during the watch",
	  RX_STANDS_EMPTY TAP_DROPS "RING RX0 used_event 1300\nVQ RX0 call 0,0,0,0,0,0,0,none\n",
	  "RX0 CALL-LOST certain, RX0 RX-EMPTY certain < CALL-LOST" },
	{ "CALL-LOST: no call eventfd, TX", TX_ALL_DONE "VQ TX0 call none\nCOUNT TX0 no_call 0,1\n",
	  "TX0 CALL-LOST likely, TX0 TX-NO-RECLAIM possible < CALL-LOST" },
	{ "CALL-LOST: no signal went out",
	  TX_ALL_DONE "RING TX0 used_idx 0,250\nVQ TX0 last_used_idx 0,250\nVQ TX0 last_avail_idx 0,250\n",
	  "TX0 CALL-LOST likely, TX0 TX-NO-RECLAIM likely < CALL-LOST" },
	{ "CALL-LOST: without EVENT_IDX",
	  RX_STANDS_EMPTY TAP_DROPS "DEV features 0x118008000\nVQ RX0 vq_features 0x118008000\n"
	  "VQ RX0 last_used_idx 1240,1496\n",
	  "RX0 CALL-LOST likely, RX0 RX-EMPTY certain < CALL-LOST" },
	{ "IRQ-OFF", RX_STANDS_EMPTY TAP_DROPS "RING RX0 used_event 0\n",
	  "RX0 IRQ-OFF certain, RX0 RX-EMPTY certain < IRQ-OFF" },
	{ "IRQ-OFF: without EVENT_IDX, light traffic",
	  RX_STANDS_EMPTY "DEV features 0x118008000\nVQ RX0 vq_features 0x118008000\nRING RX0 avail_flags 1\n"
	  "TAP ring_full 0\nTAP ring_fill +3\n",
	  "RX0 IRQ-OFF certain, RX0 RX-EMPTY noted < IRQ-OFF" },
	{ "IRQ-OFF of a guest that hardly runs: unknown",
	  RX_STANDS_EMPTY TAP_DROPS "RING RX0 used_event 0\nTHREADS wait_max_ns +970000000\n",
	  "RX0 RX-BURST likely" },
	{ "RX-BIG",
	  RX_STANDS_EMPTY TAP_DROPS "RING RX0 avail_idx 1503\nVQ RX0 avail_idx 1503\n"
	  "TASK run_ns +1000000000\nWORKER state R\nCOUNT RX0 runs +90000\nCOUNT RX0 end_ring_empty +90000\n",
	  "RX0 RX-BIG certain, RX0 RX-BURST possible < RX-BIG" },
	/* (as it was on a busy host: it neither ran, nor waited for half of the time) */
	{ "no RX-BIG: a quota keeps vhost from its buffers",
	  "VQ RX0 last_avail_idx 1476\nVQ RX0 last_used_idx 1476\nVQ RX0 signalled_used 1476\nRING RX0 used_idx 1476\n"
	  "WORKER state ~S,R,S\nWORKER pending 1\nTASK wait_ns +470000000\nTASK run_ns +5000000\nTAP ring_fill 120\nTAP ring_full 1\n" TAP_DROPS
	  "MORE CGROUP pid=42 kind=worker tid=50 path=/w frozen=0 limit=/w quota_us=1000 period_us=100000 throttled=+27 "
	  "throttled_us=+2600000\nDUMP release 6.1.0-49-amd64\n", "RX0 WORKER-STARVED likely" },
	{ "RX-BIG: vhost sleeps, since before the watch",
	  RX_STANDS_EMPTY "RING RX0 avail_idx 1503\nVQ RX0 avail_idx 1503\nTAP ring_fill 5\nTAP ring_full 0\n",
	  "RX0 RX-BIG likely" },
	{ "WORKER-STARVED: RX",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nTASK run_ns +60000000\nTASK wait_ns +930000000\n"
	  "COUNT RX0 delay_max_ns 400000000\nCOUNT RX0 end_ring_empty +3\n",
	  "RX0 WORKER-STARVED certain, RX0 RX-BURST possible < WORKER-STARVED" },
	{ "WORKER-STARVED: by its group's limit",
	  RX_MOVES TAP_DROPS "TAP ring_fill ~1000,400\nTAP ring_full ~1,0\nCOUNT RX0 delay_max_ns 400000000\n",
	  "RX0 WORKER-STARVED likely" },
	{ "GUEST-FROZEN",
	  RX_STANDS_EMPTY TAP_DROPS "MORE CGROUP pid=42 kind=vcpu tid=43 path=/machine/web-1/vcpu0 frozen=1\n",
	  "RX0 GUEST-FROZEN certain, RX0 RX-EMPTY certain < GUEST-FROZEN, TX0 GUEST-FROZEN noted" },
	{ "GUEST-FROZEN: what looks like a cause beside it is none",
	  RX_STANDS_EMPTY TAP_DROPS "RING RX0 used_event 1300\nVQ RX0 call none\n"
	  "MORE CGROUP pid=42 kind=vcpu tid=43 path=/machine/web-1/vcpu0 frozen=1\n",
	  "RX0 GUEST-FROZEN certain, RX0 CALL-LOST certain < GUEST-FROZEN, "
	  "RX0 RX-EMPTY certain < GUEST-FROZEN, TX0 GUEST-FROZEN noted" },
	{ "GUEST-FROZEN: of two groups one",
	  RX_STANDS_EMPTY TAP_DROPS "MORE CGROUP pid=42 kind=emulator tid=42 path=/a frozen=1\n"
	  "MORE CGROUP pid=42 kind=vcpu tid=43 path=/b frozen=0\nMORE CGROUP pid=42 kind=vcpu tid=44 path=/c frozen=1\n",
	  "RX0 GUEST-FROZEN certain, RX0 RX-EMPTY certain < GUEST-FROZEN, TX0 GUEST-FROZEN noted" },
	{ "GUEST-FROZEN: vhost's thread alone",
	  "WORKER pending 1\n" TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\n"
	  "MORE CGROUP pid=42 kind=worker tid=50 path=/machine/web-1/emulator frozen=1\n",
	  "RX0 GUEST-FROZEN certain, TX0 GUEST-FROZEN noted" },
	{ "GUEST-FROZEN: and thawed for a while, in which vhost's thread waits for a CPU",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nTASK run_ns +60000000\nTASK wait_ns +930000000\n"
	  "MORE CGROUP pid=42 kind=worker tid=50 path=/w frozen=1\n",
	  "RX0 GUEST-FROZEN certain, RX0 WORKER-STARVED certain < GUEST-FROZEN, TX0 GUEST-FROZEN noted" },
	{ "GUEST-FROZEN: its group isn't known",
	  "WORKER pending 1\n" TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\n",
	  "RX0 GUEST-FROZEN likely, TX0 GUEST-FROZEN noted" },
	{ "GUEST-FROZEN: the same, TX", "WORKER pending 1\nVQ TX0 avail_idx 250\n" TX_WAITS,
	  "TX0 GUEST-FROZEN likely, RX0 GUEST-FROZEN noted" },
	{ "WORKER-STARVED: it hangs",
	  "WORKER pending 1\n" TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\n"
	  "MORE CGROUP pid=42 kind=worker tid=50 path=/machine/web-1/emulator frozen=0\n",
	  "RX0 WORKER-STARVED likely, TX0 WORKER-STARVED noted" },
	{ "WORKER-STARVED: by the quota of its group",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nTASK run_ns +60000000\nTASK wait_ns +930000000\n"
	  "MORE CGROUP pid=42 kind=worker tid=50 path=/w frozen=0 limit=/w quota_us=1000 period_us=100000 throttled=+9 "
	  "throttled_us=+900000\n", "RX0 WORKER-STARVED certain" },
	{ "RX-BURST: vCPUs that may not run",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nCOUNT RX0 end_ring_empty +300\n"
	  "VQ RX0 last_avail_idx 1496,6496,11496,16496,21496,26240,31240,36240,41496,46496,51240\n"
	  "MORE CGROUP pid=42 kind=vcpu tid=43 path=/v frozen=0 limit=/v quota_us=1000 period_us=100000 throttled=+9 "
	  "throttled_us=+600000\nTHREADS wait_max_ns +600000000\n", "RX0 RX-BURST certain" },
	{ "RX-BURST: the same since Linux 6.18, where they don't wait for a CPU",
	  "DUMP release 6.18.3\n" RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nCOUNT RX0 end_ring_empty +300\n"
	  "VQ RX0 last_avail_idx 1496,6496,11496,16496,21496,26240,31240,36240,41496,46496,51240\n"
	  "MORE CGROUP pid=42 kind=vcpu tid=43 path=/v frozen=0 limit=/v quota_us=1000 period_us=100000 throttled=+9 "
	  "throttled_us=+600000\n", "RX0 RX-BURST certain" },
	{ "WORKER-STARVED: stopped",
	  "WORKER state T\nWORKER pending 1\n" TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\n",
	  "RX0 WORKER-STARVED certain, TX0 WORKER-STARVED noted" },
	{ "WORKER-STARVED: TX",
	  "TASK run_ns +50000000\nTASK wait_ns +940000000\nVQ TX0 last_avail_idx 65400,65400,65400,120,120,120,376\n"
	  "VQ TX0 last_used_idx 65400,65400,65400,120,120,120,376\nRING TX0 used_idx 65400,65400,65400,120,120,120,376\n"
	  "VQ TX0 avail_idx 120,120,120,376,376,376,632\nRING TX0 avail_idx 120,120,120,376,376,376,632\n"
	  "RING TX0 used_event 40000\nCOUNT TX0 completions 0,0,0,256,256,256,512\nVQ TX0 used_flags 1\n"
	  "COUNT TX0 works +1\nCOUNT TX0 delay_max_ns 950000000\n", "TX0 WORKER-STARVED certain" },
	{ "WORKER-STARVED: TX, late, with room in the ring",
	  "TASK run_ns +50000000\nTASK wait_ns +300000000\nVQ TX0 last_avail_idx 0+50\nVQ TX0 last_used_idx 0+50\n"
	  "RING TX0 used_idx 0+50\nVQ TX0 avail_idx 100+50\nRING TX0 avail_idx 100+50\nCOUNT TX0 completions +50\n"
	  "COUNT TX0 works +1\nCOUNT TX0 delay_max_ns 250000000\n", "TX0 WORKER-STARVED noted" },
	{ "WORKER-STARVED: TX, late, and the ring full",
	  "TASK run_ns +50000000\nTASK wait_ns +300000000\nVQ TX0 last_avail_idx 0+50\nVQ TX0 last_used_idx 0+50\n"
	  "RING TX0 used_idx 0+50\nVQ TX0 avail_idx 256+50\nRING TX0 avail_idx 256+50\nCOUNT TX0 completions +50\n"
	  "COUNT TX0 works +1\nCOUNT TX0 delay_max_ns 250000000\n", "TX0 WORKER-STARVED likely" },
	{ "WORKER-STARVED: a note", RX_MOVES "TASK wait_ns +600000000\n",
	  "RX0 WORKER-STARVED noted" },
	{ "WORKER-BUSY",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nTASK run_ns +985000000\nWORKER state R\n"
	  "COUNT RX0 end_turn +300\n", "RX0 WORKER-BUSY certain" },
	/* what is the interface's, of several pairs */
	{ "WORKER-BUSY: one queue has it all",
	  "PAIRS 4\n" RX_MOVES "TAP tx_dropped +700\nTAP@0 ring_fill 1000\nTAP@0 ring_full 1\nTASK run_ns 1\n"
	  "TASK@0 run_ns +985000000\nWORKER state S\nWORKER@0 state R\nCOUNT RX0 end_turn +300\n"
	  "COUNT RX1 end_ring_empty +1\n"
	  "MORE DROP pid=42 dev=0 reason=FULL_RING n=+700\n", "RX0 WORKER-BUSY certain" },
	{ "RX-EMPTY: of one queue of several",
	  "PAIRS 4\n" RX_STANDS_EMPTY "TAP tx_dropped +700\nTAP ring_fill 0\nTAP@0 ring_fill 1000\nTAP ring_full 0\n"
	  "TAP@0 ring_full 1\nCOUNT RX1 end_ring_empty +1\n", "RX0 RX-EMPTY certain" },
	{ "RX-BURST: between samples, of whichever queue",
	  "PAIRS 2\nTAP tx_dropped 3,3,53\nMORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,50\n"
	  "COUNT RX0 end_ring_empty +2\nCOUNT RX1 end_ring_empty +2\n",
	  "RX0 RX-BURST possible, RX1 RX-BURST possible" },
	{ "DROP-BEFORE-RING: a filter, of four pairs once",
	  "PAIRS 4\n" RX_MOVES "TAP filter 1\nTAP tx_dropped +90\nMORE DROP pid=42 dev=0 reason=TAP_FILTER n=+90\n"
	  "MORE DROP pid=42 dev=1 reason=TAP_FILTER n=+90\n", "RX0 DROP-BEFORE-RING certain" },
	{ "DROP-BEFORE-RING: the queue discipline, of four pairs once",
	  "PAIRS 4\n" RX_MOVES "TAP qdisc tbf\nTAP qdisc_drops +50\n",
	  "RX0 DROP-BEFORE-RING likely" },
	{ "DROP-BEFORE-RING: no reason is known, of four pairs once",
	  "PAIRS 4\n" RX_MOVES "TAP tx_dropped +9\n",
	  "RX0 DROP-BEFORE-RING possible" },
	{ "DROP-BEFORE-RING: a filter",
	  RX_MOVES "TAP filter 1\nTAP tx_dropped +90\nMORE DROP pid=42 dev=0 reason=TAP_FILTER n=+90\n",
	  "RX0 DROP-BEFORE-RING certain" },
	{ "DROP-BEFORE-RING: the queue discipline", RX_MOVES "TAP qdisc tbf\nTAP qdisc_drops +50\n",
	  "RX0 DROP-BEFORE-RING likely" },
	{ "DROP-BEFORE-RING: the queue discipline all the time, and a full tap once",
	  RX_MOVES "SAMPLES 15\nTAP qdisc netem\nTAP qdisc_drops +50\nTAP tx_dropped 0,0,0,0,0,0,0,0,49\n"
	  "TAP ring_fill 0,0,0,0,0,0,0,0,1000,0\nTAP ring_full 0,0,0,0,0,0,0,0,1,0\nCOUNT RX0 end_ring_empty 0,0,0,0,0,0,0,0,1\n",
	  "RX0 DROP-BEFORE-RING likely, RX0 RX-BURST possible" },
	{ "DROP-BEFORE-RING: a kernel without reasons",
	  RX_MOVES "TAP tx_dropped +9\nMORE DROP pid=42 dev=0 reason=? n=+9\nTAP filter 1\n",
	  "RX0 DROP-BEFORE-RING likely" },
	{ "DROP-BEFORE-RING: no filter either", RX_MOVES "TAP tx_dropped +9\n",
	  "RX0 DROP-BEFORE-RING possible" },
	{ "RX-BURST: no reason was sampled, but buffers were missing",
	  RX_MOVES "TAP tx_dropped +9\nCOUNT RX0 end_ring_empty +3\n", "RX0 RX-BURST possible" },
	{ "DROP-BEFORE-RING: one in ten thousand",
	  RX_MOVES "TAP tx_dropped 3,3,4\nMORE DROP pid=42 dev=0 reason=NOMEM n=0\nDROP n 0,0,1\n",
	  "RX0 DROP-BEFORE-RING noted" },
	{ "RX-EMPTY", RX_STANDS_EMPTY TAP_DROPS, "RX0 RX-EMPTY certain" },
	{ "RX-EMPTY: too slow a guest",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nCOUNT RX0 end_ring_empty +300\n"
	  "VQ RX0 last_avail_idx 1496,6496,11496,16496,21496,26240,31240,36240,41496,46496,51240\n",
	  "RX0 RX-EMPTY certain" },
	{ "RX-BURST: a guest that waits for a CPU",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nCOUNT RX0 end_ring_empty +300\n"
	  "VQ RX0 last_avail_idx 1496,6496,11496,16496,21496,26240,31240,36240,41496,46496,51240\n"
	  "THREADS wait_max_ns +600000000\n",
	  "RX0 RX-BURST likely" },
	{ "RX-EMPTY: before anything was lost",
	  RX_STANDS_EMPTY "TAP ring_fill +3\nTAP ring_full 0\n",
	  "RX0 RX-EMPTY noted" },
	{ "RX-EMPTY: the tap can't be read",
	  RX_STANDS_EMPTY TAP_DROPS "TAP ring_fill ?\nTAP ring_full ?\n",
	  "RX0 RX-EMPTY certain" },
	{ "RX-BURST",
	  RX_MOVES "TAP ring_fill 0,0,1000,0,0,0,1000,0,0,0,0\nTAP ring_full 0,0,1,0,0,0,1,0\n"
	  "VQ RX0 last_avail_idx 1240,6240,11496,16240,21240,26240,31496,36240,41240,46240,51240\n"
	  "TAP tx_dropped 3,3,503,503,503,503,903,903\n"
	  "MORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,500,500,500,500,900,900\n"
	  "COUNT RX0 end_ring_empty +2\nTHREADS wait_max_ns +300000000\n", "RX0 RX-BURST likely" },
	{ "RX-BURST: between samples",
	  RX_MOVES "TAP tx_dropped 3,3,53\nMORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,50\n"
	  "COUNT RX0 end_ring_empty +2\n", "RX0 RX-BURST possible" },
	{ "ZCOPY-STUCK",
	  "NET TX0 upend 40\nNET TX0 done 7\nNET TX0 oldest_busy 1\nVQ TX0 last_used_idx 65497\n"
	  "RING TX0 used_idx 65497\n", "TX0 ZCOPY-STUCK certain" },
	{ "ZCOPY-STUCK: a second",
	  "EVERY 750\nSAMPLES 4\nNET TX0 upend 40\nNET TX0 done 7\nNET TX0 oldest_busy 1\n",
	  "TX0 ZCOPY-STUCK likely" },
	{ "TX-TAP-FULL",
	  "TAP sndbuf 1048576\nTAP wmem 1050000\n" TX_WAITS "VQ TX0 avail_idx 250\nCOUNT TX0 runs +10\n"
	  "COUNT TX0 end_send_failed +10\nMORE SEND pid=42 dev=0 queue=TX0 errno=EAGAIN n=+10\n",
	  "TX0 TX-TAP-FULL certain" },
	{ "TX-TAP-FULL: what is behind it is slow",
	  TX_MOVES "VQ TX0 avail_idx 65280+5000\nRING TX0 avail_idx 65280+5000\nVQ TX0 last_avail_idx 65030+5000\n"
	  "VQ TX0 last_used_idx 65030+5000\nRING TX0 used_event 65030+5000\nTAP sndbuf 1048576\n"
	  "TAP wmem ~600000,800000,900000\nVQ TX0 used_flags 1\n"
	  "COUNT TX0 end_send_failed +70\nMORE SEND pid=42 dev=0 queue=TX0 errno=EAGAIN n=+70\n",
	  "TX0 TX-TAP-FULL certain" },
	{ "TX-TAP-FULL: refused more often than not, and drained in each sample",
	  TX_MOVES "TAP sndbuf 1048576\nTAP wmem ~600000,9\nCOUNT TX0 end_send_failed +70\n"
	  "MORE SEND pid=42 dev=0 queue=TX0 errno=EAGAIN n=+70\n", "TX0 TX-TAP-FULL likely" },
	{ "TX-HOL",
	  TX_WAITS "VQ TX0 avail_idx 250\nCOUNT TX0 runs +10\nCOUNT TX0 end_send_failed +10\n"
	  "MORE SEND pid=42 dev=0 queue=TX0 errno=ENOMEM n=+10\nVQ TX0 last_avail_idx ~65530,65531\n",
	  "TX0 TX-HOL certain" },
	{ "TX-REFUSED", TX_MOVES "TAP rx_packets +500\nTAP rx_dropped +4500\n",
	  "TX0 TX-REFUSED certain" },
	{ "TX-REFUSED: bad frames, by the guest's direction",
	  TX_MOVES "MORE TAP pid=42 dev=0 driver=tun up=1 carrier=1 from_guest=+900 from_guest_dropped=0 from_guest_errors=+90\n",
	  "TX0 TX-REFUSED likely" },
	{ "TX-REFUSED: a macvtap", TX_MOVES "TAP driver tap\nTAP tx_dropped +700\n",
	  "TX0 TX-REFUSED certain" },
	{ "TX-REFUSED: the queue discipline of a macvtap",
	  TX_MOVES "TAP driver tap\nTAP qdisc tbf\nTAP qdisc_drops +50\n",
	  "TX0 TX-REFUSED certain" },
	{ "TX-REFUSED: one in a thousand", TX_MOVES "TAP rx_packets +5000\nTAP rx_dropped +5\n",
	  "TX0 TX-REFUSED noted" },
	{ "TX-REFUSED: many of few", TX_MOVES "TAP rx_packets +10\nTAP rx_dropped 0,40\n",
	  "TX0 TX-REFUSED noted" },
	{ "TX-REFUSED: of four pairs once",
	  "PAIRS 4\n" TX_MOVES "TAP rx_packets +500\nTAP rx_dropped +4500\n",
	  "TX0 TX-REFUSED certain" },
	{ "TX-REFUSED: with one that it refuses again and again",
	  TX_WAITS "VQ TX0 avail_idx 250\nCOUNT TX0 runs +10\nCOUNT TX0 end_send_failed +10\n"
	  "MORE SEND pid=42 dev=0 queue=TX0 errno=ENOMEM n=+10\nVQ TX0 last_avail_idx ~65530,65531\nTAP rx_dropped +4500\n",
	  "TX0 TX-HOL certain, TX0 TX-REFUSED certain < TX-HOL" },
	{ "TX-REFUSED: because it is down", TX_MOVES "TAP up 0\nTAP rx_dropped +5000\n",
	  "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain, TX0 TX-REFUSED certain < TAP-DOWN" },
	{ "RX-EMPTY: a macvtap",
	  RX_STANDS_EMPTY "TAP driver tap\nTAP rx_dropped +700\nTAP rx_errors +700\n",
	  "RX0 RX-EMPTY certain" },
	{ "RX-EMPTY: a macvtap, too slow a guest",
	  RX_MOVES "TAP driver tap\nTAP rx_dropped +700\nTAP ring_fill 1000\nTAP ring_full 1\nCOUNT RX0 end_ring_empty +300\n"
	  "MORE DROP pid=42 dev=0 reason=FULL_RING n=+700 sampled=0\n"
	  "VQ RX0 last_avail_idx 1496,6496,11496,16496,21496,26240,31240,36240,41496,46496,51240\n",
	  "RX0 RX-EMPTY certain" },
	{ "TAP-DOWN: the card below a macvtap has no carrier", "TAP driver tap\nTAP carrier 0\n",
	  "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain" },
	{ "TX-NO-RECLAIM", TX_ALL_DONE, "TX0 TX-NO-RECLAIM possible" },
	{ "TX-NO-RECLAIM: a whole ring since it asked", TX_ALL_DONE "RING TX0 used_event 65530\n",
	  "TX0 TX-NO-RECLAIM possible" },
	{ "TX-NO-RECLAIM: no program takes the signal", TX_ALL_DONE "VQ TX0 call 1\n",
	  "TX0 TX-NO-RECLAIM likely" },
	/* what began in the watch is judged by how long it lasts */
	{ "RX-EMPTY: since a moment in the watch, of a guest that seldom gets a CPU",
	  "EVERY 200\nSAMPLES 26\n"
	  "VQ RX0 last_avail_idx 1240,2240,3240,4240,5240,6240,7496\nVQ RX0 avail_idx 1496,2496,3496,4496,5496,6496,7496\n"
	  "VQ RX0 last_used_idx 1240,2240,3240,4240,5240,6240,7496\nRING RX0 used_idx 1240,2240,3240,4240,5240,6240,7496\n"
	  "RING RX0 avail_idx 1496,2496,3496,4496,5496,6496,7496\nRING RX0 used_event 1250,2250,3250,4250,5250,6250,7496\n"
	  "COUNT RX0 completions 0,1000,2000,3000,4000,5000,6256\nVQ RX0 used_flags 0\nTAP ring_fill 0,0,0,0,0,0,1000\n"
	  "TAP ring_full 0,0,0,0,0,0,1\nTAP tx_dropped 3,3,3,3,3,3,3,103,203,303,403,503,603,703,803,903,1003,1103,1203,1303,1403,1503,1603,1703,1803,1903\n"
	  "MORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,0,0,0,0,0,100,200,300,400,500,600,700,800,900,1000,1100,1200,1300,1400,1500,1600,1700,1800,1900\n"
	  "THREADS wait_max_ns 0,180000000,360000000,540000000,720000000,900000000,1080000000,1260000000,1440000000,1620000000,1800000000,1980000000,2160000000,2340000000,2520000000,2700000000,2880000000,3060000000,3240000000,3420000000,3600000000,3780000000,3960000000,4140000000,4320000000,4500000000\n", "RX0 RX-EMPTY certain" },
	{ "RX-EMPTY: since a moment in the watch, of a guest that got no CPU before",
	  "EVERY 200\nSAMPLES 26\n"
	  "VQ RX0 last_avail_idx 1240,2240,3240,4240,5240,6240,7240,8240,9240,10240,11240,12240,13240,14240,15240,16240,17240,18240,19240,20240,20496\n"
	  "VQ RX0 avail_idx 1496,2496,3496,4496,5496,6496,7496,8496,9496,10496,11496,12496,13496,14496,15496,16496,17496,18496,19496,20496,20496\n"
	  "VQ RX0 last_used_idx 1240,2240,3240,4240,5240,6240,7240,8240,9240,10240,11240,12240,13240,14240,15240,16240,17240,18240,19240,20240,20496\n"
	  "RING RX0 used_idx 1240,2240,3240,4240,5240,6240,7240,8240,9240,10240,11240,12240,13240,14240,15240,16240,17240,18240,19240,20240,20496\n"
	  "RING RX0 avail_idx 1496,2496,3496,4496,5496,6496,7496,8496,9496,10496,11496,12496,13496,14496,15496,16496,17496,18496,19496,20496,20496\n"
	  "RING RX0 used_event 1250,2250,3250,4250,5250,6250,7250,8250,9250,10250,11250,12250,13250,14250,15250,16250,17250,18250,19250,20250,20496\n"
	  "COUNT RX0 completions 0,1000,2000,3000,4000,5000,6000,7000,8000,9000,10000,11000,12000,13000,14000,15000,16000,17000,18000,19000,19256\nVQ RX0 used_flags 0\n"
	  "TAP ring_fill 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1000\nTAP ring_full 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1\nTAP tx_dropped 3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,103,203,303,403,503\n"
	  "THREADS wait_max_ns 0,200000000,400000000,600000000,800000000,1000000000,1200000000,1400000000,1600000000,1800000000,2000000000,2200000000,2400000000,2600000000,2800000000,3000000000,3200000000,3400000000,3600000000,3800000000,4000000000,4000000000,4000000000,4000000000,4000000000,4000000000\n", "RX0 RX-EMPTY certain" },
	{ "RX-BURST: for half a second up to the end, and whether it comes back was not seen",
	  "EVERY 200\nSAMPLES 26\n"
	  "VQ RX0 last_avail_idx 1240,2240,3240,4240,5240,6240,7240,8240,9240,10240,11240,12240,13240,14240,15240,16240,17240,18240,19240,20240,21240,22240,23240,23496\n"
	  "VQ RX0 avail_idx 1496,2496,3496,4496,5496,6496,7496,8496,9496,10496,11496,12496,13496,14496,15496,16496,17496,18496,19496,20496,21496,22496,23496,23496\n"
	  "VQ RX0 last_used_idx 1240,2240,3240,4240,5240,6240,7240,8240,9240,10240,11240,12240,13240,14240,15240,16240,17240,18240,19240,20240,21240,22240,23240,23496\n"
	  "RING RX0 used_idx 1240,2240,3240,4240,5240,6240,7240,8240,9240,10240,11240,12240,13240,14240,15240,16240,17240,18240,19240,20240,21240,22240,23240,23496\n"
	  "RING RX0 avail_idx 1496,2496,3496,4496,5496,6496,7496,8496,9496,10496,11496,12496,13496,14496,15496,16496,17496,18496,19496,20496,21496,22496,23496,23496\n"
	  "RING RX0 used_event 1250,2250,3250,4250,5250,6250,7250,8250,9250,10250,11250,12250,13250,14250,15250,16250,17250,18250,19250,20250,21250,22250,23250,23496\n"
	  "COUNT RX0 completions 0,1000,2000,3000,4000,5000,6000,7000,8000,9000,10000,11000,12000,13000,14000,15000,16000,17000,18000,19000,20000,21000,22000,22256\nVQ RX0 used_flags 0\n"
	  "TAP ring_fill 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1000\nTAP ring_full 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1\n"
	  "TAP tx_dropped 3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,103,203\nMORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,100,200\n",
	  "RX0 RX-BURST possible" },
	{ "RX-BURST: since a moment in the watch the guest gets no CPU",
	  "EVERY 200\nSAMPLES 26\n"
	  "VQ RX0 last_avail_idx 1240,2240,3240,4240,5240,6240,7496\nVQ RX0 avail_idx 1496,2496,3496,4496,5496,6496,7496\n"
	  "VQ RX0 last_used_idx 1240,2240,3240,4240,5240,6240,7496\nRING RX0 used_idx 1240,2240,3240,4240,5240,6240,7496\n"
	  "RING RX0 avail_idx 1496,2496,3496,4496,5496,6496,7496\nRING RX0 used_event 1250,2250,3250,4250,5250,6250,7496\n"
	  "COUNT RX0 completions 0,1000,2000,3000,4000,5000,6256\nVQ RX0 used_flags 0\nTAP ring_fill 0,0,0,0,0,0,1000\n"
	  "TAP ring_full 0,0,0,0,0,0,1\nTAP tx_dropped 3,3,3,3,3,3,3,103,203,303,403,503,603,703,803,903,1003,1103,1203,1303,1403,1503,1603,1703,1803,1903\n"
	  "MORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,0,0,0,0,0,100,200,300,400,500,600,700,800,900,1000,1100,1200,1300,1400,1500,1600,1700,1800,1900\n"
	  "THREADS wait_max_ns 0,0,0,0,0,0,0,199000000,398000000,597000000,796000000,995000000,1194000000,1393000000,1592000000,1791000000,1990000000,2189000000,2388000000,2587000000,2786000000,2985000000,3184000000,3383000000,3582000000,3781000000\n", "RX0 RX-BURST likely" },
	{ "KICK-LOST: since a moment in the watch, of a guest that got no CPU before",
	  "SAMPLES 32\nRING TX0 avail_idx 65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,2\n"
	  "THREADS wait_max_ns 0,1000000000,2000000000,3000000000,4000000000,5000000000,6000000000,7000000000,8000000000,9000000000,10000000000,11000000000,12000000000,13000000000,14000000000,15000000000,16000000000,17000000000,18000000000,19000000000,20000000000,21000000000,22000000000,23000000000,24000000000,25000000000,26000000000,27000000000,28000000000,29000000000,30000000000\n",
	  "TX0 KICK-LOST certain" },
	{ "IRQ-OFF: since a moment in the watch, of a guest that got no CPU before",
	  "SAMPLES 32\n" RX_STANDS_EMPTY "RING RX0 used_event 0\nTAP ring_fill 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1000\nTAP ring_full 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1\n"
	  "TAP tx_dropped 3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,703,1403\nMORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,700,1400\n"
	  "THREADS wait_max_ns 0,1000000000,2000000000,3000000000,4000000000,5000000000,6000000000,7000000000,8000000000,9000000000,10000000000,11000000000,12000000000,13000000000,14000000000,15000000000,16000000000,17000000000,18000000000,19000000000,20000000000,21000000000,22000000000,23000000000,24000000000,25000000000,26000000000,27000000000,28000000000,29000000000,30000000000\n",
	  "RX0 IRQ-OFF likely, RX0 RX-EMPTY certain < IRQ-OFF" },
	{ "WORKER-BUSY: since a moment in the watch",
	  RX_MOVES "TAP ring_fill 0,0,0,0,0,0,0,0,0,1000\nTAP ring_full 0,0,0,0,0,0,0,0,0,1\nTAP tx_dropped 3,3,3,3,3,3,3,3,3,703,1403\n"
	  "MORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,0,0,0,0,0,0,0,700,1400\n"
	  "TASK run_ns 0,0,0,0,0,0,0,0,985000000,1970000000,2955000000\nWORKER state R\n",
	  "RX0 WORKER-BUSY certain" },
	{ "WORKER-STARVED: since a moment in the watch",
	  RX_MOVES "TAP ring_fill 0,0,0,0,0,0,0,0,0,1000\nTAP ring_full 0,0,0,0,0,0,0,0,0,1\nTAP tx_dropped 3,3,3,3,3,3,3,3,3,703,1403\n"
	  "MORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,0,0,0,0,0,0,0,700,1400\n"
	  "TASK run_ns 0\nTASK wait_ns 0,0,0,0,0,0,0,0,930000000,1860000000,2790000000\nWORKER state R\n", "RX0 WORKER-STARVED certain" },
	{ "WORKER-STARVED: since a moment in a long watch",
	  RX_MOVES "SAMPLES 16\nTAP ring_fill 0,0,0,0,0,0,0,0,0,0,0,0,0,1000\nTAP ring_full 0,0,0,0,0,0,0,0,0,0,0,0,0,1\n"
	  "TAP tx_dropped 3,3,3,3,3,3,3,3,3,3,3,3,3,703,1403,2103\n"
	  "MORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,0,0,0,0,0,0,0,0,0,0,0,700,1400,2100\n"
	  "TASK run_ns 0\nTASK wait_ns 0,0,0,0,0,0,0,0,0,0,0,0,0,930000000,1860000000,2790000000\nWORKER state R\n",
	  "RX0 WORKER-STARVED certain" },
	{ "WORKER-STARVED: stopped since a moment in the watch",
	  "WORKER state S,S,S,S,S,S,S,S,S,T\nWORKER pending 0,0,0,0,0,0,0,0,0,1\nTAP tx_dropped 3,3,3,3,3,3,3,3,3,703,1403\n"
	  "TAP ring_fill 0,0,0,0,0,0,0,0,0,1000\nTAP ring_full 0,0,0,0,0,0,0,0,0,1\n",
	  "RX0 WORKER-STARVED certain, TX0 WORKER-STARVED noted" },
	{ "TX-TAP-FULL: since a moment in the watch",
	  "EVERY 200\nSAMPLES 51\nTAP sndbuf 1048576\nTAP wmem 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1050000\nRING TX0 avail_idx 65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,250\n"
	  "VQ TX0 avail_idx 65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,250\nVQ TX0 used_flags 1\nCOUNT TX0 runs +10\n"
	  "COUNT TX0 end_send_failed 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,2,3,4,5,6\nMORE SEND pid=42 dev=0 queue=TX0 errno=EAGAIN n=0\n",
	  "TX0 TX-TAP-FULL certain" },
	/* several at once */
	{ "a lost kick, and a filter",
	  TX_WAITS "TAP tx_dropped +90\nMORE DROP pid=42 dev=0 reason=TAP_TXFILTER n=+90\n",
	  "TX0 KICK-LOST certain, RX0 DROP-BEFORE-RING certain" },
	{ "down, and what comes of it",
	  "TAP up 0\n" TX_WAITS "VQ TX0 avail_idx 250\nCOUNT TX0 runs +10\nCOUNT TX0 end_send_failed +10\n"
	  "MORE SEND pid=42 dev=0 queue=TX0 errno=EIO n=+10\nTAP tx_dropped +7\n"
	  "MORE DROP pid=42 dev=0 reason=DEV_READY n=+7\n",
	  "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain, RX0 DROP-BEFORE-RING certain < TAP-DOWN, "
	  "TX0 TX-HOL certain < TAP-DOWN" },
	{ "starved and busy at once",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nTASK run_ns +700000000\nTASK wait_ns +290000000\n"
	  "COUNT RX0 delay_max_ns 250000000\nCOUNT RX0 end_ring_empty +1\n",
	  "RX0 WORKER-STARVED likely, RX0 RX-BURST possible < WORKER-STARVED" },
};

/* From the script's first dump on, and from a later one, whose counts have a past */
static void check_windows(const char *changes)
{
	FREE char *text = watch_records(changes);
	FREE char *later = str_printf("%sDUMP seq 7+1\n", changes);
	FREE char *later_text = watch_records(later);

	windows_are_of_their_dumps(text);
	windows_are_of_their_dumps(later_text);
}

static void check(const struct test_case *c, struct strv *seen)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };
	FREE char *is = NULL;

	watch_made(&w, c->changes);
	assert_int_equal(verdicts_of(&w.evidence, &v), 0);
	is = verdicts_text(&v);
	if (strcmp(is, c->want))
		print_message("%s: %s\n", c->what, is);
	assert_string_equal(is, c->want);
	check_windows(c->changes);
	for (size_t i = 0; seen && i < v.n; i++)
		strv_addf(seen, "%u", v.v[i].rule->place);
}

static void the_healthy_are_left_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(healthy); i++)
		check(&healthy[i], NULL);
}

static void each_fault_is_named(void **state)
{
	STRV_CLEAN struct strv seen = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sick); i++)
		check(&sick[i], &seen);
	/* none without a test */
	for (size_t i = 0; i < verdict_rules_count(); i++) {
		char row[24];

		snprintf(row, sizeof(row), "%u", verdict_rule(i)->place);
		if (!strv_has(&seen, row))
			print_message("no test of %s, place %s\n", verdict_rule(i)->name, row);
		assert_true(strv_has(&seen, row));
	}
}

/*
 * Since 6.18 a quota stops vCPUs, and vhost's worker no longer: of a verdict's rows, the one that
 * holds there
 */
static void a_quota_stops_what_that_kernel_stops(void **state)
{
	static const char starved[] = RX_MOVES TAP_DROPS
		"TAP ring_fill 1000\nTAP ring_full 1\nTASK run_ns +60000000\nTASK wait_ns +930000000\n"
		"MORE CGROUP pid=42 kind=worker tid=50 path=/w frozen=0 limit=/w quota_us=1000 period_us=100000 throttled=+9 "
		"throttled_us=+%s\nDUMP release %s\n";
	static const struct {
		const char *throttled_us, *release;
		bool stops;
	} rows[] = {
		{ "900000", "6.17.9", true }, { "900000", "6.18.0", false }, { "900000", "?",
		  false }, { "900", "6.17.9", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(watch_free) struct watch w = { 0 };
		CLEANUP(verdicts_free) struct verdicts v = { 0 };
		FREE char *changes = str_printf(starved, rows[i].throttled_us, rows[i].release);

		watch_made(&w, changes);
		assert_int_equal(verdicts_of(&w.evidence, &v), 0);
		assert_int_equal(v.n, 1);
		assert_string_equal(v.v[0].rule->name, "WORKER-STARVED");
		assert_int_equal(strstr(v.v[0].rule->template, "{worker_quota_us}") != NULL,
				 rows[i].stops);
	}
}

/*
 * How much of the time a guest was held back by its quota says how certain it is that this was it
 */
static void a_quota_is_a_cause_by_its_share(void **state)
{
	static const struct {
		const char *throttled_us, *want;
		bool quota;
	} rows[] = {
		{ "600000", "RX0 RX-BURST certain", true }, { "120000", "RX0 RX-BURST likely",
		  true },
		{ "10000", "RX0 RX-BURST likely", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(watch_free) struct watch w = { 0 };
		CLEANUP(verdicts_free) struct verdicts v = { 0 };
		FREE char *changes = str_printf(
			RX_MOVES TAP_DROPS
			"TAP ring_fill 1000\nTAP ring_full 1\nCOUNT RX0 end_ring_empty +300\n"
			"VQ RX0 last_avail_idx 1496,6496,11496,16496,21496,26240,31240,36240,41496,46496,51240\n"
			"MORE CGROUP pid=42 kind=vcpu tid=43 path=/v frozen=0 limit=/v quota_us=1000 period_us=100000 "
			"throttled=+9 throttled_us=+%s\nTHREADS wait_max_ns +600000000\n",
			rows[i].throttled_us);

		watch_made(&w, changes);
		assert_int_equal(verdicts_of(&w.evidence, &v), 0);

		FREE char *is = verdicts_text(&v);

		assert_string_equal(is, rows[i].want);
		assert_int_equal(strstr(v.v[0].rule->template, "{guest_quota_us}") != NULL,
				 rows[i].quota);
	}
}

/* With any value missing nothing is named that wasn't before, and with all missing, nothing */
static void what_is_not_known_is_no_proof(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };
	static const enum dump_kind kinds[] = {
		KIND_DEV, KIND_TAP,  KIND_WORKER, KIND_TASK,
		KIND_VQ,  KIND_RING, KIND_NET,	  KIND_COUNT,
	};
	char *changes = strdup("");

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		for (size_t i = 0; i < dump_fields[kinds[k]].n; i++) {
			const struct field *f = &dump_fields[kinds[k]].v[i];
			char *next;

			if (f->required || !strcmp(f->key, "kind") || !strcmp(f->key, "backend"))
				continue;

			FREE char *one = str_printf(
				TX_WAITS TAP_DROPS "%s %s ?\n%s RX0 %s ?\n%s TX0 %s ?\n",
				dump_fields[kinds[k]].kind, f->key, dump_fields[kinds[k]].kind,
				f->key, dump_fields[kinds[k]].kind, f->key);
			CLEANUP(watch_free) struct watch some = { 0 };
			CLEANUP(verdicts_free) struct verdicts few = { 0 };

			watch_made(&some, one);
			assert_int_equal(verdicts_of(&some.evidence, &few), 0);
			for (size_t r = 0; r < few.n; r++) {
				if (strcmp(few.v[r].rule->name, "KICK-LOST") != 0)
					print_message("without %s.%s: %s\n",
						      dump_fields[kinds[k]].kind, f->key,
						      few.v[r].rule->name);
				assert_string_equal(few.v[r].rule->name, "KICK-LOST");
			}
			next = str_printf("%s%s", changes, one + strlen(TX_WAITS TAP_DROPS));
			free(changes);
			changes = next;
		}
	watch_made(&w, changes);
	free(changes);
	assert_int_equal(verdicts_of(&w.evidence, &v), 0);
	assert_int_equal(v.n, 0);
	/* and it says so, of each rule that would have needed something */
	for (size_t r = 0; r < verdict_rules_count(); r++) {
		bool listed = !verdict_rule(r)->needs[0];

		for (size_t i = 0; i < v.n_not_excluded; i++)
			listed |= v.not_excluded[i].rule == verdict_rule(r);
		if (!listed)
			print_message("%s, row %zu\n", verdict_rule(r)->name, r);
		assert_true(listed);
	}
}

static void what_can_be_told_is_not_called_missing(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(watch_free) struct watch unused = { 0 };
	CLEANUP(watch_free) struct watch partly = { 0 };
	CLEANUP(watch_free) struct watch old = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };

	(void)state;
	watch_made(&w, "");
	assert_int_equal(verdicts_of(&w.evidence, &v), 0);
	for (size_t i = 0; i < v.n_not_excluded; i++)
		print_message("%s %s: %s\n", v.not_excluded[i].at.queue->name,
			      v.not_excluded[i].rule->name, v.not_excluded[i].missing[0]);
	assert_int_equal(v.n_not_excluded, 0);
	watch_made(&unused, "VQ RX0 backend 0\nVQ TX0 backend 0\n");
	assert_int_equal(verdicts_of(&unused.evidence, &v), 0);
	assert_int_equal(v.n_not_excluded, 0);
	watch_made(&partly, "NET TX0 upend ?\n");
	assert_int_equal(verdicts_of(&partly.evidence, &v), 0);
	assert_int_equal(v.n_not_excluded, 1);
	assert_string_equal(v.not_excluded[0].rule->name, "ZCOPY-STUCK");
	assert_string_equal(v.not_excluded[0].missing[0], "zcopy_stuck_ms");
	assert_null(v.not_excluded[0].missing[1]);
	/* before 5.11 the call eventfd's counter says nothing */
	watch_made(&old, "DUMP release 5.10.0\nVQ TX0 call 17\n");
	assert_int_equal(verdicts_of(&old.evidence, &v), 0);
	assert_int_equal(v.n_not_excluded, 1);
	assert_string_equal(v.not_excluded[0].rule->name, "TX-NO-RECLAIM");
	assert_string_equal(v.not_excluded[0].missing[0], "call_unread_ms");
}

static void each_queue_has_its_health(void **state)
{
	static const struct {
		const char *changes;
		enum health rx, tx;
		bool unknown;		/* of the whole host */
	} rows[] = {
		{ "", HEALTH_IDLE, HEALTH_IDLE },
		{ RX_MOVES, HEALTH_GOOD, HEALTH_IDLE },
		{ TX_WAITS, HEALTH_IDLE, HEALTH_PROBLEM },
		{ RX_STANDS_EMPTY, HEALTH_NOTED, HEALTH_IDLE },
		{ "VQ RX0 backend 0\nVQ TX0 backend 0\n", HEALTH_UNUSED, HEALTH_UNUSED },
		/* too little was seen to call it healthy, or idle */
		{ "SAMPLES 1\n", HEALTH_UNKNOWN, HEALTH_UNKNOWN, true },
		{ "VQ TX0 last_used_idx ?\nCOUNT TX0 completions ?\n", HEALTH_IDLE,
		  HEALTH_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(watch_free) struct watch w = { 0 };
		CLEANUP(verdicts_free) struct verdicts v = { 0 };

		watch_made(&w, rows[i].changes);
		assert_int_equal(verdicts_of(&w.evidence, &v), 0);
		assert_int_equal(v.n_queues, 2);
		assert_string_equal(health_str(v.queues[0].health), health_str(rows[i].rx));
		assert_string_equal(health_str(v.queues[1].health), health_str(rows[i].tx));
		assert_int_equal(verdicts_known(&v), !rows[i].unknown);
	}
}

static void what_does_not_fit_together_is_shown(void **state)
{
	static const struct {
		const char *changes, *want;
	} rows[] = {
		{ "", "" },
		{ RX_MOVES TX_MOVES TAP_DROPS, "" },
		{ "MORE MISSED events=4\n", "RX0 events-missed, TX0 events-missed" },
		{ "TAP tx_dropped +7000\nMORE DROP pid=42 dev=0 reason=FULL_RING n=+700\n",
		  "RX0 drop-reasons" },
		{ "TAP tx_dropped +7000\nMORE DROP pid=42 dev=0 reason=FULL_RING n=+700 sampled=1\n", "" },
		{ "PAIRS 2\nTAP tx_dropped +7000\nMORE DROP pid=42 dev=0 reason=FULL_RING n=+700\n"
		  "MORE DROP pid=42 dev=1 reason=FULL_RING n=+700\n", "RX0 drop-reasons" },
		{ TX_MOVES "COUNT TX0 completions +4000\n", "TX0 counts-low" },
		{ RX_STANDS_EMPTY "COUNT RX0 runs +1\n", "RX0 empty-unseen" },
		{ TX_MOVES "TAP rx_packets +600\n", "TX0 sent-uncounted" },
		{ TX_MOVES "TAP rx_packets +600\nTAP rx_dropped +4400\n", "" },
		{ TX_MOVES "TAP rx_packets +600\nTAP rx_errors +4400\n", "" },
		{ TX_MOVES "TAP rx_packets ?\n", "" },
		/*
		 * what was sent while the interface was not read, in the first interval or in the
		 * last, may well be counted
		 */
		{ TX_MOVES "TAP rx_packets ?,600,600,600,600,600,600,600,600,600,600\n", "" },
		{ TX_MOVES "TAP rx_packets 600,600,600,600,600,600,600,600,600,600,?\n", "" },
		{ TX_MOVES "COUNT TX0 completions 0,5000,5000,5000,5000,5000,5000,5000,5000,5000,5000\nTAP rx_packets 600\n", "TX0 counts-low" },
		{ TX_MOVES "COUNT TX0 completions 0,0,0,0,0,0,0,0,0,0,5000\nTAP rx_packets 600\n",
		  "TX0 counts-low" },
		{ "COUNT TX0 delay_max_ns 400000000\n", "TX0 delay-unexplained" },
		{ "COUNT TX0 delay_max_ns 400000000\nTASK wait_ns +300000000\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(watch_free) struct watch w = { 0 };
		CLEANUP(verdicts_free) struct verdicts v = { 0 };
		STRV_CLEAN struct strv s = { 0 };

		watch_made(&w, rows[i].changes);
		assert_int_equal(verdicts_of(&w.evidence, &v), 0);
		for (size_t d = 0; d < v.n_inconsistencies; d++)
			strv_addf(&s, "%s %s", v.inconsistencies[d].at.queue->name,
				  v.inconsistencies[d].rule->name);

		FREE char *is = strv_join(&s, ", ");

		if (strcmp(is, rows[i].want))
			print_message("row %zu\n", i);
		assert_string_equal(is, rows[i].want);
	}
}

/*
 * Evidence as files, recorded or made: the first line is "# WHAT: VERDICTS". Evidence
 * that was judged wrong is saved here, with --save.
 */
static void saved_evidence_is_judged(void **state)
{
	STRV_CLEAN struct strv files = { 0 };

	(void)state;
	assert_int_equal(file_list("tests/unit/diagnose", &files), 0);
	assert_true(files.n > 4);
	for (size_t i = 0; i < files.n; i++) {
		FREE char *path = str_printf("tests/unit/diagnose/%s", files.v[i]);
		FREE char *text = NULL;
		CLEANUP(watch_free) struct watch w = { 0 };
		CLEANUP(verdicts_free) struct verdicts v = { 0 };
		size_t len;

		assert_int_equal(file_read(path, 1 << 20, &text, &len), 0);
		assert_true(watch_text(&w, text) >= 0);
		assert_int_equal(verdicts_of(&w.evidence, &v), 0);

		FREE char *first = strndup(text, strcspn(text, "\n"));
		FREE char *is = verdicts_text(&v);
		const char *want = strrchr(first, ':');

		assert_non_null(want);
		if (strcmp(is, want + 2))
			print_message("%s\n", path);
		assert_string_equal(is, want + 2);
		windows_are_of_their_dumps(text);
	}
}

/* "tests/unit/test-diagnose DIR" writes the cases of this file as such, of four samples each */
static int write_cases(const char *dir)
{
	for (size_t i = 0; i < ARRAY_SIZE(sick) + ARRAY_SIZE(healthy); i++) {
		const struct test_case *c =
			i < ARRAY_SIZE(sick) ? &sick[i] : &healthy[i - ARRAY_SIZE(sick)];
		FREE char *name = strdup(c->what);
		FREE char *changes = str_printf("SAMPLES 4\n%s", c->changes);

		for (char *n = name; *n; n++)
			*n = isalnum((unsigned char)*n) ? (char)tolower((unsigned char)*n) : '-';

		FREE char *path = str_printf("%s/%s.records", dir, name);
		FREE char *text = watch_records(changes);
		FILE *f = fopen(path, "w");

		if (!f ||
		    fprintf(f, "# %s: %s\nNAME pid=42 name=web-1\n%s", c->what, c->want, text) <
			    0 ||
		    fclose(f))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_healthy_are_left_alone),
		cmocka_unit_test(each_fault_is_named),
		cmocka_unit_test(a_quota_stops_what_that_kernel_stops),
		cmocka_unit_test(a_quota_is_a_cause_by_its_share),
		cmocka_unit_test(what_is_not_known_is_no_proof),
		cmocka_unit_test(what_can_be_told_is_not_called_missing),
		cmocka_unit_test(each_queue_has_its_health),
		cmocka_unit_test(what_does_not_fit_together_is_shown),
		cmocka_unit_test(saved_evidence_is_judged),
	};

	if (argc > 1)
		return write_cases(argv[1]);
	return cmocka_run_group_tests_name("diagnose", tests, NULL, NULL);
}
