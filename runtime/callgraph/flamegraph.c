// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A flame graph: each node of the merged tree is a rectangle on its caller's, as wide as its share.
 * One SVG file that needs nothing else; without its script (an <img>, a printer) it still shows
 * all.
 */
#include "callgraph/callgraph.h"
#include "callgraph/tree.h"

#include <errno.h>

#include "base/str.h"

#define WIDTH 1200
#define MARGIN 10
#define ROW 17
#define TOP 64			/* title and search */
#define BOTTOM 12
#define LETTER 6.6		/* of 11 px monospace */
#define WIDTH_MIN 0.05		/* px: what is narrower is left out, and its callees */
#define LEVELS_MAX 200

/* .globl: with -flto the text and what names it are compiled apart */
__asm__(".pushsection .rodata\n.globl flamegraph_script\n"
	"flamegraph_script:\n.incbin \"runtime/callgraph/flamegraph.js\"\n.byte 0\n.popsection\n");
extern const char flamegraph_script[];

static const char style[] =
	"text { font: 11px monospace; fill: #111; pointer-events: none; }\n"
	"#title { font: bold 15px sans-serif; }\n"
	"#note, #matched, #reset { font: 12px sans-serif; }\n"
	"#reset { pointer-events: auto; cursor: pointer; fill: #05a; visibility: hidden; }\n"
	"#search { box-sizing: border-box; width: 100%; font: 12px sans-serif; }\n"
	".f { cursor: pointer; }\n"
	".f:hover rect, .f:focus rect { stroke: #000; }\n"
	".f:focus { outline: none; }\n"
	".above { opacity: 0.55; }\n"
	".searched .f:not(.hit) { opacity: 0.45; }\n"
	".hit rect { fill: #e3f; }\n";

struct flame {
	const struct graph *g;
	FILE *f;
	double scale;		/* px of a nanosecond, or a call */
	int levels;
	uint64_t left_out;
};

/* What is no UTF-8 or no character of XML is shown as on a terminal */
static void put_xml(FILE *f, const char *text)
{
	FREE char *fit = str_escape(text, strlen(text));

	for (const char *c = fit ? fit : "?"; *c; c++) {
		switch (*c) {
		case '&':
			fputs("&amp;", f);
			break;
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		case '\t':
			fputc(' ', f);
			break;
		default:
			fputc(*c, f);
		}
	}
}

/*
 * The first bytes of a name that fit; names are ASCII but for others' text, and then cut by bytes
 */
