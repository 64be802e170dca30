// SPDX-License-Identifier: GPL-2.0-or-later
/* The published defects of a kernel, without a guest. */
#include "cmd/common/defects.h"

#include <errno.h>
#include <sys/utsname.h>

#include "base/msg.h"
#include "base/strv.h"
#include "cmd/common/host.h"
#include "defects/defects.h"
#include "host/host.h"
#include "print/table.h"
#include "verb/verb.h"

struct defects_options {
	bool all, verbose;
	const char *release;
	const struct writer *format;
};

#define AT(member) offsetof(struct defects_options, member)

static const struct verb_opt opts[] = {
	{ 'r', "release", "RELEASE", "a kernel other than the running one",
	  { OPTION_TEXT, AT(release) } },
	{ VERB_LONG, "all", NULL, "the whole list, also defects that this kernel doesn't have",
	  { OPTION_FLAG, AT(all) } },
	{ 'v', "verbose", NULL, "the symptom of each, what it needs, why it isn't certain",
	  { OPTION_FLAG, AT(verbose) } },
	VERB_FORMAT_ROW(struct defects_options, format, table_writers),
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost defects", "what the running kernel has or may have" },
	{ "stap-vhost defects -v -r 6.12.95+deb13-amd64", "another kernel's, with the symptoms" },
	{ "stap-vhost defects --all --format json", "the list, for a program" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_DATADIR,
	VERB_ENV_NO_COLOR,
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "the defects were listed, or there is none" },
	{ "1", "the list can't be used" },
	{ "2", "wrong option or kernel release" },
	{ "3", "there is no list" },
	{ 0 },
};

/* What text shows of a row, and what JSON alone has. The last ones are shown with -v */
enum {
	ID,
	STATE,
	EFFECT,
	SEVERITY,
	TITLE,
	NEEDS_TEXT,
	FIXED_TEXT,
	NEEDS,
	FIXED,
	SYMPTOM,
	WHY,
	COMMIT,
	KEYS
};

static const struct column columns[KEYS] = {
	[ID] = { "id", "DEFECT", IN_LINE },
	[STATE] = { "state", "STATE", IN_LINE },
	[EFFECT] = { "effect", "EFFECT", IN_LINE },
	[SEVERITY] = { "severity", "SEVERITY", IN_LINE },
	[TITLE] = { "title", "", BELOW },
	[NEEDS_TEXT] = { NULL, "needs", BELOW },
	[FIXED_TEXT] = { NULL, "fixed in", BELOW },
	[NEEDS] = { "needs", NULL, BELOW },
	[FIXED] = { "fixed", NULL, BELOW },
	[SYMPTOM] = { "symptom", "", BELOW },
	[WHY] = { "why", "not certain", BELOW },
	[COMMIT] = { "commit", "repaired by commit", BELOW },
};

/* A kernel's number decides about some; that a guest has what they need is another question */
static const char *state(const struct defect_match *m)
{
	return m->why == WHY_SETUP ? "affected if used" : defect_certainty_text(m->certainty);
}

/* The kernel that is asked about, and what is known of its host */
struct subject_kernel {
	const char *release;
	char *version;			/* uname's, NULL: unknown */
	struct defect_kernel kernel;
	struct defect_setup setup;
};

/* Of another kernel than the running one its name is all there is */
static int subject_read(const struct host *h, struct subject_kernel *k)
{
	struct utsname u;
	int zerocopy;

	k->release = h->release;
	if (h->running) {
		k->version = verb_kernel_version();
		defect_setup_host(&k->setup, uname(&u) ? NULL : u.machine, k->version);
		zerocopy = verb_kernel_zerocopy();
		if (!zerocopy)
			k->setup.has_known |= SETUP_ZEROCOPY;
	}
	return defect_kernel_read(k->release, k->version, &k->kernel) ? 0 : -EINVAL;
}

static void subject_free(struct subject_kernel *k)
{
	free(k->version);
}

static void add_lists(struct table *t, const struct defect *e)
{
	STRV_CLEAN struct strv fixed = { 0 }, needs = { 0 };

	defect_fixed(e, &fixed);
	defect_needs(e, &needs);
	table_list(t, FIXED, &fixed);
	table_list(t, NEEDS, &needs);
}

/* An empty list is shown in no line */
static void add_words(struct table *t, size_t column, const char *text)
{
	STRV_CLEAN struct strv one = { 0 };

	if (text && *text)
		strv_add(&one, text);
	table_list(t, column, &one);
}

