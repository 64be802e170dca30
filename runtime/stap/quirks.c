// SPDX-License-Identifier: GPL-2.0-or-later
#include "stap/quirks.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"

/* 1, 0, or -errno when that is unknown */
static int has_text(const char *dir, const char *file, const char *text)
{
	FREE char *path = dir ? str_printf("%s/%s", dir, file) : NULL;

	return path ? file_has_text(path, text) : -ENOENT;
}

int quirk_sign_found(const struct quirk_sign *s, const struct quirk_facts *f)
{
	char symbol[128];
	int ret;

	switch (s->where) {
	case IN_RUNTIME:
		return has_text(f->runtime, s->file, s->text);
	case IN_BUILD:
		ret = has_text(f->build, s->file, s->text);
		return ret < 0 ? has_text(f->source, s->file, s->text) : ret;
	case IN_SYMVERS:
		/* "0x12345678\tNAME\tvmlinux\tEXPORT_SYMBOL_GPL\t" */
		snprintf(symbol, sizeof(symbol), "\t%s\t", s->text);
		return has_text(f->build, "Module.symvers", symbol);
	case IN_SCRIPT:
		return f->script ? file_has_text(f->script, s->text) : -ENOENT;
	}
	return -EINVAL;
}

bool quirk_by_version(const struct quirk_sign *s, const struct version *kernel)
{
	size_t i = 0;

	for (; i < ARRAY_SIZE(s->kernels) && version_is_set(&s->kernels[i].from); i++)
		if (version_in(kernel, &s->kernels[i]))
			return true;
	return !i;
}

static bool sign_there(const struct quirk *q, const struct quirk_sign *s,
		       const struct quirk_facts *f)
{
	int ret = quirk_sign_found(s, f);

	if (ret >= 0)
		return ret == !s->absent;
	/* a file that isn't seen can't be replaced either */
	if (s->where == IN_RUNTIME && !s->absent)
		return false;

	bool there = quirk_by_version(s, &f->kernel);

	msg_debug("quirk %s: can't search for '%s' (%s); by the kernel's version %s", q->id,
		  s->text, strerror(-ret), there ? "it applies" : "it doesn't");
	return there;
}

bool quirk_applies(const struct quirk *q, const struct quirk_facts *f)
{
	/* a SystemTap without a version: the signs alone decide */
	if (version_is_set(&q->stap_below) && version_is_set(&f->stap) &&
	    version_cmp(&f->stap, &q->stap_below) >= 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(q->signs) && q->signs[i].where; i++)
		if (!sign_there(q, &q->signs[i], f))
			return false;
	return true;
}

static struct strv *list_of(struct quirk_result *r, enum quirk_remedy_kind kind)
{
	if (kind == REMEDY_FLAG)
		return &r->flags;
	return kind == REMEDY_ENV ? &r->env : &r->runtime;
}

int quirks_select(const struct quirk_facts *f, struct quirk_result *r)
{
	for (size_t i = 0; i < n_quirks; i++) {
		const struct quirk *q = &quirks[i];

		if (!quirk_applies(q, f))
			continue;
		msg_debug("quirk %s: %s", q->id, q->symptom);
		strv_add(&r->ids, q->id);
		for (size_t k = 0; k < ARRAY_SIZE(q->remedies) && q->remedies[k].kind; k++)
			strv_add(list_of(r, q->remedies[k].kind), q->remedies[k].value);
	}
	return r->ids.broken || r->flags.broken || r->env.broken || r->runtime.broken ?
	       -ENOMEM : 0;
}

int quirks_run_env(struct strv *env)
{
	for (size_t i = 0; i < n_quirks; i++) {
		const struct quirk *q = &quirks[i];

		if (q->signs[0].where)
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(q->remedies) && q->remedies[k].kind; k++)
			if (q->remedies[k].kind == REMEDY_ENV)
				strv_add(env, q->remedies[k].value);
	}
	return env->broken ? -ENOMEM : 0;
}

void quirk_result_free(struct quirk_result *r)
{
	strv_free(&r->ids);
	strv_free(&r->flags);
	strv_free(&r->env);
	strv_free(&r->runtime);
}