static void put_label(FILE *f, const char *name, double width)
{
	int places = (int)((width - 6) / LETTER);
	size_t len = strlen(name);
	FREE char *cut = NULL;

	if (places < 3)
		return;
	if (len <= (size_t)places) {
		put_xml(f, name);
		return;
	}
	cut = strndup(name, places - 1);
	for (char *c = cut; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	put_xml(f, cut ? cut : "");
	fputs("…", f);
}

/*
 * A module's functions have its colour, the kernel's own are grey-blue; the shade tells neighbours
 * apart
 */
static void put_colour(FILE *f, const struct function *fn)
{
	size_t len = 0;
	const char *module = fn ? function_module(fn, &len) : NULL;
	unsigned int hue = 0;

	for (size_t i = 0; module && i < len; i++)
		hue = hue * 31 + (unsigned char)module[i];
	/* warm ones: 0 to 130 degrees */
	if (module)
		fprintf(f, "hsl(%u,75%%,%u%%)", hue % 130, 62 + fn->hash % 9);
	else if (fn)
		fprintf(f, "hsl(210,35%%,%u%%)", 74 + fn->hash % 11);
	else
		fputs("hsl(210,0%,85%)", f);
}

static void put_amount(const struct flame *fl, int64_t n)
{
	if (fl->g->durations)
		fprintf(fl->f, "%.3f us", (double)n / 1000);
	else
		fprintf(fl->f, "%lld", (long long)n);
}

static void put_frame(const struct flame *fl, const struct node *n, int64_t from, int level)
{
	const char *name = n->function ? n->function->name : "all";
	double x = (double)from * fl->scale, width = (double)n->total * fl->scale;
	int y = TOP + (fl->levels - level) * ROW;
	int64_t all = graph_tree(fl->g)->root.total;

	fprintf(fl->f,
		"<g class=\"f\" tabindex=\"0\" data-x=\"%lld\" data-w=\"%lld\" data-l=\"%d\" data-n=\"",
		(long long)from, (long long)n->total, level);
	put_xml(fl->f, name);
	fputs("\"><title>", fl->f);
	put_xml(fl->f, name);
	fputs("\n", fl->f);
	if (n->function && fl->g->durations)
		fprintf(fl->f, "%llu calls, ", (unsigned long long)n->calls);
	put_amount(fl, n->total);
	fprintf(fl->f, "%s, %.2f %%", fl->g->durations ? "" : " calls",
		100.0 * (double)n->total / (double)all);
	if (n->function && n->selfed) {
		fputs(", of it ", fl->f);
		put_amount(fl, n->self);
		fputs(" its own", fl->f);
	}
	fprintf(fl->f, "</title><rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" fill=\"", x,
		y, width > 2 && level ? width - 0.5 : width, ROW - 1);
	put_colour(fl->f, n->function);
	fprintf(fl->f, "\"/><text x=\"%.2f\" y=\"%d\">", x + 3, y + 12);
	put_label(fl->f, name, width);
	fputs("</text></g>\n", fl->f);
}

static bool shown(const struct flame *fl, const struct node *n, int level)
{
	return (double)n->total * fl->scale >= WIDTH_MIN && level < LEVELS_MAX;
}

/* All that is shown, callers first; @put false: only how deep it goes */
static void walk(struct flame *fl, bool put)
{
	struct node *n = &graph_tree(fl->g)->root;
	/* of each level's next one */
	FREE int64_t *from = calloc(LEVELS_MAX + 1, sizeof(*from));
	int level = 0;

	while (from && n) {
		bool in = shown(fl, n, level);

		if (in && put)
			put_frame(fl, n, from[level], level);
		if (in && level > fl->levels)
			fl->levels = level;
		if (!in && put)
			fl->left_out++;
		if (in && n->first) {
			from[level + 1] = from[level];
			level++;
			n = n->first;
			continue;
		}
		while (n->parent && !n->next) {
			n = n->parent;
			level--;
		}
		if (!n->parent)
			break;
		time_add(&from[level], n->total);
		n = n->next;
	}
}

static void put_head(const struct flame *fl, const char *title)
{
	int height = TOP + (fl->levels + 1) * ROW + BOTTOM;

	fprintf(fl->f, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%d\" height=\"%d\" "
		"viewBox=\"%d 0 %d %d\">\n<style>\n%s</style>\n"
		"<rect x=\"%d\" width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n<text id=\"title\" x=\"0\" y=\"22\">",
		WIDTH + 2 * MARGIN, height, -MARGIN, WIDTH + 2 * MARGIN, height, style, -MARGIN);
	put_xml(fl->f, title);
	fprintf(fl->f,
		"</text>\n<text id=\"note\" x=\"0\" y=\"46\">%s, callers below what they call; click to zoom</text>\n"
		"<text id=\"reset\" x=\"520\" y=\"46\">reset zoom</text>\n"
		"<text id=\"matched\" x=\"850\" y=\"46\"></text>\n"
		"<foreignObject x=\"972\" y=\"30\" width=\"228\" height=\"24\">"
		"<input xmlns=\"http://www.w3.org/1999/xhtml\" id=\"search\" type=\"search\" placeholder=\"search (a pattern)\"/>"
		"</foreignObject>\n",
		fl->g->durations ? "width: time" : "width: calls (no durations were recorded)");
}

int graph_flamegraph(const struct graph *g, const char *title, FILE *f)
{
	struct flame fl = { .g = g, .f = f };

	if (!graph_tree(g)->root.total)
		return -ENODATA;
	fl.scale = WIDTH / (double)graph_tree(g)->root.total;
	walk(&fl, false);
	put_head(&fl, title);
	walk(&fl, true);
	/* in CDATA: what ends that isn't in the script */
	fprintf(f, "<script><![CDATA[\n%s]]></script>\n</svg>\n", flamegraph_script);
	return ferror(f) ? -EIO : 0;
}