static void add_row(struct table *t, const struct defect_match *m, const struct defect_kernel *k,
		    bool verbose)
{
	const struct defect *e = m->entry;
	FREE char *why = defect_why_text(m->why, k);
	FREE char *needs = defect_needs_explained(e->features, e->setup);
	FREE char *fixed = verbose || m->certainty < DEFECT_MAY ? defect_fixed_text(e) :
								  defect_fixed_near(e, k);

	table_row(t);
	table_string(t, ID, e->id);
	table_string(t, STATE, state(m));
	table_string(t, EFFECT, defect_effect_name(e->effect));
	table_string(t, SEVERITY, defect_severity_name(e->severity));
	table_string(t, TITLE, e->title);
	add_words(t, NEEDS_TEXT, needs);
	table_string(t, FIXED_TEXT, fixed);
	add_lists(t, e);
	table_string(t, SYMPTOM, e->symptom);
	add_words(t, WHY, why);
	table_string(t, COMMIT, e->commit);
}

/* -ENOMEM */
static int add_rows(struct table *t, const struct defect_table *list,
		    const struct subject_kernel *k, const struct defects_options *w)
{
	struct defect_match *m = calloc(list->n ?: 1, sizeof(*m));
	size_t n = 0;

	if (!m)
		return -ENOMEM;
	for (size_t i = 0; i < list->n; i++) {
		m[n].entry = &list->v[i];
		m[n].certainty = defect_judge(m[n].entry, &k->kernel, &k->setup, &m[n].why);
		n += w->all || m[n].certainty >= DEFECT_MAY;
	}
	qsort(m, n, sizeof(*m), defect_by_weight);
	for (size_t i = 0; i < n; i++)
		add_row(t, &m[i], &k->kernel, w->verbose);
	free(m);
	return 0;
}

static int show(const struct defects_options *w, const struct defect_table *list,
		const struct subject_kernel *k)
{
	struct out_style style = out_style_of(STDOUT_FILENO);
	CLEANUP(table_free) struct table t;
	const char *date = list->date ?: "unknown date";

	/* a table in text is told what not to show by its end */
	table_init(&t, "defects", "defects", columns,
		   w->verbose || !w->format->prose ? KEYS : SYMPTOM);
	table_field_string(&t, "kernel", k->release);
	table_field_string(&t, "kernel_version", k->version);
	table_field_string(&t, "list_date", list->date);
	table_field_number(&t, "list_entries", (long long)list->n);
	if (add_rows(&t, list, k, w)) {
		msg_error("defects: out of memory");
		return STATUS_FAILED;
	}
	if (w->format->prose && !t.n_rows) {
		out_say(stdout, &style,
			"None of the %zu defects on record (list of %s) applies to kernel %s.",
			list->n, date, k->release);
		return STATUS_OK;
	}
	if (w->format->prose)
		out_say(stdout, &style,
			"Kernel %s; %zu of the %zu defects on record (list of %s):", k->release,
			t.n_rows, list->n, date);
	return verb_print(&t, w->format);
}

static int load(struct defect_table *list)
{
	FREE char *why = NULL;
	int ret = verb_defects_load(list, &why);

	if (!ret)
		return STATUS_OK;
	msg_error("defects: can't list them: %s", why ? why : strerror(-ret));
	if (ret == -ENOENT)
		msg_hint("set STAP_VHOST_DATADIR to a directory that has %s", DEFECTS_FILE);
	return ret == -ENOENT ? STATUS_MISSING : STATUS_FAILED;
}

static int defects(const struct verb *v, int argc, char **argv)
{
	CLEANUP(host_free) struct host h = { 0 };
	CLEANUP(defect_free) struct defect_table list = { 0 };
	CLEANUP(subject_free) struct subject_kernel k = { 0 };
	struct defects_options w = { 0 };
	struct verb_parse p = { v, argc, argv, &w };

	if (verb_opts(&p) || verb_no_arguments(&p))
		return p.status;

	int status = verb_host(w.release, &h);

	if (!status)
		status = load(&list);
	if (status)
		return status;
	if (subject_read(&h, &k)) {
		msg_error("defects: kernel release '%s' has no number", h.release);
		msg_hint("give a release with -r RELEASE, as uname -r prints it");
		return STATUS_USAGE;
	}
	return show(&w, &list, &k);
}

VERB = {
	.name = "defects",
	.place = 11,
	.args = "[OPTIONS]",
	.summary = "List the published defects that a kernel has or may have",
	.about =
	"Compares the kernel with the published defects (CVEs and others) of vhost-net, vhost,\n"
	"tun and tap. It needs no guest, no root and no SystemTap. The first line has the date\n"
	"up to which the list is complete.\n"
	"\n"
	"The state is 'affected' if the kernel's number decides. It is 'affected if used' if the\n"
	"number decides and the defect needs a set-up (a feature, zerocopy, macvtap) that only a\n"
	"guest shows: 'stap-vhost diagnose' checks it for each guest. It is 'may be affected' if\n"
	"a distribution adds repairs without a trace in that number, or if the sources don't\n"
	"name a branch; -v shows why.\n"
	"\n"
	"--format json prints an object, stap-vhost.defects/1, as defects.schema.json in the data\n"
	"directory describes it.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = defects,
};
